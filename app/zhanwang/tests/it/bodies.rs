//! Writes that would go through for somebody of the row's own place: what is refused elsewhere is refused for its place.

use crate::allowed::Place;
use crate::relations::{Rows, number};
use axum::http::Method;
use serde_json::{Value, json};

/// One write of the API or of a form.
pub(crate) struct Act {
    pub(crate) action: &'static str,
    pub(crate) method: Method,
    pub(crate) route: &'static str,
    /// What the row says of its place.
    pub(crate) place: fn(&Rows) -> Place,
    /// The body about a plant's rows; `n` keeps what must be new apart.
    pub(crate) body: fn(&Rows, u128) -> Value,
}

pub(crate) fn of_unit(r: &Rows) -> Place {
    Place { county: r.county, town: Some(r.town), unit: Some(r.unit.0), owner: None }
}
fn of_worker(r: &Rows) -> Place {
    Place { owner: Some(r.worker.0), ..of_unit(r) }
}
fn of_county(r: &Rows) -> Place {
    Place { county: r.county, town: None, unit: None, owner: None }
}
fn of_posting(r: &Rows) -> Place {
    Place { town: None, ..of_worker(r) }
}

/// A name that none of the others resembles: two syllables of their own for each.
fn newcomer(n: u128) -> String {
    let signs: Vec<char> = "安白岑丁恩风高何江柯雷毛宁潘钱苏汤温熊严曾周".chars().collect();
    let sign = |k: u128| signs[usize::try_from(k).unwrap() % signs.len()];
    format!("新{}{}", sign(n), sign(n / 22))
}

fn resident(r: &Rows, n: u128) -> Value {
    json!({
        "unit": r.unit.to_string(), "name": newcomer(n), "id_missing_reason": "not_at_hand", "sex": "2",
        "birth": format!("195{}-0{}-1{}", n / 81 % 10, n / 9 % 9 + 1, n % 9), "village": r.village.to_string(),
        "categories": ["01"], "category_basis": "civil_affairs", "legal_basis": "statutory", "risk": "3",
        "worker": r.worker.to_string(), "filed_on": "2021-07-01",
    })
}

fn encounter(r: &Rows) -> Value {
    json!({
        "unit": r.unit.to_string(), "kind": "visit", "day": "2021-07-07", "mode": "home", "purpose": "routine",
        "minutes": "30", "persons": [{"resident": r.residents[0].to_string(), "met": true}],
        "workers": [r.worker.to_string()], "action": "看望", "another": "1",
    })
}

fn month(r: &Rows) -> Value {
    json!({"period": "2021-06", "county": r.county.to_string(), "unit": r.unit.to_string(), "version": 1})
}

fn week(r: &Rows) -> Value {
    json!({"period": "2021-W26", "county": r.county.to_string(), "version": 1, "problems": "场地", "next_plan": "协调"})
}

fn act(
    action: &'static str,
    method: Method,
    route: &'static str,
    place: fn(&Rows) -> Place,
    body: fn(&Rows, u128) -> Value,
) -> Act {
    Act { action, method, route, place, body }
}

/// In an order in which each can go through once: first what others rest on, last what ends things.
pub(crate) fn acts() -> Vec<Act> {
    use Method as M;
    vec![
        act(
            "unit.create",
            M::POST,
            "/api/v1/units",
            |r| Place { unit: None, ..of_unit(r) },
            |r, n| {
                let village = r.village.0 + i64::try_from(n % 2).unwrap();
                json!({"tier": "V", "division": village.to_string(), "name": "社工室", "mode": "direct", "since": "2021-06-01"})
            },
        ),
        act(
            "unit.create",
            M::POST,
            "/api/v1/units/{id}/coverage",
            of_unit,
            |r, _| json!({"division": r.village.to_string(), "from": "2021-06-01"}),
        ),
        act(
            "unit.decide",
            M::POST,
            "/api/v1/units/{id}/coverage",
            of_unit,
            |r, _| json!({"division": (r.town.0 + 1).to_string(), "why": "两镇共用一站", "document": "民〔2021〕8号"}),
        ),
        act(
            "unit.edit",
            M::PUT,
            "/api/v1/units/{id}",
            of_unit,
            |r, _| json!({"tier": "T", "division": r.town.to_string(), "name": "社工站", "mode": "direct", "version": 1}),
        ),
        act(
            "unit.advance",
            M::POST,
            "/api/v1/units/{id}/state",
            of_unit,
            |_, _| json!({"state": "preparing", "on": "2021-07-08", "version": 1}),
        ),
        act("build_out.edit", M::PUT, "/api/v1/build-out/{county}/{town}", of_unit, |_, _| {
            json!({
                "note": "新备注", "venue_on": "2021-01-04", "staff_on": "2021-02-01", "plaque_on": "2021-02-01", "version": 1,
                "tender_on": "", "contract_on": "", "funds_on": "", "due_on": "", "unusual": "1",
            })
        }),
        act(
            "build_out.edit",
            M::POST,
            "/api/v1/build-out/{county}/{town}/obstacles",
            of_unit,
            |_, _| json!({"code": "funding", "text": "经费未到", "on": "2021-07-01"}),
        ),
        act(
            "build_out.edit",
            M::POST,
            "/api/v1/build-out/{county}/{town}/obstacles/{id}/close",
            of_unit,
            |_, _| json!({"on": "2021-07-08"}),
        ),
        act(
            "build_out.accept",
            M::POST,
            "/api/v1/build-out/{county}/{town}/accept",
            of_unit,
            |_, _| json!({"venue": "1", "staff": "1", "service": "1", "solved": "1", "on": "2021-07-08", "version": 1}),
        ),
        act(
            "build_out.accept",
            M::POST,
            "/api/v1/build-out/{county}/{town}/reopen",
            of_unit,
            |_, _| json!({"reason": "整改", "on": "2021-07-08", "version": 1}),
        ),
        act("target.set", M::POST, "/api/v1/targets", of_county, |r, n| {
            let due = format!("2022-01-{:02}", n % 28 + 1);
            json!({"division": r.county.to_string(), "measure": "stations_built", "due_on": due, "value": "3"})
        }),
        act("worker.write", M::POST, "/api/v1/workers", of_county, |r, n| {
            json!({
                "county": r.county.to_string(), "name": "新社工", "id_type": "resident_id",
                "id_no": number("19910203", 100 + n % 380), "phone": "13811112222", "employ": "agency", "since": "2021-06-01",
            })
        }),
        act(
            "worker.write",
            M::PUT,
            "/api/v1/workers/{id}",
            of_worker,
            |_, _| json!({"employ": "agency", "is_sw": "1", "version": 1}),
        ),
        act(
            "worker.write",
            M::POST,
            "/api/v1/workers/{id}/certificates",
            of_worker,
            |_, n| json!({"level": "1", "number": format!("C{n:08}"), "issued_on": "2021-06-01"}),
        ),
        act(
            "worker.reveal",
            M::POST,
            "/workers/{id}/reveal",
            of_worker,
            |_, _| json!({"field": "phone", "purpose": "contact"}),
        ),
        act(
            "worker.reveal",
            M::POST,
            "/api/v1/workers/{id}/reveal",
            of_worker,
            |_, _| json!({"field": "phone", "purpose": "contact"}),
        ),
        act("resident.register", M::POST, "/api/v1/residents", of_worker, resident),
        act(
            "resident.register",
            M::POST,
            "/api/v1/residents/duplicates",
            of_worker,
            |r, n| json!({"unit": r.unit.to_string(), "name": newcomer(n), "birth": "1950-01-01", "village": r.village.to_string()}),
        ),
        act("resident.edit", M::PUT, "/api/v1/residents/{county}/{id}", of_worker, |r, n| {
            let mut b = resident(r, n);
            b["version"] = json!(1);
            b["name"] = json!("改过的名");
            b["id_missing_reason"] = json!("");
            b["filed_on"] = json!("2021-06-01");
            let number = &r.digits[0];
            b["birth"] = json!(format!("{}-{}-{}", &number[6..10], &number[10..12], &number[12..14]));
            b
        }),
        act(
            "resident.reveal",
            M::POST,
            "/api/v1/residents/{county}/{id}/reveal",
            of_worker,
            |_, _| json!({"field": "phone", "purpose": "contact"}),
        ),
        act(
            "consent.record",
            M::POST,
            "/api/v1/residents/{county}/{id}/consents",
            of_worker,
            |_, _| json!({"scopes": ["image"], "answer": "refused", "signed_on": "2021-07-07"}),
        ),
        act(
            "consent.withdraw",
            M::POST,
            "/api/v1/consents/{county}/{id}/withdraw",
            of_worker,
            |_, _| json!({"reason": "不愿意了", "version": 1}),
        ),
        act(
            "refusal.record",
            M::POST,
            "/api/v1/refusals",
            of_worker,
            |r, _| json!({"unit": r.unit.to_string(), "village": r.village.to_string(), "categories": ["21"], "worker": r.worker.to_string()}),
        ),
        act(
            "refusal.end",
            M::POST,
            "/api/v1/refusals/{county}/{id}/end",
            of_worker,
            |_, _| json!({"reason": "agreed", "version": 1}),
        ),
        act("encounter.record", M::POST, "/api/v1/encounters", of_worker, |r, _| encounter(r)),
        act(
            "encounter.record",
            M::POST,
            "/api/v1/encounters/round",
            of_worker,
            |r, _| json!({"items": [encounter(r), encounter(r)]}),
        ),
        act(
            "encounter.amend",
            M::PUT,
            "/api/v1/encounters/{county}/{id}",
            of_worker,
            |r, _| json!({"version": 1, "encounter": encounter(r)}),
        ),
        act(
            "report.review_station",
            M::POST,
            "/api/v1/reports/{county}/{id}/return",
            of_unit,
            |_, _| json!({"version": 1, "reason": "请补充"}),
        ),
        act("report.write_station", M::POST, "/api/v1/reports/draft", of_unit, |r, _| month(r)),
        act("report.submit_station", M::POST, "/api/v1/reports", of_unit, |r, _| month(r)),
        act(
            "report.review_station",
            M::POST,
            "/api/v1/reports/{county}/{id}/approve",
            of_unit,
            |_, _| json!({"version": 1}),
        ),
        act(
            "report.exempt_station",
            M::POST,
            "/api/v1/reports/exempt",
            of_unit,
            |r, _| json!({"period": "2021-06", "county": r.county.to_string(), "unit": r.unit.to_string(), "reason": "台风"}),
        ),
        act(
            "report.exempt_county",
            M::POST,
            "/api/v1/reports/exempt",
            of_county,
            |r, _| json!({"period": "2021-W25", "county": r.county.to_string(), "reason": "台风"}),
        ),
        act("report.write_county", M::POST, "/api/v1/reports/draft", of_county, |r, _| week(r)),
        act("report.submit_county", M::POST, "/api/v1/reports", of_county, |r, _| week(r)),
        act(
            "pass_on.county",
            M::POST,
            "/api/v1/pass-on",
            of_county,
            |r, _| json!({"division": r.county.to_string(), "period": "2021-06", "although_missing": true}),
        ),
        act(
            "pass_on.review",
            M::POST,
            "/api/v1/pass-on/review",
            of_county,
            |r, _| json!({"division": r.county.to_string(), "period": "2021-06", "version": 1, "approve": false, "reason": "退"}),
        ),
        act(
            "snapshot.flash",
            M::POST,
            "/api/v1/snapshots",
            of_county,
            |r, n| json!({"division": r.county.to_string(), "as_of": format!("2021-06-{:02}", n % 28 + 1)}),
        ),
        act(
            "unit.decide",
            M::POST,
            "/api/v1/units/{id}/state",
            of_unit,
            |_, _| json!({"state": "suspended", "on": "2021-07-08", "reason": "修缮", "version": 1}),
        ),
        act(
            "encounter.amend",
            M::POST,
            "/api/v1/encounters/{county}/{id}/void",
            of_worker,
            |_, _| json!({"reason": "记错", "version": 1}),
        ),
        act(
            "resident.assign",
            M::POST,
            "/api/v1/residents/assign",
            of_unit,
            |r, _| json!({"unit": r.unit.to_string(), "from": "nobody", "to": r.worker.to_string()}),
        ),
        act(
            "resident.merge",
            M::POST,
            "/api/v1/residents/{county}/{id}/merge/{other}",
            of_worker,
            |_, _| json!({"reason": "twice", "take": ["phone"], "version": 1, "other_version": 1}),
        ),
        act(
            "resident.unmerge",
            M::POST,
            "/api/v1/residents/{county}/{id}/unmerge/{other}",
            of_worker,
            |_, _| json!({"version": 1}),
        ),
        act(
            "resident.close",
            M::POST,
            "/api/v1/residents/{county}/{id}/close",
            of_worker,
            |_, _| json!({"reason": "moved_away", "on": "2021-07-08", "version": 1}),
        ),
        act(
            "posting.write",
            M::POST,
            "/api/v1/postings/{id}/end",
            of_posting,
            |_, _| json!({"last_day": "2021-07-07", "reason": "contract_end", "version": 1}),
        ),
        // Nobody is on post there any more.
        act(
            "unit.gap",
            M::POST,
            "/api/v1/units/{id}/gap",
            of_unit,
            |_, _| json!({"cause": "tender", "text": "二次公告中", "version": 0}),
        ),
        act(
            "unit.decide",
            M::POST,
            "/api/v1/units/{id}/caretaker",
            of_unit,
            |_, _| json!({"caretaker": "", "version": 0}),
        ),
        act(
            "posting.write",
            M::POST,
            "/api/v1/workers/{id}/postings",
            of_posting,
            |r, _| json!({"unit": r.unit.to_string(), "post": "worker", "from": "2021-07-08", "fte": "100"}),
        ),
        act(
            "division.count",
            M::POST,
            "/api/v1/divisions/{division}/count",
            of_county,
            |_, _| json!({"counted": "out", "why": "整体搬迁"}),
        ),
    ]
}
