//! Cells against records held in memory: whatever happens to the records, recounted cells equal a rebuild.
#![expect(clippy::unwrap_used, reason = "tests: a failure here is a failed test")]

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use zw_access::Ctx;
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, PageReq, Result, UnitId, Uuid};
use zw_db::{Change, Conn, Mark};
use zw_indicators::{Area, BoxFut, MeasureDef, MeasureKind, Measures, RowsOut, Source, Span, cells, indicator};
use zw_testkit::{TestApp, TestParts, World, on_both};

type Record = (DivisionId, Option<UnitId>, Day, i64);

/// Counts records and sums their values.
#[derive(Default)]
struct Fake(Mutex<Vec<Record>>);

const fn flow(key: &'static str) -> MeasureDef {
    MeasureDef {
        key,
        kind: MeasureKind::Flow,
        label: "l",
        unit: "u",
        definition: "d",
        rule_version: "1",
        source: zw_indicators::Basis::Own,
    }
}
static DEFS: [MeasureDef; 2] = [flow("visits"), flow("minutes")];

impl Fake {
    fn tally(&self, fits: impl Fn(&Record) -> bool) -> Vec<(&'static str, i64)> {
        let all = self.0.lock().unwrap();
        let hits: Vec<_> = all.iter().filter(|r| fits(r)).collect();
        vec![("visits", i64::try_from(hits.len()).unwrap()), ("minutes", hits.iter().map(|r| r.3).sum())]
    }
}

impl Source for Fake {
    fn defs(&self) -> &'static [MeasureDef] {
        &DEFS
    }
    fn recount<'a>(&'a self, _: &'a mut Conn, marks: &'a [Mark]) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        Box::pin(async move {
            let at = |m: &Mark| self.tally(|r| r.0 == m.county && r.1 == m.unit && r.2 == m.day);
            Ok(marks.iter().flat_map(|m| at(m).into_iter().map(move |(key, n)| (*m, key, n))).collect())
        })
    }
    fn places<'a>(&'a self, _: &'a mut Conn, span: Span) -> BoxFut<'a, Vec<Mark>> {
        Box::pin(async move {
            let all = self.0.lock().unwrap();
            let mut out: Vec<Mark> = all
                .iter()
                .filter(|r| span.from <= r.2 && r.2 <= span.to)
                .map(|r| Mark { county: r.0, unit: r.1, day: r.2 })
                .collect();
            out.sort_unstable();
            out.dedup();
            Ok(out)
        })
    }
    fn count<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async move {
            let counties = area.counties();
            let all = self.tally(|r| counties.contains(&r.0) && span.from <= r.2 && r.2 <= span.to);
            Ok(all.into_iter().filter(|(k, _)| keys.contains(k)).collect())
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
        Box::pin(cells::sum_by_county(conn, keys, counties, span))
    }
    fn series<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        _: &'static str,
        _: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        Box::pin(async move { Ok(vec![0; dates.len()]) })
    }
    fn rows<'a>(&'a self, _: &'a Ctx, _: &'static str, _: &'a Area, _: Span, _: PageReq) -> BoxFut<'a, RowsOut> {
        Box::pin(async { Ok(RowsOut { columns: vec![], rows: vec![], total: 0, partly_hidden: false }) })
    }
}

struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

fn day(n: u64) -> Day {
    Day::new(2021, 6, 1).unwrap().add_days(i64::try_from(n).unwrap())
}
fn unit(n: u64) -> UnitId {
    UnitId(Uuid::from_u128(u128::from(n) + 1))
}

async fn mark(t: &TestApp, list: Vec<Record>) {
    let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();
    tx.mark(list.into_iter().map(|r| Mark { county: r.0, unit: r.1, day: r.2 }));
    tx.commit(Nothing).await.unwrap();
}

fn june_to_august() -> Span {
    Span { from: day(0), to: day(80) }
}

#[tokio::test]
async fn recounted_cells_equal_a_rebuild_after_random_edits() {
    let fake = Arc::new(Fake::default());
    let source = fake.clone();
    let parts = move || TestParts { sources: vec![source.clone()], ..TestParts::default() };
    on_both(parts, |t| {
        let fake = fake.clone();
        async move {
            fake.0.lock().unwrap().clear();
            let rng = t.app.rng.clone();
            let measures = t.app.ext::<Measures>().unwrap();
            let counties = [World::COUNTY, World::COUNTY2];
            for _ in 0..60 {
                let mut touched = vec![];
                {
                    let mut all = fake.0.lock().unwrap();
                    for _ in 0..rng.below(6) {
                        let n = usize::try_from(rng.below(100)).unwrap();
                        // An edit or a delete marks the place before and the place after.
                        if n < all.len() {
                            touched.push(all.swap_remove(n));
                        }
                        if n % 3 != 0 {
                            let who = rng.below(4);
                            let county = counties[usize::try_from(who % 2).unwrap()];
                            let r = (county, (who > 0).then(|| unit(who)), day(rng.below(70)), 30);
                            all.push(r);
                            touched.push(r);
                        }
                    }
                }
                mark(&t, touched).await;
                if rng.below(3) == 0 {
                    cells::recount(&t.app, &measures, 4).await.unwrap();
                }
            }
            let report = cells::rebuild(&t.app, &measures, june_to_august(), false).await.unwrap();
            assert_eq!(report.different, 0, "{:?}", report.first);
            assert!(report.cells > 20, "{report:?}");

            // What pages read equals what the records say.
            let mut c = t.app.db.read().await.unwrap();
            assert_eq!(cells::pending(&mut c).await.unwrap(), 0);
            let by = cells::sum_by_county(&mut c, &["visits", "minutes"], &counties, june_to_august()).await.unwrap();
            for county in counties {
                for (k, v) in fake.tally(|r| r.0 == county) {
                    assert_eq!(by[&(k, county)], v, "{k} {county}");
                }
            }
            let list = [unit(1)];
            let one = cells::sum_by_unit(&mut c, &["visits"], World::COUNTY2, &list, june_to_august()).await.unwrap();
            assert_eq!(one[&("visits", unit(1))], fake.tally(|r| r.0 == World::COUNTY2 && r.1 == Some(unit(1)))[0].1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_finds_and_mends_what_no_mark_told_of() {
    let fake = Arc::new(Fake::default());
    let source = fake.clone();
    let parts = move || TestParts { sources: vec![source.clone()], ..TestParts::default() };
    on_both(parts, |t| {
        let fake = fake.clone();
        async move {
            let measures = t.app.ext::<Measures>().unwrap();
            let kept = (World::COUNTY, Some(unit(1)), day(3), 20);
            let lost = (World::COUNTY, Some(unit(2)), day(3), 40);
            *fake.0.lock().unwrap() = vec![kept, lost];
            mark(&t, vec![kept, lost]).await;
            cells::drain(&t.app, &measures).await.unwrap();
            // A record vanishes and another appears, and nobody marks it.
            *fake.0.lock().unwrap() = vec![kept, (World::COUNTY2, None, day(40), 5)];
            let dry = cells::rebuild(&t.app, &measures, june_to_august(), false).await.unwrap();
            // visits and minutes of the lost unit, both county totals, both totals of the other county.
            assert_eq!(dry.different, 6, "{:?}", dry.first);
            let fixed = cells::rebuild(&t.app, &measures, june_to_august(), true).await.unwrap();
            assert_eq!(fixed.different, 6);
            let clean = cells::rebuild(&t.app, &measures, june_to_august(), false).await.unwrap();
            assert_eq!((clean.different, clean.cells), (0, 6));
            let mut c = t.app.db.read().await.unwrap();
            let span = cells::extent(&mut c, &measures).await.unwrap().unwrap();
            assert_eq!((span.from, span.to), (day(3), day(40)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_mark_set_again_during_the_recount_stays() {
    let fake = Arc::new(Fake::default());
    let parts = TestParts { sources: vec![fake.clone()], ..TestParts::default() };
    let t = TestApp::new(zw_testkit::Engine::Sqlite, parts).await;
    let measures = t.app.ext::<Measures>().unwrap();
    let r = (World::COUNTY, Some(unit(1)), day(1), 10);
    fake.0.lock().unwrap().push(r);
    mark(&t, vec![r]).await;
    mark(&t, vec![r]).await;
    assert_eq!(cells::recount(&t.app, &measures, 10).await.unwrap(), 1);
    assert_eq!(cells::recount(&t.app, &measures, 10).await.unwrap(), 0);
    let mut c = t.app.db.read().await.unwrap();
    let f = indicator::evaluate_key(
        &measures,
        &mut c,
        &t.app.tree(),
        "minutes",
        &Area::County(World::COUNTY),
        june_to_august(),
    )
    .await
    .unwrap();
    assert_eq!((f.num, f.value.as_str(), f.live), (10, "10", true));
    assert!(
        indicator::evaluate_key(
            &measures,
            &mut c,
            &t.app.tree(),
            "none",
            &Area::County(World::COUNTY),
            june_to_august()
        )
        .await
        .is_err()
    );
}

/// Answers one question and counts nothing.
struct Standing;
impl Source for Standing {
    fn stands_in<'a>(
        &'a self,
        _: &'a mut Conn,
        ending: &'a HashSet<DivisionId>,
        _: Day,
    ) -> BoxFut<'a, Vec<(DivisionId, &'static str, i64)>> {
        Box::pin(async move { Ok(ending.iter().map(|d| (*d, "thing", 1)).collect()) })
    }
}

/// Says that it counts visits, and does not.
struct Careless;
impl Source for Careless {
    fn defs(&self) -> &'static [MeasureDef] {
        &DEFS
    }
}

#[tokio::test]
async fn what_a_source_leaves_out_is_never_a_zero() {
    let t = TestApp::new(zw_testkit::Engine::Sqlite, TestParts::default()).await;
    let standing = Measures::join(vec![Arc::new(Standing)]);
    mark(&t, vec![(World::COUNTY, Some(unit(1)), day(1), 10)]).await;
    assert_eq!(cells::drain(&t.app, &standing).await.unwrap(), 1, "no flow, nothing to count");
    let mut c = t.app.db.read().await.unwrap();
    let found = standing.stands_in(&mut c, &HashSet::from([World::TOWN]), day(1)).await.unwrap();
    assert_eq!(found, [(World::TOWN, "thing", 1)]);

    let careless = Measures::join(vec![Arc::new(Careless)]);
    let (tree, area) = (t.app.tree(), Area::County(World::COUNTY));
    let n = careless.count(&mut c, &tree, &["visits"], &area, june_to_august()).await;
    assert!(matches!(&n, Err(zw_core::Error::Internal(why)) if why.contains("visits")), "{n:?}");
    assert!(careless.by_county(&mut c, &tree, &["visits"], &[World::COUNTY], june_to_august()).await.is_err());
    assert!(careless.series(&mut c, &tree, &["visits"], &area, &[day(1)]).await.is_err());
    drop(c);
    mark(&t, vec![(World::COUNTY, Some(unit(1)), day(1), 10)]).await;
    assert!(cells::recount(&t.app, &careless, 10).await.is_err());
}
