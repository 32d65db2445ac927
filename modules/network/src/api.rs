//! JSON: parse, service, Out. The same services and Out types as the pages.

use crate::model::division::{CountInput, DivisionFile, DivisionQuery, ImportReport};
use crate::model::plan::{TargetBack, TargetChangeOut, TargetInput, TargetOut};
use crate::model::sheet::{AcceptInput, CloseObstacleInput, ObstacleInput, ReopenInput, SheetOut, SheetPut};
use crate::model::unit::alarm::SuspendedList;
use crate::model::unit::gap::{CaretakerInput, GapInput, GapList};
use crate::model::unit::{CoverInput, StateInput, UnitFile, UnitInput, UnitOut, UnitQuery};
use crate::policy;
use crate::service::figures::NetworkFigures;
use crate::service::sheets::CountySheets;
use crate::service::{acceptance, divisions, figures, gaps, sheets, targets, units};
use crate::views::targets::name;
use axum::extract::Path;
use axum::http::Method;
use zw_core::{Day, DivisionId, Error, ObstacleId, Paged, TargetId, UnitId};
use zw_web::{Access, ApiCtx, ApiDoc, Fail, File, Idem, Items, Json, Made, Page, Query, Routes, Sent};

type Answer<T> = Result<Json<T>, Fail>;

pub(crate) fn routes() -> Routes {
    let unit = Access::Action(policy::UNIT_READ);
    let sheet = Access::Action(policy::SHEET_READ);
    let keep = Access::Action(policy::SHEET_EDIT);
    let accept = Access::Action(policy::SHEET_ACCEPT);
    Routes::new()
        .api(
            Method::GET,
            "/api/v1/divisions",
            Access::Action(policy::DIVISION_READ),
            ApiDoc::json::<DivisionFile>("A division with what lies in it, on a day").query::<DivisionQuery>(),
            browse,
        )
        .api(
            Method::POST,
            "/api/v1/divisions/import",
            Access::Action(policy::DIVISION_IMPORT),
            ApiDoc::json::<ImportReport>("Import divisions (code,name,level,parent_code): all rows or none")
                .query::<ImportQuery>()
                .takes("text/csv"),
            import,
        )
        .api(
            Method::POST,
            "/api/v1/divisions/{division}/count",
            Access::Action(policy::DIVISION_COUNT),
            ApiDoc::json::<DivisionFile>("Take a division into the denominators or out of them, from today")
                .sent::<CountInput>(),
            division_count,
        )
        .api(
            Method::GET,
            "/api/v1/units",
            unit,
            ApiDoc::json::<Paged<UnitOut>>("Centres, stations and rooms").query::<UnitQuery>(),
            unit_list,
        )
        .api(
            Method::POST,
            "/api/v1/units",
            Access::Action(policy::UNIT_CREATE),
            ApiDoc::created::<Made<UnitId>>("Register a unit").sent::<UnitInput>(),
            unit_create,
        )
        .api(
            Method::GET,
            "/api/v1/units/suspended",
            Access::Action(policy::UNIT_ALARM),
            ApiDoc::json::<SuspendedList>("Units that have been suspended too long (setting network.suspended_days)"),
            suspended,
        )
        .api(
            Method::GET,
            "/api/v1/units/gaps",
            Access::Action(policy::UNIT_ALARM),
            ApiDoc::json::<GapList>(
                "Stations without staff, and those suspended for that which have staff again (setting network.gap_days)",
            ),
            gap_list,
        )
        .api(
            Method::GET,
            "/api/v1/units/{id}",
            unit,
            ApiDoc::json::<UnitFile>("A unit with its past and the divisions it serves"),
            unit_file,
        )
        .api(
            Method::PUT,
            "/api/v1/units/{id}",
            Access::Action(policy::UNIT_EDIT),
            ApiDoc::json::<UnitFile>("Change what is written about a unit").sent::<UnitInput>(),
            unit_edit,
        )
        .api(
            Method::POST,
            "/api/v1/units/{id}/state",
            Access::AnyOf(&[policy::UNIT_ADVANCE, policy::UNIT_DECIDE]),
            ApiDoc::json::<UnitFile>("Move a unit to another state").sent::<StateInput>(),
            unit_move,
        )
        .api(
            Method::POST,
            "/api/v1/units/{id}/coverage",
            Access::Action(policy::UNIT_CREATE),
            ApiDoc::json::<UnitFile>("Begin or end serving a division").sent::<CoverInput>(),
            unit_cover,
        )
        .api(
            Method::POST,
            "/api/v1/units/{id}/gap",
            Access::Action(policy::UNIT_GAP),
            ApiDoc::json::<UnitFile>("Note why a station has nobody on post").sent::<GapInput>(),
            unit_gap,
        )
        .api(
            Method::POST,
            "/api/v1/units/{id}/caretaker",
            Access::Action(policy::UNIT_DECIDE),
            ApiDoc::json::<UnitFile>("Decide which unit looks after the people of a station without staff")
                .sent::<CaretakerInput>(),
            unit_caretaker,
        )
        .api(
            Method::GET,
            "/api/v1/build-out/{county}",
            sheet,
            ApiDoc::json::<CountySheets>("Build-out sheets of a county's townships"),
            sheets_of,
        )
        .api(
            Method::GET,
            "/api/v1/build-out/{county}/{town}",
            sheet,
            ApiDoc::json::<SheetOut>("The build-out sheet of a township"),
            sheet_get,
        )
        .api(
            Method::PUT,
            "/api/v1/build-out/{county}/{town}",
            keep,
            ApiDoc::json::<SheetOut>("Keep a build-out sheet").sent::<SheetPut>(),
            sheet_put,
        )
        .api(
            Method::POST,
            "/api/v1/build-out/{county}/{town}/obstacles",
            keep,
            ApiDoc::json::<SheetOut>("Note an obstacle").sent::<ObstacleInput>(),
            obstacle_add,
        )
        .api(
            Method::POST,
            "/api/v1/build-out/{county}/{town}/obstacles/{id}/close",
            keep,
            ApiDoc::json::<SheetOut>("Note that an obstacle is gone").sent::<CloseObstacleInput>(),
            obstacle_close,
        )
        .api(
            Method::POST,
            "/api/v1/build-out/{county}/{town}/accept",
            accept,
            ApiDoc::json::<SheetOut>("Record an acceptance of the township's station, passed or not")
                .sent::<AcceptInput>(),
            sheet_accept,
        )
        .api(
            Method::POST,
            "/api/v1/build-out/{county}/{town}/reopen",
            accept,
            ApiDoc::json::<SheetOut>("Reopen or withdraw an acceptance").sent::<ReopenInput>(),
            sheet_reopen,
        )
        .api(
            Method::GET,
            "/api/v1/targets",
            Access::Action(policy::TARGET_READ),
            ApiDoc::json::<Items<TargetOut>>("Targets of a division and those in it").query::<TargetQuery>(),
            target_list,
        )
        .api(
            Method::POST,
            "/api/v1/targets",
            Access::Action(policy::TARGET_SET),
            ApiDoc::created::<Made<TargetId>>("Set a target").sent::<TargetInput>(),
            target_set,
        )
        .api(
            Method::DELETE,
            "/api/v1/targets/{id}",
            Access::Action(policy::TARGET_SET),
            ApiDoc::done("Take a target back").query::<TargetBack>().keyed(),
            target_delete,
        )
        .api(
            Method::GET,
            "/api/v1/targets/changes",
            Access::Action(policy::TARGET_READ),
            ApiDoc::json::<Items<TargetChangeOut>>("What changed of the targets of a division and those in it")
                .query::<TargetQuery>(),
            target_changes,
        )
        .api(
            Method::GET,
            "/api/v1/network/figures",
            Access::Action(policy::FIGURES),
            ApiDoc::json::<NetworkFigures>("Headline figures of the network on a day").query::<FigureQuery>(),
            figures_on,
        )
}

async fn browse(ApiCtx(ctx): ApiCtx, Query(q): Query<DivisionQuery>) -> Answer<DivisionFile> {
    Ok(Json(divisions::browse(&ctx, &q).await?))
}

async fn division_count(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<DivisionId>,
    Sent(input, idem): Sent<CountInput>,
) -> Answer<DivisionFile> {
    divisions::count(&ctx, id, &input, &idem).await?;
    Ok(Json(divisions::browse(&ctx, &DivisionQuery { area: Some(id.0), as_of: None }).await?))
}

/// Problems of a file that one answer tells.
const MOST_TOLD: usize = 500;

/// How a file of divisions is imported.
#[derive(Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ImportQuery {
    /// First day of the new versions; without it the earliest that fits.
    valid_from: String,
}

async fn import(ApiCtx(ctx): ApiCtx, Query(q): Query<ImportQuery>, File(bytes): File) -> Answer<ImportReport> {
    let from = match q.valid_from.trim() {
        "" => None,
        text => Some(Day::parse(text).ok_or_else(|| Error::field("valid_from", "date-format"))?),
    };
    let report = divisions::import(&ctx, &bytes, from).await?;
    if report.refused() {
        let mut errors = report.errors();
        let left_out = errors.0.len().saturating_sub(MOST_TOLD);
        errors.0.truncate(MOST_TOLD);
        if left_out > 0 {
            errors.add_with("lines", "row-more", &[("n", &left_out.to_string())]);
        }
        errors.check()?;
    }
    Ok(Json(report))
}

async fn unit_list(ApiCtx(ctx): ApiCtx, Query(q): Query<UnitQuery>) -> Answer<Paged<UnitOut>> {
    Ok(Json(units::list(&ctx, &q).await?))
}

async fn unit_create(ApiCtx(ctx): ApiCtx, Sent(input, idem): Sent<UnitInput>) -> Answer<Made<UnitId>> {
    Ok(Json(Made { id: units::create(&ctx, &input, &idem).await? }))
}

async fn suspended(ApiCtx(ctx): ApiCtx) -> Answer<SuspendedList> {
    Ok(Json(SuspendedList { items: units::suspended_too_long(&ctx).await? }))
}

async fn gap_list(ApiCtx(ctx): ApiCtx) -> Answer<GapList> {
    Ok(Json(GapList { items: gaps::in_area(&ctx).await? }))
}

/// A unit as it stands, in the words of the reader.
async fn of_unit(page: &Page, id: UnitId) -> Answer<UnitFile> {
    Ok(Json(units::get(&page.ctx, id).await?.said(page.lang)))
}

async fn unit_file(page: Page, Path(id): Path<UnitId>) -> Answer<UnitFile> {
    of_unit(&page, id).await
}

async fn unit_edit(page: Page, Path(id): Path<UnitId>, Sent(input, idem): Sent<UnitInput>) -> Answer<UnitFile> {
    units::edit(&page.ctx, id, &input, &idem).await?;
    of_unit(&page, id).await
}

async fn unit_move(page: Page, Path(id): Path<UnitId>, Sent(input, idem): Sent<StateInput>) -> Answer<UnitFile> {
    units::move_to(&page.ctx, id, &input, &idem).await?;
    of_unit(&page, id).await
}

async fn unit_cover(page: Page, Path(id): Path<UnitId>, Sent(input, idem): Sent<CoverInput>) -> Answer<UnitFile> {
    units::cover(&page.ctx, id, &input, &idem).await?;
    of_unit(&page, id).await
}

async fn unit_gap(page: Page, Path(id): Path<UnitId>, Sent(input, idem): Sent<GapInput>) -> Answer<UnitFile> {
    gaps::note(&page.ctx, id, &input, &idem).await?;
    of_unit(&page, id).await
}

async fn unit_caretaker(
    page: Page,
    Path(id): Path<UnitId>,
    Sent(input, idem): Sent<CaretakerInput>,
) -> Answer<UnitFile> {
    gaps::take_care(&page.ctx, id, &input, &idem).await?;
    of_unit(&page, id).await
}

async fn sheets_of(ApiCtx(ctx): ApiCtx, Path(county): Path<DivisionId>) -> Answer<CountySheets> {
    Ok(Json(sheets::of_county(&ctx, county).await?))
}

type Town = Path<(DivisionId, DivisionId)>;

/// The sheet as it stands; the county of the address must be the township's.
async fn standing(ctx: &zw_access::Ctx, at: (DivisionId, DivisionId)) -> Answer<SheetOut> {
    let sheet = sheets::get(ctx, at.1).await?;
    if sheet.county_id == at.0 { Ok(Json(sheet)) } else { Err(Fail(Error::NotFound)) }
}

async fn sheet_get(ApiCtx(ctx): ApiCtx, Path(at): Town) -> Answer<SheetOut> {
    standing(&ctx, at).await
}

async fn sheet_put(ApiCtx(ctx): ApiCtx, Path(at): Town, Sent(input, idem): Sent<SheetPut>) -> Answer<SheetOut> {
    sheets::edit(&ctx, at.1, &input.whole()?, &idem).await?;
    standing(&ctx, at).await
}

async fn obstacle_add(ApiCtx(ctx): ApiCtx, Path(at): Town, Sent(input, idem): Sent<ObstacleInput>) -> Answer<SheetOut> {
    sheets::add_obstacle(&ctx, at.1, &input, &idem).await?;
    standing(&ctx, at).await
}

async fn obstacle_close(
    ApiCtx(ctx): ApiCtx,
    Path((county, town, id)): Path<(DivisionId, DivisionId, ObstacleId)>,
    Sent(input, idem): Sent<CloseObstacleInput>,
) -> Answer<SheetOut> {
    sheets::close_obstacle(&ctx, town, id, &input, &idem).await?;
    standing(&ctx, (county, town)).await
}

async fn sheet_accept(ApiCtx(ctx): ApiCtx, Path(at): Town, Sent(input, idem): Sent<AcceptInput>) -> Answer<SheetOut> {
    acceptance::decide(&ctx, at.1, &input, &idem).await?;
    standing(&ctx, at).await
}

async fn sheet_reopen(ApiCtx(ctx): ApiCtx, Path(at): Town, Sent(input, idem): Sent<ReopenInput>) -> Answer<SheetOut> {
    acceptance::reopen(&ctx, at.1, &input, &idem).await?;
    standing(&ctx, at).await
}

/// Which targets are asked for.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct TargetQuery {
    /// Division id.
    area: i64,
}

async fn target_list(page: Page, Query(q): Query<TargetQuery>) -> Answer<Items<TargetOut>> {
    let found = targets::list(&page.ctx, DivisionId(q.area)).await?.into_iter();
    let named = found.map(|t| TargetOut { name: name(page.lang, t.phase, &t.measure, t.point()), target: t });
    Ok(Json(Items { items: named.collect() }))
}

async fn target_set(ApiCtx(ctx): ApiCtx, Sent(input, idem): Sent<TargetInput>) -> Answer<Made<TargetId>> {
    Ok(Json(Made { id: targets::set(&ctx, &input, &idem).await? }))
}

async fn target_changes(page: Page, Query(q): Query<TargetQuery>) -> Answer<Items<TargetChangeOut>> {
    let view = page.ctx.tree().as_of(page.ctx.today());
    let out = targets::changes(&page.ctx, DivisionId(q.area)).await?.into_iter().map(|c| TargetChangeOut {
        name: name(page.lang, c.phase, &c.measure, c.point()),
        division: view.path_name(c.division_id),
        change: c,
    });
    Ok(Json(Items { items: out.collect() }))
}

async fn target_delete(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<TargetId>,
    Query(why): Query<TargetBack>,
    idem: Idem,
) -> Result<(), Fail> {
    Ok(targets::delete(&ctx, id, &why, &idem).await?)
}

/// Which figures are asked for.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct FigureQuery {
    /// Division id; the reader's counties without it.
    area: Option<i64>,
    /// Day; today without it.
    as_of: Option<String>,
}

async fn figures_on(ApiCtx(ctx): ApiCtx, Query(q): Query<FigureQuery>) -> Answer<NetworkFigures> {
    let day = match q.as_of.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        Some(t) => Day::parse(t).ok_or_else(|| Error::field("as_of", "date-format"))?,
        None => ctx.today(),
    };
    if day > ctx.today() {
        return Err(Error::field("as_of", "date-future").into());
    }
    Ok(Json(figures::figures(&ctx, day, q.area.map(DivisionId)).await?))
}
