//! Showing one masked field of a person (security.md MASK-2): one field, a purpose from the list, written down before
//! the bytes leave, counted over residents and workers together.

use crate::audit::AuditChange;
use crate::ctx::Ctx;
use crate::limited::Limit;
use serde::{Deserialize, Serialize};
use zw_core::code::Code as _;
use zw_core::{Error, FieldErrors, Result};
use zw_db::Tx;

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

impl RevealInput {
    /// Field and purpose; `offered` are the fields the record has.
    pub fn check(&self, offered: &[RevealField]) -> Result<(RevealField, RevealPurpose)> {
        let mut e = FieldErrors::default();
        let wrong = |t: &str| if t.trim().is_empty() { "required" } else { "unknown-code" };
        let field = RevealField::from_code(self.field.trim()).filter(|f| offered.contains(f));
        if field.is_none() {
            e.add("field", wrong(&self.field));
        }
        let purpose = RevealPurpose::from_code(self.purpose.trim());
        if purpose.is_none() {
            e.add("purpose", wrong(&self.purpose));
        }
        field.zip(purpose).ok_or(Error::Invalid(e))
    }
}

/// What was shown. `Debug` hides it.
#[derive(Clone, Serialize, schemars::JsonSchema)]
pub struct Revealed {
    /// Field.
    pub field: RevealField,
    /// Its value in clear; empty when none is on file.
    pub value: String,
}

impl std::fmt::Debug for Revealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Revealed({}, ***)", self.field)
    }
}

/// Writes a reveal down, or its refusal when the account has shown too many. Only after `Ok` may the value leave.
pub async fn written(ctx: &Ctx, mut tx: Tx, field: RevealField, purpose: RevealPurpose, of: AuditChange) -> Result<()> {
    let change = of.fields(&[field.code()]).purpose(purpose.code());
    match Limit::REVEAL.take(ctx, &mut tx).await? {
        None => tx.commit(change).await,
        Some(retry_after_s) => {
            tx.commit(change.denied()).await?;
            Err(Error::TooMany { retry_after_s })
        }
    }
}
