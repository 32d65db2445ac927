//! What the network adds to the first page and to the search.

use crate::model::sheet::{BuildOut, SheetOut};
use crate::policy;
use crate::service::{figures, gaps, sheets, targets, units};
use crate::views::home as views;
use zw_access::Ctx;
use zw_core::Result;
use zw_ui::{Lang, Markup, Status};

/// Townships shown at most.
const SHOWN: usize = 6;

/// Keepers of sheets see the townships that are overdue or stuck; who only reads a county's sheets and targets (a linked
/// cadre) sees how it stands against its plan, and other readers of a county its headline figures. Above the county the
/// wall's figures stand on the first page instead. Counties and cities hear first of stations without
/// staff and of units that have been suspended too long.
pub async fn today_section(ctx: &Ctx, lang: Lang) -> Result<Option<Markup>> {
    let rest = area_section(ctx, lang).await?;
    if !ctx.can(policy::UNIT_ALARM) {
        return Ok(rest);
    }
    let (gaps, alarms) = (gaps::in_area(ctx).await?, units::suspended_too_long(ctx).await?);
    if gaps.is_empty() && alarms.is_empty() {
        return Ok(rest);
    }
    Ok(Some(maud::html! {
        @if !gaps.is_empty() { (crate::views::gaps::today(lang, &gaps, ctx.today())) }
        @if !alarms.is_empty() { (views::suspended(lang, &alarms)) }
        @if let Some(m) = rest { (m) }
    }))
}

async fn area_section(ctx: &Ctx, lang: Lang) -> Result<Option<Markup>> {
    if ctx.can(policy::SHEET_EDIT)
        && let Some(county) =
            ctx.permit::<BuildOut>(policy::SHEET_EDIT).ok().and_then(|_| sheets::counties(ctx).ok()?.first().copied())
    {
        let found = sheets::of_county(ctx, county).await?;
        let (built, all) = (found.sheets.iter().filter(|s| s.built).count(), found.sheets.len());
        let rank = |s: &SheetOut| match s.status {
            Status::Overdue => 0,
            Status::Behind => 1,
            _ => 2,
        };
        let mut list: Vec<SheetOut> = found.sheets.into_iter().filter(|s| rank(s) < 2).collect();
        list.sort_by_key(|s| (rank(s), s.due_on, s.township_id));
        list.truncate(SHOWN);
        return Ok(Some(views::sheets(lang, &list, built, all)));
    }
    if !ctx.above_county() && ctx.can(policy::SHEET_READ) && ctx.can(policy::TARGET_READ) {
        let today = ctx.today();
        let mut parts = vec![];
        for county in sheets::counties(ctx)?.into_iter().filter(|c| targets::opens(ctx, *c)) {
            let found = sheets::of_county(ctx, county).await?;
            let lines = targets::lines(ctx, county).await?;
            parts.push(views::watched(lang, &found, &lines, today));
        }
        return Ok((!parts.is_empty()).then(|| maud::html! { @for p in &parts { (p) } }));
    }
    if !ctx.above_county()
        && ctx.can(policy::FIGURES)
        && let Some(area) = targets::own_area(ctx)
    {
        let f = figures::figures(ctx, ctx.today(), Some(area)).await?;
        return Ok(Some(views::figures(lang, &f, &area.to_string())));
    }
    Ok(None)
}

/// Units found by name or pinyin initials, within the reader's scope.
pub async fn search_section(ctx: &Ctx, lang: Lang, text: &str) -> Result<Option<Markup>> {
    let page = units::suggest(ctx, text, 8).await?;
    if page.items.is_empty() {
        return Ok(None);
    }
    let encoded: String = text
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    Ok(Some(views::found(lang, &page.items, page.total, &format!("/units?q={encoded}"))))
}
