//! Official status and the worker's own judgement of a resident, apart, each with its source and its days.

use super::word;
use crate::model::Recognition;
use crate::out::{CategoryOut, ResidentOut};
use maud::{Markup, html};
use zw_core::Day;
use zw_core::code::Code as _;
use zw_ui::Lang;

fn official(c: &CategoryOut) -> bool {
    c.basis != Recognition::WorkerFound
}

/// `低保（民政系统名册 2021-06-30，示例民〔2021〕9号，自 2021-06-30）`.
fn said(lang: Lang, c: &CategoryOut) -> Markup {
    let by = word(lang, "basis", c.basis.code());
    let since = lang.tf("practice-since", &[("day", c.from.to_string().into())]);
    let source = match (c.list, c.list_date) {
        (Some(_), Some(day)) => lang.tf("practice-by-list", &[("by", by.into()), ("day", day.to_string().into())]),
        _ if official(c) => lang.tf("practice-by-typed", &[("by", by.into())]),
        _ => String::new(),
    };
    let until = c.to.map(|d| lang.tf("practice-until", &[("day", d.to_string().into())])).unwrap_or_default();
    let all = [source, c.document.clone().unwrap_or_default(), since, until];
    let told: Vec<String> = all.into_iter().filter(|t| !t.is_empty()).collect();
    html! { (word(lang, "category", &c.code)) (lang.aside(&told.join(lang.comma()))) }
}

fn several<'a>(lang: Lang, all: impl Iterator<Item = &'a CategoryOut>) -> Option<Markup> {
    let all: Vec<Markup> = all.map(|c| said(lang, c)).collect();
    match all.as_slice() {
        [] => None,
        [one] => Some(html! { (one) }),
        many => Some(html! { ul class="zw-list" { @for m in many { li { (m) } } } }),
    }
}

/// Official statuses in force, and what the station's worker found.
pub(super) fn apart(lang: Lang, r: &ResidentOut) -> (Option<Markup>, Option<Markup>) {
    let official_ones = several(lang, r.categories.iter().filter(|c| official(c)));
    (official_ones, several(lang, r.categories.iter().filter(|c| !official(c))))
}

/// What lists say, for the form, which does not change it.
pub(super) fn listed(lang: Lang, r: &ResidentOut) -> Option<Markup> {
    several(lang, r.categories.iter().filter(|c| c.list.is_some()))
}

/// Official statuses that are over.
pub(super) fn past(lang: Lang, r: &ResidentOut) -> Option<Markup> {
    several(lang, r.past_categories.iter())
}

/// One of a list, one that was typed, one that the worker found.
pub(super) fn sample() -> Vec<CategoryOut> {
    use zw_core::{OfficialListId, Uuid};
    let day = Day::from_stored(20_210_630);
    let one = |code: &str, basis, list: Option<u128>| CategoryOut {
        code: code.into(),
        basis,
        from: day,
        to: None,
        list: list.map(|n| OfficialListId(Uuid::from_u128(n))),
        list_date: list.map(|_| day),
        document: list.map(|_| "示例民〔2021〕9号".into()),
    };
    vec![
        one("01", Recognition::CivilAffairs, Some(1)),
        one("31", Recognition::DisabledFederation, None),
        one("21", Recognition::WorkerFound, None),
    ]
}
