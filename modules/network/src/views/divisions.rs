//! The division browser and the import of a file.

use super::{Form, word};
use crate::model::division::{CountDecision, DivisionFile, DivisionOut, ImportReport};
use zw_core::code::Code as _;
use zw_core::codelist::network::EXCLUSION_REASON;
use zw_core::tree::DivisionKind;
use zw_core::{Day, DivisionId};
use zw_ui::form::{Field, FormExtra, Kind, buttons, field, folded, form, form_with, hidden};
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Markup, Notice, Row, Table, Tone, card, definitions, html, submit, submit_danger, table};
use zw_web::{FormTrouble, Posted};

// i18n-keys: network-kind-p network-kind-c network-kind-x network-kind-t network-kind-v
fn kind(lang: Lang, k: DivisionKind) -> String {
    lang.t(&format!("network-kind-{}", k.code().to_lowercase()))
}

fn href(id: DivisionId, on: Day) -> String {
    format!("/divisions?area={id}&as_of={on}")
}

/// Crumbs from the top down to the parent.
pub fn crumbs(lang: Lang, f: &DivisionFile) -> Vec<(String, String)> {
    if f.division.is_none() {
        return vec![];
    }
    let mut out = vec![(lang.t("network-divisions"), format!("/divisions?as_of={}", f.on))];
    out.extend(f.above.iter().map(|d| (d.name.clone(), href(d.id, f.on))));
    out
}

/// What the form about a division's counting needs.
pub struct CountForm<'a> {
    /// Token of the form.
    pub csrf: &'a str,
    /// Its key.
    pub key: &'a str,
    /// What was typed.
    pub posted: &'a Posted,
    /// What is wrong with it.
    pub trouble: &'a FormTrouble,
}

/// A division with what lies in it; with the form for who decides whether it counts.
pub fn browse(lang: Lang, f: &DivisionFile, form: Option<&CountForm<'_>>) -> Markup {
    html! {
        form class="zw-filter" action="/divisions" method="get" {
            @if let Some(d) = &f.division { (hidden("area", &d.id.to_string())) }
            label class="form-label" for="f-as_of" { (lang.t("network-map-of")) }
            input class="form-control" type="date" id="f-as_of" name="as_of" value=(f.on);
            button class="btn" type="submit" { (lang.t("ui-show")) }
        }
        @if let Some(d) = &f.division { (facts(lang, d)) }
        @if f.versions.len() > 1 { (versions(lang, f)) }
        @if !f.decisions.is_empty() { (decisions(lang, f)) }
        @if let (Some(d), Some(c)) = (&f.division, form) { (count_form(lang, d, c)) }
        @if f.division.is_none() && f.children.is_empty() {
            (zw_ui::empty(&lang.t("network-no-divisions"), &lang.t("network-no-divisions-how"), None))
        } @else if !f.children.is_empty() { (children(lang, f)) }
    }
}

/// That a division counts, or why it does not.
fn counted(lang: Lang, exclusion: Option<&str>) -> String {
    exclusion.map_or_else(|| lang.t("network-counted-yes"), |why| word(lang, &EXCLUSION_REASON, why))
}

fn facts(lang: Lang, d: &DivisionOut) -> Markup {
    definitions([
        (lang.t("network-col-kind"), kind(lang, d.kind)),
        (lang.t("network-col-code"), d.code.clone()),
        (lang.t("network-col-counted"), counted(lang, d.exclusion.as_deref())),
    ])
}

/// What was decided about the division's counting.
fn decisions(lang: Lang, f: &DivisionFile) -> Markup {
    let row = |d: &CountDecision| {
        Row::texts([
            d.from_day.to_string(),
            lang.t(if d.counted { "network-count-in" } else { "network-count-out" }),
            d.why.clone(),
            d.document.clone().unwrap_or_default(),
            d.decided_by.clone(),
            d.at.minute_cn(),
        ])
    };
    table(
        lang,
        &Table {
            caption: lang.t("network-count-decisions"),
            cols: vec![
                Col::text(lang.t("network-col-valid-from")),
                Col::text(lang.t("network-col-counted")),
                Col::text(lang.t("network-col-reason")),
                Col::text(lang.t("network-f-document")),
                Col::text(lang.t("network-col-by")),
                Col::text(lang.t("network-col-when")),
            ],
            rows: f.decisions.iter().map(row).collect(),
            ..Table::default()
        },
    )
}

/// The province's decision: out of the denominators or into them, from today, with what lies in the division.
fn count_form(lang: Lang, d: &DivisionOut, c: &CountForm<'_>) -> Markup {
    let f = Form { lang, posted: c.posted, trouble: c.trouble };
    let (to, act) = if d.counted { ("out", "network-count-out-go") } else { ("in", "network-count-in-go") };
    folded(
        &lang.t(act),
        !c.trouble.is_empty(),
        form(
            &format!("/divisions/{}/count", d.id),
            c.csrf,
            Some(c.key),
            html! {
                p class="form-hint" { (lang.t("network-count-how")) }
                (hidden("counted", to))
                (f.draw(&f.field("why", Kind::Text).required()))
                (f.text("document"))
                (buttons(submit_danger(&lang.t(act), &lang.tf("network-count-sure", &[("name", d.name.as_str().into())]))))
            },
        ),
    )
}

fn versions(lang: Lang, f: &DivisionFile) -> Markup {
    let rows = f
        .versions
        .iter()
        .map(|v| {
            let counted = counted(lang, v.exclusion.as_deref());
            Row::texts([v.name.clone(), v.code.clone(), v.from.to_string(), super::day(v.to), counted])
        })
        .collect();
    card(
        &lang.t("network-versions"),
        table(
            lang,
            &Table {
                caption: lang.t("network-versions"),
                cols: ["name", "code", "valid-from", "valid-to", "counted"]
                    .iter()
                    .map(|c| Col::text(column(lang, c)))
                    .collect(),
                rows,
                ..Table::default()
            },
        ),
    )
}

// i18n-keys: network-col-name network-col-code network-col-valid-from network-col-valid-to network-col-line network-col-column network-col-reason network-col-value
fn column(lang: Lang, name: &str) -> String {
    lang.t(&format!("network-col-{name}"))
}

fn children(lang: Lang, f: &DivisionFile) -> Markup {
    let rows = f
        .children
        .iter()
        .map(|d| {
            Row::new(vec![
                html! { a href=(href(d.id, f.on)) { (d.name) } },
                cell(kind(lang, d.kind)),
                cell(&d.code),
                cell(counted(lang, d.exclusion.as_deref())),
                cell(d.children),
            ])
        })
        .collect();
    table(
        lang,
        &Table {
            caption: lang.tf("network-children", &[("n", i64::try_from(f.children.len()).unwrap_or(0).into())]),
            cols: vec![
                Col::text(lang.t("network-col-name")),
                Col::text(lang.t("network-col-kind")).wide_only(),
                Col::text(lang.t("network-col-code")),
                Col::text(lang.t("network-col-counted")),
                Col::figure(lang.t("network-col-children"), "").wide_only(),
            ],
            rows,
            print: true,
            source: Some(lang.tf("network-map-source", &[("day", f.on.to_string().into())])),
            ..Table::default()
        },
    )
}

/// The form of an import.
pub fn import_form(lang: Lang, csrf: &str, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let f = Form { lang, posted, trouble };
    html! {
        (super::trouble(lang, trouble))
        p { (lang.t("network-import-how")) }
        (form_with("/divisions/import", csrf, None, &FormExtra { upload: true, ..FormExtra::default() }, html! {
            (f.draw(&f.field("file", Kind::File(".csv")).required()))
            (f.draw(&f.field("valid_from", Kind::Date).hint(lang.t("network-import-day-hint"))))
            (field(lang, &Field::check("correct", lang.t("network-import-correct"), !posted.value("correct").is_empty())))
            (buttons(submit(&lang.t("network-import-go"))))
        }))
    }
}

/// Problems shown at most; the file is rejected as a whole.
const SHOWN: usize = 500;

/// Where in the file and why, of every problem; and the value that stands there.
fn problems(lang: Lang, r: &ImportReport) -> Vec<(u64, String, String, String)> {
    let standing = r.standing.iter().map(|s| (s.line, String::new(), format!("{} {}", s.code, s.name)));
    let rows = r.problems.iter().map(|p| (p.line, p.column.clone(), p.value.clone())).chain(standing);
    // The errors stand in the same order.
    rows.zip(r.errors().0)
        .map(|((line, column, value), e)| (line, column, zw_web::field_words(lang, &e), value))
        .collect()
}

/// What an import did, or every problem, for the terminal.
pub fn import_words(lang: Lang, r: &ImportReport) -> String {
    let n = |v: usize| i64::try_from(v).unwrap_or(i64::MAX);
    let line = |l: u64| lang.tf("network-told-line", &[("line", l.to_string().into())]);
    let colon = lang.colon();
    if r.refused() {
        let all = problems(lang, r);
        let told = all.iter().map(|(l, column, why, value)| {
            let at = if column.is_empty() {
                line(*l)
            } else {
                let args = [("line", l.to_string().into()), ("column", column.as_str().into())];
                lang.tf("network-told-column", &args)
            };
            format!("{at}{colon}{why} {value:?}\n")
        });
        return told.collect::<String>() + &lang.tf("network-import-refused", &[("n", n(all.len()).into())]);
    }
    let mut out = vec![lang.tf(
        "network-told-done",
        &[
            ("rows", n(r.rows_read).into()),
            ("added", n(r.added).into()),
            ("changed", n(r.changed).into()),
            ("ended", n(r.ended.len()).into()),
            ("unchanged", n(r.unchanged).into()),
            ("day", super::day(r.valid_from).into()),
        ],
    )];
    out.extend(r.levels.iter().map(|l| {
        let args = [
            ("kind", kind(lang, l.kind).into()),
            ("n", n(l.divisions).into()),
            ("counted", n(l.counted).into()),
            ("before", n(l.counted_before).into()),
        ];
        lang.tf("network-told-level", &args)
    }));
    if !r.kept.is_empty() {
        let args = [("n", n(r.kept.len()).into()), ("names", r.kept.join(lang.comma()).into())];
        out.push(lang.tf("network-told-kept", &args));
    }
    out.extend(r.folded.iter().map(|f| {
        let args = [("code", f.code12.as_str().into()), ("name", f.name.as_str().into())];
        format!("{}{colon}{}", line(f.line), lang.tf("network-told-folded", &args))
    }));
    out.join("\n")
}

/// What an import did, or every row that kept it from doing anything.
pub fn import_result(lang: Lang, r: &ImportReport) -> Markup {
    let n = |v: usize| i64::try_from(v).unwrap_or(i64::MAX);
    if !r.imported {
        let all = problems(lang, r);
        let text = lang.tf("network-import-refused", &[("n", n(all.len()).into())]);
        let rows = all.into_iter().take(SHOWN).map(|(l, c, why, v)| Row::texts([l.to_string(), c, why, v])).collect();
        return html! {
            (zw_ui::shell::notice(&Notice { tone: Tone::Danger, text, next: Some((lang.t("network-import-again"), "/divisions/import".into())) }))
            (table(lang, &Table {
                caption: lang.t("network-import-problems"),
                cols: ["line", "column", "reason", "value"].iter().map(|c| Col::text(column(lang, c))).collect(),
                rows,
                print: true,
                ..Table::default()
            }))
        };
    }
    let text = lang.tf("network-import-done", &[("day", super::day(r.valid_from).into())]);
    let ended = r.ended.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(lang.comma());
    html! {
        (zw_ui::shell::notice(&Notice { tone: Tone::Success, text, next: Some((lang.t("network-divisions"), "/divisions".into())) }))
        (definitions([
            (lang.t("network-import-rows"), n(r.rows_read).to_string()),
            (lang.t("network-import-added"), n(r.added).to_string()),
            (lang.t("network-import-changed"), n(r.changed).to_string()),
            (lang.t("network-import-unchanged"), n(r.unchanged).to_string()),
            (lang.t("network-import-ended"), if ended.is_empty() { "0".to_owned() } else { ended }),
            (lang.t("network-import-kept"), if r.kept.is_empty() { "0".to_owned() } else { format!("{}{}{}", r.kept.len(), lang.colon(), r.kept.join(lang.comma())) }),
            (lang.t("network-import-folded"), r.folded.iter().map(|f| format!("{} {}", f.line, f.name)).collect::<Vec<_>>().join(lang.comma())),
        ]))
        (table(lang, &Table {
            caption: lang.t("network-import-levels"),
            cols: vec![Col::text(lang.t("network-col-kind")), Col::figure(lang.t("network-import-divisions"), ""), Col::figure(lang.t("network-import-counted-before"), ""), Col::figure(lang.t("network-import-counted"), "")],
            rows: r.levels.iter().map(|l| Row::texts([kind(lang, l.kind), n(l.divisions).to_string(), n(l.counted_before).to_string(), n(l.counted).to_string()])).collect(),
            ..Table::default()
        }))
    }
}

// i18n-keys: err-row-not-utf8 err-row-missing-column err-row-no-rows err-row-field-count err-row-unknown-level
// i18n-keys: err-row-code-shape err-row-empty-name err-row-duplicate-code err-row-missing-parent err-row-parent-level err-row-parent-prefix
// i18n-keys: err-row-standing err-row-more

/// The browser and both outcomes of an import.
pub fn sample(lang: Lang) -> Markup {
    let on = Day::from_stored(20210708);
    let d = |id: i64, name: &str, exclusion: Option<&str>| DivisionOut {
        id: DivisionId(id),
        kind: DivisionKind::County,
        code: format!("9801{id:02}000000"),
        name: name.into(),
        parent: Some(DivisionId(1)),
        functional: false,
        counted: exclusion.is_none(),
        exclusion: exclusion.map(str::to_owned),
        children: 12,
    };
    let version = |name: &str, from: i64, to: Option<i64>| crate::model::division::VersionOut {
        code: "980100000000".into(),
        name: name.into(),
        from: Day::from_stored(from),
        to: to.map(Day::from_stored),
        counted: true,
        exclusion: None,
    };
    let file = DivisionFile {
        on,
        division: Some(d(1, "示例市", None)),
        above: vec![d(9, "示例省", None)],
        children: vec![d(2, "示例甲区", None), d(3, "示例乙县", Some("functional_unit"))],
        versions: vec![version("示例地区", 20000101, Some(20210201)), version("示例市", 20210201, None)],
        decisions: vec![],
    };
    let decision = CountDecision {
        division_id: DivisionId(1),
        from_day: on,
        counted: false,
        why: "示例原因".into(),
        document: Some("示例民〔2021〕9号".into()),
        decided_by: "示例省民政厅".into(),
        at: zw_core::Stamp::from_cn(on, 9, 0),
    };
    let file = DivisionFile { decisions: vec![decision], ..file };
    let (posted, mut trouble) = (Posted::default(), FormTrouble::default());
    trouble.fields.add("why", "required");
    let form = CountForm { csrf: "t", key: "k", posted: &posted, trouble: &trouble };
    let problem = zw_core::division_file::RowProblem {
        line: 7,
        column: "code".into(),
        reason: zw_core::division_file::RowReason::CodeShape,
        value: "35x".into(),
    };
    let refused = ImportReport { problems: vec![problem], ..ImportReport::default() };
    let kept = vec!["示例省示例市示例乙县".to_owned()];
    let done =
        ImportReport { imported: true, kept, valid_from: Some(on), rows_read: 3, added: 3, ..ImportReport::default() };
    html! {
        (browse(lang, &file, Some(&form)))
        (import_form(lang, "t", &Posted::default(), &FormTrouble::default()))
        (import_result(lang, &refused))
        (import_result(lang, &done))
    }
}
