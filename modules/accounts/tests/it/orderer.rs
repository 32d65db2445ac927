//! Who an account is, asked without a session.

use crate::browser::{account, behind_the_back, grant};
use crate::parts;
use zw_access::Role;
use zw_db::sql;
use zw_testkit::{World, on_both};

/// What was ordered in a session is done after it, with what the account holds then.
#[tokio::test]
async fn who_an_account_is_now_is_read_anew() {
    on_both(parts, |app| async move {
        let id = account(&app, "lin.xm", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
        let auth = zw_accounts::authenticator();
        let now = async || auth.0.actor(&app.app, id).await.unwrap();
        let a = now().await.unwrap();
        assert_eq!((a.name.as_str(), a.account(), a.grants.len()), ("lin.xm", Some(id), 1));
        assert!(a.has_role(Role::CountyAdmin, app.app.clock.today()));
        // A grant that somebody wrote past the program counts for nothing; one that ended is gone.
        behind_the_back(&app, sql("UPDATE account_grant SET role='prov_admin' WHERE account_id=").bind(id))
            .await
            .unwrap();
        assert!(now().await.unwrap().grants.is_empty());
        behind_the_back(&app, sql("UPDATE account_grant SET role='county_admin' WHERE account_id=").bind(id))
            .await
            .unwrap();
        assert_eq!(now().await.unwrap().grants.len(), 1);
        behind_the_back(&app, sql("UPDATE account_grant SET ended_at=1 WHERE account_id=").bind(id)).await.unwrap();
        assert!(now().await.unwrap().grants.is_empty());
        behind_the_back(&app, sql("UPDATE account SET state='disabled' WHERE id=").bind(id)).await.unwrap();
        assert!(now().await.is_none(), "who may not sign in orders nothing");
    })
    .await;
}
