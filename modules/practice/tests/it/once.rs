//! One encounter is recorded once: by the form sent again, by a colleague, on a round and by the API.

use crate::support::*;
use axum::http::StatusCode;
use zw_core::Error;
use zw_practice::model::{EncounterInput, PersonIn, ResidentInput};
use zw_practice::service::encounter::{self, RoundInput, VoidInput};
use zw_practice::service::resident;
use zw_testkit::on_both;
use zw_web::Idem;

#[tokio::test]
async fn the_same_visit_twice_is_asked_about() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, other) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let p = registered(&ctx, person("陈一一", 1)).await;
        let house = resident::open(&ctx, p.county, p.id).await.unwrap().resident.household.to_string();
        let q = registered(&ctx, ResidentInput { household: house, ..person("陈二二", 2) }).await;
        let first = visited(&ctx, visit_to(&[p.id, q.id])).await;
        let record = async |ctx, input| encounter::record(ctx, input, &Idem::none()).await;

        // The same worker again, and a colleague who was at the same door with one of the two.
        assert_eq!(problems(record(&ctx, visit_to(&[p.id, q.id])).await), "another:visit-already");
        let told = record(&other, visit_to(&[q.id])).await;
        let Err(Error::Invalid(e)) = told else { panic!("{told:?}") };
        let arg = |name: &str| e.0[0].args.iter().find(|a| a.0 == name).unwrap().1.clone();
        assert_eq!((arg("by"), arg("href")), ("社工10".into(), format!("/visits/{}/{}", p.county, first.id)));
        assert!(arg("at").starts_with("2021-07-08"), "{}", arg("at"));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 1);

        // Another day, another kind, or said to be another one.
        let on = |day: &str| EncounterInput { day: day.into(), ..visit_to(&[p.id]) };
        assert_eq!(problems(record(&other, on("2021-07-07")).await), "ok");
        let asked = EncounterInput { kind: "consult".into(), topic: "policy".into(), ..visit_to(&[p.id]) };
        assert_eq!(problems(record(&other, asked).await), "ok");
        let again = EncounterInput { another: "1".into(), ..visit_to(&[p.id]) };
        assert_eq!(problems(record(&other, again).await), "ok");

        // What was declared void is nothing.
        let r = registered(&ctx, person("陈三三", 3)).await;
        let wrong = visited(&ctx, visit_to(&[r.id])).await;
        let void = VoidInput { reason: "记错".into(), version: 1 };
        encounter::void(&ctx, wrong.county, wrong.id, void, &Idem::none()).await.unwrap();
        assert_eq!(problems(record(&ctx, visit_to(&[r.id])).await), "ok");
        // Persons without a file have nothing to be the same by.
        let nobody = EncounterInput {
            kind: "consult".into(),
            topic: "policy".into(),
            persons: vec![PersonIn { name: "王大力".into(), met: true, ..PersonIn::default() }],
            ..EncounterInput::default()
        };
        assert_eq!(problems(record(&ctx, nobody.clone()).await), "ok");
        assert_eq!(problems(record(&ctx, nobody).await), "ok");
    })
    .await;
}

#[tokio::test]
async fn two_at_the_same_moment_make_one() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (a, b) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let p = registered(&a, person("陈一一", 1)).await;
        let none = Idem::none();
        let (x, y) = tokio::join!(
            encounter::record(&a, visit_to(&[p.id]), &none),
            encounter::record(&b, visit_to(&[p.id]), &none)
        );
        let mut both = [problems(x), problems(y)];
        both.sort();
        assert_eq!(both, ["another:visit-already", "ok"]);
    })
    .await;
}

#[tokio::test]
async fn on_a_round_and_in_the_form() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let p = registered(&ctx, person("陈一一", 1)).await;
        let q = registered(&ctx, person("陈二二", 2)).await;
        let first = visited(&ctx, visit_to(&[p.id])).await;
        // A line of a round, by the service that the API calls too; a person on two lines of one round.
        let round = |items: Vec<EncounterInput>| {
            let ctx = app.ctx(colleague(1));
            async move { problems(encounter::record_round(&ctx, &RoundInput { items }, &Idem::none()).await) }
        };
        assert_eq!(round(vec![visit_to(&[q.id]), visit_to(&[p.id])]).await, "items[1].another:visit-already");
        assert_eq!(round(vec![visit_to(&[q.id]), visit_to(&[q.id])]).await, "items[1].another:visit-twice-in-round");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 1, "all of a round or none");

        let c = app.client(colleague(1));
        let (id, href) = (p.id.to_string(), format!("href=\"/visits/{}/{}\"", p.county, first.id));
        let line = [("day", "2021-07-08"), ("line", id.as_str()), ("met-0", "yes"), ("action-0", "看望")];
        let refused = c.post("/visits/round", &line).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text();
        assert!(text.contains("name=\"another-0\"") && text.contains(&href) && text.contains("社工10"), "{text}");

        // The form: the box stands there only once it was asked for, with the way to the record.
        let form = format!("/people/{}/{}/visit", p.county, p.id);
        assert!(!c.get(&form).await.text().contains("name=\"another\""));
        let fields = [("day", "2021-07-08"), ("persons", id.as_str()), ("action", "看望")];
        let refused = c.post(&form, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text();
        assert!(text.contains("name=\"another\"") && text.contains(&href) && text.contains("这是另一次"), "{text}");
        let done = c.post(&form, &[&fields[..], &[("another", "1")]].concat()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let done = c.post("/visits/round", &[&line[..], &[("another-0", "1")]].concat()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(figures(&app, &["encounters"], &station1(), day(7, 8), day(7, 8)).await, vec![3]);

        // The API says the same.
        let body = serde_json::json!({"persons": [{"resident": id, "met": true}], "action": "看望"});
        let sent = c.post_json("/api/v1/encounters", &body).await;
        assert_eq!(sent.json()["errors"][0]["code"], "visit-already");
    })
    .await;
}
