//! Lying bars for a list of areas or units, with the plan as a tick.

use super::axis::Axis;
use super::{
    INK, MUTED, RULE, Text, hatches, id_prefix, linked, n, rule, series_colour, status_rect, svg, text, text_width,
};
use crate::i18n::Lang;
use crate::status::Status;
use maud::{Markup, html};

/// One lying bar.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// Name before the bar.
    pub label: String,
    /// Value; `None` is shown as a dash.
    pub value: Option<i64>,
    /// Where the plan says it should be: a tick across the bar.
    pub plan: Option<i64>,
    /// State, which then decides the colour and adds the mark.
    pub status: Option<Status>,
    /// Drill-down.
    pub href: Option<String>,
}

/// Lying bars.
#[derive(Clone, Debug)]
pub struct BarChart {
    /// Language of the axis words.
    pub lang: Lang,
    /// What is shown.
    pub title: String,
    /// Unit of the values.
    pub unit: String,
    /// Decimals of the scaled values.
    pub decimals: u32,
    /// Bars from above.
    pub bars: Vec<Bar>,
}

const W: f64 = 680.0;
const ROW: f64 = 28.0;

/// Draws lying bars.
pub fn bars(c: &BarChart) -> Markup {
    let values: Vec<i64> = c.bars.iter().flat_map(|b| [b.value, b.plan]).flatten().collect();
    let axis = Axis::new(c.lang, &c.unit, c.decimals, &values, true, 5);
    let ticks = axis.ticks();
    let left = c.bars.iter().map(|b| text_width(&b.label, 13.0)).fold(40.0, f64::max).min(220.0) + 14.0;
    let right = 84.0;
    let (top, height) = (30.0, 30.0 + ROW * c.bars.len() as f64 + 8.0);
    let xs = |v: i64| left + (W - left - right) * axis.share(v);
    let prefix = id_prefix("b", &c.title);
    let body = html! {
        (hatches(&prefix))
        @for t in &ticks {
            (rule(xs(*t), top - 6.0, xs(*t), height - 6.0, "l-rule", RULE, if *t == 0 { 1.4 } else { 0.8 }))
            (text(&Text { x: xs(*t), y: 16.0, text: &axis.label(*t), size: 12.0, anchor: "middle", class: "i-muted", fill: MUTED, ..Text::default() }))
        }
        (text(&Text { x: W - 4.0, y: 16.0, text: &axis.unit, size: 12.0, anchor: "end", class: "i-muted", fill: MUTED, ..Text::default() }))
        @for (i, b) in c.bars.iter().enumerate() { (bar(c, &axis, &prefix, b, top + ROW * i as f64, left, xs)) }
    };
    svg("zw-bars", W, height, &c.title, c.bars.iter().any(|b| b.href.is_some()), body)
}

fn bar(c: &BarChart, axis: &Axis, prefix: &str, b: &Bar, y: f64, left: f64, xs: impl Fn(i64) -> f64) -> Markup {
    let shown =
        b.value.map_or_else(|| crate::format::NONE.to_owned(), |v| axis.full(v, if c.unit == "%" { "%" } else { "" }));
    let words = match b.plan {
        Some(p) => format!("{}: {shown} / {}", b.label, axis.full(p, &c.unit)),
        None => format!("{}: {}", b.label, b.value.map_or_else(|| shown.clone(), |v| axis.full(v, &c.unit))),
    };
    let marked = b.status.map_or_else(|| shown.clone(), |s| format!("{} {shown}", s.mark()));
    let (class, colour) = series_colour(0);
    linked(
        b.href.as_deref(),
        &words,
        html! {
            title { (words) }
            (text(&Text { x: left - 8.0, y: y + 17.0, text: &b.label, size: super::fit(&b.label, 13.0, left - 12.0), anchor: "end", ..Text::default() }))
            @if let Some(v) = b.value {
                @let (from, to) = (xs(0.min(v)), xs(0.max(v)));
                @if let Some(s) = b.status { (status_rect(prefix, from, y + 4.0, (to - from).max(1.0), 18.0, s)) }
                @else { rect x=(n(from)) y=(n(y + 4.0)) width=(n((to - from).max(1.0))) height="18" rx="2" class={ "f-" (class) } fill=(colour) {} }
            }
            @if let Some(p) = b.plan { (rule(xs(p), y + 1.0, xs(p), y + 25.0, "l-ink", INK, 2.0)) }
            @let end = xs(b.value.unwrap_or(0).max(b.plan.unwrap_or(0)));
            (text(&Text { x: end + 8.0, y: y + 17.0, text: &marked, ..Text::default() }))
        },
    )
}

/// Lying bars.
pub(super) fn sample(lang: Lang) -> Markup {
    let bar = |label: &str, value, status| Bar {
        label: label.into(),
        value,
        plan: Some(700),
        status: Some(status),
        href: Some("/gallery".into()),
    };
    html! {
        (crate::parts::drawing("各市覆盖率", bars(&BarChart {
            lang, title: "各市覆盖率".into(), unit: "%".into(), decimals: 1,
            bars: vec![
                bar("示例甲市", Some(1000), Status::Done), bar("示例乙市", Some(734), Status::OnCourse),
                bar("示例丙市", Some(512), Status::Behind), bar("示例丁市", Some(120), Status::Overdue),
                bar("示例综合实验区", None, Status::NoData),
            ],
        }), Some("竖线为计划进度")))
    }
}
