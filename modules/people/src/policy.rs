//! What may be done with workers and postings, and by whom (domain.md 2 and 2.1). Province and city see figures of
//! the workforce, never a person.

use zw_access::{Action, Reach, Role, Rule};

/// See workers: names in clear (staffing is of class P1), numbers and telephones masked.
pub const WORKER_READ: Action = Action("worker.read");
/// Register workers, change what is written about them, note certificates.
pub const WORKER_WRITE: Action = Action("worker.write");
/// See one masked field of a worker, with a purpose that is recorded.
pub const WORKER_REVEAL: Action = Action("worker.reveal");
/// Post a worker to a unit, end a posting.
pub const POSTING_WRITE: Action = Action("posting.write");

/// Correct a posting that was typed wrong, take back one entered by mistake.
pub const POSTING_CORRECT: Action = Action("posting.correct");
/// Correct a certificate that was typed wrong, take back one entered by mistake.
pub const CERTIFICATE_CORRECT: Action = Action("certificate.correct");

use Reach::{Area, Own, Town, Unit};
use Role::{CenterStaff, CountyAdmin, StationHead, TownOfficer, Worker};

/// This module's rules.
pub const RULES: &[Rule] = &[
    Rule::new(WORKER_READ, CountyAdmin, Area),
    Rule::new(WORKER_READ, CenterStaff, Area),
    Rule::new(WORKER_READ, TownOfficer, Town),
    Rule::new(WORKER_READ, StationHead, Unit),
    Rule::new(WORKER_READ, Worker, Own),
    Rule::new(WORKER_WRITE, CountyAdmin, Area),
    Rule::new(WORKER_WRITE, CenterStaff, Area),
    Rule::new(WORKER_REVEAL, CountyAdmin, Area),
    Rule::new(WORKER_REVEAL, CenterStaff, Area),
    Rule::new(WORKER_REVEAL, StationHead, Unit),
    Rule::new(POSTING_WRITE, CountyAdmin, Area),
    Rule::new(POSTING_WRITE, CenterStaff, Area),
    Rule::new(POSTING_CORRECT, CountyAdmin, Area),
    Rule::new(POSTING_CORRECT, CenterStaff, Area),
    Rule::new(CERTIFICATE_CORRECT, CountyAdmin, Area),
    Rule::new(CERTIFICATE_CORRECT, CenterStaff, Area),
];
