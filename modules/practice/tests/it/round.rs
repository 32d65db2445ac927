//! A day's round: many visits in one form, each a record of its own, all of them or none.

use crate::support::*;
use axum::http::{Method, StatusCode};
use zw_practice::service::encounter::{self, RoundInput};
use zw_practice::service::resident;
use zw_testkit::{TestApp, on_both};
use zw_web::Idem;

const FLOWS: [&str; 4] = ["encounters", "M07", "M09", "persontimes"];

/// Three residents of station 1 who are due, by their order on the round.
async fn due(app: &TestApp) -> Vec<zw_core::Key<zw_core::ResidentId>> {
    let ctx = app.ctx(social_worker(1));
    let mut out = vec![];
    for (name, n) in [("陈一一", 1), ("陈二二", 2), ("陈三三", 3)] {
        out.push(registered(&ctx, person(name, n)).await);
    }
    out
}

#[tokio::test]
async fn an_evening_after_three_doors() {
    on_both(parts, |app| async move {
        world(&app).await;
        let people = due(&app).await;
        let ids: Vec<String> = people.iter().map(|k| k.id.to_string()).collect();
        // They are due long after filing; by then the round begins with them.
        app.at(2021, 12, 20, 19);
        let c = app.client(social_worker(1));
        let form = c.get("/visits/round").await.text();
        for id in &ids {
            assert!(form.contains(&format!("name=\"line\" value=\"{id}\"")), "{id} in {form}");
        }
        take_marks(&app).await;
        let fields = [
            ("idempotency_key", "round-1"),
            ("_draft", "round"),
            ("day", "2021-12-20"),
            ("mode", "home"),
            ("purpose", "routine"),
            ("line", ids[0].as_str()),
            ("met-0", "yes"),
            ("action-0", "换了灯泡"),
            ("safety-0", "fire"),
            ("safety-0", "gas"),
            ("line", ids[1].as_str()),
            ("met-1", "no"),
            ("action-1", "敲门无人应"),
            ("line", ids[2].as_str()),
            ("met-2", ""),
        ];
        assert_eq!(
            c.post("/drafts/round", &[("line", ids[0].as_str()), ("action-0", "换")]).await.status,
            StatusCode::OK
        );
        let kept = c.get("/visits/round").await.text();
        assert!(kept.contains(">\n换</textarea>"), "the draft keeps the line and its text: {kept}");
        let done = c.post("/visits/round", &fields).await;
        assert_eq!((done.status, done.location().as_str()), (StatusCode::SEE_OTHER, "/visits"), "{}", done.text());
        let twice = c.post("/visits/round", &fields).await;
        assert_eq!(twice.status, StatusCode::SEE_OTHER);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 2);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM draft").await, 0, "the draft has become the records");
        assert_eq!(figures(&app, &FLOWS, &station1(), day(12, 20), day(12, 20)).await, vec![2, 1, 1, 1]);
        assert_eq!(take_marks(&app).await.len(), 1);
        // Each is audited as if sent alone, by the person it concerns.
        assert_eq!(
            count(&app, "SELECT COUNT(DISTINCT record_id) FROM audit_event WHERE action='encounter.record'").await,
            2
        );
        let ctx = app.ctx(social_worker(1));
        let met = resident::open(&ctx, people[0].county, people[0].id).await.unwrap().resident;
        let vain = resident::open(&ctx, people[1].county, people[1].id).await.unwrap().resident;
        let skipped = resident::open(&ctx, people[2].county, people[2].id).await.unwrap();
        assert_eq!((met.last_on, vain.last_on), (Some(day(12, 20)), None));
        assert!(met.next_on > day(12, 20) && vain.next_on < day(12, 20), "a visit in vain leaves the person due");
        assert_eq!(skipped.encounters_total, 0);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_line_saves_nothing_and_loses_nothing() {
    on_both(parts, |app| async move {
        world(&app).await;
        let people = due(&app).await;
        let ids: Vec<String> = people.iter().map(|k| k.id.to_string()).collect();
        let c = app.client(social_worker(1));
        let base = |more: &[(&'static str, &'static str)]| {
            let mut f: Vec<(String, String)> = vec![];
            for (k, v) in [("day", "2021-07-08"), ("mode", "home"), ("purpose", "routine")] {
                f.push((k.into(), v.into()));
            }
            f.extend(ids.iter().map(|id| ("line".to_owned(), id.clone())));
            f.extend(more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
            f
        };
        let post = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            c.post("/visits/round", &fields).await
        };
        for (more, at, words) in [
            (
                &[("met-0", "yes"), ("met-1", "yes"), ("next_on-1", "2021-07-01"), ("action-0", "记得我")][..],
                "f-next_on-1-error",
                "晚于这次的日期",
            ),
            (&[("met-0", "yes"), ("action-0", "记得我"), ("met-1", "yes")], "f-action-1-error", "请写一句做了什么"),
            (
                &[("met-0", "yes"), ("action-0", "记得我"), ("met-2", "no")],
                "f-action-2-error",
                "没见到时，请写一句原因",
            ),
            (&[("met-0", "yes"), ("action-2", "记得我")], "f-met-2-error", "见到了还是没见到"),
            (&[("met-0", "yes"), ("minutes-0", "900"), ("action-0", "记得我")], "f-minutes-0-error", "720"),
            (&[("met-0", "maybe"), ("action-0", "记得我")], "f-met-0-error", ""),
            (&[("action-0", ""), ("owner_id", "记得我")], "owner_id", ""),
        ] {
            let answer = post(base(more)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?}");
            let text = answer.text();
            assert!(text.contains(at) && text.contains(words), "{at} in {text}");
            assert!(at == "owner_id" || text.contains("记得我"), "{text}");
        }
        let future = post(
            base(&[("met-0", "yes"), ("met-1", "yes")])
                .into_iter()
                .map(|(k, v)| if k == "day" { (k, "2021-07-09".into()) } else { (k, v) })
                .collect(),
        )
        .await;
        assert!(future.text().contains("id=\"f-day-error\""), "told once, where the day is asked");
        let nobody = post(base(&[])).await;
        assert!(nobody.status == StatusCode::UNPROCESSABLE_ENTITY && nobody.text().contains("还没有选谁见到了"));
        // Somebody of another station is nobody here.
        let stranger = registered(
            &app.ctx(social_worker(2)),
            zw_practice::model::ResidentInput { village: "10010".into(), ..person("王外人", 9) },
        )
        .await
        .id
        .to_string();
        let mut theirs = base(&[("met-3", "yes")]);
        theirs.push(("line".into(), stranger));
        let answer = post(theirs).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && !answer.text().contains("王外人"));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 0);
        // One more person, and everything typed is still there.
        let add = post(base(&[("act", "add"), ("add", ""), ("action-1", "留着")])).await;
        assert!(add.status == StatusCode::OK && add.text().contains("留着"));
        // Who may not record gets nowhere.
        assert_eq!(app.client(centre()).get("/visits/round").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_same_by_the_api_and_on_paper() {
    on_both(parts, |app| async move {
        world(&app).await;
        let people = due(&app).await;
        let ctx = app.ctx(social_worker(1));
        let c = app.client(social_worker(1));
        let visit = visit_to(&[people[0].id]);
        let wrong = RoundInput {
            items: vec![
                visit.clone(),
                zw_practice::model::EncounterInput { day: "2021-07-09".into(), ..visit_to(&[people[1].id]) },
            ],
        };
        let text = problems(encounter::record_round(&ctx, &wrong, &Idem::none()).await);
        assert!(text.contains("items[1].day"), "{text}");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 0);
        assert_eq!(problems(encounter::record_round(&ctx, &RoundInput::default(), &Idem::none()).await), "round-empty");
        let body = serde_json::json!({"items": [visit, visit_to(&[people[1].id])]});
        let sent =
            c.send(Method::POST, "/api/v1/encounters/round", "application/json", body.to_string().into_bytes()).await;
        assert!(sent.status.is_success(), "{}", sent.text());
        let keys: serde_json::Value = serde_json::from_str(&sent.text()).unwrap();
        assert_eq!(keys["items"].as_array().unwrap().len(), 2);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 2);
        app.at(2021, 12, 20, 8);
        let paper = c.get("/visits/blank").await.text();
        assert!(
            paper.contains("陈三三") && paper.contains("□ 入户") && paper.matches("class=\"zw-blank\"").count() == 7
        );
    })
    .await;
}

/// The form on paper shows whom it is for and nobody else; opening the form of a round is one reading, not two.
#[tokio::test]
async fn names_of_children_are_written_down_once_and_only_where_they_are_shown() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let child = |name: &str, n, risk: &str| zw_practice::model::ResidentInput {
            id_no: id_no("20150101", n),
            risk: risk.into(),
            ..person(name, n)
        };
        registered(&ctx, child("陈小宝", 1, "1")).await;
        registered(&ctx, child("陈小贝", 2, "6")).await;
        let c = app.client(social_worker(1));
        let mut seq = 0;
        events(&app, &mut seq).await;
        let list = async || count(&app, "SELECT COUNT(*) FROM audit_event WHERE record_id='list'").await;
        let told = |persons| vec![("resident.read".to_owned(), "list".to_owned(), persons)];
        let before = list().await;
        let paper = c.get("/visits/blank").await.text();
        assert!(paper.contains("陈小宝") && !paper.contains("陈小贝"), "{paper}");
        let printed = vec![("resident.read".to_owned(), "blank".to_owned(), 1)];
        assert_eq!((events(&app, &mut seq).await, list().await), (printed, before));
        let form = c.get("/visits/round").await.text();
        assert!(form.contains("陈小宝") && form.contains("陈小贝"), "one is due, one may be added");
        assert_eq!((events(&app, &mut seq).await, list().await), (told(2), before + 2), "each once");
    })
    .await;
}

#[tokio::test]
async fn each_line_has_its_own_household() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let mut ids = vec![];
        for (head, member, n) in [("陈一一", "陈一二", 1), ("林一一", "林一二", 3)] {
            let key = registered(&ctx, person(head, n)).await;
            let house = resident::open(&ctx, key.county, key.id).await.unwrap().resident.household.to_string();
            let with = zw_practice::model::ResidentInput { household: house, ..person(member, n + 1) };
            registered(&ctx, with).await;
            ids.push(key.id);
        }
        let r = zw_practice::service::round::round(&ctx, day(7, 8), &ids).await.unwrap();
        let houses: Vec<Vec<&str>> =
            r.lines.iter().map(|l| l.household.iter().map(|m| m.name.as_str()).collect()).collect();
        assert_eq!(houses, [["陈一二"], ["林一二"]]);
        assert_eq!(r.others.len(), 2, "who is on the round is not offered again");
    })
    .await;
}

/// Whoever of the station was met on the way is put on the round, also a colleague's person; no name in an address.
#[tokio::test]
async fn anybody_of_the_station_is_found_and_added() {
    on_both(parts, |app| async move {
        world(&app).await;
        let people = due(&app).await;
        let theirs = zw_practice::model::ResidentInput { worker: worker(11).to_string(), ..person("欧阳春", 5) };
        let theirs = registered(&app.ctx(social_worker(1)), theirs).await.id.to_string();
        let far = zw_practice::model::ResidentInput { village: "10010".into(), ..person("欧阳远", 6) };
        let far = registered(&app.ctx(social_worker(2)), far).await.id.to_string();
        let c = app.client(social_worker(1));
        let first = people[0].id.to_string();
        let line = [("day", "2021-07-08"), ("mode", "home"), ("line", first.as_str()), ("action-0", "留着")];
        let form = c.post("/visits/round", &line[..3]).await.text();
        assert!(!form.contains("欧阳春"), "only the worker's own are offered at once");
        for (act, text) in [("find", "欧阳"), ("find", "oyc"), ("", "欧阳春")] {
            let more = [("find", text), ("act", act)];
            let found = c.post("/visits/round", &[&line[..], &more].concat()).await;
            assert_eq!(found.status, StatusCode::OK, "{act} {text}");
            let page = found.text();
            assert!(page.contains(&format!("name=\"pick\" value=\"{theirs}\"")) && page.contains("留着"), "{page}");
            assert!(!page.contains("欧阳远") && !page.contains(&far), "nobody of another station");
            assert!(page.contains("name=\"find\" autocomplete=\"off\" data-no-draft"), "and not kept");
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 0, "a search records nothing");
        let added = c.post("/visits/round", &[&line[..], &[("pick", theirs.as_str())]].concat()).await.text();
        assert!(added.contains(&format!("name=\"line\" value=\"{theirs}\"")) && added.contains("留着"), "{added}");
        let none = c.post("/visits/round", &[&line[..], &[("find", "司马"), ("act", "find")]].concat()).await.text();
        assert!(none.contains("没有找到别的对象"), "{none}");
        let stranger = c.post("/visits/round", &[&line[..], &[("pick", far.as_str())]].concat()).await.text();
        assert!(!stranger.contains("欧阳远"), "{stranger}");
    })
    .await;
}

/// What a round asks once for all its lines, it answers for each: several days, a person twice, the schedule afterwards.
#[tokio::test]
async fn a_round_leaves_what_its_visits_would_leave_alone() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let mut people = vec![];
        for (name, n) in [("陈一一", 1), ("陈二二", 2), ("王一一", 3), ("王二二", 4)] {
            people.push(registered(&ctx, person(name, n)).await);
        }
        let visits = |a: usize, b: usize| {
            [(a, "2021-07-05", "2021-07-20"), (b, "2021-07-06", ""), (a, "2021-07-07", "")].map(|(who, day, next)| {
                zw_practice::model::EncounterInput {
                    day: day.into(),
                    next_on: next.into(),
                    ..visit_to(&[people[who].id])
                }
            })
        };
        let items = visits(0, 1).to_vec();
        assert_eq!(encounter::record_round(&ctx, &RoundInput { items }, &Idem::none()).await.unwrap().len(), 3);
        for visit in visits(2, 3) {
            visited(&ctx, visit).await;
        }
        let mut c = app.app.db.read().await.unwrap();
        let mut dates = vec![];
        for p in &people {
            let q = zw_db::sql("SELECT last_on,next_on FROM resident WHERE id=").bind(p.id);
            dates.push(c.one::<(Option<zw_core::Day>, zw_core::Day)>(q).await.unwrap().unwrap());
        }
        assert_eq!(dates[..2], dates[2..]);
        assert_eq!((dates[0].0, dates[1].0), (Some(day(7, 7)), Some(day(7, 6))));
        drop(c);
        // Nobody was on post in 2020: the line of that day says so, and no line is kept.
        let mut items = visits(0, 1).to_vec();
        items[1].day = "2020-12-01".into();
        items[1].another = "1".into();
        let before = count(&app, "SELECT COUNT(*) FROM encounter").await;
        let text = problems(encounter::record_round(&ctx, &RoundInput { items }, &Idem::none()).await);
        assert!(text.contains("items[1]."), "{text}");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, before);
    })
    .await;
}
