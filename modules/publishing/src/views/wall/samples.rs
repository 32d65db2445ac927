//! An invented wall, for the gallery and the tests.

use super::{Options, TownOptions, actions, body, kiosk, print, print_actions, town_body};
use crate::model::town::{MilestoneOut, ObstacleOut, TownFigure, TownOut, TownUnit};
use crate::model::wall::{Basis, Goal, OwnPlan, PhaseGoals, PhaseNow, StripFigure, TileOut, View, WallOut};
use maud::{Markup, html};
use zw_core::{Day, Stamp};
use zw_indicators::keys;
use zw_network::{Level, Phase};
use zw_ui::Lang;
use zw_ui::parts::Paper;

/// An invented wall.
pub fn sample_data() -> WallOut {
    use zw_ui::Status;
    let day = Day::from_stored(20210708);
    let tile = |i: i32, name: &str, status, covered, obstacle: Option<&str>| TileOut {
        division: i64::from(i),
        code: format!("99010{i}000000"),
        name: name.into(),
        group: "示例市".into(),
        col: i,
        row: 0,
        status,
        covered,
        counted: 10,
        planned: Some(6),
        plan_of: Some(Level::Province),
        own: (i == 1).then_some(OwnPlan { planned: Some(8), status: Status::Behind }),
        obstacle: obstacle.map(str::to_owned),
        obstacle_text: None,
        confirmed_at: (i != 2).then(|| Stamp::from_cn(Day::from_stored(20210705), 11, 20)),
        live: (i == 1).then_some(5),
        unit: None,
        gap_days: (i == 0).then_some(11),
    };
    WallOut {
        area: 1,
        name: "示例省".into(),
        level: "P".into(),
        as_of: day,
        at: Stamp::from_cn(day, 9, 0),
        basis: Basis::Confirmed,
        may_live: true,
        above_county: true,
        month_end: None,
        strip: vec![
            StripFigure {
                key: "coverage_township".into(),
                value: "65.1%".into(),
                num: 716,
                den: Some(1100),
                confirmed: true,
                live: Some("65.2%".into()),
                trend: vec![None, Some(503), Some(624), Some(716)],
                lead: true,
            },
            StripFigure {
                key: "posted_workers".into(),
                value: "2,839".into(),
                num: 2839,
                den: None,
                confirmed: false,
                live: None,
                trend: [900, 2026, 2839].map(Some).to_vec(),
                lead: false,
            },
        ],
        tiles: vec![
            tile(0, "甲区", Status::Done, 10, None),
            tile(1, "乙县", Status::Behind, 4, Some("venue")),
            tile(2, "丙县", Status::NoData, 0, None),
        ],
        matrix: None,
        unconfirmed: 1,
        week: Some("2021-W26".into()),
        phases: [(20210630, Phase::Coverage, 682), (20211231, Phase::Coverage, 1100), (20221231, Phase::Standard, 0)]
            .map(|(d, phase, value)| PhaseGoals {
                due_on: Day::from_stored(d),
                phase,
                goals: (value > 0)
                    .then(|| Goal { measure: keys::TOWNSHIPS_COVERED.into(), value, level: Level::Province })
                    .into_iter()
                    .collect(),
            })
            .to_vec(),
        phase: Some(PhaseNow { phase: Phase::Coverage, due_on: Day::from_stored(20211231), days_left: 176 }),
        lead: keys::TOWNSHIPS_COVERED.into(),
        days: vec![Day::from_stored(20210627), Day::from_stored(20210704), day],
        chosen: 2,
        above: vec![],
        notes: vec![zw_indicators::Cell::code(&zw_core::codelist::EXCLUSION_REASON, "not_administered_note")],
    }
}

/// An invented township, as a reader above the county sees it.
pub fn sample_town() -> TownOut {
    use zw_core::codelist::network::UNIT_STATE;
    let day = Day::from_stored(20210708);
    let figure = |key: &str, value: &str, num, den| TownFigure { key: key.into(), value: value.into(), num, den };
    let reached = |code: &str, on: Option<i64>| MilestoneOut { code: code.into(), on: on.map(Day::from_stored) };
    TownOut {
        area: 1002,
        code: "990101002000".into(),
        name: "示例市乙县西溪乡".into(),
        county: 100,
        as_of: day,
        on: Day::from_stored(20210704),
        at: Stamp::from_cn(day, 9, 0),
        basis: Basis::Confirmed,
        may_live: true,
        above_county: true,
        week: Some("2021-W26".into()),
        confirmed_at: Some(Stamp::from_cn(Day::from_stored(20210705), 11, 20)),
        status: zw_ui::Status::Behind,
        milestones: ["venue", "tender", "funding", "contract", "staff", "plaque", "acceptance"]
            .iter()
            .map(|code| reached(code, (*code == "venue").then_some(20210501)))
            .collect(),
        obstacles: vec![ObstacleOut { code: "tender".into(), text: "首次招标流标".into() }],
        due_on: Some(Day::from_stored(20210831)),
        units: vec![TownUnit {
            gap_days: Some(11),
            unit: zw_core::UnitId(zw_core::Uuid::nil()),
            name: "西溪社工站".into(),
            state: zw_indicators::Cell::code(&UNIT_STATE, "preparing"),
            open: true,
        }],
        figures: vec![
            figure(keys::POSTED_WORKERS, "2", 2, None),
            figure(keys::CERTIFIED_WORKERS, "1", 1, None),
            figure(keys::VILLAGE_ROOMS, "3", 3, None),
            figure("coverage_village", "30.0%", 3, Some(10)),
        ],
        above: vec![(100, "乙县".into()), (10, "示例市".into())],
        sheet: false,
    }
}

/// Page, kiosk and paper.
pub fn sample(lang: Lang) -> Markup {
    let w = sample_data();
    let o = Options { shown: View::Tiles, map: false, links: true, units: true, sheets: true, figures: true };
    html! {
        (actions(lang, &w, &o)) (body(lang, &w, &o, None))
        (town_body(lang, &sample_town(), TownOptions { figures: true }))
        (kiosk(lang, &w, &Options { links: false, ..o }, None))
        (print_actions(lang, &w, &o, Paper::A0))
        (print(lang, &w, &o, None, Paper::A3, None))
    }
}
