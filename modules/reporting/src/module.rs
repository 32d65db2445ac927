//! What this module brings to the site.

use crate::board::model::Board;
use crate::board::pages as board;
use crate::board::service::BoardQuery;
use crate::cycle::Cycle;
use crate::direct::Direct;
use crate::figure::out::FigurePage;
use crate::figure::pages as figure;
use crate::figure::series::{SeriesOut, SeriesQuery};
use crate::figure::service::FigureQuery;
use crate::measures::ReportSource;
use crate::pass_on::PassOn;
use crate::pass_on::service::{PassOnInput, PassOnReview};
use crate::policy::{self, *};
use crate::report::chain::{ExemptInput, ReviewInput};
use crate::report::out::{DraftOut, ReportListOut, ReportOut, ReportPage};
use crate::report::owed::Today;
use crate::report::read::ListQuery;
use crate::report::service::{ReportInput, ReportQuery};
use crate::report::{api, pages};
use axum::http::Method;
use std::sync::Arc;
use zw_access::{Action, SettingDef};
use zw_core::Paged;
use zw_indicators::Source;
use zw_ui::Lang;
use zw_ui::shell::Area;
use zw_web::{Access, ApiDoc, DraftDef, Module, NavDef, Routes};

/// Words of the module.
pub const FTL: &[(Lang, &str)] =
    &[(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

const WRITE: Access = Access::AnyOf(&[WRITE_COUNTY, WRITE_STATION]);
const SUBMIT: Access = Access::AnyOf(&[SUBMIT_COUNTY, SUBMIT_STATION]);
const REVIEW: Access = Access::AnyOf(&[REVIEW_STATION, REVIEW_COUNTY, REVIEW_DIRECT]);
const EXEMPT: Access = Access::AnyOf(&[EXEMPT_STATION, EXEMPT_COUNTY, EXEMPT_DIRECT]);
const PASS_ON: Access = Access::AnyOf(&[PASS_ON_COUNTY, PASS_ON_CITY]);
const DECIDE: Access = Access::AnyOf(&[REVIEW_PASS_ON, REVIEW_PASS_ON_PROVINCE]);
/// Actions of those who have a part in the chain.
pub(crate) const PARTS: &[Action] = &[
    WRITE_COUNTY,
    WRITE_STATION,
    REVIEW_STATION,
    REVIEW_COUNTY,
    REVIEW_DIRECT,
    REVIEW_PASS_ON,
    REVIEW_PASS_ON_PROVINCE,
];

/// This module's measures.
pub fn source() -> Arc<dyn Source> {
    Arc::new(ReportSource::default())
}

/// Pages, API, rules, words and navigation.
pub fn module() -> Module {
    let nav = |href, label, actions| NavDef { area: Area::Reporting, href, label, actions };
    Module {
        name: "reporting",
        routes: page_routes().and(api_routes()),
        policy: policy::RULES,
        settings: vec![SettingDef::of::<Cycle>(), SettingDef::of::<Direct>()],
        ftl: FTL,
        drafts: &[DraftDef { prefix: "report-", label: "reporting-draft", href: "" }],
        named: Some(crate::report::told::NAMED),
        nav: vec![
            nav("/reports", "reporting-nav-owed", PARTS),
            nav("/board", "reporting-nav-board", &[BOARD]),
            nav("/reports/list", "reporting-nav-list", &[READ]),
        ],
    }
}

fn page_routes() -> Routes {
    Routes::new()
        .get("/reports", Access::AnyOf(PARTS), pages::owed)
        .get("/reports/list", Access::Action(READ), pages::list)
        .post("/reports/list/export", Access::Action(READ), pages::export)
        .get("/reports/edit", WRITE, pages::edit)
        .post("/reports/edit", WRITE, pages::post)
        .get("/reports/{county}/{id}", Access::Action(READ), pages::one)
        .post("/reports/{county}/{id}/approve", REVIEW, pages::approve)
        .post("/reports/{county}/{id}/return", REVIEW, pages::send_back)
        .get("/board", Access::Action(BOARD), board::show)
        .post("/board/export", Access::Action(BOARD), board::export)
        .post("/board/pass-on", PASS_ON, board::pass_on)
        .post("/board/review", DECIDE, board::review)
        .get("/board/exempt", EXEMPT, board::exempt_form)
        .post("/board/exempt", EXEMPT, board::exempt)
        .get("/figures/area-picker", Access::Action(FIGURE), figure::area_picker)
        .get("/figures/{key}", Access::Action(FIGURE), figure::show)
}

fn api_routes() -> Routes {
    let at = "/api/v1/reports/{county}/{id}";
    Routes::new()
        .api(
            Method::GET,
            "/api/v1/reports",
            Access::Action(READ),
            ApiDoc::json::<Paged<ReportListOut>>("Reports within the reader's scope, newest period first")
                .query::<ListQuery>(),
            api::list,
        )
        .api(
            Method::GET,
            "/api/v1/reports/today",
            Access::AnyOf(PARTS),
            ApiDoc::json::<Today>("What the reader owes, what came back, what waits for a decision"),
            api::owed,
        )
        .api(
            Method::GET,
            "/api/v1/reports/draft",
            WRITE,
            ApiDoc::json::<DraftOut>("The draft of a report, filled by the system").query::<ReportQuery>(),
            api::draft,
        )
        .api(
            Method::POST,
            "/api/v1/reports/draft",
            WRITE,
            ApiDoc::json::<ReportOut>("Save the draft of a report").sent::<ReportInput>(),
            api::save,
        )
        .api(
            Method::POST,
            "/api/v1/reports",
            SUBMIT,
            ApiDoc::json::<ReportOut>("Confirm and submit a report; its cells are frozen").sent::<ReportInput>(),
            api::submit,
        )
        .api(
            Method::POST,
            "/api/v1/reports/amend",
            SUBMIT,
            ApiDoc::json::<ReportOut>("Correct a locked report: a new version, the old one is kept")
                .sent::<ReportInput>(),
            api::amend,
        )
        .api(
            Method::POST,
            "/api/v1/reports/exempt",
            EXEMPT,
            ApiDoc::json::<ReportOut>("Excuse a unit from one report").sent::<ExemptInput>(),
            api::exempt,
        )
        .api(Method::GET, at, Access::Action(READ), ApiDoc::json::<ReportPage>("A report with its history"), api::get)
        .api(
            Method::POST,
            "/api/v1/reports/{county}/{id}/approve",
            REVIEW,
            ApiDoc::json::<ReportOut>("Approve a report").sent::<ReviewInput>(),
            api::approve,
        )
        .api(
            Method::POST,
            "/api/v1/reports/{county}/{id}/return",
            REVIEW,
            ApiDoc::json::<ReportOut>("Return a report with a reason").sent::<ReviewInput>(),
            api::send_back,
        )
        .api(
            Method::POST,
            "/api/v1/pass-on",
            PASS_ON,
            ApiDoc::json::<PassOn>("Pass on what came in to the tier above").sent::<PassOnInput>(),
            api::pass_on,
        )
        .api(
            Method::POST,
            "/api/v1/pass-on/review",
            DECIDE,
            ApiDoc::json::<PassOn>("Approve or return what was passed on").sent::<PassOnReview>(),
            api::review_pass_on,
        )
        .api(
            Method::GET,
            "/api/v1/board",
            Access::Action(BOARD),
            ApiDoc::json::<Board>("The board of a county, city or province for a period").query::<BoardQuery>(),
            api::board,
        )
        .api(
            Method::GET,
            "/api/v1/figures/{key}",
            Access::Action(FIGURE),
            ApiDoc::json::<FigurePage>("What stands behind a figure").query::<FigureQuery>(),
            api::figure,
        )
        .api(
            Method::GET,
            "/api/v1/figures/{key}/series",
            Access::Action(FIGURE),
            ApiDoc::json::<SeriesOut>("A figure at the end of each of the last weeks").query::<SeriesQuery>(),
            api::series,
        )
}
