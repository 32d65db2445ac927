//! Pages of encounters.

use super::{Keyed, Saved, after, form_view, reader, watermark};
use crate::model::{EncounterInput, EncounterKind, PersonIn};
use crate::policy;
use crate::service::encounter::{self, FindEncounters, VoidInput};
use crate::service::form::{self, VisitForm};
use crate::views;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use zw_core::code::Code as _;
use zw_core::{DivisionId, EncounterId, Error, ResidentId, Result, names};
use zw_ui::Head;
use zw_web::{FormTrouble, Page, PageResult, Posted, see_other};

/// The visit and correction forms as posted.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct VisitPosted {
    unit: String,
    day: String,
    start: String,
    mode: String,
    purpose: String,
    topic: String,
    minutes: String,
    /// Ticked: met.
    persons: Vec<String>,
    /// Ticked, of the others of the household: sought in vain too.
    absent: Vec<String>,
    name: String,
    workers: String,
    second: String,
    safety: Vec<String>,
    action: String,
    state_note: String,
    result: String,
    next_on: String,
    another: String,
    version: i64,
}

impl VisitPosted {
    /// The use case's input. `sought` are those the record is for: unticked they were sought in vain, as those ticked as
    /// such; anybody else unticked took no part. `me` is added when the form named no first worker but a second one.
    fn input(
        self,
        kind: EncounterKind,
        sought: &[ResidentId],
        me: Option<zw_core::WorkerId>,
    ) -> Result<EncounterInput> {
        let ticked = |field: &str, list: &[String]| -> Result<Vec<ResidentId>> {
            list.iter().map(|t| t.parse().map_err(|_| Error::field(field, "visit-person-unknown"))).collect()
        };
        let (met, absent) = (ticked("persons", &self.persons)?, ticked("absent", &self.absent)?);
        if absent.iter().any(|id| met.contains(id)) {
            return Err(Error::field("absent", "visit-met-and-not"));
        }
        let person = |id: ResidentId, met| PersonIn { resident: Some(id), name: String::new(), met };
        let mut persons: Vec<PersonIn> = met.into_iter().map(|id| person(id, true)).collect();
        for id in sought.iter().chain(&absent) {
            if persons.iter().all(|p| p.resident != Some(*id)) {
                persons.push(person(*id, false));
            }
        }
        if kind == EncounterKind::Consult && persons.is_empty() {
            persons.push(PersonIn { resident: None, name: self.name, met: true });
        }
        let first = if self.workers.is_empty() { me.map(|m| m.to_string()).unwrap_or_default() } else { self.workers };
        let workers = [first, self.second].into_iter().filter(|w| !w.is_empty()).collect();
        Ok(EncounterInput {
            unit: self.unit,
            kind: kind.code().to_owned(),
            day: self.day,
            start: self.start,
            mode: self.mode,
            purpose: self.purpose,
            topic: self.topic,
            minutes: self.minutes,
            persons,
            workers,
            safety: self.safety,
            action: self.action,
            state_note: self.state_note,
            result: self.result,
            next_on: self.next_on,
            another: self.another,
        })
    }
}

fn visit_page(page: &Page, v: &VisitForm, posted: &Posted, trouble: &FormTrouble, again: bool) -> Response {
    let key = page.idem_key();
    let body = views::visit::visit(&form_view(page, &key, posted, trouble), v);
    let head = Head {
        title: page.lang.tf("practice-visit-of", &[("name", (&v.person.name).into())]),
        window: Some(page.lang.tf("practice-visit-of", &[("name", names::mask_name(&v.person.name).into())])),
        lead: Some(format!("{} · {}", v.person.village, views::visit::last_met(page.lang, &v.person))),
        ..Head::default()
    };
    let mut response = page.html_with(&head, body);
    if again {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

/// GET /people/{county}/{id}/visit.
pub(crate) async fn visit(page: Page, Path((county, id)): Keyed<ResidentId>) -> PageResult {
    let v = form::visit(&page.ctx, county, id).await?;
    let first = views::visit::first_values(&v, page.ctx.today());
    let (page, posted) = page.draft_or(&views::visit::draft_key(&v.person), first).await?;
    Ok(visit_page(&page, &v, &posted, &FormTrouble::default(), false))
}

/// POST /people/{county}/{id}/visit.
pub(crate) async fn record_visit(page: Page, Path((county, id)): Keyed<ResidentId>, posted: Posted) -> PageResult {
    let v = form::visit(&page.ctx, county, id).await?;
    let input = posted.input::<VisitPosted>().and_then(|p| p.input(EncounterKind::Visit, &[id], v.me));
    let done = match input {
        Ok(input) => encounter::record(&page.ctx, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/people/{county}/{id}?saved=visit"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(visit_page(&page, &v, &posted, &trouble, true))
        }
    }
}

async fn consult_page(page: Page, typed: Option<(Posted, FormTrouble)>) -> PageResult<Response> {
    let choices = form::consult(&page.ctx).await?;
    let me = page.ctx.actor.worker.filter(|m| choices.workers.iter().any(|w| w.0 == *m));
    let again = typed.is_some();
    let (page, posted, trouble) = match typed {
        Some((p, t)) => (page, p, t),
        None => {
            let first = Posted::prefilled([("day", page.ctx.today().to_string()), ("mode", "talk".to_owned())]);
            let (page, p) = page.draft_or(views::visit::CONSULT_DRAFT, first).await?;
            (page, p, FormTrouble::default())
        }
    };
    let key = page.idem_key();
    let body = views::visit::consult(&form_view(&page, &key, &posted, &trouble), &choices, me);
    let title = page.lang.t("practice-new-consult");
    Ok(if again { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

/// GET /visits/consult.
pub(crate) async fn consult(page: Page) -> PageResult {
    consult_page(page, None).await
}

/// POST /visits/consult.
pub(crate) async fn record_consult(page: Page, posted: Posted) -> PageResult {
    let input = posted.input::<VisitPosted>().and_then(|p| p.input(EncounterKind::Consult, &[], page.ctx.actor.worker));
    let done = match input {
        Ok(input) => encounter::record(&page.ctx, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(key) => Ok(see_other(&format!("/visits/{}/{}?saved=consult", key.county, key.id))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            consult_page(page, Some((posted, trouble))).await
        }
    }
}

/// GET /visits.
pub(crate) async fn list(page: Page, Query(ask): Query<FindEncounters>) -> PageResult {
    let may = page.ctx.can(policy::RECORD);
    let workers = if may { form::consult(&page.ctx).await?.workers } else { vec![] };
    let (found, trouble) = match encounter::list(&page.ctx, &ask).await {
        Ok(found) => (found, FormTrouble::default()),
        Err(e) => {
            let nothing = zw_core::Paged { items: vec![], page: 1, size: 50, total: 0 };
            (nothing, page.at_form(e)?)
        }
    };
    let (posted, title) = (Posted::default(), page.lang.t("practice-visits"));
    let body = views::visits::list(&form_view(&page, "", &posted, &trouble), &ask, &found, &workers, may);
    Ok(if trouble.is_empty() { page.html(&title, body) } else { page.unprocessable(&title, body) })
}

async fn one(
    page: Page,
    county: DivisionId,
    id: EncounterId,
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult<Response> {
    let e = encounter::open(&page.ctx, county, id).await?;
    let amend = !e.voided && encounter::may_amend(&page.ctx, county, id).await?;
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_default();
    let (key, who) = (page.idem_key(), reader(&page));
    let mark = watermark(&page, &who);
    let body = views::visits::encounter(&form_view(&page, &key, &posted, &trouble), &e, amend, &mark);
    let head = Head {
        title: page.lang.tf("practice-encounter-of", &[("day", e.day.to_string().into())]),
        crumbs: vec![(page.lang.t("practice-visits"), "/visits".into())],
        ..Head::default()
    };
    Ok(if again { page.unprocessable(&head.title, body) } else { page.html_with(&head, body) })
}

/// GET /visits/{county}/{id}.
pub(crate) async fn show(page: Page, Path((county, id)): Keyed<EncounterId>, Query(q): Query<Saved>) -> PageResult {
    one(after(page, &q.saved), county, id, None).await
}

async fn amend_page(
    page: Page,
    county: DivisionId,
    id: EncounterId,
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult<Response> {
    let a = form::amend(&page.ctx, county, id).await?;
    let again = typed.is_some();
    let (page, posted, trouble) = match typed {
        Some((p, t)) => (page, p, t),
        None => {
            let (page, p) = page.draft_or(&format!("visit-edit-{id}"), views::visit::values_of(&a.encounter)).await?;
            (page, p, FormTrouble::default())
        }
    };
    let key = page.idem_key();
    let body = views::visit::amend(&form_view(&page, &key, &posted, &trouble), &a);
    let title = page.lang.t("practice-correct-visit");
    Ok(if again { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

/// GET /visits/{county}/{id}/edit.
pub(crate) async fn edit(page: Page, Path((county, id)): Keyed<EncounterId>) -> PageResult {
    amend_page(page, county, id, None).await
}

/// POST /visits/{county}/{id}/edit.
pub(crate) async fn update(page: Page, Path((county, id)): Keyed<EncounterId>, posted: Posted) -> PageResult {
    let now = encounter::open(&page.ctx, county, id).await?;
    // Who was sought in vain stays sought, met or not; who was met and is unticked was ticked by mistake, unless nobody
    // would be left: then the first one was sought in vain after all.
    let named = |met: bool| now.persons.iter().filter(move |p| p.met == met).filter_map(|p| p.resident);
    let nobody = posted.all("persons").is_empty();
    let sought: Vec<ResidentId> = named(false).chain(named(true).take(usize::from(nobody))).collect();
    let kind = if now.kind == EncounterKind::Consult { EncounterKind::Consult } else { EncounterKind::Visit };
    let done = match posted.input::<VisitPosted>() {
        Ok(p) => {
            let version = p.version;
            match p.input(kind, &sought, None) {
                Ok(input) => encounter::correct(&page.ctx, county, id, version, input, &posted.idem).await,
                Err(e) => Err(e),
            }
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/visits/{county}/{id}?saved=visit"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            amend_page(page, county, id, Some((posted, trouble))).await
        }
    }
}

/// POST /visits/{county}/{id}/void.
pub(crate) async fn void(page: Page, Path((county, id)): Keyed<EncounterId>, posted: Posted) -> PageResult {
    let done = match posted.input::<VoidInput>() {
        Ok(input) => encounter::void(&page.ctx, county, id, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/visits/{county}/{id}?saved=void"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            one(page, county, id, Some((posted, trouble))).await
        }
    }
}
