//! What a visit needs of the record of whom it was made to: a basis on its day.

use super::Standing;
use zw_core::{Day, FieldErrors, ResidentId, UnitId};

/// What is known of a resident on the way to a check.
#[derive(Clone, Copy, Debug)]
pub struct PersonFacts {
    /// Resident.
    pub id: ResidentId,
    /// Station.
    pub unit: UnitId,
    /// On file from.
    pub filed_on: Day,
    /// On file until.
    pub closed_on: Option<Day>,
    /// What the record lacks on the day to be worked with, if it rests on a consent.
    pub lacks: Option<Standing>,
    /// Whether it lacks the consent to what is of class P3.
    pub lacks_sensitive: bool,
}

impl PersonFacts {
    /// Without a basis nothing more is recorded (PRIV-2): a new one comes first. `noted`: something of class P3 is written.
    pub(super) fn borne(&self, noted: bool, e: &mut FieldErrors) {
        let (code, on) = match self.lacks {
            None if noted && self.lacks_sensitive && e.of("state_note").is_none() => {
                return e.add("state_note", "visit-note-consent");
            }
            None => return,
            Some(Standing::Expired(until)) => ("visit-consent-ended", until.to_string()),
            Some(Standing::Withdrawn(on)) => ("visit-consent-withdrawn", on.to_string()),
            Some(Standing::Refused(on)) => ("visit-consent-refused", on.to_string()),
            Some(Standing::Unasked | Standing::NotGuardian | Standing::Given(_)) => {
                return e.add("persons", "visit-consent-none");
            }
        };
        e.add_with("persons", code, &[("until", &on)]);
    }
}
