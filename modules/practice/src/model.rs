//! Domain types and pure rules: no SQL, no HTTP.

pub(crate) mod basis;
mod category;
pub mod consent;
mod consent_codes;
mod duplicate;
mod encounter;
mod first_consent;
mod hours;
mod input;
mod join;
mod merge;
pub mod official;
pub mod official_file;
pub mod official_place;
mod refusal;
mod register_codes;
mod resident;
mod rhythm;
pub mod times;

pub use basis::PersonFacts;
pub use category::{CATEGORIES, Category, Guard, category, fits_age, offered};
pub use consent::{Consent, ConsentDraft, ConsentFacts, ConsentInput, Standing, WithdrawInput};
pub use consent_codes::{
    ConsentAnswer, ConsentForm, ConsentScope, ConsentState, FieldGroup, GuardianGround, Notice, RefusalEnd, RefusedWhat,
};
pub use duplicate::{Distinct, Likeness, Shared, Side, Thresholds, Why, likeness, near_initials, swapped};
pub use encounter::{
    Encounter, EncounterDraft, EncounterFacts, EncounterInput, EncounterKind, MAX_TEXT, Mode, Outcome, PersonIn,
    Purpose, SafetyItem, Topic,
};
pub use hours::overlaps;
pub use join::{DIFFERS, join};
pub use merge::{MergeField, MergeInput, MergeReason, Values};
pub use official::{
    AUTHORITIES, ListDraft, ListInput, ListKind, ListOut, ListPage, ListReport, OfficialList, OfficialRow, PlaceOut,
    RATE_RULE, RateOut, RatesPage, UnmatchedOut, listable, rate,
};
pub use refusal::{EndInput, Refusal, RefusalDraft, RefusalFacts, RefusalInput};
pub use register_codes::{
    CloseReason, IdMissing, LegalBasis, MoveKind, Presence, Recognition, ResidentState, Source, Vacancy,
};
pub use resident::{Resident, ResidentDraft, ResidentFacts, ResidentInput};
pub use rhythm::{NoticeVersion, Rhythm, VisitEvery};

pub(crate) use merge::{Kept, may_merge};

pub(crate) use input::{code_of, day_of, listed, number_of};
