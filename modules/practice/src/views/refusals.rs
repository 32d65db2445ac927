//! Refusals of a file: the list, recording one, ending one. Answers like others, and nobody is named in them.

use super::{choices, word};
use crate::model::{RefusalEnd, RefusedWhat};
use crate::out::RefusalOut;
use crate::service::form::RegisterForm;
use crate::service::refusal::FindRefusals;
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, Paged, RefusalId, Uuid};
use zw_ui::Lang;
use zw_ui::form::{Choice, Field, buttons, folded, form, hidden, section};
use zw_ui::parts::{button_link, card, definitions, empty, flag, pagination, submit};
use zw_web::FormView;

/// The list.
pub fn list(f: &FormView<'_>, ask: &FindRefusals, found: &Paged<RefusalOut>) -> Markup {
    let lang = f.lang;
    let all = ask.ended == "1";
    let href = |page: Option<i64>, all: bool| {
        let mut parts: Vec<String> = vec![];
        parts.extend(all.then(|| "ended=1".to_owned()));
        parts.extend(page.map(|p| format!("page={p}")));
        format!("/refusals?{}", parts.join("&"))
    };
    let (key, label) = if all { (false, "practice-refusals-open") } else { (true, "practice-refusals-all") };
    html! {
        (f.summary())
        p { (lang.tf("practice-refusals-n", &[("n", found.total.into())])) " " a class="zw-tap" href=(href(None, key)) { (lang.t(label)) } }
        @if found.items.is_empty() {
            (empty(&lang.t("practice-refusals-none"), &lang.t("practice-refusals-none-how"), None))
        }
        @for r in &found.items { (one(f, r)) }
        (pagination(lang, found.page, found.size, found.total, |p| href(Some(p), all)))
    }
}

fn one(f: &FormView<'_>, r: &RefusalOut) -> Markup {
    let lang = f.lang;
    let categories = r.categories.iter().map(|c| word(lang, "category", c)).collect::<Vec<_>>().join(lang.comma());
    let mut facts = vec![
        (lang.t("practice-f-categories"), html! { (categories) }),
        (lang.t("practice-refusal-what"), html! { (word(lang, "refused", r.what.code())) }),
        (
            lang.t("practice-refusal-by"),
            html! { (r.worker_name.clone().unwrap_or_else(|| "—".into())) " · " (r.unit_name) },
        ),
    ];
    if let (Some(on), Some(why)) = (r.ended_on, r.end_reason) {
        facts.push((lang.t("practice-refusal-ended"), html! { (on) " · " (word(lang, "refusal-end", why.code())) }));
    }
    let mine = f.v("row") == r.id.to_string();
    let title = format!("{} · {}", r.refused_on, r.village_name);
    card(
        &title,
        html! {
            @if r.ended_on.is_some() { (flag(&lang.t("practice-refusal-over"))) }
            (definitions(facts))
            @if r.may_end {
                (folded(&lang.t("practice-refusal-end"), mine && f.any_wrong(&["reason", "on"]), form(
                    &format!("/refusals/{}/{}/end", r.county, r.id),
                    f.csrf,
                    Some(&format!("{}-{}", f.key, r.id)),
                    html! {
                        (hidden("version", &r.version.to_string()))
                        p class="form-hint" { (lang.t("practice-refusal-end-hint")) }
                        div class="zw-choices" { @for c in choices::<RefusalEnd>(lang, "refusal-end") {
                            label class="zw-choice" {
                                input class="form-check-input" type="radio" name="reason" value=(c.value) required checked[mine && f.v("reason") == c.value];
                                span { (c.label) }
                            }
                        } }
                        (buttons(submit(&lang.t("practice-refusal-end"))))
                    },
                )))
            }
        },
    )
}

/// Recording that somebody was asked for a file and refused.
pub fn record(f: &FormView<'_>, c: &RegisterForm) -> Markup {
    let villages = c.villages.iter().map(|v| Choice::new(v.id.to_string(), &v.name).under(&v.township_name)).collect();
    let workers = c.workers.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    form(
        "/refusals/new",
        f.csrf,
        Some(f.key),
        html! {
            (f.summary())
            p class="form-hint" { (f.t("practice-refusal-hint")) }
            @if !c.units.is_empty() {
                @let units = c.units.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
                (f.put(Field::select("unit", f.t("practice-f-unit"), f.v("unit"), units).required()))
            }
            (section(&f.t("practice-s-place"), f.put(Field::select("village", f.t("practice-f-village"), f.v("village"), villages).required())))
            (section(&f.t("practice-s-categories"), super::register::categories(f)))
            (section(&f.t("practice-s-answer"), html! {
                (f.put(Field::radios("what", f.t("practice-refusal-what"), f.v("what"), choices::<RefusedWhat>(f.lang, "refused"))))
                (f.put(Field::date("on", f.t("practice-k-on"), f.v("on"))))
                (f.put(Field::select("worker", f.t("practice-refusal-by"), f.v("worker"), workers).hint(f.t("practice-refusal-by-hint"))))
            }))
            (buttons(html! {
                (submit(&f.t("practice-refusal-save")))
                (button_link(&f.t("practice-back"), "/refusals", false))
            }))
        },
    )
}

/// A list with one that stands and one that is over, and the form with a problem.
pub fn sample(lang: Lang) -> Markup {
    let one = RefusalOut {
        county: DivisionId(100),
        id: RefusalId(Uuid::from_u128(5)),
        unit_name: "示例站".into(),
        village_name: "示例村".into(),
        categories: vec!["01".into(), "21".into()],
        what: RefusedWhat::File,
        refused_on: Day::from_stored(20_210_601),
        worker_name: Some("李社工".into()),
        ended_on: None,
        end_reason: None,
        may_end: true,
        version: 1,
    };
    let over = RefusalOut {
        id: RefusalId(Uuid::from_u128(6)),
        what: RefusedWhat::Service,
        ended_on: Some(Day::from_stored(20_210_701)),
        end_reason: Some(RefusalEnd::Agreed),
        may_end: false,
        ..one.clone()
    };
    let found = Paged { items: vec![one, over], page: 1, size: 20, total: 2 };
    let mut trouble = zw_web::FormTrouble::default();
    let (posted, none) = (zw_web::Posted::default(), zw_web::FormTrouble::default());
    trouble.fields.add("village", "resident-village-outside");
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &none };
    let wrong = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    html! {
        section { (list(&f, &FindRefusals::default(), &found)) }
        section { (record(&wrong, &RegisterForm::default())) }
    }
}
