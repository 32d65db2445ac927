//! Registering a resident and correcting a record, phone first: what is required stands open, the rest is folded.

use super::{choices, resembling, rhythm_choices, word};
use crate::model::{
    Category, ConsentForm, GuardianGround, IdMissing, LegalBasis, Presence, Recognition, ResidentState, Rhythm, Source,
    Why, offered,
};
use crate::out::{Duplicates, ResidentOut};
use crate::service::form::RegisterForm;
use maud::{Markup, html};
use zw_core::code::Code;
use zw_core::person_id::IdKind;
use zw_ui::form::{Choice, Field, FormExtra, Kind, buttons, folded, form_with, hidden, label_of, section, version};
use zw_ui::parts::{button_link, submit};
use zw_ui::timeline::Difference;
use zw_web::{FormView, Posted};

/// Draft key of a new registration.
pub const DRAFT: &str = "resident-new";

/// The form. `on_file` is the record on a correction, `asks` who resembles.
pub fn register(
    f: &FormView<'_>,
    c: &RegisterForm,
    rhythm: &Rhythm,
    on_file: Option<&ResidentOut>,
    asks: Option<&Duplicates>,
) -> Markup {
    let action = match on_file {
        Some(r) => format!("/people/{}/{}/edit", r.county, r.id),
        None => "/people".to_owned(),
    };
    let faster =
        on_file.map(|r| super::faster(f, differences(f, r), &action, &format!("/people/{}/{}", r.county, r.id)));
    let back = on_file.map_or_else(|| "/people".to_owned(), |r| format!("/people/{}/{}", r.county, r.id));
    let form = form_with(
        &action,
        f.csrf,
        Some(f.key),
        &FormExtra { draft: f.posted.draft_key(), ..FormExtra::default() },
        html! {
            (f.summary())
            (resembling::answer(f, asks, on_file.is_none()))
            @if f.trouble.fields.0.iter().any(|e| DOUBTS.contains(&e.code.as_str())) || f.v("confirm_id") == "1" {
                (f.put(Field::check("confirm_id", f.t("practice-confirm-id"), f.v("confirm_id") == "1")))
            }
            @if let Some(r) = on_file {
            @let read = r.version.to_string();
            (version(or(f.v("version"), &read)))
        }
            (identity(f, c, on_file))
            (section(&f.t("practice-s-place"), html! {
                (f.put(Field::select("village", f.t("practice-f-village"), f.v("village"), villages(c)).required()))
            }))
            (section(&f.t("practice-s-categories"), html! {
                @if let Some(official) = on_file.and_then(|r| super::categories::listed(f.lang, r)) {
                    p { (f.t("practice-f-official")) (f.lang.colon()) (official) }
                    p class="form-hint" { (f.t("practice-official-not-typed")) }
                }
                (categories(f))
                (f.put(Field::radios("category_basis", f.t("practice-f-recognition"), or(f.v("category_basis"), "worker_found"), choices::<Recognition>(f.lang, "basis"))))
            }))
            (legal(f, on_file.is_none()))
            @if on_file.is_none() { p { a class="zw-tap" href="/refusals/new" { (f.t("practice-refusal-instead")) } } }
            (more(f, c, rhythm, on_file))
            (buttons(html! {
                (submit(&f.t(if on_file.is_some() { "practice-save" } else { "practice-register" })))
                (button_link(&f.t("practice-back"), &back, false))
            }))
        },
    );
    html! {
        @if let Some(c) = faster { (c) }
        @if let Some(d) = asks { (resembling::list(f, d, on_file.is_none())) }
        (form)
    }
}

/// What the other editor saved beside what was typed, in the fields that are most often corrected.
fn differences(f: &FormView<'_>, r: &ResidentOut) -> Vec<Difference> {
    let saved = values_of(r);
    let pair = |label: &str, name: &str, words: &dyn Fn(&str) -> String| Difference {
        label: f.t(label),
        theirs: words(saved.value(name)),
        mine: words(f.v(name)),
    };
    let plain = |v: &str| v.to_owned();
    vec![
        pair("practice-f-name", "name", &plain),
        pair("practice-f-birth", "birth", &plain),
        pair("practice-f-basis", "legal_basis", &|v| word(f.lang, "legal", v)),
        pair("practice-f-risk", "risk", &plain),
        pair("practice-f-filed", "filed_on", &plain),
        pair("practice-f-state", "state", &|v| word(f.lang, "state", v)),
    ]
}

/// What may be confirmed about a number.
const DOUBTS: [&str; 5] =
    ["id-before-1900", "id-foreign-check-digit", "id-foreign-birth", "id-birth-mismatch", "id-sex-mismatch"];

fn or<'a>(value: &'a str, first: &'a str) -> &'a str {
    if value.is_empty() { first } else { value }
}

fn identity(f: &FormView<'_>, c: &RegisterForm, on_file: Option<&ResidentOut>) -> Markup {
    let hint = match on_file.and_then(|r| r.id_no.as_ref()) {
        Some(masked) => f.lang.tf("practice-id-kept", &[("masked", masked.into())]),
        None => f.t("practice-id-hint"),
    };
    let id = Kind::IdNumber { sex: "sex", birth: "birth" };
    let sexes = ["1", "2"].map(|s| Choice::new(s, word(f.lang, "sex", s))).to_vec();
    section(
        &f.t("practice-s-identity"),
        html! {
            @if !c.units.is_empty() {
                @let units = c.units.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
                (f.put(Field::select("unit", f.t("practice-f-unit"), f.v("unit"), units).required()))
            }
            (f.put(Field::text("name", f.t("practice-f-name"), f.v("name")).required()))
            (f.put(Field::new("id_no", f.t("practice-f-id-no"), f.v("id_no"), id).hint(hint)))
            @if let Some(href) = on_file_already(f) { p { a class="zw-tap" href=(href) { (f.t("practice-duplicate-open")) } } }
            (folded(&f.t("practice-id-other"), f.any_wrong(&["id_type", "id_missing_reason"]) || !f.v("id_missing_reason").is_empty(), html! {
                (f.put(Field::select("id_type", f.t("practice-f-id-type"), or(f.v("id_type"), "resident_id"), choices::<IdKind>(f.lang, "idtype"))))
                (f.put(Field::select("id_missing_reason", f.t("practice-f-id-missing"), f.v("id_missing_reason"), choices::<IdMissing>(f.lang, "idmissing"))))
            }))
            (f.put(Field::radios("sex", f.t("practice-f-sex"), f.v("sex"), sexes)))
            (f.put(Field::date("birth", f.t("practice-f-birth"), f.v("birth"))))
        },
    )
}

/// The record that holds the number already, where the service says that the reader may open it.
fn on_file_already<'a>(f: &'a FormView<'_>) -> Option<&'a str> {
    let error = f.trouble.fields.of("id_no")?;
    error.args.iter().find(|(name, _)| name == "href").map(|(_, href)| href.as_str())
}

fn villages(c: &RegisterForm) -> Vec<Choice> {
    c.villages.iter().map(|v| Choice::new(v.id.to_string(), &v.name).under(&v.township_name)).collect()
}

/// Categories by their first digit, each group a fold, so that a phone shows nine lines and not thirty.
pub(super) fn categories(f: &FormView<'_>) -> Markup {
    let chosen = f.posted.all("categories");
    let error = f.trouble.of(f.lang, "categories");
    let all: Vec<&Category> = offered().collect();
    html! {
        fieldset class={ "zw-field" @if error.is_some() { " has-error" } } id="f-categories" tabindex="-1" {
            legend class="form-label" { (label_of("categories", &f.t("practice-f-categories"))) span class="zw-required" { (f.t("ui-required")) } }
            @for group in all.chunk_by(|a, b| a.code.as_bytes().first() == b.code.as_bytes().first()) {
                @let digit = group.first().and_then(|c| c.code.get(..1)).unwrap_or_default();
                @let open = group.iter().any(|c| chosen.contains(&c.code));
                (folded(&word(f.lang, "category-group", digit), open, html! {
                    div class="zw-choices" { @for c in group {
                        label class="zw-choice" {
                            input class="form-check-input" type="checkbox" name="categories" value=(c.code)
                                id={ "f-categories-" (c.code) } checked[chosen.contains(&c.code)];
                            span { (word(f.lang, "category", c.code)) }
                        }
                    } }
                }))
            }
            @if let Some(e) = error { div class="zw-error-text" { span aria-hidden="true" { "‼ " } (e) } }
        }
    }
}

fn legal(f: &FormView<'_>, new: bool) -> Markup {
    const FIELDS: [&str; 6] =
        ["consent_on", "consent_by", "consent_until", "consent_relation", "consent_ground", "consent_witness"];
    let open = f.any_wrong(&FIELDS) || (new && f.v("legal_basis").ends_with("consent"));
    let (forms, by) = ([ConsentForm::Written, ConsentForm::Oral], f.v("consent_form"));
    let forms = forms.map(|x| Choice::new(x.code(), word(f.lang, "consent-form", x.code()))).to_vec();
    let rare = f.any_wrong(&FIELDS[4..]) || by == ConsentForm::Oral.code();
    section(
        &f.t("practice-s-legal"),
        html! {
            (f.put(Field::radios("legal_basis", f.t("practice-f-basis"), f.v("legal_basis"), choices::<LegalBasis>(f.lang, "legal")).required().hint(f.t("practice-basis-hint"))))
            (folded(&f.t(if new { "practice-consent" } else { "practice-consent-anew" }), open, html! {
                @if !new { p class="form-hint" { (f.t("practice-consent-anew-hint")) } }
                (f.put(Field::date("consent_on", f.t("practice-f-consent-on"), f.v("consent_on"))))
                (f.put(Field::text("consent_by", f.t("practice-f-consent-by"), f.v("consent_by")).hint(f.t("practice-consent-by-hint"))))
                (f.put(Field::radios("consent_relation", f.t("practice-f-consent-relation"), f.v("consent_relation"), super::consent::relations(f.lang))))
                (f.put(Field::date("consent_until", f.t("practice-f-consent-until"), f.v("consent_until"))))
                (folded(&f.t("practice-consent-rare"), rare, html! {
                    (f.put(Field::radios("consent_form", f.t("practice-k-form"), or(by, "written"), forms)))
                    (f.put(Field::text("consent_witness", f.t("practice-k-witness"), f.v("consent_witness")).hint(f.t("practice-k-witness-hint"))))
                    (f.put(Field::select("consent_ground", f.t("practice-k-ground"), f.v("consent_ground"), choices::<GuardianGround>(f.lang, "ground")).hint(f.t("practice-k-ground-hint"))))
                }))
            }))
        },
    )
}

fn more(f: &FormView<'_>, c: &RegisterForm, rhythm: &Rhythm, on_file: Option<&ResidentOut>) -> Markup {
    const FOLDED: [&str; 10] =
        ["phone", "address", "risk", "visit_every", "worker", "presence", "source", "filed_on", "household", "state"];
    let workers = c.workers.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let risks = (1..=6)
        .map(|n: i64| {
            let every = super::rhythm_words(f.lang, rhythm.of_risk(n));
            Choice::new(n.to_string(), f.lang.tf("practice-risk-choice", &[("n", n.into()), ("every", every.into())]))
        })
        .collect();
    let kept = |masked: Option<&String>| masked.map(|m| f.lang.tf("practice-kept", &[("masked", m.into())]));
    let phone = Field::new("phone", f.t("practice-f-phone"), f.v("phone"), Kind::Tel);
    let phone = match kept(on_file.and_then(|r| r.phone.as_ref())) {
        Some(hint) => phone.hint(hint),
        None => phone,
    };
    let address = Field::text("address", f.t("practice-f-address"), f.v("address")).hint(f.t("practice-address-hint"));
    folded(
        &f.t("practice-more"),
        f.any_wrong(&FOLDED),
        html! {
            (f.put(phone))
            (f.put(address))
            (f.put(Field::select("risk", f.t("practice-f-risk"), or(f.v("risk"), "4"), risks)))
            (f.put(Field::select("visit_every", f.t("practice-f-every"), f.v("visit_every"), rhythm_choices(f.lang, rhythm)).hint(f.t("practice-every-hint"))))
            (f.put(Field::select("worker", f.t("practice-f-worker"), f.v("worker"), workers)))
            (f.put(Field::radios("presence", f.t("practice-f-presence"), or(f.v("presence"), "0"), choices::<Presence>(f.lang, "presence"))))
            (f.put(Field::select("source", f.t("practice-f-source"), or(f.v("source"), "outreach"), choices::<Source>(f.lang, "source"))))
            (f.put(Field::date("filed_on", f.t("practice-f-filed"), f.v("filed_on")).hint(f.t("practice-filed-hint"))))
            @if !f.v("household").is_empty() { (hidden("household", f.v("household"))) }
            @if on_file.is_some() {
                @let states = [ResidentState::Active, ResidentState::Paused].map(|s| Choice::new(s.code(), word(f.lang, "state", s.code()))).to_vec();
                (f.put(Field::radios("state", f.t("practice-f-state"), f.v("state"), states)))
            }
        },
    )
}

/// First values of a correction.
pub fn values_of(r: &ResidentOut) -> Posted {
    let text = |d: Option<zw_core::Day>| d.map(|d| d.to_string()).unwrap_or_default();
    let mut v: Vec<(String, String)> = [
        ("version", r.version.to_string()),
        ("name", r.name.clone()),
        ("id_type", r.id_type.clone()),
        ("id_missing_reason", r.id_missing.map(|m| m.code().to_owned()).unwrap_or_default()),
        ("sex", r.sex.clone().unwrap_or_default()),
        ("birth", text(r.birth)),
        ("village", r.village.to_string()),
        ("legal_basis", r.legal_basis.code().to_owned()),
        ("presence", r.presence.code().to_owned()),
        ("source", r.source.code().to_owned()),
        ("risk", r.risk.to_string()),
        ("visit_every", r.visit_every.code().to_owned()),
        ("worker", r.worker.map(|w| w.to_string()).unwrap_or_default()),
        ("filed_on", r.filed_on.to_string()),
        ("state", r.state.code().to_owned()),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v))
    .collect();
    // What an official list says is not typed at the station.
    let own = r.categories.iter().filter(|c| c.list.is_none());
    v.extend(own.map(|c| ("categories".to_owned(), c.code.clone())));
    Posted::prefilled(v)
}

/// The form with a problem, and as a correction.
pub fn sample(lang: zw_ui::Lang) -> Markup {
    let mut trouble = zw_web::FormTrouble::default();
    trouble.fields.add("name", "resident-look-alike");
    trouble.fields.add("categories", "resident-category-age-11");
    let posted = Posted::prefilled([("name", "陈秀英"), ("categories", "11"), ("household", "h")]);
    let village = crate::VillageOption {
        id: zw_core::DivisionId(10_000),
        name: "示例村".into(),
        township: zw_core::DivisionId(1000),
        township_name: "示例镇".into(),
    };
    let c = RegisterForm {
        villages: vec![village],
        workers: vec![(zw_core::WorkerId(zw_core::Uuid::from_u128(1)), "李社工".into())],
        units: vec![(zw_core::UnitId(zw_core::Uuid::from_u128(2)), "示例站".into())],
    };
    let record = super::people::sample_resident();
    let person = crate::out::Candidate {
        must: true,
        person: Some(super::people::sample_card()),
        station: None,
        why: vec![Why::Sound, Why::BirthSwapped, Why::Village],
    };
    let elsewhere =
        crate::out::Candidate { must: true, person: None, station: Some("另一个示例站".into()), why: vec![] };
    let asks = Duplicates { must: true, seen: "s".into(), items: vec![person.clone(), elsewhere] };
    let weak = Duplicates {
        must: false,
        seen: "s".into(),
        items: vec![crate::out::Candidate { must: false, why: vec![Why::Birth, Why::Phone], ..person }],
    };
    let (first, none) = (values_of(&record), zw_web::FormTrouble::default());
    let new = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let old = FormView { lang, csrf: "x", key: "y", posted: &first, trouble: &none };
    html! {
        section { (register(&new, &c, &Rhythm::default(), None, Some(&asks))) }
        section { (register(&new, &c, &Rhythm::default(), None, Some(&weak))) }
        section { (register(&old, &c, &Rhythm::default(), Some(&record), Some(&asks))) }
        section { (register(&old, &c, &Rhythm::default(), Some(&record), None)) }
    }
}
