//! Which counties the registers say another number of than was confirmed, and why: what the rows behind a figure hold more
//! or less than the figure.

use super::flows::PeriodSum;
use super::out::{DiffersOut, DiffersWhy};
use super::sure::{Asked, Ground};
use crate::report::derive;
use crate::report::standing::Overridden;
use crate::report::store;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use zw_access::Ctx;
use zw_core::period::PeriodKind;
use zw_core::{DivisionId, Result, UnitId};
use zw_db::Conn;
use zw_indicators::confirmed::{Part, Registers};
use zw_indicators::{Measures, cells};

/// The counties that differ, in the order of the area.
pub(super) async fn counties(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    asked: Asked<'_>,
    ground: &Ground,
) -> Result<Vec<DiffersOut>> {
    match ground {
        Ground::Registers { parts, overridden, live } => Ok(of_stock(ctx, asked, parts, overridden, live)),
        Ground::Reports(sums) => of_flow(ctx, c, measures, asked, sums).await,
        Ground::Alone => Ok(vec![]),
    }
}

/// Of a stock, from the sweep the figure was made of: what changed in the registers after the week that was confirmed, or
/// was put beside them. Who confirmed nothing counts by the registers and does not differ.
fn of_stock(
    ctx: &Ctx,
    asked: Asked<'_>,
    parts: &[(DivisionId, Part)],
    overridden: &HashMap<DivisionId, Overridden>,
    live: &Registers,
) -> Vec<DiffersOut> {
    let view = ctx.tree().as_of(asked.span.to);
    let sure = parts.iter().filter(|(_, p)| p.at.is_some());
    sure.map(|(county, part)| {
        let live = live.get(&(asked.f.num.key, *county)).copied().unwrap_or(0);
        let over: Vec<&Overridden> = overridden.get(county).into_iter().collect();
        DiffersOut {
            county: view.path_name(*county),
            confirmed: Some(part.value),
            as_of: part.as_of,
            live,
            why: with_overrides(vec![DiffersWhy::Changed], &over, part.value, live),
            not_owed: vec![],
            overridden: words_of(&over),
        }
    })
    .filter(|d| d.confirmed != Some(d.live))
    .collect()
}

/// The reasons for a difference with the overrides among them: where they explain all of it, nothing changed besides.
fn with_overrides(others: Vec<DiffersWhy>, over: &[&Overridden], was: i64, now: i64) -> Vec<DiffersWhy> {
    if over.is_empty() {
        return others;
    }
    let alone = was - over.iter().map(|o| o.by).sum::<i64>() == now && others == [DiffersWhy::Changed];
    let others = if alone { vec![] } else { others };
    others.into_iter().chain([DiffersWhy::Overridden]).collect()
}

/// Why it was overridden, each reason once.
fn words_of(over: &[&Overridden]) -> Vec<String> {
    let said: BTreeSet<&str> = over.iter().map(|o| o.reason.as_str()).filter(|r| !r.is_empty()).collect();
    said.into_iter().map(str::to_owned).collect()
}

/// What a county's records of reports that do not count explain.
#[derive(Default)]
struct Apart {
    /// Recorded by units that owed a report.
    missing: bool,
    /// Recorded by units that owed none.
    not_owed: Vec<UnitId>,
    /// All of it.
    value: i64,
}

/// Of what happened over time: the same days counted from the records now.
async fn of_flow(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    asked: Asked<'_>,
    sums: &[PeriodSum],
) -> Result<Vec<DiffersOut>> {
    let (key, counties) = (asked.f.num.key, asked.area.counties());
    let live = measures.by_county(c, &ctx.tree(), &[key], &counties, asked.span).await?;
    let live = |county: DivisionId| live.get(&(key, county)).copied().unwrap_or(0);
    let sure = |county: DivisionId| sums.iter().filter_map(|s| s.by_county.get(&county)).copied().reduce(|a, b| a + b);
    let differ: Vec<DivisionId> = counties.into_iter().filter(|c| sure(*c).unwrap_or(0) != live(*c)).collect();
    let mut apart: BTreeMap<DivisionId, Apart> = BTreeMap::new();
    for s in sums.iter().filter(|s| s.period.kind() == PeriodKind::Month && !differ.is_empty()) {
        for (county, unit, n) in cells::sum_of_units(c, key, &differ, derive::span(s.period)).await? {
            if n == 0 || s.counted.contains(&unit) {
                continue;
            }
            let of = apart.entry(county).or_default();
            of.value += n;
            match s.owed_units.contains(&unit) {
                true => of.missing = true,
                false if of.not_owed.contains(&unit) => {}
                false => of.not_owed.push(unit),
            }
        }
    }
    let names = store::unit_names(c, apart.values().flat_map(|a| a.not_owed.iter().copied())).await?;
    let view = ctx.tree().as_of(asked.span.to);
    Ok(differ
        .into_iter()
        .map(|county| {
            let (was, now) = (sure(county), live(county));
            let over: Vec<&Overridden> = sums.iter().filter_map(|s| s.overridden.get(&county)).flatten().collect();
            let counted = was.unwrap_or(0) - over.iter().map(|o| o.by).sum::<i64>();
            let (why, not_owed) = match apart.remove(&county) {
                Some(a) => reasons(&a, counted, now, &names),
                None => (of_weeks(county, sums), vec![]),
            };
            DiffersOut {
                county: view.path_name(county),
                confirmed: was,
                as_of: asked.span.to,
                live: now,
                why: with_overrides(why, &over, was.unwrap_or(0), now),
                not_owed,
                overridden: words_of(&over),
            }
        })
        .collect())
}

/// Why a county's month differs: what is recorded by stations whose report does not count explains a part of it, what is
/// left over came or changed afterwards.
fn reasons(a: &Apart, was: i64, now: i64, names: &HashMap<UnitId, String>) -> (Vec<DiffersWhy>, Vec<String>) {
    let found = [
        (DiffersWhy::Changed, now - was != a.value),
        (DiffersWhy::Missing, a.missing),
        (DiffersWhy::NotOwed, !a.not_owed.is_empty()),
    ];
    let why = found.into_iter().filter(|(_, is)| *is).map(|(w, _)| w).collect();
    (why, a.not_owed.iter().filter_map(|u| names.get(u).cloned()).collect())
}

/// Why a county's own reports differ.
fn of_weeks(county: DivisionId, sums: &[PeriodSum]) -> Vec<DiffersWhy> {
    let lacks = |owed: bool| {
        let open = sums.iter().filter(|s| s.period.kind() == PeriodKind::Week && !s.by_county.contains_key(&county));
        open.into_iter().any(|s| s.owed_counties.contains(&county) == owed)
    };
    let found = [(DiffersWhy::Missing, lacks(true)), (DiffersWhy::NotOwed, lacks(false))];
    let why: Vec<DiffersWhy> = found.into_iter().filter(|(_, is)| *is).map(|(w, _)| w).collect();
    if why.is_empty() { vec![DiffersWhy::Changed] } else { why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::Uuid;

    #[test]
    fn what_stations_without_a_report_recorded_is_told_from_what_changed() {
        let unit = UnitId(Uuid::from_u128(1));
        let names = HashMap::from([(unit, "新站".to_owned())]);
        let of = |missing, not_owed: &[UnitId], value| Apart { missing, not_owed: not_owed.to_vec(), value };
        use DiffersWhy::{Changed, Missing, NotOwed};
        for (a, was, now, want) in [
            (of(true, &[], 5), 30, 35, vec![Missing]),
            (of(true, &[], 5), 30, 36, vec![Changed, Missing]),
            (of(false, &[unit], 5), 0, 5, vec![NotOwed]),
            (of(true, &[unit], 5), 30, 34, vec![Changed, Missing, NotOwed]),
        ] {
            let (why, who) = reasons(&a, was, now, &names);
            assert_eq!(why, want, "{was} {now}");
            assert_eq!(who.len(), a.not_owed.len());
        }
    }

    #[test]
    fn an_override_is_told_from_what_changed() {
        use DiffersWhy::{Changed, Missing, Overridden as Over};
        let over = |by, reason: &str| Overridden { by, reason: reason.to_owned() };
        let two = [over(2, "纸上记录"), over(3, "纸上记录")];
        let two: Vec<&Overridden> = two.iter().collect();
        assert_eq!(with_overrides(vec![Changed], &two, 35, 30), [Over]);
        assert_eq!(with_overrides(vec![Changed], &two, 35, 31), [Changed, Over]);
        assert_eq!(with_overrides(vec![Changed, Missing], &two, 35, 30), [Changed, Missing, Over]);
        assert_eq!(with_overrides(vec![Missing], &[], 35, 30), [Missing]);
        assert_eq!(words_of(&two), ["纸上记录"]);
    }
}
