//! The canary: thousands of requests from the first province, aimed at the rows of the other one. Nothing of it may
//! come back, and nothing of it may change.

use crate::doors::{parts, registry};
use crate::relations::{Rows, local, plant};
use axum::http::{Method, StatusCode};
use zw_access::Role;
use zw_core::code::Code as _;
use zw_core::{Rng, Uuid};
use zw_db::{Sql, sql};
use zw_testkit::{Answer, Client, Engine, TestApp, World, actor};

/// In every name of the other province, division names included.
const CANARY: &str = "外省";
/// In every text of its rows, but in no name of a division. Holds [`CANARY`].
const SECRET: &str = "外省密";

/// Where names of divisions of every province are shown: the division tree is public knowledge (P0). What hangs on
/// the divisions is not: [`SECRET`] must not appear there either.
const TREE: &[(&str, &str)] = &[
    ("/divisions", "the division tree itself"),
    ("/api/v1/divisions", "the division tree itself"),
    ("/admin/area-picker", "the security administrator grants areas anywhere"),
    ("/admin/accounts/{id}/grants/new", "the same picker as part of the form"),
    ("/admin/kiosks/new", "the same picker as part of the form"),
];

/// The id that belongs into a route's `{id}`.
fn id_of(path: &str, r: &Rows, rng: &Rng) -> Uuid {
    let second = usize::try_from(rng.below(2)).unwrap();
    let by_name: [(&str, Uuid); 9] = [
        ("obstacles", r.obstacle.0),
        ("/postings/{id}", r.posting.0),
        ("workers", r.worker.0),
        ("units", r.unit.0),
        ("people", r.residents[second].0),
        ("residents", r.residents[second].0),
        ("visits", r.encounters[second].0),
        ("encounters", r.encounters[second].0),
        ("reports", r.report.0),
    ];
    let any = usize::try_from(rng.below(9)).unwrap();
    by_name.iter().find(|(part, _)| path.contains(part)).unwrap_or(&by_name[any]).1
}

/// A route's path with real ids: `at` gives the divisions, `of` the row.
fn aim(path: &str, at: &Rows, of: &Rows, rng: &Rng) -> String {
    path.split('/')
        .map(|p| match p {
            "{county}" | "{division}" => at.county.to_string(),
            "{town}" => at.town.to_string(),
            "{period}" => "2021-06".to_owned(),
            "{posting}" => of.posting.to_string(),
            "{key}" => ["stations_built", "posted_workers", "M01"][usize::try_from(rng.below(3)).unwrap()].to_owned(),
            "{format}" => "docx".to_owned(),
            "{name}" => "nothing.css".to_owned(),
            "{id}" => id_of(path, of, rng).to_string(),
            p if p.starts_with('{') => id_of("", of, rng).to_string(),
            p => p.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// What forms and bodies are filled with: enough for most of them, and every place and row is the other province's.
fn fields(r: &Rows, rng: &Rng) -> Vec<(&'static str, String)> {
    let today = "2021-07-08";
    let mut v = vec![
        ("unit", r.unit.to_string()),
        ("unit_id", r.unit.to_string()),
        ("parent", r.unit.to_string()),
        ("merged_into", r.unit.to_string()),
        ("county", r.county.to_string()),
        ("area", r.county.to_string()),
        ("division", [r.county, r.town, r.village][usize::try_from(rng.below(3)).unwrap()].to_string()),
        ("town", r.town.to_string()),
        ("township", r.town.to_string()),
        ("village", r.village.to_string()),
        ("worker", r.worker.to_string()),
        ("resident", r.residents[0].to_string()),
        ("person", r.residents[0].to_string()),
        ("p0", r.residents[0].to_string()),
        ("tier", "T".into()),
        ("mode", ["direct", "home", "talk"][usize::try_from(rng.below(3)).unwrap()].into()),
        ("state", ["operating", "suspended", "closed"][usize::try_from(rng.below(3)).unwrap()].into()),
        ("to", "suspended".into()),
        ("name", "测试".into()),
        ("title", "测试".into()),
        ("text", "测试".into()),
        ("reason", "测试用的理由".into()),
        ("purpose", "routine".into()),
        ("action", "测试".into()),
        ("obstacle", "venue".into()),
        ("obstacle_text", "测试".into()),
        ("code", "venue".into()),
        ("topic", "health".into()),
        ("measure", "stations_built".into()),
        ("phase", "coverage".into()),
        ("value", "3".into()),
        ("post", "worker".into()),
        ("fte", "1".into()),
        ("employ", "agency".into()),
        ("level", "2".into()),
        ("number", "A1".into()),
        ("problems", "测试".into()),
        ("next_plan", "测试".into()),
        ("act", ["save", "submit"][usize::try_from(rng.below(2)).unwrap()].into()),
        ("field", ["id_no", "phone", "address"][usize::try_from(rng.below(3)).unwrap()].into()),
        ("kind", ["week", "month", "flash"][usize::try_from(rng.below(3)).unwrap()].into()),
        ("period", ["2021-06", "2021-W26"][usize::try_from(rng.below(2)).unwrap()].into()),
        ("id_missing_reason", "not_at_hand".into()),
        ("sex", "2".into()),
        ("birth", "1950-01-01".into()),
        ("legal_basis", "statutory".into()),
        ("risk", "3".into()),
        ("filed_on", "2021-06-01".into()),
        ("categories", "01".into()),
        ("start", "09:00".into()),
        ("minutes", "30".into()),
        ("day", today.into()),
        ("venue", "1".into()),
        ("staff", "1".into()),
        ("service", "1".into()),
        // The search word is a part of every secret, and an echo of it is no canary.
        ("q", "密".into()),
    ];
    for k in ["on", "from", "since", "due_on", "venue_on", "plaque_on", "staff_on", "issued_on", "sent_on"] {
        v.push((k, today.into()));
    }
    v
}

fn encode(s: &str) -> String {
    s.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

async fn shoot(c: &Client<'_>, method: &Method, path: &str, other: &Rows, rng: &Rng) -> Answer {
    let f = fields(other, rng);
    if *method == Method::GET {
        if rng.below(2) == 0 {
            return c.get(path).await;
        }
        let keys: &[&str] = [&["county", "unit"][..], &["area", "period"], &["division", "q"], &["q"], &["worker"]]
            [usize::try_from(rng.below(5)).unwrap()];
        let query: Vec<_> =
            f.iter().filter(|(k, _)| keys.contains(k)).map(|(k, v)| format!("{k}={}", encode(v))).collect();
        return c.get(&format!("{path}?{}", query.join("&"))).await;
    }
    if path.starts_with("/api/") {
        let numbers = rng.below(2) == 0;
        let value = |k: &str, v: &str| match v.parse::<i64>() {
            Ok(n) if numbers && k != "risk" => serde_json::json!(n),
            _ if k == "categories" => serde_json::json!([v]),
            _ => serde_json::json!(v),
        };
        let mut body: serde_json::Map<_, _> = f.iter().map(|(k, v)| ((*k).to_owned(), value(k, v))).collect();
        body.insert("version".into(), 1.into());
        body.insert("persons".into(), serde_json::json!([{"resident": other.residents[0].to_string(), "met": true}]));
        body.insert("workers".into(), serde_json::json!([other.worker.to_string()]));
        let body = serde_json::Value::Object(body).to_string().into_bytes();
        return c.send(method.clone(), path, "application/json", body).await;
    }
    let mut form: Vec<_> = f.iter().map(|(k, v)| (*k, v.as_str())).collect();
    form.push(("version", "1"));
    c.post(path, &form).await
}

fn leak<'a>(a: &Answer, word: &'a str) -> Option<&'a str> {
    let has = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.contains(word) || text.contains(&encode(word))
    };
    (has(&a.body) || a.headers.values().any(|v| has(v.as_bytes()))).then_some(word)
}

/// Every row of the other county, and every row that hangs on its station or its worker, column by column.
async fn dump(t: &TestApp, other: &Rows) -> String {
    let tables = [
        ("unit", "county_id=$1 OR id=$2 OR id=$3"),
        ("build_out", "county_id=$1 OR unit_id=$2 OR id=$3"),
        ("obstacle", "county_id=$1 OR id=$2 OR id=$3"),
        ("worker", "home_county=$1 OR id=$2 OR id=$3"),
        ("posting", "county_id=$1 OR unit_id=$2 OR worker_id=$3"),
        ("resident", "county_id=$1 OR unit_id=$2 OR worker_id=$3"),
        ("encounter", "county_id=$1 OR unit_id=$2 OR worker_id=$3"),
        ("report", "county_id=$1 OR unit_id=$2 OR id=$3"),
    ];
    let mut c = t.app.db.read().await.unwrap();
    let mut out = vec![];
    for (table, filter) in tables {
        let row = match c.engine() {
            Engine::Postgres => "CAST(to_jsonb(t) AS TEXT)".to_owned(),
            Engine::Sqlite => {
                let q = Sql::default().lit(keep(format!("SELECT name,type FROM pragma_table_info('{table}')")));
                let columns: Vec<(String, String)> = c.all(q).await.unwrap();
                columns.iter().map(|(name, _)| format!("quote({name})")).collect::<Vec<_>>().join("||'|'||")
            }
        };
        let mut q = sql("");
        let text = format!("SELECT CAST('{table}' AS TEXT),{row} FROM {table} t WHERE {filter} ORDER BY 2");
        let mut rest = text.as_str();
        // The three values in the order of their places.
        for n in 1..=3 {
            let (before, after) = rest.split_once(&format!("${n}")).unwrap();
            q = q.lit(keep(before.to_owned()));
            q = match n {
                1 => q.bind(other.county),
                2 => q.bind(other.unit),
                _ => q.bind(other.worker),
            };
            rest = after;
        }
        let rows: Vec<(String, String)> = c.all(q.lit(keep(rest.to_owned()))).await.unwrap();
        assert!(!rows.is_empty(), "{table}: nothing was planted");
        out.extend(rows.into_iter().map(|(t, r)| format!("{t}: {r}")));
    }
    out.join("\n")
}

/// Statements take literals only; those of this test depend on the table.
fn keep(s: String) -> &'static str {
    Box::leak(s.into_boxed_str())
}

async fn siege(engine: Engine, wanted: usize) {
    let t = TestApp::new(engine, parts()).await;
    let other = plant(&t, 1, World::OTHER_COUNTY, World::OTHER_TOWN, SECRET).await;
    let own = plant(&t, 2, World::COUNTY, World::TOWN, "本省").await;
    // The canary lives: its own people see it.
    let neighbour = t.client(actor(Role::CountyAdmin, World::OTHER_COUNTY));
    for path in [
        format!("/units/{}", other.unit),
        format!("/build-out/{}/{}", other.county, other.town),
        format!("/reports/{}/{}", other.county, other.report),
    ] {
        let a = neighbour.get(&path).await;
        assert!(a.status == StatusCode::OK && leak(&a, SECRET).is_some(), "{path}: {}", a.status);
    }
    let before = dump(&t, &other).await;
    assert!(before.contains(SECRET));

    let rng = Rng::seeded(0xCA9A);
    let routes: Vec<_> = registry(&t).into_iter().filter(|(_, path, _)| *path != "/live").collect();
    let clients: Vec<_> = Role::ALL.iter().map(|role| (*role, t.client(local(*role, &own)))).collect();
    // Every role on every route, from a random start and in a stride that meets all of them.
    let pairs = routes.len() * clients.len();
    let start = usize::try_from(rng.below(u64::try_from(pairs).unwrap())).unwrap();
    let stride = [7919usize, 104_729].into_iter().find(|p| pairs % p != 0).unwrap();
    let (mut leaks, mut opened) = (vec![], 0);
    for n in 0..wanted.max(if wanted > 1_000 { pairs } else { 0 }) {
        let pair = (start + n * stride) % pairs;
        let (role, client) = &clients[pair % clients.len()];
        let (method, route, _) = &routes[pair / clients.len()];
        // Two of three wholly foreign; otherwise one's own county with a foreign row, or the other way round.
        let (at, of) = match rng.below(6) {
            0 => (&own, &other),
            1 => (&other, &own),
            _ => (&other, &other),
        };
        let path = aim(route, at, of, &rng);
        let a = shoot(client, method, &path, &other, &rng).await;
        let word = if TREE.iter().any(|(p, _)| p == route) { SECRET } else { CANARY };
        if leak(&a, word).is_some() {
            let text = a.text();
            let near = text.find(word).map_or(String::new(), |i| {
                let (head, tail) = text.split_at(i);
                let before: Vec<char> = head.chars().rev().take(80).collect();
                before.into_iter().rev().chain(tail.chars().take(40)).collect()
            });
            leaks.push(format!("{} {method} {route} -> {path} {}: {near}", role.code(), a.status));
        }
        assert!(!a.status.is_server_error(), "{} {method} {path}: {} {}", role.code(), a.status, a.text());
        opened += usize::from(a.status.is_success());
    }
    assert!(leaks.is_empty(), "{engine:?}: {} leaks\n{}", leaks.len(), leaks.join("\n"));
    // Refusing everything would pass too: lists and forms of one's own must have opened.
    assert!(opened * 20 > wanted, "only {opened} answers were pages");
    assert_eq!(before, dump(&t, &other).await, "{engine:?}: a row of the other province was changed");
}

#[tokio::test]
async fn nothing_of_another_province_is_seen_or_changed() {
    siege(Engine::Sqlite, 2_000).await;
    siege(Engine::Postgres, 300).await;
}
