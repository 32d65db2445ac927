//! Permits from every set of grants, compared with a second account of what they reach; and what else a context says of
//! its actor.

use std::collections::BTreeSet;
use zw_access::{Action, Actor, Grant, Policy, Reach, Resource, Role, Rule, Spot};
use zw_core::{Day, DivisionId, GrantId, UnitId, Uuid, WorkerId};
use zw_db::{Sql, sql};
use zw_testkit::{TestParts, World, actor, actor_of, on_both};
use zw_web::Module;

const SEE: Action = Action("row.see");
/// Each reach has a role of its own here.
static RULES: &[Rule] = &[
    Rule::new(SEE, Role::CountyAdmin, Reach::Area),
    Rule::new(SEE, Role::TownOfficer, Reach::Town),
    Rule::new(SEE, Role::StationHead, Reach::Unit),
    Rule::new(SEE, Role::Worker, Reach::Own),
    Rule::new(SEE, Role::SysAdmin, Reach::Global),
    Rule::new(SEE, Role::Kiosk, Reach::Area),
];

struct Full;
impl Resource for Full {
    const NAME: &'static str = "row";
    const COUNTY: &'static str = "x.c";
    const TOWN: Option<&'static str> = Some("x.t");
    const UNIT: Option<&'static str> = Some("x.u");
    const OWNER: Option<&'static str> = Some("x.w");
}
/// Knows its county only.
struct Bare;
impl Resource for Bare {
    const NAME: &'static str = "bare";
    const COUNTY: &'static str = "x.c";
}
/// Is for everybody who works in the county.
struct Sent;
impl Resource for Sent {
    const NAME: &'static str = "sent";
    const COUNTY: &'static str = "x.c";
    const COUNTY_WIDE: bool = true;
}

fn parts() -> TestParts {
    TestParts { modules: vec![Module { name: "row", policy: RULES, ..Module::default() }], ..TestParts::default() }
}

const ME: WorkerId = WorkerId(Uuid::from_u128(9));
fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0x100 + n))
}

/// Rows over two counties, their townships, two units and two workers, in all ways.
fn spots() -> Vec<Spot> {
    let mut all = vec![];
    for (county, town) in [
        (World::COUNTY, World::TOWN),
        (World::COUNTY, World::TOWN2),
        (World::COUNTY2, DivisionId(1010)),
        (World::COUNTY2, World::TOWN),
    ] {
        for u in [1, 2] {
            for owner in [ME, WorkerId(Uuid::from_u128(8))] {
                all.push(Spot { county, town: Some(town), unit: Some(unit(u)), owner: Some(owner) });
            }
        }
    }
    all
}

/// The rows as a statement: number, county, township, unit, worker.
fn rows() -> Sql {
    let mut q = sql("SELECT x.n FROM (");
    for (n, s) in (0i64..).zip(spots()) {
        q = q.lit(if n == 0 { "SELECT " } else { " UNION ALL SELECT " });
        q = q.bind(n).lit(" AS n,").bind(s.county).lit(" AS c,").bind(s.town).lit(" AS t,");
        q = q.bind(s.unit).lit(" AS u,").bind(s.owner).lit(" AS w");
    }
    q.lit(") x WHERE 1=1")
}

/// One grant of each kind, and which rows it reaches: of full rows, of bare ones, of published ones.
type Seen = fn(&Spot) -> bool;
fn kinds() -> Vec<(Grant, [Seen; 3])> {
    let of = |a: Actor| a.grants.into_iter().next().unwrap();
    let none: Seen = |_| false;
    let in_county: Seen = |s| s.county == World::COUNTY;
    vec![
        (of(actor(Role::CountyAdmin, World::COUNTY2)), [|s| s.county == World::COUNTY2; 3]),
        (
            of(actor(Role::TownOfficer, World::TOWN)),
            [|s| s.county == World::COUNTY && s.town == Some(World::TOWN), none, in_county],
        ),
        (
            of(actor_of(Role::StationHead, None, Some((World::COUNTY, unit(2))), None)),
            [|s| s.county == World::COUNTY && s.unit == Some(unit(2)), none, in_county],
        ),
        (of(actor_of(Role::Worker, None, None, None)), [|s| s.owner == Some(ME), none, none]),
        (of(actor_of(Role::SysAdmin, None, None, None)), [|_| true; 3]),
    ]
}

#[tokio::test]
async fn every_set_of_grants_reaches_exactly_their_union() {
    on_both(parts, |t| async move {
        let kinds = kinds();
        for set in 1u32..(1 << kinds.len()) {
            let mine: Vec<_> = kinds.iter().enumerate().filter(|(n, _)| set & (1 << n) != 0).map(|(_, k)| k).collect();
            let mut who = actor_of(Role::Leader, None, None, Some(ME));
            who.grants.extend(mine.iter().map(|(g, _)| g.clone()));
            let ctx = t.ctx(who);
            let want = |shape: usize| -> BTreeSet<i64> {
                let all = (0i64..).zip(spots());
                all.filter(|(_, s)| mine.iter().any(|(_, seen)| seen[shape](s))).map(|(n, _)| n).collect()
            };
            let mut c = ctx.read().await.unwrap();
            let full = ctx.permit::<Full>(SEE).unwrap();
            let found: Vec<(i64,)> = c.all(full.within(rows())).await.unwrap();
            assert_eq!(found.iter().map(|r| r.0).collect::<BTreeSet<_>>(), want(0), "{set:b}");
            // Asked of one row that is not written yet: the same.
            for (n, s) in (0i64..).zip(spots()) {
                assert_eq!(full.covers(&s), want(0).contains(&n), "{set:b} {s:?}");
            }
            // What is found by name lies in the grants of those who meet the people, and nowhere else.
            let meets = |n: usize| set & (1 << n) != 0 && [2, 3].contains(&n);
            let clear: BTreeSet<i64> = (0i64..)
                .zip(spots())
                .filter(|(_, s)| kinds.iter().enumerate().any(|(n, (_, seen))| meets(n) && seen[0](s)))
                .map(|(n, _)| n)
                .collect();
            let named: Vec<(i64,)> = c.all(full.within_names(rows())).await.unwrap();
            assert_eq!(named.iter().map(|r| r.0).collect::<BTreeSet<_>>(), clear, "{set:b}");
            assert_eq!(full.shows_names(), set & 0b01100 != 0, "{set:b}");
            assert_eq!(full.shows_all_names(), set & 0b10011 == 0, "{set:b}");
            for (n, s) in (0i64..).zip(spots()) {
                assert_eq!(full.mask_for(&s).names, clear.contains(&n), "{set:b} {s:?}");
                assert!(!full.mask_for(&s).revealed);
            }
            let bare: Vec<(i64,)> = c.all(ctx.permit::<Bare>(SEE).unwrap().within(rows())).await.unwrap();
            assert_eq!(bare.iter().map(|r| r.0).collect::<BTreeSet<_>>(), want(1), "{set:b}");
            let sent: Vec<(i64,)> = c.all(ctx.permit::<Sent>(SEE).unwrap().within(rows())).await.unwrap();
            assert_eq!(sent.iter().map(|r| r.0).collect::<BTreeSet<_>>(), want(2), "{set:b}");
            // Whole counties, townships and units of the scope.
            let (area, town, here, all) = (set & 1 != 0, set & 2 != 0, set & 4 != 0, set & 16 != 0);
            assert_eq!(
                full.counties(),
                if all { None } else { Some(if area { vec![World::COUNTY2] } else { vec![] }) }
            );
            assert_eq!(full.units(), if here { vec![(World::COUNTY, unit(2))] } else { vec![] });
            assert_eq!(full.covers_county(World::COUNTY2), area || all);
            assert_eq!(full.covers_county(World::COUNTY), all);
            assert_eq!(full.covers_town(World::COUNTY, World::TOWN), town || all);
            assert!(!full.covers_town(World::COUNTY2, World::TOWN) || area || all, "a township of another county");
            assert_eq!(full.covers_unit(World::COUNTY, unit(2)), here || all);
            assert_eq!(full.covers_unit(World::COUNTY, unit(1)), all);
            assert_eq!(full.covers_unit(World::COUNTY2, unit(2)), area || all, "the unit of another county");
            assert_eq!(full.action(), SEE);
        }
    })
    .await;
}

#[tokio::test]
async fn counties_of_several_grants_are_told_once_and_in_order() {
    on_both(parts, |t| async move {
        let mut who = actor(Role::CountyAdmin, World::COUNTY2);
        who.grants.extend(actor(Role::CountyAdmin, World::CITY).grants);
        let p = t.ctx(who).permit::<Full>(SEE).unwrap();
        assert_eq!(p.counties(), Some(vec![World::COUNTY, World::COUNTY2]));
        // A township's role on a county is no role of the county, not even for what was sent to all of it.
        let wrong = t.ctx(actor(Role::TownOfficer, World::COUNTY)).permit::<Sent>(SEE).unwrap();
        let mut c = t.app.db.read().await.unwrap();
        assert_eq!(c.all::<(i64,)>(wrong.within(rows())).await.unwrap(), []);
        // Nor is a county's role on a township one of its county.
        let wrong = t.ctx(actor(Role::CountyAdmin, World::TOWN)).permit::<Full>(SEE).unwrap();
        assert!(wrong.scope().0.is_empty(), "{:?}", wrong.scope());
    })
    .await;
}

#[tokio::test]
async fn a_grant_counts_on_its_first_and_on_its_last_day() {
    on_both(parts, |t| async move {
        let day = |d: i64| Day::new(2021, 7, d).unwrap();
        for (from, to, open) in [
            (day(8), None, true),
            (day(8), Some(day(8)), true),
            (day(1), Some(day(8)), true),
            (day(1), Some(day(7)), false),
            (day(9), None, false),
        ] {
            let mut who = actor(Role::CountyAdmin, World::COUNTY);
            (who.grants[0].from, who.grants[0].to) = (from, to);
            let ctx = t.ctx(who.clone());
            assert_eq!((ctx.permit::<Full>(SEE).is_ok(), ctx.can(SEE)), (open, open), "{from} {to:?}");
            assert_eq!(who.has_role(Role::CountyAdmin, day(8)), open);
            assert!(!who.has_role(Role::Worker, day(8)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_context_knows_what_its_actor_may_and_from_where_they_look() {
    on_both(parts, |t| async move {
        assert!(!t.ctx(Actor::anonymous()).can(SEE));
        assert!(t.system("job", &["row.see"]).can(SEE) && !t.system("job", &["row.seen"]).can(SEE));
        assert!(!t.ctx(actor(Role::Leader, World::PROVINCE)).can(SEE));
        assert_eq!((SEE.resource(), Action("plain").resource()), ("row", "plain"));
        // Above the county is who has nothing to do in one.
        let above = |who: Actor| t.ctx(who).above_county();
        let with = |mut a: Actor, b: Actor| {
            a.grants.extend(b.grants);
            a
        };
        let city = || actor(Role::CityAdmin, World::CITY);
        let head = || actor_of(Role::StationHead, None, Some((World::COUNTY, unit(1))), None);
        assert!(above(city()) && above(actor(Role::ProvAdmin, World::PROVINCE)));
        assert!(!above(actor(Role::CountyAdmin, World::COUNTY)) && !above(actor(Role::TownOfficer, World::TOWN)));
        assert!(!above(head()) && !above(with(city(), head())) && !above(actor_of(Role::SysAdmin, None, None, None)));
        assert!(!above(actor(Role::CityAdmin, DivisionId(999_999))));
        let mut ended = with(city(), head());
        ended.grants[1].to = Day::new(2021, 7, 7);
        assert!(above(ended.clone()));
        ended.grants.remove(0);
        assert!(!above(ended), "who has no grant today looks from nowhere");
        // A screen is nothing but a screen.
        let screen = |who: Actor| t.ctx(who).is_screen();
        let kiosk = || actor(Role::Kiosk, World::PROVINCE);
        assert!(screen(kiosk()) && !screen(with(kiosk(), city())) && !screen(city()) && !screen(Actor::anonymous()));
    })
    .await;
}

#[test]
fn of_two_rules_the_later_one_stands() {
    let first: &[Rule] = &[Rule::new(SEE, Role::Worker, Reach::Own)];
    let second: &[Rule] = &[Rule::new(SEE, Role::Worker, Reach::Unit)];
    let p = Policy::join(&[first, second]);
    assert_eq!(p.reach(SEE, Role::Worker), Some(Reach::Unit));
    assert_eq!((p.reach(SEE, Role::Leader), p.reach(Action("row.write"), Role::Worker)), (None, None));
    assert_eq!(p.all().collect::<Vec<_>>(), [(SEE, Role::Worker, Reach::Unit)]);
    // Two accounts with one grant id would be one in the log.
    assert_ne!(kinds()[0].0.id, GrantId(Uuid::nil()));
}
