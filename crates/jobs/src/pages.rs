//! The page of a job, for whoever ordered it. It asks for itself again every second until the job is over; without script
//! it is looked at again by its own link.

use crate::model::JobState;
use crate::queue::{Queue, out};
use crate::views;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use zw_core::Error;
use zw_ui::Head;
use zw_web::{Page, PageResult, redirect};

pub(crate) async fn show(page: Page, Path(text): Path<String>) -> PageResult {
    let id = text.parse().map_err(|_| Error::NotFound)?;
    let queue = page.ctx.app.ext::<Queue>()?;
    let (row, def) = queue.own(&page.ctx, id).await?;
    if let (JobState::Done, Some(made)) = (row.state, &row.result) {
        return Ok(lead(&page, &format!("{}{made}", def.makes)));
    }
    let job = out(page.lang, &row, def);
    let body = views::job(page.lang, &job, def.from);
    if page.htmx {
        return Ok(body.into_response());
    }
    let (from, href) = def.from;
    let crumbs = vec![(page.lang.t(from), href.to_owned())];
    Ok(page.html_with(&Head { title: job.title.clone(), crumbs, ..Head::default() }, body))
}

/// On to what was made: the browser as a whole, also when only the fragment was asked.
fn lead(page: &Page, to: &str) -> Response {
    if page.htmx { [("HX-Redirect", to.to_owned())].into_response() } else { redirect(to) }
}
