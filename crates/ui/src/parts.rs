//! Small parts of a page: buttons, tabs, paging, empty states, definition lists, derived figures, cards.

use crate::i18n::Lang;
use maud::{Markup, Render, html};

/// A link that looks like a button; `primary` for the one main act of the page.
pub fn button_link(label: &str, href: &str, primary: bool) -> Markup {
    html! { a class={ "btn" @if primary { " btn-primary" } } href=(href) { (label) } }
}

/// The submit button of a form; label it with a verb (提交, 退回, 通过).
pub fn submit(label: &str) -> Markup {
    html! { button class="btn btn-primary" type="submit" { (label) } }
}

/// A further submit button that sends `name=value`, for forms with several outcomes.
pub fn submit_as(label: &str, name: &str, value: &str) -> Markup {
    html! { button class="btn" type="submit" name=(name) value=(value) { (label) } }
}

/// A submit button for an act that is hard to undo; asks first where script runs.
pub fn submit_danger(label: &str, question: &str) -> Markup {
    html! { button class="btn btn-danger" type="submit" data-confirm=(question) { (label) } }
}

/// A one-button form: POST with the form token (确认, 撤回 …). `confirm` is asked first where script runs.
pub fn post_button(action: &str, csrf: &str, label: &str, confirm: Option<&str>) -> Markup {
    html! {
        form class="zw-inline" action=(action) method="post" data-once="" {
            (crate::form::hidden(crate::form::CSRF_FIELD, csrf))
            button class="btn" type="submit" data-confirm=[confirm] { (label) }
        }
    }
}

/// Prints the page; shown only where script runs (the browser's own print works everywhere).
pub fn print_button(lang: Lang) -> Markup {
    html! { button class="btn btn-sm zw-script" type="button" data-print="" { (lang.t("ui-print")) } }
}

/// Several buttons in a row.
pub fn button_row(body: Markup) -> Markup {
    html! { div class="zw-buttons" { (body) } }
}

/// One tab: label, address, whether shown now, and a count to show beside the label.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Label.
    pub label: String,
    /// Address.
    pub href: String,
    /// Whether it is the one shown.
    pub active: bool,
    /// Count beside the label.
    pub count: Option<i64>,
}

impl Tab {
    /// A tab without count.
    pub fn new(label: impl Into<String>, href: impl Into<String>, active: bool) -> Self {
        Self { label: label.into(), href: href.into(), active, count: None }
    }
}

/// Tabs as links.
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav class="zw-tabs" aria-label=(label) {
            ul { @for t in tabs { li {
                a href=(t.href) class=[t.active.then_some("is-here")] aria-current=[t.active.then_some("page")] {
                    (t.label) @if let Some(n) = t.count { " " span class="zw-count" { (crate::format::num(n)) } }
                }
            } } }
        }
    }
}

/// Paging: the page shown (from 1), the page size, the total number of rows, and how to make an address from a page number.
pub fn pagination(lang: Lang, page: i64, size: i64, total: i64, href: impl Fn(i64) -> String) -> Markup {
    paging(lang, page, size, total, |p, rel, words| html! { a rel=[rel] href=(href(p)) { (words) } })
}

/// Paging through what was searched for by POST: the same search again, with the page.
pub fn pagination_of_search(
    lang: Lang,
    (page, size, total): (i64, i64, i64),
    action: &str,
    csrf: &str,
    fields: &[(&str, &str)],
) -> Markup {
    let go =
        |p: i64, _: Option<&'static str>, words: &str| html! { button type="submit" name="page" value=(p) { (words) } };
    html! {
        form action=(action) method="post" {
            (crate::form::hidden(crate::form::CSRF_FIELD, csrf))
            @for (name, value) in fields { @if !value.is_empty() { (crate::form::hidden(name, value)) } }
            (paging(lang, page, size, total, go))
        }
    }
}

fn paging(
    lang: Lang,
    page: i64,
    size: i64,
    total: i64,
    go: impl Fn(i64, Option<&'static str>, &str) -> Markup,
) -> Markup {
    // An empty list says so itself.
    if total <= 0 {
        return html! {};
    }
    let size = size.max(1);
    let last = ((total + size - 1) / size).max(1);
    let page = page.clamp(1, last);
    let (from, to) = (((page - 1) * size + 1).min(total), (page * size).min(total));
    let near: Vec<i64> = (1..=last).filter(|p| *p == 1 || *p == last || (p - page).abs() <= 1).collect();
    html! {
        nav class="zw-paging" aria-label=(lang.t("ui-paging")) {
            p { (lang.tf("ui-paging-range", &[("from", from.into()), ("to", to.into()), ("total", total.into())])) }
            @if last > 1 { ul {
                @if page > 1 { li { (go(page - 1, Some("prev"), &lang.t("ui-prev"))) } }
                @for (i, p) in near.iter().enumerate() {
                    @if i > 0 && near.get(i - 1).is_some_and(|q| p - q > 1) { li aria-hidden="true" { "…" } }
                    li { @if *p == page { span aria-current="page" { (p) } } @else { (go(*p, None, &p.to_string())) } }
                }
                @if page < last { li { (go(page + 1, Some("next"), &lang.t("ui-next"))) } }
            } }
        }
    }
}

/// Empty state: what belongs here, how to begin, and the button that begins.
pub fn empty(title: &str, how_to_begin: &str, action: Option<(&str, &str)>) -> Markup {
    let link = action.map(|(label, href)| html! { p { a class="btn btn-primary" href=(href) { (label) } } });
    empty_with(title, how_to_begin, link)
}

/// Empty state with a way to begin of its own.
pub fn empty_with(title: &str, how_to_begin: &str, action: Option<Markup>) -> Markup {
    html! {
        div class="zw-empty" {
            p class="zw-empty-title" { (title) }
            p { (how_to_begin) }
            @if let Some(a) = action { (a) }
        }
    }
}

/// Label and value pairs.
pub fn definitions<V: Render>(pairs: impl IntoIterator<Item = (String, V)>) -> Markup {
    html! { dl class="zw-dl" { @for (label, value) in pairs { div { dt { (label) } dd { (value) } } } } }
}

/// A derived figure: a link that opens its definition, its as-of and its rows.
pub fn figure(value: &str, href: &str) -> Markup {
    html! { @if href.is_empty() { (value) } @else { a class="zw-figure" href=(href) { (value) } } }
}

/// A derived figure in short form, the exact value on hover.
pub fn figure_short(lang: Lang, value: i64, href: &str) -> Markup {
    html! { a class="zw-figure" href=(href) { (crate::format::short_markup(lang, value)) } }
}

/// One figure of the strip above a dashboard or wall chart.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    /// What it is, e.g. 乡镇（街道）覆盖率.
    pub label: String,
    /// Value as shown, e.g. `65.1%`.
    pub value: String,
    /// Unit after the value, empty for none.
    pub unit: String,
    /// Exact value or explanation on hover.
    pub title: Option<String>,
    /// Definition and rows.
    pub href: Option<String>,
    /// Change in words with its base date, e.g. `+92，较 2021-06-09`.
    pub change: Option<String>,
    /// Small drawing, see [`crate::chart::sparkline`].
    pub trend: Option<Markup>,
    /// Whether it is the live figure, not yet confirmed by the county (未审核).
    pub unconfirmed: bool,
}

/// The mark of a figure that nobody confirmed.
pub fn unconfirmed(lang: Lang) -> Markup {
    flag(&lang.t("ui-unconfirmed"))
}

/// Strip of up to eight figures.
pub fn stats(lang: Lang, stats: &[Stat]) -> Markup {
    html! {
        ul class="zw-stats" { @for s in stats { li {
            p class="zw-stat-label" { (s.label) @if s.unconfirmed { " " (unconfirmed(lang)) } }
            p class="zw-stat-value" title=[s.title.as_deref()] {
                @if let Some(href) = &s.href { a class="zw-figure" href=(href) { (s.value) } } @else { (s.value) }
                // English puts a space before a word; a symbol and a Chinese unit stand close.
                @if s.unit.starts_with(|c: char| c.is_ascii_alphabetic()) { " " }
                @if !s.unit.is_empty() { span class="zw-stat-unit" { (s.unit) } }
            }
            @if let Some(change) = &s.change { p class="zw-stat-change" { (change) } }
            @if let Some(trend) = &s.trend { (trend) }
        } } }
    }
}

/// A block with a heading.
pub fn card(title: &str, body: Markup) -> Markup {
    card_with(title, None, body)
}

/// A block with a heading and buttons or a link beside it.
pub fn card_with(title: &str, beside: Option<Markup>, body: Markup) -> Markup {
    html! {
        section class="zw-card" {
            div class="zw-card-head" { h2 { (title) } @if let Some(b) = beside { div { (b) } } }
            (body)
        }
    }
}

/// Blocks side by side where there is room.
pub fn columns(body: Markup) -> Markup {
    html! { div class="zw-columns" { (body) } }
}

/// A drawing with its caption above and its source line below.
pub fn drawing(caption: &str, svg: Markup, source: Option<&str>) -> Markup {
    html! {
        figure class="zw-drawing" {
            figcaption { (caption) }
            // Wider than a phone: whoever has no pointer scrolls it with the keys.
            div class="zw-drawing-body" tabindex="0" role="group" aria-label=(caption) { (svg) }
            @if let Some(s) = source { p class="zw-source" { (s) } }
        }
    }
}

/// Paper of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// A3, landscape.
    A3,
    /// A0, landscape.
    A0,
}

/// What goes on one wall sheet when printed: a drawing with its legend, as-of and source lines. Give the shell's
/// banner too: a page with sheets prints it on each of them.
pub fn sheet(paper: Paper, banner: Option<&str>, body: Markup) -> Markup {
    let class = match paper {
        Paper::A3 => "zw-sheet-a3",
        Paper::A0 => "zw-sheet-a0",
    };
    html! { div class=(class) { @if let Some(b) = banner { p class="demo-banner zw-sheet-banner" { (b) } } (body) } }
}

/// A region that follows the server: `live` is the event stream (`/live?topics=wall`), `src` the address of the
/// fragment fetched again on an event, `id` the region's own id.
pub fn live(id: &str, live: &str, src: &str, body: Markup) -> Markup {
    html! { div id=(id) data-live=(live) data-live-src=(src) { (body) } }
}

/// Slider over weeks: a GET form that works without script; with script a move fetches `action?name=value` and
/// swaps the element named `target` (an id), or loads the page when it is empty.
pub fn week_slider(lang: Lang, action: &str, name: &str, labels: &[String], chosen: usize, target: &str) -> Markup {
    let last = labels.len().saturating_sub(1);
    let chosen = chosen.min(last);
    html! {
        form class="zw-slider" action=(action) method="get" data-slider=(target) {
            label for="zw-week" { (lang.t("ui-week")) }
            input id="zw-week" type="range" name=(name) min="0" max=(last) step="1" value=(chosen)
                data-labels=(labels.join("|")) aria-valuetext=[labels.get(chosen)];
            output for="zw-week" { @if let Some(l) = labels.get(chosen) { (l) } }
            button class="btn btn-sm zw-noscript" type="submit" { (lang.t("ui-show")) }
        }
    }
}

/// Progress of a job that can be left: done of total in permille.
pub fn progress(label: &str, permille: i64) -> Markup {
    let p = permille.clamp(0, 1000);
    html! {
        div class="zw-progress" {
            p { (label) " " span class="zw-num" { (crate::format::percent_of_permille(p)) } }
            progress max="1000" value=(p) aria-label=(label) {}
        }
    }
}

/// Small text beside something: 未审核, 快报, 更正.
pub fn flag(text: &str) -> Markup {
    html! { span class="zw-flag" { (text) } }
}

/// Every small part.
pub fn sample(lang: Lang) -> Markup {
    let week = |n: i64| format!("2026 年第 {n} 周");
    html! {
        (button_row(html! {
            (submit("提交")) (submit_as("存草稿", "draft", "1")) (button_link("查看报表", "/gallery", false))
            (submit_danger("撤销验收", "确定撤销？撤销后站点回到筹建。")) (post_button("/gallery", "t", "退回", None)) (print_button(lang))
        }))
        (tabs("视图", &[Tab::new("瓦片", "/gallery", true), Tab::new("矩阵", "/gallery", false), Tab { count: Some(12), ..Tab::new("待办", "/gallery", false) }]))
        (stats(lang, &[
            Stat { label: "乡镇（街道）覆盖率".into(), value: "65.1%".into(), href: Some("/gallery".into()), change: Some("+8.4个百分点，较 2021-06-09".into()), trend: Some(crate::chart::sparkline("近八期覆盖率", &[412, 448, 471, 503, 526, 567, 610, 651].map(Some))), ..Stat::default() },
            Stat { label: "在岗社工".into(), value: "2,839".into(), unit: "人".into(), unconfirmed: true, ..Stat::default() },
            Stat { label: "统筹资金".into(), value: "2.1".into(), unit: "亿元".into(), title: Some("210,000,000.00元".into()), ..Stat::default() },
        ]))
        (definitions([("站长".to_owned(), "张*"), ("电话".to_owned(), "138****1234"), ("验收".to_owned(), "2026-11-22")]))
        p { "已建成 " (figure("716", "/gallery")) " 个，资金 " (figure_short(lang, 210_000_000, "/gallery")) " 元 " (flag("快报")) }
        (columns(html! { (card("我欠什么", html! { p { "本周周报，周五 17:00 前。" } })) (card("什么被退回", html! { p { "无。" } })) }))
        (week_slider(lang, "/gallery", "week", &(1..=8).map(week).collect::<Vec<_>>(), 7, ""))
        (progress("正在导入", 420))
        (pagination(lang, 5, 20, 431, |p| format!("/gallery?page={p}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paging_keeps_its_bounds() {
        let html = |page, total| pagination(Lang::ZhCn, page, 20, total, |p| format!("?page={p}")).into_string();
        assert!(html(5, 431).contains("第 81–100 条，共 431 条"), "{}", html(5, 431));
        assert!(html(99, 431).contains("第 421–431 条"));
        assert!(html(1, 0).is_empty(), "an empty list has no pages");
        assert!(!html(1, 20).contains("<ul>"));
        assert!(html(-3, 41).contains("rel=\"next\"") && !html(-3, 41).contains("rel=\"prev\""));
    }

    #[test]
    fn a_figure_and_its_unit_are_two_words() {
        let html = |unit: &str| {
            let stat = Stat { label: "x".into(), value: "94".into(), unit: unit.into(), ..Stat::default() };
            crate::table::text_of(&stats(Lang::En, &[stat]))
        };
        assert_eq!(
            (html("times").as_str(), html("%").as_str(), html("人").as_str()),
            ("x 94 times", "x 94%", "x 94人")
        );
    }

    #[test]
    fn slider_and_progress_stay_in_range() {
        let html = week_slider(Lang::ZhCn, "/w", "week", &["甲".into(), "乙".into()], 9, "map").into_string();
        assert!(html.contains("max=\"1\" step=\"1\" value=\"1\"") && html.contains("aria-valuetext=\"乙\""), "{html}");
        assert!(progress("x", 2000).into_string().contains("value=\"1000\""));
        assert!(week_slider(Lang::En, "/w", "week", &[], 0, "").into_string().contains("max=\"0\""));
    }
}
