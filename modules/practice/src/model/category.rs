//! Categories of people served (对象类别, domain.md section 11): codes never reused, age guards, and those of class P4,
//! which are not kept on this register at all.

use zw_core::Day;

/// Age a category presupposes, in completed years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Any age.
    Any,
    /// Younger than.
    Under(i64),
    /// At least.
    From(i64),
}

/// A category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    /// Stable code; its words are the Fluent message `practice-category-<code>`.
    pub code: &'static str,
    /// Age.
    pub guard: Guard,
    /// Why the register does not offer it: class P4, or an event instead of a standing category.
    pub withheld: Option<&'static str>,
}

const fn any(code: &'static str) -> Category {
    Category { code, guard: Guard::Any, withheld: None }
}
const fn under(code: &'static str, years: i64) -> Category {
    Category { code, guard: Guard::Under(years), withheld: None }
}
const fn from(code: &'static str, years: i64) -> Category {
    Category { code, guard: Guard::From(years), withheld: None }
}
const fn withheld(code: &'static str, why: &'static str) -> Category {
    Category { code, guard: Guard::Any, withheld: Some(why) }
}

/// All codes, in the order of the list. 27 is a household code and has no age guard.
pub const CATEGORIES: &[Category] = &[
    any("01"),
    any("02"),
    any("03"),
    any("04"),
    any("05"),
    withheld("06", "event"),
    any("07"),
    under("11", 18),
    under("12", 18),
    under("13", 18),
    under("14", 16),
    under("15", 16),
    withheld("16", "p4"),
    from("21", 60),
    from("22", 60),
    from("23", 60),
    from("24", 60),
    from("25", 80),
    from("26", 60),
    any("27"),
    from("28", 60),
    any("31"),
    any("32"),
    withheld("33", "p4"),
    any("34"),
    any("41"),
    any("42"),
    withheld("43", "p4"),
    any("51"),
    withheld("52", "p4"),
    withheld("53", "p4"),
    withheld("54", "p4"),
    any("61"),
    any("62"),
    any("63"),
    any("64"),
    any("90"),
];

impl Category {
    /// Whether the category itself tells of income, benefits, health or disability, which are of class P3 (domain.md 13).
    pub fn is_sensitive(&self) -> bool {
        const INCOME: [&str; 9] = ["01", "02", "03", "04", "05", "06", "07", "61", "62"];
        const HEALTH: [&str; 8] = ["16", "24", "26", "31", "32", "33", "34", "64"];
        INCOME.contains(&self.code) || HEALTH.contains(&self.code)
    }
}

/// A category by its code.
pub fn category(code: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|c| c.code == code)
}

/// The categories a form offers.
pub fn offered() -> impl Iterator<Item = &'static Category> {
    CATEGORIES.iter().filter(|c| c.withheld.is_none())
}

/// Whether a person born on `birth` can have the category on `today`.
pub fn fits_age(c: &Category, birth: Day, today: Day) -> bool {
    let age = birth.years_until(today);
    match c.guard {
        Guard::Any => true,
        Guard::Under(n) => age < n,
        Guard::From(n) => age >= n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i64, m: i64, d: i64) -> Day {
        Day::new(y, m, d).unwrap()
    }

    #[test]
    fn age_guards_at_their_edges() {
        let today = day(2021, 7, 8);
        for (code, birth, fits) in [
            ("11", day(2003, 7, 9), true),
            ("11", day(2003, 7, 8), false),
            ("14", day(2005, 7, 9), true),
            ("14", day(2005, 7, 8), false),
            ("15", day(2005, 7, 8), false),
            ("21", day(1961, 7, 8), true),
            ("21", day(1961, 7, 9), false),
            ("25", day(1941, 7, 8), true),
            ("25", day(1941, 7, 9), false),
            ("27", day(1990, 1, 1), true),
            ("01", day(2020, 1, 1), true),
        ] {
            let c = category(code).unwrap();
            assert_eq!(fits_age(c, birth, today), fits, "{code} born {birth}");
        }
    }

    #[test]
    fn p4_codes_and_events_are_not_offered() {
        let codes: Vec<_> = offered().map(|c| c.code).collect();
        for c in ["06", "16", "33", "43", "52", "53", "54"] {
            assert!(!codes.contains(&c) && category(c).is_some(), "{c}");
        }
        assert_eq!(codes.len(), 30);
    }
}
