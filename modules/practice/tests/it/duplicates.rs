//! Who may be on file already: what is found, what is told to whom, how it is answered.

use crate::support::*;
use axum::http::StatusCode;
use zw_access::Actor;
use zw_core::Error;
use zw_db::sql;
use zw_practice::model::{ResidentInput, Why};
use zw_practice::out::Duplicates;
use zw_practice::service::duplicate::{LookInput, look};
use zw_practice::service::{register, resident};
use zw_testkit::{TestApp, World, on_both};
use zw_web::Idem;

fn who(name: &str, birth: &str, village: &str) -> LookInput {
    LookInput { name: name.into(), birth: birth.into(), village: village.into(), ..LookInput::default() }
}

/// 張三 of the first station, born on the first day of 1950.
fn zhang() -> ResidentInput {
    ResidentInput { phone: "13800001234".into(), ..person("張三", 1) }
}

async fn found(app: &TestApp, actor: Actor, ask: &LookInput) -> Duplicates {
    look(&app.ctx(actor), ask).await.unwrap()
}

#[tokio::test]
async fn a_resemblance_is_told_as_far_as_the_reader_may_know() {
    on_both(parts, |app| async move {
        world(&app).await;
        let key = registered(&app.ctx(social_worker(1)), zhang()).await;
        let nobody = found(&app, social_worker(1), &who("林小红", "1980-02-03", "10000")).await;
        assert_eq!(nobody, Duplicates::default());

        let own = found(&app, social_worker(1), &who("张三", "1950-01-01", "10000")).await;
        assert!(own.must && !own.seen.is_empty());
        let card = own.items[0].person.as_ref().unwrap();
        assert_eq!((card.name.as_str(), card.id, own.items[0].station.as_ref()), ("張三", key.id, None));
        assert_eq!(own.items[0].why, [Why::Name, Why::Birth, Why::Village]);

        // Another station of the county: that somebody is on file there, and nothing else of the person.
        let ask = LookInput { phone: "13800001234".into(), ..who("章三", "1950-01-01", "10010") };
        let beyond = found(&app, social_worker(2), &ask).await;
        let text = serde_json::to_string(&beyond).unwrap();
        assert!(beyond.must && beyond.items.len() == 1, "{text}");
        assert_eq!((&beyond.items[0].person, beyond.items[0].station.as_deref()), (&None, Some("第1站")));
        assert!(beyond.items[0].why.is_empty());
        for secret in ["張三", "1950", "1380000", "10000", &key.id.to_string()] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        // What is weaker there is not told at all, nor anything of another county, whatever is asked.
        for (n, ask) in [
            (2, who("张三", "1971-12-30", "10010")),
            (2, LookInput { phone: "13800001234".into(), ..who("林小红", "1950-01-01", "10010") }),
            (3, LookInput { phone: "13800001234".into(), ..who("張三", "1950-01-01", "10100") }),
            (4, LookInput { phone: "13800001234".into(), ..who("張三", "1950-01-01", "20000") }),
        ] {
            assert_eq!(found(&app, social_worker(n), &ask).await, Duplicates::default(), "{n}");
        }
        // Who sees the county masked besides learns no more by it: the answer is the same, sign for sign.
        let mut both = head(2);
        both.grants.extend(centre().grants);
        let masked = found(&app, both, &ask).await;
        assert_eq!(serde_json::to_string(&masked).unwrap(), text);
        assert_eq!(problems(look(&app.ctx(centre()), &ask).await), "forbidden");
        assert_eq!(
            count(&app, "SELECT COUNT(*) FROM audit_event WHERE purpose='duplicate' AND record_id='resembling'").await,
            3,
            "each answer that told of somebody is written down, the others told nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn being_told_of_people_elsewhere_is_limited() {
    on_both(parts, |app| async move {
        world(&app).await;
        registered(&app.ctx(social_worker(1)), zhang()).await;
        let ask = who("张三", "1950-01-01", "10010");
        for _ in 0..20 {
            assert_eq!(problems(look(&app.ctx(social_worker(2)), &ask).await), "ok");
        }
        assert_eq!(problems(look(&app.ctx(social_worker(2)), &ask).await), "too many");
        let input = ResidentInput {
            id_no: String::new(),
            id_missing_reason: "lost".into(),
            sex: "2".into(),
            birth: "1950-01-01".into(),
            village: "10010".into(),
            ..person("张三", 2)
        };
        assert_eq!(problems(register::register(&app.ctx(social_worker(2)), input, &Idem::none()).await), "too many");
        assert_eq!(
            count(&app, "SELECT COUNT(*) FROM audit_event WHERE purpose='duplicate' AND decision='deny'").await,
            2
        );
        // The own station's people are no secret of another one's.
        let own = who("张三", "1950-01-01", "10000");
        for _ in 0..25 {
            assert_eq!(problems(look(&app.ctx(social_worker(1)), &own).await), "ok");
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_number_is_answered_as_a_registration_answers_it() {
    on_both(parts, |app| async move {
        world(&app).await;
        registered(&app.ctx(social_worker(1)), zhang()).await;
        for (n, code) in [(1, "own"), (2, "county"), (4, "elsewhere")] {
            let ask = LookInput { id_no: id_no("19500101", 1), ..who("林小红", "", "") };
            let said = problems(look(&app.ctx(social_worker(n)), &ask).await);
            assert_eq!(said, format!("id_no:resident-duplicate-{code}"));
        }
        let bad = LookInput { phone: "12".into(), id_no: "1".into(), ..LookInput::default() };
        let said = problems(look(&app.ctx(social_worker(1)), &bad).await);
        for field in ["name:", "id_no:", "phone:resident-phone"] {
            assert!(said.contains(field), "{said}");
        }
    })
    .await;
}

/// A guess at a child's birth date or telephone is not confirmed to who does not see them.
#[tokio::test]
async fn of_a_colleagues_child_only_what_a_list_shows() {
    on_both(parts, |app| async move {
        world(&app).await;
        let child = ResidentInput {
            id_no: id_no("20150405", 1),
            phone: "13800001234".into(),
            worker: worker(10).to_string(),
            ..person("张小明", 1)
        };
        registered(&app.ctx(social_worker(1)), child).await;
        let ask = LookInput { phone: "13800001234".into(), ..who("张小明", "2015-04-05", "10000") };
        let own = found(&app, social_worker(1), &ask).await;
        assert_eq!(own.items[0].why, [Why::Name, Why::Birth, Why::Phone, Why::Village]);
        let mate = found(&app, colleague(1), &ask).await;
        assert_eq!(mate.items[0].why, [Why::Name, Why::Village]);
    })
    .await;
}

#[tokio::test]
async fn telephones_filed_before_become_findable() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(
            &ctx,
            ResidentInput {
                id_no: String::new(),
                id_missing_reason: "lost".into(),
                sex: "1".into(),
                birth: "1948-09-10".into(),
                ..zhang()
            },
        )
        .await;
        let ask = LookInput { phone: "138 0000 1234".into(), ..who("林招弟", "1948-09-10", "10000") };
        assert_eq!(found(&app, social_worker(1), &ask).await.items.len(), 1);
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE resident SET phone_hash=NULL")).await.unwrap();
        quietly(tx).await;
        assert!(found(&app, social_worker(1), &ask).await.items.is_empty());
        assert_eq!(zw_practice::ticks::index_phones(&app.app).await.unwrap(), 1);
        assert_eq!(zw_practice::ticks::index_phones(&app.app).await.unwrap(), 0);
        assert_eq!(found(&app, social_worker(1), &ask).await.items.len(), 1);
        // A corrected telephone takes its index along.
        let edit = ResidentInput {
            phone: "13900000009".into(),
            version: 1,
            id_no: String::new(),
            id_missing_reason: "lost".into(),
            sex: "1".into(),
            birth: "1948-09-10".into(),
            ..zhang()
        };
        register::correct(&ctx, key.county, key.id, edit, &Idem::none()).await.unwrap();
        assert!(found(&app, social_worker(1), &ask).await.items.is_empty());
        let now = LookInput { phone: "13900000009".into(), ..ask };
        assert_eq!(found(&app, social_worker(1), &now).await.items.len(), 1);
        // One that does not open is looked at once.
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE resident SET phone_hash=NULL,phone=").bind(vec![1_u8, 2])).await.unwrap();
        quietly(tx).await;
        assert_eq!(zw_practice::ticks::index_phones(&app.app).await.unwrap(), 1);
        assert_eq!(zw_practice::ticks::index_phones(&app.app).await.unwrap(), 0);
    })
    .await;
}

/// The token that an answer has to name.
fn seen(r: Result<zw_core::Key<zw_core::ResidentId>, Error>) -> String {
    let Err(Error::Invalid(e)) = r else { panic!("{r:?}") };
    assert_eq!(e.0[0].code, "resident-look-alike");
    e.0[0].args.iter().find(|a| a.0 == "seen").unwrap().1.clone()
}

#[tokio::test]
async fn an_answer_holds_for_whom_it_was_given_and_is_remembered() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        registered(&ctx, person("陈秀英", 1)).await;
        let key = registered(&ctx, person("林小红", 2)).await;
        // A correction that makes two people alike asks as a registration does.
        let edit = |name: &str, version: i64| ResidentInput { version, id_no: String::new(), ..person(name, 2) };
        let correct =
            async |input: ResidentInput| register::correct(&ctx, key.county, key.id, input, &Idem::none()).await;
        let token = seen(correct(edit("陈秀英", 1)).await);
        correct(ResidentInput { another: "namesake".into(), seen: token.clone(), ..edit("陈秀英", 1) }).await.unwrap();
        // Later corrections do not ask again about the same two.
        correct(ResidentInput { village: "10001".into(), ..edit("陈秀英", 2) }).await.unwrap();
        correct(edit("陈秀英", 3)).await.unwrap();
        // A third one is a question of its own, which the old answer does not answer.
        let third = ResidentInput { another: "namesake".into(), seen: token, ..person("陈秀英", 3) };
        let token = seen(register::register(&ctx, third.clone(), &Idem::none()).await);
        registered(&ctx, ResidentInput { seen: token, ..third }).await;
        assert_eq!(count(&app, "SELECT COUNT(*) FROM resident_distinct").await, 3);
        let unknown = ResidentInput { another: "because".into(), ..person("黄某某", 4) };
        assert_eq!(problems(register::register(&ctx, unknown, &Idem::none()).await), "another:unknown-code");
    })
    .await;
}

#[tokio::test]
async fn the_page_shows_who_resembles_and_keeps_what_was_typed() {
    on_both(parts, |app| async move {
        world(&app).await;
        let key = registered(&app.ctx(social_worker(1)), zhang()).await;
        let c = app.client(social_worker(1));
        let form = c.get("/people/new").await.text();
        assert!(form.contains(r#"name="seen" value="ask""#), "a page wants to be told of weaker resemblances too");
        let typed = |extra: &[(&'static str, &str)]| -> Vec<(String, String)> {
            let base = [
                ("name", "张三"),
                ("id_missing_reason", "not_at_hand"),
                ("sex", "2"),
                ("birth", "1950-01-01"),
                ("village", "10000"),
                ("categories", "01"),
                ("categories", "02"),
                ("legal_basis", "statutory"),
                ("filed_on", "2021-06-01"),
                ("address", "一号楼"),
            ];
            let all = base.iter().copied().filter(|(n, _)| extra.iter().all(|(x, _)| x != n));
            all.chain(extra.iter().copied()).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
        };
        let post = async |path: &str, values: Vec<(String, String)>| {
            let refs: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            c.post(path, &refs).await
        };
        let asked = post("/people", typed(&[("seen", "ask")])).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = asked.text();
        for part in
            ["可能已经建档", "張三", "姓名相同", "就是此人", "一号楼", r#"name="another""#, r#"action="/people/same""#]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        let token = |text: &str| {
            let at = text.split(r#"name="seen" value=""#).last().unwrap();
            at.split('"').next().unwrap().to_owned()
        };
        // It is this person: the record opens, and the form is where it was.
        let same = format!("{}/{}", key.county, key.id);
        let went = post("/people/same", typed(&[("same", &same), ("seen", "ask")])).await;
        assert_eq!(went.location(), format!("/people/{same}?saved=same"));
        let record = c.get(&went.location()).await.text();
        assert!(record.contains("張三") && record.contains("回到建档草稿"), "{record}");
        let again = c.get("/people/new").await.text();
        assert!(again.contains("张三") && again.contains("一号楼") && again.contains(r#"name="seen" value="ask""#));
        assert_eq!(post("/people/same", typed(&[("same", "100/x")])).await.status, StatusCode::NOT_FOUND);
        // It is another one, and why.
        let mut answer = vec![("seen", token(&text))];
        answer.push(("another", "checked".to_owned()));
        let answer: Vec<(&'static str, &str)> = answer.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(post("/people", typed(&answer)).await.status, StatusCode::SEE_OTHER);
        // A weaker resemblance is shown once and may be left open.
        let weak = [("name", "林招弟"), ("phone", "13800001234"), ("seen", "ask")];
        let shown = post("/people", typed(&weak)).await;
        let text = shown.text();
        assert!(shown.status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("有相近的档案"), "{text}");
        assert!(!text.contains(r#"name="another""#));
        let token = token(&text);
        let on = [("name", "林招弟"), ("phone", "13800001234"), ("seen", token.as_str())];
        assert_eq!(post("/people", typed(&on)).await.status, StatusCode::SEE_OTHER);
        let all = resident::find(&app.ctx(social_worker(1)), &resident::FindResidents::default()).await.unwrap();
        assert_eq!(all.total, 3);
        // The other station's people: told of in words, with no way to them.
        let other = app.client(social_worker(2));
        let values = typed(&[("seen", "ask"), ("village", "10010")]);
        let refs: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let text = other.post("/people", &refs).await.text();
        assert!(text.contains("“第1站”已有很像的人建档"), "{text}");
        assert!(!text.contains("張三") && !text.contains("/people/same") && !text.contains(&key.id.to_string()));
    })
    .await;
}

#[tokio::test]
async fn over_the_api_it_is_asked_first() {
    on_both(parts, |app| async move {
        world(&app).await;
        registered(&app.ctx(social_worker(1)), zhang()).await;
        let c = app.client(social_worker(1));
        let ask = serde_json::json!({"name": "张三", "birth": "1950-01-01", "village": World::VILLAGE.to_string()});
        let a = c.post_json("/api/v1/residents/duplicates", &ask).await;
        assert_eq!(a.status, StatusCode::OK, "{}", a.text());
        let v = a.json();
        assert_eq!((v["must"].as_bool(), v["items"][0]["why"][0].as_str()), (Some(true), Some("name")));
        let wrong = serde_json::json!({"name": "张三", "owner": "1"});
        assert_eq!(c.post_json("/api/v1/residents/duplicates", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}
