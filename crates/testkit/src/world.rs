//! A small world: two provinces, so that every test can prove that nothing leaks from one to the other.

use zw_access::{Actor, ActorKind, Grant, Role};
use zw_core::{AccountId, Day, DivisionId, GrantId, UnitId, Uuid, WorkerId};
use zw_db::{Change, Conn, Db, Result, Tx, val};

/// Ids of the test world. Every name of the second province carries the canary 外省.
pub struct World;

impl World {
    /// Province 甲省, with cities 10 and 11.
    pub const PROVINCE: DivisionId = DivisionId(1);
    /// City 子城 (counties 100, 101).
    pub const CITY: DivisionId = DivisionId(10);
    /// City 丑城 (county 110).
    pub const CITY2: DivisionId = DivisionId(11);
    /// County 子一县 of CITY: townships 1000–1003, villages 10000.. (two each).
    pub const COUNTY: DivisionId = DivisionId(100);
    /// County 子二县 of CITY: townships 1010–1012.
    pub const COUNTY2: DivisionId = DivisionId(101);
    /// County 丑一县 of CITY2: townships 1100–1101.
    pub const COUNTY3: DivisionId = DivisionId(110);
    /// First township of COUNTY.
    pub const TOWN: DivisionId = DivisionId(1000);
    /// Second township of COUNTY.
    pub const TOWN2: DivisionId = DivisionId(1001);
    /// Functional zone of COUNTY: not in the denominator.
    pub const ZONE: DivisionId = DivisionId(1003);
    /// First village of TOWN.
    pub const VILLAGE: DivisionId = DivisionId(10_000);
    /// Second village of TOWN.
    pub const VILLAGE2: DivisionId = DivisionId(10_001);
    /// The other province 外省.
    pub const OTHER_PROVINCE: DivisionId = DivisionId(2);
    /// Its county.
    pub const OTHER_COUNTY: DivisionId = DivisionId(200);
    /// Its township.
    pub const OTHER_TOWN: DivisionId = DivisionId(2000);
    /// First day every division stands.
    pub const SINCE: i64 = 20000101;
}

struct Row(i64, &'static str, &'static str, String, Option<i64>, bool);

fn rows() -> Vec<Row> {
    let mut v = vec![
        Row(1, "P", "980000000000", "甲省".into(), None, false),
        Row(10, "C", "980100000000", "子城市".into(), Some(1), false),
        Row(11, "C", "980200000000", "丑城市".into(), Some(1), false),
        Row(100, "X", "980101000000", "子一县".into(), Some(10), false),
        Row(101, "X", "980102000000", "子二县".into(), Some(10), false),
        Row(110, "X", "980201000000", "丑一县".into(), Some(11), false),
        Row(1000, "T", "980101001000", "东街街道".into(), Some(100), false),
        Row(1001, "T", "980101100000", "南山镇".into(), Some(100), false),
        Row(1002, "T", "980101200000", "西溪乡".into(), Some(100), false),
        Row(1003, "T", "980101400000", "北林场".into(), Some(100), true),
        Row(1010, "T", "980102100000", "一心镇".into(), Some(101), false),
        Row(1011, "T", "980102101000", "二水镇".into(), Some(101), false),
        Row(1012, "T", "980102200000", "三台乡".into(), Some(101), false),
        Row(1100, "T", "980201100000", "四方镇".into(), Some(110), false),
        Row(1101, "T", "980201101000", "五里镇".into(), Some(110), false),
        Row(2, "P", "990000000000", "外省".into(), None, false),
        Row(20, "C", "990100000000", "外省市".into(), Some(2), false),
        Row(200, "X", "990101000000", "外省县".into(), Some(20), false),
        Row(2000, "T", "990101100000", "外省镇".into(), Some(200), false),
    ];
    let towns: Vec<(i64, &'static str)> = v.iter().filter(|r| r.1 == "T").map(|r| (r.0, r.2)).collect();
    for (town, code) in towns {
        for n in 0..2i64 {
            let code12: &'static str = Box::leak(format!("{}{:03}", &code[..9], 200 + n).into_boxed_str());
            let mark = if town == 2000 { "外省" } else { "" };
            v.push(Row(town * 10 + n, "V", code12, format!("{mark}村{town}{n}"), Some(town), false));
        }
    }
    v
}

struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

/// Commits without an audit row: test set-up only.
pub async fn quietly(tx: Tx) {
    tx.commit(Nothing).await.unwrap();
}

/// Writes the world.
pub(crate) async fn load(db: &Db) {
    let mut tx = db.write(zw_core::Stamp::from_ms(0)).await.unwrap();
    let rows = rows();
    let d: Vec<_> = rows.iter().map(|r| vec![val(r.0), val(r.1)]).collect();
    tx.bulk("division", &["id", "kind"], &d, "").await.unwrap();
    let v: Vec<_> = rows
        .iter()
        .map(|r| {
            vec![
                val(r.0),
                val(World::SINCE),
                val(None::<i64>),
                val(r.2),
                val(&r.3),
                val(r.4),
                val(r.5),
                val(!r.5),
                val(r.5.then_some("functional_unit")),
            ]
        })
        .collect();
    let cols = &[
        "division_id",
        "valid_from",
        "valid_to",
        "code12",
        "name",
        "parent_id",
        "is_functional",
        "in_denominator",
        "exclusion",
    ];
    tx.bulk("division_version", cols, &v, "").await.unwrap();
    quietly(tx).await;
}

/// An actor with one role in an area.
pub fn actor(role: Role, area: DivisionId) -> Actor {
    actor_of(role, Some(area), None, None)
}

/// An actor with one role in an area or a unit (county, unit), maybe a worker. The account id is made of the
/// arguments, so the same actor is the same account.
pub fn actor_of(
    role: Role,
    area: Option<DivisionId>,
    unit: Option<(DivisionId, UnitId)>,
    worker: Option<WorkerId>,
) -> Actor {
    let seed = format!("{role}|{area:?}|{unit:?}|{worker:?}");
    let mut n: u128 = 7;
    for b in seed.bytes() {
        n = n.wrapping_mul(1_000_003).wrapping_add(u128::from(b));
    }
    let id = Uuid::from_u128(n);
    Actor {
        kind: ActorKind::Account(AccountId(id)),
        name: format!("{role}-{:x}", n & 0xffff),
        display: format!("测试{role}"),
        worker,
        grants: vec![Grant {
            id: GrantId(id),
            role,
            area,
            county: unit.map(|u| u.0),
            unit: unit.map(|u| u.1),
            from: Day::new(2000, 1, 1).unwrap(),
            to: None,
            off_post: false,
        }],
    }
}

/// Reads the tree as the program does.
pub(crate) async fn tree(c: &mut Conn) -> zw_core::tree::Tree {
    type Row = (DivisionId, String, Day, Option<Day>, String, String, Option<DivisionId>, bool);
    let rows: Vec<Row> = c
        .all(zw_db::sql("SELECT v.division_id,d.kind,v.valid_from,v.valid_to,v.code12,v.name,v.parent_id,v.is_functional FROM division_version v JOIN division d ON d.id=v.division_id ORDER BY v.division_id,v.valid_from"))
        .await
        .unwrap();
    use zw_core::code::Code as _;
    let versions = rows
        .into_iter()
        .map(|(id, kind, valid_from, valid_to, code12, name, parent, is_functional)| zw_core::tree::DivisionVersion {
            id,
            kind: zw_core::tree::DivisionKind::from_code(&kind).unwrap(),
            code12,
            name,
            parent,
            valid_from,
            valid_to,
            is_functional,
            in_denominator: !is_functional,
            exclusion: is_functional.then(|| "functional_unit".to_owned()),
        })
        .collect();
    zw_core::tree::Tree::build(versions)
}
