//! Others of the household at a visit: met, sought in vain, or no part of it.

use crate::support::*;
use axum::http::StatusCode;
use zw_practice::model::ResidentInput;
use zw_practice::service::encounter::{self, FindEncounters};
use zw_practice::service::resident;
use zw_testkit::on_both;

/// Each of the household is recorded as ticked: met, not met, or not at all; a correction keeps it.
#[tokio::test]
async fn another_of_the_household_is_sought_in_vain() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let own = registered(&ctx, person("陈一一", 1)).await;
        let path = format!("/people/{}/{}/visit", own.county, own.id);
        let c = app.client(social_worker(1));
        let tick = |text: &str, id: &str| text.contains(&format!(r#"name="absent" value="{id}""#));
        assert!(!c.get(&path).await.text().contains(r#"name="absent""#), "nobody else lives there");
        let house = resident::open(&ctx, own.county, own.id).await.unwrap().resident.household.to_string();
        let member = |name: &str, n| ResidentInput { household: house.clone(), ..person(name, n) };
        let (away, aside) = (registered(&ctx, member("陈二二", 2)).await, registered(&ctx, member("陈三三", 3)).await);
        let (id, away, aside) = (own.id.to_string(), away.id.to_string(), aside.id.to_string());
        let (id, away, aside) = (id.as_str(), away.as_str(), aside.as_str());
        let page = c.get(&path).await.text();
        assert!(tick(&page, away) && tick(&page, aside) && !tick(&page, id), "{page}");

        // Both at once is no answer; what was ticked stays ticked.
        let both = [("day", "2021-07-08"), ("persons", id), ("persons", away), ("absent", away), ("action", "看望")];
        let told = c.post(&path, &both).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.text().contains("不能既是见到、又是没见到") && tick(&told.text(), away), "{}", told.text());
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 0);

        let sent = [("day", "2021-07-08"), ("persons", id), ("absent", away), ("action", "看望")];
        let done = c.post(&path, &sent).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let list = encounter::list(&ctx, &FindEncounters::default()).await.unwrap();
        let persons = |e: &zw_practice::out::EncounterOut| {
            let mut all: Vec<_> = e.persons.iter().map(|p| (p.name.clone(), p.met)).collect();
            all.sort();
            all
        };
        let want = [("陈一一".to_owned(), true), ("陈二二".to_owned(), false)];
        let one = list.items.first().unwrap();
        let e = encounter::open(&ctx, one.county, one.id).await.unwrap();
        assert_eq!(persons(&e), want);
        let view = format!("/visits/{}/{}", e.county, e.id);
        let mine = worker(10).to_string();
        let again =
            [("version", "1"), ("day", "2021-07-07"), ("persons", id), ("workers", mine.as_str()), ("action", "看望")];
        assert_eq!(c.post(&format!("{view}/edit"), &again).await.status, StatusCode::SEE_OTHER);
        let e = encounter::open(&ctx, e.county, e.id).await.unwrap();
        assert_eq!((persons(&e).as_slice(), e.met), (want.as_slice(), 1));
    })
    .await;
}
