//! A line the size of a word.

use super::{n, series_colour, svg};
use maud::{Markup, html};

/// Draws the recent values without axes; `title` says what they are. Gaps stay gaps.
pub fn sparkline(title: &str, values: &[Option<i64>]) -> Markup {
    let (w, h) = (120.0, 28.0);
    let known: Vec<i64> = values.iter().flatten().copied().collect();
    let low = known.iter().copied().min().unwrap_or(0) as f64;
    let high = known.iter().copied().max().unwrap_or(0) as f64;
    let span = if high > low { high - low } else { 1.0 };
    let step = (w - 8.0) / (values.len().max(2) - 1) as f64;
    let place = |i: usize, v: i64| (4.0 + step * i as f64, h - 5.0 - (h - 10.0) * (v as f64 - low) / span);
    let (class, colour) = series_colour(0);
    let mut path = String::new();
    let mut pen_down = false;
    let mut last = None;
    for (i, v) in values.iter().enumerate() {
        match v {
            Some(v) => {
                let (x, y) = place(i, *v);
                path.push_str(&format!("{}{} {}", if pen_down { "L" } else { "M" }, n(x), n(y)));
                pen_down = true;
                last = Some((x, y));
            }
            None => pen_down = false,
        }
    }
    svg(
        "zw-spark",
        w,
        h,
        title,
        false,
        html! {
            path d=(if path.is_empty() { "M0 0" } else { path.as_str() }) fill="none" class={ "l-" (class) } stroke=(colour) stroke-width="1.6" stroke-linejoin="round" {}
            @if let Some((x, y)) = last { circle cx=(n(x)) cy=(n(y)) r="2.6" class={ "f-" (class) } fill=(colour) {} }
        },
    )
}
