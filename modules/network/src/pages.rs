//! Pages: parse, call a service, redirect or show again.

pub mod divisions;
pub mod home;
pub mod sheets;
pub mod targets;
pub mod units;

use crate::policy;
use zw_web::{Access, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/divisions", Access::Action(policy::DIVISION_READ), divisions::browse)
        .get("/divisions/import", Access::Action(policy::DIVISION_IMPORT), divisions::import_form)
        .upload("/divisions/import", Access::Action(policy::DIVISION_IMPORT), divisions::import)
        .post("/divisions/{division}/count", Access::Action(policy::DIVISION_COUNT), divisions::count)
        .get("/units", Access::Action(policy::UNIT_READ), units::list)
        .post("/units", Access::Action(policy::UNIT_CREATE), units::create)
        .post("/units/export", Access::Action(policy::UNIT_READ), units::export)
        .get("/units/new", Access::Action(policy::UNIT_CREATE), units::new)
        .get("/units/{id}", Access::Action(policy::UNIT_READ), units::file)
        .post("/units/{id}", Access::Action(policy::UNIT_EDIT), units::save)
        .get("/units/{id}/edit", Access::Action(policy::UNIT_EDIT), units::edit)
        .post("/units/{id}/state", Access::AnyOf(&[policy::UNIT_ADVANCE, policy::UNIT_DECIDE]), units::move_to)
        .post("/units/{id}/coverage", Access::Action(policy::UNIT_CREATE), units::cover)
        .post("/units/{id}/gap", Access::Action(policy::UNIT_GAP), units::note_gap)
        .post("/units/{id}/caretaker", Access::Action(policy::UNIT_DECIDE), units::take_care)
        .get("/build-out", Access::Action(policy::SHEET_READ), sheets::counties)
        .get("/build-out/{county}", Access::Action(policy::SHEET_READ), sheets::county)
        .post("/build-out/{county}/export", Access::Action(policy::SHEET_READ), sheets::export)
        .get("/build-out/{county}/{town}", Access::Action(policy::SHEET_READ), sheets::sheet)
        .post("/build-out/{county}/{town}", Access::Action(policy::SHEET_EDIT), sheets::save)
        .post(
            "/build-out/{county}/{town}/obstacles/{id}/close",
            Access::Action(policy::SHEET_EDIT),
            sheets::close_obstacle,
        )
        .post("/build-out/{county}/{town}/accept", Access::Action(policy::SHEET_ACCEPT), sheets::accept)
        .post("/build-out/{county}/{town}/reopen", Access::Action(policy::SHEET_ACCEPT), sheets::reopen)
        .get("/targets", Access::Action(policy::TARGET_READ), targets::page)
        .post("/targets", Access::Action(policy::TARGET_SET), targets::set)
        .get("/targets/{id}/delete", Access::Action(policy::TARGET_SET), targets::back)
        .post("/targets/{id}/delete", Access::Action(policy::TARGET_SET), targets::delete)
}
