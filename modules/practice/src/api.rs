//! JSON under /api/v1: parse, call the service, answer. A repeat carries the header `Idempotency-Key`.

use crate::model::{ConsentInput, EncounterInput, EndInput, MergeInput, RefusalInput, ResidentInput, WithdrawInput};
use crate::out::{Duplicates, EncounterOut, PersonCard, RefusalOut};
use crate::pages::Keyed;
use crate::pages::merge::Pair;
use crate::service::assign::{self, AssignInput, Assigned};
use crate::service::consent;
use crate::service::duplicate::{self, LookInput};
use crate::service::encounter::{self, FindEncounters, RoundInput, VoidInput};
use crate::service::merge::{self, MergePreview, UnmergeInput};
use crate::service::refusal::{self, FindRefusals};
use crate::service::register;
use crate::service::resident::{self, CloseInput, FilterResidents, FindResidents, ResidentPage};
use crate::service::reveal;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use zw_access::reveal::{RevealInput, Revealed};
use zw_core::{ConsentId, EncounterId, Key, Paged, RefusalId, ResidentId};
use zw_web::{ApiCtx, Items, Json, PageResult, Query, Sent};

/// A correction of an encounter: the version that was read, and the whole encounter anew.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EncounterCorrection {
    /// Version that was read.
    pub version: i64,
    /// The encounter.
    pub encounter: EncounterInput,
}

pub(crate) async fn residents(
    ApiCtx(ctx): ApiCtx,
    Query(ask): Query<FilterResidents>,
) -> PageResult<Json<Paged<PersonCard>>> {
    Ok(Json(resident::find(&ctx, &ask.into()).await?))
}

pub(crate) async fn search_residents(
    ApiCtx(ctx): ApiCtx,
    Json(ask): Json<FindResidents>,
) -> PageResult<Json<Paged<PersonCard>>> {
    Ok(Json(resident::find(&ctx, &ask).await?))
}

pub(crate) async fn duplicates(ApiCtx(ctx): ApiCtx, Json(ask): Json<LookInput>) -> PageResult<Json<Duplicates>> {
    Ok(Json(duplicate::look(&ctx, &ask).await?))
}

pub(crate) async fn assign_residents(
    ApiCtx(ctx): ApiCtx,
    Sent(input, idem): Sent<AssignInput>,
) -> PageResult<Json<Assigned>> {
    Ok(Json(assign::assign(&ctx, &input, &idem).await?))
}

pub(crate) async fn register_resident(
    ApiCtx(ctx): ApiCtx,
    Sent(input, idem): Sent<ResidentInput>,
) -> PageResult<Json<Key<ResidentId>>> {
    Ok(Json(register::register(&ctx, input, &idem).await?))
}

pub(crate) async fn resident(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<ResidentId>,
) -> PageResult<Json<ResidentPage>> {
    Ok(Json(resident::open(&ctx, county, id).await?))
}

pub(crate) async fn correct_resident(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<ResidentId>,
    Sent(input, idem): Sent<ResidentInput>,
) -> PageResult<Json<Key<ResidentId>>> {
    Ok(Json(register::correct(&ctx, county, id, input, &idem).await?))
}

pub(crate) async fn close_resident(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<ResidentId>,
    Sent(input, idem): Sent<CloseInput>,
) -> PageResult<()> {
    Ok(resident::close(&ctx, county, id, input, &idem).await?)
}

pub(crate) async fn record_consent(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<ResidentId>,
    Sent(input, idem): Sent<ConsentInput>,
) -> PageResult<Json<Key<ConsentId>>> {
    Ok(Json(consent::record(&ctx, county, id, input, &idem).await?))
}

pub(crate) async fn withdraw_consent(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<ConsentId>,
    Sent(input, idem): Sent<WithdrawInput>,
) -> PageResult<Json<Key<ResidentId>>> {
    Ok(Json(consent::withdraw(&ctx, county, id, input, &idem).await?))
}

pub(crate) async fn refusals(
    ApiCtx(ctx): ApiCtx,
    Query(ask): Query<FindRefusals>,
) -> PageResult<Json<Paged<RefusalOut>>> {
    Ok(Json(refusal::find(&ctx, &ask).await?))
}

pub(crate) async fn record_refusal(
    ApiCtx(ctx): ApiCtx,
    Sent(input, idem): Sent<RefusalInput>,
) -> PageResult<Json<Key<RefusalId>>> {
    Ok(Json(refusal::record(&ctx, input, &idem).await?))
}

pub(crate) async fn end_refusal(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<RefusalId>,
    Sent(input, idem): Sent<EndInput>,
) -> PageResult<()> {
    Ok(refusal::end(&ctx, county, id, input, &idem).await?)
}

pub(crate) async fn merge_preview(
    ApiCtx(ctx): ApiCtx,
    Path((county, id, other)): Pair,
) -> PageResult<Json<MergePreview>> {
    Ok(Json(merge::preview(&ctx, county, id, other).await?))
}

pub(crate) async fn merge_residents(
    ApiCtx(ctx): ApiCtx,
    Path((county, id, other)): Pair,
    Sent(input, idem): Sent<MergeInput>,
) -> PageResult<Json<Key<ResidentId>>> {
    Ok(Json(merge::merge(&ctx, county, (id, other), input, &idem).await?))
}

pub(crate) async fn unmerge_residents(
    ApiCtx(ctx): ApiCtx,
    Path((county, id, other)): Pair,
    Sent(input, idem): Sent<UnmergeInput>,
) -> PageResult<Json<Key<ResidentId>>> {
    Ok(Json(merge::unmerge(&ctx, county, (id, other), input, &idem).await?))
}

pub(crate) async fn reveal(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<ResidentId>,
    Json(input): Json<RevealInput>,
) -> PageResult<Json<Revealed>> {
    Ok(Json(reveal::reveal(&ctx, county, id, &input).await?))
}

pub(crate) async fn encounters(
    ApiCtx(ctx): ApiCtx,
    Query(ask): Query<FindEncounters>,
) -> PageResult<Json<Paged<EncounterOut>>> {
    Ok(Json(encounter::list(&ctx, &ask).await?))
}

pub(crate) async fn record_encounter(
    ApiCtx(ctx): ApiCtx,
    Sent(input, idem): Sent<EncounterInput>,
) -> PageResult<Json<Key<EncounterId>>> {
    Ok(Json(encounter::record(&ctx, input, &idem).await?))
}

pub(crate) async fn record_round(
    ApiCtx(ctx): ApiCtx,
    Sent(input, idem): Sent<RoundInput>,
) -> PageResult<Json<Items<Key<EncounterId>>>> {
    Ok(Json(Items { items: encounter::record_round(&ctx, &input, &idem).await? }))
}

pub(crate) async fn encounter(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<EncounterId>,
) -> PageResult<Json<EncounterOut>> {
    Ok(Json(encounter::open(&ctx, county, id).await?))
}

pub(crate) async fn correct_encounter(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<EncounterId>,
    Sent(body, idem): Sent<EncounterCorrection>,
) -> PageResult<Json<Key<EncounterId>>> {
    Ok(Json(encounter::correct(&ctx, county, id, body.version, body.encounter, &idem).await?))
}

pub(crate) async fn void_encounter(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Keyed<EncounterId>,
    Sent(input, idem): Sent<VoidInput>,
) -> PageResult<()> {
    Ok(encounter::void(&ctx, county, id, input, &idem).await?)
}
