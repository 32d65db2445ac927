//! Townships: the tiles of a county's wall, and the page behind one of them. Both ask the same functions which day they are
//! of and where a township stands on it.

use super::{Asked, Facts, Wall, asked, printed};
use crate::model::town::{MilestoneOut, ObstacleOut, TOWN_FIGURES, TownFigure, TownOut, TownQuery, TownUnit};
use crate::model::wall::{Basis, TileOut, WallQuery};
use crate::policy;
use crate::service::layout;
use crate::store::registers::{self, Townships};
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::codelist::network::UNIT_STATE;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Error, Result};
use zw_db::Conn;
use zw_indicators::{Area, Cell, Measures, Span};
use zw_network::model::sheet::{SheetDates, township_status};
use zw_network::model::unit::Unit;
use zw_network::model::unit::gap::days_of;
use zw_network::service::area::inside;
use zw_network::service::gaps;
use zw_reporting::confirmed::{self, ConfirmedWeek};
use zw_ui::Status;

/// What townships of a county are shown as of: on the confirmed wall the week it confirmed last, otherwise the wall's day.
fn shown_on(week: Option<&ConfirmedWeek>, basis: Basis, as_of: Day) -> (Day, Option<&ConfirmedWeek>) {
    let week = week.filter(|_| basis == Basis::Confirmed);
    (week.map_or(as_of, |w| w.last_day.min(as_of)), week)
}

/// Where a township stands on a day.
struct Standing<'a> {
    built: Option<zw_core::UnitId>,
    sheet: Option<&'a SheetDates>,
    stuck: &'a [(String, String)],
    status: Status,
}

fn standing(t: &Townships, town: DivisionId, day: Day) -> Standing<'_> {
    let (built, sheet) = (t.built.get(&town).copied(), t.sheets.get(&town));
    let stuck = t.stuck.get(&town).map_or(&[][..], Vec::as_slice);
    Standing { built, sheet, stuck, status: township_status(sheet, built.is_some(), !stuck.is_empty(), day) }
}

/// Townships of one county.
pub(super) async fn tiles(ctx: &Ctx, conn: &mut Conn, view: &View, a: &Asked, f: &Facts) -> Result<Vec<TileOut>> {
    let (day, week) = shown_on(f.confirmed.get(&a.area), a.basis, a.as_of);
    let t = registers::townships(conn, &[a.area], day).await?;
    let gaps = gaps::begun(ctx, conn, &Area::County(a.area), day).await?;
    let towns = view.counted(DivisionKind::Township, a.area);
    let places = layout::rows(towns.len());
    Ok(towns
        .iter()
        .zip(places)
        .filter_map(|(town, (col, row))| {
            let v = view.get(*town)?;
            let s = standing(&t, *town, day);
            let obstacle = s.stuck.first().filter(|_| s.built.is_none());
            Some(TileOut {
                division: town.0,
                code: v.code12.clone(),
                name: v.name.clone(),
                group: String::new(),
                col,
                row,
                status: s.status,
                covered: i64::from(s.built.is_some()),
                counted: 1,
                planned: None,
                plan_of: None,
                own: None,
                obstacle: obstacle.map(|(code, _)| code.clone()),
                obstacle_text: obstacle.map(|(_, text)| text.clone()),
                confirmed_at: week.map(|w| w.confirmed_at),
                live: None,
                unit: s.built,
                gap_days: s.built.and_then(|u| gaps.get(&u)).map(|g| days_of(g.from, day)),
            })
        })
        .collect())
}

/// The page behind a township's tile, within the wall's permit; whatever else lies outside is `NotFound`.
pub async fn town(ctx: &Ctx, q: &TownQuery) -> Result<TownOut> {
    let permit = ctx.permit::<Wall>(policy::WALL_READ)?;
    let wall = WallQuery { as_of: q.as_of.clone(), basis: q.basis.clone(), ..WallQuery::default() };
    let a = asked(ctx, &permit, &wall)?;
    let tree = ctx.tree();
    let view = tree.as_of(a.as_of);
    let asked = q.area.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let area: i64 = asked.ok_or_else(|| Error::field("area", "required"))?.parse().map_err(|_| Error::NotFound)?;
    let area = DivisionId(area);
    let division = view.get(area).filter(|d| d.kind == DivisionKind::Township).ok_or(Error::NotFound)?;
    let county = view.county_of(area).filter(|c| permit.covers_county(*c)).ok_or(Error::NotFound)?;
    let mut c = ctx.read().await?;
    let weeks = confirmed::store::weeks(&mut c, &[county], a.as_of).await?;
    let (on, week) = shown_on(weeks.get(&county), a.basis, a.as_of);
    let t = registers::townships(&mut c, &[county], on).await?;
    let s = standing(&t, area, on);
    let by = |d: Option<Day>| d.filter(|d| *d <= on);
    let milestones = s.sheet.map(SheetDates::milestones).into_iter().flatten();
    Ok(TownOut {
        area: area.0,
        code: division.code12.clone(),
        name: view.path_name(area),
        county: county.0,
        as_of: a.as_of,
        on,
        at: ctx.now(),
        basis: a.basis,
        may_live: a.may_live,
        above_county: ctx.above_county(),
        week: week.map(|w| w.period.clone()),
        confirmed_at: week.map(|w| w.confirmed_at),
        status: s.status,
        milestones: milestones.map(|(code, d)| MilestoneOut { code: code.to_owned(), on: by(d) }).collect(),
        obstacles: s.stuck.iter().map(|(code, text)| ObstacleOut { code: code.clone(), text: text.clone() }).collect(),
        // Of no interest once the station stands.
        due_on: s.sheet.filter(|_| s.built.is_none()).and_then(|b| b.due_on),
        units: units(ctx, &mut c, (county, area), on).await?,
        figures: figures(ctx, &mut c, Area::Town(county, area), on).await?,
        above: std::iter::once(county)
            .chain(view.ancestors(county))
            .filter(|d| inside(&view, &permit, *d))
            .map(|d| (d.0, view.get(d).map(|v| v.name.clone()).unwrap_or_default()))
            .collect(),
        sheet: ctx
            .permit::<zw_network::model::sheet::BuildOut>(zw_network::policy::SHEET_READ)
            .is_ok_and(|p| p.covers_town(county, area)),
    })
}

/// The stations that serve a township, with their state on the day.
async fn units(ctx: &Ctx, c: &mut Conn, place: (DivisionId, DivisionId), on: Day) -> Result<Vec<TownUnit>> {
    let permit = ctx.permit::<Unit>(zw_network::policy::UNIT_READ).ok();
    let found = registers::stations_of_town(c, place, on).await?;
    let gaps = gaps::begun(ctx, c, &Area::County(place.0), on).await?;
    let open = |unit| permit.as_ref().is_some_and(|p| p.covers_unit(place.0, unit));
    let out = found.into_iter().map(|(unit, name, state)| TownUnit {
        unit,
        name,
        state: Cell::code(&UNIT_STATE, state.code()),
        gap_days: gaps.get(&unit).map(|g| days_of(g.from, on)),
        open: open(unit),
    });
    Ok(out.collect())
}

/// The township's figures; what no module counts is not shown.
async fn figures(ctx: &Ctx, c: &mut Conn, area: Area, on: Day) -> Result<Vec<TownFigure>> {
    let measures = ctx.app.ext::<Measures>()?;
    let wanted = super::defined(&measures, TOWN_FIGURES.iter().flat_map(|(_, num, den)| [Some(*num), *den]).flatten());
    let found = measures.count(c, &ctx.tree(), &wanted, &area, Span::on(on)).await?;
    let figure = |(key, num, den): &(&'static str, &'static str, Option<&'static str>)| {
        let num = *found.get(num)?;
        let den = match den {
            Some(d) => Some(*found.get(d)?),
            None => None,
        };
        Some(TownFigure { key: (*key).to_owned(), value: printed(num, den), num, den })
    };
    Ok(TOWN_FIGURES.iter().filter_map(figure).collect())
}
