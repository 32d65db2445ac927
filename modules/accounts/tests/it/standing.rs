//! When a grant stands (decision 0042): on a posting, for the people of a station; and not after somebody else acted on the
//! account, until a second operator says so.

use crate::browser::{Browser, PASSWORD, account, account_of, behind_the_back, count, grant, operators};
use crate::parts;
use axum::http::StatusCode;
use serde_json::{Value, json};
use zw_access::Role;
use zw_accounts::seed::SeedGrant;
use zw_core::{AccountId, UnitId, Uuid, WorkerId};
use zw_db::sql;
use zw_testkit::{TestApp, World, on_both, posted, quietly, station};

const STATION: UnitId = UnitId(Uuid::from_u128(0xA001));

fn worker(n: u128) -> WorkerId {
    WorkerId(Uuid::from_u128(0xB000 + n))
}

/// A station, two workers posted to it since January, and accounts of theirs: worker, head who is one, head who is none.
async fn world(app: &TestApp) -> [AccountId; 3] {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    station(&mut tx, 1, World::COUNTY, World::TOWN, 20_201_101, "东街站").await;
    for n in [10, 11] {
        posted(&mut tx, n, World::COUNTY, STATION, 20_210_101).await;
    }
    quietly(tx).await;
    let at = |role| SeedGrant { county: Some(World::COUNTY), unit: Some(STATION), ..grant(role, None) };
    [
        account_of(app, "lin.xm", Some(worker(10)), vec![at(Role::Worker)]).await,
        account_of(app, "head.one", Some(worker(11)), vec![at(Role::StationHead)]).await,
        account(app, "head.two", vec![at(Role::StationHead)]).await,
    ]
}

/// What the program says of whoever asks: how many grants, and of the first whether it counts, and the last day on post.
async fn standing(b: &mut Browser<'_>) -> (usize, bool, Option<String>) {
    let me = b.get("/api/v1/me").await.json();
    let all = me["grants"].as_array().unwrap();
    let first = all.first().cloned().unwrap_or(Value::Null);
    assert!(first["active"] != true || first["off_post"] == false, "{first}");
    (all.len(), first["active"] == true, first["posted_to"].as_str().map(str::to_owned))
}

async fn post_ends(app: &TestApp, n: u128, day: i64) {
    let q = sql("UPDATE posting SET to_day=").bind(day).lit(" WHERE worker_id=").bind(worker(n));
    behind_the_back(app, q).await.unwrap();
}

#[tokio::test]
async fn a_grant_of_a_station_stands_on_the_days_of_a_posting() {
    on_both(parts, |app| async move {
        let [lin, ..] = world(&app).await;
        let [_, mut sec, _] = operators(&app).await;
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        let mut head = Browser::signed_in(&app, "head.one").await;
        let mut no_worker = Browser::signed_in(&app, "head.two").await;
        assert_eq!(standing(&mut b).await, (1, true, None));
        // The posting goes on today, its last day is today, it was yesterday: the clock stands at 8 July.
        for (to, stands) in [(20_210_710, true), (20_210_709, true), (20_210_708, false), (20_210_702, false)] {
            post_ends(&app, 10, to).await;
            assert_eq!(standing(&mut b).await.1, stands, "{to}");
        }
        assert_eq!(standing(&mut b).await, (1, false, Some("2021-07-01".into())));
        let own = b.get("/account").await.body;
        assert!(own.contains("派驻已于 2021-07-01 结束") && own.contains("未授权"), "{own}");
        assert!(standing(&mut head).await.1, "another's posting is another's");
        post_ends(&app, 11, 20_210_708).await;
        assert!(!standing(&mut head).await.1, "a head who is a worker hangs on a posting as well");
        assert!(standing(&mut no_worker).await.1, "a head who is none does not");
        // A posting entered by mistake and taken back held no day.
        post_ends(&app, 11, 20_210_101).await;
        assert_eq!(standing(&mut head).await, (1, false, None));
        assert!(head.get("/account").await.body.contains("在该站没有派驻"));

        // Who takes rights back is told, with the act; the list says the same as the first page.
        let ctx = app.ctx(zw_testkit::actor_of(Role::SecurityAdmin, None, None, None));
        let home =
            async || zw_accounts::today_section(&ctx, zw_ui::Lang::ZhCn, "t").await.unwrap().unwrap().into_string();
        let html = home().await;
        assert!(html.contains("派驻已结束的授权（2 个账号）") && html.contains("派驻已于 2021-07-01 结束"), "{html}");
        let list = sec.get("/api/v1/accounts?state=off-post").await.json();
        assert_eq!(list["total"], 2);
        let page = sec.get(&format!("/admin/accounts/{lin}")).await.body;
        assert!(page.contains("派驻已于 2021-07-01 结束"), "{page}");
        let at = html.find("/admin/grants/").unwrap() + "/admin/grants/".len();
        let end = format!("/admin/grants/{}/end", &html[at..at + 36]);
        assert_eq!(sec.post(&end, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(home().await.contains("派驻已结束的授权（1 个账号）"));

        // A new posting there, and the grant that was not taken back counts again by itself.
        post_ends(&app, 11, 99_991_231).await;
        post_ends(&app, 10, 99_991_231).await;
        assert!(!home().await.contains("派驻已结束的授权"));
        let mut counting = 0;
        for login in ["lin.xm", "head.one"] {
            counting += usize::from(standing(&mut Browser::signed_in(&app, login).await).await.1);
        }
        assert_eq!(counting, 1);
    })
    .await;
}

#[tokio::test]
async fn a_code_for_somebody_else_opens_nothing_before_a_second_operator_says_so() {
    on_both(parts, |app| async move {
        let [_, _, head] = world(&app).await;
        let [mut sys, mut sec, mut aud] = operators(&app).await;
        let mut owner = Browser::signed_in(&app, "head.two").await;
        assert!(standing(&mut owner).await.1);
        let issued = sys.post_json(&format!("/api/v1/accounts/{head}/code"), &json!({})).await.json();
        assert_eq!(issued["account"]["held"]["by"], "sys.one", "{issued}");
        assert_eq!(standing(&mut owner).await.0, 0, "on the next request");

        // The one who asked for the code is the one who knows it.
        let mut sly = Browser::new(&app);
        let code = issued["code"].as_str().unwrap();
        let set =
            [("code", code), ("password", "window seat by the old river"), ("repeat", "window seat by the old river")];
        assert_eq!(sly.post("/activate", &set).await.status, StatusCode::SEE_OTHER);
        sly.login("head.two", "window seat by the old river").await;
        assert_eq!(standing(&mut sly).await.0, 0);
        let own = sly.get("/account").await.body;
        assert!(own.contains("等待安全管理员确认") && own.contains("sys.one"), "{own}");

        // Nobody but the security administrator lets the grants count, and only of what was seen.
        let confirm = format!("/api/v1/accounts/{head}/confirm");
        let version =
            async |b: &mut Browser<'_>| b.get(&format!("/api/v1/accounts/{head}")).await.json()["version"].clone();
        for b in [&mut sys, &mut aud, &mut sly] {
            let a = b.post_json(&confirm, &json!({"version": 2})).await;
            assert_eq!(a.status, StatusCode::FORBIDDEN, "{}", a.body);
        }
        let before = issued["account"]["version"].clone();
        assert_eq!(
            sec.post_json(&confirm, &json!({"version": before})).await.status,
            StatusCode::CONFLICT,
            "used since"
        );
        let html = {
            let ctx = app.ctx(zw_testkit::actor_of(Role::SecurityAdmin, None, None, None));
            zw_accounts::today_section(&ctx, zw_ui::Lang::ZhCn, "t").await.unwrap().unwrap().into_string()
        };
        assert!(html.contains("等待您确认的账号（1）") && html.contains("head.two"), "{html}");
        assert_eq!(sec.get("/api/v1/accounts?state=held").await.json()["total"], 1);
        let page = sec.get(&format!("/admin/accounts/{head}")).await.body;
        assert!(page.contains("已向本人核实") && page.contains("生成了一次性口令"), "{page}");
        assert!(page.contains("已暂停，等待确认"), "no grant is called valid: {page}");
        let listed = sec.get(&format!("/api/v1/accounts/{head}/grants")).await.json()["items"][0]["active"].clone();
        assert_eq!(listed, false);
        assert!(!sys.get(&format!("/admin/accounts/{head}")).await.body.contains("已向本人核实"));
        let now = version(&mut sec).await.to_string();
        let done = sec.post(&format!("/admin/accounts/{head}/confirm"), &[("version", now.as_str())]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let again = json!({"version": version(&mut sec).await});
        assert_eq!(sec.post_json(&confirm, &again).await.json()["code"], "grants-not-held");
        assert_eq!(sly.get("/account").await.status, StatusCode::SEE_OTHER, "signs in anew with what it now may do");
        sly.login("head.two", "window seat by the old river").await;
        assert!(standing(&mut sly).await.1);
        let told = sql("SELECT COUNT(*) FROM audit_event WHERE action='account.confirm' AND decision='allow'");
        assert_eq!(count(&app, told).await, 1);
        assert!(aud.get("/admin/audit?action=account.confirm").await.body.contains("确认账号的权限"));
    })
    .await;
}

#[tokio::test]
async fn what_makes_grants_wait_and_what_does_not() {
    on_both(parts, |app| async move {
        let [lin, ..] = world(&app).await;
        let [mut sys, mut sec, _] = operators(&app).await;
        let held =
            async |b: &mut Browser<'_>, id: &str| b.get(&format!("/api/v1/accounts/{id}")).await.json()["held"].clone();
        // A new account takes one step: its grants are the security administrator's own act.
        let made = sys.post_json("/api/v1/accounts", &json!({"login": "wu.yy", "display": "吴一"})).await.json();
        let id = made["account"]["id"].as_str().unwrap().to_owned();
        sys.post_json(&format!("/api/v1/accounts/{id}/code"), &json!({})).await;
        assert_eq!(held(&mut sec, &id).await, Value::Null, "there is nothing to wait");
        let give = json!({"role": "county_admin", "area": "100"});
        assert_eq!(sec.post_json(&format!("/api/v1/accounts/{id}/grants"), &give).await.status, StatusCode::CREATED);
        assert_eq!(held(&mut sec, &id).await, Value::Null);
        // A second code for it is another matter, though nobody ever signed in.
        let second = sys.post_json(&format!("/api/v1/accounts/{id}/code"), &json!({})).await.json();
        assert_eq!(held(&mut sec, &id).await["why"], "code");
        let set = [("code", second["code"].as_str().unwrap()), ("password", PASSWORD), ("repeat", PASSWORD)];
        let mut b = Browser::new(&app);
        b.post("/activate", &set).await;
        b.login("wu.yy", PASSWORD).await;
        assert_eq!(standing(&mut b).await.0, 0);
        // A further grant does not confirm the others.
        let more = json!({"role": "linked_cadre", "area": "101"});
        assert_eq!(sec.post_json(&format!("/api/v1/accounts/{id}/grants"), &more).await.status, StatusCode::CREATED);
        b.login("wu.yy", PASSWORD).await;
        assert_eq!(standing(&mut b).await.0, 0);

        // Another worker: other people would be its own. The same one again is no change.
        let lin = lin.to_string();
        let link = async |b: &mut Browser<'_>, n: u128| {
            let version = b.get(&format!("/api/v1/accounts/{lin}")).await.json()["version"].clone();
            let body = json!({"worker": worker(n).to_string(), "version": version});
            b.post_json(&format!("/api/v1/accounts/{lin}/worker"), &body).await
        };
        assert_eq!(link(&mut sys, 10).await.status, StatusCode::OK);
        assert_eq!(held(&mut sec, &lin).await, Value::Null);
        behind_the_back(&app, sql("UPDATE account SET worker_id=NULL WHERE login='head.one'")).await.unwrap();
        let other = link(&mut sys, 11).await;
        assert_eq!(other.json()["held"]["why"], "worker", "{}", other.body);
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        assert_eq!(standing(&mut b).await.0, 0);

        // A disabled account is enabled before anything is confirmed.
        let path = format!("/api/v1/accounts/{lin}");
        let version = sys.get(&path).await.json()["version"].clone();
        sys.post_json(&format!("{path}/state"), &json!({"state": "disabled", "version": version})).await;
        let version = sys.get(&path).await.json()["version"].clone();
        let a = sec.post_json(&format!("{path}/confirm"), &json!({"version": version})).await;
        assert_eq!(a.json()["code"], "account-disabled", "{}", a.body);
    })
    .await;
}
