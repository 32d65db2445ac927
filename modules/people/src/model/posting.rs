//! Postings (domain.md 5.5): worker at unit from a day, with a share of full time.

use super::{past_day, percent_of_full_time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zw_access::Resource;
use zw_core::code::Code as _;
use zw_core::codelist::network::LEAVE_REASON;
use zw_core::{Day, DivisionId, Error, FieldErrors, PostingId, Result, Stamp, UnitId, WorkerId};

zw_core::codes! {
    /// Post (code list `post`).
    pub enum Post {
        /// 站长.
        Head = "head",
        /// 社工.
        Worker = "worker",
        /// 社工助理.
        Assistant = "assistant",
        /// 督导.
        Supervisor = "supervisor",
        /// 财务.
        Finance = "finance",
        /// 项目主管.
        Manager = "manager",
    }
}
zw_db::code_cols!(Post);

/// Full time, in permille.
pub const FULL: i64 = 1000;

zw_db::record! {
    /// A posting.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Posting {
        /// Id.
        pub id: PostingId,
        /// Who.
        pub worker_id: WorkerId,
        /// Where.
        pub unit_id: UnitId,
        /// County of the unit.
        pub county_id: DivisionId,
        /// Post.
        pub post: Post,
        /// First day.
        pub from_day: Day,
        /// The day after the last one.
        pub to_day: Option<Day>,
        /// Share of full time, 100–1000.
        pub fte_permille: i64,
        /// Why it ended, code list `leave_reason`.
        pub leave_reason: Option<String>,
        /// Version.
        pub version: i64,
        /// Last change.
        pub updated_at: Stamp,
        /// Who changed it.
        pub updated_by: String,
    }
}

impl Resource for Posting {
    const NAME: &'static str = "posting";
    const COUNTY: &'static str = "p.county_id";
    const UNIT: Option<&'static str> = Some("p.unit_id");
    const OWNER: Option<&'static str> = Some("p.worker_id");
}

impl Posting {
    /// Whether it was entered by mistake and taken back: a posting that ends on the day it begins holds no day, so that
    /// nothing that counts postings needs to know of it.
    pub fn is_cancelled(&self) -> bool {
        self.to_day == Some(self.from_day)
    }
}

/// One stretch of a person's time: first day, the day after the last one, share.
pub type Share = (Day, Option<Day>, i64);

/// The first day on which the shares together exceed full time, if there is one.
pub fn overload(shares: &[Share]) -> Option<Day> {
    let mut steps: BTreeMap<Day, i64> = BTreeMap::new();
    for (from, to, fte) in shares.iter().filter(|(f, t, _)| t.is_none_or(|t| t > *f)) {
        *steps.entry(*from).or_default() += fte;
        if let Some(to) = to {
            *steps.entry(*to).or_default() -= fte;
        }
    }
    let mut sum = 0;
    steps
        .into_iter()
        .find(|(_, change)| {
            sum += change;
            sum > FULL
        })
        .map(|(day, _)| day)
}

/// What is typed about a new posting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PostingInput {
    /// Unit.
    pub unit: String,
    /// Post (default worker).
    pub post: String,
    /// First day (default today).
    pub from: String,
    /// Share of full time in percent, 10–100 (default 100).
    pub fte: String,
}

/// A checked posting whose unit is still to be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPosting {
    /// Unit as typed.
    pub unit: Option<UnitId>,
    /// Post.
    pub post: Post,
    /// First day.
    pub from: Day,
    /// Share in permille.
    pub fte: i64,
}

impl PostingInput {
    /// Checks the fields on their own and against the worker's first day.
    pub fn check(&self, today: Day, since: Day, e: &mut FieldErrors) -> NewPosting {
        let unit = self.unit.trim().parse::<UnitId>().ok();
        if unit.is_none() {
            e.add("unit", if self.unit.trim().is_empty() { "required" } else { "unit-unknown" });
        }
        let post = if self.post.trim().is_empty() { Some(Post::Worker) } else { Post::from_code(self.post.trim()) };
        if post.is_none() {
            e.add("post", "unknown-code");
        }
        let from = past_day(e, "from", &self.from, today).unwrap_or(today);
        if from < since && e.of("from").is_none() {
            e.add_with("from", "before-worker", &[("day", &since.to_string())]);
        }
        let typed = self.fte.trim();
        let fte = if typed.is_empty() { Some(FULL) } else { percent_of_full_time(typed) };
        if fte.is_none() {
            e.add("fte", "fte-range");
        }
        NewPosting { unit, post: post.unwrap_or(Post::Worker), from, fte: fte.unwrap_or(FULL) }
    }
}

/// A posting ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "EndPostingInput")]
pub struct EndInput {
    /// Last day on post (default today).
    pub last_day: String,
    /// Why, code list `leave_reason`.
    pub reason: String,
    /// Version that was seen.
    pub version: i64,
}

impl EndInput {
    /// The day after the last one, and the reason.
    pub fn check(&self, posting: &Posting, today: Day) -> Result<(Day, String)> {
        let mut e = FieldErrors::default();
        let last = past_day(&mut e, "last_day", &self.last_day, today).unwrap_or(today);
        if last < posting.from_day && e.of("last_day").is_none() {
            e.add_with("last_day", "before-posting", &[("day", &posting.from_day.to_string())]);
        }
        let reason = self.reason.trim();
        if !LEAVE_REASON.has(reason) {
            e.add("reason", if reason.is_empty() { "required" } else { "unknown-code" });
        }
        e.check()?;
        if posting.to_day.is_some() {
            return Err(Error::rule("posting-ended"));
        }
        Ok((last.add_days(1), reason.to_owned()))
    }
}

/// A posting as pages and API show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct PostingOut {
    /// Id.
    pub id: PostingId,
    /// Unit.
    pub unit_id: UnitId,
    /// Its name.
    pub unit: String,
    /// Post.
    pub post: Post,
    /// First day.
    pub from: Day,
    /// Last day on post.
    pub last_day: Option<Day>,
    /// Share of full time, permille.
    pub fte_permille: i64,
    /// Why it ended.
    pub leave_reason: Option<String>,
    /// Entered by mistake and taken back: it holds no day.
    pub cancelled: bool,
    /// Version.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }

    #[test]
    fn nobody_works_more_than_full_time() {
        let half = |f, t: Option<i64>| (day(f), t.map(day), 500);
        assert_eq!(overload(&[half(20210101, None), half(20210301, None)]), None);
        assert_eq!(
            overload(&[half(20210101, None), half(20210301, None), (day(20210501), None, 100)]),
            Some(day(20210501))
        );
        // One ends on the day the next begins.
        assert_eq!(overload(&[(day(20210101), Some(day(20210301)), 1000), (day(20210301), None, 1000)]), None);
        assert_eq!(
            overload(&[(day(20210101), Some(day(20210302)), 1000), (day(20210301), None, 1000)]),
            Some(day(20210301))
        );
        assert_eq!(overload(&[(day(20210101), Some(day(20210101)), 1000), (day(20210101), None, 1000)]), None);
    }

    #[test]
    fn fields_of_a_posting() {
        let check = |i: &PostingInput| {
            let mut e = FieldErrors::default();
            let p = i.check(day(20210708), day(20210101), &mut e);
            (p, e.0.into_iter().map(|e| (e.field, e.code)).collect::<Vec<_>>())
        };
        let unit = UnitId(zw_core::Uuid::from_u128(5));
        let (p, e) = check(&PostingInput { unit: unit.to_string(), fte: "50%".into(), ..PostingInput::default() });
        assert_eq!((p.unit, p.post, p.fte, p.from, e.len()), (Some(unit), Post::Worker, 500, day(20210708), 0));
        let bad = PostingInput { unit: "x".into(), post: "boss".into(), from: "2020-12-31".into(), fte: "5".into() };
        let (_, e) = check(&bad);
        let want =
            [("unit", "unit-unknown"), ("post", "unknown-code"), ("from", "before-worker"), ("fte", "fte-range")];
        assert_eq!(e, want.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn codes_are_those_of_the_list() {
        assert!(Post::ALL.iter().map(|p| p.code()).eq(zw_core::codelist::network::POST.codes()));
    }
}
