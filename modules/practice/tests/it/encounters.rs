use crate::support::*;
use zw_access::{Actor, Role};
use zw_core::{EncounterId, Key};
use zw_db::sql;
use zw_indicators::Area;
use zw_practice::model::{EncounterInput, PersonIn};
use zw_practice::service::encounter::{self, FindEncounters, RoundInput, VoidInput};
use zw_practice::service::{resident, today};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

const FLOWS: [&str; 5] = ["encounters", "M07", "M08", "M09", "persontimes"];

#[tokio::test]
async fn two_workers_and_three_persons_make_one_encounter() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let a = registered(&ctx, person("陈一一", 1)).await;
        let house = resident::open(&ctx, a.county, a.id).await.unwrap().resident.household;
        let member =
            |name: &str, n| zw_practice::model::ResidentInput { household: house.to_string(), ..person(name, n) };
        let b = registered(&ctx, member("陈二二", 2)).await;
        let c = registered(&ctx, member("陈三三", 3)).await;
        take_marks(&app).await;
        let mut input = EncounterInput {
            workers: vec![worker(10).to_string(), worker(11).to_string()],
            action: "换了灯泡".into(),
            safety: vec!["fire".into(), "electric".into()],
            next_on: "2021-07-20".into(),
            ..visit_to(&[a.id, b.id, c.id])
        };
        input.persons[2].met = false;
        let key = visited(&ctx, input).await;
        assert_eq!(figures(&app, &FLOWS, &station1(), day(7, 8), day(7, 8)).await, vec![1, 2, 2, 0, 2]);
        assert_eq!(figures(&app, &["M06", "M46", "M44"], &station1(), day(7, 1), day(7, 31)).await, vec![2, 2, 1]);
        let page = resident::open(&ctx, a.county, a.id).await.unwrap();
        assert_eq!((page.household.len(), page.encounters_total), (2, 1));
        assert_eq!((page.resident.last_on, page.resident.next_on), (Some(day(7, 8)), day(7, 20)));
        let vain = resident::open(&ctx, c.county, c.id).await.unwrap().resident;
        assert_eq!((vain.last_on, vain.next_on), (None, day(7, 20)));
        let seen = encounter::open(&ctx, key.county, key.id).await.unwrap();
        assert_eq!((seen.workers.len(), seen.persons.len(), seen.action.as_deref()), (2, 3, Some("换了灯泡")));
        assert_eq!(take_marks(&app).await.len(), 1);
        // Behind the figure stand its rows, for who may see them; the county has the figure and no row.
        assert_eq!(rows(&app, social_worker(1), "M07", &station1(), day(7, 1), day(7, 31)).await.total, 1);
        let masked = rows(&app, centre(), "M07", &Area::County(World::COUNTY), day(7, 1), day(7, 31)).await;
        assert_eq!((masked.total, masked.partly_hidden), (1, false));
        assert!(masked.rows[0].cells[1].zh().contains("陈**"), "{:?}", masked.rows[0].cells);
        for who in [actor(Role::CountyAdmin, World::COUNTY), actor(Role::ProvAdmin, World::PROVINCE), social_worker(2)]
        {
            let none = rows(&app, who, "M07", &station1(), day(7, 1), day(7, 31)).await;
            assert_eq!((none.total, none.rows.len(), none.partly_hidden), (0, 0, true));
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_visit_must_not_say() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let mine = registered(&ctx, person("陈一一", 1)).await;
        let theirs = registered(
            &app.ctx(social_worker(2)),
            zw_practice::model::ResidentInput { village: "10010".into(), ..person("林小红", 2) },
        )
        .await;
        let try_ = |actor: Actor, input: EncounterInput| {
            let ctx = app.ctx(actor);
            async move { problems(encounter::record(&ctx, input, &Idem::none()).await) }
        };
        let with = |change: &dyn Fn(&mut EncounterInput)| {
            let mut i = visit_to(&[mine.id]);
            change(&mut i);
            i
        };
        for (input, want) in [
            (with(&|i| i.day = "2021-07-09".into()), "day:visit-future"),
            (with(&|i| i.day = "2021-05-31".into()), "day:visit-before-filing"),
            (with(&|i| i.persons.clear()), "persons:visit-no-person"),
            (with(&|i| i.persons[0].resident = Some(theirs.id)), "persons:visit-person-unknown"),
            (
                with(&|i| i.persons.push(PersonIn { resident: Some(theirs.id), met: true, ..PersonIn::default() })),
                "persons:visit-person-unknown",
            ),
            (with(&|i| i.workers = vec![worker(20).to_string()]), "workers:visit-worker-not-posted"),
            (with(&|i| i.action = "长".repeat(2001)), "action:visit-text-long"),
            (with(&|i| i.next_on = "2021-07-08".into()), "next_on:visit-next-not-after"),
            (with(&|i| i.action.clear()), "action:visit-says-nothing"),
            (
                with(&|i| {
                    i.action.clear();
                    i.persons[0].met = false;
                }),
                "action:visit-vain-says-nothing",
            ),
        ] {
            assert_eq!(try_(social_worker(1), input).await, want);
        }
        // Before the posting began, even after filing.
        let early = zw_practice::model::ResidentInput { filed_on: "2020-12-01".into(), ..person("陈二二", 3) };
        let early = registered(&ctx, early).await;
        let before = EncounterInput { day: "2020-12-31".into(), ..visit_to(&[early.id]) };
        assert_eq!(try_(social_worker(1), before).await, "workers:visit-worker-not-posted");
        // A head who is no worker names one; a worker's name cannot be borrowed by who has no right to record.
        assert_eq!(try_(head(1), visit_to(&[mine.id])).await, "workers:required");
        assert_eq!(
            try_(head(1), EncounterInput { workers: vec![worker(10).to_string()], ..visit_to(&[mine.id]) }).await,
            "ok"
        );
        assert_eq!(try_(centre(), visit_to(&[mine.id])).await, "forbidden");
        // One worker, one time.
        let timed = |start: &str| EncounterInput {
            day: "2021-07-07".into(),
            start: start.into(),
            minutes: "60".into(),
            another: "1".into(),
            ..visit_to(&[mine.id])
        };
        assert_eq!(try_(social_worker(1), timed("9:00")).await, "ok");
        assert_eq!(try_(social_worker(1), timed("9:30")).await, "start:visit-overlap");
        assert_eq!(try_(social_worker(1), timed("9:50")).await, "ok");
        assert_eq!(try_(colleague(1), timed("9:30")).await, "ok");
    })
    .await;
}

async fn first_visit(app: &zw_testkit::TestApp) -> (zw_core::ResidentId, Key<EncounterId>) {
    world(app).await;
    let ctx = app.ctx(social_worker(1));
    let p = registered(&ctx, person("陈一一", 1)).await;
    let key = visited(&ctx, EncounterInput { day: "2021-07-05".into(), ..visit_to(&[p.id]) }).await;
    take_marks(app).await;
    (p.id, key)
}

#[tokio::test]
async fn a_correction_marks_both_days_and_two_editors_meet() {
    on_both(parts, |app| async move {
        let (p, key) = first_visit(&app).await;
        let ctx = app.ctx(social_worker(1));
        let moved = EncounterInput { day: "2021-07-06".into(), mode: "phone".into(), ..visit_to(&[p]) };
        let amend = |who: Actor, version: i64, input: EncounterInput| {
            let ctx = app.ctx(who);
            async move { encounter::correct(&ctx, key.county, key.id, version, input, &Idem::none()).await }
        };
        amend(social_worker(1), 1, moved.clone()).await.unwrap();
        assert_eq!(take_marks(&app).await.iter().map(|m| m.day).collect::<Vec<_>>(), vec![day(7, 5), day(7, 6)]);
        assert_eq!(figures(&app, &FLOWS, &station1(), day(7, 5), day(7, 5)).await, vec![0; 5]);
        assert_eq!(figures(&app, &FLOWS, &station1(), day(7, 6), day(7, 6)).await, vec![1, 1, 0, 0, 1]);
        let r = resident::open(&ctx, key.county, p).await.unwrap().resident;
        assert_eq!((r.last_on, r.next_on), (Some(day(7, 6)), day(8, 5)));
        // The head read version 1 as well, and hears what stands now.
        let late = amend(head(1), 1, EncounterInput { workers: vec![worker(10).to_string()], ..moved.clone() }).await;
        let Err(zw_core::Error::Conflict { current }) = &late else { panic!("{late:?}") };
        assert!(
            current.contains(&("day".into(), "2021-07-06".into())) && current.contains(&("version".into(), "2".into())),
            "{current:?}"
        );
        assert!(take_marks(&app).await.is_empty(), "a refused edit changes nothing");
        // A colleague's record is not hers to amend; another station's does not exist.
        assert_eq!(problems(amend(colleague(1), 2, moved.clone()).await), "not found");
        assert_eq!(problems(amend(social_worker(2), 2, moved.clone()).await), "not found");
        assert_eq!(problems(amend(centre(), 2, moved.clone()).await), "forbidden");
        assert_eq!(
            problems(amend(head(1), 2, EncounterInput { day: "2021-07-09".into(), ..moved.clone() }).await),
            "day:visit-future"
        );
        // A correction cannot empty a record either.
        assert_eq!(
            problems(amend(head(1), 2, EncounterInput { action: String::new(), ..moved }).await),
            "action:visit-says-nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn a_void_encounter_stays_and_counts_no_more() {
    on_both(parts, |app| async move {
        let (p, key) = first_visit(&app).await;
        let ctx = app.ctx(social_worker(1));
        let void = |reason: &str, version: i64| VoidInput { reason: reason.into(), version };
        assert_eq!(
            problems(encounter::void(&ctx, key.county, key.id, void(" ", 1), &Idem::none()).await),
            "reason:visit-void-reason"
        );
        assert_eq!(
            problems(encounter::void(&ctx, key.county, key.id, void("记错了", 9), &Idem::none()).await),
            "conflict"
        );
        assert_eq!(
            problems(
                encounter::void(&app.ctx(colleague(1)), key.county, key.id, void("记错了", 1), &Idem::none()).await
            ),
            "not found"
        );
        encounter::void(&ctx, key.county, key.id, void("记错了人", 1), &Idem::none()).await.unwrap();
        assert_eq!(take_marks(&app).await.iter().map(|m| m.day).collect::<Vec<_>>(), vec![day(7, 5)]);
        assert_eq!(figures(&app, &FLOWS, &station1(), day(7, 1), day(7, 8)).await, vec![0; 5]);
        let page = resident::open(&ctx, key.county, p).await.unwrap();
        assert_eq!((page.resident.last_on, page.resident.next_on), (None, day(7, 1)));
        assert!(page.encounters[0].voided && page.encounters[0].void_reason.as_deref() == Some("记错了人"));
        assert_eq!(encounter::list(&ctx, &FindEncounters::default()).await.unwrap().total, 0);
        let again = encounter::correct(&ctx, key.county, key.id, 2, visit_to(&[p]), &Idem::none()).await;
        assert_eq!(problems(again), "encounter-void");
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_twice_is_one_visit() {
    on_both(parts, |app| async move {
        let (p, _) = first_visit(&app).await;
        let ctx = app.ctx(social_worker(1));
        let idem = Idem::new(Some("k1".into()), &"body");
        let a = encounter::record(&ctx, visit_to(&[p]), &idem).await.unwrap();
        let b = encounter::record(&ctx, visit_to(&[p]), &idem).await.unwrap();
        assert_eq!(a, b);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 2);
        assert_eq!(figures(&app, &["encounters"], &station1(), day(7, 8), day(7, 8)).await, vec![1]);
    })
    .await;
}

#[tokio::test]
async fn a_consultation_needs_no_file() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let consult = |name: &str| EncounterInput {
            kind: "consult".into(),
            topic: "policy".into(),
            mode: "phone".into(),
            persons: vec![PersonIn { resident: None, name: name.into(), met: true }],
            ..EncounterInput::default()
        };
        let key = visited(&ctx, consult("王大力")).await;
        visited(&ctx, consult("")).await;
        assert_eq!(
            figures(&app, &["M23", "M07", "persontimes", "M46", "M44"], &station1(), day(7, 8), day(7, 8)).await,
            vec![2, 0, 2, 0, 0]
        );
        assert_eq!(encounter::open(&ctx, key.county, key.id).await.unwrap().persons[0].name, "王大力");
        assert_eq!(encounter::open(&app.ctx(centre()), key.county, key.id).await.unwrap().persons[0].name, "王**");
        // Its township is the station's: the township's figure has it.
        assert_eq!(
            figures(&app, &["M23"], &Area::Town(World::COUNTY, World::TOWN), day(7, 8), day(7, 8)).await,
            vec![2]
        );
    })
    .await;
}

#[tokio::test]
async fn a_note_on_body_and_mind_is_for_the_station_and_its_reading_is_written_down() {
    on_both(parts, |app| async move {
        let (p, _) = first_visit(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = visited(
            &ctx,
            EncounterInput { state_note: "情绪低落".into(), action: "陪同聊天".into(), ..visit_to(&[p]) },
        )
        .await;
        assert_eq!(encounter::open(&ctx, key.county, key.id).await.unwrap().state_note.as_deref(), Some("情绪低落"));
        let far = encounter::open(&app.ctx(centre()), key.county, key.id).await.unwrap();
        assert_eq!((far.state_note, far.action.as_deref()), (None, None));
        // Lists never carry it, not even the station's own.
        let list = encounter::list(&ctx, &FindEncounters::default()).await.unwrap();
        assert!(list.items.iter().all(|e| e.state_note.is_none()));
        assert_eq!(
            count(
                &app,
                "SELECT COUNT(*) FROM audit_event WHERE action='encounter.read' AND fields LIKE '%state_note%'"
            )
            .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn today_shows_who_is_due() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let a = registered(&ctx, zw_practice::model::ResidentInput { risk: "1".into(), ..person("陈一一", 1) }).await;
        registered(&ctx, zw_practice::model::ResidentInput { risk: "6".into(), ..person("陈二二", 2) }).await;
        registered(&ctx, zw_practice::model::ResidentInput { worker: worker(11).to_string(), ..person("陈三三", 3) })
            .await;
        let own = today::today(&ctx).await.unwrap().unwrap();
        assert_eq!((own.due_total, own.own, own.due[0].name.as_str(), own.due[0].overdue), (1, true, "陈一一", true));
        let all = today::today(&app.ctx(head(1))).await.unwrap().unwrap();
        assert_eq!((all.due_total, all.own), (2, false), "the head sees the station's");
        assert!(today::today(&app.ctx(actor(Role::CountyAdmin, World::COUNTY))).await.unwrap().is_none());
        visited(&ctx, visit_to(&[a.id])).await;
        let done = today::today(&ctx).await.unwrap().unwrap();
        assert_eq!((done.due_total, done.recent.len()), (0, 1));
        let list =
            encounter::list(&ctx, &FindEncounters { worker: worker(11).to_string(), ..FindEncounters::default() })
                .await
                .unwrap();
        assert_eq!(list.total, 0);
        let bad = FindEncounters { from: "gestern".into(), kind: "x".into(), ..FindEncounters::default() };
        assert_eq!(problems(encounter::list(&ctx, &bad).await), "from:date-format kind:unknown-code");
    })
    .await;
}

#[tokio::test]
async fn at_the_same_moment() {
    on_both(parts, |app| async move {
        let (p, key) = first_visit(&app).await;
        let (a, b) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let on = |d: &str| EncounterInput { day: format!("2021-07-0{d}"), ..visit_to(&[p]) };
        // Two workers record visits to one person: both stand, and the schedule knows the later one.
        let none = Idem::none();
        let (x, y) = tokio::join!(encounter::record(&a, on("7"), &none), encounter::record(&b, on("8"), &none));
        assert!(x.is_ok() && y.is_ok(), "{x:?} {y:?}");
        let r = resident::open(&a, key.county, p).await.unwrap().resident;
        assert_eq!((r.last_on, r.next_on), (Some(day(7, 8)), day(8, 7)));
        // Two editors of one version: exactly one wins, whoever it is.
        let boss = app.ctx(head(1));
        let with = |text: &str| EncounterInput {
            action: text.into(),
            workers: vec![worker(10).to_string()],
            ..visit_to(&[p])
        };
        let (x, y) = tokio::join!(
            encounter::correct(&a, key.county, key.id, 1, with("甲"), &none),
            encounter::correct(&boss, key.county, key.id, 1, with("乙"), &none)
        );
        let mut both = [problems(x), problems(y)];
        both.sort();
        assert_eq!(both, ["conflict", "ok"]);
        assert_eq!(figures(&app, &["encounters", "M07"], &station1(), day(7, 1), day(7, 8)).await, vec![3, 3]);
    })
    .await;
}

#[tokio::test]
async fn who_answers_for_a_visit_follows_its_correction() {
    on_both(parts, |app| async move {
        let (p, key) = first_visit(&app).await;
        let amend = |who: Actor, version: i64, by: u128| {
            let ctx = app.ctx(who);
            let input = EncounterInput { workers: vec![worker(by).to_string()], ..visit_to(&[p]) };
            async move { problems(encounter::correct(&ctx, key.county, key.id, version, input, &Idem::none()).await) }
        };
        // The head puts the colleague in: the record is hers to amend now, and no longer the first one's.
        assert_eq!(amend(head(1), 1, 11).await, "ok");
        assert_eq!(amend(social_worker(1), 2, 10).await, "not found");
        assert_eq!(amend(colleague(1), 2, 11).await, "ok");
    })
    .await;
}

#[tokio::test]
async fn a_visit_across_midnight_takes_the_next_morning() {
    on_both(parts, |app| async move {
        let (p, _) = first_visit(&app).await;
        let on = |day: &str, start: &str, minutes: &str| {
            let ctx = app.ctx(social_worker(1));
            let (day, start, minutes, another) = (day.into(), start.into(), minutes.into(), "1".into());
            let input = EncounterInput { day, start, minutes, another, ..visit_to(&[p]) };
            async move { problems(encounter::record(&ctx, input, &Idem::none()).await) }
        };
        assert_eq!(on("2021-07-06", "23:30", "120").await, "ok");
        assert_eq!(on("2021-07-07", "01:00", "60").await, "start:visit-overlap");
        assert_eq!(on("2021-07-07", "01:30", "60").await, "ok");
        assert_eq!(on("2021-07-06", "00:30", "60").await, "ok", "the same hour of the day before");
    })
    .await;
}

/// The account of somebody, as `accounts` writes it.
async fn in_office(app: &TestApp, who: &Actor, display: &str) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let account =
        sql("INSERT INTO account(id,login,display,duty,state,worker_id,created_at,updated_at,updated_by) VALUES(")
            .bind(who.account().unwrap().0)
            .lit(",")
            .bind(who.name.as_str())
            .lit(",")
            .bind(display)
            .lit(",'business','active',")
            .bind(who.worker)
            .lit(",0,0,'t')");
    tx.run(account).await.unwrap();
    quietly(tx).await;
}

/// A worker's record names the worker; the head records for others, and the page says who entered it.
#[tokio::test]
async fn a_worker_records_the_own_visits_only() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (own, other) = (worker(10).to_string(), worker(11).to_string());
        let a = registered(&app.ctx(social_worker(1)), person("陈一一", 1)).await;
        let by = |workers: &[&str]| EncounterInput {
            workers: workers.iter().map(|w| (*w).to_owned()).collect(),
            ..visit_to(&[a.id])
        };
        let (mine, colleagues) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let refused = problems(encounter::record(&mine, by(&[&other]), &Idem::none()).await);
        assert_eq!(refused, "workers:visit-worker-self");
        let round = RoundInput { items: vec![by(&[&own]), by(&[&other])] };
        let refused = problems(encounter::record_round(&mine, &round, &Idem::none()).await);
        assert_eq!(refused, "items[1].workers:visit-worker-self");
        // Together with the colleague, whoever is named first.
        let key = visited(&mine, by(&[&other, &own])).await;
        let unknown = encounter::open(&mine, key.county, key.id).await.unwrap().recorded_by;
        assert_eq!(unknown.as_deref(), Some(mine.actor.name.as_str()), "no account: the name that was written down");
        in_office(&app, &mine.actor, "林小梅").await;
        assert_eq!(encounter::open(&mine, key.county, key.id).await.unwrap().recorded_by, None);
        // A correction leaves the worker in it.
        let alone = EncounterInput { kind: "visit".into(), ..by(&[&other]) };
        let refused = problems(encounter::correct(&mine, key.county, key.id, 1, alone, &Idem::none()).await);
        assert_eq!(refused, "workers:visit-worker-self");
        // The head records for somebody, who can then see and correct it.
        let boss = head(1);
        in_office(&app, &boss, "林站长").await;
        let key = visited(&app.ctx(boss), EncounterInput { day: "2021-07-01".into(), ..by(&[&other]) }).await;
        let seen = encounter::open(&colleagues, key.county, key.id).await.unwrap();
        assert_eq!((seen.recorded_by.as_deref(), seen.withheld), (Some("林站长"), false));
        assert!(encounter::may_amend(&colleagues, key.county, key.id).await.unwrap());
        assert!(!encounter::may_amend(&mine, key.county, key.id).await.unwrap());
    })
    .await;
}
