//! How often a person is visited: by risk grade (domain.md section 7, 探访). The values are defaults `[D]`, kept in the
//! setting `practice.rhythm`, never rules of anybody.

use serde::{Deserialize, Serialize};
use zw_access::Setting;
use zw_core::{Day, FieldErrors};

zw_core::codes! {
    /// Rhythm of visits (跟进频次).
    pub enum VisitEvery {
        /// 每周.
        Weekly = "weekly",
        /// 每两周.
        Biweekly = "biweekly",
        /// 每月.
        Monthly = "monthly",
        /// 每季度.
        Quarterly = "quarterly",
        /// 每半年.
        HalfYearly = "half_yearly",
        /// 每年.
        Yearly = "yearly",
    }
}
zw_db::code_cols!(VisitEvery);

/// The setting: the rhythm of each risk grade and its length in days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rhythm {
    /// Rhythm of grades 1 to 6.
    pub by_risk: [VisitEvery; 6],
    /// Days of each rhythm, in the order of [`VisitEvery`].
    #[schemars(extend("x-unit" = "days"))]
    pub days: [i64; 6],
}

impl Default for Rhythm {
    fn default() -> Self {
        use VisitEvery::{Biweekly, HalfYearly, Monthly, Quarterly, Weekly, Yearly};
        Self { by_risk: [Weekly, Biweekly, Monthly, Quarterly, HalfYearly, Yearly], days: [7, 14, 30, 91, 182, 365] }
    }
}

// i18n-keys: practice-set-rhythm practice-set-rhythm-does practice-set-rhythm-by-risk practice-set-rhythm-days
impl Setting for Rhythm {
    const KEY: &'static str = "practice.rhythm";
    const MEANING: &'static str = "practice-set-rhythm";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        for (i, d) in self.days.iter().enumerate() {
            e.within(&format!("days[{i}]"), *d, 1, 3660);
        }
        e
    }
}

/// Setting `practice.notice_version`: version of the notice that residents are shown (security.md PRIV-2), since the
/// text is the county's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct NoticeVersion(pub String);

impl Default for NoticeVersion {
    fn default() -> Self {
        Self("1".into())
    }
}

// i18n-keys: practice-set-notice practice-set-notice-does
impl Setting for NoticeVersion {
    const KEY: &'static str = "practice.notice_version";
    const MEANING: &'static str = "practice-set-notice";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        if self.0.trim().is_empty() {
            e.add("", "required");
        } else if self.0.chars().count() > 20 {
            e.add_with("", "too-long", &[("max", "20")]);
        }
        e
    }
}

impl Rhythm {
    /// Rhythm of a risk grade; out of 1 to 6 the nearest one.
    pub fn of_risk(&self, risk: i64) -> VisitEvery {
        let i = usize::try_from(risk.clamp(1, 6) - 1).unwrap_or(0);
        self.by_risk.get(i).copied().unwrap_or(VisitEvery::Monthly)
    }
    /// Days between two visits.
    pub fn days(&self, every: VisitEvery) -> i64 {
        self.days.get(every as usize).copied().unwrap_or(30).max(1)
    }
    /// The day the next visit is due, `base` being the last meeting or the day of filing.
    pub fn next(&self, base: Day, every: VisitEvery) -> Day {
        base.add_days(self.days(every))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_and_days() {
        let r = Rhythm::default();
        assert_eq!(r.of_risk(1), VisitEvery::Weekly);
        assert_eq!(r.of_risk(6), VisitEvery::Yearly);
        assert_eq!(r.of_risk(99), VisitEvery::Yearly);
        assert_eq!(r.next(Day::new(2021, 7, 8).unwrap(), VisitEvery::Weekly), Day::new(2021, 7, 15).unwrap());
        let set: Rhythm = serde_json::from_str(r#"{"days":[5,14,30,91,182,365]}"#).unwrap();
        assert_eq!(set.days(VisitEvery::Weekly), 5);
        assert_eq!(set.by_risk, r.by_risk);
    }
}
