//! Targets of an area with the status against plan.

use super::Form;
use crate::model::plan::{
    Level, Phase, PlanPoint, PlanStatus, TARGET_MEASURES, Target, TargetChange, TargetFilter, TargetLine,
};
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, Stamp, TargetId, Uuid};
use zw_ui::form::{Choice, Field, Kind, buttons, form};
use zw_ui::table::{Chip, cell};
use zw_ui::{Col, Lang, Markup, Row, Table, card, figure, html, submit, submit_danger, table};
use zw_web::{FormTrouble, Posted};

/// What the page needs.
pub struct Data {
    /// The area shown.
    pub area: DivisionId,
    /// Filters in force.
    pub filter: TargetFilter,
    /// Areas the reader may look at.
    pub areas: Vec<Choice>,
    /// Lines, the area's own first.
    pub lines: Vec<TargetLine>,
    /// Divisions a target can be set for; empty when the reader may not.
    pub places: Vec<Choice>,
    /// Targets the reader may take back.
    pub mine: Vec<TargetId>,
    /// Today.
    pub today: Day,
    /// The reader stands above the county: actual values are confirmed ones, or marked.
    pub above_county: bool,
    /// The figures are the reader's to open.
    pub opens: bool,
    /// What was set, changed and taken back, with the division's name, the latest first.
    pub changes: Vec<(String, TargetChange)>,
}

/// The word of a measure.
pub(crate) fn measure(lang: Lang, key: &str) -> String {
    lang.t(&format!("network-m-{}", key.replace('_', "-")))
}

// i18n-keys: network-phase-coverage network-phase-standard network-phase-raise
/// The full word of a phase: 一年覆盖.
pub fn phase(lang: Lang, p: Phase) -> String {
    lang.t(&format!("network-phase-{}", p.code()))
}

// i18n-keys: network-level-p network-level-c network-level-x
/// Whose target it is: 省定, 市定, 县定.
pub fn whose(lang: Lang, level: Level) -> String {
    lang.t(&format!("network-level-{}", level.code().to_lowercase()))
}

/// The same in brackets, behind a name.
pub fn whose_behind(lang: Lang, level: Option<Level>) -> String {
    level.map(|l| lang.tf("network-whose", &[("who", whose(lang, l).into())])).unwrap_or_default()
}

/// What a target is called everywhere: its phase, by when, of what how many. Two of one division differ in it.
pub fn name(lang: Lang, p: Phase, measured: &str, point: PlanPoint) -> String {
    lang.tf(
        "network-target-name",
        &[
            ("phase", phase(lang, p).into()),
            ("day", point.due_on.to_string().into()),
            ("measure", measure(lang, measured).into()),
            ("n", point.value.into()),
        ],
    )
}

fn phases(lang: Lang) -> Vec<Choice> {
    Phase::ALL.iter().map(|p| Choice::new(p.code(), phase(lang, *p))).collect()
}

/// The value now, with the way to its rows.
pub(crate) fn actual(l: &TargetLine, today: Day) -> Markup {
    let href = format!("/figures/{}?area={}&from={today}&to={today}", l.measure, l.division);
    figure(&zw_ui::format::num(l.actual), &href)
}

/// Filters: area, measure, phase; each a select, all sent together by GET.
fn filters(lang: Lang, d: &Data) -> Markup {
    let measures: Vec<Choice> = TARGET_MEASURES.iter().map(|m| Choice::new(*m, measure(lang, m))).collect();
    let (area, phase) = (d.area.to_string(), d.filter.phase().map(|p| p.code()).unwrap_or_default());
    let all = |list: Vec<Choice>| [vec![Choice::new("", lang.t("network-all"))], list].concat();
    html! {
        form class="zw-filter" action="/targets" method="get" role="search" {
            (select(&lang.t("network-filter-area"), "area", &area, &d.areas))
            (select(&lang.t("network-f-measure"), "measure", d.filter.measure().unwrap_or_default(), &all(measures)))
            (select(&lang.t("network-f-phase"), "phase", phase, &all(phases(lang))))
            button class="btn" type="submit" { (lang.t("network-filter")) }
        }
    }
}

/// Its ids differ from those of the form that sets a target on the same page.
fn select(label: &str, name: &str, chosen: &str, list: &[Choice]) -> Markup {
    html! {
        div {
            label class="form-label" for={ "q-" (name) } { (label) }
            select class="form-select" id={ "q-" (name) } name=(name) {
                @for c in list { option value=(c.value) selected[c.value == chosen] { (c.label) } }
            }
        }
    }
}

/// The filters in force besides the area, each with the way to be rid of it.
fn chips(lang: Lang, d: &Data) -> Vec<Chip> {
    let (by_measure, by_phase) = (d.filter.measure(), d.filter.phase());
    let href = |measure: Option<&str>, phase: Option<&str>| {
        let kept =
            [("measure", measure), ("phase", phase)].into_iter().filter_map(|(k, v)| Some(format!("&{k}={}", v?)));
        format!("/targets?area={}{}", d.area, kept.collect::<String>())
    };
    let of_measure = by_measure.map(|m| (measure(lang, m), href(None, by_phase.map(|p| p.code()))));
    let of_phase = by_phase.map(|p| (phase(lang, p), href(by_measure, None)));
    let both = of_measure.into_iter().chain(of_phase);
    both.map(|(label, remove_href)| Chip { label, remove_href }).collect()
}

// i18n-keys: network-no-targets network-no-targets-how network-targets-none-fit network-targets-none-fit-how
/// The page of an area's targets.
pub fn page(lang: Lang, csrf: &str, key: &str, d: &Data, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let rows = d
        .lines
        .iter()
        .map(|l| {
            Row::new(vec![
                html! { a href={ "/targets?area=" (l.division) } { (l.name) } },
                cell(measure(lang, &l.measure)),
                html! {
                    (whose(lang, l.level))
                    @if !l.judges { " " span class="zw-muted" { (lang.t("network-target-beside")) } }
                },
                html! {
                    @if d.opens { (actual(l, d.today)) } @else { (zw_ui::format::num(l.actual)) }
                    @if d.above_county && !l.confirmed { " " (zw_ui::parts::unconfirmed(lang)) }
                },
                cell(zw_ui::format::num_opt(l.planned)),
                zw_ui::status::badge(lang, l.status.ui()),
                html! { @for t in &l.targets {
                    div {
                        (name(lang, t.phase, &t.measure, t.point()))
                        @if l.division == d.area && d.mine.contains(&t.id) {
                            " " a href={ "/targets/" (t.id) "/delete" } { (lang.t("network-target-delete")) }
                        }
                    }
                } },
            ])
        })
        .collect();
    let chips = chips(lang, d);
    let empty = if chips.is_empty() { "network-no-targets" } else { "network-targets-none-fit" };
    html! {
        (super::trouble(lang, trouble))
        (filters(lang, d))
        (table(lang, &Table {
            caption: lang.t("network-targets-caption"),
            cols: vec![
                Col::text(lang.t("network-f-division")),
                Col::text(lang.t("network-f-measure")),
                Col::text(lang.t("network-col-whose")),
                Col::figure(lang.t("network-col-actual"), ""),
                Col::figure(lang.t("network-col-planned"), "").wide_only(),
                Col::text(lang.t("network-col-status")),
                Col::text(lang.t("network-col-points")),
            ],
            rows,
            print: true,
            chips,
            empty: Some(zw_ui::empty(&lang.t(empty), &lang.t(&format!("{empty}-how")), None)),
            source: Some(lang.tf(
                if d.above_county { "network-targets-source-confirmed" } else { "network-targets-source" },
                &[("day", d.today.to_string().into())],
            )),
            ..Table::default()
        }))
        @if !d.changes.is_empty() { (history(lang, d)) }
        @if !d.places.is_empty() { (card(&lang.t("network-target-new"), new_form(lang, csrf, key, d, posted, trouble))) }
    }
}

/// Who set, changed and took back what, when and why: a plan that was eased is told beside the plan.
fn history(lang: Lang, d: &Data) -> Markup {
    let value = |v: Option<i64>| zw_ui::format::num_opt(v);
    let rows = d
        .changes
        .iter()
        .map(|(division, c)| {
            let said = match (c.old_value, c.new_value) {
                (None, _) => lang.t("network-target-first-set"),
                (_, None) => lang.t("network-target-taken-back"),
                _ => c.why.clone(),
            };
            let why = if c.new_value.is_none() { format!("{said} · {}", c.why) } else { said };
            Row::new(vec![
                cell(c.at.minute_cn()),
                cell(division.clone()),
                cell(name(lang, c.phase, &c.measure, c.point()) + &whose_behind(lang, c.set_level)),
                cell(value(c.old_value)),
                cell(value(c.new_value)),
                cell(why),
                cell(c.changed_by.clone()),
            ])
        })
        .collect();
    table(
        lang,
        &Table {
            caption: lang.t("network-target-changes"),
            cols: vec![
                Col::text(lang.t("network-col-when")),
                Col::text(lang.t("network-f-division")),
                Col::text(lang.t("network-target")),
                Col::figure(lang.t("network-col-before"), ""),
                Col::figure(lang.t("network-col-after"), ""),
                Col::text(lang.t("network-col-reason")),
                Col::text(lang.t("network-col-by")),
            ],
            rows,
            ..Table::default()
        },
    )
}

/// The page on which a target is taken back, with the reason.
pub fn back_page(lang: Lang, csrf: &str, key: &str, t: &Target, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let f = Form { lang, posted, trouble };
    let name = name(lang, t.phase, &t.measure, t.point());
    html! {
        (super::trouble(lang, trouble))
        p { (lang.t("network-target-delete-told")) }
        (form(
            &format!("/targets/{}/delete", t.id),
            csrf,
            Some(key),
            html! {
                (f.draw(&f.field("why", Kind::Text).required()))
                (buttons(html! {
                    (submit_danger(
                        &lang.t("network-target-delete"),
                        &lang.tf("network-target-delete-sure", &[("name", name.into())]),
                    ))
                    a class="btn" href={ "/targets?area=" (t.division_id) } { (lang.t("network-target-keep")) }
                }))
            },
        ))
    }
}

fn new_form(lang: Lang, csrf: &str, key: &str, d: &Data, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let f = Form { lang, posted, trouble };
    let measures = TARGET_MEASURES.iter().map(|m| Choice::new(*m, measure(lang, m))).collect();
    let due = Field { label: lang.t("network-f-target-due"), ..f.field("due_on", Kind::Date).required() };
    form(
        &format!("/targets?area={}", d.area),
        csrf,
        Some(key),
        html! {
                p class="form-hint" { (lang.t("network-target-own-level")) }
                (f.draw(&f.field("division", Kind::Select(d.places.clone())).required()))
                (f.draw(&f.field("measure", Kind::Select(measures)).required()))
                div class="zw-fields" {
                    (f.draw(&due))
                    (f.draw(&f.field("value", Kind::Number { min: Some(0), max: None }).required()))
                    (f.draw(&f.field("phase", Kind::Select(phases(lang)))))
                }
                (f.draw(&f.field("why", Kind::Text).hint(lang.t("network-target-why-hint"))))
                (buttons(submit(&lang.t("network-save"))))
        },
    )
}

/// A county behind its plan.
pub fn sample(lang: Lang) -> Markup {
    let data = Data {
        area: DivisionId(100),
        filter: TargetFilter { phase: Some("coverage".into()), ..TargetFilter::default() },
        areas: vec![Choice::new("100", "示例甲区")],
        lines: vec![sample_line(), TargetLine { level: Level::City, judges: false, ..sample_line() }],
        places: vec![Choice::new("100", "示例甲区")],
        mine: vec![TargetId(Uuid::nil())],
        today: Day::from_stored(20210708),
        above_county: true,
        opens: true,
        changes: vec![("示例甲区".into(), sample_change())],
    };
    page(lang, "t", "k", &data, &Posted::default(), &FormTrouble::default())
}

/// An invented change.
fn sample_change() -> TargetChange {
    TargetChange {
        division_id: DivisionId(100),
        measure: "townships_covered".into(),
        due_on: Day::from_stored(20211231),
        set_level: Some(Level::City),
        phase: Phase::Coverage,
        old_value: Some(14),
        new_value: Some(12),
        why: "两镇合并".into(),
        changed_by: "示例市民政局".into(),
        at: Stamp::from_ms(1_625_700_000_000),
    }
}

/// An invented line.
pub(crate) fn sample_line() -> TargetLine {
    let target = Target {
        id: TargetId(Uuid::nil()),
        division_id: DivisionId(100),
        measure: "townships_covered".into(),
        due_on: Day::from_stored(20211231),
        value: 12,
        phase: Phase::Coverage,
        set_by: "省".into(),
        set_level: Level::Province,
        created_at: Stamp::from_ms(0),
    };
    TargetLine {
        division: DivisionId(100),
        name: "示例甲区".into(),
        measure: "townships_covered".into(),
        level: Level::Province,
        judges: true,
        actual: 5,
        confirmed: false,
        planned: Some(7),
        status: PlanStatus::Behind,
        targets: vec![target],
    }
}
