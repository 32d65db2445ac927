//! Import of a divisions file, and the map of a day.

use crate::support::{Nothing, cli, day, load, parts, station};
use std::fmt::Write as _;
use zw_access::Role;
use zw_core::tree::DivisionKind;
use zw_core::{DivisionId, Error};
use zw_network::UnitState;
use zw_network::model::division::DivisionQuery;
use zw_network::service::divisions;
use zw_network::views::divisions::import_words;
use zw_testkit::{World, actor, on_both};
use zw_ui::Lang;

const FUJIAN: &[u8] = include_bytes!("../../../../data/divisions-fujian-2023.csv");

/// The shipped file: 18,762 rows, two folded, 83 counties and 1,106 townships in the denominators (domain.md 4).
#[tokio::test]
async fn the_shipped_file() {
    on_both(parts, |app| async move {
        let ctx = cli(&app);
        let r = zw_network::import_divisions(&ctx, FUJIAN, Some(day(20000101))).await.unwrap();
        assert!(r.imported, "{r:?}");
        assert_eq!((r.rows_read, r.added, r.folded.len(), r.changed, r.unchanged), (18_762, 18_760, 2, 0, 0));
        let counts: Vec<(usize, usize)> = r.levels.iter().map(|l| (l.divisions, l.counted)).collect();
        assert_eq!(counts, [(1, 1), (9, 9), (84, 83), (1_169, 1_106), (17_497, 17_496)]);
        let view = app.app.tree().as_of(day(20210708));
        let province = view.by_code("350000000000").unwrap().id;
        assert_eq!(view.counted(DivisionKind::County, province).len(), 83);
        assert_eq!(view.counted(DivisionKind::Township, province).len(), 1_106);
        // Once more: nothing changes.
        let r = zw_network::import_divisions(&ctx, FUJIAN, None).await.unwrap();
        assert_eq!((r.added, r.changed, r.unchanged, r.ended.len()), (0, 0, 18_760, 0));
        let told = import_words(Lang::En, &r);
        assert!(told.starts_with("18,762 rows read: ") && told.contains("Township: "), "{told}");
    })
    .await;
}

/// Broken rows: all are checked, all are told with line and column, none is imported.
#[tokio::test]
async fn a_broken_file_imports_nothing() {
    on_both(parts, |app| async move {
        let ctx = cli(&app);
        let before = app.app.tree().versions().len();
        let file = "code,name,level,parent_code\n360000000000,江西省,province,\n36010000000x,南昌市,city,360000000000\n360200000000,,city,360000000000\n360300000000,萍乡市,town,360000000000\n360400000000,九江市,city,990000000001\n";
        let r = zw_network::import_divisions(&ctx, file.as_bytes(), None).await.unwrap();
        assert!(r.refused());
        let told: Vec<(u64, &str, String)> =
            r.problems.iter().map(|p| (p.line, p.column.as_str(), p.reason.to_string())).collect();
        assert_eq!(
            told,
            [
                (3, "code", "code_shape".to_owned()),
                (4, "name", "empty_name".to_owned()),
                (5, "level", "unknown_level".to_owned()),
                (6, "parent_code", "missing_parent".to_owned())
            ]
        );
        assert_eq!(app.app.tree().versions().len(), before);
        let told = import_words(Lang::En, &r);
        for line in [
            "line 3, column code: Not a 12-digit code of that level \"36010000000x\"",
            "line 6, column parent_code: No row has the parent's code \"990000000001\"",
            "The file has 4 problems; nothing was imported.",
        ] {
            assert!(told.lines().any(|l| l == line), "{told}");
        }
        let told = import_words(Lang::ZhCn, &r);
        assert!(told.contains("第 4 行 name 列：名称为空") && told.contains("没有导入任何内容"), "{told}");
    })
    .await;
}

/// A county that becomes part of another from a day on: the old map stays readable, the denominator changes.
#[tokio::test]
async fn a_later_file_changes_the_map_from_its_day() {
    on_both(parts, |app| async move {
        let ctx = cli(&app);
        let file = |counties: &[(&str, &str)]| {
            let mut t = String::from(
                "code,name,level,parent_code\n350000000000,福建省,province,\n350400000000,三明市,city,350000000000\n",
            );
            for (code, name) in counties {
                let _ = writeln!(t, "{code}000000,{name},county,350400000000");
            }
            t
        };
        let one = file(&[("350402", "梅列区"), ("350403", "三元区"), ("350427", "沙县")]);
        let two = file(&[("350404", "三元区"), ("350405", "沙县区")]);
        zw_network::import_divisions(&ctx, one.as_bytes(), Some(day(20000101))).await.unwrap();
        // The day is past: refused, unless it is said to be a correction.
        let how = zw_network::Import { valid_from: Some(day(20210201)), ..zw_network::Import::default() };
        let past = zw_network::import_divisions_with(&ctx, two.as_bytes(), how).await;
        assert!(matches!(past, Err(Error::Rule { code: "import-changes-past", .. })), "{past:?}");
        assert_eq!(app.app.tree().as_of(day(20210201)).by_code("350427000000").map(|v| v.name.as_str()), Some("沙县"));
        let how = zw_network::Import { correct: true, ..how };
        let r = zw_network::import_divisions_with(&ctx, two.as_bytes(), how).await.unwrap();
        assert_eq!((r.added, r.unchanged), (2, 2));
        assert_eq!(r.ended, ["三明市梅列区", "三明市三元区", "三明市沙县"]);
        let tree = app.app.tree();
        let city = tree.as_of(day(20210131)).by_code("350400000000").unwrap().id;
        let n = |d: i64| tree.as_of(day(d)).counted(DivisionKind::County, city).len();
        assert_eq!((n(20210131), n(20210201)), (3, 2));
        let early = zw_network::import_divisions(&ctx, one.as_bytes(), Some(day(20210101))).await;
        assert!(matches!(early, Err(Error::Rule { code: "import-before-standing", .. })), "{early:?}");
        // The map of a day by the service.
        let reader = app.ctx(actor(Role::CountyAdmin, World::COUNTY));
        let q = |on: &str| DivisionQuery { area: Some(city.0), as_of: Some(on.into()) };
        let names = async |on: &str| {
            let f = divisions::browse(&reader, &q(on)).await.unwrap();
            f.children.iter().map(|d| d.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names("2021-01-31").await, ["梅列区", "三元区", "沙县"]);
        assert_eq!(names("2021-02-01").await, ["三元区", "沙县区"]);
        let missing = divisions::browse(&reader, &DivisionQuery { area: Some(9_999_999), as_of: None }).await;
        assert!(matches!(missing, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn only_the_operator_imports() {
    on_both(parts, |app| async move {
        for role in [Role::ProvAdmin, Role::CountyAdmin, Role::SecurityAdmin] {
            let ctx = app.ctx(actor(role, World::PROVINCE));
            let r = zw_network::import_divisions(&ctx, b"", None).await;
            assert!(matches!(r, Err(Error::Forbidden)), "{role}: {r:?}");
        }
        let version = |app: &zw_testkit::TestApp| {
            let db = app.app.db.clone();
            async move { divisions::tree_version(&mut db.read().await.unwrap()).await.unwrap() }
        };
        assert_eq!(version(&app).await, 0);
        let file = "code,name,level,parent_code\n360000000000,江西省,province,\n";
        let operator = app.ctx(actor(Role::SysAdmin, DivisionId(1)));
        zw_network::import_divisions(&operator, file.as_bytes(), None).await.unwrap();
        assert_eq!(version(&app).await, 1);
    })
    .await;
}

/// A second process has the map of an import at its next tick.
#[tokio::test]
async fn another_process_learns_of_an_import() {
    on_both(parts, |app| async move {
        let twin = app.twin(parts()).await;
        let code = "360000000000";
        let file = format!("code,name,level,parent_code\n{code},江西省,province,\n");
        zw_network::import_divisions(&cli(&app), file.as_bytes(), None).await.unwrap();
        let known = |app: &zw_testkit::TestApp| app.app.tree().as_of(day(20210708)).by_code(code).is_some();
        assert!(known(&app), "in the importing process at once");
        assert!(!known(&twin));
        zw_jobs::Scheduler::new(zw_network::ticks::ticks()).once(&twin.app).await.unwrap();
        assert!(known(&twin));
        assert!(!zw_network::ticks::follow(&twin.app).await.unwrap(), "nothing to do a second time");
        assert!(!zw_network::ticks::follow(&app.app).await.unwrap());
        twin.app.db.close().await;
    })
    .await;
}

/// A file that would end a township or county in which something still stands: refused with the list, nothing is written.
#[tokio::test]
async fn a_division_in_which_something_stands_does_not_end() {
    on_both(parts, |app| async move {
        let ctx = cli(&app);
        let town = |code: &str, name: &str| format!("{code},{name},township,350427000000\n");
        let head = "code,name,level,parent_code\n350000000000,福建省,province,\n350400000000,三明市,city,350000000000\n350427000000,沙县,county,350400000000\n";
        let one = format!("{head}{}{}", town("350427100000", "青州镇"), town("350427101000", "夏茂镇"));
        zw_network::import_divisions(&ctx, one.as_bytes(), Some(day(20000101))).await.unwrap();
        let view = app.app.tree().as_of(day(20210708));
        let id = |code: &str| view.by_code(code).unwrap().id;
        let (county, gone) = (id("350427000000"), id("350427101000"));
        load(&app, &[station(1, county, gone, &[(20210101, UnitState::Operating)], &[(gone, 20210101, None)])]).await;
        let stood = app.app.tree().versions().len();

        // The township of the station goes: line of its county's row, code, what, how many.
        let two = format!("{head}{}", town("350427100000", "青州镇改"));
        let r = zw_network::import_divisions(&ctx, two.as_bytes(), None).await.unwrap();
        assert!(r.refused() && r.problems.is_empty());
        let told: Vec<_> = r.standing.iter().map(|s| (s.line, s.code.as_str(), s.what, s.count)).collect();
        assert_eq!(told, [(4, "350427101000", "station", 1)]);
        let told = import_words(Lang::En, &r);
        assert!(told.contains("line 4: 三明市沙县夏茂镇 (350427101000) is not in the file and would end"), "{told}");
        assert_eq!(app.app.tree().versions().len(), stood, "not even the renamed one was written");
        let mut c = app.app.db.read().await.unwrap();
        let names: i64 =
            c.scalar(zw_db::sql("SELECT COUNT(*) FROM division_version WHERE name='青州镇改'")).await.unwrap();
        assert_eq!(names, 0);
        drop(c);
        // The county goes with both: the station is told once, at its township.
        let three = "code,name,level,parent_code\n350000000000,福建省,province,\n350400000000,三明市,city,350000000000\n350405000000,沙县区,county,350400000000\n";
        let r = zw_network::import_divisions(&ctx, three.as_bytes(), None).await.unwrap();
        let told: Vec<_> = r.standing.iter().map(|s| (s.line, s.code.as_str(), s.what, s.count)).collect();
        assert_eq!(told, [(3, "350427101000", "station", 1)]);

        // Once it is closed the file goes through.
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(zw_db::sql("UPDATE unit SET state='closed'")).await.unwrap();
        tx.commit(Nothing).await.unwrap();
        let r = zw_network::import_divisions(&ctx, two.as_bytes(), None).await.unwrap();
        assert!(r.imported && r.standing.is_empty(), "{r:?}");
        assert_eq!(r.ended, ["三明市沙县夏茂镇"]);
    })
    .await;
}
