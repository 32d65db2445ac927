//! The first page: a frozen month that waits for its circular, and the last circular for those who only read.

use crate::support::{officer, parts, pass, world};
use zw_access::Role;
use zw_core::CircularId;
use zw_publishing::model::circular::{CheckInput, DraftInput, SendInput};
use zw_publishing::model::snapshot::FreezeInput;
use zw_publishing::service::{circulars, snapshots};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_ui::Lang;
use zw_web::Idem;

async fn first_page(t: &TestApp, who: zw_access::Actor) -> String {
    zw_publishing::today_section(&t.ctx(who), Lang::ZhCn).await.unwrap().map(|m| m.into_string()).unwrap_or_default()
}

async fn draft(t: &TestApp, snapshot: String) -> CircularId {
    let input = DraftInput { snapshot, previous: "none".into() };
    circulars::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap()
}

#[tokio::test]
async fn a_frozen_month_waits_until_its_circular_is_sent() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let page = first_page(&t, officer(1)).await;
        assert!(!page.contains("起草2021年6月通报"), "not frozen yet: {page}");
        let input = FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() };
        let snapshot = snapshots::freeze(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap();
        t.at(2021, 7, 12, 9);
        let page = first_page(&t, officer(2)).await;
        for want in ["起草2021年6月通报", &format!("/snapshots/{snapshot}"), "冻结，至今已冻结 4 天"] {
            assert!(page.contains(want), "{want}: {page}");
        }
        let id = draft(&t, snapshot.to_string()).await;
        let page = first_page(&t, officer(2)).await;
        assert!(page.contains("待核稿") && page.contains("至今已冻结 4 天") && !page.contains("起草2021年6月通报"));
        assert_eq!(page.matches(&format!("/circulars/{id}")).count(), 1, "told once: {page}");
        let check = CheckInput { version: 1, although_blank: "1".into() };
        circulars::check(&t.ctx(officer(2)), id, &check, &Idem::none()).await.unwrap();
        assert!(first_page(&t, officer(1)).await.contains("待送签"));

        // Nothing for a leader while it is not sent; number, date and PDF once it is.
        for role in [Role::Leader, Role::LinkedCadre] {
            let area = if role == Role::Leader { World::PROVINCE } else { World::COUNTY };
            assert!(!first_page(&t, actor(role, area)).await.contains("最近一期通报"));
        }
        let send = SendInput { doc_no: "示例〔2021〕6号".into(), sent_on: "2021-07-12".into(), version: 2 };
        circulars::send(&t.ctx(officer(1)), id, &send, &Idem::none()).await.unwrap();
        assert!(!first_page(&t, officer(1)).await.contains("至今已冻结"));
        for role in [Role::Leader, Role::LinkedCadre] {
            let area = if role == Role::Leader { World::PROVINCE } else { World::COUNTY };
            let page = first_page(&t, actor(role, area)).await;
            for want in ["最近一期通报", "示例〔2021〕6号", "2021-07-12", &format!("/circulars/{id}/file/pdf")]
            {
                assert!(page.contains(want), "{role}: {want}: {page}");
            }
            let file = t.client(actor(role, area)).get(&format!("/circulars/{id}/file/pdf")).await;
            assert_eq!(file.status.as_u16(), 200, "{role}");
        }
        // A leader of another province has no part in it; who keeps a county has the list of circulars.
        assert!(!first_page(&t, actor(Role::Leader, World::OTHER_PROVINCE)).await.contains("最近一期通报"));
        assert!(!first_page(&t, actor(Role::CountyAdmin, World::COUNTY)).await.contains("最近一期通报"));
    })
    .await;
}
