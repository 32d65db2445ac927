//! A service encounter (服务接触, domain.md 5.19): one record for visit, case contact and consultation, made once and
//! counted once, whoever and however many took part.

use super::basis::PersonFacts;
use super::hours::{agreed, begun, overlaps};
use super::{code_of, day_of, listed, number_of};
use serde::{Deserialize, Serialize};
use zw_access::{Resource, Spot};
use zw_core::code::Code;
use zw_core::{Day, DivisionId, EncounterId, FieldErrors, HouseholdId, ResidentId, Stamp, UnitId, WorkerId, names};

zw_core::codes! {
    /// Kind of encounter; a set case makes it a case contact.
    pub enum EncounterKind {
        /// 探访.
        Visit = "visit",
        /// 个案.
        Case = "case",
        /// 咨询.
        Consult = "consult",
    }
}
zw_core::codes! {
    /// How the worker and the person came together (方式).
    pub enum Mode as VisitMode {
        /// 入户.
        Home = "home",
        /// 面谈.
        Talk = "talk",
        /// 电话.
        Phone = "phone",
        /// 视频.
        Video = "video",
        /// 线上.
        Online = "online",
        /// 陪同.
        Escort = "escort",
        /// 会商.
        Meeting = "meeting",
        /// 偶遇.
        Chance = "chance",
    }
}
zw_core::codes! {
    /// Why a visit was made (类别).
    pub enum Purpose {
        /// 日常.
        Routine = "routine",
        /// 节日.
        Festival = "festival",
        /// 核查.
        Verify = "verify",
        /// 应急.
        Emergency = "emergency",
        /// 结案跟进.
        FollowUp = "follow_up",
    }
}
zw_core::codes! {
    /// What was looked at in the home (居住安全).
    pub enum SafetyItem {
        /// 火.
        Fire = "fire",
        /// 电.
        Electric = "electric",
        /// 燃气.
        Gas = "gas",
        /// 水.
        Water = "water",
        /// 跌倒.
        Fall = "fall",
        /// 无: nothing was looked at.
        Nothing = "none",
    }
}
zw_core::codes! {
    /// What came of it (结果).
    pub enum Outcome {
        /// 已办结.
        Done = "done",
        /// 需跟进.
        FollowUp = "follow_up",
        /// 异常.
        Alert = "alert",
    }
}
zw_core::codes! {
    /// What a consultation was about (the list of needs, 需求类型).
    pub enum Topic {
        /// 经济.
        Money = "money",
        /// 医疗健康.
        Health = "health",
        /// 生活照料.
        Care = "care",
        /// 居住安全.
        Housing = "housing",
        /// 心理情绪.
        Mind = "mind",
        /// 家庭关系.
        Family = "family",
        /// 监护保护.
        Guardianship = "guardianship",
        /// 教育学业.
        School = "school",
        /// 就业技能.
        Work = "work",
        /// 社会交往.
        Social = "social",
        /// 法律权益.
        Law = "law",
        /// 政策申请.
        Policy = "policy",
        /// 出行无障碍.
        Mobility = "mobility",
        /// 丧葬哀伤.
        Grief = "grief",
        /// 其他.
        Other = "other",
    }
}
zw_db::code_cols!(EncounterKind, Mode, Purpose, Outcome, Topic);

/// Longest text of an encounter, in characters.
pub const MAX_TEXT: usize = 2000;

zw_db::record! {
    /// An encounter as stored; its persons and workers are rows of their own.
    #[derive(Clone, Debug)]
    pub struct Encounter {
        /// County.
        pub county_id: DivisionId,
        /// Row.
        pub id: EncounterId,
        /// Station.
        pub unit_id: UnitId,
        /// Township.
        pub township_id: Option<DivisionId>,
        /// Village of the persons on file.
        pub village_id: Option<DivisionId>,
        /// Kind.
        pub kind: EncounterKind,
        /// The day it happened.
        pub day: Day,
        /// Minute of the day it began.
        pub start_minute: Option<i64>,
        /// Household.
        pub household_id: Option<HouseholdId>,
        /// How.
        pub mode: Mode,
        /// Why.
        pub purpose: Option<Purpose>,
        /// What about.
        pub topic: Option<Topic>,
        /// Length in minutes.
        pub minutes: Option<i64>,
        /// What was looked at, codes separated by commas.
        pub safety: String,
        /// What was done, sealed.
        pub action: Option<Vec<u8>>,
        /// Body and mind (P3), sealed.
        pub state_note: Option<Vec<u8>>,
        /// Outcome.
        pub result: Outcome,
        /// Next visit.
        pub next_on: Option<Day>,
        /// Persons met.
        pub met_n: i64,
        /// Worker who answers for the record.
        pub worker_id: WorkerId,
        /// When it was entered: not the time of service.
        pub recorded_at: Stamp,
        /// Who entered it (login).
        pub recorded_by: String,
        /// When it was declared void.
        pub voided_at: Option<Stamp>,
        /// Why.
        pub void_reason: Option<String>,
        /// Version.
        pub version: i64,
        /// Last change.
        pub updated_at: Stamp,
        /// Who changed it last (login).
        pub updated_by: String,
    }
}

impl Resource for Encounter {
    const NAME: &'static str = "encounter";
    const COUNTY: &'static str = "e.county_id";
    const TOWN: Option<&'static str> = Some("e.township_id");
    const UNIT: Option<&'static str> = Some("e.unit_id");
    const OWNER: Option<&'static str> = Some("e.worker_id");
}

impl Encounter {
    /// Where the row lies, for the permit.
    pub fn spot(&self) -> Spot {
        Spot { county: self.county_id, town: self.township_id, unit: Some(self.unit_id), owner: Some(self.worker_id) }
    }
}

/// Somebody sought: a resident on file, a person with a name only, or (both empty) somebody unnamed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PersonIn {
    /// Resident.
    pub resident: Option<ResidentId>,
    /// Name, if not on file.
    pub name: String,
    /// Met, or sought in vain.
    pub met: bool,
}

/// An encounter as typed.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EncounterInput {
    /// Station (unit id); may stay empty for who works at one station.
    pub unit: String,
    /// Kind: visit or consult.
    pub kind: String,
    /// Day; empty means today.
    pub day: String,
    /// Time it began, HH:MM.
    pub start: String,
    /// How; empty means home.
    pub mode: String,
    /// Why; empty means routine.
    pub purpose: String,
    /// What about.
    pub topic: String,
    /// Length in minutes, at most 720.
    pub minutes: String,
    /// Who was sought.
    pub persons: Vec<PersonIn>,
    /// One or two workers; empty means who records.
    pub workers: Vec<String>,
    /// What was looked at.
    pub safety: Vec<String>,
    /// What was done, at most 2,000 characters; needed of a visit without a note and without anything looked at. Of one
    /// in vain why, unless a next day is given.
    pub action: String,
    /// Body and mind, at most 2,000 characters.
    pub state_note: String,
    /// Outcome; empty means done, or to be followed up when nobody was met.
    pub result: String,
    /// Next visit, after the day.
    pub next_on: String,
    /// `1`: confirmed to be another one than the record of the same person, day and kind.
    pub another: String,
}

/// What the second half of the check needs to know.
pub struct EncounterFacts<'a> {
    /// Residents of the input that the actor may see.
    pub residents: &'a [PersonFacts],
    /// Station.
    pub unit: UnitId,
    /// Workers posted at the station on the day.
    pub posted: &'a [WorkerId],
    /// (start, minutes) of the other encounters of the same workers, in minutes from the beginning of the day.
    pub busy: &'a [(i64, i64)],
}

/// An encounter whose own values are in order. No `Debug`: it holds personal data in clear.
#[derive(Clone, Serialize)]
pub struct EncounterDraft {
    /// Kind.
    pub kind: EncounterKind,
    /// Day.
    pub day: Day,
    /// Minute of the day.
    pub start: Option<i64>,
    /// How.
    pub mode: Mode,
    /// Why.
    pub purpose: Option<Purpose>,
    /// What about.
    pub topic: Option<Topic>,
    /// Minutes.
    pub minutes: Option<i64>,
    /// Persons.
    pub persons: Vec<PersonIn>,
    /// Workers.
    pub workers: Vec<WorkerId>,
    /// Looked at.
    pub safety: Vec<SafetyItem>,
    /// Done.
    pub action: Option<String>,
    /// Body and mind.
    pub state_note: Option<String>,
    /// Outcome.
    pub result: Outcome,
    /// Next visit.
    pub next_on: Option<Day>,
}

/// Minute of the day from `9:05`, `09:05`, `0905`.
fn minute_of(text: &str) -> Option<i64> {
    let t = text.trim().replace('：', ":");
    let (h, m) = t.split_once(':').or_else(|| (t.len() == 4).then(|| t.split_at_checked(2)).flatten())?;
    let (h, m): (i64, i64) = (h.parse().ok()?, m.parse().ok()?);
    ((0..24).contains(&h) && (0..60).contains(&m)).then_some(h * 60 + m)
}

fn text_of(e: &mut FieldErrors, field: &str, text: &str) -> Option<String> {
    let t = text.trim();
    let n = t.chars().count();
    if n > MAX_TEXT {
        e.add_with(field, "visit-text-long", &[("most", &MAX_TEXT.to_string()), ("now", &n.to_string())]);
    }
    (!t.is_empty()).then(|| t.to_owned())
}

impl EncounterInput {
    /// The half of the check that needs nothing but the input: the draft, with every problem noted in `e`.
    /// `me` is the worker who records, taken when no worker is named.
    pub fn parse(&self, now: Stamp, me: Option<WorkerId>, e: &mut FieldErrors) -> EncounterDraft {
        let today = now.day_cn();
        let kind = code_of(e, "kind", &self.kind, false).unwrap_or(EncounterKind::Visit);
        if kind == EncounterKind::Case {
            // A case contact is written from its case, and cases have no records here.
            e.add("kind", "visit-kind-case");
        }
        let day = day_of(e, "day", &self.day, false).unwrap_or(today);
        if day > today {
            e.add("day", "visit-future");
        }
        let start = Some(self.start.trim()).filter(|t| !t.is_empty()).and_then(|t| {
            let m = minute_of(t);
            if m.is_none() {
                e.add("start", "visit-time");
            }
            m
        });
        let minutes = number_of(e, "minutes", &self.minutes, 1, 720);
        begun(now, (day, start, minutes), e);
        let next_on = day_of(e, "next_on", &self.next_on, false);
        agreed(day, next_on, e);
        let safety: Vec<SafetyItem> =
            listed(&self.safety).into_iter().filter_map(|s| code_of(e, "safety", s, false)).collect();
        if safety.contains(&SafetyItem::Nothing) && safety.len() > 1 {
            e.add("safety", "visit-safety-none");
        }
        let persons = self.persons_of(e);
        let workers = self.workers_of(me, e);
        EncounterDraft {
            kind,
            day,
            start,
            mode: code_of(e, "mode", &self.mode, false).unwrap_or(if kind == EncounterKind::Visit {
                Mode::Home
            } else {
                Mode::Talk
            }),
            purpose: code_of(e, "purpose", &self.purpose, false)
                .or((kind == EncounterKind::Visit).then_some(Purpose::Routine)),
            topic: code_of(e, "topic", &self.topic, kind == EncounterKind::Consult),
            minutes,
            persons,
            workers,
            safety,
            action: text_of(e, "action", &self.action),
            state_note: text_of(e, "state_note", &self.state_note),
            result: code_of(e, "result", &self.result, false).unwrap_or(if self.persons.iter().any(|p| p.met) {
                Outcome::Done
            } else {
                Outcome::FollowUp
            }),
            next_on,
        }
    }

    fn persons_of(&self, e: &mut FieldErrors) -> Vec<PersonIn> {
        if self.persons.is_empty() {
            e.add("persons", "visit-no-person");
        }
        if self.persons.len() > 30 {
            e.add("persons", "visit-too-many-persons");
        }
        let mut seen = vec![];
        for p in &self.persons {
            if let Some(id) = p.resident {
                if seen.contains(&id) {
                    e.add("persons", "visit-person-twice");
                }
                seen.push(id);
            } else if !p.name.trim().is_empty()
                && let Err(problem) = names::check(&p.name)
            {
                e.add("name", problem.code());
            }
        }
        let clean = |p: &PersonIn| PersonIn {
            resident: p.resident,
            name: if p.resident.is_some() { String::new() } else { names::normalise(&p.name) },
            met: p.met,
        };
        self.persons.iter().map(clean).collect()
    }

    fn workers_of(&self, me: Option<WorkerId>, e: &mut FieldErrors) -> Vec<WorkerId> {
        let typed = listed(&self.workers);
        if typed.is_empty() {
            if me.is_none() {
                e.add("workers", "required");
            }
            return me.into_iter().collect();
        }
        if typed.len() > 2 {
            e.add("workers", "visit-workers-two");
        }
        let found: Vec<WorkerId> = typed.iter().filter_map(|t| t.parse().ok()).collect();
        if found.len() < typed.len() {
            e.add("workers", "visit-worker-not-posted");
        }
        found
    }
}

impl EncounterDraft {
    /// The half that needs the records: residents on file on the day, workers posted, no double time.
    pub fn check(&self, f: &EncounterFacts<'_>, e: &mut FieldErrors) {
        self.says_something(e);
        for p in &self.persons {
            let Some(id) = p.resident else { continue };
            match f.residents.iter().find(|r| r.id == id && r.unit == f.unit) {
                None => e.add("persons", "visit-person-unknown"),
                Some(r) if self.day < r.filed_on => {
                    e.add_with("day", "visit-before-filing", &[("filed", &r.filed_on.to_string())]);
                }
                Some(r) if r.closed_on.is_some_and(|c| self.day > c) => e.add("day", "visit-after-closing"),
                Some(r) => r.borne(self.state_note.is_some(), e),
            }
        }
        if self.workers.iter().any(|w| !f.posted.contains(w)) {
            e.add("workers", "visit-worker-not-posted");
        }
        if let (Some(start), Some(minutes)) = (self.start, self.minutes)
            && f.busy.iter().any(|b| overlaps((start, minutes), *b))
        {
            e.add("start", "visit-overlap");
        }
    }
    /// What makes a visit a record and not a tick: of who was met, what was done, found or looked at; of who was sought
    /// in vain, why, or when next. A consultation says it by its topic.
    fn says_something(&self, e: &mut FieldErrors) {
        let written = self.action.is_some() || self.state_note.is_some();
        if self.kind == EncounterKind::Consult || self.persons.is_empty() || written {
            return;
        }
        // A next day that cannot be read is told at its own field.
        if self.met() == 0 && self.next_on.is_none() && e.of("next_on").is_none() {
            e.add("action", "visit-vain-says-nothing");
        }
        if self.met() > 0 && self.safety.iter().all(|s| *s == SafetyItem::Nothing) && e.of("safety").is_none() {
            e.add("action", "visit-says-nothing");
        }
    }
    /// Persons met: what the encounter counts for (I17).
    pub fn met(&self) -> i64 {
        i64::try_from(self.persons.iter().filter(|p| p.met).count()).unwrap_or(0)
    }
    /// Residents named, met or not.
    pub fn residents(&self) -> Vec<ResidentId> {
        self.persons.iter().filter_map(|p| p.resident).collect()
    }
    /// What was looked at, as stored.
    pub fn safety_text(&self) -> String {
        self.safety.iter().map(|s| s.code()).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
#[path = "encounter_tests.rs"]
mod tests;
