//! Showing one masked field of a resident (`zw_access::reveal`).

use super::sight::Sight;
use crate::model::Resident;
use crate::policy;
use crate::store;
use zw_access::reveal::{RevealField, RevealInput, Revealed, written};
use zw_access::{Ctx, MaskPlan, sealed};
use zw_core::code::Code as _;
use zw_core::{DivisionId, Error, ResidentId, Result};

/// Shows one field of one resident. Of a child only to who sees what is of class P3.
pub async fn reveal(ctx: &Ctx, county: DivisionId, id: ResidentId, input: &RevealInput) -> Result<Revealed> {
    let permit = ctx.permit::<Resident>(policy::REVEAL)?;
    let (field, purpose) = input.check(RevealField::ALL)?;
    let mut c = ctx.read().await?;
    let r = store::resident::get(&mut c, &permit, ctx.today(), county, id).await?.ok_or(Error::NotFound)?;
    let sight = Sight::of(ctx, &mut c, &permit, std::slice::from_ref(&r)).await?;
    drop(c);
    if !sight.basics(&r) {
        return Err(Error::NotFound);
    }
    let (column, value) = match field {
        RevealField::IdNo => (sealed::RESIDENT_ID_NO, &r.id_no),
        RevealField::Phone => (sealed::RESIDENT_PHONE, &r.phone),
        RevealField::Address => (sealed::RESIDENT_ADDRESS, &r.address),
    };
    let plain = super::open(ctx, column, county, &id, value.as_ref())?;
    written(ctx, ctx.write().await?, field, purpose, permit.change(Some(county), id).subject(id)).await?;
    let plan = MaskPlan::REVEALED;
    let value = plain.map(|p| match field {
        RevealField::IdNo => plan.id_no(&p, ctx.today(), false),
        RevealField::Phone => plan.phone(&p),
        RevealField::Address => plan.address(&p),
    });
    Ok(Revealed { field, value: value.unwrap_or_default() })
}
