//! Somebody was asked for a file and said no (domain.md 5.11, I14): an answer, counted by category and left out of the
//! denominator. It names nobody, because whoever refuses a file is not filed under another word: category, village, day, what
//! was refused and who asked are all that the figure needs.

use super::{RefusalEnd, RefusedWhat, category, code_of, day_of, listed};
use serde::{Deserialize, Serialize};
use zw_access::{Resource, Spot};
use zw_core::{Day, DivisionId, FieldErrors, RefusalId, UnitId, WorkerId};

zw_db::record! {
    /// A refusal as stored.
    #[derive(Clone, Debug)]
    pub struct Refusal {
        /// County of the day.
        pub county_id: DivisionId,
        /// Row.
        pub id: RefusalId,
        /// Station.
        pub unit_id: UnitId,
        /// Township of the village.
        pub township_id: DivisionId,
        /// Village.
        pub village_id: DivisionId,
        /// What was refused.
        pub what: RefusedWhat,
        /// Day.
        pub refused_on: Day,
        /// Who asked.
        pub worker_id: WorkerId,
        /// Day from which it stands no more.
        pub ended_on: Option<Day>,
        /// Why.
        pub end_reason: Option<RefusalEnd>,
        /// Version.
        pub version: i64,
    }
}

impl Resource for Refusal {
    const NAME: &'static str = "refusal";
    const COUNTY: &'static str = "f.county_id";
    const TOWN: Option<&'static str> = Some("f.township_id");
    const UNIT: Option<&'static str> = Some("f.unit_id");
    const OWNER: Option<&'static str> = Some("f.worker_id");
}

impl Refusal {
    /// Where the row lies, for the permit.
    pub fn spot(&self) -> Spot {
        Spot {
            county: self.county_id,
            town: Some(self.township_id),
            unit: Some(self.unit_id),
            owner: Some(self.worker_id),
        }
    }
}

/// A refusal as typed.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RefusalInput {
    /// Station (unit id); may stay empty for who works at one station.
    pub unit: String,
    /// Village (division id).
    pub village: String,
    /// Category codes the person belongs to.
    pub categories: Vec<String>,
    /// file or service; empty means file.
    pub what: String,
    /// Day; empty means today.
    pub on: String,
    /// Who asked; empty means who records it.
    pub worker: String,
}

/// What the rules need to know besides the input.
pub struct RefusalFacts<'a> {
    /// Today.
    pub today: Day,
    /// Villages the station serves.
    pub villages: &'a [DivisionId],
    /// First day on which the station covered anything.
    pub since: Option<Day>,
    /// Workers posted at the station.
    pub posted: &'a [WorkerId],
    /// Who records it, if a worker.
    pub me: Option<WorkerId>,
}

/// A checked refusal.
#[derive(Clone, Debug)]
pub struct RefusalDraft {
    /// Village.
    pub village: DivisionId,
    /// Categories.
    pub categories: Vec<&'static str>,
    /// What was refused.
    pub what: RefusedWhat,
    /// Day.
    pub on: Day,
    /// Who asked.
    pub worker: WorkerId,
}

impl RefusalInput {
    /// Checks everything at once.
    pub fn check(&self, f: &RefusalFacts<'_>) -> Result<RefusalDraft, FieldErrors> {
        let mut e = FieldErrors::default();
        let typed = self.village.trim();
        let village = typed.parse::<DivisionId>().ok().filter(|v| f.villages.contains(v));
        if village.is_none() {
            e.add("village", if typed.is_empty() { "required" } else { "resident-village-outside" });
        }
        let codes = listed(&self.categories);
        if codes.is_empty() {
            e.add("categories", "required");
        }
        let mut categories = vec![];
        for code in codes {
            match category(code) {
                None => e.add("categories", "unknown-code"),
                Some(c) if c.withheld == Some("p4") => e.add("categories", "resident-category-restricted"),
                Some(c) if c.withheld.is_some() => e.add("categories", "resident-category-event"),
                Some(c) => categories.push(c.code),
            }
        }
        let what = code_of(&mut e, "what", &self.what, false).unwrap_or(RefusedWhat::File);
        let on = day_of(&mut e, "on", &self.on, false).unwrap_or(f.today);
        if on > f.today {
            e.add("on", "refusal-future");
        } else if let Some(since) = f.since.filter(|s| on < *s) {
            e.add_with("on", "refusal-before-station", &[("since", &since.to_string())]);
        }
        let worker = match self.worker.trim() {
            "" => f.me.filter(|m| f.posted.contains(m)),
            t => t.parse::<WorkerId>().ok().filter(|w| f.posted.contains(w)),
        };
        if worker.is_none() {
            e.add("worker", if self.worker.trim().is_empty() { "required" } else { "resident-worker-not-posted" });
        }
        match (village, worker) {
            (Some(village), Some(worker)) if e.0.is_empty() => {
                Ok(RefusalDraft { village, categories, what, on, worker })
            }
            _ => Err(e),
        }
    }
}

/// The end of a refusal as typed.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EndInput {
    /// agreed, gone, twice, mistake.
    pub reason: String,
    /// Day; empty means today.
    pub on: String,
    /// Version that was read.
    pub version: i64,
}

impl EndInput {
    /// Day and reason. What was a mistake never stood.
    pub fn check(&self, r: &Refusal, today: Day) -> Result<(Day, RefusalEnd), FieldErrors> {
        let mut e = FieldErrors::default();
        let reason = code_of::<RefusalEnd>(&mut e, "reason", &self.reason, true);
        let mut on = day_of(&mut e, "on", &self.on, false).unwrap_or(today);
        if matches!(reason, Some(RefusalEnd::Mistake | RefusalEnd::Twice)) {
            on = r.refused_on;
        }
        if on > today {
            e.add("on", "refusal-end-future");
        } else if on < r.refused_on {
            e.add("on", "refusal-end-before");
        }
        match reason {
            Some(reason) if e.0.is_empty() => Ok((on, reason)),
            _ => Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(m: i64, d: i64) -> Day {
        Day::new(2021, m, d).unwrap()
    }

    fn wrong(change: impl Fn(&mut RefusalInput)) -> String {
        let mut i = RefusalInput { village: "10000".into(), categories: vec!["01".into()], ..RefusalInput::default() };
        change(&mut i);
        let me = WorkerId(zw_core::Uuid::from_u128(1));
        let f = RefusalFacts {
            today: day(7, 8),
            villages: &[DivisionId(10_000)],
            since: Some(day(1, 4)),
            posted: &[me],
            me: Some(me),
        };
        match i.check(&f) {
            Ok(_) => String::new(),
            Err(e) => e.0.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" "),
        }
    }

    #[test]
    fn what_a_refusal_needs() {
        assert_eq!(wrong(|_| {}), "");
        assert_eq!(wrong(|i| i.village = String::new()), "village:required");
        assert_eq!(wrong(|i| i.village = "10001".into()), "village:resident-village-outside");
        assert_eq!(wrong(|i| i.categories = vec![]), "categories:required");
        assert_eq!(wrong(|i| i.categories = vec!["43".into()]), "categories:resident-category-restricted");
        assert_eq!(wrong(|i| i.categories = vec!["xx".into()]), "categories:unknown-code");
        assert_eq!(wrong(|i| i.what = "name".into()), "what:unknown-code");
        assert_eq!(wrong(|i| i.on = "2021-07-09".into()), "on:refusal-future");
        assert_eq!(wrong(|i| i.on = "2021-01-03".into()), "on:refusal-before-station");
        assert_eq!(wrong(|i| i.worker = "nobody".into()), "worker:resident-worker-not-posted");
    }
}
