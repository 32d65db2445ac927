//! An official list (官方名册, domain.md 5.12): what an authority says who belongs to a category, as of a day. It is the
//! denominator of 建档率 (domain.md 9, I14) and the source of official statuses. What the station's worker thinks is another
//! fact and stays what it is (decision 0045).

use super::official_file::{Checked, Problem, Sheet};
use super::{Category, Recognition, category, code_of, day_of, number_of, offered};
use serde::{Deserialize, Serialize};
use zw_access::Resource;
use zw_core::percent::{Percent, or_dash};
use zw_core::{Day, DivisionId, FieldErrors, OfficialListId, ResidentId, Stamp, Uuid};

zw_core::codes! {
    /// What a list has.
    pub enum ListKind {
        /// Persons, row by row.
        Rows = "rows",
        /// Only how many.
        Numbers = "numbers",
    }
}
zw_db::code_cols!(ListKind);

/// The rule by which the rate of filing is counted (domain.md 9, I14).
pub const RATE_RULE: &str = "I14-1";

/// The rate as printed; none where there is no list to divide by.
pub fn rate(on_file: i64, due: Option<i64>) -> Option<String> {
    due.map(|due| or_dash(Percent::of(on_file, due).map(Percent::number)))
}

zw_db::record! {
    /// A list as stored.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OfficialList {
        /// County.
        pub county_id: DivisionId,
        /// Row.
        pub id: OfficialListId,
        /// Category code.
        pub category: String,
        /// As of.
        pub list_date: Day,
        /// Who says so.
        pub authority: Recognition,
        /// Document number.
        pub document: Option<String>,
        /// Number of persons as the paper states it.
        pub stated: Option<i64>,
        /// Rows or numbers.
        pub kind: ListKind,
        /// Persons that count in the denominator.
        pub persons: i64,
        /// When it was imported.
        pub imported_at: Stamp,
        /// By whom.
        pub imported_by: String,
        /// The list that came after it.
        pub replaced_by: Option<OfficialListId>,
    }
}

impl Resource for OfficialList {
    const NAME: &'static str = "official_list";
    const COUNTY: &'static str = "l.county_id";
    // That there is a list, of which day and with how many persons, is for all who work in the county.
    const COUNTY_WIDE: bool = true;
}

zw_db::record! {
    /// Somebody on a list whom nobody has on file.
    #[derive(Clone, Debug)]
    pub struct OfficialRow {
        /// County.
        pub county_id: DivisionId,
        /// Row.
        pub id: Uuid,
        /// List.
        pub list_id: OfficialListId,
        /// Category of the list.
        pub category: String,
        /// Its day.
        pub list_date: Day,
        /// Its authority.
        pub authority: Recognition,
        /// Township.
        pub township_id: DivisionId,
        /// Village, if the list says it.
        pub village_id: Option<DivisionId>,
        /// Name, sealed.
        pub name: Option<Vec<u8>>,
        /// Whoever was on file and is no longer.
        pub resident_id: Option<ResidentId>,
    }
}

impl Resource for OfficialRow {
    const NAME: &'static str = "official_row";
    const COUNTY: &'static str = "o.county_id";
    const TOWN: Option<&'static str> = Some("o.township_id");
    // The station that serves the place today: `unit_coverage v`.
    const UNIT: Option<&'static str> = Some("v.unit_id");
}

/// An import as typed, besides its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListInput {
    /// County (division id); may stay empty for who works for one county.
    pub county: String,
    /// Category code.
    pub category: String,
    /// Authority: civil_affairs, disabled_federation, other_department.
    pub authority: String,
    /// As of which day the list is.
    pub list_date: String,
    /// Document number.
    pub document: String,
    /// Number of persons as the paper states it; all there is of a list without a file.
    pub stated: String,
}

/// A checked import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListDraft {
    /// Category.
    pub category: &'static Category,
    /// Authority.
    pub authority: Recognition,
    /// As of.
    pub list_date: Day,
    /// Document number.
    pub document: Option<String>,
    /// As stated.
    pub stated: Option<i64>,
}

/// Categories that an authority has lists of: all the register offers but 普通居民.
pub fn listable() -> impl Iterator<Item = &'static Category> {
    offered().filter(|c| c.code != "90")
}

/// Who may be behind an official list.
pub const AUTHORITIES: [Recognition; 3] =
    [Recognition::CivilAffairs, Recognition::DisabledFederation, Recognition::OtherDepartment];

/// The code of a category by its Chinese name, as the form says it.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    let said = |code: &str| zw_ui::Lang::ZhCn.t_or(&format!("practice-category-{code}"), "");
    super::CATEGORIES.iter().map(|c| c.code).find(|code| said(code) == name)
}

impl ListInput {
    /// Checks everything at once. `standing` is the day of the list of the category that stands.
    pub fn check(&self, today: Day, standing: impl Fn(&str) -> Option<Day>) -> Result<ListDraft, FieldErrors> {
        let mut e = FieldErrors::default();
        let found = match self.category.trim() {
            "" => {
                e.add("category", "required");
                None
            }
            code => match category(code) {
                None => {
                    e.add("category", "list-category-unknown");
                    None
                }
                Some(c) if c.withheld == Some("p4") => {
                    e.add("category", "resident-category-restricted");
                    None
                }
                Some(c) if c.withheld.is_some() => {
                    e.add("category", "resident-category-event");
                    None
                }
                Some(c) if listable().all(|l| l.code != c.code) => {
                    e.add("category", "list-category-none");
                    None
                }
                some => some,
            },
        };
        let authority = code_of::<Recognition>(&mut e, "authority", &self.authority, true);
        if authority.is_some_and(|a| !AUTHORITIES.contains(&a)) {
            e.add("authority", "list-authority-worker");
        }
        let list_date = day_of(&mut e, "list_date", &self.list_date, true);
        if list_date.is_some_and(|d| d > today) {
            e.add("list_date", "list-date-future");
        } else if let (Some(day), Some(c)) = (list_date, found)
            && let Some(last) = standing(c.code).filter(|s| day < *s)
        {
            e.add_with("list_date", "list-date-older", &[("day", &last.to_string())]);
        }
        let document = Some(self.document.trim().to_owned()).filter(|d| !d.is_empty());
        if document.as_ref().is_some_and(|d| d.chars().count() > 60) {
            e.add("document", "list-document-long");
        } else if let Some(d) = &document {
            e.holds_no_number("document", d);
        }
        let stated = number_of(&mut e, "stated", &self.stated, 0, 9_999_999);
        match (found, authority, list_date) {
            (Some(category), Some(authority), Some(list_date)) if e.0.is_empty() => {
                Ok(ListDraft { category, authority, list_date, document, stated })
            }
            _ => Err(e),
        }
    }
}

/// What waits for its confirmation: the form and the sheet as it was read. Sealed as a whole.
#[derive(Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// The form.
    pub input: ListInput,
    /// The sheet; none for a list that only states a number.
    pub sheet: Option<Sheet>,
}

/// What an import would do, before it does it: what the page shows and the command line prints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListReport {
    /// The list, once it is imported.
    pub list: Option<OfficialListId>,
    /// Rows with persons, or with numbers.
    pub rows: i64,
    /// Persons that count.
    pub persons: i64,
    /// Of these on file in the county.
    pub on_file: i64,
    /// Persons as the paper states them.
    pub stated: Option<i64>,
    /// Official statuses of the list before it that end with it.
    pub ended: i64,
    /// Day of the list that it replaces.
    pub replaces: Option<Day>,
    /// Lines on which the age by the number does not fit the category.
    pub odd_age: Vec<i64>,
    /// Columns of the file that are not read.
    pub unused: Vec<String>,
    /// What keeps everything out.
    pub problems: Vec<Problem>,
}

impl ListReport {
    /// Of a checked sheet.
    pub fn of(checked: &Checked, unused: Vec<String>, stated: Option<i64>) -> Self {
        let n = |v: usize| i64::try_from(v).unwrap_or(i64::MAX);
        Self {
            rows: n(checked.rows.len() + checked.numbers.len()),
            persons: checked.persons(stated),
            stated,
            odd_age: checked.odd_age.clone(),
            unused,
            ..Self::default()
        }
    }
    /// Every problem as a field of its line: `lines[7].id_no`.
    pub fn errors(&self) -> FieldErrors {
        FieldErrors(self.problems.iter().map(Problem::error).collect())
    }
}

/// A list with its numbers in the reader's area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListOut {
    /// County part of the key.
    pub county: DivisionId,
    /// Its name.
    pub county_name: String,
    /// List.
    pub id: OfficialListId,
    /// Category code.
    pub category: String,
    /// As of.
    pub list_date: Day,
    /// Who says so.
    pub authority: Recognition,
    /// Document number.
    pub document: Option<String>,
    /// Persons as stated.
    pub stated: Option<i64>,
    /// Rows or numbers.
    pub kind: ListKind,
    /// Persons on it in the reader's area; none where a list without rows does not say it for the area.
    pub listed: Option<i64>,
    /// Of these on file today.
    pub on_file: i64,
    /// Of these nobody has on file, as far as rows tell it.
    pub unmatched: Option<i64>,
    /// Recorded refusals, which leave the denominator.
    pub refused: i64,
    /// The rate of filing, percent as printed, by the same rule as everywhere ([`RATE_RULE`]).
    pub rate: Option<String>,
    /// Whether a later one stands in its place.
    pub replaced: bool,
    /// When it was imported, Asia/Shanghai.
    pub imported_at: String,
    /// By whom.
    pub imported_by: String,
}

/// A place of a list: how many stand on it and how many of them are on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PlaceOut {
    /// Township.
    pub township: String,
    /// Village; empty where the list only says the township.
    pub village: String,
    /// Persons.
    pub listed: i64,
    /// On file today; none where they are too few to be told to this reader.
    pub on_file: Option<i64>,
}

/// A list's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListPage {
    /// The list.
    pub list: ListOut,
    /// Its places in the reader's area, in the order of the map.
    pub places: Vec<PlaceOut>,
}

/// Somebody on a list whom nobody has on file (名册在列未建档).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct UnmatchedOut {
    /// Row.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Township.
    pub township: String,
    /// Village.
    pub village: String,
    /// Its id, for the registration.
    pub village_id: Option<DivisionId>,
    /// Category.
    pub category: String,
    /// Who says so.
    pub authority: Recognition,
    /// As of.
    pub list_date: Day,
    /// Was on file and is no longer.
    pub was_on_file: bool,
}

/// The rate of filing of a category in an area, as of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RateOut {
    /// Category code.
    pub category: String,
    /// Persons on the list in force that day; none: 无基数.
    pub listed: Option<i64>,
    /// Of these who refused to be filed, shown apart and not in the denominator.
    pub refused: i64,
    /// The denominator: listed without refusals.
    pub due: Option<i64>,
    /// On file.
    pub on_file: i64,
    /// In percent as printed: `65.1`; `—` of nobody; none: 无基数.
    pub rate: Option<String>,
    /// Day of the list; of several counties none.
    pub list_date: Option<Day>,
    /// Who says so, of one county.
    pub authority: Option<Recognition>,
    /// The list, of one county.
    pub list: Option<OfficialListId>,
    /// Whether its list has rows; else the numerator rests on what the station typed.
    pub by_rows: bool,
    /// Of several counties: how many of them have a list.
    pub counties: i64,
}

/// The rates of an area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RatesPage {
    /// Division id or unit id.
    pub area: String,
    /// Its name.
    pub area_name: String,
    /// As of the end of this day.
    pub as_of: Day,
    /// Version of the rule.
    pub rule_version: String,
    /// Counties of the area.
    pub counties: i64,
    /// One for each category that may have a list.
    pub items: Vec<RateOut>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> ListInput {
        ListInput {
            category: "01".into(),
            authority: "civil_affairs".into(),
            list_date: "2021-06-30".into(),
            ..ListInput::default()
        }
    }

    #[test]
    fn a_list_says_of_what_of_whom_and_of_when() {
        let today = Day::new(2021, 7, 8).unwrap();
        let said = |i: &ListInput, standing: Option<Day>| match i.check(today, |_| standing) {
            Ok(_) => "ok".to_owned(),
            Err(e) => e.0.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" "),
        };
        let with = |change: &dyn Fn(&mut ListInput)| {
            let mut i = input();
            change(&mut i);
            said(&i, None)
        };
        assert_eq!(said(&input(), None), "ok");
        assert_eq!(with(&|i| i.category = "99".into()), "category:list-category-unknown");
        assert_eq!(with(&|i| i.category = "16".into()), "category:resident-category-restricted");
        assert_eq!(with(&|i| i.category = "06".into()), "category:resident-category-event");
        assert_eq!(with(&|i| i.category = "90".into()), "category:list-category-none");
        assert_eq!(with(&|i| i.authority = "worker_found".into()), "authority:list-authority-worker");
        assert_eq!(with(&|i| i.list_date = "2021-07-09".into()), "list_date:list-date-future");
        assert_eq!(with(&|i| i.list_date = "2021-07-08".into()), "ok");
        assert_eq!(with(&|i| i.stated = "-1".into()), "stated:practice-number-range");
        let empty = ListInput::default();
        assert_eq!(said(&empty, None), "category:required authority:required list_date:required");
        assert_eq!(said(&input(), Day::new(2021, 7, 1)), "list_date:list-date-older");
        assert_eq!(said(&input(), Day::new(2021, 6, 30)), "ok", "a list of the same day corrects it");
    }
}
