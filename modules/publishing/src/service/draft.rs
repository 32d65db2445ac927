//! The text the system proposes (domain.md 10.1): facts from the snapshot, figures as placeholders. A comparison names
//! its date, because two dated points are no months. Units are named in the order of their codes, with their figures.

use crate::model::circular::{CircularBody, Paragraph};
use crate::model::figures::{Figures, above, complete};
use crate::model::settings::CircularSettings;
use crate::model::snapshot::{AreaFigures, UnconfirmedReason};
use crate::model::template::{self, placeholder};
use zw_documents::layout::ordinal;
use zw_indicators::keys;

/// 全省, 全市 or 全县, by the code of the area.
pub fn scope_words(code: &str) -> &'static str {
    if code.ends_with("0000000000") {
        "全省"
    } else if code.ends_with("00000000") {
        "全市"
    } else {
        "全县（市、区）"
    }
}

/// What the parts of an area are called.
pub fn part_words(f: &Figures<'_>) -> &'static str {
    if f.now.body.cities.is_empty() { "县（市、区）" } else { "设区市" }
}

/// The title.
pub fn title(f: &Figures<'_>) -> String {
    let scope = scope_words(&f.now.body.total.code);
    let when = match f.now.period {
        Some(p) => p.label_zh(),
        None => format!("截至{}", f.now.row.as_of.long_zh()),
    };
    format!("关于{when}{scope}乡镇（街道）社工站建设进展情况的通报")
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
        self.add(3, lead, format!("{text}（责任单位：　　，时限：　　）。"));
    }
    fn has(&self, key: &str) -> bool {
        self.f.has(key)
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
    CircularBody { paragraphs: w.out }
}

fn opening(w: &mut Writer<'_>) {
    let b = &w.f.now.body;
    let scope = scope_words(&b.total.code);
    let what = w.f.now.period.map_or_else(|| scope.to_owned(), |_| format!("{}{scope}", placeholder("period")));
    let flash = if w.f.now.is_locked() || w.f.now.period.is_some() { "" } else { "（快报）" };
    let doubt = if b.unconfirmed.is_empty() { "" } else { "未经县级确认部分见附件3，" };
    let text =
        format!("现将{what}社工站建设进展情况通报如下。数据截至{}{flash}，{doubt}口径见附件4。", placeholder("as_of"));
    w.add(0, String::new(), text);
}

fn progress(w: &mut Writer<'_>) {
    let p = placeholder;
    let mut t = format!(
        "{}应建站{}个，建成运营{}个{}",
        scope_words(&w.f.now.body.total.code),
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
        t.push_str(&format!("月报未审核的社工站{}个（见附件3），其服务数据未计入。", p("count.unreported")));
    }
    w.add(0, String::new(), t);
}

fn achievements(w: &mut Writer<'_>, s: &CircularSettings) {
    let (over, full) = (above(w.f.now, s.praise_from), complete(w.f.now));
    let mut t = String::new();
    if !over.is_empty() {
        let named = names(over.iter().copied(), s.names, |_| String::new());
        let n = if over.len() > s.names {
            format!("{}个{}", placeholder(&format!("count.above.{}", s.praise_from)), part_words(w.f))
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
    if w.has("coverage_township.max") && w.f.now.parts().len() > 1 {
        let (max, min) = (p("coverage_township.max"), p("coverage_township.min"));
        let mut t = format!("各{}覆盖率最高{max}%、最低{min}%", part_words(w.f));
        if let Some(still) = w.f.no_growth().filter(|l| !l.is_empty()) {
            let figures = |a: &AreaFigures| {
                let code = a.code.get(..6).unwrap_or(&a.code);
                let (all, done) = (
                    p(&format!("{}@{code}", keys::TOWNSHIPS_COUNTED)),
                    p(&format!("{}@{code}", keys::TOWNSHIPS_COVERED)),
                );
                format!("（应建{all}个、建成{done}个）")
            };
            let named = names(still.iter().copied(), s.names, figures);
            let n = format!("{}个县（市、区）", p("count.no_growth"));
            let n = if still.len() > s.names { n } else { String::new() };
            t.push_str(&format!("，{named}{n}比{}无新增", p("before")));
        }
        t.push('。');
        w.point("进度不均衡", t);
    }
    unbuilt(w);
    if w.has("workers_short_stations") && w.count("workers_short_stations") > 0 {
        w.point("人员不足", format!("{}个站在岗社工不足2人。", p("workers_short_stations")));
    }
    unconfirmed(w, s);
    if w.out.len() == before {
        w.out.pop();
        w.section -= 1;
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

fn unconfirmed(w: &mut Writer<'_>, s: &CircularSettings) {
    let late: Vec<&str> =
        w.f.now
            .body
            .unconfirmed
            .iter()
            .filter(|u| u.reason == UnconfirmedReason::NoReport)
            .map(|u| u.name.as_str())
            .collect();
    if late.is_empty() {
        return;
    }
    let more = late.len() > s.names;
    let named = late.iter().take(s.names).copied().collect::<Vec<_>>().join("、");
    let t = if more {
        format!("{named}等{}个县（市、区）未按时确认上周周报。", placeholder("count.unreported_weeks"))
    } else {
        format!("{named}未按时确认上周周报。")
    };
    w.point("未按时报送", t);
}

fn requests(w: &mut Writer<'_>) {
    w.section("下一步要求", String::new());
    let b = &w.f.now.body;
    let (gaps, stuck) = (!b.gaps.is_empty(), b.gaps.iter().any(|g| !g.obstacles.is_empty()));
    let (doubt, late) = (!b.unconfirmed.is_empty(), !b.unreported.is_empty());
    if gaps {
        w.item("未建站的县（市、区）对照附件3逐一核实原因，明确完成日期");
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
mod tests {
    use super::*;
    use crate::model::sample;

    fn rendered(f: &Figures<'_>) -> Vec<String> {
        body(f, &CircularSettings::default())
            .paragraphs
            .iter()
            .map(|p| format!("{}{}", p.lead, template::render(&p.text, |k| f.text(k))))
            .collect()
    }

    #[test]
    fn the_model_text_of_the_handbook() {
        let (before, now) = (sample::june(), sample::july());
        let f = Figures { now: &now, before: Some(&before) };
        assert_eq!(title(&f), "关于截至2021年7月8日全省乡镇（街道）社工站建设进展情况的通报");
        let text = rendered(&f);
        assert_eq!(
            text[0],
            "现将全省社工站建设进展情况通报如下。数据截至7月8日（快报），未经县级确认部分见附件3，口径见附件4。"
        );
        assert_eq!(
            text[1],
            "一、总体进展。全省应建站1100个，建成运营716个，比6月9日增加92个；覆盖率65.1%，比6月9日提高8.4个百分点。\
             在岗社工2839人，比6月9日增加813人，其中持证1203人，持证率42.4%。建成县级指导中心26个、村（居）社工室1351个。"
        );
        assert_eq!(text[2], "二、工作成效。甲市子区实现乡镇（街道）社工站全覆盖。");
        assert_eq!(text[3], "三、存在问题");
        assert_eq!(
            text[4],
            "（一）进度不均衡。各设区市覆盖率最高80.0%、最低60.0%，甲市丑县（应建10个、建成6个）比6月9日无新增。"
        );
        assert_eq!(
            text[5],
            "（二）未建站与障碍。尚有2个乡镇（街道）没有建成运营的社工站，其中已挂牌未验收1个、超过预计日期2个。"
        );
        assert_eq!(text[6], "（三）未按时报送。乙市寅县未按时确认上周周报。");
        assert!(text.iter().all(|t| !t.contains("上月") && !t.contains("〔？〕")), "{text:?}");
        // Every figure is a placeholder of the system.
        assert!(body(&f, &CircularSettings::default()).paragraphs[1].figures.len() >= 10);
    }

    #[test]
    fn without_an_earlier_snapshot_nothing_is_compared() {
        let now = sample::july();
        let text = rendered(&Figures { now: &now, before: None }).join("");
        assert!(!text.contains('比') && !text.contains("持平") && !text.contains("〔？〕"), "{text}");
    }

    #[test]
    fn falls_are_said_as_falls() {
        let (before, now) = (sample::july(), sample::june());
        let text = rendered(&Figures { now: &now, before: Some(&before) }).join("");
        assert!(text.contains("减少92个") && text.contains("下降8.4个百分点"), "{text}");
        let text = rendered(&Figures { now: &now, before: Some(&now) }).join("");
        assert!(text.contains("建成运营624个，与6月9日持平；覆盖率56.7%，与6月9日持平"), "{text}");
    }
}
