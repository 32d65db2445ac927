//! Two stations of one county and one of another province, workers posted to them, and a phone that seals what it sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zw_access::{Actor, Ctx, Role, crypto};
use zw_core::{DivisionId, Error, Key, ResidentId, UnitId, Uuid, WorkerId};
use zw_db::{Result, Tx, Val, sql, val};
use zw_field::model::{Device, aad};
use zw_field::out::{Answer, PackOut};
use zw_field::service::device::{self, BindInput};
use zw_field::service::send::{self, SealedItem, SendInput};
use zw_field::service::shift;
use zw_practice::model::ResidentInput;
use zw_practice::service::register;
pub use zw_testkit::quietly;
use zw_testkit::{TestApp, TestParts, World, actor_of, posted, station};
use zw_ui::Lang;
use zw_web::Idem;

/// This module and those it stands on.
pub fn parts() -> TestParts {
    TestParts {
        modules: vec![zw_field::module(), zw_practice::module(), zw_people::module()],
        sources: vec![zw_practice::source()],
        ..TestParts::default()
    }
}

pub fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0xA000 + n))
}
pub fn worker(n: u128) -> WorkerId {
    WorkerId(Uuid::from_u128(0xB000 + n))
}

/// Station 1 of TOWN, 2 of TOWN2 (same county), 4 of the other province.
const STATIONS: [(u128, DivisionId, i64); 3] =
    [(1, World::COUNTY, 1000), (2, World::COUNTY, 1001), (4, World::OTHER_COUNTY, 2000)];

fn county(n: u128) -> DivisionId {
    STATIONS.iter().find(|s| s.0 == n).unwrap().1
}

/// Stations built on 2020-11-01 with two workers each (n*10, n*10+1), posted from 2021-01-01.
pub async fn world(app: &TestApp) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    for (n, county, town) in STATIONS {
        station(&mut tx, n, county, DivisionId(town), 20_201_101, &format!("第{n}站")).await;
        for k in [n * 10, n * 10 + 1] {
            posted(&mut tx, k, county, unit(n), 20_210_101).await;
        }
    }
    quietly(tx).await;
}

async fn row(tx: &mut Tx, table: &'static str, columns: &[&'static str], values: Vec<Val>) {
    tx.bulk(table, columns, &[values], "").await.unwrap();
}

/// The rows of an account in office, as `accounts` writes them: who is asked about while signed out is looked up there.
pub async fn in_office(app: &TestApp, who: &Actor) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let (account, grant) = (who.account().unwrap(), &who.grants[0]);
    let columns = &["id", "login", "display", "duty", "state", "worker_id", "created_at", "updated_at", "updated_by"];
    let values = vec![
        val(account),
        val(&who.name),
        val(&who.display),
        val("business"),
        val("active"),
        val(who.worker),
        val(0i64),
        val(0i64),
        val("t"),
    ];
    row(&mut tx, "account", columns, values).await;
    let columns =
        &["id", "account_id", "duty", "role", "county_id", "unit_id", "from_day", "created_at", "created_by", "mac"];
    let values = vec![
        val(Uuid::from_u128(0xD000)),
        val(account),
        val("business"),
        val(grant.role),
        val(grant.county),
        val(grant.unit),
        val(20_210_101i64),
        val(0i64),
        val("t"),
        val(vec![0u8]),
    ];
    row(&mut tx, "account_grant", columns, values).await;
    quietly(tx).await;
}

/// A worker of a station.
pub fn social_worker(n: u128) -> Actor {
    actor_of(Role::Worker, None, Some((county(n), unit(n))), Some(worker(n * 10)))
}
/// The station's second worker.
pub fn colleague(n: u128) -> Actor {
    actor_of(Role::Worker, None, Some((county(n), unit(n))), Some(worker(n * 10 + 1)))
}
/// Its head, who is no posted worker.
pub fn head(n: u128) -> Actor {
    actor_of(Role::StationHead, None, Some((county(n), unit(n))), None)
}

/// A registration that passes, with telephone and address.
pub fn person(name: &str, serial: i64) -> ResidentInput {
    born(name, "19500101", serial)
}

/// The same of somebody born on another day.
pub fn born(name: &str, birth: &str, serial: i64) -> ResidentInput {
    let body = format!("359900{birth}{:03}", serial * 2);
    ResidentInput {
        name: name.into(),
        id_no: format!("{body}{}", zw_core::person_id::check_digit(&body).unwrap()),
        village: World::VILLAGE.to_string(),
        categories: vec!["01".into()],
        legal_basis: "statutory".into(),
        filed_on: "2021-06-01".into(),
        risk: "3".into(),
        phone: format!("138{:08}", 10_000_000 + serial),
        address: format!("{serial}号"),
        ..ResidentInput::default()
    }
}

/// A village of a station's township, as a form sends it.
pub fn village(app: &TestApp, n: u128) -> String {
    let town = DivisionId(STATIONS.iter().find(|s| s.0 == n).unwrap().2);
    let (tree, today) = (app.app.tree(), app.app.clock.today());
    tree.as_of(today).villages_under(town).first().copied().unwrap_or(town).to_string()
}

/// Registers and answers the key.
pub async fn registered(ctx: &Ctx, input: ResidentInput) -> Key<ResidentId> {
    register::register(ctx, input, &Idem::none()).await.unwrap()
}

/// A phone in somebody's hand.
pub struct Phone {
    pub token: String,
    pub device: Device,
    pub pack: PackOut,
    key: [u8; 32],
}

/// Binds a phone and opens a shift on it.
pub async fn phone(ctx: &Ctx, name: &str) -> Phone {
    let input = BindInput { name: name.into(), unit: String::new() };
    let token = device::bind(ctx, &input, None).await.unwrap();
    let device = device::of_token(ctx, Some(&token)).await.unwrap().unwrap();
    shift::open(ctx, Some(device.clone())).await.unwrap();
    let pack = shift::take(ctx, Some(device.clone())).await.unwrap();
    let key = STANDARD.decode(&pack.key).unwrap().try_into().unwrap();
    Phone { token, device, pack, key }
}

impl Phone {
    /// Seals something as the phone does.
    pub fn sealed(&self, client: u128, body: &Value) -> SealedItem {
        let (client, nonce) = (Uuid::from_u128(client), [7u8; 12]);
        let text = body.to_string();
        let place = aad(self.pack.shift, client);
        let mut bytes = nonce.to_vec();
        bytes.extend(crypto::provider().seal(&self.key, &nonce, place.as_bytes(), text.as_bytes()).unwrap());
        SealedItem { client, shift: self.pack.shift, sealed: STANDARD.encode(bytes) }
    }
    /// Sends some, with a clock that is right.
    pub async fn send(&self, ctx: &Ctx, items: Vec<SealedItem>) -> Vec<Answer> {
        self.send_at(ctx, ctx.now().ms(), items).await
    }
    /// Sends some, with a clock of the phone's own.
    pub async fn send_at(&self, ctx: &Ctx, device_ms: i64, items: Vec<SealedItem>) -> Vec<Answer> {
        let input = SendInput { device_ms, items };
        send::send(ctx, Lang::ZhCn, Some(self.device.clone()), &input).await.unwrap()
    }
}

/// A visit as the phone writes it.
pub fn visit(ctx: &Ctx, persons: &[(ResidentId, bool)], action: &str) -> Value {
    let persons: Vec<Value> = persons.iter().map(|(id, met)| json!({"resident": id, "name": "", "met": met})).collect();
    json!({"kind": "visit", "at": ctx.now().ms(), "shown": ctx.today().to_string(),
        "visit": {"kind": "visit", "mode": "home", "persons": persons, "action": action}})
}

/// The states of some answers.
pub fn states(list: &[Answer]) -> Vec<&str> {
    list.iter().map(|a| a.state.as_str()).collect()
}

/// A count over the database.
pub async fn count(app: &TestApp, q: &'static str) -> i64 {
    app.app.db.read().await.unwrap().scalar(sql(q)).await.unwrap()
}

/// `field:code` of the problems, or the error's name.
pub fn problems<T>(r: Result<T>) -> String {
    match r {
        Ok(_) => "ok".into(),
        Err(Error::Invalid(e)) => e.0.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" "),
        Err(Error::Rule { code, .. }) => code.into(),
        Err(Error::NotFound) => "not found".into(),
        Err(Error::Forbidden) => "forbidden".into(),
        Err(e) => panic!("{e:?}"),
    }
}
