//! Workers: registered once, sealed, masked, revealed with a purpose.

use crate::support::{NUMBERS, Nothing, at, county_admin, fields, parts, person, posting, register, unit_id, world};
use zw_access::Role;
use zw_access::reveal::RevealInput;
use zw_core::Error;
use zw_db::sql;
use zw_people::model::certificate::CertificateInput;
use zw_people::model::worker::{WorkerInput, WorkerQuery};
use zw_people::service;
use zw_testkit::{World, actor, actor_of, on_both};
use zw_web::Idem;

#[tokio::test]
async fn registered_once_and_sealed() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let mut c = app.app.db.read().await.unwrap();
        let (number, phone): (Vec<u8>, Vec<u8>) =
            c.one(sql("SELECT id_no,phone FROM worker WHERE id=").bind(id)).await.unwrap().unwrap();
        for sealed in [number, phone] {
            let text = String::from_utf8_lossy(&sealed).into_owned();
            assert!(!text.contains("359900") && !text.contains("1380000"), "{text}");
        }
        drop(c);
        // The same number again, also from another county: refused at its field, nothing else is told.
        for area in [World::COUNTY, World::OTHER_COUNTY] {
            let ctx = app.ctx(actor(Role::CountyAdmin, area));
            let told = fields(service::register(&ctx, &person("李四", NUMBERS[0]), &Idem::none()).await);
            assert_eq!(told, [at("id_no", "already-registered")]);
        }
        // Each answer tells that somebody exists: twenty an hour, written down, the next one refused.
        let prober = app.ctx(actor(Role::CountyAdmin, World::OTHER_COUNTY));
        for n in 1..21 {
            let told = service::register(&prober, &person("李四", NUMBERS[0]), &Idem::none()).await;
            assert_eq!(matches!(told, Err(Error::TooMany { .. })), n > 19, "{n}: {told:?}");
        }
        let mut c = app.app.db.read().await.unwrap();
        let q = sql(
            "SELECT decision,COUNT(*) FROM audit_event WHERE purpose='duplicate' GROUP BY decision ORDER BY decision",
        );
        let rows: Vec<(String, i64)> = c.all(q).await.unwrap();
        assert_eq!(rows, [("allow".to_owned(), 21), ("deny".to_owned(), 1)]);
        drop(c);
        let key = Idem::new(Some("w".into()), &person("王五", NUMBERS[1]));
        let ctx = app.ctx(county_admin());
        let one = service::register(&ctx, &person("王五", NUMBERS[1]), &key).await.unwrap();
        assert_eq!(service::register(&ctx, &person("王五", NUMBERS[1]), &key).await.unwrap(), one);
        assert_eq!(service::list(&ctx, &WorkerQuery::default()).await.unwrap().total, 2);
    })
    .await;
}

fn ask(field: &str, purpose: &str) -> RevealInput {
    RevealInput { field: field.into(), purpose: purpose.into() }
}

/// Who sees whom: names within the area, numbers to nobody without a reveal.
#[tokio::test]
async fn masked_within_the_own_area() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        register(&app, "李四", NUMBERS[1]).await;
        service::post(&app.ctx(county_admin()), id, &posting(1, "2021-02-01", ""), &Idem::none()).await.unwrap();
        let names = |a| {
            let ctx = app.ctx(a);
            async move {
                let p = service::list(&ctx, &WorkerQuery::default()).await?;
                Ok::<_, Error>(p.items.into_iter().map(|w| w.name).collect::<Vec<_>>())
            }
        };
        assert_eq!(names(county_admin()).await.unwrap().len(), 2);
        assert!(names(county_admin()).await.unwrap().contains(&"张三丰".to_owned()));
        let own = Some((World::COUNTY, unit_id(1)));
        assert_eq!(names(actor_of(Role::StationHead, None, own, None)).await.unwrap(), ["张三丰"]);
        assert_eq!(names(actor_of(Role::TownOfficer, Some(World::TOWN), None, None)).await.unwrap(), ["张三丰"]);
        assert_eq!(names(actor_of(Role::Worker, None, own, Some(id))).await.unwrap(), ["张三丰"]);
        assert!(names(actor_of(Role::TownOfficer, Some(World::TOWN2), None, None)).await.unwrap().is_empty());
        assert!(names(actor(Role::CountyAdmin, World::COUNTY2)).await.unwrap().is_empty());
        for role in [Role::ProvAdmin, Role::CityAdmin, Role::LinkedCadre, Role::SysAdmin, Role::Leader] {
            assert!(matches!(names(actor(role, World::PROVINCE)).await, Err(Error::Forbidden)), "{role}");
        }
        let other = app.ctx(actor(Role::CountyAdmin, World::OTHER_COUNTY));
        assert!(matches!(service::get(&other, id).await, Err(Error::NotFound)));
        assert!(matches!(service::reveal(&other, id, &ask("phone", "contact")).await, Err(Error::NotFound)));
        let r = service::post(&other, id, &posting(4, "", ""), &Idem::none()).await;
        assert!(matches!(r, Err(Error::NotFound)), "{r:?}");
        let file = service::get(&app.ctx(county_admin()), id).await.unwrap();
        assert_eq!((file.worker.name.as_str(), file.phone.as_str()), ("张三丰", "138****0000"));
        assert!(file.id_no.starts_with("359") && file.id_no.contains("***"), "{}", file.id_no);
    })
    .await;
}

#[tokio::test]
async fn found_by_name_however_it_is_typed() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        register(&app, "José O'Neil", NUMBERS[1]).await;
        service::post(&app.ctx(county_admin()), id, &posting(1, "2021-02-01", ""), &Idem::none()).await.unwrap();
        let found = |who, q: &str| {
            let (ctx, q) = (app.ctx(who), q.to_owned());
            async move {
                let p = service::suggest(&ctx, &q, 8).await.unwrap();
                assert_eq!(p.total, i64::try_from(p.items.len()).unwrap());
                p.items.into_iter().map(|w| w.name).collect::<Vec<_>>()
            }
        };
        let own = Some((World::COUNTY, unit_id(1)));
        for (q, name) in
            [("三丰", "张三丰"), ("ZSF", "张三丰"), ("oneil", "José O'Neil"), ("Ｏ’Neil jose", "José O'Neil")]
        {
            assert_eq!(found(county_admin(), q).await, [name], "{q}");
            assert!(found(actor(Role::CountyAdmin, World::COUNTY2), q).await.is_empty(), "{q}: another county");
            assert!(found(actor(Role::ProvAdmin, World::PROVINCE), q).await.is_empty(), "{q}: nobody above sees one");
        }
        assert_eq!(found(actor_of(Role::StationHead, None, own, None), "zsf").await, ["张三丰"]);
        assert!(found(actor_of(Role::StationHead, None, own, None), "jose").await.is_empty(), "not of the station");
        // Numbers, telephones and signs find nobody, however short the tail.
        for q in [NUMBERS[0], "0015", "13800000000", "0000", "138", "%", "_", "|", "' OR 1=1 --", "张三丰 0015"] {
            assert!(found(county_admin(), q).await.is_empty(), "{q}");
            let ask = WorkerQuery { q: Some(q.into()), ..WorkerQuery::default() };
            assert_eq!(service::list(&app.ctx(county_admin()), &ask).await.unwrap().total, 0, "{q}");
        }
        // Another name is found under its own letters; a worker from before the folded names by the job.
        let edit =
            WorkerInput { name: "孙悟空".into(), employ: "agency".into(), version: 1, ..WorkerInput::default() };
        service::edit(&app.ctx(county_admin()), id, &edit, &Idem::none()).await.unwrap();
        assert!(found(county_admin(), "zsf").await.is_empty());
        assert_eq!(found(county_admin(), "swk").await, ["孙悟空"]);
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE worker SET name_folded=NULL,name_keys=NULL")).await.unwrap();
        tx.commit(Nothing).await.unwrap();
        assert!(found(county_admin(), "swk").await.is_empty());
        assert_eq!(zw_people::ticks::fold(&app.app).await.unwrap(), 2);
        assert_eq!(zw_people::ticks::fold(&app.app).await.unwrap(), 0);
        assert_eq!(found(county_admin(), "swk").await, ["孙悟空"]);
    })
    .await;
}

#[tokio::test]
async fn a_reveal_is_in_the_audit_before_it_leaves() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let ctx = app.ctx(county_admin());
        assert_eq!(fields(service::reveal(&ctx, id, &ask("id_no", "")).await), [at("purpose", "required")]);
        // A purpose from the list, a field that the record has; free text would bring names into the log.
        let told = fields(service::reveal(&ctx, id, &ask("address", "核对张三丰的合同")).await);
        assert_eq!(told, [at("field", "unknown-code"), at("purpose", "unknown-code")]);
        let open = service::reveal(&ctx, id, &ask("id_no", "verify")).await.unwrap();
        assert_eq!(open.value, NUMBERS[0]);
        assert!(!format!("{open:?}").contains(NUMBERS[0]));
        let mut c = app.app.db.read().await.unwrap();
        let q = sql("SELECT purpose,fields,record_id FROM audit_event WHERE action='worker.reveal'");
        let rows: Vec<(String, String, String)> = c.all(q).await.unwrap();
        assert_eq!(rows, [("verify".to_owned(), "id_no".to_owned(), id.to_string())]);
        drop(c);
        let office = app.ctx(actor_of(Role::TownOfficer, Some(World::TOWN), None, None));
        assert!(matches!(service::reveal(&office, id, &ask("phone", "contact")).await, Err(Error::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn edits_meet_and_certificates_are_unique() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let ctx = app.ctx(county_admin());
        let edit = |employ: &str| WorkerInput { employ: employ.into(), version: 1, ..WorkerInput::default() };
        service::edit(&ctx, id, &edit("township"), &Idem::none()).await.unwrap();
        assert!(matches!(service::edit(&ctx, id, &edit("seconded"), &Idem::none()).await, Err(Error::Conflict { .. })));
        let open = service::reveal(&ctx, id, &ask("phone", "contact")).await.unwrap();
        assert_eq!(open.value, "13800000000", "what was left empty stays");
        let k = CertificateInput { level: "2".into(), number: "20201234".into(), issued_on: "2020-10-20".into() };
        service::certify(&ctx, id, &k, &Idem::none()).await.unwrap();
        assert_eq!(fields(service::certify(&ctx, id, &k, &Idem::none()).await), [at("number", "certificate-taken")]);
        let file = service::get(&ctx, id).await.unwrap();
        assert_eq!((file.certificates.len(), file.worker.level.map(|l| l.to_string())), (1, Some("2".into())));
    })
    .await;
}
