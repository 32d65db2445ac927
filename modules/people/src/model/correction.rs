//! Corrections of postings and certificates: what was typed wrong, and what was entered by mistake.

use super::certificate::{Certificate, CertificateInput, CertificateLevel};
use super::posting::{Post, Posting};
use super::{past_day, percent_of_full_time};
use serde::{Deserialize, Serialize};
use zw_core::code::Code as _;
use zw_core::{Day, Error, FieldErrors, Result, Stamp, Uuid};

zw_core::codes! {
    /// What was corrected.
    pub enum Corrected {
        /// A posting.
        Posting = "posting",
        /// A certificate.
        Certificate = "certificate",
    }
}
zw_core::codes! {
    /// How.
    pub enum CorrectionAct {
        /// Fields were typed wrong.
        Correct = "correct",
        /// It was entered by mistake.
        Cancel = "cancel",
    }
}
zw_db::code_cols!(Corrected, CorrectionAct);

fn reason_of(e: &mut FieldErrors, field: &str, text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        e.add(field, "correction-reason");
    } else if text.chars().count() > 200 {
        e.add_with(field, "too-long", &[("max", "200")]);
    }
    text.to_owned()
}

/// A posting as it should have been written, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PostingCorrection {
    /// Post.
    pub post: String,
    /// First day.
    pub from: String,
    /// Last day on post, of one that has ended; empty: it goes on.
    pub last_day: String,
    /// Share of full time in percent, 10–100.
    pub fte: String,
    /// Why it is corrected.
    pub correct_reason: String,
    /// Version that was seen.
    pub version: i64,
}

/// A checked correction of a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectedPosting {
    /// Post.
    pub post: Post,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
    /// Share in permille.
    pub fte: i64,
    /// Why.
    pub reason: String,
}

impl PostingCorrection {
    /// Checks the fields on their own, against the posting and the worker's first day.
    pub fn check(&self, was: &Posting, today: Day, since: Day, e: &mut FieldErrors) -> CorrectedPosting {
        let post = Post::from_code(self.post.trim());
        if post.is_none() {
            e.add("post", if self.post.trim().is_empty() { "required" } else { "unknown-code" });
        }
        let from = past_day(e, "from", &self.from, today);
        match from {
            None if self.from.trim().is_empty() => e.add("from", "required"),
            Some(f) if f < since && e.of("from").is_none() => {
                e.add_with("from", "before-worker", &[("day", &since.to_string())]);
            }
            _ => {}
        }
        let last = past_day(e, "last_day", &self.last_day, today);
        if let Some(last) = last.filter(|_| e.of("last_day").is_none()) {
            if was.to_day.is_none() {
                // Ending has its own form, with the reason of leaving.
                e.add("last_day", "posting-end-instead");
            } else if let Some(from) = from.filter(|f| last < *f) {
                e.add_with("last_day", "before-posting", &[("day", &from.to_string())]);
            }
        }
        let fte = percent_of_full_time(self.fte.trim());
        if fte.is_none() {
            e.add("fte", "fte-range");
        }
        CorrectedPosting {
            post: post.unwrap_or(was.post),
            from: from.unwrap_or(was.from_day),
            to: last.map(|d| d.add_days(1)),
            fte: fte.unwrap_or(was.fte_permille),
            reason: reason_of(e, "correct_reason", &self.correct_reason),
        }
    }
}

/// A certificate as it should have been written, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CertificateCorrection {
    /// Level.
    pub level: String,
    /// 管理号.
    pub number: String,
    /// 批准日.
    pub issued_on: String,
    /// Why it is corrected.
    pub correct_reason: String,
    /// Version that was seen.
    pub version: i64,
}

impl CertificateCorrection {
    /// Checks the fields; the reason comes last.
    pub fn check(&self, today: Day) -> Result<(CertificateLevel, String, Day, String)> {
        let typed = CertificateInput {
            level: self.level.clone(),
            number: self.number.clone(),
            issued_on: self.issued_on.clone(),
        };
        let (found, mut e) = match typed.check(today) {
            Ok(found) => (Some(found), FieldErrors::default()),
            Err(Error::Invalid(e)) => (None, e),
            Err(other) => return Err(other),
        };
        let reason = reason_of(&mut e, "correct_reason", &self.correct_reason);
        e.check()?;
        let (level, number, issued_on) = found.ok_or_else(|| Error::rule("bad-request"))?;
        Ok((level, number, issued_on, reason))
    }
}

/// A posting or certificate was entered by mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CancelInput {
    /// Why it is taken back.
    pub cancel_reason: String,
    /// Version that was seen.
    pub version: i64,
}

impl CancelInput {
    /// The reason.
    pub fn check(&self) -> Result<String> {
        let mut e = FieldErrors::default();
        let reason = reason_of(&mut e, "cancel_reason", &self.cancel_reason);
        e.check()?;
        Ok(reason)
    }
}

/// What stood before a correction; of a posting the first fields, of a certificate the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Was {
    /// Unit's name.
    pub unit: Option<String>,
    /// Post.
    pub post: Option<Post>,
    /// First day.
    pub from: Option<Day>,
    /// Last day on post.
    pub last_day: Option<Day>,
    /// Share of full time, permille.
    pub fte_permille: Option<i64>,
    /// Level.
    pub level: Option<CertificateLevel>,
    /// 管理号.
    pub number: Option<String>,
    /// 批准日.
    pub issued_on: Option<Day>,
}

impl Was {
    /// Of a posting at a unit of that name.
    pub fn posting(p: &Posting, unit: String) -> Self {
        Self {
            unit: Some(unit),
            post: Some(p.post),
            from: Some(p.from_day),
            last_day: p.to_day.map(|d| d.add_days(-1)),
            fte_permille: Some(p.fte_permille),
            ..Self::default()
        }
    }
    /// Of a certificate.
    pub fn certificate(k: &Certificate) -> Self {
        Self { level: Some(k.level), number: Some(k.number.clone()), issued_on: Some(k.issued_on), ..Self::default() }
    }
}

/// A correction as pages and API show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "RecordCorrectionOut")]
pub struct CorrectionOut {
    /// What.
    pub what: Corrected,
    /// Which one.
    pub id: Uuid,
    /// How.
    pub act: CorrectionAct,
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What stood before.
    pub was: Was,
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::{DivisionId, PostingId, UnitId, WorkerId};

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }

    #[test]
    fn a_correction_tells_every_problem_at_its_field() {
        let was = Posting {
            id: PostingId(Uuid::nil()),
            worker_id: WorkerId(Uuid::nil()),
            unit_id: UnitId(Uuid::nil()),
            county_id: DivisionId(1),
            post: Post::Worker,
            from_day: day(20210301),
            to_day: None,
            fte_permille: 1000,
            leave_reason: None,
            version: 1,
            updated_at: Stamp::from_ms(0),
            updated_by: String::new(),
        };
        let check = |was: &Posting, i: &PostingCorrection| {
            let mut e = FieldErrors::default();
            let c = i.check(was, day(20210708), day(20210101), &mut e);
            (c, e.0.into_iter().map(|e| format!("{}:{}", e.field, e.code)).collect::<Vec<_>>().join(" "))
        };
        let typed = |from: &str, last: &str, fte: &str, reason: &str| PostingCorrection {
            post: "worker".into(),
            from: from.into(),
            last_day: last.into(),
            fte: fte.into(),
            correct_reason: reason.into(),
            version: 1,
        };
        let (c, e) = check(&was, &typed("2021-02-01", "", "60", "手误"));
        assert_eq!((c.from, c.to, c.fte, e.as_str()), (day(20210201), None, 600, ""));
        let (_, e) = check(&was, &typed("2020-12-31", "2021-05-01", "5", " "));
        let want = "from:before-worker last_day:posting-end-instead fte:fte-range correct_reason:correction-reason";
        assert_eq!(e, want);
        let ended = Posting { to_day: Some(day(20210601)), ..was.clone() };
        let (c, e) = check(&ended, &typed("2021-03-01", "2021-05-20", "100", "手误"));
        assert_eq!((c.to, e.as_str()), (Some(day(20210521)), ""));
        let (_, e) = check(&ended, &typed("2021-05-21", "2021-05-20", "100", "手误"));
        assert_eq!(e, "last_day:before-posting");
        let (_, e) = check(&was, &PostingCorrection::default());
        assert_eq!(e, "post:required from:required fte:fte-range correct_reason:correction-reason");
    }
}
