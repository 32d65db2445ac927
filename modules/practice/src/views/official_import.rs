//! Importing an official list: the form, what is wrong with a file and where, what an import would do, what it did.

use super::official::categories;
use super::{choices, word};
use crate::model::official_file::{Problem, TOLD};
use crate::model::{AUTHORITIES, ListInput, ListReport, Recognition};
use crate::service::official_show::AreaChoice;
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::{DivisionId, Key, Uuid};
use zw_ui::form::{Choice, Field, FormExtra, Kind, buttons, form, form_with};
use zw_ui::format::num;
use zw_ui::parts::{button_link, card, definitions, submit};
use zw_ui::table::{Col, Row, Table, cell, table};
use zw_ui::{Lang, Notice, Tone};
use zw_web::FormView;

/// The form of an upload; with what is wrong with the file that was sent before.
pub fn upload(f: &FormView<'_>, counties: &[AreaChoice], report: Option<&ListReport>) -> Markup {
    let authorities = choices::<Recognition>(f.lang, "basis");
    let authorities = authorities.into_iter().filter(|c| AUTHORITIES.iter().any(|a| a.code() == c.value)).collect();
    let many = counties.len() > 1;
    html! {
        (f.summary())
        @if let Some(r) = report { (problems(f.lang, r)) }
        p class="form-hint" { (f.t("practice-import-how")) }
        (form_with("/official-lists/import", f.csrf, Some(f.key), &FormExtra { upload: true, ..FormExtra::default() }, html! {
            @if many {
                @let all = counties.iter().map(|(id, name)| Choice::new(id, name)).collect();
                (f.put(Field::select("county", f.t("practice-col-county"), f.v("county"), all).required()))
            }
            (f.put(Field::select("category", f.t("practice-col-category"), f.v("category"), categories(f.lang)).required()))
            (f.put(Field::radios("authority", f.t("practice-col-authority"), f.v("authority"), authorities).required()))
            (f.put(Field::date("list_date", f.t("practice-col-list-date"), f.v("list_date")).required().hint(f.t("practice-list-date-hint"))))
            (f.put(Field::text("document", f.t("practice-col-document"), f.v("document"))))
            (f.put(Field::new("file", f.t("practice-import-file"), "", Kind::File(".csv,.xlsx")).hint(f.t("practice-import-file-hint"))))
            (f.put(Field::number("stated", f.t("practice-col-stated"), f.v("stated")).unit(f.t("practice-unit-persons")).hint(f.t("practice-stated-hint"))))
            (buttons(html! {
                (submit(&f.t("practice-import-check")))
                (button_link(&f.t("practice-back"), "/official-lists", false))
            }))
        }))
    }
}

/// Where a problem is, in words.
fn at(lang: Lang, p: &Problem) -> (String, String) {
    match p.line {
        0 => (lang.t("practice-whole-file"), String::new()),
        n => (n.to_string(), p.column.clone()),
    }
}

/// Every problem at its cell; the file is refused as a whole.
pub fn problems(lang: Lang, r: &ListReport) -> Markup {
    if r.problems.is_empty() {
        return html! {};
    }
    let n = i64::try_from(r.problems.len()).unwrap_or(i64::MAX);
    let text = lang.tf("practice-import-refused", &[("n", n.into())]);
    let row = |p: &Problem| {
        let (line, column) = at(lang, p);
        Row::texts([line, column, zw_web::field_words(lang, &p.error())])
    };
    html! {
        (zw_ui::shell::notice(&Notice { tone: Tone::Danger, text, next: None }))
        (table(lang, &Table {
            caption: lang.t("practice-import-problems"),
            cols: vec![
                Col::text(lang.t("practice-col-line")),
                Col::text(lang.t("practice-col-column")),
                Col::text(lang.t("practice-col-reason")),
            ],
            rows: r.problems.iter().take(TOLD).map(row).collect(),
            print: true,
            ..Table::default()
        }))
    }
}

/// What a sentence of care is about: nothing of it keeps the list out.
fn cares(lang: Lang, r: &ListReport) -> Vec<String> {
    let mut out = vec![];
    if let Some(stated) = r.stated.filter(|s| *s != r.persons) {
        out.push(lang.tf("practice-import-other-number", &[("stated", stated.into()), ("n", r.persons.into())]));
    }
    if !r.odd_age.is_empty() {
        let lines: Vec<String> = r.odd_age.iter().take(20).map(i64::to_string).collect();
        let n = i64::try_from(r.odd_age.len()).unwrap_or(i64::MAX);
        out.push(lang.tf("practice-import-odd-age", &[("n", n.into()), ("lines", lines.join(lang.comma()).into())]));
    }
    if !r.unused.is_empty() {
        out.push(lang.tf("practice-import-unused", &[("columns", r.unused.join(lang.comma()).into())]));
    }
    if r.ended > 0 {
        out.push(lang.tf("practice-import-ends", &[("n", r.ended.into())]));
    }
    out
}

fn facts(lang: Lang, input: &ListInput, county: &str, r: &ListReport) -> Vec<(String, String)> {
    let none = || "—".to_owned();
    vec![
        (lang.t("practice-col-county"), county.to_owned()),
        (lang.t("practice-col-category"), word(lang, "category", &input.category)),
        (lang.t("practice-col-authority"), word(lang, "basis", &input.authority)),
        (lang.t("practice-col-list-date"), input.list_date.clone()),
        (lang.t("practice-col-document"), if input.document.is_empty() { none() } else { input.document.clone() }),
        (lang.t("practice-import-rows"), num(r.rows)),
        (lang.t("practice-import-persons"), num(r.persons)),
        (lang.t("practice-import-replaces"), r.replaces.map_or_else(none, |d| d.to_string())),
    ]
}

/// What waits to be confirmed: what it would do, and the two ways on.
pub fn preview(f: &FormView<'_>, key: Key<Uuid>, county: &str, input: &ListInput, r: &ListReport) -> Markup {
    let here = format!("/official-lists/import/{}/{}", key.county, key.id);
    let wrong = !r.problems.is_empty();
    html! {
        (f.summary())
        (problems(f.lang, r))
        (card(&f.t("practice-import-would"), html! {
            (definitions(facts(f.lang, input, county, r)))
            @let cares = cares(f.lang, r);
            @if !cares.is_empty() { ul class="zw-list" { @for c in &cares { li { "! " (c) } } } }
        }))
        p class="form-hint" { (f.t("practice-import-nothing-yet")) }
        @if !wrong {
            (form(&here, f.csrf, Some(f.key), buttons(submit(&f.t("practice-import-confirm")))))
        }
        (form(&format!("{here}/drop"), f.csrf, None, buttons(html! {
            button class="btn" type="submit" { (f.t("practice-import-drop")) }
        })))
    }
}

/// What an import did or would do, or every problem, for the terminal.
pub fn words(lang: Lang, r: &ListReport) -> String {
    let colon = lang.colon();
    if !r.problems.is_empty() {
        let told = r.problems.iter().map(|p| {
            let (line, column) = at(lang, p);
            let why = zw_web::field_words(lang, &p.error());
            let line = if p.line == 0 { line } else { lang.tf("practice-told-line", &[("line", line.into())]) };
            if column.is_empty() { format!("{line}{colon}{why}\n") } else { format!("{line} {column}{colon}{why}\n") }
        });
        let n = i64::try_from(r.problems.len()).unwrap_or(i64::MAX);
        return told.collect::<String>() + &lang.tf("practice-import-refused", &[("n", n.into())]);
    }
    let key = if r.list.is_some() { "practice-told-imported" } else { "practice-told-checked" };
    let done = lang.tf(key, &[("rows", r.rows.into()), ("n", r.persons.into()), ("filed", r.on_file.into())]);
    std::iter::once(done).chain(cares(lang, r)).collect::<Vec<_>>().join("\n")
}

/// The form, problems, what waits.
pub fn sample(lang: Lang) -> Markup {
    use crate::model::official_file::Field as Column;
    let (posted, trouble) = (zw_web::Posted::default(), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let problem = |line: u64, column: &str, field: Option<Column>, code: &str| Problem {
        line,
        column: column.into(),
        field,
        code: code.into(),
        args: vec![("line".into(), "3".into()), ("most".into(), "20".into())],
    };
    let bad = ListReport {
        problems: vec![
            problem(0, "", None, "list-head"),
            problem(7, "B 身份证号", Some(Column::IdNo), "list-id-twice"),
            problem(8, "C 村居", Some(Column::Village), "list-place-outside"),
        ],
        ..ListReport::default()
    };
    let good = ListReport {
        rows: 118,
        persons: 118,
        stated: Some(120),
        ended: 3,
        odd_age: vec![9],
        unused: vec!["备注".into()],
        replaces: zw_core::Day::new(2021, 5, 31),
        ..ListReport::default()
    };
    let input = ListInput {
        category: "01".into(),
        authority: "civil_affairs".into(),
        list_date: "2021-06-30".into(),
        ..ListInput::default()
    };
    let counties = [("100".to_owned(), "示例县".to_owned()), ("101".to_owned(), "示例区".to_owned())];
    let key = Key { county: DivisionId(100), id: Uuid::from_u128(1) };
    html! {
        section { (upload(&f, &counties, Some(&bad))) }
        section { (preview(&f, key, "示例县", &input, &good)) }
        pre { (cell(words(lang, &good))) "\n" (cell(words(lang, &bad))) }
    }
}
