//! Units: list, file, forms.

use super::{Form, choices, date, day, state_badge, word};
use crate::model::history::Stretch;
use crate::model::unit::{CoverageOut, GAP, Mode, Tier, UnitFile, UnitOut, UnitQuery, UnitState};
use zw_core::code::Code as _;
use zw_core::codelist::network::{HOST, OPERATING_MODE, UNIT_STATE, UNIT_TIER};
use zw_core::{Day, DivisionId, Paged, Stamp, UnitId, Uuid};
use zw_indicators::OpenWork;
use zw_ui::form::{Choice, Field, FormExtra, Kind, buttons, form, form_with, hidden, section};
use zw_ui::table::{Chip, cell};
use zw_ui::timeline::{Conflict, Event, conflict, timeline};
use zw_ui::{
    Col, Lang, Markup, Row, Table, button_link, card, definitions, html, pagination, submit, submit_danger, table,
};
use zw_web::{FormTrouble, Posted};

/// What the list page needs besides the rows.
pub struct ListData {
    /// Filters in force.
    pub query: UnitQuery,
    /// Rows.
    pub page: Paged<UnitOut>,
    /// Counties to choose from; empty when there is one only.
    pub counties: Vec<(DivisionId, String)>,
    /// Whether the reader may register units.
    pub may_create: bool,
    /// Of the list of stations without staff: since when.
    pub gaps: std::collections::HashMap<UnitId, Day>,
    /// The day of the list.
    pub today: Day,
    /// The way to the list's file.
    pub export: Option<zw_ui::Export>,
}

pub(super) fn tier(lang: Lang, t: Tier) -> String {
    word(lang, &UNIT_TIER, t.list_code())
}

/// Characters of a search text that would break an address.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn address(q: &UnitQuery, page: i64) -> String {
    let mut parts = vec![];
    for (name, value) in [
        ("tier", q.tier.clone()),
        ("state", q.state.clone()),
        ("county", q.county.map(|c| c.to_string())),
        ("q", q.q.as_deref().filter(|t| !t.is_empty()).map(encoded)),
        ("page", (page > 1).then(|| page.to_string())),
    ] {
        if let Some(v) = value {
            parts.push(format!("{name}={v}"));
        }
    }
    if parts.is_empty() { "/units".into() } else { format!("/units?{}", parts.join("&")) }
}

fn select(lang: Lang, name: &str, label: &str, chosen: Option<&str>, list: &[(String, String)]) -> Markup {
    html! {
        div {
            label class="form-label" for={ "f-" (name) } { (label) }
            select class="form-select" id={ "f-" (name) } name=(name) {
                option value="" { (lang.t("network-all")) }
                @for (value, text) in list { option value=(value) selected[chosen == Some(value.as_str())] { (text) } }
            }
        }
    }
}

fn filters(lang: Lang, d: &ListData) -> Markup {
    let tiers: Vec<_> = Tier::ALL.iter().map(|t| (t.code().to_owned(), tier(lang, *t))).collect();
    let pseudo = |code: &str| (code.to_owned(), state_word(lang, code));
    let mut states = vec![pseudo("built"), pseudo(GAP)];
    states.extend(UnitState::ALL.iter().map(|s| (s.code().to_owned(), word(lang, &UNIT_STATE, s.code()))));
    let counties: Vec<_> = d.counties.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let county = d.query.county.map(|c| c.to_string());
    html! {
        form class="zw-filter" action="/units" method="get" role="search" {
            div {
                label class="form-label" for="f-q" { (lang.t("network-f-q")) }
                input class="form-control" id="f-q" name="q" type="search" value=[d.query.q.as_deref()] placeholder=(lang.t("network-q-hint"));
            }
            (select(lang, "tier", &lang.t("network-f-tier"), d.query.tier.as_deref(), &tiers))
            (select(lang, "state", &lang.t("network-f-state"), d.query.state.as_deref(), &states))
            @if counties.len() > 1 { (select(lang, "county", &lang.t("network-f-county"), county.as_deref(), &counties)) }
            button class="btn" type="submit" { (lang.t("network-filter")) }
        }
    }
}

/// The word of a state that a list is asked for.
fn state_word(lang: Lang, code: &str) -> String {
    match code {
        "built" => lang.t("network-built"),
        GAP => lang.t("network-gap-filter"),
        code => word(lang, &UNIT_STATE, code),
    }
}

fn chips(lang: Lang, d: &ListData) -> Vec<Chip> {
    let q = &d.query;
    let mut out = vec![];
    if let Some(t) = q.tier.as_deref().and_then(Tier::from_code) {
        out.push(Chip { label: tier(lang, t), remove_href: address(&UnitQuery { tier: None, ..q.clone() }, 1) });
    }
    if let Some(s) = q.state.as_deref().filter(|s| !s.is_empty()) {
        out.push(Chip { label: state_word(lang, s), remove_href: address(&UnitQuery { state: None, ..q.clone() }, 1) });
    }
    if let Some(c) = q.county {
        let label = d.counties.iter().find(|(id, _)| id.0 == c).map_or_else(|| c.to_string(), |(_, n)| n.clone());
        out.push(Chip { label, remove_href: address(&UnitQuery { county: None, ..q.clone() }, 1) });
    }
    if let Some(t) = q.q.as_deref().filter(|t| !t.trim().is_empty()) {
        out.push(Chip { label: t.to_owned(), remove_href: address(&UnitQuery { q: None, ..q.clone() }, 1) });
    }
    out
}

/// The table of units, on the page and in its export.
pub fn units(lang: Lang, d: &ListData) -> Table {
    let rows = d
        .page
        .items
        .iter()
        .map(|u| {
            Row::new(vec![
                html! { a href={ "/units/" (u.id) } { (u.name) } },
                cell(tier(lang, u.tier)),
                cell(&u.county),
                html! { (state_badge(lang, u.state)) @if let Some(from) = d.gaps.get(&u.id) { (super::gaps::beside(lang, *from, d.today)) } },
                date(u.opened_on),
                cell(u.phone.as_deref().unwrap_or("—")),
            ])
        })
        .collect();
    let begin = d.may_create.then(|| (lang.t("network-unit-new"), "/units/new".to_owned()));
    Table {
        caption: lang.tf("network-units-caption", &[("n", d.page.total.into())]),
        cols: vec![
            Col::text(lang.t("network-col-unit")),
            Col::text(lang.t("network-f-tier")).wide_only(),
            Col::text(lang.t("network-col-county")),
            Col::text(lang.t("network-col-state")),
            Col::text(lang.t("network-f-opened-on")),
            Col::text(lang.t("network-f-phone")).wide_only(),
        ],
        rows,
        chips: chips(lang, d),
        export: d.export.clone(),
        print: true,
        empty: Some(zw_ui::empty(
            &lang.t("network-no-units"),
            &lang.t("network-no-units-how"),
            begin.as_ref().map(|(l, h)| (l.as_str(), h.as_str())),
        )),
        ..Table::default()
    }
}

/// The list of units.
pub fn list(lang: Lang, d: &ListData) -> Markup {
    html! {
        (filters(lang, d))
        (table(lang, &units(lang, d)))
        (pagination(lang, d.page.page, d.page.size, d.page.total, |p| address(&d.query, p)))
    }
}

/// What the page of a unit needs besides its file.
pub struct FileData {
    /// The unit.
    pub file: UnitFile,
    /// Whether the reader may edit it.
    pub may_edit: bool,
    /// Whether the reader may change what it serves.
    pub may_cover: bool,
    /// Whether the reader may decide what a built station serves of the denominators.
    pub may_decide: bool,
    /// Whether all the divisions offered are the county's decision: reason and document are asked for.
    pub decided: bool,
    /// Address of the people on post, if the reader may see them.
    pub people: Option<String>,
    /// Address of the township's build-out sheet, if the reader may see it.
    pub sheet: Option<String>,
    /// Divisions of the county that can be served.
    pub places: Vec<Choice>,
    /// Units of the same tier it can be merged into.
    pub others: Vec<Choice>,
    /// What the reader may say of days without staff.
    pub may_gap: super::gaps::May,
    /// Today.
    pub today: Day,
}

/// The page of a unit; `posted` and `trouble` belong to the form that did not go through, if one did not.
pub fn file(lang: Lang, csrf: &str, key: &str, d: &FileData, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let u = &d.file.unit;
    html! {
        (super::trouble(lang, trouble))
        @if let Some(o) = &d.file.overlong {
            (zw_ui::shell::notice(&zw_ui::Notice { tone: zw_ui::Tone::Warning, text: super::home::overlong(lang, o), next: None }))
        }
        (super::gaps::notices(lang, d.file.gap.as_ref(), d.file.gap_ended, d.today))
        (definitions([
            (lang.t("network-col-state"), html! { (state_badge(lang, u.state)) @if let Some(r) = why(lang, &d.file) { " " (r) } }),
            (lang.t("network-f-tier"), html! { (tier(lang, u.tier)) }),
            (lang.t("network-f-division"), html! { a href={ "/divisions?area=" (u.division_id) } { (u.division) } }),
            (lang.t("network-f-mode"), html! { (word(lang, &OPERATING_MODE, u.mode.code())) }),
            (lang.t("network-f-host"), html! { (u.host.as_deref().map(|h| word(lang, &HOST, h)).unwrap_or_else(|| "—".into())) }),
            (lang.t("network-f-plaque-on"), html! { (day(u.plaque_on)) }),
            (lang.t("network-f-opened-on"), html! { (day(u.opened_on)) }),
            (lang.t("network-f-address"), html! { (u.address.as_deref().unwrap_or("—")) }),
            (lang.t("network-f-phone"), html! { (u.phone.as_deref().unwrap_or("—")) }),
        ]))
        div class="zw-buttons" {
            @if d.may_edit { (button_link(&lang.t("network-edit"), &format!("/units/{}/edit", u.id), false)) }
            @if let Some(href) = &d.people { (button_link(&lang.t("network-people"), href, false)) }
            @if let Some(href) = &d.sheet { (button_link(&lang.t("network-sheet"), href, false)) }
        }
        @if let Some(g) = &d.file.gap {
            (super::gaps::forms(lang, (csrf, key), u.id, g, &d.may_gap, (posted, trouble)))
        }
        (card(&lang.t("network-history"), history(lang, &d.file)))
        (super::coverage::part(lang, csrf, key, d, posted, trouble))
        @if !d.file.steps.is_empty() { (card(&lang.t("network-move"), move_form(lang, csrf, key, d, posted, trouble))) }
    }
}

// i18n-keys: network-cause-staff-gap
fn cause(lang: Lang, s: &Stretch) -> Option<String> {
    s.cause.map(|c| lang.t(&format!("network-cause-{}", c.code().replace('_', "-"))))
}

/// Why a unit is in its state: what somebody typed, or what it followed from.
fn why(lang: Lang, f: &UnitFile) -> Option<String> {
    f.unit.state_reason.clone().or_else(|| cause(lang, f.history.last()?))
}

fn history(lang: Lang, f: &UnitFile) -> Markup {
    let last = f.history.len().saturating_sub(1);
    let events: Vec<Event> = f
        .history
        .iter()
        .enumerate()
        .rev()
        .map(|(i, s)| Event {
            at: s.from.to_string(),
            who: String::new(),
            what: word(lang, &UNIT_STATE, s.state.code()),
            note: if i == last { why(lang, f) } else { cause(lang, s) },
            status: Some(super::state_status(s.state)),
        })
        .collect();
    timeline(&events)
}

fn move_form(lang: Lang, csrf: &str, key: &str, d: &FileData, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let f = Form { lang, posted, trouble };
    let steps = d.file.steps.iter().map(|s| Choice::new(s.code(), word(lang, &UNIT_STATE, s.code()))).collect();
    let open = &d.file.open;
    let merges = d.file.steps.contains(&UnitState::Merged) && !d.others.is_empty();
    form(
        &format!("/units/{}/state", d.file.unit.id),
        csrf,
        Some(key),
        html! {
            (hidden("version", &d.file.unit.version.to_string()))
            @if !open.is_empty() {
                p class="form-hint" { (lang.t("network-open-work")) }
                ul class="zw-list" { @for w in open { li {
                    a href=(w.href) { (lang.t(&w.what)) } " " (zw_ui::format::num(w.n))
                    @if w.stops { " " span class="zw-muted" { (lang.t("network-open-stops")) } }
                } } }
            }
            (f.draw(&f.field("state", Kind::Radios(steps)).required()))
            (f.draw(&f.field("on", Kind::Date).hint(lang.t("network-today-hint"))))
            (f.draw(&f.field("reason", Kind::Text).hint(lang.t("network-reason-hint"))))
            @if merges {
                (f.draw(&f.field("merged_into", Kind::Select(d.others.clone()))))
                (f.draw(&Field { value: if posted.value("coverage").is_empty() { "move".into() } else { posted.value("coverage").into() }, ..f.field("coverage", Kind::Radios(vec![
                    Choice::new("move", lang.t("network-coverage-move")),
                    Choice::new("end", lang.t("network-coverage-drop")),
                ])) }))
            }
            (buttons(submit_danger(&lang.t("network-move-go"), &lang.t("network-move-sure"))))
        },
    )
}

/// The form of a new unit (`id` none) or of an edit.
pub fn unit_form(
    lang: Lang,
    csrf: &str,
    key: &str,
    id: Option<UnitId>,
    places: &[Choice],
    posted: &Posted,
    trouble: &FormTrouble,
) -> Markup {
    let f = Form { lang, posted, trouble };
    let action = id.map_or_else(|| "/units".to_owned(), |id| format!("/units/{id}"));
    let tier_value = posted.value("tier");
    html! {
        (super::trouble(lang, trouble))
        @if let (Some(id), false) = (id, trouble.current.is_empty()) { (conflict(lang, csrf, &differences(lang, id, key, posted, trouble))) }
        @if id.is_none() {
            nav class="zw-tabs" aria-label=(lang.t("network-f-tier")) { ul { @for t in Tier::ALL { li {
                a href={ "/units/new?tier=" (t.code()) } class=[(t.code() == tier_value).then_some("is-here")]
                    aria-current=[(t.code() == tier_value).then_some("page")] { (tier(lang, *t)) }
            } } } }
        }
        (form_with(&action, csrf, Some(key), &FormExtra { draft: posted.draft_key(), ..FormExtra::default() }, html! {
            (hidden("tier", tier_value))
            @if id.is_some() { (zw_ui::form::version(posted.value("version"))) }
            (section(&lang.t("network-sec-what"), html! {
                @if id.is_none() { (f.draw(&f.field("division", Kind::Select(places.to_vec())).required())) }
                (f.draw(&f.field("name", Kind::Text).required()))
                (f.draw(&f.field("mode", Kind::Select(choices(lang, &OPERATING_MODE))).required()))
                @if id.is_none() { (f.draw(&f.field("since", Kind::Date).hint(lang.t("network-today-hint")))) }
            }))
            (section(&lang.t("network-sec-where"), html! {
                (f.draw(&f.field("host", Kind::Select(choices(lang, &HOST)))))
                (f.text("address"))
                div class="zw-fields" {
                    (f.draw(&f.field("phone", Kind::Tel)))
                    // A station's plaque is a milestone of its township's build-out sheet.
                    @if tier_value != Tier::Station.code() { (f.date("plaque_on")) }
                    (f.date("opened_on"))
                }
            }))
            (buttons(html! { (submit(&lang.t("network-save"))) (button_link(&lang.t("network-cancel"), &action, false)) }))
        }))
    }
}

fn differences(lang: Lang, id: UnitId, key: &str, posted: &Posted, trouble: &FormTrouble) -> Conflict {
    super::sheets::conflict_of(
        lang,
        &["name", "mode", "host", "address", "phone", "plaque_on", "opened_on"],
        posted,
        trouble,
        (format!("/units/{id}"), format!("/units/{id}/edit"), key),
        |field, value| match field {
            "mode" => word(lang, &OPERATING_MODE, value),
            "host" if !value.is_empty() => word(lang, &HOST, value),
            _ => value.to_owned(),
        },
    )
}

pub(super) fn sample_unit() -> UnitOut {
    UnitOut {
        id: UnitId(Uuid::nil()),
        tier: Tier::Station,
        name: "示例镇社会工作服务站".into(),
        county_id: DivisionId(100),
        county: "示例甲区".into(),
        division_id: DivisionId(1000),
        division: "示例市示例甲区示例镇".into(),
        town_id: Some(DivisionId(1000)),
        mode: Mode::Purchase,
        state: UnitState::Operating,
        built: true,
        state_reason: None,
        plaque_on: Some(Day::from_stored(20210301)),
        opened_on: Some(Day::from_stored(20210520)),
        address: Some("示例路 1 号".into()),
        phone: None,
        host: Some("party_mass_centre".into()),
        version: 3,
        updated_at: Stamp::from_ms(1_625_700_000_000),
    }
}

/// List, file and forms, with a conflict.
pub fn sample(lang: Lang) -> Markup {
    let unit = sample_unit();
    let stretch = |state, from: i64, to: Option<i64>| Stretch {
        state,
        from: Day::from_stored(from),
        to: to.map(Day::from_stored),
        cause: None,
    };
    let data = FileData {
        file: UnitFile {
            unit: unit.clone(),
            history: vec![
                stretch(UnitState::Preparing, 20210110, Some(20210520)),
                stretch(UnitState::Operating, 20210520, None),
            ],
            coverage: vec![CoverageOut {
                division: DivisionId(1000),
                name: "示例镇".into(),
                from: Day::from_stored(20210520),
                to: None,
                why: Some("两镇共用一站".into()),
                document: Some("示例民〔2021〕8号".into()),
                end_why: None,
                end_document: None,
                decided: true,
            }],
            steps: vec![UnitState::Suspended, UnitState::Merged],
            open: vec![OpenWork { what: "network-people".into(), n: 2, href: "/workers".into(), stops: true }],
            overlong: Some(crate::model::unit::alarm::Overlong {
                since: Day::from_stored(20210101),
                days: 188,
                limit: 180,
            }),
            gap: Some(super::gaps::sample_gap()),
            gap_ended: true,
        },
        may_edit: true,
        may_cover: true,
        may_decide: true,
        decided: true,
        people: Some("/workers?unit=1".into()),
        sheet: Some("/build-out/100/1000".into()),
        places: vec![Choice::new("1000", "示例镇")],
        others: vec![Choice::new("x", "另一站")],
        may_gap: super::gaps::May { note: true, caretakers: None },
        today: Day::from_stored(20210708),
    };
    let query = UnitQuery {
        tier: Some("T".into()),
        state: Some("built".into()),
        q: Some("鼓楼".into()),
        ..UnitQuery::default()
    };
    let list_data = ListData {
        query,
        page: Paged { items: vec![unit], page: 1, size: 50, total: 1 },
        counties: vec![(DivisionId(100), "示例甲区".into()), (DivisionId(101), "示例乙县".into())],
        may_create: true,
        gaps: [(UnitId(Uuid::nil()), Day::from_stored(20210628))].into(),
        today: Day::from_stored(20210708),
        export: None,
    };
    let posted = Posted::prefilled([("tier", "T"), ("name", "示例镇站"), ("mode", "purchase"), ("version", "3")]);
    let mut clash = FormTrouble {
        current: vec![("version".into(), "4".into()), ("name".into(), "新名".into())],
        ..FormTrouble::default()
    };
    clash.fields.add("phone", "phone-format");
    html! {
        (list(lang, &list_data))
        (file(lang, "t", "k", &data, &Posted::default(), &FormTrouble::default()))
        (unit_form(lang, "t", "k", None, &data.places, &posted, &FormTrouble::default()))
        (unit_form(lang, "t", "k", Some(UnitId(Uuid::nil())), &data.places, &posted, &clash))
    }
}
