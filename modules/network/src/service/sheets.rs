//! Build-out sheets: the county's table, keeping a sheet, obstacles.

use super::{by, no_names};
use crate::model::day_field;
use crate::model::sheet::{
    Attempt, BuildOut, BuiltBy, CloseObstacleInput, CoveredBy, Obstacle, ObstacleInput, SheetDates, SheetInput,
    SheetOut, township_status,
};
use crate::model::unit::UnitState;
use crate::policy;
use crate::store::{attempts, sheets as store, units as unit_store};
use std::collections::HashMap;
use zw_access::{Action, Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::tree::{DivisionKind, View};
use zw_core::{BuildOutId, DivisionId, Error, FieldErrors, ObstacleId, Result, UnitId};
use zw_db::{Conn, Tx};
use zw_web::Idem;

/// A county's sheets: one line for every counted township, open or not.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct CountySheets {
    /// County.
    pub county_id: DivisionId,
    /// Its name.
    pub county: String,
    /// One line per township, by code.
    pub sheets: Vec<SheetOut>,
}

/// The counties whose sheets the reader may open, by code: one for a county or township office.
pub fn counties(ctx: &Ctx) -> Result<Vec<DivisionId>> {
    let permit = ctx.permit::<BuildOut>(policy::SHEET_READ)?;
    let view = ctx.tree().as_of(ctx.today());
    let mut all: Vec<DivisionId> = view.roots().iter().flat_map(|r| view.counties_under(*r).to_vec()).collect();
    all.retain(|c| permit.touches_county(*c));
    Ok(all)
}

/// The table of a county. A township office sees its own township, a station its own.
pub async fn of_county(ctx: &Ctx, county: DivisionId) -> Result<CountySheets> {
    let permit = ctx.permit::<BuildOut>(policy::SHEET_READ)?;
    if !permit.touches_county(county) {
        return Err(Error::NotFound);
    }
    let view = ctx.tree().as_of(ctx.today());
    let name = view.get(county).map(|d| d.name.clone()).ok_or(Error::NotFound)?;
    let mut c = ctx.read().await?;
    let sheets = store::of_county(&mut c, &permit, county).await?;
    let mut stuck: HashMap<BuildOutId, Vec<Obstacle>> = HashMap::new();
    for o in store::obstacles_of_county(&mut c, &permit, county).await? {
        stuck.entry(o.build_out_id).or_default().push(o);
    }
    let facts = Facts::load(&mut c, ctx, county).await?;
    let mut sheets: HashMap<DivisionId, BuildOut> = sheets.into_iter().map(|s| (s.township_id, s)).collect();
    let mut out = vec![];
    for town in view.townships_under(county) {
        let counted = view.get(*town).is_some_and(|d| d.in_denominator);
        let sheet = sheets.remove(town);
        let visible = permit.covers_town(county, *town) || sheet.is_some();
        if visible && (counted || sheet.is_some()) {
            let obstacles = sheet.as_ref().and_then(|s| stuck.remove(&s.id)).unwrap_or_default();
            out.push(facts.out(ctx, &view, (county, *town), sheet, obstacles, vec![]));
        }
    }
    Ok(CountySheets { county_id: county, county: name, sheets: out })
}

/// Stations of a county as sheets need them.
struct Facts {
    built: HashMap<DivisionId, BuiltBy>,
    names: HashMap<UnitId, (String, UnitState)>,
}

impl Facts {
    async fn load(c: &mut Conn, ctx: &Ctx, county: DivisionId) -> Result<Self> {
        let built = unit_store::built_by_town(c, county, ctx.today()).await?;
        let names = unit_store::names(c, county).await?;
        Ok(Self {
            built: built.into_iter().map(|b| (b.division_id, b)).collect(),
            names: names.into_iter().map(|(id, _, name, state)| (id, (name, state))).collect(),
        })
    }

    fn out(
        &self,
        ctx: &Ctx,
        view: &View,
        (county, town): (DivisionId, DivisionId),
        sheet: Option<BuildOut>,
        obstacles: Vec<Obstacle>,
        attempts: Vec<Attempt>,
    ) -> SheetOut {
        let built = self.built.get(&town);
        let stuck = obstacles.iter().any(|o| o.to_day.is_none());
        let dates = sheet.as_ref().map(SheetDates::from);
        let status = township_status(dates.as_ref(), built.is_some(), stuck, ctx.today());
        let open = sheet.is_some();
        let s = sheet.unwrap_or_else(|| BuildOut::open(BuildOutId(zw_core::Uuid::nil()), county, town, ctx.now()));
        let unit_id = s.unit_id.or(built.map(|b| b.id));
        let unit = unit_id.and_then(|u| self.names.get(&u));
        SheetOut {
            township_id: town,
            township: view.get(town).map(|d| d.name.clone()).unwrap_or_default(),
            county_id: county,
            county: view.get(county).map(|d| d.name.clone()).unwrap_or_default(),
            kept_by: s.kept_by,
            unit_id,
            unit: unit.map(|u| u.0.clone()),
            unit_state: unit.map(|u| u.1),
            built: built.is_some(),
            covered_by: built.filter(|_| s.accepted_on.is_none()).map(CoveredBy::from),
            venue_on: s.venue_on,
            tender_on: s.tender_on,
            contract_on: s.contract_on,
            staff_on: s.staff_on,
            plaque_on: s.plaque_on,
            accepted_on: s.accepted_on,
            reinspected_on: s.reinspected_on,
            round_from: s.round_from,
            funds_on: s.funds_on,
            accept_venue: s.accept_venue,
            accept_staff: s.accept_staff,
            accept_service: s.accept_service,
            due_on: s.due_on,
            unusual: s.unusual().into_iter().map(str::to_owned).collect(),
            unusual_by: s.unusual_by,
            unusual_on: s.unusual_on,
            note: s.note,
            obstacles,
            attempts: attempts.into_iter().map(Into::into).collect(),
            status,
            version: s.version,
            updated_at: open.then_some(s.updated_at),
            updated_by: s.updated_by,
        }
    }
}

/// The county of a township of the permit; `NotFound` for what is no township or lies outside.
fn county_of(ctx: &Ctx, permit: &Permit<BuildOut>, town: DivisionId) -> Result<DivisionId> {
    let view = ctx.tree().as_of(ctx.today());
    let found = view.get(town).filter(|d| d.kind == DivisionKind::Township).ok_or(Error::NotFound)?;
    let county = view.county_of(found.id).ok_or(Error::NotFound)?;
    if permit.covers_town(county, town) { Ok(county) } else { Err(Error::NotFound) }
}

/// One township's sheet; version 0 when it was never opened.
pub async fn get(ctx: &Ctx, town: DivisionId) -> Result<SheetOut> {
    let permit = ctx.permit::<BuildOut>(policy::SHEET_READ)?;
    let mut c = ctx.read().await?;
    let sheet = store::of_town(&mut c, &permit, town).await?;
    // A station reads the sheet it stands on without having the township.
    let county = match &sheet {
        Some(s) => s.county_id,
        None => county_of(ctx, &permit, town)?,
    };
    let (obstacles, attempts) = match &sheet {
        Some(s) => (store::obstacles(&mut c, s).await?, attempts::of_sheet(&mut c, s).await?),
        None => (vec![], vec![]),
    };
    let facts = Facts::load(&mut c, ctx, county).await?;
    let view = ctx.tree().as_of(ctx.today());
    Ok(facts.out(ctx, &view, (county, town), sheet, obstacles, attempts))
}

/// Opens the sheets of all counted townships of a county that have none; how many were opened.
pub async fn ensure(ctx: &Ctx, county: DivisionId) -> Result<usize> {
    let permit = ctx.permit::<BuildOut>(policy::SHEET_EDIT)?;
    if !permit.covers_county(county) {
        return Err(Error::NotFound);
    }
    let view = ctx.tree().as_of(ctx.today());
    let mut tx = ctx.write().await?;
    let have: Vec<DivisionId> =
        store::of_county(&mut tx, &permit, county).await?.into_iter().map(|s| s.township_id).collect();
    let missing: Vec<DivisionId> =
        view.counted(DivisionKind::Township, county).iter().copied().filter(|t| !have.contains(t)).collect();
    if missing.is_empty() {
        return Ok(0);
    }
    for town in &missing {
        store::open(&mut tx, &fresh(ctx, county, *town)).await?;
    }
    tx.commit(permit.change(Some(county), county).fields(&["opened"]).digest_of(&missing)).await?;
    Ok(missing.len())
}

fn fresh(ctx: &Ctx, county: DivisionId, town: DivisionId) -> BuildOut {
    BuildOut { version: 1, updated_by: by(ctx), ..BuildOut::open(BuildOutId(ctx.uuid()), county, town, ctx.now()) }
}

/// The sheet to be changed, opened if it never was. Who changes it keeps it or is the county; the version seen must be the
/// version that stands.
pub(super) async fn load(
    tx: &mut Tx,
    ctx: &Ctx,
    permit: &Permit<BuildOut>,
    town: DivisionId,
    seen: Option<i64>,
) -> Result<BuildOut> {
    let county = county_of(ctx, permit, town)?;
    let mut opened = false;
    let mut sheet = store::of_town(tx, permit, town).await?;
    if sheet.is_none() {
        store::open(tx, &fresh(ctx, county, town)).await?;
        sheet = store::of_town(tx, permit, town).await?;
        opened = true;
    }
    let sheet = sheet.ok_or(Error::NotFound)?;
    if !sheet.kept_by.open_to(permit.covers_county(county)) {
        return Err(Error::rule("sheet-kept-by-county"));
    }
    match seen {
        Some(v) if v != sheet.version && !(opened && v == 0) => Err(store::conflict(&sheet)),
        _ => Ok(sheet),
    }
}

pub(super) struct Opened {
    pub(super) permit: Permit<BuildOut>,
    pub(super) tx: Tx,
}

/// Permit and transaction of a sheet's use case; `None` when this form had its effect already.
pub(super) async fn begin(ctx: &Ctx, action: Action, idem: &Idem) -> Result<Option<Opened>> {
    let permit = ctx.permit::<BuildOut>(action)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(None);
    }
    Ok(Some(Opened { permit, tx }))
}

/// Keeps a sheet: dates, due date, note, and one new obstacle on the same form.
pub async fn edit(ctx: &Ctx, town: DivisionId, input: &SheetInput, idem: &Idem) -> Result<()> {
    let texts = [("note", input.note.as_str()), ("obstacle_text", &input.obstacle_text)];
    no_names(ctx, &ctx.permit::<BuildOut>(policy::SHEET_EDIT)?, town, &texts).await?;
    let Some(Opened { permit, mut tx }) = begin(ctx, policy::SHEET_EDIT, idem).await? else { return Ok(()) };
    let old = load(&mut tx, ctx, &permit, town, Some(input.version)).await?;
    // Who may not say who keeps it may send back what stands.
    if !permit.covers_county(old.county_id) && !input.kept_by.is_empty() && input.kept_by != old.kept_by.code() {
        return Err(Error::field("kept_by", "keeper-county"));
    }
    let sheet = input.apply(&old, ctx.today(), ctx.now(), &by(ctx));
    let obstacle =
        input.obstacle().map(|o| o.check(ctx.today(), ("obstacle", "obstacle_text", "obstacle_on"))).transpose();
    // Problems of the sheet and of the new obstacle are told together.
    let (next, obstacle) = match (sheet, obstacle) {
        (Ok(s), Ok(o)) => (s, o),
        (Err(Error::Invalid(mut a)), Err(Error::Invalid(b))) => {
            a.0.extend(b.0);
            return Err(Error::Invalid(a));
        }
        (Err(e), _) | (_, Err(e)) => return Err(e),
    };
    store::save(&mut tx, &permit, &next).await?;
    if let Some((code, text, from_day)) = obstacle {
        let o = Obstacle {
            id: ObstacleId(ctx.uuid()),
            build_out_id: next.id,
            township_id: town,
            code,
            text,
            from_day,
            to_day: None,
        };
        store::add_obstacle(&mut tx, &next, &o).await?;
    }
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(next.county_id));
    tx.commit(permit.change(Some(next.county_id), next.id).fields(&changed(&old, &next)).digest_of(&next)).await
}

fn changed(a: &BuildOut, b: &BuildOut) -> Vec<&'static str> {
    let quiet = ["version", "updated_at", "updated_by"];
    let pairs = a.written().into_iter().zip(b.written());
    pairs.filter(|((n, x), (_, y))| x != y && !quiet.contains(n)).map(|((n, _), _)| n).collect()
}

/// Notes an obstacle.
pub async fn add_obstacle(ctx: &Ctx, town: DivisionId, input: &ObstacleInput, idem: &Idem) -> Result<()> {
    no_names(ctx, &ctx.permit::<BuildOut>(policy::SHEET_EDIT)?, town, &[("text", &input.text)]).await?;
    let Some(Opened { permit, mut tx }) = begin(ctx, policy::SHEET_EDIT, idem).await? else { return Ok(()) };
    let sheet = load(&mut tx, ctx, &permit, town, None).await?;
    let (code, text, from_day) = input.check(ctx.today(), ("code", "text", "on"))?;
    let o = Obstacle {
        id: ObstacleId(ctx.uuid()),
        build_out_id: sheet.id,
        township_id: town,
        code,
        text,
        from_day,
        to_day: None,
    };
    store::add_obstacle(&mut tx, &sheet, &o).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(sheet.county_id));
    tx.commit(permit.change(Some(sheet.county_id), sheet.id).fields(&["obstacle"]).digest_of(&o)).await
}

/// Notes that an obstacle is gone.
pub async fn close_obstacle(
    ctx: &Ctx,
    town: DivisionId,
    id: ObstacleId,
    input: &CloseObstacleInput,
    idem: &Idem,
) -> Result<()> {
    let Some(Opened { permit, mut tx }) = begin(ctx, policy::SHEET_EDIT, idem).await? else { return Ok(()) };
    let sheet = load(&mut tx, ctx, &permit, town, None).await?;
    let found = store::obstacles(&mut tx, &sheet).await?.into_iter().find(|o| o.id == id).ok_or(Error::NotFound)?;
    let mut e = FieldErrors::default();
    let on = day_field(&mut e, "on", &input.on).unwrap_or_else(|| ctx.today());
    if on > ctx.today() {
        e.add("on", "date-future");
    } else if on < found.from_day {
        e.add_with("on", "before-obstacle", &[("day", &found.from_day.to_string())]);
    }
    e.check()?;
    // Somebody else closed it meanwhile: closing twice is closing once.
    if !store::close_obstacle(&mut tx, &sheet, id, on).await? {
        return Ok(());
    }
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(sheet.county_id));
    tx.commit(permit.change(Some(sheet.county_id), sheet.id).fields(&["obstacle"]).digest_of(&(id, on))).await
}
