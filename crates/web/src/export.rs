//! The XLSX file of a list as it is shown: the same filters, masks and order, made from the table that the page draws
//! (decision 0024). A list takes part with a route, a handler of three lines and the `export` of its table.

use crate::page::Page;
use crate::site::download;
use crate::{Fail, PageResult};
use axum::response::Response;
use serde::Serialize;
use zw_access::Action;
use zw_core::{Day, Error, PageReq};
use zw_documents::{Cell, ColumnKind, DEMO_MARK, Sheet, SheetColumn, Workbook};
use zw_ui::table::Plain;
use zw_ui::{Export, Table};

/// Audit name of an export: which list and how many rows; for each person whose name leaves, where names are of class P2.
const EXPORT: Action = Action("list.export");
const MIME: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is exported, for its title, its limit and the audit log.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Name of the list in the log and in the file's name, e.g. `units`.
    pub list: &'static str,
    /// Title of the sheet.
    pub title: String,
    /// Rows in all; more than the limit are refused.
    pub total: i64,
    /// Persons whose names leave in clear (class P2): one event each.
    pub persons: Vec<String>,
}

impl Page {
    /// The export button of a list with these filters.
    pub fn export_form(&self, action: &str, filters: &impl Serialize) -> Export {
        let encoded = serde_html_form::to_string(filters).unwrap_or_default();
        let all: Vec<(String, String)> = serde_html_form::from_str(&encoded).unwrap_or_default();
        let fields = all.into_iter().filter(|(n, v)| !v.is_empty() && n != "page" && n != "size").collect();
        Export { action: action.to_owned(), csrf: self.csrf.clone(), fields }
    }

    /// The file of a table, all of whose rows were read with [`PageReq::export`]. Who took how much stands in the audit log
    /// before a byte leaves. Too many rows, or too many names, are refused and the reader is told what to do.
    pub async fn xlsx(&self, what: Listed, table: &Table) -> PageResult {
        let (ctx, most) = (&self.ctx, PageReq::EXPORT_MOST);
        let over = |code, n: i64, most: i64| Error::Rule {
            code,
            args: vec![("n".to_owned(), zw_ui::format::num(n)), ("most".to_owned(), zw_ui::format::num(most))],
        };
        let names = i64::try_from(what.persons.len()).unwrap_or(i64::MAX);
        if what.total > most {
            return Err(Fail(over("export-too-many", what.total, most)));
        }
        if names > NAMES_MOST {
            return Err(Fail(over("export-too-many-names", names, NAMES_MOST)));
        }
        let plain = table.plain();
        let rows = plain.rows.len();
        let book = self.workbook(&what, table, plain);
        let work = move || zw_documents::xlsx(&book);
        let bytes = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)?;
        let event = ctx.event(EXPORT).record(None, format!("{}: {rows} rows", what.list)).subjects(&what.persons);
        ctx.write().await?.commit(event).await?;
        Ok(self.file(what.list, bytes))
    }

    fn file(&self, list: &str, bytes: Vec<u8>) -> Response {
        download(&format!("{list}-{}.xlsx", self.ctx.today()), MIME, bytes)
    }

    fn workbook(&self, what: &Listed, table: &Table, plain: Plain) -> Workbook {
        let (ctx, lang) = (&self.ctx, self.lang);
        let who = if ctx.actor.display.is_empty() { &ctx.actor.name } else { &ctx.actor.display };
        let by =
            lang.tf("web-export-by", &[("who", who.as_str().into()), ("at", ctx.now().minute_cn().as_str().into())]);
        let filters = table.chips.iter().map(|c| c.label.as_str()).collect::<Vec<_>>().join(lang.comma());
        let filters =
            (!filters.is_empty()).then(|| lang.tf("web-export-filters", &[("list", filters.as_str().into())]));
        let frame: Vec<String> = [Some(by), filters, table.source.clone()].into_iter().flatten().collect();
        Workbook {
            title: what.title.clone(),
            demo_mark: ctx.app.demo.then(|| DEMO_MARK.to_owned()),
            frame: Some(frame.join("　")),
            dated: Some(ctx.today().yyyymmdd()),
            sheets: vec![sheet(&what.title, plain)],
            ..Workbook::default()
        }
    }
}

/// Names in clear that one export may hold: more need an approval (EXP-1), which this version does not have.
const NAMES_MOST: i64 = 500;

fn sheet(title: &str, plain: Plain) -> Sheet {
    let kinds: Vec<ColumnKind> = plain
        .cols
        .iter()
        .enumerate()
        .map(|(i, (_, _, figures))| {
            let texts = plain.rows.iter().filter_map(|r| r.get(i)).map(String::as_str);
            kind(*figures, texts.filter(|t| !is_blank(t)))
        })
        .collect();
    let cells = |r: Vec<String>| r.iter().zip(&kinds).map(|(t, k)| cell(t, *k)).collect();
    Sheet {
        name: title.to_owned(),
        columns: plain
            .cols
            .iter()
            .zip(&kinds)
            .map(|((label, unit, _), kind)| SheetColumn { unit: unit.clone(), ..SheetColumn::new(label, *kind) })
            .collect(),
        rows: plain.rows.into_iter().map(cells).collect(),
        totals: plain.totals.map(cells),
        ..Sheet::default()
    }
}

fn is_blank(text: &str) -> bool {
    matches!(text, "" | "—" | "-")
}

/// A number as pages write it: thousands separators, a true minus.
fn number(text: &str) -> Option<(f64, u8)> {
    let digits = text.replace(',', "").replace('−', "-");
    let plain = digits.trim_start_matches('-');
    let known = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let places = digits.split_once('.').map_or(0, |(_, f)| f.len());
    known.then(|| digits.parse().ok()).flatten().map(|n| (n, u8::try_from(places).unwrap_or(2)))
}

/// What a column holds, by its cells: figures may be percentages or have decimals, and a column of nothing but dates is one of
/// dates. Everything else is text, codes and telephones among it.
fn kind<'a>(figures: bool, texts: impl Iterator<Item = &'a str>) -> ColumnKind {
    let texts: Vec<&str> = texts.collect();
    if !figures {
        let dates = !texts.is_empty() && texts.iter().all(|t| t.len() == 10 && Day::parse(t).is_some());
        return if dates { ColumnKind::Date } else { ColumnKind::Text };
    }
    if !texts.is_empty() && texts.iter().all(|t| t.strip_suffix('%').is_some_and(|n| number(n).is_some())) {
        return ColumnKind::Percent;
    }
    match texts.iter().filter_map(|t| number(t)).map(|(_, places)| places).max() {
        Some(places) if places > 0 => ColumnKind::Decimal(places),
        _ => ColumnKind::Int,
    }
}

fn cell(text: &str, kind: ColumnKind) -> Cell {
    if is_blank(text) {
        return Cell::Empty;
    }
    let found = match kind {
        ColumnKind::Text => None,
        ColumnKind::Date => Day::parse(text).map(|d| Cell::Date(d.yyyymmdd())),
        ColumnKind::Percent => text.strip_suffix('%').and_then(number).map(|(n, _)| Cell::Percent(n)),
        _ => number(text).map(|(n, _)| Cell::Number(n)),
    };
    found.unwrap_or_else(|| Cell::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_what_their_cells_are() {
        for (figures, texts, is) in [
            (true, &["1,012", "—", "3"][..], ColumnKind::Int),
            (true, &["1,012.5", "3"], ColumnKind::Decimal(1)),
            (true, &["65.1%", "100%"], ColumnKind::Percent),
            (true, &["12 13 未审核", "1"], ColumnKind::Int),
            (false, &["2021-07-08", "—"], ColumnKind::Date),
            (false, &["2021-07-08", "2021-07-08 09:00"], ColumnKind::Text),
            (false, &["138", "0591"], ColumnKind::Text),
            (false, &["—"], ColumnKind::Text),
        ] {
            assert_eq!(kind(figures, texts.iter().copied().filter(|t| !is_blank(t))), is, "{texts:?}");
        }
        assert_eq!(cell("−1,012", ColumnKind::Int), Cell::Number(-1012.0));
        assert_eq!(cell("12 13 未审核", ColumnKind::Int), Cell::Text("12 13 未审核".into()));
        assert_eq!(cell("0591", ColumnKind::Text), Cell::Text("0591".into()));
        assert_eq!(cell("=1+1", ColumnKind::Int), Cell::Text("=1+1".into()));
        assert_eq!(cell("2021-07-08", ColumnKind::Date), Cell::Date(20_210_708));
        assert_eq!(cell("—", ColumnKind::Int), Cell::Empty);
    }
}
