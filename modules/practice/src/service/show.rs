//! From stored rows to what a reader may see.

use super::open;
use crate::model::{Encounter, Resident};
use crate::out::{CategoryOut, EncounterOut, EncounterPerson, EncounterWorker, PersonCard, ResidentOut};
use crate::store;
use std::collections::HashMap;
use zw_access::{Ctx, MaskPlan};
use zw_core::{DivisionId, EncounterId, ResidentId, Result, UnitId};
use zw_db::Conn;

fn village(ctx: &Ctx, id: DivisionId) -> String {
    ctx.tree().as_of(ctx.today()).get(id).map(|v| v.name.clone()).unwrap_or_default()
}

fn by_county<T>(items: impl IntoIterator<Item = (DivisionId, T)>) -> Vec<(DivisionId, Vec<T>)> {
    let mut out: Vec<(DivisionId, Vec<T>)> = vec![];
    for (county, item) in items {
        match out.iter_mut().find(|(c, _)| *c == county) {
            Some((_, list)) => list.push(item),
            None => out.push((county, vec![item])),
        }
    }
    out
}

/// Cards of residents, in their order. Categories (P3) only for those who see names.
pub(crate) async fn cards(ctx: &Ctx, c: &mut Conn, mask: MaskPlan, rows: &[Resident]) -> Result<Vec<PersonCard>> {
    let mut categories: HashMap<ResidentId, Vec<String>> = HashMap::new();
    if mask.names {
        for (county, ids) in by_county(rows.iter().map(|r| (r.county_id, r.id))) {
            for (id, code, _) in store::resident::categories(c, county, &ids).await? {
                categories.entry(id).or_default().push(code);
            }
        }
    }
    Ok(rows
        .iter()
        .map(|r| PersonCard {
            county: r.county_id,
            id: r.id,
            name: mask.name(&r.name),
            village: village(ctx, r.village_id),
            categories: categories.remove(&r.id).unwrap_or_default(),
            state: r.state,
            risk: r.risk,
            last_on: r.last_on,
            next_on: r.next_on,
            overdue: r.state == crate::model::ResidentState::Active && r.next_on < ctx.today(),
        })
        .collect())
}

/// A resident's whole record.
pub(crate) async fn resident(ctx: &Ctx, c: &mut Conn, mask: MaskPlan, r: &Resident) -> Result<ResidentOut> {
    let today = ctx.today();
    let id_no = open(ctx, "resident|id_no", r.county_id, &r.id, r.id_no.as_ref())?;
    let phone = open(ctx, "resident|phone", r.county_id, &r.id, r.phone.as_ref())?;
    let categories = if mask.names { store::resident::categories(c, r.county_id, &[r.id]).await? } else { vec![] };
    let worker_name = match r.worker_id {
        Some(w) => store::neighbour::worker_names(c, &[w]).await?.into_iter().next().map(|w| w.1),
        None => None,
    };
    let unit_name = store::neighbour::unit(c, r.unit_id).await?.map(|u| u.name).unwrap_or_default();
    Ok(ResidentOut {
        county: r.county_id,
        id: r.id,
        unit: r.unit_id,
        unit_name,
        household: r.household_id,
        name: mask.name(&r.name),
        sex: mask.names.then(|| r.sex.clone()),
        birth: mask.names.then_some(r.birth_day),
        age: mask.names.then(|| r.birth_day.years_until(today)),
        id_type: r.id_type.clone(),
        id_no: id_no.map(|n| mask.id_no(&n, today, false)),
        id_missing: r.id_missing_reason,
        phone: phone.map(|p| mask.phone(&p)),
        has_address: r.address.is_some(),
        village: r.village_id,
        village_name: village(ctx, r.village_id),
        township_name: village(ctx, r.township_id),
        categories: categories.into_iter().map(|(_, code, basis)| CategoryOut { code, basis }).collect(),
        presence: r.presence,
        legal_basis: r.legal_basis,
        consent_on: r.consent_on,
        consent_until: r.consent_until,
        risk: r.risk,
        visit_every: r.visit_every,
        worker: r.worker_id,
        worker_name,
        source: r.source,
        filed_on: r.filed_on,
        state: r.state,
        close_reason: r.close_reason,
        closed_on: r.closed_on,
        last_on: r.last_on,
        next_on: r.next_on,
        overdue: r.state == crate::model::ResidentState::Active && r.next_on < today,
        version: r.version,
    })
}

/// `09:05` of a minute of the day.
pub(crate) fn clock_text(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Encounters with their persons and workers, in their order. The note on body and mind stays closed unless `notes`,
/// which the caller audits.
pub(crate) async fn encounters(
    ctx: &Ctx,
    c: &mut Conn,
    mask: MaskPlan,
    rows: &[Encounter],
    notes: bool,
) -> Result<Vec<EncounterOut>> {
    let mut persons: HashMap<EncounterId, Vec<EncounterPerson>> = HashMap::new();
    let mut workers: HashMap<EncounterId, Vec<EncounterWorker>> = HashMap::new();
    for (county, ids) in by_county(rows.iter().map(|e| (e.county_id, e.id))) {
        for p in store::encounter::persons(c, county, &ids).await? {
            let typed = open(ctx, "encounter_person|name", county, &p.id, p.name.as_ref())?;
            let name = p.resident_name.as_ref().or(typed.as_ref()).map(|n| mask.name(n)).unwrap_or_default();
            let person = EncounterPerson { resident: p.resident_id, name, met: p.met };
            persons.entry(p.encounter_id).or_default().push(person);
        }
        for (encounter, id, name) in store::encounter::workers(c, county, &ids).await? {
            workers.entry(encounter).or_default().push(EncounterWorker { id, name });
        }
    }
    let mut unit_ids: Vec<UnitId> = rows.iter().map(|e| e.unit_id).collect();
    unit_ids.sort_unstable();
    unit_ids.dedup();
    let units: HashMap<UnitId, String> = store::neighbour::unit_names(c, &unit_ids).await?.into_iter().collect();
    rows.iter()
        .map(|e| {
            let action = open(ctx, "encounter|action", e.county_id, &e.id, e.action.as_ref())?;
            let note = match notes && mask.names {
                true => open(ctx, "encounter|state_note", e.county_id, &e.id, e.state_note.as_ref())?,
                false => None,
            };
            Ok(EncounterOut {
                county: e.county_id,
                id: e.id,
                unit: e.unit_id,
                unit_name: units.get(&e.unit_id).cloned().unwrap_or_default(),
                kind: e.kind,
                day: e.day,
                start: e.start_minute.map(clock_text),
                minutes: e.minutes,
                mode: e.mode,
                purpose: e.purpose,
                topic: e.topic,
                village_name: e.village_id.map(|v| village(ctx, v)),
                persons: persons.remove(&e.id).unwrap_or_default(),
                met: e.met_n,
                workers: workers.remove(&e.id).unwrap_or_default(),
                safety: e.safety.split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
                action: action.map(|a| mask.text(&a)),
                state_note: note.map(|n| mask.text(&n)),
                result: e.result,
                next_on: e.next_on,
                recorded_at: e.recorded_at.minute_cn(),
                late_entry: e.day.days_until(e.recorded_at.day_cn()) > 3,
                voided: e.voided_at.is_some(),
                void_reason: e.void_reason.clone().filter(|_| mask.names),
                version: e.version,
            })
        })
        .collect()
}
