//! The golden table of relations: who opens which row of whom (domain.md 2.1), through the real pages on real rows.

use crate::doors::parts;
use axum::http::StatusCode;
use serde_json::json;
use zw_access::{Actor, Pii, Role};
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::person_id::{Sex, check_digit};
use zw_core::{
    BuildOutId, CertificateId, ConsentId, Day, DivisionId, EncounterId, HouseholdId, ObstacleId, OfficialListId,
    PostingId, RefusalId, ReportId, ResidentId, Stamp, UnitId, Uuid, WorkerId,
};
use zw_db::{Change, Conn};
use zw_network::seed::SeedUnit;
use zw_network::{BuildOut, Coverage, Obstacle, ObstacleCode, Place, Stretch, Tier, Unit, UnitState};
use zw_people::model::certificate::{Certificate, CertificateLevel};
use zw_people::model::posting::{Post, Posting};
use zw_people::model::worker::{Worker, WorkerState};
use zw_people::seed::SeedWorker;
use zw_practice::model::{
    ConsentAnswer, ConsentForm, ConsentScope, EncounterKind, Mode, Recognition, RefusedWhat, Rhythm, SafetyItem, Topic,
};
use zw_practice::seed::{Loader, SeedConsent, SeedEncounter, SeedList, SeedListed, SeedRefusal, SeedResident};
use zw_reporting::report::model::{Cells, ReportState, Texts};
use zw_reporting::seed::SeedReport;
use zw_testkit::{Engine, TestApp, World, actor_of};

struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> zw_db::Result<()> {
        Ok(())
    }
}

/// One station and everything that hangs on it.
pub(crate) struct Rows {
    pub(crate) county: DivisionId,
    pub(crate) town: DivisionId,
    pub(crate) village: DivisionId,
    pub(crate) unit: UnitId,
    pub(crate) worker: WorkerId,
    pub(crate) posting: PostingId,
    pub(crate) residents: [ResidentId; 2],
    pub(crate) encounters: [EncounterId; 2],
    pub(crate) obstacle: ObstacleId,
    /// A consent of the first resident that may be withdrawn.
    pub(crate) consent: ConsentId,
    /// A refusal of a file.
    pub(crate) refusal: RefusalId,
    pub(crate) report: ReportId,
    /// The official list of its county, and its own row of it: somebody on no file.
    pub(crate) list: OfficialListId,
    pub(crate) listed: Uuid,
    /// Numbers of documents and telephones of its people: none of them is another plant's.
    pub(crate) digits: Vec<String>,
    /// Papers of its province, where a test made them.
    pub(crate) papers: Option<Papers>,
}

/// A snapshot with a circular about it, and a target.
pub(crate) struct Papers {
    pub(crate) snapshot: Uuid,
    pub(crate) circular: Uuid,
    pub(crate) target: Uuid,
}

/// Papers of an area and a target of a county in it, made by its own people.
pub(crate) async fn papers(t: &TestApp, area: (Role, DivisionId), county: DivisionId) -> Papers {
    let c = t.client(actor_of(area.0, Some(area.1), None, None));
    let made = async |path: &str, body: serde_json::Value| -> Uuid {
        let a = c.post_json(path, &body).await;
        assert_eq!(a.status, StatusCode::CREATED, "{path}: {}", a.text());
        a.json()["id"].as_str().unwrap().parse().unwrap()
    };
    let order = json!({"division": area.1.to_string(), "as_of": "2021-07-01"});
    let ordered = c.post_json("/api/v1/snapshots", &order).await;
    assert_eq!(ordered.status, StatusCode::ACCEPTED, "{}", ordered.text());
    t.run_jobs().await;
    let snapshot: Uuid = c.get(&ordered.location()).await.json()["result"].as_str().unwrap().parse().unwrap();
    let circular = made("/api/v1/circulars", json!({"snapshot": snapshot.to_string()})).await;
    let due =
        json!({"division": county.to_string(), "measure": "stations_built", "due_on": "2021-12-31", "value": "9"});
    Papers { snapshot, circular, target: made("/api/v1/targets", due).await }
}

fn day(m: i64, d: i64) -> Day {
    Day::new(2021, m, d).unwrap()
}

pub(crate) fn number(birth: &str, serial: u128) -> String {
    let body = format!("359900{birth}{:03}", serial * 2);
    format!("{body}{}", check_digit(&body).unwrap())
}

/// Plants a station with sheet, obstacle, posted worker, two residents (the second a child), two encounters, a month's report and
/// somebody on an official list. Every
/// text begins with `word`; `n` keeps the ids of two plants apart.
pub(crate) async fn plant(t: &TestApp, n: u128, county: DivisionId, town: DivisionId, word: &str) -> Rows {
    let uuid = |k: u128| Uuid::from_u128(0xE000 + n * 0x100 + k);
    let village = DivisionId(town.0 * 10);
    let at = Stamp::from_cn(day(6, 1), 9, 0);
    let (unit, worker, posting) = (UnitId(uuid(1)), WorkerId(uuid(2)), PostingId(uuid(3)));
    let (sheet, obstacle) = (BuildOutId(uuid(4)), ObstacleId(uuid(5)));
    let residents = [ResidentId(uuid(6)), ResidentId(uuid(7))];
    let encounters = [EncounterId(uuid(8)), EncounterId(uuid(9))];
    let by = format!("{word}经办");
    // Birth days, documents and telephones differ from plant to plant in digits that a mask would leave.
    let born = |year: i64| format!("{year}{:02}{:02}", n % 12 + 1, n % 27 + 1);
    let birth_of = |year: i64| Day::parse(&format!("{year}-{:02}-{:02}", n % 12 + 1, n % 27 + 1)).unwrap();
    let worker_no = number(&born(1990), n + 1);
    let numbers = [number(&born(1950), n * 2 + 1), number(&born(2015), n * 2 + 2)];
    let worker_phone = format!("1380{:07}", 7_310_000 + n * 7_001);
    let phones = [format!("1390{:07}", 2_640_000 + n * 9_011), format!("1370{:07}", 5_820_000 + n * 3_019)];
    let since = day(1, 4);
    let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();

    let place = Place { tier: Tier::Station, division: town, county, town: Some(town), since };
    let station = Unit {
        state: UnitState::Operating,
        address: Some(format!("{word}路1号")),
        ..Unit::new(unit, format!("{word}社工站"), &place, at, &by)
    };
    let station = SeedUnit {
        unit: station,
        history: vec![Stretch { state: UnitState::Operating, from: since, to: None, cause: None }],
        coverage: vec![Coverage { division: town, from: since, to: None }],
    };
    zw_network::seed::units(&mut tx, &[station]).await.unwrap();
    let mut open = BuildOut::open(sheet, county, town, at);
    open.unit_id = Some(unit);
    open.note = Some(format!("{word}备注"));
    open.venue_on = Some(since);
    open.version = 1;
    open.updated_by.clone_from(&by);
    zw_network::seed::sheets(&mut tx, &[open]).await.unwrap();
    let stuck = Obstacle {
        id: obstacle,
        build_out_id: sheet,
        township_id: town,
        code: ObstacleCode::Venue,
        text: format!("{word}场地未落实"),
        from_day: since,
        to_day: None,
    };
    zw_network::seed::obstacles(&mut tx, &[(county, stuck)]).await.unwrap();

    let person = Worker {
        id: worker,
        name: Pii::new(format!("{word}社工")),
        id_type: "resident_id".into(),
        id_no: None,
        phone: None,
        sex: "2".into(),
        birth_day: Some(birth_of(1990)),
        since_day: since,
        employ: "agency".into(),
        is_sw: true,
        state: WorkerState::OnPost,
        home_county: county,
        version: 1,
        updated_at: at,
        updated_by: by.clone(),
    };
    let person =
        SeedWorker { worker: person, id_no: Pii::new(worker_no.clone()), phone: Pii::new(worker_phone.clone()) };
    zw_people::seed::workers(&mut tx, &t.app.vault, &t.app.rng, &[person]).await.unwrap();
    let post = Posting {
        id: posting,
        worker_id: worker,
        unit_id: unit,
        county_id: county,
        post: Post::Worker,
        from_day: since,
        to_day: None,
        fte_permille: 1000,
        leave_reason: None,
        version: 1,
        updated_at: at,
        updated_by: by.clone(),
    };
    zw_people::seed::postings(&mut tx, &[post]).await.unwrap();
    let certificate = Certificate {
        id: CertificateId(uuid(0x20)),
        worker_id: worker,
        level: CertificateLevel::Assistant,
        number: format!("35992019{:06}", n + 1),
        issued_on: day(1, 4),
        version: 1,
    };
    zw_people::seed::certificates(&mut tx, at, &[certificate]).await.unwrap();

    let people: Vec<_> = (0u128..2)
        .map(|k| SeedResident {
            county,
            id: residents[usize::try_from(k).unwrap()],
            unit,
            household: HouseholdId(uuid(0x10 + k)),
            name: format!("{word}居民{k}"),
            id_no: Some(numbers[usize::try_from(k).unwrap()].clone()),
            sex: Sex::Female,
            birth: birth_of(if k == 0 { 1950 } else { 2015 }),
            phone: Some(phones[usize::try_from(k).unwrap()].clone()),
            address: Some(format!("{word}门牌{k}号")),
            township: town,
            village,
            categories: vec![("01", Recognition::CivilAffairs)],
            legal_basis: zw_practice::model::LegalBasis::Statutory,
            risk: 3,
            worker: Some(worker),
            filed_on: day(6, 1),
            closed: None,
        })
        .collect();
    let contacts: Vec<_> = (0u128..2)
        .map(|k| SeedEncounter {
            county,
            id: encounters[usize::try_from(k).unwrap()],
            unit,
            township: town,
            village: Some(village),
            household: (k == 0).then(|| HouseholdId(uuid(0x10))),
            kind: if k == 0 { EncounterKind::Visit } else { EncounterKind::Consult },
            day: day(6, 15),
            start: Some(600),
            minutes: Some(30),
            mode: if k == 0 { Mode::Home } else { Mode::Talk },
            topic: (k == 1).then_some(Topic::Health),
            persons: vec![(Some(residents[usize::try_from(k).unwrap()]), true)],
            workers: vec![worker],
            safety: vec![SafetyItem::Fire],
            action: Some(format!("{word}协助办理")),
            next_on: None,
            recorded_at: Stamp::from_cn(day(6, 15), 17, 0),
        })
        .collect();
    let loader = Loader { vault: &t.app.vault, rng: &t.app.rng, rhythm: &Rhythm::default(), by: &by };
    loader.load(&mut tx, &people, &contacts).await.unwrap();
    let (consent, refusal) = (ConsentId(uuid(0x30)), RefusalId(uuid(0x31)));
    let answer = SeedConsent {
        county,
        id: consent,
        resident: residents[0],
        scopes: vec![ConsentScope::Sharing],
        answer: ConsentAnswer::Given,
        form: Some(ConsentForm::Oral),
        signer: Some(format!("{word}居民0")),
        relation: Some("0"),
        ground: None,
        witness: Some(format!("{word}见证")),
        signed_on: day(6, 1),
        until: None,
        withdrawn: None,
        evidence: format!("{word}柜"),
    };
    let no = SeedRefusal {
        county,
        id: refusal,
        unit,
        township: town,
        village,
        categories: vec!["21"],
        what: RefusedWhat::File,
        on: day(6, 1),
        worker,
        ended: None,
    };
    loader.answers(&mut tx, &[answer], &[no]).await.unwrap();

    // One list a county: a second plant of it adds its row.
    let list = OfficialListId(Uuid::from_u128(0x0FF1_0000 + u128::try_from(county.0).unwrap()));
    let listed = SeedListed {
        id: uuid(0x32),
        name: format!("{word}名册人"),
        id_no: number(&born(1946), n + 9),
        township: town,
        village,
    };
    let there = zw_db::sql("SELECT COUNT(*) FROM official_list WHERE id=").bind(list);
    let digits_of_listed = listed.id_no.clone();
    if tx.scalar::<i64>(there).await.unwrap() > 0 {
        loader.official_rows(&mut tx, (county, list), &[listed]).await.unwrap();
    } else {
        let whole = SeedList {
            county,
            id: list,
            category: "02",
            list_date: day(6, 30),
            authority: Recognition::CivilAffairs,
            // The list is the whole county's: nothing of one plant is in it.
            document: Some("榕民函〔2021〕9号".into()),
            stated: Some(1),
            rows: vec![listed],
            numbers: vec![],
            at: Stamp::from_cn(day(7, 1), 9, 0),
        };
        // Whoever imported it is named to all who see it.
        Loader { by: "县级经办", ..loader }.official_list(&mut tx, &whole).await.unwrap();
    }

    let month = SeedReport {
        county,
        division: town,
        unit: Some(unit),
        period: Period::month(2021, 6).unwrap(),
        state: ReportState::Submitted,
        cells: Cells::new(),
        texts: Texts {
            problems: format!("{word}问题"),
            highlights: format!("{word}亮点"),
            next_plan: format!("{word}计划"),
        },
        no_change: false,
        due_at: None,
        timeliness: None,
        submitted: Some((Stamp::from_cn(day(7, 1), 10, 0), by.clone())),
        returned: None,
        approved: None,
        rolled_up: None,
        exempt: None,
        at,
    };
    let report = zw_reporting::seed::reports(&mut tx, &t.app.rng, &[month]).await.unwrap()[0];
    tx.commit(Nothing).await.unwrap();
    let digits = [&numbers[..], &phones[..], &[digits_of_listed, worker_no, worker_phone]].concat();
    let (listed, papers) = (uuid(0x32), None);
    Rows {
        county,
        town,
        village,
        unit,
        worker,
        posting,
        residents,
        encounters,
        obstacle,
        consent,
        refusal,
        report,
        list,
        listed,
        digits,
        papers,
    }
}

/// Somebody of the first province: of COUNTY and its station `home`, where the role has a place.
pub(crate) fn local(role: Role, home: &Rows) -> Actor {
    match role {
        Role::ProvAdmin | Role::Leader | Role::Kiosk => actor_of(role, Some(World::PROVINCE), None, None),
        Role::CityAdmin => actor_of(role, Some(World::CITY), None, None),
        Role::CountyAdmin | Role::CenterStaff | Role::LinkedCadre => actor_of(role, Some(home.county), None, None),
        Role::TownOfficer => actor_of(role, Some(home.town), None, None),
        Role::StationHead => actor_of(role, None, Some((home.county, home.unit)), None),
        Role::Worker => actor_of(role, None, Some((home.county, home.unit)), Some(home.worker)),
        Role::SysAdmin | Role::SecurityAdmin | Role::AuditAdmin => actor_of(role, None, None, None),
    }
}

/// The pages that open one row.
fn pages(r: &Rows) -> [(&'static str, String); 10] {
    let (c, t) = (r.county, r.town);
    [
        ("unit", format!("/units/{}", r.unit)),
        ("build_out", format!("/build-out/{c}/{t}")),
        ("worker", format!("/workers/{}", r.worker)),
        ("resident", format!("/people/{c}/{}", r.residents[0])),
        ("child", format!("/people/{c}/{}", r.residents[1])),
        ("correct", format!("/people/{c}/{}/edit", r.residents[0])),
        ("visit", format!("/people/{c}/{}/visit", r.residents[0])),
        ("encounter", format!("/visits/{c}/{}", r.encounters[0])),
        ("report", format!("/reports/{c}/{}", r.report)),
        ("list", format!("/official-lists/{c}/{}", r.list)),
    ]
}

async fn table(engine: Engine) -> String {
    let t = TestApp::new(engine, parts()).await;
    // Own unit; another unit of the county; another county of the city; another city; another province.
    let places = [
        (World::COUNTY, World::TOWN),
        (World::COUNTY, World::TOWN2),
        (World::COUNTY2, DivisionId(1010)),
        (World::COUNTY3, DivisionId(1100)),
        (World::OTHER_COUNTY, World::OTHER_TOWN),
    ];
    let mut plants = vec![];
    for (n, (county, town)) in (0u128..).zip(places) {
        plants.push(plant(&t, n, county, town, "本地").await);
    }
    let mut out = format!(
        "{:<15}{:<10}{:>5}{:>11}{:>13}{:>11}{:>15}\n",
        "role", "row", "own", "other_unit", "other_county", "other_city", "other_province"
    );
    // A colleague: a worker of the own station who answers for none of its people.
    let other = WorkerId(Uuid::from_u128(0xF00D));
    let home = &plants[0];
    let colleague = actor_of(Role::Worker, None, Some((home.county, home.unit)), Some(other));
    let everybody = Role::ALL.iter().map(|r| (r.code(), local(*r, home))).chain([("colleague", colleague)]);
    for (role, who) in everybody {
        let c = t.client(who);
        for k in 0..10 {
            let mut cells = vec![];
            let mut name = "";
            for p in &plants {
                let (row, path) = &pages(p)[k];
                name = row;
                cells.push(c.get(path).await.status.as_u16());
            }
            out += &format!(
                "{:<15}{name:<10}{:>5}{:>11}{:>13}{:>11}{:>15}\n",
                role, cells[0], cells[1], cells[2], cells[3], cells[4]
            );
        }
    }
    out
}

#[tokio::test]
async fn every_role_opens_exactly_the_rows_of_its_relations() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let found = table(engine).await;
        assert!(found == include_str!("relations.txt"), "{engine:?}: the table is now\n{found}");
    }
}
