//! Tile cartogram: one tile per county (or township), outlined by group, with state, value, mark and obstacle.

use crate::chart::{
    MUTED, Text, fit, hatches, id_prefix, linked, rule, status_legend, status_rect, svg, text, text_width,
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

const W: f64 = 96.0;
const H: f64 = 74.0;
const TOP: f64 = 14.0;
const PAD: f64 = 10.0;
const HEAD: f64 = 34.0;

/// Draws tiles with legend; `note` stands below (范围, 截至, 来源), one line each.
pub fn tiles(lang: Lang, title: &str, tiles: &[Tile], note: &[String]) -> Markup {
    let prefix = id_prefix("t", title);
    let cols = tiles.iter().map(|t| t.col + 1).max().unwrap_or(1).max(1);
    let rows = tiles.iter().map(|t| t.row + 1).max().unwrap_or(0).max(0);
    let count = |s: Status| tiles.iter().filter(|t| t.status == s).count();
    let (legend, legend_width) = status_legend(lang, &prefix, PAD, 8.0, count);
    let note_width = note.iter().map(|l| text_width(l, 12.5)).fold(0.0, f64::max);
    let width = (W * f64::from(cols)).max(legend_width).max(note_width) + 2.0 * PAD;
    let bottom = HEAD + H * f64::from(rows);
    let height = bottom + 14.0 + 20.0 * note.len() as f64;
    let by_cell: HashMap<(i32, i32), &Tile> = tiles.iter().map(|t| ((t.col, t.row), t)).collect();
    let mut first: HashMap<&str, (i32, i32)> = HashMap::new();
    for t in tiles {
        let place = first.entry(t.group.as_str()).or_insert((t.row, t.col));
        *place = (*place).min((t.row, t.col));
    }
    let body = html! {
        (hatches(&prefix))
        (legend)
        @for t in tiles {
            (outline(t, &by_cell))
            @if first.get(t.group.as_str()) == Some(&(t.row, t.col)) && !t.group.is_empty() {
                (text(&Text { x: x_of(t) + 5.0, y: y_of(t) + 11.5, text: &t.group, size: fit(&t.group, 11.0, W - 8.0), class: "i-muted", fill: MUTED, ..Text::default() }))
            }
            (tile(lang, &prefix, t))
        }
        @for (i, l) in note.iter().enumerate() {
            (text(&Text { x: PAD, y: bottom + 22.0 + 20.0 * i as f64, text: l, size: 12.5, class: "i-muted", fill: MUTED, ..Text::default() }))
        }
    };
    svg("zw-tiles", width, height, title, tiles.iter().any(|t| t.href.is_some()), body)
}

fn x_of(t: &Tile) -> f64 {
    PAD + W * f64::from(t.col)
}
fn y_of(t: &Tile) -> f64 {
    HEAD + H * f64::from(t.row)
}

/// Sides on which the neighbour belongs to another group.
fn outline(t: &Tile, by_cell: &HashMap<(i32, i32), &Tile>) -> Markup {
    let (x, y) = (x_of(t), y_of(t));
    let other = |dc: i32, dr: i32| by_cell.get(&(t.col + dc, t.row + dr)).is_none_or(|o| o.group != t.group);
    let side = |x1, y1, x2, y2| rule(x1, y1, x2, y2, "l-outline", "#8c9aa1", 1.2);
    html! {
        @if other(0, -1) { (side(x, y, x + W, y)) }
        @if other(0, 1) { (side(x, y + H, x + W, y + H)) }
        @if other(-1, 0) { (side(x, y, x, y + H)) }
        @if other(1, 0) { (side(x + W, y, x + W, y + H)) }
    }
}

fn tile(lang: Lang, prefix: &str, t: &Tile) -> Markup {
    let (x, y) = (x_of(t) + 3.0, y_of(t) + TOP);
    let (w, h) = (W - 6.0, H - TOP - 3.0);
    let words = format!("{} {}: {} {} {} {}", t.group, t.label, t.status.word(lang), t.value_text, t.mark, t.title);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let (class, fill) = (t.status.text_class(), t.status.ink());
    let value = format!("{} {}", t.status.mark(), t.value_text);
    linked(
        t.href.as_deref(),
        &words,
        html! {
            title { (words) }
            g id={ "tile-" (t.id) } {
                (status_rect(prefix, x, y, w, h, t.status))
                (text(&Text { x: x + 7.0, y: y + 20.0, text: &t.label, size: fit(&t.label, 15.0, w - 12.0), bold: true, class, fill, ..Text::default() }))
                (text(&Text { x: x + 7.0, y: y + 42.0, text: value.trim(), size: fit(value.trim(), 15.0, w - 14.0 - text_width(&t.mark, 11.5)), class, fill, ..Text::default() }))
                @if !t.mark.is_empty() {
                    (text(&Text { x: x + w - 6.0, y: y + 42.0, text: &t.mark, size: 11.5, anchor: "end", class, fill, ..Text::default() }))
                }
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
    crate::parts::drawing(
        "全省建站挂图（瓦片）",
        tiles(lang, "全省建站挂图", &drawn, &["数据截至 2026-11-22　演示数据".into()]),
        None,
    )
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
        crate::gallery::lint(&tiles(Lang::En, "空", &[], &[]).into_string()).unwrap_or_else(|e| panic!("{e}"));
    }
}
