//! What the module counts: the monthly service table's lines on residents, visits and villages (domain.md 7.1) and
//! the parts of I15 to I18 and I26 that rest on encounters.

mod area;
mod count;
pub(crate) mod official;
mod official_rows;
mod rows;
mod split;
mod times;

use std::collections::{HashMap, HashSet};
use zw_access::Ctx;
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, FieldErrors, PageReq, Result, UnitId};
use zw_db::{Conn, Mark};
use zw_indicators::{Area, Basis, BoxFut, MeasureDef, MeasureKind, OpenWork, RowsOut, Source, Span};

/// The module's measures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Practice;

/// The counting rules of 2021; a rule that was put right moves on.
const RULE: &str = "2021.1";

const fn def(key: &'static str, kind: MeasureKind, words: [&'static str; 3], source: Basis) -> MeasureDef {
    MeasureDef { key, kind, label: words[0], unit: words[1], definition: words[2], rule_version: RULE, source }
}

use MeasureKind::{Distinct, Flow, Stock};

const PERSONS: &str = "practice-unit-persons";
const TIMES: &str = "practice-unit-times";
const PLACES: &str = "practice-unit-places";

// i18n-keys: practice-open-residents practice-m-m01 practice-d-m01 practice-m-m02 practice-d-m02 practice-m-m02a practice-d-m02a
// i18n-keys: practice-m-m03 practice-d-m03 practice-m-m03a practice-d-m03a practice-m-m03b practice-d-m03b
// i18n-keys: practice-m-m03c practice-d-m03c practice-m-m04 practice-d-m04 practice-m-m05 practice-d-m05
// i18n-keys: practice-m-m06 practice-d-m06 practice-m-m07 practice-d-m07 practice-m-m08 practice-d-m08
// i18n-keys: practice-m-m09 practice-d-m09 practice-m-m14 practice-d-m14 practice-m-m23 practice-d-m23
// i18n-keys: practice-m-m44 practice-d-m44 practice-m-m45 practice-d-m45 practice-m-m46 practice-d-m46
// i18n-keys: practice-m-visited-due practice-d-visited-due practice-m-persontimes practice-d-persontimes
// i18n-keys: practice-m-official-due practice-d-official-due practice-m-official-filed practice-d-official-filed
// i18n-keys: practice-m-official-refused practice-d-official-refused
// i18n-keys: practice-m-encounters practice-d-encounters practice-unit-persons practice-unit-times practice-unit-places

/// Every measure of the module.
pub const DEFS: &[MeasureDef] = &[
    def("M01", Stock, ["practice-m-m01", PERSONS, "practice-d-m01"], Basis::Monthly), // domain.md 7.1 M01
    def("M02", Flow, ["practice-m-m02", PERSONS, "practice-d-m02"], Basis::Monthly),  // domain.md 7.1 M02
    def("M02a", Flow, ["practice-m-m02a", PERSONS, "practice-d-m02a"], Basis::Monthly), // domain.md 7.1 M02a
    def("M03", Flow, ["practice-m-m03", PERSONS, "practice-d-m03"], Basis::Monthly),  // domain.md 7.1 M03
    def("M03a", Flow, ["practice-m-m03a", PERSONS, "practice-d-m03a"], Basis::Monthly), // domain.md 7.1 M03a
    def("M03b", Flow, ["practice-m-m03b", PERSONS, "practice-d-m03b"], Basis::Monthly), // domain.md 7.1 M03b
    def("M03c", Flow, ["practice-m-m03c", PERSONS, "practice-d-m03c"], Basis::Monthly), // domain.md 7.1 M03c
    def("M04", Stock, ["practice-m-m04", PERSONS, "practice-d-m04"], Basis::Monthly), // domain.md 7.1 M04
    def("M05", Distinct, ["practice-m-m05", PERSONS, "practice-d-m05"], Basis::Monthly), // domain.md 7.1 M05, I15
    def("M06", Distinct, ["practice-m-m06", PERSONS, "practice-d-m06"], Basis::Monthly), // domain.md 7.1 M06
    // domain.md 9 I15; since 2021.2 as often as the rhythm asks for, before once.
    MeasureDef {
        rule_version: "2021.2",
        ..def("visited_due", Distinct, ["practice-m-visited-due", PERSONS, "practice-d-visited-due"], Basis::Own)
    },
    def("M07", Flow, ["practice-m-m07", TIMES, "practice-d-m07"], Basis::Monthly), // domain.md 7.1 M07, I17
    def("M08", Flow, ["practice-m-m08", TIMES, "practice-d-m08"], Basis::Monthly), // domain.md 7.1 M08
    def("M09", Flow, ["practice-m-m09", TIMES, "practice-d-m09"], Basis::Monthly), // domain.md 7.1 M09
    def("M14", Flow, ["practice-m-m14", TIMES, "practice-d-m14"], Basis::Monthly), // domain.md 7.1 M14
    def("M23", Flow, ["practice-m-m23", TIMES, "practice-d-m23"], Basis::Monthly), // domain.md 7.1 M23
    def("encounters", Flow, ["practice-m-encounters", TIMES, "practice-d-encounters"], Basis::Own), // domain.md 5.19
    def("persontimes", Flow, ["practice-m-persontimes", TIMES, "practice-d-persontimes"], Basis::Own), // domain.md 9 I17
    def("M44", Distinct, ["practice-m-m44", PLACES, "practice-d-m44"], Basis::Monthly), // domain.md 7.1 M44, I26
    // domain.md 7.1 M45, I26; since 2021.2 only stations that are built count.
    MeasureDef {
        rule_version: "2021.2",
        ..def("M45", Stock, ["practice-m-m45", PLACES, "practice-d-m45"], Basis::Monthly)
    },
    def("M46", Distinct, ["practice-m-m46", PERSONS, "practice-d-m46"], Basis::Monthly), // domain.md 7.1 M46, I18
    // domain.md 9 I14: denominator, numerator, and what is shown apart.
    def("official_due", Stock, ["practice-m-official-due", PERSONS, "practice-d-official-due"], Basis::Own),
    def("official_filed", Stock, ["practice-m-official-filed", PERSONS, "practice-d-official-filed"], Basis::Own),
    def("official_refused", Stock, ["practice-m-official-refused", PERSONS, "practice-d-official-refused"], Basis::Own),
];

fn flows() -> Vec<&'static str> {
    DEFS.iter().filter(|d| d.kind == Flow).map(|d| d.key).collect()
}

/// How a key is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the encounters of the days.
    Encounter,
    /// From the register's ledger of the days.
    Ledger,
    /// The ledger's sum up to the end or to the day before the span.
    OnFile,
    /// Residents due by their rhythm; `true`: those of them visited as often as it asks for.
    Due(bool),
    /// Residents met.
    Met,
    /// Villages with service.
    Villages,
    /// Villages of the covered divisions.
    Covered,
    /// From the official lists in force.
    Official,
}

pub(crate) fn way(key: &str) -> Way {
    match key {
        "M01" | "M04" => Way::OnFile,
        "M02" | "M02a" | "M03" | "M03a" | "M03b" | "M03c" => Way::Ledger,
        "M05" => Way::Due(false),
        "visited_due" => Way::Due(true),
        "M06" | "M46" => Way::Met,
        "M44" => Way::Villages,
        "M45" => Way::Covered,
        "official_due" | "official_filed" | "official_refused" => Way::Official,
        _ => Way::Encounter,
    }
}

impl Source for Practice {
    fn defs(&self) -> &'static [MeasureDef] {
        DEFS
    }

    fn recount<'a>(&'a self, conn: &'a mut Conn, marks: &'a [Mark]) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        // Every record of this module belongs to a unit.
        Box::pin(async move {
            let marks: Vec<Mark> = marks.iter().copied().filter(|m| m.unit.is_some()).collect();
            count::flows_at(conn, &flows(), &marks).await
        })
    }

    fn extent<'a>(&'a self, conn: &'a mut Conn) -> BoxFut<'a, Option<Span>> {
        Box::pin(async move {
            const DAYS: &str = "SELECT MIN(d.day),MAX(d.day) FROM (SELECT day FROM encounter UNION ALL SELECT day FROM resident_move) d";
            Ok(conn.one(zw_db::sql(DAYS)).await?.and_then(Span::between))
        })
    }

    fn recount_span<'a>(&'a self, conn: &'a mut Conn, span: Span) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        Box::pin(async move { count::flows_by_place(conn, &flows(), span).await })
    }

    fn count<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async move {
            let by = self.grouped(conn, tree, keys, area, span).await?;
            Ok(keys.iter().map(|k| (*k, by.iter().filter(|((key, _), _)| key == k).map(|(_, n)| n).sum())).collect())
        })
    }

    fn by_county<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        span: Span,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), i64>> {
        Box::pin(async move {
            let area = Area::Counties(counties.to_vec());
            let mut out = self.grouped(conn, tree, keys, &area, span).await?;
            for k in keys {
                for c in counties {
                    out.entry((*k, *c)).or_insert(0);
                }
            }
            Ok(out)
        })
    }

    fn split_by(&self, key: &str) -> Option<&'static str> {
        (split::SPLIT.contains(&key) || way(key) == Way::Official).then_some(split::WORDS)
    }

    fn split<'a>(
        &'a self,
        conn: &'a mut Conn,
        keys: &'a [&'static str],
        area: &'a Area,
        span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, String, i64)>> {
        Box::pin(async move {
            let (lists, ledger): (Vec<_>, Vec<_>) = keys.iter().copied().partition(|k| way(k) == Way::Official);
            let mut out = vec![];
            if !ledger.is_empty() {
                out.extend(split::split(conn, &ledger, area, span).await?);
            }
            if !lists.is_empty() {
                out.extend(official::by_category(conn, &lists, area, span.to).await?);
            }
            Ok(out)
        })
    }

    fn series<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        key: &'static str,
        area: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        Box::pin(async move {
            match way(key) {
                Way::OnFile => count::on_file_series(conn, area, dates, key == "M04").await,
                Way::Covered => count::covered_series(conn, tree, area, dates).await,
                Way::Official => official::series(conn, key, area, dates).await,
                _ => Err(zw_core::Error::Internal(format!("{key} is no stock"))),
            }
        })
    }

    fn open_at<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        (county, unit): (DivisionId, UnitId),
        day: Day,
    ) -> BoxFut<'a, Vec<OpenWork>> {
        Box::pin(async move {
            let found = self.count(conn, tree, &["M04"], &Area::Unit(county, unit), Span::on(day)).await?;
            let n = found.iter().map(|(_, n)| n).sum();
            Ok(vec![OpenWork { what: "practice-open-residents".into(), n, href: "/people".into(), stops: false }])
        })
    }

    fn stands_in<'a>(
        &'a self,
        conn: &'a mut Conn,
        ending: &'a HashSet<DivisionId>,
        _day: Day,
    ) -> BoxFut<'a, Vec<(DivisionId, &'static str, i64)>> {
        Box::pin(async move {
            let mut out: HashMap<DivisionId, i64> = HashMap::new();
            for (county, township, village, n) in count::places_on_file(conn).await? {
                if let Some(at) = [village, township, county].into_iter().find(|d| ending.contains(d)) {
                    *out.entry(at).or_default() += n;
                }
            }
            Ok(out.into_iter().map(|(at, n)| (at, "resident", n)).collect())
        })
    }

    fn named_in<'a>(
        &'a self,
        ctx: &'a Ctx,
        at: (DivisionId, Option<UnitId>),
        texts: &'a [(String, String)],
    ) -> BoxFut<'a, FieldErrors> {
        Box::pin(crate::service::named::named_in(ctx, at, texts))
    }

    fn rows<'a>(
        &'a self,
        ctx: &'a Ctx,
        key: &'static str,
        area: &'a Area,
        span: Span,
        page: PageReq,
    ) -> BoxFut<'a, RowsOut> {
        Box::pin(rows::rows(ctx, key, area, span, page))
    }
}

impl Practice {
    /// Every key by county: one statement for each way of counting, whatever the number of counties. A person or a
    /// village counts in one county only (a record keeps its county), so counties add.
    async fn grouped(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        keys: &[&'static str],
        area: &Area,
        span: Span,
    ) -> Result<HashMap<(&'static str, DivisionId), i64>> {
        let mut out = HashMap::new();
        let mut sums: Vec<&'static str> = vec![];
        let mut lists: Vec<&'static str> = vec![];
        let mut met: Option<Vec<(DivisionId, i64)>> = None;
        let mut due: Option<Vec<(DivisionId, i64, i64)>> = None;
        for key in keys {
            let found = match way(key) {
                Way::Encounter | Way::Ledger | Way::OnFile | Way::Villages => {
                    sums.push(key);
                    continue;
                }
                Way::Official => {
                    lists.push(key);
                    continue;
                }
                Way::Due(visited) => {
                    if due.is_none() {
                        due = Some(times::due(conn, area, span).await?);
                    }
                    let both = due.iter().flatten();
                    both.map(|(county, due, met)| (*county, if visited { *met } else { *due })).collect()
                }
                Way::Met => match &met {
                    Some(known) => known.clone(),
                    None => met.insert(count::met(conn, area, span).await?).clone(),
                },
                Way::Covered => count::covered(conn, tree, area, span.to).await?,
            };
            out.extend(found.into_iter().map(|(county, n)| ((*key, county), n)));
        }
        if !sums.is_empty() {
            out.extend(count::sums_by_county(conn, &sums, area, span).await?);
        }
        if !lists.is_empty() {
            out.extend(official::by_county(conn, &lists, area, span.to).await?);
        }
        Ok(out)
    }
}
