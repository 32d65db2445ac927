//! The generated world and the ceilings on it, without the program: schema by the migrations, divisions by raw SQL.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use zhanwang_bench::driver::{self, Load, Script};
use zhanwang_bench::http::{Call, Wire};
use zhanwang_bench::place::Place;
use zhanwang_bench::prepare::{self, Seat};
use zhanwang_bench::world::{self, Scale};
use zhanwang_bench::{ceiling, site, store};
use zw_access::Role;

async fn ground(name: &str) -> (std::path::PathBuf, Place) {
    let root = std::env::temp_dir().join(format!("zw-bench-{name}-{}", std::process::id()));
    let place = Place::fresh(&root, "world", None).await.unwrap();
    std::fs::create_dir(place.dir.join("secrets")).unwrap();
    let key = place.dir.join("secrets/master.key");
    std::fs::write(&key, [5; 32]).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o400)).unwrap();
    let db = place.db(true).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    (root, place)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_world_is_whole_and_the_ceilings_answer_on_it() {
    let (root, place) = ground("ceiling").await;
    let scale = Scale { weeks: 8, ..Scale::SMALL };
    let file = place.dir.join("divisions.csv");
    std::fs::write(&file, world::csv(scale)).unwrap();
    assert_eq!(ceiling::import(&place, &file).await.unwrap(), 1 + 1 + 8 + 104 + 104 + 21);
    let made = world::fill(&place, scale, 8).await.unwrap();
    assert_eq!(made.counties.len(), 8);
    assert!(place.integrity().await.unwrap().is_empty(), "foreign keys hold");

    let ctx = prepare::open(&place).await.unwrap();
    let seat = Seat { login: "bench-one".into(), role: Role::CountyAdmin, areas: vec![made.counties[0]], unit: None };
    let cookies = prepare::seats_with_sessions(&ctx, &[seat]).await.unwrap();
    let mut c = ctx.read().await.unwrap();
    let built = store::built_stations(&mut c).await.unwrap().len();
    assert!((50..90).contains(&built), "65.1 % of 104: {built}");
    assert!(store::reported(&mut c, "week").await.unwrap().len() > 50);
    drop(c);
    prepare::close(ctx).await;

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr: SocketAddr = listener.local_addr().unwrap();
    drop(listener);
    let at = place.clone();
    let serving = tokio::spawn(async move { ceiling::serve(&at, addr).await });
    let mut wire = Wire::new(addr);
    while wire.connect().await.is_err() {
        tokio::task::yield_now().await;
    }
    let county = made.counties[0];
    let day = prepare::today().yyyymmdd();
    for path in [
        format!("/list?county={county}"),
        format!("/board?period={}", site::WEEK),
        "/coverage".into(),
        format!("/wall?day={day}"),
        format!("/circular?period=2021-06&day={day}"),
    ] {
        let reply = wire.call(&Call::get(&path).with("Cookie", cookies[0].clone())).await.unwrap();
        assert!(reply.status == 200 && reply.body.len() > 100, "{path}: {} {}", reply.status, reply.start());
        assert_eq!(wire.call(&Call::get(&path)).await.unwrap().status, 401, "{path} without a session");
    }

    // Submissions of weeks that nobody reported, as the load does them.
    let cookie = cookies[0].clone();
    let script = Script {
        call: std::sync::Arc::new(move |i| {
            let call = site::submit_week(addr, county, &format!("2020-W{:02}", i + 2), &format!("k{i}"), &cookie, "");
            Call { path: "/submit".into(), ..call }
        }),
        good: |r| r.status == 200,
    };
    let out = driver::run(addr, Load::offered(100, 1, 4), Script { ..script.clone() }).await.unwrap();
    assert!(out.ok > 0, "{}", out.words());
    let load = Load { rate: 100, count: 40, connections: 4, limit: std::time::Duration::from_secs(30) };
    let again = driver::run(addr, load, script).await.unwrap();
    assert_eq!(again.failed(), 40, "a second submission of a week is refused: {}", again.words());
    serving.abort();
    std::fs::remove_dir_all(root).unwrap();
}
