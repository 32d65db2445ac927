//! The XLSX files of lists, read back: what is shown, with the same filters and masks, marked, counted and written down.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::http::StatusCode;
use calamine::{Data, Reader as _, Xlsx};
use std::io::Cursor;
use zw_access::Role;
use zw_core::person_id::Sex;
use zw_core::{DivisionId, HouseholdId, ResidentId, UnitId, Uuid};
use zw_db::{Change, Conn, sql, val};
use zw_practice::model::Rhythm;
use zw_practice::seed::{Loader, SeedResident};
use zw_testkit::{Answer, Engine, TestApp, World, on_both};

struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> zw_db::Result<()> {
        Ok(())
    }
}

/// Rows of the only sheet of a file.
fn read(a: &Answer) -> Vec<Vec<Data>> {
    assert_eq!(a.status, StatusCode::OK, "{}", a.text());
    assert!(a.headers["content-type"].to_str().unwrap().contains("spreadsheetml"), "{:?}", a.headers);
    assert_eq!(a.headers["cache-control"], "no-store");
    let mut book = Xlsx::new(Cursor::new(a.body.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    // A formula would be one whatever its text says.
    let formulas = book.worksheet_formula(&book.sheet_names()[0].clone()).unwrap();
    assert_eq!(formulas.used_cells().count(), 0, "no cell is a formula");
    range.rows().map(<[Data]>::to_vec).collect()
}

fn flat(rows: &[Vec<Data>]) -> String {
    rows.iter()
        .map(|r| r.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
        .collect::<Vec<_>>()
        .join("\n")
}

async fn events(t: &TestApp, like: &'static str) -> (i64, i64) {
    let mut c = t.app.db.read().await.unwrap();
    let q = sql("SELECT COUNT(*),COUNT(subject_ref) FROM audit_event WHERE action='list.export' AND record_id LIKE ");
    let found: Option<(i64, i64)> = c.one(q.bind(like)).await.unwrap();
    found.unwrap()
}

#[tokio::test]
async fn what_is_shown_is_what_leaves() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::demo(engine, parts()).await;
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "=1+1").await;
        plant(&t, 2, World::COUNTY2, DivisionId(1010), "外县").await;
        let county = home.county.to_string();
        for (role, path, filter, want, never) in [
            (Role::CountyAdmin, "/units/export".to_owned(), ("tier", "T"), "=1+1社工站", "外县"),
            (Role::CountyAdmin, "/workers/export".into(), ("state", "on_post"), "=1+1社工", "外县"),
            (Role::CountyAdmin, format!("/build-out/{county}/export"), ("x", ""), "场地：=1+1场地未落实", "外县"),
            (Role::CountyAdmin, "/board/export".into(), ("period", "2021-06"), "=1+1社工站", "外县"),
            (Role::CountyAdmin, "/reports/list/export".into(), ("kind", "month"), "=1+1社工站", "外县"),
            (Role::StationHead, "/people/export".into(), ("q", "居民"), "=1+1居民0", "外县"),
            (Role::CenterStaff, "/people/export".into(), ("closed", "1"), "村", "居民0"),
            (Role::StationHead, "/official-lists/unmatched/export".into(), ("category", "02"), "=1+1名册人", "外县"),
        ] {
            let a = t.client(local(role, &home)).post(&path, &[filter]).await;
            let rows = read(&a);
            let text = flat(&rows);
            assert!(text.contains(want) && !text.contains(never), "{path} {role}: {text}");
            assert!(rows[0][0].to_string().contains("演示数据·非官方"), "{path}: {text}");
            assert!(
                text.contains("导出") && text.contains("2021年7月8日") || text.contains("2021-07-08 09:00"),
                "{path}: {text}"
            );
            assert!(!text.contains("登记") || path != "/people/export", "links to act on stay on the screen");
        }
        // The filter is kept: nobody has left.
        let none = t.client(local(Role::CountyAdmin, &home)).post("/workers/export", &[("state", "left")]).await;
        assert!(!flat(&read(&none)).contains("=1+1社工"), "filtered");
        // The head took the names of two persons along, the centre of none; both stand in the log.
        assert_eq!(events(&t, "residents: 2 rows").await, (2, 2), "{engine:?}");
        assert_eq!(events(&t, "residents: 1 rows").await, (1, 0), "{engine:?}: the child is nobody's for the centre");
        assert_eq!(events(&t, "workers: 1 rows").await, (1, 0));
        // Workers and readers above take no list of persons along; other provinces not even rows.
        for role in [Role::Worker, Role::CountyAdmin, Role::ProvAdmin] {
            let refused = t.client(local(role, &home)).post("/people/export", &[]).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role}");
        }
        for (role, path, want) in [
            (Role::AuditAdmin, "/admin/audit/export", "list.export"),
            (Role::SysAdmin, "/admin/accounts/export", "登录"),
        ] {
            let a = t.client(local(role, &home)).post(path, &[]).await;
            assert!(flat(&read(&a)).contains(want), "{path}: {}", flat(&read(&a)));
        }
        // Pages lead there with their filters, in a form.
        let page = t.client(local(Role::CountyAdmin, &home)).get("/workers?state=on_post").await.text();
        let form = page.split("action=\"/workers/export\"").nth(1).unwrap().split("</form>").next().unwrap();
        assert!(form.contains("name=\"state\" value=\"on_post\"") && form.contains("导出 XLSX"), "{form}");
        assert!(!t.client(local(Role::Worker, &home)).get("/people").await.text().contains("/people/export"));
    }
}

#[tokio::test]
async fn too_much_is_refused_with_the_way_on() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();
        let columns = [
            "id",
            "tier",
            "name",
            "county_id",
            "division_id",
            "mode",
            "state",
            "created_at",
            "updated_at",
            "updated_by",
        ];
        let rooms: Vec<_> = (0..5000u128)
            .map(|n| {
                let id = UnitId(Uuid::from_u128(0xA0_0000 + n));
                vec![
                    val(id),
                    val("V"),
                    val(format!("第{n}室")),
                    val(home.county),
                    val(home.village),
                    val("own"),
                    val("closed"),
                    val(0i64),
                    val(0i64),
                    val("test"),
                ]
            })
            .collect();
        tx.bulk("unit", &columns, &rooms, "").await.unwrap();
        let people: Vec<_> = (0..500u128)
            .map(|n| SeedResident {
                county: home.county,
                id: ResidentId(Uuid::from_u128(0xB0_0000 + n)),
                unit: home.unit,
                household: HouseholdId(Uuid::from_u128(0xC0_0000 + n)),
                name: format!("某{n}"),
                id_no: None,
                sex: Sex::Female,
                birth: zw_core::Day::new(1950, 1, 1).unwrap(),
                phone: None,
                address: None,
                township: home.town,
                village: home.village,
                categories: vec![],
                legal_basis: zw_practice::model::LegalBasis::Statutory,
                risk: 3,
                worker: None,
                filed_on: zw_core::Day::new(2021, 6, 1).unwrap(),
                closed: None,
            })
            .collect();
        let loader = Loader { vault: &t.app.vault, rng: &t.app.rng, rhythm: &Rhythm::default(), by: "test" };
        loader.load(&mut tx, &people, &[]).await.unwrap();
        tx.commit(Nothing).await.unwrap();
        let c = t.client(local(Role::CountyAdmin, &home));
        let refused = c.post("/units/export", &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("共 5,001 行，一次最多导出 5,000 行"), "{}", refused.text());
        assert_eq!(
            read(&c.post("/units/export", &[("tier", "V")]).await).len() - 5000,
            3,
            "frame, title and heading above"
        );
        let head = t.client(local(Role::StationHead, &home));
        let refused = head.post("/people/export", &[]).await;
        assert!(
            refused.text().contains("502 人的姓名") && refused.text().contains("最多导出 500 人"),
            "{}",
            refused.text()
        );
        assert_eq!(events(&t, "residents%").await, (0, 0), "what was refused did not leave");
    })
    .await;
}
