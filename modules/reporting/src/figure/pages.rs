//! The page behind a figure.

use crate::figure::ask::{self, PickQuery};
use crate::figure::service::{self, FigureQuery};
use crate::figure::views;
use axum::extract::{Path, Query};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use zw_core::Error;
use zw_ui::shell::Head;
use zw_web::{FormTrouble, Page, PageResult};

/// GET /figures/{key}: the figure, or the form above it again with what is wrong with the days.
pub(crate) async fn show(
    page: Page,
    Path(key): Path<String>,
    Query(pick): Query<PickQuery>,
    Query(mut q): Query<FigureQuery>,
) -> PageResult {
    let (ctx, on) = (&page.ctx, ask::map_day(&page.ctx, &q));
    if let Some(area) = ask::picked(ctx, &key, &pick, on).await? {
        q.area = Some(area);
    }
    let (label, stock) = service::about(ctx, &key)?;
    let found = match service::figure(ctx, &key, &q).await {
        Err(e @ Error::Invalid(_)) => {
            let trouble = page.at_form(e)?;
            let area = service::asked_area(ctx, q.area.as_deref())?;
            let levels = ask::levels_at(ctx, &key, &area, on).await?;
            let typed = |v: &Option<String>| v.clone().unwrap_or_default();
            let days = (typed(&q.from), typed(&q.to));
            let form = views::Ask {
                key: &key,
                area: &area,
                stock,
                levels: &levels,
                days,
                today: ctx.today(),
                trouble: &trouble,
                open: true,
            };
            let head = Head { title: page.lang.t(label), ..Head::default() };
            return Ok(page.unprocessable_with(&head, views::ask(page.lang, &form)));
        }
        found => found?,
    };
    let levels = ask::levels_at(ctx, &key, &found.area, found.to).await?;
    let form = views::Ask {
        key: &key,
        area: &found.area,
        stock,
        levels: &levels,
        days: (found.from.to_string(), found.to.to_string()),
        today: ctx.today(),
        trouble: &FormTrouble::default(),
        open: pick.reload.is_some(),
    };
    let head = Head {
        title: page.lang.t(&found.label),
        lead: Some(format!("{} · {}", found.area_name, views::when(page.lang, &found))),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::page(page.lang, &found, &form)))
}

/// Whose picker is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PickerQuery {
    key: String,
}

/// GET /figures/area-picker: the cascade of areas again, for what was picked.
pub(crate) async fn area_picker(
    page: Page,
    Query(of): Query<PickerQuery>,
    Query(pick): Query<PickQuery>,
    Query(q): Query<FigureQuery>,
) -> PageResult {
    let on = ask::map_day(&page.ctx, &q);
    let levels = ask::levels(&page.ctx, &of.key, &pick, on).await?;
    Ok(views::picker(page.lang, &of.key, q.to.as_deref().unwrap_or_default(), &levels).into_response())
}
