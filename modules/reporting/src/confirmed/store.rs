//! SQL of confirmed weeks and months.

use super::ConfirmedWeek;
use crate::report::model::ReportState;
use crate::report::split::{self, Split};
use crate::report::standing::{Columns, Counted, Overridden};
use std::collections::{BTreeMap, HashMap};
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{Day, DivisionId, Error, Result, Stamp, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_indicators::confirmed::Confirmed;

zw_db::record! {
    /// What of a report counts, as stored.
    #[derive(Clone, Debug)]
    struct CountedRow {
        county_id: DivisionId,
        unit_id: Option<UnitId>,
        period: String,
        last_day: Day,
        state: ReportState,
        exempt: bool,
        cells: String,
        overrides_accepted: bool,
        submitted_at: Option<Stamp>,
        approved_at: Option<Stamp>,
        standing: Option<String>,
    }
}

impl CountedRow {
    fn columns(&self) -> Columns<'_> {
        Columns {
            state: self.state,
            cells: &self.cells,
            overrides_accepted: self.overrides_accepted,
            submitted_at: self.submitted_at,
            approved_at: self.approved_at,
            standing: self.standing.as_deref(),
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.county_id,r.unit_id,r.period,r.last_day,r.state,r.exempt,r.cells,r.overrides_accepted,r.submitted_at,r.approved_at,r.standing FROM report r WHERE ",
            $rest
        )
    };
}

/// What is older confirms nothing any more.
const WEEKS_BACK: i64 = 8;

/// The last week each county confirmed that was over by the end of `day`, at most nine weeks back.
pub async fn weeks(c: &mut Conn, counties: &[DivisionId], day: Day) -> Result<HashMap<DivisionId, ConfirmedWeek>> {
    let last = closed_by(day);
    let mut found = HashMap::new();
    // Nearly every county has confirmed the last week that is over; the older ones are asked of the rest only.
    for weeks in [vec![last], (1..=WEEKS_BACK).map(|n| last.plus(-n)).collect()] {
        let rest: Vec<DivisionId> = counties.iter().copied().filter(|c| !found.contains_key(c)).collect();
        if rest.is_empty() {
            continue;
        }
        let q = confirmed_weeks(sql(select!("r.county_id IN ")).list(rest.iter().copied()))
            .lit(" AND r.period IN ")
            .list(weeks.iter().map(Period::to_string))
            .lit(" ORDER BY r.county_id,r.last_day DESC,r.id");
        for r in c.all::<CountedRow>(q).await? {
            let Some(counted) = Counted::of(r.columns())? else { continue };
            let (confirmed_at, cells, overridden) = (counted.confirmed_at, counted.values(), counted.all_overridden());
            let week = ConfirmedWeek { period: r.period, last_day: r.last_day, confirmed_at, cells, overridden };
            found.entry(r.county_id).or_insert(week);
        }
    }
    Ok(found)
}

/// A week that a county confirmed, with its values of the measures asked for.
struct Week {
    last_day: Day,
    at: Stamp,
    values: Vec<Option<i64>>,
}

/// Columns of a report in one text of a county's, each ended by a tab and each report by a line end: what is stored as JSON
/// has neither.
const LINE: &str = "CAST(r.last_day AS TEXT)||'\t'||r.state||'\t'||CASE WHEN r.overrides_accepted THEN '1' ELSE '' END||'\t'||COALESCE(CAST(r.submitted_at AS TEXT),'')||'\t'||r.cells||'\t'||COALESCE(r.standing,'')";

/// A report of such a text, if it counts.
fn week_of(line: &str, cells: &[(&str, i64)], wanted: &[&str]) -> Result<Option<Week>> {
    let mut columns = line.split('\t');
    let mut next = || columns.next().unwrap_or_default();
    let bad = || Error::Internal("a confirmed week in columns".into());
    let last_day = next().parse().map(Day::from_stored).map_err(|_| bad())?;
    let columns = Columns {
        state: ReportState::from_code(next()).ok_or_else(bad)?,
        overrides_accepted: !next().is_empty(),
        submitted_at: match next() {
            "" => None,
            ms => Some(ms.parse().map(Stamp::from_ms).map_err(|_| bad())?),
        },
        cells: next(),
        standing: Some(next()).filter(|s| !s.is_empty()),
        // Nobody asks here whether the tier above has approved it.
        approved_at: None,
    };
    let Some((at, values)) = Counted::values_of(columns, wanted)? else { return Ok(None) };
    let capped = values.into_iter().zip(cells).map(|(v, (_, most))| v.map(|v| v.min(*most)));
    Ok(Some(Week { last_day, at, values: capped.collect() }))
}

/// The weeks that may stand on some days, by county, the latest first. A year of a province is thousands of reports: the
/// database hands them over as one text a county, because every value of a row costs more than the reading of it.
async fn standing_weeks(
    c: &mut Conn,
    keys: &[&str],
    counties: &[DivisionId],
    days: &[Day],
) -> Result<HashMap<DivisionId, Vec<Week>>> {
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Ok(HashMap::new()) };
    let cells: Vec<(&str, i64)> = keys.iter().map(|k| super::cell_of(k)).collect();
    let wanted: Vec<&str> = cells.iter().map(|c| c.0).collect();
    let mut out: HashMap<DivisionId, Vec<Week>> = HashMap::with_capacity(counties.len());
    // From week to week, not of a list of them: so the reports of a county lie side by side in an index, and need no sorting.
    let q = sql("SELECT r.county_id,string_agg(").lit(LINE).lit(",'\n') FROM report r WHERE r.county_id IN ");
    let q = confirmed_weeks(q.list(counties.iter().copied()))
        .lit(" AND r.period>=")
        .bind(closed_by(*first).plus(-WEEKS_BACK).to_string())
        .lit(" AND r.period<=")
        .bind(closed_by(*last).to_string())
        .lit(" GROUP BY r.county_id");
    for (county, text) in c.all::<(DivisionId, String)>(q).await? {
        let mut list = vec![];
        for line in text.split('\n') {
            list.extend(week_of(line, &cells, &wanted)?);
        }
        list.sort_by_key(|w| std::cmp::Reverse(w.last_day));
        out.insert(county, list);
    }
    Ok(out)
}

/// From when to when a week ends that may stand on a day.
fn window(day: Day) -> (Day, Day) {
    let last = closed_by(day);
    (last.plus(-WEEKS_BACK).last_day(), last.last_day())
}

/// Of a county's weeks, the latest first, the one that stands in a window: the last that was over by its end.
fn standing(list: &[Week], (from, to): (Day, Day)) -> Option<&Week> {
    list.get(list.partition_point(|w| w.last_day > to)).filter(|w| w.last_day >= from)
}

/// What [`weeks`] confirms of some measures on several days, for each day, measure and county in the order given, from one
/// reading of the reports.
pub async fn confirmed_on(
    c: &mut Conn,
    keys: &[&str],
    counties: &[DivisionId],
    days: &[Day],
) -> Result<Vec<Option<Confirmed>>> {
    let all = standing_weeks(c, keys, counties, days).await?;
    let lists: Vec<&[Week]> = counties.iter().map(|c| all.get(c).map_or(&[][..], Vec::as_slice)).collect();
    let mut out = Vec::with_capacity(days.len() * keys.len() * counties.len());
    for day in days {
        let within = window(*day);
        let found: Vec<Option<&Week>> = lists.iter().map(|list| standing(list, within)).collect();
        for k in 0..keys.len() {
            out.extend(found.iter().map(|week| {
                let week = (*week)?;
                let value = week.values.get(k).copied().flatten()?;
                Some(Confirmed { value, as_of: week.last_day, at: week.at })
            }));
        }
    }
    Ok(out)
}

/// The last day of the week that stands for a county on each of some days.
pub async fn last_days(c: &mut Conn, county: DivisionId, days: &[Day]) -> Result<Vec<Option<Day>>> {
    let all = standing_weeks(c, &[], &[county], days).await?;
    let list = all.get(&county).map_or(&[][..], Vec::as_slice);
    Ok(days.iter().map(|day| standing(list, window(*day)).map(|w| w.last_day)).collect())
}

/// The last week that was over by the end of a day.
fn closed_by(day: Day) -> Period {
    super::closed_week(day, day.add_days(1))
}

/// `r` is a week that its county has confirmed.
fn confirmed_weeks(q: Sql) -> Sql {
    q.lit(" AND r.kind='week' AND r.unit_id IS NULL AND r.state IN ").list(ReportState::CONFIRMED)
}

/// A station's monthly report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthReport {
    /// County.
    pub county: DivisionId,
    /// Station.
    pub unit: UnitId,
    /// State.
    pub state: ReportState,
    /// Whether it was excused.
    pub exempt: bool,
    /// Whether an approved version of it counts.
    pub approved: bool,
    /// Values of the approved version; none where there is none.
    pub cells: BTreeMap<String, i64>,
    /// Those of them that are overridden.
    pub overridden: BTreeMap<String, Overridden>,
    /// Those of them that are split.
    pub split: Split,
}

/// All monthly reports of stations of these counties.
pub async fn months(c: &mut Conn, counties: &[DivisionId], month: Period) -> Result<Vec<MonthReport>> {
    let q = sql(select!("r.kind='month' AND r.unit_id IS NOT NULL AND r.period="))
        .bind(month.to_string())
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied());
    let rows: Vec<CountedRow> = c.all(q.lit(" ORDER BY r.county_id,r.id")).await?;
    let mut out = Vec::with_capacity(rows.len());
    for r in rows {
        let Some(unit) = r.unit_id else { continue };
        // Cells of unapproved reports count nowhere.
        let counted = Counted::of(r.columns())?.filter(|c| c.approved);
        let mut by_code = Split::new();
        if let Some(c) = &counted {
            split::add(&mut by_code, &c.cells);
        }
        out.push(MonthReport {
            split: by_code,
            county: r.county_id,
            unit,
            state: r.state,
            exempt: r.exempt,
            approved: counted.is_some(),
            overridden: counted.as_ref().map(Counted::all_overridden).unwrap_or_default(),
            cells: counted.map(|c| c.values()).unwrap_or_default(),
        });
    }
    Ok(out)
}
