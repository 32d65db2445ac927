//! What the workforce counts: stocks over postings. A person is counted once a day, at the posting with the largest
//! share (domain.md 5.5); interns are no headcount.

mod gap;
mod headcount;
mod load;
pub mod main_post;
mod rows;

use headcount::Spell;
use main_post::Main;
use std::collections::{BTreeSet, HashMap, HashSet};
use zw_access::{Course, Ctx};
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, Error, PageReq, Result, UnitId};
use zw_db::Conn;
use zw_indicators::{Area, Basis, BoxFut, MeasureDef, MeasureKind, OpenWork, RowsOut, Source, Span, WithoutStaff};
use zw_network::measures::sweep;
use zw_network::model::unit::Tier;

// i18n-keys: people-open-postings
/// The workforce's measures.
#[derive(Debug, Default)]
pub struct PeopleSource;

/// Version of the counting rules below.
const RULE: &str = "2021-1";

macro_rules! defs {
    ($($key:literal $unit:literal $label:literal $definition:literal $source:ident;)+) => {
        /// Every measure of the workforce.
        pub static DEFS: [MeasureDef; [$($key),+].len()] = [$(MeasureDef {
            key: $key,
            kind: MeasureKind::Stock,
            label: $label,
            unit: $unit,
            definition: $definition,
            rule_version: RULE,
            source: Basis::$source,
        }),+];
    };
}
defs! {
    "posted_workers" "people-u-ren" "people-m-posted-workers" "people-m-posted-workers-def" Circular; // mission 24, handbook I6
    "posted_at_centres" "people-u-ren" "people-m-posted-at-centres" "people-m-posted-at-centres-def" Own; // handbook I6
    "posted_at_rooms" "people-u-ren" "people-m-posted-at-rooms" "people-m-posted-at-rooms-def" Own; // handbook I6
    "posted_all" "people-u-ren" "people-m-posted-all" "people-m-posted-all-def" Own; // handbook 5.5
    "certified_workers" "people-u-ren" "people-m-certified-workers" "people-m-certified-workers-def" Own; // handbook I8
    "fte_total" "people-u-permille" "people-m-fte-total" "people-m-fte-total-def" Own; // handbook I7
    "workers_short_stations" "people-u-ge" "people-m-workers-short-stations" "people-m-workers-short-stations-def" Staffing; // handbook 10.1
    "stations_unstaffed" "people-u-ge" "people-m-stations-unstaffed" "people-m-stations-unstaffed-def" Own; // handbook 5.33
    "M41" "people-u-ren" "people-m-m41" "people-m-m41-def" Monthly; // handbook 7.1
    "M42" "people-u-ren" "people-m-m42" "people-m-m42-def" Monthly; // handbook 7.1
    "M43" "people-u-ren" "people-m-m43" "people-m-m43-def" Staffing; // handbook 7.1
}

const POSTED: &str = "posted_workers";
const CERTIFIED: &str = "certified_workers";
const UNSTAFFED: &str = "stations_unstaffed";

/// The keys that are spells, and the others.
fn spelled(keys: &[&'static str]) -> (Vec<&'static str>, Vec<&'static str>) {
    keys.iter().partition(|k| matches!(**k, POSTED | CERTIFIED | UNSTAFFED))
}

/// Spells of an area by key, of one day or over all time.
async fn spells(
    c: &mut Conn,
    area: &Area,
    keys: &[&'static str],
    on: Option<Day>,
) -> Result<HashMap<&'static str, Vec<Spell>>> {
    let heads: Vec<&'static str> = keys.iter().copied().filter(|k| *k != UNSTAFFED).collect();
    let mut out = headcount::spells(c, area, &heads, on).await?;
    if keys.contains(&UNSTAFFED) {
        out.insert(UNSTAFFED, gap::spells(c, area, on).await?);
    }
    Ok(out)
}

/// Setting `people.required_per_station`: stations with fewer workers than this are short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-unit" = "persons"))]
pub struct RequiredWorkers(pub i64);

impl Default for RequiredWorkers {
    fn default() -> Self {
        Self(2)
    }
}

// i18n-keys: people-set-required people-set-required-does
impl zw_access::Setting for RequiredWorkers {
    const KEY: &'static str = "people.required_per_station";
    const MEANING: &'static str = "people-set-required";
    fn check(&self) -> zw_core::FieldErrors {
        let mut e = zw_core::FieldErrors::default();
        e.within("", self.0, 0, 100);
        e
    }
}

/// Everything needed to answer any key of an area on any day.
pub(crate) struct Facts {
    /// Each person's days at their main posting.
    mains: Vec<Main>,
    /// Every posting as it is: unit, first day, day after the last, share.
    shares: Vec<(UnitId, Day, Option<Day>, i64)>,
    /// Tier, county and township of units.
    units: HashMap<UnitId, load::Place>,
    /// Days on which T-tier stations were built.
    built: HashMap<UnitId, Vec<(Day, Option<Day>)>>,
    /// First certificate of each person.
    certified: HashMap<zw_core::WorkerId, Day>,
    /// Below how many workers a station is short, on each day.
    required: Course<RequiredWorkers>,
}

impl Facts {
    fn built_on(&self, unit: UnitId, day: Day) -> bool {
        self.built.get(&unit).into_iter().flatten().any(|(f, t)| *f <= day && t.is_none_or(|t| day < t))
    }
    fn is_tier(&self, unit: UnitId, tier: Tier) -> bool {
        self.units.get(&unit).is_some_and(|p| p.tier == tier)
    }

    /// The value of a key on a day, by unit: what every area is a sum of. What is spells has its own place.
    fn by_unit(&self, key: &str, day: Day, every_tier: bool) -> Result<HashMap<UnitId, i64>> {
        let mut out: HashMap<UnitId, i64> = HashMap::new();
        let certified = |m: &Main| self.certified.get(&m.worker).is_some_and(|d| *d <= day);
        let heads: Vec<&Main> = self.mains.iter().filter(|m| m.holds(day)).collect();
        let station = |u: UnitId| every_tier || self.is_tier(u, Tier::Station);
        match key {
            "posted_at_centres" | "posted_at_rooms" => {
                let tier = if key == "posted_at_rooms" { Tier::Room } else { Tier::Centre };
                for m in heads.iter().filter(|m| self.is_tier(m.unit, tier)) {
                    *out.entry(m.unit).or_default() += 1;
                }
            }
            "posted_all" => heads.iter().for_each(|m| *out.entry(m.unit).or_default() += 1),
            "M41" | "M42" => {
                for m in heads.iter().filter(|m| station(m.unit) && (key == "M41" || certified(m))) {
                    *out.entry(m.unit).or_default() += 1;
                }
            }
            "fte_total" => {
                for (unit, f, t, fte) in &self.shares {
                    if *f <= day && t.is_none_or(|t| day < t) && self.built_on(*unit, day) {
                        *out.entry(*unit).or_default() += fte;
                    }
                }
            }
            "workers_short_stations" | "M43" => {
                let heads = self.by_unit("M41", day, false)?;
                let built: BTreeSet<UnitId> = self.built.keys().copied().filter(|u| self.built_on(*u, day)).collect();
                for unit in built {
                    let gap = (self.required.on(day).0 - heads.get(&unit).copied().unwrap_or(0)).max(0);
                    if gap > 0 {
                        out.insert(unit, if key == "M43" { gap } else { 1 });
                    }
                }
            }
            _ => return Err(Error::NotFound),
        }
        Ok(out)
    }

    /// Whether a unit lies in an area; the counties are looked up, not searched, because a nation has thousands.
    fn inside<'a>(&'a self, area: &'a Area) -> impl Fn(UnitId) -> bool + 'a {
        let counties: HashSet<DivisionId> = area.counties().into_iter().collect();
        move |unit| {
            let Some(p) = self.units.get(&unit) else { return false };
            match area {
                Area::Unit(_, u) => unit == *u,
                Area::Town(county, town) => p.county == *county && p.town == Some(*town),
                Area::County(_) | Area::Counties(_) => counties.contains(&p.county),
            }
        }
    }

    fn total(&self, key: &str, area: &Area, day: Day) -> Result<i64> {
        let every_tier = matches!(area, Area::Unit(..));
        let inside = self.inside(area);
        Ok(self.by_unit(key, day, every_tier)?.into_iter().filter(|(u, _)| inside(*u)).map(|(_, n)| n).sum())
    }

    /// The plain headcount is intervals, so a sweep answers many days; the others are asked day by day.
    fn series(&self, key: &str, area: &Area, dates: &[Day]) -> Result<Vec<i64>> {
        let inside = self.inside(area);
        let rows: Vec<(Day, Option<Day>)> = match key {
            "posted_all" => self.mains.iter().filter(|m| inside(m.unit)).map(|m| (m.from, m.to)).collect(),
            _ => return dates.iter().map(|d| self.total(key, area, *d)).collect(),
        };
        Ok(sweep::count(&rows, dates))
    }
}

impl Source for PeopleSource {
    fn defs(&self) -> &'static [MeasureDef] {
        &DEFS
    }

    fn rule_value<'a>(&'a self, conn: &'a mut Conn, key: &'static str, day: Day) -> BoxFut<'a, Option<i64>> {
        Box::pin(async move {
            match key {
                "workers_short_stations" | "M43" => load::required(conn).await.map(|r| Some(r.on(day).0)),
                _ => Ok(None),
            }
        })
    }

    fn count<'a>(
        &'a self,
        conn: &'a mut Conn,
        _: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async move {
            let (heads, rest) = spelled(keys);
            let found = spells(conn, area, &heads, Some(span.to)).await?;
            let mut out: Vec<(&'static str, i64)> =
                found.iter().map(|(key, list)| (*key, list.iter().map(|s| s.n).sum())).collect();
            if !rest.is_empty() {
                let facts = load::facts(conn, area, Some(span.to)).await?;
                for key in rest {
                    out.push((key, facts.total(key, area, span.to)?));
                }
            }
            Ok(out)
        })
    }

    fn by_county<'a>(
        &'a self,
        conn: &'a mut Conn,
        _: &'a Tree,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        span: Span,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), i64>> {
        Box::pin(async move {
            let area = Area::Counties(counties.to_vec());
            let mut out: HashMap<(&'static str, DivisionId), i64> =
                keys.iter().flat_map(|k| counties.iter().map(|c| ((*k, *c), 0))).collect();
            let mut add = |key: &'static str, county: DivisionId, n: i64| {
                if let Some(slot) = out.get_mut(&(key, county)) {
                    *slot += n;
                }
            };
            let (heads, rest) = spelled(keys);
            for (key, list) in spells(conn, &area, &heads, Some(span.to)).await? {
                for s in list {
                    s.county.into_iter().for_each(|c| add(key, c, s.n));
                }
            }
            if !rest.is_empty() {
                let facts = load::facts(conn, &area, Some(span.to)).await?;
                for key in rest {
                    for (unit, n) in facts.by_unit(key, span.to, false)? {
                        if let Some(p) = facts.units.get(&unit) {
                            add(key, p.county, n);
                        }
                    }
                }
            }
            Ok(out)
        })
    }

    fn series<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        key: &'static str,
        area: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        Box::pin(async move { Ok(self.series_many(conn, tree, &[key], area, dates).await?.pop().unwrap_or_default()) })
    }

    fn series_many<'a>(
        &'a self,
        conn: &'a mut Conn,
        _: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<Vec<i64>>> {
        Box::pin(async move {
            let (heads, rest) = spelled(keys);
            let found = spells(conn, area, &heads, None).await?;
            let facts = match rest.is_empty() {
                true => None,
                false => Some(load::facts(conn, area, None).await?),
            };
            let one = |key: &&'static str| match (found.get(key), &facts) {
                (Some(list), _) => {
                    let rows: Vec<_> = list.iter().map(|s| (s.from, s.to, s.n)).collect();
                    Ok(sweep::sum(&rows, dates))
                }
                (None, Some(f)) => f.series(key, area, dates),
                (None, None) => Err(Error::NotFound),
            };
            keys.iter().map(one).collect()
        })
    }

    fn without_staff<'a>(&'a self, conn: &'a mut Conn, area: &'a Area, day: Day) -> BoxFut<'a, Vec<WithoutStaff>> {
        Box::pin(gap::on(conn, area, day))
    }

    fn open_at<'a>(
        &'a self,
        conn: &'a mut Conn,
        _: &'a Tree,
        (_, unit): (DivisionId, UnitId),
        day: Day,
    ) -> BoxFut<'a, Vec<OpenWork>> {
        Box::pin(async move {
            // Every posting that would run on, the second one of a person and an intern's too.
            let n = load::running_after(conn, unit, day).await?;
            Ok(vec![OpenWork {
                what: "people-open-postings".into(),
                n,
                href: format!("/workers?unit={unit}"),
                stops: true,
            }])
        })
    }

    fn rows<'a>(
        &'a self,
        ctx: &'a Ctx,
        key: &'static str,
        area: &'a Area,
        span: Span,
        page: PageReq,
    ) -> BoxFut<'a, RowsOut> {
        Box::pin(rows::rows(ctx, key, area, span, page))
    }
}

#[cfg(test)]
mod tests;
