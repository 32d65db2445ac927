//! Showing one masked field (security.md MASK-2): a purpose is picked, the act is written before the bytes leave, and
//! an account may do it 30 times an hour and 150 times a day.

use crate::model::Resident;
use crate::policy;
use crate::store;
use serde::{Deserialize, Serialize};
use zw_access::{Ctx, MaskPlan};
use zw_core::code::Code as _;
use zw_core::{DivisionId, Error, FieldErrors, ResidentId, Result};

zw_core::codes! {
    /// A field that can be shown.
    pub enum RevealField {
        /// Document number.
        IdNo = "id_no",
        /// Phone.
        Phone = "phone",
        /// Address.
        Address = "address",
    }
}
zw_core::codes! {
    /// Why it is needed.
    pub enum RevealPurpose {
        /// 上门.
        Visit = "visit",
        /// 联系.
        Contact = "contact",
        /// 核对身份.
        Verify = "verify",
        /// 代办政策.
        Application = "application",
        /// 紧急.
        Emergency = "emergency",
    }
}

/// What is asked.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RevealInput {
    /// Field.
    pub field: String,
    /// Purpose.
    pub purpose: String,
}

/// Reveals an hour and a day.
const AN_HOUR: i64 = 30;
const A_DAY: i64 = 150;

/// What was shown.
#[derive(Clone, Serialize, schemars::JsonSchema)]
pub struct Revealed {
    /// Field.
    pub field: RevealField,
    /// Its value in clear; empty when none is on file.
    pub value: String,
}

/// Shows one field of one resident.
pub async fn reveal(ctx: &Ctx, county: DivisionId, id: ResidentId, input: &RevealInput) -> Result<Revealed> {
    let permit = ctx.permit::<Resident>(policy::REVEAL)?;
    let mut e = FieldErrors::default();
    let field = crate::model::code_of::<RevealField>(&mut e, "field", &input.field, true);
    let purpose = crate::model::code_of::<RevealPurpose>(&mut e, "purpose", &input.purpose, true);
    let (Some(field), Some(purpose)) = (field, purpose) else { return Err(Error::Invalid(e)) };
    let account = ctx.actor.account().ok_or(Error::Forbidden)?;
    let mut tx = ctx.write().await?;
    let r = store::resident::get(&mut tx, &permit, county, id).await?.ok_or(Error::NotFound)?;
    let hour = store::neighbour::hour_of(ctx);
    let (this_hour, this_day) = store::neighbour::count_act(&mut tx, account, "reveal", hour).await?;
    let name: &'static str = field.code();
    let change = permit.change(Some(county), id).fields(&[name]).subject(id).purpose(purpose.code());
    if this_hour > AN_HOUR || this_day > A_DAY {
        tx.commit(change.denied()).await?;
        return Err(Error::TooMany { retry_after_s: (hour + 1) * 3600 - ctx.now().ms() / 1000 });
    }
    let sealed = match field {
        RevealField::IdNo => &r.id_no,
        RevealField::Phone => &r.phone,
        RevealField::Address => &r.address,
    };
    let plain = super::open(ctx, &format!("resident|{name}"), county, &id, sealed.as_ref())?;
    tx.commit(change).await?;
    let plan = MaskPlan::REVEALED;
    let value = plain.map(|p| match field {
        RevealField::IdNo => plan.id_no(&p, ctx.today(), false),
        RevealField::Phone => plan.phone(&p),
        RevealField::Address => plan.address(&p),
    });
    Ok(Revealed { field, value: value.unwrap_or_default() })
}
