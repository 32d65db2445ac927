//! What the page behind a figure says; page and API share it.

use crate::figure::series::SeriesOut;
use serde::Serialize;
use zw_core::period::Period;
use zw_core::{Day, Stamp};
use zw_indicators::{Cell, Figure, MeasureDef, RowsOut};

/// A measure in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MeasureOut {
    /// Key.
    pub key: String,
    /// Its name: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// Its unit, as with the name.
    pub unit: String,
    /// What it counts, as with the name.
    pub definition: String,
    /// `flow`, `distinct` or `stock`.
    pub kind: String,
    /// Whether it counts persons.
    pub persons: bool,
    /// Version of the counting rule.
    pub rule_version: String,
    /// What the rule rests on, as with the name.
    pub source: String,
}

impl MeasureOut {
    pub(super) fn of(d: &MeasureDef) -> Self {
        Self {
            key: d.key.into(),
            label: d.label.into(),
            unit: d.unit.into(),
            definition: d.definition.into(),
            kind: d.kind.to_string(),
            persons: d.counts_persons(),
            rule_version: d.rule_version.into(),
            source: d.source.words(),
        }
    }
}

/// The figure from what units have confirmed in their reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ConfirmedOut {
    /// The figure. A stock covers all units of the area, what happened over time those that confirmed.
    pub figure: Figure,
    /// The last period that is over; of several that are added up the last.
    pub period: String,
    /// The first period, where several are added up.
    pub since: Option<String>,
    /// Units that confirmed this period; of several periods the reports that count.
    pub units: i64,
    /// Units that owed it; of several periods the reports that were owed.
    pub of: i64,
    /// Counties that count by what they confirmed for an earlier period: name and period.
    pub earlier: Vec<(String, String)>,
    /// Units without a confirmed value: a stock counts them by their registers, flagged as unconfirmed; of what
    /// happened over time they are left out.
    pub unconfirmed: Vec<MissingOut>,
    /// Counties that have not passed a month on: their stations are among the unconfirmed.
    pub waiting: Vec<String>,
    /// Counties that the registers say another number of: what the rows behind hold more or less than the figure.
    pub differs: Vec<DiffersOut>,
    /// Where the reports are that it is the sum of; none where the reader may not see them.
    pub href: Option<String>,
}

/// A unit without a confirmed value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MissingOut {
    /// A county with those above it, or a station.
    pub name: String,
    /// County of a station, with those above it.
    pub county: Option<String>,
    /// The periods it lacks, where several are added up.
    pub periods: Vec<String>,
}

zw_core::codes! {
    /// Why the registers of a county say another number than was confirmed.
    pub enum DiffersWhy {
        /// Records came, changed or were struck out after the confirmation.
        Changed = "changed",
        /// Reports that were owed do not count: not sent, not approved or not passed on.
        Missing = "missing",
        /// Records of units that owed no report: built after the end of the period, ended before it, or excused.
        NotOwed = "not_owed",
        /// A value was put beside the counted one, and the tier above accepted it (改报).
        Overridden = "overridden",
    }
}

/// A county of which the registers say another number than was confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DiffersOut {
    /// County, with those above it.
    pub county: String,
    /// What was confirmed; none where no report of it counts.
    pub confirmed: Option<i64>,
    /// As of the end of this day.
    pub as_of: Day,
    /// What its registers say on the days of the figure.
    pub live: i64,
    /// Why.
    pub why: Vec<DiffersWhy>,
    /// Its stations that recorded something and owed no report of it.
    pub not_owed: Vec<String>,
    /// Why values were overridden, in the reporters' words.
    pub overridden: Vec<String>,
}

/// A month whose last day the figure is of, and that was frozen: the freeze and the circular count by the registers of that
/// day, what counties confirmed is of a week that ended before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MonthEndOut {
    /// The month.
    pub period: String,
    /// When it was frozen.
    pub frozen_at: Stamp,
}

/// The last period that reports could have confirmed, of a figure whose days are no such period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportedOut {
    /// The period.
    pub period: String,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
}

impl ReportedOut {
    pub(super) fn of(p: Period) -> Self {
        Self { period: p.to_string(), from: p.first_day(), to: p.last_day() }
    }
}

/// Divisions that a denominator leaves out for one reason (domain.md section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ExcludedOut {
    /// The reason.
    pub reason: Cell,
    /// Names of the divisions with those above them, in the order of the map.
    pub names: Vec<String>,
}

/// The page behind a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FigurePage {
    /// Key of the indicator or measure.
    pub key: String,
    /// Its name: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// What it counts, as with the name.
    pub definition: String,
    /// Version of the rule.
    pub rule_version: String,
    /// What it rests on, as with the name.
    pub source: String,
    /// Numerator, or the measure itself.
    pub numerator: MeasureOut,
    /// Denominator.
    pub denominator: Option<MeasureOut>,
    /// What the area's sum holds that the chain of reporting counts elsewhere.
    pub notes: Vec<Cell>,
    /// What the denominator leaves out in the area, by reason.
    pub excluded: Vec<ExcludedOut>,
    /// Division id or unit id.
    pub area: String,
    /// Name of the area.
    pub area_name: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Confirmed in reports, where reports carry it; of what happened over time only where the days asked for are those
    /// of one report or, where reports add up, of several in a row.
    pub confirmed: Option<ConfirmedOut>,
    /// Of the last day of a month that was frozen: why the confirmed value and the frozen one are two.
    pub month_end: Option<MonthEndOut>,
    /// Where nobody confirmed these days: the last period that reports could have confirmed.
    pub reported: Option<ReportedOut>,
    /// Counted now; none where the reader may not see live figures.
    pub live: Option<Figure>,
    /// The figure at the end of the last 52 weeks, of what stands on a date.
    pub series: Option<SeriesOut>,
    /// The reader stands above the county: the live figure is marked as unconfirmed.
    pub above_county: bool,
    /// Rows behind the numerator or denominator; none where the reader may not see any.
    pub rows: Option<RowsOut>,
    /// Whether these are the denominator's rows.
    pub of_denominator: bool,
    /// Page of the rows.
    pub page: i64,
    /// Rows a page.
    pub size: i64,
    /// When it was counted.
    pub counted_at: Stamp,
}
