//! Bars: lying ones for a list of areas or units with the plan as a tick, standing ones stacked over time.

use super::axis::Axis;
use super::line::{Series, x_labels};
use super::{
    INK, MUTED, RULE, Text, hatches, id_prefix, linked, n, rule, series_colour, series_legend, status_rect, svg, text,
    text_width,
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

/// Standing bars, stacked; with one series plain bars.
#[derive(Clone, Debug)]
pub struct StackedChart {
    /// Language of the axis words.
    pub lang: Lang,
    /// What is shown.
    pub title: String,
    /// Unit of the values.
    pub unit: String,
    /// Decimals of the scaled values.
    pub decimals: u32,
    /// Places of the x axis.
    pub x: Vec<String>,
    /// Parts from below; negative values count as 0; `plan` is ignored.
    pub series: Vec<Series>,
}

/// Draws standing bars.
pub fn stacked(c: &StackedChart) -> Markup {
    let at = |s: &Series, i: usize| s.values.get(i).copied().flatten().unwrap_or(0).max(0);
    let sums: Vec<i64> =
        (0..c.x.len()).map(|i| c.series.iter().fold(0_i64, |sum, s| sum.saturating_add(at(s, i)))).collect();
    let axis = Axis::new(c.lang, &c.unit, c.decimals, &sums, true, 5);
    let ticks = axis.ticks();
    let (h, top, bottom, right) = (300.0, 46.0, 34.0, 12.0);
    let left = ticks.iter().map(|t| text_width(&axis.label(*t), 12.0)).fold(24.0, f64::max) + 12.0;
    let room = (W - left - right) / c.x.len().max(1) as f64;
    let wide = (room * 0.62).min(56.0);
    let xs = |i: usize| left + room * (i as f64 + 0.5);
    let ys = |v: i64| top + (h - top - bottom) * (1.0 - axis.share(v));
    let names: Vec<(&str, bool)> = c.series.iter().map(|s| (s.label.as_str(), false)).collect();
    let body = html! {
        (series_legend(left, 16.0, &names))
        (text(&Text { x: 4.0, y: 36.0, text: &axis.unit, size: 12.0, class: "i-muted", fill: MUTED, ..Text::default() }))
        @for t in &ticks {
            (rule(left, ys(*t), W - right, ys(*t), "l-rule", RULE, if *t == 0 { 1.4 } else { 0.8 }))
            (text(&Text { x: left - 8.0, y: ys(*t) + 4.0, text: &axis.label(*t), size: 12.0, anchor: "end", class: "i-muted", fill: MUTED, ..Text::default() }))
        }
        (x_labels(&c.x, xs, h - 10.0, room))
        @for (i, name) in c.x.iter().enumerate() {
            @let top_of = sums[i];
            @for (k, s) in c.series.iter().enumerate() {
                @let v = at(s, i);
                @let base = c.series[..k].iter().fold(0_i64, |sum, s| sum.saturating_add(at(s, i)));
                @if v > 0 {
                    @let (class, colour) = series_colour(k);
                    @let (lower, upper) = (ys(base), ys(base.saturating_add(v)));
                    @let words = format!("{name} {}: {}", s.label, axis.full(v, &c.unit));
                    (linked(s.hrefs.get(i).map(String::as_str), &words, html! {
                        rect x=(n(xs(i) - wide / 2.0)) y=(n(upper)) width=(n(wide)) height=(n(lower - upper)) class={ "f-" (class) " l-ground" } fill=(colour) stroke=(super::GROUND) stroke-width="0.8" { title { (words) } }
                    }))
                }
            }
            @if top_of > 0 && room > 30.0 {
                (text(&Text { x: xs(i), y: ys(top_of) - 5.0, text: &crate::format::scaled(top_of, c.decimals), size: 12.0, anchor: "middle", ..Text::default() }))
            }
        }
    };
    svg("zw-stacked", W, h, &c.title, c.series.iter().any(|s| !s.hrefs.is_empty()), body)
}

/// Lying and standing bars.
pub(super) fn sample(lang: Lang) -> Markup {
    let bar = |label: &str, value, status| Bar {
        label: label.into(),
        value,
        plan: Some(700),
        status: Some(status),
        href: Some("/gallery".into()),
    };
    let part = |label: &str, values: &[i64]| Series {
        label: label.into(),
        values: values.iter().copied().map(Some).collect(),
        ..Series::default()
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
        (crate::parts::drawing("服务人次", stacked(&StackedChart {
            lang, title: "服务人次".into(), unit: "人次".into(), decimals: 0,
            x: (1..=6).map(|m| format!("{m}月")).collect(),
            series: vec![
                part("探访", &[12_000, 15_400, 17_800, 18_200, 21_000, 22_500]),
                part("小组", &[3_200, 4_100, 4_600, 5_000, 5_200, 6_100]),
                part("社区活动", &[6_000, 6_200, 7_900, 8_800, 9_100, 9_900]),
            ],
        }), None))
    }
}
