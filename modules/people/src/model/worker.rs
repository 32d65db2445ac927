//! Workers (domain.md 5.3).

use super::certificate::{Certificate, CertificateLevel};
use super::past_day;
use super::posting::PostingOut;
use serde::{Deserialize, Serialize};
use zw_access::{Pii, Resource};
use zw_core::code::Code as _;
use zw_core::codelist::network::EMPLOYMENT;
use zw_core::person_id::{self, IdKind, Sex, phone};
use zw_core::{Day, DivisionId, Error, FieldErrors, Result, Stamp, WorkerId, names};

zw_core::codes! {
    /// State of a worker (code list `worker_state`), kept in step with the postings.
    pub enum WorkerState {
        /// 待到岗: no posting yet.
        Due = "due",
        /// 在岗.
        OnPost = "on_post",
        /// 请假/借用.
        Away = "away",
        /// 离岗.
        Left = "left",
    }
}
zw_db::code_cols!(WorkerState);

/// Employment that is no headcount: 实习.
pub const INTERN: &str = "intern";

zw_db::record! {
    /// A worker. Number and telephone stay sealed in the row.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Worker {
        /// Id.
        pub id: WorkerId,
        /// Name [P2].
        pub name: Pii<String>,
        /// Kind of document.
        pub id_type: String,
        /// Sealed number [P2].
        pub id_no: Option<Vec<u8>>,
        /// Sealed telephone [P2].
        pub phone: Option<Vec<u8>>,
        /// Sex, GB/T 2261.1.
        pub sex: String,
        /// Birth date [P2].
        pub birth_day: Option<Day>,
        /// 入行: no posting begins before it.
        pub since_day: Day,
        /// Employment, code list `employment`.
        pub employ: String,
        /// Degree in social work.
        pub is_sw: bool,
        /// State.
        pub state: WorkerState,
        /// County that registered the worker.
        pub home_county: DivisionId,
        /// Version, for editors who meet.
        pub version: i64,
        /// Last change.
        pub updated_at: Stamp,
        /// Who changed it.
        pub updated_by: String,
    }
}

impl Resource for Worker {
    const NAME: &'static str = "worker";
    const COUNTY: &'static str = "w.home_county";
    /// Township of the unit of a posting of today.
    const TOWN: Option<&'static str> = Some("pu.town_id");
    /// Unit of a posting of today.
    const UNIT: Option<&'static str> = Some("p.unit_id");
    const OWNER: Option<&'static str> = Some("w.id");
}

/// What is typed about a worker. `Debug` hides it.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerInput {
    /// County (only where the reader has several).
    pub county: String,
    /// Name.
    pub name: String,
    /// Kind of document (default resident ID).
    pub id_type: String,
    /// Number (new workers only).
    pub id_no: String,
    /// Sex, where the number does not say it.
    pub sex: String,
    /// Birth date, where the number does not say it.
    pub birth: String,
    /// Mobile telephone.
    pub phone: String,
    /// Employment.
    pub employ: String,
    /// Degree in social work.
    pub is_sw: String,
    /// 入行 (default today).
    pub since: String,
    /// Version that was edited.
    pub version: i64,
}

impl std::fmt::Debug for WorkerInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorkerInput(***)")
    }
}

/// A checked new worker; number and telephone in clear until the store seals them.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Name.
    pub name: Pii<String>,
    /// Kind of document as recognised.
    pub id_type: &'static str,
    /// Number.
    pub id_no: Pii<String>,
    /// Sex code.
    pub sex: &'static str,
    /// Birth date.
    pub birth: Option<Day>,
    /// Telephone.
    pub phone: Option<Pii<String>>,
    /// Employment.
    pub employ: String,
    /// Degree in social work.
    pub is_sw: bool,
    /// 入行.
    pub since: Day,
}

impl WorkerInput {
    fn name(&self, e: &mut FieldErrors) -> Pii<String> {
        match names::check(&self.name) {
            Ok(n) => Pii::new(n),
            Err(p) => {
                e.add("name", p.code());
                Pii::default()
            }
        }
    }
    fn phone(&self, e: &mut FieldErrors) -> Option<Pii<String>> {
        if self.phone.trim().is_empty() {
            return None;
        }
        let found = phone::normalise_mobile(&self.phone);
        if found.is_none() {
            e.add("phone", "phone-format");
        }
        found.map(Pii::new)
    }
    fn employ(&self, e: &mut FieldErrors) -> String {
        let code = self.employ.trim();
        if !EMPLOYMENT.has(code) {
            e.add("employ", if code.is_empty() { "required" } else { "unknown-code" });
        }
        code.to_owned()
    }

    /// Checks a new worker: every problem at its field.
    pub fn check(&self, today: Day) -> Result<Checked> {
        let mut e = FieldErrors::default();
        let name = self.name(&mut e);
        let kind = if self.id_type.trim().is_empty() {
            Some(IdKind::ResidentId)
        } else {
            IdKind::from_code(self.id_type.trim())
        };
        if kind.is_none() {
            e.add("id_type", "unknown-code");
        }
        let sex = Sex::from_code(self.sex.trim());
        if sex.is_none() && !self.sex.trim().is_empty() {
            e.add("sex", "unknown-code");
        }
        let birth = past_day(&mut e, "birth", &self.birth, today);
        let mut id = None;
        if let Some(kind) = kind {
            match person_id::parse(kind, &self.id_no, today) {
                Ok(found) => {
                    if let Err(p) = person_id::agrees(&found, birth, sex) {
                        e.add("id_no", p.code());
                    }
                    id = Some(found);
                }
                Err(p) => e.add("id_no", p.code()),
            }
        }
        let sex = id.as_ref().and_then(|i| i.sex).or(sex);
        let birth = id.as_ref().and_then(|i| i.birth).or(birth);
        if let Some(b) = birth {
            // Labour law: nobody under 16 is employed.
            if b.years_until(today) < 16 {
                e.add(if self.birth.is_empty() { "id_no" } else { "birth" }, "worker-too-young");
            }
        } else if e.of("id_no").is_none() && e.of("birth").is_none() {
            e.add("birth", "required");
        }
        let phone = self.phone(&mut e);
        let employ = self.employ(&mut e);
        let since = past_day(&mut e, "since", &self.since, today).unwrap_or(today);
        e.check()?;
        let id = id.ok_or_else(|| Error::field("id_no", "required"))?;
        Ok(Checked {
            name,
            id_type: id.kind.code(),
            id_no: Pii::new(id.number),
            sex: sex.unwrap_or(Sex::Unknown).code(),
            birth,
            phone,
            employ,
            is_sw: matches!(self.is_sw.trim(), "1" | "true" | "on"),
            since,
        })
    }

    /// Checks what an edit may change: name, telephone, employment, degree.
    pub fn check_edit(&self) -> Result<Edited> {
        let mut e = FieldErrors::default();
        let edited = Edited {
            name: self.name(&mut e),
            phone: self.phone(&mut e),
            employ: self.employ(&mut e),
            is_sw: matches!(self.is_sw.trim(), "1" | "true" | "on"),
        };
        e.check()?;
        Ok(edited)
    }
}

/// The checked part of an input that an edit may change.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Name.
    pub name: Pii<String>,
    /// A new telephone, if one was typed.
    pub phone: Option<Pii<String>>,
    /// Employment.
    pub employ: String,
    /// Degree in social work.
    pub is_sw: bool,
}

/// A worker as lists show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct WorkerOut {
    /// Id.
    pub id: WorkerId,
    /// Name: staffing is of class P1.
    pub name: String,
    /// Sex.
    pub sex: String,
    /// Employment.
    pub employ: String,
    /// Degree in social work.
    pub is_sw: bool,
    /// State.
    pub state: WorkerState,
    /// County that registered the worker.
    pub county_id: DivisionId,
    /// Its name.
    pub county: String,
    /// Best certificate, if any.
    pub level: Option<CertificateLevel>,
    /// Unit of the main posting of today.
    pub unit: Option<String>,
    /// Post there.
    pub post: Option<String>,
    /// Version.
    pub version: i64,
}

/// A worker with certificates and postings.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct WorkerFile {
    /// The worker.
    pub worker: WorkerOut,
    /// Number, masked.
    pub id_no: String,
    /// Telephone, masked.
    pub phone: String,
    /// 入行.
    pub since: Day,
    /// Certificates, newest first.
    pub certificates: Vec<Certificate>,
    /// What was corrected or taken back about postings and certificates, newest first.
    pub corrections: Vec<super::correction::CorrectionOut>,
    /// Postings, newest first.
    pub postings: Vec<PostingOut>,
}

/// What a list of workers is filtered by in an address: everything but a name.
#[derive(Clone, Debug, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerFilter {
    /// State code.
    pub state: Option<String>,
    /// County id.
    #[serde(deserialize_with = "number")]
    #[schemars(with = "Option<i64>")]
    pub county: Option<i64>,
    /// Unit of a posting of today.
    pub unit: Option<String>,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, 1–200.
    pub size: Option<i64>,
}

impl From<WorkerFilter> for WorkerQuery {
    fn from(f: WorkerFilter) -> Self {
        Self { state: f.state, county: f.county, unit: f.unit, q: None, page: f.page, size: f.size }
    }
}

/// What a list of workers is searched by; in the body of a request, never in its address.
#[derive(Clone, Debug, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerQuery {
    /// State code.
    pub state: Option<String>,
    /// County id.
    #[serde(deserialize_with = "number")]
    #[schemars(with = "Option<i64>")]
    pub county: Option<i64>,
    /// Unit of a posting of today.
    pub unit: Option<String>,
    /// Part of the name, or the beginning of it in pinyin; several words must all fit.
    pub q: Option<String>,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, 1–200.
    pub size: Option<i64>,
}

/// An optional number, of JSON or as text; an empty text is none.
fn number<'de, D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Typed {
        Number(i64),
        Text(String),
    }
    Ok(match Option::<Typed>::deserialize(d)? {
        Some(Typed::Number(n)) => Some(n),
        Some(Typed::Text(t)) => t.trim().parse().ok(),
        None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::codelist::network::WORKER_STATE;

    fn today() -> Day {
        Day::new(2021, 7, 8).unwrap()
    }
    fn codes(r: Result<impl std::fmt::Debug>) -> Vec<(String, String)> {
        match r {
            Err(Error::Invalid(e)) => e.0.into_iter().map(|e| (e.field, e.code)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn codes_are_those_of_the_lists() {
        assert!(WorkerState::ALL.iter().map(|s| s.code()).eq(WORKER_STATE.codes()));
        assert!(EMPLOYMENT.has(INTERN));
    }

    #[test]
    fn a_number_fills_sex_and_birth() {
        let input = WorkerInput {
            name: "张 三".into(),
            id_no: "359900199001010015".into(),
            employ: "agency".into(),
            phone: "138 0000 0000".into(),
            ..WorkerInput::default()
        };
        let c = input.check(today()).unwrap();
        assert_eq!((c.sex, c.birth, c.since), ("1", Day::new(1990, 1, 1), today()));
        assert_eq!((c.name.for_rules().as_str(), c.id_type), ("张三", "resident_id"));
        assert!(!format!("{c:?} {input:?}").contains("359900"));
    }

    #[test]
    fn every_problem_is_told() {
        let input = WorkerInput {
            name: "张".into(),
            id_no: "359900199001010016".into(),
            phone: "123".into(),
            since: "2021-07-09".into(),
            ..WorkerInput::default()
        };
        let fields: Vec<_> = codes(input.check(today())).into_iter().map(|(f, _)| f).collect();
        assert_eq!(fields, ["name", "id_no", "phone", "employ", "since"]);
        let child = WorkerInput {
            name: "张三".into(),
            id_no: "359900201602290032".into(),
            employ: "agency".into(),
            ..WorkerInput::default()
        };
        assert_eq!(codes(child.check(today())), [("id_no".to_owned(), "worker-too-young".to_owned())]);
    }
}
