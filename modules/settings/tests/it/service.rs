//! The use case.

use crate::parts;
use serde_json::{Value, json};
use zw_access::{Ctx, Role, Settings};
use zw_core::deadline::ChainTier;
use zw_core::period::Period;
use zw_core::{Error, Stamp};
use zw_db::sql;
use zw_indicators::{Area, Measures, Span};
use zw_practice::model::NoticeVersion;
use zw_reporting::cycle::{Cycle, Window};
use zw_settings::model::SettingInput;
use zw_settings::service::{follow, get, list, set};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

fn operator(app: &TestApp) -> Ctx {
    app.ctx(actor(Role::SysAdmin, World::PROVINCE))
}

fn input(key: &str, value: Value, version: Option<i64>) -> SettingInput {
    SettingInput { key: key.into(), value, version }
}

async fn put(app: &TestApp, key: &str, value: Value) {
    set(&operator(app), &input(key, value, None), &Idem::none()).await.unwrap();
}

/// Only what differs is written; the rest of the cycle stays as it was. The history says who, when, before and after.
#[tokio::test]
async fn a_value_is_set_and_kept() {
    on_both(parts, |app| async move {
        put(&app, "reporting.cycle", json!({"deadlines": {"grace_working_days": 3}})).await;
        let cycle: Cycle = app.app.settings().get();
        let mut want = Cycle::default();
        want.deadlines.grace_working_days = 3;
        assert_eq!(cycle, want, "in this process at once");
        put(&app, "reporting.cycle", json!({"week": false})).await;
        let file = get(&operator(&app), "reporting.cycle").await.unwrap();
        assert_eq!((file.setting.version, file.setting.at.as_deref()), (2, Some("2021-07-08 09:00")));
        assert_eq!(file.setting.value["week"], json!(false));
        let told: Vec<_> = file.changes.iter().map(|c| (c.version, c.old.as_deref(), c.new.as_str())).collect();
        let first = r#"{"deadlines":{"grace_working_days":3}}"#;
        assert_eq!(told, [(2, Some(first), r#"{"week":false}"#), (1, None, first)]);
        assert!(file.changes[0].by.starts_with("测试sys_admin"), "{}", file.changes[0].by);
        let audited: i64 = app
            .app
            .db
            .read()
            .await
            .unwrap()
            .scalar(sql(
                "SELECT COUNT(*) FROM audit_event WHERE action='setting.write' AND record_id='reporting.cycle'",
            ))
            .await
            .unwrap();
        assert_eq!(audited, 2);
        put(&app, "practice.notice_version", json!("2026-1")).await;
        assert_eq!(app.app.settings().get::<NoticeVersion>().0, "2026-1");
    })
    .await;
}

/// A figure of a past day is judged by what stood at its end.
#[tokio::test]
async fn what_stood_on_a_past_day() {
    on_both(parts, |app| async move {
        let week = async |m: i64, d: i64| {
            let day = zw_core::Day::new(2021, m, d).unwrap();
            let mut c = app.app.db.read().await.unwrap();
            let read = Settings::read::<zw_practice::model::Rhythm>(&mut c).await.unwrap();
            let (measured, known): (zw_practice::model::Rhythm, _) = (read.on(day), app.app.settings().on(day));
            assert_eq!(measured, known, "measures and requests have it from the same changes");
            measured.days[0]
        };
        assert_eq!((week(1, 1).await, week(12, 31).await), (7, 7), "never set");
        app.at(2021, 6, 10, 9);
        put(&app, "practice.rhythm", json!({"days": [5, 14, 30, 91, 182, 365]})).await;
        app.at(2021, 7, 8, 9);
        put(&app, "practice.rhythm", json!({"days": [3, 14, 30, 91, 182, 365]})).await;
        put(&app, "practice.rhythm", json!({"days": [4, 14, 30, 91, 182, 365]})).await;
        let stood = [week(6, 9).await, week(6, 10).await, week(7, 7).await, week(7, 8).await, week(9, 1).await];
        assert_eq!(stood, [7, 5, 5, 4, 4], "the last word of a day stands for it");
    })
    .await;
}

/// Who owed what by when was settled when the period ended: a change of today makes nobody late who was not, and takes no
/// report out of the count. Until when reports are taken is a decision of today.
#[tokio::test]
async fn a_change_judges_no_period_anew() {
    on_both(parts, |app| async move {
        let (w26, w27) = (Period::parse("2021-W26").unwrap(), Period::parse("2021-W27").unwrap());
        app.at(2021, 7, 12, 9);
        let due = async || {
            let measures = app.app.ext::<Measures>().unwrap();
            let span = Span { from: w26.first_day(), to: w26.last_day() };
            let (mut c, tree) = (app.app.db.read().await.unwrap(), app.app.tree());
            let area = Area::County(World::COUNTY);
            measures.count(&mut c, &tree, &[zw_indicators::keys::REPORTS_DUE], &area, span).await.unwrap()
        };
        let (before, ctx) = (due().await, operator(&app));
        let late = Cycle::at(&ctx, w26).due(&ctx, w26, ChainTier::County).at();
        assert_eq!(before.values().sum::<i64>(), 1, "{before:?}");
        let weekdays = json!({"deadlines": {"grace_working_days": 5}, "week": false, "accept_days": 7});
        put(&app, "reporting.cycle", weekdays).await;
        let ctx = operator(&app);
        assert_eq!(due().await, before);
        assert_eq!(Cycle::at(&ctx, w26).due(&ctx, w26, ChainTier::County).at(), late);
        // Week 26 ended on 4 July: eight days ago, and it is still one that was asked for.
        assert_eq!(Cycle::at(&ctx, w26).window(w26, ctx.today()), Window::Closed(w26.last_day().add_days(7)));
        app.at(2021, 7, 20, 9);
        let ctx = operator(&app);
        let w28 = w27.next();
        assert_eq!(
            Cycle::at(&ctx, w27).window(w27, w27.last_day().add_days(2)),
            Window::Open,
            "ended before the change"
        );
        assert_eq!(Cycle::at(&ctx, w28).window(w28, ctx.today()), Window::Off);
        assert_eq!(Cycle::at(&ctx, w26).deadlines.grace_working_days, Cycle::default().deadlines.grace_working_days);
    })
    .await;
}

/// What does not parse or is out of bounds is refused with every path, and nothing is stored.
#[tokio::test]
async fn nothing_wrong_is_stored() {
    on_both(parts, |app| async move {
        let ctx = operator(&app);
        for (key, value, field, code) in [
            ("reporting.cycle", json!({"deadlines": {"grace": 3}}), "value.deadlines.grace", "unknown-field"),
            ("reporting.cycle", json!({"week": "no"}), "value.week", "format"),
            ("reporting.cycle", json!({"accept_days": 0}), "value.accept_days", "range"),
            ("reporting.cycle", json!({"start_on": "8.7.2021"}), "value.start_on", "date-format"),
            ("practice.rhythm", json!({"days": [7, 14, 0, 91, 182, 365]}), "value.days[2]", "range"),
            ("practice.notice_version", json!(""), "value", "required"),
        ] {
            let r = set(&ctx, &input(key, value, None), &Idem::none()).await;
            let Err(Error::Invalid(e)) = r else { panic!("{key}: {r:?}") };
            assert_eq!((e.0[0].field.as_str(), e.0[0].code.as_str()), (field, code));
        }
        let r = set(&ctx, &input("no.such", json!(1), None), &Idem::none()).await;
        assert!(matches!(r, Err(Error::NotFound)));
        assert!(list(&ctx).await.unwrap().iter().all(|s| s.version == 0 && s.value == s.default));
    })
    .await;
}

/// A stored value that does not parse is told, and the default holds.
#[tokio::test]
async fn a_stored_value_that_does_not_parse_is_visible() {
    on_both(parts, |app| async move {
        let mut tx = app.app.db.write(Stamp::from_ms(5)).await.unwrap();
        tx.run(sql("INSERT INTO setting(key,value,version,updated_at) VALUES('reporting.cycle','{\"weeks\":1}',1,5)"))
            .await
            .unwrap();
        tx.commit(operator(&app).event(zw_access::Action("test.plant")).record(None, "x")).await.unwrap();
        assert!(follow(&app.app).await.unwrap());
        assert_eq!(app.app.settings().get::<Cycle>(), Cycle::default());
        let file = get(&operator(&app), "reporting.cycle").await.unwrap();
        assert_eq!(
            (file.setting.problems[0].field.as_str(), file.setting.problems[0].code.as_str()),
            ("weeks", "unknown-field")
        );
        let site = app.app.ext::<zw_web::Site>().unwrap();
        assert_eq!(site.settings.problems(&app.app.settings()).keys().collect::<Vec<_>>(), [&"reporting.cycle"]);
        put(&app, "reporting.cycle", json!({"week": false})).await;
        assert!(site.settings.problems(&app.app.settings()).is_empty());
    })
    .await;
}

#[tokio::test]
async fn two_editors_and_a_repeat() {
    on_both(parts, |app| async move {
        let ctx = operator(&app);
        let (a, b) = (json!({"week": false}), json!({"month": false}));
        set(&ctx, &input("reporting.cycle", a.clone(), Some(0)), &Idem::new(Some("k1".into()), &a)).await.unwrap();
        let again = set(&ctx, &input("reporting.cycle", a.clone(), Some(0)), &Idem::new(Some("k1".into()), &a)).await;
        assert_eq!(again.unwrap().setting.version, 1, "a repeat has one effect");
        let r = set(&ctx, &input("reporting.cycle", b.clone(), Some(0)), &Idem::none()).await;
        let Err(Error::Conflict { current }) = r else { panic!("{r:?}") };
        assert_eq!(current[0].1, r#"{"week":false}"#);
        set(&ctx, &input("reporting.cycle", b, Some(1)), &Idem::none()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn settings_are_the_system_administrators() {
    on_both(parts, |app| async move {
        for role in [Role::ProvAdmin, Role::SecurityAdmin, Role::AuditAdmin, Role::Worker] {
            let ctx = app.ctx(actor(role, World::PROVINCE));
            assert!(matches!(list(&ctx).await, Err(Error::Forbidden)), "{role}");
            let r = set(&ctx, &input("reporting.cycle", json!({}), None), &Idem::none()).await;
            assert!(matches!(r, Err(Error::Forbidden)), "{role}");
        }
    })
    .await;
}

/// Another process has the value at its next tick; a measure reads the same value by the same way.
#[tokio::test]
async fn another_process_learns_of_it() {
    on_both(parts, |app| async move {
        let twin = app.twin(parts()).await;
        let ticks = zw_jobs::Scheduler::new(zw_settings::ticks::ticks());
        put(&app, "reporting.cycle", json!({"accept_days": 10})).await;
        assert_eq!(twin.app.settings().get::<Cycle>().accept_days, 92);
        ticks.once(&twin.app).await.unwrap();
        assert_eq!(twin.app.settings().get::<Cycle>().accept_days, 10);
        assert!(!follow(&twin.app).await.unwrap(), "nothing to do a second time");
        put(&twin, "reporting.cycle", json!({"accept_days": 11})).await;
        ticks.once(&app.app).await.unwrap();
        assert_eq!(app.app.settings().get::<Cycle>().accept_days, 11);
        let measured = Settings::read::<Cycle>(&mut app.app.db.read().await.unwrap()).await.unwrap();
        assert_eq!(measured.get::<Cycle>().accept_days, 11);
        twin.app.db.close().await;
    })
    .await;
}
