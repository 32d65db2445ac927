//! Domain types and pure rules: no SQL, no HTTP.

mod category;
mod encounter;
mod input;
mod resident;
mod rhythm;

pub use category::{CATEGORIES, Category, Guard, category, fits_age, offered};
pub use encounter::{
    Encounter, EncounterDraft, EncounterFacts, EncounterInput, EncounterKind, MAX_TEXT, Mode, Outcome, PersonFacts,
    PersonIn, Purpose, SafetyItem, Topic, overlaps,
};
pub use resident::{
    CloseReason, IdMissing, LegalBasis, MoveKind, Presence, Recognition, Resident, ResidentDraft, ResidentFacts,
    ResidentInput, ResidentState, Source, Vacancy,
};
pub use rhythm::{Rhythm, VisitEvery};

pub(crate) use input::{code_of, day_of, listed, number_of};
