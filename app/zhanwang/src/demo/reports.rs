//! Half a year of reports: 26 weeks of the counties and six months of the stations, with cells counted from the
//! demo's own records by the same measures that fill a live report. The last week and month are unfinished business:
//! some late, some missing, one returned; most cities passed the week on in time, two late, one not yet.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use zw_access::{Action, App, Ctx};
use zw_core::deadline::{ChainTier, DeadlineSettings};
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Error, Result, Rng, Stamp, UnitId};
use zw_indicators::{Area, Measures, keys};
use zw_reporting::direct::Chain;
use zw_reporting::pass_on::MissingUnit;
use zw_reporting::report::derive;
use zw_reporting::report::model::{Cell, Cells, ReportState, Texts};
use zw_reporting::report::store::{Station, stations_due};
use zw_reporting::seed::{self, SeedPassOn, SeedReport};

/// Counties and stations whose reports were passed on.
type Reporters = HashSet<(DivisionId, Option<UnitId>)>;

const PROBLEMS: [&str; 5] = [
    "个别乡镇场地面积不足，正与乡镇商量调整。",
    "招标公告响应机构少，拟延长公告期。",
    "持证社工招聘困难。",
    "配套资金拨付较慢，已报县财政。",
    NONE,
];
/// Obstacles by their cells, in words.
const OBSTACLES: [(&str, &str); 5] = [
    (keys::OBSTACLES_FUNDS, "资金"),
    (keys::OBSTACLES_VENUE, "场地"),
    (keys::OBSTACLES_TENDER, "招标"),
    (keys::OBSTACLES_STAFF, "人员"),
    (keys::OBSTACLES_OTHER, "其他"),
];
/// What the returned report says of its problems.
const NONE: &str = "暂无。";

/// Why a report is returned: it says nothing of an obstacle that its own figures have.
fn why_returned(cells: &Cells) -> String {
    let found = OBSTACLES.iter().find_map(|(key, word)| Some((word, cells.get(*key)?.auto)).filter(|(_, n)| *n > 0));
    match found {
        Some((word, n)) => format!("障碍“{word}”有{n}个乡镇，“问题与建议”却写“暂无”：请写明卡在哪里、何时解决，再报。"),
        None => "请写明下周计划的乡镇名称，再报。".to_owned(),
    }
}

const PLANS: [&str; 3] = ["完成在建站点人员到岗。", "组织拟验收站点自查。", "召开乡镇推进会。"];

struct Maker<'a> {
    app: &'a App,
    settings: DeadlineSettings,
    now: Stamp,
    rng: Rng,
    city_of: HashMap<DivisionId, DivisionId>,
    reports: Vec<SeedReport>,
    passed: Vec<SeedPassOn>,
}

/// Writes the reports and brings the cells up to date.
pub async fn load(app: &Arc<App>, province: DivisionId, own: DivisionId, own_unit: UnitId) -> Result<()> {
    let measures = app.ext::<Measures>()?;
    let ctx = Ctx::system(app.clone(), "demo", &[]);
    let (today, tree) = (ctx.today(), ctx.tree());
    let view = tree.as_of(today);
    let counties = view.counted(DivisionKind::County, province).to_vec();
    let chain = Chain::on(&ctx, today);
    let mut m = Maker {
        app,
        settings: DeadlineSettings::default(),
        now: ctx.now(),
        rng: Rng::seeded(77),
        city_of: counties.iter().filter_map(|c| Some((*c, chain.city_of(*c)?))).collect(),
        reports: vec![],
        passed: vec![],
    };
    let mut c = ctx.read().await?;
    let first = Day::from_stored(super::plan::HISTORY_FROM);

    let keys = derive::measures_of(PeriodKind::Week);
    let mut week = Period::containing(PeriodKind::Week, first);
    let last = Period::containing(PeriodKind::Week, today).prev();
    while week <= last {
        let counted = measures.by_county(&mut c, &tree, &keys, &counties, derive::span(week)).await?;
        let first = m.reports.len();
        for county in &counties {
            let cells = cells(&measures, &keys, |k| counted.get(&(k, *county)).copied().unwrap_or(0));
            m.week(week, *county, cells, week == last, *county == own)?;
        }
        if week == last {
            m.settle(week, first, &counties, own)?;
        }
        m.pass_weeks(week, first, &counties, &view, (week == last).then_some(own))?;
        week = week.next();
    }

    let mut month = Period::containing(PeriodKind::Month, first);
    let last = Period::containing(PeriodKind::Month, today).prev();
    while month <= last {
        let (first, stations) = (m.reports.len(), stations_due(&mut c, &counties, month).await?);
        for s in &stations {
            let area = Area::Unit(s.county_id, s.id);
            let cells = derive::of_area(&measures, &mut c, &tree, month, &area).await?;
            m.month(month, s, cells, month == last, s.id == own_unit)?;
        }
        // Of the last month the demo's own county and a third of the others have still to pass on, and every city.
        let open = |c: DivisionId| month == last && (c == own || c.0 % 3 == 0);
        m.pass_months(month, first, stations.iter().filter(|s| !open(s.county_id)))?;
        if month != last {
            m.pass_cities(month, &stations)?;
        }
        month = month.next();
    }
    drop(c);

    let mut tx = ctx.write().await?;
    seed::reports(&mut tx, &m.rng, &m.reports).await?;
    seed::pass_ons(&mut tx, &m.rng, &m.passed).await?;
    let cycle = serde_json::json!({"start_on": "2021-01-04"});
    zw_settings::seed::set(&mut tx, <zw_reporting::cycle::Cycle as zw_access::Setting>::KEY, &cycle, "演示数据")
        .await?;
    tx.commit(ctx.event(Action("demo.load")).record(None, "reports")).await?;

    let span = zw_indicators::Span { from: Day::from_stored(20200601), to: today };
    zw_indicators::cells::rebuild(app, &measures, span, true).await?;
    Ok(())
}

fn cells(measures: &Measures, keys: &[&'static str], value: impl Fn(&'static str) -> i64) -> Cells {
    keys.iter()
        .filter_map(|k| {
            let def = measures.def(k)?;
            Some(((*k).to_owned(), Cell::counted(value(k), def.rule_version)))
        })
        .collect()
}

/// Groups by a division, in the order of the divisions; what has none is left out.
fn by<T>(pairs: impl Iterator<Item = (Option<DivisionId>, T)>) -> BTreeMap<DivisionId, Vec<T>> {
    let mut out: BTreeMap<DivisionId, Vec<T>> = BTreeMap::new();
    for (division, x) in pairs {
        if let Some(d) = division {
            out.entry(d).or_default().push(x);
        }
    }
    out
}

impl Maker<'_> {
    /// Who stands above a county in the chain.
    fn above(&self, county: DivisionId) -> &'static str {
        if self.city_of.contains_key(&county) { "市级管理" } else { "省级管理" }
    }
    fn below(&self, n: u64) -> i64 {
        i64::try_from(self.rng.below(n)).unwrap_or(0)
    }

    fn due(&self, p: Period, tier: ChainTier) -> Result<zw_core::deadline::Deadline> {
        self.settings
            .deadline(p, tier, &self.app.calendar)
            .map_err(|e| Error::Internal(format!("demo deadline {p}: {e:?}")))?
            .ok_or_else(|| Error::Internal(format!("demo deadline {p}")))
    }

    fn week(&mut self, week: Period, county: DivisionId, cells: Cells, last: bool, own: bool) -> Result<()> {
        let due = self.due(week, ChainTier::County)?;
        let approve = due.due.plus_minutes(120 + self.below(120));
        let luck = self.rng.below(100);
        let (sent, approved) = match (last, luck) {
            _ if own => (Some(due.due.plus_minutes(-95)), !last),
            // The last week: some never came, some came late, some wait for the city.
            (true, 0..=3) => (None, false),
            (true, 4..=9) => (Some(due.due.plus_minutes(60 + self.below(600))), false),
            (true, 10..=19) => (Some(due.due.plus_minutes(-self.below(120) - 5)), false),
            (false, 0..=2) => (Some(due.due.plus_minutes(90 + self.below(300))), true),
            _ => (Some(due.due.plus_minutes(-self.below(170) - 5)), true),
        };
        let Some(sent) = sent.filter(|s| *s < self.now) else { return Ok(()) };
        let returned = (own && last).then(|| (due.due.plus_minutes(100), "市级管理".to_owned(), why_returned(&cells)));
        let problems = match &returned {
            Some(_) => NONE,
            None => PROBLEMS[usize::try_from(self.below(5)).unwrap_or(0)],
        };
        self.reports.push(SeedReport {
            county,
            division: county,
            unit: None,
            period: week,
            state: match (&returned, approved) {
                (Some(_), _) => ReportState::Returned,
                (None, true) => ReportState::Approved,
                (None, false) => ReportState::Submitted,
            },
            cells,
            texts: Texts {
                problems: problems.into(),
                highlights: String::new(),
                next_plan: PLANS[usize::try_from(self.below(3)).unwrap_or(0)].into(),
            },
            no_change: false,
            due_at: Some(due.due),
            timeliness: Some(due.timeliness(Some(sent), false, self.now)),
            submitted: Some((sent, "县级主管".into())),
            returned,
            approved: approved.then(|| (approve.max(sent.plus_minutes(15)), self.above(county).into())),
            rolled_up: None,
            exempt: None,
            at: sent,
        });
        Ok(())
    }

    /// What the cities decided about the last week: what came in time they approved the same day, except the demo's own
    /// city; two of them waited for their late counties until the next morning.
    fn settle(&mut self, week: Period, first: usize, counties: &[DivisionId], own: DivisionId) -> Result<()> {
        let due = self.due(week, ChainTier::County)?.due;
        let morning = self.due(week, ChainTier::City)?.due.plus_minutes(970);
        let mut waited = 0;
        for (city, mine) in by(counties.iter().map(|c| (self.city_of.get(c).copied(), *c))) {
            if self.city_of.get(&own) == Some(&city) {
                continue;
            }
            let came = self.reports[first..].iter_mut();
            let came = came.filter(|r| mine.contains(&r.county) && r.state == ReportState::Submitted);
            let (in_time, late): (Vec<_>, Vec<_>) = came.partition(|r| r.at <= due);
            let waits = !late.is_empty() && waited < 2;
            waited += usize::from(waits);
            let late = late.into_iter().filter(|_| waits).map(|r| (r, morning));
            for (r, at) in in_time.into_iter().map(|r| (r, due.plus_minutes(200))).chain(late) {
                r.state = ReportState::Approved;
                r.approved = Some((at, "市级管理".into()));
            }
        }
        Ok(())
    }

    /// Each city passes a week on, once its counties are approved; what it took along is rolled up, and who has no
    /// approved report is named, as the program itself would do it. The last week's is still to come of the demo's own
    /// city, whose county's report was returned, and what came late of it still waits for the province.
    fn pass_weeks(
        &mut self,
        week: Period,
        first: usize,
        counties: &[DivisionId],
        view: &View,
        last_of: Option<DivisionId>,
    ) -> Result<()> {
        let late = self.due(week, ChainTier::City)?.due;
        let open = last_of.and_then(|own| self.city_of.get(&own).copied());
        for (city, mine) in by(counties.iter().map(|c| (self.city_of.get(c).copied(), *c))) {
            if open == Some(city) {
                continue;
            }
            let (at, passed) = self.pass(week, ChainTier::City, city, first, &mine)?;
            let missing = mine.iter().filter(|c| !passed.contains(&(**c, None)));
            let missing = missing.map(|c| MissingUnit { division: *c, unit: None, name: view.path_name(*c) }).collect();
            self.note(city, week, ChainTier::City, at, ["市级管理", "省级管理"], missing)?;
            if let Some(p) = self.passed.last_mut().filter(|_| open.is_some() && at > late) {
                p.approved = None;
            }
        }
        Ok(())
    }

    /// Each county passes its stations' month on, naming who is missing.
    fn pass_months<'s>(
        &mut self,
        month: Period,
        first: usize,
        stations: impl Iterator<Item = &'s Station>,
    ) -> Result<()> {
        for (county, mine) in by(stations.map(|s| (Some(s.county_id), s))) {
            let (at, passed) = self.pass(month, ChainTier::County, county, first, &[county])?;
            let missing = mine.iter().filter(|s| !passed.contains(&(county, Some(s.id))));
            let missing = missing
                .map(|s| MissingUnit { division: s.division_id, unit: Some(s.id), name: s.name.clone() })
                .collect();
            let above = self.above(county);
            self.note(county, month, ChainTier::County, at, ["县级主管", above], missing)?;
        }
        Ok(())
    }

    /// Each city passes its counties' month on, after all of them have.
    fn pass_cities(&mut self, month: Period, stations: &[Station]) -> Result<()> {
        let cities = by(stations.iter().map(|s| (self.city_of.get(&s.county_id).copied(), s.county_id)));
        for city in cities.into_keys() {
            let at = self.due(month, ChainTier::City)?.due.plus_minutes(-20);
            self.note(city, month, ChainTier::City, at, ["市级管理", "省级管理"], vec![])?;
        }
        Ok(())
    }

    /// Rolls the approved reports of some counties up, shortly before the tier's deadline or, if the last approval came
    /// later, right after it: when, and which.
    fn pass(
        &mut self,
        p: Period,
        tier: ChainTier,
        who: DivisionId,
        first: usize,
        counties: &[DivisionId],
    ) -> Result<(Stamp, Reporters)> {
        let due = self.due(p, tier)?.due;
        let mut mine: Vec<&mut SeedReport> = self.reports[first..]
            .iter_mut()
            .filter(|r| counties.contains(&r.county) && r.state == ReportState::Approved)
            .collect();
        let last = mine.iter().filter_map(|r| r.approved.as_ref().map(|a| a.0)).max();
        let at = last.map_or(due, |l| l.plus_minutes(5)).max(due.plus_minutes(-20));
        if at >= self.now {
            return Err(Error::Internal(format!("demo: {who} cannot have passed {p} on yet")));
        }
        let name = if tier == ChainTier::County { "县级主管" } else { "市级管理" };
        for r in &mut mine {
            r.state = ReportState::RolledUp;
            r.rolled_up = Some((at, name.into()));
        }
        Ok((at, mine.iter().map(|r| (r.county, r.unit)).collect()))
    }

    /// The step of the chain itself, and the approval of the tier above some hours later.
    fn note(
        &mut self,
        division: DivisionId,
        period: Period,
        tier: ChainTier,
        at: Stamp,
        [by, above]: [&str; 2],
        missing: Vec<MissingUnit>,
    ) -> Result<()> {
        let due = self.due(period, tier)?;
        let timeliness = Some(due.timeliness(Some(at), false, self.now));
        let approved = Some((at.plus_minutes(900), above.to_owned())).filter(|a| a.0 < self.now);
        self.passed.push(SeedPassOn { division, period, at, by: by.into(), timeliness, missing, approved });
        Ok(())
    }

    fn month(&mut self, month: Period, s: &Station, cells: Cells, last: bool, own: bool) -> Result<()> {
        let due = self.due(month, ChainTier::Station)?;
        let luck = self.rng.below(100);
        let sent = match (last, luck) {
            // The demo station's head still has June to confirm: late, but within the days of grace or after them.
            (true, _) if own => None,
            (true, 0..=4) => None,
            (_, 0..=8) => Some(due.due.plus_minutes(60 + self.below(900))),
            _ => Some(due.due.plus_minutes(-self.below(2000) - 5)),
        };
        let Some(sent) = sent.filter(|x| *x < self.now) else { return Ok(()) };
        let approved = !last || luck > 30;
        let approve =
            self.due(month, ChainTier::County)?.due.plus_minutes(-self.below(300) - 10).max(sent.plus_minutes(30));
        let approved = approved && approve < self.now;
        self.reports.push(SeedReport {
            county: s.county_id,
            division: s.division_id,
            unit: Some(s.id),
            period: month,
            state: if approved { ReportState::Approved } else { ReportState::Submitted },
            cells,
            texts: Texts {
                problems: PROBLEMS[usize::try_from(self.below(5)).unwrap_or(0)].into(),
                highlights: "独居老人敲门问候机制运行平稳。".into(),
                next_plan: "继续按风险等级走访。".into(),
            },
            no_change: false,
            due_at: Some(due.due),
            timeliness: Some(due.timeliness(Some(sent), false, self.now)),
            submitted: Some((sent, "站长".into())),
            returned: None,
            approved: approved.then(|| (approve, "县级主管".into())),
            rolled_up: None,
            exempt: None,
            at: sent,
        });
        Ok(())
    }
}
