//! Telephone and address of a resident as somebody on the way found them: written over what that person had before the
//! eyes, never over what somebody else has put right since.

use super::sight::Sight;
use super::{open, seal_opt};
use crate::model::Resident;
use crate::policy;
use crate::store;
use serde::{Deserialize, Serialize};
use zw_access::{AuditChange, Ctx, MaskPlan, Permit, sealed};
use zw_core::person_id::phone;
use zw_core::{DivisionId, Error, FieldErrors, ResidentId, Result};
use zw_db::Tx;

/// One value: what was seen when it was changed, and what it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// The value as it was seen; empty for none.
    pub seen: String,
    /// The new one.
    pub now: String,
}

/// What was found; a field that is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactFix {
    /// Telephone.
    pub phone: Option<Change>,
    /// Address below the village.
    pub address: Option<Change>,
}

/// Telephone and address as they stand. No `Debug`: in clear.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Telephone; empty for none.
    pub phone: String,
    /// Address; empty for none.
    pub address: String,
}

/// What became of it; the caller commits.
pub enum Fixed {
    /// Written.
    Done(AuditChange),
    /// It stands there already.
    Same,
    /// Somebody else has changed a value since it was seen: nothing was written.
    Differs,
}

impl ContactFix {
    /// The checked values, in the form in which they are kept.
    fn check(&self) -> Result<(Option<String>, Option<String>)> {
        let mut e = FieldErrors::default();
        if self.phone.is_none() && self.address.is_none() {
            e.add("phone", "required");
        }
        let tel = self.phone.as_ref().and_then(|c| {
            let ok = phone::check(&c.now);
            if ok.is_none() {
                e.add("phone", "resident-phone");
            }
            ok
        });
        let address = self.address.as_ref().map(|c| c.now.trim().to_owned());
        if address.as_ref().is_some_and(String::is_empty) {
            e.add("address", "required");
        }
        if address.as_ref().is_some_and(|a| a.chars().count() > 120) {
            e.add("address", "resident-address-long");
        }
        e.check()?;
        Ok((tel, address))
    }
}

/// Both in clear: to compare with, or to show to somebody whose reading the caller writes down.
pub(super) fn contact(ctx: &Ctx, r: &Resident) -> Result<Contact> {
    let plan = MaskPlan::REVEALED;
    let phone = open(ctx, sealed::RESIDENT_PHONE, r.county_id, &r.id, r.phone.as_ref())?;
    let address = open(ctx, sealed::RESIDENT_ADDRESS, r.county_id, &r.id, r.address.as_ref())?;
    Ok(Contact {
        phone: phone.map(|p| plan.phone(&p)).unwrap_or_default(),
        address: address.map(|a| plan.address(&a)).unwrap_or_default(),
    })
}

async fn editable(
    ctx: &Ctx,
    tx: &mut Tx,
    county: DivisionId,
    id: ResidentId,
) -> Result<(Permit<Resident>, Resident, Contact)> {
    let permit = ctx.permit::<Resident>(policy::EDIT)?;
    let r = store::resident::get(tx, &permit, ctx.today(), county, id).await?.ok_or(Error::NotFound)?;
    // Right to edit and station of the reader go together: who left the station edits nobody there.
    if !ctx.permit::<Resident>(policy::READ)?.covers_unit(r.county_id, r.unit_id) {
        return Err(Error::NotFound);
    }
    let now = contact(ctx, &r)?;
    Ok((permit, r, now))
}

/// Puts telephone and address right in the caller's transaction. `over`: over whatever stands there, because somebody who
/// saw both versions decided so.
pub async fn fix(
    ctx: &Ctx,
    tx: &mut Tx,
    (county, id): (DivisionId, ResidentId),
    fix: &ContactFix,
    over: bool,
) -> Result<Fixed> {
    let (tel, address) = fix.check()?;
    store::resident::hold(tx, county, &[id]).await?;
    let (permit, was, now) = editable(ctx, tx, county, id).await?;
    let open_change = |seen: Option<&Change>, new: Option<&String>, stands: &String| -> Option<bool> {
        let new = new?;
        (new != stands).then(|| over || seen.is_some_and(|c| c.seen.trim() == stands))
    };
    let changes = [
        open_change(fix.phone.as_ref(), tel.as_ref(), &now.phone),
        open_change(fix.address.as_ref(), address.as_ref(), &now.address),
    ];
    if changes.contains(&Some(false)) {
        return Ok(Fixed::Differs);
    }
    if changes == [None, None] {
        return Ok(Fixed::Same);
    }
    let tel = tel.as_deref().filter(|_| changes[0].is_some());
    let phone = seal_opt(ctx, sealed::RESIDENT_PHONE, county, &id, tel)?;
    let phone = (phone, tel.map(|t| super::blind_phone(&ctx.app.vault, t)));
    let place =
        seal_opt(ctx, sealed::RESIDENT_ADDRESS, county, &id, address.as_deref().filter(|_| changes[1].is_some()))?;
    let fields: Vec<&'static str> =
        ["phone", "address"].into_iter().zip(changes).filter(|(_, c)| c.is_some()).map(|(f, _)| f).collect();
    if store::contact::set(tx, &permit, &was, phone, place, &ctx.actor.name).await? == 0 {
        return Err(Error::Unavailable("the record was changed at this moment".into()));
    }
    Ok(Fixed::Done(permit.change(Some(county), id).fields(&fields).subject(id).digest_of(fix)))
}

/// Telephone and address as they stand, for who decides between two versions; the reading is written down first.
pub async fn now(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<Contact> {
    let mut tx = ctx.write().await?;
    let (permit, r, now) = editable(ctx, &mut tx, county, id).await?;
    let sight = Sight::of(ctx, &mut tx, &permit, std::slice::from_ref(&r)).await?;
    if !sight.basics(&r) {
        return Err(Error::NotFound);
    }
    tx.commit(permit.change(Some(county), id).fields(&["phone", "address"]).subject(id).purpose("contact")).await?;
    Ok(now)
}
