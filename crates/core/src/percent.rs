//! Percentages, ratios and differences as the circular prints them: round half up, one decimal for a
//! percentage, two for a ratio, no value when the denominator is 0 (domain.md section 9, head).
//! Whole numbers only: a figure never depends on how a machine rounds binary fractions.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What pages and papers show when there is no value (denominator 0).
pub const NO_VALUE: &str = "—";

/// A percentage in tenths of a percent: 65.1 % is 651.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Percent(i64);

/// A difference of two percentages, in tenths of a percentage point (个百分点).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Points(i64);

/// A ratio in hundredths: 3.97 workers per station is 397.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Ratio(i64);

/// `num / den × scale`, rounded half away from zero; `None` when `den` is 0 or the result leaves i64.
fn scaled(num: i64, den: i64, scale: i64) -> Option<i64> {
    if den == 0 {
        return None;
    }
    let negative = (num < 0) != (den < 0);
    let (n, d) = (i128::from(num).abs() * i128::from(scale), i128::from(den).abs());
    let rounded = (2 * n + d) / (2 * d);
    i64::try_from(if negative { -rounded } else { rounded }).ok()
}

fn decimal(f: &mut fmt::Formatter<'_>, value: i64, places: usize) -> fmt::Result {
    let unit = 10_u64.pow(u32::try_from(places).unwrap_or(0));
    let abs = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    write!(f, "{sign}{}.{:0places$}", abs / unit, abs % unit)
}

impl Percent {
    /// `num ÷ den` as a percentage; `None` when `den` is 0.
    pub fn of(num: i64, den: i64) -> Option<Self> {
        scaled(num, den, 1000).map(Self)
    }
    /// From tenths of a percent, as stored.
    pub fn from_tenths(tenths: i64) -> Self {
        Self(tenths)
    }
    /// Tenths of a percent, as stored.
    pub fn tenths(self) -> i64 {
        self.0
    }
    /// Percentage points from `earlier` to `self`, taken from the two printed values so that a reader can check it.
    pub fn points_since(self, earlier: Self) -> Points {
        Points(self.0 - earlier.0)
    }
    /// Relative growth from `before` to `now`; `None` when `before` is 0. Not for differences of percentages.
    pub fn growth(now: i64, before: i64) -> Option<Self> {
        Self::of(now.checked_sub(before)?, before.checked_abs()?)
    }
    /// The value as a JSON number, `65.1`: the binary fraction nearest to it prints as itself. Never calculate with it.
    pub fn json(self) -> f64 {
        self.0 as f64 / 10.0
    }
    /// The value with one decimal and no sign of percent: `65.1`.
    pub fn number(self) -> String {
        Points(self.0).to_string()
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal(f, self.0, 1)?;
        f.write_str("%")
    }
}

impl Points {
    /// From tenths of a percentage point.
    pub fn from_tenths(tenths: i64) -> Self {
        Self(tenths)
    }
    /// Tenths of a percentage point.
    pub fn tenths(self) -> i64 {
        self.0
    }
    /// The size without its sign, for sentences that say 提高 or 下降.
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal(f, self.0, 1)
    }
}

impl Ratio {
    /// `num ÷ den` with two decimals; `None` when `den` is 0.
    pub fn of(num: i64, den: i64) -> Option<Self> {
        scaled(num, den, 100).map(Self)
    }
    /// From hundredths, as stored.
    pub fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }
    /// Hundredths, as stored.
    pub fn hundredths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal(f, self.0, 2)
    }
}

/// The printed value, or [`NO_VALUE`].
pub fn or_dash<T: fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| NO_VALUE.to_owned(), |v| v.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_worked_figures_of_the_handbook() {
        assert_eq!(or_dash(Percent::of(716, 1100)), "65.1%");
        assert_eq!(or_dash(Percent::of(624, 1100)), "56.7%");
        assert_eq!(or_dash(Percent::of(26, 83)), "31.3%");
        assert_eq!(or_dash(Ratio::of(2839, 716)), "3.97");
        let (now, before) = (Percent::of(716, 1100).unwrap(), Percent::of(624, 1100).unwrap());
        assert_eq!(now.points_since(before).to_string(), "8.4");
        assert_eq!(before.points_since(now).to_string(), "-8.4");
        assert_eq!(before.points_since(now).abs().to_string(), "8.4");
        assert_eq!(now.number(), "65.1");
        for (tenths, printed) in
            [(651, "65.1"), (650, "65.0"), (0, "0.0"), (1000, "100.0"), (567, "56.7"), (-1, "-0.1")]
        {
            let json = Percent::from_tenths(tenths).json();
            assert_eq!(format!("{json:?}"), printed);
        }
    }

    #[test]
    fn halves_go_up_and_nothing_divides_by_zero() {
        for (num, den, tenths) in [
            (1, 2000, 1),
            (1, 2001, 0),
            (3, 2000, 2),
            (0, 5, 0),
            (5, 5, 1000),
            (1, 3, 333),
            (2, 3, 667),
            (-1, 2000, -1),
        ] {
            assert_eq!(Percent::of(num, den).unwrap().tenths(), tenths, "{num}/{den}");
        }
        assert_eq!(Percent::of(3, 0), None);
        assert_eq!(Ratio::of(0, 0), None);
        assert_eq!(or_dash(Percent::of(1, 0)), "—");
        assert_eq!(or_dash(Ratio::of(1, 200)), "0.01");
        assert_eq!(Percent::growth(110, 100).unwrap().to_string(), "10.0%");
        assert_eq!(Percent::growth(90, 100).unwrap().to_string(), "-10.0%");
        assert_eq!(Percent::growth(90, 0), None);
        assert_eq!(Percent::of(-1, 1000).unwrap().to_string(), "-0.1%");
    }

    proptest! {
        #[test]
        fn never_off_by_more_than_half_a_step(num in 0_i64..1_000_000_000, den in 1_i64..1_000_000_000) {
            let t = i128::from(Percent::of(num, den).unwrap().tenths());
            let (n, d) = (i128::from(num) * 1000, i128::from(den));
            prop_assert!((2 * (t * d - n)).abs() <= d);
        }
        #[test]
        fn a_part_is_between_0_and_100(den in 1_i64..1_000_000, part in 0_i64..1_000_000) {
            let p = Percent::of(part.min(den), den).unwrap();
            prop_assert!((0..=1000).contains(&p.tenths()));
        }
    }
}
