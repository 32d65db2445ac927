//! Reporting: who owes which report by when, the drafts the system fills, the chain from county to province, the
//! boards, and the page behind every figure.
//!
//! Tables: `report`, `report_event`, `pass_on`, `period_lock`, `month_gate`. A report is a dated attestation: on submission its cells are frozen
//! with value, rule version and as-of; live figures always come from the measures. Setting: `reporting.cycle`.

pub mod board;
pub mod confirmed;
pub mod cycle;
pub mod direct;
pub mod figure;
pub mod how;
pub mod measures;
mod module;
pub mod pass_on;
pub mod policy;
pub mod report;
mod said;
pub mod samples;
pub mod seed;
pub mod ticks;
mod words;

use zw_core::tree::DivisionKind;

pub use measures::ReportSource;
pub use module::{FTL, module, source};
pub use report::owed::{Today, report_today_section};

/// Divisions down to the county whose name holds a text, or whose pinyin begins with it, and whose board the reader may
/// open: the first eight, the widest first.
pub fn boards_named(ctx: &zw_access::Ctx, text: &str) -> Vec<(zw_core::DivisionId, String)> {
    let Ok(permit) = ctx.permit::<report::model::ReportRow>(policy::BOARD) else { return vec![] };
    let wanted = zw_core::names::Wanted::all(text);
    if wanted.is_empty() {
        return vec![];
    }
    let view = ctx.tree().as_of(ctx.today());
    let mut found: Vec<_> = view
        .iter()
        .filter(|d| d.kind <= DivisionKind::County && wanted.iter().all(|w| w.fits(&d.name)))
        .filter(|d| zw_network::service::area::inside(&view, &permit, d.id))
        .map(|d| (d.kind, d.id))
        .collect();
    found.sort_unstable();
    found.into_iter().take(8).map(|(_, id)| (id, view.path_name(id))).collect()
}

/// What the reader owes, what came back and what waits for a decision, for the first page; for readers of a county without
/// a part in the chain how the county stands with its last week.
pub async fn today_section(ctx: &zw_access::Ctx, lang: zw_ui::Lang) -> zw_core::Result<Option<maud::Markup>> {
    if ctx.can(policy::BOARD) && !ctx.above_county() && !module::PARTS.iter().any(|a| ctx.can(*a)) {
        // A county of this week alone has no last week: the first page does without the card.
        return match board::service::board(ctx, &board::service::BoardQuery::default()).await {
            Ok(board) => Ok(Some(board::views::week_card(lang, &board))),
            Err(zw_core::Error::NotFound) => Ok(None),
            Err(e) => Err(e),
        };
    }
    let today = report_today_section(ctx).await?;
    Ok((today != Today::default()).then(|| report::views::today(lang, &today)))
}
