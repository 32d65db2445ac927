//! `divisions import` by the command's own path: a second file never rewrites what was.

use crate::settings::Folder;
use zhanwang::commands::{Divisions, divisions};
use zhanwang::wire;
use zw_core::Day;

#[tokio::test]
async fn a_second_import_begins_today() {
    let dir = Folder::new("divisions");
    let config = dir.config();
    let head = "code,name,level,parent_code\n350000000000,福建省,province,\n350400000000,三明市,city,350000000000\n";
    let first = dir.file("first.csv", &format!("{head}350427000000,沙县,county,350400000000\n"));
    let second = dir.file("second.csv", &format!("{head}350427000000,沙县区,county,350400000000\n"));
    let import = async |file: &std::path::Path, from: Option<&str>, correct: bool| {
        let from = from.map(str::to_owned);
        divisions(&config, Divisions::Import { file: file.to_owned(), from, correct }).await
    };
    let name = async |day: Option<Day>| {
        let wired = wire::existing(&config).await.unwrap();
        let view = wired.app.tree().as_of(day.unwrap_or_else(|| wired.app.clock.today()));
        wired.app.db.close().await;
        view.by_code("350427000000").map(|v| v.name.clone())
    };
    let long_ago = Day::new(2005, 1, 1);
    assert_eq!(import(&first, None, false).await.unwrap(), 0);
    assert_eq!(name(long_ago).await.as_deref(), Some("沙县"), "the first import stands from the beginning");
    assert_eq!(import(&second, None, false).await.unwrap(), 0);
    assert_eq!(name(long_ago).await.as_deref(), Some("沙县"), "what was stays as it was");
    assert_eq!(name(None).await.as_deref(), Some("沙县区"));

    let dir = Folder::new("divisions-past");
    let config = dir.config();
    let import = async |file: &std::path::Path, correct: bool| {
        let from = Some("2000-01-01".to_owned());
        divisions(&config, Divisions::Import { file: file.to_owned(), from, correct }).await
    };
    assert_eq!(import(&first, false).await.unwrap(), 0);
    let refused = import(&second, false).await.unwrap_err();
    assert!(zhanwang::commands::explain(&refused).contains("--correct"), "{refused}");
    assert_eq!(import(&second, true).await.unwrap(), 0);
}

/// Every module says what it has in a division that a file would end: units, residents, grants.
#[tokio::test]
async fn residents_and_grants_keep_a_division_too() {
    zw_testkit::on_both(crate::doors::parts, |app| async move {
        use zw_testkit::World;
        crate::relations::plant(&app, 1, World::COUNTY, World::TOWN, "甲").await;
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        for (n, area, to) in [(1u128, Some(100i64), None), (2, Some(1001), None), (3, Some(1001), Some(20_210_601i64))] {
            let id = zw_core::Uuid::from_u128(n);
            let q = zw_db::sql("INSERT INTO account(id,login,display,duty,state,created_at,updated_at,updated_by) VALUES(");
            let q = q.bind(id).lit(",").bind(format!("u{n}")).lit(",'甲','business','active',0,0,'t')");
            tx.run(q).await.unwrap();
            let q = zw_db::sql("INSERT INTO account_grant(id,account_id,duty,role,area_id,from_day,to_day,created_at,created_by,mac) VALUES(").bind(id).lit(",").bind(id);
            tx.run(q.lit(",'business','county_admin',").bind(area).lit(",20210101,").bind(to).lit(",0,'t',").bind(vec![0u8]).lit(")")).await.unwrap();
        }
        tx.commit(Silent).await.unwrap();
        let ctx = app.system("cli", zw_network::CLI_ACTIONS);
        // The whole county 子一县 of the test world goes, with its townships and villages.
        let file = "code,name,level,parent_code\n980000000000,甲省,province,\n980100000000,子城市,city,980000000000\n980102000000,子二县,county,980100000000\n980200000000,丑城市,city,980000000000\n980201000000,丑一县,county,980200000000\n";
        let r = zw_network::import_divisions(&ctx, file.as_bytes(), None).await.unwrap();
        let told: Vec<_> = r.standing.iter().map(|s| (s.line, s.code.as_str(), s.what, s.count)).collect();
        assert_eq!(
            told,
            [
                (3, "980101000000", "grant", 1),
                (3, "980101001000", "station", 1),
                (3, "980101001200", "resident", 2),
                (3, "980101100000", "grant", 1),
            ],
            "what ended already keeps nothing"
        );
        assert!(app.app.tree().as_of(ctx.today()).get(World::COUNTY).is_some());
    })
    .await;
}

struct Silent;
impl zw_db::Change for Silent {
    async fn write(self, _: &mut zw_db::Conn) -> zw_core::Result<()> {
        Ok(())
    }
}
