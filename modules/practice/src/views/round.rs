//! A day's round in one form, and blank forms for homes without network. A line is two taps and one line of text; what
//! is seldom needed is folded.

use super::{Watermark, choices, next_hint};
use crate::model::{Mode, Outcome, Purpose, SafetyItem};
use crate::out::PersonCard;
use crate::service::form::WorkerChoice;
use crate::service::round::{Begin, RoundForm, RoundLine};
use maud::{Markup, html};
use zw_core::Day;
use zw_core::code::Code as _;
use zw_ui::Lang;
use zw_ui::form::{Choice, Field, FormExtra, Kind, buttons, folded, form_with, section};
use zw_ui::parts::{button_link, button_row, print_button, submit};
use zw_web::{FormView, Posted};

/// Draft key of the round.
pub const DRAFT: &str = "round";
/// Fields of a line, each sent as `name-n` with the line's number.
pub const LINE: [&str; 11] =
    ["met", "with", "action", "safety", "next_on", "result", "mode", "start", "minutes", "state_note", "another"];
/// Fields of a line that are folded.
const FOLDED: [&str; 7] = ["with", "result", "mode", "start", "minutes", "state_note", "next_on"];

/// First values: today, as the last time, nobody visited yet.
pub fn first_values(b: &Begin, day: Day) -> Posted {
    let last = b.last.as_ref();
    let mut values = vec![
        ("day".to_owned(), day.to_string()),
        ("mode".to_owned(), last.map_or(Mode::Home, |l| l.mode).code().to_owned()),
        ("purpose".to_owned(), last.and_then(|l| l.purpose).unwrap_or(Purpose::Routine).code().to_owned()),
    ];
    values.extend(b.due.iter().map(|id| ("line".to_owned(), id.to_string())));
    Posted::prefilled(values)
}

fn worker_choices(list: &[WorkerChoice]) -> Vec<Choice> {
    list.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect()
}

// i18n-keys: practice-round-yes practice-round-no practice-round-skip
fn met(f: &FormView<'_>, n: usize) -> Field {
    let name = format!("met-{n}");
    let choices = ["yes", "no", ""].iter().map(|code| {
        let words = if code.is_empty() { "skip" } else { code };
        Choice::new(*code, f.t(&format!("practice-round-{words}")))
    });
    let value = f.v(&name).to_owned();
    Field::radios(name, f.t("practice-round-met"), value, choices.collect())
}

fn line(f: &FormView<'_>, n: usize, id: &str, l: &RoundLine) -> Markup {
    let name = |field: &str| format!("{field}-{n}");
    let put = |field: &str, label: &str, kind: Kind| {
        let full = name(field);
        let value = if matches!(kind, Kind::Checks(_)) { f.list(&full) } else { f.v(&full).to_owned() };
        Field::new(full, f.t(label), value, kind)
    };
    html! {
        // Not hidden by type: the draft keeps who stands on which line together with what was typed there.
        input type="text" name="line" value=(id) hidden;
        @if let Some(p) = &l.person {
            (section(&format!("{} · {}", p.name, p.village), html! {
                p class="zw-muted" { (super::visit::last_met(f.lang, p)) " · " (f.lang.tf("practice-round-due", &[("day", p.next_on.to_string().into())])) }
                (super::visit::another(f, &name("another")))
                (f.put(met(f, n)))
                (f.put(put("action", "practice-f-action", Kind::TextArea(1))))
                (f.put(put("safety", "practice-f-safety", Kind::Checks(choices::<SafetyItem>(f.lang, "safety")))))
                (folded(&f.t("practice-more"), f.any_wrong(&FOLDED.map(name).each_ref().map(String::as_str)), html! {
                    @if !l.household.is_empty() {
                        @let members = l.household.iter().map(|m| Choice::new(m.id.to_string(), &m.name)).collect();
                        (f.put(put("with", "practice-round-with", Kind::Checks(members))))
                    }
                    @let next = put("next_on", "practice-f-next", Kind::Date);
                    (f.put(match l.suggested { Some(d) => next.hint(next_hint(f.lang, d)), None => next }))
                    (f.put(put("mode", "practice-round-mode", Kind::Select(choices::<Mode>(f.lang, "mode")))))
                    (f.put(put("result", "practice-f-result", Kind::Radios(choices::<Outcome>(f.lang, "result")))))
                    (f.put(put("start", "practice-f-start", Kind::Text).hint(f.t("practice-start-hint"))))
                    (f.put(put("minutes", "practice-f-minutes", Kind::Number { min: Some(1), max: Some(720) }).unit(f.t("practice-unit-minutes"))))
                    (f.put(put("state_note", "practice-f-state-note", Kind::TextArea(2)).hint(f.t("practice-state-note-hint"))))
                }))
            }))
        } @else { p class="zw-muted" { (f.t("practice-round-gone")) } }
    }
}

/// The search for anybody of the station, and whom it found: each is put on the round by one button. What was searched
/// for is nothing to keep.
fn find(f: &FormView<'_>, found: Option<&[PersonCard]>) -> Markup {
    html! {
        div class="zw-field" {
            label class="form-label" for="f-find" { (f.t("practice-round-find")) }
            div class="form-hint" id="f-find-hint" { (f.t("practice-search-hint")) }
            input class="form-control" type="search" id="f-find" name="find" autocomplete="off" data-no-draft="" aria-describedby="f-find-hint";
        }
        button class="btn" type="submit" name="act" value="find" { (f.t("practice-search-go")) }
        @if let Some(found) = found {
            @if found.is_empty() { p role="status" { (f.t("practice-round-not-found")) } }
            div class="zw-buttons" data-focus="" tabindex="-1" { @for p in found {
                button class="btn" type="submit" name="pick" value=(p.id) { "＋ " (p.name) " · " (p.village) }
            } }
        }
    }
}

/// The round. Lines are those of `line` fields in their order.
pub fn round(f: &FormView<'_>, r: &RoundForm) -> Markup {
    let ids: Vec<String> = f.posted.all("line").into_iter().map(str::to_owned).collect();
    let others: Vec<WorkerChoice> = r.workers.iter().filter(|w| Some(w.0) != r.me).cloned().collect();
    let extra = FormExtra { draft: f.posted.draft_key(), ..FormExtra::default() };
    form_with(
        "/visits/round",
        f.csrf,
        Some(f.key),
        &extra,
        html! {
            (f.summary())
            p class="form-hint" { (f.t("practice-round-hint")) }
            (section(&f.t("practice-round-all"), html! {
                (f.put(Field::date("day", f.t("practice-f-day"), f.v("day")).required()))
                (f.put(Field::radios("mode", f.t("practice-f-mode"), f.v("mode"), choices::<Mode>(f.lang, "mode"))))
                (f.put(Field::radios("purpose", f.t("practice-f-purpose"), f.v("purpose"), choices::<Purpose>(f.lang, "purpose"))))
                @if r.me.is_none() {
                    (f.put(Field::select("workers", f.t("practice-f-first"), f.v("workers"), worker_choices(&r.workers)).required()))
                }
                @if !others.is_empty() {
                    (f.put(Field::select("second", f.t("practice-f-second"), f.v("second"), worker_choices(&others))))
                }
            }))
            @for (n, (id, l)) in ids.iter().zip(&r.lines).enumerate() { (line(f, n, id, l)) }
            (buttons(html! {
                (submit(&f.t("practice-round-save")))
                (button_link(&f.t("practice-blank"), "/visits/blank", false))
                (button_link(&f.t("practice-back-today"), "/", false))
            }))
            // After the button that saves: the key Enter presses the first one.
            (section(&f.t("practice-round-add"), html! {
                @if !r.others.is_empty() {
                    @let people = r.others.iter().map(|p| Choice::new(p.id.to_string(), format!("{} · {}", p.name, p.village))).collect();
                    (f.put(Field::select("add", f.t("practice-round-who"), f.v("add"), people)))
                    button class="btn" type="submit" name="act" value="add" { (f.t("practice-round-add-go")) }
                }
                (find(f, r.found.as_deref()))
            }))
        },
    )
}

/// Blank forms, four on a sheet of A4: one for each person due, and `empty` ones for whoever else is met.
pub fn blank(lang: Lang, due: &[PersonCard], empty: usize, mark: &Watermark<'_>) -> Markup {
    let people: Vec<Option<&PersonCard>> = due.iter().map(Some).chain(std::iter::repeat_n(None, empty)).collect();
    // A label never stands on another line than the rule that is written on.
    let rule = |label: &str| html! { span class="zw-whole" { (lang.t(label)) span class="zw-rule" {} } " " };
    let boxes = |list: Vec<Choice>| html! { @for c in list { span class="zw-box" { "□ " (c.label) } } };
    html! {
        (button_row(html! { (print_button(lang)) (button_link(&lang.t("practice-round"), "/visits/round", false)) }))
        p class="zw-muted zw-screen" { (lang.t("practice-blank-hint")) }
        div class="zw-blanks" { @for p in people {
            section class="zw-blank" {
                h2 { @match p {
                    Some(p) => { (p.name) " · " (p.village) },
                    None => { (rule("practice-f-name")) (rule("practice-f-village")) },
                } }
                p { (rule("practice-f-day")) (rule("practice-f-start")) (rule("practice-f-minutes")) }
                p { (lang.t("practice-round-met")) "　" span class="zw-box" { "□ " (lang.t("practice-round-yes")) } span class="zw-box" { "□ " (lang.t("practice-round-no")) } }
                p { (lang.t("practice-f-mode")) "　" (boxes(choices::<Mode>(lang, "mode"))) }
                p { (lang.t("practice-f-safety")) "　" (boxes(choices::<SafetyItem>(lang, "safety"))) }
                p { (lang.t("practice-f-result")) "　" (boxes(choices::<Outcome>(lang, "result"))) }
                p { (lang.t("practice-f-action")) }
                div class="zw-lines" {}
                p { (rule("practice-f-next")) (rule("practice-blank-signature")) }
            }
        } }
        (mark.line(lang))
    }
}

/// A round with somebody on it who was not seen, and its blank form.
pub fn sample(lang: Lang) -> Markup {
    let person = super::people::sample_card();
    let line =
        |p: Option<PersonCard>| RoundLine { person: p, household: vec![], suggested: Some(Day::from_stored(20210807)) };
    let r = RoundForm {
        lines: vec![line(Some(person.clone())), line(None)],
        others: vec![person.clone()],
        found: Some(vec![person.clone()]),
        workers: vec![(zw_core::WorkerId(zw_core::Uuid::from_u128(7)), "李社工".to_owned())],
        me: None,
    };
    let due = Begin { due: vec![person.id, person.id], last: None };
    let first = first_values(&due, Day::from_stored(20210708)).with("met-0", "no").with("action-0", "敲门无人应");
    let mut wrong = zw_web::FormTrouble::default();
    wrong.fields.add("next_on-0", "visit-next-not-after");
    let f = FormView { lang, csrf: "x", key: "y", posted: &first, trouble: &wrong };
    html! {
        section { (round(&f, &r)) }
        section { (blank(lang, &[person], 1, &Watermark { reader: "李社工", at: zw_core::Stamp::from_ms(1_625_700_000_000) })) }
    }
}
