//! Tile cartogram: one tile per county (or township), outlined by group, with state, value, mark and obstacle.

use crate::chart::{
    Classes, MUTED, Text, fit, hatches, id_prefix, linked, n, rule, status_legend, status_rect, svg, text, text_width,
};
use crate::i18n::Lang;
use crate::status::Status;
use maud::{Markup, html};
use std::collections::HashMap;

/// One tile.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Id for the page's script, e.g. the division id.
    pub id: String,
    /// Name of the county.
    pub label: String,
    /// Name of its city; tiles of one city share an outline.
    pub group: String,
    /// Column from 0, see [`super::layout`].
    pub col: i32,
    /// Row from 0.
    pub row: i32,
    /// State against plan.
    pub status: Status,
    /// Value in the tile, e.g. `7/10`.
    pub value_text: String,
    /// Obstacle (场地, 招标, 资金, 人员, 其他) or another short mark; empty for none.
    pub mark: String,
    /// Page of the county.
    pub href: Option<String>,
    /// Hover text: what the value is, as of when.
    pub title: String,
}

/// Width of a tile on the screen.
const W: f64 = 96.0;
/// Width of a tile that fills something at most: wider ones would pull name and value apart.
const WIDEST: f64 = 160.0;
/// From this width on name and value stand in opposite corners, so that letters as large as the height holds fill the tile
/// and not only its left half.
const WIDE: f64 = 128.0;
/// Letters on a tile of width [`W`], and the largest that its height holds; on a wide one.
const LETTER: f64 = 15.0;
const LARGEST: f64 = 20.0;
const WIDE_LETTER: f64 = 25.0;
const H: f64 = 74.0;
const TOP: f64 = 14.0;
const PAD: f64 = 10.0;
const HEAD: f64 = 34.0;

/// Draws tiles with legend; `note` stands below (范围, 截至, 来源), one line each.
pub fn tiles(lang: Lang, title: &str, tiles: &[Tile], note: &[String]) -> Markup {
    tiles_of(lang, title, tiles, note, W)
}

/// The same for a sheet of paper or a screen on a wall: tiles as wide, with letters as large, as it takes for a drawing of
/// this width to height to fill it.
pub fn tiles_filling(lang: Lang, title: &str, tiles: &[Tile], note: &[String], aspect: f64) -> Markup {
    let (cols, rows) = extent(tiles.iter());
    let height = height_of(rows, note);
    tiles_of(lang, title, tiles, note, ((aspect * height - 2.0 * PAD) / f64::from(cols)).clamp(W, WIDEST))
}

fn tiles_of(lang: Lang, title: &str, tiles: &[Tile], note: &[String], width: f64) -> Markup {
    let prefix = id_prefix("t", title);
    let count = |s: Status| tiles.iter().filter(|t| t.status == s).count();
    let legend = status_legend(lang, &prefix, PAD, 8.0, count);
    let places: Vec<&Tile> = tiles.iter().collect();
    board((title, &prefix), &places, legend, note, width, |t| status_tile(lang, &prefix, t, width))
}

/// Columns and rows taken.
fn extent<'a>(tiles: impl Iterator<Item = &'a Tile>) -> (i32, i32) {
    tiles.fold((1, 0), |(cols, rows), t| (cols.max(t.col + 1), rows.max(t.row + 1)))
}

fn height_of(rows: i32, note: &[String]) -> f64 {
    HEAD + H * f64::from(rows) + 14.0 + 20.0 * note.len() as f64
}

/// A tile that shows a value instead of a state.
#[derive(Clone, Debug)]
pub struct ValueTile {
    /// Place, name, link and hover text; its `status`, `value_text` and `mark` are not shown.
    pub tile: Tile,
    /// The value, scaled by the decimals given; `None` is hatched.
    pub value: Option<i64>,
}

/// Draws tiles shaded by value in at most five classes; the legend states limits, unit and number of areas. For
/// figures without a plan; where there is a plan, colour by state with [`tiles`].
pub fn value_tiles(lang: Lang, title: &str, tiles: &[ValueTile], unit: &str, decimals: u32, note: &[String]) -> Markup {
    let prefix = id_prefix("v", title);
    let values: Vec<i64> = tiles.iter().filter_map(|t| t.value).collect();
    let classes = Classes::over(&values, decimals, unit);
    let legend = classes.legend(PAD, 8.0, |c| values.iter().filter(|v| classes.class(**v) == c).count());
    let places: Vec<&Tile> = tiles.iter().map(|t| &t.tile).collect();
    let by_cell: HashMap<(i32, i32), Option<i64>> = tiles.iter().map(|t| ((t.tile.col, t.tile.row), t.value)).collect();
    board((title, &prefix), &places, legend, note, W, |t| {
        let value = by_cell.get(&(t.col, t.row)).copied().flatten();
        let shown = value.map_or_else(|| crate::format::NONE.to_owned(), |v| crate::format::scaled(v, decimals));
        let words = format!("{} {shown}{unit} {} {}", t.label, t.group, t.title);
        match value {
            Some(v) => {
                let (shape, fill, class, ink) = classes.look(v);
                let (x, y, w, h) = inner(t, W);
                let ground =
                    html! { rect x=(n(x)) y=(n(y)) width=(n(w)) height=(n(h)) rx="3" class=(shape) fill=(fill) {} };
                tile(t, W, &words, ground, &shown, "", (class, ink))
            }
            None => {
                let s = Status::NoData;
                let words = format!("{words} {}", s.word(lang));
                tile(t, W, &words, ground(&prefix, t, s, W), &shown, "", (s.text_class(), s.ink()))
            }
        }
    })
}

/// Frame common to both: legend, outlines, group names, tiles, notes.
fn board(
    (title, prefix): (&str, &str),
    tiles: &[&Tile],
    (legend, legend_width): (Markup, f64),
    note: &[String],
    tile_width: f64,
    draw: impl Fn(&Tile) -> Markup,
) -> Markup {
    let (cols, rows) = extent(tiles.iter().copied());
    let note_width = note.iter().map(|l| text_width(l, 12.5)).fold(0.0, f64::max);
    let width = (tile_width * f64::from(cols)).max(legend_width).max(note_width) + 2.0 * PAD;
    let bottom = HEAD + H * f64::from(rows);
    let height = height_of(rows, note);
    let by_cell: HashMap<(i32, i32), &Tile> = tiles.iter().map(|t| ((t.col, t.row), *t)).collect();
    let mut first: HashMap<&str, (i32, i32)> = HashMap::new();
    for t in tiles {
        let place = first.entry(t.group.as_str()).or_insert((t.row, t.col));
        *place = (*place).min((t.row, t.col));
    }
    let body = html! {
        (hatches(prefix))
        (legend)
        @for t in tiles {
            (outline(t, tile_width, &by_cell))
            @if first.get(t.group.as_str()) == Some(&(t.row, t.col)) && !t.group.is_empty() {
                (text(&Text { x: x_of(t, tile_width) + 5.0, y: y_of(t) + 11.5, text: &t.group, size: fit(&t.group, 11.0, tile_width - 8.0), class: "i-muted", fill: MUTED, ..Text::default() }))
            }
            (draw(t))
        }
        @for (i, l) in note.iter().enumerate() {
            (text(&Text { x: PAD, y: bottom + 22.0 + 20.0 * i as f64, text: l, size: 12.5, class: "i-muted", fill: MUTED, ..Text::default() }))
        }
    };
    svg("zw-tiles", width, height, title, tiles.iter().any(|t| t.href.is_some()), body)
}

fn x_of(t: &Tile, width: f64) -> f64 {
    PAD + width * f64::from(t.col)
}
fn y_of(t: &Tile) -> f64 {
    HEAD + H * f64::from(t.row)
}

/// Sides on which the neighbour belongs to another group.
fn outline(t: &Tile, width: f64, by_cell: &HashMap<(i32, i32), &Tile>) -> Markup {
    let (x, y) = (x_of(t, width), y_of(t));
    let other = |dc: i32, dr: i32| by_cell.get(&(t.col + dc, t.row + dr)).is_none_or(|o| o.group != t.group);
    let side = |x1, y1, x2, y2| rule(x1, y1, x2, y2, "l-outline", "#8c9aa1", 1.2);
    html! {
        @if other(0, -1) { (side(x, y, x + width, y)) }
        @if other(0, 1) { (side(x, y + H, x + width, y + H)) }
        @if other(-1, 0) { (side(x, y, x, y + H)) }
        @if other(1, 0) { (side(x + width, y, x + width, y + H)) }
    }
}

/// Left, top, width and height of the coloured part.
fn inner(t: &Tile, width: f64) -> (f64, f64, f64, f64) {
    (x_of(t, width) + 3.0, y_of(t) + TOP, width - 6.0, H - TOP - 3.0)
}

fn ground(prefix: &str, t: &Tile, s: Status, width: f64) -> Markup {
    let (x, y, w, h) = inner(t, width);
    status_rect(prefix, x, y, w, h, s)
}

fn status_tile(lang: Lang, prefix: &str, t: &Tile, width: f64) -> Markup {
    // What is written on the tile comes first (WCAG 2.5.3): who says it to the computer reaches the tile.
    let words = format!("{} {} {} {} {} {}", t.label, t.value_text, t.mark, t.status.word(lang), t.group, t.title);
    let value = format!("{} {}", t.status.mark(), t.value_text);
    let look = (t.status.text_class(), t.status.ink());
    tile(t, width, &words, ground(prefix, t, t.status, width), value.trim(), &t.mark, look)
}

fn tile(
    t: &Tile,
    width: f64,
    words: &str,
    ground: Markup,
    value: &str,
    mark: &str,
    (class, fill): (&str, &str),
) -> Markup {
    let (x, y, w, h) = inner(t, width);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let wide = width >= WIDE;
    let letter = if wide { WIDE_LETTER } else { (LETTER * width / W).min(LARGEST) };
    let small = letter * 0.77;
    let (first, second) =
        if wide { (y + 1.0 + letter, y + h - 7.0) } else { (y + 5.0 + letter, y + 12.0 + 2.0 * letter) };
    let (left, right) = (x + 7.0, x + w - if wide { 8.0 } else { 6.0 });
    let value = Text {
        x: if wide { right } else { left },
        y: second,
        text: value,
        size: fit(value, letter, w - 14.0 - text_width(mark, small)),
        anchor: if wide { "end" } else { "start" },
        class,
        fill,
        ..Text::default()
    };
    let (at, anchor) = if wide { (left, "start") } else { (right, "end") };
    let mark_text = Text { x: at, y: second, text: mark, size: small, anchor, class, fill, ..Text::default() };
    linked(
        t.href.as_deref(),
        &words,
        html! {
            title { (words) }
            g id={ "tile-" (t.id) } {
                (ground)
                (text(&Text { x: left, y: first, text: &t.label, size: fit(&t.label, letter, w - 12.0), bold: true, class, fill, ..Text::default() }))
                (text(&value))
                @if !mark.is_empty() { (text(&mark_text)) }
            }
        },
    )
}

/// An invented province of three cities.
pub(super) fn sample(lang: Lang) -> Markup {
    use super::{Place, layout};
    let names = ["甲区", "乙区", "丙县", "丁县", "戊市", "己县", "庚区", "辛县", "壬县"];
    let marks = ["", "", "场地", "招标", ""];
    let places: Vec<Place> = (0..27_i32)
        .map(|i| Place {
            group: ["示例市", "样板市", "试点市"][(i / 9) as usize].to_owned(),
            lat_lon: Some((
                27.0 - f64::from(i / 9) - f64::from(i % 3) * 0.3,
                117.0 + f64::from(i % 9 / 3) * 0.4 + f64::from(i / 9) * 0.5,
            )),
        })
        .collect();
    let drawn: Vec<Tile> = layout(&places)
        .into_iter()
        .zip(&places)
        .enumerate()
        .map(|(i, ((col, row), p))| Tile {
            id: i.to_string(),
            label: names[i % 9].to_owned(),
            group: p.group.clone(),
            col,
            row,
            status: Status::ALL[i * 7 % 5],
            value_text: format!("{}/12", i % 13),
            mark: marks[i * 7 % 5].to_owned(),
            href: Some("/gallery".into()),
            title: "已建/应建，截至 2026-11-22".into(),
        })
        .collect();
    let shaded: Vec<ValueTile> = drawn
        .iter()
        .enumerate()
        .map(|(i, t)| ValueTile {
            tile: Tile { id: format!("v{i}"), ..t.clone() },
            value: (i % 9 != 4).then_some(i64::try_from(i * 37 % 1000).unwrap_or(0)),
        })
        .collect();
    let note = ["数据截至 2026-11-22　演示数据".to_owned()];
    html! {
        (crate::parts::drawing("全省建站挂图（瓦片）", tiles(lang, "全省建站挂图", &drawn, &note), None))
        (crate::parts::drawing("持证率（分级）", value_tiles(lang, "持证率", &shaded, "%", 1, &note), None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(group: &str, col: i32, label: &str) -> Tile {
        Tile {
            id: label.into(),
            label: label.into(),
            group: group.into(),
            col,
            row: 0,
            status: Status::Behind,
            value_text: "7/10".into(),
            mark: "场地".into(),
            href: Some("/c/1".into()),
            title: "截至 2026-11-22".into(),
        }
    }

    #[test]
    fn on_paper_the_tiles_fill_the_sheet() {
        let high: Vec<Tile> = (0..13).map(|row| Tile { row, ..one("市", row % 9, "县") }).collect();
        let size = |markup: Markup| -> (f64, f64) {
            let text = markup.into_string();
            let of = |name: &str| {
                text.split_once(&format!(" {name}=\"")).unwrap().1.split('"').next().unwrap().parse().unwrap()
            };
            (of("width"), of("height"))
        };
        let (w, h) = size(tiles(Lang::ZhCn, "图", &high, &[]));
        assert!(w / h < 0.9, "{w} {h}");
        let (w, h) = size(tiles_filling(Lang::ZhCn, "图", &high, &[], 1.3));
        assert!((w / h - 1.3).abs() < 0.02, "{w} {h}");
        // Few tiles do not become boards.
        let (w, _) = size(tiles_filling(Lang::ZhCn, "图", &[one("市", 0, "县")], &["注".into()], 9.0));
        assert!(w <= 700.0, "{w}");
    }

    #[test]
    fn a_wide_tile_is_written_from_corner_to_corner() {
        let ends = |m: Markup| m.into_string().matches("text-anchor=\"end\"").count();
        let some = [one("市", 0, "甲县")];
        // The mark stands on the right of a narrow tile, the value on that of a wide one, in larger letters.
        assert_eq!(
            (ends(tiles(Lang::ZhCn, "图", &some, &[])), ends(tiles_filling(Lang::ZhCn, "图", &some, &[], 9.0))),
            (1, 1)
        );
        let wide = tiles_filling(Lang::ZhCn, "图", &some, &[], 9.0).into_string();
        let value = wide.split("<text").find(|t| t.contains("7/10</text>")).unwrap();
        assert!(value.contains("text-anchor=\"end\"") && value.contains("25"), "{value}");
    }

    #[test]
    fn a_tile_says_place_state_value_and_obstacle() {
        let text = tiles(Lang::ZhCn, "图", &[one("示例市", 0, "甲县"), one("示例市", 1, "乙县")], &["注".into()])
            .into_string();
        for want in ["甲县", "进展较慢", "7/10", "场地", "href=\"/c/1\"", "! 进展较慢 2", "注", "role=\"group\""]
        {
            assert!(text.contains(want), "{want} in {text}");
        }
        assert_eq!(text.matches(">示例市<").count(), 1, "the city is named once");
        // Two tiles of one city share an outline: 6 sides, not 8.
        assert_eq!(text.matches("l-outline").count(), 6);
        let text = tiles(Lang::ZhCn, "图", &[one("a", 0, "x"), one("b", 1, "y")], &[]).into_string();
        assert_eq!(text.matches("l-outline").count(), 8);
        let shaded = |value| ValueTile { tile: one("示例市", 0, "甲县"), value };
        let text = value_tiles(Lang::ZhCn, "图", &[shaded(Some(651)), shaded(None)], "%", 1, &[]).into_string();
        assert!(text.contains("(n=1)") && text.contains("65.1"), "{text}");
        crate::gallery::lint(&tiles(Lang::En, "空", &[], &[]).into_string()).unwrap_or_else(|e| panic!("{e}"));
    }
}
