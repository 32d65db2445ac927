//! Pages and API of official lists.

use crate::official::a_list;
use crate::support::*;
use axum::http::{Method, StatusCode};
use zw_access::{Actor, Role};
use zw_testkit::{Answer, Client, TestApp, World, actor, on_both};

fn county() -> Actor {
    actor(Role::CountyAdmin, World::COUNTY)
}

/// The import form as a browser sends it.
async fn send(c: &Client<'_>, fields: &[(&str, &str)], name: &str, file: &[u8]) -> Answer {
    let mut body = vec![];
    let csrf = c.csrf();
    for (k, v) in fields.iter().copied().chain([("csrf", csrf.as_str())]) {
        let part = format!("--x\r\nContent-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n");
        body.extend(part.into_bytes());
    }
    body.extend(
        format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes(),
    );
    body.extend_from_slice(file);
    body.extend(b"\r\n--x--\r\n");
    c.send(Method::POST, "/official-lists/import", "multipart/form-data; boundary=x", body).await
}

const FORM: [(&str, &str); 3] = [("category", "01"), ("authority", "civil_affairs"), ("list_date", "2021-06-30")];

/// The same as a workbook, with a title over it and a number kept as a figure in its last line if `spoilt`.
fn workbook(spoilt: bool) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let s = book.add_worksheet();
    s.merge_range(0, 0, 0, 2, "子一县低保名册", &rust_xlsxwriter::Format::new()).unwrap();
    for (i, h) in ["姓名", "公民身份号码", "村（居）"].into_iter().enumerate() {
        s.write(1, u16::try_from(i).unwrap(), h).unwrap();
    }
    s.write(2, 0, "王一").unwrap();
    s.write(2, 1, id_no("19500101", 1)).unwrap();
    s.write(2, 2, "东街街道村10000").unwrap();
    if spoilt {
        s.write(3, 0, "赵二").unwrap();
        s.write(3, 1, 359_900_195_001_010_000_f64).unwrap();
        s.write(3, 2, "村99999").unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_workbook_is_checked_shown_and_confirmed() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = app.client(county());
        let form = c.get("/official-lists/import").await.text();
        assert!(form.contains("multipart/form-data") && form.contains("不超过 20 MB"));
        // What is wrong with the form and with the file is told where it is, and nothing typed is lost.
        let a = send(
            &c,
            &[("category", "01"), ("list_date", "2021-07-09"), ("document", "民〔2021〕8号")],
            "a.xlsx",
            &workbook(false),
        )
        .await;
        let text = a.text();
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("名册日期不能晚于今天") && text.contains("民〔2021〕8号"), "{text}");
        let a = send(&c, &FORM, "a.xlsx", &workbook(true)).await;
        let text = a.text();
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        for want in ["有 1 处问题", "B 公民身份号码", "后几位已经丢失", "value=\"2021-06-30\""] {
            assert!(text.contains(want), "{want}: {text}");
        }
        assert!(!text.contains("赵二") && !text.contains("3599001950"), "the cell, not who stands in it");
        let english = c.get_in("en", "/official-lists/import").await.text();
        assert!(english.contains("Import a list") && !english.contains("practice-"), "{english}");

        let a = send(&c, &FORM, "a.xlsx", &workbook(false)).await;
        assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
        let here = a.location();
        let page = c.get(&here).await.text();
        assert!(page.contains("现在还没有写入任何内容") && page.contains("低保"), "{page}");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list").await, 0);
        let a = c.post(&here, &[("idempotency_key", "k1")]).await;
        assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list").await, 1);
        let list = c.get(&a.location()).await.text();
        assert!(list.contains("名册情况") && list.contains("东街街道"), "{list}");
        assert_eq!(c.get(&here).await.status, StatusCode::NOT_FOUND);
        let all = c.get("/official-lists").await.text();
        assert!(all.contains("2021-06-30") && all.contains("0.0%"), "{all}");

        let a = send(&c, &[("category", "02"), FORM[1], FORM[2]], "b.csv", "姓名,身份证号,村居\n".as_bytes()).await;
        assert!(a.text().contains("表头下面没有名单"));
        let a = send(&c, &[("category", "02"), FORM[1], FORM[2]], "b.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").await;
        assert!(a.text().contains("旧版 .xls"));
        let a = send(&c, &[("category", "02"), FORM[1], FORM[2]], "b.csv", &vec![b'a'; 30 << 20]).await;
        assert_eq!(a.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(a.text().contains("上传文件不超过 20 MB"));
        let blanks = format!("姓名,身份证号,村居\n{}", ",,\n".repeat(200_000));
        let a = send(&c, &[("category", "02"), FORM[1], FORM[2]], "b.csv", blanks.as_bytes()).await;
        assert!(a.text().contains("行空行"));
        // Given up: nothing is left of it.
        let a = send(&c, &[("category", "02"), FORM[1], FORM[2]], "a.xlsx", &workbook(false)).await;
        let drop = format!("{}/drop", a.location());
        assert_eq!(c.post(&drop, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list_draft").await, 0);
        assert_eq!(c.post(&drop, &[]).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn from_the_list_into_the_registration() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = a_list(&app).await;
        let c = app.client(social_worker(1));
        let page = c.get("/official-lists/unmatched").await.text();
        assert!(page.contains("钱三三") && page.contains("村10000") && page.contains("zw-watermark"), "{page}");
        assert!(!page.contains("19500101"), "no number is kept that could be shown");
        let row = page.split("name=\"listed\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = c.post("/people/new", &[("listed", &row)]).await.text();
        assert!(form.contains("value=\"钱三三\""), "{form}");
        assert!(form.contains("id=\"f-categories-01\" checked"), "{form}");
        // Nobody of another station begins with it.
        assert_eq!(
            app.client(social_worker(2)).post("/people/new", &[("listed", &row)]).await.status,
            StatusCode::NOT_FOUND
        );
        let one = c.get(&format!("/official-lists/{}/{id}", World::COUNTY)).await;
        assert_eq!(one.status, StatusCode::OK);
        let theirs = app.client(actor(Role::CountyAdmin, World::COUNTY2));
        assert_eq!(theirs.get(&format!("/official-lists/{}/{id}", World::COUNTY)).await.status, StatusCode::NOT_FOUND);
        // The head takes it along, who may export; the worker does not.
        let file = app.client(head(1)).post("/official-lists/unmatched/export", &[]).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(c.post("/official-lists/unmatched/export", &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM audit_event WHERE action='list.export'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_api_checks_and_imports() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = app.client(county());
        let to = "/api/v1/official-lists?category=01&authority=civil_affairs&list_date=2021-06-30";
        let body = format!("姓名,身份证号,村居\n王一,{},村10000\n", id_no("19500101", 1)).into_bytes();
        let kind = "application/octet-stream";
        let a = c.send(Method::POST, &format!("{to}&check=1"), kind, body.clone()).await;
        assert_eq!((a.status, a.json()["rows"].as_i64(), a.json()["list"].is_null()), (StatusCode::OK, Some(1), true));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list").await, 0);
        let a = c.send(Method::POST, to, kind, b"\xE5\xA7\x93\xE5\x90\x8D,\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAF\x81\xE5\x8F\xB7,\xE6\x9D\x91\xE5\xB1\x85\nx,1,y\n".to_vec()).await;
        let problem = a.json();
        assert_eq!((a.status, problem["errors"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("lines[2].name")));
        let key = ("idempotency-key", "k");
        let first = c.send_with(Method::POST, to, &[key, ("content-type", kind)], body.clone()).await;
        let again = c.send_with(Method::POST, to, &[key, ("content-type", kind)], body).await;
        assert_eq!((first.status, again.status), (StatusCode::OK, StatusCode::OK), "{}", again.text());
        assert_eq!(first.json()["list"], again.json()["list"]);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list").await, 1);
        let rates = c.get("/api/v1/official-lists/rates").await.json();
        let of_01 = rates["items"].as_array().unwrap().iter().find(|r| r["category"] == "01").unwrap().clone();
        assert_eq!((of_01["rate"].as_str(), of_01["due"].as_i64()), (Some("0.0"), Some(1)));
        let of_02 = rates["items"].as_array().unwrap().iter().find(|r| r["category"] == "02").unwrap().clone();
        assert!(of_02["rate"].is_null() && of_02["due"].is_null(), "no list, no rate: {of_02}");
        let page = c.get("/official-lists/rates").await.text();
        assert!(page.contains("无基数") && page.contains("/figures/filing_rate?area=100&amp;to=2021-07-08"), "{page}");
        let a = c.get("/official-lists/rates?as_of=2022-01-01").await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

/// Everybody who may open the pages, in both languages.
#[tokio::test]
async fn the_pages_open_for_whom_they_are_for() {
    on_both(parts, |app: TestApp| async move {
        world(&app).await;
        a_list(&app).await;
        for who in [
            county(),
            centre(),
            social_worker(1),
            head(1),
            actor(Role::TownOfficer, World::TOWN),
            actor(Role::CityAdmin, World::CITY),
            actor(Role::ProvAdmin, World::PROVINCE),
        ] {
            let c = app.client(who);
            for path in ["/official-lists", "/official-lists?replaced=1", "/official-lists/rates"] {
                for lang in ["zh-CN", "en"] {
                    let a = c.get_in(lang, path).await;
                    assert_eq!(a.status, StatusCode::OK, "{path}");
                    assert!(!a.text().contains("practice-"), "{path} {lang}: a key without words");
                }
            }
        }
    })
    .await;
}
