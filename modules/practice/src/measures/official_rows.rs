//! The rows behind the denominator of 建档率: one for each list in force, with its day, its source and its numbers. No person:
//! whoever may see figures sees them; the list's own page opens where the reader has it.

use super::official;
use crate::model::{OfficialList, rate};
use crate::policy;
use crate::service::sight::permit_of;
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::{Day, PageReq, Result};
use zw_indicators::{Area, Cell, RowOut, RowsOut};
use zw_ui::Lang;

// i18n-keys: practice-col-county practice-col-category practice-col-list-date practice-col-authority practice-col-listed
// i18n-keys: practice-col-refused practice-col-on-file practice-col-rate
const COLUMNS: [&str; 8] = [
    "practice-col-county",
    "practice-col-category",
    "practice-col-list-date",
    "practice-col-authority",
    "practice-col-listed",
    "practice-col-refused",
    "practice-col-on-file",
    "practice-col-rate",
];

/// A code in both languages.
fn coded(list: &str, code: &str) -> Cell {
    let word = |lang: Lang| lang.t_or(&format!("practice-{list}-{code}"), code);
    Cell::Code { code: code.to_owned(), zh: word(Lang::ZhCn), en: word(Lang::En) }
}

/// The lists in force of an area.
pub(super) async fn lists(ctx: &Ctx, area: &Area, day: Day, page: PageReq) -> Result<RowsOut> {
    let open = permit_of::<OfficialList>(ctx, policy::OFFICIAL_READ)?;
    let mut c = ctx.read().await?;
    let all = official::bases(&mut c, area, day).await?;
    drop(c);
    let all: Vec<_> = all.into_iter().filter(|b| b.listed.is_some()).collect();
    let view = ctx.tree().as_of(day);
    let (skip, take) = (usize::try_from(page.offset()).unwrap_or(0), usize::try_from(page.limit()).unwrap_or(50));
    let rows = all.iter().skip(skip).take(take).map(|b| {
        let l = &b.list;
        RowOut {
            cells: vec![
                view.get(l.county_id).map(|v| v.name.clone()).unwrap_or_default().into(),
                coded("category", &l.category),
                l.list_date.to_string().into(),
                coded("basis", l.authority.code()),
                b.listed.unwrap_or(0).to_string().into(),
                b.refused.to_string().into(),
                b.on_file.to_string().into(),
                rate(b.on_file, b.due()).unwrap_or_default().into(),
            ],
            href: open
                .as_ref()
                .is_some_and(|p| p.reads_county(l.county_id))
                .then(|| format!("/official-lists/{}/{}", l.county_id, l.id)),
        }
    });
    let rows = rows.collect();
    let total = i64::try_from(all.len()).unwrap_or(0);
    Ok(RowsOut { columns: COLUMNS.iter().map(|c| (*c).to_owned()).collect(), rows, total, partly_hidden: false })
}
