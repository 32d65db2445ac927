//! What units confirmed of a figure. A stock is what `zw_indicators::confirmed` says; what happened over time is the sum of
//! reports (`flows`).

use super::flows::{self, PeriodSum};
use super::out::{ConfirmedOut, MissingOut};
use super::service::Formula;
use crate::confirmed::{self, closed_week};
use crate::policy;
use crate::report::model::ReportRow;
use crate::report::standing::Overridden;
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Result};
use zw_db::Conn;
use zw_indicators::confirmed::{Part, Registers, total};
use zw_indicators::{Area, Measures, Span, indicator};

/// What was asked, as `confirmed` needs it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub key: &'a str,
    pub f: &'a Formula,
    pub area: &'a Area,
    pub span: Span,
    pub stock: bool,
    pub above: bool,
    /// Whether the reader may see live figures beside confirmed ones.
    pub live: bool,
}

/// What a confirmed figure was made of, for whoever compares it with the registers.
pub(super) enum Ground {
    /// Parts of counties with what of them is overridden, and where the reader may see live figures what their registers
    /// say.
    Registers { parts: Vec<(DivisionId, Part)>, overridden: HashMap<DivisionId, Overridden>, live: Registers },
    /// Reports of periods, of counties.
    Reports(Vec<PeriodSum>),
    /// One township's or station's own.
    Alone,
}

/// What the units confirmed: the counties' weekly reports, the months they passed on, or a station's months.
pub(super) async fn confirmed(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    asked: Asked<'_>,
) -> Result<Option<(ConfirmedOut, Ground)>> {
    let Asked { f, area, span, stock, .. } = asked;
    match area {
        Area::Town(county, _) if stock && asked.above => {
            let out = stock_of_town(ctx, c, measures, asked, *county).await?;
            Ok(out.map(|o| (o, Ground::Alone)))
        }
        Area::County(_) | Area::Counties(_) if stock => stock_of_counties(ctx, c, measures, asked).await,
        _ => {
            let found = flows::confirmed(ctx, c, measures, f, area, span).await?;
            Ok(found.map(|(out, sums)| match area {
                Area::County(_) | Area::Counties(_) => (out, Ground::Reports(sums)),
                Area::Town(..) | Area::Unit(..) => (out, Ground::Alone),
            }))
        }
    }
}

/// A stock of a township above the county: as of the week its county confirmed last, as on the wall.
async fn stock_of_town(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    asked: Asked<'_>,
    county: DivisionId,
) -> Result<Option<ConfirmedOut>> {
    let weeks = confirmed::store::weeks(c, &[county], asked.span.to).await?;
    let Some(w) = weeks.get(&county) else { return Ok(None) };
    let on = Span::on(w.last_day.min(asked.span.to));
    let figure = indicator::evaluate_key(measures, c, &ctx.tree(), asked.key, asked.area, on).await?;
    Ok(Some(ConfirmedOut {
        figure: figure.confirmed(w.confirmed_at),
        period: w.period.clone(),
        since: None,
        units: 1,
        of: 1,
        earlier: vec![],
        unconfirmed: vec![],
        waiting: vec![],
        differs: vec![],
        href: Period::parse(&w.period).and_then(|p| reports_href(ctx, p.kind(), Some(p), &[county])),
    }))
}

/// The list of the reports behind a confirmed figure, of one period or of all, for readers who may open them all.
pub(super) fn reports_href(
    ctx: &Ctx,
    kind: PeriodKind,
    period: Option<Period>,
    counties: &[DivisionId],
) -> Option<String> {
    let permit = ctx.permit::<ReportRow>(policy::READ).ok()?;
    let view = ctx.tree().as_of(ctx.today());
    let first = counties.first().filter(|_| counties.iter().all(|c| permit.covers_county(*c)))?;
    // The smallest division that holds them all.
    let above = std::iter::once(*first).chain(view.ancestors(*first));
    let area = above.into_iter().find(|a| counties.iter().all(|c| *c == *a || view.is_within(*c, *a)))?;
    let of = period.map(|p| format!("&period={p}")).unwrap_or_default();
    Some(format!("/reports/list?kind={}{of}&county={area}", kind.code()))
}

/// A stock above the county, by the rule of `zw_indicators::confirmed`; none where no county confirmed it.
async fn stock_of_counties(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    asked: Asked<'_>,
) -> Result<Option<(ConfirmedOut, Ground)>> {
    let (f, day) = (asked.f, asked.span.to);
    let (tree, counties) = (ctx.tree(), asked.area.counties());
    // Who may see live figures is also told which counties' registers differ: one sweep answers both.
    let (parts, live) = match asked.live {
        true => measures.above_county_beside(c, &tree, &f.keys(), &counties, day).await?,
        false => (measures.above_county(c, &tree, &f.keys(), &counties, day).await?, Registers::new()),
    };
    let of_key = |key: &'static str| counties.iter().filter_map(|c| parts.get(&(key, *c)).copied()).collect::<Vec<_>>();
    let num = of_key(f.num.key);
    let (Some((sum, _)), Some(at)) = (total(num.iter().copied()), num.iter().filter_map(|p| p.at).max()) else {
        return Ok(None);
    };
    let den = f.den.map_or(0, |d| of_key(d.key).iter().map(|p| p.value).sum());
    let (view, period) = (tree.as_of(day), closed_week(day, ctx.today()));
    let weeks = confirmed::store::weeks(c, &counties, day).await?;
    let (mut units, mut earlier, mut unconfirmed) = (0, vec![], vec![]);
    for (county, part) in counties.iter().zip(&num) {
        match weeks.get(county).filter(|_| part.confirmed) {
            Some(w) if w.period == period.to_string() => units += 1,
            Some(w) => earlier.push((view.path_name(*county), w.period.clone())),
            None => unconfirmed.push(MissingOut { name: view.path_name(*county), county: None, periods: vec![] }),
        }
    }
    let out = ConfirmedOut {
        figure: f.figure(sum, den, Span::on(day), Some(at)),
        period: period.to_string(),
        since: None,
        units,
        of: i64::try_from(counties.len()).unwrap_or(0),
        earlier,
        unconfirmed,
        waiting: vec![],
        differs: vec![],
        href: reports_href(ctx, period.kind(), Some(period), &counties),
    };
    let over = |c: &DivisionId| Some((*c, weeks.get(c)?.overridden(f.num.key)?.clone()));
    let overridden = counties.iter().filter_map(over).collect();
    let parts = counties.into_iter().zip(num).collect();
    Ok(Some((out, Ground::Registers { parts, overridden, live })))
}
