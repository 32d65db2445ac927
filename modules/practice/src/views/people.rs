//! Residents: search, the record, reveal, closing.

use super::visits::encounter_table;
use super::{Watermark, day, rhythm_words, word};
use crate::model::{CloseReason, ResidentState};
use crate::out::{CareOut, PersonCard, ResidentOut};
use crate::service::resident::{FindResidents, ResidentPage};
use maud::{Markup, html};
use zw_access::reveal::{RevealField, RevealPurpose, Revealed};
use zw_core::code::Code;
use zw_core::{Day, DivisionId, HouseholdId, Paged, ResidentId, UnitId, Uuid};
use zw_ui::form::{CSRF_FIELD, Field, buttons, folded, form, hidden, search_form};
use zw_ui::parts::{
    button_link, button_row, card, card_with, definitions, empty, empty_with, flag, pagination, pagination_of_search,
    submit, submit_danger,
};
use zw_ui::table::{Chip, Col, Row, Table, table};
use zw_ui::{Lang, field};
use zw_web::FormView;

/// The filters that are set. The name that was searched for is none of them: it stays out of addresses.
fn filters(ask: &FindResidents) -> Vec<(&'static str, &str)> {
    let all = [("due", ask.due.as_str()), ("mine", &ask.mine), ("waiting", &ask.waiting), ("closed", &ask.closed)];
    all.into_iter().filter(|(_, v)| *v == "1").collect()
}

fn query(ask: &FindResidents, page: Option<i64>, drop: &str) -> String {
    let mut parts: Vec<String> =
        filters(ask).into_iter().filter(|(n, _)| *n != drop).map(|(n, v)| format!("{n}={v}")).collect();
    parts.extend(page.map(|p| format!("page={p}")));
    format!("/people?{}", parts.join("&"))
}

/// The table of residents, on the page and in its export.
pub fn residents(
    lang: Lang,
    csrf: &str,
    ask: &FindResidents,
    found: &Paged<PersonCard>,
    today: Day,
    may_record: bool,
) -> Table {
    // i18n-keys: practice-people-caption practice-people-found
    let searched = !ask.q.trim().is_empty();
    let caption = if searched { "practice-people-found" } else { "practice-people-caption" };
    // Who may not register is not told to.
    // i18n-keys: practice-people-not-found-how practice-people-not-found-read practice-people-none-how practice-people-none-read
    let how = |key: &str| lang.t(&format!("{key}-{}", if may_record { "how" } else { "read" }));
    let chip = |on: &str, name: &str, key: &str| {
        (on == "1" && !searched).then(|| Chip { label: lang.t(key), remove_href: query(ask, None, name) })
    };
    Table {
        caption: lang.tf(caption, &[("n", found.total.into())]),
        cols: vec![
            Col::text(lang.t("practice-col-name")),
            Col::text(lang.t("practice-col-village")),
            Col::text(lang.t("practice-col-last")),
            Col::text(lang.t("practice-col-next")),
            Col::text(lang.t("practice-col-act")).screen_only(),
        ],
        rows: found.items.iter().map(|p| row(lang, p, today, may_record)).collect(),
        chips: [
            chip(&ask.due, "due", "practice-only-due"),
            chip(&ask.mine, "mine", "practice-only-mine"),
            chip(&ask.waiting, "waiting", "practice-only-waiting"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        print: true,
        empty: Some(if searched {
            empty_with(
                &lang.t("practice-people-not-found"),
                &how("practice-people-not-found"),
                may_record.then(|| new_named(lang, csrf, &ask.q)),
            )
        } else {
            empty(
                &lang.t("practice-people-none"),
                &how("practice-people-none"),
                may_record.then_some((&*lang.t("practice-new-resident"), "/people/new")),
            )
        }),
        ..Table::default()
    }
}

/// The register: search box, filters, cards.
pub fn list(
    lang: Lang,
    csrf: &str,
    ask: &FindResidents,
    found: &Paged<PersonCard>,
    today: Day,
    may_record: bool,
    export: Option<zw_ui::Export>,
) -> Markup {
    html! {
        (search_form("/people/find", csrf, "zw-search-form", html! {
            (field(lang, &Field::text("q", lang.t("practice-search"), &ask.q).hint(lang.t("practice-search-hint"))))
            (field(lang, &Field::check("due", lang.t("practice-only-due"), ask.due == "1")))
            @if may_record { (field(lang, &Field::check("mine", lang.t("practice-only-mine"), ask.mine == "1"))) }
            (field(lang, &Field::check("waiting", lang.t("practice-only-waiting"), ask.waiting == "1")))
            @if ask.closed == "1" { (hidden("closed", "1")) }
            (buttons(submit(&lang.t("practice-search-go"))))
        }))
        (table(lang, &Table { export, ..residents(lang, csrf, ask, found, today, may_record) }))
        @if !ask.q.trim().is_empty() {
            (pagination_of_search(lang, (found.page, found.size, found.total), "/people/find", csrf, &[&[("q", ask.q.as_str())], &filters(ask)[..]].concat()))
        } @else {
            (pagination(lang, found.page, found.size, found.total, |p| query(ask, Some(p), "")))
        }
    }
}

/// The way to the registration form, with the name that was searched for; initials, numbers and villages are no name.
pub fn new_named(lang: Lang, csrf: &str, q: &str) -> Markup {
    let label = lang.t("practice-new-resident");
    match q.split_whitespace().next().filter(|w| !w.is_ascii()) {
        Some(name) => html! {
            form action="/people/new" method="post" { (hidden(CSRF_FIELD, csrf)) (hidden("name", name)) (submit(&label)) }
        },
        None => button_link(&label, "/people/new", true),
    }
}

/// The mark of somebody nobody answers for.
pub(super) fn waits(lang: Lang, waiting: bool) -> Markup {
    html! { @if waiting { " " (flag(&lang.t("practice-waiting"))) } }
}

fn row(lang: Lang, p: &PersonCard, today: Day, may_record: bool) -> Row {
    let href = format!("/people/{}/{}", p.county, p.id);
    Row::new(vec![
        html! { a class="zw-tap" href=(href) { (p.name) } @if p.state != ResidentState::Active { " " (flag(&word(lang, "state", p.state.code()))) } (waits(lang, p.waiting)) },
        html! { (p.village) },
        html! { (day(p.last_on)) },
        super::today::due_mark(lang, p, today),
        html! { @if may_record && p.state != ResidentState::Closed { a href={ (href) "/visit" } { (lang.t("practice-record-visit")) } } },
    ])
}

/// Hits of a search over everything.
pub fn hits(lang: Lang, csrf: &str, found: &[PersonCard], text: &str, today: Day) -> Markup {
    let all = html! {
        form action="/people/find" method="post" {
            (hidden(CSRF_FIELD, csrf)) (hidden("q", text))
            button class="btn btn-sm" type="submit" { (lang.t("practice-today-all")) }
        }
    };
    card_with(
        &lang.t("practice-people"),
        Some(all),
        html! {
            ul class="zw-list" { @for p in found {
                li {
                    a class="zw-tap" href={ "/people/" (p.county) "/" (p.id) } { (p.name) }
                    " · " (p.village) " · " (lang.t("practice-col-next")) " " (super::today::due_mark(lang, p, today))
                }
            } }
        },
    )
}

/// What the reader may do on a resident's page.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Record a visit.
    pub record: bool,
    /// Correct the record.
    pub edit: bool,
    /// Register somebody of the household.
    pub add: bool,
    /// Take it off the register.
    pub close: bool,
    /// See a masked field.
    pub reveal: bool,
    /// Merge another record into it, or it into another.
    pub merge: bool,
    /// Undo a merge.
    pub unmerge: bool,
    /// Record a consent or a refusal.
    pub consent: bool,
    /// Record a withdrawal.
    pub withdraw: bool,
}

/// The record of a resident, with what was revealed, if anything.
pub fn resident(
    f: &FormView<'_>,
    p: &ResidentPage,
    may: May,
    shown: Option<&Revealed>,
    mark: &Watermark<'_>,
    today: Day,
) -> Markup {
    let (lang, r) = (f.lang, &p.resident);
    let here = format!("/people/{}/{}", r.county, r.id);
    let open = r.state != ResidentState::Closed;
    html! {
        (f.summary())
        (button_row(html! {
            @if may.record && open { (button_link(&f.t("practice-record-visit"), &format!("{here}/visit"), true)) }
            @if may.edit && open { (button_link(&f.t("practice-correct"), &format!("{here}/edit"), false)) }
            @if may.add && open { (button_link(&f.t("practice-add-member"), &format!("/people/new?household={}&village={}", r.household, r.village), false)) }
            @if may.merge && open { (button_link(&f.t("practice-merge"), &format!("{here}/merge/find"), false)) }
            @if may.close && open { (button_link(&f.t("practice-close"), &format!("{here}/close"), false)) }
        }))
        @if r.withheld { p class="form-hint" { (f.t("practice-withheld")) } }
        @if p.merged_into.is_some() { p class="form-hint" { (f.t("practice-merged-away")) } }
        (card(&f.t("practice-basics"), basics(lang, r, shown)))
        (super::consent::card_of(f, r, &p.consents, may.consent && open, may.withdraw))
        (super::merge::merged(f, r, &p.merged, may.unmerge))
        @if may.reveal { (reveal_form(f, &here, r)) }
        @if !p.household.is_empty() {
            (card(&f.t("practice-household"), html! {
                ul class="zw-list" { @for m in &p.household {
                    li { a href={ "/people/" (m.county) "/" (m.id) } { (m.name) } " · " (f.t("practice-col-next")) " " (super::today::due_mark(lang, m, today)) }
                } }
            }))
        }
        (card_with(&lang.tf("practice-encounters-n", &[("n", p.encounters_total.into())]), None, encounter_table(lang, &p.encounters, &f.t("practice-encounters"), true, may.record)))
        (mark.line(lang))
    }
}

fn pair(lang: Lang, key: &str, value: Markup) -> (String, Markup) {
    (lang.t(key), value)
}

/// What one looks at before going there stands open; what one looks up now and then is folded.
fn basics(lang: Lang, r: &ResidentOut, shown: Option<&Revealed>) -> Markup {
    let revealed = |field: RevealField| {
        shown
            .filter(|s| s.field == field)
            .map(|s| if s.value.is_empty() { lang.t("practice-not-on-file") } else { s.value.clone() })
    };
    let dash = || "—".to_owned();
    // A reader who sees no birth date sees no numbers of a child either: kept back, not empty.
    let kept_back = r.withheld && r.birth.is_none();
    let or_said = |said: Option<String>| match said {
        Some(said) => html! { (said) },
        None if kept_back => super::not_shown(lang),
        None => html! { (dash()) },
    };
    let mut first = vec![];
    if r.state != ResidentState::Active {
        first.push(pair(lang, "practice-f-state", html! {
            (word(lang, "state", r.state.code()))
            @if let (Some(why), Some(on)) = (r.close_reason, r.closed_on) { " · " (word(lang, "close", why.code())) " " (on) }
        }));
    }
    if let (Some(sex), Some(birth), Some(age)) = (&r.sex, r.birth, r.age) {
        first.push(pair(
            lang,
            "practice-f-birth",
            html! {
                (word(lang, "sex", sex)) " · " (lang.tf("practice-age", &[("n", age.into())])) " · " (birth)
            },
        ));
    } else if kept_back {
        first.push(pair(lang, "practice-f-birth", super::not_shown(lang)));
    }
    let (official, own) = super::categories::apart(lang, r);
    if !r.categories.is_empty() {
        first.extend(official.map(|m| pair(lang, "practice-f-official", m)));
        first.extend(own.map(|m| pair(lang, "practice-f-judged", m)));
    } else if r.withheld {
        first.push(pair(lang, "practice-f-categories", super::not_shown(lang)));
    }
    let hidden_address = if r.has_address { "***" } else { "" };
    first.push(pair(lang, "practice-f-place", html! {
        (r.township_name) (r.village_name) " " (revealed(RevealField::Address).unwrap_or_else(|| hidden_address.to_owned()))
    }));
    first.push(pair(lang, "practice-f-phone", or_said(revealed(RevealField::Phone).or_else(|| r.phone.clone()))));
    first.push(pair(
        lang,
        "practice-f-risk",
        html! {
            (lang.tf("practice-risk-level", &[("n", r.risk.into())])) " · " (rhythm_words(lang, r.visit_every))
        },
    ));
    first.push(pair(lang, "practice-col-last", html! { (day(r.last_on)) }));
    first.push(pair(lang, "practice-col-next", html! { (r.next_on) }));
    let number = revealed(RevealField::IdNo);
    let open = number.is_some();
    let past = super::categories::past(lang, r).map(|m| pair(lang, "practice-f-official-past", m));
    let mut rest = vec![
        pair(
            lang,
            "practice-f-id",
            html! {
                (word(lang, "idtype", &r.id_type)) " "
                @match (number.or_else(|| r.id_no.clone()), r.id_missing) {
                    (Some(n), _) => (n),
                    (None, Some(why)) => (word(lang, "idmissing", why.code())),
                    (None, None) => (or_said(None)),
                }
            },
        ),
        pair(
            lang,
            "practice-f-basis",
            html! {
                (word(lang, "legal", r.legal_basis.code()))
            },
        ),
        pair(lang, "practice-f-worker", responsible(lang, r)),
        pair(lang, "practice-f-presence", html! { (word(lang, "presence", r.presence.code())) }),
        pair(lang, "practice-f-source", html! { (word(lang, "source", r.source.code())) }),
        pair(lang, "practice-f-filed", html! { (r.filed_on) " · " (r.unit_name) }),
    ];
    rest.extend(past);
    html! { (definitions(first)) (folded(&lang.t("practice-more-facts"), open, definitions(rest))) }
}

/// Who answers for somebody: the worker, or whoever looks after the people of a station without staff.
fn responsible(lang: Lang, r: &ResidentOut) -> Markup {
    let worker = r.worker_name.clone().unwrap_or_else(|| "—".to_owned());
    let Some(care) = &r.care else { return html! { (worker) (waits(lang, r.waiting)) } };
    let since = || ("since", care.since.to_string().into());
    html! {
        @match &care.unit {
            Some(unit) => (lang.tf("practice-care", &[since(), ("unit", unit.as_str().into())])),
            None => (lang.tf("practice-care-nobody", &[since()])),
        }
        @if r.worker_name.is_some() { " " span class="zw-muted" { (lang.tf("practice-care-before", &[("worker", worker.into())])) } }
    }
}

fn reveal_form(f: &FormView<'_>, here: &str, r: &ResidentOut) -> Markup {
    let fields: Vec<_> = RevealField::ALL
        .iter()
        .filter(|x| match x {
            RevealField::IdNo => r.id_no.is_some(),
            RevealField::Phone => r.phone.is_some(),
            RevealField::Address => r.has_address,
        })
        .map(|x| zw_ui::Choice::new(x.code(), word(f.lang, "reveal", x.code())))
        .collect();
    if fields.is_empty() {
        return html! {};
    }
    let purposes = super::choices::<RevealPurpose>(f.lang, "purpose-of-reveal");
    folded(
        &f.t("practice-reveal"),
        f.any_wrong(&["field", "purpose"]),
        form(
            &format!("{here}/reveal"),
            f.csrf,
            None,
            html! {
                p class="form-hint" { (f.t("practice-reveal-hint")) }
                (f.put(Field::radios("field", f.t("practice-reveal-field"), f.v("field"), fields).required()))
                (f.put(Field::radios("purpose", f.t("practice-reveal-purpose"), f.v("purpose"), purposes).required()))
                (buttons(submit(&f.t("practice-reveal-go"))))
            },
        ),
    )
}

/// Taking a resident off the register.
pub fn close(f: &FormView<'_>, r: &ResidentOut) -> Markup {
    form(
        &format!("/people/{}/{}/close", r.county, r.id),
        f.csrf,
        Some(f.key),
        html! {
            (f.summary())
            p { (f.lang.tf("practice-close-text", &[("name", (&r.name).into())])) }
            (hidden("version", &r.version.to_string()))
            (f.put(Field::radios("reason", f.t("practice-close-reason"), f.v("reason"), super::choices::<CloseReason>(f.lang, "close")).required()))
            (f.put(Field::date("on", f.t("practice-close-on"), f.v("on"))))
            (buttons(html! {
                (submit_danger(&f.t("practice-close"), &f.t("practice-close-sure")))
                (button_link(&f.t("practice-back"), &format!("/people/{}/{}", r.county, r.id), false))
            }))
        },
    )
}

/// An invented card.
pub(crate) fn sample_card() -> PersonCard {
    PersonCard {
        county: DivisionId(100),
        id: ResidentId(Uuid::from_u128(1)),
        name: "陈秀英".into(),
        village: "示例村".into(),
        state: ResidentState::Active,
        risk: 3,
        last_on: Some(Day::from_stored(20210601)),
        next_on: Day::from_stored(20210701),
        overdue: true,
        waiting: true,
    }
}

/// An invented record.
pub(crate) fn sample_resident() -> ResidentOut {
    ResidentOut {
        county: DivisionId(100),
        id: ResidentId(Uuid::from_u128(1)),
        unit: UnitId(Uuid::from_u128(2)),
        unit_name: "示例站".into(),
        household: HouseholdId(Uuid::from_u128(3)),
        name: "陈秀英".into(),
        sex: Some("2".into()),
        birth: Some(Day::from_stored(19551230)),
        age: Some(65),
        id_type: "resident_id".into(),
        id_no: Some("359***********0024".into()),
        id_missing: None,
        phone: Some("138****1234".into()),
        has_address: true,
        village: DivisionId(10_000),
        village_name: "示例村".into(),
        township_name: "示例镇".into(),
        categories: super::categories::sample(),
        past_categories: vec![],
        withheld: false,
        presence: crate::model::Presence::Here,
        legal_basis: crate::model::LegalBasis::Statutory,
        risk: 3,
        visit_every: crate::model::VisitEvery::Monthly,
        worker: None,
        worker_name: Some("李社工".into()),
        care: Some(CareOut {
            since: Day::from_stored(20210628), unit: Some("示例甲区社会工作指导中心".into())
        }),
        waiting: true,
        source: crate::model::Source::Outreach,
        filed_on: Day::from_stored(20210104),
        state: ResidentState::Active,
        close_reason: None,
        closed_on: None,
        last_on: Some(Day::from_stored(20210601)),
        next_on: Day::from_stored(20210701),
        overdue: true,
        version: 1,
    }
}

/// Register, record and closing with invented people.
pub fn sample(lang: Lang) -> Markup {
    let (posted, trouble) = (zw_web::Posted::default(), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let today = Day::from_stored(20210708);
    let page = ResidentPage {
        resident: sample_resident(),
        merged_into: None,
        merged: vec![],
        consents: super::consent::sample_consents(),
        household: vec![sample_card()],
        encounters: vec![super::visits::sample_encounter()],
        encounters_total: 1,
    };
    let shown = Revealed { field: RevealField::Phone, value: "13800001234".into() };
    let mark = Watermark { reader: "示例读者", at: zw_core::Stamp::from_ms(1_625_700_000_000) };
    let may = May {
        record: true,
        edit: true,
        add: true,
        close: true,
        reveal: true,
        merge: true,
        unmerge: true,
        consent: true,
        withdraw: true,
    };
    let found = Paged { items: vec![sample_card()], page: 1, size: 20, total: 1 };
    let ask = FindResidents { q: "陈".into(), due: "1".into(), ..FindResidents::default() };
    html! {
        (list(lang, "token", &ask, &found, today, true, None))
        (hits(lang, "token", &found.items, "陈", today))
        (resident(&f, &page, may, Some(&shown), &mark, today))
        (close(&f, &sample_resident()))
    }
}
