//! The divisions a unit serves, on its page: since when, decided how, beginning and ending.

use super::units::FileData;
use super::{Form, date, line_form};
use crate::model::unit::CoverageOut;
use zw_ui::form::{CSRF_FIELD, IDEMPOTENCY_FIELD, Kind, buttons, folded, form, hidden};
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Markup, Row, Table, html, submit, table};
use zw_web::{FormTrouble, Posted};

/// The table with its forms. `posted` and `trouble` may be those of another form of the page.
pub(super) fn part(lang: Lang, csrf: &str, key: &str, d: &FileData, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let (calm, blank) = (FormTrouble::default(), Posted::default());
    let sent = |name: &str| posted.values().iter().any(|(n, _)| n == name);
    let begins = sent("division") && !sent("to");
    let f = match begins {
        true => Form { lang, posted, trouble },
        false => Form { lang, posted: &blank, trouble: &calm },
    };
    let action = format!("/units/{}/coverage", d.file.unit.id);
    let end = |k: &CoverageOut| {
        let key = format!("{key}-{}", k.division);
        html! { @if k.to.is_none() {
            @if k.decided {
                @if d.may_decide { (decided_end(lang, csrf, &key, &action, k, posted)) }
            } @else if d.may_cover {
                (line_form(&action, csrf, &key, "to", &lang.t("network-f-to"), &lang.t("network-coverage-end"), &[("division", k.division.to_string())]))
            }
        } }
    };
    let row = |k: &CoverageOut| Row::new(vec![cell(&k.name), date(Some(k.from)), date(k.to), basis(lang, k), end(k)]);
    html! {
        (table(lang, &Table {
            caption: lang.t("network-coverage"),
            cols: vec![
                Col::text(lang.t("network-f-division")),
                Col::text(lang.t("network-col-valid-from")),
                Col::text(lang.t("network-col-valid-to")),
                Col::text(lang.t("network-col-basis")),
                Col::text(""),
            ],
            rows: d.file.coverage.iter().map(row).collect(),
            ..Table::default()
        }))
        @if d.may_cover && !d.places.is_empty() {
            (folded(&lang.t("network-coverage-add"), begins, form(&action, csrf, Some(key), html! {
                @if d.decided { p class="form-hint" { (lang.t("network-coverage-decided")) } }
                (f.draw(&f.field("division", Kind::Select(d.places.clone())).required()))
                (f.date("from"))
                @if d.decided {
                    @for name in ["why", "document"] { (f.draw(&f.field(name, Kind::Text).required())) }
                }
                (buttons(submit(&lang.t("network-coverage-go"))))
            })))
        }
    }
}

/// By what a coverage begins and ends, where the county decided it.
fn basis(lang: Lang, k: &CoverageOut) -> Markup {
    let said = |document: &Option<String>, why: &Option<String>| {
        let parts: Vec<&str> = [document, why].into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(lang.semicolon()))
    };
    html! {
        @if let Some(t) = said(&k.document, &k.why) { div { (t) } }
        @if let Some(t) = said(&k.end_document, &k.end_why) { div { (lang.tf("network-coverage-ended", &[("basis", t.into())])) } }
    }
}

// i18n-keys: network-f-why network-f-document
/// Ending what makes a township covered: the day, the reason and the document, with what was typed if it did not go through.
fn decided_end(lang: Lang, csrf: &str, key: &str, action: &str, k: &CoverageOut, posted: &Posted) -> Markup {
    let again = posted.value("division") == k.division.to_string();
    let typed = |name: &str| if again { posted.value(name) } else { "" };
    html! {
        form class="zw-line-form" action=(action) method="post" data-once="" {
            (hidden(CSRF_FIELD, csrf))
            (hidden(IDEMPOTENCY_FIELD, key))
            (hidden("division", &k.division.to_string()))
            input class="form-control" type="date" name="to" aria-label=(lang.t("network-f-to")) value=(typed("to"));
            @for name in ["why", "document"] {
                @let label = lang.t(&format!("network-f-{name}"));
                input class="form-control" type="text" name=(name) aria-label=(label) placeholder=(label) value=(typed(name));
            }
            button class="btn btn-sm" type="submit" { (lang.t("network-coverage-end")) }
        }
    }
}
