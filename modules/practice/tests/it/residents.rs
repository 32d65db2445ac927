use crate::support::*;
use zw_access::Role;
use zw_access::reveal::RevealInput;
use zw_core::{Error, ResidentId};
use zw_db::sql;
use zw_indicators::Area;
use zw_practice::model::ResidentInput;
use zw_practice::service::resident::{CloseInput, FindResidents};
use zw_practice::service::{register, resident, reveal};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

async fn names(app: &TestApp, who: zw_access::Actor, q: &str) -> Vec<String> {
    let ask = FindResidents { q: q.into(), ..FindResidents::default() };
    let mut out: Vec<String> =
        resident::find(&app.ctx(who), &ask).await.unwrap().items.into_iter().map(|p| p.name).collect();
    out.sort();
    out
}

#[tokio::test]
async fn a_resident_is_filed_once_and_found_by_name_pinyin_and_village() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        registered(&ctx, person("曾三丰", 1)).await;
        registered(&ctx, person("陈秀英", 2)).await;
        let mut elsewhere = person("陈大同", 3);
        elsewhere.village = "10001".into();
        registered(&ctx, elsewhere).await;
        for (q, found) in [
            ("曾", vec!["曾三丰"]),
            ("三丰", vec!["曾三丰"]),
            ("zsf", vec!["曾三丰"]),
            ("csf", vec!["曾三丰"]),
            ("zengsan", vec!["曾三丰"]),
            ("cxy", vec!["陈秀英"]),
            ("chen", vec!["陈大同", "陈秀英"]),
            ("陈 村10001", vec!["陈大同"]),
            ("村10000", vec!["曾三丰", "陈秀英"]),
            ("c 村10000", vec!["曾三丰", "陈秀英"]),
            ("%", vec![]),
            ("' OR 1=1 --", vec![]),
            ("359900", vec![]),
            ("", vec!["曾三丰", "陈大同", "陈秀英"]),
        ] {
            assert_eq!(names(&app, social_worker(1), q).await, found, "{q}");
        }
        assert!(names(&app, social_worker(2), "陈").await.is_empty(), "another station of the county");
        assert!(names(&app, social_worker(4), "").await.is_empty(), "another province");
        // The centre sees them masked, finds by village, and not by name: a hit would tell the name.
        assert_eq!(names(&app, centre(), "村10000").await, vec!["曾**", "陈**"]);
        assert!(names(&app, centre(), "陈秀英").await.is_empty());
        assert!(names(&app, centre(), "cxy").await.is_empty());
        let marks = take_marks(&app).await;
        assert_eq!(marks.len(), 1);
        assert_eq!((marks[0].county, marks[0].day), (World::COUNTY, day(6, 1)));
    })
    .await;
}

#[tokio::test]
async fn names_are_found_without_case_accents_and_marks() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        for (n, name) in
            (1..).zip(["阿卜杜拉·买买提", "Anne-Marie O'Neil", "José García", "李A", "高素珍", "欧阳秀英", "单红梅"])
        {
            registered(&ctx, person(name, n)).await;
        }
        let all: &[(&str, &str)] = &[
            ("阿卜杜拉买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("mmt", "阿卜杜拉·买买提"),
            ("mai mai ti", "阿卜杜拉·买买提"),
            ("gao su zhen", "高素珍"),
            ("gao sz", "高素珍"),
            ("suzhen", "高素珍"),
            ("ou yang", "欧阳秀英"),
            ("shan hm", "单红梅"),
            ("o’neil", "Anne-Marie O'Neil"),
            ("ＡＮＮＥ oneil", "Anne-Marie O'Neil"),
            ("garcia JOSE", "José García"),
            ("jose garcía", "José García"),
            ("李a", "李A"),
        ];
        for (q, found) in all {
            assert_eq!(names(&app, social_worker(1), q).await, [*found], "{q}");
            assert!(names(&app, centre(), q).await.is_empty(), "{q}: who sees no names finds none");
        }
        assert!(names(&app, social_worker(1), "neilo").await.is_empty());
        // Rows from before the folded names: the job makes them findable, once.
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE resident SET name_folded=NULL,name_keys='|old'")).await.unwrap();
        quietly(tx).await;
        assert!(names(&app, social_worker(1), "garcia").await.is_empty());
        assert_eq!(zw_practice::ticks::fold(&app.app).await.unwrap(), 7);
        assert_eq!(zw_practice::ticks::fold(&app.app).await.unwrap(), 0);
        for (q, found) in all {
            assert_eq!(names(&app, social_worker(1), q).await, [*found], "{q}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_above_the_county_and_no_county_sees_a_person() {
    on_both(parts, |app| async move {
        world(&app).await;
        let key = registered(&app.ctx(social_worker(1)), person("陈秀英", 1)).await;
        for (role, area) in [
            (Role::ProvAdmin, World::PROVINCE),
            (Role::CityAdmin, World::CITY),
            (Role::CountyAdmin, World::COUNTY),
            (Role::LinkedCadre, World::COUNTY),
            (Role::Leader, World::PROVINCE),
            (Role::SysAdmin, World::PROVINCE),
        ] {
            let ctx = app.ctx(actor(role, area));
            assert_eq!(problems(resident::open(&ctx, key.county, key.id).await), "forbidden", "{role}");
            assert_eq!(problems(resident::find(&ctx, &FindResidents::default()).await), "forbidden", "{role}");
        }
        for who in [
            social_worker(2),
            head(2),
            social_worker(3),
            social_worker(4),
            actor(Role::CenterStaff, World::COUNTY2),
            actor(Role::TownOfficer, World::TOWN2),
        ] {
            let ctx = app.ctx(who);
            assert_eq!(problems(resident::open(&ctx, key.county, key.id).await), "not found");
            // The same as for a key that does not exist.
            assert_eq!(problems(resident::open(&ctx, key.county, ResidentId(zw_core::Uuid::nil())).await), "not found");
        }
        let seen = resident::open(&app.ctx(centre()), key.county, key.id).await.unwrap().resident;
        assert_eq!((seen.name.as_str(), seen.birth, seen.sex, seen.categories.len()), ("陈**", None, None, 0));
        let town = resident::open(&app.ctx(actor(Role::TownOfficer, World::TOWN)), key.county, key.id).await.unwrap();
        assert_eq!((town.resident.name.as_str(), town.encounters_total), ("陈**", 0));
        let own = resident::open(&app.ctx(social_worker(1)), key.county, key.id).await.unwrap().resident;
        assert_eq!(own.name, "陈秀英");
        assert_eq!(own.id_no, Some(masked("19500101", 1)));
    })
    .await;
}

#[tokio::test]
async fn a_number_is_registered_once_in_the_installation() {
    on_both(parts, |app| async move {
        world(&app).await;
        registered(&app.ctx(social_worker(1)), person("陈秀英", 1)).await;
        let again = |n: u128, village: &'static str| {
            let ctx = app.ctx(social_worker(n));
            async move {
                let input =
                    ResidentInput { village: village.into(), name: "林小红".into(), ..person("林小红", 1) };
                register::register(&ctx, input, &Idem::none()).await
            }
        };
        let own = again(1, "10000").await;
        let Err(Error::Invalid(e)) = &own else { panic!("{own:?}") };
        assert_eq!(e.0[0].code, "resident-duplicate-own");
        let href = e.0[0].args.iter().find(|a| a.0 == "href").expect("the way to the record");
        let page = app.client(social_worker(1)).get(&href.1).await;
        assert!(page.status.is_success() && page.text().contains("陈秀英"), "{href:?}");
        let county = again(2, "10010").await;
        let Err(Error::Invalid(e)) = &county else { panic!("{county:?}") };
        assert_eq!(e.0[0].code, "resident-duplicate-county");
        assert_eq!(e.0[0].args, vec![("station".to_owned(), "第1站".to_owned())]);
        let far = again(4, "20000").await;
        let Err(Error::Invalid(e)) = &far else { panic!("{far:?}") };
        assert_eq!(
            (e.0[0].code.as_str(), e.0[0].args.len()),
            ("resident-duplicate-elsewhere", 0),
            "nothing but the fact"
        );
        assert_eq!(count(&app, "SELECT COUNT(*) FROM resident").await, 1);
        // Each answer tells that somebody exists: twenty an hour, each audited, the next refused and audited too.
        for _ in 1..20 {
            assert_eq!(problems(again(4, "20000").await), "id_no:resident-duplicate-elsewhere");
        }
        assert_eq!(problems(again(4, "20000").await), "too many");
        assert_eq!(
            count(&app, "SELECT COUNT(*) FROM audit_event WHERE purpose='duplicate' AND decision='allow'").await,
            22
        );
        assert_eq!(
            count(&app, "SELECT COUNT(*) FROM audit_event WHERE purpose='duplicate' AND decision='deny'").await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_look_alike_asks_first() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        registered(&ctx, person("陈秀英", 1)).await;
        assert_eq!(
            problems(register::register(&ctx, person("陈秀英", 2), &Idem::none()).await),
            "name:resident-look-alike"
        );
        // An answer needs its reason, and names what it answers.
        let blind = ResidentInput { another: "namesake".into(), ..person("陈秀英", 2) };
        let asked = register::register(&ctx, blind.clone(), &Idem::none()).await;
        let Err(Error::Invalid(e)) = &asked else { panic!("{asked:?}") };
        let seen = e.0[0].args.iter().find(|a| a.0 == "seen").expect("what was found").1.clone();
        let bare = ResidentInput { seen: seen.clone(), ..person("陈秀英", 2) };
        assert_eq!(problems(register::register(&ctx, bare, &Idem::none()).await), "name:resident-look-alike");
        registered(&ctx, ResidentInput { seen, ..blind }).await;
        assert_eq!(count(&app, "SELECT COUNT(*) FROM resident").await, 2);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM resident_distinct WHERE reason='namesake'").await, 1);
        assert_eq!(
            count(&app, "SELECT COUNT(DISTINCT record_id) FROM audit_event WHERE purpose='another-namesake'").await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_form_twice_files_one_person() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let idem = Idem::new(Some("form-1".into()), &"body");
        let a = register::register(&ctx, person("陈秀英", 1), &idem).await.unwrap();
        let b = register::register(&ctx, person("陈秀英", 1), &idem).await.unwrap();
        assert_eq!(a, b);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM resident").await, 1);
        let other = Idem::new(Some("form-1".into()), &"another body");
        assert_eq!(problems(register::register(&ctx, person("林小红", 2), &other).await), "idempotency-other-body");
    })
    .await;
}

#[tokio::test]
async fn a_correction_keeps_what_was_left_empty_and_moves_the_ledger() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let first = ResidentInput { phone: "13800001234".into(), ..person("陈秀英", 1) };
        let key = registered(&ctx, first).await;
        take_marks(&app).await;
        let input = ResidentInput {
            id_no: String::new(),
            version: 1,
            filed_on: "2021-06-15".into(),
            categories: vec!["02".into()],
            ..person("陈秀瑛", 1)
        };
        register::correct(&ctx, key.county, key.id, input.clone(), &Idem::none()).await.unwrap();
        let now = resident::open(&ctx, key.county, key.id).await.unwrap().resident;
        assert_eq!((now.name.as_str(), now.version, now.filed_on), ("陈秀瑛", 2, day(6, 15)));
        assert_eq!((now.id_no.is_some(), now.phone.as_deref()), (true, Some("138****1234")));
        assert_eq!(now.categories.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), vec!["02"]);
        assert_eq!(names(&app, social_worker(1), "cxy").await, vec!["陈秀瑛"]);
        assert_eq!(take_marks(&app).await.iter().map(|m| m.day).collect::<Vec<_>>(), vec![day(6, 1), day(6, 15)]);
        assert_eq!(figures(&app, &["M02"], &station1(), day(6, 1), day(6, 14)).await, vec![0]);
        assert_eq!(figures(&app, &["M02"], &station1(), day(6, 15), day(6, 15)).await, vec![1]);
        // Two editors: the second one hears of the first.
        assert_eq!(
            problems(register::correct(&ctx, key.county, key.id, input.clone(), &Idem::none()).await),
            "conflict"
        );
        // A number that contradicts the typed birth date, also when it stays on file.
        let wrong = ResidentInput { version: 2, birth: "1951-01-01".into(), ..input.clone() };
        assert_eq!(
            problems(register::correct(&ctx, key.county, key.id, wrong, &Idem::none()).await),
            "birth:id-birth-mismatch"
        );
        // Another kind of document needs its number: the old one is not kept under the new name.
        let kind = ResidentInput { version: 2, id_type: "passport".into(), ..input.clone() };
        assert_eq!(
            problems(register::correct(&ctx, key.county, key.id, kind, &Idem::none()).await),
            "id_no:resident-id-of-new-kind"
        );
        // Filing cannot lie after a meeting, nor before the station.
        let old = ResidentInput { version: 2, filed_on: "2020-10-31".into(), ..input.clone() };
        assert_eq!(
            problems(register::correct(&ctx, key.county, key.id, old, &Idem::none()).await),
            "filed_on:resident-filed-before-station"
        );
        visited(&ctx, zw_practice::model::EncounterInput { day: "2021-06-20".into(), ..visit_to(&[key.id]) }).await;
        let late = ResidentInput { version: 2, filed_on: "2021-06-21".into(), ..input };
        assert_eq!(
            problems(register::correct(&ctx, key.county, key.id, late, &Idem::none()).await),
            "filed_on:resident-filed-after-visit"
        );
        let ctx2 = app.ctx(social_worker(2));
        assert_eq!(
            problems(register::correct(&ctx2, key.county, key.id, person("甲乙", 9), &Idem::none()).await),
            "not found"
        );
    })
    .await;
}

#[tokio::test]
async fn closing_writes_the_line_of_its_reason() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, boss) = (app.ctx(social_worker(1)), app.ctx(head(1)));
        let close = |reason: &str, on: &str| CloseInput { reason: reason.into(), on: on.into(), version: 1 };
        let mut keys = vec![];
        for n in 1..=4 {
            keys.push(
                registered(&ctx, person(["陈一一", "陈二二", "陈三三", "陈四四"][n - 1], i64::try_from(n).unwrap()))
                    .await,
            );
        }
        let shut = |i: usize, c: CloseInput| {
            let (boss, key) = (boss.clone(), keys[i]);
            async move { resident::close(&boss, key.county, key.id, c, &Idem::none()).await }
        };
        assert_eq!(
            problems(resident::close(&ctx, keys[0].county, keys[0].id, close("death", ""), &Idem::none()).await),
            "forbidden",
            "the head closes"
        );
        assert_eq!(problems(shut(0, close("", "")).await), "reason:required");
        assert_eq!(problems(shut(0, close("death", "2021-07-09")).await), "on:resident-close-future");
        assert_eq!(problems(shut(0, close("death", "2021-05-31")).await), "on:resident-close-before-filing");
        for (i, reason) in ["death", "merged", "error", "moved_away"].into_iter().enumerate() {
            shut(i, close(reason, "2021-07-01")).await.unwrap();
        }
        assert_eq!(problems(shut(0, close("death", "2021-07-01")).await), "resident-closed");
        let f = figures(
            &app,
            &["M01", "M02", "M02a", "M03", "M03a", "M03b", "M03c", "M04"],
            &station1(),
            day(7, 1),
            day(7, 31),
        )
        .await;
        assert_eq!(f, vec![4, 0, 0, 2, 0, 1, -1, 0]);
        assert_eq!(f[7], f[0] + f[1] + f[2] - f[3] - f[4] - f[5] + f[6], "the monthly identity");
        assert!(names(&app, social_worker(1), "").await.is_empty());
        // The number of somebody who moved away may be filed again; that of the dead may not.
        assert_eq!(problems(register::register(&ctx, person("陈四四", 4), &Idem::none()).await), "ok");
        assert_eq!(
            problems(register::register(&ctx, person("陈一一", 1), &Idem::none()).await),
            "id_no:resident-duplicate-own"
        );
    })
    .await;
}

#[tokio::test]
async fn a_reveal_is_counted_written_down_and_limited() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, ResidentInput { phone: "13800001234".into(), ..person("陈秀英", 1) }).await;
        let ask = |field: &str, purpose: &str| RevealInput { field: field.into(), purpose: purpose.into() };
        assert_eq!(problems(reveal::reveal(&ctx, key.county, key.id, &ask("phone", "")).await), "purpose:required");
        assert_eq!(problems(reveal::reveal(&app.ctx(centre()), key.county, key.id, &ask("phone", "visit")).await), "forbidden");
        assert_eq!(problems(reveal::reveal(&app.ctx(social_worker(2)), key.county, key.id, &ask("phone", "visit")).await), "not found");
        for _ in 0..30 {
            let shown = reveal::reveal(&ctx, key.county, key.id, &ask("phone", "visit")).await.unwrap();
            assert_eq!(shown.value, "13800001234");
        }
        let Err(Error::TooMany { retry_after_s }) = reveal::reveal(&ctx, key.county, key.id, &ask("id_no", "visit")).await else { panic!() };
        assert!((1..=3600).contains(&retry_after_s));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM audit_event WHERE action='resident.reveal' AND decision='allow' AND fields='phone' AND purpose='visit'").await, 30);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM audit_event WHERE action='resident.reveal' AND decision='deny'").await, 1);
        // The window slides: half an hour later, in another hour of the clock, there is still nothing left; and workers
        // are counted with residents.
        app.app.clock.advance(1_800_000);
        let soon = app.ctx(social_worker(1));
        assert_eq!(problems(reveal::reveal(&soon, key.county, key.id, &ask("id_no", "visit")).await), "too many");
        let mut tx = soon.write().await.unwrap();
        assert!(zw_access::Limit::REVEAL.take(&soon, &mut tx).await.unwrap().is_some_and(|s| s <= 1800));
        quietly(tx).await;
        app.app.clock.advance(1_800_000);
        let later = app.ctx(social_worker(1));
        assert_eq!(reveal::reveal(&later, key.county, key.id, &ask("id_no", "verify")).await.unwrap().value, id_no("19500101", 1));
    })
    .await;
}

/// Personal data at rest: no clear text of a sealed field, no sealed field that opens in another row.
#[tokio::test]
async fn sealed_fields_stay_in_their_rows() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let a = registered(
            &ctx,
            ResidentInput { phone: "13800001234".into(), address: "一号楼".into(), ..person("陈秀英", 1) },
        )
        .await;
        let b = registered(&ctx, ResidentInput { phone: "13900005678".into(), ..person("林小红", 2) }).await;
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        let phone: Vec<u8> = tx
            .scalar(zw_db::sql("SELECT phone FROM resident WHERE county_id=").bind(a.county).lit(" AND id=").bind(a.id))
            .await
            .unwrap();
        assert!(!phone.windows(4).any(|w| w == b"1380"));
        tx.run(
            zw_db::sql("UPDATE resident SET phone=")
                .bind(phone)
                .lit(" WHERE county_id=")
                .bind(b.county)
                .lit(" AND id=")
                .bind(b.id),
        )
        .await
        .unwrap();
        quietly(tx).await;
        assert!(matches!(resident::open(&ctx, b.county, b.id).await, Err(Error::Internal(_))));
        assert!(resident::open(&ctx, a.county, a.id).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn every_look_at_a_record_is_written_before_it_leaves() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, person("陈秀英", 1)).await;
        resident::open(&ctx, key.county, key.id).await.unwrap();
        resident::find(&ctx, &FindResidents::default()).await.unwrap();
        assert_eq!(count(&app, "SELECT COUNT(*) FROM audit_event WHERE action='resident.read' AND subject_ref IS NOT NULL AND fields LIKE '%categories%'").await, 1);
        assert_eq!(figures(&app, &["M04"], &Area::County(World::COUNTY), day(7, 1), day(7, 8)).await, vec![1]);
    })
    .await;
}

#[tokio::test]
async fn a_household_lives_in_one_village() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let first = registered(&ctx, person("陈秀英", 1)).await;
        let household = resident::open(&ctx, first.county, first.id).await.unwrap().resident.household.to_string();
        let join = |village: &str| ResidentInput {
            village: village.into(),
            household: household.clone(),
            ..person("陈大同", 2)
        };
        let far = register::register(&ctx, join("10001"), &Idem::none()).await;
        assert_eq!(problems(far), "village:resident-household-village");
        assert_eq!(problems(register::register(&ctx, join("10000"), &Idem::none()).await), "ok");
    })
    .await;
}
