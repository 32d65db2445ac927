//! Pages of snapshots.

use crate::model::snapshot::{FlashInput, FreezeInput};
use crate::policy;
use crate::service::{circulars, orders, snapshots as service};
use crate::views::snapshots as views;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use zw_access::Ctx;
use zw_core::{Error, JobId, PageReq, Result, SnapshotId};
use zw_indicators::Measures;
use zw_ui::Head;
use zw_ui::Table;
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted, redirect};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    page: Option<i64>,
}

async fn offers(ctx: &Ctx) -> Result<views::Offers> {
    let months = if ctx.can(policy::SNAPSHOT_FREEZE) { service::months(ctx).await? } else { vec![] };
    Ok(views::Offers {
        areas: if ctx.can(policy::SNAPSHOT_FLASH) { service::choices(ctx)? } else { vec![] },
        left_out: match months.first() {
            Some((month, _)) => Some((*month, service::left_out(ctx, *month).await?)),
            None => None,
        },
        months,
        today: Some(ctx.today()),
        running: orders::running(ctx).await?,
    })
}

async fn page_of(page: &Page, req: PageReq, posted: &Posted, t: &FormTrouble) -> Result<Response> {
    let rows = service::list(&page.ctx, req).await?;
    let offers = offers(&page.ctx).await?;
    let body = views::list(page.lang, &page.csrf, &page.idem_key(), &rows, &offers, posted, t);
    let head = Head {
        title: page.lang.t("publishing-snapshots"),
        lead: Some(page.lang.t("publishing-snapshots-lead")),
        ..Head::default()
    };
    let mut r = page.html_with(&head, body);
    if !t.is_empty() {
        *r.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(r)
}

pub(crate) async fn list(page: Page, Query(q): Query<ListQuery>) -> PageResult {
    Ok(page_of(&page, PageReq::new(q.page, None), &Posted::default(), &FormTrouble::default()).await?)
}

/// On to the page of the job, or back to the form with what is wrong.
async fn ordered(page: Page, posted: &Posted, job: Result<JobId>) -> PageResult {
    match job {
        Ok(id) => Ok(redirect(&format!("/jobs/{id}"))),
        Err(e) => {
            let t = page.at_form(e)?;
            Ok(page_of(&page, PageReq::new(None, None), posted, &t).await?)
        }
    }
}

pub(crate) async fn flash(page: Page, posted: Posted) -> PageResult {
    let job = match posted.input::<FlashInput>() {
        Ok(input) => orders::flash(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    ordered(page, &posted, job).await
}

pub(crate) async fn freeze(page: Page, posted: Posted) -> PageResult {
    let job = match posted.input::<FreezeInput>() {
        Ok(input) => orders::freeze(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    ordered(page, &posted, job).await
}

pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The page of a snapshot, also when a draft from it did not go through.
pub(crate) async fn one(page: &Page, id: SnapshotId, t: &FormTrouble) -> Result<Response> {
    let ctx = &page.ctx;
    let file = service::get(ctx, id).await?;
    let proved = service::load(ctx, &mut ctx.read().await?, id).await?;
    let may_draft = ctx.can(policy::CIRCULAR_EDIT) && circulars::may_draft(ctx, &proved);
    let offers = views::SnapshotOffers {
        circular: circulars::on_snapshot(ctx, id, proved.row.as_of).await?,
        may_draft,
        compared: if may_draft {
            circulars::by_default(&mut ctx.read().await?, &proved).await?.map(|r| r.id)
        } else {
            None
        },
        earlier: if may_draft { circulars::comparisons(ctx, &proved).await? } else { vec![] },
        export: Some(page.export_form(&format!("/snapshots/{id}/late/export"), &())),
    };
    let measures = ctx.app.ext::<Measures>()?;
    let body = views::show(page.lang, (&page.csrf, &page.idem_key()), &file, &measures, &offers, t);
    let title = page.lang.tf(
        "publishing-snapshot-title",
        &[("name", file.head.division_name.as_str().into()), ("day", file.head.as_of.to_string().into())],
    );
    let head =
        Head { title, crumbs: vec![(page.lang.t("publishing-snapshots"), "/snapshots".into())], ..Head::default() };
    let mut r = page.html_with(&head, body);
    if !t.is_empty() {
        *r.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(r)
}

/// POST /snapshots/{id}/late/export: what came after it, with every county named.
pub(crate) async fn late(page: Page, Path(text): Path<String>, _posted: Posted) -> PageResult {
    let file = service::get(&page.ctx, id(&text)?).await?;
    let list = file.late.as_deref().ok_or(Error::NotFound)?;
    let measures = page.ctx.app.ext::<Measures>()?;
    let words = [("name", file.head.division_name.as_str().into()), ("day", file.head.as_of.to_string().into())];
    let what = Listed {
        list: "late",
        title: page.lang.tf("publishing-late-title", &words),
        total: i64::try_from(list.len()).unwrap_or(i64::MAX),
        persons: vec![],
    };
    let table = views::differences(page.lang, &file, &measures, list, usize::MAX);
    // Which snapshot it was compared with stands in the file.
    let source = page.lang.tf("publishing-late-source", &[("hash", file.head.hash.as_str().into())]);
    page.xlsx(what, &Table { source: Some(source), ..table }).await
}

pub(crate) async fn show(page: Page, Path(text): Path<String>) -> PageResult {
    Ok(one(&page, id(&text)?, &FormTrouble::default()).await?)
}
