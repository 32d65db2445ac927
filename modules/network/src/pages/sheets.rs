//! Build-out sheets.

use crate::model::sheet::{AcceptInput, CloseObstacleInput, ReopenInput, SheetInput};
use crate::policy;
use crate::service::{acceptance, sheets as service};
use crate::views::sheets::{self as views, Part, SheetData};
use axum::extract::Path;
use axum::response::Response;
use zw_core::{DivisionId, Error, ObstacleId, Result};
use zw_ui::Head;
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted, see_other};

pub(crate) async fn counties(page: Page) -> PageResult {
    let list = service::counties(&page.ctx)?;
    if let [one] = list.as_slice() {
        return Ok(zw_web::redirect(&format!("/build-out/{one}")));
    }
    let view = page.ctx.tree().as_of(page.ctx.today());
    let named: Vec<_> = list.into_iter().map(|c| (c, view.path_name(c))).collect();
    Ok(page.html(&page.lang.t("network-nav-sheets"), views::county_list(page.lang, &named)))
}

fn sheets_of(page: &Page, county: &str) -> String {
    page.lang.tf("network-sheets-of", &[("county", county.into())])
}

pub(crate) async fn export(page: Page, Path(county): Path<DivisionId>, _posted: Posted) -> PageResult {
    let data = service::of_county(&page.ctx, county).await?;
    let total = i64::try_from(data.sheets.len()).unwrap_or(i64::MAX);
    let what = Listed { list: "build-out", title: sheets_of(&page, &data.county), total, ..Listed::default() };
    page.xlsx(what, &views::townships(page.lang, &data, page.ctx.today())).await
}

pub(crate) async fn county(page: Page, Path(county): Path<DivisionId>) -> PageResult {
    let data = service::of_county(&page.ctx, county).await?;
    let export = page.export_form(&format!("/build-out/{county}/export"), &());
    let head = Head {
        title: sheets_of(&page, &data.county),
        lead: Some(page.lang.t("network-sheets-lead")),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::county(page.lang, &data, page.ctx.today(), Some(export))))
}

async fn show(
    page: &Page,
    at: (DivisionId, DivisionId),
    part: Part,
    typed: Posted,
    posted: &Posted,
    trouble: &FormTrouble,
) -> Result<Response> {
    let (ctx, lang) = (&page.ctx, page.lang);
    let sheet = service::get(ctx, at.1).await?;
    if sheet.county_id != at.0 {
        return Err(Error::NotFound);
    }
    let permit = |action| ctx.permit::<crate::model::sheet::BuildOut>(action).ok();
    let edit = permit(policy::SHEET_EDIT);
    let own = edit.as_ref().is_some_and(|p| p.covers_town(at.0, at.1));
    let above = edit.is_some_and(|p| p.covers_county(at.0));
    let may_accept = permit(policy::SHEET_ACCEPT).is_some_and(|p| p.covers_county(at.0));
    let accepting: AcceptInput =
        if part == Part::Accept { posted.input().unwrap_or_default() } else { AcceptInput::default() };
    let data = SheetData {
        staffing: if may_accept { acceptance::staffing_of(ctx, at.1, &accepting).await? } else { None },
        typed,
        may_edit: own && sheet.kept_by.open_to(above),
        kept_above: own && !sheet.kept_by.open_to(above),
        may_choose_keeper: above,
        may_accept,
        sheet,
    };
    let body = views::sheet(lang, &page.csrf, &page.idem_key(), &data, part, posted, trouble);
    if part != Part::None {
        return Ok(page.unprocessable(&data.sheet.township, body));
    }
    let head = Head {
        title: data.sheet.township.clone(),
        lead: Some(lang.t("network-sheet")),
        crumbs: vec![(
            lang.tf("network-sheets-of", &[("county", data.sheet.county.as_str().into())]),
            format!("/build-out/{}", at.0),
        )],
        ..Head::default()
    };
    Ok(page.html_with(&head, body))
}

/// The sheet's own form: its draft, else what is on file.
async fn own_form(page: Page, town: DivisionId) -> Result<(Page, Posted)> {
    let first = views::prefilled(&service::get(&page.ctx, town).await?);
    page.draft_or(&format!("build-out-{town}"), first).await
}

pub(crate) async fn sheet(page: Page, Path(at): Path<(DivisionId, DivisionId)>) -> PageResult {
    let (page, typed) = own_form(page, at.1).await?;
    Ok(show(&page, at, Part::None, typed, &Posted::default(), &FormTrouble::default()).await?)
}

/// To the sheet after saving, or the sheet again with what went wrong; what was typed in its own form and not saved is there
/// again whichever form was refused.
async fn after<T>(
    page: Page,
    at: (DivisionId, DivisionId),
    part: Part,
    posted: &Posted,
    done: Result<T>,
) -> PageResult {
    match done {
        Ok(_) => Ok(see_other(&format!("/build-out/{}/{}", at.0, at.1))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let (page, typed) = if part == Part::Sheet { (page, posted.clone()) } else { own_form(page, at.1).await? };
            Ok(show(&page, at, part, typed, posted, &trouble).await?)
        }
    }
}

pub(crate) async fn save(page: Page, Path(at): Path<(DivisionId, DivisionId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<SheetInput>() {
        Ok(input) => service::edit(&page.ctx, at.1, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(page, at, Part::Sheet, &posted, done).await
}

pub(crate) async fn close_obstacle(
    page: Page,
    Path((county, town, id)): Path<(DivisionId, DivisionId, ObstacleId)>,
    posted: Posted,
) -> PageResult {
    let done = match posted.input::<CloseObstacleInput>() {
        Ok(input) => service::close_obstacle(&page.ctx, town, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(page, (county, town), Part::Reopen, &posted, done).await
}

pub(crate) async fn accept(page: Page, Path(at): Path<(DivisionId, DivisionId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<AcceptInput>() {
        Ok(input) => acceptance::decide(&page.ctx, at.1, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(page, at, Part::Accept, &posted, done).await
}

pub(crate) async fn reopen(page: Page, Path(at): Path<(DivisionId, DivisionId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<ReopenInput>() {
        Ok(input) => acceptance::reopen(&page.ctx, at.1, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(page, at, Part::Reopen, &posted, done).await
}
