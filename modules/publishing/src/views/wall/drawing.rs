//! The drawing of a wall: tiles, matrix or map, for the screen and for a sheet of paper.

use super::{Base, Options, beside, caption, href, minute};
use crate::model::wall::{Basis, MatrixOut, STRIP, TileOut, View, WallOut};
use maud::{Markup, html};
use zw_indicators::keys;
use zw_network::views::targets::whose_behind;
use zw_ui::chart::{self, Matrix, MatrixCell, MatrixRow};
use zw_ui::map::{self, GeoRegion, Tile};
use zw_ui::{Arg, Lang, Status};

pub(super) fn is_unconfirmed(w: &WallOut, t: &TileOut) -> bool {
    w.basis == Basis::Confirmed && t.confirmed_at.is_none()
}

fn value(w: &WallOut, t: &TileOut) -> String {
    if w.level == "X" {
        return String::new();
    }
    format!("{}/{}{}", t.covered, t.counted, if is_unconfirmed(w, t) { "＊" } else { "" })
}

// i18n-keys: publishing-obstacle-venue publishing-obstacle-tender publishing-obstacle-funding publishing-obstacle-staff
// i18n-keys: publishing-obstacle-other
fn obstacle(lang: Lang, t: &TileOut) -> String {
    t.obstacle.as_ref().map(|c| lang.t_or(&format!("publishing-obstacle-{c}"), c)).unwrap_or_default()
}

/// Behind, and nobody said why.
fn is_unsaid(t: &TileOut) -> bool {
    t.obstacle.is_none() && matches!(t.status, Status::Behind | Status::Overdue)
}

/// What stands on a tile: that its station has nobody on post, what holds it up, or that it is behind and nobody said why.
fn mark(lang: Lang, t: &TileOut) -> String {
    if t.gap_days.is_some() {
        lang.t("publishing-tile-gap")
    } else if is_unsaid(t) {
        lang.t("publishing-tile-unsaid")
    } else {
        obstacle(lang, t)
    }
}

/// The strip's name of a lead measure.
fn figure_of(measure: &str) -> &str {
    STRIP.iter().find(|(_, num, _)| *num == measure).map_or(measure, |(key, ..)| key)
}

fn title(lang: Lang, w: &WallOut, t: &TileOut) -> String {
    let mut parts = vec![];
    if w.level != "X" {
        let args = [("n", t.covered.into()), ("of", t.counted.into())];
        parts.push(match w.lead.as_str() {
            keys::TOWNSHIPS_COVERED => lang.tf("publishing-tile-built", &args),
            lead => {
                let name = lang.t(&format!("publishing-strip-{}", figure_of(lead)));
                let [n, of] = args;
                lang.tf("publishing-tile-lead", &[("name", Arg::Text(name)), n, of])
            }
        });
    }
    if let Some(p) = t.planned {
        parts.push(lang.tf("publishing-tile-plan", &[("n", p.into())]) + &whose_behind(lang, t.plan_of));
    }
    if let Some(own) = &t.own {
        let args = [("n", zw_ui::format::num_opt(own.planned).into()), ("status", own.status.word(lang).into())];
        parts.push(lang.tf("publishing-tile-own-plan", &args));
    }
    match t.confirmed_at {
        Some(at) => parts.push(lang.tf("publishing-tile-confirmed", &[("at", minute(at))])),
        None => parts.push(lang.t(if w.flags_live() { "publishing-tile-live" } else { "publishing-basis-live" })),
    }
    if let Some(text) = &t.obstacle_text {
        parts.push(format!("{} {text}", obstacle(lang, t)).trim().to_owned());
    }
    if is_unsaid(t) {
        parts.push(lang.t("publishing-tile-unsaid-how"));
    }
    if let Some(days) = t.gap_days {
        parts.push(lang.tf("publishing-gap-days", &[("days", days.into())]));
    }
    if let Some(l) = t.live {
        parts.push(beside(lang, w, &zw_ui::format::num(l)));
    }
    parts.join(" · ")
}

fn link(w: &WallOut, o: &Options, t: &TileOut) -> Option<String> {
    if !o.links {
        None
    } else if w.level == "X" {
        let town = t.division.to_string();
        Some(match t.unit {
            // Who works on the sheets goes straight to the station or to what is being done about it; the page of the
            // township has both for everybody else.
            Some(u) if o.sheets && o.units => format!("/units/{u}"),
            None if o.sheets => format!("/build-out/{}/{town}", w.area),
            _ => href("/wall/town", w, View::Tiles, &[("area", &town), ("view", "")]),
        })
    } else {
        let area = t.division.to_string();
        Some(href("/wall", w, View::Tiles, &[("area", &area)]))
    }
}

/// What a drawing is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    /// A page, on anything from a phone to a desk.
    Page,
    /// A screen on a wall, which the drawing should fill.
    Wall,
    /// One sheet lying down, which the drawing should fill.
    Sheet,
}

/// Width to height of the room that a sheet leaves a drawing beside the strip, as print.css has it.
const SHEET: f64 = 326.0 / 240.0;
/// The same of a screen of 16 to 9: of tiles beside the strip, of a matrix under it, as shell.css has it.
const WALL_TILES: f64 = 1.45;
const WALL_MATRIX: f64 = 2.35;
/// The last weeks of the matrix that a screen on a wall shows: fewer and larger.
const WALL_WEEKS: usize = 6;

/// The drawing of the view asked for, tiles where it has none.
pub(super) fn drawing(lang: Lang, w: &WallOut, o: &Options, base: Option<&Base<'_>>, medium: Medium) -> Markup {
    let name = caption(lang, w, o.shown);
    match (o.shown, &w.matrix, base) {
        (View::Milestones | View::Weeks, Some(m), _) => {
            let from = match (o.shown, medium) {
                (View::Weeks, Medium::Wall) => m.cols.len().saturating_sub(WALL_WEEKS),
                _ => 0,
            };
            let m = matrix(lang, w, o, m, &name, from);
            match medium {
                Medium::Page => chart::matrix(&m),
                Medium::Wall => chart::matrix_filling(&m, WALL_MATRIX),
                Medium::Sheet => chart::matrix_filling(&m, SHEET),
            }
        }
        (View::Map, _, Some(b)) if w.level != "X" => {
            let regions: Vec<GeoRegion> = w
                .tiles
                .iter()
                .map(|t| GeoRegion {
                    id: t.code.get(..6).unwrap_or_default().to_owned(),
                    label: t.name.clone(),
                    status: t.status,
                    value_text: value(w, t),
                    mark: mark(lang, t),
                    href: link(w, o, t),
                    title: title(lang, w, t),
                })
                .collect();
            let drawn = map::geo_map(lang, &name, b.map, &regions, b.review_no.as_deref(), &[]);
            match medium {
                // On a phone the map is as small as the screen: its number and its words stand below it.
                Medium::Page => html! {
                    (drawn)
                    p class="zw-maptold" { (map::review_line(lang, b.review_no.as_deref())) }
                    (map::tile_list(lang, &name, &tiles(lang, w, o)))
                },
                Medium::Wall | Medium::Sheet => drawn,
            }
        }
        _ => {
            let tiles = tiles(lang, w, o);
            match medium {
                Medium::Page => html! { (map::tiles(lang, &name, &tiles, &[])) (map::tile_list(lang, &name, &tiles)) },
                Medium::Wall => map::tiles_filling(lang, &name, &tiles, &[], WALL_TILES),
                Medium::Sheet => map::tiles_filling(lang, &name, &tiles, &[], SHEET),
            }
        }
    }
}

fn tiles(lang: Lang, w: &WallOut, o: &Options) -> Vec<Tile> {
    w.tiles
        .iter()
        .map(|t| Tile {
            id: t.division.to_string(),
            label: t.name.clone(),
            group: t.group.clone(),
            col: t.col,
            row: t.row,
            status: t.status,
            value_text: value(w, t),
            mark: mark(lang, t),
            href: link(w, o, t),
            title: title(lang, w, t),
        })
        .collect()
}

// i18n-keys: publishing-milestone-venue publishing-milestone-tender publishing-milestone-funding
// i18n-keys: publishing-milestone-staff publishing-milestone-plaque publishing-milestone-acceptance publishing-milestone-passed
/// The matrix from a column on.
fn matrix(lang: Lang, w: &WallOut, o: &Options, m: &MatrixOut, name: &str, from: usize) -> Matrix {
    let weeks = o.shown == View::Weeks;
    let cols = m.cols.iter().skip(from).map(|c| {
        // 07-04: the year stands in the caption.
        if weeks { c.get(5..).unwrap_or(c).to_owned() } else { lang.t(&format!("publishing-milestone-{c}")) }
    });
    let rows = m.rows.iter().map(|r| MatrixRow {
        label: r.name.clone(),
        group: r.group.clone(),
        href: o.links.then(|| href("/wall", w, View::Tiles, &[("area", &r.division.to_string())])),
        cells: r
            .cells
            .iter()
            .skip(from)
            .map(|c| MatrixCell {
                status: c.status,
                text: format!(
                    "{}{}",
                    if weeks { zw_ui::format::percent(c.num, c.den) } else { format!("{}/{}", c.num, c.den) },
                    // As on the tiles: not confirmed by its county.
                    if w.basis == Basis::Confirmed && !c.confirmed && c.den > 0 { "＊" } else { "" }
                ),
                title: format!("{}/{}", c.num, c.den),
                href: None,
            })
            .collect(),
    });
    Matrix { lang, title: name.to_owned(), cols: cols.collect(), rows: rows.collect(), note: None }
}
