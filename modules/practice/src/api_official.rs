//! JSON of official lists under /api/v1.

use crate::model::{ListInput, ListOut, ListPage, ListReport, RatesPage, UnmatchedOut};
use crate::pages::Keyed;
use crate::policy;
use crate::service::official;
use crate::service::official_show::{self as show, FindLists, FindRates, FindUnmatched};
use axum::extract::Path;
use axum::http::Method;
use zw_core::{OfficialListId, Paged};
use zw_web::{Access, ApiCtx, ApiDoc, File, Idem, Items, Json, PageResult, Query, Routes};

/// Problems that an answer tells; the rest is a number.
const TOLD: usize = 500;

/// How a file is imported: the form in the address, the file as the body.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ImportQuery {
    /// County (division id); may stay empty for who works for one county.
    county: String,
    /// Category code.
    category: String,
    /// Authority: civil_affairs, disabled_federation, other_department.
    authority: String,
    /// As of which day the list is.
    list_date: String,
    /// Document number.
    document: String,
    /// Number of persons as the paper states it; all there is of a list whose body is empty.
    stated: String,
    /// `1`: only checks and says what the import would do.
    check: String,
}

/// The routes.
pub(crate) fn routes() -> Routes {
    use Access::Action as A;
    const LISTS: &str = "/api/v1/official-lists";
    Routes::new()
        .api(
            Method::GET,
            LISTS,
            A(policy::OFFICIAL_READ),
            ApiDoc::json::<Items<ListOut>>("Official lists with their numbers in the reader's area")
                .query::<FindLists>(),
            lists,
        )
        .api(
            Method::POST,
            LISTS,
            A(policy::OFFICIAL_IMPORT),
            ApiDoc::json::<ListReport>("Import an official list (CSV or XLSX): all rows or none")
                .query::<ImportQuery>()
                .keyed()
                .takes("application/octet-stream"),
            import,
        )
        .api(
            Method::GET,
            "/api/v1/official-lists/rates",
            A(policy::OFFICIAL_READ),
            ApiDoc::json::<RatesPage>("Rate of filing by category, as of a day").query::<FindRates>(),
            rates,
        )
        .api(
            Method::GET,
            "/api/v1/official-lists/unmatched",
            A(policy::OFFICIAL_NAMES),
            ApiDoc::json::<Paged<UnmatchedOut>>("Who stands on a list and is on no file, at the own stations; audited")
                .query::<FindUnmatched>(),
            unmatched,
        )
        .api(
            Method::GET,
            "/api/v1/official-lists/{county}/{id}",
            A(policy::OFFICIAL_READ),
            ApiDoc::json::<ListPage>("A list with its places"),
            one,
        )
}

async fn lists(ApiCtx(ctx): ApiCtx, Query(ask): Query<FindLists>) -> PageResult<Json<Items<ListOut>>> {
    Ok(Json(Items { items: show::list(&ctx, &ask).await? }))
}

async fn one(ApiCtx(ctx): ApiCtx, Path((county, id)): Keyed<OfficialListId>) -> PageResult<Json<ListPage>> {
    Ok(Json(show::page(&ctx, county, id).await?))
}

async fn rates(ApiCtx(ctx): ApiCtx, Query(ask): Query<FindRates>) -> PageResult<Json<RatesPage>> {
    Ok(Json(show::rates(&ctx, &ask).await?))
}

async fn unmatched(ApiCtx(ctx): ApiCtx, Query(ask): Query<FindUnmatched>) -> PageResult<Json<Paged<UnmatchedOut>>> {
    Ok(Json(show::unmatched(&ctx, &ask).await?))
}

async fn import(
    ApiCtx(ctx): ApiCtx,
    Query(q): Query<ImportQuery>,
    idem: Idem,
    File(bytes): File,
) -> PageResult<Json<ListReport>> {
    let only_check = q.check == "1";
    let input = ListInput {
        county: q.county,
        category: q.category,
        authority: q.authority,
        list_date: q.list_date,
        document: q.document,
        stated: q.stated,
    };
    let file = (!bytes.is_empty()).then(|| bytes.to_vec());
    let report = official::import(&ctx, &input, file, only_check, &idem).await?;
    let mut errors = report.errors();
    let left_out = errors.0.len().saturating_sub(TOLD);
    errors.0.truncate(TOLD);
    if left_out > 0 {
        errors.add_with("lines", "list-more", &[("n", &left_out.to_string())]);
    }
    errors.check()?;
    Ok(Json(report))
}
