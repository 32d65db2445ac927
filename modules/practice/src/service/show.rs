//! From stored rows to what a reader may see.

use super::open;
use super::sight::{EncounterSight, Sight};
use crate::model::{Encounter, Resident, ResidentState};
use crate::out::{CareOut, CategoryOut, EncounterOut, EncounterPerson, EncounterWorker, PersonCard, ResidentOut};
use crate::store;
use crate::store::encounter::PersonFound;
use std::collections::HashMap;
use zw_access::{Ctx, Permit, sealed};
use zw_core::{DivisionId, EncounterId, ResidentId, Result, UnitId, WorkerId};
use zw_db::Conn;

pub(crate) fn village(ctx: &Ctx, id: DivisionId) -> String {
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

/// Cards of residents, in their order, and the children among them, whose reading the caller writes down.
pub(crate) fn cards(ctx: &Ctx, sight: &Sight, rows: &[Resident]) -> (Vec<PersonCard>, Vec<ResidentId>) {
    let card = |r: &Resident| PersonCard {
        county: r.county_id,
        id: r.id,
        name: sight.mask(r).name(&r.name),
        village: village(ctx, r.village_id),
        state: r.state,
        risk: r.risk,
        last_on: r.last_on,
        next_on: r.next_on,
        overdue: r.state == ResidentState::Active && r.next_on < ctx.today(),
        waiting: sight.waiting(r),
    };
    (rows.iter().map(card).collect(), sight.children(rows).collect())
}

fn category(k: store::category::CategoryIn) -> CategoryOut {
    CategoryOut {
        code: k.category,
        basis: k.basis,
        from: k.from_day,
        to: k.to_day,
        list: k.list_id,
        list_date: k.list_date,
        document: k.document,
    }
}

/// A resident's whole record.
pub(crate) async fn resident(ctx: &Ctx, c: &mut Conn, sight: &Sight, r: &Resident) -> Result<ResidentOut> {
    let today = ctx.today();
    let (mask, basics, detail) = (sight.mask(r), sight.basics(r), sight.detail(r));
    // A masked reader of a grown-up sees that there is a number; of a child nobody sees it without detail.
    let hidden = r.is_child(today) && !detail;
    let id_no = open(ctx, sealed::RESIDENT_ID_NO, r.county_id, &r.id, r.id_no.as_ref().filter(|_| !hidden))?;
    let phone = open(ctx, sealed::RESIDENT_PHONE, r.county_id, &r.id, r.phone.as_ref().filter(|_| !hidden))?;
    let (mut categories, mut past) = (vec![], vec![]);
    if detail {
        categories = store::category::in_force(c, r.county_id, &[r.id]).await?;
        past = store::category::over(c, r.county_id, r.id).await?;
    }
    let worker_name = match r.worker_id {
        Some(w) => store::neighbour::worker_name(c, w).await?,
        None => None,
    };
    // Whoever is off the register is nobody's to look after.
    let gap = match r.state {
        ResidentState::Closed => None,
        _ => zw_network::service::gaps::of_unit(ctx, c, r.county_id, r.unit_id).await?,
    };
    let unit_name = store::neighbour::unit(c, r.unit_id).await?.map(|u| u.name).unwrap_or_default();
    Ok(ResidentOut {
        county: r.county_id,
        id: r.id,
        unit: r.unit_id,
        unit_name,
        household: r.household_id,
        name: mask.name(&r.name),
        sex: basics.then(|| r.sex.clone()),
        birth: basics.then_some(r.birth_day),
        age: basics.then(|| r.birth_day.years_until(today)),
        id_type: r.id_type.clone(),
        id_no: id_no.map(|n| mask.id_no(&n, today, false)),
        id_missing: r.id_missing_reason,
        phone: phone.map(|p| mask.phone(&p)),
        has_address: r.address.is_some() && !hidden,
        village: r.village_id,
        village_name: village(ctx, r.village_id),
        township_name: village(ctx, r.township_id),
        categories: categories.into_iter().map(category).collect(),
        past_categories: past.into_iter().map(category).collect(),
        withheld: !detail,
        presence: r.presence,
        legal_basis: r.legal_basis,
        risk: r.risk,
        visit_every: r.visit_every,
        worker: r.worker_id,
        worker_name,
        care: gap.map(|g| CareOut { since: g.from, unit: g.caretaker.map(|c| c.name) }),
        waiting: sight.waiting(r),
        source: r.source,
        filed_on: r.filed_on,
        state: r.state,
        close_reason: r.close_reason,
        closed_on: r.closed_on,
        last_on: r.last_on,
        next_on: r.next_on,
        overdue: r.state == ResidentState::Active && r.next_on < today,
        version: r.version,
    })
}

/// `09:05` of a minute of the day.
pub(crate) fn clock_text(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// How much of the texts of encounters is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    /// None: lists.
    None,
    /// What was done: the person's page.
    Action,
    /// The note on body and mind as well: the encounter's own page.
    All,
}

/// Encounters as a reader sees them, and the children named in them, whose reading the caller writes down.
pub(crate) struct Shown {
    /// In the order asked.
    pub items: Vec<EncounterOut>,
    /// Children whose names are among them.
    pub children: Vec<ResidentId>,
}

/// Encounters with their persons and workers, in their order. Texts are opened for who has detail of the encounter.
pub(crate) async fn encounters(
    ctx: &Ctx,
    c: &mut Conn,
    see: &Permit<Encounter>,
    rows: &[Encounter],
    texts: Texts,
) -> Result<Shown> {
    let sight = EncounterSight::of(ctx, see)?;
    let mut persons: HashMap<EncounterId, Vec<PersonFound>> = HashMap::new();
    let mut workers: HashMap<EncounterId, Vec<EncounterWorker>> = HashMap::new();
    for (county, ids) in by_county(rows.iter().map(|e| (e.county_id, e.id))) {
        for p in store::encounter::persons(c, county, &ids).await? {
            persons.entry(p.encounter_id).or_default().push(p);
        }
        for (encounter, id, name) in store::encounter::workers(c, county, &ids).await? {
            let worker = EncounterWorker { id, name: zw_people::STAFF.name(&name) };
            workers.entry(encounter).or_default().push(worker);
        }
    }
    let mut unit_ids: Vec<UnitId> = rows.iter().map(|e| e.unit_id).collect();
    unit_ids.sort_unstable();
    unit_ids.dedup();
    let units: HashMap<UnitId, String> = store::neighbour::unit_names(c, &unit_ids).await?.into_iter().collect();
    let mut shown = Shown { items: vec![], children: vec![] };
    for e in rows {
        let (mask, found) = (sight.mask(e), persons.remove(&e.id).unwrap_or_default());
        let workers = workers.remove(&e.id).unwrap_or_default();
        let ids: Vec<WorkerId> = workers.iter().map(|w| w.id).collect();
        let detail = sight.detail(e, &ids, &found);
        let (mut persons, mut children_hidden) = (vec![], 0);
        for p in &found {
            if sight.is_child(p) {
                if !detail {
                    children_hidden += 1;
                    continue;
                }
                shown.children.extend(p.resident_id);
            }
            let typed = open(ctx, sealed::ENCOUNTER_PERSON_NAME, e.county_id, &p.id, p.name.as_ref())?;
            let name = p.resident_name.as_ref().or(typed.as_ref()).map(|n| mask.name(n)).unwrap_or_default();
            persons.push(EncounterPerson { resident: p.resident_id, name, met: p.met });
        }
        let action = e.action.as_ref().filter(|_| detail && texts != Texts::None);
        let note = e.state_note.as_ref().filter(|_| detail && texts == Texts::All);
        let action = open(ctx, sealed::ENCOUNTER_ACTION, e.county_id, &e.id, action)?;
        let note = open(ctx, sealed::ENCOUNTER_STATE_NOTE, e.county_id, &e.id, note)?;
        let safety = if detail { e.safety.as_str() } else { "" };
        shown.items.push(EncounterOut {
            county: e.county_id,
            id: e.id,
            unit: e.unit_id,
            unit_name: units.get(&e.unit_id).cloned().unwrap_or_default(),
            kind: e.kind,
            day: e.day,
            start: e.start_minute.map(clock_text),
            minutes: e.minutes,
            mode: e.mode,
            purpose: e.purpose.filter(|_| detail),
            topic: e.topic.filter(|_| detail),
            village_name: e.village_id.map(|v| village(ctx, v)),
            persons,
            children_hidden,
            met: e.met_n,
            workers,
            withheld: !detail,
            safety: safety.split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
            action: action.map(|a| mask.text(&a)),
            state_note: note.map(|n| mask.text(&n)),
            result: detail.then_some(e.result),
            next_on: e.next_on.filter(|_| detail),
            recorded_at: e.recorded_at.minute_cn(),
            recorded_by: None,
            late_entry: e.day.days_until(e.recorded_at.day_cn()) > 3,
            voided: e.voided_at.is_some(),
            void_reason: e.void_reason.clone().filter(|_| detail),
            version: e.version,
        });
    }
    Ok(shown)
}
