//! What the system fills in: the cells of the weekly table (domain.md section 7) and of the monthly one (7.1), counted
//! from the records through the measures. A cell that no module counts yet is left out.

use crate::report::model::{Cell, Cells, Subject};
use zw_access::Ctx;
use zw_core::Result;
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::Tree;
use zw_db::Conn;
use zw_indicators::{Area, Measures, Span, keys};

/// Cells under one heading.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Fluent key of the heading.
    pub label: &'static str,
    /// Measures.
    pub keys: &'static [&'static str],
}

/// Weekly table: from build-out sheets, postings and registers, as of the last day of the week.
pub const WEEK: &[Group] = &[
    Group {
        label: "reporting-group-progress",
        keys: &[
            keys::TOWNSHIPS_COUNTED,
            keys::STATIONS_PLAQUED,
            keys::STATIONS_PREPARING,
            keys::STATIONS_BUILT,
            keys::TOWNSHIPS_COVERED,
            keys::STATIONS_OPENED,
        ],
    },
    Group {
        label: "reporting-group-ready",
        keys: &[keys::VENUE_READY, keys::STAFF_READY, keys::FUNDS_READY, keys::THREE_READY, keys::TENDERS_DONE],
    },
    Group {
        label: "reporting-group-network",
        keys: &[
            keys::POSTED_WORKERS,
            keys::CERTIFIED_WORKERS,
            keys::COUNTY_CENTRES,
            keys::VILLAGE_ROOMS,
            keys::VILLAGES_COVERED,
        ],
    },
    Group {
        label: "reporting-group-obstacles",
        keys: &[
            keys::OBSTACLES_VENUE,
            keys::OBSTACLES_TENDER,
            keys::OBSTACLES_FUNDS,
            keys::OBSTACLES_STAFF,
            keys::OBSTACLES_OTHER,
        ],
    },
];

/// Monthly service table, keys of domain.md 7.1.
pub const MONTH: &[Group] = &[
    Group { label: "reporting-group-residents", keys: &["M01", "M02", "M02a", "M03", "M03a", "M03b", "M03c", "M04"] },
    Group { label: "reporting-group-visits", keys: &["M05", "visited_due", "M06", "M07", "M08", "M09", "M23"] },
    Group { label: "reporting-group-staff", keys: &["M41", "M42", "M43"] },
    Group { label: "reporting-group-reach", keys: &["M44", "M45", "M46", "persontimes"] },
];

/// Cells that count what happened within the period, not what stands at its end.
pub const PER_PERIOD: &[&str] = &[keys::STATIONS_OPENED];

/// The groups of a kind of report; empty for kinds that this program does not ask for.
pub fn groups(kind: PeriodKind) -> &'static [Group] {
    match kind {
        PeriodKind::Week => WEEK,
        PeriodKind::Month => MONTH,
        _ => &[],
    }
}

/// All measures of a kind of report.
pub fn measures_of(kind: PeriodKind) -> Vec<&'static str> {
    groups(kind).iter().flat_map(|g| g.keys).copied().collect()
}

/// The days of a period as a span; stocks are taken at its end.
pub fn span(period: Period) -> Span {
    Span { from: period.first_day(), to: period.last_day() }
}

/// Counts the cells of a report from the records.
pub async fn cells(ctx: &Ctx, conn: &mut Conn, s: &Subject) -> Result<Cells> {
    let measures = ctx.app.ext::<Measures>()?;
    let area = match s.unit {
        Some(u) => Area::Unit(s.county, u),
        None => Area::County(s.county),
    };
    of_area(&measures, conn, &ctx.tree(), s.period, &area).await
}

/// The cells of a period's report, counted in an area; those of measures that are split with their codes.
pub async fn of_area(measures: &Measures, conn: &mut Conn, tree: &Tree, period: Period, area: &Area) -> Result<Cells> {
    let wanted = measures_of(period.kind());
    let counted = measures.count(conn, tree, &wanted, area, span(period)).await?;
    let mut split = measures.split(conn, &wanted, area, span(period)).await?;
    Ok(wanted
        .into_iter()
        .filter_map(|k| {
            let (value, def) = (*counted.get(k)?, measures.def(k)?);
            let split = split.remove(k).unwrap_or_default();
            Some((k.to_owned(), Cell { split, ..Cell::counted(value, def.rule_version) }))
        })
        .collect())
}
