//! Snapshots: what they say, that they stay, and who sees them.

use crate::files::sheet;
use crate::support::{city, code, county, day, foreign, officer, parts, pass, quietly, station, unit, world, write};
use zw_access::Settings;
use zw_core::deadline::Timeliness;
use zw_core::{BuildOutId, DivisionId, Error, SnapshotId, Uuid};
use zw_db::{sql, val};
use zw_publishing::model::circular::DraftInput;
use zw_publishing::model::snapshot::{FlashInput, FreezeInput, SnapshotFile, SnapshotKind, Stage, UnconfirmedReason};
use zw_publishing::model::wall::WallQuery;
use zw_publishing::service::{circulars, snapshots as service, wall};
use zw_testkit::{World, on_both};
use zw_ui::Status;
use zw_web::Idem;

fn flash_on(d: &str) -> FlashInput {
    FlashInput { as_of: d.into(), ..FlashInput::default() }
}
fn june(early: bool) -> FreezeInput {
    FreezeInput {
        period: "2021-06".into(),
        early: if early { "1".into() } else { String::new() },
        ..FreezeInput::default()
    }
}

#[tokio::test]
async fn a_flash_snapshot_counts_the_registers_and_names_what_is_unconfirmed() {
    on_both(parts, |t| async move {
        world(&t).await;
        let ctx = t.ctx(officer(1));
        let id = service::flash(&ctx, &FlashInput::default(), &Idem::none()).await.unwrap();
        let s = service::get(&ctx, id).await.unwrap();
        let b = &s.body;
        assert_eq!((s.head.kind, s.head.as_of, s.head.division), (SnapshotKind::Flash, day(7, 8), World::PROVINCE));
        assert_eq!(b.total.get("townships_counted"), Some(8));
        assert_eq!(b.total.get("stations_built"), Some(3), "the other province's station is not in it");
        assert_eq!(b.cities.iter().map(|c| c.get("stations_built").unwrap()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(
            b.counties.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
            ["子城市子一县", "子城市子二县", "丑城市丑一县"]
        );
        // Sums of the parts are the totals.
        for (key, n) in &b.total.values {
            assert_eq!(b.counties.iter().filter_map(|c| c.get(key)).sum::<i64>(), *n, "{key}");
            assert_eq!(b.cities.iter().filter_map(|c| c.get(key)).sum::<i64>(), *n, "{key}");
        }
        assert_eq!(
            b.counties.iter().map(|c| c.status.unwrap()).collect::<Vec<_>>(),
            [Status::OnCourse, Status::Overdue, Status::Done]
        );
        // 子一县 confirmed 1 and has 2 now; 子二县 confirmed nothing; 丑一县 stands as confirmed.
        let doubt: Vec<_> = b.unconfirmed.iter().map(|u| (u.division, u.reason, u.timeliness)).collect();
        let (on_time, missing) = (Some(Timeliness::OnTime), Some(Timeliness::Missing));
        let want = [(100, UnconfirmedReason::Changed, on_time), (101, UnconfirmedReason::NoReport, missing)];
        assert_eq!(doubt, want);
        // Every figure that is not what was confirmed is named, not coverage alone.
        let changes: Vec<_> = b.unconfirmed[0].changes.iter().map(|c| (c.key.as_str(), c.before, c.now)).collect();
        assert_eq!(changes, [("stations_built", 1, 2), ("townships_covered", 1, 2)]);
        let gaps: Vec<_> = b.gaps.iter().map(|g| (g.name.as_str(), g.stage)).collect();
        assert_eq!(gaps[0], ("西溪乡", Stage::Preparing));
        assert_eq!(gaps.len(), 5);
        assert_eq!(b.gaps[0].obstacles, [("tender".to_owned(), "首次招标流标".to_owned())]);
        assert_eq!(s.rule_versions.get("coverage_township").map(String::as_str), Some("I1-1"));
        assert_eq!(b.rule_values.get("workers_short_stations"), Some(&2));
        assert!(s.late.unwrap().is_empty() && b.flows.is_empty() && b.unreported.is_empty());
        // Any earlier date, as the registers stood then.
        let early = service::flash(&ctx, &flash_on("2021-06-09"), &Idem::none()).await.unwrap();
        let e = service::get(&ctx, early).await.unwrap();
        assert_eq!(e.body.total.get("stations_built"), Some(2));
        assert_eq!(
            code(&service::flash(&ctx, &flash_on("2021-07-09"), &Idem::none()).await.unwrap_err()),
            "as_of:as-of-future"
        );
        assert_eq!(
            code(&service::flash(&ctx, &flash_on("gestern"), &Idem::none()).await.unwrap_err()),
            "as_of:date-format"
        );
    })
    .await;
}

#[tokio::test]
async fn a_month_is_frozen_once_from_approved_reports_and_locks_them() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let ctx = t.ctx(officer(1));
        // The eighth working day after June 2021 is 12 July.
        assert_eq!(code(&service::freeze(&ctx, &june(false), &Idem::none()).await.unwrap_err()), "freeze-early");
        for (period, want) in
            [("2021-07", "period:month-not-over"), ("2021-W20", "period:month-format"), ("", "period:required")]
        {
            let input = FreezeInput { period: period.into(), ..FreezeInput::default() };
            assert_eq!(code(&service::freeze(&ctx, &input, &Idem::none()).await.unwrap_err()), want);
        }
        let id = service::freeze(&ctx, &june(true), &Idem::none()).await.unwrap();
        let s = service::get(&ctx, id).await.unwrap();
        assert_eq!((s.head.as_of, s.head.period.as_deref()), (day(6, 30), Some("2021-06")));
        // Station 2 sent 99 visits that nobody approved: not in the flows, named 未报, its station counts.
        assert_eq!(s.body.total.get("M07"), Some(42));
        assert_eq!(s.body.total.get("persontimes"), Some(44));
        assert_eq!(s.body.total.get("stations_built"), Some(3));
        let named: Vec<_> = s.body.unreported.iter().map(|u| (u.unit, u.state.as_str())).collect();
        assert_eq!(named, [(unit(2), "submitted")]);
        assert_eq!(s.body.flows, ["M07", "persontimes"]);
        let again = service::freeze(&ctx, &june(true), &Idem::none()).await.unwrap_err();
        assert_eq!(code(&again), "period:month-frozen");
        let mut c = t.app.db.read().await.unwrap();
        let states: Vec<(String, i64)> = c
            .all(sql("SELECT state,COUNT(*) FROM report WHERE kind='month' GROUP BY state ORDER BY state"))
            .await
            .unwrap();
        assert_eq!(
            states,
            [("approved".into(), 1), ("locked".into(), 2), ("submitted".into(), 1)],
            "the other province is untouched"
        );
        drop(c);
        // On the freeze day nothing needs to be said.
        let other = t.ctx(foreign());
        t.at(2021, 7, 12, 9);
        let late = t.ctx(foreign());
        assert!(service::freeze(&other, &june(false), &Idem::none()).await.is_err());
        service::freeze(&late, &june(false), &Idem::none()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_cannot_be_changed_unnoticed() {
    on_both(parts, |t| async move {
        world(&t).await;
        let ctx = t.ctx(officer(1));
        let id = service::flash(&ctx, &FlashInput::default(), &Idem::none()).await.unwrap();
        for change in [
            sql("UPDATE snapshot SET body=").bind("{}").lit(" WHERE id=").bind(id),
            sql("UPDATE snapshot SET as_of=").bind(20_210_101i64).lit(" WHERE id=").bind(id),
            sql("UPDATE snapshot SET taken_by=").bind("x").lit(" WHERE id=").bind(id),
        ] {
            let mut c = t.app.db.read().await.unwrap();
            let kept: (String, zw_core::Day, String) =
                c.one(sql("SELECT body,as_of,taken_by FROM snapshot WHERE id=").bind(id)).await.unwrap().unwrap();
            drop(c);
            let mut tx = write(&t).await;
            tx.run(change).await.unwrap();
            quietly(tx).await;
            assert_eq!(code(&service::get(&ctx, id).await.unwrap_err()), "snapshot-altered");
            let mut tx = write(&t).await;
            tx.run(
                sql("UPDATE snapshot SET body=")
                    .bind(&kept.0)
                    .lit(",as_of=")
                    .bind(kept.1)
                    .lit(",taken_by=")
                    .bind(&kept.2)
                    .lit(" WHERE id=")
                    .bind(id),
            )
            .await
            .unwrap();
            quietly(tx).await;
            assert!(service::get(&ctx, id).await.is_ok());
        }
    })
    .await;
}

#[test]
fn no_statement_of_the_program_changes_a_snapshot() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut looked = 0;
    let mut stack = vec![dir.join("modules"), dir.join("crates"), dir.join("app")];
    while let Some(d) = stack.pop() {
        for e in std::fs::read_dir(d).unwrap() {
            let path = e.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("tests") && !path.ends_with("target") {
                    stack.push(path);
                }
            } else if path.extension().is_some_and(|x| x == "rs" || x == "sql") {
                looked += 1;
                let text = std::fs::read_to_string(&path).unwrap().to_uppercase();
                for bad in ["UPDATE SNAPSHOT", "DELETE FROM SNAPSHOT"] {
                    assert!(!text.contains(bad), "{bad} in {}", path.display());
                }
            }
        }
    }
    assert!(looked > 100);
}

#[tokio::test]
async fn who_sees_and_takes_snapshots() {
    on_both(parts, |t| async move {
        world(&t).await;
        let of_province = service::flash(&t.ctx(officer(1)), &FlashInput::default(), &Idem::none()).await.unwrap();
        let of_city = service::flash(&t.ctx(city()), &FlashInput::default(), &Idem::none()).await.unwrap();
        let s = service::get(&t.ctx(city()), of_city).await.unwrap();
        assert_eq!((s.head.division, s.body.cities.len(), s.body.counties.len()), (World::CITY, 0, 2));
        // Those who lie in its area read it; the other province does not know of it.
        for actor in [officer(1), city(), county()] {
            assert!(service::get(&t.ctx(actor.clone()), of_province).await.is_ok());
            assert!(service::get(&t.ctx(actor), of_city).await.is_ok());
        }
        let other = t.ctx(foreign());
        assert!(matches!(service::get(&other, of_province).await, Err(Error::NotFound)));
        assert_eq!(service::list(&other, zw_core::PageReq::new(None, None)).await.unwrap().total, 0);
        // A city takes none of another area and freezes nothing; a county takes none.
        let outside = FlashInput { division: World::PROVINCE.to_string(), ..FlashInput::default() };
        assert_eq!(
            code(&service::flash(&t.ctx(city()), &outside, &Idem::none()).await.unwrap_err()),
            "division:division-outside"
        );
        assert!(matches!(service::freeze(&t.ctx(city()), &june(true), &Idem::none()).await, Err(Error::Forbidden)));
        assert!(matches!(
            service::flash(&t.ctx(county()), &FlashInput::default(), &Idem::none()).await,
            Err(Error::Forbidden)
        ));
    })
    .await;
}

#[tokio::test]
async fn pages_and_api_of_snapshots() {
    on_both(parts, |t| async move {
        world(&t).await;
        let c = t.client(officer(1));
        let made =
            c.post("/snapshots/flash", &[("division", "1"), ("as_of", "2021-07-08"), ("idempotency_key", "k1")]).await;
        assert_eq!(made.status.as_u16(), 303, "{}", made.text());
        let job = made.location();
        assert!(job.starts_with("/jobs/"), "{job}");
        let again =
            c.post("/snapshots/flash", &[("division", "1"), ("as_of", "2021-07-08"), ("idempotency_key", "k1")]).await;
        assert_eq!(again.location(), job, "a repeat has one effect");
        t.run_jobs().await;
        let place = c.get(&job).await.location();
        let page = c.get(&place).await.text();
        for want in ["已核对", "子城市子二县", "补录差额", "周报未确认 2021年第26周（6月28日—7月4日） · 未报", "西溪乡"]
        {
            assert!(page.contains(want), "{want}");
        }
        // What was typed and the reason stand at the form.
        let refused = c.post("/snapshots/freeze", &[("period", "2021-06")]).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text().contains("2021-07-12"), "the freeze day is told");
        let api = c.post_json("/api/v1/snapshots", &serde_json::json!({"as_of": "2021-07-08"})).await;
        assert_eq!(api.status.as_u16(), 202, "{}", api.text());
        t.run_jobs().await;
        let done = c.get(&api.location()).await.json();
        let body = c.get(done["location"].as_str().unwrap()).await.json();
        assert_eq!(body["body"]["total"]["values"]["stations_built"], 3);
        let id: SnapshotId = body["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(c.get(&format!("/api/v1/snapshots/{id}")).await.json()["hash"], body["hash"]);
        assert_eq!(c.get("/api/v1/snapshots").await.json()["total"], 2);
        assert_eq!(t.client(foreign()).get(&format!("/api/v1/snapshots/{id}")).await.status.as_u16(), 404);
        assert_eq!(c.get("/snapshots/nonsense").await.status.as_u16(), 404);
    })
    .await;
}

/// 甲省 gets a flash snapshot, then 子二县 builds a station and 子一县 another.
#[tokio::test]
async fn a_reader_of_a_part_gets_the_total_and_the_own_part() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = service::flash(&t.ctx(officer(1)), &FlashInput::default(), &Idem::none()).await.unwrap();
        let mut tx = write(&t).await;
        station(&mut tx, 8, World::COUNTY, DivisionId(1002), 20210701, "西溪社工站").await;
        station(&mut tx, 9, World::COUNTY2, DivisionId(1010), 20210701, "一水社工站").await;
        quietly(tx).await;
        let built = |s: &SnapshotFile| {
            let late = s.late.as_ref().unwrap();
            late.iter().find(|d| d.key == "stations_built").map(|d| (d.frozen, d.live, d.counties.len()))
        };
        let whole = service::get(&t.ctx(officer(1)), id).await.unwrap();
        assert_eq!((whole.partial, built(&whole)), (false, Some((3, 5, 2))));
        // The county: the total, itself, its own gaps and its own late entries.
        let own = service::get(&t.ctx(county()), id).await.unwrap();
        assert_eq!((own.partial, own.body.total == whole.body.total, built(&own)), (true, true, Some((2, 3, 1))));
        assert_eq!(own.body.counties.iter().map(|c| c.division).collect::<Vec<_>>(), [World::COUNTY.0]);
        assert!(own.body.cities.is_empty());
        assert_eq!(own.body.unconfirmed.iter().map(|u| u.division).collect::<Vec<_>>(), [World::COUNTY.0]);
        assert_eq!(own.body.gaps.iter().map(|g| g.name.as_str()).collect::<Vec<_>>(), ["西溪乡"]);
        // The city: its own row and its two counties.
        let of_city = service::get(&t.ctx(city()), id).await.unwrap();
        assert_eq!((of_city.partial, built(&of_city)), (true, Some((2, 4, 2))));
        assert_eq!(of_city.body.cities.iter().map(|c| c.division).collect::<Vec<_>>(), [World::CITY.0]);
        assert_eq!(of_city.body.counties.len(), 2);
        // Page, API and files: nothing of what 子二县 wrote, and not its live difference.
        let (c, p) = (t.client(county()), t.client(officer(1)));
        for (path, planted) in [(format!("/snapshots/{id}"), true), (format!("/api/v1/snapshots/{id}"), true)] {
            assert_eq!(p.get(&path).await.text().contains("原定场地另有用途"), planted, "{path}");
            let text = c.get(&path).await.text();
            assert!(text.contains("子一县") && text.contains("首次招标流标"), "{path}");
            for theirs in ["原定场地另有用途", "子二县", "丑一县", "丑城市"] {
                assert!(!text.contains(theirs), "{theirs} in {path}");
            }
        }
        let api = c.get(&format!("/api/v1/snapshots/{id}")).await.json();
        let late = api["late"].as_array().unwrap();
        assert!(late.iter().all(|d| d["counties"].as_array().unwrap().len() == 1), "{late:?}");
        // The comparison leaves as it is shown, with the snapshot it was made from; to the county its own part.
        let path = format!("/snapshots/{id}/late/export");
        assert!(c.get(&format!("/snapshots/{id}")).await.text().contains(&path));
        for (client, both) in [(&p, true), (&c, false)] {
            let answer = client.post(&path, &[]).await;
            assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
            let all = sheet(&answer.body, "").iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join("|");
            assert!(all.contains("子一县 +1") && all.contains(&whole.head.hash), "{all}");
            assert_eq!(all.contains("子二县 +1"), both, "{all}");
        }
        assert_eq!(t.client(foreign()).post(&path, &[]).await.status.as_u16(), 404);
        let input = DraftInput { snapshot: id.to_string(), ..DraftInput::default() };
        let draft = circulars::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap();
        for actor in [county(), city()] {
            let c = t.client(actor);
            for path in ["", "/file/docx", "/file/xlsx"] {
                assert_eq!(c.get(&format!("/circulars/{draft}{path}")).await.status.as_u16(), 404, "{path}");
            }
            for path in ["", "/files/docx", "/files/xlsx"] {
                assert_eq!(c.get(&format!("/api/v1/circulars/{draft}{path}")).await.status.as_u16(), 404, "{path}");
            }
        }
    })
    .await;
}

/// Where counties keep their live figures to themselves the province sees no recount.
#[tokio::test]
async fn no_recount_above_the_county_where_live_figures_are_not_shown() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = service::flash(&t.ctx(officer(1)), &FlashInput::default(), &Idem::none()).await.unwrap();
        t.app.set_settings(Settings::default().with("reporting.cycle", r#"{"live_above_county":false}"#.into()));
        assert!(service::get(&t.ctx(officer(1)), id).await.unwrap().late.is_none());
        assert!(service::get(&t.ctx(county()), id).await.unwrap().late.is_some());
    })
    .await;
}

/// I5 speaks of the year so far, as its page does; the wall's milestones show it by county.
#[tokio::test]
async fn acceptances_of_the_year_stand_with_the_other_figures() {
    on_both(parts, |t| async move {
        world(&t).await;
        let mut tx = write(&t).await;
        let sheet = "SELECT id,county_id,township_id FROM build_out ORDER BY county_id,id LIMIT 1";
        let found: Option<(BuildOutId, DivisionId, DivisionId)> = tx.one(sql(sheet)).await.unwrap();
        let (sheet, at, town) = found.unwrap();
        let columns = &[
            "id",
            "build_out_id",
            "county_id",
            "township_id",
            "again",
            "held_on",
            "passed",
            "lacked",
            "created_at",
            "created_by",
        ];
        let held = [(1u128, 20201231, true), (2, 20210501, false), (3, 20210601, true), (4, 20210630, true)];
        let rows = held.map(|(n, on, passed)| {
            let id = Uuid::from_u128(0xACC0 + n);
            let v = [val(id), val(sheet), val(at), val(town), val(false), val(on), val(passed), val("")];
            v.into_iter().chain([val(0), val("t")]).collect::<Vec<_>>()
        });
        tx.bulk("acceptance", columns, &rows, "").await.unwrap();
        quietly(tx).await;
        let ctx = t.ctx(officer(1));
        for (on, passed, submitted, rate) in [("2021-07-08", 2, 3, "66.7"), ("2021-06-09", 1, 2, "50.0")] {
            let id = service::flash(&ctx, &flash_on(on), &Idem::none()).await.unwrap();
            let s = service::get(&ctx, id).await.unwrap();
            let get = |k: &str| s.body.total.get(k);
            assert_eq!((get("acceptances_passed"), get("acceptances_submitted")), (Some(passed), Some(submitted)));
            assert_eq!(s.rule_versions.get("acceptance_rate").map(String::as_str), Some("I5-1"));
            let page = t.client(officer(1)).get(&format!("/snapshots/{id}")).await.text();
            let href = format!("/figures/acceptance_rate?area=1&amp;from=2021-01-01&amp;to={on}");
            assert!(page.contains(&href) && page.contains(rate), "{page}");
            let f = t.client(officer(1)).get(&href.replace("&amp;", "&")).await.text();
            assert!(f.contains(rate), "{f}");
        }
        let q = WallQuery { view: Some("milestones".into()), ..WallQuery::default() };
        let m = wall::get(&ctx, &q).await.unwrap().matrix.unwrap();
        let row = m.rows.iter().find(|r| r.division == at.0).unwrap();
        assert_eq!((m.cols[6].as_str(), row.cells[6].num, row.cells[6].den), ("passed", 2, 3));
        assert_eq!((row.cells[6].status, m.rows[2].cells[6].status), (None, None), "beside the plan");
    })
    .await;
}
