//! Recorded refusals (拒绝建档, domain.md 5.11): the one place where their number is asked. They are recorded elsewhere; until
//! there is a table of them nobody refused, and this answers so.

use zw_core::{Day, DivisionId, Result};
use zw_db::Conn;
use zw_indicators::Area;

/// How many persons who stand on the list in force of a category refused, in an area, at the end of a day: by county and
/// category, none of zero. They leave the denominator of 建档率 and are shown apart (domain.md 9, I14), so whoever answers
/// here counts each person once a category, and nobody who is on file.
pub(crate) async fn recorded(_c: &mut Conn, _area: &Area, _day: Day) -> Result<Vec<(DivisionId, String, i64)>> {
    Ok(vec![])
}
