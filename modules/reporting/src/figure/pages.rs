//! The page behind a figure.

use crate::figure::service::{self, FigureQuery};
use crate::figure::views;
use axum::extract::{Path, Query};
use zw_ui::shell::Head;
use zw_web::{Page, PageResult};

pub(crate) async fn show(page: Page, Path(key): Path<String>, Query(q): Query<FigureQuery>) -> PageResult {
    let found = service::figure(&page.ctx, &key, &q).await?;
    let head = Head {
        title: page.lang.t(&found.label),
        lead: Some(format!("{} · {}", found.area_name, views::when(page.lang, &found))),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::page(page.lang, &found)))
}
