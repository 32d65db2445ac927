//! What a county or city passed on: its own step of the chain, with the units that were missing by name.

pub mod service;
pub mod store;

use crate::confirmed::{self, owing};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use zw_access::Ctx;
use zw_core::deadline::Timeliness;
use zw_core::period::{Period, PeriodKind};
use zw_core::{AccountId, DivisionId, Error, Result, Stamp, UnitId, Uuid};
use zw_db::Conn;

zw_core::codes! {
    /// What became of it.
    pub enum Verdict {
        /// Passed on, not yet looked at by the tier above.
        Passed = "passed",
        /// Approved by the tier above.
        Approved = "approved",
        /// Returned with a reason.
        Returned = "returned",
    }
}
zw_db::code_cols!(Verdict);

/// Who passes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The county: its stations' months.
    County,
    /// The city: its counties.
    City,
}

zw_db::record! {
    /// A row of table `pass_on`.
    #[derive(Clone, Debug)]
    pub struct PassOnRow {
        /// Id.
        pub id: Uuid,
        /// County or city.
        pub division_id: DivisionId,
        /// Period key.
        pub period: String,
        /// What became of it.
        pub state: Verdict,
        /// When.
        pub passed_at: Stamp,
        /// By whom.
        pub passed_by: String,
        /// By which account, for the four eyes.
        pub passed_account: Option<AccountId>,
        /// 时效 of the first time.
        pub timeliness: Option<String>,
        /// Missing units as JSON.
        pub missing: String,
        /// Looked at by the tier above.
        pub reviewed_at: Option<Stamp>,
        /// By whom.
        pub reviewed_by: Option<String>,
        /// Why it was returned.
        pub reason: Option<String>,
        /// Version.
        pub version: i64,
    }
}

/// A unit that had no approved report when its tier passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MissingUnit {
    /// County or township.
    pub division: DivisionId,
    /// Station.
    pub unit: Option<UnitId>,
    /// Name at that time.
    pub name: String,
}

/// What was passed on, as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PassOn {
    /// County or city.
    pub division: DivisionId,
    /// Its name.
    pub name: String,
    /// Period key.
    pub period: String,
    /// What became of it.
    pub state: Verdict,
    /// When.
    pub passed_at: Stamp,
    /// By whom; not told above the county, where the division says enough (decision 0015).
    pub passed_by: Option<String>,
    /// 时效.
    pub timeliness: Option<Timeliness>,
    /// Units that were missing.
    pub missing: Vec<MissingUnit>,
    /// Why it was returned.
    pub reason: Option<String>,
    /// Version to send back with a decision.
    pub version: i64,
    /// Passed on by the reader: another person decides.
    pub own: bool,
}

impl PassOn {
    /// From the stored row.
    pub fn of(ctx: &Ctx, r: &PassOnRow) -> Result<Self> {
        let day = Period::parse(&r.period).map_or(ctx.today(), Period::last_day);
        Ok(Self {
            division: r.division_id,
            name: ctx.tree().as_of(day).path_name(r.division_id),
            period: r.period.clone(),
            state: r.state,
            passed_at: r.passed_at,
            passed_by: crate::report::out::named(ctx, Some(r.passed_by.clone())),
            timeliness: r.timeliness.as_deref().and_then(<Timeliness as zw_core::code::Code>::from_code),
            missing: serde_json::from_str(&r.missing).map_err(Error::internal)?,
            reason: r.reason.clone(),
            version: r.version,
            own: crate::report::chain::is_own(ctx, r.passed_account),
        })
    }
}

impl PassOn {
    /// Whether passing on again would say something new: it was returned, or other units are missing now.
    pub fn is_outdated(&self, missing: &[MissingUnit]) -> bool {
        self.state == Verdict::Returned || self.missing != missing
    }
}

/// The units under a county or city that have no approved report of a period and are not excused: stations for a
/// county's month, counties for a city's week, counties that passed nothing on for a city's month.
pub async fn missing(
    ctx: &Ctx,
    c: &mut Conn,
    level: Level,
    period: Period,
    counties: &[DivisionId],
) -> Result<Vec<MissingUnit>> {
    let view = ctx.tree().as_of(period.last_day());
    let settled: HashSet<DivisionId> = match (level, period.kind()) {
        (Level::County, _) => {
            // Its county is about to pass on: the rule is asked as if it had.
            let reports = confirmed::store::months(c, counties, period).await?;
            let owing = owing::of_month(ctx, c, counties, period, counties, &reports).await?;
            let mut open: Vec<_> = owing.missing.into_iter().map(|(s, _)| s).collect();
            // In the order of the map, as they are kept.
            open.sort_by_key(|s| (s.county, s.division, s.unit));
            let open = open.into_iter().map(|s| MissingUnit { division: s.division, unit: Some(s.unit), name: s.name });
            return Ok(open.collect());
        }
        (Level::City, PeriodKind::Month) => {
            let passed = store::of_period(c, period).await?.into_iter();
            passed.filter(|p| p.state != Verdict::Returned).map(|p| p.division_id).collect()
        }
        // While a correction waits, the version approved before it counts: its county is not missing.
        (Level::City, _) => {
            let reports = crate::report::store::of_period(c, period, counties).await?.into_iter();
            let settled = reports.filter(|r| r.exempt || r.is_approved() || r.standing.is_some());
            settled.filter(|r| r.unit_id.is_none()).map(|r| r.county_id).collect()
        }
    };
    let owed = owing::counties_owing(c, &view, counties, period).await?;
    let open = owed.into_iter().filter(|d| !settled.contains(d));
    Ok(open.map(|d| MissingUnit { division: d, unit: None, name: view.path_name(d) }).collect())
}
