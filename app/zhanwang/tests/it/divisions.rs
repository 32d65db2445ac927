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
