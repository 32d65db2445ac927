//! A report that city and province will read names nobody on file, whether it is saved or submitted.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::http::StatusCode;
use zw_access::Role;
use zw_testkit::{World, on_both};

#[tokio::test]
async fn a_report_that_names_a_resident_is_refused_at_the_field() {
    on_both(parts, |app| async move {
        let home = plant(&app, 1, World::COUNTY, World::TOWN, "甲").await;
        let (county, head) = (app.client(local(Role::CountyAdmin, &home)), app.client(local(Role::StationHead, &home)));
        let person = head.get(&format!("/api/v1/residents/{}/{}", World::COUNTY, home.residents[0])).await.json();
        let name = person["resident"]["name"].as_str().unwrap().to_owned();
        let text = format!("为{name}一户申请了临时救助");
        let month = |field: &str, text: &str| {
            let (county, unit) = (World::COUNTY.to_string(), home.unit.to_string());
            let mut body = serde_json::json!({"period": "2021-05", "county": county, "unit": unit, "version": 0});
            body[field] = text.into();
            body
        };
        let week = serde_json::json!({"period": "2021-W26", "county": World::COUNTY.to_string(), "version": 0, "problems": text});
        for (who, path, body, field) in [
            (&head, "/api/v1/reports/draft", month("highlights", &text), "highlights"),
            (&head, "/api/v1/reports", month("highlights", &text), "highlights"),
            (&head, "/api/v1/reports", month("next_plan", &text), "next_plan"),
            (&county, "/api/v1/reports/draft", week.clone(), "problems"),
            (&county, "/api/v1/reports", week, "problems"),
        ] {
            let answer = who.post_json(path, &body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {}", answer.text());
            assert!(!answer.text().contains(&name), "the name is not repeated");
            let error = &answer.json()["errors"][0];
            assert_eq!((error["field"].as_str(), error["code"].as_str()), (Some(field), Some("named-on-file")), "{path}");
        }
        // A number is refused as well, whose it may be: in the texts, in the reasons, in what the tier above answers.
        let number = "某某，身份证３５９９００ 19290211 002X，情况好转";
        let why = serde_json::json!([{"key": "M07", "value": "1", "reason": number}]);
        let mut over = month("highlights", "");
        over["overrides"] = why;
        let excuse = serde_json::json!({"period": "2021-05", "county": World::COUNTY.to_string(),
            "unit": home.unit.to_string(), "reason": "电话13800001234"});
        for (who, path, body, field) in [
            (&head, "/api/v1/reports/draft", month("highlights", number), "highlights"),
            (&head, "/api/v1/reports", month("next_plan", number), "next_plan"),
            (&head, "/api/v1/reports", over, "why-M07"),
            (&county, "/api/v1/reports/exempt", excuse, "reason"),
        ] {
            let answer = who.post_json(path, &body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {}", answer.text());
            let errors = answer.json()["errors"].as_array().unwrap().clone();
            let told = errors.iter().any(|e| e["field"] == field && e["code"] == "number-of-person");
            assert!(told, "{path}: {errors:?}");
        }
        let sent = head.post_json("/api/v1/reports", &month("highlights", "为某某一户申请了临时救助")).await;
        assert!(sent.status.is_success(), "{}", sent.text());
    })
    .await;
}
