//! Texts that leave the station name nobody on file.

use crate::support::*;
use zw_core::{DivisionId, UnitId};
use zw_practice::model::ResidentInput;
use zw_testkit::{World, on_both};

#[tokio::test]
async fn a_name_on_file_is_found_in_a_text_and_not_repeated() {
    on_both(parts, |app| async move {
        world(&app).await;
        registered(&app.ctx(social_worker(1)), person("陈秀英", 1)).await;
        let there = ResidentInput { village: "10010".into(), ..person("林小红", 2) };
        registered(&app.ctx(social_worker(2)), there).await;
        let ctx = app.ctx(zw_testkit::actor(zw_access::Role::CountyAdmin, World::COUNTY));
        let texts: Vec<(String, String)> = [
            ("highlights", "为陈 秀英申请了低保"),
            ("problems", "林小红一户漏雨，陈秀英同住"),
            ("next_plan", "走访陈某某"),
            ("amend_note", ""),
        ]
        .map(|(f, t)| (f.to_owned(), t.to_owned()))
        .to_vec();
        let found = async |county: DivisionId, unit: Option<UnitId>| {
            let e = zw_practice::source().named_in(&ctx, (county, unit), &texts).await.unwrap();
            assert!(e.0.iter().all(|f| f.args.is_empty() && f.code == "named-on-file"), "{e:?}");
            let mut at: Vec<String> = e.0.into_iter().map(|f| f.field).collect();
            at.sort();
            at.join(" ")
        };
        assert_eq!(found(World::COUNTY, None).await, "highlights problems", "of the county for a week");
        assert_eq!(found(World::COUNTY, Some(unit(1))).await, "highlights problems", "of the station for a month");
        assert_eq!(found(World::COUNTY, Some(unit(2))).await, "problems");
        assert_eq!(found(World::COUNTY2, None).await, "");
    })
    .await;
}
