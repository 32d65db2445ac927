//! Import of a divisions file: what changes against the versions that stand (domain.md 4).

use serde::Serialize;
use std::collections::{HashMap, HashSet};
use zw_access::Resource;
use zw_core::code::Code as _;
use zw_core::division_file::{FoldedRow, ImportPlan, RowProblem, holds_below};
use zw_core::tree::{DivisionKind, DivisionVersion, View};
use zw_core::{Day, DivisionId, Error, FieldErrors, Result};

mod counting;

pub use counting::{CountDecision, CountInput, recount};

/// The division tree as a protected thing; it belongs to nobody's area.
#[derive(Debug)]
pub struct Division;

impl Resource for Division {
    const NAME: &'static str = "division";
    const COUNTY: &'static str = "v.division_id";
}

/// What an import did, or why it did nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ImportReport {
    /// Whether anything was written. Never with problems.
    pub imported: bool,
    /// First day of the new versions.
    pub valid_from: Option<Day>,
    /// Data rows read.
    pub rows_read: usize,
    /// Divisions that are new.
    pub added: usize,
    /// Divisions with a new version: another name, parent or standing in the denominators.
    pub changed: usize,
    /// Divisions that stood and stand as they were.
    pub unchanged: usize,
    /// Divisions of the file's provinces that are not in the file and end the day before.
    pub ended: Vec<String>,
    /// Divisions that stay in the denominators or out of them as they were, though by their names and the shipped list they
    /// would be counted otherwise: an import decides that for new divisions alone.
    pub kept: Vec<String>,
    /// Rows dropped by the rule SelfParent.
    pub folded: Vec<FoldedRow>,
    /// Every problem of the file.
    pub problems: Vec<RowProblem>,
    /// What still stands in divisions that the file would end: it has to be moved or ended first.
    pub standing: Vec<StillStands>,
    /// Divisions by level in the file: province, city, county, township, village; and how many of them count.
    pub levels: Vec<LevelCount>,
}

impl ImportReport {
    /// Whether problems kept everything out.
    pub fn refused(&self) -> bool {
        !self.imported
    }
    /// Every problem of the file, as a field of its line: `lines[7].code`, the header being line 1.
    pub fn errors(&self) -> FieldErrors {
        let mut all = FieldErrors::default();
        for p in &self.problems {
            let column = if p.column.is_empty() { String::new() } else { format!(".{}", p.column) };
            let code = format!("row-{}", p.reason.code().replace('_', "-"));
            all.add(&format!("lines[{}]{column}", p.line), &code);
        }
        for s in &self.standing {
            let args = [("code", s.code.as_str()), ("name", &s.name), ("what", s.what), ("n", &s.count.to_string())];
            all.add_with(&format!("lines[{}]", s.line), "row-standing", &args);
        }
        all
    }
}

/// Something that still stands in a division that a file would end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct StillStands {
    /// Line of the file's row of the division above, among whose children it is missing.
    pub line: u64,
    /// Code of the division that would end.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What stands there: `centre`, `station`, `room`, `resident` or `grant`.
    pub what: &'static str,
    /// How many.
    pub count: i64,
}

/// How many divisions of a level a file has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LevelCount {
    /// Level code P, C, X, T or V.
    pub kind: DivisionKind,
    /// Divisions kept.
    pub divisions: usize,
    /// Of them in denominators from the day of the import on.
    pub counted: usize,
    /// How many of the level were in denominators before.
    pub counted_before: usize,
}

/// What has to be written.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// New divisions.
    pub divisions: Vec<(DivisionId, DivisionKind)>,
    /// New versions.
    pub versions: Vec<DivisionVersion>,
    /// Versions that end: (division, its valid_from).
    pub close: Vec<(DivisionId, Day)>,
    /// Versions that began on the same day and are replaced: (division, its valid_from).
    pub replace: Vec<(DivisionId, Day)>,
    /// How many stay.
    pub unchanged: usize,
    /// How many got another version.
    pub changed: usize,
    /// Names of those that end without a successor.
    pub ended: Vec<String>,
    /// Names of those that are counted otherwise than the file would have it.
    pub kept: Vec<String>,
    /// How many of a level were counted before, and are after.
    pub counted: HashMap<DivisionKind, (usize, usize)>,
    /// The same as `ended` by id, with the line of the row above each.
    pub gone: Vec<(DivisionId, u64)>,
}

impl Changes {
    /// Refuses when something that stood from `day` on would be changed or end.
    pub fn check_past_untouched(&self, day: Day) -> Result<()> {
        if self.replace.is_empty() && self.close.is_empty() {
            return Ok(());
        }
        let (changed, ended) = (self.changed.to_string(), self.ended.len().to_string());
        Err(Error::rule_with(
            "import-changes-past",
            &[("day", &day.to_string()), ("changed", &changed), ("ended", &ended)],
        ))
    }
}

/// Compares a checked file with the versions that stand on `day`. A division is recognised by its code and level. Whether
/// it counts is decided for new divisions alone: by the file, or as all of what it lies in.
/// Refused when the file's provinces have versions that begin or end after `day`: history is written forward.
pub fn changes(plan: &ImportPlan, standing: &[DivisionVersion], view: &View, day: Day) -> Result<Changes> {
    let provinces: HashSet<DivisionId> = plan
        .divisions
        .iter()
        .filter(|d| d.parent_code.is_none())
        .filter_map(|d| view.by_code(&d.code12))
        .map(|v| v.id)
        .collect();
    let concerned = |v: &DivisionVersion| view.province_of(v.id).is_some_and(|p| provinces.contains(&p));
    let later = |v: &&DivisionVersion| v.valid_from > day || v.valid_to.is_some_and(|t| t > day);
    if let Some(v) = standing.iter().filter(later).find(|v| concerned(v)) {
        let from = v.valid_to.filter(|t| *t > day).unwrap_or(v.valid_from);
        return Err(Error::rule_with("import-before-standing", &[("name", &v.name), ("day", &from.to_string())]));
    }
    let mut old: HashMap<&str, &DivisionVersion> =
        view.iter().filter(|v| concerned(v)).map(|v| (v.code12.as_str(), v)).collect();
    let mut next = standing.iter().map(|v| v.id.0).max().unwrap_or(0);
    let mut out = Changes::default();
    // First all ids, because a parent may be new as well.
    let mut ids: HashMap<&str, DivisionId> = HashMap::with_capacity(plan.divisions.len());
    for d in &plan.divisions {
        let id = match old.get(d.code12.as_str()) {
            Some(v) if v.kind == d.kind => v.id,
            _ => {
                next += 1;
                out.divisions.push((DivisionId(next), d.kind));
                DivisionId(next)
            }
        };
        ids.insert(&d.code12, id);
    }
    for v in old.values().filter(|v| v.in_denominator) {
        out.counted.entry(v.kind).or_default().0 += 1;
    }
    let mut counts: HashMap<&str, (bool, Option<String>)> = HashMap::with_capacity(plan.divisions.len());
    for d in &plan.divisions {
        let Some(id) = ids.get(d.code12.as_str()).copied() else { continue };
        let known = old.get(d.code12.as_str()).filter(|v| v.kind == d.kind);
        let above = d.parent_code.as_deref().and_then(|p| counts.get(p));
        let (in_denominator, exclusion) = match (known, above) {
            (Some(v), _) => (v.in_denominator, v.exclusion.clone()),
            (None, Some((false, Some(reason)))) if holds_below(reason) => (false, Some(reason.clone())),
            (None, _) => (d.in_denominator, d.exclusion.clone()),
        };
        if in_denominator {
            out.counted.entry(d.kind).or_default().1 += 1;
        }
        if in_denominator != d.in_denominator && known.is_some() {
            out.kept.push(view.path_name(id));
        }
        counts.insert(&d.code12, (in_denominator, exclusion.clone()));
        let version = DivisionVersion {
            id,
            kind: d.kind,
            code12: d.code12.clone(),
            name: d.name.clone(),
            parent: d.parent_code.as_deref().and_then(|p| ids.get(p).copied()),
            valid_from: day,
            valid_to: None,
            is_functional: d.is_functional,
            in_denominator,
            exclusion,
        };
        match old.remove(d.code12.as_str()).filter(|v| v.kind == d.kind) {
            Some(v) if same(v, &version) => {
                out.unchanged += 1;
                continue;
            }
            Some(v) if v.valid_from == day => {
                out.changed += 1;
                out.replace.push((id, day));
            }
            Some(v) => {
                out.changed += 1;
                out.close.push((id, v.valid_from));
            }
            None => {}
        }
        out.versions.push(version);
    }
    // What is left is not in the file.
    let mut rest: Vec<&DivisionVersion> = old.into_values().collect();
    rest.sort_by(|a, b| a.code12.cmp(&b.code12));
    let lines: HashMap<&str, u64> = plan.divisions.iter().map(|d| (d.code12.as_str(), d.line)).collect();
    for v in rest {
        let above = view.ancestors(v.id).into_iter().filter_map(|a| view.get(a));
        let line = above.filter_map(|a| lines.get(a.code12.as_str())).next().copied().unwrap_or(1);
        out.gone.push((v.id, line));
        out.ended.push(view.path_name(v.id));
        out.close.push((v.id, v.valid_from));
    }
    Ok(out)
}

fn same(a: &DivisionVersion, b: &DivisionVersion) -> bool {
    (&a.name, a.parent, a.is_functional, a.in_denominator, &a.exclusion)
        == (&b.name, b.parent, b.is_functional, b.in_denominator, &b.exclusion)
}

/// A division as pages and API show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct DivisionOut {
    /// Id for life.
    pub id: DivisionId,
    /// Level: P, C, X, T or V.
    pub kind: DivisionKind,
    /// Twelve-digit code on the day.
    pub code: String,
    /// Name on the day.
    pub name: String,
    /// Division it lies in.
    pub parent: Option<DivisionId>,
    /// Farm, zone or similar.
    pub functional: bool,
    /// Whether it counts in denominators.
    pub counted: bool,
    /// Why not: code of the list `exclusion_reason`.
    pub exclusion: Option<String>,
    /// How many divisions lie directly in it.
    pub children: usize,
}

impl DivisionOut {
    /// From a version of a day's map.
    pub fn of(v: &DivisionVersion, view: &View) -> Self {
        Self {
            id: v.id,
            kind: v.kind,
            code: v.code12.clone(),
            name: v.name.clone(),
            parent: v.parent,
            functional: v.is_functional,
            counted: v.in_denominator,
            exclusion: v.exclusion.clone(),
            children: view.children(v.id).len(),
        }
    }
}

/// A division with what lies in it, on a day.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct DivisionFile {
    /// The map is that of the end of this day.
    pub on: Day,
    /// The division; none at the top.
    pub division: Option<DivisionOut>,
    /// Above it, the province first.
    pub above: Vec<DivisionOut>,
    /// Directly in it.
    pub children: Vec<DivisionOut>,
    /// Its versions, oldest first: name, code, validity, and whether it counted.
    pub versions: Vec<VersionOut>,
    /// What the province decided about its counting, the latest first.
    pub decisions: Vec<CountDecision>,
}

/// A version of a division.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct VersionOut {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
    /// Whether it counts in denominators.
    pub counted: bool,
    /// Why not: code of the list `exclusion_reason`.
    pub exclusion: Option<String>,
}

/// Which part of the tree is asked for.
#[derive(Clone, Debug, Default, serde::Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DivisionQuery {
    /// Division id; the provinces without it.
    pub area: Option<i64>,
    /// Day of the map; default today.
    pub as_of: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::division_file::{Exclusions, parse};
    use zw_core::tree::Tree;

    const HEAD: &str =
        "code,name,level,parent_code\n350000000000,福建省,province,\n350400000000,三明市,city,350000000000\n";

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }
    fn plan(rows: &str) -> ImportPlan {
        parse(format!("{HEAD}{rows}").as_bytes(), &Exclusions::default()).unwrap()
    }
    fn apply(standing: &[DivisionVersion], rows: &str, on: i64) -> (Changes, Vec<DivisionVersion>) {
        let tree = Tree::build(standing.to_vec());
        let c = changes(&plan(rows), standing, &tree.as_of(day(on)), day(on)).unwrap();
        let mut all = standing.to_vec();
        all.retain(|v| !c.replace.contains(&(v.id, v.valid_from)));
        for v in &mut all {
            if c.close.contains(&(v.id, v.valid_from)) {
                v.valid_to = Some(day(on));
            }
        }
        all.extend(c.versions.clone());
        (c, all)
    }

    /// 沙县 becomes 沙县区, 梅列区 and 三元区 become one (domain.md 4, source 24): the denominator falls by one from the day.
    #[test]
    fn a_second_file_makes_versions_from_its_day() {
        let first = "350402000000,梅列区,county,350400000000\n350403000000,三元区,county,350400000000\n350427000000,沙县,county,350400000000\n350421000000,明溪县,county,350400000000\n";
        let (c, one) = apply(&[], first, 20000101);
        assert_eq!((c.divisions.len(), c.versions.len(), c.unchanged), (6, 6, 0));
        let second = "350404000000,三元区,county,350400000000\n350405000000,沙县区,county,350400000000\n350421000000,明溪县,county,350400000000\n";
        let (c, two) = apply(&one, second, 20210201);
        assert_eq!((c.divisions.len(), c.changed, c.unchanged), (2, 0, 3));
        assert_eq!(c.ended, ["三明市梅列区", "三明市三元区", "三明市沙县"]);
        let tree = Tree::build(two.clone());
        let city = tree.as_of(day(20210131)).by_code("350400000000").unwrap().id;
        let counties = |on: i64| tree.as_of(day(on)).counted(DivisionKind::County, city).len();
        assert_eq!((counties(20210131), counties(20210201)), (4, 3));
        assert!(tree.problems().is_empty());
        // The same file again changes nothing, an older day is refused.
        let (c, _) = apply(&two, second, 20210301);
        assert_eq!((c.versions.len(), c.close.len(), c.unchanged), (0, 0, 5));
        let old_day = day(20201231);
        let refused = changes(&plan(second), &two, &tree.as_of(old_day), old_day);
        assert!(matches!(refused, Err(Error::Rule { code: "import-before-standing", .. })), "{refused:?}");
    }

    /// What was taken out stays out with its reason, whatever the file says; what is new in it stays out with it.
    #[test]
    fn an_import_decides_about_new_divisions_alone() {
        let county = "350427000000,沙县,county,350400000000\n";
        let (_, mut one) = apply(&[], county, 20000101);
        for v in one.iter_mut().filter(|v| v.kind == DivisionKind::County) {
            (v.in_denominator, v.exclusion) = (false, Some("demo_assumption".into()));
        }
        let town = "350427100000,青州镇,township,350427000000\n350427401000,金沙园区,township,350427000000\n";
        let (c, two) = apply(&one, &format!("{county}{town}"), 20210201);
        assert_eq!((c.changed, c.kept.clone()), (0, vec!["三明市沙县".to_owned()]));
        let said =
            |code: &str| two.iter().find(|v| v.code12 == code).and_then(|v| v.exclusion.as_deref()).unwrap_or("");
        assert_eq!((said("350427000000"), said("350427100000")), ("demo_assumption", "demo_assumption"));
        assert_eq!(c.counted.get(&DivisionKind::County), None, "none before, none after");
        assert_eq!(c.counted.get(&DivisionKind::City), Some(&(1, 1)));
    }

    #[test]
    fn a_rename_keeps_the_id_and_a_correction_of_the_same_day_replaces() {
        let (_, one) = apply(&[], "350427000000,沙县,county,350400000000\n", 20000101);
        let (c, two) = apply(&one, "350427000000,沙县区,county,350400000000\n", 20210201);
        assert_eq!((c.changed, c.divisions.len(), c.close.len()), (1, 0, 1));
        let (c, three) = apply(&two, "350427000000,沙縣區,county,350400000000\n", 20210201);
        assert_eq!((c.changed, c.replace.len(), c.close.len()), (1, 1, 0));
        assert_eq!(three.iter().filter(|v| v.kind == DivisionKind::County).count(), 2);
    }
}
