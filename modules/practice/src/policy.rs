//! Who may do what with residents and encounters (domain.md 2.1). County, city and province see no person: they have no
//! rule about any here, their figures come from the measures; of official lists they see numbers (decision 0045). Within a station a worker works on the own people; a colleague finds
//! them and records a visit (decision 0015).

use zw_access::{Action, Reach, Role, Rule};

/// See residents: the station's own people in clear names, the county's centre and the township office masked.
pub const READ: Action = Action("resident.read");
/// Register a resident.
pub const REGISTER: Action = Action("resident.register");
/// See what is of class P3: categories, what was done and found, everything about a child. Whoever took part in an
/// encounter sees it of that encounter's persons as well (`service::sight`).
pub const DETAIL: Action = Action("resident.detail");
/// Correct a resident's record: workers their own people, the head all.
pub const EDIT: Action = Action("resident.edit");
/// Correct the record of somebody no worker answers for.
pub const TAKE_UP: Action = Action("resident.take_up");
/// Give those nobody answers for any more to a worker of the station.
pub const ASSIGN: Action = Action("resident.assign");
/// Take a resident off the register.
pub const CLOSE: Action = Action("resident.close");
/// Merge two records of one person: who sees both by name and answers for the station's register. The county's centre sees
/// them masked and cannot compare (decision 0035).
pub const MERGE: Action = Action("resident.merge");
/// Undo a merge.
pub const UNMERGE: Action = Action("resident.unmerge");
/// Record a consent or a refusal: whoever meets the person, since an answer waits for nobody.
pub const CONSENT: Action = Action("consent.record");
/// Record that a consent was withdrawn: as easily as it was given (PIPL 15).
pub const WITHDRAW: Action = Action("consent.withdraw");
/// Print the notice and consent form of a resident.
pub const CONSENT_FORM: Action = Action("consent.print");
/// See that somebody was asked for a file and refused; no person is in it.
pub const REFUSALS: Action = Action("refusal.read");
/// Record such a refusal.
pub const REFUSE: Action = Action("refusal.record");
/// End one that stands no more.
pub const REFUSAL_END: Action = Action("refusal.end");
/// See one masked field, with a purpose.
pub const REVEAL: Action = Action("resident.reveal");
/// Take a list of residents along as a file, as it is shown: the head with names, who sees none without (domain.md 2.1,
/// decision 0024). Workers do not.
pub const EXPORT: Action = Action("resident.export");
/// See encounters.
pub const ENCOUNTERS: Action = Action("encounter.read");
/// Record an encounter.
pub const RECORD: Action = Action("encounter.record");
/// Correct or void an encounter: workers their own, the head all of the station.
pub const AMEND: Action = Action("encounter.amend");
/// See which official lists there are and their numbers in the own area: of which day, how many, how many on file. No person.
pub const OFFICIAL_READ: Action = Action("official_list.read");
/// Import an official list: the county, which handles its people's data (domain.md 13) and got the list.
pub const OFFICIAL_IMPORT: Action = Action("official_list.import");
/// See by name who stands on a list and is on no file, in the places the own station serves: who registers residents there.
pub const OFFICIAL_NAMES: Action = Action("official_row.read");
/// Take that list along as a file: the head (decision 0024).
pub const OFFICIAL_EXPORT: Action = Action("official_row.export");

/// The rules.
pub const RULES: &[Rule] = &[
    Rule::new(READ, Role::Worker, Reach::Unit),
    Rule::new(READ, Role::StationHead, Reach::Unit),
    Rule::new(READ, Role::CenterStaff, Reach::Area),
    Rule::new(READ, Role::TownOfficer, Reach::Town),
    Rule::new(REGISTER, Role::Worker, Reach::Unit),
    Rule::new(REGISTER, Role::StationHead, Reach::Unit),
    Rule::new(DETAIL, Role::Worker, Reach::Own),
    Rule::new(DETAIL, Role::StationHead, Reach::Unit),
    Rule::new(EDIT, Role::Worker, Reach::Own),
    Rule::new(EDIT, Role::StationHead, Reach::Unit),
    Rule::new(TAKE_UP, Role::Worker, Reach::Unit),
    Rule::new(ASSIGN, Role::StationHead, Reach::Unit),
    Rule::new(CLOSE, Role::StationHead, Reach::Unit),
    Rule::new(MERGE, Role::StationHead, Reach::Unit),
    Rule::new(UNMERGE, Role::StationHead, Reach::Unit),
    Rule::new(CONSENT, Role::Worker, Reach::Unit),
    Rule::new(CONSENT, Role::StationHead, Reach::Unit),
    Rule::new(WITHDRAW, Role::Worker, Reach::Unit),
    Rule::new(WITHDRAW, Role::StationHead, Reach::Unit),
    Rule::new(CONSENT_FORM, Role::Worker, Reach::Unit),
    Rule::new(CONSENT_FORM, Role::StationHead, Reach::Unit),
    Rule::new(REFUSALS, Role::Worker, Reach::Unit),
    Rule::new(REFUSALS, Role::StationHead, Reach::Unit),
    Rule::new(REFUSALS, Role::CenterStaff, Reach::Area),
    Rule::new(REFUSALS, Role::TownOfficer, Reach::Town),
    Rule::new(REFUSE, Role::Worker, Reach::Unit),
    Rule::new(REFUSE, Role::StationHead, Reach::Unit),
    Rule::new(REFUSAL_END, Role::Worker, Reach::Own),
    Rule::new(REFUSAL_END, Role::StationHead, Reach::Unit),
    Rule::new(REVEAL, Role::Worker, Reach::Unit),
    Rule::new(REVEAL, Role::StationHead, Reach::Unit),
    Rule::new(EXPORT, Role::StationHead, Reach::Unit),
    Rule::new(EXPORT, Role::CenterStaff, Reach::Area),
    Rule::new(EXPORT, Role::TownOfficer, Reach::Town),
    Rule::new(OFFICIAL_READ, Role::ProvAdmin, Reach::Area),
    Rule::new(OFFICIAL_READ, Role::CityAdmin, Reach::Area),
    Rule::new(OFFICIAL_READ, Role::CountyAdmin, Reach::Area),
    Rule::new(OFFICIAL_READ, Role::CenterStaff, Reach::Area),
    Rule::new(OFFICIAL_READ, Role::TownOfficer, Reach::Town),
    Rule::new(OFFICIAL_READ, Role::StationHead, Reach::Unit),
    Rule::new(OFFICIAL_READ, Role::Worker, Reach::Unit),
    Rule::new(OFFICIAL_IMPORT, Role::CountyAdmin, Reach::Area),
    Rule::new(OFFICIAL_NAMES, Role::StationHead, Reach::Unit),
    Rule::new(OFFICIAL_NAMES, Role::Worker, Reach::Unit),
    Rule::new(OFFICIAL_EXPORT, Role::StationHead, Reach::Unit),
    Rule::new(ENCOUNTERS, Role::Worker, Reach::Unit),
    Rule::new(ENCOUNTERS, Role::StationHead, Reach::Unit),
    Rule::new(ENCOUNTERS, Role::CenterStaff, Reach::Area),
    Rule::new(RECORD, Role::Worker, Reach::Unit),
    Rule::new(RECORD, Role::StationHead, Reach::Unit),
    Rule::new(AMEND, Role::Worker, Reach::Own),
    Rule::new(AMEND, Role::StationHead, Reach::Unit),
];
