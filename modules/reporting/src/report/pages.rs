//! Pages of the reporter and the reviewer: forms in, redirect or the form again.

use crate::report::chain::{self, ReviewInput};
use crate::report::model::OverrideInput;
use crate::report::owed::report_today_section;
use crate::report::read::{self, ListQuery};
use crate::report::service::{self, ReportInput, ReportQuery};
use crate::report::views;
use crate::words;
use axum::extract::{Path, Query};
use zw_core::{DivisionId, Error, PageReq, ReportId, Result};
use zw_ui::shell::Head;
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted, saved};

pub(crate) async fn owed(page: Page) -> PageResult {
    let today = report_today_section(&page.ctx).await?;
    let head = Head {
        title: page.lang.t("reporting-owed-title"),
        lead: Some(page.lang.t("reporting-owed-lead")),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::owed(page.lang, &today)))
}

pub(crate) async fn list(page: Page, Query(q): Query<ListQuery>) -> PageResult {
    let found = read::list(&page.ctx, &q, PageReq::new(q.page, q.size)).await?;
    let export = Some(page.export_form("/reports/list/export", &q));
    let data = views::ListData { area: filtered_by(&page, &q), query: q, page: found, export };
    Ok(page.html(&page.lang.t("reporting-list-title"), views::list(page.lang, &data)))
}

/// POST /reports/list/export
pub(crate) async fn export(page: Page, posted: Posted) -> PageResult {
    let query: ListQuery = posted.input()?;
    let found = read::list(&page.ctx, &query, PageReq::export()).await?;
    let title = page.lang.t("reporting-list-title");
    let what = Listed { list: "reports", title, total: found.total, ..Listed::default() };
    let data = views::ListData { area: filtered_by(&page, &query), query, page: found, export: None };
    page.xlsx(what, &views::reports(page.lang, &data)).await
}

/// Name of the area a list is filtered by.
fn filtered_by(page: &Page, q: &ListQuery) -> Option<String> {
    let view = page.ctx.tree().as_of(page.ctx.today());
    q.county.map(|c| view.path_name(DivisionId(c)))
}

fn draft_key(q: &ReportQuery) -> String {
    format!("report-{}-{}", q.period, q.unit.as_deref().filter(|u| !u.is_empty()).unwrap_or(&q.county))
}

async fn form(page: Page, q: &ReportQuery, posted: &Posted, trouble: Option<FormTrouble>) -> PageResult {
    // Unknown or somebody else's: one sentence, which tells nobody which of the two it is.
    let draft = service::draft(&page.ctx, q).await.map_err(|e| match e {
        Error::NotFound => Error::rule("report-not-yours"),
        other => other,
    })?;
    let failed = trouble.is_some();
    let ask = views::Ask { csrf: &page.csrf, idem: &page.idem_key(), posted, trouble: &trouble.unwrap_or_default() };
    let body = views::edit(page.lang, &draft, &ask);
    let title = words::title(page.lang, &draft.period);
    if failed {
        return Ok(page.unprocessable(&title, body));
    }
    let crumbs = vec![(page.lang.t("reporting-owed-title"), "/reports".to_owned())];
    Ok(page.html_with(&Head { title, lead: Some(draft.reporter), crumbs, ..Head::default() }, body))
}

pub(crate) async fn edit(page: Page, Query(q): Query<ReportQuery>) -> PageResult {
    let (page, posted) = page.draft_or(&draft_key(&q), Posted::default()).await?;
    form(page, &q, &posted, None).await
}

/// The form's fields as the service's input: overrides come as `ov-KEY` and `why-KEY`.
fn input(posted: &Posted) -> Result<ReportInput> {
    let mut overrides: Vec<OverrideInput> = vec![];
    for (name, value) in posted.values() {
        if let Some(key) = name.strip_prefix("ov-") {
            let reason = posted.value(&format!("why-{key}")).to_owned();
            overrides.push(OverrideInput { key: key.to_owned(), value: value.clone(), reason });
        }
    }
    let known = |n: &str| {
        n.starts_with("ov-")
            || n.starts_with("why-")
            || [
                "period",
                "county",
                "unit",
                "version",
                "seen",
                "act",
                "anyway",
                "problems",
                "highlights",
                "next_plan",
                "amend_note",
            ]
            .contains(&n)
    };
    if let Some((name, _)) = posted.values().iter().find(|(n, _)| !known(n)) {
        return Err(Error::field(name, "unknown-field"));
    }
    let text = |n: &str| posted.value(n).to_owned();
    Ok(ReportInput {
        period: text("period"),
        county: text("county"),
        unit: Some(text("unit")).filter(|u| !u.trim().is_empty()),
        version: posted.value("version").trim().parse().unwrap_or(0),
        seen: text("seen"),
        no_change: posted.value("act") == "no_change",
        anyway: posted.value("anyway") == "1",
        overrides,
        problems: text("problems"),
        highlights: text("highlights"),
        next_plan: text("next_plan"),
        amend_note: text("amend_note"),
    })
}

pub(crate) async fn post(page: Page, posted: Posted) -> PageResult {
    let q = ReportQuery {
        period: posted.value("period").to_owned(),
        county: posted.value("county").to_owned(),
        unit: Some(posted.value("unit").to_owned()).filter(|u| !u.trim().is_empty()),
    };
    let act = posted.value("act").to_owned();
    let done = match input(&posted) {
        Ok(i) if act == "save" => service::save(&page.ctx, &i, &posted.idem).await,
        Ok(i) if act == "amend" => service::amend(&page.ctx, &i, &posted.idem).await,
        Ok(i) => service::submit(&page.ctx, &i, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) if act == "save" => {
            let unit = q.unit.as_ref().map(|u| format!("&unit={u}")).unwrap_or_default();
            Ok(saved(&format!("/reports/edit?period={}&county={}{unit}", q.period, q.county), "reporting-saved"))
        }
        Ok(r) => Ok(saved(&r.href(), if act == "amend" { "reporting-amended" } else { "reporting-submitted" })),
        Err(Error::NotFound) => Err(Error::rule("report-not-yours").into()),
        Err(e) => {
            let trouble = page.at_form(e)?;
            form(page, &q, &posted, Some(trouble)).await
        }
    }
}

async fn show(
    page: Page,
    county: DivisionId,
    id: ReportId,
    posted: &Posted,
    trouble: Option<FormTrouble>,
) -> PageResult {
    let found = read::get(&page.ctx, county, id).await?;
    let failed = trouble.is_some();
    let ask = views::Ask { csrf: &page.csrf, idem: &page.idem_key(), posted, trouble: &trouble.unwrap_or_default() };
    let title = words::title(page.lang, &found.report.period);
    let body = views::one(page.lang, &found, &ask);
    if failed {
        return Ok(page.unprocessable(&title, body));
    }
    let crumbs = vec![(page.lang.t("reporting-list-title"), "/reports/list".to_owned())];
    Ok(page.html_with(&Head { title, lead: Some(found.report.reporter), crumbs, ..Head::default() }, body))
}

pub(crate) async fn one(page: Page, Path((county, id)): Path<(DivisionId, ReportId)>) -> PageResult {
    show(page, county, id, &Posted::default(), None).await
}

fn review(posted: &Posted) -> ReviewInput {
    ReviewInput {
        version: posted.value("version").trim().parse().unwrap_or(0),
        reason: posted.value("reason").to_owned(),
        accept_overrides: posted.value("accept_overrides") == "1",
    }
}

pub(crate) async fn approve(
    page: Page,
    Path((county, id)): Path<(DivisionId, ReportId)>,
    posted: Posted,
) -> PageResult {
    match chain::approve(&page.ctx, county, id, &review(&posted), &posted.idem).await {
        Ok(r) => Ok(saved(&r.href(), "reporting-approved")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            show(page, county, id, &posted, Some(trouble)).await
        }
    }
}

pub(crate) async fn send_back(
    page: Page,
    Path((county, id)): Path<(DivisionId, ReportId)>,
    posted: Posted,
) -> PageResult {
    match chain::send_back(&page.ctx, county, id, &review(&posted), &posted.idem).await {
        Ok(r) => Ok(saved(&r.href(), "reporting-returned")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            show(page, county, id, &posted, Some(trouble)).await
        }
    }
}
