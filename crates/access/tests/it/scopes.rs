//! What a permit lets through: the two provinces of the test world never meet.

use zw_access::{Action, Actor, Part, Reach, Resource, Role, Rule, Spot};
use zw_core::{Day, DivisionId, Error, UnitId, Uuid, WorkerId};
use zw_db::sql;
use zw_testkit::{TestParts, World, actor, actor_of, on_both};
use zw_web::Module;

const READ: Action = Action("thing.read");
const WRITE: Action = Action("thing.write");
static RULES: &[Rule] = &[
    Rule::new(READ, Role::ProvAdmin, Reach::Area),
    Rule::new(READ, Role::CountyAdmin, Reach::Area),
    Rule::new(READ, Role::TownOfficer, Reach::Town),
    Rule::new(READ, Role::StationHead, Reach::Unit),
    Rule::new(READ, Role::Worker, Reach::Own),
    Rule::new(WRITE, Role::CountyAdmin, Reach::Area),
];

/// Townships stand in for protected rows: their parent is their county.
struct Thing;
impl Resource for Thing {
    const NAME: &'static str = "thing";
    const COUNTY: &'static str = "v.parent_id";
    const TOWN: Option<&'static str> = Some("v.division_id");
}

fn parts() -> TestParts {
    TestParts { modules: vec![Module { name: "thing", policy: RULES, ..Module::default() }], ..TestParts::default() }
}

#[tokio::test]
async fn a_scope_is_exactly_the_grants_area() {
    on_both(parts, |t| async move {
        let cases: Vec<(Actor, usize)> = vec![
            (actor(Role::ProvAdmin, World::PROVINCE), 9),
            (actor(Role::ProvAdmin, World::OTHER_PROVINCE), 1),
            (actor(Role::CountyAdmin, World::COUNTY), 4),
            (actor(Role::CountyAdmin, World::COUNTY3), 2),
            (actor(Role::TownOfficer, World::TOWN), 1),
            // A town officer's grant on a county, a county grant on a village: shapes that do not fit give nothing.
            (actor(Role::TownOfficer, World::COUNTY), 0),
            (actor(Role::CountyAdmin, World::VILLAGE), 0),
            (actor(Role::CountyAdmin, DivisionId(999_999)), 0),
            // The resource has no unit and no owner column: these scopes match nothing.
            (actor_of(Role::StationHead, None, Some((World::COUNTY, UnitId(Uuid::nil()))), None), 0),
            (actor_of(Role::Worker, None, None, None), 0),
        ];
        for (who, want) in cases {
            let ctx = t.ctx(who);
            let p = ctx.permit::<Thing>(READ).unwrap();
            let mut c = ctx.read().await.unwrap();
            let q = sql(
                "SELECT v.division_id FROM division_version v JOIN division d ON d.id=v.division_id WHERE d.kind='T'",
            );
            let rows: Vec<(DivisionId,)> = c.all(p.within(q).lit(" ORDER BY v.division_id")).await.unwrap();
            assert_eq!(rows.len(), want, "{}", ctx.actor.name);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_listed_is_denied() {
    on_both(parts, |t| async move {
        let denied = |who: Actor, a: Action| matches!(t.ctx(who).permit::<Thing>(a), Err(Error::Forbidden));
        assert!(denied(actor(Role::ProvAdmin, World::PROVINCE), WRITE));
        assert!(denied(actor(Role::SysAdmin, World::PROVINCE), READ));
        assert!(denied(actor(Role::CountyAdmin, World::COUNTY), Action("thing.unheard_of")));
        assert!(matches!(t.ctx(Actor::anonymous()).permit::<Thing>(READ), Err(Error::Unauthenticated)));
        assert!(matches!(t.system("job", &["other.act"]).permit::<Thing>(READ), Err(Error::Forbidden)));
        assert_eq!(t.system("job", &["thing.read"]).permit::<Thing>(READ).unwrap().scope().0, vec![Part::All]);
        // A grant that has ended or not begun counts for nothing.
        for (from, to) in [(20210709, None), (20000101, Some(20210707))] {
            let mut who = actor(Role::CountyAdmin, World::COUNTY);
            who.grants[0].from = Day::from_stored(from);
            who.grants[0].to = to.map(Day::from_stored);
            assert!(denied(who, READ), "{from}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_grants_add_up_and_writing_stays_where_it_was_given() {
    on_both(parts, |t| async move {
        let mut who = actor(Role::CountyAdmin, World::COUNTY);
        who.grants.extend(actor(Role::TownOfficer, DivisionId(1010)).grants);
        let ctx = t.ctx(who);
        let read = ctx.permit::<Thing>(READ).unwrap();
        assert!(read.covers_town(World::COUNTY, World::TOWN) && read.covers_town(World::COUNTY2, DivisionId(1010)));
        assert!(!read.covers_town(World::COUNTY2, DivisionId(1011)) && !read.covers_county(World::COUNTY2));
        let write = ctx.permit::<Thing>(WRITE).unwrap();
        assert!(write.covers_county(World::COUNTY) && !write.covers_town(World::COUNTY2, DivisionId(1010)));
    })
    .await;
}

#[tokio::test]
async fn a_wider_grant_shows_nobodys_name() {
    on_both(parts, |t| async move {
        let unit = UnitId(Uuid::from_u128(1));
        let spot = |unit, owner| Spot { county: World::COUNTY, town: Some(World::TOWN), unit: Some(unit), owner };
        let here = spot(unit, None);
        let there = spot(UnitId(Uuid::from_u128(2)), None);
        let names = |p: &zw_access::Permit<Thing>, at| p.mask_for(at).names;
        let mut who = actor_of(Role::StationHead, None, Some((World::COUNTY, unit)), None);
        let alone = t.ctx(who.clone()).permit::<Thing>(READ).unwrap();
        assert!(names(&alone, &here) && alone.shows_all_names() && !names(&alone, &there));
        who.grants.extend(actor(Role::CountyAdmin, World::COUNTY).grants);
        let both = t.ctx(who.clone()).permit::<Thing>(READ).unwrap();
        assert!(both.covers(&here) && both.covers(&there));
        assert!(names(&both, &here) && !names(&both, &there) && both.shows_names() && !both.shows_all_names());
        // The grant that met the people has ended: nobody's name is left.
        who.grants[0].to = Some(Day::from_stored(20_210_707));
        let wide = t.ctx(who).permit::<Thing>(READ).unwrap();
        assert!(!names(&wide, &here) && !wide.shows_names());
        // The actor's own rows carry the owner.
        let me = WorkerId(Uuid::from_u128(9));
        let own = t.ctx(actor_of(Role::Worker, None, None, Some(me))).permit::<Thing>(READ).unwrap();
        assert!(names(&own, &spot(unit, Some(me))) && !own.covers(&here));
    })
    .await;
}
