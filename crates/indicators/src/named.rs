//! Whether a text that leaves the station names a person on file.

use crate::Measures;
use zw_access::Ctx;
use zw_core::{DivisionId, FieldErrors, Result, UnitId};

impl Measures {
    /// Adds a problem to every field whose text holds the number of anybody, or names a person on file at the station, or in
    /// the county without one: what city and province read must not show a person. The module that keeps the register answers
    /// for the names.
    pub async fn named_in(
        &self,
        ctx: &Ctx,
        at: (DivisionId, Option<UnitId>),
        texts: &[(String, String)],
        errors: &mut FieldErrors,
    ) -> Result<()> {
        for (field, text) in texts {
            errors.holds_no_number(field, text);
        }
        for s in self.sources() {
            errors.0.extend(s.named_in(ctx, at, texts).await?.0);
        }
        Ok(())
    }
}
