//! Headcounts from the database: the same by sweep, by group and on one day.

use crate::support::{NUMBERS, Nothing, county_admin, day, parts, posting, register, unit_id, world};
use zw_access::Role;
use zw_core::{Day, PageReq};
use zw_db::sql;
use zw_indicators::{Area, Source as _, Span};
use zw_people::model::certificate::CertificateInput;
use zw_people::{PeopleSource, service};
use zw_testkit::{World, actor, actor_of, on_both};
use zw_web::Idem;

#[tokio::test]
async fn heads_at_built_stations() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(county_admin());
        let (a, b) = (register(&app, "张三丰", NUMBERS[0]).await, register(&app, "李四光", NUMBERS[1]).await);
        // a: mostly at station 1, some time at the centre. b: at station 2 until it closed.
        for (who, n, from, fte) in [(a, 1, "2021-02-01", "70"), (a, 3, "2021-03-01", "30"), (b, 2, "2021-02-01", "100")]
        {
            service::post(&ctx, who, &posting(n, from, fte), &Idem::none()).await.unwrap();
        }
        let k = CertificateInput { level: "1".into(), number: "A2021001".into(), issued_on: "2021-04-01".into() };
        service::certify(&ctx, a, &k, &Idem::none()).await.unwrap();
        let mut c = app.app.db.read().await.unwrap();
        let tree = app.app.tree();
        let county = Area::County(World::COUNTY);
        let dates: Vec<Day> = [20210131, 20210201, 20210401, 20210630, 20210701].map(day).to_vec();
        for (key, want) in [
            ("posted_workers", [0, 2, 2, 2, 1]),
            ("certified_workers", [0, 0, 1, 1, 1]),
            ("posted_all", [0, 2, 2, 2, 2]),
            ("posted_at_centres", [0, 0, 0, 0, 0]),
            ("fte_total", [0, 1700, 1700, 1700, 700]),
            ("workers_short_stations", [2, 2, 2, 2, 1]),
            ("M43", [4, 2, 2, 2, 1]),
        ] {
            let swept = PeopleSource.series(&mut c, &tree, key, &county, &dates).await.unwrap();
            assert_eq!(swept, want, "{key}");
            for (i, d) in dates.iter().enumerate() {
                let one = PeopleSource.count(&mut c, &tree, &[key], &county, Span::on(*d)).await.unwrap();
                assert_eq!(one[0].1, want[i], "{key} on {d}");
                let grouped =
                    PeopleSource.by_county(&mut c, &tree, &[key], &[World::COUNTY], Span::on(*d)).await.unwrap();
                assert_eq!(grouped[&(key, World::COUNTY)], want[i], "{key} on {d}, grouped");
                if matches!(key, "posted_workers" | "certified_workers") {
                    // A unit is asked in the same words as a county; the rows behind are as many.
                    let mut units = 0;
                    for n in 1..=3 {
                        let unit = Area::Unit(World::COUNTY, unit_id(n));
                        let found = PeopleSource.count(&mut c, &tree, &[key], &unit, Span::on(*d)).await.unwrap();
                        units += found[0].1;
                    }
                    assert_eq!(units, want[i], "{key} on {d}, by unit");
                    let mut towns = 0;
                    for town in [World::TOWN, World::TOWN2] {
                        let area = Area::Town(World::COUNTY, town);
                        let found = PeopleSource.count(&mut c, &tree, &[key], &area, Span::on(*d)).await.unwrap();
                        let swept = PeopleSource.series(&mut c, &tree, key, &area, &[*d]).await.unwrap();
                        assert_eq!(swept, [found[0].1], "{key} on {d} in {town}, swept");
                        towns += found[0].1;
                    }
                    assert_eq!(towns, want[i], "{key} on {d}, by township");
                    let page = PageReq::new(None, None);
                    let rows = PeopleSource.rows(&ctx, key, &county, Span::on(*d), page).await.unwrap();
                    assert_eq!(rows.total, want[i], "{key} on {d}, rows");
                }
            }
        }
        let unit = Area::Unit(World::COUNTY, unit_id(1));
        let month =
            PeopleSource.count(&mut c, &tree, &["M41", "M42", "M43"], &unit, Span::on(day(20210630))).await.unwrap();
        assert_eq!(month, [("M41", 1), ("M42", 1), ("M43", 1)]);
        drop(c);
        // Rows: names of staff for whoever reaches them, nothing for those who see no person.
        let page = PageReq::new(None, None);
        let span = Span::on(day(20210630));
        let rows = PeopleSource.rows(&ctx, "posted_workers", &county, span, page).await.unwrap();
        assert_eq!((rows.total, rows.partly_hidden), (2, false));
        assert!(rows.rows.iter().any(|r| r.cells[0] == "张三丰"), "{rows:?}");
        let head = app.ctx(actor_of(Role::StationHead, None, Some((World::COUNTY, unit_id(1))), None));
        let rows = PeopleSource.rows(&head, "posted_workers", &county, span, page).await.unwrap();
        assert_eq!((rows.total, rows.partly_hidden, rows.rows[0].cells[0].zh()), (1, true, "张三丰"));
        let province = app.ctx(actor(Role::ProvAdmin, World::PROVINCE));
        let rows = PeopleSource.rows(&province, "posted_workers", &county, span, page).await.unwrap();
        assert_eq!((rows.total, rows.partly_hidden), (0, true));
        let short = PeopleSource.rows(&province, "workers_short_stations", &county, span, page).await.unwrap();
        assert_eq!((short.total, short.rows[0].cells[2].zh()), (2, "1"));
    })
    .await;
}

/// A setting that is changed today judges the days from today on, and no day before.
#[tokio::test]
async fn a_station_is_short_by_the_number_of_its_day() {
    on_both(parts, |app| async move {
        world(&app).await;
        let a = register(&app, "张三丰", NUMBERS[0]).await;
        service::post(&app.ctx(county_admin()), a, &posting(1, "2021-02-01", "100"), &Idem::none()).await.unwrap();
        let (tree, county) = (app.app.tree(), Area::County(World::COUNTY));
        let dates: Vec<Day> = [20210401, 20210630, 20210707, 20210708].map(day).to_vec();
        let gaps = async || {
            let mut c = app.app.db.read().await.unwrap();
            let swept = PeopleSource.series(&mut c, &tree, "M43", &county, &dates).await.unwrap();
            for (d, n) in dates.iter().zip(&swept) {
                let one = PeopleSource.count(&mut c, &tree, &["M43"], &county, Span::on(*d)).await.unwrap();
                assert_eq!(one, [("M43", *n)], "{d}");
            }
            swept
        };
        let before = gaps().await;
        assert_eq!(before, [3, 3, 1, 1]);
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        for q in [
            sql("INSERT INTO setting(key,value,version,updated_at) VALUES('people.required_per_station','5',1,")
                .bind(app.app.clock.now()),
            sql("INSERT INTO setting_change(key,version,at,set_by,new) VALUES('people.required_per_station',1,")
                .bind(app.app.clock.now())
                .lit(",'x','5'"),
        ] {
            tx.run(q.lit(")")).await.unwrap();
        }
        tx.commit(Nothing).await.unwrap();
        assert_eq!(gaps().await, [3, 3, 1, 4], "only today is judged by it");
    })
    .await;
}
