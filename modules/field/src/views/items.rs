//! What came from devices: each with where it stands and why, and the page that settles one.

use crate::model::{Body, ItemKind, ItemState};
use crate::out::ItemOut;
use crate::service::item::{FindItems, ItemPage};
use maud::{Markup, html};
use zw_core::Paged;
use zw_core::code::Code as _;
use zw_practice::model::EncounterInput;
use zw_ui::form::{Field, buttons, form, hidden, section};
use zw_ui::parts::{button_link, card, columns, definitions, empty, pagination, submit, submit_as};
use zw_ui::table::{Chip, Col, Row, Table, table};
use zw_ui::{Lang, Status, status};
use zw_web::FormView;

// i18n-keys: field-state-sent field-state-merged field-state-waiting field-state-refused field-state-away
fn state(lang: Lang, s: ItemState) -> Markup {
    let mark = match s {
        ItemState::Sent | ItemState::Merged => Status::Done,
        ItemState::Waiting => Status::Behind,
        ItemState::Refused => Status::Overdue,
        ItemState::Away => Status::NoData,
    };
    status::badge_with(mark, &lang.t(&format!("field-state-{}", s.code())))
}

// i18n-keys: field-kind-visit field-kind-contact
fn kind(lang: Lang, k: ItemKind) -> String {
    lang.t(&format!("field-kind-{}", k.code()))
}

fn reasons(i: &ItemOut) -> Markup {
    html! {
        @for w in i.why.iter().chain(&i.told) { p class="zw-why" { (w) } }
        @if let Some(s) = &i.settled { p class="zw-muted" { (s) } }
    }
}

/// The list.
pub fn list(lang: Lang, ask: &FindItems, found: &Paged<ItemOut>) -> Markup {
    let only = ask.open == "1";
    let row = |i: &ItemOut| {
        let name = if i.person.is_empty() { lang.t("field-person-none") } else { i.person.clone() };
        Row::new(vec![
            html! { a class="zw-tap" href={ "/field/items/" (i.county) "/" (i.id) } { (kind(lang, i.kind)) " · " (name) } },
            html! { (i.recorded_at) },
            state(lang, i.state),
            reasons(i),
            html! { (i.by) },
        ])
    };
    let query = |p: i64| format!("/field/items?{}page={p}", if only { "open=1&" } else { "" });
    html! {
        p class="zw-lead" { (lang.t("field-items-lead")) }
        @if !only { p { a class="zw-tap" href="/field/items?open=1" { (lang.t("field-only-open")) } } }
        (table(lang, &Table {
            caption: lang.tf("field-items-caption", &[("n", found.total.into())]),
            cols: vec![
                Col::text(lang.t("field-col-item")),
                Col::text(lang.t("field-col-recorded")),
                Col::text(lang.t("field-col-state")),
                Col::text(lang.t("field-col-why")),
                Col::text(lang.t("field-col-by")).wide_only(),
            ],
            rows: found.items.iter().map(row).collect(),
            chips: only.then(|| Chip { label: lang.t("field-only-open"), remove_href: "/field/items".into() }).into_iter().collect(),
            empty: Some(empty(&lang.t("field-items-none"), &lang.t("field-items-none-how"), None)),
            ..Table::default()
        }))
        (pagination(lang, found.page, found.size, found.total, query))
    }
}

fn word(lang: Lang, list: &str, code: &str) -> String {
    lang.t_or(&format!("practice-{list}-{code}"), code)
}

/// A visit as it was typed, in the words of its form.
fn visit(lang: Lang, v: &EncounterInput, i: &ItemPage) -> Markup {
    let people = v.persons.iter().map(|p| {
        let name = p.resident.and_then(|id| i.people.iter().find(|c| c.id == id)).map(|c| c.name.clone());
        let name = name.unwrap_or_else(|| lang.t("field-person-none"));
        if p.met { name } else { format!("{name}{}", lang.t("field-in-vain")) }
    });
    let people: Vec<String> = people.collect();
    let safety: Vec<String> = v.safety.iter().map(|s| word(lang, "safety", s)).collect();
    let mode = if v.mode.is_empty() { String::new() } else { word(lang, "mode", &v.mode) };
    let result = if v.result.is_empty() { String::new() } else { word(lang, "result", &v.result) };
    let lines = [
        ("practice-f-day", v.day.clone()),
        ("practice-f-met", people.join(lang.comma())),
        ("practice-f-mode", mode),
        ("practice-f-safety", safety.join(lang.comma())),
        ("practice-f-action", v.action.clone()),
        ("practice-f-state-note", v.state_note.clone()),
        ("practice-f-start", v.start.clone()),
        ("practice-f-minutes", v.minutes.clone()),
        ("practice-f-result", result),
        ("practice-f-next", v.next_on.clone()),
    ];
    pairs(lang, lines)
}

fn pairs<const N: usize>(lang: Lang, lines: [(&str, String); N]) -> Markup {
    definitions(
        lines
            .into_iter()
            .filter(|(_, v)| !v.trim().is_empty())
            .map(|(k, v)| (lang.t(k), html! { span class="zw-typed" { (v) } })),
    )
}

fn mine(lang: Lang, b: &Body, i: &ItemPage) -> Markup {
    html! {
        @if let Some(v) = &b.visit { (visit(lang, v, i)) }
        @if let Some(c) = &b.contact {
            (pairs(lang, [
                ("practice-f-phone", c.phone.as_ref().map(|p| p.now.clone()).unwrap_or_default()),
                ("practice-f-address", c.address.as_ref().map(|a| a.now.clone()).unwrap_or_default()),
            ]))
        }
    }
}

fn theirs(lang: Lang, i: &ItemPage) -> Option<Markup> {
    if let Some(e) = &i.theirs {
        let met = |met: bool| if met { String::new() } else { lang.t("field-in-vain") };
        let people: Vec<String> = e.persons.iter().map(|p| format!("{}{}", p.name, met(p.met))).collect();
        let workers: Vec<&str> = e.workers.iter().map(|w| w.name.as_str()).collect();
        let safety: Vec<String> = e.safety.iter().map(|s| word(lang, "safety", s)).collect();
        return Some(html! {
            (pairs(lang, [
                ("practice-f-day", e.day.to_string()),
                ("practice-f-met", people.join(lang.comma())),
                ("practice-f-mode", word(lang, "mode", e.mode.code())),
                ("practice-f-safety", safety.join(lang.comma())),
                ("practice-f-action", e.action.clone().unwrap_or_default()),
                ("practice-f-start", e.start.clone().unwrap_or_default()),
                ("practice-f-minutes", e.minutes.map(|m| m.to_string()).unwrap_or_default()),
                ("practice-f-result", e.result.map(|r| word(lang, "result", r.code())).unwrap_or_default()),
                ("practice-f-next", e.next_on.map(|d| d.to_string()).unwrap_or_default()),
                ("field-col-workers", workers.join(lang.comma())),
            ]))
        });
    }
    i.stands
        .as_ref()
        .map(|c| pairs(lang, [("practice-f-phone", c.phone.clone()), ("practice-f-address", c.address.clone())]))
}

/// One item.
pub fn item(f: &FormView<'_>, i: &ItemPage) -> Markup {
    let (lang, o) = (f.lang, &i.item);
    let here = format!("/field/items/{}/{}", o.county, o.id);
    let version = o.version.to_string();
    html! {
        (f.summary())
        (card(&format!("{} · {}", kind(lang, o.kind), if o.person.is_empty() { lang.t("field-person-none") } else { o.person.clone() }), html! {
            p { (state(lang, o.state)) }
            (reasons(o))
            (definitions([
                (lang.t("field-col-recorded"), html! { (o.recorded_at) }),
                (lang.t("field-col-received"), html! { (o.received_at) }),
                (lang.t("field-col-by"), html! { (o.by) }),
            ]))
            @if let Some(href) = &o.href { p { a class="zw-tap" href=(href) { (lang.t("field-to-record")) } } }
        }))
        @if let Some(typed) = &i.typed {
            @match theirs(lang, i) {
                Some(t) => (columns(html! {
                    (card(&lang.t("field-stands"), t))
                    (card(&lang.t("field-mine"), mine(lang, typed, i)))
                })),
                None => (card(&lang.t("field-typed"), mine(lang, typed, i))),
            }
        }
        @if let Some(raw) = &i.raw { (card(&lang.t("field-raw"), html! { pre class="zw-typed" { (raw) } })) }
        @if o.state.is_open() {
            @if o.state == ItemState::Refused && i.typed.is_some() && i.person.is_some() {
                (form(&format!("{here}/correct"), f.csrf, Some(f.key), html! {
                    (hidden("version", &version))
                    p { (lang.t(if o.kind == ItemKind::Visit { "field-correct-lead" } else { "field-correct-contact" })) }
                    (buttons(submit(&lang.t("field-correct"))))
                }))
            }
            @if o.state == ItemState::Waiting {
                (form(&format!("{here}/settle"), f.csrf, Some(&format!("{}-mine", f.key)), html! {
                    (hidden("version", &version))
                    p { (lang.t(if o.kind == ItemKind::Visit { "field-mine-visit" } else { "field-mine-contact" })) }
                    (buttons(submit_as(&lang.t(if o.kind == ItemKind::Visit { "field-take-visit" } else { "field-take-contact" }), "how", "mine")))
                }))
            }
            (form(&format!("{here}/settle"), f.csrf, Some(&format!("{}-away", f.key)), html! {
                (hidden("version", &version))
                (hidden("how", "away"))
                (section(&lang.t("field-s-away"), html! {
                    (f.put(Field::text("reason", f.t("field-f-reason"), f.v("reason")).hint(f.t("field-away-hint")).required()))
                }))
                (buttons(html! {
                    (submit(&lang.t("field-away")))
                    (button_link(&lang.t("field-back"), "/field/items", false))
                }))
            }))
        }
    }
}

/// A list, and an item in each state that waits.
pub fn sample(lang: Lang) -> Markup {
    use zw_core::{DivisionId, ResidentId, Uuid};
    let (posted, trouble) = (zw_web::Posted::default(), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let one = ItemOut {
        county: DivisionId(1),
        id: Uuid::nil(),
        kind: ItemKind::Visit,
        state: ItemState::Refused,
        person: "陈一一".into(),
        by: "li".into(),
        recorded_at: "2021-07-08 09:10".into(),
        received_at: "2021-07-08 17:00".into(),
        why: vec!["日期晚于今天".into()],
        told: vec![],
        settled: None,
        href: None,
        version: 1,
    };
    let typed = Body {
        visit: Some(EncounterInput { day: "2021-07-09".into(), action: "看望".into(), ..EncounterInput::default() }),
        ..Body::default()
    };
    let page = |item: ItemOut| ItemPage {
        item,
        person: Some((DivisionId(1), ResidentId(Uuid::nil()))),
        typed: Some(typed.clone()),
        raw: None,
        theirs: None,
        stands: None,
        people: vec![],
    };
    let waiting = ItemPage {
        stands: Some(zw_practice::service::contact::Contact { phone: "13900000000".into(), address: "村口".into() }),
        ..page(ItemOut { state: ItemState::Waiting, kind: ItemKind::Contact, ..one.clone() })
    };
    let found = Paged { items: vec![one.clone()], page: 1, size: 50, total: 1 };
    html! {
        section { (list(lang, &FindItems::default(), &found)) }
        section { (item(&f, &page(one))) }
        section { (item(&f, &waiting)) }
    }
}
