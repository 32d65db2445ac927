//! The story on the pages: register on the way, record a visit in a few taps, nothing typed is lost.

use crate::support::*;
use axum::http::{Method, StatusCode};
use zw_access::Role;
use zw_practice::service::resident;
use zw_testkit::{TestApp, World, on_both};

fn form(id_no: &str) -> Vec<(&str, &str)> {
    vec![
        ("name", "陈秀英"),
        ("id_no", id_no),
        ("village", "10000"),
        ("categories", "01"),
        ("categories", "21"),
        ("legal_basis", "statutory"),
        ("phone", "13800001234"),
        ("filed_on", "2021-06-01"),
    ]
}

#[tokio::test]
async fn what_is_wrong_with_a_number_stands_at_the_field() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = app.client(social_worker(1));
        let page = c.get("/people/new").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("村100000") || page.text().contains("村10000"));
        assert!(!page.text().contains("category-33") && !page.text().contains(r#"value="33""#), "P4 is not offered");
        let future = {
            let body = "35990020210709001";
            format!("{body}{}", zw_core::person_id::check_digit(body).unwrap())
        };
        for (number, words) in [
            ("359900195512300025", "末位校验不符"),
            ("359900199002300014", "出生日期不存在"),
            ("35990019551230002", "应为18位"),
            (future.as_str(), "晚于今天"),
        ] {
            let answer = c.post("/people", &form(number)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
            let text = answer.text();
            assert!(text.contains(words), "{words}");
            assert!(
                text.contains("陈秀英") && text.contains(number) && text.contains("13800001234"),
                "what was typed is still there"
            );
        }
        let mut male = form("359900195512300024");
        male.push(("sex", "1"));
        let answer = c.post("/people", &male).await;
        assert!(answer.text().contains("性别与证件号码不一致"));
        let mut unknown = form("359900195512300024");
        unknown.push(("owner_id", "1"));
        assert_eq!(c.post("/people", &unknown).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let bare = c.post("/people", &[("name", "陈秀英")]).await.text();
        for named in ["村（居）：此项必填</a>", "对象类别：此项必填</a>"] {
            assert!(bare.contains(named), "the summary names its fields: {named} in {bare}");
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM resident").await, 0);
        let done = c.post("/people", &form("359900195512300024")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let record = c.get(&done.location()).await.text();
        assert!(
            record.contains("资料已保存") && record.contains("359***********0024") && record.contains("138****1234")
        );
        assert!(!record.contains("359900195512300024") && !record.contains("13800001234"));
        assert!(record.contains("低保") && record.contains("独居老人"));
        let again = c.post("/people", &form("359900195512300024")).await.text();
        let way = done.location().split('?').next().unwrap().to_owned();
        assert!(again.contains("打开已有的档案") && again.contains(&format!("href=\"{way}\"")), "{again}");
    })
    .await;
}

async fn one_person(app: &TestApp) -> String {
    world(app).await;
    let key = registered(&app.ctx(social_worker(1)), person("陈秀英", 1)).await;
    format!("/people/{}/{}", key.county, key.id)
}

/// Today, tap the person, two ticks, a line, save: six taps, and the form says nothing that was not asked.
#[tokio::test]
async fn a_visit_from_the_phone() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let c = app.client(social_worker(1));
        let page = c.get(&format!("{person}/visit")).await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        let id = person.rsplit('/').next().unwrap().to_owned();
        assert!(text.contains(r#"value="2021-07-08""#), "today");
        assert!(text.contains(&format!(r#"name="persons" value="{id}""#)));
        assert!(text.contains(&format!(r#"data-draft="visit-{id}""#)));
        assert!(text.contains("2021-08-07"), "the next day by the rhythm");
        let fields = [
            ("idempotency_key", "form-1"),
            ("day", "2021-07-08"),
            ("mode", "home"),
            ("persons", id.as_str()),
            ("safety", "fire"),
            ("safety", "electric"),
            ("action", "换了插座"),
            ("next_on", "2021-08-07"),
            ("purpose", "routine"),
            ("result", "done"),
            ("second", ""),
            ("start", ""),
            ("minutes", ""),
            ("state_note", ""),
        ];
        let done = c.post(&format!("{person}/visit"), &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        // A double tap on the save button.
        let twice = c.post(&format!("{person}/visit"), &fields).await;
        assert_eq!(twice.location(), done.location());
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 1);
        let record = c.get(&done.location()).await.text();
        assert!(record.contains("探访已保存") && record.contains("换了插座"));
        let list = c.get("/visits?from=2021-07-01&kind=visit").await;
        assert!(list.status == StatusCode::OK && list.text().contains("陈秀英"));
        assert_eq!(c.get("/visits?from=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Nothing done, nothing looked at: shown again, told at the line.
        let empty: Vec<_> =
            fields.iter().copied().filter(|f| !matches!(f.0, "action" | "safety" | "idempotency_key")).collect();
        let refused = c.post(&format!("{person}/visit"), &empty).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("id=\"f-action-error\"") && refused.text().contains("请写一句做了什么"));
        // Not at home: the tick taken away.
        let mut vain: Vec<_> =
            fields.iter().copied().filter(|f| !matches!(f.0, "persons" | "idempotency_key")).collect();
        vain.push(("another", "1"));
        assert_eq!(c.post(&format!("{person}/visit"), &vain).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            figures(&app, &["encounters", "M07", "M09"], &station1(), day(7, 8), day(7, 8)).await,
            vec![2, 1, 1]
        );
    })
    .await;
}

#[tokio::test]
async fn nothing_typed_is_lost() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let id = person.rsplit('/').next().unwrap().to_owned();
        let c = app.client(social_worker(1));
        // The script saves every few seconds; then the session ends.
        let draft = [("day", "2021-07-07"), ("mode", "phone"), ("persons", id.as_str()), ("action", "写了一半的话")];
        assert_eq!(c.post(&format!("/drafts/visit-{id}"), &draft).await.status, StatusCode::OK);
        let gone = app.anonymous().post(&format!("{person}/visit"), &draft).await;
        assert!(matches!(gone.status, StatusCode::UNAUTHORIZED | StatusCode::SEE_OTHER), "{}", gone.status);
        // Signed in again, the form opens with it.
        let again = app.client(social_worker(1));
        let text = again.get(&format!("{person}/visit")).await.text();
        assert!(text.contains("写了一半的话") && text.contains("2021-07-07") && text.contains("已恢复"), "{text}");
        // Another account does not see it.
        assert!(!app.client(colleague(1)).get(&format!("{person}/visit")).await.text().contains("写了一半的话"));
        // A refusal shows it too; a success forgets it.
        // The form names its draft, and so does what is sent from it.
        let key = format!("visit-{id}");
        assert!(text.contains(&format!("name=\"_draft\" value=\"{key}\"")), "{text}");
        let named = [&draft[..], &[("_draft", key.as_str())]].concat();
        let wrong = [&[("day", "2021-07-09")], &named[1..]].concat();
        let refused = again.post(&format!("{person}/visit"), &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("还没发生的探访不能记录") && refused.text().contains("写了一半的话"));
        assert_eq!(again.post(&format!("{person}/visit"), &named).await.status, StatusCode::SEE_OTHER);
        assert!(!again.get(&format!("{person}/visit")).await.text().contains("写了一半的话"));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM draft").await, 0);
    })
    .await;
}

#[tokio::test]
async fn another_stations_people_do_not_exist() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let missing = format!("/people/100/{}", zw_core::Uuid::nil());
        for who in [social_worker(2), head(2), social_worker(4)] {
            let c = app.client(who);
            for end in ["", "/visit", "/edit"] {
                let (theirs, none) = (c.get(&format!("{person}{end}")).await, c.get(&format!("{missing}{end}")).await);
                assert_eq!((theirs.status, none.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{end}");
                assert!(!theirs.text().contains("陈"));
            }
            let posted = c.post(&format!("{person}/visit"), &[("action", "x")]).await;
            assert_eq!(posted.status, StatusCode::NOT_FOUND);
        }
        let county = app.client(zw_testkit::actor(Role::CountyAdmin, World::COUNTY));
        assert_eq!(county.get(&person).await.status, StatusCode::FORBIDDEN);
        assert_eq!(county.get("/people").await.status, StatusCode::FORBIDDEN);
        let masked = app.client(centre()).get(&person).await;
        assert!(masked.status == StatusCode::OK && masked.text().contains("陈**") && !masked.text().contains("陈秀英"));
    })
    .await;
}

/// security.md AUD-2: what cannot be written down is not shown and not done.
#[tokio::test]
async fn without_the_audit_log_nothing_is_shown() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        // A child on the list makes the list a reading of class P3.
        let child =
            zw_practice::model::ResidentInput { id_no: id_no("20150101", 2), ..crate::support::person("陈小宝", 2) };
        registered(&app.ctx(social_worker(1)), child).await;
        let c = app.client(social_worker(1));
        assert!(c.get(&person).await.text().contains("陈秀英"));
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(zw_db::sql("DROP TABLE audit_event")).await.unwrap();
        quietly(tx).await;
        for path in [person.as_str(), "/people"] {
            let refused = c.get(path).await;
            assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(!refused.text().contains("陈秀英") && !refused.text().contains("陈小宝"), "{path}");
        }
        let reveal = c.post(&format!("{person}/reveal"), &[("field", "id_no"), ("purpose", "visit")]).await;
        assert_eq!(reveal.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!reveal.text().contains(&id_no("19500101", 1)));
    })
    .await;
}

#[tokio::test]
async fn a_reveal_is_in_the_answer_and_nowhere_else() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let c = app.client(social_worker(1));
        let shown = c.post(&format!("{person}/reveal"), &[("field", "id_no"), ("purpose", "visit")]).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.text().contains(&id_no("19500101", 1)));
        assert!(!c.get(&person).await.text().contains(&id_no("19500101", 1)));
        let refused = c.post(&format!("{person}/reveal"), &[("field", "id_no")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for _ in 1..30 {
            c.post(&format!("{person}/reveal"), &[("field", "id_no"), ("purpose", "visit")]).await;
        }
        let limit = c.post(&format!("{person}/reveal"), &[("field", "id_no"), ("purpose", "visit")]).await;
        assert_eq!(limit.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

#[tokio::test]
async fn correcting_voiding_closing_on_pages() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let id = person.rsplit('/').next().unwrap().to_owned();
        let (c, boss) = (app.client(social_worker(1)), app.client(head(1)));
        let made = [("day", "2021-07-05"), ("persons", id.as_str()), ("action", "第一次")];
        assert_eq!(c.post(&format!("{person}/visit"), &made).await.status, StatusCode::SEE_OTHER);
        let text = c.get("/visits").await.text();
        let at = text.find("/visits/100/").unwrap();
        let visit = text[at..].split('"').next().unwrap().to_owned();
        assert!(c.get(&visit).await.text().contains("第一次"));
        let edit = format!("{visit}/edit");
        assert!(c.get(&edit).await.text().contains("第一次"));
        let mine = worker(10).to_string();
        let change = |version: &'static str, text: &'static str| {
            vec![
                ("version", version),
                ("day", "2021-07-06"),
                ("mode", "home"),
                ("persons", id.as_str()),
                ("workers", mine.as_str()),
                ("action", text),
            ]
        };
        assert_eq!(c.post(&edit, &change("1", "改过")).await.status, StatusCode::SEE_OTHER);
        // The head had the old version open: both stand side by side, and one tap keeps the head's.
        let late = boss.post(&edit, &change("1", "站长写的")).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = late.text();
        assert!(text.contains("别人先保存了一个版本") && text.contains("改过") && text.contains("站长写的"), "{text}");
        assert!(text.contains(r#"name="version" value="2""#));
        assert_eq!(boss.post(&edit, &change("2", "站长写的")).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.client(colleague(1)).get(&edit).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            c.post(&format!("{visit}/void"), &[("version", "3")]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let void = c.post(&format!("{visit}/void"), &[("version", "3"), ("reason", "记错")]).await;
        assert_eq!(void.status, StatusCode::SEE_OTHER);
        assert!(c.get(&void.location()).await.text().contains("记录已作废"));
        assert_eq!(c.get(&edit).await.status, StatusCode::NOT_FOUND, "a void record has no form");
        // The register's own forms, and two people at one record.
        let filled = |version: &'static str, name: &'static str| {
            vec![
                ("version", version),
                ("name", name),
                ("village", "10000"),
                ("categories", "01"),
                ("legal_basis", "statutory"),
                ("filed_on", "2021-06-01"),
            ]
        };
        assert_eq!(c.post(&format!("{person}/edit"), &filled("1", "陈秀瑛")).await.status, StatusCode::SEE_OTHER);
        let late = boss.post(&format!("{person}/edit"), &filled("1", "陈秀莹")).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            late.text().contains("别人先保存了一个版本")
                && late.text().contains("陈秀瑛")
                && late.text().contains("陈秀莹")
        );
        assert!(c.get(&format!("{person}/edit")).await.text().contains(&masked("19500101", 1)));
        assert_eq!(c.get(&format!("{person}/close")).await.status, StatusCode::FORBIDDEN);
        assert!(boss.get(&format!("{person}/close")).await.text().contains("注销原因"));
        let closed = boss
            .post(&format!("{person}/close"), &[("reason", "moved_away"), ("on", "2021-07-08"), ("version", "2")])
            .await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());
        assert!(boss.get(&closed.location()).await.text().contains("迁出"));
    })
    .await;
}

/// A draft of a correction remembers the version it began with: taken up after somebody else's change it does not
/// overwrite that change.
#[tokio::test]
async fn an_old_draft_meets_the_newer_version() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let id = person.rsplit('/').next().unwrap().to_owned();
        let c = app.client(social_worker(1));
        let fields = |version: &'static str, name: &'static str| {
            vec![
                ("version", version),
                ("name", name),
                ("village", "10000"),
                ("categories", "01"),
                ("legal_basis", "statutory"),
                ("filed_on", "2021-06-01"),
            ]
        };
        assert!(
            c.get(&format!("{person}/edit"))
                .await
                .text()
                .contains(r#"<input type="text" name="version" value="1" hidden>"#)
        );
        c.post(&format!("/drafts/resident-edit-{id}"), &fields("1", "陈秀莹")).await;
        let boss = app.client(head(1));
        assert_eq!(boss.post(&format!("{person}/edit"), &fields("1", "陈秀瑛")).await.status, StatusCode::SEE_OTHER);
        let again = c.get(&format!("{person}/edit")).await.text();
        assert!(again.contains("陈秀莹") && again.contains(r#"name="version" value="1""#));
        assert_eq!(
            c.post(&format!("{person}/edit"), &fields("1", "陈秀莹")).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    })
    .await;
}

/// Whoever is unticked in a correction: sought in vain, or never there.
#[tokio::test]
async fn unticking_in_a_correction() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let id = person.rsplit('/').next().unwrap().to_owned();
        let other = registered(&app.ctx(social_worker(1)), crate::support::person("陈二二", 2)).await.id.to_string();
        let c = app.client(social_worker(1));
        c.post(
            &format!("{person}/visit"),
            &[("day", "2021-07-08"), ("persons", &id), ("persons", &other), ("action", "看望")],
        )
        .await;
        let text = c.get("/visits").await.text();
        let at = text.find("/visits/100/").unwrap();
        let edit = format!("{}/edit", text[at..].split('"').next().unwrap());
        let mine = worker(10).to_string();
        let persons = |app| async move {
            (
                count(app, "SELECT COUNT(*) FROM encounter_person").await,
                count(app, "SELECT COUNT(*) FROM encounter_person WHERE met").await,
            )
        };
        assert_eq!(persons(&app).await, (2, 2));
        let form = |version: &'static str| {
            vec![("version", version), ("day", "2021-07-08"), ("workers", mine.as_str()), ("action", "看望")]
        };
        let mut one = form("1");
        one.push(("persons", &id));
        assert_eq!(c.post(&edit, &one).await.status, StatusCode::SEE_OTHER);
        assert_eq!(persons(&app).await, (1, 1), "the other was ticked by mistake");
        assert_eq!(c.post(&edit, &form("2")).await.status, StatusCode::SEE_OTHER);
        assert_eq!(persons(&app).await, (1, 0), "the last one was sought in vain");
    })
    .await;
}

#[tokio::test]
async fn english_is_whole() {
    on_both(parts, |app| async move {
        let person = one_person(&app).await;
        let c = app.client(head(1));
        for path in [
            "/people",
            "/people/new",
            "/visits",
            "/visits/consult",
            &person,
            &format!("{person}/visit"),
            &format!("{person}/edit"),
            &format!("{person}/close"),
        ] {
            for lang in ["zh-CN", "en"] {
                let page = c.get_in(lang, path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                let text = page.text().replace("⟦role-station_head⟧", "");
                assert!(
                    !text.contains('⟦'),
                    "{lang} {path}: {}",
                    text.split('⟦').nth(1).unwrap_or_default().chars().take(60).collect::<String>()
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_over_the_api() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = app.client(social_worker(1));
        let body = serde_json::json!({
            "name": "陈秀英", "id_no": id_no("19500101", 1), "village": "10000", "categories": ["01"],
            "legal_basis": "statutory", "filed_on": "2021-06-01"
        });
        let made = c.post_json("/api/v1/residents", &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let again = c.post_json("/api/v1/residents", &body).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        let codes: Vec<String> = again.json()["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap().to_owned()).collect();
        assert_eq!(codes, vec!["resident-duplicate-own"]);
        let bare = c.post_json("/api/v1/encounters", &serde_json::json!({"persons": [{"resident": id, "met": true}]})).await;
        let said = (bare.status, bare.json()["errors"][0]["code"].as_str().map(str::to_owned));
        assert_eq!(said, (StatusCode::UNPROCESSABLE_ENTITY, Some("visit-says-nothing".to_owned())));
        let visit = serde_json::json!({"persons": [{"resident": id, "met": true}], "action": "看望"});
        let visit = c.post_json("/api/v1/encounters", &visit).await;
        assert_eq!(visit.status, StatusCode::CREATED, "{}", visit.text());
        let key = visit.json();
        let one = c.get(&format!("/api/v1/encounters/{}/{}", key["county"], key["id"].as_str().unwrap())).await;
        assert_eq!(one.json()["action"], "看望");
        let found = c.post_json("/api/v1/residents/search", &serde_json::json!({"q": "cxy"})).await.json();
        assert_eq!((found["total"].as_i64(), found["items"][0]["name"].as_str()), (Some(1), Some("陈秀英")));
        let correction = serde_json::json!({"version": 1, "encounter": {"persons": [{"resident": id, "met": false}], "day": "2021-07-07", "action": "敲门无人应"}});
        let path = format!("/api/v1/encounters/{}/{}", key["county"], key["id"].as_str().unwrap());
        let put = c.send(Method::PUT, &path, "application/json", correction.to_string().into_bytes()).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.text());
        let stale = c.send(Method::PUT, &path, "application/json", correction.to_string().into_bytes()).await;
        assert_eq!((stale.status, stale.json()["current"]["version"].as_i64()), (StatusCode::CONFLICT, Some(2)));
        let void = c.post_json(&format!("{path}/void"), &serde_json::json!({"reason": "记错", "version": 2})).await;
        assert_eq!(void.status, StatusCode::NO_CONTENT);
        assert_eq!(c.post_json("/api/v1/encounters", &serde_json::json!({"persons": [], "owner": 1})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let other = app.client(social_worker(2));
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
        let doc = c.get("/api/v1/openapi.json").await.json();
        assert!(doc["paths"]["/api/v1/encounters"]["post"].is_object());
        let key = resident::find(&app.ctx(social_worker(1)), &resident::FindResidents::default()).await.unwrap();
        assert_eq!(key.total, 1);
    })
    .await;
}

/// Who is searched for and not found is registered with one tap, under the name that was typed.
#[tokio::test]
async fn a_name_not_found_is_taken_along_to_the_registration() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = app.client(social_worker(1));
        let taken = |text: &str| {
            let form = text.split(r#"action="/people/new""#).nth(1)?;
            form.split(r#"name="name" value=""#).nth(1)?.split('"').next().map(str::to_owned)
        };
        let found = c.search("/people/find", &[("q", "欧阳 村")]).await.text();
        let name = taken(&found).unwrap();
        assert_eq!(name, "欧阳", "the name, not the village");
        let form = c.post("/people/new", &[("name", &name)]).await.text();
        assert!(form.contains(r#"name="name" value="欧阳""#), "{form}");
        let initials = c.search("/people/find", &[("q", "oy")]).await.text();
        assert!(taken(&initials).is_none() && initials.contains(r#"href="/people/new""#), "initials are no name");
        // An address takes no name; where a search was leads back to the register.
        assert_eq!(c.get("/people?q=oy").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(c.get("/people/find").await.location(), "/people");
    })
    .await;
}
