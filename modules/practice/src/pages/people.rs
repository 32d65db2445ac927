//! Pages of residents.

use super::{Keyed, Saved, after, form_view, reader, watermark};
use crate::model::ResidentInput;
use crate::out::Duplicates;
use crate::policy;
use crate::service::assign::{self, AssignInput};
use crate::service::register::Attempt;
use crate::service::resident::{CloseInput, FilterResidents, FindResidents};
use crate::service::{self, duplicate, form, merge, official_show, register, resident, reveal};
use crate::views::{self, people::May};
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use zw_access::reveal::{RevealInput, Revealed};
use zw_core::{DivisionId, Error, Key, ResidentId, names};
use zw_ui::Head;
use zw_ui::parts::button_link;
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted, Sought, redirect, saved, see_other};

/// GET /people.
pub(crate) async fn list(page: Page, Query(ask): Query<FilterResidents>) -> PageResult {
    listed(page, &ask.into(), None).await
}

/// POST /people/find: a name is asked for in the body, never in an address.
pub(crate) async fn find(page: Page, posted: Posted) -> PageResult {
    posted.input::<FindResidents>()?;
    page.keep_search(&posted).await
}

/// GET /people/find: what was found, as long as the search is kept.
pub(crate) async fn found(page: Page, Query(sought): Query<Sought>) -> PageResult {
    match page.kept_search(&sought).await? {
        Some(asked) => listed(page, &asked.input::<FindResidents>()?, None).await,
        None => Ok(redirect("/people")),
    }
}

async fn listed(page: Page, ask: &FindResidents, typed: Option<(Posted, FormTrouble)>) -> PageResult {
    let found = resident::find(&page.ctx, ask).await?;
    let may = page.ctx.can(policy::RECORD);
    let export = page.ctx.can(policy::EXPORT).then(|| page.export_form("/people/export", ask));
    let new = page.ctx.can(policy::REGISTER).then(|| views::people::new_named(page.lang, &page.csrf, &ask.q));
    let no = page.ctx.can(policy::REFUSALS).then(|| button_link(&page.lang.t("practice-refusals"), "/refusals", false));
    let actions = (new.is_some() || no.is_some()).then(|| maud::html! { @for a in new.iter().chain(&no) { (a) } });
    let head = Head { title: page.lang.t("practice-people"), actions, ..Head::default() };
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_default();
    let waiting = match ask.waiting == "1" && page.ctx.can(policy::ASSIGN) {
        true => assign::waiting(&page.ctx).await?,
        false => vec![],
    };
    let key = page.idem_key();
    let give = views::assign::give(&form_view(&page, &key, &posted, &trouble), &waiting);
    let list = views::people::list(page.lang, &page.csrf, ask, &found, page.ctx.today(), may, export);
    let body = maud::html! { (give) (list) };
    Ok(if again { page.unprocessable_with(&head, body) } else { page.html_with(&head, body) })
}

/// POST /people/assign: those nobody answers for, with one worker named, go to another.
pub(crate) async fn give(page: Page, posted: Posted) -> PageResult {
    let done = async { assign::assign(&page.ctx, &posted.input::<AssignInput>()?, &posted.idem).await };
    match done.await {
        Ok(_) => Ok(saved("/people?waiting=1", "practice-assigned")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let ask = FindResidents { waiting: "1".into(), ..FindResidents::default() };
            listed(page, &ask, Some((posted, trouble))).await
        }
    }
}

/// POST /people/export.
pub(crate) async fn export(page: Page, posted: Posted) -> PageResult {
    let ask: FindResidents = posted.input()?;
    let (found, named) = resident::export(&page.ctx, &ask).await?;
    let persons = named.iter().map(ToString::to_string).collect();
    let what = Listed { list: "residents", title: page.lang.t("practice-people"), total: found.total, persons };
    page.xlsx(what, &views::people::residents(page.lang, "", &ask, &found, page.ctx.today(), false)).await
}

/// What a link to the registration form may bring along.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewQuery {
    household: String,
    village: String,
}

/// GET /people/new.
pub(crate) async fn new(page: Page, Query(q): Query<NewQuery>) -> PageResult {
    begin(page, &q, "").await
}

/// POST /people/new: with the name that was searched for and not found, or with somebody of an official list.
pub(crate) async fn new_named(page: Page, posted: Posted) -> PageResult {
    if !posted.value("listed").is_empty() {
        let row = posted.value("listed").parse().map_err(|_| Error::NotFound)?;
        return from_list(page, row).await;
    }
    begin(page, &NewQuery::default(), posted.value("name")).await
}

/// The form with what the list says of somebody. The number is not kept: it is taken from the document.
async fn from_list(page: Page, row: zw_core::Uuid) -> PageResult {
    use zw_core::code::Code as _;
    let found = official_show::one(&page.ctx, row).await?;
    let choices = form::register(&page.ctx).await?;
    let (page, posted) = page.draft_or(views::register::DRAFT, Posted::default()).await?;
    let village = found.village_id.map(|v| v.to_string()).unwrap_or_default();
    let said = [
        ("name", found.name.as_str()),
        ("village", &village),
        ("categories", &found.category),
        ("category_basis", found.authority.code()),
        ("source", "township"),
    ];
    let posted = said.into_iter().filter(|(_, v)| !v.is_empty()).fold(posted, |p, (name, v)| p.with(name, v));
    let body = register_body(&page, &choices, &posted, &FormTrouble::default(), None);
    Ok(page.html(&page.lang.t("practice-new-resident"), body))
}

async fn begin(page: Page, q: &NewQuery, name: &str) -> PageResult {
    let choices = form::register(&page.ctx).await?;
    let first = Posted::prefilled([("household", q.household.as_str()), ("village", &q.village), ("name", name)]);
    let (page, posted) = page.draft_or(views::register::DRAFT, first).await?;
    // A link from a household decides over an older draft.
    let posted = if q.household.is_empty() { posted } else { posted.with("household", &q.household) };
    let posted = if name.is_empty() { posted } else { posted.with("name", name) };
    let body = register_body(&page, &choices, &posted, &FormTrouble::default(), None);
    Ok(page.html(&page.lang.t("practice-new-resident"), body))
}

fn register_body(
    page: &Page,
    choices: &form::RegisterForm,
    posted: &Posted,
    trouble: &FormTrouble,
    asks: Option<&Duplicates>,
) -> maud::Markup {
    let key = page.idem_key();
    views::register::register(&form_view(page, &key, posted, trouble), choices, &service::rhythm(&page.ctx), None, asks)
}

/// What is wrong with a form that was answered with a question: nothing where the question may be left open.
fn trouble_of(page: &Page, asks: &Duplicates) -> PageResult<FormTrouble> {
    if asks.must { page.at_form(asks.error()) } else { Ok(FormTrouble::default()) }
}

/// POST /people.
pub(crate) async fn create(page: Page, posted: Posted) -> PageResult {
    let done = match posted.input::<ResidentInput>() {
        Ok(input) => register::attempt(&page.ctx, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    let (trouble, asks) = match done {
        Ok(Attempt::Done(key)) => return Ok(see_other(&format!("/people/{}/{}?saved=resident", key.county, key.id))),
        Ok(Attempt::Asks(asks)) => (trouble_of(&page, &asks)?, Some(asks)),
        Err(e) => (page.at_form(e)?, None),
    };
    let choices = form::register(&page.ctx).await?;
    let body = register_body(&page, &choices, &posted, &trouble, asks.as_ref());
    Ok(page.unprocessable(&page.lang.t("practice-new-resident"), body))
}

/// POST /people/same: it is somebody on file. What was typed stays as the draft of the registration.
pub(crate) async fn same(page: Page, posted: Posted) -> PageResult {
    let (county, id) = posted.value("same").split_once('/').ok_or(Error::NotFound)?;
    let key =
        Key { county: county.parse().map_err(|_| Error::NotFound)?, id: id.parse().map_err(|_| Error::NotFound)? };
    const ANSWERS: [&str; 3] = ["same", "another", "seen"];
    let typed: Vec<_> = posted.values().iter().filter(|(n, _)| !ANSWERS.contains(&n.as_str())).cloned().collect();
    duplicate::same(&page.ctx, key, views::register::DRAFT, &typed).await?;
    Ok(see_other(&format!("/people/{}/{}?saved=same", key.county, key.id)))
}

/// The record's page: as it is, with what was revealed, or with what is wrong at the reveal form.
async fn record(
    page: Page,
    county: DivisionId,
    id: ResidentId,
    shown: Option<&Revealed>,
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult {
    let found = resident::open(&page.ctx, county, id).await?;
    let can = |a| page.ctx.can(a);
    let may = May {
        record: can(policy::RECORD),
        edit: register::may_correct(&page.ctx, county, id).await?,
        add: can(policy::REGISTER),
        close: can(policy::CLOSE),
        reveal: can(policy::REVEAL),
        merge: can(policy::MERGE),
        unmerge: can(policy::UNMERGE),
        consent: can(policy::CONSENT),
        withdraw: can(policy::WITHDRAW),
    };
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_default();
    let (key, who) = (page.idem_key(), reader(&page));
    let mark = watermark(&page, &who);
    let body = views::people::resident(
        &form_view(&page, &key, &posted, &trouble),
        &found,
        may,
        shown,
        &mark,
        page.ctx.today(),
    );
    let head = Head {
        title: found.resident.name.clone(),
        lead: Some(format!("{}{}", found.resident.township_name, found.resident.village_name)),
        crumbs: vec![(page.lang.t("practice-people"), "/people".into())],
        window: Some(names::mask_name(&found.resident.name)),
        ..Head::default()
    };
    Ok(if again { page.unprocessable_with(&head, body) } else { page.html_with(&head, body) })
}

/// GET /people/{county}/{id}.
pub(crate) async fn show(page: Page, Path((county, id)): Keyed<ResidentId>, Query(q): Query<Saved>) -> PageResult {
    // An address of a record that was merged leads to the one it was merged into.
    if let Some(stays) = merge::leads_to(&page.ctx, county, id).await? {
        return Ok(redirect(&format!("/people/{county}/{stays}?saved=merged")));
    }
    record(after(page, &q.saved), county, id, None, None).await
}

/// POST /people/{county}/{id}/reveal: the value is in the answer and nowhere else, never in an address.
pub(crate) async fn reveal_field(page: Page, Path((county, id)): Keyed<ResidentId>, posted: Posted) -> PageResult {
    let done = match posted.input::<RevealInput>() {
        Ok(input) => reveal::reveal(&page.ctx, county, id, &input).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(shown) => record(page, county, id, Some(&shown), None).await,
        Err(e) => {
            let trouble = page.at_form(e)?;
            record(page, county, id, None, Some((posted, trouble))).await
        }
    }
}

async fn edit_page(
    page: Page,
    county: DivisionId,
    id: ResidentId,
    typed: Option<(Posted, FormTrouble, Option<Duplicates>)>,
) -> PageResult<Response> {
    if !register::may_correct(&page.ctx, county, id).await? {
        return Err(Error::NotFound.into());
    }
    let found = resident::open(&page.ctx, county, id).await?.resident;
    let choices = form::register(&page.ctx).await?;
    let title = page.lang.t("practice-correct");
    let again = typed.is_some();
    let (page, posted, trouble, asks) = match typed {
        Some((p, t, asks)) => (page, p, t, asks),
        None => {
            let (page, p) = page.draft_or(&format!("resident-edit-{id}"), views::register::values_of(&found)).await?;
            (page, p, FormTrouble::default(), None)
        }
    };
    let key = page.idem_key();
    let f = form_view(&page, &key, &posted, &trouble);
    let body = views::register::register(&f, &choices, &service::rhythm(&page.ctx), Some(&found), asks.as_ref());
    Ok(if again { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

/// GET /people/{county}/{id}/edit.
pub(crate) async fn edit(page: Page, Path((county, id)): Keyed<ResidentId>) -> PageResult {
    edit_page(page, county, id, None).await
}

/// POST /people/{county}/{id}/edit.
pub(crate) async fn update(page: Page, Path((county, id)): Keyed<ResidentId>, posted: Posted) -> PageResult {
    let done = match posted.input::<ResidentInput>() {
        Ok(input) => register::attempt_correct(&page.ctx, county, id, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    let (trouble, asks) = match done {
        Ok(Attempt::Done(_)) => return Ok(see_other(&format!("/people/{county}/{id}?saved=resident"))),
        Ok(Attempt::Asks(asks)) => (trouble_of(&page, &asks)?, Some(asks)),
        Err(e) => (page.at_form(e)?, None),
    };
    edit_page(page, county, id, Some((posted, trouble, asks))).await
}

async fn close_page(
    page: Page,
    county: DivisionId,
    id: ResidentId,
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult<Response> {
    let found = resident::open(&page.ctx, county, id).await?.resident;
    let title = page.lang.t("practice-close");
    let again = typed.is_some();
    let (posted, trouble) =
        typed.unwrap_or_else(|| (Posted::prefilled([("on", page.ctx.today().to_string())]), FormTrouble::default()));
    let key = page.idem_key();
    let body = views::people::close(&form_view(&page, &key, &posted, &trouble), &found);
    Ok(if again { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

/// GET /people/{county}/{id}/close.
pub(crate) async fn close(page: Page, Path((county, id)): Keyed<ResidentId>) -> PageResult {
    close_page(page, county, id, None).await
}

/// POST /people/{county}/{id}/close.
pub(crate) async fn close_it(page: Page, Path((county, id)): Keyed<ResidentId>, posted: Posted) -> PageResult {
    let done = match posted.input::<CloseInput>() {
        Ok(input) => resident::close(&page.ctx, county, id, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/people/{county}/{id}?saved=close"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            close_page(page, county, id, Some((posted, trouble))).await
        }
    }
}
