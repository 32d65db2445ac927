//! What a worker chose at the last visit is offered at the next one; what was written or looked at never is.

use crate::support::*;
use axum::http::StatusCode;
use zw_testkit::on_both;

#[tokio::test]
async fn the_form_begins_with_what_was_chosen_the_last_time() {
    on_both(parts, |app| async move {
        world(&app).await;
        let key = registered(&app.ctx(social_worker(1)), person("陈秀英", 1)).await;
        let (path, id) = (format!("/people/{}/{}/visit", key.county, key.id), key.id.to_string());
        // The value is chosen: its tag says so.
        let chosen = |text: &str, value: &str| {
            let mut tags = text.split('<').filter(|t| t.contains(&format!("value=\"{value}\"")));
            tags.any(|t| t.contains("checked") || t.contains("selected"))
        };
        let c = app.client(social_worker(1));
        let first = c.get(&path).await.text();
        assert!(chosen(&first, "home") && !chosen(&first, "phone") && !chosen(&first, "fire"), "{first}");
        assert!(!first.contains("您上一次探访"));
        let along = worker(11).to_string();
        let fields = [
            ("day", "2021-07-07"),
            ("mode", "phone"),
            ("persons", id.as_str()),
            ("safety", "fire"),
            ("action", "写给这一个人的话"),
            ("state_note", "只属于他"),
            ("purpose", "verify"),
            ("result", "done"),
            ("minutes", "35"),
            ("second", along.as_str()),
        ];
        let done = c.post(&path, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let again = c.get(&path).await.text();
        assert!(chosen(&again, "phone") && chosen(&again, "verify"), "{again}");
        assert!(!chosen(&again, &along), "who goes along is said each time");
        assert!(!chosen(&again, "home") && again.contains("您上一次探访") && again.contains("2021-07-08"));
        // What was looked at, texts, times and the day are of their visit.
        assert!(!chosen(&again, "fire"));
        for text in ["写给这一个人的话", "只属于他", "value=\"35\"", "2021-07-07\""] {
            assert!(!again.contains(text), "{text}");
        }
        // Each worker by the own visits: the colleague went along, with the first one; another station knows nothing of it.
        let theirs = app.client(colleague(1)).get(&path).await.text();
        assert!(chosen(&theirs, "phone"), "{theirs}");
        assert!(chosen(&app.client(head(1)).get(&path).await.text(), "home"), "the head is no posted worker");
    })
    .await;
}
