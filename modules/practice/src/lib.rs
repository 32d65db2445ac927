//! Practice: the people a station serves and what is done with them. Owns `household`, `resident`,
//! `resident_category`, `consent`, `filing_refusal`, `filing_refusal_category`, `official_list` with its `_row`, `_number` and
//! `_draft`, `resident_move` (the register's ledger), `resident_distinct`, `resident_merge`, `encounter`, `encounter_person` and
//! `encounter_worker`.
//!
//! Rules in one place each: what may be registered (`model::ResidentInput::check`), whose consent stands (`model::consent`), what may be recorded
//! (`model::EncounterInput::parse`, `EncounterDraft::check`), when the next visit is due (`service::schedule`),
//! who sees what (`policy`, the permit's mask, `service::sight`), where official lists and the register meet
//! (`service::official_match`). An encounter is made once and counted once.

mod api;
mod api_official;
pub mod measures;
pub mod model;
pub mod out;
mod pages;
pub mod policy;
pub mod seed;
pub mod service;
mod store;
pub mod ticks;
pub mod views;

pub use measures::Practice;
pub use pages::{search_section, today_section};
pub use service::today::{DraftPerson, draft_persons};
pub use store::neighbour::VillageOption;

use axum::http::Method;
use std::sync::Arc;
use zw_access::SettingDef;
use zw_core::{ConsentId, EncounterId, Key, Paged, RefusalId, ResidentId};
use zw_indicators::Source;
use zw_ui::Lang;
use zw_ui::shell::Area;
use zw_web::{Access, ApiDoc, DraftDef, Items, Module, NavDef, Routes};

/// What the command line may do here.
pub const CLI_ACTIONS: &[&str] = &["official_list.import"];

/// The words of the module.
pub const FTL: [(Lang, &str); 2] =
    [(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

// i18n-keys: practice-assigned
fn page_routes() -> Routes {
    use Access::Action as A;
    use pages::{consents, merge, people, refusals, round, visits};
    Routes::new()
        .get("/people", A(policy::READ), people::list)
        .post("/people", A(policy::REGISTER), people::create)
        .post("/people/assign", A(policy::ASSIGN), people::give)
        .post("/people/export", Access::Fresh(policy::EXPORT), people::export)
        .get("/people/find", A(policy::READ), people::found)
        .post("/people/find", A(policy::READ), people::find)
        .get("/people/new", A(policy::REGISTER), people::new)
        .post("/people/new", A(policy::REGISTER), people::new_named)
        .post("/people/same", A(policy::REGISTER), people::same)
        .get("/people/{county}/{id}", A(policy::READ), people::show)
        .post("/people/{county}/{id}/reveal", A(policy::REVEAL), people::reveal_field)
        .get("/people/{county}/{id}/consents/new", A(policy::CONSENT), consents::new)
        .post("/people/{county}/{id}/consents/new", A(policy::CONSENT), consents::record)
        .get("/people/{county}/{id}/consents/form", A(policy::CONSENT_FORM), consents::paper)
        .get("/consents/{county}/{id}/withdraw", A(policy::WITHDRAW), consents::ask)
        .post("/consents/{county}/{id}/withdraw", A(policy::WITHDRAW), consents::withdraw)
        .get("/refusals", A(policy::REFUSALS), refusals::list)
        .get("/refusals/new", A(policy::REFUSE), refusals::new)
        .post("/refusals/new", A(policy::REFUSE), refusals::record)
        .post("/refusals/{county}/{id}/end", A(policy::REFUSAL_END), refusals::end)
        .get("/people/{county}/{id}/edit", A(policy::EDIT), people::edit)
        .post("/people/{county}/{id}/edit", A(policy::EDIT), people::update)
        .get("/people/{county}/{id}/close", A(policy::CLOSE), people::close)
        .post("/people/{county}/{id}/close", A(policy::CLOSE), people::close_it)
        .get("/people/{county}/{id}/merge/find", A(policy::MERGE), merge::choose)
        .post("/people/{county}/{id}/merge/find", A(policy::MERGE), merge::find)
        .get("/people/{county}/{id}/merge/{other}", A(policy::MERGE), merge::preview)
        .post("/people/{county}/{id}/merge/{other}", A(policy::MERGE), merge::merge_them)
        .post("/people/{county}/{id}/unmerge/{other}", A(policy::UNMERGE), merge::unmerge)
        .get("/people/{county}/{id}/visit", A(policy::RECORD), visits::visit)
        .post("/people/{county}/{id}/visit", A(policy::RECORD), visits::record_visit)
        .get("/visits", A(policy::ENCOUNTERS), visits::list)
        .get("/visits/round", A(policy::RECORD), round::form)
        .post("/visits/round", A(policy::RECORD), round::record)
        .get("/visits/blank", A(policy::RECORD), round::blank)
        .get("/visits/consult", A(policy::RECORD), visits::consult)
        .post("/visits/consult", A(policy::RECORD), visits::record_consult)
        .get("/visits/{county}/{id}", A(policy::ENCOUNTERS), visits::show)
        .get("/visits/{county}/{id}/edit", A(policy::AMEND), visits::edit)
        .post("/visits/{county}/{id}/edit", A(policy::AMEND), visits::update)
        .post("/visits/{county}/{id}/void", A(policy::AMEND), visits::void)
}

fn api_routes() -> Routes {
    use crate::model::{
        ConsentInput, EncounterInput, EndInput, MergeInput, RefusalInput, ResidentInput, WithdrawInput,
    };
    use crate::out::{Duplicates, EncounterOut, PersonCard, RefusalOut};
    use crate::service::assign::{AssignInput, Assigned};
    use crate::service::duplicate::LookInput;
    use crate::service::encounter::{FindEncounters, RoundInput, VoidInput};
    use crate::service::merge::{MergePreview, UnmergeInput};
    use crate::service::refusal::FindRefusals;
    use crate::service::resident::{CloseInput, FilterResidents, FindResidents, ResidentPage};
    use Access::Action as A;
    use zw_access::reveal::{RevealInput, Revealed};
    const RESIDENTS: &str = "/api/v1/residents";
    const RESIDENT: &str = "/api/v1/residents/{county}/{id}";
    const MERGE: &str = "/api/v1/residents/{county}/{id}/merge/{other}";
    const ENCOUNTERS: &str = "/api/v1/encounters";
    const ENCOUNTER: &str = "/api/v1/encounters/{county}/{id}";
    Routes::new()
        .api(
            Method::GET,
            RESIDENTS,
            A(policy::READ),
            ApiDoc::json::<Paged<PersonCard>>("Residents").query::<FilterResidents>(),
            api::residents,
        )
        .api(
            Method::POST,
            "/api/v1/residents/search",
            A(policy::READ),
            ApiDoc::json::<Paged<PersonCard>>("Residents by name, pinyin or village").body::<FindResidents>(),
            api::search_residents,
        )
        .api(
            Method::POST,
            RESIDENTS,
            A(policy::REGISTER),
            ApiDoc::created::<Key<ResidentId>>("Register a resident").sent::<ResidentInput>(),
            api::register_resident,
        )
        .api(
            Method::POST,
            "/api/v1/residents/duplicates",
            A(policy::REGISTER),
            ApiDoc::json::<Duplicates>("Who on file may be the person, before anything is registered")
                .body::<LookInput>(),
            api::duplicates,
        )
        .api(
            Method::POST,
            "/api/v1/residents/assign",
            A(policy::ASSIGN),
            ApiDoc::json::<Assigned>("Give those nobody answers for any more, with one worker named, to another")
                .sent::<AssignInput>(),
            api::assign_residents,
        )
        .api(
            Method::GET,
            RESIDENT,
            A(policy::READ),
            ApiDoc::json::<ResidentPage>("A resident with household and encounters"),
            api::resident,
        )
        .api(
            Method::PUT,
            RESIDENT,
            A(policy::EDIT),
            ApiDoc::json::<Key<ResidentId>>("Correct a resident's record").sent::<ResidentInput>(),
            api::correct_resident,
        )
        .api(
            Method::POST,
            "/api/v1/residents/{county}/{id}/close",
            A(policy::CLOSE),
            ApiDoc::done("Take a resident off the register").sent::<CloseInput>(),
            api::close_resident,
        )
        .api(
            Method::POST,
            "/api/v1/residents/{county}/{id}/consents",
            A(policy::CONSENT),
            ApiDoc::created::<Key<ConsentId>>("Record a consent or a refusal of somebody on file")
                .sent::<ConsentInput>(),
            api::record_consent,
        )
        .api(
            Method::POST,
            "/api/v1/consents/{county}/{id}/withdraw",
            A(policy::WITHDRAW),
            ApiDoc::json::<Key<ResidentId>>("Record that a consent was withdrawn").sent::<WithdrawInput>(),
            api::withdraw_consent,
        )
        .api(
            Method::GET,
            "/api/v1/refusals",
            A(policy::REFUSALS),
            ApiDoc::json::<Paged<RefusalOut>>("Refusals of a file, which name nobody").query::<FindRefusals>(),
            api::refusals,
        )
        .api(
            Method::POST,
            "/api/v1/refusals",
            A(policy::REFUSE),
            ApiDoc::created::<Key<RefusalId>>("Record that somebody was asked for a file and refused")
                .sent::<RefusalInput>(),
            api::record_refusal,
        )
        .api(
            Method::POST,
            "/api/v1/refusals/{county}/{id}/end",
            A(policy::REFUSAL_END),
            ApiDoc::done("End a refusal that stands no more").sent::<EndInput>(),
            api::end_refusal,
        )
        .api(
            Method::GET,
            MERGE,
            A(policy::MERGE),
            ApiDoc::json::<MergePreview>("Two records side by side; the one named last would be merged into the other"),
            api::merge_preview,
        )
        .api(
            Method::POST,
            MERGE,
            A(policy::MERGE),
            ApiDoc::json::<Key<ResidentId>>("Merge the record named last into the other").sent::<MergeInput>(),
            api::merge_residents,
        )
        .api(
            Method::POST,
            "/api/v1/residents/{county}/{id}/unmerge/{other}",
            A(policy::UNMERGE),
            ApiDoc::json::<Key<ResidentId>>("Undo a merge: the record named last is one of its own again")
                .sent::<UnmergeInput>(),
            api::unmerge_residents,
        )
        .api(
            Method::POST,
            "/api/v1/residents/{county}/{id}/reveal",
            A(policy::REVEAL),
            ApiDoc::json::<Revealed>("Show one masked field, with a purpose; audited").body::<RevealInput>(),
            api::reveal,
        )
        .api(
            Method::GET,
            ENCOUNTERS,
            A(policy::ENCOUNTERS),
            ApiDoc::json::<Paged<EncounterOut>>("Encounters, newest first").query::<FindEncounters>(),
            api::encounters,
        )
        .api(
            Method::POST,
            ENCOUNTERS,
            A(policy::RECORD),
            ApiDoc::created::<Key<EncounterId>>("Record a visit or a consultation").sent::<EncounterInput>(),
            api::record_encounter,
        )
        .api(
            Method::POST,
            "/api/v1/encounters/round",
            A(policy::RECORD),
            ApiDoc::created::<Items<Key<EncounterId>>>("Record a day's round: all of its encounters or none")
                .sent::<RoundInput>(),
            api::record_round,
        )
        .api(
            Method::GET,
            ENCOUNTER,
            A(policy::ENCOUNTERS),
            ApiDoc::json::<EncounterOut>("An encounter"),
            api::encounter,
        )
        .api(
            Method::PUT,
            ENCOUNTER,
            A(policy::AMEND),
            ApiDoc::json::<Key<EncounterId>>("Correct an encounter").sent::<api::EncounterCorrection>(),
            api::correct_encounter,
        )
        .api(
            Method::POST,
            "/api/v1/encounters/{county}/{id}/void",
            A(policy::AMEND),
            ApiDoc::done("Declare an encounter void").sent::<VoidInput>(),
            api::void_encounter,
        )
}

// i18n-keys: practice-draft-visit practice-draft-visit-edit practice-draft-resident practice-draft-resident-edit
// i18n-keys: practice-draft-consult
const DRAFTS: &[DraftDef] = &[
    DraftDef { prefix: "visit-", label: "practice-draft-visit", href: "" },
    DraftDef { prefix: "visit-edit-", label: "practice-draft-visit-edit", href: "" },
    DraftDef { prefix: "resident-new", label: "practice-draft-resident", href: "/people/new" },
    DraftDef { prefix: "resident-edit-", label: "practice-draft-resident-edit", href: "" },
    DraftDef { prefix: "round", label: "practice-draft-round", href: "/visits/round" },
    DraftDef { prefix: "consult-new", label: "practice-draft-consult", href: "/visits/consult" },
];

/// What the module brings to the site.
pub fn module() -> Module {
    Module {
        name: "practice",
        routes: page_routes().and(pages::official::routes()).and(api_routes()).and(api_official::routes()),
        policy: policy::RULES,
        settings: vec![
            SettingDef::of::<model::Rhythm>(),
            SettingDef::of::<model::Thresholds>(),
            SettingDef::of::<model::NoticeVersion>(),
            SettingDef::of::<model::Notice>(),
        ],
        ftl: &FTL,
        drafts: DRAFTS,
        named: Some(service::told::NAMED),
        nav: vec![
            NavDef { area: Area::Service, href: "/people", label: "practice-people", actions: &[policy::READ] },
            NavDef {
                area: Area::Service,
                href: "/official-lists",
                label: "practice-official",
                actions: &[policy::OFFICIAL_READ],
            },
            NavDef { area: Area::Service, href: "/visits", label: "practice-visits", actions: &[policy::ENCOUNTERS] },
        ],
    }
}

/// The module's measures, for the registry.
pub fn source() -> Arc<dyn Source> {
    Arc::new(Practice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_complete() {
        assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
    }

    #[test]
    fn every_view_draws_its_sample() {
        zw_ui::I18n::install(&FTL);
        for lang in Lang::ALL {
            for (name, m) in [
                ("today", views::today::sample(lang)),
                ("people", views::people::sample(lang)),
                ("assign", views::assign::sample(lang)),
                ("merge", views::merge::sample(lang)),
                ("consent", views::consent::sample(lang)),
                ("refusals", views::refusals::sample(lang)),
                ("official", views::official::sample(lang)),
                ("official_import", views::official_import::sample(lang)),
                ("visit", views::visit::sample(lang)),
                ("visits", views::visits::sample(lang)),
                ("register", views::register::sample(lang)),
                ("round", views::round::sample(lang)),
            ] {
                zw_ui::gallery::lint(&m.into_string()).unwrap_or_else(|e| panic!("{name} {lang:?}: {e}"));
            }
        }
    }
}
