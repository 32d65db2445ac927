//! Invented snapshots and a circular, for the samples of the views and the tests. Totals of the two dates are those
//! of domain.md section 14; everything below is made up.

use super::circular::{CircularBody, CircularRow, CircularState, Frame, Paragraph};
use super::snapshot::{
    AreaFigures, Body, Gap, Overdue, Snapshot, SnapshotKind, SnapshotRow, Stage, Unconfirmed, UnconfirmedReason,
};
use std::collections::BTreeMap;
use zw_core::deadline::Timeliness;
use zw_core::{CircularId, Day, DivisionId, SnapshotId, Stamp, Uuid};
use zw_indicators::keys;
use zw_ui::Status;

fn area(division: i64, code: &str, name: &str, short: &str, city: Option<i64>, values: &[(&str, i64)]) -> AreaFigures {
    AreaFigures {
        division,
        code: code.into(),
        name: name.into(),
        short: short.into(),
        city,
        values: values.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect(),
        ..AreaFigures::default()
    }
}

fn snapshot(id: u128, as_of: i64, body: Body) -> Snapshot {
    let as_of = Day::from_stored(as_of);
    let row = SnapshotRow {
        id: SnapshotId(Uuid::from_u128(id)),
        kind: SnapshotKind::Flash,
        division_id: DivisionId(1),
        period: None,
        as_of,
        taken_at: Stamp::from_cn(as_of, 9, 0),
        taken_by: "示例甲".into(),
        division_version: as_of,
        rule_versions: r#"{"coverage_township":"I1-1"}"#.into(),
        body: serde_json::to_string(&body).unwrap_or_default(),
        hash: String::new(),
    };
    let row = SnapshotRow { hash: row.computed_hash(), ..row };
    Snapshot { period: None, body, rules: BTreeMap::from([("coverage_township".into(), "I1-1".into())]), row }
}

fn totals(built: i64, workers: i64, certified: i64) -> Vec<(&'static str, i64)> {
    vec![
        (keys::TOWNSHIPS_COUNTED, 1100),
        (keys::TOWNSHIPS_COVERED, built),
        (keys::STATIONS_BUILT, built),
        (keys::POSTED_WORKERS, workers),
        (keys::CERTIFIED_WORKERS, certified),
        (keys::COUNTIES_COUNTED, 83),
        (keys::COUNTIES_COVERED, 26),
        (keys::COUNTY_CENTRES, 26),
        (keys::VILLAGES_COUNTED, 17_496),
        (keys::VILLAGES_COVERED, 1351),
        (keys::VILLAGE_ROOMS, 1351),
    ]
}

fn part(covered: i64, counted: i64) -> Vec<(&'static str, i64)> {
    vec![
        (keys::TOWNSHIPS_COUNTED, counted),
        (keys::TOWNSHIPS_COVERED, covered),
        (keys::STATIONS_BUILT, covered),
        (keys::POSTED_WORKERS, covered * 4),
        (keys::CERTIFIED_WORKERS, covered * 2),
    ]
}

fn overdue(division: i64, code: &str, name: &str, period: &str, timeliness: Timeliness) -> Overdue {
    let late = timeliness == Timeliness::Late;
    Overdue {
        division,
        code: code.into(),
        name: name.into(),
        unit: None,
        unit_name: None,
        period: period.into(),
        timeliness,
        sent_at: late.then(|| Stamp::from_cn(Day::from_stored(20210706), 9, 30)),
    }
}

/// The flash snapshot of 2021-06-09.
pub fn june() -> Snapshot {
    let body = Body {
        total: area(1, "350000000000", "示例省", "示例省", None, &totals(624, 2026, 880)),
        cities: vec![
            area(10, "350100000000", "甲市", "甲市", None, &part(14, 20)),
            area(11, "350200000000", "乙市", "乙市", None, &part(9, 20)),
        ],
        counties: vec![
            area(100, "350102000000", "甲市子区", "子区", Some(10), &part(8, 10)),
            area(101, "350103000000", "甲市丑县", "丑县", Some(10), &part(6, 10)),
            area(110, "350202000000", "乙市寅县", "寅县", Some(11), &part(9, 20)),
        ],
        ..Body::default()
    };
    snapshot(6, 20210609, body)
}

/// The flash snapshot of 2021-07-08.
pub fn july() -> Snapshot {
    let mut counties = vec![
        area(100, "350102000000", "甲市子区", "子区", Some(10), &part(10, 10)),
        area(101, "350103000000", "甲市丑县", "丑县", Some(10), &part(6, 10)),
        area(110, "350202000000", "乙市寅县", "寅县", Some(11), &part(12, 20)),
    ];
    for (c, (status, stuck)) in
        counties.iter_mut().zip([(Status::Done, None), (Status::Overdue, Some("venue")), (Status::OnCourse, None)])
    {
        c.status = Some(status);
        c.confirmed_week = Some("2021-W26".into());
        c.confirmed_at = Some(Stamp::from_cn(Day::from_stored(20210705), 11, 20));
        c.obstacles.extend(stuck.map(|s: &str| (s.to_owned(), 2)));
    }
    let gap = |division: i64, name: &str, stage, obstacle: Option<(&str, &str)>| Gap {
        division,
        code: format!("350103{division}000"),
        name: name.into(),
        county: "甲市丑县".into(),
        county_code: "350103000000".into(),
        stage,
        reached: vec!["venue".into()],
        obstacles: obstacle.iter().map(|(c, t)| ((*c).to_owned(), (*t).to_owned())).collect(),
        due_on: Some(Day::from_stored(20210630)),
        stopped: None,
    };
    let body = Body {
        total: area(1, "350000000000", "示例省", "示例省", None, &totals(716, 2839, 1203)),
        cities: vec![
            area(10, "350100000000", "甲市", "甲市", None, &part(16, 20)),
            area(11, "350200000000", "乙市", "乙市", None, &part(12, 20)),
        ],
        counties,
        unconfirmed: vec![Unconfirmed {
            division: 110,
            code: "350202000000".into(),
            name: "乙市寅县".into(),
            reason: UnconfirmedReason::NoReport,
            week: Some("2021-W26".into()),
            timeliness: Some(Timeliness::Missing),
            last_week: Some("2021-W25".into()),
            confirmed_at: Some(Stamp::from_cn(Day::from_stored(20210628), 10, 0)),
            changes: vec![],
        }],
        overdue: vec![
            overdue(101, "350103000000", "甲市丑县", "2021-W26", Timeliness::Late),
            overdue(110, "350202000000", "乙市寅县", "2021-W26", Timeliness::Missing),
        ],
        rule_values: BTreeMap::from([("workers_short_stations".into(), 3)]),
        unreported: vec![],
        gaps: vec![
            gap(101, "一心镇", Stage::Preparing, Some(("venue", "原定场地另有用途"))),
            gap(102, "二水镇", Stage::Plaque, None),
        ],
        ..Body::default()
    };
    snapshot(7, 20210708, body)
}

/// A flash snapshot of a city with small counties: only two of them can be compared in percent.
pub fn city() -> Snapshot {
    let body = Body {
        total: area(10, "350100000000", "甲市", "甲市", None, &part(19, 33)),
        cities: vec![],
        counties: vec![
            area(100, "350102000000", "甲市子区", "子区", Some(10), &part(3, 3)),
            area(101, "350103000000", "甲市丑县", "丑县", Some(10), &part(6, 10)),
            area(102, "350104000000", "甲市寅县", "寅县", Some(10), &part(10, 20)),
        ],
        ..july().body
    };
    snapshot(8, 20210708, body)
}

/// A flash snapshot of a municipality: no cities.
pub fn municipality() -> Snapshot {
    let body = Body {
        total: area(1, "990000000000", "示例直辖市", "示例直辖市", None, &part(16, 30)),
        counties: vec![
            area(100, "990101000000", "子区", "子区", None, &part(10, 10)),
            area(101, "990102000000", "丑区", "丑区", None, &part(6, 20)),
        ],
        ..Body::default()
    };
    snapshot(9, 20210708, body)
}

/// A province one of whose counties lies in no city.
pub fn with_direct_county() -> Snapshot {
    let mut body = july().body;
    body.counties.push(area(120, "359001000000", "卯市", "卯市", None, &part(4, 12)));
    let keys: Vec<String> = body.total.values.keys().cloned().collect();
    for k in keys {
        let sum = body.counties.iter().filter_map(|c| c.get(&k)).sum();
        body.total.values.insert(k, sum);
    }
    snapshot(10, 20210708, body)
}

/// A draft by account `a`.
pub fn draft_row() -> CircularRow {
    let body = CircularBody {
        paragraphs: vec![
            Paragraph {
                id: "p1".into(),
                level: 1,
                lead: "一、总体进展。".into(),
                text: "建成运营{{fig:stations_built}}个。".into(),
                figures: vec!["stations_built".into()],
            },
            Paragraph { id: "p2".into(), text: "特此通报。".into(), ..Paragraph::default() },
        ],
        frame: Some(Frame { addressee: "各设区市示例单位".into(), ..Frame::default() }),
    };
    let at = Stamp::from_cn(Day::from_stored(20210708), 10, 0);
    CircularRow {
        id: CircularId(Uuid::from_u128(1)),
        division_id: DivisionId(1),
        snapshot_id: SnapshotId(Uuid::from_u128(7)),
        previous_id: None,
        period: None,
        title: "关于截至2021年7月8日全省乡镇（街道）社工站建设进展情况的通报".into(),
        state: CircularState::Draft,
        doc_no: None,
        sent_on: None,
        void_reason: None,
        body: serde_json::to_string(&body).unwrap_or_default(),
        created_by: "a".into(),
        created_name: "示例甲".into(),
        created_at: at,
        edited_by: "a".into(),
        edited_name: "示例甲".into(),
        edited_at: at,
        editors: String::new(),
        checked_by: None,
        checked_name: None,
        checked_at: None,
        sent_name: None,
        sent_at: None,
        version: 1,
    }
}
