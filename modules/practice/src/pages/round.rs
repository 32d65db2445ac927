//! Pages of a day's round and of blank forms.

use super::{form_view, reader, watermark};
use crate::model::{EncounterInput, EncounterKind, PersonIn};
use crate::service::encounter::{self, RoundInput};
use crate::service::round;
use crate::views::round as view;
use axum::extract::Query;
use serde::Deserialize;
use zw_core::code::Code as _;
use zw_core::{Day, Error, FieldError, FieldErrors, ResidentId, Result, Uuid, WorkerId};
use zw_web::{FormTrouble, Page, PageResult, Posted, saved};

/// Blank forms for whoever else is met.
const EMPTY: usize = 4;

/// What the form sends for the whole round.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct All {
    day: String,
    mode: String,
    purpose: String,
    workers: String,
    second: String,
    line: Vec<ResidentId>,
    add: String,
    act: String,
    find: String,
    pick: String,
}

/// One line as sent.
#[derive(Default)]
struct Line {
    met: String,
    with: Vec<String>,
    action: String,
    safety: Vec<String>,
    next_on: String,
    result: String,
    mode: String,
    start: String,
    minutes: String,
    state_note: String,
    another: String,
}

impl Line {
    /// Takes a field in; false if a line has none of that name.
    fn take(&mut self, field: &str, value: &str) -> bool {
        let one = match field {
            "with" => return push(&mut self.with, value),
            "safety" => return push(&mut self.safety, value),
            "met" => &mut self.met,
            "action" => &mut self.action,
            "next_on" => &mut self.next_on,
            "result" => &mut self.result,
            "mode" => &mut self.mode,
            "start" => &mut self.start,
            "minutes" => &mut self.minutes,
            "state_note" => &mut self.state_note,
            "another" => &mut self.another,
            _ => return false,
        };
        value.clone_into(one);
        true
    }
    /// Whether anything was said on the line beside who was met.
    fn said(&self) -> bool {
        !self.with.is_empty()
            || !self.safety.is_empty()
            || [&self.action, &self.next_on, &self.result, &self.start, &self.minutes, &self.state_note]
                .iter()
                .any(|t| !t.trim().is_empty())
    }
    fn encounter(self, id: ResidentId, all: &All, me: Option<WorkerId>) -> Result<EncounterInput> {
        let mut persons = vec![PersonIn { resident: Some(id), name: String::new(), met: self.met == "yes" }];
        for text in &self.with {
            let id = text.parse().map_err(|_| Error::field("persons", "visit-person-unknown"))?;
            persons.push(PersonIn { resident: Some(id), name: String::new(), met: true });
        }
        let first =
            if all.workers.is_empty() { me.map(|m| m.to_string()).unwrap_or_default() } else { all.workers.clone() };
        Ok(EncounterInput {
            kind: EncounterKind::Visit.code().to_owned(),
            day: all.day.clone(),
            start: self.start,
            mode: if self.mode.is_empty() { all.mode.clone() } else { self.mode },
            purpose: all.purpose.clone(),
            minutes: self.minutes,
            persons,
            workers: [first, all.second.clone()].into_iter().filter(|w| !w.is_empty()).collect(),
            safety: self.safety,
            action: self.action,
            state_note: self.state_note,
            result: self.result,
            next_on: self.next_on,
            another: self.another,
            ..EncounterInput::default()
        })
    }
}

fn push(list: &mut Vec<String>, value: &str) -> bool {
    if !value.trim().is_empty() {
        list.push(value.to_owned());
    }
    true
}

/// The round as sent: what holds for all of it, and the lines by number. A name the form does not have is refused.
fn parse(posted: &Posted) -> Result<(All, Vec<Line>)> {
    let (mut common, mut lines) = (vec![], vec![]);
    let many = posted.all("line").len();
    lines.resize_with(many, Line::default);
    for (name, value) in posted.values() {
        let numbered = name.rsplit_once('-').and_then(|(field, n)| Some((field, n.parse::<usize>().ok()?)));
        match numbered {
            Some((field, n)) if view::LINE.contains(&field) && n < many => {
                if let Some(line) = lines.get_mut(n)
                    && !line.take(field, value)
                {
                    return Err(Error::field(name, "unknown-field"));
                }
            }
            _ => common.push((name.clone(), value.clone())),
        }
    }
    Ok((Posted::prefilled(common).input()?, lines))
}

/// The visits of a round with the number of the line each came from.
fn visits(all: &All, lines: Vec<Line>, me: Option<WorkerId>) -> Result<(RoundInput, Vec<usize>)> {
    let (mut items, mut from, mut wrong) = (vec![], vec![], FieldErrors::default());
    for (n, (line, id)) in lines.into_iter().zip(&all.line).enumerate() {
        match line.met.as_str() {
            "yes" | "no" => match line.encounter(*id, all, me) {
                Ok(e) => {
                    items.push(e);
                    from.push(n);
                }
                Err(Error::Invalid(e)) => {
                    wrong.0.extend(e.0.into_iter().map(|f| FieldError { field: format!("with-{n}"), ..f }))
                }
                Err(e) => return Err(e),
            },
            "" if !line.said() => {}
            "" => wrong.add(&format!("met-{n}"), "round-met"),
            _ => wrong.add(&format!("met-{n}"), "unknown-code"),
        }
    }
    wrong.check()?;
    Ok((RoundInput { items }, from))
}

/// Where the form shows a problem that the service names `items[i].field`.
fn at_line(e: Error, from: &[usize]) -> Error {
    let Error::Invalid(errors) = e else { return e };
    let mut out = FieldErrors::default();
    for f in errors.0 {
        let split = f.field.strip_prefix("items[").and_then(|rest| rest.split_once("]."));
        let found = split.and_then(|(i, field)| Some((*from.get(i.parse::<usize>().ok()?)?, field)));
        let field = match found {
            None => f.field.clone(),
            // The day and who went are asked once; a day that is wrong for one person only is told at the person.
            Some((_, "day")) if matches!(f.code.as_str(), "visit-future" | "date-format") => "day".to_owned(),
            Some((n, "day" | "persons")) => format!("met-{n}"),
            Some((_, "workers")) => "second".to_owned(),
            Some((_, "purpose")) => "purpose".to_owned(),
            Some((n, field)) => format!("{field}-{n}"),
        };
        let moved = FieldError { field, ..f };
        if !out.0.contains(&moved) {
            out.0.push(moved);
        }
    }
    Error::Invalid(out)
}

/// The lines of a form under way, from its `line` fields; what is no id is nobody.
/// Whose lines are shown: each typed line keeps its place, also one whose id is none; far more than a round may have are
/// not looked up.
fn asked(posted: &Posted) -> Vec<ResidentId> {
    const SHOWN: usize = 200;
    let nobody = ResidentId(Uuid::nil());
    posted.all("line").into_iter().take(SHOWN).map(|id| id.parse().unwrap_or(nobody)).collect()
}

/// `sought` is whom somebody looks for to put on the round: asked and answered in the body, never in an address.
async fn show(page: Page, typed: Option<(Posted, FormTrouble)>, sought: Option<&str>) -> PageResult {
    let today = page.ctx.today();
    let again = typed.as_ref().is_some_and(|(_, t)| !t.is_empty());
    let (page, posted, trouble) = match typed {
        Some((p, t)) => (page, p, t),
        None => {
            let first = view::first_values(&round::begin(&page.ctx, today).await?, today);
            let (page, posted) = page.draft_or(view::DRAFT, first).await?;
            (page, posted, FormTrouble::default())
        }
    };
    let day = Day::parse(posted.value("day")).unwrap_or(today);
    let on_it = asked(&posted);
    let mut r = round::round(&page.ctx, day, &on_it).await?;
    if let Some(text) = sought {
        r.found = Some(round::find(&page.ctx, text, &on_it).await?);
    }
    let key = page.idem_key();
    let body = view::round(&form_view(&page, &key, &posted, &trouble), &r);
    let title = page.lang.t("practice-round");
    Ok(if again { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

/// GET /visits/round.
pub(crate) async fn form(page: Page) -> PageResult {
    show(page, None, None).await
}

/// POST /visits/round: records the round, or puts another person on it and shows it again with all that was typed.
pub(crate) async fn record(page: Page, posted: Posted) -> PageResult {
    let me = page.ctx.actor.worker;
    let (all, lines) = match parse(&posted) {
        Ok(parsed) => parsed,
        Err(e) => {
            let trouble = page.at_form(e)?;
            return show(page, Some((posted, trouble)), None).await;
        }
    };
    let chosen = if all.act == "add" { &all.add } else { &all.pick };
    // A text in the search box means a search, also when Enter pressed the button that saves.
    if !chosen.is_empty() || !all.find.is_empty() || !all.act.is_empty() {
        let posted = match chosen.parse::<ResidentId>() {
            Ok(id) if !all.line.contains(&id) => posted.and("line", &id.to_string()),
            _ => posted,
        };
        let posted = ["add", "act", "find", "pick"].into_iter().fold(posted, |p, field| p.with(field, ""));
        let sought = Some(all.find.as_str()).filter(|text| chosen.is_empty() && !text.is_empty());
        return show(page, Some((posted, FormTrouble::default())), sought).await;
    }
    let done = match visits(&all, lines, me) {
        Ok((input, from)) => {
            encounter::record_round(&page.ctx, &input, &posted.idem).await.map_err(|e| at_line(e, &from))
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(saved("/visits", "practice-saved-round")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            show(page, Some((posted, trouble)), None).await
        }
    }
}

/// GET /visits/blank: forms to take along on paper.
pub(crate) async fn blank(page: Page, Query(q): Query<BlankAsk>) -> PageResult {
    let day = Day::parse(&q.day).unwrap_or(page.ctx.today());
    let people = round::blank(&page.ctx, day).await?;
    let who = reader(&page);
    let body = view::blank(page.lang, &people, EMPTY, &watermark(&page, &who));
    Ok(page.html(&page.lang.t("practice-blank"), body))
}

/// For which day.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BlankAsk {
    day: String,
}
