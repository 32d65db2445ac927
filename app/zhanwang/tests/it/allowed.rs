//! Who may do what with which row, said a second time: from the printed permission table (docs/permissions.md) and the
//! places of domain.md 2.1, without a line of the program's own scopes. The stores must agree with it, for every action,
//! read or write, every role and every relation, on both engines (security.md section 2, test 1).

use crate::doors::parts;
use crate::relations::{Rows, local, plant};
use std::collections::{BTreeMap, BTreeSet};
use zw_access::{Action, Actor, Grant, Resource, Role};
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, Uuid, WorkerId};
use zw_db::{Sql, sql};
use zw_testkit::{Engine, TestApp, World, actor, actor_of};

/// The test world's divisions, child and parent, written by hand.
const PARENTS: &[(i64, i64)] = &[
    (10, 1),
    (11, 1),
    (20, 2),
    (100, 10),
    (101, 10),
    (110, 11),
    (200, 20),
    (1000, 100),
    (1001, 100),
    (1002, 100),
    (1003, 100),
    (1010, 101),
    (1011, 101),
    (1012, 101),
    (1100, 110),
    (1101, 110),
    (2000, 200),
];

/// Whether a county lies in an area: the area itself or one above it.
fn under(county: DivisionId, area: DivisionId) -> bool {
    let mut at = county.0;
    loop {
        if at == area.0 {
            return true;
        }
        match PARENTS.iter().find(|(child, _)| *child == at) {
            Some((_, parent)) => at = *parent,
            None => return false,
        }
    }
}

/// Where a row lies, as far as its kind knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) county: DivisionId,
    pub(crate) town: Option<DivisionId>,
    pub(crate) unit: Option<Uuid>,
    pub(crate) owner: Option<Uuid>,
}

/// The printed table: action and role to reach.
pub(crate) struct Table(BTreeMap<(String, String), String>);

impl Table {
    pub(crate) fn printed() -> Self {
        let text = include_str!("../../../../docs/permissions.md");
        let rows = text.lines().filter_map(|l| {
            let cells: Vec<_> = l.split('|').map(str::trim).collect();
            let [_, action, role, reach, _] = cells[..] else { return None };
            (action.contains('.')).then(|| ((action.to_owned(), role.to_owned()), reach.to_owned()))
        });
        Self(rows.collect())
    }
    fn actions(&self) -> BTreeSet<&str> {
        self.0.keys().map(|(a, _)| a.as_str()).collect()
    }
    /// Whether somebody has an action at all today.
    pub(crate) fn has(&self, who: &Actor, action: &str) -> bool {
        who.grants.iter().any(|g| active(g) && self.0.contains_key(&(action.to_owned(), g.role.code().to_owned())))
    }
    /// Whether somebody may use an action on a row. `published`: a thing that was sent to all who work in the county.
    pub(crate) fn allowed(&self, who: &Actor, action: &str, row: &Place, published: bool) -> bool {
        who.grants.iter().filter(|g| active(g)).any(|g| {
            let Some(reach) = self.0.get(&(action.to_owned(), g.role.code().to_owned())) else { return false };
            match reach.as_str() {
                "Global" => true,
                "Area" => g.area.is_some_and(|a| a.0 < 1000 && under(row.county, a)),
                "Town" => g.area.is_some_and(|a| {
                    (1000..10_000).contains(&a.0) && (row.town == Some(a) || published && under(a, row.county))
                }),
                "Unit" => {
                    g.unit.zip(g.county).is_some_and(|(u, c)| c == row.county && (published || row.unit == Some(u.0)))
                }
                "Own" => who.worker.is_some_and(|w| row.owner == Some(w.0)),
                other => panic!("a reach nobody described here: {other}"),
            }
        })
    }
}

fn active(g: &Grant) -> bool {
    let today = Day::new(2021, 7, 8).unwrap();
    g.from <= today && g.to.is_none_or(|t| today <= t)
}

/// Everybody who asks: each role at home, a colleague, people with several grants, with grants that ended or have not
/// begun, and with grants of a shape that gives nothing.
pub(crate) fn everybody(home: &Rows) -> Vec<(String, Actor)> {
    let day = |y: i64, d: i64| Day::new(y, 7, d).unwrap();
    let mut all: Vec<_> = Role::ALL.iter().map(|r| (r.code().to_owned(), local(*r, home))).collect();
    let other = WorkerId(Uuid::from_u128(0xF00D));
    all.push(("colleague".into(), actor_of(Role::Worker, None, Some((home.county, home.unit)), Some(other))));
    let with = |mut a: Actor, more: Vec<Actor>| {
        a.grants.extend(more.into_iter().flat_map(|m| m.grants));
        a
    };
    let worker = || local(Role::Worker, home);
    all.push(("worker+head".into(), with(worker(), vec![local(Role::StationHead, home)])));
    all.push(("worker+county".into(), with(worker(), vec![local(Role::CountyAdmin, home)])));
    all.push(("head+center".into(), with(local(Role::StationHead, home), vec![local(Role::CenterStaff, home)])));
    all.push((
        "town+other_county".into(),
        with(local(Role::TownOfficer, home), vec![actor(Role::CountyAdmin, World::COUNTY2)]),
    ));
    let mut ended = with(worker(), vec![actor(Role::CountyAdmin, World::OTHER_COUNTY)]);
    ended.grants[1].to = Some(day(2021, 7));
    all.push(("worker+ended".into(), ended));
    let mut later = with(local(Role::StationHead, home), vec![actor(Role::ProvAdmin, World::PROVINCE)]);
    later.grants[1].from = day(2021, 9);
    all.push(("head+later".into(), later));
    let mut last_day = actor(Role::CountyAdmin, World::COUNTY);
    last_day.grants[0].to = Some(day(2021, 8));
    all.push(("county_last_day".into(), last_day));
    all.push(("county_on_town".into(), actor(Role::CountyAdmin, World::TOWN)));
    all.push(("town_on_county".into(), actor(Role::TownOfficer, World::COUNTY)));
    all.push(("county_nowhere".into(), actor_of(Role::CountyAdmin, None, None, None)));
    all.push(("head_without_unit".into(), actor_of(Role::StationHead, None, None, None)));
    // The unit of one county under the name of another one: neither.
    all.push(("head_torn".into(), actor_of(Role::StationHead, None, Some((World::COUNTY2, home.unit)), None)));
    all
}

/// Own station; another station of the county; another county of the city; another city; another province.
pub(crate) const PLACES: [(DivisionId, DivisionId); 5] = [
    (World::COUNTY, World::TOWN),
    (World::COUNTY, World::TOWN2),
    (World::COUNTY2, DivisionId(1010)),
    (World::COUNTY3, DivisionId(1100)),
    (World::OTHER_COUNTY, World::OTHER_TOWN),
];

/// What one kind of row must answer.
struct Kind {
    /// Actions on it.
    actions: &'static [&'static str],
    /// What a plant's row knows of its place.
    place: fn(&Rows) -> Place,
    /// The id that the statement answers with.
    id: fn(&Rows) -> Uuid,
    published: bool,
}

async fn compare<R: Resource>(
    t: &TestApp,
    plants: &[Rows],
    k: &Kind,
    from: impl Fn() -> Sql,
    seen: &mut BTreeSet<&str>,
) {
    let table = Table::printed();
    let mut cells = 0;
    for (name, who) in everybody(&plants[0]) {
        for action in k.actions {
            seen.insert(action);
            let ctx = t.ctx(who.clone());
            let permit = ctx.permit::<R>(Action(action));
            assert_eq!(permit.is_ok(), table.has(&who, action), "{name} {action}");
            assert_eq!(ctx.can(Action(action)), permit.is_ok(), "{name} {action}: the navigation says otherwise");
            let found: BTreeSet<Uuid> = match permit {
                Ok(p) => {
                    let mut c = ctx.read().await.unwrap();
                    c.all::<(Uuid,)>(p.within(from())).await.unwrap().into_iter().map(|r| r.0).collect()
                }
                Err(_) => BTreeSet::new(),
            };
            for (n, p) in plants.iter().enumerate() {
                let want = table.allowed(&who, action, &(k.place)(p), k.published);
                assert_eq!(
                    found.contains(&(k.id)(p)),
                    want,
                    "{:?} {name} {action} on the row of place {n}",
                    t.app.db.engine()
                );
                cells += 1;
            }
        }
    }
    assert_eq!(cells, everybody(&plants[0]).len() * k.actions.len() * plants.len());
}

fn of_unit(r: &Rows) -> Place {
    Place { county: r.county, town: Some(r.town), unit: Some(r.unit.0), owner: None }
}
fn of_worker(r: &Rows) -> Place {
    Place { owner: Some(r.worker.0), ..of_unit(r) }
}
fn of_county(r: &Rows) -> Place {
    Place { county: r.county, town: None, unit: None, owner: None }
}
fn unit_id(r: &Rows) -> Uuid {
    r.unit.0
}
fn report_id(r: &Rows) -> Uuid {
    r.report.0
}

const REPORTS: &[&str] = &[
    "report.read",
    "report.write_county",
    "report.write_station",
    "report.submit_county",
    "report.submit_station",
    "report.review_station",
    "report.review_county",
    "report.review_direct",
    "report.exempt_station",
    "report.exempt_county",
    "report.exempt_direct",
    "pass_on.county",
    "pass_on.city",
    "pass_on.review",
    "pass_on.review_province",
    "board.read",
];
const OPERATORS: &[&str] = &[
    "account.confirm",
    "account.create",
    "account.issue_code",
    "account.link_worker",
    "account.read",
    "account.set_state",
    "grant.create",
    "grant.end",
    "grant.read",
    "session.end_any",
    "session.read_any",
    "kiosk.manage",
    "audit.read",
    "setting.read",
    "setting.write",
    "division.read",
    "division.import",
];

#[tokio::test]
async fn every_store_lets_through_what_the_table_says_and_nothing_else() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::new(engine, parts()).await;
        let mut plants = vec![];
        for (n, (county, town)) in (0u128..).zip(PLACES) {
            plants.push(plant(&t, n, county, town, "本地").await);
        }
        let mut seen = BTreeSet::new();
        let k = |actions, place, id| Kind { actions, place, id, published: false };

        let acts = &["unit.read", "unit.create", "unit.edit", "unit.advance", "unit.decide", "unit.alarm", "unit.gap"];
        let kind = k(acts, of_unit, unit_id);
        let from = || sql("SELECT u.id FROM unit u WHERE 1=1");
        compare::<zw_network::Unit>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["build_out.read", "build_out.edit", "build_out.accept"], of_unit, unit_id);
        let from = || sql("SELECT b.unit_id FROM build_out b WHERE b.unit_id IS NOT NULL");
        compare::<zw_network::BuildOut>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["worker.read", "worker.write", "worker.reveal"], of_worker, |r| r.worker.0);
        let from = || {
            sql(
                "SELECT w.id FROM worker w LEFT JOIN posting p ON p.worker_id=w.id AND p.to_day IS NULL LEFT JOIN unit pu ON pu.id=p.unit_id WHERE 1=1",
            )
        };
        compare::<zw_people::model::worker::Worker>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["posting.write", "posting.correct"], |r| Place { town: None, ..of_worker(r) }, |r| r.posting.0);
        let from = || sql("SELECT p.id FROM posting p WHERE 1=1");
        compare::<zw_people::model::posting::Posting>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["certificate.correct"], of_county, |r| r.worker.0);
        let from = || sql("SELECT k.worker_id FROM certificate k JOIN worker w ON w.id=k.worker_id WHERE 1=1");
        compare::<zw_people::model::certificate::Certificate>(&t, &plants, &kind, from, &mut seen).await;
        let acts = &[
            "resident.read",
            "resident.register",
            "resident.detail",
            "resident.edit",
            "resident.take_up",
            "resident.assign",
            "resident.close",
            "resident.reveal",
            "resident.merge",
            "resident.unmerge",
            "resident.export",
            "consent.record",
            "consent.withdraw",
            "consent.print",
        ];
        let kind = k(acts, of_worker, |r| r.residents[0].0);
        let from = || sql("SELECT r.id FROM resident r WHERE 1=1");
        compare::<zw_practice::model::Resident>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["encounter.read", "encounter.record", "encounter.amend"], of_worker, |r| r.encounters[0].0);
        let from = || sql("SELECT e.id FROM encounter e WHERE 1=1");
        compare::<zw_practice::model::Encounter>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["refusal.read", "refusal.record", "refusal.end"], of_worker, |r| r.refusal.0);
        let from = || sql("SELECT f.id FROM filing_refusal f WHERE 1=1");
        compare::<zw_practice::model::Refusal>(&t, &plants, &kind, from, &mut seen).await;
        let from = || sql("SELECT l.id FROM official_list l WHERE 1=1");
        let acts = &["official_list.read", "official_list.import"];
        let kind = Kind { published: true, ..k(acts, of_county, |r| r.list.0) };
        compare::<zw_practice::model::OfficialList>(&t, &plants, &kind, from, &mut seen).await;
        let from = || {
            sql(
                "SELECT o.id FROM official_list_row o JOIN unit_coverage v ON v.division_id IN (o.village_id,o.township_id) WHERE 1=1",
            )
        };
        let kind = k(&["official_row.read", "official_row.export"], of_unit, |r| r.listed);
        compare::<zw_practice::model::OfficialRow>(&t, &plants, &kind, from, &mut seen).await;
        let from = || sql("SELECT r.id FROM report r WHERE 1=1");
        compare::<zw_reporting::report::model::ReportRow>(
            &t,
            &plants,
            &k(REPORTS, of_unit, report_id),
            from,
            &mut seen,
        )
        .await;

        // Devices and what they send lie where the residents of their station do, an item is its worker's.
        let place = |r: &Rows| Place { town: None, owner: None, ..of_worker(r) };
        let kind = k(&["field.use", "field.devices", "field.devices_any"], place, |r| r.residents[0].0);
        let from = || sql("SELECT d.id FROM resident d WHERE 1=1");
        compare::<zw_field::model::Device>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["field.items"], |r| Place { town: None, ..of_worker(r) }, |r| r.residents[0].0);
        let from = || sql("SELECT i.id FROM resident i WHERE 1=1");
        compare::<zw_field::model::Item>(&t, &plants, &kind, from, &mut seen).await;

        // What has no row of its own kind here is asked over the reports' places, under the kind's own column names.
        let from = || sql("SELECT id FROM report WHERE 1=1");
        let kind = k(&["figure.read"], of_unit, report_id);
        compare::<zw_reporting::figure::service::FigureOf>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["wall.read"], of_county, report_id);
        compare::<zw_publishing::service::wall::Wall>(&t, &plants, &kind, from, &mut seen).await;
        let kind = k(&["network.figures"], of_county, report_id);
        let from = || sql("SELECT s.id FROM report s WHERE 1=1");
        compare::<zw_network::service::figures::Aggregates>(&t, &plants, &kind, from, &mut seen).await;
        let kind = Kind { published: true, ..k(&["target.read", "target.set"], of_county, report_id) };
        let from = || sql("SELECT t.id FROM (SELECT id,county_id AS division_id FROM report) t WHERE 1=1");
        compare::<zw_network::Target>(&t, &plants, &kind, from, &mut seen).await;
        let from = || sql("SELECT v.id FROM (SELECT id,county_id AS division_id FROM report) v WHERE 1=1");
        let kind = k(&["division.count"], of_county, report_id);
        compare::<zw_network::model::division::Division>(&t, &plants, &kind, from, &mut seen).await;
        let from = || sql("SELECT sc.id FROM report sc WHERE 1=1");
        let kind = k(&["snapshot.read", "snapshot.flash", "snapshot.freeze"], of_county, report_id);
        compare::<zw_publishing::model::snapshot::SnapshotRow>(&t, &plants, &kind, from, &mut seen).await;
        let acts = &[
            "circular.read",
            "circular.edit",
            "circular.check",
            "circular.return",
            "circular.send",
            "circular.correct",
        ];
        let kind = Kind { published: true, ..k(acts, of_county, report_id) };
        compare::<zw_publishing::model::circular::CircularRow>(&t, &plants, &kind, from, &mut seen).await;
        compare::<zw_accounts::model::Account>(&t, &plants, &k(OPERATORS, of_county, report_id), from, &mut seen).await;

        assert_eq!(seen, Table::printed().actions(), "an action that no store was asked about");
    }
}
