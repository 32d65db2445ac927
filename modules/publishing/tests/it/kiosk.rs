//! A wall screen: its wall, nothing behind it and no way out.

use crate::support::{county, day, officer, parts, world};
use zw_access::Role;
use zw_core::{Error, PageReq};
use zw_indicators::{Area, Measures, Span};
use zw_reporting::figure::service::{FigureQuery, figure};
use zw_testkit::{World, actor, on_both};

#[tokio::test]
async fn a_screen_reaches_its_wall_and_nothing_else() {
    on_both(parts, |t| async move {
        world(&t).await;
        let kiosk = t.client(actor(Role::Kiosk, World::PROVINCE));
        let dark = kiosk.get("/wall/kiosk").await;
        assert_eq!(dark.status.as_u16(), 200);
        let dark = dark.text();
        assert!(dark.contains("data-bs-theme=\"dark\"") && dark.contains("data-live-src=\"/wall/fragment?"), "{dark}");
        assert!(!dark.contains("href=\"/wall?") && !dark.contains("/units/") && !dark.contains("/build-out/"));
        let fragment = kiosk.get("/wall/fragment?kiosk=1").await;
        assert_eq!(fragment.status.as_u16(), 200);
        assert_eq!(
            kiosk.get("/wall/fragment").await.text(),
            fragment.text(),
            "a screen gets no links by asking for them"
        );
        // Nothing of the frame for people: what a screen's role may read leads to its wall, the rest is refused, and no
        // answer has a way out.
        for path in ["/wall", "/wall?area=100", "/wall/print", "/wall/town?area=1000", "/figures/stations_built"] {
            let a = kiosk.get(path).await;
            assert_eq!((a.status.as_u16(), a.location().as_str()), (303, "/wall/kiosk"), "{path}");
        }
        for path in ["/api/v1/wall", "/api/v1/figures/stations_built"] {
            assert_eq!(kiosk.get(path).await.status.as_u16(), 403, "{path}");
        }
        for html in [&dark, &fragment.text(), &kiosk.get("/units").await.text(), &kiosk.get("/nowhere").await.text()] {
            let out: Vec<&str> = html.split("<a ").skip(1).filter(|a| !a.contains("href=\"#main\"")).collect();
            assert!(out.is_empty() && !html.contains("<form"), "{out:?}");
        }
        // No row behind a figure, not even of stations.
        let key = "stations_built";
        let (screen, q) = (t.ctx(actor(Role::Kiosk, World::PROVINCE)), FigureQuery::default());
        assert!(figure(&screen, key, &q).await.unwrap().rows.is_none());
        assert!(figure(&t.ctx(officer(1)), key, &q).await.unwrap().rows.unwrap().total > 0);
        let measures = t.app.ext::<Measures>().unwrap();
        let (owner, def) = measures.owner("workers_short_stations").unwrap();
        let (area, span) = (Area::County(World::COUNTY), Span::on(day(7, 8)));
        let page = PageReq::new(None, None);
        let rows = owner.rows(&screen, def.key, &area, span, page).await;
        assert!(matches!(rows, Err(Error::Forbidden)), "{rows:?}");
        let of_county = t.ctx(county());
        assert_eq!(owner.rows(&of_county, def.key, &area, span, page).await.unwrap().total, 2);
        for path in ["/snapshots", "/circulars", "/units"] {
            assert_eq!(kiosk.get(path).await.status.as_u16(), 403, "{path}");
        }
    })
    .await;
}
