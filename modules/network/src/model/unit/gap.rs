//! 空窗: days on which a station has nobody on post (domain.md 5.33, 6). It is a risk to show upward, never the station's
//! fault. The days are derived from postings; here is what follows from them, and what the county says of them.

use super::{Unit, UnitOut, UnitState};
use crate::model::history::Stretch;
use crate::model::shown_above;
use serde::{Deserialize, Serialize};
use zw_access::{Course, Setting};
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, FieldErrors, Stamp, UnitId};

zw_core::codes! {
    /// Why a station has nobody on post (code list `gap_cause`).
    pub enum GapCause {
        /// 招标未完.
        Tender = "tender",
        /// 流标.
        FailedTender = "failed_tender",
        /// 资金.
        Funding = "funding",
        /// 争议.
        Dispute = "dispute",
        /// 其他: says what.
        Other = "other",
    }
}
zw_db::code_cols!(GapCause);

/// Setting `network.gap_days`: a built station without staff for more days than this is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-unit" = "days"))]
pub struct GapDays(pub i64);

impl Default for GapDays {
    fn default() -> Self {
        Self(30)
    }
}

// i18n-keys: network-set-gap-days network-set-gap-days-does
impl Setting for GapDays {
    const KEY: &'static str = "network.gap_days";
    const MEANING: &'static str = "network-set-gap-days";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        e.within("", self.0, 1, 3650);
        e
    }
}

/// How many days a stretch has lasted on a day, the first one included.
pub fn days_of(from: Day, day: Day) -> i64 {
    from.days_until(day) + 1
}

/// The first day on which a built station without staff is suspended, if that has come: each day is judged by the setting
/// as it stood then, so that a change of today suspends nobody in the past.
pub fn suspended_on(course: &Course<GapDays>, from: Day, today: Day) -> Option<Day> {
    (0..days_of(from, today)).map(|n| from.add_days(n)).find(|day| days_of(from, *day) > course.on(*day).0)
}

/// The first day of the gap of a station: since nobody is on post, but of a built one not before it was built last. None for
/// one that is not built yet or has ended; nobody misses its staff.
pub fn begins(history: &[Stretch], since: Day) -> Option<Day> {
    let last = history.last()?;
    match last.state {
        UnitState::Suspended => Some(since),
        s if s.is_built() => {
            let built = history.iter().rev().take_while(|s| s.state.is_built()).last()?;
            Some(since.max(built.from))
        }
        _ => None,
    }
}

zw_db::record! {
    /// What a county says of a station's days without staff.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct GapNote {
        /// The station.
        pub unit_id: UnitId,
        /// Its county.
        pub county_id: DivisionId,
        /// Why.
        pub cause: Option<GapCause>,
        /// A line about it.
        pub text: Option<String>,
        /// The day the cause was noted.
        pub noted_on: Option<Day>,
        /// Who looks after its people; none: the county's centre.
        pub caretaker_id: Option<UnitId>,
        /// Version.
        pub version: i64,
        /// Last change.
        pub updated_at: Stamp,
        /// Who changed it.
        pub updated_by: String,
    }
}

impl GapNote {
    /// Of a station of which nothing was said yet.
    pub fn of(unit: &Unit) -> Self {
        Self {
            unit_id: unit.id,
            county_id: unit.county_id,
            cause: None,
            text: None,
            noted_on: None,
            caretaker_id: None,
            version: 0,
            updated_at: unit.updated_at,
            updated_by: String::new(),
        }
    }
    /// Whether the cause is about a gap that began on a day, and not about an earlier one.
    pub fn is_about(&self, from: Day) -> bool {
        self.noted_on.is_some_and(|noted| noted >= from)
    }
}

/// Why a station has nobody on post, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GapInput {
    /// Why: code of the list `gap_cause`.
    pub cause: String,
    /// A line about it, at most 100 characters; `other` needs one. Nobody's number.
    pub text: String,
    /// Version of the note that was seen; 0 while there is none.
    pub version: i64,
}

impl GapInput {
    /// The cause and the line.
    pub fn check(&self) -> zw_core::Result<(GapCause, Option<String>)> {
        let mut e = FieldErrors::default();
        let typed = self.cause.trim();
        let cause = GapCause::from_code(typed);
        if cause.is_none() {
            e.add("cause", if typed.is_empty() { "required" } else { "unknown-code" });
        }
        let text = shown_above(&mut e, "text", &self.text, 100);
        if cause == Some(GapCause::Other) && text.is_none() {
            e.add("text", "required");
        }
        e.check()?;
        Ok((cause.unwrap_or(GapCause::Other), text))
    }
}

/// Who looks after the people of a station without staff, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CaretakerInput {
    /// A built unit of the county; empty: the county's centre.
    pub caretaker: String,
    /// Version of the note that was seen; 0 while there is none.
    pub version: i64,
}

/// The unit that looks after the people of a station without staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Caretaker {
    /// Id.
    pub id: UnitId,
    /// Name.
    pub name: String,
    /// Chosen by the county; otherwise it is the county's centre.
    pub chosen: bool,
}

/// A station's days without staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct StaffGap {
    /// First day without anybody on post.
    pub from: Day,
    /// Days by today.
    pub days: i64,
    /// The day on which the station is suspended if nobody comes; none: it is suspended already.
    pub suspended_on: Option<Day>,
    /// Why.
    pub cause: Option<GapCause>,
    /// A line about it.
    pub text: Option<String>,
    /// Who looks after its people; none: the county has no centre and chose nobody.
    pub caretaker: Option<Caretaker>,
    /// Version of what the county says of it; 0 while it says nothing.
    pub version: i64,
}

/// A station that the county hears of: without staff, or suspended for that with staff on post again.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct GapOut {
    /// The station.
    pub unit: UnitOut,
    /// Its gap; none: staff is back and the station can be resumed.
    pub gap: Option<StaffGap>,
}

/// The stations of a reader's area without staff, the longest first, then those that can be resumed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct GapList {
    /// Stations.
    pub items: Vec<GapOut>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }
    fn row(state: UnitState, from: i64) -> Stretch {
        Stretch { state, from: day(from), to: None, cause: None }
    }

    #[test]
    fn thirty_days_are_a_flag_and_the_next_one_is_a_suspension() {
        let course = Course::always(GapDays::default());
        let from = day(20210601);
        assert_eq!((days_of(from, from), days_of(from, day(20210630))), (1, 30));
        assert_eq!(suspended_on(&course, from, day(20210630)), None);
        for today in [20210701, 20210702, 20220101] {
            assert_eq!(suspended_on(&course, from, day(today)), Some(day(20210701)), "{today}");
        }
        assert_eq!(suspended_on(&course, from, day(20210501)), None, "not yet begun");
    }

    #[test]
    fn a_shorter_setting_suspends_from_its_own_day_on() {
        let at = Stamp::from_cn(day(20210615), 9, 0);
        let course = Course::changed(at, GapDays(30), GapDays(10));
        assert_eq!(suspended_on(&course, day(20210601), day(20210620)), Some(day(20210615)));
        assert_eq!(suspended_on(&course, day(20210610), day(20210620)), Some(day(20210620)));
    }

    #[test]
    fn a_gap_begins_when_the_station_is_built_and_nobody_is_there() {
        use UnitState::{Closed, Operating, Preparing, Rectifying, Suspended};
        let since = day(20210601);
        assert_eq!(begins(&[row(Operating, 20210101)], since), Some(since));
        assert_eq!(begins(&[row(Operating, 20210101), row(Rectifying, 20210610)], since), Some(since), "still built");
        let resumed = [row(Operating, 20210101), row(Suspended, 20210701), row(Operating, 20210801)];
        assert_eq!(begins(&resumed, since), Some(day(20210801)), "the county gives it the days anew");
        assert_eq!(begins(&resumed[..2], since), Some(since));
        for state in [Preparing, Closed] {
            assert_eq!(begins(&[row(state, 20210101)], since), None);
        }
        assert_eq!(begins(&[], since), None);
    }

    #[test]
    fn a_cause_is_a_code_and_other_says_what() {
        let check = |cause: &str, text: &str| {
            GapInput { cause: cause.into(), text: text.into(), version: 0 }.check().map_err(|e| match e {
                zw_core::Error::Invalid(e) => e.0.into_iter().map(|e| (e.field, e.code)).collect::<Vec<_>>(),
                other => panic!("{other:?}"),
            })
        };
        assert_eq!(check("tender", " 二次公告 "), Ok((GapCause::Tender, Some("二次公告".into()))));
        assert_eq!(check("funding", ""), Ok((GapCause::Funding, None)));
        let bad = |f: &str, c: &str| Err(vec![(f.to_owned(), c.to_owned())]);
        assert_eq!(check("", "x"), bad("cause", "required"));
        assert_eq!(check("lazy", "x"), bad("cause", "unknown-code"));
        assert_eq!(check("other", " "), bad("text", "required"));
        assert_eq!(check("tender", &"长".repeat(101)), bad("text", "too-long"));
        assert!(check("tender", "联系 13912345678").is_err(), "a number of a person");
        assert!(GapCause::ALL.iter().map(|c| c.code()).eq(zw_core::codelist::network::GAP_CAUSE.codes()));
    }
}
