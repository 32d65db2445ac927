//! Pages of official lists.

use super::{Keyed, form_view, reader, watermark};
use crate::model::{ListInput, ListReport};
use crate::policy;
use crate::service::official::{self, Begun};
use crate::service::official_show::{self as show, AreaChoice, FindLists, FindRates, FindUnmatched};
use crate::views::{official as views, official_import};
use axum::extract::{Path, Query};
use axum::response::Response;
use zw_core::{DivisionId, Error, Key, OfficialListId, Result, Uuid};
use zw_ui::{Head, button_link};
use zw_web::{Access, FormTrouble, Listed, Page, PageResult, Posted, Routes, saved, see_other};

/// The routes.
pub(crate) fn routes() -> Routes {
    use Access::Action as A;
    Routes::new()
        .get("/official-lists", A(policy::OFFICIAL_READ), lists)
        .get("/official-lists/rates", A(policy::OFFICIAL_READ), rates)
        .get("/official-lists/unmatched", A(policy::OFFICIAL_NAMES), unmatched)
        .post("/official-lists/unmatched/export", Access::Fresh(policy::OFFICIAL_EXPORT), export)
        .get("/official-lists/import", A(policy::OFFICIAL_IMPORT), import)
        .upload("/official-lists/import", A(policy::OFFICIAL_IMPORT), send)
        .get("/official-lists/import/{county}/{id}", A(policy::OFFICIAL_IMPORT), preview)
        .post("/official-lists/import/{county}/{id}", A(policy::OFFICIAL_IMPORT), confirm)
        .post("/official-lists/import/{county}/{id}/drop", A(policy::OFFICIAL_IMPORT), give_up)
        .get("/official-lists/{county}/{id}", A(policy::OFFICIAL_READ), one)
}

fn names(page: &Page) -> bool {
    page.ctx.can(policy::OFFICIAL_NAMES)
}

fn crumbs(page: &Page) -> Vec<(String, String)> {
    vec![(page.lang.t("practice-official"), "/official-lists".into())]
}

async fn lists(page: Page, Query(ask): Query<FindLists>) -> PageResult {
    let all = show::list(&page.ctx, &ask).await?;
    let import = page.ctx.can(policy::OFFICIAL_IMPORT);
    let head = Head {
        title: page.lang.t("practice-official"),
        actions: import.then(|| button_link(&page.lang.t("practice-official-import"), "/official-lists/import", true)),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::lists(page.lang, &ask, &all, names(&page), import)))
}

async fn one(page: Page, Path((county, id)): Keyed<OfficialListId>) -> PageResult {
    let found = show::page(&page.ctx, county, id).await?;
    let l = &found.list;
    let title = format!("{} {}", page.lang.t(&format!("practice-category-{}", l.category)), l.list_date);
    let head = Head { title, lead: Some(l.county_name.clone()), crumbs: crumbs(&page), ..Head::default() };
    Ok(page.html_with(&head, views::page(page.lang, &found, names(&page))))
}

async fn unmatched(page: Page, Query(ask): Query<FindUnmatched>) -> PageResult {
    let found = show::unmatched(&page.ctx, &ask).await?;
    let export =
        page.ctx.can(policy::OFFICIAL_EXPORT).then(|| page.export_form("/official-lists/unmatched/export", &ask));
    let who = reader(&page);
    let mark = watermark(&page, &who);
    let head = Head { title: page.lang.t("practice-official-unmatched"), crumbs: crumbs(&page), ..Head::default() };
    Ok(page.html_with(&head, views::unmatched(page.lang, &page.csrf, &ask, &found, export, &mark)))
}

async fn export(page: Page, posted: Posted) -> PageResult {
    let ask: FindUnmatched = posted.input()?;
    let found = show::export(&page.ctx, &ask).await?;
    let persons = found.items.iter().map(|u| u.id.to_string()).collect();
    let title = page.lang.t("practice-official-unmatched");
    let what = Listed { list: "unmatched", title, total: found.total, persons };
    page.xlsx(what, &views::unmatched_table(page.lang, "", &ask, &found)).await
}

async fn rates(page: Page, Query(ask): Query<FindRates>) -> PageResult {
    let areas = show::areas(&page.ctx).await?;
    let title = page.lang.t("practice-official-rates");
    let head = Head { title: title.clone(), crumbs: crumbs(&page), ..Head::default() };
    match show::rates(&page.ctx, &ask).await {
        Ok(found) => Ok(page.html_with(&head, views::rates(page.lang, &ask, Some(&found), &areas, names(&page), &[]))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let body = views::rates(page.lang, &ask, None, &areas, names(&page), &trouble.all(page.lang));
            Ok(page.unprocessable_with(&head, body))
        }
    }
}

/// The counties for which the reader may import, by name.
fn counties(page: &Page) -> Result<Vec<AreaChoice>> {
    let view = page.ctx.tree().as_of(page.ctx.today());
    let name = |c: &DivisionId| view.get(*c).map(|v| v.name.clone()).unwrap_or_default();
    Ok(official::counties(&page.ctx)?.iter().map(|c| (c.to_string(), name(c))).collect())
}

fn upload(page: &Page, posted: &Posted, trouble: &FormTrouble, report: Option<&ListReport>) -> PageResult<Response> {
    let key = page.idem_key();
    let title = page.lang.t("practice-official-import");
    let head = Head { title, crumbs: crumbs(page), ..Head::default() };
    let body = official_import::upload(&form_view(page, &key, posted, trouble), &counties(page)?, report);
    let first = report.is_none() && trouble.is_empty();
    Ok(if first { page.html_with(&head, body) } else { page.unprocessable_with(&head, body) })
}

async fn import(page: Page) -> PageResult {
    upload(&page, &Posted::default(), &FormTrouble::default(), None)
}

async fn send(page: Page, mut posted: Posted) -> PageResult {
    // A browser sends a file field that was left empty as a file of nothing.
    let file = posted.files.iter_mut().find(|f| f.field == "file" && !f.bytes.is_empty());
    let file = file.map(|f| std::mem::take(&mut f.bytes));
    let done = match posted.input::<ListInput>() {
        Ok(input) => official::begin(&page.ctx, &input, file, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(Begun::Waits(key)) => Ok(see_other(&format!("/official-lists/import/{}/{}", key.county, key.id))),
        Ok(Begun::Refused(report)) => upload(&page, &posted, &FormTrouble::default(), Some(&report)),
        Err(e) => {
            let trouble = page.at_form(e)?;
            upload(&page, &posted, &trouble, None)
        }
    }
}

async fn waits(page: &Page, key: Key<Uuid>, trouble: &FormTrouble) -> PageResult<Response> {
    let (input, report) = official::waiting(&page.ctx, key).await?;
    let county = page.ctx.tree().as_of(page.ctx.today()).path_name(key.county);
    let (posted, idem) = (Posted::default(), page.idem_key());
    let body = official_import::preview(&form_view(page, &idem, &posted, trouble), key, &county, &input, &report);
    let head = Head { title: page.lang.t("practice-import-preview"), crumbs: crumbs(page), ..Head::default() };
    let fine = trouble.is_empty() && report.problems.is_empty();
    Ok(if fine { page.html_with(&head, body) } else { page.unprocessable_with(&head, body) })
}

async fn preview(page: Page, Path((county, id)): Keyed<Uuid>) -> PageResult {
    waits(&page, Key { county, id }, &FormTrouble::default()).await
}

// i18n-keys: practice-list-imported practice-list-dropped
async fn confirm(page: Page, Path((county, id)): Keyed<Uuid>, posted: Posted) -> PageResult {
    match official::confirm(&page.ctx, Key { county, id }, &posted.idem).await {
        Ok(key) => Ok(saved(&format!("/official-lists/{}/{}", key.county, key.id), "practice-list-imported")),
        // What is wrong with the lines stands in the preview, which is made anew.
        Err(Error::Invalid(fields)) => {
            let fields = zw_core::FieldErrors(fields.0.into_iter().filter(|f| !f.field.starts_with("lines")).collect());
            waits(&page, Key { county, id }, &FormTrouble { fields, ..FormTrouble::default() }).await
        }
        Err(e) => {
            let trouble = page.at_form(e)?;
            waits(&page, Key { county, id }, &trouble).await
        }
    }
}

async fn give_up(page: Page, Path((county, id)): Keyed<Uuid>, _posted: Posted) -> PageResult {
    official::give_up(&page.ctx, Key { county, id }).await?;
    Ok(saved("/official-lists/import", "practice-list-dropped"))
}
