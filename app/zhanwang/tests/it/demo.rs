//! The demo's day is one that could have been: work behind and before everybody who signs in, and figures, texts and dates
//! that agree with each other.

use crate::process::demo;
use zw_core::{Day, DivisionId, WorkerId};
use zw_db::{Conn, sql};

const TODAY: i64 = 20210708;

fn day(v: i64) -> Day {
    Day::from_yyyymmdd(v).unwrap()
}

async fn worker(c: &mut Conn, login: &str) -> WorkerId {
    c.one::<(WorkerId,)>(sql("SELECT worker_id FROM account WHERE login=").bind(login)).await.unwrap().unwrap().0
}

async fn a_workers_day(c: &mut Conn, login: &str) {
    let me = worker(c, login).await;
    let due = |from: i64, to: i64| {
        let q = sql("SELECT COUNT(*) FROM resident WHERE state='active' AND worker_id=").bind(me);
        q.lit(" AND next_on>=").bind(day(from)).lit(" AND next_on<=").bind(day(to))
    };
    let today: i64 = c.scalar(due(TODAY, TODAY)).await.unwrap();
    let overdue: i64 = c.scalar(due(20210101, 20210707)).await.unwrap();
    let soon: i64 = c.scalar(due(20210709, 20210715)).await.unwrap();
    assert!((2..=4).contains(&today) && (1..=6).contains(&overdue) && soon >= 3, "{login}: {today} {overdue} {soon}");
    let visits = |from: i64| {
        let q = sql(
            "SELECT e.day,e.start_minute,e.minutes FROM encounter e JOIN encounter_worker x ON x.county_id=e.county_id AND x.encounter_id=e.id WHERE e.kind='visit' AND x.worker_id=",
        );
        q.bind(me).lit(" AND e.day>=").bind(day(from)).lit(" ORDER BY e.day,e.start_minute")
    };
    let month: Vec<(Day, Option<i64>, Option<i64>)> = c.all(visits(20210608)).await.unwrap();
    assert!(month.len() >= 12, "{login}: three visits a week, not {}", month.len());
    let all: Vec<(Day, Option<i64>, Option<i64>)> = c.all(visits(20210101)).await.unwrap();
    for ((d, start, minutes), (next, later, _)) in all.iter().zip(&all[1..]) {
        if let (true, Some(start), Some(minutes), Some(later)) = (d == next, start, minutes, later) {
            assert!(start + minutes <= *later, "{login} is at two doors at once on {d}");
        }
    }
}

#[tokio::test]
async fn a_workers_day_is_alive() {
    let place = demo("alive");
    let wired = zhanwang::wire::existing(&place.config()).await.unwrap();
    let mut c = wired.app.db.read().await.unwrap();
    a_workers_day(&mut c, "worker").await;
    a_workers_day(&mut c, "worker2").await;
    let me = worker(&mut c, "worker").await;
    let shared: i64 = c
        .scalar(
            sql("SELECT COUNT(*) FROM encounter_worker x JOIN encounter_worker y ON y.county_id=x.county_id AND y.encounter_id=x.encounter_id AND y.worker_id<>x.worker_id WHERE x.worker_id=")
                .bind(me),
        )
        .await
        .unwrap();
    assert!(shared >= 3, "some visits are made by two: {shared}");
    // What the form would refuse is not in the demo either.
    for (what, q) in [
        ("says nothing", "SELECT COUNT(*) FROM encounter WHERE action IS NULL"),
        ("in vain and done", "SELECT COUNT(*) FROM encounter WHERE met_n=0 AND result='done'"),
        (
            "before filing",
            "SELECT COUNT(*) FROM encounter_person p JOIN encounter e ON e.county_id=p.county_id AND e.id=p.encounter_id JOIN resident r ON r.county_id=p.county_id AND r.id=p.resident_id WHERE e.day<r.filed_on",
        ),
        ("next day not after", "SELECT COUNT(*) FROM encounter WHERE next_on<=day"),
    ] {
        assert_eq!(c.scalar::<i64>(sql(q)).await.unwrap(), 0, "{what}");
    }
    drop(c);
    wired.app.db.close().await;
}

type Sheet = (Option<Day>, Option<Day>, Option<Day>, Option<Day>, String);

#[tokio::test]
async fn texts_and_dates_agree_with_the_figures() {
    let place = demo("agree");
    let wired = zhanwang::wire::existing(&place.config()).await.unwrap();
    let mut c = wired.app.db.read().await.unwrap();
    // Nothing holds up what is already done.
    let older: i64 = c
        .scalar(sql("SELECT COUNT(*) FROM obstacle o JOIN build_out b ON b.id=o.build_out_id WHERE o.to_day IS NULL AND o.from_day<COALESCE(b.accepted_on,b.plaque_on,b.staff_on,b.contract_on,b.tender_on,b.venue_on,0)"))
        .await
        .unwrap();
    assert_eq!(older, 0, "obstacles older than the milestone they follow");
    // The officer's township is on its way and held up.
    let (town,): (DivisionId,) = c
        .one(sql("SELECT g.area_id FROM account_grant g JOIN account a ON a.id=g.account_id WHERE a.login='town'"))
        .await
        .unwrap()
        .unwrap();
    let (venue, plaque, accepted, since, keeper): Sheet = c
        .one(
            sql("SELECT b.venue_on,b.plaque_on,b.accepted_on,o.from_day,b.kept_by FROM build_out b JOIN obstacle o ON o.build_out_id=b.id AND o.to_day IS NULL WHERE b.township_id=")
                .bind(town),
        )
        .await
        .unwrap()
        .unwrap();
    assert!(
        venue.is_some() && plaque.is_none() && accepted.is_none() && since < Some(day(TODAY)),
        "{venue:?} {since:?}"
    );
    assert_eq!(keeper, "township");
    // The returned report is returned for what its own figures say.
    let returned: Vec<(String, String, String)> =
        c.all(sql("SELECT cells,texts,return_reason FROM report WHERE state='returned'")).await.unwrap();
    let [(cells, texts, reason)] = returned.as_slice() else { panic!("one is returned: {returned:?}") };
    let cells: serde_json::Value = serde_json::from_str(cells).unwrap();
    let words = [("venue", "场地"), ("tender", "招标"), ("funds", "资金"), ("staff", "人员"), ("other", "其他")];
    let (key, _) = words.into_iter().find(|(_, w)| reason.contains(&format!("障碍“{w}”"))).unwrap();
    let n = cells[format!("obstacles_{key}")]["v"].as_i64().unwrap();
    assert!(n > 0 && reason.contains(&format!("有{n}个乡镇")), "{n}: {reason}");
    assert!(reason.contains("写“暂无”") && texts.contains("暂无"), "{texts}");
    // The cities' last week: most in time, two late and waiting for the province, the demo's own still to come.
    let cities: Vec<(String, String, String)> = c
        .all(sql(
            "SELECT p.timeliness,p.state,p.missing FROM pass_on p WHERE p.period='2021-W26' ORDER BY p.timeliness",
        ))
        .await
        .unwrap();
    let of = |t: &str, s: &str| cities.iter().filter(|c| c.0 == t && c.1 == s).count();
    assert_eq!((of("on_time", "approved"), of("late", "passed"), cities.len()), (6, 2, 8), "{cities:?}");
    assert!(cities.iter().any(|c| c.2 != "[]"), "somebody was missing and is named: {cities:?}");
    drop(c);
    wired.app.db.close().await;
}

/// One station of the demo's county has had nobody on post for some days: flagged, with its cause, and not suspended yet.
#[tokio::test]
async fn one_station_is_without_staff() {
    let place = demo("gap");
    let wired = zhanwang::wire::existing(&place.config()).await.unwrap();
    let ctx = zw_access::Ctx::system(wired.app.clone(), "demo", &["unit.read", "unit.alarm"]);
    let found = zw_network::service::gaps::in_area(&ctx).await.unwrap();
    let [only] = found.as_slice() else { panic!("one of the province: {found:?}") };
    let gap = only.gap.as_ref().unwrap();
    assert!(only.unit.built && only.unit.county == "闽侯县", "{:?}", only.unit);
    assert_eq!((gap.from, gap.days, gap.suspended_on), (day(20210628), 11, Some(day(20210728))));
    assert!(gap.cause.is_some() && gap.text.is_some() && gap.caretaker.is_some(), "{gap:?}");
    assert_eq!(zw_network::service::gaps::suspend_due(&wired.app).await.unwrap(), 0);
    let mut c = wired.app.db.read().await.unwrap();
    let people: i64 = c
        .scalar(sql("SELECT COUNT(*) FROM resident WHERE state='active' AND unit_id=").bind(only.unit.id))
        .await
        .unwrap();
    assert!(people > 0, "somebody is looked after");
    drop(c);
    wired.app.db.close().await;
}

/// Every station works, not only the one that is shown; rooms come day by day; no two offices use the same words for
/// everything.
#[tokio::test]
async fn the_rest_of_the_province_is_alive_too() {
    let place = demo("province");
    let wired = zhanwang::wire::existing(&place.config()).await.unwrap();
    let mut c = wired.app.db.read().await.unwrap();
    let june: Vec<(i64,)> = c
        .all(sql("SELECT COUNT(*) FROM encounter WHERE day>=20210601 AND day<=20210630 GROUP BY unit_id"))
        .await
        .unwrap();
    let mean = june.iter().map(|n| n.0).sum::<i64>() / i64::try_from(june.len()).unwrap();
    assert!(june.len() >= 716 && (25..=45).contains(&mean), "{} stations, {mean} encounters a month", june.len());
    let rooms: Vec<(i64, Day)> = c
        .all(sql("SELECT COUNT(*),s.from_day FROM unit_state s JOIN unit u ON u.id=s.unit_id WHERE u.tier='V' GROUP BY s.from_day ORDER BY s.from_day"))
        .await
        .unwrap();
    assert_eq!(rooms.iter().map(|r| r.0).sum::<i64>(), 1351);
    let most = rooms.iter().max_by_key(|r| r.0).unwrap();
    assert!(most.0 <= 40 && rooms.len() > 100, "no day opens a tenth of them: {} on {}", most.0, most.1);
    let texts: Vec<(String, i64)> =
        c.all(sql("SELECT code,COUNT(DISTINCT text) FROM obstacle GROUP BY code ORDER BY code")).await.unwrap();
    assert!(texts.len() == 5 && texts.iter().all(|(_, n)| *n >= 5), "{texts:?}");
    drop(c);
    wired.app.db.close().await;
}
