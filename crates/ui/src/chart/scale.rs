//! Sequential scale of maps: at most five classes with round limits, dark for high, and a legend that states the
//! limits and how many areas fall into each.

use super::{Text, n, text, text_width};
use crate::format;
use maud::{Markup, html};

/// Class of shape and text, fill and ink of each step, low to high. The last two carry light text.
const STEPS: [(&str, &str, &str, &str); 5] = [
    ("q0", "#e0efed", "u0", "#12262b"),
    ("q1", "#b3d9d4", "u1", "#12262b"),
    ("q2", "#7cbcb5", "u2", "#12262b"),
    ("q3", "#2c7b74", "u3", "#ffffff"),
    ("q4", "#0b4a45", "u4", "#ffffff"),
];

/// Equal classes over the values of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    base: i64,
    step: i64,
    count: usize,
    decimals: u32,
    unit: String,
}

impl Classes {
    /// Classes that cover all values (scaled by `decimals`) in at most five steps of 1, 2 or 5 times a power of ten.
    pub fn over(values: &[i64], decimals: u32, unit: &str) -> Self {
        let clamp = |v: i64| v.clamp(-(1 << 60), 1 << 60);
        let low = clamp(values.iter().copied().min().unwrap_or(0));
        let high = clamp(values.iter().copied().max().unwrap_or(0));
        let (mut step, mut turn) = (1_i64, 0);
        loop {
            let base = low.div_euclid(step) * step;
            // The highest value may lie on the last limit: 100% belongs to 80–100.
            let count = ((high - base + step - 1) / step).max(1);
            if count <= 5 {
                let count = usize::try_from(count).unwrap_or(1);
                return Self { base, step, count, decimals, unit: unit.to_owned() };
            }
            step = step.saturating_mul(if turn % 3 == 1 { 5 } else { 2 });
            if turn % 3 == 1 {
                step /= 2;
            }
            turn += 1;
        }
    }

    /// Class of a value, from 0; values outside count to the nearest class.
    pub fn class(&self, v: i64) -> usize {
        let steps = (v.clamp(self.base, 1 << 60) - self.base) / self.step;
        usize::try_from(steps).unwrap_or(0).min(self.count - 1)
    }

    /// Shape class, fill, text class and ink for a value.
    pub(crate) fn look(&self, v: i64) -> (&'static str, &'static str, &'static str, &'static str) {
        self.shade(self.class(v))
    }

    /// With fewer than five classes the ends of the scale are used.
    fn shade(&self, class: usize) -> (&'static str, &'static str, &'static str, &'static str) {
        let at = if self.count <= 1 { 2 } else { class * 4 / (self.count - 1) };
        STEPS[at.min(4)]
    }

    /// Lower and upper limit of a class in words: `20–40`.
    fn words(&self, class: usize) -> String {
        let from = self.base + self.step * i64::try_from(class).unwrap_or(0);
        format!("{}–{}", format::scaled(from, self.decimals), format::scaled(from + self.step, self.decimals))
    }

    /// Legend as one row; returns the width used. The upper limit of a class belongs to the next one, except the last.
    pub(crate) fn legend(&self, x: f64, y: f64, count: impl Fn(usize) -> usize) -> (Markup, f64) {
        let mut at = x;
        let parts: Vec<Markup> = (0..self.count)
            .map(|class| {
                let (shape, fill, _, _) = self.shade(class);
                let unit = if class == 0 { self.unit.as_str() } else { "" };
                let words = format!("{}{unit} (n={})", self.words(class), count(class));
                let part = html! {
                    rect x=(n(at)) y=(n(y)) width="18" height="13" rx="2" class=(shape) fill=(fill) {}
                    (text(&Text { x: at + 24.0, y: y + 11.0, text: &words, size: 12.5, ..Text::default() }))
                };
                at += 24.0 + text_width(&words, 12.5) + 18.0;
                part
            })
            .collect();
        (html! { @for p in parts { (p) } }, at - x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_round_and_cover_the_values() {
        let c = Classes::over(&[0, 415, 1000], 1, "%");
        assert_eq!(
            (0..c.count).map(|i| c.words(i)).collect::<Vec<_>>(),
            ["0.0–20.0", "20.0–40.0", "40.0–60.0", "60.0–80.0", "80.0–100.0"]
        );
        assert_eq!((c.class(0), c.class(199), c.class(200), c.class(1000), c.class(-5)), (0, 0, 1, 4, 0));
        let c = Classes::over(&[3, 7], 0, "人");
        assert_eq!((c.step, c.count), (1, 4));
        let c = Classes::over(&[120, 2839], 0, "人");
        assert_eq!((c.base, c.step, c.count), (0, 1000, 3));
    }

    #[test]
    fn hard_inputs_stay_in_range() {
        for values in [vec![], vec![5, 5], vec![i64::MIN, i64::MAX], vec![-30, 40]] {
            let c = Classes::over(&values, 0, "");
            assert!((1..=5).contains(&c.count), "{values:?}");
            for v in values {
                assert!(c.class(v) < c.count);
            }
        }
    }
}
