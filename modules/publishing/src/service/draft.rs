//! The text the system proposes (domain.md 10.1): facts from the snapshot, figures as placeholders. A comparison names
//! its date, because two dated points are no months. Units are named in the order of their codes, with their figures.

mod frame;

pub use frame::{frame, framed};

use crate::model::annexes::{Annex, part_words};
use crate::model::circular::{CircularBody, Paragraph};
use crate::model::figures::{Figures, SMALL, above, complete, short_date};
use crate::model::settings::CircularSettings;
use crate::model::snapshot::{AreaFigures, Overdue, UnconfirmedReason};
use crate::model::template::{self, BLANK, placeholder};
use zw_core::deadline::Timeliness;
use zw_core::period::{Period, PeriodKind};
use zw_documents::layout::ordinal;
use zw_indicators::keys;

/// 全省, 全市, 全区 or 全县: by what the area is called.
pub fn scope_words(name: &str) -> &'static str {
    if name.ends_with("地区") {
        return "全地区";
    }
    match name.chars().last() {
        Some('省') => "全省",
        Some('市') => "全市",
        Some('区') => "全区",
        Some('州') => "全州",
        Some('盟') => "全盟",
        Some('旗') => "全旗",
        Some('县') => "全县",
        _ => "本辖区",
    }
}

/// The title.
pub fn title(f: &Figures<'_>) -> String {
    let scope = scope_words(&f.now.body.total.short);
    let (when, flash) = match f.now.period {
        Some(p) => (p.label_zh(), ""),
        None => (format!("截至{}", f.now.row.as_of.long_zh()), "（快报）"),
    };
    format!("关于{when}{scope}乡镇（街道）社工站建设进展情况的通报{flash}")
}

/// Builds paragraphs one by one.
struct Writer<'a> {
    f: &'a Figures<'a>,
    out: Vec<Paragraph>,
    section: u32,
    point: u32,
}

impl Writer<'_> {
    fn add(&mut self, level: u8, lead: String, text: String) {
        let id = format!("p{}", self.out.len() + 1);
        self.out.push(Paragraph { id, level, lead, figures: template::figures(&text), text });
    }
    fn section(&mut self, words: &str, text: String) {
        (self.section, self.point) = (self.section + 1, 0);
        let stop = if text.is_empty() { "" } else { "。" };
        let lead = format!("{}{words}{stop}", ordinal(1, self.section));
        self.add(1, lead, text);
    }
    fn point(&mut self, words: &str, text: String) {
        self.point += 1;
        let lead = format!("{}{words}。", ordinal(2, self.point));
        self.add(2, lead, text);
    }
    fn item(&mut self, text: &str) {
        self.point += 1;
        let lead = ordinal(3, self.point);
        self.add(3, lead, format!("{text}（责任单位：{BLANK}，时限：{BLANK}）。"));
    }
    fn has(&self, key: &str) -> bool {
        self.f.has(key)
    }
    fn annex(&self, a: Annex) -> String {
        a.named(self.f.now)
    }
    /// Whether a rate has a value: a denominator of 0 gives a dash, which needs no sentence.
    fn rate(&self, key: &str) -> bool {
        self.f.text(key).is_some_and(|t| t != zw_core::percent::NO_VALUE)
    }
    fn count(&self, key: &str) -> i64 {
        self.f.now.body.total.get(key).unwrap_or(0)
    }
    /// `，比6月9日增加92个`, by the sign of the difference; nothing without an earlier snapshot.
    fn since(&self, key: &str, unit: &str, more: &str, less: &str) -> String {
        let Some(d) = self.f.delta(key, &self.f.now.body.total) else { return String::new() };
        let before = placeholder("before");
        match d.sign {
            0 => format!("，与{before}持平"),
            s => {
                let word = if s > 0 { more } else { less };
                format!("，比{before}{word}{}{unit}", placeholder(&format!("{key}.delta")))
            }
        }
    }
}

/// Names of areas in their order, at most `most`, with `等` when there are more.
fn names<'a>(
    areas: impl ExactSizeIterator<Item = &'a AreaFigures>,
    most: usize,
    with: impl Fn(&AreaFigures) -> String,
) -> String {
    let more = areas.len() > most;
    let list: Vec<String> = areas.take(most).map(|a| format!("{}{}", a.name, with(a))).collect();
    format!("{}{}", list.join("、"), if more { "等" } else { "" })
}

/// The proposed text.
pub fn body(f: &Figures<'_>, s: &CircularSettings) -> CircularBody {
    let mut w = Writer { f, out: vec![], section: 0, point: 0 };
    opening(&mut w);
    progress(&mut w);
    achievements(&mut w, s);
    problems(&mut w, s);
    requests(&mut w);
    CircularBody { paragraphs: w.out, frame: None }
}

fn opening(w: &mut Writer<'_>) {
    let b = &w.f.now.body;
    let scope = scope_words(&b.total.short);
    let what = w.f.now.period.map_or_else(|| scope.to_owned(), |_| format!("{}{scope}", placeholder("period")));
    let flash = if w.f.now.is_locked() || w.f.now.period.is_some() { "" } else { "（快报）" };
    let (lists, definitions) = (w.annex(Annex::Lists), w.annex(Annex::Definitions));
    let doubt = if b.unconfirmed.is_empty() { String::new() } else { format!("未经县级确认部分见{lists}，") };
    let text = format!(
        "现将{what}社工站建设进展情况通报如下。数据截至{}{flash}，{doubt}口径见{definitions}。",
        placeholder("as_of")
    );
    w.add(0, String::new(), text);
}

fn progress(w: &mut Writer<'_>) {
    let p = placeholder;
    let mut t = format!(
        "{}应建站{}个，建成运营{}个{}",
        scope_words(&w.f.now.body.total.short),
        p(keys::TOWNSHIPS_COUNTED),
        p(keys::STATIONS_BUILT),
        w.since(keys::STATIONS_BUILT, "个", "增加", "减少"),
    );
    if w.rate("coverage_township") {
        let since = w.since("coverage_township", "个百分点", "提高", "下降");
        t.push_str(&format!("；覆盖率{}%{since}", p("coverage_township")));
    }
    t.push('。');
    if w.has(keys::POSTED_WORKERS) {
        t.push_str(&format!("在岗社工{}人", p(keys::POSTED_WORKERS)));
        t.push_str(&w.since(keys::POSTED_WORKERS, "人", "增加", "减少"));
        if w.has(keys::CERTIFIED_WORKERS) {
            t.push_str(&format!("，其中持证{}人", p(keys::CERTIFIED_WORKERS)));
            if w.rate("certified_rate") {
                t.push_str(&format!("，持证率{}%", p("certified_rate")));
            }
        }
        t.push('。');
    }
    if w.has(keys::COUNTY_CENTRES) && w.has(keys::VILLAGE_ROOMS) {
        let (centres, rooms) = (p(keys::COUNTY_CENTRES), p(keys::VILLAGE_ROOMS));
        t.push_str(&format!("建成县级指导中心{centres}个、村（居）社工室{rooms}个。"));
    }
    w.section("总体进展", t);
    service(w);
    corrections(w);
}

/// The month's service, from approved monthly reports.
fn service(w: &mut Writer<'_>) {
    let p = placeholder;
    if w.f.now.body.flows.is_empty() {
        return;
    }
    let mut parts = vec![];
    if w.has("persontimes") {
        parts.push(format!("服务{}人次", p("persontimes")));
    }
    if w.has("M07") {
        let home = if w.has("M08") { format!("（其中入户{}次）", p("M08")) } else { String::new() };
        parts.push(format!("探访{}人次{home}", p("M07")));
    }
    if parts.is_empty() {
        return;
    }
    let mut t = format!("当月各站{}", parts.join("，"));
    if w.has("M04") {
        t.push_str(&format!("；月末在册服务对象{}人", p("M04")));
    }
    t.push('。');
    if !w.f.now.body.unreported.is_empty() {
        let (n, lists) = (p("count.unreported"), w.annex(Annex::Lists));
        let which = match w.f.now.body.unpassed.is_empty() {
            true => format!("月报未审核的社工站{n}个"),
            false => format!("{}个县（市、区）未上报月报，月报未审核、未上报的社工站共{n}个", p("count.unpassed")),
        };
        t.push_str(&format!("{which}（见{lists}），其服务数据未计入。"));
    }
    w.add(0, String::new(), t);
}

/// Corrections of the months before, with the annex that has their reasons (domain.md 7).
fn corrections(w: &mut Writer<'_>) {
    let c = &w.f.now.body.corrections;
    if c.is_empty() {
        return;
    }
    let annex = w.annex(Annex::Corrections);
    let mut parts = vec![];
    if !c.amended.is_empty() {
        parts.push(format!("更正月报{}份", placeholder("count.amended")));
    }
    if !c.supplied.is_empty() {
        parts.push(format!("补报月报{}份", placeholder("count.supplied")));
    }
    if c.late.iter().any(|d| d.difference != 0) {
        parts.push("另有补录差额".to_owned());
    }
    w.add(0, String::new(), format!("上期数据冻结后{}，见{annex}，已发布的数据不改。", parts.join("，")));
}

fn achievements(w: &mut Writer<'_>, s: &CircularSettings) {
    let (over, full) = (above(w.f.now, s.praise_from), complete(w.f.now));
    let mut t = String::new();
    if !over.is_empty() {
        let named = names(over.iter().copied(), s.names, |_| String::new());
        let n = if over.len() > s.names {
            format!("{}个{}", placeholder(&format!("count.above.{}", s.praise_from)), part_words(w.f.now))
        } else {
            String::new()
        };
        t.push_str(&format!("{named}{n}覆盖率超过{}%。", s.praise_from));
    }
    if !full.is_empty() {
        let named = names(full.iter().copied(), s.names, |_| String::new());
        let n = if full.len() > s.names {
            format!("{}个县（市、区）", placeholder("count.complete"))
        } else {
            String::new()
        };
        t.push_str(&format!("{named}{n}实现乡镇（街道）社工站全覆盖。"));
    }
    if t.is_empty() {
        t.push_str("本期尚无县（市、区）实现乡镇（街道）社工站全覆盖。");
    }
    w.section("工作成效", t);
}

fn problems(w: &mut Writer<'_>, s: &CircularSettings) {
    let p = placeholder;
    w.section("存在问题", String::new());
    let before = w.out.len();
    uneven(w, s);
    unbuilt(w);
    if w.has("rule.workers_short_stations") && w.count("workers_short_stations") > 0 {
        let below = p("rule.workers_short_stations");
        w.point("人员不足", format!("{}个站在岗社工不足{below}人。", p("workers_short_stations")));
    }
    unpunctual(w, s);
    if w.out.len() == before {
        w.out.pop();
        w.section -= 1;
    }
}

fn uneven(w: &mut Writer<'_>, s: &CircularSettings) {
    let p = placeholder;
    let mut parts = vec![];
    if w.has("coverage_township.max") {
        let (max, min) = (p("coverage_township.max"), p("coverage_township.min"));
        let small = |a: &&AreaFigures| a.get(keys::TOWNSHIPS_COUNTED).is_none_or(|n| n < SMALL);
        let but = if w.f.now.parts().iter().any(small) {
            format!("（应建不足{SMALL}个的不比较）")
        } else {
            String::new()
        };
        parts.push(format!("各{}覆盖率最高{max}%、最低{min}%{but}", part_words(w.f.now)));
    }
    if let Some(still) = w.f.no_growth().filter(|l| !l.is_empty()) {
        let figures = |a: &AreaFigures| {
            let code = a.code.get(..6).unwrap_or(&a.code);
            let (all, done) =
                (p(&format!("{}@{code}", keys::TOWNSHIPS_COUNTED)), p(&format!("{}@{code}", keys::TOWNSHIPS_COVERED)));
            format!("（应建{all}个、建成{done}个）")
        };
        let named = names(still.iter().copied(), s.names, figures);
        let n = if still.len() > s.names {
            format!("{}个县（市、区）", p("count.no_growth"))
        } else {
            String::new()
        };
        parts.push(format!("{named}{n}比{}无新增", p("before")));
    }
    if !parts.is_empty() {
        w.point("进度不均衡", format!("{}。", parts.join("，")));
    }
}

fn unbuilt(w: &mut Writer<'_>) {
    let p = placeholder;
    if w.f.now.body.gaps.is_empty() {
        return;
    }
    let mut t = format!("尚有{}个乡镇（街道）没有建成运营的社工站", p("count.gaps"));
    let zero = |key: &str| w.f.text(key).is_none_or(|n| n == "0");
    let stages: Vec<String> =
        [("count.not_begun", "未启动"), ("count.plaque", "已挂牌未验收"), ("count.late_due", "超过预计日期")]
            .into_iter()
            .filter(|(k, _)| !zero(k))
            .map(|(k, word)| format!("{word}{}个", p(k)))
            .collect();
    if !stages.is_empty() {
        t.push_str(&format!("，其中{}", stages.join("、")));
    }
    let named: Vec<String> = [
        (keys::OBSTACLES_VENUE, "场地"),
        (keys::OBSTACLES_TENDER, "招标"),
        (keys::OBSTACLES_FUNDS, "资金"),
        (keys::OBSTACLES_STAFF, "人员"),
        (keys::OBSTACLES_OTHER, "其他"),
    ]
    .into_iter()
    .filter(|(k, _)| w.count(k) > 0)
    .map(|(k, word)| format!("{word}{}个", p(k)))
    .collect();
    if !named.is_empty() {
        t.push_str(&format!("；当前障碍：{}", named.join("、")));
    }
    t.push('。');
    w.point("未建站与障碍", t);
}

/// 6月28日至7月4日, with the year where it is another one.
fn days(p: Period, year: i64) -> String {
    let (from, to) = (p.first_day(), p.last_day());
    let end = if from.month() == to.month() { format!("{}日", to.day()) } else { short_date(to, from.year()) };
    format!("{}至{end}", short_date(from, year))
}

/// Who was late and who did not report: each week by its dates, then the stations' month by its numbers.
fn unpunctual(w: &mut Writer<'_>, s: &CircularSettings) {
    let (p, now) = (placeholder, w.f.now);
    let mut periods: Vec<&str> = vec![];
    for o in &now.body.overdue {
        if !periods.contains(&o.period.as_str()) {
            periods.push(&o.period);
        }
    }
    let mut facts = vec![];
    for key in periods {
        let Some(period) = Period::parse(key) else { continue };
        let mut said = vec![];
        for (timeliness, word, count) in
            [(Timeliness::Late, "逾期", "count.late"), (Timeliness::Missing, "未报", "count.missing")]
        {
            let found: Vec<&Overdue> = now.overdue(key, timeliness).collect();
            if found.is_empty() {
                continue;
            }
            let n = p(&format!("{count}.{key}"));
            if period.kind() == PeriodKind::Month {
                said.push(format!("{word}{n}个站"));
            } else {
                let named: Vec<&str> = found.iter().take(s.names).map(|o| o.name.as_str()).collect();
                let more = if found.len() > s.names { format!("等{n}个县（市、区）") } else { String::new() };
                said.push(format!("{}{more}{word}", named.join("、")));
            }
        }
        let what = match period.kind() {
            PeriodKind::Month => format!("{}月报", period.label_zh()),
            _ => format!("{}的周报，", days(period, now.row.as_of.year())),
        };
        facts.push(format!("{what}{}", said.join("、")));
    }
    if !facts.is_empty() {
        w.point("未按时报送", format!("{}（见{}）。", facts.join("；"), w.annex(Annex::Lists)));
    }
}

fn requests(w: &mut Writer<'_>) {
    w.section("下一步要求", String::new());
    let b = &w.f.now.body;
    let (gaps, stuck) = (!b.gaps.is_empty(), b.gaps.iter().any(|g| !g.obstacles.is_empty()));
    let doubt = b.unconfirmed.iter().any(|u| u.reason == UnconfirmedReason::NoReport);
    let late = !b.unreported.is_empty();
    if gaps {
        let lists = w.annex(Annex::Lists);
        w.item(&format!("未建站的县（市、区）对照{lists}逐一核实原因，明确完成日期"));
    }
    if stuck {
        w.item("存在障碍的县（市、区）逐项提出解决办法，需上级协调的书面报告");
    }
    if doubt {
        w.item("数据未确认的县（市、区）补齐周报确认");
    }
    if late {
        w.item("月报未审核的社工站和县（市、区）补齐月报");
    }
    if !(gaps || stuck || doubt || late) {
        w.item("巩固建站成果，做好日常运营和服务记录");
    }
}

#[cfg(test)]
mod tests;
