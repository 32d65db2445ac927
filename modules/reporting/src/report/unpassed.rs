//! Who has not passed on to the reader yet: for the province its cities, and the counties that report straight to it; for a
//! city the months of its counties. What was passed on waits for a decision; this is what there is to wait for.

use crate::confirmed::owing;
use crate::cycle::{Cycle, Window, last_ended};
use crate::direct::Chain;
use crate::pass_on::{self, Verdict};
use crate::policy;
use crate::report::model::{ReportRow, timeliness};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use zw_access::{Action, Ctx, Permit};
use zw_core::deadline::{ChainTier, Timeliness};
use zw_core::period::PeriodKind;
use zw_core::{DivisionId, Result, Stamp};
use zw_db::Conn;

/// The divisions of one tier that have not passed on a period that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Unpassed {
    /// Period key.
    pub period: String,
    /// Deadline of their passing on.
    pub due_at: Option<Stamp>,
    /// The year whose holidays are not known, while the deadline is unknown for it (期限未知).
    pub due_unknown: Option<i64>,
    /// 时效 of who has not passed on by now.
    pub timeliness: Timeliness,
    /// Who has not, in the order of the map.
    pub divisions: Vec<UnpassedBy>,
    /// How many of the tier pass on this period.
    pub of: i64,
    /// The board on which they stand.
    pub href: String,
}

/// One that has not passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct UnpassedBy {
    /// County or city.
    pub division: DivisionId,
    /// Its name.
    pub name: String,
    /// It had passed on, was given it back and has not passed on again.
    pub returned: bool,
}

/// What the tier below has not passed on to a reviewer (`action`), of the last week and the last month that ended and can
/// still be passed on; the week first.
pub(crate) async fn unpassed(
    ctx: &Ctx,
    c: &mut Conn,
    permit: &Permit<ReportRow>,
    action: Action,
) -> Result<Vec<Unpassed>> {
    let mut out = vec![];
    for kind in [PeriodKind::Week, PeriodKind::Month] {
        let period = last_ended(kind, ctx.today());
        let cycle = Cycle::at(ctx, period);
        if cycle.window(period, ctx.today()) != Window::Open {
            continue;
        }
        let chain = Chain::on(ctx, period.last_day());
        let counties = permit.counties().unwrap_or_default();
        let counties = owing::counties_owing(c, chain.view(), &counties, period).await?;
        let mut tiers: BTreeMap<bool, BTreeSet<DivisionId>> = BTreeMap::new();
        for county in counties {
            match (chain.city_of(county), action == policy::REVIEW_PASS_ON, kind) {
                (Some(city), false, _) => tiers.entry(false).or_default().insert(city),
                // A county passes on its stations' months; its week is its own report.
                (Some(_), true, PeriodKind::Month) | (None, false, PeriodKind::Month) => {
                    tiers.entry(true).or_default().insert(county)
                }
                _ => false,
            };
        }
        if tiers.is_empty() {
            continue;
        }
        let passed: BTreeMap<DivisionId, Verdict> =
            pass_on::store::of_period(c, period).await?.into_iter().map(|p| (p.division_id, p.state)).collect();
        for (counties, due_of) in tiers {
            let open = due_of.iter().filter(|d| passed.get(d).is_none_or(|v| *v == Verdict::Returned));
            let divisions: Vec<UnpassedBy> = open
                .map(|d| UnpassedBy { division: *d, name: chain.path_name(*d), returned: passed.contains_key(d) })
                .collect();
            if divisions.is_empty() {
                continue;
            }
            let due = cycle.due(ctx, period, if counties { ChainTier::County } else { ChainTier::City });
            out.push(Unpassed {
                period: period.to_string(),
                due_at: due.at(),
                due_unknown: due.unknown(),
                timeliness: timeliness(None, due, ctx.now()),
                divisions,
                of: i64::try_from(due_of.len()).unwrap_or(i64::MAX),
                href: format!("/board?period={period}"),
            });
        }
    }
    Ok(out)
}
