use super::*;
use crate::model::Standing;

fn day(d: i64) -> Day {
    Day::new(2021, 7, d).unwrap()
}
/// Six in the evening of the 8th.
fn now() -> Stamp {
    Stamp::from_cn(day(8), 18, 0)
}
fn resident(n: u128) -> ResidentId {
    ResidentId(zw_core::Uuid::from_u128(n))
}
fn worker(n: u128) -> WorkerId {
    WorkerId(zw_core::Uuid::from_u128(n))
}
fn unit() -> UnitId {
    UnitId(zw_core::Uuid::from_u128(9))
}
fn visit() -> EncounterInput {
    EncounterInput {
        persons: vec![PersonIn { resident: Some(resident(1)), met: true, ..PersonIn::default() }],
        action: "看望".into(),
        ..EncounterInput::default()
    }
}

fn on_file(n: u128, closed_on: Option<Day>, lacks: Option<Standing>) -> PersonFacts {
    PersonFacts { id: resident(n), unit: unit(), filed_on: day(1), closed_on, lacks, lacks_sensitive: n == 4 }
}

/// Field and code of every problem of both halves.
fn problems(input: &EncounterInput) -> Vec<(String, String)> {
    let mut e = FieldErrors::default();
    let d = input.parse(now(), Some(worker(1)), &mut e);
    d.check(
        &EncounterFacts {
            residents: &[
                on_file(1, None, None),
                on_file(2, Some(day(3)), None),
                on_file(3, None, Some(Standing::Expired(day(7)))),
                on_file(4, None, None),
                on_file(5, None, Some(Standing::Withdrawn(day(8)))),
                on_file(6, None, Some(Standing::Refused(day(8)))),
                on_file(8, None, Some(Standing::Unasked)),
            ],
            unit: unit(),
            posted: &[worker(1), worker(2)],
            busy: &[(9 * 60, 60)],
        },
        &mut e,
    );
    e.0.into_iter().map(|f| (f.field, f.code)).collect()
}

#[test]
fn a_visit_needs_almost_nothing_typed() {
    assert_eq!(problems(&visit()), vec![]);
    let mut e = FieldErrors::default();
    let d = visit().parse(now(), Some(worker(1)), &mut e);
    assert_eq!((d.kind, d.mode, d.day, d.workers.len(), d.met()), (EncounterKind::Visit, Mode::Home, day(8), 1, 1));
}

#[test]
fn every_problem_lands_at_its_field() {
    type Change = fn(&mut EncounterInput);
    let table: &[(Change, &str, &str)] = &[
        (|i| i.day = "2021-07-09".into(), "day", "visit-future"),
        (|i| i.day = "2021-06-30".into(), "day", "visit-before-filing"),
        (|i| i.persons[0].resident = Some(resident(2)), "day", "visit-after-closing"),
        (|i| i.persons[0].resident = Some(resident(3)), "persons", "visit-consent-ended"),
        (|i| i.persons[0].resident = Some(resident(5)), "persons", "visit-consent-withdrawn"),
        (|i| i.persons[0].resident = Some(resident(6)), "persons", "visit-consent-refused"),
        (|i| i.persons[0].resident = Some(resident(8)), "persons", "visit-consent-none"),
        (
            |i| (i.persons[0].resident, i.state_note) = (Some(resident(4)), "精神好".into()),
            "state_note",
            "visit-note-consent",
        ),
        (|i| i.day = "7月8日".into(), "day", "date-format"),
        (|i| i.persons.clear(), "persons", "visit-no-person"),
        (|i| i.persons[0].resident = Some(resident(7)), "persons", "visit-person-unknown"),
        (|i| i.persons.push(i.persons[0].clone()), "persons", "visit-person-twice"),
        (|i| i.persons.push(PersonIn { name: "1".into(), ..PersonIn::default() }), "name", "name-too-short"),
        (|i| i.workers = vec![worker(3).to_string()], "workers", "visit-worker-not-posted"),
        (|i| i.workers = (1..4).map(|n| worker(n).to_string()).collect(), "workers", "visit-workers-two"),
        (|i| i.next_on = "2021-07-08".into(), "next_on", "visit-next-not-after"),
        (|i| i.next_on = "2022-07-10".into(), "next_on", "visit-next-far"),
        (|i| i.start = "18:01".into(), "start", "visit-start-future"),
        (|i| (i.start, i.minutes) = ("17:50".into(), "11".into()), "minutes", "visit-end-future"),
        (|i| i.action = "写".repeat(2001), "action", "visit-text-long"),
        (|i| i.state_note = "写".repeat(2001), "state_note", "visit-text-long"),
        (|i| i.minutes = "721".into(), "minutes", "practice-number-range"),
        (|i| i.start = "25:00".into(), "start", "visit-time"),
        (|i| (i.start, i.minutes) = ("09:30".into(), "30".into()), "start", "visit-overlap"),
        (|i| i.safety = vec!["fire".into(), "none".into()], "safety", "visit-safety-none"),
        (|i| i.safety = vec!["roof".into()], "safety", "unknown-code"),
        (|i| i.kind = "case".into(), "kind", "visit-kind-case"),
        (|i| i.kind = "consult".into(), "topic", "required"),
        (|i| i.action = " ".into(), "action", "visit-says-nothing"),
        (|i| (i.action, i.safety) = (String::new(), vec!["none".into()]), "action", "visit-says-nothing"),
        (|i| (i.action, i.persons[0].met) = (String::new(), false), "action", "visit-vain-says-nothing"),
    ];
    for (change, field, code) in table {
        let mut input = visit();
        change(&mut input);
        let got = problems(&input);
        assert!(got.contains(&((*field).into(), (*code).into())), "{field} {code}: {got:?}");
    }
}

#[test]
fn ten_minutes_may_overlap() {
    assert!(!overlaps((540, 30), (570, 30)));
    assert!(!overlaps((540, 40), (570, 30)));
    assert!(overlaps((540, 41), (570, 30)));
    // 23:30 of the day before for two hours reaches into 0:30.
    assert!(overlaps((30, 60), (-30, 120)) && !overlaps((90, 60), (-30, 120)));
    assert_eq!(minute_of("9:05"), Some(545));
    assert_eq!(minute_of("0905"), Some(545));
    assert_eq!(minute_of("9点"), None);
}

#[test]
fn text_at_the_limit_passes() {
    let mut input = visit();
    input.action = "写".repeat(2000);
    input.next_on = "2021-07-09".into();
    assert_eq!(problems(&input), vec![]);
}

#[test]
fn a_visit_says_something() {
    type Change = fn(&mut EncounterInput);
    let enough: &[Change] = &[
        |i| i.safety = vec!["fire".into()],
        |i| i.state_note = "情绪低落".into(),
        |i| (i.persons[0].met, i.next_on) = (false, "2021-07-09".into()),
        |i| (i.persons[0].met, i.action) = (false, "敲门无人应".into()),
        |i| (i.kind, i.topic) = ("consult".into(), "policy".into()),
    ];
    for (n, change) in enough.iter().enumerate() {
        let mut input = EncounterInput { action: String::new(), ..visit() };
        change(&mut input);
        assert_eq!(problems(&input), vec![], "{n}");
    }
    // A next day does not stand for what was done; what was ticked does not stand for why nobody was met.
    let day = EncounterInput { action: String::new(), next_on: "2021-07-09".into(), ..visit() };
    assert_eq!(problems(&day), [("action".to_owned(), "visit-says-nothing".to_owned())]);
    let mut ticks = EncounterInput { action: String::new(), safety: vec!["fire".into()], ..visit() };
    ticks.persons[0].met = false;
    assert_eq!(problems(&ticks), [("action".to_owned(), "visit-vain-says-nothing".to_owned())]);
    // Told once, at the day that cannot be read.
    ticks.next_on = "明天".into();
    assert_eq!(problems(&ticks), [("next_on".to_owned(), "date-format".to_owned())]);
}
