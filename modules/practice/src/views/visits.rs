//! Encounters: the list, one of them, declaring one void.

use super::{Watermark, choices, word};
use crate::model::{EncounterKind, Mode, Outcome, Purpose};
use crate::out::{EncounterOut, EncounterPerson, EncounterWorker};
use crate::service::encounter::FindEncounters;
use crate::service::form::WorkerChoice;
use maud::{Markup, html};
use zw_core::code::Code;
use zw_core::{Day, DivisionId, EncounterId, Paged, ResidentId, UnitId, Uuid, WorkerId};
use zw_ui::form::{Choice, Field, buttons, folded, form, hidden};
use zw_ui::parts::{button_link, button_row, card, definitions, empty, flag, pagination, submit, submit_danger};
use zw_ui::table::{Col, Row, Table, table};
use zw_ui::{Lang, Status, field, status};
use zw_web::FormView;

/// Who was met, who was sought in vain.
pub(crate) fn people(lang: Lang, e: &EncounterOut) -> Markup {
    let name = |p: &EncounterPerson| if p.name.is_empty() { lang.t("practice-anonymous") } else { p.name.clone() };
    html! {
        @for (i, p) in e.persons.iter().enumerate() {
            @if i > 0 { (lang.comma()) }
            (name(p)) @if !p.met { " " (status::badge_with(Status::Behind, &lang.t("practice-not-met"))) }
        }
        (children(lang, e))
        @if e.voided { " " (flag(&lang.t("practice-void"))) }
    }
}

/// The number of children this reader does not see.
fn children(lang: Lang, e: &EncounterOut) -> Markup {
    html! { @if e.children_hidden > 0 {
        @if !e.persons.is_empty() { (lang.comma()) } (lang.tf("practice-children-hidden", &[("n", e.children_hidden.into())]))
    } }
}

fn workers(lang: Lang, e: &EncounterOut) -> String {
    e.workers.iter().map(|w| w.name.as_str()).collect::<Vec<_>>().join(lang.comma())
}

/// A table of encounters; with `texts` what was done, where the reader sees it. How to begin is told to who may record.
pub(crate) fn encounter_table(
    lang: Lang,
    list: &[EncounterOut],
    caption: &str,
    texts: bool,
    may_record: bool,
) -> Markup {
    // i18n-keys: practice-visits-none-how practice-visits-none-read
    let how = if may_record { "practice-visits-none-how" } else { "practice-visits-none-read" };
    table(
        lang,
        &Table {
            caption: caption.to_owned(),
            cols: [
                Some(Col::text(lang.t("practice-col-day"))),
                Some(Col::text(lang.t("practice-col-persons"))),
                Some(Col::text(lang.t("practice-col-mode"))),
                texts.then(|| Col::text(lang.t("practice-col-action"))),
                Some(Col::text(lang.t("practice-col-workers")).wide_only()),
                Some(Col::text(lang.t("practice-col-village")).wide_only()),
            ]
            .into_iter()
            .flatten()
            .collect(),
            rows: list
                .iter()
                .map(|e| {
                    let cells = [
                        Some(html! { a class="zw-tap" href={ "/visits/" (e.county) "/" (e.id) } { (e.day) } @if e.late_entry { " " (flag(&lang.t("practice-late-entry"))) } }),
                        Some(people(lang, e)),
                        Some(html! { (word(lang, "kind", e.kind.code())) " · " (word(lang, "mode", e.mode.code())) }),
                        texts.then(|| html! { @if e.withheld { (super::not_shown(lang)) } @else { (e.action.as_deref().map(short).unwrap_or_default()) } }),
                        Some(html! { (workers(lang, e)) }),
                        Some(html! { (e.village_name.as_deref().unwrap_or("—")) }),
                    ];
                    Row::new(cells.into_iter().flatten().collect())
                })
                .collect(),
            print: true,
            empty: Some(empty(&lang.t("practice-visits-none"), &lang.t(how), None)),
            ..Table::default()
        },
    )
}

/// The first line's worth of a text.
fn short(text: &str) -> String {
    let line: String = text.chars().take(40).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if text.chars().count() > 40 { format!("{line}…") } else { line }
}

fn page_href(ask: &FindEncounters, page: i64) -> String {
    // Dates, codes and ids only: nothing in them needs encoding, and anything else was refused before.
    let parts = [
        ("from", &ask.from),
        ("to", &ask.to),
        ("worker", &ask.worker),
        ("kind", &ask.kind),
        ("mode", &ask.mode),
        ("void", &ask.void),
    ];
    let mut out = String::from("/visits?");
    for (name, value) in parts {
        let clean: String = value.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        if !clean.is_empty() {
            out.push_str(&format!("{name}={clean}&"));
        }
    }
    format!("{out}page={page}")
}

/// The list with its filters. `posted_workers` is empty for readers beyond the station.
pub fn list(
    f: &FormView<'_>,
    ask: &FindEncounters,
    found: &Paged<EncounterOut>,
    posted_workers: &[WorkerChoice],
    may_record: bool,
) -> Markup {
    let lang = f.lang;
    let open = !ask.from.is_empty()
        || !ask.to.is_empty()
        || !ask.worker.is_empty()
        || !ask.kind.is_empty()
        || !ask.mode.is_empty();
    let put = |x: Field| {
        let wrong = f.trouble.of(lang, &x.name);
        field(lang, &x.error(wrong.as_deref()))
    };
    html! {
        @if may_record {
            (button_row(html! {
                (button_link(&lang.t("practice-find-person"), "/people", true))
                (button_link(&lang.t("practice-new-consult"), "/visits/consult", false))
            }))
        }
        (folded(&lang.t("practice-filter"), open || !f.trouble.is_empty(), html! {
            form class="zw-form" action="/visits" method="get" {
                (put(Field::date("from", lang.t("practice-from"), &ask.from)))
                (put(Field::date("to", lang.t("practice-to"), &ask.to)))
                (put(Field::select("kind", lang.t("practice-col-kind"), &ask.kind, choices::<EncounterKind>(lang, "kind"))))
                (put(Field::select("mode", lang.t("practice-f-mode"), &ask.mode, choices::<Mode>(lang, "mode"))))
                @if !posted_workers.is_empty() {
                    @let list = posted_workers.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
                    (put(Field::select("worker", lang.t("practice-col-workers"), &ask.worker, list)))
                }
                (put(Field::check("void", lang.t("practice-show-void"), ask.void == "1")))
                (buttons(submit(&lang.t("practice-filter-go"))))
            }
        }))
        (encounter_table(lang, &found.items, &lang.tf("practice-encounters-n", &[("n", found.total.into())]), false, may_record))
        (pagination(lang, found.page, found.size, found.total, |p| page_href(ask, p)))
    }
}

/// One encounter.
pub fn encounter(f: &FormView<'_>, e: &EncounterOut, may_amend: bool, mark: &Watermark<'_>) -> Markup {
    let lang = f.lang;
    let here = format!("/visits/{}/{}", e.county, e.id);
    let dash = "—";
    // What is kept back is no empty field.
    let or_said = |said: Option<Markup>| match said {
        _ if e.withheld => super::not_shown(lang),
        Some(said) => said,
        None => html! { (dash) },
    };
    let looked_at =
        html! { @for (i, s) in e.safety.iter().enumerate() { @if i > 0 { (lang.comma()) } (word(lang, "safety", s)) } };
    let mut pairs: Vec<(String, Markup)> = vec![
        (
            lang.t("practice-col-kind"),
            html! { (word(lang, "kind", e.kind.code())) " · " (word(lang, "mode", e.mode.code())) @if let Some(p) = e.purpose { " · " (word(lang, "purpose", p.code())) } },
        ),
        (
            lang.t("practice-f-day"),
            html! { (e.day) @if let Some(s) = &e.start { " " (s) } @if let Some(m) = e.minutes { " · " (lang.tf("practice-minutes", &[("n", m.into())])) } },
        ),
        (
            lang.t("practice-col-persons"),
            html! {
                @for (i, p) in e.persons.iter().enumerate() {
                    @if i > 0 { (lang.comma()) }
                    @match p.resident {
                        Some(r) => a href={ "/people/" (e.county) "/" (r) } { (p.name) },
                        None => (if p.name.is_empty() { lang.t("practice-anonymous") } else { p.name.clone() }),
                    }
                    @if !p.met { " " (status::badge_with(Status::Behind, &lang.t("practice-not-met"))) }
                }
                (children(lang, e))
            },
        ),
        (lang.t("practice-col-workers"), html! { (workers(lang, e)) " · " (e.unit_name) }),
        (lang.t("practice-f-safety"), or_said((!e.safety.is_empty()).then_some(looked_at))),
        (lang.t("practice-f-action"), or_said(e.action.as_ref().map(|a| html! { (a) }))),
        (lang.t("practice-f-result"), or_said(e.result.map(|r| html! { (word(lang, "result", r.code())) }))),
        (lang.t("practice-f-next"), or_said(e.next_on.map(|d| html! { (d) }))),
        (
            lang.t("practice-recorded"),
            html! { (e.recorded_at) @if let Some(by) = &e.recorded_by { " · " (lang.tf("practice-recorded-by", &[("name", by.as_str().into())])) } @if e.late_entry { " " (flag(&lang.t("practice-late-entry"))) } },
        ),
    ];
    if e.topic.is_some() || e.withheld && e.kind == EncounterKind::Consult {
        let topic = e.topic.map(|t| html! { (word(lang, "topic", t.code())) });
        pairs.insert(1, (lang.t("practice-f-topic"), or_said(topic)));
    }
    if e.state_note.is_some() || e.withheld {
        pairs.push((lang.t("practice-f-state-note"), or_said(e.state_note.as_ref().map(|n| html! { (n) }))));
    }
    if e.voided {
        pairs.push((lang.t("practice-void"), or_said(e.void_reason.as_ref().map(|r| html! { (r) }))));
    }
    html! {
        (f.summary())
        @if may_amend { (button_row(button_link(&lang.t("practice-correct-record"), &format!("{here}/edit"), false))) }
        @if e.withheld { p class="form-hint" { (lang.t("practice-withheld")) } }
        (card(&lang.t("practice-encounter"), definitions(pairs)))
        @if may_amend {
            (folded(&lang.t("practice-void-it"), f.any_wrong(&["reason"]), form(&format!("{here}/void"), f.csrf, Some(f.key), html! {
                p class="form-hint" { (lang.t("practice-void-hint")) }
                (hidden("version", &e.version.to_string()))
                (f.put(Field::text("reason", lang.t("practice-void-reason"), f.v("reason")).required()))
                (buttons(submit_danger(&lang.t("practice-void-it"), &lang.t("practice-void-sure"))))
            })))
        }
        (mark.line(lang))
    }
}

/// An invented encounter.
pub(crate) fn sample_encounter() -> EncounterOut {
    EncounterOut {
        county: DivisionId(100),
        id: EncounterId(Uuid::from_u128(5)),
        unit: UnitId(Uuid::from_u128(2)),
        unit_name: "示例站".into(),
        kind: EncounterKind::Visit,
        day: Day::from_stored(20210706),
        start: Some("09:30".into()),
        minutes: Some(40),
        mode: Mode::Home,
        purpose: Some(Purpose::Routine),
        topic: None,
        village_name: Some("示例村".into()),
        persons: vec![
            EncounterPerson { resident: Some(ResidentId(Uuid::from_u128(1))), name: "陈秀英".into(), met: true },
            EncounterPerson { resident: None, name: String::new(), met: false },
        ],
        children_hidden: 1,
        met: 1,
        workers: vec![EncounterWorker { id: WorkerId(Uuid::from_u128(7)), name: "李社工".into() }],
        safety: vec!["fire".into(), "electric".into()],
        action: Some("检查电线，换了一个插座，约好下月再来。".into()),
        state_note: Some("精神尚可。".into()),
        withheld: false,
        result: Some(Outcome::Done),
        next_on: Some(Day::from_stored(20210805)),
        recorded_at: "2021-07-08 09:00".into(),
        recorded_by: Some("示例站站长".into()),
        late_entry: false,
        voided: true,
        void_reason: Some("记错了人".into()),
        version: 1,
    }
}

/// List and page with an invented encounter.
pub fn sample(lang: Lang) -> Markup {
    let (posted, trouble) = (zw_web::Posted::default(), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let found = Paged { items: vec![sample_encounter()], page: 1, size: 50, total: 120 };
    let ask = FindEncounters { from: "2021-07-01".into(), ..FindEncounters::default() };
    let mark = Watermark { reader: "示例读者", at: zw_core::Stamp::from_ms(1_625_700_000_000) };
    let worker = [(WorkerId(Uuid::from_u128(7)), "李社工".to_owned())];
    html! {
        (list(&f, &ask, &found, &worker, true))
        (encounter(&f, &sample_encounter(), true, &mark))
    }
}
