//! Lines over time, with the plan as a dashed line.

use super::axis::Axis;
use super::{GROUND, MUTED, RULE, Text, linked, n, rule, series_colour, series_legend, svg, text, text_width};
use crate::i18n::Lang;
use maud::{Markup, html};

/// One line.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Name in the legend.
    pub label: String,
    /// A value for each place of the x axis; `None` leaves a gap.
    pub values: Vec<Option<i64>>,
    /// Drawn dashed and grey: the plan.
    pub plan: bool,
    /// Address behind each point; may be shorter than the values.
    pub hrefs: Vec<String>,
}

/// A line chart.
#[derive(Clone, Debug)]
pub struct LineChart {
    /// Language of the axis words.
    pub lang: Lang,
    /// What is shown, for screen readers and hover.
    pub title: String,
    /// Unit of the values (人, %, 元).
    pub unit: String,
    /// Decimals of the scaled values.
    pub decimals: u32,
    /// Places of the x axis.
    pub x: Vec<String>,
    /// Lines.
    pub series: Vec<Series>,
    /// Starts the axis at zero; turn off only where the change matters and the axis says so.
    pub from_zero: bool,
}

const W: f64 = 680.0;
const H: f64 = 300.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 34.0;

/// Draws lines.
pub fn line(c: &LineChart) -> Markup {
    let values: Vec<i64> = c.series.iter().flat_map(|s| s.values.iter().flatten().copied()).collect();
    let axis = Axis::new(c.lang, &c.unit, c.decimals, &values, c.from_zero, 5);
    let ticks = axis.ticks();
    let left = ticks.iter().map(|t| text_width(&axis.label(*t), 12.0)).fold(24.0, f64::max) + 12.0;
    let right = 20.0;
    let places = c.x.len().max(1);
    let xs = |i: usize| match places {
        1 => left + (W - left - right) / 2.0,
        _ => left + (W - left - right) * i as f64 / (places - 1) as f64,
    };
    let ys = |v: i64| TOP + (H - TOP - BOTTOM) * (1.0 - axis.share(v));
    let names: Vec<(&str, bool)> = c.series.iter().map(|s| (s.label.as_str(), s.plan)).collect();
    let links = c.series.iter().any(|s| !s.hrefs.is_empty());
    let body = html! {
        (series_legend(left, 16.0, &names))
        (text(&Text { x: 4.0, y: 36.0, text: &axis.unit, size: 12.0, class: "i-muted", fill: MUTED, ..Text::default() }))
        @for t in &ticks {
            @let y = ys(*t);
            (rule(left, y, W - right, y, "l-rule", RULE, if *t == 0 { 1.4 } else { 0.8 }))
            (text(&Text { x: left - 8.0, y: y + 4.0, text: &axis.label(*t), size: 12.0, anchor: "end", class: "i-muted", fill: MUTED, ..Text::default() }))
        }
        (x_labels(&c.x, xs, H - 10.0, (W - left - right) / places as f64))
        @for (i, s) in c.series.iter().enumerate() { (one(c, &axis, i, s, xs, ys)) }
    };
    svg("zw-line", W, H, &c.title, links, body)
}

/// Names of the places, as many as fit; the last one always.
fn x_labels(names: &[String], xs: impl Fn(usize) -> f64, y: f64, room: f64) -> Markup {
    let widest = names.iter().map(|l| text_width(l, 12.0)).fold(1.0, f64::max) + 10.0;
    let every = (widest / room.max(1.0)).ceil().max(1.0) as usize;
    let last = names.len().saturating_sub(1);
    html! {
        @for (i, name) in names.iter().enumerate() {
            @if (last - i).is_multiple_of(every) {
                @let anchor = if i == last && last > 0 && room < widest { "end" } else { "middle" };
                @let x = if anchor == "end" { xs(i) + 16.0 } else { xs(i) };
                (text(&Text { x, y, text: name, size: 12.0, anchor, class: "i-muted", fill: MUTED, ..Text::default() }))
            }
        }
    }
}

fn one(c: &LineChart, axis: &Axis, i: usize, s: &Series, xs: impl Fn(usize) -> f64, ys: impl Fn(i64) -> f64) -> Markup {
    let (class, colour) = series_colour(i);
    let mut path = String::new();
    let mut pen_down = false;
    for (at, v) in s.values.iter().enumerate().take(c.x.len()) {
        match v {
            Some(v) => {
                path.push_str(&format!("{}{} {}", if pen_down { "L" } else { "M" }, n(xs(at)), n(ys(*v))));
                pen_down = true;
            }
            None => pen_down = false,
        }
    }
    let last = s.values.iter().take(c.x.len()).rposition(Option::is_some);
    html! {
        @if s.plan {
            path d=(path) fill="none" class="l-plan" stroke=(MUTED) stroke-width="1.5" stroke-dasharray="5 4" {}
        } @else {
            path d=(path) fill="none" class={ "l-" (class) } stroke=(colour) stroke-width="2.2" stroke-linejoin="round" {}
            @for (at, v) in s.values.iter().enumerate().take(c.x.len()) { @if let Some(v) = v {
                @let words = format!("{} {}: {}", c.x[at], s.label, axis.full(*v, &c.unit));
                (linked(s.hrefs.get(at).map(String::as_str), &words, html! {
                    circle cx=(n(xs(at))) cy=(n(ys(*v))) r="3.2" class={ "f-" (class) " l-ground" } fill=(colour) stroke=(GROUND) stroke-width="1.2" { title { (words) } }
                }))
                @if Some(at) == last {
                    @let plan = c.series.iter().find(|s| s.plan).and_then(|s| s.values.get(at).copied().flatten());
                    // Below the point when the plan runs just above it.
                    @let below = plan.is_some_and(|p| (0.0..26.0).contains(&(ys(*v) - ys(p))));
                    @let y = ys(*v) + if below { 19.0 } else { -9.0 };
                    (text(&Text { x: xs(at), y, text: &axis.full(*v, if c.unit == "%" { "%" } else { "" }), anchor: "end", bold: true, ..Text::default() }))
                }
            } }
        }
    }
}

/// Coverage against plan.
pub(super) fn sample(lang: Lang) -> Markup {
    let months = ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月"];
    let chart = LineChart {
        lang,
        title: "覆盖率与计划".into(),
        unit: "%".into(),
        decimals: 1,
        x: months.iter().map(|m| (*m).to_owned()).collect(),
        series: vec![
            Series {
                label: "覆盖率".into(),
                values: [82, 130, 214, 305, 412, 567, 651, 720]
                    .into_iter()
                    .map(Some)
                    .chain([None, Some(840), Some(871)])
                    .collect(),
                hrefs: vec!["/gallery".into(); 11],
                ..Series::default()
            },
            Series {
                label: "计划".into(),
                values: (1..=11).map(|m| Some(m * 1000 / 12)).collect(),
                plan: true,
                ..Series::default()
            },
        ],
        from_zero: true,
    };
    crate::parts::drawing("覆盖率与计划", line(&chart), Some("演示数据"))
}
