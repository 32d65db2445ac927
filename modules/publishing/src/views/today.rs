//! Publishing's part of the first page.

use crate::model::circular::{CircularOut, CircularState, ReturnOut};
use crate::model::snapshot::FreezeDay;
use crate::model::wall::{OBSTACLES, TileOut, WallOut};
use crate::service::today::{Frozen, Papers};
use crate::views::{circulars, wall};
use maud::{Markup, html};
use zw_core::Day;
use zw_ui::status::badge_with;
use zw_ui::{Arg, Lang, Status};

/// Tiles that are behind, by their leading obstacle; those without one last.
fn behind(w: &WallOut) -> Vec<(Option<&'static str>, Vec<&TileOut>)> {
    let late = |t: &&TileOut| matches!(t.status, Status::Overdue | Status::Behind);
    OBSTACLES
        .iter()
        .map(|(code, _)| Some(*code))
        .chain([None])
        .map(|code| (code, w.tiles.iter().filter(late).filter(|t| t.obstacle.as_deref() == code).collect::<Vec<_>>()))
        .filter(|(_, tiles)| !tiles.is_empty())
        .collect()
}

/// The area's figures, and the counties behind their plan by what holds them up. Order is the map's: nobody is ranked.
pub fn progress(lang: Lang, w: &WallOut, o: &wall::Options) -> Markup {
    // Of a county the townships stand with their sheets in the network's part.
    let groups = if w.level == "X" { vec![] } else { behind(w) };
    let n = |s: Status| i64::try_from(w.tiles.iter().filter(|t| t.status == s).count()).unwrap_or(0);
    let states = [Status::Done, Status::OnCourse, Status::Behind, Status::Overdue];
    zw_ui::card(
        &lang.tf("publishing-today-progress", &[("name", Arg::from(&w.name))]),
        html! {
            (wall::strip(lang, w, o))
            p class="zw-muted" {
                (wall::basis_note(lang, w))
                " " a href="/wall" { (lang.t("publishing-nav-wall")) }
            }
            @for n in &w.notes { p class="zw-muted" { (if lang == Lang::En { n.en() } else { n.zh() }) } }
            p {
                @if w.level == "X" { (lang.t("publishing-today-towns")) " " }
                @for s in states { (zw_ui::status::badge(lang, s)) " " (zw_ui::format::num(n(s))) "　" }
            }
            @if !groups.is_empty() {
                h3 { (lang.t("publishing-today-behind")) }
                (zw_ui::definitions(groups.iter().map(|(code, tiles)| (
                    match code {
                        Some(c) => lang.t(&format!("publishing-obstacle-{c}")),
                        None => lang.t("publishing-today-no-obstacle"),
                    },
                    html! { @for (i, t) in tiles.iter().enumerate() {
                        @if i > 0 { (lang.comma()) }
                        a href={ "/wall?area=" (t.division) } { (t.name) } " " span class="zw-muted" { (t.covered) "/" (t.counted) }
                    } },
                ))))
            }
        },
    )
}

/// What waits for the writer: a month to freeze, circulars to check or to send.
pub fn papers(lang: Lang, p: &Papers, today: Day) -> Markup {
    zw_ui::card(
        &lang.t("publishing-today-papers"),
        html! {
            @if p.freeze.is_empty() && p.open.is_empty() && p.frozen.is_none() { p class="zw-muted" { (lang.t("publishing-today-no-papers")) } }
            ul class="zw-list" {
                @for (month, day) in &p.freeze { li {
                    a href="/snapshots" { (lang.tf("publishing-today-freeze", &[("month", Arg::from(&month_label(lang, *month)))])) } " "
                    @match day {
                        FreezeDay::On(day) => {
                            @if *day < today { (badge_with(Status::Overdue, &lang.t("publishing-today-freeze-late"))) }
                            @else if *day == today { (badge_with(Status::OnCourse, &lang.t("publishing-today-freeze-now"))) }
                            p class="zw-muted" { (lang.tf("publishing-today-freeze-day", &[("day", Arg::Text(day.to_string()))])) }
                        }
                        FreezeDay::Unknown(year) => {
                            (badge_with(Status::NoData, &lang.t("publishing-timeliness-unknown")))
                            p class="zw-muted" { (lang.tf("publishing-today-freeze-unknown", &[("year", Arg::Text(year.to_string()))])) }
                        }
                    }
                } }
                @if let Some(f) = &p.frozen { li { (frozen(lang, f, today)) } }
                @for c in &p.open { li { (open(lang, c)) } }
                @if let Some(c) = &p.sent { li {
                    a href={ "/circulars/" (c.id) } { (c.title) } " " (circulars::state(lang, c.state))
                    p class="zw-muted" { (c.doc_no.as_deref().unwrap_or_default()) " " @if let Some(d) = c.sent_on { (d) } }
                } }
            }
        },
    )
}

/// A frozen month without a sent circular: what is to be done about it, and for how long it waits.
fn frozen(lang: Lang, f: &Frozen, today: Day) -> Markup {
    let month = month_label(lang, f.month);
    let days = f.on.days_until(today);
    html! {
        @match &f.circular {
            None => {
                a href={ "/snapshots/" (f.snapshot) } { (lang.tf("publishing-today-to-draft", &[("month", Arg::from(&month))])) }
            }
            Some(c) => (open(lang, c))
        }
        p class="zw-muted" {
            (lang.tf("publishing-today-frozen", &[("month", Arg::from(&month)), ("day", Arg::Text(f.on.to_string())), ("n", days.into())]))
        }
    }
}

/// A circular that is not sent yet, and what it waits for.
fn open(lang: Lang, c: &CircularOut) -> Markup {
    let next = match (c.state, &c.returned) {
        (CircularState::Draft, Some(_)) => "publishing-today-to-mend",
        (CircularState::Draft, None) => "publishing-today-to-check",
        _ => "publishing-today-to-send",
    };
    html! {
        a href={ "/circulars/" (c.id) } { (c.title) } " " (circulars::state(lang, c.state))
        @if c.returned.is_some() { " " (badge_with(Status::Behind, &lang.t("publishing-returned"))) }
        @if let Some(r) = &c.returned { p { (short(&r.remarks)) } }
        p class="zw-muted" {
            (lang.t(next)) " · "
            @let (who, at) = c.returned.as_ref().map_or(&c.edited, |r| &r.returned);
            (who) " " (at.minute_cn())
        }
    }
}

/// Remarks as far as a list has room; the rest stands on the circular's page.
fn short(text: &str) -> String {
    const MOST: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { format!("{}…", line.chars().take(MOST).collect::<String>()) }
}

/// The last circular, for who reads them and writes none.
pub fn sent(lang: Lang, c: &CircularOut) -> Markup {
    zw_ui::card(
        &lang.t("publishing-today-sent"),
        html! {
            p { a href={ "/circulars/" (c.id) } { (c.title) } }
            p class="zw-muted" {
                (c.doc_no.as_deref().unwrap_or_default()) " " @if let Some(d) = c.sent_on { (d) }
            }
            (zw_ui::button_row(zw_ui::button_link(&lang.t("publishing-file-pdf"), &format!("/circulars/{}/file/pdf", c.id), false)))
        },
    )
}

fn month_label(lang: Lang, month: zw_core::period::Period) -> String {
    if lang == Lang::En { month.label_en() } else { month.label_zh() }
}

/// An invented first page of a province.
pub fn sample(lang: Lang) -> Markup {
    let w = wall::sample_data();
    let o = wall::Options {
        shown: crate::model::wall::View::Tiles,
        map: false,
        links: true,
        units: false,
        sheets: false,
        figures: true,
    };
    let day = Day::from_stored(20210712);
    let month = zw_core::period::Period::containing(zw_core::period::PeriodKind::Month, Day::from_stored(20210601));
    let c = circulars::sample_out();
    let returned =
        ReturnOut { remarks: "第二部分请写明时限。".into(), returned: c.created.clone(), checked: None };
    let late = Papers {
        freeze: vec![(month, FreezeDay::On(Day::from_stored(20210710))), (month, FreezeDay::Unknown(2022))],
        frozen: Some(Frozen { month, snapshot: c.snapshot, on: Day::from_stored(20210709), circular: None }),
        open: vec![CircularOut { returned: Some(returned), ..c.clone() }],
        sent: None,
    };
    let waits = Papers {
        frozen: Some(Frozen { month, snapshot: c.snapshot, on: day, circular: Some(c.clone()) }),
        ..Papers::default()
    };
    html! { (progress(lang, &w, &o)) (sent(lang, &c)) (papers(lang, &late, day)) (papers(lang, &waits, day)) (papers(lang, &Papers::default(), day)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_behind_stand_under_what_holds_them_up() {
        zw_ui::I18n::install(&crate::FTL);
        zw_ui::I18n::install(zw_reporting::FTL);
        let w = wall::sample_data();
        let found: Vec<_> = behind(&w)
            .into_iter()
            .map(|(code, t)| (code, t.iter().map(|t| t.name.clone()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(found, [(Some("venue"), vec!["乙县".to_owned()])]);
        let html = sample(Lang::ZhCn).into_string();
        for want in [
            "乙县",
            "4/10",
            "场地",
            "冻结2021年6月",
            "已过冻结日",
            "待核稿",
            "/wall?area=1",
            "起草2021年6月通报",
            "已冻结 3 天",
            "已冻结 0 天",
            "第二部分请写明时限。",
            "下载 PDF",
        ] {
            assert!(html.contains(want), "{want} in {html}");
        }
        assert!(!sample(Lang::En).into_string().contains('⟦'));
        zw_ui::gallery::lint(&html).unwrap_or_else(|e| panic!("{e}"));
    }
}
