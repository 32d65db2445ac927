//! Recording a visit or a consultation. Everything but the ticks and one line of text is filled in beforehand; what is
//! seldom needed is folded.

use super::{choices, next_hint};
use crate::model::{EncounterInput, Mode, Outcome, Purpose, SafetyItem, Topic};
use crate::out::{EncounterOut, PersonCard};
use crate::service::form::{AmendForm, LastUsed, RegisterForm, VisitForm, WorkerChoice};
use maud::{Markup, html};
use zw_core::code::Code;
use zw_core::{Day, ResidentId, WorkerId};
use zw_ui::Lang;
use zw_ui::form::{Choice, Field, FormExtra, Kind, buttons, folded, form_with, section};
use zw_ui::parts::{button_link, submit};
use zw_ui::timeline::Difference;
use zw_web::{FormView, Posted};

/// Draft key of a consultation.
pub const CONSULT_DRAFT: &str = "consult-new";

/// Draft key of a visit to a person.
pub fn draft_key(p: &PersonCard) -> String {
    format!("visit-{}", p.id)
}

/// When the person was met last, in words.
pub(crate) fn last_met(lang: Lang, p: &PersonCard) -> String {
    match p.last_on {
        Some(d) => lang.tf("practice-last-met", &[("day", d.to_string().into())]),
        None => lang.t("practice-never-met"),
    }
}

/// Fields inside the fold.
const FOLDED: [&str; 6] = ["workers", "second", "start", "minutes", "state_note", "purpose"];

fn worker_choices(list: &[WorkerChoice]) -> Vec<Choice> {
    list.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect()
}

// i18n-keys: practice-visit-action-hint
fn what(f: &FormView<'_>, suggested: Option<Day>, hint: &str) -> Markup {
    let next = Field::date("next_on", f.t("practice-f-next"), f.v("next_on"));
    let next = match suggested {
        Some(d) => next.hint(next_hint(f.lang, d)),
        None => next,
    };
    html! {
        (f.put(Field::checks("safety", f.t("practice-f-safety"), f.list("safety"), choices::<SafetyItem>(f.lang, "safety"))))
        (f.put(Field::new("action", f.t("practice-f-action"), f.v("action"), Kind::TextArea(2)).hint(f.t(hint))))
        (f.put(next))
    }
}

fn rest(f: &FormView<'_>, workers: &[WorkerChoice], me: Option<WorkerId>) -> Markup {
    let others: Vec<WorkerChoice> = workers.iter().filter(|w| Some(w.0) != me).cloned().collect();
    html! {
        @if !others.is_empty() {
            (f.put(Field::select("second", f.t("practice-f-second"), f.v("second"), worker_choices(&others))))
        }
        (f.put(Field::radios("purpose", f.t("practice-f-purpose"), f.v("purpose"), choices::<Purpose>(f.lang, "purpose"))))
        (f.put(Field::radios("result", f.t("practice-f-result"), f.v("result"), choices::<Outcome>(f.lang, "result"))))
        (f.put(Field::text("start", f.t("practice-f-start"), f.v("start")).hint(f.t("practice-start-hint"))))
        (f.put(Field::number("minutes", f.t("practice-f-minutes"), f.v("minutes")).unit(f.t("practice-unit-minutes"))))
        (f.put(Field::area("state_note", f.t("practice-f-state-note"), f.v("state_note")).hint(f.t("practice-state-note-hint"))))
    }
}

/// The confirmation that a record is another one, once the service has asked for it, and the way to the one it knows.
pub(crate) fn another(f: &FormView<'_>, name: &str) -> Markup {
    let asked = f.trouble.fields.of(name);
    let known = asked.and_then(|e| e.args.iter().find(|(arg, _)| arg == "href"));
    html! {
        @if asked.is_some() || f.v(name) == "1" {
            (f.put(Field::check(name, f.t("practice-another"), f.v(name) == "1")))
            @if let Some((_, href)) = known { p { a class="zw-tap" href=(href) { (f.t("practice-another-open")) } } }
        }
    }
}

/// First values of a visit: today, met, how and what for as the last time, else at home and routine. The next day stays
/// empty: it then follows the rhythm, and a visit in vain leaves the person due.
pub fn first_values(v: &VisitForm, today: Day) -> Posted {
    let last = v.last.as_ref();
    let mode = last.map_or(Mode::Home, |l| l.mode);
    let purpose = last.and_then(|l| l.purpose).unwrap_or(Purpose::Routine);
    let values = vec![
        ("day", today.to_string()),
        ("mode", mode.code().to_owned()),
        ("persons", v.person.id.to_string()),
        ("purpose", purpose.code().to_owned()),
    ];
    Posted::prefilled(values)
}

/// What a tick means: of whom the form is for it tells met from sought in vain, of the others that they were met at all;
/// who of them was sought in vain has a tick of its own.
fn met_hint(lang: Lang, v: &VisitForm) -> String {
    let own = lang.tf("practice-met-hint", &[("name", v.person.name.as_str().into())]);
    if v.household.is_empty() { own } else { format!("{own}{}", lang.t("practice-met-household-hint")) }
}

/// The visit form. Who of the household was met is ticked; the person the form is for, unticked, was sought in vain, and
/// so was whoever of the others is ticked as not met.
pub fn visit(f: &FormView<'_>, v: &VisitForm) -> Markup {
    let p = &v.person;
    let choice = |m: &PersonCard| Choice::new(m.id.to_string(), format!("{} · {}", m.name, m.village));
    let persons = std::iter::once(p).chain(&v.household).map(choice).collect();
    let extra = FormExtra { draft: f.posted.draft_key(), ..FormExtra::default() };
    form_with(
        &format!("/people/{}/{}/visit", p.county, p.id),
        f.csrf,
        Some(f.key),
        &extra,
        html! {
            (f.summary())
            (another(f, "another"))
            (section(&f.t("practice-s-visit"), html! {
                @if v.last.is_some() { p class="form-hint" { (f.t("practice-last-used")) } }
                (f.put(Field::checks("persons", f.t("practice-f-met"), f.list("persons"), persons).hint(met_hint(f.lang, v))))
                @if !v.household.is_empty() {
                    (f.put(Field::checks("absent", f.t("practice-f-absent"), f.list("absent"), v.household.iter().map(choice).collect())))
                }
                (f.put(Field::date("day", f.t("practice-f-day"), f.v("day")).required()))
                (f.put(Field::radios("mode", f.t("practice-f-mode"), f.v("mode"), choices::<Mode>(f.lang, "mode"))))
                @if v.me.is_none() {
                    (f.put(Field::select("workers", f.t("practice-f-first"), f.v("workers"), worker_choices(&v.workers)).required()))
                }
                (what(f, Some(v.suggested), "practice-visit-action-hint"))
            }))
            (folded(&f.t("practice-more"), f.any_wrong(&FOLDED), rest(f, &v.workers, v.me)))
            (buttons(html! {
                (submit(&f.t("practice-save-visit")))
                (button_link(&f.t("practice-back"), &format!("/people/{}/{}", p.county, p.id), false))
            }))
        },
    )
}

/// The fields of a visit for a page that works without network: persons and workers are filled in there, the day too.
pub fn away(lang: Lang) -> Markup {
    let first = [("mode", Mode::Home.code()), ("purpose", Purpose::Routine.code())];
    let (posted, trouble) = (Posted::prefilled(first), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "", key: "", posted: &posted, trouble: &trouble };
    html! {
        (section(&f.t("practice-s-visit"), html! {
            (f.put(Field::check("another", f.t("practice-another"), false)))
            (f.put(Field::checks("persons", f.t("practice-f-met"), "", vec![]).hint(f.t("practice-met-away-hint"))))
            (f.put(Field::date("day", f.t("practice-f-day"), "")))
            (f.put(Field::radios("mode", f.t("practice-f-mode"), f.v("mode"), choices::<Mode>(lang, "mode"))))
            (f.put(Field::select("workers", f.t("practice-f-first"), "", vec![])))
            (what(&f, None, "practice-visit-action-hint"))
        }))
        (folded(&f.t("practice-more"), false, html! {
            (f.put(Field::select("second", f.t("practice-f-second"), "", vec![])))
            (rest(&f, &[], None))
        }))
    }
}

/// Telephone and address of a resident alone, for the same page.
pub fn contact(lang: Lang) -> Markup {
    html! {
        (zw_ui::field(lang, &Field::new("phone", lang.t("practice-f-phone"), "", Kind::Tel)))
        (zw_ui::field(lang, &Field::text("address", lang.t("practice-f-address"), "")))
    }
}

/// An encounter as typed in the form's own values, so that the form can open with them. The form asks only of others than
/// its own person who was sought in vain; that one stands among them unseen.
pub fn typed(input: &EncounterInput) -> Vec<(String, String)> {
    let mut v: Vec<(String, String)> = [
        ("unit", &input.unit),
        ("day", &input.day),
        ("start", &input.start),
        ("mode", &input.mode),
        ("purpose", &input.purpose),
        ("topic", &input.topic),
        ("minutes", &input.minutes),
        ("action", &input.action),
        ("state_note", &input.state_note),
        ("result", &input.result),
        ("next_on", &input.next_on),
    ]
    .into_iter()
    .filter(|(_, v)| !v.is_empty())
    .map(|(k, v)| (k.to_owned(), v.clone()))
    .collect();
    let fields = ["workers", "second"].into_iter().zip(&input.workers);
    v.extend(fields.map(|(k, w)| (k.to_owned(), w.clone())));
    v.extend(input.safety.iter().map(|s| ("safety".to_owned(), s.clone())));
    for p in &input.persons {
        let field = if p.met { "persons" } else { "absent" };
        v.extend(p.resident.map(|r| (field.to_owned(), r.to_string())));
    }
    v
}

/// The consultation form: somebody with or without a name, not on file.
pub fn consult(f: &FormView<'_>, c: &RegisterForm, me: Option<WorkerId>) -> Markup {
    let extra = FormExtra { draft: f.posted.draft_key(), ..FormExtra::default() };
    form_with(
        "/visits/consult",
        f.csrf,
        Some(f.key),
        &extra,
        html! {
            (f.summary())
            (another(f, "another"))
            (section(&f.t("practice-s-consult"), html! {
                @if !c.units.is_empty() {
                    @let units = c.units.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
                    (f.put(Field::select("unit", f.t("practice-f-unit"), f.v("unit"), units).required()))
                }
                (f.put(Field::text("name", f.t("practice-f-name"), f.v("name")).hint(f.t("practice-anonymous-hint"))))
                (f.put(Field::select("topic", f.t("practice-f-topic"), f.v("topic"), choices::<Topic>(f.lang, "topic")).required()))
                (f.put(Field::radios("mode", f.t("practice-f-mode"), f.v("mode"), choices::<Mode>(f.lang, "mode"))))
                (f.put(Field::date("day", f.t("practice-f-day"), f.v("day")).required()))
                @if me.is_none() {
                    (f.put(Field::select("workers", f.t("practice-f-first"), f.v("workers"), worker_choices(&c.workers)).required()))
                }
                (f.put(Field::new("action", f.t("practice-f-action"), f.v("action"), Kind::TextArea(2)).hint(f.t("practice-action-hint"))))
                (f.put(Field::number("minutes", f.t("practice-f-minutes"), f.v("minutes")).unit(f.t("practice-unit-minutes"))))
            }))
            (buttons(html! {
                (submit(&f.t("practice-save-consult")))
                (button_link(&f.t("practice-back"), "/visits", false))
            }))
        },
    )
}

/// First values of a correction.
pub fn values_of(e: &EncounterOut) -> Posted {
    let mut v: Vec<(String, String)> = [
        ("version", e.version.to_string()),
        ("day", e.day.to_string()),
        ("mode", e.mode.code().to_owned()),
        ("purpose", e.purpose.map(|p| p.code().to_owned()).unwrap_or_default()),
        ("topic", e.topic.map(|t| t.code().to_owned()).unwrap_or_default()),
        ("result", e.result.map(|r| r.code().to_owned()).unwrap_or_default()),
        ("start", e.start.clone().unwrap_or_default()),
        ("minutes", e.minutes.map(|m| m.to_string()).unwrap_or_default()),
        ("action", e.action.clone().unwrap_or_default()),
        ("state_note", e.state_note.clone().unwrap_or_default()),
        ("next_on", e.next_on.map(|d| d.to_string()).unwrap_or_default()),
        ("workers", e.workers.first().map(|w| w.id.to_string()).unwrap_or_default()),
        ("second", e.workers.get(1).map(|w| w.id.to_string()).unwrap_or_default()),
        ("name", e.persons.iter().find(|p| p.resident.is_none()).map(|p| p.name.clone()).unwrap_or_default()),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v))
    .collect();
    v.extend(e.safety.iter().map(|s| ("safety".to_owned(), s.clone())));
    let met = e.persons.iter().filter(|p| p.met).filter_map(|p| p.resident);
    v.extend(met.map(|r| ("persons".to_owned(), r.to_string())));
    Posted::prefilled(v)
}

/// The form that corrects an encounter; when somebody was faster, both versions stand above it.
pub fn amend(f: &FormView<'_>, a: &AmendForm) -> Markup {
    let e = &a.encounter;
    let on_file = e.persons.iter().filter_map(|p| p.resident.map(|id| (id, p.name.clone())));
    let persons: Vec<Choice> = on_file
        .chain(a.others.iter().map(|o| (o.id, o.name.clone())))
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect();
    let persons_on_file = !persons.is_empty();
    let here = format!("/visits/{}/{}", e.county, e.id);
    let action = format!("{here}/edit");
    let faster = super::faster(f, differences(f), &action, &here);
    let version = if f.v("version").is_empty() { e.version.to_string() } else { f.v("version").to_owned() };
    html! {
        (faster)
        (form_with(&action, f.csrf, Some(f.key), &FormExtra { draft: f.posted.draft_key(), ..FormExtra::default() }, html! {
            (f.summary())
            (zw_ui::form::version(&version))
            (section(&f.t("practice-s-visit"), html! {
                @if persons.is_empty() {
                    (f.put(Field::text("name", f.t("practice-f-name"), f.v("name")).hint(f.t("practice-anonymous-hint"))))
                    (f.put(Field::select("topic", f.t("practice-f-topic"), f.v("topic"), choices::<Topic>(f.lang, "topic"))))
                } @else {
                    (f.put(Field::checks("persons", f.t("practice-f-met"), f.list("persons"), persons).hint(f.t("practice-met-amend-hint"))))
                }
                (f.put(Field::date("day", f.t("practice-f-day"), f.v("day")).required()))
                (f.put(Field::radios("mode", f.t("practice-f-mode"), f.v("mode"), choices::<Mode>(f.lang, "mode"))))
                (f.put(Field::select("workers", f.t("practice-f-first"), f.v("workers"), worker_choices(&a.workers)).required()))
                (what(f, None, if persons_on_file { "practice-visit-action-hint" } else { "practice-action-hint" }))
            }))
            (folded(&f.t("practice-more"), true, rest(f, &a.workers, None)))
            (buttons(html! { (submit(&f.t("practice-save"))) (button_link(&f.t("practice-back"), &here, false)) }))
        }))
    }
}

fn differences(f: &FormView<'_>) -> Vec<Difference> {
    let mode = |code: &str| super::word(f.lang, "mode", code);
    [
        ("practice-f-day", super::current(f, "day"), f.v("day").to_owned()),
        ("practice-f-mode", mode(&super::current(f, "mode")), mode(f.v("mode"))),
        ("practice-f-action", super::current(f, "action"), f.v("action").to_owned()),
        ("practice-f-next", super::current(f, "next_on"), f.v("next_on").to_owned()),
    ]
    .into_iter()
    .map(|(label, theirs, mine)| Difference { label: f.t(label), theirs, mine })
    .collect()
}

/// Visit, consultation and a correction that came too late.
pub fn sample(lang: Lang) -> Markup {
    let person = super::people::sample_card();
    let worker = (WorkerId(zw_core::Uuid::from_u128(7)), "李社工".to_owned());
    let v = VisitForm {
        person: person.clone(),
        household: vec![PersonCard { id: ResidentId(zw_core::Uuid::from_u128(2)), ..person.clone() }],
        workers: vec![worker.clone(), (WorkerId(zw_core::Uuid::from_u128(8)), "王社工".into())],
        me: Some(worker.0),
        suggested: Day::from_stored(20210807),
        last: Some(LastUsed { mode: Mode::Home, purpose: None }),
    };
    let first = first_values(&v, Day::from_stored(20210708));
    let mut wrong = zw_web::FormTrouble::default();
    wrong.fields.add("day", "visit-future");
    let known = [("by", "王社工"), ("at", "2021-07-08 09:00"), ("href", "/visits/1/2")];
    wrong.fields.add_with("another", "visit-already", &known);
    let f = FormView { lang, csrf: "x", key: "y", posted: &first, trouble: &wrong };
    let encounter = super::visits::sample_encounter();
    let typed = values_of(&encounter);
    let late = zw_web::FormTrouble {
        current: vec![
            ("version".into(), "2".into()),
            ("saved_by".into(), "li 2021-07-08 09:00".into()),
            ("day".into(), "2021-07-07".into()),
        ],
        ..zw_web::FormTrouble::default()
    };
    let a = AmendForm { encounter, others: vec![person], workers: vec![worker] };
    let g = FormView { lang, csrf: "x", key: "y", posted: &typed, trouble: &late };
    html! {
        section { (visit(&f, &v)) }
        section { (away(lang)) (contact(lang)) }
        section { (consult(&f, &RegisterForm::default(), None)) }
        section { (amend(&g, &a)) }
    }
}
