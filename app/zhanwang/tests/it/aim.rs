//! Real rows in the places of paths and forms.

use crate::forms::pick;
use crate::relations::Rows;
use zw_core::{Rng, Uuid};
use zw_testkit::World;

/// The id that belongs into a route's `{id}`.
fn id_of(path: &str, r: &Rows, rng: &Rng) -> String {
    let second = pick(rng, 2);
    let mut by_name = vec![
        ("obstacles", r.obstacle.0),
        ("/postings/{id}", r.posting.0),
        ("consents/{county}", r.consent.0),
        ("refusals", r.refusal.0),
        ("workers", r.worker.0),
        ("units", r.unit.0),
        ("people", r.residents[second].0),
        ("residents", r.residents[second].0),
        ("visits", r.encounters[second].0),
        ("encounters", r.encounters[second].0),
        ("reports", r.report.0),
    ];
    // The list of a county is everybody's who works in it: of the neighbour in the county no path names it.
    if r.town != World::TOWN2 {
        by_name.push(("official-lists", r.list.0));
    }
    if let Some(p) = &r.papers {
        by_name.extend([("snapshots", p.snapshot), ("circulars", p.circular), ("targets", p.target)]);
    }
    let any = pick(rng, by_name.len());
    by_name.iter().find(|(part, _)| path.contains(part)).unwrap_or(&by_name[any]).1.to_string()
}

/// A route's path with real ids: `at` gives the divisions, `of` the row.
pub(crate) fn aim(path: &str, at: &Rows, of: &Rows, rng: &Rng) -> String {
    path.split('/')
        .map(|p| match p {
            "{county}" | "{division}" => at.county.to_string(),
            "{town}" => at.town.to_string(),
            "{period}" => "2021-06".to_owned(),
            "{posting}" => of.posting.to_string(),
            "{key}" if path.contains("settings") => "reporting.cycle".to_owned(),
            "{key}" => ["stations_built", "posted_workers", "M01"][pick(rng, 3)].to_owned(),
            "{format}" => ["docx", "xlsx"][pick(rng, 2)].to_owned(),
            "{name}" => "nothing.css".to_owned(),
            "{id}" => id_of(path, of, rng),
            "{other}" => of.residents[pick(rng, 2)].to_string(),
            p if p.starts_with('{') => Uuid::from_u128(0xBAD).to_string(),
            p => p.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// What a field of that name says, when it speaks of a plant's places and rows.
pub(crate) fn values(r: &Rows, rng: &Rng) -> Vec<(&'static str, String)> {
    let mut v = vec![
        ("unit", r.unit.to_string()),
        ("unit_id", r.unit.to_string()),
        ("parent", r.unit.to_string()),
        ("merged_into", r.unit.to_string()),
        ("coverage", r.unit.to_string()),
        ("county", r.county.to_string()),
        ("area", r.county.to_string()),
        ("division", [r.county, r.town, r.village][pick(rng, 3)].to_string()),
        ("town", r.town.to_string()),
        ("township", r.town.to_string()),
        ("village", r.village.to_string()),
        ("worker", r.worker.to_string()),
        ("workers", r.worker.to_string()),
        ("second", r.worker.to_string()),
        ("listed", r.listed.to_string()),
        ("resident", r.residents[pick(rng, 2)].to_string()),
        ("person", r.residents[0].to_string()),
        ("persons", r.residents[pick(rng, 2)].to_string()),
        // The search word is a part of every secret, and an echo of it is no canary.
        ("q", "密".into()),
    ];
    if let Some(p) = &r.papers {
        v.extend([("snapshot", p.snapshot.to_string()), ("previous", p.snapshot.to_string())]);
    }
    v
}

/// Values that fit most fields of that name, wherever the sender works.
pub(crate) fn common(rng: &Rng) -> Vec<(&'static str, String)> {
    let one = |of: &[&str]| of[pick(rng, of.len())].to_owned();
    let mut v = vec![
        ("tier", one(&["T", "V"])),
        ("mode", one(&["direct", "home", "talk"])),
        ("state", one(&["operating", "suspended", "closed", "merged"])),
        ("name", "测试".into()),
        ("title", "测试".into()),
        ("text", "测试".into()),
        ("reason", one(&["测试用的理由", "moved_away", "contract_end"])),
        ("purpose", one(&["routine", "contact", "verify"])),
        ("obstacle", "venue".into()),
        ("code", "venue".into()),
        ("topic", "health".into()),
        ("measure", "stations_built".into()),
        ("phase", "coverage".into()),
        ("value", "3".into()),
        ("post", "worker".into()),
        ("fte", "1".into()),
        ("employ", "agency".into()),
        ("level", "2".into()),
        ("number", "A2021001".into()),
        ("act", one(&["save", "submit"])),
        ("field", one(&["id_no", "phone", "address"])),
        ("kind", one(&["week", "month", "visit", "consult"])),
        ("period", one(&["2021-06", "2021-W26"])),
        ("id_missing_reason", "not_at_hand".into()),
        ("sex", "2".into()),
        ("birth", "1950-02-03".into()),
        ("legal_basis", "statutory".into()),
        ("risk", "3".into()),
        ("filed_on", "2021-07-01".into()),
        ("categories", "01".into()),
        ("category_basis", "civil_affairs".into()),
        ("start", "09:00".into()),
        ("minutes", "30".into()),
        ("venue", "1".into()),
        ("staff", "1".into()),
        ("service", "1".into()),
        ("version", "1".into()),
    ];
    for k in
        ["on", "day", "from", "since", "due_on", "venue_on", "plaque_on", "staff_on", "issued_on", "sent_on", "as_of"]
    {
        v.push((k, "2021-07-07".into()));
    }
    v
}
