//! Round ticks and their words: 1, 2 or 5 times a power of ten, in 万 or 亿 where the values are large.

use crate::format;
use crate::i18n::Lang;

/// A value axis.
pub(crate) struct Axis {
    pub min: i64,
    pub max: i64,
    pub step: i64,
    divisor: i64,
    decimals: u32,
    /// Unit with its multiple: `万人`, `%`.
    pub unit: String,
}

/// The smallest of 1, 2, 5 × 10^k that is at least `v`.
fn round_up(v: i64) -> i64 {
    let v = v.max(1);
    let mut base: i64 = 1;
    while base.saturating_mul(10) <= v {
        base = base.saturating_mul(10);
    }
    [1, 2, 5].into_iter().map(|m| base.saturating_mul(m)).find(|s| *s >= v).unwrap_or_else(|| base.saturating_mul(10))
}

impl Axis {
    /// Covers all values, from zero unless `from_zero` is off, with about `ticks` steps.
    pub fn new(lang: Lang, unit: &str, decimals: u32, values: &[i64], from_zero: bool, ticks: i64) -> Self {
        // Beyond 2^60 a drawing has no meaning; keeping below it keeps the arithmetic safe.
        let clamp = |v: i64| v.clamp(-(1 << 60), 1 << 60);
        let mut low = clamp(values.iter().copied().min().unwrap_or(0));
        let mut high = clamp(values.iter().copied().max().unwrap_or(0));
        if from_zero {
            low = low.min(0);
            high = high.max(0);
        }
        let one = 10_i64.pow(decimals.min(9));
        if high == low {
            high = low + one;
        }
        let step = round_up((high - low + ticks - 1) / ticks.max(1));
        let min = low.div_euclid(step) * step;
        let max = -(-high).div_euclid(step) * step;
        let most = max.abs().max(min.abs()) / one;
        let (multiple, word) = match lang {
            Lang::ZhCn if most >= 100_000_000 => (100_000_000, "亿"),
            Lang::ZhCn if most >= 10_000 => (10_000, "万"),
            Lang::En if most >= 1_000_000_000 => (1_000_000_000, "bn "),
            Lang::En if most >= 1_000_000 => (1_000_000, "M "),
            _ => (1, ""),
        };
        let unit = format!("{word}{unit}").trim().to_owned();
        Self { min, max, step, divisor: one.saturating_mul(multiple), decimals: decimals.min(9), unit }
    }

    /// The values that get a tick.
    pub fn ticks(&self) -> Vec<i64> {
        (0..=(self.max - self.min) / self.step).map(|i| self.min + i * self.step).collect()
    }

    /// A tick in words, without its unit.
    pub fn label(&self, v: i64) -> String {
        if v == 0 {
            return "0".to_owned();
        }
        let (mut digits, mut divisor) = (0, self.divisor);
        while divisor > 1 && digits < 9 && self.step % divisor != 0 {
            divisor /= 10;
            digits += 1;
        }
        format::scaled(v / divisor, digits)
    }

    /// A value as shown on hover: in full, with the plain unit.
    pub fn full(&self, v: i64, unit: &str) -> String {
        format!("{}{unit}", format::scaled(v, self.decimals))
    }

    /// Share of the axis, 0 at the lower end and 1 at the upper.
    pub fn share(&self, v: i64) -> f64 {
        (v as f64 - self.min as f64) / (self.max - self.min) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(lang: Lang, decimals: u32, values: &[i64]) -> (Vec<String>, String) {
        let a = Axis::new(lang, "人", decimals, values, true, 5);
        (a.ticks().into_iter().map(|t| a.label(t)).collect(), a.unit)
    }

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        assert_eq!(labels(Lang::ZhCn, 0, &[2026, 2839]).0, ["0", "1,000", "2,000", "3,000"]);
        assert_eq!(labels(Lang::ZhCn, 1, &[567, 651]).0, ["0", "20", "40", "60", "80"]);
        let (l, unit) = labels(Lang::ZhCn, 0, &[53_000]);
        assert_eq!((l.join(" "), unit.as_str()), ("0 2 4 6".to_owned(), "万人"));
        let (l, unit) = labels(Lang::ZhCn, 0, &[160_000_000, 210_000_000]);
        assert_eq!((l.join(" "), unit.as_str()), ("0 0.5 1.0 1.5 2.0 2.5".to_owned(), "亿人"));
        assert_eq!(labels(Lang::En, 0, &[5_300_000]).1, "M 人");
    }

    #[test]
    fn hard_inputs_stay_finite() {
        for values in [vec![], vec![0], vec![-5, 5], vec![i64::MIN, i64::MAX], vec![7, 7]] {
            let a = Axis::new(Lang::ZhCn, "", 0, &values, true, 5);
            assert!(a.max > a.min && a.ticks().len() < 20, "{values:?}");
            assert!(a.share(a.max) == 1.0 && a.share(a.min) == 0.0);
        }
        let a = Axis::new(Lang::ZhCn, "%", 1, &[560, 651], false, 5);
        assert!(a.min > 0 && a.min <= 560 && a.max >= 651);
    }
}
