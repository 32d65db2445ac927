//! Cells code by code, folded: a month has thirty categories, and most readers ask for the sums.

use crate::report::out::GroupOut;
use crate::report::split::{CHANGED, SplitOut, SplitValue};
use maud::{Markup, html};
use zw_ui::form;
use zw_ui::format::num;
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Row, Table, table};

/// The fold. `above`: the reader stands above the county, where numbers of few people are left out.
pub(crate) fn split(lang: Lang, s: &SplitOut, above: bool) -> Markup {
    // Columns in which nothing happened would only be in the way; the stocks always stand.
    let stock = |key: &str| matches!(key, "M01" | "M04");
    let empty = |i: usize| s.rows.iter().all(|r| r.values.get(i).is_none_or(|v| v.value == Some(0)));
    let shown: Vec<usize> = (0..s.columns.len()).filter(|i| stock(&s.columns[*i].0) || !empty(*i)).collect();
    let mut cols = vec![Col::text(lang.t("reporting-split-category"))];
    cols.extend(shown.iter().map(|i| {
        let (key, label) = &s.columns[*i];
        let col = Col::figure(lang.t(label), "");
        if stock(key) { col } else { col.wide_only() }
    }));
    let rows = s.rows.iter().map(|r| {
        let mut cells = vec![html! { (lang.t_or(&r.label, &r.code)) }];
        cells.extend(shown.iter().map(|i| cell(value(r.values.get(*i)))));
        Row::new(cells)
    });
    let title = lang.tf("reporting-split-title", &[("n", s.rows.len().into())]);
    form::folded(
        &title,
        false,
        html! {
            (table(lang, &Table { caption: lang.t("reporting-split-caption"), cols, rows: rows.collect(), ..Table::default() }))
            p class="zw-muted" {
                (lang.t("reporting-split-overlap"))
                @if shown.iter().any(|i| s.columns[*i].0 == CHANGED) { " " (lang.t("reporting-split-changed-hint")) }
                @if above { " " (lang.t("reporting-split-few")) }
            }
        },
    )
}

fn value(v: Option<&SplitValue>) -> String {
    match v {
        Some(SplitValue { value: Some(n), at_least }) => format!("{}{}", if *at_least { "≥" } else { "" }, num(*n)),
        _ => "*".to_owned(),
    }
}

/// The name of a cell, or of a part of one (`KEY.CODE`).
pub(super) fn name_of(lang: Lang, groups: &[GroupOut], key: &str) -> String {
    let cell = |key: &str| {
        let found = groups.iter().find_map(|g| Some((g, g.cells.iter().find(|c| c.key == key)?)));
        found.map(|(g, c)| (lang.t_or(&c.label, key), g.split.as_ref()))
    };
    match key.split_once('.') {
        Some((key, code)) => match cell(key) {
            Some((name, split)) => {
                let words = split.map(|s| lang.t_or(&format!("{}{code}", s.words), code));
                lang.tf(
                    "reporting-split-of",
                    &[("figure", name.into()), ("category", words.unwrap_or_else(|| code.to_owned()).into())],
                )
            }
            None => key.to_owned(),
        },
        None => cell(key).map_or_else(|| key.to_owned(), |(name, _)| name),
    }
}
