//! Several people at once: one wins, the others are told what stands. And four eyes on every approval.

use crate::fixture::*;
use futures_util::future::join_all;
use std::sync::Arc;
use zw_access::{Actor, Role};
use zw_core::Error;
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_db::sql;
use zw_reporting::pass_on::service::{PassOnInput, PassOnReview, pass_on, review_pass_on};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::model::{ReportRow, ReportState};
use zw_reporting::report::read;
use zw_reporting::report::service::{self, ReportInput};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

fn told(e: &Error, key: &str) -> String {
    match e {
        Error::Conflict { current } => current.iter().find(|(k, _)| k == key).unwrap().1.clone(),
        other => panic!("not a conflict: {other:?}"),
    }
}

#[tokio::test]
async fn who_was_slower_sees_what_stands() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            // The first save of all (nothing stored yet) and saves over one version.
            for version in [0, 1] {
                let posts = (0..6).map(|n| {
                    let ctx = t.ctx(county_admin());
                    async move {
                        let input =
                            ReportInput { version, problems: format!("第{version}轮{n}"), ..week("2021-W26") };
                        service::save(&ctx, &input, &Idem::none()).await
                    }
                });
                let all = join_all(posts).await;
                let won: Vec<_> = all.iter().filter_map(|r| r.as_ref().ok()).collect();
                assert_eq!(won.len(), 1);
                for e in all.iter().filter_map(|r| r.as_ref().err()) {
                    assert_eq!(told(e, "problems"), won[0].texts.problems);
                    assert_eq!(told(e, "version"), (version + 1).to_string());
                }
            }
            // One key sent six times at once has one effect; without a key one wins and the rest read why.
            let input = ReportInput { version: 2, ..week("2021-W26") };
            let posts = (0..6).map(|_| {
                let (ctx, input) = (t.ctx(county_admin()), input.clone());
                async move { service::submit(&ctx, &input, &Idem::new(Some("k".into()), &input)).await }
            });
            let all: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
            assert!(all.iter().all(|r| (r.version, r.state) == (3, ReportState::Submitted)));
            let id = all[0].id;
            let review = |n: i64| {
                let ctx = t.ctx(city_admin());
                let input = ReviewInput { version: 3, reason: n.to_string(), accept_overrides: false };
                async move { chain::approve(&ctx, World::COUNTY, id, &input, &Idem::none()).await }
            };
            let all = join_all((0..6).map(review)).await;
            assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 1);
            for r in all.into_iter().filter(Result::is_err) {
                assert_eq!(rule(r), "report-already-approved");
            }
            let page = read::get(&t.ctx(city_admin()), World::COUNTY, id).await.unwrap();
            assert_eq!(page.history.iter().map(|e| e.act.as_str()).collect::<Vec<_>>(), ["submit", "approve"]);
        }
    })
    .await;
}

#[tokio::test]
async fn passing_on_at_once_has_one_effect() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let input =
                PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true };
            let post = |key: Option<String>| {
                let (ctx, input) = (t.ctx(county_admin()), input.clone());
                async move { pass_on(&ctx, &input, &Idem::new(key, &input)).await }
            };
            let all = join_all((0..4).map(|_| post(Some("p".into())))).await;
            assert!(all.into_iter().all(|r| r.unwrap().version == 1), "one key, one effect");
            assert_eq!(rule(post(None).await), "pass-on-already");
            let review = |key: Option<&str>| {
                let ctx = t.ctx(city_admin());
                let input = PassOnReview {
                    division: World::COUNTY.to_string(),
                    period: "2021-06".into(),
                    version: 1,
                    approve: true,
                    reason: String::new(),
                };
                let idem = Idem::new(key.map(str::to_owned), &input);
                async move { review_pass_on(&ctx, &input, &idem).await }
            };
            let all = join_all((0..4).map(|_| review(Some("r")))).await;
            assert!(all.into_iter().all(|r| r.unwrap().version == 2));
            assert_eq!(rule(review(None).await), "pass-on-decided");
        }
    })
    .await;
}

/// One account with the grants of two actors.
fn both(mut a: Actor, b: Actor) -> Actor {
    a.grants.extend(b.grants);
    a
}

#[tokio::test]
async fn who_confirmed_does_not_approve() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let none = Idem::none();
            let two = || both(head(STATION), both(county_admin(), city_admin()));
            let ctx = t.ctx(two());
            let r = service::submit(&ctx, &month("2021-06", STATION), &none).await.unwrap();
            let input = ReviewInput { version: 1, ..ReviewInput::default() };
            assert_eq!(rule(chain::approve(&ctx, World::COUNTY, r.id, &input, &none).await), "report-four-eyes");
            // The page offers no button and says why; the posted form and the API are refused in words.
            let client = t.client(two());
            let html = client.get(&r.href()).await.text();
            assert!(!html.contains("/approve\"") && html.contains("须由另一个人审核"), "{html}");
            let answer = client.post(&format!("{}/approve", r.href()), &[("version", "1")]).await;
            // A denied access, written down as one (AC-8).
            assert_eq!(answer.status, 403);
            assert!(answer.text().contains("须由另一个人审核"));
            let api = format!("/api/v1{}/approve", r.href());
            let answer = client.post_json(&api, &serde_json::json!({"version": 1})).await;
            assert_eq!(answer.json()["code"], "report-four-eyes", "{}", answer.text());
            // Taking it back by a return is no approval; another person approves.
            let other = t.ctx(county_admin());
            chain::approve(&other, World::COUNTY, r.id, &input, &none).await.unwrap();

            let up =
                PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true };
            pass_on(&ctx, &up, &none).await.unwrap();
            let yes = PassOnReview {
                division: up.division.clone(),
                period: up.period.clone(),
                version: 1,
                approve: true,
                reason: String::new(),
            };
            assert_eq!(rule(review_pass_on(&ctx, &yes, &none).await), "report-four-eyes");
            let body = serde_json::to_value(&yes).unwrap();
            let answer = client.post_json("/api/v1/pass-on/review", &body).await;
            assert_eq!(answer.json()["code"], "report-four-eyes", "{}", answer.text());
            let board = format!("/board?period=2021-06&area={}", World::COUNTY);
            let html = client.get(&board).await.text();
            assert!(html.contains("须由另一个人审核"), "{html}");
            review_pass_on(&t.ctx(actor(Role::CityAdmin, World::CITY)), &yes, &none).await.unwrap();
        }
    })
    .await;
}

/// Events of a report, and audit rows of decisions about it that were let through.
async fn written(t: &TestApp, id: zw_core::ReportId) -> (i64, i64) {
    let mut c = t.app.db.read().await.unwrap();
    let events = c.scalar(sql("SELECT COUNT(*) FROM report_event WHERE report_id=").bind(id)).await.unwrap();
    let audited = sql("SELECT COUNT(*) FROM audit_event WHERE decision='allow' AND record_id=").bind(id.to_string());
    (events, c.scalar(audited).await.unwrap())
}

/// AC-9: the check and the write are one statement. Ten decisions about one version, from two processes on one database:
/// approvals, returns, and the return that takes an approval back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_decisions_about_one_version_one_stands() {
    const ROUNDS: usize = 50;
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let twin = t.twin(parts(&fake)()).await;
            let none = Idem::none;
            let submit = |version: i64| {
                let ctx = t.ctx(county_admin());
                async move { service::submit(&ctx, &ReportInput { version, ..week("2021-W26") }, &none()).await.unwrap() }
            };
            let mut r = submit(0).await;
            let mut won = [0, 0];
            for round in 0..ROUNDS {
                // Every third round is about a version that is approved already: all want to take it back.
                if round % 3 == 2 {
                    let input = ReviewInput { version: r.version, ..ReviewInput::default() };
                    r = chain::approve(&t.ctx(city_admin()), World::COUNTY, r.id, &input, &none()).await.unwrap();
                }
                let before = written(&t, r.id).await;
                let posts = (0..10usize).map(|n| {
                    // Who begins first changes from round to round.
                    let approves = (n + round) % 2 == 0;
                    let ctx = if (n / 2) % 2 == 0 { t.ctx(city_admin()) } else { twin.ctx(city_admin()) };
                    let input = ReviewInput { version: r.version, reason: format!("{n}"), accept_overrides: false };
                    let id = r.id;
                    tokio::spawn(async move {
                        if approves {
                            chain::approve(&ctx, World::COUNTY, id, &input, &Idem::none()).await
                        } else {
                            chain::send_back(&ctx, World::COUNTY, id, &input, &Idem::none()).await
                        }
                    })
                });
                let all: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
                let stands: Vec<_> = all.iter().filter_map(|a| a.as_ref().ok()).collect();
                assert_eq!(stands.len(), 1, "round {round}: {all:?}");
                for e in all.iter().filter_map(|a| a.as_ref().err()) {
                    // The conflict, or the clearer sentence: it is decided already.
                    let told = match e {
                        Error::Conflict { current } => current.iter().any(|(k, v)| k == "state" && v == stands[0].state.code()),
                        Error::Rule { code, .. } => ["report-already-approved", "report-not-submitted"].contains(code),
                        _ => false,
                    };
                    assert!(told, "round {round}: {e:?}");
                }
                let after = written(&t, r.id).await;
                assert_eq!((after.0 - before.0, after.1 - before.1), (1, 1), "round {round}");
                let page = read::get(&t.ctx(city_admin()), World::COUNTY, r.id).await.unwrap();
                assert_eq!((page.report.version, page.report.state), (r.version + 1, stands[0].state), "round {round}");
                r = page.report;
                won[usize::from(r.state == ReportState::Approved)] += 1;
                if r.state == ReportState::Approved {
                    let input = ReviewInput { version: r.version, reason: "再来".into(), accept_overrides: false };
                    r = chain::send_back(&t.ctx(city_admin()), World::COUNTY, r.id, &input, &none()).await.unwrap();
                }
                r = submit(r.version).await;
            }
            assert!(won.iter().all(|n| *n >= 5), "both kinds won: {won:?}");
        }
    })
    .await;
}

/// A report that was sent and approved while its month was being frozen, so that the freeze could not hold it: the approval
/// waits, finds the month frozen and is closed like any other that comes later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_in_the_midst_of_a_freeze_is_closed() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let none = Idem::none;
            let up =
                PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true };
            pass_on(&t.ctx(county_admin()), &up, &none()).await.unwrap();
            let province = t.ctx(prov_admin());
            let permit = province.permit::<ReportRow>(zw_reporting::policy::READ).unwrap();
            let mut tx = province.write().await.unwrap();
            let month_of = Period::parse("2021-06").unwrap();
            let passed = chain::freeze_month(&province, &mut tx, &permit, month_of, &[World::COUNTY]).await.unwrap();
            assert_eq!(passed, [World::COUNTY]);
            let (station, county) = (t.ctx(head(STATION)), t.ctx(county_admin()));
            let mut late = tokio::spawn(async move {
                let r = service::submit(&station, &month("2021-06", STATION), &none()).await.unwrap();
                let yes = ReviewInput { version: r.version, ..ReviewInput::default() };
                chain::approve(&county, World::COUNTY, r.id, &yes, &none()).await.unwrap()
            });
            let early = tokio::time::timeout(std::time::Duration::from_millis(400), &mut late).await;
            assert!(early.is_err(), "the approval waits for the freeze: {early:?}");
            tx.commit(permit.change(None, "snapshot")).await.unwrap();
            let r = late.await.unwrap();
            assert_eq!(r.state, ReportState::Locked);
            // And the other way round: who has begun to decide is waited for.
            let mut tx = province.write().await.unwrap();
            zw_reporting::report::store::gate(&mut tx, month_of, &[World::COUNTY]).await.unwrap();
            let other = t.ctx(prov_admin());
            let mut freeze = tokio::spawn(async move {
                let permit = other.permit::<ReportRow>(zw_reporting::policy::READ).unwrap();
                let mut tx = other.write().await.unwrap();
                chain::freeze_month(&other, &mut tx, &permit, month_of, &[World::COUNTY]).await.unwrap()
            });
            let early = tokio::time::timeout(std::time::Duration::from_millis(400), &mut freeze).await;
            assert!(early.is_err(), "the freeze waits for the decision: {early:?}");
            tx.commit(permit.change(None, "decided")).await.unwrap();
            freeze.await.unwrap();
        }
    })
    .await;
}

/// Above the county a report says role and unit; names stay with those who work together. The history tells acts, and its
/// versions count what was sent, not what was saved.
#[tokio::test]
async fn names_of_people_stay_in_the_county() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let none = Idem::none;
            let named = |mut a: Actor, name: &str| {
                a.display = name.into();
                a
            };
            let station = t.ctx(named(head(STATION), "站长 王某"));
            let county = named(county_admin(), "县局 李某");
            let mut version = 0;
            for problems in ["一", "二", "三"] {
                let draft = ReportInput { version, problems: problems.into(), ..month("2021-06", STATION) };
                version = service::save(&station, &draft, &none()).await.unwrap().version;
            }
            let r = service::submit(&station, &ReportInput { version, ..month("2021-06", STATION) }, &none())
                .await
                .unwrap();
            let yes = ReviewInput { version: r.version, ..ReviewInput::default() };
            chain::approve(&t.ctx(county.clone()), World::COUNTY, r.id, &yes, &none()).await.unwrap();
            let up =
                PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true };
            pass_on(&t.ctx(county.clone()), &up, &none()).await.unwrap();
            let own = t.client(county).get(&r.href()).await.text();
            assert!(own.contains("站长 王某") && own.contains("县局 李某"), "{own}");
            assert!(own.contains("报送 · 第 1 版") && !own.contains("第 4 版"), "{own}");
            for above in [city_admin(), prov_admin()] {
                let c = t.client(above);
                let page = c.get(&r.href()).await.text();
                assert!(page.contains("东街社工站站长") && page.contains("县级主管"), "{page}");
                let board = format!("/board?period=2021-06&area={}", World::COUNTY);
                for path in
                    [r.href(), format!("/api/v1{}", r.href()), "/reports".into(), "/api/v1/reports".into(), board]
                {
                    let text = c.get(&path).await.text();
                    assert!(!text.contains("王某") && !text.contains("李某"), "{path}: {text}");
                }
            }
        }
    })
    .await;
}
