//! The register by category, by hand.

use crate::support::*;
use zw_core::{Day, Key, ResidentId};
use zw_indicators::{Area, Span};
use zw_practice::model::{MergeInput, ResidentInput};
use zw_practice::service::resident::CloseInput;
use zw_practice::service::{merge, register, resident};
use zw_testkit::{TestApp, World, on_both};
use zw_web::Idem;

const KEYS: [&str; 8] = ["M01", "M02", "M02a", "M03", "M03a", "M03b", "M03c", "M04"];

/// `KEY.CODE=n` of a span, in order.
async fn split(app: &TestApp, area: &Area, from: Day, to: Day) -> String {
    let mut c = app.app.db.read().await.unwrap();
    let found = zw_practice::source().split(&mut c, &KEYS, area, Span { from, to }).await.unwrap();
    let mut said: Vec<String> = found.into_iter().map(|(key, code, n)| format!("{key}.{code}={n}")).collect();
    said.sort();
    said.join(" ")
}

async fn corrected(app: &TestApp, key: Key<ResidentId>, input: ResidentInput) {
    let q = zw_db::sql("SELECT version FROM resident WHERE id=").bind(key.id);
    let version = app.app.db.read().await.unwrap().scalar::<i64>(q).await.unwrap();
    let ctx = app.ctx(social_worker(1));
    register::correct(&ctx, key.county, key.id, ResidentInput { version, ..input }, &Idem::none()).await.unwrap();
}

#[tokio::test]
async fn the_register_by_category() {
    on_both(parts, |app| async move {
        world(&app).await;
        let someone = |name: &str, n: i64, filed: &str, codes: &[&str]| ResidentInput {
            filed_on: filed.into(),
            categories: codes.iter().map(|c| (*c).to_owned()).collect(),
            ..person(name, n)
        };
        let close = |reason: &str| CloseInput { reason: reason.into(), version: 1, ..CloseInput::default() };
        app.at(2021, 5, 10, 9);
        let one = registered(&app.ctx(social_worker(1)), someone("王一", 1, "2021-05-01", &["01", "21"])).await;
        let two = registered(&app.ctx(social_worker(1)), someone("赵二", 2, "2021-05-02", &["01"])).await;
        app.at(2021, 6, 5, 9);
        let three = registered(&app.ctx(social_worker(1)), someone("钱三", 3, "2021-06-03", &["02"])).await;
        app.at(2021, 6, 10, 9);
        corrected(&app, two, someone("赵二", 2, "2021-05-02", &["02"])).await;
        app.at(2021, 6, 12, 9);
        let four = registered(&app.ctx(social_worker(1)), someone("孙四", 4, "2021-06-12", &["21"])).await;
        app.at(2021, 6, 15, 9);
        let five = registered(&app.ctx(social_worker(1)), someone("周五", 5, "2021-06-15", &["01"])).await;
        app.at(2021, 6, 20, 9);
        resident::close(&app.ctx(head(1)), four.county, four.id, close("not_needed"), &Idem::none()).await.unwrap();
        app.at(2021, 6, 25, 9);
        resident::close(&app.ctx(head(1)), five.county, five.id, close("error"), &Idem::none()).await.unwrap();
        app.at(2021, 6, 28, 9);
        corrected(&app, one, someone("王一", 1, "2021-05-01", &["01", "21", "31"])).await;
        let (may, june) = ((day(5, 1), day(5, 31)), (day(6, 1), day(6, 30)));
        let county = Area::County(World::COUNTY);
        for area in [station1(), county] {
            assert_eq!(split(&app, &area, may.0, may.1).await, "M02.01=2 M02.21=1 M04.01=2 M04.21=1");
            assert_eq!(
                split(&app, &area, june.0, june.1).await,
                "M01.01=2 M01.21=1 M02.01=1 M02.02=1 M02.21=1 M03.21=1 M03c.01=-1 M04.01=1 M04.02=2 M04.21=1 M04.31=1"
            );
        }
        assert_eq!(split(&app, &Area::Unit(World::COUNTY, unit(2)), june.0, june.1).await, "");
        // Only what is asked for.
        let mut c = app.app.db.read().await.unwrap();
        let span = Span { from: june.0, to: june.1 };
        let some = zw_practice::source().split(&mut c, &["M03"], &station1(), span).await.unwrap();
        assert_eq!(some, [("M03", "21".to_owned(), 1)]);
        drop(c);
        // A corrected day of filing takes the categories along that began with it.
        app.at(2021, 7, 2, 9);
        corrected(&app, three, someone("钱三", 3, "2021-05-20", &["02"])).await;
        assert_eq!(
            split(&app, &station1(), may.0, may.1).await,
            "M02.01=2 M02.02=1 M02.21=1 M04.01=2 M04.02=1 M04.21=1"
        );
        let now = split(&app, &station1(), june.0, june.1).await;
        assert!(now.contains("M01.02=1") && !now.contains("M02.02") && now.contains("M04.02=2"), "{now}");
        // Merged: the one leaves with its category, the other has it from then on.
        app.at(2021, 7, 5, 9);
        let ctx = app.ctx(head(1));
        let version =
            async |key: Key<ResidentId>| resident::open(&ctx, key.county, key.id).await.unwrap().resident.version;
        let (version, other_version) = (version(one).await, version(three).await);
        let input = MergeInput { reason: "twice".into(), take: vec![], version, other_version };
        merge::merge(&ctx, one.county, (one.id, three.id), input, &Idem::none()).await.unwrap();
        assert_eq!(
            split(&app, &station1(), day(7, 1), day(7, 31)).await,
            "M01.01=1 M01.02=2 M01.21=1 M01.31=1 M03b.02=1 M04.01=1 M04.02=2 M04.21=1 M04.31=1"
        );
    })
    .await;
}
