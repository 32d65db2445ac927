//! The canary: thousands of requests from one place, aimed at the rows of another: of another province, of the next
//! county of the same city, of the next station of the same county. Nothing of it may come back, in no answer, header,
//! file or log, and nothing of it may change (security.md section 2, test 2).

use crate::aim::{aim, common, values};
use crate::bodies::acts;
use crate::doors::{parts, registry};
use crate::dump::dump;
use crate::forms::{Fields, built, offered, pick, schema};
use crate::logs;
use crate::relations::{Rows, local, papers, plant};
use axum::http::{Method, StatusCode};
use std::collections::BTreeMap;
use std::io::Read as _;
use zw_access::{Actor, Role};
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, Rng};
use zw_testkit::{Answer, Client, Engine, TestApp, World, actor};
use zw_web::Access;

/// In every name of the other province, division names included.
const CANARY: &str = "外省";
/// In every text of the other rows, but in no name of a division.
const SECRET: &str = "外省密";

/// Where names of divisions of every province are shown: the division tree is public knowledge (P0). What hangs on
/// the divisions is not: [`SECRET`] must not appear there either.
const TREE: &[&str] = &[
    "/divisions",
    "/api/v1/divisions",
    // The security administrator grants areas anywhere.
    "/admin/area-picker",
    "/admin/accounts/{id}/grants/new",
    "/admin/kiosks/new",
    "/admin/kiosks",
    "/api/v1/kiosks",
];

/// The log of the whole installation says where an act was done: the division, and the unit (decision 0034). Nothing else of
/// the other place may stand there.
const LOG: &[&str] = &["/admin/audit", "/admin/audit/export", "/api/v1/audit"];
/// What [`plant`] calls the other place's station.
const STATION: &str = "外省密社工站";

/// How far the other place is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Far {
    Province,
    County,
    Station,
}

impl Far {
    fn place(self) -> (DivisionId, DivisionId) {
        match self {
            Self::Province => (World::OTHER_COUNTY, World::OTHER_TOWN),
            Self::County => (World::COUNTY2, DivisionId(1010)),
            Self::Station => (World::COUNTY, World::TOWN2),
        }
    }
    /// Everybody whose own place ends before the other one, alone and with several grants at once.
    fn people(self, home: &Rows, other: &Rows) -> Vec<(String, Actor)> {
        let wide: &[Role] = match self {
            Self::Province => &[],
            Self::County => &[Role::ProvAdmin, Role::CityAdmin, Role::Leader, Role::Kiosk],
            Self::Station => &[
                Role::ProvAdmin,
                Role::CityAdmin,
                Role::Leader,
                Role::Kiosk,
                Role::CountyAdmin,
                Role::CenterStaff,
                Role::LinkedCadre,
            ],
        };
        let within: Vec<Role> = Role::ALL.iter().copied().filter(|r| !wide.contains(r)).collect();
        let mut all: Vec<_> = within.iter().map(|r| (r.code().to_owned(), local(*r, home))).collect();
        // Business roles in one account; the operators' exclude each other and everything else.
        let mut many = local(Role::Worker, home);
        many.grants.extend(within.iter().filter(|r| !r.is_operator()).flat_map(|r| local(*r, home).grants));
        all.push(("all at once".into(), many));
        // Who worked over there until yesterday, or will from tomorrow.
        let mut once = local(Role::Worker, home);
        for (n, role) in [Role::CountyAdmin, Role::StationHead, Role::TownOfficer].into_iter().enumerate() {
            let mut g = local(role, other).grants.remove(0);
            match n % 2 {
                0 => g.to = Day::new(2021, 7, 7),
                _ => g.from = Day::new(2021, 7, 9).unwrap(),
            }
            once.grants.push(g);
        }
        all.push(("yesterday there".into(), once));
        all
    }
}

fn encode(s: &str) -> String {
    s.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// What a request is made of: what pages offer, what schemas ask for, and both places.
struct Shots<'a> {
    t: &'a TestApp,
    own: &'a Rows,
    other: &'a Rows,
    forms: BTreeMap<&'static str, Fields>,
    rng: Rng,
}

impl Shots<'_> {
    /// The other place's values, sometimes for every field of that name and sometimes for one alone among one's own.
    fn known(&self) -> Vec<(&'static str, String)> {
        let (mine, theirs) = (values(self.own, &self.rng), values(self.other, &self.rng));
        let named = if self.rng.below(2) == 0 {
            theirs
        } else {
            let one = pick(&self.rng, theirs.len());
            mine.into_iter().enumerate().map(|(n, v)| if n == one { theirs[n].clone() } else { v }).collect()
        };
        named.into_iter().chain(common(&self.rng)).collect()
    }

    async fn shoot(&self, c: &Client<'_>, method: &Method, route: &'static str, path: &str) -> Answer {
        let known = self.known();
        let given = |name: &str| known.iter().find(|(k, _)| *k == name).map(|(_, v)| v.clone());
        if *method == Method::GET {
            if self.rng.below(2) == 0 {
                return c.get(path).await;
            }
            let keys: &[&str] = [&["county", "unit"][..], &["area", "period"], &["division"], &["worker"], &["unit"]]
                [pick(&self.rng, 5)];
            let query: Vec<_> = keys.iter().filter_map(|k| given(k).map(|v| format!("{k}={}", encode(&v)))).collect();
            return c.get(&format!("{path}?{}", query.join("&"))).await;
        }
        if path.starts_with("/api/") {
            // A body that would go through at home, with one place or row of theirs; or one after the schema.
            let fits = acts().into_iter().find(|a| a.method == *method && a.route == route);
            let body = match (fits, schema(self.t, method, route)) {
                (Some(act), _) if self.rng.below(2) == 0 => {
                    let mut body = (act.body)(self.own, u128::from(self.rng.below(1000)));
                    let theirs = values(self.other, &self.rng);
                    let fields = body.as_object_mut().unwrap();
                    let names: Vec<String> =
                        fields.keys().filter(|k| theirs.iter().any(|(n, _)| n == k)).cloned().collect();
                    if let Some(name) = names.get(pick(&self.rng, names.len())) {
                        let value = &theirs.iter().find(|(n, _)| n == name).unwrap().1;
                        fields[name] =
                            if fields[name].is_array() { serde_json::json!([value]) } else { value.as_str().into() };
                    }
                    body
                }
                (_, Some(s)) => built(&s, "", &known, &self.rng),
                (_, None) => serde_json::json!({}),
            };
            return c.send(method.clone(), path, "application/json", body.to_string().into_bytes()).await;
        }
        let none = vec![];
        let fields = self.forms.get(route).unwrap_or(&none);
        let keep_own = self.rng.below(3) == 0;
        let lone = pick(&self.rng, fields.len());
        let form: Vec<(&str, String)> = fields
            .iter()
            .enumerate()
            .map(|(n, (name, offered))| {
                let value = match given(name) {
                    Some(v) if !keep_own || n == lone => v,
                    _ => offered
                        .get(if keep_own { 0 } else { pick(&self.rng, offered.len()) })
                        .cloned()
                        .unwrap_or_default(),
                };
                (name.as_str(), value)
            })
            .collect();
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        c.post(path, &form).await
    }
}

/// Everything readable of an answer: headers, body, and the parts of a packed file.
fn readable(a: &Answer) -> Vec<u8> {
    let mut all = a.body.clone();
    for v in a.headers.values() {
        all.push(b'\n');
        all.extend_from_slice(v.as_bytes());
    }
    if a.body.starts_with(b"PK") {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&a.body)).unwrap();
        for n in 0..zip.len() {
            let mut part = zip.by_index(n).unwrap();
            all.extend_from_slice(part.name().as_bytes());
            part.read_to_end(&mut all).unwrap();
        }
    }
    all
}

/// What must not be read: the word, its escaped forms, and the digits in whole or without what a mask leaves.
fn needles(word: &str, other: &Rows) -> Vec<String> {
    let mut all = vec![word.to_owned(), encode(word)];
    all.push(word.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect());
    for d in &other.digits {
        all.push(d.clone());
        // From the birth date on, or the last eight of a telephone.
        all.push(if d.len() == 18 { d[6..].to_owned() } else { d[3..].to_owned() });
    }
    all
}

fn leak<'n>(bytes: &[u8], needles: &'n [String]) -> Option<&'n str> {
    let text = String::from_utf8_lossy(bytes);
    needles.iter().find(|n| text.contains(n.as_str())).map(String::as_str)
}

async fn siege(engine: Engine, far: Far, wanted: usize) {
    logs::listen();
    let t = TestApp::new(engine, parts()).await;
    let (county, town) = far.place();
    let mut other = plant(&t, 1, county, town, SECRET).await;
    let mut own = plant(&t, 2, World::COUNTY, World::TOWN, "本省").await;
    if far == Far::Province {
        own.papers = Some(papers(&t, (Role::ProvAdmin, World::PROVINCE), World::COUNTY).await);
        other.papers = Some(papers(&t, (Role::ProvAdmin, World::OTHER_PROVINCE), World::OTHER_COUNTY).await);
    }
    let (word_needles, tree_needles) =
        (needles(if far == Far::Province { CANARY } else { SECRET }, &other), needles(SECRET, &other));
    // The canary lives: its own people see it, digits included.
    let neighbour = t.client(actor(Role::CountyAdmin, county));
    for path in [
        format!("/units/{}", other.unit),
        format!("/build-out/{}/{}", other.county, other.town),
        format!("/reports/{}/{}", other.county, other.report),
    ] {
        let a = neighbour.get(&path).await;
        assert!(a.status == StatusCode::OK && leak(&readable(&a), &word_needles).is_some(), "{path}: {}", a.status);
    }
    let head = t.client(local(Role::StationHead, &other));
    let path = format!("/people/{}/{}/reveal", other.county, other.residents[0]);
    let a = head.post(&path, &[("field", "id_no"), ("purpose", "verify")]).await;
    assert!(leak(&a.body, &other.digits).is_some(), "{}", a.text());

    let rng = Rng::seeded(0xCA9A);
    let routes: Vec<_> = registry(&t).into_iter().filter(|(_, path, _)| *path != "/live").collect();
    let people: Vec<_> =
        far.people(&own, &other).into_iter().map(|(name, who)| (name, t.client(who.clone()), who)).collect();
    // Forms as people of the own place are shown them.
    let pages: Vec<_> = routes
        .iter()
        .filter(|(m, p, _)| *m == Method::GET && !p.starts_with("/api/") && !p.starts_with("/assets/"))
        .map(|(_, p, _)| aim(p, &own, &own, &rng))
        .collect();
    let shown = [
        Role::Worker,
        Role::StationHead,
        Role::CountyAdmin,
        Role::CityAdmin,
        Role::ProvAdmin,
        Role::SysAdmin,
        Role::SecurityAdmin,
    ]
    .map(|r| t.client(local(r, &own)));
    let forms = offered(&t, &shown.iter().collect::<Vec<_>>(), &pages).await;
    assert!(forms.len() > 25, "{:?}", forms.keys());
    let before = dump(&t, &other, far != Far::Station).await;
    assert!(before.contains(SECRET));

    // Everybody on every route that is theirs, and on some that are not, in an order that mixes all.
    let open = |who: &Actor, access: &Access| {
        let has = |a: &zw_access::Action| t.ctx(who.clone()).can(*a);
        match access {
            Access::Action(a) | Access::Fresh(a) => has(a),
            Access::AnyOf(l) => l.iter().any(has),
            _ => true,
        }
    };
    let mut pairs: Vec<(usize, usize)> = vec![];
    for (w, (_, _, who)) in people.iter().enumerate() {
        for (r, (_, _, access)) in routes.iter().enumerate() {
            if open(who, access) || rng.below(10) == 0 {
                pairs.push((w, r));
            }
        }
    }
    for n in (1..pairs.len()).rev() {
        pairs.swap(n, pick(&rng, n + 1));
    }
    let shots = Shots { t: &t, own: &own, other: &other, forms, rng: rng.clone() };
    let (mut leaks, mut opened, mut written) = (vec![], 0, 0);
    for n in 0..wanted {
        let (w, r) = pairs[n % pairs.len()];
        let (name, client, _) = &people[w];
        let (method, route, _) = &routes[r];
        // Signing out would end the siege, and somebody else's sessions are not among the rows.
        if *route == "/logout" {
            continue;
        }
        // Half of them wholly foreign; otherwise one's own county with a foreign row, or the other way round.
        let (at, of) = match rng.below(8) {
            0 | 1 => (&own, &other),
            2 => (&other, &own),
            3 => (&own, &own),
            _ => (&other, &other),
        };
        let path = aim(route, at, of, &rng);
        let a = shots.shoot(client, method, route, &path).await;
        let (log, mut bytes) = (LOG.contains(route), readable(&a));
        if log {
            bytes = String::from_utf8_lossy(&bytes).replace(STATION, "").into_bytes();
        }
        let needles = if log || TREE.contains(route) { &tree_needles } else { &word_needles };
        if let Some(word) = leak(&bytes, needles) {
            let text = String::from_utf8_lossy(&bytes);
            let near = text.find(word).map_or(String::new(), |i| {
                let (head, tail) = text.split_at(i);
                let before: Vec<char> = head.chars().rev().take(80).collect();
                before.into_iter().rev().chain(tail.chars().take(40)).collect()
            });
            leaks.push(format!("{name} {method} {route} -> {path} {}: {near}", a.status));
        }
        assert!(!a.status.is_server_error(), "{name} {method} {path}: {} {}", a.status, a.text());
        opened += usize::from(a.status.is_success());
        written += usize::from(*method != Method::GET && (a.status.is_success() || a.status == StatusCode::SEE_OTHER));
    }
    assert!(leaks.is_empty(), "{engine:?} {far:?}: {} leaks\n{}", leaks.len(), leaks.join("\n"));
    // Refusing everything would pass too: lists and forms of one's own must have opened, and some writes gone through.
    assert!(
        opened * 10 > wanted && written * 100 > wanted,
        "of {wanted}: {opened} answers were pages, {written} writes"
    );
    let after = dump(&t, &other, far != Far::Station).await;
    let changed: Vec<_> = after.lines().filter(|l| !before.contains(*l)).collect();
    assert!(before == after, "{engine:?} {far:?}: rows of the other place were changed\n{}", changed.join("\n"));
    // The search word "密" is said to be nowhere either: it was posted as what somebody looks for.
    if let Some(word) = leak(logs::written().as_bytes(), &tree_needles) {
        panic!("the log says {word}");
    }
    t.run_jobs().await;
}

#[tokio::test]
async fn nothing_of_another_province_is_seen_or_changed() {
    siege(Engine::Sqlite, Far::Province, 1_200).await;
    siege(Engine::Postgres, Far::Province, 200).await;
}

#[tokio::test]
async fn nothing_of_the_next_county_is_seen_or_changed() {
    siege(Engine::Sqlite, Far::County, 600).await;
    siege(Engine::Postgres, Far::County, 150).await;
}

#[tokio::test]
async fn nothing_of_the_next_station_is_seen_or_changed() {
    siege(Engine::Sqlite, Far::Station, 600).await;
    siege(Engine::Postgres, Far::Station, 150).await;
}
