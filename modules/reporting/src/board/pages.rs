//! Pages of the boards.

use crate::board::model::Board;
use crate::board::service::{self, BoardQuery};
use crate::board::views;
use crate::pass_on::service::{self as passing, PassOnInput, PassOnReview};
use crate::report::chain::{self, ExemptInput};
use crate::report::service::ReportQuery;
use crate::words;
use axum::extract::Query;
use serde::Deserialize;
use zw_core::period::Period;
use zw_ui::shell::Head;
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted, saved};

fn title(page: &Page, board: &Board) -> String {
    page.lang.tf(
        "reporting-board-title",
        &[("area", board.area_name.as_str().into()), ("period", words::title(page.lang, &board.period).into())],
    )
}

/// The query that shows this board again, also when it was opened without one.
fn shown(board: &Board) -> BoardQuery {
    BoardQuery { kind: None, period: Some(board.period.clone()), area: Some(board.area.0) }
}

/// POST /board/export
pub(crate) async fn export(page: Page, posted: Posted) -> PageResult {
    let board = service::board(&page.ctx, &posted.input()?).await?;
    let total = i64::try_from(board.rows.len()).unwrap_or(i64::MAX);
    let what = Listed { list: "board", title: title(&page, &board), total, ..Listed::default() };
    page.xlsx(what, &views::rows(page.lang, &board)).await
}

async fn draw(page: Page, q: &BoardQuery, posted: &Posted, trouble: Option<FormTrouble>) -> PageResult {
    let board = service::board(&page.ctx, q).await?;
    let failed = trouble.is_some();
    let export = page.export_form("/board/export", &shown(&board));
    let ask = views::Ask {
        csrf: &page.csrf,
        idem: &page.idem_key(),
        posted,
        trouble: &trouble.unwrap_or_default(),
        export: Some(&export),
    };
    let body = views::board(page.lang, &board, &ask);
    if page.htmx && !failed {
        return Ok(axum::response::IntoResponse::into_response(body));
    }
    let title = title(&page, &board);
    Ok(if failed { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

pub(crate) async fn show(page: Page, Query(q): Query<BoardQuery>) -> PageResult {
    draw(page, &q, &Posted::default(), None).await
}

fn board_of(posted: &Posted) -> BoardQuery {
    BoardQuery {
        kind: None,
        period: Some(posted.value("period").to_owned()),
        area: posted.value("division").trim().parse().ok(),
    }
}

fn href(posted: &Posted) -> String {
    // Both were read by the service before this address is made.
    let period = Period::parse(posted.value("period")).map(|p| p.to_string()).unwrap_or_default();
    let area: i64 = posted.value("division").trim().parse().unwrap_or_default();
    format!("/board?period={period}&area={area}")
}

pub(crate) async fn pass_on(page: Page, posted: Posted) -> PageResult {
    let input = PassOnInput {
        division: posted.value("division").to_owned(),
        period: posted.value("period").to_owned(),
        although_missing: posted.value("although_missing") == "1",
    };
    match passing::pass_on(&page.ctx, &input, &posted.idem).await {
        Ok(_) => Ok(saved(&href(&posted), "reporting-passed")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            draw(page, &board_of(&posted), &posted, Some(trouble)).await
        }
    }
}

pub(crate) async fn review(page: Page, posted: Posted) -> PageResult {
    let approve = posted.value("act") != "return";
    let input = PassOnReview {
        division: posted.value("division").to_owned(),
        period: posted.value("period").to_owned(),
        version: posted.value("version").trim().parse().unwrap_or(0),
        approve,
        reason: posted.value("reason").to_owned(),
    };
    match passing::review_pass_on(&page.ctx, &input, &posted.idem).await {
        Ok(_) => Ok(saved(&href(&posted), if approve { "reporting-approved" } else { "reporting-returned" })),
        Err(e) => {
            let trouble = page.at_form(e)?;
            draw(page, &board_of(&posted), &posted, Some(trouble)).await
        }
    }
}

/// Which unit is to be excused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExemptQuery {
    period: String,
    county: String,
    unit: Option<String>,
}

pub(crate) async fn exempt_form(page: Page, Query(q): Query<ExemptQuery>) -> PageResult {
    let posted = Posted::prefilled([("period", q.period), ("county", q.county), ("unit", q.unit.unwrap_or_default())]);
    exempt_page(&page, &posted, &FormTrouble::default(), false).await
}

async fn exempt_page(page: &Page, posted: &Posted, trouble: &FormTrouble, failed: bool) -> PageResult {
    let query = ReportQuery {
        period: posted.value("period").to_owned(),
        county: posted.value("county").to_owned(),
        unit: Some(posted.value("unit").to_owned()).filter(|u| !u.trim().is_empty()),
    };
    let who = service::excused(&page.ctx, &query).await?;
    let ask = views::Ask { csrf: &page.csrf, idem: &page.idem_key(), posted, trouble, export: None };
    let title = page.lang.t("reporting-exempt-title");
    let body = views::exempt(page.lang, &who, &ask);
    if failed {
        return Ok(page.unprocessable(&title, body));
    }
    let lead = Some(words::title(page.lang, posted.value("period")));
    Ok(page.html_with(&Head { title, lead, ..Head::default() }, body))
}

pub(crate) async fn exempt(page: Page, posted: Posted) -> PageResult {
    let done = match posted.input::<ExemptInput>() {
        Ok(input) => chain::exempt(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(r) => Ok(saved(&r.href(), "reporting-exempted")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            exempt_page(&page, &posted, &trouble, true).await
        }
    }
}
