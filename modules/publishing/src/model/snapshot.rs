//! Snapshots (domain.md 5.29): what the figures of an area were, with everything needed to read them years later.

pub use super::lists::{
    Amended, Change, Corrections, County, Gap, Overdue, Stage, Supplied, Unconfirmed, UnconfirmedReason, Unreported,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use zw_access::{Resource, crypto, hex};
use zw_core::deadline::Timeliness;
use zw_core::period::Period;
use zw_core::{Day, DivisionId, Error, JobId, Result, SnapshotId, Stamp, UnitId};
use zw_jobs::JobState;
use zw_ui::Status;

zw_core::codes! {
    /// Kind of snapshot.
    pub enum SnapshotKind {
        /// 锁定: the freeze of a month.
        Locked = "locked",
        /// 快报: any date, names what is unconfirmed.
        Flash = "flash",
    }
}
zw_db::code_cols!(SnapshotKind);

zw_db::record! {
    /// A snapshot as stored. The texts are kept as they were hashed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SnapshotRow {
        /// Id.
        pub id: SnapshotId,
        /// Kind.
        pub kind: SnapshotKind,
        /// Area.
        pub division_id: DivisionId,
        /// The month of a freeze.
        pub period: Option<String>,
        /// Stocks as of the end of this day.
        pub as_of: Day,
        /// When it was taken.
        pub taken_at: Stamp,
        /// Who took it, as shown to colleagues.
        pub taken_by: String,
        /// The division tree of this day was used.
        pub division_version: Day,
        /// Rule version of every figure, canonical JSON.
        pub rule_versions: String,
        /// The figures, canonical JSON.
        pub body: String,
        /// SHA-256 over all of the above, hexadecimal.
        pub hash: String,
    }
}

impl Resource for SnapshotRow {
    const NAME: &'static str = "snapshot";
    const COUNTY: &'static str = "sc.county_id";
}

/// A snapshot, read and proved.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The row.
    pub row: SnapshotRow,
    /// Its period.
    pub period: Option<Period>,
    /// Its figures.
    pub body: Body,
    /// Rule version of every figure.
    pub rules: BTreeMap<String, String>,
}

/// The figures of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Body {
    /// The whole area.
    pub total: AreaFigures,
    /// Its cities, in the order of their codes; empty for a city.
    pub cities: Vec<AreaFigures>,
    /// Its counties, in the order of their codes.
    pub counties: Vec<AreaFigures>,
    /// What was not confirmed by the county.
    pub unconfirmed: Vec<Unconfirmed>,
    /// Stations that owed a monthly report and had none approved: 未报, their flows are not in the figures.
    pub unreported: Vec<Unreported>,
    /// Counties that had not passed the month on: what happened there is not in the figures.
    #[serde(default)]
    pub unpassed: Vec<County>,
    /// Counted townships without a built station.
    pub gaps: Vec<Gap>,
    /// Measures that are flows of approved reports; all others are stocks of the registers.
    pub flows: Vec<String>,
    /// Stations by county whose approved reports the flows are made of.
    #[serde(default)]
    pub reported: BTreeMap<i64, Vec<UnitId>>,
    /// Reports that came late or not at all.
    #[serde(default)]
    pub overdue: Vec<Overdue>,
    /// What became of the months frozen before.
    #[serde(default)]
    pub corrections: Corrections,
    /// Numbers that settings gave to the rules of measures, by measure.
    #[serde(default)]
    pub rule_values: BTreeMap<String, i64>,
}

/// The figures of one area.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AreaFigures {
    /// Division.
    pub division: i64,
    /// Its twelve-digit code on the day.
    pub code: String,
    /// Name with the city's name in front of a county's.
    pub name: String,
    /// Own name.
    pub short: String,
    /// City of a county.
    pub city: Option<i64>,
    /// Counted values by measure.
    pub values: BTreeMap<String, i64>,
    /// Status against plan, for counties.
    #[schemars(with = "Option<String>")]
    pub status: Option<Status>,
    /// What the plan asked for on the day, in townships covered.
    pub planned: Option<i64>,
    /// Open obstacles by code with their number, for counties.
    pub obstacles: BTreeMap<String, i64>,
    /// When the county confirmed its last weekly report.
    pub confirmed_at: Option<Stamp>,
    /// The week that it confirmed.
    pub confirmed_week: Option<String>,
}

impl AreaFigures {
    /// A counted value.
    pub fn get(&self, measure: &str) -> Option<i64> {
        self.values.get(measure).copied()
    }
    /// Whether the code means this area: six or twelve digits.
    pub fn is(&self, code: &str) -> bool {
        self.code == code || (code.len() == 6 && self.code.starts_with(code) && self.code.ends_with("000000"))
    }
}

impl Body {
    /// What a reader of some counties may see: the total, and of cities, counties and lists only the own ones. A city's
    /// row is the reader's when all its counties are. What other counties wrote and did not confirm stays theirs
    /// until a circular says it.
    #[must_use]
    pub fn only(&self, own: &BTreeSet<i64>) -> Self {
        let counties: Vec<AreaFigures> = self.counties.iter().filter(|c| own.contains(&c.division)).cloned().collect();
        let codes: BTreeSet<&str> = counties.iter().map(|c| c.code.as_str()).collect();
        let whole = |city: &AreaFigures| {
            let mut inside = self.counties.iter().filter(|c| c.city == Some(city.division)).peekable();
            own.contains(&city.division) || inside.peek().is_some() && inside.all(|c| own.contains(&c.division))
        };
        Self {
            total: self.total.clone(),
            cities: self.cities.iter().filter(|c| whole(c)).cloned().collect(),
            unconfirmed: self.unconfirmed.iter().filter(|u| own.contains(&u.division)).cloned().collect(),
            unreported: self.unreported.iter().filter(|u| codes.contains(u.county_code.as_str())).cloned().collect(),
            unpassed: self.unpassed.iter().filter(|c| own.contains(&c.division)).cloned().collect(),
            gaps: self.gaps.iter().filter(|g| codes.contains(g.county_code.as_str())).cloned().collect(),
            flows: self.flows.clone(),
            reported: self.reported.iter().filter(|(c, _)| own.contains(c)).map(|(c, u)| (*c, u.clone())).collect(),
            overdue: self.overdue.iter().filter(|o| own.contains(&o.division)).cloned().collect(),
            corrections: Corrections {
                period: self.corrections.period.clone(),
                amended: self
                    .corrections
                    .amended
                    .iter()
                    .filter(|a| codes.contains(a.county_code.as_str()))
                    .cloned()
                    .collect(),
                supplied: self
                    .corrections
                    .supplied
                    .iter()
                    .filter(|a| codes.contains(a.county_code.as_str()))
                    .cloned()
                    .collect(),
                // Sums over counties that are not the reader's.
                late: vec![],
            },
            rule_values: self.rule_values.clone(),
            counties,
        }
    }
}

/// Bytes that are hashed: each part with its length, so that no two snapshots share them.
fn canonical(r: &SnapshotRow) -> Vec<u8> {
    use zw_core::code::Code as _;
    let parts = [
        "zw-snapshot-v1".to_owned(),
        r.id.to_string(),
        r.kind.code().to_owned(),
        r.division_id.to_string(),
        r.period.clone().unwrap_or_default(),
        r.as_of.to_string(),
        r.taken_at.ms().to_string(),
        r.taken_by.clone(),
        r.division_version.to_string(),
        r.rule_versions.clone(),
        r.body.clone(),
    ];
    let mut out = vec![];
    for p in parts {
        out.extend(u64::try_from(p.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend(p.into_bytes());
    }
    out
}

impl SnapshotRow {
    /// The digest of head and body, hexadecimal.
    pub fn computed_hash(&self) -> String {
        hex(&crypto::digest(&[&canonical(self)]))
    }
    /// The snapshot, if its hash proves it; a wrong hash means that somebody wrote past the program.
    pub fn prove(self) -> Result<Snapshot> {
        if self.computed_hash() != self.hash {
            return Err(Error::rule_with("snapshot-altered", &[("id", &self.id.to_string())]));
        }
        self.open()
    }
    /// The snapshot without proof: drafts that are not stored.
    pub fn open(self) -> Result<Snapshot> {
        Ok(Snapshot {
            period: self.period.as_deref().and_then(Period::parse),
            body: serde_json::from_str(&self.body).map_err(Error::internal)?,
            rules: serde_json::from_str(&self.rule_versions).map_err(Error::internal)?,
            row: self,
        })
    }
}

impl Snapshot {
    /// Whether it is a frozen month.
    pub fn is_locked(&self) -> bool {
        self.row.kind == SnapshotKind::Locked
    }
    /// All areas: the whole first, then cities, then counties.
    pub fn areas(&self) -> impl Iterator<Item = &AreaFigures> {
        std::iter::once(&self.body.total).chain(&self.body.cities).chain(&self.body.counties)
    }
    /// The areas directly inside: cities of a province and the counties that have none, counties of a city. Their
    /// figures add up to the total.
    pub fn parts(&self) -> Vec<&AreaFigures> {
        if self.body.cities.is_empty() {
            return self.body.counties.iter().collect();
        }
        self.body.cities.iter().chain(self.direct()).collect()
    }
    /// Reports of a period that came late, or not at all.
    pub fn overdue(&self, period: &str, timeliness: Timeliness) -> impl Iterator<Item = &Overdue> {
        self.body.overdue.iter().filter(move |o| o.period == period && o.timeliness == timeliness)
    }
    /// [`Body::direct`].
    pub fn direct(&self) -> impl Iterator<Item = &AreaFigures> {
        self.body.direct()
    }
}

impl Body {
    /// The counties in the area of a city that report past it and are counted beside it: its row names them.
    pub fn beside(&self, city: &AreaFigures) -> Vec<&str> {
        let is_city = self.cities.iter().any(|c| c.division == city.division);
        let inside = |c: &&AreaFigures| is_city && c.code.get(..4) == city.code.get(..4);
        self.direct().filter(inside).map(|c| c.short.as_str()).collect()
    }
    /// Counties directly under the province, where others lie in cities.
    pub fn direct(&self) -> impl Iterator<Item = &AreaFigures> {
        let cities = &self.cities;
        let none = |c: &&AreaFigures| c.city.is_none() && cities.iter().all(|city| city.division != c.division);
        self.counties.iter().filter(move |c| !cities.is_empty() && none(c))
    }
}

/// What is asked for a flash snapshot.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FlashInput {
    /// Division id; empty for the own area.
    pub division: String,
    /// As of which day; empty for today.
    pub as_of: String,
}

/// What is asked for the freeze of a month.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FreezeInput {
    /// Division id; empty for the own area.
    pub division: String,
    /// Month, e.g. `2021-06`.
    pub period: String,
    /// `1` to freeze although the freeze day has not come.
    pub early: String,
}

/// A snapshot that is being taken, or was not.
#[derive(Clone, Debug)]
pub struct RunningOut {
    /// Its job, for whoever ordered it.
    pub job: Option<JobId>,
    /// The month that is frozen; none for a flash snapshot.
    pub month: Option<String>,
    /// As of which day.
    pub as_of: Day,
    /// Its area.
    pub division_name: String,
    /// Where its job stands.
    pub state: JobState,
    /// Who ordered it.
    pub by: String,
    /// When.
    pub at: Stamp,
}

/// A snapshot in a list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SnapshotOut {
    /// Id.
    pub id: SnapshotId,
    /// Kind.
    pub kind: SnapshotKind,
    /// Area.
    pub division: DivisionId,
    /// Its name on the day.
    pub division_name: String,
    /// Month of a freeze.
    pub period: Option<String>,
    /// As of.
    pub as_of: Day,
    /// Taken when.
    pub taken_at: Stamp,
    /// Taken by whom.
    pub taken_by: String,
    /// Division tree of this day.
    pub division_version: Day,
    /// SHA-256.
    pub hash: String,
}

/// A snapshot with its figures.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SnapshotFile {
    /// Head.
    #[serde(flatten)]
    pub head: SnapshotOut,
    /// Rule version of each figure.
    pub rule_versions: BTreeMap<String, String>,
    /// Figures.
    pub body: Body,
    /// Whether the reader's scope is only a part of its area: figures and lists are those of this part, with the total.
    pub partial: bool,
    /// 补录差额: what the records say now less what was frozen, where it differs; of the reader's own counties. None
    /// where the reader may not see live figures.
    pub late: Option<Vec<LateDifference>>,
    /// Whether the reader may open the figures of its area.
    pub opens_figures: bool,
}

/// What was entered after the freeze.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LateDifference {
    /// Measure.
    pub key: String,
    /// Frozen value of the reader's counties.
    pub frozen: i64,
    /// The same counted now: of a flow by the stations with an approved report.
    pub live: i64,
    /// Live less frozen.
    pub difference: i64,
    /// 未报站实时数: of a flow what the other stations recorded; nobody approved any of it.
    #[serde(default)]
    pub unreported: i64,
    /// Counties where it differs: code, name, difference.
    pub counties: Vec<(String, String, i64)>,
}

impl SnapshotOut {
    /// From a proved snapshot.
    pub fn of(s: &Snapshot) -> Self {
        Self::head(&s.row, s.body.total.name.clone())
    }
    /// From a row without its body.
    pub fn head(r: &SnapshotRow, division_name: String) -> Self {
        Self {
            id: r.id,
            kind: r.kind,
            division: r.division_id,
            division_name,
            period: r.period.clone(),
            as_of: r.as_of,
            taken_at: r.taken_at,
            taken_by: r.taken_by.clone(),
            division_version: r.division_version,
            hash: r.hash.clone(),
        }
    }
}

zw_db::record! {
    /// An earlier snapshot that a draft may compare with.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Earlier {
        /// Id.
        pub id: SnapshotId,
        /// Kind.
        pub kind: SnapshotKind,
        /// As of.
        pub as_of: Day,
        /// Month of a freeze.
        pub period: Option<String>,
        /// Taken when.
        pub taken_at: Stamp,
    }
}

/// The day a month is frozen, as far as the calendar knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreezeDay {
    /// From this day on.
    On(Day),
    /// 期限未知: the working days of this year are not known yet.
    Unknown(i64),
}
