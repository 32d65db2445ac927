//! The wall's matrices: counties by milestones and by weeks.

use super::{Asked, Facts, status_of, trend_days};
use crate::model::wall::{
    Basis, MATRIX_WEEKS, MILESTONES, MatrixCellOut, MatrixOut, MatrixRowOut, PASSED, milestone_status,
};
use std::collections::HashMap;
use zw_core::tree::{Tree, View};
use zw_core::{Day, DivisionId, Result};
use zw_db::Conn;
use zw_indicators::confirmed::Part;
use zw_indicators::{Measures, Span, keys};
use zw_ui::Status;

fn row_head(view: &View, c: DivisionId, cells: Vec<MatrixCellOut>) -> MatrixRowOut {
    MatrixRowOut {
        division: c.0,
        name: view.get(c).map(|v| v.name.clone()).unwrap_or_default(),
        group: view.city_of(c).and_then(|g| view.get(g)).map(|g| g.name.clone()).unwrap_or_default(),
        cells,
    }
}

/// Counties by milestones, and beside them how many acceptances of the year passed; these no report carries and no
/// plan counts.
pub(super) fn milestones(view: &View, f: &Facts, attempts: &HashMap<(&'static str, DivisionId), i64>) -> MatrixOut {
    let rows = f.counties.iter().map(|c| {
        let den = f.live(keys::TOWNSHIPS_COUNTED, *c);
        let cells = MILESTONES.iter().map(|(code, key)| {
            let shown = f.value(key, *c);
            let num = shown.value;
            let (own, planned) = status_of(f, keys::TOWNSHIPS_COVERED, *c, shown, f.as_of);
            // Acceptance has the plan itself; what stands before it owes as much.
            let status = if *code == "acceptance" && den > 0 { own } else { milestone_status(num, den, planned) };
            MatrixCellOut { num, den, status: Some(status), confirmed: shown.confirmed }
        });
        let of_year = |key| attempts.get(&(key, *c)).copied().unwrap_or(0);
        let (num, den) = (of_year(keys::ACCEPTANCES_PASSED), of_year(keys::ACCEPTANCES_SUBMITTED));
        let passed = MatrixCellOut { num, den, status: None, confirmed: false };
        row_head(view, *c, cells.chain([passed]).collect())
    });
    let cols = MILESTONES.iter().map(|(code, _)| (*code).to_owned()).chain([PASSED.to_owned()]);
    MatrixOut { cols: cols.collect(), rows: rows.collect() }
}

/// Coverage by week: what counties had confirmed by then, registers where they had confirmed nothing; or the registers
/// alone on the live wall.
pub(super) async fn weeks(
    conn: &mut Conn,
    tree: &Tree,
    m: &Measures,
    a: &Asked,
    f: &Facts,
    today: Day,
) -> Result<MatrixOut> {
    let all = trend_days(a.as_of, today);
    let days: Vec<Day> = all.iter().rev().take(MATRIX_WEEKS).rev().copied().collect();
    let wanted = [keys::TOWNSHIPS_COVERED, keys::TOWNSHIPS_COUNTED];
    let mut columns = vec![];
    for d in &days {
        columns.push(match a.basis {
            Basis::Confirmed => m.above_county(conn, tree, &wanted, &f.counties, *d).await?,
            Basis::Live => {
                let found = m.by_county(conn, tree, &wanted, &f.counties, Span::on(*d)).await?;
                let live = |value| Part { value, as_of: *d, confirmed: false, at: None };
                found.into_iter().map(|(at, value)| (at, live(value))).collect()
            }
        });
    }
    let view = tree.as_of(a.as_of);
    let rows = f.counties.iter().map(|c| {
        let cells = days.iter().zip(&columns).map(|(d, found)| {
            let none = Part { value: 0, as_of: *d, confirmed: false, at: None };
            let get = |k| found.get(&(k, *c)).copied().unwrap_or(none);
            let (shown, den) = (get(keys::TOWNSHIPS_COVERED), get(keys::TOWNSHIPS_COUNTED).value);
            let status = if den == 0 { Status::NoData } else { status_of(f, keys::TOWNSHIPS_COVERED, *c, shown, *d).0 };
            MatrixCellOut { num: shown.value, den, status: Some(status), confirmed: shown.confirmed }
        });
        row_head(&view, *c, cells.collect())
    });
    Ok(MatrixOut { cols: days.iter().map(Day::to_string).collect(), rows: rows.collect() })
}
