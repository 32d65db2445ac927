//! Annex 3 and what became of the months before: lists of what is unbuilt, unconfirmed, unreported, late, corrected.

use super::{Grid, ZH, col, int, label, period_words, text, unit};
use crate::model::snapshot::{Change, Gap, Snapshot, Stage};
use zw_core::code::Code as _;
use zw_core::codelist::network::{MILESTONE, UNIT_STATE};
use zw_core::deadline::Timeliness;
use zw_documents::{Cell, ColumnKind};
use zw_indicators::Measures;
use zw_ui::Lang;

// i18n-keys: publishing-stage-not_begun publishing-stage-preparing publishing-stage-plaque publishing-stage-stopped
// i18n-keys: publishing-milestone-venue publishing-milestone-tender publishing-milestone-funding
// i18n-keys: publishing-milestone-contract publishing-milestone-staff publishing-milestone-plaque publishing-milestone-acceptance
/// Rows that are alike in the columns `alike` as one row; the texts of the columns `joined` stand in it one after another,
/// each once. What the others say is the first row's.
fn merged(rows: Vec<Vec<Cell>>, alike: &[usize], joined: &[usize]) -> Vec<Vec<Cell>> {
    let mut out: Vec<Vec<Cell>> = vec![];
    for r in rows {
        let Some(o) = out.iter_mut().find(|o| alike.iter().all(|i| o.get(*i) == r.get(*i))) else {
            out.push(r);
            continue;
        };
        for i in joined {
            if let (Some(Cell::Text(all)), Some(Cell::Text(more))) = (o.get_mut(*i), r.get(*i))
                && !more.is_empty()
                && !all.split(JOIN).any(|t| t == more)
            {
                if !all.is_empty() {
                    all.push_str(JOIN);
                }
                all.push_str(more);
            }
        }
    }
    out
}

/// Between texts that stand in one cell of the document.
const JOIN: &str = "、";

// i18n-keys: publishing-milestone-venue publishing-milestone-tender publishing-milestone-contract
// i18n-keys: publishing-milestone-staff publishing-milestone-plaque publishing-milestone-acceptance
/// Why there is no station: what the county wrote at the obstacles; where it reported none, what is to come next or what
/// became of the station, so that "on its way" and "nobody has said anything" are told apart.
pub fn why(lang: Lang, g: &Gap) -> String {
    if !g.obstacles.is_empty() {
        let said: Vec<&str> = g.obstacles.iter().map(|(_, t)| t.as_str()).filter(|t| !t.is_empty()).collect();
        return said.join(lang.semicolon());
    }
    match (g.stage, &g.stopped) {
        (Stage::NotBegun, _) => lang.t("publishing-why-not_begun"),
        (Stage::Plaque, _) => lang.t("publishing-why-plaque"),
        (Stage::Preparing, _) => {
            let next = MILESTONE.codes().find(|m| !g.reached.iter().any(|r| r == m)).unwrap_or("acceptance");
            let step = lang.t(&format!("publishing-milestone-{next}"));
            lang.tf("publishing-why-preparing", &[("step", step.as_str().into())])
        }
        (Stage::Stopped, None) => lang.t("publishing-why-over"),
        (Stage::Stopped, Some(s)) => {
            let state = zw_network::views::word(lang, &UNIT_STATE, s.state.code());
            let (day, why) = (s.since.to_string(), s.why.clone().unwrap_or_default());
            let args = [("state", state.as_str().into()), ("day", day.as_str().into()), ("why", why.as_str().into())];
            lang.tf(if why.is_empty() { "publishing-why-stopped" } else { "publishing-why-stopped-for" }, &args)
        }
    }
}

/// Townships without a built station and why: annex 3.
pub fn gaps(s: &Snapshot) -> Grid {
    let word = |kind: &str, code: &str| ZH.t_or(&format!("publishing-{kind}-{code}"), code);
    let rows: Vec<Vec<Cell>> = s
        .body
        .gaps
        .iter()
        .map(|g| {
            let codes: Vec<String> = g.obstacles.iter().map(|(c, _)| word("obstacle", c)).collect();
            let reached: Vec<String> = g.reached.iter().map(|m| word("milestone", m)).collect();
            vec![
                Cell::Text(g.code.clone()),
                Cell::Text(g.county.clone()),
                Cell::Text(g.name.clone()),
                Cell::Text(word("stage", g.stage.code())),
                Cell::Text(reached.join("、")),
                Cell::Text(codes.join("、")),
                Cell::Text(why(ZH, g)),
                g.due_on.map_or(Cell::Empty, |d| Cell::Date(d.yyyymmdd())),
            ]
        })
        .collect();
    // On paper the townships of a county that stand alike, for the same reason, share a row; the date follows the name.
    let by_date: Vec<Vec<Cell>> = rows
        .iter()
        .zip(&s.body.gaps)
        .map(|(r, g)| {
            let mut r = r.clone();
            if let (Some(Cell::Text(name)), Some(d)) = (r.get_mut(2), g.due_on) {
                name.push_str(&format!("（{}前）", crate::model::figures::short_date(d, s.row.as_of.year())));
            }
            r
        })
        .collect();
    Grid {
        paper: Some(merged(by_date, &[1, 3, 5, 6], &[2])),
        title: "未建站、未验收乡镇（街道）清单".into(),
        columns: vec![
            text("区划代码").wide(15.0).sheet_only(),
            text("县（市、区）").wide(20.0),
            text("乡镇（街道）").wide(16.0).on_paper(16.0),
            text("进展").wide(16.0),
            text("已完成节点").wide(26.0).sheet_only(),
            text("障碍").wide(12.0),
            text("原因").wide(40.0).on_paper(12.0),
            col("预计建成", ColumnKind::Date, "").wide(12.0).sheet_only(),
        ],
        rows,
        totals: None,
        note: Some("来源：乡镇建站单，括号内为预计建成日期；没有填报障碍的，原因一栏写明下一步。挂牌不等于建成，建成以验收通过为准。".into()),
    }
}

// i18n-keys: publishing-timeliness-not_due publishing-timeliness-on_time publishing-timeliness-late
// i18n-keys: publishing-timeliness-missing publishing-timeliness-exempt publishing-timeliness-unknown
fn punctuality(t: Timeliness) -> String {
    ZH.t(&format!("publishing-timeliness-{}", t.code()))
}

/// 在岗社工12→13、社工室3→4.
fn changes(list: &[Change], measures: &Measures) -> String {
    let words: Vec<String> =
        list.iter().map(|c| format!("{}{}→{}", label(&c.key, measures), c.before, c.now)).collect();
    words.join("、")
}

/// Weekly reports of counties and monthly ones of stations that came late or not at all: last part of annex 3.
pub fn overdue(s: &Snapshot) -> Grid {
    let rows: Vec<Vec<Cell>> = s
        .body
        .overdue
        .iter()
        .map(|o| {
            vec![
                Cell::Text(o.code.clone()),
                Cell::Text(o.name.clone()),
                Cell::Text(o.unit_name.clone().unwrap_or_default()),
                Cell::Text(period_words(&o.period)),
                Cell::Text(punctuality(o.timeliness)),
                Cell::Text(o.sent_at.map(zw_core::Stamp::minute_cn).unwrap_or_default()),
            ]
        })
        .collect();
    Grid {
        title: "逾期、未报的周报和月报".into(),
        columns: vec![
            text("区划代码").wide(15.0).sheet_only(),
            text("县（市、区）").wide(20.0),
            text("社工站").wide(30.0).on_paper(20.0),
            text("报告期").wide(12.0),
            text("时效").wide(9.0),
            text("报送时间").wide(18.0).sheet_only(),
        ],
        paper: Some(merged(rows.clone(), &[1, 3, 4], &[2])),
        rows,
        totals: None,
        note: Some(format!("时效截至{}；经批准免报的不在内。", s.row.taken_at.minute_cn())),
    }
}

/// What became of the months frozen before: corrected reports with their reasons, and 补录差额.
pub fn corrections(s: &Snapshot, measures: &Measures) -> Vec<Grid> {
    let c = &s.body.corrections;
    let amended = c.amended.iter().map(|a| {
        vec![
            Cell::Text(a.county_code.clone()),
            Cell::Text(a.county.clone()),
            Cell::Text(a.name.clone()),
            Cell::Text(period_words(&a.period)),
            Cell::Text(changes(&a.changes, measures)),
            Cell::Text(a.reason.clone()),
        ]
    });
    let supplied = c.supplied.iter().map(|a| {
        let words = [a.county_code.clone(), a.county.clone(), a.name.clone(), period_words(c.month(a))];
        words.map(Cell::Text).to_vec()
    });
    let late = c.late.iter().map(|d| {
        vec![
            Cell::Text(d.key.clone()),
            Cell::Text(label(&d.key, measures)),
            Cell::Text(unit(&d.key, measures)),
            Cell::Int(d.frozen),
            Cell::Int(d.live),
            Cell::Int(d.difference),
            Cell::Int(d.unreported),
        ]
    });
    vec![
        Grid {
            title: "更正的月报".into(),
            columns: vec![
                text("区划代码").wide(15.0).sheet_only(),
                text("县（市、区）").wide(20.0),
                text("社工站").wide(24.0),
                text("月份").wide(10.0),
                text("更正").wide(34.0),
                text("原因").wide(34.0),
            ],
            rows: amended.collect(),
            paper: None,
            totals: None,
            note: Some("已冻结的月份不改写，更正在此列明。".into()),
        },
        Grid {
            title: "补报的月报".into(),
            columns: vec![
                text("区划代码").wide(15.0).sheet_only(),
                text("县（市、区）").wide(20.0),
                text("社工站").wide(30.0),
                text("月份").wide(12.0),
            ],
            rows: supplied.collect(),
            paper: None,
            totals: None,
            note: Some("冻结后审核通过，不在已发布的数内；上期月份的计入差额。".into()),
        },
        Grid {
            title: format!("{}补录差额", c.period.as_deref().map(period_words).unwrap_or_default()),
            columns: vec![
                text("代码").wide(18.0).sheet_only(),
                text("指标").wide(24.0),
                text("计量单位").wide(10.0),
                int("冻结数", ""),
                int("现在数", ""),
                int("差额", ""),
                int("其余站实时数", "").wide(14.0),
            ],
            rows: late.collect(),
            paper: None,
            totals: None,
            note: Some("现在数按记录重新统计，服务类只含月报已计入的站（含冻结后补报）；其余站（未报、未审核、未上报和当月不应报的）另列。".into()),
        },
    ]
}

// i18n-keys: publishing-unconfirmed-no_report publishing-unconfirmed-changed
/// Counties whose figures are unconfirmed: second part of annex 3.
pub fn unconfirmed(s: &Snapshot, measures: &Measures) -> Grid {
    let rows = s
        .body
        .unconfirmed
        .iter()
        .map(|u| {
            vec![
                Cell::Text(u.code.clone()),
                Cell::Text(u.name.clone()),
                Cell::Text(ZH.t(&format!("publishing-unconfirmed-{}", u.reason.code()))),
                Cell::Text(u.week.as_deref().map(period_words).unwrap_or_default()),
                Cell::Text(u.timeliness.map(punctuality).unwrap_or_default()),
                Cell::Text(u.last_week.as_deref().map_or_else(|| "无".into(), period_words)),
                Cell::Text(u.confirmed_at.map(zw_core::Stamp::minute_cn).unwrap_or_default()),
                Cell::Text(changes(&u.changes, measures)),
            ]
        })
        .collect();
    Grid {
        title: "未经县级确认的县（市、区）".into(),
        columns: vec![
            text("区划代码").wide(15.0).sheet_only(),
            text("县（市、区）").wide(20.0),
            text("情形").wide(14.0),
            text("应确认的周").wide(12.0),
            text("时效").wide(9.0),
            text("最近确认的周").wide(12.0),
            text("确认时间").wide(18.0),
            text("确认后的变动").wide(30.0),
        ],
        rows,
        paper: None,
        totals: None,
        note: Some("站点、人员等登记册数据始终计入，未确认的在此列明。".into()),
    }
}

// i18n-keys: publishing-report-none publishing-report-draft publishing-report-submitted publishing-report-returned
// i18n-keys: publishing-report-approved publishing-report-rolled_up publishing-report-locked publishing-report-amended
/// Stations whose monthly report does not count, because it was not approved or the county did not pass on: third part of
/// annex 3.
pub fn unreported(s: &Snapshot) -> Grid {
    let rows: Vec<Vec<Cell>> = s
        .body
        .unreported
        .iter()
        .map(|u| {
            let state = ZH.t_or(&format!("publishing-report-{}", u.state), &u.state);
            vec![Cell::Text(u.county.clone()), Cell::Text(u.name.clone()), Cell::Text(state)]
        })
        .collect();
    Grid {
        title: "月报未报、未审核、未上报的社工站".into(),
        columns: vec![
            text("县（市、区）").wide(20.0),
            text("社工站").wide(30.0).on_paper(26.0),
            text("月报状态").wide(12.0),
        ],
        paper: Some(merged(rows.clone(), &[0, 2], &[1])),
        rows,
        totals: None,
        note: Some("未报站的服务数据不计入，不以上期数代替。".into()),
    }
}
