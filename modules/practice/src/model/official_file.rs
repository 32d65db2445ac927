//! The sheet of an official list: which column is what, which lines are persons, and what is wrong with them. Everything is
//! checked and told at its cell; one problem and nothing is imported.
//!
//! Habits of those who make such sheets are respected: titles above and sums below the table, 18 digits kept as text, names with
//! spaces inside, full-width digits, a village with or without 委会 and with its township before it.

use super::official::ListDraft;
use super::official_place::{Found, Places};
use super::{category, fits_age};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use zw_core::code::Code as _;
use zw_core::person_id::{self, IdKind};
use zw_core::{Day, DivisionId, FieldError, names};
use zw_documents::grid::{Grid, GridCell, column_letters};

zw_core::codes! {
    /// What a column holds.
    pub enum Field as OfficialColumn {
        /// 姓名.
        Name = "name",
        /// 身份证号.
        IdNo = "id_no",
        /// 乡镇.
        Town = "town",
        /// 村居.
        Village = "village",
        /// 类别.
        Category = "category",
        /// 认定日期.
        From = "from",
        /// 人数.
        Persons = "persons",
    }
}

/// Lines above the head that may be titles.
const TITLES: usize = 20;
/// Problems that are told; the rest is a number.
pub const TOLD: usize = 500;

/// A problem of a cell or line. Of its own name in the API, where `Problem` is the answer of every refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "OfficialProblem")]
pub struct Problem {
    /// Line in the file; 0: the file as a whole.
    pub line: u64,
    /// Letters and head of the column, `B 身份证号`; empty when the whole line is meant.
    pub column: String,
    /// What the column holds.
    pub field: Option<Field>,
    /// Stable code; its words are the Fluent message `err-<code>`.
    pub code: String,
    /// Arguments of the message.
    pub args: Vec<(String, String)>,
}

impl Problem {
    /// Of the file as a whole.
    pub fn of_file(code: &str, args: &[(&str, &str)]) -> Self {
        Self { line: 0, column: String::new(), field: None, code: code.to_owned(), args: owned(args) }
    }
    /// As a field of its line.
    pub fn error(&self) -> FieldError {
        let field = match (self.line, self.field) {
            (0, _) => "file".to_owned(),
            (line, None) => format!("lines[{line}]"),
            (line, Some(f)) => format!("lines[{line}].{}", f.code()),
        };
        FieldError { field, code: self.code.clone(), args: self.args.clone() }
    }
}

fn owned(args: &[(&str, &str)]) -> Vec<(String, String)> {
    args.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// A line of the sheet, as texts.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLine {
    /// Line in the file.
    pub line: u64,
    /// Texts by column, in the order of [`Sheet::columns`].
    pub texts: Vec<String>,
}

/// A sheet with its columns known: what is kept, sealed, until it is confirmed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// What each column holds, and how a problem calls it.
    pub columns: Vec<(Field, String)>,
    /// Its lines.
    pub lines: Vec<SheetLine>,
    /// Heads of the columns that are not read.
    pub unused: Vec<String>,
}

/// A person of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Line in the file.
    pub line: u64,
    /// Name.
    pub name: String,
    /// Kind of document, as the number says it.
    pub kind: IdKind,
    /// Number.
    pub number: String,
    /// Where.
    pub at: Found,
    /// Recognised since.
    pub from: Option<Day>,
}

/// A number of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Where.
    pub at: Found,
    /// Persons.
    pub persons: i64,
}

/// A sheet that passed every check.
#[derive(Clone, Default)]
pub struct Checked {
    /// Persons.
    pub rows: Vec<Person>,
    /// Numbers.
    pub numbers: Vec<Number>,
    /// Lines on which the age does not fit the category.
    pub odd_age: Vec<i64>,
}

impl Checked {
    /// Persons that count: rows, or the sum of the numbers, or what is stated.
    pub fn persons(&self, stated: Option<i64>) -> i64 {
        match (self.rows.len(), self.numbers.as_slice()) {
            (0, []) => stated.unwrap_or(0),
            (0, numbers) => numbers.iter().map(|n| n.persons).sum(),
            (rows, _) => i64::try_from(rows).unwrap_or(i64::MAX),
        }
    }
}

/// What a head means. What belongs to somebody else of the line (户主, 监护人) is nobody's.
fn meaning(head: &str) -> Option<Field> {
    let h: String = head
        .chars()
        .map(zw_core::grams::half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '*' | '/' | '、' | ':' | '：' | '_'))
        .flat_map(char::to_lowercase)
        .collect();
    let of_others = ["户主", "监护", "联系", "代领", "开户", "配偶", "父亲", "母亲", "经办", "包户", "帮扶"];
    if h.is_empty() || of_others.iter().any(|w| h.starts_with(w)) {
        return None;
    }
    let any = |words: &[&str]| words.iter().any(|w| h == *w);
    let number = h.ends_with('号') || h.ends_with("号码") || h.ends_with("身份证");
    if any(&["idno", "id"]) || number && ["身份证", "证件", "身份号", "身份证件"].iter().any(|w| h.contains(w))
    {
        return Some(Field::IdNo);
    }
    if any(&["name", "姓名"]) || h.ends_with("姓名") {
        return Some(Field::Name);
    }
    if any(&["类别", "对象类别", "救助类别", "人员类别", "category"]) {
        return Some(Field::Category);
    }
    if any(&["认定日期", "认定时间", "认定日", "批准日期", "批准时间", "纳入日期", "纳入时间", "from"])
    {
        return Some(Field::From);
    }
    if any(&["人数", "对象人数", "在册人数", "总人数", "persons"]) {
        return Some(Field::Persons);
    }
    let town = ["乡镇", "镇街", "街道", "镇乡"].iter().any(|w| h.contains(w));
    if town && !h.contains('村') || any(&["镇", "town", "township"]) {
        return Some(Field::Town);
    }
    let village = ["村居", "村社区", "村委", "居委", "社区", "行政村", "所在村"].iter().any(|w| h.contains(w));
    (village || any(&["村", "village", "村名"])).then_some(Field::Village)
}

/// The columns of a line, if it is the head: persons have a name and a number, numbers a place and how many.
fn head(cells: &[GridCell]) -> Option<Vec<(usize, Field, String)>> {
    let mut out: Vec<(usize, Field, String)> = vec![];
    for (i, c) in cells.iter().enumerate() {
        let GridCell::Text(t) = c else { continue };
        if let Some(f) = meaning(t).filter(|f| out.iter().all(|o| o.1 != *f)) {
            out.push((i, f, t.clone()));
        }
    }
    let has = |f: Field| out.iter().any(|o| o.1 == f);
    let persons = has(Field::Name) && has(Field::IdNo);
    let numbers = has(Field::Persons) && (has(Field::Village) || has(Field::Town));
    (persons || numbers).then_some(out)
}

/// Whether a line is none of the table: a sum, a signature, a note below it.
fn beside(cells: &[GridCell], known: &[(usize, Field, String)]) -> bool {
    const WORDS: [&str; 11] = ["合计", "总计", "共计", "小计", "填表", "制表", "审核", "备注", "说明", "注:", "注："];
    let first = cells.iter().find(|c| !c.is_empty()).map(GridCell::text).unwrap_or_default();
    let first: String = first.chars().filter(|c| !c.is_whitespace()).collect();
    let number = known.iter().find(|k| k.1 == Field::IdNo).and_then(|k| cells.get(k.0));
    WORDS.iter().any(|w| first.starts_with(w)) && number.is_none_or(GridCell::is_empty)
}

/// Reads a grid: the head is found below its titles; formulas and numbers that lost their last digits are told.
pub fn read(grid: &Grid) -> Result<Sheet, Vec<Problem>> {
    let found = grid.lines.iter().take(TITLES).enumerate().find_map(|(i, l)| head(&l.cells).map(|h| (i, h)));
    let Some((at, known)) = found else { return Err(vec![Problem::of_file("list-head", &[])]) };
    let called = |(i, _, head): &(usize, Field, String)| format!("{} {head}", column_letters(*i));
    let mut sheet = Sheet { columns: known.iter().map(|k| (k.1, called(k))).collect(), ..Sheet::default() };
    let heads = grid.lines.get(at).map(|l| l.cells.as_slice()).unwrap_or_default();
    let unused = heads.iter().enumerate().filter(|(i, c)| !c.is_empty() && known.iter().all(|k| k.0 != *i));
    sheet.unused = unused.map(|(_, c)| c.text().chars().take(30).collect()).collect();
    let mut problems = vec![];
    for l in grid.lines.iter().skip(at + 1) {
        if beside(&l.cells, &known) || known.iter().all(|k| l.cells.get(k.0).is_none_or(GridCell::is_empty)) {
            continue;
        }
        let mut texts = vec![];
        for k in &known {
            let cell = l.cells.get(k.0).unwrap_or(&GridCell::Empty);
            let code = match cell {
                GridCell::Formula => Some("list-formula"),
                GridCell::Broken => Some("list-broken"),
                GridCell::Number(n) if k.1 == Field::IdNo && n.abs() >= 1e15 => Some("list-id-number"),
                GridCell::Text(t) if k.1 == Field::IdNo && scientific(t) => Some("list-id-number"),
                _ => None,
            };
            if let Some(code) = code {
                let (field, column) = (Some(k.1), called(k));
                problems.push(Problem { line: l.line, column, field, code: code.to_owned(), args: vec![] });
            }
            texts.push(cell.text().chars().take(200).collect());
        }
        sheet.lines.push(SheetLine { line: l.line, texts });
    }
    if sheet.lines.is_empty() {
        problems.push(Problem::of_file("list-no-lines", &[]));
    }
    if problems.is_empty() { Ok(sheet) } else { Err(problems) }
}

/// `3.599E+17`: what a spreadsheet makes of a number of 18 digits.
fn scientific(t: &str) -> bool {
    let t: String = t.chars().map(zw_core::grams::half_width).collect();
    t.contains(['e', 'E']) && t.parse::<f64>().is_ok()
}

/// What the checks know.
pub struct Facts<'a> {
    /// Today.
    pub today: Day,
    /// The county's places.
    pub places: &'a Places,
    /// The form.
    pub list: &'a ListDraft,
}

struct Check<'a> {
    sheet: &'a Sheet,
    facts: &'a Facts<'a>,
    problems: Vec<Problem>,
    out: Checked,
    /// First line of each number, by number.
    numbers: HashMap<String, u64>,
    places: HashMap<Found, u64>,
}

impl Sheet {
    /// Whether it names persons.
    pub fn has_rows(&self) -> bool {
        self.columns.iter().any(|c| c.0 == Field::IdNo)
    }
    /// Checks all of it.
    pub fn check(&self, facts: &Facts<'_>) -> Result<Checked, Vec<Problem>> {
        let mut c = Check {
            sheet: self,
            facts,
            problems: vec![],
            out: Checked::default(),
            numbers: HashMap::new(),
            places: HashMap::new(),
        };
        for l in &self.lines {
            if self.has_rows() {
                c.person(l);
            } else {
                c.number(l);
            }
        }
        if c.problems.is_empty() { Ok(c.out) } else { Err(c.problems) }
    }
}

impl Check<'_> {
    fn text<'l>(&self, l: &'l SheetLine, field: Field) -> &'l str {
        let at = self.sheet.columns.iter().position(|c| c.0 == field);
        at.and_then(|i| l.texts.get(i)).map_or("", |t| t.trim())
    }

    fn say(&mut self, l: &SheetLine, field: Field, code: &str, args: &[(&str, &str)]) {
        let column = self.sheet.columns.iter().find(|c| c.0 == field).map(|c| c.1.clone()).unwrap_or_default();
        let problem = Problem { line: l.line, column, field: Some(field), code: code.to_owned(), args: owned(args) };
        self.problems.push(problem);
    }

    fn place(&mut self, l: &SheetLine) -> Option<Found> {
        let (town, village) = (self.text(l, Field::Town), self.text(l, Field::Village));
        match self.facts.places.find(town, village) {
            Ok(found) => Some(found),
            Err(wrong) => {
                let has = |f: Field| self.sheet.columns.iter().any(|c| c.0 == f);
                let field = match wrong.at_town && has(Field::Town) || !has(Field::Village) {
                    true => Field::Town,
                    false => Field::Village,
                };
                self.say(l, field, wrong.code, &[]);
                None
            }
        }
    }

    fn person(&mut self, l: &SheetLine) {
        let name = match names::check(self.text(l, Field::Name)) {
            Ok(n) => Some(n),
            Err(p) => {
                self.say(l, Field::Name, p.code(), &[]);
                None
            }
        };
        let number = self.id_no(l);
        let at = self.place(l);
        self.category(l);
        let from = self.from(l);
        if let (Some(name), Some((kind, number, birth)), Some(at)) = (name, number, at) {
            if birth.is_some_and(|b| !fits_age(self.facts.list.category, b, self.facts.list.list_date)) {
                self.out.odd_age.push(i64::try_from(l.line).unwrap_or(i64::MAX));
            }
            self.out.rows.push(Person { line: l.line, name, kind, number, at, from });
        }
    }

    fn id_no(&mut self, l: &SheetLine) -> Option<(IdKind, String, Option<Day>)> {
        match person_id::parse_import(IdKind::ResidentId, self.text(l, Field::IdNo), self.facts.today) {
            Ok(id) => {
                if let Some(first) = self.numbers.get(&id.number).copied() {
                    self.say(l, Field::IdNo, "list-id-twice", &[("line", &first.to_string())]);
                    return None;
                }
                self.numbers.insert(id.number.clone(), l.line);
                Some((id.kind, id.number, id.birth))
            }
            Err(p) => {
                self.say(l, Field::IdNo, p.code(), &[]);
                None
            }
        }
    }

    /// A column 类别 says nothing else than the form.
    fn category(&mut self, l: &SheetLine) {
        let text: String = self.text(l, Field::Category).chars().map(zw_core::grams::half_width).collect();
        if text.is_empty() {
            return;
        }
        let code = match text.chars().all(|c| c.is_ascii_digit()) {
            // Excel makes 1 of 01.
            true => category(&format!("{text:0>2}")).map(|c| c.code),
            false => super::official::named(&text),
        };
        match code {
            None => self.say(l, Field::Category, "list-category-unknown", &[]),
            Some(c) if c != self.facts.list.category.code => self.say(l, Field::Category, "list-category-other", &[]),
            Some(_) => {}
        }
    }

    fn from(&mut self, l: &SheetLine) -> Option<Day> {
        let text = self.text(l, Field::From);
        if text.is_empty() {
            return None;
        }
        match Day::parse(text) {
            None => {
                self.say(l, Field::From, "date-format", &[]);
                None
            }
            Some(d) if d > self.facts.list.list_date => {
                self.say(l, Field::From, "list-from-late", &[]);
                None
            }
            some => some,
        }
    }

    fn number(&mut self, l: &SheetLine) {
        let text: String = self
            .text(l, Field::Persons)
            .chars()
            .map(zw_core::grams::half_width)
            .filter(|c| !matches!(c, ',' | ' ' | '人'))
            .collect();
        let persons = text.parse::<i64>().ok().filter(|n| (0..1_000_000).contains(n));
        if persons.is_none() {
            self.say(l, Field::Persons, "list-persons", &[]);
        }
        let Some(at) = self.place(l) else { return };
        if let Some(first) = self.places.get(&at).copied() {
            self.say(l, Field::Village, "list-place-twice", &[("line", &first.to_string())]);
            return;
        }
        self.places.insert(at, l.line);
        if let Some(persons) = persons {
            self.out.numbers.push(Number { at, persons });
        }
    }
}

/// A division in which somebody of a list lives: the village, or the township where the list says no more.
pub fn lowest(at: Found) -> DivisionId {
    at.village.unwrap_or(at.township)
}

#[cfg(test)]
#[path = "official_file_tests.rs"]
mod tests;
