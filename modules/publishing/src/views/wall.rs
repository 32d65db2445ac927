//! The wall chart: strip, tiles, matrix, map; for page, fragment, kiosk and paper.

mod drawing;
mod samples;
mod slider;
mod town;

pub use samples::{sample, sample_data, sample_town};
pub use town::{TownOptions, town_body, town_crumbs};

use crate::model::wall::{Basis, StripFigure, View, WallOut};
use drawing::{Medium, drawing, is_unconfirmed};
use maud::{Markup, html};
use slider::{phase_line, slider};
use zw_core::code::Code as _;
use zw_core::{Day, Stamp};
use zw_network::model::plan::Level;
use zw_network::views::targets::whose;
use zw_reporting::how::{self, HowCounted, Rest};
use zw_ui::chart;
use zw_ui::map::GeoMap;
use zw_ui::parts::{self, Paper, Stat, Tab};
use zw_ui::{Arg, Lang};

/// What the reader may do besides look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// View shown.
    pub shown: View,
    /// Whether the geographic view exists.
    pub map: bool,
    /// Whether tiles and figures are links (a kiosk has none).
    pub links: bool,
    /// Whether the reader may open stations.
    pub units: bool,
    /// The reader may open build-out sheets.
    pub sheets: bool,
    /// Whether the reader may open figures.
    pub figures: bool,
}

/// The base map with its review number.
pub struct Base<'a> {
    /// Map.
    pub map: &'a GeoMap,
    /// 审图号.
    pub review_no: Option<String>,
}

/// Address of a wall page with what changes.
fn href(path: &str, w: &WallOut, shown: View, change: &[(&str, &str)]) -> String {
    let (area, date) = (w.area.to_string(), w.as_of.to_string());
    let mut q = vec![("area", area.as_str()), ("view", shown.code()), ("basis", w.basis.code())];
    if !is_today(w) {
        q.push(("as_of", date.as_str()));
    }
    for (k, v) in change {
        match q.iter_mut().find(|(name, _)| name == k) {
            Some(kept) => kept.1 = v,
            None => q.push((k, v)),
        }
    }
    address(path, &q)
}

/// A path with its query; empty values are left out.
fn address(path: &str, query: &[(&str, &str)]) -> String {
    let q: Vec<String> = query.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}={v}")).collect();
    format!("{path}?{}", q.join("&"))
}

fn is_today(w: &WallOut) -> bool {
    w.as_of == w.at.day_cn()
}

fn date(d: Day) -> Arg {
    Arg::Text(d.to_string())
}
fn minute(s: Stamp) -> Arg {
    Arg::Text(s.minute_cn())
}

// i18n-keys: publishing-view-tiles publishing-view-milestones publishing-view-weeks publishing-view-map
// i18n-keys: publishing-basis-confirmed publishing-basis-live
/// The body of the page.
pub fn body(lang: Lang, w: &WallOut, o: &Options, base: Option<&Base<'_>>) -> Markup {
    let views: Vec<Tab> = View::ALL
        .iter()
        .filter(|v| match v {
            View::Map => o.map && w.level != "X",
            View::Milestones | View::Weeks => w.level != "X",
            View::Tiles => true,
        })
        .map(|v| {
            let label = lang.t(&format!("publishing-view-{}", v.code()));
            Tab::new(label, href("/wall", w, *v, &[]), *v == o.shown)
        })
        .collect();
    let bases: Vec<Tab> = Basis::ALL
        .iter()
        .map(|b| {
            let label = lang.t(&format!("publishing-basis-{}", b.code()));
            Tab::new(label, href("/wall", w, o.shown, &[("basis", b.code())]), *b == w.basis)
        })
        .collect();
    html! {
        div class="zw-wallbar" {
            @if views.len() > 1 { (parts::tabs(&lang.t("publishing-views"), &views)) }
            @if w.may_live { (parts::tabs(&lang.t("publishing-bases"), &bases)) }
        }
        (slider(lang, w, o))
        (region(lang, w, o, base))
    }
}

/// The part that follows the server while it shows today.
pub fn region(lang: Lang, w: &WallOut, o: &Options, base: Option<&Base<'_>>) -> Markup {
    let inner = fragment(lang, w, o, base);
    if is_today(w) {
        parts::live("wall-body", "/live?topics=wall", &href("/wall/fragment", w, o.shown, &[]), inner)
    } else {
        html! { div id="wall-body" { (inner) } }
    }
}

/// Strip and chart.
pub fn fragment(lang: Lang, w: &WallOut, o: &Options, base: Option<&Base<'_>>) -> Markup {
    html! {
        (phase_line(lang, w))
        (strip(lang, w, o))
        @if w.matrix.is_some() { p class="zw-drawing-hint" { (lang.t("publishing-swipe")) } }
        // Beside the drawing and not in it: on a phone a matrix is wider than the screen, the words are not.
        (parts::drawing(&caption(lang, w, o.shown), drawing(lang, w, o, base, Medium::Page), Some(&under(lang, w, o.shown).join("　"))))
        (how(lang, w, o))
    }
}

/// What the confirmed figures of the strip are made of; the live ones say it in their note.
fn how(lang: Lang, w: &WallOut, o: &Options) -> Markup {
    if w.basis == Basis::Live || w.level == "X" {
        return html! {};
    }
    let n = |found: usize| i64::try_from(found).unwrap_or(i64::MAX);
    let figures = w.strip.iter().filter(|_| o.links && o.figures);
    let figures = figures.map(|s| (lang.t(&format!("publishing-strip-{}", s.key)), figure_href(w, s)));
    how::note(
        lang,
        &HowCounted {
            confirmed: n(w.tiles.iter().filter(|t| t.confirmed_at.is_some()).count()),
            of: n(w.tiles.len()),
            latest: w.tiles.iter().filter_map(|t| t.confirmed_at).max(),
            rest: Rest::Registers,
            figures: figures.collect(),
        },
    )
}

fn figure_href(w: &WallOut, s: &StripFigure) -> String {
    format!("/figures/{}?area={}&from={}&to={}", s.key, w.area, w.as_of, w.as_of)
}

fn caption(lang: Lang, w: &WallOut, shown: View) -> String {
    let key = match (shown, w.level.as_str()) {
        (View::Tiles | View::Map, "X") => "publishing-caption-towns",
        (View::Tiles | View::Map, _) => "publishing-caption-tiles",
        (View::Milestones, _) => "publishing-caption-milestones",
        (View::Weeks, _) => "publishing-caption-weeks",
    };
    lang.tf(key, &[("name", Arg::from(&w.name)), ("day", date(w.as_of))])
}

/// The registers' value beside a confirmed one: of a frozen month's last day what the freeze counted by, else the live one.
fn beside(lang: Lang, w: &WallOut, value: &str) -> String {
    match w.month_end {
        Some(_) => zw_reporting::figure::views::month_end_beside(lang, value),
        None => lang.tf("publishing-live-beside", &[("value", Arg::from(value))]),
    }
}

// i18n-keys: publishing-strip-coverage_township publishing-strip-coverage_county publishing-strip-coverage_village
// i18n-keys: publishing-strip-stations_built publishing-strip-posted_workers publishing-strip-certified_workers
// i18n-keys: publishing-strip-county_centres publishing-strip-village_rooms
// i18n-keys: publishing-unit-stations_built publishing-unit-posted_workers publishing-unit-certified_workers
// i18n-keys: publishing-unit-county_centres publishing-unit-village_rooms
/// The figures above the chart.
pub fn strip(lang: Lang, w: &WallOut, o: &Options) -> Markup {
    let stat = |s: &StripFigure| {
        let label = lang.t(&format!("publishing-strip-{}", s.key));
        let spark = chart::sparkline(&lang.tf("publishing-trend", &[("name", Arg::from(&label))]), &s.trend);
        Stat {
            value: s.value.clone(),
            unit: if s.den.is_some() { String::new() } else { lang.t(&format!("publishing-unit-{}", s.key)) },
            title: s.den.map(|d| format!("{} / {}", zw_ui::format::num(s.num), zw_ui::format::num(d))),
            href: (o.links && o.figures).then(|| figure_href(w, s)),
            change: s.live.as_ref().map(|l| beside(lang, w, l)),
            trend: Some(spark),
            unconfirmed: !s.confirmed && w.flags_live(),
            label: if s.lead { lang.tf("publishing-lead", &[("name", Arg::from(label))]) } else { label },
        }
    };
    parts::stats(lang, &w.strip.iter().map(stat).collect::<Vec<_>>())
}

/// What the figures of this wall are: as of which day, confirmed by whom, how many are still missing.
pub fn basis_note(lang: Lang, w: &WallOut) -> String {
    match w.basis {
        Basis::Confirmed => match &w.week {
            Some(week) => lang.tf(
                "publishing-note-confirmed",
                &[
                    ("day", date(w.as_of)),
                    ("n", w.unconfirmed.into()),
                    ("week", Arg::from(zw_reporting::report::out::period_label(lang, week))),
                ],
            ),
            None => lang.tf("publishing-note-confirmed-no-week", &[("day", date(w.as_of))]),
        },
        Basis::Live => {
            let key = if w.flags_live() { "publishing-note-live" } else { "publishing-note-own" };
            lang.tf(key, &[("at", minute(w.at)), ("day", date(w.as_of))])
        }
    }
}

/// Lines under the drawing of a view.
fn under(lang: Lang, w: &WallOut, shown: View) -> Vec<String> {
    match (shown, w.basis) {
        (View::Weeks, Basis::Confirmed) if w.matrix.is_some() => vec![lang.t("publishing-note-weeks-confirmed")],
        (View::Weeks, Basis::Live) if w.matrix.is_some() => vec![lang.t("publishing-note-weeks")],
        (View::Milestones, _) if w.matrix.is_some() => {
            let mut out = notes(lang, w);
            // The last column is of no weekly report, so it has the star where the others have it for want of one.
            let key =
                if w.basis == Basis::Confirmed { "publishing-note-passed-star" } else { "publishing-note-passed" };
            out.push(lang.tf(key, &[("from", date(w.as_of.year_start())), ("day", date(w.as_of))]));
            out
        }
        _ => notes(lang, w),
    }
}

/// Whose plans judge the tiles, and how many each.
fn whose_plans(lang: Lang, w: &WallOut) -> Option<String> {
    let of = |level: Level| w.tiles.iter().filter(|t| t.plan_of == Some(level)).count();
    let said = Level::ALL.iter().map(|l| (whose(lang, *l), of(*l))).filter(|(_, n)| *n > 0);
    let said: Vec<String> = said.map(|(who, n)| format!("{who} {n}")).collect();
    (!said.is_empty()).then(|| {
        let none = w.tiles.iter().filter(|t| t.plan_of.is_none()).count();
        let args = [("who", Arg::Text(said.join(" · "))), ("none", i64::try_from(none).unwrap_or(i64::MAX).into())];
        lang.tf("publishing-note-whose", &args)
    })
}

/// What the figures are, what a star and a colour mean, what is outside the count.
fn notes(lang: Lang, w: &WallOut) -> Vec<String> {
    let mut out = vec![basis_note(lang, w)];
    if w.basis == Basis::Confirmed && w.tiles.iter().any(|t| is_unconfirmed(w, t)) {
        out.push(lang.t("publishing-note-star"));
    }
    out.extend(w.month_end.as_ref().map(|m| zw_reporting::figure::views::month_end_why(lang, m, w.as_of)));
    out.push(lang.t("publishing-note-plan"));
    out.extend(whose_plans(lang, w));
    out.push(lang.t("publishing-note-strip"));
    out.extend(w.notes.iter().map(|n| if lang == Lang::En { n.en() } else { n.zh() }.to_owned()));
    out
}

/// The dark screen: name and time, strip, chart; no links, no names of persons.
pub fn kiosk(lang: Lang, w: &WallOut, o: &Options, base: Option<&Base<'_>>) -> Markup {
    let src = href("/wall/fragment", w, o.shown, &[("kiosk", "1")]);
    parts::live("wall-kiosk", "/live?topics=wall", &src, kiosk_fragment(lang, w, o, base))
}

/// What the kiosk fetches again.
pub fn kiosk_fragment(lang: Lang, w: &WallOut, o: &Options, base: Option<&Base<'_>>) -> Markup {
    html! {
        div class="zw-head" {
            div {
                p class="zw-lead" { strong { (lang.tf("publishing-kiosk-title", &[("name", Arg::from(&w.name))])) } }
            }
            (phase_line(lang, w))
            p class="zw-muted" { (lang.tf("publishing-kiosk-at", &[("at", minute(w.at))])) }
        }
        (strip(lang, w, o))
        (drawing(lang, w, o, base, Medium::Wall))
        p class="zw-source" { (under(lang, w, o.shown).join("　")) }
    }
}

/// One sheet of A3 or A0.
pub fn print(
    lang: Lang,
    w: &WallOut,
    o: &Options,
    base: Option<&Base<'_>>,
    paper: Paper,
    banner: Option<&str>,
) -> Markup {
    let mut source = under(lang, w, o.shown);
    source.push(lang.tf("publishing-print-source", &[("at", minute(w.at))]));
    parts::sheet(
        paper,
        banner,
        html! {
            (strip(lang, w, o))
            (parts::drawing(&caption(lang, w, o.shown), drawing(lang, w, o, base, Medium::Sheet), Some(&source.join("　"))))
        },
    )
}

/// Buttons of the print page; they stand in the head, which is not printed.
pub fn print_actions(lang: Lang, w: &WallOut, o: &Options, paper: Paper) -> Markup {
    let (size, key) = match paper {
        Paper::A3 => ("A0", "publishing-print-a0"),
        Paper::A0 => ("A3", "publishing-print-a3"),
    };
    html! {
        (parts::print_button(lang))
        (parts::button_link(&lang.t(key), &href("/wall/print", w, o.shown, &[("size", size)]), false))
    }
}

/// Buttons beside the title.
pub fn actions(lang: Lang, w: &WallOut, o: &Options) -> Markup {
    html! {
        (parts::button_link(&lang.t("publishing-print-a3"), &href("/wall/print", w, o.shown, &[("size", "A3")]), false))
        (parts::button_link(&lang.t("publishing-kiosk"), &href("/wall/kiosk", w, o.shown, &[]), false))
    }
}

/// Way up.
pub fn crumbs(w: &WallOut, o: &Options) -> Vec<(String, String)> {
    w.above
        .iter()
        .rev()
        .map(|(id, name)| (name.clone(), href("/wall", w, o.shown, &[("area", &id.to_string())])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_say_state_value_obstacle_and_who_confirmed() {
        zw_ui::I18n::install(&crate::FTL);
        zw_ui::I18n::install(zw_reporting::FTL);
        zw_ui::I18n::install(&zw_network::FTL);
        let w = sample_data();
        let o = Options { shown: View::Tiles, map: false, links: true, units: true, sheets: true, figures: true };
        let html = body(Lang::ZhCn, &w, &o, None).into_string();
        for want in [
            "甲区",
            "10/10",
            "4/10",
            "场地",
            "0/10＊",
            "县级确认 2021-07-05 11:20",
            "省定 ",
            "实时 5（未审核）",
            "65.1%",
            "统计范围未包括金门县和连江县马祖列岛",
            "data-live=\"/live?topics=wall\"",
            "/wall?area=1&amp;",
            "未审核",
            "/figures/coverage_township?area=1&amp;from=2021-07-08&amp;to=2021-07-08",
        ] {
            assert!(html.contains(want), "{want} in {html}");
        }
        zw_ui::gallery::lint(&html).unwrap_or_else(|e| panic!("{e}"));
        zw_ui::gallery::lint(&sample(Lang::En).into_string()).unwrap_or_else(|e| panic!("{e}"));
        assert!(!sample(Lang::En).into_string().contains('⟦'));
    }

    #[test]
    fn a_kiosk_has_no_links_and_the_past_is_not_live() {
        zw_ui::I18n::install(&crate::FTL);
        zw_ui::I18n::install(zw_reporting::FTL);
        zw_ui::I18n::install(&zw_network::FTL);
        let mut w = sample_data();
        let o = Options { shown: View::Tiles, map: false, links: false, units: false, sheets: false, figures: false };
        let html = kiosk(Lang::ZhCn, &w, &o, None).into_string();
        assert!(!html.contains("<a ") && html.contains("data-live-src=\"/wall/fragment?"), "{html}");
        w.as_of = Day::from_stored(20210704);
        let html = region(Lang::ZhCn, &w, &o, None).into_string();
        assert!(!html.contains("data-live") && html.contains("id=\"wall-body\""), "{html}");
    }
}
