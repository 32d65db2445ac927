//! Pages of snapshots.

mod late;
mod lists;

pub(crate) use late::differences;

use crate::model::figures::printed;
use crate::model::snapshot::{
    AreaFigures, Body, Earlier, FreezeDay, LateDifference, RunningOut, Snapshot, SnapshotFile, SnapshotKind,
    SnapshotOut,
};
use crate::service::gather::{OF_THE_YEAR, of_the_year, reading_order};
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{CircularId, Day, DivisionId, Paged, SnapshotId, Stamp};
use zw_indicators::{Measures, indicator, keys};
use zw_reporting::report::out::period_label;
use zw_ui::form::{Choice, Field, FormExtra, error_summary, field, form_with};
use zw_ui::parts::{self, flag};
use zw_ui::status::badge_with;
use zw_ui::table::{Col, Row, Table, cell, table};
use zw_ui::{Arg, Lang, Status};
use zw_web::{FormTrouble, Posted};

// i18n-keys: publishing-kind-locked publishing-kind-flash
fn kind(lang: Lang, k: SnapshotKind) -> String {
    lang.t(&format!("publishing-kind-{}", k.code()))
}

/// What the list page offers besides the list.
#[derive(Debug, Default)]
pub struct Offers {
    /// Areas for a flash snapshot; empty: the reader may take none.
    pub areas: Vec<(DivisionId, String)>,
    /// What a freeze of the newest of them would leave out now: stations and counties.
    pub left_out: Option<(Period, (usize, usize))>,
    /// Months that may be frozen, with the freeze day.
    pub months: Vec<(Period, FreezeDay)>,
    /// Today.
    pub today: Option<Day>,
    /// Snapshots that are being taken.
    pub running: Vec<RunningOut>,
}

/// The list with its two forms. `posted` is what was typed when a form did not go through.
pub fn list(
    lang: Lang,
    csrf: &str,
    key: &str,
    rows: &Paged<SnapshotOut>,
    offers: &Offers,
    posted: &Posted,
    trouble: &FormTrouble,
) -> Markup {
    html! {
        @if let Some(note) = &trouble.note { p class="zw-notice n-danger" role="alert" { (note) } }
        @if !offers.areas.is_empty() || !offers.months.is_empty() {
            (parts::columns(html! {
                @if !offers.areas.is_empty() { (parts::card(&lang.t("publishing-flash-title"), flash(lang, csrf, key, offers, posted, trouble))) }
                @if !offers.months.is_empty() { (parts::card(&lang.t("publishing-freeze-title"), freeze(lang, csrf, key, offers, posted, trouble))) }
            }))
        }
        @if !offers.running.is_empty() { (running(lang, &offers.running)) }
        (table(lang, &Table {
            caption: lang.t("publishing-snapshots"),
            cols: vec![
                Col::text(lang.t("publishing-as-of")),
                Col::text(lang.t("publishing-area")),
                Col::text(lang.t("publishing-kind")),
                Col::text(lang.t("publishing-period")).wide_only(),
                Col::text(lang.t("publishing-taken-at")),
                Col::text(lang.t("publishing-taken-by")).wide_only(),
                Col::text(lang.t("publishing-hash")).wide_only(),
            ],
            rows: rows.items.iter().map(|s| Row::new(vec![
                html! { a href={ "/snapshots/" (s.id) } { (s.as_of.to_string()) } },
                cell(&s.division_name),
                flag(&kind(lang, s.kind)),
                cell(s.period.as_deref().map(|p| period_label(lang, p)).unwrap_or_default()),
                cell(s.taken_at.minute_cn()),
                cell(&s.taken_by),
                html! { code { (s.hash.get(..12).unwrap_or_default()) } },
            ])).collect(),
            empty: Some(parts::empty(&lang.t("publishing-snapshots-none"), &lang.t("publishing-snapshots-none-how"), None)),
            ..Table::default()
        }))
        (parts::pagination(lang, rows.page, rows.size, rows.total, |p| format!("/snapshots?page={p}")))
    }
}

/// What is being taken now, and what came to nothing: the reader's own leads to its page, of others' the name is told.
fn running(lang: Lang, list: &[RunningOut]) -> Markup {
    parts::card(
        &lang.t("publishing-running"),
        html! { ul class="zw-list" { @for r in list { li {
            @let what = match &r.month {
                Some(m) => lang.tf("publishing-running-freeze", &[("month", Arg::from(&period_label(lang, m))), ("area", Arg::from(&r.division_name))]),
                None => lang.tf("publishing-running-flash", &[("day", Arg::Text(r.as_of.to_string())), ("area", Arg::from(&r.division_name))]),
            };
            @if let Some(id) = r.job { a class="zw-tap" href={ "/jobs/" (id) } { (what) } } @else { (what) }
            @if r.state.is_over() { " " (badge_with(Status::Overdue, &lang.t("publishing-running-not"))) }
            " " span class="zw-muted" { (lang.tf("publishing-running-by", &[("who", Arg::from(&r.by)), ("at", Arg::Text(r.at.minute_cn()))])) }
        } } } },
    )
}

fn flash(lang: Lang, csrf: &str, key: &str, o: &Offers, posted: &Posted, t: &FormTrouble) -> Markup {
    let areas: Vec<Choice> = o.areas.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let area = match posted.value("division") {
        "" => areas.first().map(|c| c.value.clone()).unwrap_or_default(),
        typed => typed.to_owned(),
    };
    let day = match posted.value("as_of") {
        "" => o.today.map(|d| d.to_string()).unwrap_or_default(),
        typed => typed.to_owned(),
    };
    form_with(
        "/snapshots/flash",
        csrf,
        Some(key),
        &FormExtra::default(),
        html! {
            p { (lang.t("publishing-flash-how")) }
            (field(lang, &Field::select("division", lang.t("publishing-area"), area, areas).required().error(t.of(lang, "division").as_deref())))
            (field(lang, &Field::date("as_of", lang.t("publishing-as-of"), day).error(t.of(lang, "as_of").as_deref())))
            (parts::submit(&lang.t("publishing-flash-do")))
        },
    )
}

fn freeze(lang: Lang, csrf: &str, key: &str, o: &Offers, posted: &Posted, t: &FormTrouble) -> Markup {
    let months: Vec<Choice> = o
        .months
        .iter()
        .map(|(m, day)| {
            let words = match day {
                FreezeDay::On(day) => lang.tf(
                    "publishing-freeze-month",
                    &[("month", Arg::Text(m.to_string())), ("day", Arg::Text(day.to_string()))],
                ),
                FreezeDay::Unknown(_) => {
                    lang.tf("publishing-freeze-month-unknown", &[("month", Arg::Text(m.to_string()))])
                }
            };
            Choice::new(m.to_string(), words)
        })
        .collect();
    let value = match posted.value("period") {
        "" => o.months.first().map(|(m, _)| m.to_string()).unwrap_or_default(),
        typed => typed.to_owned(),
    };
    form_with(
        "/snapshots/freeze",
        csrf,
        Some(&format!("{key}-f")),
        &FormExtra::default(),
        html! {
            p { (lang.t("publishing-freeze-how")) }
            @if let Some((month, (stations, counties))) = o.left_out.filter(|(_, n)| *n != (0, 0)) {
                p class="zw-notice n-warning" { (lang.tf("publishing-freeze-left-out", &[
                    ("month", Arg::Text(month.to_string())), ("stations", stations.into()), ("counties", counties.into()),
                ])) }
            }
            (field(lang, &Field::select("period", lang.t("publishing-period"), value, months).required().error(t.of(lang, "period").as_deref())))
            (field(lang, &Field::check("early", lang.t("publishing-freeze-early"), posted.value("early") == "1")))
            (parts::submit_danger(&lang.t("publishing-freeze-do"), &lang.t("publishing-freeze-sure")))
        },
    )
}

/// What the page of a snapshot offers.
#[derive(Debug, Default)]
pub struct SnapshotOffers {
    /// The standing circular on it.
    pub circular: Option<CircularId>,
    /// Whether the reader may draft one.
    pub may_draft: bool,
    /// What a draft compares with unless another is chosen.
    pub compared: Option<SnapshotId>,
    /// Earlier snapshots to compare with, newest first.
    pub earlier: Vec<Earlier>,
    /// The file of what came after it.
    pub export: Option<zw_ui::Export>,
}

fn name(lang: Lang, m: &Measures, key: &str) -> String {
    match (indicator::find(key), m.def(key)) {
        (Some(i), _) => lang.t(i.label),
        (None, Some(d)) => lang.t(d.label),
        (None, None) => key.to_owned(),
    }
}

/// One snapshot.
pub fn show(
    lang: Lang,
    (csrf, key): (&str, &str),
    s: &SnapshotFile,
    m: &Measures,
    o: &SnapshotOffers,
    t: &FormTrouble,
) -> Markup {
    let h = &s.head;
    html! {
        @if let Some(note) = &t.note { p class="zw-notice n-danger" role="alert" { (note) } }
        @if !t.fields.0.is_empty() { (errors(lang, t)) }
        (parts::definitions([
            (lang.t("publishing-kind"), html! { (flag(&kind(lang, h.kind))) @if let Some(p) = &h.period { " " (period_label(lang, p)) } }),
            (lang.t("publishing-area"), html! { (h.division_name) }),
            (lang.t("publishing-as-of"), html! { (h.as_of.to_string()) }),
            (lang.t("publishing-taken-at"), html! { (h.taken_at.minute_cn()) }),
            (lang.t(if h.kind == SnapshotKind::Locked { "publishing-locked-by" } else { "publishing-taken-by" }), html! { (h.taken_by) }),
            (lang.t("publishing-division-version"), html! { (h.division_version.to_string()) }),
            (lang.t("publishing-hash"), html! { code { (h.hash) } " " (lang.t("publishing-hash-ok")) }),
        ]))
        (circular(lang, csrf, key, s, o))
        @if s.partial { p class="zw-notice" { (lang.t("publishing-partial")) } }
        h2 { (lang.t("publishing-figures")) }
        (figures(lang, s, m))
        @if let Some(list) = &s.late { (late::late(lang, s, m, list, o.export.clone())) }
        (areas(lang, s))
        (lists::lists(lang, s, m))
    }
}

fn errors(lang: Lang, t: &FormTrouble) -> Markup {
    error_summary(lang, &t.all(lang))
}

fn circular(lang: Lang, csrf: &str, key: &str, s: &SnapshotFile, o: &SnapshotOffers) -> Markup {
    if let Some(id) = o.circular {
        return html! { p { (parts::button_link(&lang.t("publishing-circular-open"), &format!("/circulars/{id}"), true)) } };
    }
    if !o.may_draft {
        return html! {};
    }
    let mut choices: Vec<Choice> = o
        .earlier
        .iter()
        .enumerate()
        .map(|(i, e)| Choice::new(e.id.to_string(), told(lang, e, o.earlier.get(i + 1..).unwrap_or_default())))
        .collect();
    choices.push(Choice::new("none", lang.t("publishing-compare-none")));
    let first = o.compared.map_or_else(|| "none".to_owned(), |id| id.to_string());
    parts::card(
        &lang.t("publishing-draft-title"),
        form_with(
            "/circulars",
            csrf,
            Some(key),
            &FormExtra::default(),
            html! {
                (zw_ui::form::hidden("snapshot", &s.head.id.to_string()))
                (field(lang, &Field::select("previous", lang.t("publishing-compare"), first, choices).hint(lang.t("publishing-compare-hint"))))
                (parts::submit(&lang.t("publishing-draft-do")))
            },
        ),
    )
}

/// An earlier snapshot in a list: a month by its name, a flash by when it was taken and, where the area has older ones of the
/// same day (`older`: those after it in the list), which of them it is.
fn told(lang: Lang, e: &Earlier, older: &[Earlier]) -> String {
    let head = format!("{} {}", e.as_of, kind(lang, e.kind));
    if let Some(period) = e.period.as_deref() {
        return format!("{head} {}", period_label(lang, period));
    }
    let n = 1 + older.iter().filter(|o| o.as_of == e.as_of && o.kind == e.kind).count();
    let at = e.taken_at.minute_cn();
    format!("{head} {}", lang.tf("publishing-earlier-taken", &[("at", Arg::from(&at)), ("n", n.into())]))
}

fn figures(lang: Lang, s: &SnapshotFile, m: &Measures) -> Markup {
    let total = &s.body.total;
    let rows = reading_order(total).into_iter().filter_map(|key| match indicator::find(key) {
        Some(i) => {
            let (value, unit) = (printed(i.key, total)?, if i.unit == "%" { "%" } else { "" });
            let den = i.den.and_then(|d| total.get(d)).unwrap_or(0);
            Some((key, format!("{value}{unit}"), format!("{} / {den}", total.get(i.num).unwrap_or(0))))
        }
        None => Some((key, zw_ui::format::num(total.get(key)?), String::new())),
    });
    let rows = rows.map(|(key, value, parts)| {
        let flow = s.body.flows.iter().any(|f| f == key);
        Row::new(vec![
            html! { (parts::figure(&name(lang, m, key), &figure_href(s, key))) },
            cell(value),
            cell(parts),
            cell(lang.t(if flow { "publishing-from-reports" } else { "publishing-from-registers" })),
            cell(s.rule_versions.get(key).cloned().unwrap_or_default()),
        ])
    });
    table(
        lang,
        &Table {
            caption: lang.t("publishing-figures-caption"),
            cols: vec![
                Col::text(lang.t("publishing-figure")),
                Col::figure(lang.t("publishing-value"), ""),
                Col::figure(lang.t("publishing-parts"), "").wide_only(),
                Col::text(lang.t("publishing-source")),
                Col::text(lang.t("publishing-rule")).wide_only(),
            ],
            rows: rows.collect(),
            phone: zw_ui::table::Phone::Lines,
            ..Table::default()
        },
    )
}

fn figure_href(s: &SnapshotFile, key: &str) -> String {
    if !s.opens_figures {
        return String::new();
    }
    let to = s.head.as_of;
    let needs = |m: &&'static str| indicator::find(key).map_or(key == *m, |i| i.measures().contains(m));
    let from = match OF_THE_YEAR.iter().any(needs) {
        true => of_the_year(to).from,
        false => s.head.period.as_deref().and_then(Period::parse).map_or(to, Period::first_day),
    };
    format!("/figures/{key}?area={}&from={from}&to={to}", s.head.division)
}

fn areas(lang: Lang, s: &SnapshotFile) -> Markup {
    // Nobody has to act on an area of a snapshot: of many, a phone shows the total.
    let part = |a: &AreaFigures| {
        let v = |k: &str| cell(a.get(k).map(zw_ui::format::num).unwrap_or_default());
        let cells = vec![
            cell(&a.name),
            v(keys::TOWNSHIPS_COUNTED),
            v(keys::STATIONS_BUILT),
            cell(printed("coverage_township", a).map(|p| format!("{p}%")).unwrap_or_default()),
            v(keys::POSTED_WORKERS),
            html! { @if let Some(st) = a.status { (st.badge(lang)) } },
            cell(a.confirmed_at.map(Stamp::minute_cn).unwrap_or_default()),
        ];
        Row { quiet: true, ..Row::new(cells) }
    };
    let cols = || {
        vec![
            Col::text(lang.t("publishing-area")),
            Col::figure(lang.t("publishing-strip-townships"), lang.t("publishing-unit-stations_built")),
            Col::figure(lang.t("publishing-strip-stations_built"), lang.t("publishing-unit-stations_built"))
                .wide_only(),
            Col::figure(lang.t("publishing-strip-coverage_township"), ""),
            Col::figure(lang.t("publishing-strip-posted_workers"), lang.t("publishing-unit-posted_workers")),
            Col::text(lang.t("publishing-status")).wide_only(),
            Col::text(lang.t("publishing-confirmed-at")).wide_only(),
        ]
    };
    // Status and confirmation are a county's: beside cities they would stand empty.
    let one = |caption: String, list: &[AreaFigures], columns: usize| {
        let mut t = Table {
            caption,
            cols: cols(),
            rows: list.iter().map(part).collect(),
            totals: Some(part(&s.body.total).cells),
            print: true,
            ..Table::default()
        };
        t.cols.truncate(columns);
        t.rows.iter_mut().map(|r| &mut r.cells).chain(t.totals.as_mut()).for_each(|cells| cells.truncate(columns));
        table(lang, &t)
    };
    html! {
        @if !s.body.cities.is_empty() {
            // Counties that report past their city stand beside the cities, so that the rows add up.
            @let direct: Vec<AreaFigures> = s.body.direct().cloned().collect();
            @let rows: Vec<AreaFigures> = s.body.cities.iter().map(|c| without(lang, c, &s.body)).chain(direct.iter().cloned()).collect();
            (one(lang.t("publishing-by-city"), &rows, 5))
        }
        (one(lang.t("publishing-by-county"), &s.body.counties, usize::MAX))
    }
}

/// A city with the counties in its area that it does not count, named.
fn without(lang: Lang, city: &AreaFigures, body: &Body) -> AreaFigures {
    let names = body.beside(city);
    if names.is_empty() {
        return city.clone();
    }
    let name = lang.tf(
        "publishing-city-without",
        &[("city", Arg::from(&city.name)), ("counties", names.join(lang.comma()).into())],
    );
    AreaFigures { name, ..city.clone() }
}

fn sample_file() -> SnapshotFile {
    let s: Snapshot = crate::model::sample::july();
    let late = vec![LateDifference {
        key: keys::STATIONS_BUILT.into(),
        frozen: 716,
        live: 717,
        difference: 1,
        unreported: 0,
        counties: vec![("350103000000".into(), "甲市丑县".into(), 1)],
    }];
    SnapshotFile {
        head: SnapshotOut::of(&s),
        rule_versions: s.rules,
        body: s.body,
        partial: false,
        late: Some(late),
        opens_figures: true,
    }
}

/// Both pages.
pub fn sample(lang: Lang) -> Markup {
    let f = sample_file();
    let rows = Paged { items: vec![f.head.clone()], page: 1, size: 50, total: 1 };
    let day = Day::from_stored(20210708);
    let offers = Offers {
        left_out: Some((Period::containing(zw_core::period::PeriodKind::Month, day), (205, 28))),
        areas: vec![(DivisionId(1), "示例省".into())],
        months: Period::month(2021, 6).map(|m| (m, FreezeDay::On(day))).into_iter().collect(),
        today: Some(day),
        running: vec![RunningOut {
            state: zw_jobs::JobState::Refused,
            job: Some(zw_core::JobId(zw_core::Uuid::from_u128(1))),
            month: Some("2021-06".into()),
            as_of: day,
            division_name: "示例省".into(),
            by: "示例甲".into(),
            at: f.head.taken_at,
        }],
    };
    let t = FormTrouble::default();
    let o = SnapshotOffers {
        circular: None,
        may_draft: true,
        compared: None,
        earlier: vec![Earlier {
            id: f.head.id,
            kind: SnapshotKind::Flash,
            as_of: day,
            period: None,
            taken_at: f.head.taken_at,
        }],
        export: None,
    };
    html! {
        (list(lang, "t", "k", &rows, &offers, &Posted::default(), &t))
        (show(lang, ("t", "k"), &f, &Measures::default(), &o, &t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_says_hash_dates_versions_and_the_late_difference() {
        zw_ui::I18n::install(&crate::FTL);
        zw_ui::I18n::install(zw_reporting::FTL);
        let html = sample(Lang::ZhCn).into_string();
        let f = sample_file();
        for want in [
            f.head.hash.as_str(),
            "2021-07-08",
            "取于 2021-07-08 09:00（该截至日第 1 份）",
            "补录差额",
            "+1",
            "示例甲",
            "716",
            "65.1%",
            "I1-1",
            "乙市寅县",
        ] {
            assert!(html.contains(want), "{want}");
        }
        for lang in Lang::ALL {
            let html = sample(lang).into_string();
            zw_ui::gallery::lint(&html).unwrap_or_else(|e| panic!("{e}"));
        }
    }
}
