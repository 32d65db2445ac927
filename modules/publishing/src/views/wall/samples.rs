//! An invented wall, for the gallery and the tests.

use super::{Options, actions, body, kiosk, print, print_actions};
use crate::model::wall::{Basis, PhaseMark, PhaseNow, StripFigure, TileOut, View, WallOut};
use maud::{Markup, html};
use zw_core::{Day, Stamp};
use zw_indicators::keys;
use zw_network::Phase;
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
        obstacle: obstacle.map(str::to_owned),
        confirmed_at: (i != 2).then(|| Stamp::from_cn(Day::from_stored(20210705), 11, 20)),
        live: (i == 1).then_some(5),
        unit: None,
    };
    WallOut {
        area: 1,
        name: "示例省".into(),
        level: "P".into(),
        as_of: day,
        at: Stamp::from_cn(day, 9, 0),
        basis: Basis::Confirmed,
        may_live: true,
        strip: vec![
            StripFigure {
                key: "coverage_township".into(),
                value: "65.1%".into(),
                num: 716,
                den: Some(1100),
                confirmed: true,
                live: Some("65.2%".into()),
                trend: vec![412, 503, 624, 716],
                lead: true,
            },
            StripFigure {
                key: "posted_workers".into(),
                value: "2,839".into(),
                num: 2839,
                den: None,
                confirmed: false,
                live: None,
                trend: vec![900, 2026, 2839],
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
        phases: [(20210630, Phase::Coverage), (20211231, Phase::Coverage), (20221231, Phase::Standard)]
            .map(|(d, phase)| PhaseMark { due_on: Day::from_stored(d), phase })
            .to_vec(),
        phase: Some(PhaseNow { phase: Phase::Coverage, due_on: Day::from_stored(20211231), days_left: 176 }),
        lead: keys::TOWNSHIPS_COVERED.into(),
        days: vec![Day::from_stored(20210627), Day::from_stored(20210704), day],
        chosen: 2,
        above: vec![],
        notes: vec![zw_indicators::Cell::code(&zw_core::codelist::EXCLUSION_REASON, "not_administered_note")],
    }
}

/// Page, kiosk and paper.
pub fn sample(lang: Lang) -> Markup {
    let w = sample_data();
    let o = Options { shown: View::Tiles, map: false, links: true, units: true, sheets: true, figures: true };
    html! {
        (actions(lang, &w, &o)) (body(lang, &w, &o, None))
        (kiosk(lang, &w, &Options { links: false, ..o }, None))
        (print_actions(lang, &w, &o, Paper::A0))
        (print(lang, &w, &o, None, Paper::A3, None))
    }
}
