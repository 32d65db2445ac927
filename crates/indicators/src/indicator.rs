//! Indicators: a versioned formula over measures (domain.md section 9). Percentages round half up to one decimal,
//! ratios to two; a denominator of 0 gives "—".

use crate::basis::Basis;
use crate::keys;
use crate::measure::{Area, MeasureDef, Measures, Span};
use zw_core::percent::{Percent, Ratio, or_dash};
use zw_core::tree::Tree;
use zw_core::{Day, Error, Result, Stamp};
use zw_db::Conn;

zw_core::codes! {
    /// How the value is formed.
    pub enum IndicatorKind {
        /// Numerator over denominator in percent, one decimal.
        Percent = "percent",
        /// Numerator over denominator, two decimals.
        Ratio2 = "ratio2",
        /// The numerator alone.
        Count = "count",
    }
}

/// A formula over two measures. Words are Fluent keys of the reporting module.
#[derive(Clone, Copy, Debug)]
pub struct Indicator {
    /// Stable key, e.g. `coverage_township`.
    pub key: &'static str,
    /// Measure counted.
    pub num: &'static str,
    /// Measure it is divided by; none for a count.
    pub den: Option<&'static str>,
    /// How the value is formed.
    pub kind: IndicatorKind,
    /// Fluent key of the name.
    pub label: &'static str,
    /// Fluent key of the unit; empty for a ratio.
    pub unit: &'static str,
    /// Fluent key of the definition.
    pub definition: &'static str,
    /// Version of the formula.
    pub rule_version: &'static str,
    /// What the formula rests on.
    pub source: Basis,
}

macro_rules! indicators { ($($name:ident = $key:literal: $num:ident / $den:ident, $kind:ident, $words:literal, $unit:literal, $version:literal, $row:literal, $source:ident;)+) => {
    $(
        #[doc = concat!("`", $key, "` (domain.md section 9, ", $row, ").")]
        pub const $name: Indicator = Indicator {
            key: $key,
            num: keys::$num,
            den: Some(keys::$den),
            kind: IndicatorKind::$kind,
            label: $words,
            unit: $unit,
            definition: concat!($words, "-definition"),
            rule_version: $version,
            source: Basis::$source,
        };
    )+
    /// All indicators of this program.
    pub const ALL: &[Indicator] = &[$($name),+];
} }

indicators! {
    COVERAGE_TOWNSHIP = "coverage_township": TOWNSHIPS_COVERED / TOWNSHIPS_COUNTED, Percent, "reporting-i-coverage-township", "%", "I1-1", "I1", Circular;
    COVERAGE_COUNTY = "coverage_county": COUNTIES_COVERED / COUNTIES_COUNTED, Percent, "reporting-i-coverage-county", "%", "I2-1", "I2", Circular;
    COVERAGE_VILLAGE = "coverage_village": VILLAGES_COVERED / VILLAGES_COUNTED, Percent, "reporting-i-coverage-village", "%", "I3-1", "I3", Circular;
    THREE_READY_RATE = "three_ready_rate": THREE_READY / TOWNSHIPS_COUNTED, Percent, "reporting-i-three-ready-rate", "%", "I4-1", "I4", Acceptance;
    ACCEPTANCE_RATE = "acceptance_rate": ACCEPTANCES_PASSED / ACCEPTANCES_SUBMITTED, Percent, "reporting-i-acceptance-rate", "%", "I5-1", "I5", Acceptance;
    WORKERS_PER_STATION = "workers_per_station": POSTED_WORKERS / STATIONS_BUILT, Ratio2, "reporting-i-workers-per-station", "", "I6-1", "I6", Circular;
    CERTIFIED_RATE = "certified_rate": CERTIFIED_WORKERS / POSTED_WORKERS, Percent, "reporting-i-certified-rate", "%", "I8-1", "I8", Own;
    FILING_RATE = "filing_rate": OFFICIAL_FILED / OFFICIAL_DUE, Percent, "reporting-i-filing-rate", "%", "I14-1", "I14", Own;
    VISIT_COVERAGE = "visit_coverage": VISITED_DUE / VISITS_DUE, Percent, "reporting-i-visit-coverage", "%", "I15-1", "I15", Own;
    ON_TIME_RATE = "on_time_rate": REPORTS_ON_TIME / REPORTS_DUE, Percent, "reporting-i-on-time-rate", "%", "I36-1", "I36", Rhythm;
    AUTO_FILLED_SHARE = "auto_filled_share": CELLS_AUTO / CELLS_ALL, Percent, "reporting-i-auto-filled-share", "%", "I42-1", "I42", Own;
}

/// The indicator of that key.
pub fn find(key: &str) -> Option<&'static Indicator> {
    ALL.iter().find(|i| i.key == key)
}

impl Indicator {
    /// The printed value of a numerator and denominator: `65.1`, `3.97`, `716` or `—`.
    pub fn value(&self, num: i64, den: Option<i64>) -> String {
        match self.kind {
            IndicatorKind::Percent => or_dash(Percent::of(num, den.unwrap_or(0)).map(Percent::number)),
            IndicatorKind::Ratio2 => or_dash(Ratio::of(num, den.unwrap_or(0))),
            IndicatorKind::Count => num.to_string(),
        }
    }
    /// The measures it needs.
    pub fn measures(&self) -> Vec<&'static str> {
        std::iter::once(self.num).chain(self.den).collect()
    }
    /// The figure of counted measures.
    pub fn figure(&self, num: i64, den: Option<i64>, span: Span) -> Figure {
        Figure {
            key: self.key.to_owned(),
            value: self.value(num, den),
            unit: self.unit.to_owned(),
            num,
            den,
            from: span.from,
            as_of: span.to,
            rule_version: self.rule_version.to_owned(),
            division_version: span.to,
            confirmed_at: None,
            live: true,
        }
    }
}

/// A figure with everything that makes it a figure: value, numerator, denominator, as-of, rule and division version,
/// and whether somebody confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Figure {
    /// Indicator or measure.
    pub key: String,
    /// Value as printed, without its unit: `65.1`, `3.97`, `716`, `—`.
    pub value: String,
    /// `%`, or the unit: inside the key of a message, in an answer of the API the words; empty for none.
    pub unit: String,
    /// Numerator, or the count itself.
    pub num: i64,
    /// Denominator.
    pub den: Option<i64>,
    /// First day of a flow's span; equals `as_of` for one date.
    pub from: Day,
    /// As of the end of this day.
    pub as_of: Day,
    /// Version of the rule it was counted by.
    pub rule_version: String,
    /// The division tree as it stood on this day was used.
    pub division_version: Day,
    /// When the county (or the tier that answers for it) confirmed it; none while unconfirmed.
    pub confirmed_at: Option<Stamp>,
    /// Counted from the records just now, not frozen by a report.
    pub live: bool,
}

impl Figure {
    /// The figure of a plain measure.
    pub fn of_measure(def: &MeasureDef, value: i64, span: Span) -> Self {
        Self {
            key: def.key.to_owned(),
            value: value.to_string(),
            unit: def.unit.to_owned(),
            num: value,
            den: None,
            from: span.from,
            as_of: span.to,
            rule_version: def.rule_version.to_owned(),
            division_version: span.to,
            confirmed_at: None,
            live: true,
        }
    }
    /// The same figure as a confirmed one.
    #[must_use]
    pub fn confirmed(mut self, at: Stamp) -> Self {
        self.confirmed_at = Some(at);
        self.live = false;
        self
    }
}

/// Counts an indicator from the records of an area; the stock at the end of `span.to`, a flow over the span.
pub async fn evaluate(
    measures: &Measures,
    conn: &mut Conn,
    tree: &Tree,
    indicator: &Indicator,
    area: &Area,
    span: Span,
) -> Result<Figure> {
    let needed = indicator.measures();
    let counted = measures.count(conn, tree, &needed, area, span).await?;
    let get = |k: &'static str| counted.get(k).copied().ok_or(Error::NotFound);
    let den = indicator.den.map(get).transpose()?;
    Ok(indicator.figure(get(indicator.num)?, den, span))
}

/// The figure of an indicator or, where no indicator has that key, of a measure.
pub async fn evaluate_key(
    measures: &Measures,
    conn: &mut Conn,
    tree: &Tree,
    key: &str,
    area: &Area,
    span: Span,
) -> Result<Figure> {
    if let Some(i) = find(key) {
        return evaluate(measures, conn, tree, i, area, span).await;
    }
    let def = measures.def(key).ok_or(Error::NotFound)?;
    let counted = measures.count(conn, tree, &[def.key], area, span).await?;
    let value = counted.get(def.key).copied().ok_or(Error::NotFound)?;
    Ok(Figure::of_measure(def, value, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_of_the_handbook() {
        for (i, num, den, want) in [
            (COVERAGE_TOWNSHIP, 716, 1100, "65.1"),
            (COVERAGE_TOWNSHIP, 624, 1100, "56.7"),
            (COVERAGE_COUNTY, 26, 83, "31.3"),
            (WORKERS_PER_STATION, 2839, 716, "3.97"),
            (COVERAGE_VILLAGE, 0, 0, "—"),
        ] {
            assert_eq!(i.value(num, Some(den)), want, "{}", i.key);
        }
    }

    #[test]
    fn keys_are_unique() {
        let mut keys: Vec<_> = ALL.iter().map(|i| i.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), ALL.len());
        assert!(find("coverage_township").is_some() && find("x").is_none());
    }
}
