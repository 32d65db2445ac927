//! 404 equality: whoever may not see a row learns nothing from its id. For every route that names a row, an id that
//! exists outside the asker's scope and an id that exists nowhere are answered by the same status and the same bytes
//! (AC-2; security.md section 2, test 4).

use crate::aim::{aim, common, values};
use crate::allowed::PLACES;
use crate::bodies::acts;
use crate::doors::{parts, registry};
use crate::forms::{built, offered, schema};
use crate::relations::{Rows, local, papers, plant};
use axum::http::{Method, StatusCode};
use std::collections::{BTreeMap, BTreeSet};
use zw_access::Role;
use zw_core::code::Code as _;
use zw_core::{
    ConsentId, DivisionId, EncounterId, ObstacleId, OfficialListId, PostingId, RefusalId, ReportId, ResidentId, Rng,
    UnitId, Uuid, WorkerId,
};
use zw_testkit::{Answer, Client, Engine, TestApp, World};
use zw_web::Access;

/// Routes whose path names no row of anybody's area, and why.
const NO_ROW: &[(&str, &str)] = &[
    ("/assets/{name}", "static files"),
    ("/kiosk/{token}", "a token is no id"),
    ("/drafts/{key}", "one's own drafts"),
    ("/jobs/{id}", "one's own orders"),
    ("/api/v1/jobs/{id}", "one's own orders"),
    ("/figures/{key}", "a figure's name"),
    ("/api/v1/figures/{key}", "a figure's name"),
    ("/admin/settings/{key}", "a setting's name"),
    ("/api/v1/settings/{key}", "a setting's name"),
    ("/admin/accounts/{id}", "accounts are the operators', everywhere"),
    ("/api/v1/accounts/{id}", "accounts are the operators', everywhere"),
    ("/admin/grants/{id}", "grants are the operators', everywhere"),
    ("/api/v1/grants/{id}", "grants are the operators', everywhere"),
    ("/admin/kiosks/{id}", "wall screens are the operators', everywhere"),
    ("/api/v1/kiosks/{id}", "wall screens are the operators', everywhere"),
    ("/admin/sessions/{id}", "sessions are the operators', everywhere"),
    ("/api/v1/sessions/{id}", "sessions are the operators', everywhere"),
    ("/account/sessions/{id}", "one's own sessions: asked in accounts' own tests"),
    ("/api/v1/me/sessions/{id}", "one's own sessions: asked in accounts' own tests"),
];

/// The same rows, but their ids are nobody's.
fn nobodys(r: &Rows) -> Rows {
    let id = |k: u128| Uuid::from_u128(0xDEAD_0000 + k);
    Rows {
        county: r.county,
        town: r.town,
        village: r.village,
        unit: UnitId(id(1)),
        worker: WorkerId(id(2)),
        posting: PostingId(id(3)),
        residents: [ResidentId(id(4)), ResidentId(id(5))],
        encounters: [EncounterId(id(6)), EncounterId(id(7))],
        obstacle: ObstacleId(id(8)),
        consent: ConsentId(id(13)),
        refusal: RefusalId(id(14)),
        report: ReportId(id(9)),
        list: OfficialListId(id(15)),
        listed: id(16),
        digits: vec![],
        papers: r.papers.as_ref().map(|_| crate::relations::Papers {
            snapshot: id(10),
            circular: id(11),
            target: id(12),
        }),
    }
}

/// An answer without what differs from request to request: its id, the form's key, and the address that was asked.
fn plain(a: &Answer, path: &str) -> (StatusCode, Vec<(String, String)>, String) {
    let request = a.headers.get("x-request-id").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    let mut body = a.text().replace(&request, "REQUEST").replace(path, "PATH");
    // What the form posted may be carried on the page: its own values, none of them a row's.
    for part in path.split('/').filter(|p| p.len() == 36) {
        body = body.replace(part, "ID");
    }
    while let Some(at) = body.find("name=\"idempotency_key\" value=\"") {
        let from = at + "name=\"idempotency_key\" ".len();
        body.replace_range(from..(from + "value=\"\"".len() + 36).min(body.len()), "KEY");
    }
    let headers = a
        .headers
        .iter()
        // The length is the body's, which is compared without its addresses.
        .filter(|(k, _)| !["x-request-id", "content-length"].contains(&k.as_str()))
        .map(|(k, v)| (k.to_string(), v.to_str().unwrap_or_default().to_owned()))
        .collect();
    (a.status, headers, body)
}

struct Asker<'a> {
    t: &'a TestApp,
    home: &'a Rows,
    forms: BTreeMap<&'static str, crate::forms::Fields>,
}

impl Asker<'_> {
    async fn ask(&self, c: &Client<'_>, method: &Method, route: &'static str, path: &str) -> Answer {
        if *method == Method::GET {
            return c.get(path).await;
        }
        let rng = Rng::seeded(7);
        if path.starts_with("/api/") {
            let fits = acts().into_iter().find(|a| a.method == *method && a.route == route);
            let known: Vec<_> = values(self.home, &rng).into_iter().chain(common(&rng)).collect();
            let body = match (fits, schema(self.t, method, route)) {
                (Some(act), _) => (act.body)(self.home, 1),
                (_, Some(s)) => built(&s, "", &known, &rng),
                _ => serde_json::json!({}),
            };
            return c.send(method.clone(), path, "application/json", body.to_string().into_bytes()).await;
        }
        let none = vec![];
        let fields = self.forms.get(route).unwrap_or(&none);
        let form: Vec<(&str, &str)> =
            fields.iter().map(|(n, offered)| (n.as_str(), offered.first().map_or("", String::as_str))).collect();
        c.post(path, &form).await
    }
}

/// Whether somebody of the role at home may have a row of that place in view: then its answer may differ.
fn in_view(role: Role, place: usize) -> bool {
    match role {
        Role::ProvAdmin | Role::Leader | Role::Kiosk => place <= 3,
        Role::CityAdmin => place <= 2,
        Role::CountyAdmin | Role::CenterStaff | Role::LinkedCadre => place <= 1,
        Role::TownOfficer | Role::StationHead | Role::Worker => place == 0,
        Role::SysAdmin | Role::SecurityAdmin | Role::AuditAdmin => false,
    }
}

async fn equal(engine: Engine, roles: &[Role]) {
    let t = TestApp::new(engine, parts()).await;
    let mut plants = vec![];
    for (n, (county, town)) in (0u128..).zip(PLACES) {
        plants.push(plant(&t, n, county, town, "本地").await);
    }
    plants[0].papers = Some(papers(&t, (Role::CityAdmin, World::CITY), World::COUNTY).await);
    plants[3].papers = Some(papers(&t, (Role::CityAdmin, World::CITY2), World::COUNTY3).await);
    plants[4].papers = Some(papers(&t, (Role::ProvAdmin, World::OTHER_PROVINCE), World::OTHER_COUNTY).await);
    let rng = || Rng::seeded(3);
    let routes: Vec<_> = registry(&t)
        .into_iter()
        .filter(|(_, p, _)| p.contains('{') && !NO_ROW.iter().any(|(known, _)| p.starts_with(known)))
        .collect();
    let pages: Vec<_> = registry(&t)
        .into_iter()
        .filter(|(m, p, _)| *m == Method::GET && !p.starts_with("/api/") && !p.starts_with("/assets/") && *p != "/live")
        .map(|(_, p, _)| aim(p, &plants[0], &plants[0], &rng()))
        .collect();
    let shown = [Role::Worker, Role::StationHead, Role::CountyAdmin, Role::CityAdmin, Role::ProvAdmin]
        .map(|r| t.client(local(r, &plants[0])));
    let forms = offered(&t, &shown.iter().collect::<Vec<_>>(), &pages).await;
    let asker = Asker { t: &t, home: &plants[0], forms };
    let (mut asked, mut wrong): (BTreeSet<(String, &str)>, Vec<String>) = (BTreeSet::new(), vec![]);
    for role in roles {
        let who = local(*role, &plants[0]);
        let (c, ctx) = (t.client(who.clone()), t.ctx(who));
        for (method, route, access) in &routes {
            let open = match access {
                Access::Action(a) | Access::Fresh(a) => ctx.can(*a),
                Access::AnyOf(l) => l.iter().any(|a| ctx.can(*a)),
                _ => true,
            };
            if !open {
                continue;
            }
            // The nearest place out of view, and the farthest.
            let near = (0..plants.len()).find(|n| !in_view(*role, *n)).unwrap_or_default();
            for place in BTreeSet::from([near, plants.len() - 1]) {
                let there = &plants[place];
                let gone = nobodys(there);
                // There with a row of theirs, and at home with a row of theirs; where only divisions are named, a
                // county and a township that are nobody's.
                let mut pairs = vec![];
                if route.contains("{id}") || route.contains("{posting}") {
                    if route.contains("{county}") || route.contains("{posting}") {
                        pairs.push((aim(route, &plants[0], there, &rng()), aim(route, &plants[0], &gone, &rng())));
                    }
                    pairs.push((aim(route, there, there, &rng()), aim(route, there, &gone, &rng())));
                } else if there.county != plants[0].county || route.contains("{town}") {
                    // A county's own list is everybody's who works there; what it lists is not.
                    let nowhere = Rows { county: DivisionId(999_998), town: DivisionId(999_999), ..nobodys(there) };
                    pairs.push((aim(route, there, there, &rng()), aim(route, &nowhere, &nowhere, &rng())));
                }
                for (exists, missing) in pairs {
                    if exists == missing {
                        continue;
                    }
                    let (a, b) = (
                        plain(&asker.ask(&c, method, route, &exists).await, &exists),
                        plain(&asker.ask(&c, method, route, &missing).await, &missing),
                    );
                    if a.0 == StatusCode::NOT_FOUND {
                        asked.insert((method.to_string(), *route));
                    }
                    if a != b {
                        let differ =
                            a.2.char_indices().zip(b.2.chars()).find(|((_, x), y)| x != y).map_or(0, |((i, _), _)| i);
                        let near = |s: &str| {
                            s.chars()
                                .skip(s[..differ.min(s.len())].chars().count().saturating_sub(60))
                                .take(160)
                                .collect::<String>()
                        };
                        wrong.push(format!(
                            "{} {method} {exists} (place {place}) and {missing}: {} {}\n  {}\n  {}",
                            role.code(),
                            a.0,
                            b.0,
                            near(&a.2),
                            near(&b.2)
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{engine:?}: told apart\n{}", wrong.join("\n"));
    let never: Vec<_> = routes
        .iter()
        .filter(|(m, p, _)| !asked.contains(&(m.to_string(), *p)))
        .map(|(m, p, _)| format!("{m} {p}"))
        .collect();
    assert!(
        roles.len() < Role::ALL.len() || never.is_empty(),
        "{engine:?}: nobody was answered 'not found' here\n{}",
        never.join("\n")
    );
}

#[tokio::test]
async fn an_id_out_of_scope_is_an_id_that_is_not_there() {
    equal(Engine::Sqlite, Role::ALL).await;
}

#[tokio::test]
async fn an_id_out_of_scope_is_an_id_that_is_not_there_on_postgres() {
    equal(Engine::Postgres, &[Role::Worker, Role::CountyAdmin]).await;
}
