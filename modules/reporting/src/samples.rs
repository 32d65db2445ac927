//! A sample of every page of this module, with invented data: what the tests render and a designer looks at.

use crate::board::model::{Board, BoardCity, BoardFigure, BoardRow, Counts};
use crate::board::views as board;
use crate::figure::ask::AreaLevel;
use crate::figure::out::{
    ConfirmedOut, DiffersOut, DiffersWhy, ExcludedOut, FigurePage, MeasureOut, MissingOut, MonthEndOut, ReportedOut,
};
use crate::figure::series::{PointOut, SeriesOut};
use crate::figure::views as figure;
use crate::pass_on::{MissingUnit, PassOn, Verdict};
use crate::report::model::{CellChange, ReportState, Texts};
use crate::report::out::{CellOut, DraftOut, EventOut, GroupOut, ReportListOut, ReportOut, ReportPage};
use crate::report::owed::{CameBack, Owed, Today, Waiting};
use crate::report::read::ListQuery;
use crate::report::split;
use crate::report::unpassed::{Unpassed, UnpassedBy};
use crate::report::views;
use maud::Markup;
use zw_core::deadline::Timeliness;
use zw_core::{Day, DivisionId, PageReq, Paged, ReportId, Stamp, UnitId, Uuid};
use zw_indicators::{Figure, RowOut, RowsOut};
use zw_ui::Lang;
use zw_web::{FormTrouble, Posted};

fn day() -> Day {
    Day::from_stored(20_210_704)
}
fn at() -> Stamp {
    Stamp::from_cn(day().add_days(1), 9, 30)
}
const COUNTY: DivisionId = DivisionId(100);
const WEEK: &str = "2021-W26";

fn groups() -> Vec<GroupOut> {
    let cell = |key: &str, label: &str, auto: i64, over: Option<i64>| CellOut {
        key: key.into(),
        label: label.into(),
        unit: "reporting-u-cells".into(),
        value: auto,
        auto,
        over,
        reason: over.map(|_| "两次未录入".into()),
        may_override: over.is_some(),
        rule_version: "1".into(),
        as_of: day(),
    };
    let cells = vec![
        cell("stations_built", "reporting-m-due", 7, None),
        cell("posted_workers", "reporting-m-cells", 21, Some(22)),
    ];
    vec![GroupOut { label: "reporting-group-progress".into(), cells, split: Some(split::sample()) }]
}

fn texts() -> Texts {
    Texts {
        problems: "两个乡镇场地未落实".into(), highlights: String::new(), next_plan: "协调场地".into()
    }
}

fn draft() -> DraftOut {
    DraftOut {
        county: COUNTY,
        unit: None,
        reporter: "示例市示例县".into(),
        period: WEEK.into(),
        version: 2,
        state: ReportState::Returned,
        id: Some(ReportId(Uuid::nil())),
        due_at: Some(at()),
        due_unknown: None,
        timeliness: Timeliness::Late,
        refusal: None,
        frozen_at: Some(at()),
        opens_on: None,
        closed_on: None,
        ahead: false,
        groups: groups(),
        seen: "posted_workers=21;stations_built=7".into(),
        texts: texts(),
        waits: false,
        return_reason: Some("障碍没有写清".into()),
        before: Some("2021-W25".into()),
        changes: vec![CellChange { key: "stations_built".into(), before: Some(6), now: 7 }],
        may_submit: true,
    }
}

fn report() -> ReportPage {
    let event = |act: &str, version| EventOut {
        act: act.into(),
        version,
        at: at(),
        by: Some("示例县".into()),
        reason: (act == "return").then(|| "障碍没有写清".into()),
        cells: vec![],
    };
    ReportPage {
        report: ReportOut {
            county: COUNTY,
            id: ReportId(Uuid::nil()),
            period: WEEK.into(),
            unit: None,
            reporter: "示例市示例县".into(),
            state: ReportState::Submitted,
            version: 3,
            timeliness: Timeliness::OnTime,
            due_at: Some(at()),
            due_unknown: None,
            no_change: true,
            groups: groups(),
            texts: texts(),
            overrides_accepted: false,
            submitted_at: Some(at()),
            submitted_by: Some("示例县".into()),
            first_sent_at: Some(at()),
            returned_at: Some(at()),
            return_reason: Some("障碍没有写清".into()),
            approved_at: None,
            approved_by: None,
            amend_note: None,
            exempt_reason: None,
        },
        history: vec![event("submit", 1), event("return", 2), event("submit", 3)],
        may_write: false,
        may_approve: true,
        may_return: true,
        may_amend: false,
        waits: false,
        own: false,
        frozen_at: Some(at()),
        after_freeze: false,
        late_entries: vec![CellChange { key: "posted_workers".into(), before: Some(21), now: 23 }],
    }
}

fn today() -> Today {
    Today {
        owed: vec![Owed {
            period: WEEK.into(),
            reporter: "示例市示例县".into(),
            unit: None,
            county: COUNTY,
            due_at: Some(at()),
            due_unknown: None,
            timeliness: Timeliness::Late,
            begun: true,
            running: false,
            pass_on: false,
            href: "/reports/edit".into(),
        }],
        came_back: vec![CameBack {
            period: WEEK.into(),
            reporter: "示例市示例县".into(),
            by: "示例市".into(),
            at: at(),
            reason: "障碍没有写清".into(),
            href: "/reports/edit".into(),
        }],
        waiting: vec![Waiting {
            period: "2021-06".into(),
            reporter: "东街社工站".into(),
            since: at(),
            passed_on: true,
            href: "/board".into(),
        }],
        unpassed: vec![Unpassed {
            period: "2021-06".into(),
            due_at: Some(at()),
            due_unknown: None,
            timeliness: Timeliness::Late,
            divisions: [("示例市", false), ("样板市", true)]
                .map(|(name, returned)| UnpassedBy { division: DivisionId(10), name: name.into(), returned })
                .to_vec(),
            of: 9,
            href: "/board".into(),
        }],
    }
}

fn list() -> Paged<ReportListOut> {
    let row = ReportListOut {
        county: COUNTY,
        id: ReportId(Uuid::nil()),
        period: WEEK.into(),
        reporter: "示例市示例县".into(),
        state: ReportState::Approved,
        timeliness: Timeliness::OnTime,
        no_change: true,
        submitted_at: Some(at()),
        submitted_by: Some("示例县".into()),
        approved_at: Some(at()),
    };
    Paged::of(PageReq::new(Some(1), Some(50)), vec![row], 120)
}

fn passed(state: Verdict) -> PassOn {
    PassOn {
        division: DivisionId(10),
        name: "示例市".into(),
        period: WEEK.into(),
        state,
        passed_at: at(),
        passed_by: Some("示例市".into()),
        timeliness: Some(Timeliness::OnTime),
        missing: vec![MissingUnit { division: DivisionId(101), unit: None, name: "示例乙县".into() }],
        reason: None,
        version: 1,
        own: false,
    }
}

fn the_board() -> Board {
    let built = |confirmed: Option<i64>, live| BoardFigure {
        key: "stations_built".into(),
        confirmed,
        live: Some(live),
        overridden: confirmed.is_some(),
    };
    let row = |name: &str, state, t, confirmed| BoardRow {
        division: COUNTY,
        unit: None,
        name: name.into(),
        group: "示例市".into(),
        state,
        timeliness: t,
        confirmed_at: Some(at()).filter(|_| confirmed),
        first_sent_at: Some(at()),
        approved_at: None,
        no_change: false,
        reason: None,
        report: None,
        href: "/reports/100/1".into(),
        may_exempt: !confirmed,
        counts: None,
        passed_on: None,
        figures: vec![built(Some(7).filter(|_| confirmed), 8)],
    };
    Board {
        period: WEEK.into(),
        kind: "week".into(),
        area: DivisionId(10),
        area_name: "示例市".into(),
        level: "C".into(),
        due_at: Some(at()),
        due_unknown: None,
        county_due_at: Some(at()),
        notes: vec![],
        frozen_at: Some(at()),
        as_of: at(),
        figures_as_of: day(),
        live_shown: true,
        counts: Counts { due: 2, on_time: 1, missing: 1, waiting: 1, ..Counts::default() },
        columns: vec![("stations_built".into(), "reporting-m-due".into(), "reporting-u-reports".into())],
        totals: vec![built(Some(7), 16)],
        confirmed_units: 1,
        split: Some(split::sample()),
        rows: vec![
            row("示例甲县", Some(ReportState::Submitted), Timeliness::OnTime, true),
            row("示例乙县", None, Timeliness::Missing, false),
        ],
        passed_on: Some(passed(Verdict::Passed)),
        cities: vec![BoardCity { passed: passed(Verdict::Returned), figures: vec![] }],
        may_pass_on: true,
        may_review: true,
        own: false,
    }
}

fn the_figure() -> FigurePage {
    let figure = Figure {
        key: "on_time_rate".into(),
        value: "66.7".into(),
        unit: "%".into(),
        num: 2,
        den: Some(3),
        from: day(),
        as_of: day(),
        rule_version: "I36-1".into(),
        division_version: day(),
        confirmed_at: None,
        live: true,
    };
    let measure = |key: &str, label: &str| MeasureOut {
        key: key.into(),
        label: label.into(),
        unit: "reporting-u-reports".into(),
        definition: format!("{label}-def"),
        kind: "flow".into(),
        persons: false,
        rule_version: "1".into(),
        source: "reporting-basis-rhythm".into(),
    };
    FigurePage {
        key: "on_time_rate".into(),
        label: "reporting-i-on-time-rate".into(),
        definition: "reporting-i-on-time-rate-definition".into(),
        rule_version: "I36-1".into(),
        source: "reporting-basis-rhythm".into(),
        numerator: measure("reports_on_time", "reporting-m-on-time"),
        denominator: Some(measure("reports_due", "reporting-m-due")),
        notes: vec![zw_indicators::Cell::Text("按行政区划统计".into())],
        excluded: vec![ExcludedOut {
            reason: zw_indicators::Cell::code(&zw_core::codelist::EXCLUSION_REASON, "functional_unit"),
            names: vec!["示例市示例农场".into()],
        }],
        area: "1".into(),
        area_name: "示例省".into(),
        from: day(),
        to: day(),
        confirmed: Some(ConfirmedOut {
            figure: Figure { num: 1, value: "33.3".into(), ..figure.clone() }.confirmed(at()),
            period: WEEK.into(),
            since: None,
            units: 1,
            of: 3,
            earlier: vec![("示例市甲区".into(), "2021-W25".into())],
            unconfirmed: vec![MissingOut { name: "示例市乙县".into(), county: None, periods: vec![] }],
            waiting: vec![],
            differs: vec![differs()],
            href: Some("/reports/list?kind=week&period=2021-W26".into()),
        }),
        month_end: Some(MonthEndOut { period: "2021-06".into(), frozen_at: at() }),
        reported: Some(ReportedOut { period: WEEK.into(), from: day().add_days(-6), to: day() }),
        live: Some(figure),
        series: Some(SeriesOut {
            key: "on_time_rate".into(),
            label: "reporting-i-on-time-rate".into(),
            unit: "%".into(),
            rule_version: "I36-1".into(),
            area: "1".into(),
            area_name: "示例省".into(),
            above_county: true,
            points: [("2021-W25", 7, "33.3", 1), ("2021-W26", 0, "66.7", 2)]
                .map(|(period, back, value, n)| PointOut {
                    period: period.into(),
                    as_of: day().add_days(-back),
                    value: value.into(),
                    num: n,
                    den: Some(3),
                    confirmed: n,
                    of: 3,
                })
                .to_vec(),
            counted_at: at(),
        }),
        above_county: true,
        rows: Some(RowsOut {
            columns: vec!["reporting-col-period".into()],
            rows: vec![RowOut { cells: vec![WEEK.into()], href: Some("/reports/100/1".into()) }],
            total: 1,
            partly_hidden: true,
        }),
        of_denominator: false,
        page: 1,
        size: 50,
        counted_at: at(),
    }
}

fn differs() -> DiffersOut {
    DiffersOut {
        county: "示例市甲区".into(),
        confirmed: Some(1),
        as_of: day(),
        live: 2,
        why: vec![DiffersWhy::Changed, DiffersWhy::NotOwed, DiffersWhy::Overridden],
        not_owed: vec!["东街社工站".into()],
        overridden: vec!["纸上记录".into()],
    }
}

/// A flow over two months: reports that are missing, a county that has not passed on.
fn the_flow() -> FigurePage {
    let mut f = the_figure();
    let span = (day().add_days(-33), day());
    (f.from, f.to) = span;
    if let Some(c) = &mut f.confirmed {
        (c.figure.from, c.figure.as_of) = span;
        (c.period, c.since) = ("2021-06".into(), Some("2021-05".into()));
        c.unconfirmed = vec![MissingOut {
            name: "东街社工站".into(),
            county: Some("示例市乙县".into()),
            periods: vec!["2021-05".into(), "2021-06".into()],
        }];
        c.waiting = vec!["示例市乙县".into()];
        c.differs = vec![DiffersOut { confirmed: None, why: vec![DiffersWhy::Missing], not_owed: vec![], ..differs() }];
    }
    FigurePage { month_end: None, series: None, ..f }
}

/// Where and when, with a city chosen.
fn levels() -> Vec<AreaLevel> {
    let level = |name, value: &str, choices: &[(&str, &str)]| AreaLevel {
        name,
        value: value.into(),
        choices: choices.iter().map(|(id, n)| ((*id).to_owned(), (*n).to_owned())).collect(),
    };
    vec![
        level("city", "10", &[("10", "示例市"), ("11", "样板市")]),
        level("county", "", &[("100", "示例甲区"), ("101", "示例乙县")]),
        level("township", "", &[]),
        level("station", "", &[]),
    ]
}

fn asked<'a>(stock: bool, levels: &'a [AreaLevel], trouble: &'a FormTrouble) -> figure::Ask<'a> {
    figure::Ask {
        key: "on_time_rate",
        area: "1",
        stock,
        levels,
        days: (day().to_string(), day().to_string()),
        today: day().add_days(4),
        trouble,
        open: !trouble.is_empty(),
    }
}

/// Every page with sample data: its name and its body.
pub fn samples(lang: Lang) -> Vec<(&'static str, Markup)> {
    let (posted, trouble) = (Posted::default(), FormTrouble::default());
    let ask = views::Ask { csrf: "t", idem: "k", posted: &posted, trouble: &trouble };
    let stuck = FormTrouble {
        current: vec![("problems".into(), "别人写的".into()), ("version".into(), "3".into())],
        note: Some("…".into()),
        ..FormTrouble::default()
    };
    let on_board = board::Ask { csrf: "t", idem: "k", posted: &posted, trouble: &trouble, export: None };
    let month =
        DraftOut { unit: Some(UnitId(Uuid::nil())), period: "2021-06".into(), state: ReportState::Locked, ..draft() };
    let mut bad = FormTrouble::default();
    bad.fields.add("from", "from-after-to");
    let query = ListQuery { kind: Some("week".into()), ..ListQuery::default() };
    let listed = views::ListData { query, area: None, page: list(), export: None };
    vec![
        ("owed", views::owed(lang, &today())),
        ("today", views::today(lang, &today())),
        ("nothing-owed", views::owed(lang, &Today::default())),
        ("edit", views::edit(lang, &draft(), &ask)),
        ("edit-conflict", views::edit(lang, &draft(), &views::Ask { trouble: &stuck, ..ask })),
        ("edit-barred", views::edit(lang, &DraftOut { refusal: Some("report-not-due".into()), ..draft() }, &ask)),
        ("edit-month-locked", views::edit(lang, &month, &ask)),
        ("report", views::one(lang, &report(), &ask)),
        ("list", views::list(lang, &listed)),
        ("board", board::board(lang, &the_board(), &on_board)),
        ("exempt", board::exempt(lang, "东街社工站", &on_board)),
        ("figure", figure::page(lang, &the_figure(), &asked(true, &levels(), &trouble))),
        ("figure-flow", figure::page(lang, &the_flow(), &asked(false, &levels(), &trouble))),
        ("figure-bad-days", figure::ask(lang, &asked(false, &levels(), &bad))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_renders_in_both_languages() {
        zw_ui::I18n::install(crate::FTL);
        for lang in [Lang::ZhCn, Lang::En] {
            for (name, body) in samples(lang) {
                let html = body.into_string();
                assert_eq!(zw_ui::gallery::lint(&html), Ok(()), "{name} {lang:?}");
                assert!(html.len() > 100, "{name}");
            }
        }
    }

    /// The foot of a monthly board above the county adds up the counts too, and stands under the same columns as the rows.
    #[test]
    fn the_foot_of_a_board_says_the_counts() {
        zw_ui::I18n::install(crate::FTL);
        let mut b = the_board();
        b.counts = Counts { due: 7, on_time: 4, late: 2, missing: 1, waiting: 3, approved: 2, ..Counts::default() };
        for r in &mut b.rows {
            r.counts = Some(Counts { due: 3, ..Counts::default() });
        }
        let plain = board::rows(Lang::ZhCn, &b).plain();
        let foot = plain.totals.unwrap_or_default();
        let at = |name: &str| plain.cols.iter().position(|c| c.0 == name).and_then(|i| foot.get(i)).cloned();
        let said = ["应报", "按时", "逾期", "未报", "待审核", "审核通过"].map(|n| at(n).unwrap_or_default());
        assert_eq!(said, ["7", "4", "2", "1", "3", "2"]);
        assert!(plain.rows.iter().all(|r| r.len() == plain.cols.len()) && foot.len() == plain.cols.len());
    }

    /// 依据 is for officials: words in both languages, no row of a paper that only we have.
    #[test]
    fn what_a_rule_rests_on_is_told_in_words() {
        use zw_core::code::Code as _;
        zw_ui::I18n::install(crate::FTL);
        for basis in zw_indicators::Basis::ALL {
            for lang in Lang::ALL {
                let said = lang.t(&basis.words());
                assert!(!said.contains('⟦') && said.chars().count() > 10, "{basis}: {said}");
                assert!(!["mission", "handbook", "domain"].iter().any(|w| said.contains(w)), "{basis}: {said}");
            }
        }
    }
}
