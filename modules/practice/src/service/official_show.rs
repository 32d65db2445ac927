//! What readers see of official lists: the lists with their numbers, who is on one and on no file, the rates.

use super::open;
use crate::measures::official::{self, Basis};
use crate::model::official_file::lowest;
use crate::model::official_place::Found;
use crate::model::{
    ListOut, ListPage, OfficialList, OfficialRow, PlaceOut, RATE_RULE, RateOut, RatesPage, UnmatchedOut, listable, rate,
};
use crate::policy;
use crate::store::{self, official as lists};
use serde::{Deserialize, Serialize};
use zw_access::{Action, Ctx, Part, Permit, sealed};
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Error, Key, OfficialListId, PageReq, Paged, Result, UnitId, Uuid};
use zw_db::Conn;
use zw_indicators::Area;

/// Persons on a list of a place below which how many of them are on file is not told to who sees no names (security.md MASK-5).
const TOLD_FROM: i64 = 5;

/// What lists are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindLists {
    /// County (division id).
    pub county: String,
    /// `1`: those that a later one replaced too.
    pub replaced: String,
}

/// Which rates are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindRates {
    /// Division id or unit id; the reader's own area by default.
    pub area: String,
    /// As of the end of this day; today by default.
    pub as_of: String,
}

/// Who is asked for of those on no file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindUnmatched {
    /// Category code.
    pub category: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

/// The parts of a county that a reader is about: the whole, or the own townships and stations.
fn own(permit: &Permit<OfficialList>, county: DivisionId) -> Vec<Area> {
    if permit.covers_county(county) {
        return vec![Area::County(county)];
    }
    let parts = permit.scope().0.iter().flat_map(|p| match p {
        Part::Towns(c, towns) if *c == county => towns.iter().map(|t| Area::Town(*c, *t)).collect(),
        Part::Unit(c, u) if *c == county => vec![Area::Unit(*c, *u)],
        _ => vec![],
    });
    let mut out: Vec<Area> = vec![];
    for a in parts {
        if !out.contains(&a) {
            out.push(a);
        }
    }
    out
}

fn name(view: &View, id: DivisionId) -> String {
    view.get(id).map(|v| v.name.clone()).unwrap_or_default()
}

/// Numbers of some lists, those of a county together, in the reader's parts of their counties; whole counties are counted at
/// once. Somebody who works at two stations that serve one village would count it twice, so only the first part is shown then.
async fn numbers(ctx: &Ctx, c: &mut Conn, permit: &Permit<OfficialList>, all: Vec<OfficialList>) -> Result<Vec<Basis>> {
    let (mut whole, mut counties, mut out) = (vec![], vec![], vec![]);
    for some in all.chunk_by(|a, b| a.county_id == b.county_id) {
        let Some(county) = some.first().map(|l| l.county_id) else { continue };
        match own(permit, county).into_iter().next() {
            Some(Area::County(_)) => {
                whole.extend_from_slice(some);
                counties.push(county);
            }
            Some(part) => out.extend(official::numbers_of(c, some.to_vec(), &part, ctx.today()).await?),
            None => {}
        }
    }
    if !whole.is_empty() {
        out.extend(official::numbers_of(c, whole, &Area::Counties(counties), ctx.today()).await?);
    }
    // Stable: within a county they stay as they came.
    out.sort_by_key(|b| b.list.county_id);
    Ok(out)
}

fn list_out(view: &View, b: Basis) -> ListOut {
    let rate = rate(b.on_file, b.due());
    let l = b.list;
    let by_rows = l.kind == crate::model::ListKind::Rows;
    ListOut {
        county: l.county_id,
        county_name: name(view, l.county_id),
        id: l.id,
        category: l.category,
        list_date: l.list_date,
        authority: l.authority,
        document: l.document,
        stated: l.stated,
        kind: l.kind,
        listed: b.listed,
        on_file: b.on_file,
        unmatched: b.listed.filter(|_| by_rows).map(|n| n - b.on_file),
        refused: b.refused,
        rate,
        replaced: l.replaced_by.is_some(),
        imported_at: l.imported_at.minute_cn(),
        imported_by: l.imported_by,
    }
}

/// The lists of the reader's counties, with their numbers in the own area.
pub async fn list(ctx: &Ctx, ask: &FindLists) -> Result<Vec<ListOut>> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_READ)?;
    let county = match ask.county.trim() {
        "" => None,
        t => {
            let id = t.parse().map(DivisionId).map_err(|_| Error::field("county", "list-county-outside"))?;
            if !permit.reads_county(id) {
                return Err(Error::field("county", "list-county-outside"));
            }
            Some(id)
        }
    };
    let mut c = ctx.read().await?;
    let found = lists::lists(&mut c, &permit, lists::Find { county, replaced: ask.replaced == "1" }).await?;
    let view = ctx.tree().as_of(ctx.today());
    Ok(numbers(ctx, &mut c, &permit, found).await?.into_iter().map(|b| list_out(&view, b)).collect())
}

/// A list's page: its numbers by place. Who sees names sees villages; others townships, and nothing of a few persons.
pub async fn page(ctx: &Ctx, county: DivisionId, id: OfficialListId) -> Result<ListPage> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_READ)?;
    let mut c = ctx.read().await?;
    let l = lists::get(&mut c, &permit, county, id).await?.ok_or(Error::NotFound)?;
    let Some(area) = own(&permit, county).into_iter().next() else { return Err(Error::NotFound) };
    let by_rows = l.kind == crate::model::ListKind::Rows;
    let found = official::places(&mut c, &l, &area, ctx.today()).await?;
    let list = numbers(ctx, &mut c, &permit, vec![l]).await?.pop().ok_or(Error::NotFound)?;
    let view = ctx.tree().as_of(ctx.today());
    let names = matches!(area, Area::Unit(..)) && permit.shows_names();
    let mut places: Vec<(DivisionId, Option<DivisionId>, i64, i64)> = vec![];
    for (town, village, listed, on_file) in found {
        let village = village.filter(|_| names);
        match places.last_mut().filter(|p| (p.0, p.1) == (town, village)) {
            Some(p) => (p.2, p.3) = (p.2 + listed, p.3 + on_file),
            None => places.push((town, village, listed, on_file)),
        }
    }
    let few = few(&places, names);
    let places = places.into_iter().zip(few).map(|((town, village, listed, on_file), few)| PlaceOut {
        township: name(&view, town),
        village: village.map(|v| name(&view, v)).unwrap_or_default(),
        listed,
        on_file: (by_rows && !few).then_some(on_file),
    });
    Ok(ListPage { list: list_out(&view, list), places: places.collect() })
}

/// Which places say nothing of who is on file: those with a few persons on the list, and, where it is one alone, the smallest
/// besides, so that no subtraction from the sum tells it.
fn few(places: &[(DivisionId, Option<DivisionId>, i64, i64)], names: bool) -> Vec<bool> {
    let mut out: Vec<bool> = places.iter().map(|p| !names && (1..TOLD_FROM).contains(&p.2)).collect();
    if out.iter().filter(|f| **f).count() == 1 {
        let next = places.iter().enumerate().filter(|(i, p)| p.2 > 0 && !out[*i]).min_by_key(|(_, p)| p.2);
        if let Some(slot) = next.map(|(i, _)| i).and_then(|i| out.get_mut(i)) {
            *slot = true;
        }
    }
    out
}

fn unmatched_out(ctx: &Ctx, view: &View, permit: &Permit<OfficialRow>, r: &OfficialRow) -> Result<UnmatchedOut> {
    let name_of = open(ctx, sealed::OFFICIAL_ROW_NAME, r.county_id, &r.id, r.name.as_ref())?;
    let at = Found { township: r.township_id, village: r.village_id };
    // The rows of this permit lie at the stations of its scope, of which each shows names.
    let mask = if permit.shows_all_names() {
        zw_access::MaskPlan { names: true, revealed: false }
    } else {
        zw_access::MaskPlan::MASKED
    };
    let has_villages = !view.villages_under(r.township_id).is_empty();
    Ok(UnmatchedOut {
        id: r.id,
        name: name_of.map(|n| mask.name(&n)).unwrap_or_default(),
        township: name(view, r.township_id),
        village: r.village_id.map(|v| name(view, v)).unwrap_or_default(),
        village_id: r.village_id.or((!has_villages).then(|| lowest(at))),
        category: r.category.clone(),
        authority: r.authority,
        list_date: r.list_date,
        was_on_file: r.resident_id.is_some(),
    })
}

/// Those on standing lists whom nobody has on file, in the places that the reader's stations serve. Their names are written
/// down before they leave (security.md AUD-2): a status of an authority is of class P3.
pub async fn unmatched(ctx: &Ctx, ask: &FindUnmatched) -> Result<Paged<UnmatchedOut>> {
    read(ctx, policy::OFFICIAL_NAMES, ask, PageReq::new(ask.page, ask.size.or(Some(50)))).await
}

/// All of them for an export.
pub async fn export(ctx: &Ctx, ask: &FindUnmatched) -> Result<Paged<UnmatchedOut>> {
    read(ctx, policy::OFFICIAL_EXPORT, ask, PageReq::export()).await
}

async fn read(ctx: &Ctx, action: Action, ask: &FindUnmatched, page: PageReq) -> Result<Paged<UnmatchedOut>> {
    let permit = ctx.permit::<OfficialRow>(action)?;
    let mut c = ctx.read().await?;
    let (rows, total) = lists::nobodys(&mut c, &permit, ask.category.trim(), ctx.today(), page).await?;
    drop(c);
    let view = ctx.tree().as_of(ctx.today());
    let items = rows.iter().map(|r| unmatched_out(ctx, &view, &permit, r)).collect::<Result<Vec<_>>>()?;
    if let Some(first) = rows.first() {
        let tx = ctx.write().await?;
        let seen = permit.change(Some(first.county_id), "list").fields(&["name", "category"]);
        tx.commit(seen.subjects(rows.iter().map(|r| r.id))).await?;
    }
    Ok(Paged::of(page, items, total))
}

/// One of them, for the registration form that begins with what the list says.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<UnmatchedOut> {
    let permit = ctx.permit::<OfficialRow>(policy::OFFICIAL_NAMES)?;
    let mut c = ctx.read().await?;
    let r = lists::nobodys_one(&mut c, &permit, ctx.today(), id).await?.ok_or(Error::NotFound)?;
    drop(c);
    let view = ctx.tree().as_of(ctx.today());
    let out = unmatched_out(ctx, &view, &permit, &r)?;
    let tx = ctx.write().await?;
    tx.commit(permit.change(Some(r.county_id), "list").fields(&["name", "category"]).subject(r.id)).await?;
    Ok(out)
}

/// An area to choose: what its form sends, and its name.
pub type AreaChoice = (String, String);

/// The areas a reader may ask rates of: the own ones, of a county also its stations.
pub async fn areas(ctx: &Ctx) -> Result<Vec<AreaChoice>> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_READ)?;
    let view = ctx.tree().as_of(ctx.today());
    let (mut divisions, mut units): (Vec<DivisionId>, Vec<UnitId>) = (vec![], vec![]);
    let mut counties: Vec<DivisionId> = vec![];
    for part in &permit.scope().0 {
        match part {
            Part::Counties(c) => counties.extend(c),
            Part::Towns(_, t) => divisions.extend(t),
            Part::Unit(_, u) => units.push(*u),
            Part::All | Part::Own(_) => {}
        }
    }
    let mut c = ctx.read().await?;
    if let [one] = counties.as_slice() {
        units.extend(store::neighbour::stations(&mut c, *one).await?);
    }
    // The whole of a city or province before its counties.
    let whole = ctx.actor.grants.iter().filter(|g| g.active_on(ctx.today())).filter_map(|g| g.area);
    let whole = whole
        .filter(|a| view.counties_under(*a).len() > 1 && view.counties_under(*a).iter().all(|c| counties.contains(c)));
    let mut all: Vec<DivisionId> = whole.chain(counties.iter().copied()).chain(divisions).collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|d| seen.insert(*d));
    let mut out: Vec<AreaChoice> = all.iter().map(|d| (d.to_string(), view.path_name(*d))).collect();
    units.sort_unstable();
    units.dedup();
    let mut named = store::neighbour::unit_names(&mut c, &units).await?;
    named.sort_by(|a, b| a.1.cmp(&b.1));
    out.extend(named.into_iter().map(|(id, name)| (id.to_string(), name)));
    Ok(out)
}

async fn area_of(c: &mut Conn, permit: &Permit<OfficialList>, text: &str, view: &View) -> Result<(Area, String)> {
    if let Ok(id) = text.parse::<i64>().map(DivisionId) {
        let v = view.get(id).ok_or(Error::NotFound)?;
        let name = view.path_name(id);
        if v.kind == DivisionKind::Township {
            let county = view.county_of(id).ok_or(Error::NotFound)?;
            return if permit.covers_town(county, id) {
                Ok((Area::Town(county, id), name))
            } else {
                Err(Error::NotFound)
            };
        }
        let counties = view.counties_under(id);
        if v.kind > DivisionKind::County || counties.is_empty() || !counties.iter().all(|c| permit.covers_county(*c)) {
            return Err(Error::NotFound);
        }
        let one = view.county_of(id) == Some(id);
        return Ok((if one { Area::County(id) } else { Area::Counties(view.figure_counties(id)) }, name));
    }
    let unit: UnitId = text.parse().map_err(|_| Error::NotFound)?;
    let facts = store::neighbour::unit(c, unit).await?.ok_or(Error::NotFound)?;
    if !permit.covers_unit(facts.county_id, unit) {
        return Err(Error::NotFound);
    }
    Ok((Area::Unit(facts.county_id, unit), facts.name))
}

/// The rate of filing by category in an area, as of a day (domain.md 9, I14).
pub async fn rates(ctx: &Ctx, ask: &FindRates) -> Result<RatesPage> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_READ)?;
    let as_of = match ask.as_of.trim() {
        "" => ctx.today(),
        t => Day::parse(t).ok_or_else(|| Error::field("as_of", "date-format"))?,
    };
    if as_of > ctx.today() {
        return Err(Error::field("as_of", "as-of-future"));
    }
    let text = match ask.area.trim() {
        "" => areas(ctx).await?.into_iter().next().map(|a| a.0).ok_or(Error::NotFound)?,
        t => t.to_owned(),
    };
    let view = ctx.tree().as_of(as_of);
    let mut c = ctx.read().await?;
    let (area, area_name) = area_of(&mut c, &permit, &text, &view).await?;
    let bases = official::bases(&mut c, &area, as_of).await?;
    let items = listable().map(|k| rate_of(k.code, &bases, area.counties().len() == 1)).collect();
    let counties = i64::try_from(area.counties().len()).unwrap_or(0);
    Ok(RatesPage { area: text, area_name, as_of, rule_version: RATE_RULE.to_owned(), counties, items })
}

fn rate_of(category: &str, bases: &[Basis], one: bool) -> RateOut {
    let of: Vec<&Basis> = bases.iter().filter(|b| b.list.category == category && b.listed.is_some()).collect();
    let sum = |f: &dyn Fn(&Basis) -> i64| of.iter().map(|b| f(b)).sum::<i64>();
    let known = !of.is_empty();
    let on_file = sum(&|b| b.on_file);
    let due = known.then(|| sum(&|b| b.due().unwrap_or(0)));
    let single = of.first().filter(|_| one).map(|b| &b.list);
    RateOut {
        category: category.to_owned(),
        listed: known.then(|| sum(&|b| b.listed.unwrap_or(0))),
        refused: sum(&|b| b.refused),
        due,
        on_file,
        rate: rate(on_file, due),
        list_date: single.map(|l| l.list_date),
        authority: single.map(|l| l.authority),
        list: single.map(|l| l.id),
        by_rows: of.iter().all(|b| b.list.kind == crate::model::ListKind::Rows),
        counties: i64::try_from(of.len()).unwrap_or(0),
    }
}

/// A list's key in an address.
pub type ListKey = Key<OfficialListId>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_persons_of_a_place_are_not_told_nor_found_by_subtraction() {
        let at = |n: i64, listed: i64| (DivisionId(n), None, listed, 1);
        let all = [at(1, 40), at(2, 3), at(3, 12), at(4, 0)];
        assert_eq!(few(&all, false), [false, true, true, false]);
        assert_eq!(few(&all, true), [false; 4], "who sees them by name");
        assert_eq!(few(&[at(1, 4), at(2, 2), at(3, 9)], false), [true, true, false]);
        assert_eq!(few(&[at(1, 9)], false), [false]);
    }
}
