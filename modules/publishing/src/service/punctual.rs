//! Who sent a report in time: 时效 of the counties' weeks and the stations' months at an instant, as the cycle's
//! setting has their deadlines (domain.md section 7). Nobody is late before a deadline, who is excused owes nothing,
//! and of a cycle that is switched off nobody is asked.

use crate::model::lists::Overdue;
use crate::store::reports::{self, Sent};
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::deadline::{Due, Timeliness};
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Result, Stamp, UnitId};
use zw_db::Conn;
use zw_reporting::confirmed::owing::Owes;
use zw_reporting::cycle::Cycle;
use zw_reporting::direct::Chain;
use zw_reporting::report::model::timeliness_of;

/// How a reporter stands with one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stand {
    pub timeliness: Timeliness,
    pub sent_at: Option<Stamp>,
    /// Whether its unit has confirmed it.
    pub confirmed: bool,
}

/// How counties stand with a week at an instant; none where the cycle does not ask for it.
pub(crate) async fn week(
    ctx: &Ctx,
    conn: &mut Conn,
    counties: &[DivisionId],
    week: Period,
) -> Result<Option<HashMap<DivisionId, Stand>>> {
    let Some(deadline) = asked(ctx, week) else { return Ok(None) };
    let sent = reports::sent(conn, counties, week).await?;
    let of: HashMap<DivisionId, &Sent> =
        sent.iter().filter(|s| s.unit_id.is_none()).map(|s| (s.county_id, s)).collect();
    Ok(Some(counties.iter().map(|c| (*c, stand(of.get(c).copied(), deadline, ctx.now()))).collect()))
}

/// The deadline of a period that the cycle asks for; a year without working days in the calendar has none, and
/// nobody is late in it.
fn asked(ctx: &Ctx, period: Period) -> Option<Due> {
    let tier = Cycle::reporter_tier(period.kind());
    let cycle = Cycle::at(ctx, period);
    cycle.asks(period).then(|| cycle.due(ctx, period, tier))
}

fn stand(sent: Option<&Sent>, due: Due, at: Stamp) -> Stand {
    let first = sent.and_then(|s| s.first_submitted_at);
    let stamped = sent.and_then(|s| s.timeliness.as_deref());
    Stand {
        timeliness: timeliness_of(sent.is_some_and(|s| s.exempt), stamped, first, due, at),
        sent_at: first,
        confirmed: sent.is_some_and(|s| s.state.is_confirmed()),
    }
}

/// The weeks that end in a month.
fn weeks_of(month: Period) -> Vec<Period> {
    let first = Period::containing(PeriodKind::Week, month.first_day());
    (0..6).map(|n| first.plus(n)).filter(|w| (month.first_day()..=month.last_day()).contains(&w.last_day())).collect()
}

/// Late and missing reports: of a month its weeks' and its stations' own, else those of one week. `due` are the stations
/// that owed the month.
pub(crate) async fn overdue(
    ctx: &Ctx,
    conn: &mut Conn,
    chain: &Chain,
    counties: &[DivisionId],
    (week, month): (Period, Option<Period>),
    due: &[Owes],
) -> Result<Vec<Overdue>> {
    let mut out = vec![];
    let mut note = |county: DivisionId, unit: Option<(UnitId, &str)>, period: Period, s: Stand| {
        if matches!(s.timeliness, Timeliness::Late | Timeliness::Missing) {
            out.push(Overdue {
                division: county.0,
                code: chain.view().get(county).map(|v| v.code12.clone()).unwrap_or_default(),
                name: chain.path_name(county),
                unit: unit.map(|u| u.0),
                unit_name: unit.map(|u| u.1.to_owned()),
                period: period.to_string(),
                timeliness: s.timeliness,
                sent_at: s.sent_at,
            });
        }
    };
    for w in month.map_or_else(|| vec![week], weeks_of) {
        if let Some(found) = self::week(ctx, conn, counties, w).await? {
            for county in counties {
                if let Some(s) = found.get(county) {
                    note(*county, None, w, *s);
                }
            }
        }
    }
    if let Some(m) = month
        && let Some(deadline) = asked(ctx, m)
    {
        let sent = reports::sent(conn, counties, m).await?;
        let of: HashMap<UnitId, &Sent> = sent.iter().filter_map(|s| Some((s.unit_id?, s))).collect();
        for s in due {
            note(s.county, Some((s.unit, s.name.as_str())), m, stand(of.get(&s.unit).copied(), deadline, ctx.now()));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weeks_that_end_in_a_month() {
        let keys: Vec<String> = weeks_of(Period::month(2021, 6).unwrap()).iter().map(Period::to_string).collect();
        assert_eq!(keys, ["2021-W22", "2021-W23", "2021-W24", "2021-W25"]);
        let keys: Vec<String> = weeks_of(Period::month(2021, 1).unwrap()).iter().map(Period::to_string).collect();
        assert_eq!(keys, ["2020-W53", "2021-W01", "2021-W02", "2021-W03", "2021-W04"]);
    }
}
