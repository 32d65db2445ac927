//! Roles: who may be given what, how soon it counts, and rows changed behind the program's back.

use crate::browser::{Browser, PASSWORD, account, behind_the_back, count, grant, operators};
use crate::{lite, parts};
use axum::http::StatusCode;
use zw_access::{ActorKind, Role};
use zw_accounts::seed::{self, SeedAccount, SeedGrant};
use zw_accounts::service::grants::{self, NewGrant, Place, place_of};
use zw_core::code::Code as _;
use zw_core::{AccountId, DivisionId, Error, UnitId, Uuid};
use zw_db::sql;
use zw_testkit::{TestApp, World, actor_of, on_both};
use zw_web::Idem;

const STATION: UnitId = UnitId(Uuid::from_u128(501));
const CENTRE: UnitId = UnitId(Uuid::from_u128(502));

/// A station and the centre of COUNTY.
async fn units(app: &TestApp) {
    for (id, tier, name, division) in [(STATION, "T", "东街站", 1000i64), (CENTRE, "X", "子一县中心", 100)] {
        let q = sql(
            "INSERT INTO unit(id,tier,name,county_id,division_id,mode,state,created_at,updated_at,updated_by) VALUES(",
        )
        .bind(id)
        .lit(",")
        .bind(tier)
        .lit(",")
        .bind(name)
        .lit(",100,")
        .bind(division)
        .lit(",'purchase','operating',0,0,'t')");
        behind_the_back(app, q).await.unwrap();
    }
}

fn new(role: &str, area: &str, unit: &str) -> NewGrant {
    NewGrant { role: role.into(), area: area.into(), unit: unit.into(), ..NewGrant::default() }
}

#[tokio::test]
async fn a_grant_counts_and_ends_on_the_next_request() {
    on_both(parts, |app| async move {
        let [_, mut sec, _] = operators(&app).await;
        let id = account(&app, "lin.xm", vec![]).await;
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        let path = format!("/admin/accounts/{id}/grants/new");
        let a =
            sec.post(&path, &[("role", "county_admin"), ("province", "1"), ("city", "10"), ("county", "100")]).await;
        assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.body);
        assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER, "a new role asks for a new sign-in");
        b.login("lin.xm", PASSWORD).await;
        let own = b.get("/account").await.body;
        assert!(own.contains("县级主管") && own.contains("子城市子一县"));
        let page = sec.get(&format!("/admin/accounts/{id}")).await.body;
        let at = page.find("/admin/grants/").unwrap() + "/admin/grants/".len();
        let end = format!("/admin/grants/{}/end", &page[at..at + 36]);
        assert_eq!(sec.post(&end, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER);
        b.login("lin.xm", PASSWORD).await;
        assert!(b.get("/account").await.body.contains("还没有任何权限"));
    })
    .await;
}

#[tokio::test]
async fn grants_begin_and_end_by_the_day() {
    let app = lite().await;
    let [_, mut sec, _] = operators(&app).await;
    let id = account(&app, "lin.xm", vec![]).await;
    let path = format!("/admin/accounts/{id}/grants/new");
    let over = sec
        .post(&path, &[("role", "prov_admin"), ("province", "1"), ("from", "2021-07-01"), ("to", "2021-07-07")])
        .await;
    assert!(over.status == StatusCode::UNPROCESSABLE_ENTITY && over.body.contains("截止日须不早于"));
    let ok = [("role", "prov_admin"), ("province", "1"), ("from", "2021-07-09"), ("to", "2021-07-10")];
    assert_eq!(sec.post(&path, &ok).await.status, StatusCode::SEE_OTHER);
    for (day, holds) in [(8, false), (9, true), (10, true), (11, false)] {
        app.at(2021, 7, day, 12);
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        let badge = b.get("/account").await.body.contains("未授权");
        assert_eq!(!badge, holds, "July {day}");
    }
}

#[tokio::test]
async fn each_role_needs_its_own_kind_of_place() {
    let app = lite().await;
    units(&app).await;
    let ctx = app.ctx(actor_of(Role::SecurityAdmin, None, None, None));
    let areas = [
        ("1", Place::Province),
        ("10", Place::City),
        ("100", Place::County),
        ("1000", Place::Township),
        ("10000", Place::Unit),
    ];
    for role in Role::ALL.iter().filter(|r| place_of(**r).is_some()) {
        let target = account(&app, &format!("lin.{}", role.code().replace('_', "")), vec![]).await;
        for (area, place) in areas {
            let got = grants::create(&ctx, target, new(role.code(), area, ""), &Idem::none()).await;
            let fits = match place_of(*role) {
                Some(Place::AnyArea) => matches!(place, Place::Province | Place::City | Place::County),
                Some(Place::Unit) | None => false,
                Some(p) => p == place && place != Place::Unit,
            };
            assert_eq!(got.is_ok(), fits, "{role} in {area}: {got:?}");
        }
    }
    let target = account(&app, "lin.xm", vec![]).await;
    let unit = |role: &str, area: &str, unit: UnitId| {
        let (input, ctx) = (new(role, area, &unit.to_string()), &ctx);
        async move { grants::create(ctx, target, input, &Idem::none()).await.is_ok() }
    };
    assert!(unit("station_head", "", STATION).await);
    assert!(!unit("station_head", "", CENTRE).await, "a centre has no station head");
    assert!(!unit("station_head", "", UnitId(Uuid::from_u128(1))).await, "no such unit");
    assert!(!unit("worker", "", STATION).await, "a worker's account needs its worker");
    assert!(unit("center_staff", "100", CENTRE).await);
    assert!(!unit("center_staff", "101", CENTRE).await, "the centre of another county");
    assert!(!unit("leader", "100", STATION).await);
    let found = grants::find_units(&ctx, "东街").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "东街站（子城市子一县）");
    assert!(grants::find_units(&ctx, "%").await.unwrap().is_empty());
    let head = grants::list(&ctx, target).await.unwrap();
    assert!(head.iter().any(|g| g.role == "station_head" && g.place == "子城市子一县 东街站"), "{head:?}");
}

#[tokio::test]
async fn rights_of_those_who_act_never_grow() {
    let app = lite().await;
    account(&app, "sys.one", vec![grant(Role::SysAdmin, None)]).await;
    let sec = account(&app, "sec.one", vec![grant(Role::SecurityAdmin, None)]).await;
    let aud = account(&app, "aud.one", vec![grant(Role::AuditAdmin, None)]).await;
    let odd = account(&app, "odd.one", vec![]).await;
    let clerk = account(&app, "lin.xm", vec![]).await;
    let acting = |id: AccountId| {
        let mut actor = actor_of(Role::SecurityAdmin, None, None, None);
        actor.kind = ActorKind::Account(id);
        app.ctx(actor)
    };
    for role in Role::ALL {
        for (actor, target) in [(sec, sec), (sec, aud), (odd, odd)] {
            let got = grants::create(&acting(actor), target, new(role.code(), "1", ""), &Idem::none()).await;
            assert!(got.is_err(), "{role}");
        }
        let got = grants::create(&acting(sec), clerk, new(role.code(), "1", ""), &Idem::none()).await;
        assert_eq!(got.is_ok(), matches!(role, Role::ProvAdmin | Role::Leader), "{role}");
    }
    let own = grants::create(&acting(odd), odd, new("prov_admin", "1", ""), &Idem::none()).await;
    assert!(matches!(own, Err(Error::Rule { code: "grant-self", .. })), "{own:?}");
    assert_eq!(count(&app, sql("SELECT COUNT(*) FROM account_grant")).await, 3 + 2);
    let mut sys = actor_of(Role::SysAdmin, None, None, None);
    sys.kind = ActorKind::Account(clerk);
    let got = grants::create(&app.ctx(sys), odd, new("prov_admin", "1", ""), &Idem::none()).await;
    assert!(matches!(got, Err(Error::Forbidden)));
}

/// Who may act at one station reads so, not the whole county.
#[tokio::test]
async fn ones_own_roles_say_where_as_the_desk_says_it() {
    on_both(parts, |app| async move {
        units(&app).await;
        let at = |role, area: Option<i64>, unit| SeedGrant {
            role,
            area: area.map(DivisionId),
            county: Some(World::COUNTY),
            unit,
            from: zw_core::Day::from_stored(20210101),
            to: None,
        };
        let grants = vec![
            at(Role::StationHead, None, Some(STATION)),
            at(Role::CenterStaff, Some(100), Some(CENTRE)),
            at(Role::TownOfficer, Some(1000), None),
        ];
        let id = account(&app, "lin.xm", grants).await;
        let ctx = app.ctx(actor_of(Role::SecurityAdmin, None, None, None));
        let mut desk: Vec<String> = grants::list(&ctx, id).await.unwrap().into_iter().map(|g| g.place).collect();
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        let me = b.get("/api/v1/me").await.json();
        let mut own: Vec<String> =
            me["grants"].as_array().unwrap().iter().map(|g| g["place"].as_str().unwrap().to_owned()).collect();
        desk.sort();
        own.sort();
        assert_eq!(own, desk);
        assert!(
            own.contains(&"子城市子一县 东街站".to_owned()) && own.contains(&"子城市子一县 子一县中心".to_owned()),
            "{own:?}"
        );
        assert!(b.get("/account").await.body.contains("子城市子一县 东街站"));
    })
    .await;
}

/// Decision 0031: roles that check each other, and figures above the county beside persons, are of two accounts; and no role
/// is given for days that are over.
#[tokio::test]
async fn one_account_does_not_check_itself_and_no_grant_begins_in_the_past() {
    on_both(parts, |app| async move {
        units(&app).await;
        let [_, mut sec, _] = operators(&app).await;
        let ctx = app.ctx(actor_of(Role::SecurityAdmin, None, None, None));
        let id = account(&app, "lin.xm", vec![]).await;
        let give = |input: NewGrant| {
            let ctx = &ctx;
            async move {
                match grants::create(ctx, id, input, &Idem::none()).await {
                    Ok(_) => "given".to_owned(),
                    Err(Error::Invalid(e)) => {
                        e.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect::<Vec<_>>().join(",")
                    }
                    Err(e) => e.to_string(),
                }
            }
        };
        let from = |mut g: NewGrant, from: &str, to: &str| {
            (g.from, g.to) = (from.into(), to.into());
            g
        };
        let (county, prov) = (new("county_admin", "100", ""), new("prov_admin", "1", ""));
        assert_eq!(give(from(county.clone(), "2020-01-01", "")).await, "from grant-past");
        assert_eq!(give(from(county.clone(), "2021-07-07", "")).await, "from grant-past");
        assert_eq!(give(from(county.clone(), "2021-07-08", "2021-07-20")).await, "given");
        let head = new("station_head", "", &STATION.to_string());
        for other in [&prov, &new("city_admin", "10", ""), &head] {
            assert_eq!(give(other.clone()).await, "role grant-apart", "{}", other.role);
        }
        assert_eq!(give(from(prov.clone(), "2021-07-20", "")).await, "role grant-apart", "the last day of the other");
        // What does not check each other may meet: a second county, the centre, a leading group.
        assert_eq!(give(new("county_admin", "101", "")).await, "given");
        assert_eq!(give(new("center_staff", "100", "")).await, "given");
        assert_eq!(give(new("leader", "1", "")).await, "given");
        // Once the others are taken back or over the account may move on.
        for g in grants::list(&ctx, id).await.unwrap() {
            if g.role != "leader" && g.to.is_none() {
                grants::end(&ctx, g.id).await.unwrap();
            }
        }
        assert_eq!(give(from(prov, "2021-07-21", "")).await, "given");
        assert_eq!(give(from(head, "2021-07-21", "")).await, "role grant-apart");
        // The page says which role stands in the way.
        let form = [
            ("role", "town_officer"),
            ("province", "1"),
            ("city", "10"),
            ("county", "100"),
            ("township", "1000"),
            ("from", "2021-07-22"),
        ];
        let page = sec.post(&format!("/admin/accounts/{id}/grants/new"), &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("省级管理") && page.body.contains("不能由同一账号兼任"), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn the_table_keeps_the_three_apart() {
    on_both(parts, |app| async move {
        let pairs = [
            (Role::SysAdmin, Role::SecurityAdmin),
            (Role::SecurityAdmin, Role::AuditAdmin),
            (Role::AuditAdmin, Role::SysAdmin),
            (Role::SysAdmin, Role::CountyAdmin),
            (Role::Worker, Role::AuditAdmin),
        ];
        for (n, (a, b)) in pairs.into_iter().enumerate() {
            let ctx = app.system("seed", zw_accounts::policy::CONSOLE);
            let row = SeedAccount {
                id: AccountId(ctx.uuid()),
                login: format!("both.{n}"),
                display: "x".into(),
                password_hash: None,
                worker: None,
                must_change: false,
                grants: vec![grant(a, None), grant(b, Some(World::COUNTY))],
            };
            let mut tx = ctx.write().await.unwrap();
            assert!(seed::accounts(&ctx, &mut tx, &[row]).await.is_err(), "{a} and {b}");
        }
        account(&app, "lin.xm", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
        for q in [
            "UPDATE account_grant SET role='sys_admin'",
            "UPDATE account_grant SET role='sys_admin',duty='sys_admin'",
            "UPDATE account_grant SET role='kiosk'",
            "UPDATE account SET duty='sys_admin'",
        ] {
            assert!(behind_the_back(&app, sql(q)).await.is_err(), "{q}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_grant_changed_behind_the_back_gives_nothing_and_alarms() {
    on_both(parts, |app| async move {
        let tricks = [
            "UPDATE account_grant SET area_id=1",
            "UPDATE account_grant SET area_id=101",
            "UPDATE account_grant SET role='prov_admin'",
            "UPDATE account_grant SET to_day=20991231",
            "UPDATE account_grant SET from_day=20000101",
            "UPDATE account_grant SET created_by='somebody'",
            "UPDATE account_grant SET county_id=101",
        ];
        account(&app, "lin.xm", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        assert!(b.get("/account").await.body.contains("县级主管"));
        for (n, trick) in tricks.into_iter().enumerate() {
            behind_the_back(&app, sql("DELETE FROM account_grant")).await.unwrap();
            behind_the_back(&app, sql("DELETE FROM session")).await.unwrap();
            let login = format!("lin.{n}x");
            account(&app, &login, vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
            behind_the_back(&app, sql(trick)).await.unwrap();
            let mut b = Browser::signed_in(&app, &login).await;
            let page = b.get("/account").await.body;
            assert!(page.contains("还没有任何权限"), "{trick}");
            b.get("/account").await;
        }
        let alarms =
            count(&app, sql("SELECT COUNT(*) FROM audit_event WHERE action='grant.tampered' AND decision='deny'"));
        assert_eq!(alarms.await, 7, "each is reported once");
    })
    .await;
}

#[tokio::test]
async fn an_ended_grant_cannot_be_revived_by_hand() {
    let app = lite().await;
    let [_, mut sec, _] = operators(&app).await;
    let id = account(&app, "lin.xm", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
    let ctx = app.ctx(actor_of(Role::SecurityAdmin, None, None, None));
    let g = grants::list(&ctx, id).await.unwrap()[0].id;
    grants::end(&ctx, g).await.unwrap();
    behind_the_back(&app, sql("UPDATE account_grant SET ended_at=NULL")).await.unwrap();
    let mut b = Browser::signed_in(&app, "lin.xm").await;
    assert!(b.get("/account").await.body.contains("还没有任何权限"));
    assert!(sec.get(&format!("/admin/accounts/{id}")).await.body.contains("校验不符"), "and the desk shows it");
}

#[tokio::test]
async fn the_security_administrator_ends_any_session() {
    let app = lite().await;
    let [mut sys, mut sec, _] = operators(&app).await;
    let id = account(&app, "lin.xm", vec![]).await;
    let mut b = Browser::signed_in(&app, "lin.xm").await;
    let page = sec.get(&format!("/admin/accounts/{id}")).await.body;
    let at = page.find("/admin/sessions/").unwrap() + "/admin/sessions/".len();
    let path = format!("/admin/sessions/{}/end", &page[at..at + 36]);
    assert_eq!(sys.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
    assert!(!sys.get(&format!("/admin/accounts/{id}")).await.body.contains("/admin/sessions/"));
    assert_eq!(b.get("/account").await.status, StatusCode::OK);
    assert_eq!(sec.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_form_helps_to_choose_without_script() {
    let app = lite().await;
    units(&app).await;
    let [_, mut sec, _] = operators(&app).await;
    let id = account(&app, "lin.xm", vec![]).await;
    let path = format!("/admin/accounts/{id}/grants/new");
    assert!(sec.get(&path).await.body.contains("甲省"));
    let a = sec
        .post(&path, &[("reload", "1"), ("province", "1"), ("city", "10"), ("county", "100"), ("unit_text", "东街")])
        .await;
    assert_eq!(a.status, StatusCode::OK);
    assert!(a.body.contains("南山镇") && a.body.contains("东街站（子城市子一县）") && !a.body.contains("一心镇"));
    let fragment = sec.get("/admin/area-picker?province=1&city=11").await.body;
    assert!(fragment.starts_with("<fieldset") && fragment.contains("丑一县") && !fragment.contains("子一县"));
    let bad = sec.post(&path, &[("role", "town_officer"), ("province", "1"), ("city", "10"), ("x", "1")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "a field of its own making");
    let stray = sec
        .post(
            &path,
            &[("role", "town_officer"), ("province", "1"), ("city", "10"), ("county", "100"), ("township", "2000")],
        )
        .await;
    assert_eq!(stray.status, StatusCode::SEE_OTHER);
    let stored = count(
        &app,
        sql("SELECT COUNT(*) FROM account_grant WHERE role='town_officer' AND county_id=").bind(DivisionId(200)),
    );
    assert_eq!(stored.await, 1, "the county follows from the township, not from what was sent beside it");
}

#[tokio::test]
async fn a_role_is_given_only_with_a_password_of_the_last_five_minutes() {
    on_both(parts, |app| async move {
        let [_, mut sec, _] = operators(&app).await;
        let (one, two) = (account(&app, "lin.xm", vec![]).await, account(&app, "chen.x", vec![]).await);
        let path = |id: AccountId| format!("/admin/accounts/{id}/grants/new");
        let role = [("role", "county_admin"), ("province", "1"), ("city", "10"), ("county", "100")];
        let with = |word: &'static str| [&role[..], &[("_password", word)]].concat();
        let grants = || count(&app, sql("SELECT COUNT(*) FROM account_grant WHERE role='county_admin'"));
        let acts = |q: &'static str| count(&app, sql("SELECT COUNT(*) FROM audit_event WHERE ").lit(q));
        let begun = app.app.clock.now();
        app.app.clock.set(begun.plus_minutes(5).plus_ms(-1));
        assert_eq!(sec.post(&path(one), &role).await.status, StatusCode::SEE_OTHER, "a moment before");
        let sought = sec.post("/admin/accounts/find", &[("q", "lin")]).await.location().to_owned();
        assert!(sec.get(&sought).await.body.contains("lin.xm"), "{sought}");
        app.app.clock.set(begun.plus_minutes(5));
        let (a, old) = (sec.post(&path(two), &role).await, sec.token.clone());
        assert_eq!(a.status, StatusCode::FORBIDDEN, "{}", a.body);
        assert!(a.body.contains("name=\"_password\"") && a.body.contains("value=\"county_admin\""), "{}", a.body);
        let a = sec.post(&path(two), &with("not the password")).await;
        assert_eq!((a.status, grants().await), (StatusCode::UNPROCESSABLE_ENTITY, 1), "{}", a.body);
        assert_eq!(acts("action='session.login' AND decision='deny'").await, 1, "it counts like a refused sign-in");
        assert_eq!(sec.token, old);
        let a = sec.post(&path(two), &with(PASSWORD)).await;
        assert_eq!((a.status, grants().await), (StatusCode::SEE_OTHER, 2), "{}", a.body);
        assert_eq!(acts("action='session.confirm' AND decision='allow'").await, 1);
        assert_ne!(sec.token, old, "the password opened a new session");
        assert_eq!(sec.get("/admin/accounts").await.status, StatusCode::OK);
        assert!(sec.get(&sought).await.body.contains("value=\"lin\""), "what was looked for is still there");
        let mut thief = Browser::new(&app);
        thief.token = old;
        assert!(!thief.get(&sought).await.body.contains("value=\"lin\""));
        assert_eq!(thief.get("/admin/accounts").await.location(), "/login?next=/admin/accounts", "the old one is dead");
        // Guessing is stopped as at sign-in.
        app.app.clock.set(begun.plus_minutes(11));
        for _ in 0..5 {
            sec.post(&path(two), &with("not the password")).await;
        }
        let a = sec.post(&path(two), &with(PASSWORD)).await;
        assert_eq!((a.status, grants().await), (StatusCode::UNPROCESSABLE_ENTITY, 2), "locked for a while: {}", a.body);
    })
    .await;
}

#[tokio::test]
async fn a_password_whose_answer_was_lost_may_be_given_again_while_its_session_lives() {
    on_both(parts, |app| async move {
        let [_, mut sec, _] = operators(&app).await;
        let id = account(&app, "lin.xm", vec![]).await;
        let path = format!("/admin/accounts/{id}/grants/new");
        let form = [
            ("role", "county_admin"),
            ("province", "1"),
            ("city", "10"),
            ("county", "100"),
            ("idempotency_key", "lost-1"),
            ("_password", PASSWORD),
        ];
        let grants = || count(&app, sql("SELECT COUNT(*) FROM account_grant WHERE role='county_admin'"));
        let living = || count(&app, sql("SELECT COUNT(*) FROM session WHERE ended_at IS NULL"));
        let begun = app.app.clock.now();
        app.app.clock.set(begun.plus_minutes(6));
        let (old, before) = (sec.token.clone(), living().await);
        let mut lost = vec![];
        // The answer is lost twice: each time the browser still sends what it had.
        for _ in 0..3 {
            sec.token = old.clone();
            let a = sec.post(&path, &form).await;
            assert_eq!((a.status, grants().await, living().await), (StatusCode::SEE_OTHER, 1, before), "{}", a.body);
            lost.push(sec.token.clone());
        }
        assert_eq!(sec.get("/admin/accounts").await.status, StatusCode::OK);
        let mut thief = Browser::new(&app);
        for token in lost.iter().take(2).chain([&old]) {
            thief.token.clone_from(token);
            assert_eq!(thief.get("/admin/accounts").await.location(), "/login?next=/admin/accounts");
        }
        let refused = async |fields: &[(&str, &str)], why: &str| {
            let mut b = Browser::new(&app);
            b.token.clone_from(&old);
            let a = b.post(&path, fields).await;
            assert!(a.status.is_client_error() && b.token == old, "{why}: {} {}", a.status, a.body);
        };
        refused(&form[..5], "without the password").await;
        refused(&[&form[..5], &[("_password", "not the password")]].concat(), "with a wrong one").await;
        // Not for longer than the password counts, and not once its session is over.
        app.app.clock.set(begun.plus_minutes(11));
        refused(&form, "too late").await;
        app.app.clock.set(begun.plus_minutes(8));
        sec.post("/logout", &[]).await;
        refused(&form, "signed out since").await;
        assert_eq!(grants().await, 1);
    })
    .await;
}
