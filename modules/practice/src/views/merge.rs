//! Two records of one person side by side, and what was merged into a record.

use super::{FormView, choices, day, rhythm_words, word};
use crate::model::{MergeField, MergeReason};
use crate::out::{Duplicates, MergedOut, PersonCard, ResidentOut};
use crate::service::merge::MergePreview;
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::{DivisionId, ResidentId};
use zw_ui::form::{Field, buttons, form, hidden, search_form, section, version};
use zw_ui::parts::{button_link, button_row, card, submit, submit_danger};
use zw_ui::table::{Col, Phone, Row, Table, table};
use zw_ui::{Lang, field};
use zw_web::Posted;

// i18n-keys: practice-merge-why-twice practice-merge-why-moved practice-merge-why-renamed practice-merge-why-mistyped

/// Choosing the other record.
pub fn choose(
    lang: Lang,
    csrf: &str,
    (county, id): (DivisionId, ResidentId),
    alike: &Duplicates,
    found: &[PersonCard],
    q: &str,
) -> Markup {
    let people = |list: Vec<(&PersonCard, String)>| {
        html! { ul class="zw-list" { @for (p, note) in list { li {
            a class="zw-tap" href={ "/people/" (county) "/" (id) "/merge/" (p.id) } { (p.name) } " · " (p.village)
            @if !note.is_empty() { p class="zw-fine" { (note) } }
        } } } }
    };
    let because = |why: &[crate::model::Why]| {
        let words: Vec<String> = why.iter().map(|w| word(lang, "why", w.code())).collect();
        lang.tf("practice-resembling-because", &[("why", words.join(lang.comma()).into())])
    };
    let alike: Vec<_> = alike.items.iter().filter_map(|c| Some((c.person.as_ref()?, because(&c.why)))).collect();
    let found: Vec<_> = found.iter().filter(|p| p.id != id && p.county == county).map(|p| (p, String::new())).collect();
    html! {
        p { (lang.t("practice-merge-lead")) }
        (card(&lang.t("practice-merge-alike"), html! {
            @if alike.is_empty() { p { (lang.t("practice-merge-none-alike")) } } @else { (people(alike)) }
        }))
        (search_form(&format!("/people/{county}/{id}/merge/find"), csrf, "zw-search-form", html! {
            (field(lang, &Field::text("q", lang.t("practice-search"), q).hint(lang.t("practice-search-hint"))))
            (buttons(submit(&lang.t("practice-search-go"))))
        }))
        @if !q.is_empty() {
            (card(&lang.t("practice-merge-found"), html! {
                @if found.is_empty() { p { (lang.t("practice-people-not-found")) } } @else { (people(found)) }
            }))
        }
    }
}

/// First values of the form: what the record that stays has nothing of is taken over.
pub fn first(p: &MergePreview) -> Posted {
    let take = p.missing.iter().map(|f| ("take".to_owned(), f.code().to_owned()));
    let versions =
        [("version".to_owned(), p.stays.version.to_string()), ("other_version".to_owned(), p.goes.version.to_string())];
    Posted::prefilled(versions.into_iter().chain(take))
}

fn text(lang: Lang, f: MergeField, r: &ResidentOut) -> String {
    let or_dash = |t: Option<String>| t.unwrap_or_else(|| "—".to_owned());
    match f {
        MergeField::Name => r.name.clone(),
        MergeField::Document => {
            let number = r.id_no.clone().or_else(|| r.id_missing.map(|m| word(lang, "idmissing", m.code())));
            format!("{} {}", word(lang, "idtype", &r.id_type), or_dash(number))
        }
        MergeField::Sex => or_dash(r.sex.as_ref().map(|s| word(lang, "sex", s))),
        MergeField::Birth => day(r.birth),
        MergeField::Phone => or_dash(r.phone.clone()),
        MergeField::Address => {
            if r.has_address {
                "***".to_owned()
            } else {
                "—".to_owned()
            }
        }
        MergeField::Presence => word(lang, "presence", r.presence.code()),
        MergeField::Legal => word(lang, "legal", r.legal_basis.code()),
        MergeField::Worker => or_dash(r.worker_name.clone()),
    }
}

fn label(f: MergeField) -> &'static str {
    match f {
        MergeField::Name => "practice-f-name",
        MergeField::Document => "practice-f-id",
        MergeField::Sex => "practice-f-sex",
        MergeField::Birth => "practice-f-birth",
        MergeField::Phone => "practice-f-phone",
        MergeField::Address => "practice-f-address",
        MergeField::Presence => "practice-f-presence",
        MergeField::Legal => "practice-f-basis",
        MergeField::Worker => "practice-f-worker",
    }
}

/// Both records, with a tick where the other's value is taken.
pub fn preview(f: &FormView<'_>, p: &MergePreview) -> Markup {
    let (lang, taken) = (f.lang, f.posted.all("take"));
    let (a, b) = (&p.stays, &p.goes);
    let tick = |x: MergeField| {
        html! { @if p.differ.contains(&x) {
            label class="zw-choice" {
                input class="form-check-input" type="checkbox" name="take" value=(x.code()) id={ "f-take-" (x.code()) } checked[taken.contains(&x.code())];
                span { (text(lang, x, b)) }
            }
        } @else { (text(lang, x, b)) } }
    };
    let mut rows: Vec<Row> = MergeField::ALL
        .iter()
        .map(|x| Row::new(vec![html! { (f.t(label(*x))) }, html! { (text(lang, *x, a)) }, tick(*x)]))
        .collect();
    let every = |r: &ResidentOut| {
        format!("{} · {}", lang.tf("practice-risk-level", &[("n", r.risk.into())]), rhythm_words(lang, r.visit_every))
    };
    let categories = |r: &ResidentOut| {
        r.categories.iter().map(|c| word(lang, "category", &c.code)).collect::<Vec<_>>().join(lang.comma())
    };
    let stays: [(&str, String, String); 5] = [
        ("practice-f-village", a.village_name.clone(), b.village_name.clone()),
        ("practice-f-risk", every(a), every(b)),
        ("practice-f-filed", a.filed_on.to_string(), b.filed_on.to_string()),
        ("practice-col-last", day(a.last_on), day(b.last_on)),
        ("practice-f-categories", categories(a), categories(b)),
    ];
    rows.extend(stays.into_iter().map(|(l, x, y)| Row::new(vec![html! { (f.t(l)) }, html! { (x) }, html! { (y) }])));
    let t = Table {
        caption: f.t("practice-merge-both"),
        cols: ["practice-merge-field", "practice-merge-stays", "practice-merge-goes"]
            .map(|c| Col::text(f.t(c)))
            .to_vec(),
        rows,
        phone: Phone::Compared,
        ..Table::default()
    };
    let here = format!("/people/{}/{}/merge/{}", a.county, a.id, b.id);
    let turned = format!("/people/{}/{}/merge/{}", a.county, b.id, a.id);
    html! {
        p { (f.t("practice-merge-what")) }
        (super::faster(f, vec![], &here, &format!("/people/{}/{}", a.county, a.id)))
        (form(&here, f.csrf, Some(f.key), html! {
            (f.summary())
            (version(f.v("version")))
            (hidden("other_version", f.v("other_version")))
            (table(lang, &t))
            (section(&f.t("practice-merge-why"), html! {
                (f.put(Field::radios("reason", f.t("practice-merge-reason"), f.v("reason"), choices::<MergeReason>(lang, "merge-why")).required()))
            }))
            (buttons(html! {
                (submit(&f.t("practice-merge-go")))
                (button_link(&f.t("practice-merge-turn"), &turned, false))
                (button_link(&f.t("practice-back"), &format!("/people/{}/{}", a.county, a.id), false))
            }))
        }))
    }
}

/// What was merged into a record, each with the way back.
pub(super) fn merged(f: &FormView<'_>, r: &ResidentOut, list: &[MergedOut], may_undo: bool) -> Markup {
    if list.is_empty() {
        return html! {};
    }
    card(
        &f.t("practice-merged-list"),
        html! {
            ul class="zw-list" { @for m in list { li {
                (m.name) " · " (f.lang.tf("practice-merged-line", &[("filed", m.filed_on.to_string().into()), ("on", m.merged_on.to_string().into())]))
                " · " (word(f.lang, "merge-why", m.reason.code()))
                @if may_undo { (button_row(form(&format!("/people/{}/{}/unmerge/{}", r.county, r.id, m.id), f.csrf, Some(f.key), html! {
                    (version(&r.version.to_string()))
                    (submit_danger(&f.t("practice-unmerge"), &f.t("practice-unmerge-sure")))
                }))) }
            } } }
        },
    )
}

/// A choice and a comparison.
pub fn sample(lang: Lang) -> Markup {
    let r = super::people::sample_resident();
    let other = ResidentOut {
        id: ResidentId(zw_core::Uuid::from_u128(9)),
        name: "陈秀瑛".into(),
        phone: None,
        has_address: false,
        ..r.clone()
    };
    let both = MergePreview {
        stays: other.clone(),
        goes: r.clone(),
        differ: vec![MergeField::Name, MergeField::Phone, MergeField::Address],
        missing: vec![MergeField::Phone],
    };
    let (posted, none) = (first(&both), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &none };
    let card = super::people::sample_card();
    let alike = Duplicates {
        must: true,
        seen: "s".into(),
        items: vec![crate::out::Candidate {
            must: true,
            person: Some(card.clone()),
            station: None,
            why: vec![crate::model::Why::Sound],
        }],
    };
    let gone = MergedOut {
        id: other.id,
        name: other.name.clone(),
        filed_on: r.filed_on,
        merged_on: r.filed_on,
        reason: MergeReason::Renamed,
    };
    html! {
        section { (choose(lang, "x", (r.county, other.id), &alike, &[card], "陈")) }
        section { (choose(lang, "x", (r.county, other.id), &Duplicates::default(), &[], "陈")) }
        section { (preview(&f, &both)) }
        section { (merged(&f, &r, &[gone], true)) }
    }
}
