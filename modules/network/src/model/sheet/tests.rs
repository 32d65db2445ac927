use super::*;
use zw_core::{Error, Uuid};
use zw_ui::Status;

fn day(v: i64) -> Day {
    Day::from_yyyymmdd(v).unwrap()
}
fn today() -> Day {
    day(20210708)
}
fn sheet() -> BuildOut {
    BuildOut::open(BuildOutId(Uuid::nil()), DivisionId(100), DivisionId(1000), Stamp::from_ms(0))
}
fn codes(r: Result<impl std::fmt::Debug>) -> Vec<(String, String)> {
    match r {
        Err(Error::Invalid(e)) => e.0.into_iter().map(|e| (e.field, e.code)).collect(),
        other => panic!("{other:?}"),
    }
}
fn at(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

#[test]
fn dates_are_taken_and_wrong_ones_told_at_their_fields() {
    let good = SheetInput {
        venue_on: "2021-03-01".into(),
        tender_on: "2021.4.1".into(),
        contract_on: "2021年5月1日".into(),
        staff_on: "2021-05-20".into(),
        due_on: "2021-12-31".into(),
        note: " 镇政府一楼 ".into(),
        ..SheetInput::default()
    };
    let next = good.apply(&sheet(), today(), Stamp::from_ms(5), "甲").unwrap();
    assert_eq!((next.version, next.venue_on, next.note.as_deref()), (1, Some(day(20210301)), Some("镇政府一楼")));
    assert_eq!(SheetDates::from(&next).begun_on(), Some(day(20210301)));

    let bad = SheetInput {
        venue_on: "2021-07-09".into(),
        tender_on: "2021-05-01".into(),
        contract_on: "2021-04-30".into(),
        staff_on: "2021-04-01".into(),
        plaque_on: "1921-01-01".into(),
        funds_on: "昨天".into(),
        kept_by: "市".into(),
        note: "长".repeat(201),
        ..SheetInput::default()
    };
    assert_eq!(
        codes(bad.apply(&sheet(), today(), Stamp::from_ms(5), "甲")),
        vec![
            at("venue_on", "date-future"),
            at("plaque_on", "date-too-early"),
            at("funds_on", "date-format"),
            at("note", "too-long"),
            at("contract_on", "contract-before-tender"),
            at("staff_on", "staff-before-contract"),
            at("kept_by", "unknown-code"),
        ]
    );
}

#[test]
fn an_acceptance_names_every_group_that_is_missing() {
    let all = AcceptInput { venue: "1".into(), staff: "1".into(), service: "1".into(), ..AcceptInput::default() };
    let run = |i: &AcceptInput, s: &BuildOut| {
        i.pass((s, Standing::default()), false, today(), Stamp::from_ms(5), "甲").map(|(next, _)| next)
    };
    let none = AcceptInput::default();
    assert_eq!(
        codes(run(&none, &sheet())),
        vec![
            at("venue", "acceptance-venue-missing"),
            at("staff", "acceptance-staff-missing"),
            at("service", "acceptance-service-missing"),
        ]
    );
    assert_eq!(
        codes(run(&all, &sheet())),
        vec![at("venue", "acceptance-no-venue-date"), at("staff", "acceptance-no-staff-date")]
    );
    let ready = BuildOut { venue_on: Some(day(20210301)), staff_on: Some(day(20210601)), ..sheet() };
    let early = AcceptInput { on: "2021-05-01".into(), ..all.clone() };
    assert_eq!(codes(run(&early, &ready)), vec![at("on", "acceptance-before-staff")]);
    let future = AcceptInput { on: "2021-08-01".into(), ..all.clone() };
    assert_eq!(codes(run(&future, &ready)), vec![at("on", "date-future")]);
    let two = AcceptInput { service: String::new(), ..all.clone() };
    assert_eq!(codes(run(&two, &ready)), vec![at("service", "acceptance-service-missing")]);
    let done = run(&all, &ready).unwrap();
    assert_eq!(
        (done.accepted_on, done.accept_venue && done.accept_staff && done.accept_service),
        (Some(today()), true)
    );
    // What it rested on stays.
    let edit = SheetInput { venue_on: "2021-07-08".into(), staff_on: String::new(), ..SheetInput::default() };
    assert_eq!(codes(edit.apply(&done, today(), Stamp::from_ms(6), "甲")), vec![at("staff_on", "after-acceptance")]);
}

/// Nobody posted, or something that still holds the township up: pages would contradict each other after it.
#[test]
fn an_acceptance_rests_on_people_and_on_solved_obstacles() {
    let all = AcceptInput { venue: "1".into(), staff: "1".into(), service: "1".into(), ..AcceptInput::default() };
    let ready = BuildOut { venue_on: Some(day(20210301)), staff_on: Some(day(20210601)), ..sheet() };
    let stuck = |from: i64, to: Option<i64>| Obstacle {
        id: ObstacleId(Uuid::nil()),
        build_out_id: BuildOutId(Uuid::nil()),
        township_id: DivisionId(1000),
        code: ObstacleCode::Venue,
        text: "业主不同意".into(),
        from_day: day(from),
        to_day: to.map(day),
    };
    let run = |i: &AcceptInput, posted: Option<i64>, obstacles: &[Obstacle]| {
        let stands = Standing { posted, obstacles, ..Standing::default() };
        i.pass((&ready, stands), false, today(), Stamp::from_ms(5), "甲").map(|_| ())
    };
    assert_eq!(codes(run(&all, Some(0), &[])), vec![at("staff", "acceptance-nobody-posted")]);
    assert!(run(&all, Some(1), &[stuck(20210601, Some(20210620))]).is_ok(), "what is solved already stops nothing");
    let open = [stuck(20210601, None), stuck(20210701, None)];
    assert_eq!(codes(run(&all, Some(2), &open)), vec![at("solved", "acceptance-obstacles-open")]);
    let solved = AcceptInput { solved: "1".into(), ..all.clone() };
    assert!(run(&solved, Some(2), &open).is_ok());
    let early = AcceptInput { on: "2021-06-30".into(), ..solved };
    assert_eq!(codes(run(&early, Some(2), &open)), vec![at("on", "before-obstacle")]);
    let unticked = AcceptInput { staff: String::new(), ..all };
    assert_eq!(codes(run(&unticked, Some(0), &[])), vec![at("staff", "acceptance-staff-missing")], "said once");
}

#[test]
fn a_new_expected_date_is_not_in_the_past() {
    let run = |s: &BuildOut, due: &str| {
        let typed = SheetInput { due_on: due.into(), ..SheetInput::default() };
        typed.apply(s, today(), Stamp::from_ms(5), "甲")
    };
    assert_eq!(codes(run(&sheet(), "2021-07-07")), vec![at("due_on", "due-past")]);
    assert!(run(&sheet(), "2021-07-08").is_ok());
    let late = BuildOut { due_on: Some(day(20210630)), ..sheet() };
    assert!(run(&late, "2021-06-30").is_ok(), "what stands may stay: the township is late");
}

#[test]
fn reopening_needs_a_reason_and_a_mistake_takes_the_day_back() {
    let run = |i: ReopenInput, s: &BuildOut| i.apply(s, today(), Stamp::from_ms(5), "甲");
    assert!(matches!(run(ReopenInput::default(), &sheet()), Err(Error::Rule { code: "not-accepted", .. })));
    let accepted = BuildOut { accepted_on: Some(day(20210601)), accept_venue: true, ..sheet() };
    assert_eq!(codes(run(ReopenInput::default(), &accepted)), vec![at("reason", "required")]);
    let (next, what) = run(ReopenInput { reason: "档案柜缺失".into(), ..ReopenInput::default() }, &accepted).unwrap();
    assert_eq!((next.accepted_on, next.accept_venue), (Some(day(20210601)), false));
    assert_eq!(what, Reopened::Rectify(today(), "档案柜缺失".into()));
    let slip = ReopenInput { reason: "点错".into(), mistake: "1".into(), ..ReopenInput::default() };
    let (next, what) = run(slip, &accepted).unwrap();
    assert_eq!((next.accepted_on, what), (None, Reopened::Withdraw(day(20210601), "点错".into())));
}

#[test]
fn colour_of_a_township() {
    let due = BuildOut { due_on: Some(day(20210630)), ..sheet() };
    let begun = BuildOut { venue_on: Some(day(20210630)), plaque_on: Some(day(20210630)), ..sheet() };
    // Money alone begins nothing, and neither does what was done for a station that has ended since.
    let money = BuildOut { funds_on: Some(day(20210601)), ..sheet() };
    let ended = begun.freed(day(20210701), Stamp::from_ms(6), "甲");
    for (sheet, built, stuck, want) in [
        (None, false, false, Status::NoData),
        (Some(&due), true, true, Status::Done),
        (Some(&due), false, false, Status::Overdue),
        (Some(&begun), false, true, Status::Behind),
        (Some(&begun), false, false, Status::OnCourse),
        (Some(&money), false, false, Status::NoData),
        (Some(&ended), false, false, Status::NoData),
    ] {
        let dates = sheet.map(SheetDates::from);
        assert_eq!(township_status(dates.as_ref(), built, stuck, today()), want);
    }
    let then = SheetDates::from(&begun);
    assert_eq!(township_status(Some(&then), false, false, day(20210629)), Status::NoData, "not begun on that day");
    let again = BuildOut { venue_on: Some(day(20210705)), ..ended };
    assert_eq!(SheetDates::from(&again).begun_on(), Some(day(20210705)));
}

#[test]
fn an_inspection_keeps_the_first_acceptance_and_a_refusal_names_what_lacks() {
    let first = BuildOut {
        venue_on: Some(day(20210301)),
        staff_on: Some(day(20210401)),
        accepted_on: Some(day(20210501)),
        ..sheet()
    };
    let all = AcceptInput { venue: "1".into(), staff: "1".into(), service: "1".into(), ..AcceptInput::default() };
    let (next, how) = all.pass((&first, Standing::default()), true, today(), Stamp::from_ms(5), "甲").unwrap();
    assert_eq!((next.accepted_on, next.reinspected_on, how.on), (Some(day(20210501)), Some(today()), today()));
    let early = AcceptInput { on: "2021-04-30".into(), ..all.clone() };
    assert_eq!(
        codes(early.pass((&first, Standing::default()), true, today(), Stamp::from_ms(5), "甲")),
        vec![at("on", "before-acceptance")]
    );
    let slip = ReopenInput { reason: "点错".into(), mistake: "1".into(), ..ReopenInput::default() };
    let (back, what) = slip.apply(&next, today(), Stamp::from_ms(6), "甲").unwrap();
    assert_eq!((back.accepted_on, back.reinspected_on), (Some(day(20210501)), None));
    assert_eq!(what, Reopened::WithdrawAgain(today(), "点错".into()));

    let fail = |i: &AcceptInput| i.fail(&sheet(), false, today(), Stamp::from_ms(5), "甲");
    assert_eq!(codes(fail(&all)), vec![at("venue", "refusal-nothing-lacks"), at("reason", "required")]);
    let two = AcceptInput { service: String::new(), reason: "无服务计划".into(), ..all.clone() };
    let (same, how) = fail(&two).unwrap();
    assert_eq!((same.version, same.accepted_on, how.lacked.as_str()), (1, None, "service"));
    let freed = BuildOut { round_from: Some(day(20210701)), ..first };
    let before = AcceptInput { on: "2021-06-30".into(), ..all };
    assert_eq!(
        codes(before.pass((&freed, Standing::default()), false, today(), Stamp::from_ms(5), "甲")),
        vec![at("on", "acceptance-before-round")]
    );
}

#[test]
fn codes_are_those_of_the_lists() {
    use zw_core::codelist::network::{BUILD_OUT_KEEPER, MILESTONE, OBSTACLE};
    assert!(ObstacleCode::ALL.iter().map(|c| c.code()).eq(OBSTACLE.codes()));
    assert!(Keeper::ALL.iter().map(|c| c.code()).eq(BUILD_OUT_KEEPER.codes()));
    assert!(sheet().milestones().iter().map(|m| m.0).eq(MILESTONE.codes()));
}
