//! The annexes: one table each, written once and rendered as a table of the document and as a sheet with real numbers.

mod lists;

pub use lists::{corrections, gaps, overdue, unconfirmed, unreported, why};

use crate::model::annexes::{Annex, part_words};
use crate::model::figures::{Figures, SMALL, percent, printed};
use crate::model::snapshot::{AreaFigures, Snapshot};
use crate::model::wall::OBSTACLES;
use crate::service::gather::reading_order;
use zw_documents::{Align, Cell, Column, ColumnKind, Sheet, SheetColumn, Table};
use zw_indicators::indicator::{COVERAGE_TOWNSHIP, Indicator};
use zw_indicators::{Measures, indicator, keys};
use zw_ui::{Arg, Lang};

/// Documents are Chinese.
const ZH: Lang = Lang::ZhCn;

/// A column.
struct Col {
    header: String,
    unit: String,
    kind: ColumnKind,
    group: &'static str,
    width: f64,
    /// Width in the document, in characters, where it is not to follow the longest text.
    paper_width: Option<f32>,
    /// Left out on paper: codes and details that only a spreadsheet has room for.
    sheet_only: bool,
}

fn col(header: &str, kind: ColumnKind, unit: &str) -> Col {
    Col {
        header: header.to_owned(),
        unit: unit.to_owned(),
        kind,
        group: "",
        width: 0.0,
        paper_width: None,
        sheet_only: false,
    }
}
fn text(header: &str) -> Col {
    col(header, ColumnKind::Text, "")
}
fn int(header: &str, unit: &str) -> Col {
    col(header, ColumnKind::Int, unit)
}
impl Col {
    fn under(self, group: &'static str) -> Self {
        Self { group, ..self }
    }
    fn wide(self, width: f64) -> Self {
        Self { width, ..self }
    }
    fn on_paper(self, width: f32) -> Self {
        Self { paper_width: Some(width), ..self }
    }
    fn sheet_only(self) -> Self {
        Self { sheet_only: true, ..self }
    }
}

/// A table of values.
pub struct Grid {
    /// Name of the sheet and of the annex.
    pub title: String,
    columns: Vec<Col>,
    rows: Vec<Vec<Cell>>,
    /// Rows of the document where they are not those of the sheet: what is alike stands in one row there.
    paper: Option<Vec<Vec<Cell>>>,
    totals: Option<Vec<Cell>>,
    note: Option<String>,
}

impl Grid {
    /// Whether it has more columns than stand side by side on an upright page.
    pub fn is_wide(&self) -> bool {
        self.columns.iter().filter(|c| !c.sheet_only).count() > 7
    }
    /// Rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// As a sheet with real numbers.
    pub fn sheet(&self, name: &str) -> Sheet {
        Sheet {
            name: name.to_owned(),
            title: self.title.clone(),
            columns: self
                .columns
                .iter()
                .map(|c| SheetColumn {
                    header: c.header.clone(),
                    unit: (!c.unit.is_empty()).then(|| c.unit.clone()),
                    kind: c.kind,
                    width: (c.width > 0.0).then_some(c.width),
                })
                .collect(),
            rows: self.rows.clone(),
            totals: self.totals.clone(),
            note: self.note.clone(),
        }
    }
    /// As a table of the document.
    pub fn table(&self) -> Table {
        let row = |r: &Vec<Cell>| {
            r.iter().zip(&self.columns).filter(|(_, c)| !c.sheet_only).map(|(v, _)| shown(v)).collect::<Vec<_>>()
        };
        Table {
            columns: self
                .columns
                .iter()
                .filter(|c| !c.sheet_only)
                .map(|c| Column {
                    header: c.header.clone(),
                    unit: (!c.unit.is_empty()).then(|| c.unit.clone()),
                    align: match c.kind {
                        ColumnKind::Text => Align::Left,
                        ColumnKind::Date => Align::Center,
                        _ => Align::Right,
                    },
                    width: c.paper_width,
                    group: (!c.group.is_empty()).then(|| c.group.to_owned()),
                })
                .collect(),
            rows: self.paper.as_ref().unwrap_or(&self.rows).iter().map(row).collect(),
            totals: self.totals.as_ref().map(row),
            caption: None,
            note: self.note.clone(),
        }
    }
}

fn shown(c: &Cell) -> String {
    match c {
        Cell::Empty => String::new(),
        Cell::Text(t) => t.clone(),
        Cell::Int(n) => n.to_string(),
        Cell::Number(n) => format!("{n:.2}"),
        Cell::Percent(p) => format!("{p:.1}"),
        Cell::Fen(f) => format!("{}.{:02}", f / 100, f.unsigned_abs() % 100),
        Cell::Date(d) => zw_ui::format::date_int(Some(*d)),
    }
}

fn rate(i: &Indicator, a: &AreaFigures) -> Cell {
    match percent(i, a) {
        // Tenths of a percent are exact in a double.
        Some(p) => Cell::Percent(f64::from(i32::try_from(p.tenths()).unwrap_or(i32::MAX)) / 10.0),
        None => Cell::Text(zw_core::percent::NO_VALUE.into()),
    }
}
fn value(a: &AreaFigures, key: &str) -> Cell {
    a.get(key).map_or(Cell::Empty, Cell::Int)
}
fn growth(f: &Figures<'_>, a: &AreaFigures) -> Cell {
    let before = f.before.and_then(|b| b.areas().find(|x| x.division == a.division));
    match (a.get(keys::STATIONS_BUILT), before.and_then(|b| b.get(keys::STATIONS_BUILT))) {
        (Some(now), Some(then)) => Cell::Int(now - then),
        _ => Cell::Empty,
    }
}

// i18n-keys: publishing-obstacle-venue publishing-obstacle-tender publishing-obstacle-funding publishing-obstacle-staff
// i18n-keys: publishing-obstacle-other
/// 场地2、招标1.
fn obstacles(a: &AreaFigures) -> Cell {
    let word = |code: &str| ZH.t_or(&format!("publishing-obstacle-{code}"), code);
    let words: Vec<String> =
        OBSTACLES.iter().filter_map(|(code, _)| a.obstacles.get(*code).map(|n| format!("{}{n}", word(code)))).collect();
    Cell::Text(words.join("、"))
}

fn ordered<'a>(areas: &[&'a AreaFigures], ranking: bool) -> Vec<(&'a AreaFigures, Cell)> {
    let mut list = areas.to_vec();
    if !ranking {
        return list.into_iter().map(|a| (a, Cell::Empty)).collect();
    }
    // Ranked only where the denominator is not small; the others follow without a place.
    let key = |a: &AreaFigures| {
        let small = a.get(keys::TOWNSHIPS_COUNTED).unwrap_or(0) < SMALL;
        (small, std::cmp::Reverse(percent(&COVERAGE_TOWNSHIP, a)), a.code.clone())
    };
    list.sort_by_key(|a| key(a));
    let mut place = 0;
    list.into_iter()
        .map(|a| {
            let small = a.get(keys::TOWNSHIPS_COUNTED).unwrap_or(0) < SMALL;
            place += i64::from(!small);
            (a, if small { Cell::Empty } else { Cell::Int(place) })
        })
        .collect()
}

fn source(f: &Figures<'_>) -> String {
    let when = f.now.row.as_of.long_zh();
    match f.before {
        Some(b) => format!("截至{when}；“新增”为比{}增加的建成运营站数。", b.row.as_of.long_zh()),
        None => format!("截至{when}。"),
    }
}

/// Progress of the areas directly inside, or of the counties, ranked by coverage or in the order of codes: annexes 1 and 2.
pub fn progress(f: &Figures<'_>, ranking: bool, cities: bool) -> Grid {
    let body = &f.now.body;
    let areas: Vec<&AreaFigures> = if cities { f.now.parts() } else { body.counties.iter().collect() };
    let parts = if cities { part_words(f.now) } else { "县（市、区）" };
    // Cities and counties in one column have no common word but this.
    let name = if cities && f.now.direct().next().is_some() { "地区" } else { parts };
    let mut columns = vec![
        text("区划代码").wide(15.0).sheet_only(),
        text(name).wide(20.0),
        int("应建站", "个").under("站点建设"),
        int("已挂牌", "个").under("站点建设"),
        int("建成运营", "个").under("站点建设"),
        int("新增", "个").under("站点建设"),
        col("覆盖率", ColumnKind::Percent, "%").under("站点建设"),
        int("在岗社工", "人").under("人员"),
        int("其中持证", "人").under("人员"),
        col("持证率", ColumnKind::Percent, "%").under("人员"),
        int("县中心", "个").under("中心与社工室"),
        int("社工室", "个").under("中心与社工室"),
        text("当前障碍").wide(20.0),
    ];
    if cities {
        columns.push(int("未确认县", "个"));
    } else {
        columns.push(text("进度").wide(10.0));
        columns.push(text("县级确认").wide(18.0));
    }
    if ranking {
        columns.insert(0, int("位次", ""));
    }
    let row = |a: &AreaFigures, place: Cell| {
        let mut r = vec![
            Cell::Text(a.code.clone()),
            Cell::Text(match (cities, body.beside(a).as_slice()) {
                (false, _) => a.name.clone(),
                (true, []) => a.short.clone(),
                (true, beside) => format!("{}（不含{}）", a.short, beside.join("、")),
            }),
            value(a, keys::TOWNSHIPS_COUNTED),
            value(a, keys::STATIONS_PLAQUED),
            value(a, keys::STATIONS_BUILT),
            growth(f, a),
            rate(&COVERAGE_TOWNSHIP, a),
            value(a, keys::POSTED_WORKERS),
            value(a, keys::CERTIFIED_WORKERS),
            rate(&indicator::CERTIFIED_RATE, a),
            value(a, keys::COUNTY_CENTRES),
            value(a, keys::VILLAGE_ROOMS),
            obstacles(a),
        ];
        if cities {
            let inside = |d: i64| {
                body.counties.iter().any(|c| {
                    c.division == d && (c.city == Some(a.division) || [d, body.total.division].contains(&a.division))
                })
            };
            let n = body.unconfirmed.iter().filter(|u| inside(u.division)).count();
            r.push(Cell::Int(i64::try_from(n).unwrap_or(i64::MAX)));
        } else {
            r.push(Cell::Text(a.status.map(|s| s.word(ZH)).unwrap_or_default()));
            r.push(Cell::Text(confirmation(f.now, a)));
        }
        if ranking {
            r.insert(0, place);
        }
        r
    };
    let rows = ordered(&areas, ranking).into_iter().map(|(a, place)| row(a, place)).collect();
    let mut totals = row(&body.total, Cell::Empty);
    let at = usize::from(ranking) + 1;
    if let Some(c) = totals.get_mut(at) {
        *c = Cell::Text("合计".into());
    }
    if let Some(c) = totals.get_mut(at - 1) {
        *c = Cell::Empty;
    }
    if !cities {
        for c in totals.iter_mut().rev().take(2) {
            *c = Cell::Empty;
        }
    }
    let title = if cities { Annex::Cities } else { Annex::Counties }.title(f.now);
    Grid { title, columns, rows, paper: None, totals: Some(totals), note: Some(source(f)) }
}

/// 2021年第26周, 2021年6月; a key that is none stays as it is.
fn period_words(key: &str) -> String {
    zw_core::period::Period::parse(key).map_or_else(|| key.to_owned(), zw_core::period::Period::short_zh)
}

/// 已确认（2021年第26周） or 未确认.
fn confirmation(s: &Snapshot, a: &AreaFigures) -> String {
    use crate::model::snapshot::UnconfirmedReason::{Changed, NoReport};
    match s.body.unconfirmed.iter().find(|u| u.division == a.division) {
        Some(u) if u.reason == NoReport => "未确认".into(),
        Some(u) if u.reason == Changed => "确认后有变动".into(),
        _ => a.confirmed_week.as_ref().map_or_else(|| "未确认".into(), |w| format!("已确认（{}）", period_words(w))),
    }
}

fn label(key: &str, measures: &Measures) -> String {
    measures.def(key).map_or_else(|| key.to_owned(), |d| ZH.t(d.label))
}

/// What a figure is counted in: 个, 人, 次, %; empty for a ratio.
fn unit(key: &str, measures: &Measures) -> String {
    match (indicator::find(key), measures.def(key)) {
        (Some(i), _) => i.unit.to_owned(),
        (None, Some(d)) => ZH.t(d.unit),
        (None, None) => String::new(),
    }
}

/// The month's service by county, from approved reports. A county that has not passed its month on did not do nothing: its
/// figures are not there (domain.md section 7, 未报 and named); one without a station owes none.
pub fn service(s: &Snapshot, measures: &Measures) -> Grid {
    let mut columns = vec![text("区划代码").wide(15.0).sheet_only(), text("县（市、区）").wide(20.0)];
    columns.extend(s.body.flows.iter().map(|k| int(&label(k, measures), &unit(k, measures)).wide(14.0)));
    let row = |a: &AreaFigures, name: String| {
        let mut r = vec![Cell::Text(a.code.clone()), Cell::Text(name)];
        let absent = if s.body.unpassed.iter().any(|c| c.division == a.division) {
            Some("未报")
        } else if a.get(keys::STATIONS_BUILT) == Some(0) && s.body.flows.iter().all(|k| a.get(k) == Some(0)) {
            Some(zw_core::percent::NO_VALUE)
        } else {
            None
        };
        r.extend(s.body.flows.iter().map(|k| absent.map_or_else(|| value(a, k), |why| Cell::Text(why.into()))));
        r
    };
    Grid {
        title: Annex::Service.title(s),
        columns,
        rows: s.body.counties.iter().map(|a| row(a, a.name.clone())).collect(),
        paper: None,
        totals: Some(row(&s.body.total, "合计".into())),
        note: Some(
            "取自已审核月报的冻结数。“未报”：该县（市、区）尚未上报本月，数字未计入；“—”：没有应报的社工站。".into(),
        ),
    }
}

/// What stands in the column of definitions: that of the version a snapshot was counted by. The program has the text of its own
/// version alone, so of another one its number is named; a snapshot that kept none says nothing.
fn definition_of(kept: Option<&String>, running: &str, definition: &str) -> String {
    match kept {
        Some(v) if v == running => ZH.t(definition),
        Some(v) => ZH.tf("publishing-definition-of-version", &[("version", Arg::from(v))]),
        None => ZH.t("publishing-definition-not-kept"),
    }
}

/// Definitions of the figures in use, by the rule versions of the snapshot: annex 4.
pub fn definitions(s: &Snapshot, measures: &Measures, range_note: Option<&str>) -> Grid {
    let total = &s.body.total;
    let row = |key: &str| {
        let (label, definition, version, value) = match (indicator::find(key), measures.def(key)) {
            (Some(i), _) => (i.label, i.definition, i.rule_version, printed(i.key, total)?),
            (None, Some(d)) => (d.label, d.definition, d.rule_version, total.get(key)?.to_string()),
            (None, None) => return None,
        };
        let kept = s.rules.get(key);
        let shown = kept.map_or(zw_core::percent::NO_VALUE, String::as_str).to_owned();
        let words = [ZH.t(label), value, unit(key, measures), definition_of(kept, version, definition), shown];
        Some(words.map(Cell::Text).to_vec())
    };
    let rows = reading_order(total).into_iter().filter_map(row).collect();
    Grid {
        title: Annex::Definitions.title(s),
        columns: vec![
            text("指标").wide(22.0),
            text("本期值").wide(12.0),
            text("计量单位").wide(10.0).on_paper(6.0),
            text("定义").wide(70.0),
            text("口径版本").wide(10.0),
        ],
        rows,
        paper: None,
        totals: None,
        note: range_note.map(str::to_owned),
    }
}
