//! Pages as pure functions from data to markup.

pub mod form;
mod words;

use crate::describe::{at, fields};
use crate::fields::Shape;
use crate::model::{ChangeOut, SettingFile, SettingOut};
use serde_json::Value;
use zw_core::FieldError;
use zw_ui::shell::{Notice, Tone, notice};
use zw_ui::status::badge_with;
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Markup, Row, Status, Table, card, html, table};
use zw_web::{FormTrouble, Posted};

fn state(lang: Lang, s: &SettingOut) -> Markup {
    if !s.problems.is_empty() {
        badge_with(Status::Overdue, &lang.t("settings-broken"))
    } else if s.value == s.default {
        badge_with(Status::NoData, &lang.t("settings-default"))
    } else {
        badge_with(Status::Done, &lang.t("settings-own"))
    }
}

/// What a setting decides, in a sentence: `MEANING-does`.
fn does(lang: Lang, s: &SettingOut) -> String {
    lang.t_or(&format!("{}-does", s.meaning), "")
}

/// All settings.
pub fn list(lang: Lang, found: &[SettingOut]) -> Markup {
    let rows = found
        .iter()
        .map(|s| {
            Row::new(vec![
                html! {
                    a href={ "/admin/settings/" (s.key) } { (lang.t(&s.meaning)) }
                    div class="form-hint" { (does(lang, s)) }
                },
                state(lang, s),
                cell(s.at.as_deref().unwrap_or("—")),
            ])
        })
        .collect();
    html! {
        p { (lang.t("settings-lead")) }
        (table(lang, &Table {
            caption: lang.t("settings-title"),
            cols: vec![
                Col::text(lang.t("settings-what")),
                Col::text(lang.t("settings-state")),
                Col::text(lang.t("settings-at")).wide_only(),
            ],
            rows,
            ..Table::default()
        }))
    }
}

/// What the form needs.
pub struct Form<'a> {
    /// Form token.
    pub csrf: &'a str,
    /// Idempotency key.
    pub key: &'a str,
    /// What was typed.
    pub posted: &'a Posted,
    /// What was wrong with it.
    pub trouble: &'a FormTrouble,
}

fn pretty(v: &Value) -> String {
    serde_json::to_string_pretty(v).unwrap_or_default()
}

/// A problem with its path below the value: `deadlines.week[0].weekday：应在 1 到 7 之间`.
fn told(lang: Lang, path: &str, words: &str) -> String {
    match path.strip_prefix("value.").unwrap_or(path) {
        "value" | "" | "." => words.to_owned(),
        path => format!("{path}{}{words}", lang.colon()),
    }
}

/// One setting; with a form for whoever may change it.
pub fn one(lang: Lang, f: &SettingFile, form: Option<&Form<'_>>) -> Markup {
    let s = &f.setting;
    html! {
        p { (state(lang, s)) }
        p { (does(lang, s)) }
        @if !s.problems.is_empty() {
            (notice(&Notice { tone: Tone::Danger, text: lang.tf("settings-broken-text", &[("what", problems(lang, &s.problems).as_str().into())]), next: None }))
        }
        @if let Some(form) = form { (card(&lang.t("settings-change"), form::edit(lang, s, form))) }
        (explained(lang, s))
        (history(lang, s, &f.changes))
    }
}

fn problems(lang: Lang, list: &[FieldError]) -> String {
    let trouble =
        |e: &FieldError| FormTrouble { fields: zw_core::FieldErrors(vec![e.clone()]), ..FormTrouble::default() };
    let words: Vec<String> =
        list.iter().flat_map(|e| trouble(e).all(lang)).map(|(path, words)| told(lang, &path, &words)).collect();
    words.join(lang.semicolon())
}

/// Every field in words: what stands, what stood if nobody had changed it, what can be typed.
fn explained(lang: Lang, s: &SettingOut) -> Markup {
    let shape = Shape::of(&s.schema);
    let rows = fields(&s.meaning, &s.schema)
        .into_iter()
        .map(|f| {
            let shape = words::shape_at(&shape, &f.path);
            let show = |v: &Value| words::said(lang, &f.meaning, shape, at(v, &f.path).unwrap_or(&Value::Null));
            let (now, default) = (show(&s.value), show(&s.default));
            let changed = at(&s.value, &f.path) != at(&s.default, &f.path);
            Row::new(vec![
                cell(lang.t(&f.meaning)),
                html! { @if changed { strong { (now) } } @else { (now) } },
                cell(default),
                cell(words::takes(lang, shape)),
            ])
        })
        .collect();
    table(
        lang,
        &Table {
            caption: lang.t("settings-fields"),
            cols: vec![
                Col::text(lang.t("settings-field")),
                Col::text(lang.t("settings-now")),
                Col::text(lang.t("settings-default")),
                Col::text(lang.t("settings-kind")).wide_only(),
            ],
            rows,
            ..Table::default()
        },
    )
}

/// Before or after a change: the fields that differ, in words; as stored if it cannot be read.
fn side(lang: Lang, s: &SettingOut, c: &ChangeOut, after: bool) -> Markup {
    let (old, new) = (c.old.as_deref(), c.new.as_str());
    match words::differing(lang, &s.meaning, &s.schema, &s.default, old, Some(new)) {
        Some(list) if list.is_empty() => html! { (lang.t("settings-same")) },
        Some(list) => html! { @for (label, before, now) in list {
            div { (label) (lang.colon()) @if after { strong { (now) } } @else { (before) } }
        } },
        None => html! { code { @if after { (new) } @else { (old.unwrap_or("—")) } } },
    }
}

fn history(lang: Lang, s: &SettingOut, changes: &[ChangeOut]) -> Markup {
    let rows = changes
        .iter()
        .map(|c| Row::new(vec![cell(&c.at), cell(&c.by), side(lang, s, c, false), side(lang, s, c, true)]))
        .collect();
    // A value that came with data taken over was never changed by a person here, but it is not the default either.
    let none = match &s.at {
        Some(at) => zw_ui::empty(
            &lang.t("settings-loaded"),
            &lang.tf("settings-loaded-how", &[("at", at.as_str().into())]),
            None,
        ),
        None => zw_ui::empty(&lang.t("settings-never"), &lang.t("settings-never-how"), None),
    };
    table(
        lang,
        &Table {
            caption: lang.t("settings-history"),
            cols: vec![
                Col::text(lang.t("settings-at")),
                Col::text(lang.t("settings-by")),
                Col::text(lang.t("settings-before")),
                Col::text(lang.t("settings-after")),
            ],
            rows,
            empty: Some(none),
            ..Table::default()
        },
    )
}

/// A setting that somebody changed, with a value that was refused: typed into the inputs, or as JSON.
pub fn sample(lang: Lang, by_fields: bool) -> Markup {
    let file = SettingFile {
        setting: SettingOut {
            key: "sample.grace".into(),
            module: "sample".into(),
            meaning: "settings-title".into(),
            value: serde_json::json!(3),
            default: serde_json::json!(2),
            schema: serde_json::json!({"type": "integer"}),
            version: 1,
            at: Some("2021-07-08 09:00".into()),
            problems: vec![],
        },
        changes: vec![ChangeOut {
            version: 1,
            at: "2021-07-08 09:00".into(),
            by: "示例管理员".into(),
            old: None,
            new: "3".into(),
        }],
    };
    let mut trouble = FormTrouble::default();
    trouble.fields.add("value", "format");
    let posted = Posted::prefilled([("value", "\"x\""), ("version", "1")]);
    let typed = Posted::prefilled([(form::MODE, form::FIELDS), ("v", "x"), ("version", "1")]);
    html! {
        (list(lang, std::slice::from_ref(&file.setting)))
        (one(lang, &file, Some(&Form { csrf: "t", key: "k", posted: if by_fields { &typed } else { &posted }, trouble: &trouble })))
    }
}
