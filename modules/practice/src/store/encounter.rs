//! Encounters, their persons and workers.

use super::{binds, scoped};
use crate::model::{Encounter, EncounterDraft, EncounterKind, Mode, Resident};
use zw_access::{Permit, Pii};
use zw_core::{Day, DivisionId, EncounterId, PageReq, ResidentId, Result, Stamp, UnitId, Uuid, WorkerId};
use zw_db::{Conn, Sql, Tx, sql};

pub(crate) const SELECT: &str = "SELECT e.county_id,e.id,e.unit_id,e.township_id,e.village_id,e.kind,e.day,e.start_minute,e.household_id,e.mode,e.purpose,e.topic,e.minutes,e.safety,e.action,e.state_note,e.result,e.next_on,e.met_n,e.worker_id,e.recorded_at,e.recorded_by,e.voided_at,e.void_reason,e.version,e.updated_at,e.updated_by FROM encounter e WHERE ";

/// One encounter within the scope.
pub(crate) async fn get(
    c: &mut Conn,
    p: &Permit<Encounter>,
    county: DivisionId,
    id: EncounterId,
) -> Result<Option<Encounter>> {
    c.one(p.within(sql(SELECT).lit("e.county_id=").bind(county).lit(" AND e.id=").bind(id))).await
}

/// Those of some encounters that lie within the scope.
pub(crate) async fn among(c: &mut Conn, p: &Permit<Encounter>, ids: &[EncounterId]) -> Result<Vec<(EncounterId,)>> {
    c.all(p.within(sql("SELECT e.id FROM encounter e WHERE e.id IN ").list(ids.iter().copied()))).await
}

/// What a list of encounters is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Find {
    /// From this day.
    pub from: Option<Day>,
    /// To this day.
    pub to: Option<Day>,
    /// A worker among the workers.
    pub worker: Option<WorkerId>,
    /// Kind.
    pub kind: Option<EncounterKind>,
    /// How.
    pub mode: Option<Mode>,
    /// One of these residents among the persons; empty for whomever.
    pub residents: Vec<ResidentId>,
    /// Void ones too.
    pub void: bool,
}

fn filter(mut q: Sql, f: &Find) -> Sql {
    if let Some(d) = f.from {
        q = q.lit(" AND e.day>=").bind(d);
    }
    if let Some(d) = f.to {
        q = q.lit(" AND e.day<=").bind(d);
    }
    if let Some(k) = f.kind {
        q = q.lit(" AND e.kind=").bind(k);
    }
    if let Some(m) = f.mode {
        q = q.lit(" AND e.mode=").bind(m);
    }
    if let Some(w) = f.worker {
        q = q
            .lit(" AND EXISTS(SELECT 1 FROM encounter_worker x WHERE x.county_id=e.county_id AND x.encounter_id=e.id AND x.worker_id=")
            .bind(w)
            .lit(")");
    }
    if !f.residents.is_empty() {
        q = q
            .lit(" AND EXISTS(SELECT 1 FROM encounter_person x WHERE x.county_id=e.county_id AND x.encounter_id=e.id AND x.resident_id IN ")
            .list(f.residents.iter().copied())
            .lit(")");
    }
    q.when(!f.void, |q| q.lit(" AND e.voided_at IS NULL"))
}

/// The newest few encounters, uncounted.
pub(crate) async fn newest(c: &mut Conn, p: &Permit<Encounter>, f: &Find, n: i64) -> Result<Vec<Encounter>> {
    let q =
        filter(scoped(sql(SELECT).lit("1=1"), p), f).lit(" ORDER BY e.day DESC,e.recorded_at DESC,e.id DESC LIMIT ");
    c.all(q.bind(n)).await
}

/// A page of encounters, newest first, and their number.
pub(crate) async fn find(
    c: &mut Conn,
    p: &Permit<Encounter>,
    f: &Find,
    page: PageReq,
) -> Result<(Vec<Encounter>, i64)> {
    let total = c.scalar(filter(scoped(sql("SELECT COUNT(*) FROM encounter e WHERE 1=1"), p), f)).await?;
    let q = filter(scoped(sql(SELECT).lit("1=1"), p), f)
        .lit(" ORDER BY e.day DESC,e.recorded_at DESC,e.id DESC LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    Ok((c.all(q).await?, total))
}

zw_db::record! {
    /// A person of an encounter with the name on file.
    #[derive(Clone, Debug)]
    pub(crate) struct PersonFound {
        /// Row.
        pub id: Uuid,
        /// Encounter.
        pub encounter_id: EncounterId,
        /// Resident.
        pub resident_id: Option<ResidentId>,
        /// Name on file.
        pub resident_name: Option<Pii<String>>,
        /// Birth date on file.
        pub resident_birth: Option<Day>,
        /// Worker who answers for the resident.
        pub resident_worker: Option<WorkerId>,
        /// Name of somebody not on file, sealed.
        pub name: Option<Vec<u8>>,
        /// Met.
        pub met: bool,
    }
}

/// Persons of some encounters of a county.
pub(crate) async fn persons(c: &mut Conn, county: DivisionId, ids: &[EncounterId]) -> Result<Vec<PersonFound>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    c.all(
        sql("SELECT p.id,p.encounter_id,p.resident_id,r.name AS resident_name,r.birth_day AS resident_birth,r.worker_id AS resident_worker,p.name,p.met FROM encounter_person p LEFT JOIN resident r ON r.county_id=p.county_id AND r.id=p.resident_id WHERE p.county_id=")
            .bind(county)
            .lit(" AND p.encounter_id IN ")
            .list(ids.iter().copied())
            .lit(" ORDER BY p.encounter_id,p.met DESC,p.id"),
    )
    .await
}

/// Workers of some encounters of a county: (encounter, worker, name).
pub(crate) async fn workers(
    c: &mut Conn,
    county: DivisionId,
    ids: &[EncounterId],
) -> Result<Vec<(EncounterId, WorkerId, Pii<String>)>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    c.all(
        sql("SELECT x.encounter_id,x.worker_id,w.name FROM encounter_worker x JOIN worker w ON w.id=x.worker_id WHERE x.county_id=")
            .bind(county)
            .lit(" AND x.encounter_id IN ")
            .list(ids.iter().copied())
            .lit(" ORDER BY x.encounter_id,x.id"),
    )
    .await
}

/// Which of some residents a worker met or sought, under the record or under one that was merged into it.
pub(crate) async fn took_part(
    c: &mut Conn,
    county: DivisionId,
    me: WorkerId,
    ids: &[ResidentId],
) -> Result<Vec<ResidentId>> {
    let links = super::merge::links(c, county, ids).await?;
    let merged = links.iter().filter(|(_, stays)| ids.contains(stays)).map(|(goes, _)| *goes);
    let q = sql("SELECT DISTINCT p.resident_id FROM encounter_person p JOIN encounter_worker x ON x.county_id=p.county_id AND x.encounter_id=p.encounter_id JOIN encounter e ON e.county_id=p.county_id AND e.id=p.encounter_id WHERE p.county_id=")
        .bind(county)
        .lit(" AND e.voided_at IS NULL AND x.worker_id=")
        .bind(me)
        .lit(" AND p.resident_id IN ")
        .list(ids.iter().copied().chain(merged));
    let found: Vec<(ResidentId,)> = c.all(q).await?;
    let read_with = |id: ResidentId| links.iter().find(|(goes, _)| *goes == id).map(|(_, stays)| *stays);
    Ok(found.into_iter().flat_map(|f| [Some(f.0), read_with(f.0)]).flatten().collect())
}

/// (start, minutes) of other encounters of some workers around a day, where both are known; the start is counted in
/// minutes from the beginning of the day, below 0 for the day before, so that a visit across midnight is seen.
pub(crate) async fn busy(
    c: &mut Conn,
    county: DivisionId,
    workers: &[WorkerId],
    day: Day,
    except: Option<EncounterId>,
) -> Result<Vec<(i64, i64)>> {
    let q = sql("SELECT DISTINCT e.day,e.start_minute,e.minutes FROM encounter e JOIN encounter_worker x ON x.county_id=e.county_id AND x.encounter_id=e.id WHERE e.county_id=")
        .bind(county)
        .lit(" AND e.day>=")
        .bind(day.add_days(-1))
        .lit(" AND e.day<=")
        .bind(day.add_days(1))
        .lit(" AND e.voided_at IS NULL AND e.start_minute IS NOT NULL AND e.minutes IS NOT NULL AND x.worker_id IN ")
        .list(workers.iter().copied());
    let found: Vec<(Day, i64, i64)> = c
        .all(match except {
            Some(id) => q.lit(" AND e.id<>").bind(id),
            None => q,
        })
        .await?;
    Ok(found.into_iter().map(|(on, start, minutes)| (day.days_until(on) * 1440 + start, minutes)).collect())
}

/// The newest encounter of a station, not void, of the kind and day of a draft with one of its persons: which, whose, and
/// when it was entered.
pub(crate) async fn same(
    c: &mut Conn,
    (county, unit): (DivisionId, UnitId),
    d: &EncounterDraft,
    persons: &[ResidentId],
) -> Result<Option<(EncounterId, WorkerId, Stamp)>> {
    let q = binds!(
        sql("SELECT e.id,e.worker_id,e.recorded_at FROM encounter e WHERE e.county_id="),
        "" => county,
        " AND e.unit_id=" => unit,
        " AND e.day=" => d.day,
        " AND e.kind=" => d.kind,
    );
    let q = q
        .lit(" AND e.voided_at IS NULL AND EXISTS(SELECT 1 FROM encounter_person p WHERE p.county_id=e.county_id AND p.encounter_id=e.id AND p.resident_id IN ")
        .list(persons.iter().copied())
        .lit(") ORDER BY e.recorded_at DESC,e.id DESC LIMIT 1");
    c.one(q).await
}

/// Values of a correction that are sealed or derived outside the draft.
pub(crate) struct Sealed {
    /// What was done.
    pub action: Option<Vec<u8>>,
    /// Body and mind.
    pub state_note: Option<Vec<u8>>,
    /// Where.
    pub place: Place,
    /// Who answers for the record: it is theirs to amend.
    pub worker: WorkerId,
}

/// Where an encounter counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// Township.
    pub township: Option<DivisionId>,
    /// Village of the residents.
    pub village: Option<DivisionId>,
    /// Their household.
    pub household: Option<zw_core::HouseholdId>,
}

impl Place {
    /// The place of the first resident; without one the township of the station.
    pub(crate) fn of(residents: &[Resident], first: Option<ResidentId>, fallback: Option<DivisionId>) -> Self {
        match residents.iter().find(|r| Some(r.id) == first) {
            Some(r) => {
                Self { township: Some(r.township_id), village: Some(r.village_id), household: Some(r.household_id) }
            }
            None => Self { township: fallback, ..Self::default() },
        }
    }
}

/// Writes a correction; 0 rows when somebody was faster. Persons and workers are replaced by the caller.
pub(crate) async fn update(
    tx: &mut Tx,
    p: &Permit<Encounter>,
    was: &Encounter,
    d: &EncounterDraft,
    s: Sealed,
    by: &str,
) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE encounter AS e SET version=e.version+1"),
        ",kind=" => d.kind,
        ",day=" => d.day,
        ",start_minute=" => d.start,
        ",township_id=" => s.place.township,
        ",village_id=" => s.place.village,
        ",household_id=" => s.place.household,
        ",mode=" => d.mode,
        ",purpose=" => d.purpose,
        ",topic=" => d.topic,
        ",minutes=" => d.minutes,
        ",safety=" => d.safety_text(),
        ",action=" => s.action,
        ",state_note=" => s.state_note,
        ",result=" => d.result,
        ",next_on=" => d.next_on,
        ",met_n=" => d.met(),
        ",worker_id=" => s.worker,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE e.county_id=" => was.county_id,
        " AND e.id=" => was.id,
        " AND e.version=" => was.version,
    );
    tx.run(p.within(q)).await
}

/// Takes persons and workers off an encounter, before a correction writes them again.
pub(crate) async fn clear_people(tx: &mut Tx, county: DivisionId, id: EncounterId) -> Result<()> {
    tx.run(sql("DELETE FROM encounter_person WHERE county_id=").bind(county).lit(" AND encounter_id=").bind(id))
        .await?;
    tx.run(sql("DELETE FROM encounter_worker WHERE county_id=").bind(county).lit(" AND encounter_id=").bind(id))
        .await?;
    Ok(())
}

/// Declares an encounter void; 0 rows when somebody was faster.
pub(crate) async fn void(tx: &mut Tx, p: &Permit<Encounter>, was: &Encounter, reason: &str, by: &str) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE encounter AS e SET version=e.version+1"),
        ",voided_at=" => at,
        ",void_reason=" => reason,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE e.county_id=" => was.county_id,
        " AND e.id=" => was.id,
        " AND e.voided_at IS NULL AND e.version=" => was.version,
    );
    tx.run(p.within(q)).await
}
