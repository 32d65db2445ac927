//! A registry of invented figures, stations in the test world, and actors of every tier.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use zw_access::{Actor, Ctx, Role};
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, PageReq, Result, UnitId, Uuid};
use zw_db::{Change, Conn, Mark, sql};
use zw_indicators::{Area, BoxFut, MeasureDef, MeasureKind, RowOut, RowsOut, Source, Span};
use zw_reporting::report::service::ReportInput;
use zw_testkit::{TestApp, TestParts, World, actor, actor_of};

const fn stock(key: &'static str) -> MeasureDef {
    MeasureDef {
        key,
        kind: MeasureKind::Stock,
        label: "reporting-value",
        unit: "reporting-u-cells",
        definition: "reporting-m-cells-def",
        rule_version: "fake-1",
        source: zw_indicators::Basis::Own,
    }
}

static DEFS: [MeasureDef; 15] = [
    stock("townships_counted"),
    stock("townships_covered"),
    stock("stations_built"),
    MeasureDef { kind: MeasureKind::Flow, ..stock("stations_built_new") },
    stock("posted_workers"),
    stock("certified_workers"),
    stock("three_ready"),
    stock("obstacles_venue"),
    stock("M01"),
    stock("M02"),
    stock("M03"),
    stock("M04"),
    MeasureDef { kind: MeasureKind::Distinct, ..stock("M06") },
    MeasureDef { kind: MeasureKind::Flow, ..stock("M07") },
    stock("M08"),
];

/// Figures by (key, place), and their parts by code; a place is a county or a unit.
#[derive(Default)]
pub struct Fake(pub Mutex<HashMap<(&'static str, Uuid), i64>>, pub Mutex<Vec<(&'static str, Uuid, &'static str, i64)>>);

pub fn of_county(c: DivisionId) -> Uuid {
    Uuid::from_u128(u128::try_from(c.0).unwrap())
}

impl Fake {
    pub fn set(&self, key: &'static str, place: Uuid, v: i64) {
        self.0.lock().unwrap().insert((key, place), v);
    }
    /// Sets the parts of a figure.
    pub fn split(&self, key: &'static str, place: Uuid, parts: &[(&'static str, i64)]) {
        let mut all = self.1.lock().unwrap();
        all.retain(|(k, p, ..)| (*k, *p) != (key, place));
        all.extend(parts.iter().map(|(code, n)| (key, place, *code, *n)));
    }
    fn get(&self, key: &'static str, area: &Area) -> i64 {
        let all = self.0.lock().unwrap();
        let at = |place: Uuid| all.get(&(key, place)).copied().unwrap_or(0);
        match area {
            Area::Unit(_, u) => at(u.0),
            Area::Town(..) => 0,
            Area::County(c) => at(of_county(*c)),
            Area::Counties(l) => l.iter().map(|c| at(of_county(*c))).sum(),
        }
    }
}

impl Source for Fake {
    fn defs(&self) -> &'static [MeasureDef] {
        &DEFS
    }
    fn recount<'a>(&'a self, _: &'a mut Conn, _: &'a [Mark]) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        Box::pin(async { Ok(vec![]) })
    }
    fn count<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        _: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async move { Ok(keys.iter().map(|k| (*k, self.get(k, area))).collect()) })
    }
    fn split_by(&self, key: &str) -> Option<&'static str> {
        ["M01", "M02", "M03", "M04"].contains(&key).then_some("practice-category-")
    }
    fn split<'a>(
        &'a self,
        _: &'a mut Conn,
        keys: &'a [&'static str],
        area: &'a Area,
        _: Span,
    ) -> BoxFut<'a, Vec<(&'static str, String, i64)>> {
        Box::pin(async move {
            let all = self.1.lock().unwrap();
            let here = |place: &Uuid| matches!(area, Area::Unit(_, u) if u.0 == *place);
            let found = all.iter().filter(|(key, place, ..)| keys.contains(key) && here(place));
            Ok(found.map(|(key, _, code, n)| (*key, (*code).to_owned(), *n)).collect())
        })
    }
    fn by_county<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        _: Span,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), i64>> {
        Box::pin(async move {
            Ok(keys
                .iter()
                .flat_map(|k| counties.iter().map(move |c| ((*k, *c), self.get(k, &Area::County(*c)))))
                .collect())
        })
    }
    fn series<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        key: &'static str,
        area: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        Box::pin(async move { Ok(dates.iter().map(|_| self.get(key, area)).collect()) })
    }
    fn rows<'a>(&'a self, ctx: &'a Ctx, key: &'static str, _: &'a Area, _: Span, _: PageReq) -> BoxFut<'a, RowsOut> {
        Box::pin(async move {
            // Rows are the county's and below: above it only the figure is seen.
            if ctx.actor.grants.iter().any(|g| matches!(g.role, Role::ProvAdmin | Role::CityAdmin)) {
                return Err(zw_core::Error::Forbidden);
            }
            let row = RowOut { cells: vec![key.into()], href: None };
            Ok(RowsOut { columns: vec!["reporting-item".into()], rows: vec![row], total: 1, partly_hidden: false })
        })
    }
}

pub struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

/// First station of COUNTY.
pub const STATION: UnitId = UnitId(Uuid::from_u128(0xA1));
/// Second station of COUNTY.
pub const STATION2: UnitId = UnitId(Uuid::from_u128(0xA2));
/// A station of COUNTY that was never accepted.
pub const PLANNED: UnitId = UnitId(Uuid::from_u128(0xA3));
/// A station of the other province.
pub const FOREIGN: UnitId = UnitId(Uuid::from_u128(0xB1));

pub fn parts(fake: &Arc<Fake>) -> impl Fn() -> TestParts + use<> {
    let fake = fake.clone();
    move || TestParts {
        modules: vec![zw_reporting::module()],
        sources: vec![fake.clone(), zw_reporting::source()],
        ..TestParts::default()
    }
}

/// Writes the stations, and figures for COUNTY and its stations.
pub async fn prepare(t: &TestApp, fake: &Fake) {
    let stations = [
        (STATION, World::COUNTY, World::TOWN, "东街社工站", "operating"),
        (STATION2, World::COUNTY, World::TOWN2, "南山社工站", "rectifying"),
        (PLANNED, World::COUNTY, World::TOWN2, "未建站", "planned"),
        (FOREIGN, World::OTHER_COUNTY, World::OTHER_TOWN, "外省社工站", "operating"),
    ];
    let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();
    for (id, county, town, name, state) in stations {
        let q = sql(
            "INSERT INTO unit(id,tier,name,county_id,division_id,mode,state,created_at,updated_at,updated_by) VALUES(",
        )
        .bind(id)
        .lit(",'T',")
        .bind(name)
        .lit(",")
        .bind(county)
        .lit(",")
        .bind(town)
        .lit(",'purchase',")
        .bind(state)
        .lit(",0,0,'t')");
        tx.run(q).await.unwrap();
        let q = sql("INSERT INTO unit_state(unit_id,from_day,to_day,state,county_id,tier) VALUES(")
            .bind(id)
            .lit(",20210301,NULL,")
            .bind(state)
            .lit(",")
            .bind(county)
            .lit(",'T')");
        tx.run(q).await.unwrap();
    }
    tx.commit(Nothing).await.unwrap();
    let c = of_county(World::COUNTY);
    for (key, v) in [("townships_counted", 3), ("townships_covered", 2), ("stations_built", 2), ("posted_workers", 7)] {
        fake.set(key, c, v);
    }
    for (key, v) in [("M01", 40), ("M02", 5), ("M03", 1), ("M04", 44), ("M07", 31), ("M08", 20)] {
        fake.set(key, STATION.0, v);
    }
}

pub fn county_admin() -> Actor {
    actor(Role::CountyAdmin, World::COUNTY)
}
pub fn city_admin() -> Actor {
    actor(Role::CityAdmin, World::CITY)
}
pub fn prov_admin() -> Actor {
    actor(Role::ProvAdmin, World::PROVINCE)
}
pub fn head(unit: UnitId) -> Actor {
    let county = if unit == FOREIGN { World::OTHER_COUNTY } else { World::COUNTY };
    actor_of(Role::StationHead, None, Some((county, unit)), None)
}

/// A county's week as typed.
pub fn week(period: &str) -> ReportInput {
    ReportInput {
        period: period.into(),
        county: World::COUNTY.to_string(),
        problems: "两个乡镇场地未落实".into(),
        next_plan: "协调场地".into(),
        ..ReportInput::default()
    }
}
/// A station's month as typed.
pub fn month(period: &str, unit: UnitId) -> ReportInput {
    ReportInput {
        period: period.into(),
        county: World::COUNTY.to_string(),
        unit: Some(unit.to_string()),
        ..ReportInput::default()
    }
}

/// The code of a refused rule.
pub fn rule<T: std::fmt::Debug>(r: Result<T>) -> &'static str {
    match r {
        Err(zw_core::Error::Rule { code, .. } | zw_core::Error::FourEyes(code)) => code,
        other => panic!("not a rule: {other:?}"),
    }
}
