//! Whether a person is on file already, before a record is made (domain.md section 11, security.md PRIV-12, decision 0035).
//!
//! What is compared is the whole county; what is told is less. Where the reader sees names: the person. Anywhere else in
//! the county: that somebody is on file at a station, and only of a resemblance that must be answered; each such answer is
//! counted and written down. Other counties are not compared at all: there only the same number tells, and only the fact.

use super::{sight, sight::Sight};
use crate::model::{
    Distinct, Likeness, Resident, ResidentDraft, Shared, Side, Thresholds, Why, likeness, near_initials, swapped,
};
use crate::out::{Candidate, Duplicates};
use crate::policy;
use crate::store::{self, row};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use zw_access::{Ctx, Limit, Permit};
use zw_core::code::Code as _;
use zw_core::person_id::{self, IdKind, Sex, phone};
use zw_core::{Day, DivisionId, Error, FieldErrors, HouseholdId, Key, ResidentId, Result, UnitId, names};
use zw_db::{Conn, Tx};

/// Most candidates that are shown, the likeliest first.
const SHOWN: usize = 5;

/// A form that asks to be told of weaker resemblances as well: what a page sends the first time.
pub const ASK: &str = "ask";

/// What resembles, before anybody is told of it.
pub(crate) struct Found {
    /// Whom the reader may see by name.
    own: Vec<(Resident, Likeness)>,
    /// At other stations: the resemblances that must be answered.
    beyond: Vec<(Resident, Likeness)>,
    must: i64,
}

impl Found {
    fn all(&self) -> impl Iterator<Item = &(Resident, Likeness)> {
        self.own.iter().chain(&self.beyond)
    }
    fn must(&self) -> impl Iterator<Item = ResidentId> {
        self.all().filter(|(_, l)| l.points >= self.must).map(|(r, _)| r.id)
    }
    /// Names what was found without saying it: an answer that was given to other people is no answer to these.
    fn token(&self, ctx: &Ctx) -> String {
        let mut ids: Vec<String> = self.all().map(|(r, _)| r.id.to_string()).collect();
        ids.sort();
        let parts: Vec<&[u8]> = ids.iter().map(String::as_bytes).collect();
        zw_access::hex(&ctx.app.vault.mac("duplicates", &parts)).chars().take(16).collect()
    }
    /// Without other stations' records: for who chooses among the own ones.
    pub(crate) fn own_only(self) -> Self {
        Self { beyond: vec![], ..self }
    }
    /// Whether it may be written without another question.
    pub(crate) fn answered(&self, ctx: &Ctx, seen: &str, reason: Option<Distinct>) -> bool {
        if self.all().next().is_none() {
            return true;
        }
        let shown = seen.trim() == self.token(ctx);
        let must = self.must().next().is_some();
        if must { shown && reason.is_some() } else { shown || seen.trim() != ASK }
    }
    /// The rows that keep the answer: of everybody who had to be answered about, and why.
    pub(crate) fn answer(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        key: Key<ResidentId>,
        reason: Option<Distinct>,
    ) -> Vec<row::DistinctRow> {
        let Some(reason) = reason else { return vec![] };
        let row = |other| row::DistinctRow {
            county: key.county,
            id: ctx.uuid(),
            resident: key.id,
            other,
            reason,
            at: tx.at(),
            by: ctx.actor.name.clone(),
        };
        self.must().map(row).collect()
    }
}

/// Whom the county is searched for.
pub(crate) struct Who<'a> {
    side: Side<'a>,
    phone: Option<&'a str>,
    village: Option<DivisionId>,
    household: Option<HouseholdId>,
    /// The record itself, on a correction.
    on_file: Option<&'a Resident>,
}

impl<'a> Who<'a> {
    /// Of a checked registration, or of a correction of a record.
    pub(crate) fn of(d: &'a ResidentDraft, on_file: Option<&'a Resident>) -> Self {
        let numbered = d.id_no.is_some() || on_file.is_some_and(|r| r.id_no.is_some());
        Self {
            side: Side { name: &d.name, birth: d.birth, sex: d.sex.code(), numbered },
            phone: d.phone.as_deref(),
            village: Some(d.village),
            household: on_file.map(|r| r.household_id).or(d.household),
            on_file,
        }
    }

    /// Of a record as it stands.
    pub(crate) fn of_record(r: &'a Resident) -> Self {
        Self {
            side: Side { name: r.name.for_rules(), birth: r.birth_day, sex: &r.sex, numbered: r.id_no.is_some() },
            phone: None,
            village: Some(r.village_id),
            household: Some(r.household_id),
            on_file: Some(r),
        }
    }
}

/// Compares somebody with the county. A record that is being corrected does not resemble itself, nor whomever somebody
/// declared to be another person.
pub(crate) async fn find(ctx: &Ctx, c: &mut Conn, at: (DivisionId, UnitId), who: &Who<'_>) -> Result<Found> {
    let t: Thresholds = ctx.app.settings().get();
    let except = who.on_file;
    let mut left_out: HashSet<ResidentId> = except.iter().map(|r| r.id).collect();
    if let Some(r) = except {
        left_out.extend(store::duplicate::distinct_from(c, at.0, r.id).await?);
    }
    let hash = match (who.phone, except) {
        (Some(p), _) => Some(super::blind_phone(&ctx.app.vault, p)),
        (None, Some(r)) => store::duplicate::hash_of(c, at.0, r.id).await?,
        (None, None) => None,
    };
    let phone: Vec<ResidentId> = match hash {
        Some(hash) => store::duplicate::by_phone(c, at.0, &hash).await?.into_iter().map(|f| f.0).collect(),
        None => vec![],
    };
    let initials = near_initials(who.side.name);
    let born: Vec<_> = std::iter::once(who.side.birth).chain(swapped(who.side.birth)).collect();
    let mut rows = store::duplicate::at_station(c, at, &initials).await?;
    rows.extend(store::duplicate::at_others(c, at, &born, &initials).await?);
    let rest: Vec<ResidentId> = phone.iter().copied().filter(|id| rows.iter().all(|r| r.id != *id)).collect();
    rows.extend(store::duplicate::among(c, at.0, &rest).await?);
    let see = sight::permit_of::<Resident>(ctx, policy::READ)?;
    let mut found = Found { own: vec![], beyond: vec![], must: t.must };
    for r in rows.into_iter().filter(|r| !left_out.contains(&r.id)) {
        let shared = Shared {
            phone: phone.contains(&r.id),
            household: who.household == Some(r.household_id),
            village: who.village == Some(r.village_id),
        };
        let other = Side { name: r.name.for_rules(), birth: r.birth_day, sex: &r.sex, numbered: r.id_no.is_some() };
        let like = likeness(&who.side, &other, shared, &t);
        // Who is shown masked is told of as any other station's: a hit by name would tell the name behind the mask.
        let by_name = see.as_ref().is_some_and(|p| p.covers(&r.spot()) && p.mask_for(&r.spot()).names);
        if by_name && like.points >= t.show {
            found.own.push((r, like));
        } else if !by_name && like.points >= t.must {
            found.beyond.push((r, like));
        }
    }
    for list in [&mut found.own, &mut found.beyond] {
        list.sort_by_key(|(r, l)| (-l.points, r.id));
    }
    Ok(found)
}

/// Tells what resembles: counted where it says that somebody is on file at another station, and written down before it
/// leaves.
pub(crate) async fn tell(ctx: &Ctx, permit: &Permit<Resident>, county: DivisionId, found: Found) -> Result<Duplicates> {
    if found.all().next().is_none() {
        return Ok(Duplicates::default());
    }
    let (must, seen) = (found.must().next().is_some(), found.token(ctx));
    let mut tx = ctx.write().await?;
    let change =
        permit.change(Some(county), "resembling").subjects(found.all().map(|(r, _)| r.id)).purpose("duplicate");
    if !found.beyond.is_empty()
        && let Some(retry_after_s) = Limit::DUPLICATE.take(ctx, &mut tx).await?
    {
        tx.commit(change.denied()).await?;
        return Err(Error::TooMany { retry_after_s });
    }
    let mut items = vec![];
    if let Some(see) = sight::permit_of::<Resident>(ctx, policy::READ)? {
        let (rows, likes): (Vec<Resident>, Vec<Likeness>) = found.own.into_iter().take(SHOWN).unzip();
        let sight = Sight::of(ctx, &mut tx, &see, &rows).await?;
        let (cards, _) = super::show::cards(ctx, &sight, &rows);
        for ((r, like), card) in rows.iter().zip(likes).zip(cards) {
            // A birth date or a telephone that fits is a guess confirmed: only for who sees them.
            let told = |w: &Why| w.of_name() || matches!(w, Why::Household | Why::Village) || sight.basics(r);
            let why = like.why.into_iter().filter(told).collect();
            items.push(Candidate { must: like.points >= found.must, person: Some(card), station: None, why });
        }
    }
    let mut units: Vec<UnitId> = found.beyond.iter().map(|(r, _)| r.unit_id).collect();
    units.sort_unstable();
    units.dedup();
    let mut stations = store::neighbour::unit_names(&mut tx, &units).await?;
    stations.sort();
    for (_, station) in stations.into_iter().take(SHOWN) {
        items.push(Candidate { must: true, person: None, station: Some(station), why: vec![] });
    }
    tx.commit(change).await?;
    Ok(Duplicates { must, seen, items })
}

impl Duplicates {
    /// The problem of a form that has to answer.
    pub(crate) fn error(&self) -> Error {
        let mut e = FieldErrors::default();
        e.add_with("name", "resident-look-alike", &[("seen", self.seen.as_str())]);
        Error::Invalid(e)
    }
}

/// Somebody to look for, as typed; the rest of a registration is not needed yet.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LookInput {
    /// Station (unit id); may stay empty for who works at one station.
    pub unit: String,
    /// Name.
    pub name: String,
    /// Kind of document; empty means resident_id.
    pub id_type: String,
    /// Document number, if there is one.
    pub id_no: String,
    /// Birth date; taken from the number when empty.
    pub birth: String,
    /// Sex (1, 2); taken from the number when empty.
    pub sex: String,
    /// Phone.
    pub phone: String,
    /// Village (division id).
    pub village: String,
    /// Household (household id).
    pub household: String,
}

/// Looks whether somebody is on file, before anything is registered. The same document number is answered as a
/// registration answers it.
pub async fn look(ctx: &Ctx, input: &LookInput) -> Result<Duplicates> {
    let permit = ctx.permit::<Resident>(policy::REGISTER)?;
    let (county, unit) = super::station(&permit, &input.unit)?;
    let mut e = FieldErrors::default();
    let name = names::check(&input.name).map_err(|p| e.add("name", p.code())).unwrap_or_default();
    let kind = crate::model::code_of::<IdKind>(&mut e, "id_type", &input.id_type, false).unwrap_or(IdKind::ResidentId);
    let typed = Some(input.id_no.trim()).filter(|t| !t.is_empty());
    let id = typed.map(|t| person_id::parse(kind, t, ctx.today()));
    let id = id.transpose().map_err(|p| e.add("id_no", p.code())).unwrap_or_default();
    let birth = crate::model::day_of(&mut e, "birth", &input.birth, false).or(id.as_ref().and_then(|i| i.birth));
    if birth.is_none() && e.of("birth").is_none() && e.of("id_no").is_none() {
        e.add("birth", "required");
    }
    let sex = crate::model::code_of::<Sex>(&mut e, "sex", &input.sex, false).or(id.as_ref().and_then(|i| i.sex));
    let tel = Some(input.phone.trim()).filter(|t| !t.is_empty()).map(phone::check);
    if tel == Some(None) {
        e.add("phone", "resident-phone");
    }
    e.check()?;
    let birth: Day = birth.ok_or_else(|| Error::field("birth", "required"))?;
    let tel = tel.flatten();
    let who = Who {
        side: Side { name: &name, birth, sex: sex.unwrap_or(Sex::Unknown).code(), numbered: id.is_some() },
        phone: tel.as_deref(),
        village: input.village.trim().parse().ok(),
        household: input.household.trim().parse().ok(),
        on_file: None,
    };
    let mut c = ctx.read().await?;
    super::register::station_of(&mut c, county, unit).await?;
    if let Some(id) = &id {
        let hash = super::register::blind(&ctx.app.vault, id.kind, &id.number);
        if store::resident::holder(&mut c, &hash).await?.is_some() {
            drop(c);
            return Err(super::register::duplicate(ctx, &permit, &hash, county, unit).await?);
        }
    }
    let found = find(ctx, &mut c, (county, unit), &who).await?;
    drop(c);
    tell(ctx, &permit, county, found).await
}

/// The reader says that the person is one on file: what was typed is kept as the draft of the registration, which can be
/// taken up again or thrown away, and the record may be opened.
pub async fn same(ctx: &Ctx, key: Key<ResidentId>, draft: &str, typed: &[(String, String)]) -> Result<()> {
    let permit = ctx.permit::<Resident>(policy::REGISTER)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut tx = ctx.write().await?;
    store::resident::get(&mut tx, &see, ctx.today(), key.county, key.id).await?.ok_or(Error::NotFound)?;
    zw_web::Page::keep_draft(ctx, &mut tx, draft, typed).await?;
    tx.commit(permit.change(Some(key.county), key.id).subject(key.id).purpose("same-person")).await
}
