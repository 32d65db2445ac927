//! The invented part of the demo, decided before anything is written: which township built its station when, how
//! many people it has, where it is stuck. Only the provincial totals of two dates are the source's
//! (press of 9 June 2021; speech of 8 July 2021); everything below the province is made so that it adds up to them.

use zw_core::calendar::WorkCalendar;
use zw_core::{Day, DivisionId, Rng};

/// The source's totals: (date, built stations, posted workers).
pub const POINTS: [(i64, usize, usize); 2] = [(20210609, 624, 2026), (20210708, 716, 2839)];
/// The source's number of county centres on 2021-07-08.
pub const CENTRES: usize = 26;
/// The source's number of village rooms on 2021-07-08.
pub const ROOMS: usize = 1351;
/// Since this day one station of the demo's county has nobody on post: its contract ended and the next tender is not over.
pub const GAP_FROM: i64 = 20210628;
/// First day of the demo's history.
pub const HISTORY_FROM: i64 = 20210108;

/// A posting: from, and the day it ended (exclusive).
#[derive(Clone, Debug)]
pub struct Post {
    /// First day.
    pub from: Day,
    /// First day no longer on post.
    pub to: Option<Day>,
}

/// What holds a township up.
#[derive(Clone, Debug)]
pub struct Stuck {
    /// Obstacle code.
    pub code: &'static str,
    /// The line of text.
    pub text: &'static str,
    /// Since when.
    pub from: Day,
    /// Until when (exclusive).
    pub to: Option<Day>,
}

/// One township.
#[derive(Clone, Debug)]
pub struct Town {
    /// County.
    pub county: DivisionId,
    /// Township.
    pub id: DivisionId,
    /// Dates of 场地, 招标, 签约, 人员, 挂牌, 验收.
    pub steps: [Option<Day>; 6],
    /// Money in place.
    pub funds: Option<Day>,
    /// Suspended from this day (was built before).
    pub suspended: Option<Day>,
    /// In 整改 from this day (still counts as built).
    pub rectifying: Option<Day>,
    /// When the county expects to finish.
    pub due: Option<Day>,
    /// Whether the township keeps its sheet itself.
    pub township_keeps: bool,
    /// Obstacles.
    pub stuck: Vec<Stuck>,
    /// People posted.
    pub posts: Vec<Post>,
}

impl Town {
    /// How many milestones are passed.
    fn done(&self) -> usize {
        self.steps.iter().flatten().count()
    }
    /// The day of acceptance.
    pub fn accepted(&self) -> Option<Day> {
        self.steps[5]
    }
    /// Built on a day: accepted and not suspended.
    pub fn built_on(&self, day: Day) -> bool {
        self.accepted().is_some_and(|d| d <= day) && self.suspended.is_none_or(|s| day < s)
    }
    /// How many are on post on a day.
    fn on_post(&self, day: Day) -> usize {
        self.posts.iter().filter(|p| p.from <= day && p.to.is_none_or(|to| day < to)).count()
    }
    /// Built, and nobody on post, on a day.
    pub fn without_staff(&self, day: Day) -> bool {
        self.built_on(day) && self.on_post(day) == 0
    }
}

/// What the plan is made from: counted townships with their county and city.
pub struct Input {
    /// (city, county, township), counted ones only, in order of their codes.
    pub towns: Vec<(DivisionId, DivisionId, DivisionId)>,
}

fn below(rng: &Rng, n: i64) -> i64 {
    i64::try_from(rng.below(n.max(1).unsigned_abs())).unwrap_or(0)
}

fn day(v: i64) -> Day {
    Day::from_stored(v)
}

/// The working day on or before.
pub fn working(cal: &WorkCalendar, mut d: Day) -> Day {
    for _ in 0..15 {
        match cal.is_working_day(d) {
            Ok(false) => d = d.add_days(-1),
            _ => break,
        }
    }
    d
}

/// What holds a milestone up, by its code, in the words of several offices.
const STUCK: [(&str, [&str; 6]); 5] = [
    (
        "venue",
        [
            "原定场地与便民服务中心共用，面积未达标准，正在另选",
            "拟用旧校舍产权未移交，等教育部门答复",
            "场地在三楼，老年人上下不便，正商量换到一楼",
            "房屋安全鉴定为 C 级，须先加固",
            "老政府大楼改造方案未批，装修不能开工",
            "场地租约到期，房主涨租，另找两处在谈",
        ],
    ),
    (
        "tender",
        [
            "首次招标响应供应商不足三家，准备二次公告",
            "有供应商质疑评分办法，答复期内暂停",
            "采购需求正按财政意见修改，尚未挂网",
            "全县打包采购，等其他乡镇场地齐了一并公告",
            "预中标机构放弃，须重新组织评审",
            "县公共资源交易中心排期，预计三周后开标",
        ],
    ),
    (
        "funding",
        [
            "县级配套资金未列入年初预算，已报调整",
            "省级补助已到县，尚未拨到乡镇",
            "装修费超出预算，差额来源未定",
            "上年结转资金用途变更，等财政批复",
            "社工工资标准未定，合同金额无法确定",
            "县财政库款紧张，首付款推迟",
        ],
    ),
    (
        "staff",
        [
            "中标机构持证社工不足，正在招聘",
            "两名拟派社工辞职，机构正补人",
            "偏远乡镇无人愿来，正商量食宿补助",
            "拟派人员未取得证书，等六月考试成绩",
            "站长人选未定，机构另行推荐",
            "社工在外县培训，月底才能到岗",
        ],
    ),
    (
        "other",
        [
            "乡镇机构改革，分管领导调整，移交中",
            "防汛值守，乡镇暂缓安排挂牌",
            "村级换届，配套村社工室选址推后",
            "标识制作厂家交货延误",
            "与卫生院共建方案未议定",
            "验收材料退回补充，正在整理",
        ],
    ),
];

/// One of the texts of a code: neighbours have different ones.
fn stuck(which: usize, town: DivisionId) -> (&'static str, &'static str) {
    let (code, texts) = STUCK[which];
    (code, texts[usize::try_from(town.0.rem_euclid(6)).unwrap_or(0)])
}

/// Makes the plan. The same seed gives the same plan.
pub fn make(input: &Input, cal: &WorkCalendar, rng: &Rng) -> Vec<Town> {
    let n = input.towns.len();
    let mut city_score = std::collections::HashMap::new();
    let mut county_score = std::collections::HashMap::new();
    let mut scored: Vec<(i64, usize)> = vec![];
    for (i, (city, county, _)) in input.towns.iter().enumerate() {
        let a = *city_score.entry(*city).or_insert_with(|| below(rng, 300));
        let b = *county_score.entry(*county).or_insert_with(|| below(rng, 500));
        scored.push((a + b + below(rng, 700), i));
    }
    scored.sort_by_key(|(s, i)| (-s, *i));
    let [(d1, built1, _), (d2, built2, _)] = POINTS;
    let suspended = 3.min(n.saturating_sub(built2));
    let mut towns: Vec<Option<Town>> = vec![None; n];
    for (rank, (_, i)) in scored.iter().enumerate() {
        let (_, county, id) = input.towns[*i];
        let mut t = Town {
            county,
            id,
            steps: [None; 6],
            funds: None,
            suspended: None,
            rectifying: None,
            due: None,
            township_keeps: id.0 % 3 == 0,
            stuck: vec![],
            posts: vec![],
        };
        let accepted = if rank < built1 {
            // From September 2020 on, slowly at first, ever faster towards June.
            let x = f64::from(u32::try_from(rank).unwrap_or(0)) / f64::from(u32::try_from(built1).unwrap_or(1));
            let back = ((1.0 - x).powf(1.6) * 270.0) as i64;
            Some(working(cal, day(d1).add_days(-back)))
        } else if rank < built2 {
            let k = i64::try_from(rank - built1).unwrap_or(0);
            let span = i64::try_from(built2 - built1).unwrap_or(1);
            let d = working(cal, day(d1).add_days(1 + k * day(d1).days_until(day(d2)) / (span + 1)));
            Some(if d <= day(d1) { day(20210610) } else { d })
        } else if rank < built2 + suspended {
            t.suspended = Some(day(20210517).add_days(below(rng, 10)));
            Some(working(cal, day(20210225)))
        } else {
            None
        };
        match accepted {
            Some(a) => built(&mut t, a, cal, rng, rank % 41 == 7),
            None => unbuilt(&mut t, rank - built2 - suspended, n - built2 - suspended, cal, rng),
        }
        towns[*i] = Some(t);
    }
    let mut towns: Vec<Town> = towns.into_iter().flatten().collect();
    staff(&mut towns, rng);
    towns
}

fn built(t: &mut Town, a: Day, cal: &WorkCalendar, rng: &Rng, rectifying: bool) {
    let back = |n: i64| Some(working(cal, a.add_days(-n)));
    t.steps = [
        back(110 + below(rng, 60)),
        back(80 + below(rng, 20)),
        back(55 + below(rng, 15)),
        back(32 + below(rng, 12)),
        back(3 + below(rng, 12)),
        Some(a),
    ];
    t.funds = back(85 + below(rng, 30));
    if rectifying && t.suspended.is_none() {
        t.rectifying = Some(a.add_days(20)).filter(|d| *d <= day(20210701));
    }
    if below(rng, 6) == 0 {
        let which = usize::try_from(below(rng, 5)).unwrap_or(0);
        // What holds a milestone up begins after the one before and is over on its day.
        let (after, until) = match which {
            0 => (t.steps[0].map(|d| d.add_days(-30)), t.steps[0]),
            1 => (t.steps[0], t.steps[1]),
            2 => (t.funds.map(|d| d.add_days(-25)), t.funds),
            3 => (t.steps[2], t.steps[3]),
            _ => (t.steps[3], t.steps[4]),
        };
        if let (Some(after), Some(until)) = (after, until) {
            let from = after.add_days(1 + below(rng, after.days_until(until) / 2));
            if from < until {
                let (code, text) = stuck(which, t.id);
                t.stuck.push(Stuck { code, text, from, to: Some(until) });
            }
        }
    }
}

fn unbuilt(t: &mut Town, place: usize, of: usize, cal: &WorkCalendar, rng: &Rng) {
    // The nearer the front of the queue, the more steps are done: 0 to 5 of them.
    let done = 5usize.saturating_sub(place * 6 / of.max(1));
    let stuck = below(rng, 100) < 55;
    // Who is stuck has not come on for weeks.
    let mut d = if stuck { day(20210625).add_days(-below(rng, 50)) } else { day(20210705).add_days(-below(rng, 10)) };
    for s in (0..done).rev() {
        t.steps[s] = Some(working(cal, d));
        d = d.add_days(-18 - below(rng, 15));
    }
    if done >= 2 {
        t.funds = t.steps[1];
    }
    t.due = Some(day(20210930).add_days(i64::try_from(5 - done).unwrap_or(0) * 18));
    if stuck {
        hold_up(t, cal, rng);
    }
}

/// What keeps a township from its next milestone, since some days after the last one.
fn hold_up(t: &mut Town, cal: &WorkCalendar, rng: &Rng) {
    let code = match t.done() {
        0 => [0, 2, 4][usize::try_from(below(rng, 3)).unwrap_or(0)],
        1 => [1, 2][usize::try_from(below(rng, 2)).unwrap_or(0)],
        2 | 3 => 3,
        _ => 4,
    };
    let from = match t.steps.iter().flatten().max() {
        Some(last) => working(cal, last.add_days(2 + below(rng, 8)).min(day(20210707))).max(*last),
        None => working(cal, day(20210620).add_days(-below(rng, 60))),
    };
    let (code, text) = stuck(code, t.id);
    t.stuck.push(Stuck { code, text, from, to: None });
}

/// The township whose officer signs in: of a county's the one nearest the middle of its way, held up by something, and it
/// keeps its sheet itself.
pub fn in_the_middle(towns: &mut [Town], county: DivisionId, cal: &WorkCalendar, rng: &Rng) -> Option<DivisionId> {
    let under_way = |t: &&mut Town| t.county == county && (1..5).contains(&t.done());
    let t = towns.iter_mut().filter(under_way).min_by_key(|t| (t.done().abs_diff(3), t.stuck.is_empty(), t.id))?;
    if t.stuck.is_empty() {
        hold_up(t, cal, rng);
    }
    t.township_keeps = true;
    Some(t.id)
}

/// The people of one of a county's older stations leave on `GAP_FROM`; as many begin that day at the county's smaller
/// stations, one at each in turn, so that the totals of both dates stay the source's.
pub fn without_staff(towns: &mut [Town], county: DivisionId) -> Option<DivisionId> {
    let (gap, last) = (day(GAP_FROM), day(POINTS[1].0));
    let old = |t: &Town| t.county == county && t.built_on(day(20210331)) && t.built_on(last) && t.rectifying.is_none();
    let at = (0..towns.len()).filter(|i| old(&towns[*i])).min_by_key(|i| (towns[*i].on_post(last), towns[*i].id))?;
    let mut others: Vec<usize> = (0..towns.len())
        .filter(|i| *i != at && towns[*i].county == county && towns[*i].built_on(gap) && towns[*i].built_on(last))
        .collect();
    others.sort_by_key(|i| (towns[*i].on_post(last), towns[*i].id));
    // The largest one is the demo's own and stays as it is.
    others.pop();
    let leaving: Vec<Post> = towns[at].posts.iter().filter(|p| p.to.is_none()).cloned().collect();
    if others.is_empty() {
        return None;
    }
    towns[at].posts.retain(|p| p.to.is_some() || p.from < gap);
    for p in towns[at].posts.iter_mut().filter(|p| p.to.is_none()) {
        p.to = Some(gap);
    }
    for (k, p) in leaving.into_iter().enumerate() {
        towns[others[k % others.len()]].posts.push(Post { from: p.from.max(gap), to: None });
    }
    Some(towns[at].id)
}

/// Posts people so that exactly the source's numbers stand at built stations on the two dates.
fn staff(towns: &mut [Town], rng: &Rng) {
    let [(d1, _, people1), (d2, _, people2)] = POINTS;
    let early: Vec<usize> = (0..towns.len()).filter(|i| towns[*i].built_on(day(d1))).collect();
    let late: Vec<usize> =
        (0..towns.len()).filter(|i| !towns[*i].built_on(day(d1)) && towns[*i].built_on(day(d2))).collect();
    // Every station starts with two (the purchase plan's norm), some with more.
    let mut heads: Vec<usize> = towns.iter().map(|_| 0).collect();
    for i in &early {
        heads[*i] = 2;
    }
    let mut left = people1.saturating_sub(early.len() * 2);
    while left > 0 && !early.is_empty() {
        let i = early[usize::try_from(rng.below(early.len() as u64)).unwrap_or(0)];
        if heads[i] < 8 {
            heads[i] += 1;
            left -= 1;
        }
    }
    for i in &early {
        let t = &mut towns[*i];
        let start = t.steps[3].unwrap_or(day(20210104));
        for k in 0..heads[*i] {
            let later = if k < 2 { 0 } else { below(rng, start.days_until(day(d1)).max(1)) };
            t.posts.push(Post { from: start.add_days(later), to: None });
        }
        // Somebody who came and left again before the first date.
        if below(rng, 5) == 0 && start.days_until(day(d1)) > 60 {
            t.posts.push(Post { from: start, to: Some(start.add_days(40)) });
        }
    }
    let mut more = people2 - people1;
    for i in &late {
        let n = (2 + usize::try_from(below(rng, 4)).unwrap_or(0)).min(more);
        more -= n;
        let t = &mut towns[*i];
        let start = t.steps[3].unwrap_or(day(d1));
        t.posts.extend((0..n).map(|_| Post { from: start, to: None }));
    }
    while more > 0 && !early.is_empty() {
        let i = early[usize::try_from(rng.below(early.len() as u64)).unwrap_or(0)];
        if towns[i].posts.len() < 12 {
            towns[i].posts.push(Post { from: day(20210610).add_days(below(rng, 28)), to: None });
            more -= 1;
        }
    }
    // Stations being built have their first people too; they do not count until acceptance.
    for t in towns.iter_mut().filter(|t| t.posts.is_empty()) {
        if let Some(from) = t.steps[3] {
            let to = t.suspended;
            t.posts.extend((0..2).map(|_| Post { from, to }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_of_the_two_dates_are_the_sources() {
        let cal = crate::wire::calendar(&crate::config::Config::default()).unwrap();
        let towns = (0..1100).map(|i| (DivisionId(i / 130), DivisionId(100 + i / 13), DivisionId(1000 + i))).collect();
        let plan = make(&Input { towns }, &cal, &Rng::seeded(2021));
        let mut plan = plan;
        let totals = |plan: &[Town]| {
            for (d, built, people) in POINTS {
                let d = day(d);
                assert_eq!(plan.iter().filter(|t| t.built_on(d)).count(), built, "{d}");
                let posted: usize = plan.iter().filter(|t| t.built_on(d)).map(|t| t.on_post(d)).sum();
                assert_eq!(posted, people, "{d}");
            }
        };
        totals(&plan);
        let (gap, last) = (day(GAP_FROM), day(POINTS[1].0));
        assert!(plan.iter().all(|t| !t.without_staff(last)));
        let left = without_staff(&mut plan, DivisionId(100 + 40)).unwrap();
        totals(&plan);
        for t in &plan {
            assert_eq!((t.without_staff(gap), t.without_staff(last)), (t.id == left, t.id == left), "{t:?}");
        }
        let officer = in_the_middle(&mut plan, DivisionId(100 + 40), &cal, &Rng::seeded(1)).unwrap();
        let officer = plan.iter().find(|t| t.id == officer).unwrap();
        assert!(officer.stuck.iter().any(|s| s.to.is_none()) && officer.accepted().is_none() && officer.done() > 0);
        for s in plan.iter().flat_map(|t| t.stuck.iter().map(move |s| (t, s))) {
            let (t, s) = s;
            assert!(s.from <= day(20210708) && s.to.is_none_or(|to| s.from < to && to <= day(20210708)), "{t:?}");
            // No milestone passed while something stood in the way of it.
            let held = match s.code {
                "venue" => t.steps[0],
                "tender" => t.steps[1],
                "funding" => t.funds,
                "staff" => t.steps[3],
                _ => t.steps[5],
            };
            assert!(held.is_none_or(|h| s.to.is_some_and(|to| to <= h)), "{t:?}");
            let open = s.to.is_none();
            assert!(!open || t.steps.iter().flatten().all(|d| *d <= s.from), "older than what it follows: {t:?}");
        }
        for t in &plan {
            let mut last = day(0);
            for s in t.steps.iter().flatten() {
                assert!(*s >= last && *s <= day(20210708), "steps in order and not in the future: {:?}", t.steps);
                last = *s;
            }
        }
    }
}
