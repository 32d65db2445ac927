//! The trend of readers who see no live figures: at each date what the counties had confirmed by then, and the
//! registers of those that had confirmed nothing (domain.md section 7).

use std::collections::{BTreeMap, HashMap};
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, Result};
use zw_db::Conn;
use zw_indicators::{Area, Measures};
use zw_reporting::confirmed;

/// Values by measure on each of the dates.
pub(crate) async fn confirmed(
    conn: &mut Conn,
    tree: &Tree,
    m: &Measures,
    keys: &[&'static str],
    counties: &[DivisionId],
    dates: &[Day],
) -> Result<HashMap<&'static str, Vec<i64>>> {
    let weeks = confirmed::store::weeks_on(conn, counties, dates).await?;
    let mut out = HashMap::new();
    for key in keys {
        let mut values = vec![0; dates.len()];
        // Most dates lack the same counties: all before reports began, none after. Each group is one sweep.
        let mut lacking: BTreeMap<Vec<DivisionId>, Vec<usize>> = BTreeMap::new();
        for (i, found) in weeks.iter().enumerate() {
            let mut without = vec![];
            for c in counties {
                match found.get(c).and_then(|w| w.confirmed(key)) {
                    Some(part) => values[i] += part.value,
                    None => without.push(*c),
                }
            }
            if !without.is_empty() {
                lacking.entry(without).or_default().push(i);
            }
        }
        for (without, at) in lacking {
            let days: Vec<Day> = at.iter().map(|i| dates[*i]).collect();
            let found = m.series(conn, tree, &[key], &Area::Counties(without), &days).await?;
            for (i, v) in at.into_iter().zip(found.get(key).into_iter().flatten()) {
                values[i] += v;
            }
        }
        out.insert(*key, values);
    }
    Ok(out)
}
