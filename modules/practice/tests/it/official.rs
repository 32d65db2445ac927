//! Official lists: what is imported, whom it matches, what it changes and what it leaves alone.

use crate::support::*;
use zw_access::{Actor, Ctx, Role};
use zw_core::{DivisionId, Key, OfficialListId, ResidentId};
use zw_db::sql;
use zw_indicators::{Area, Span};
use zw_practice::model::{ListInput, ListReport, ResidentInput};
use zw_practice::service::official::{self, Begun};
use zw_practice::service::official_show::{self as show, FindLists, FindRates, FindUnmatched};
use zw_practice::service::resident::CloseInput;
use zw_practice::service::{merge, register, resident};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

fn county() -> Actor {
    actor(Role::CountyAdmin, World::COUNTY)
}

fn of(category: &str, date: &str) -> ListInput {
    ListInput {
        category: category.into(),
        authority: "civil_affairs".into(),
        list_date: date.into(),
        document: "示例民〔2021〕9号".into(),
        ..ListInput::default()
    }
}

/// A file of the first village, one line for each (name, serial).
fn file(people: &[(&str, i64)]) -> Vec<u8> {
    placed(&people.iter().map(|(name, n)| (*name, *n, "村10000")).collect::<Vec<_>>())
}

fn placed(people: &[(&str, i64, &str)]) -> Vec<u8> {
    let lines = people.iter().map(|(name, n, village)| format!("{name},{},{village}\n", id_no("19500101", *n)));
    format!("姓名,身份证号,村居\n{}", lines.collect::<String>()).into_bytes()
}

async fn imported(ctx: &Ctx, input: ListInput, file: Vec<u8>) -> ListReport {
    let done = official::import(ctx, &input, Some(file), false, &Idem::none()).await.unwrap();
    assert!(done.list.is_some(), "{:?}", done.problems);
    done
}

/// `code/basis[/list]` of the categories in force, and of those that are over `code-day`.
async fn categories(app: &TestApp, key: Key<ResidentId>) -> (String, String) {
    let r = resident::open(&app.ctx(head(1)), key.county, key.id).await.unwrap().resident;
    let now =
        r.categories.iter().map(|c| format!("{}/{}{}", c.code, c.basis, if c.list.is_some() { "/list" } else { "" }));
    let past = r.past_categories.iter().map(|c| format!("{}-{}", c.code, c.to.unwrap()));
    (now.collect::<Vec<_>>().join(" "), past.collect::<Vec<_>>().join(" "))
}

async fn unmatched(app: &TestApp, who: Actor) -> Vec<String> {
    let found = show::unmatched(&app.ctx(who), &FindUnmatched::default()).await.unwrap();
    found.items.iter().map(|u| format!("{} {} {}", u.name, u.village, u.category)).collect()
}

/// due, on file and the rate of a category.
async fn rate(app: &TestApp, who: Actor, area: &str, category: &str, as_of: &str) -> String {
    let ask = FindRates { area: area.into(), as_of: as_of.into() };
    let found = show::rates(&app.ctx(who), &ask).await.unwrap();
    let r = found.items.iter().find(|r| r.category == category).unwrap();
    match (r.due, &r.rate) {
        (Some(due), Some(rate)) => format!("{}/{due}={rate}", r.on_file),
        _ => "无基数".into(),
    }
}

#[tokio::test]
async fn a_list_gives_official_status_and_leaves_the_workers_judgement() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let found = |basis: &str, codes: &[&str]| {
            let codes = codes.iter().map(|c| (*c).to_owned()).collect();
            ResidentInput { category_basis: basis.into(), categories: codes, ..person("", 0) }
        };
        let with = |name: &str, n: i64, i: ResidentInput| ResidentInput {
            categories: i.categories,
            category_basis: i.category_basis,
            ..person(name, n)
        };
        let judged = registered(&ctx, with("王一", 1, found("worker_found", &["01", "21"]))).await;
        let typed = registered(&ctx, with("赵二", 2, found("civil_affairs", &["01"]))).await;
        let other = registered(&ctx, with("钱三", 3, found("civil_affairs", &["01"]))).await;

        let done =
            imported(&app.ctx(county()), of("01", "2021-06-10"), file(&[("王一", 1), ("赵二", 2), ("周五", 5)])).await;
        assert_eq!((done.rows, done.on_file, done.ended, done.replaces), (3, 2, 0, None));
        // What the worker found stays beside it, what was typed as official now rests on the list, who is on no list stays.
        assert_eq!(categories(&app, judged).await.0, "01/civil_affairs/list 01/worker_found 21/worker_found");
        assert_eq!(categories(&app, typed).await.0, "01/civil_affairs/list");
        assert_eq!(categories(&app, other).await.0, "01/civil_affairs");

        // The next list has the first no longer, and the third at last.
        let next = ListInput { authority: "other_department".into(), ..of("01", "2021-07-01") };
        let done = imported(&app.ctx(county()), next, file(&[("赵二", 2), ("钱三", 3)])).await;
        assert_eq!((done.on_file, done.ended, done.replaces), (2, 1, Some(day(6, 10))));
        assert_eq!(categories(&app, judged).await, ("01/worker_found 21/worker_found".into(), "01-2021-07-01".into()));
        assert_eq!(categories(&app, typed).await.0, "01/other_department/list");
        assert_eq!(categories(&app, other).await.0, "01/other_department/list");
        // Counted once in the category by which ever row it stands.
        let mut c = app.app.db.read().await.unwrap();
        let all = Span { from: day(6, 1), to: day(6, 30) };
        let split = zw_practice::source().split(&mut c, &["M04"], &station1(), all).await.unwrap();
        drop(c);
        let of_01 = split.iter().find(|s| s.1 == "01").map(|s| s.2);
        assert_eq!(of_01, Some(3), "{split:?}");
    })
    .await;
}

#[tokio::test]
async fn what_a_list_says_is_not_the_stations_to_end() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, ResidentInput { category_basis: "civil_affairs".into(), ..person("赵二", 2) }).await;
        imported(&app.ctx(county()), of("01", "2021-06-10"), file(&[("赵二", 2)])).await;
        let correct = async |codes: &[&str]| {
            let version = resident::open(&ctx, key.county, key.id).await.unwrap().resident.version;
            let categories = codes.iter().map(|c| (*c).to_owned()).collect();
            let input = ResidentInput { categories, version, ..person("赵二", 2) };
            register::correct(&ctx, key.county, key.id, input, &Idem::none()).await
        };
        // The form shows it and does not send it; who sends it back types nothing new.
        assert_eq!(problems(correct(&[]).await), "ok");
        assert_eq!(categories(&app, key).await.0, "01/civil_affairs/list");
        assert_eq!(problems(correct(&["01", "21"]).await), "ok");
        assert_eq!(categories(&app, key).await.0, "01/civil_affairs/list 21/worker_found");
        assert_eq!(problems(correct(&["01"]).await), "ok");
        assert_eq!(categories(&app, key).await.0, "01/civil_affairs/list");
        let page = app.client(social_worker(1)).get(&format!("/people/{}/{}/edit", key.county, key.id)).await.text();
        assert!(page.contains("名册认定的类别不在这里修改"), "{page}");
        assert!(!page.contains("value=\"01\" id=\"f-categories-01\" checked"), "{page}");
        let shown = app.client(head(1)).get(&format!("/people/{}/{}", key.county, key.id)).await.text();
        for want in ["官方认定", "民政系统名册 2021-06-10", "示例民〔2021〕9号", "自 2021-06-01"] {
            assert!(shown.contains(want), "{want}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_filed_later_matches_then_and_a_corrected_number_follows() {
    on_both(parts, |app| async move {
        world(&app).await;
        imported(&app.ctx(county()), of("02", "2021-06-10"), file(&[("孙四", 4), ("周五", 5)])).await;
        assert_eq!(unmatched(&app, social_worker(1)).await, ["孙四 村10000 02", "周五 村10000 02"]);
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, ResidentInput { categories: vec!["21".into()], ..person("孙四", 4) }).await;
        assert_eq!(categories(&app, key).await.0, "02/civil_affairs/list 21/worker_found");
        assert_eq!(unmatched(&app, social_worker(1)).await, ["周五 村10000 02"]);
        assert_eq!(
            count(&app, "SELECT COUNT(*) FROM official_list_row WHERE name IS NOT NULL").await,
            1,
            "on file, and nowhere else"
        );

        // It was the number of the other one.
        let edit = ResidentInput { categories: vec!["21".into()], version: 1, ..person("孙四", 6) };
        register::correct(&ctx, key.county, key.id, edit, &Idem::none()).await.unwrap();
        assert_eq!(categories(&app, key).await, ("21/worker_found".into(), "02-2021-07-08".into()));
        assert_eq!(unmatched(&app, social_worker(1)).await.len(), 2);

        // Whoever is no longer on file stands among them again, and says so.
        let five = registered(&ctx, ResidentInput { categories: vec!["21".into()], ..person("周五", 5) }).await;
        assert_eq!(unmatched(&app, social_worker(1)).await.len(), 1);
        let close = CloseInput { reason: "moved_away".into(), version: 1, ..CloseInput::default() };
        resident::close(&app.ctx(head(1)), five.county, five.id, close, &Idem::none()).await.unwrap();
        let found = show::unmatched(&app.ctx(head(1)), &FindUnmatched::default()).await.unwrap();
        assert_eq!(found.items.iter().filter(|u| u.was_on_file).count(), 1);
        let again = registered(
            &ctx,
            ResidentInput {
                categories: vec!["21".into()],
                another: "checked".into(),
                seen: String::new(),
                ..person("周五五", 5)
            },
        )
        .await;
        assert_eq!(categories(&app, again).await.0, "02/civil_affairs/list 21/worker_found");
    })
    .await;
}

#[tokio::test]
async fn a_merge_takes_the_status_along_and_gives_it_back() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let own = |name: &str, n: i64| ResidentInput { categories: vec!["21".into()], ..person(name, n) };
        let stays = registered(
            &ctx,
            ResidentInput {
                id_no: String::new(),
                id_missing_reason: "lost".into(),
                sex: "2".into(),
                birth: "1950-01-01".into(),
                ..own("林一一", 1)
            },
        )
        .await;
        let goes = registered(&ctx, own("吴二二", 2)).await;
        imported(&app.ctx(county()), of("02", "2021-06-10"), file(&[("吴二二", 2)])).await;
        assert_eq!(categories(&app, goes).await.0, "02/civil_affairs/list 21/worker_found");
        let version = async |k: Key<ResidentId>| {
            resident::open(&app.ctx(head(1)), k.county, k.id).await.unwrap().resident.version
        };
        let input = zw_practice::model::MergeInput {
            reason: "twice".into(),
            take: vec!["document".into()],
            version: version(stays).await,
            other_version: version(goes).await,
        };
        merge::merge(&app.ctx(head(1)), stays.county, (stays.id, goes.id), input, &Idem::none()).await.unwrap();
        assert_eq!(categories(&app, stays).await.0, "02/civil_affairs/list 21/worker_found");
        assert_eq!(rate(&app, county(), "", "02", "").await, "1/1=100.0");
        let back = merge::UnmergeInput { version: version(stays).await };
        merge::unmerge(&app.ctx(head(1)), stays.county, (stays.id, goes.id), back, &Idem::none()).await.unwrap();
        assert_eq!(categories(&app, stays).await.0, "21/worker_found");
        assert_eq!(categories(&app, goes).await.0, "02/civil_affairs/list 21/worker_found");
    })
    .await;
}

#[tokio::test]
async fn the_rate_is_by_the_list_in_force_on_the_day() {
    on_both(parts, |app| async move {
        world(&app).await;
        let town2 = "村10010";
        let (one, two) = (app.ctx(social_worker(1)), app.ctx(social_worker(2)));
        registered(&one, person("王一", 1)).await;
        registered(&two, ResidentInput { village: "10010".into(), filed_on: "2021-06-20".into(), ..person("赵二", 2) })
            .await;
        assert_eq!(rate(&app, county(), "", "01", "").await, "无基数");
        let list = [("王一", 1, "村10000"), ("赵二", 2, "村10000"), ("钱三", 3, town2), ("孙四", 4, "村10000")];
        imported(&app.ctx(county()), of("01", "2021-06-10"), placed(&list)).await;
        imported(&app.ctx(county()), of("01", "2021-07-01"), placed(&list[..2])).await;
        let unit1 = unit(1).to_string();
        for (who, area, as_of, want) in [
            (county(), "", "2021-06-09", "无基数"),
            (county(), "", "2021-06-15", "1/4=25.0"),
            (county(), "", "2021-06-30", "2/4=50.0"),
            (county(), "", "2021-07-08", "2/2=100.0"),
            // Of the first station the list names three; one of them is on file, and one at another station.
            (county(), unit1.as_str(), "2021-06-30", "2/3=66.7"),
            (social_worker(1), "", "2021-06-30", "2/3=66.7"),
            (social_worker(2), "", "2021-06-30", "0/1=0.0"),
            (actor(Role::TownOfficer, World::TOWN), "", "2021-06-30", "2/3=66.7"),
            (actor(Role::ProvAdmin, World::PROVINCE), "", "2021-06-30", "2/4=50.0"),
            (actor(Role::CountyAdmin, World::COUNTY2), "", "2021-06-30", "无基数"),
        ] {
            assert_eq!(rate(&app, who, area, "01", as_of).await, want, "{area} {as_of}");
        }
        let ask = FindRates { area: World::COUNTY.to_string(), ..FindRates::default() };
        assert_eq!(problems(show::rates(&app.ctx(social_worker(1)), &ask).await), "not found");
        let ask = FindRates { as_of: "2021-07-09".into(), ..FindRates::default() };
        assert_eq!(problems(show::rates(&app.ctx(county()), &ask).await), "as_of:as-of-future");

        // The same numbers as measures, with their rows.
        let area = Area::County(World::COUNTY);
        let keys = ["official_due", "official_filed", "official_refused"];
        assert_eq!(figures(&app, &keys, &area, day(6, 30), day(6, 30)).await, [4, 2, 0]);
        assert_eq!(figures(&app, &keys, &station1(), day(6, 30), day(6, 30)).await, [3, 2, 0]);
        let mut c = app.app.db.read().await.unwrap();
        let series = zw_practice::source()
            .series(&mut c, &app.app.tree(), "official_filed", &area, &[day(6, 9), day(6, 15), day(7, 8)])
            .await
            .unwrap();
        drop(c);
        assert_eq!(series, [0, 1, 2]);
        let behind = rows(&app, head(1), "official_filed", &station1(), day(6, 30), day(6, 30)).await;
        assert_eq!((behind.total, behind.rows[0].cells[0].zh(), behind.partly_hidden), (1, "王一", true));
        let lists = rows(&app, county(), "official_due", &area, day(6, 30), day(6, 30)).await;
        assert_eq!((lists.total, lists.rows[0].cells[1].zh(), lists.rows[0].cells[4].zh()), (1, "低保", "4"));
    })
    .await;
}

#[tokio::test]
async fn a_list_of_numbers_is_compared_with_what_the_register_calls_official() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let official = |name: &str, n: i64| ResidentInput { category_basis: "civil_affairs".into(), ..person(name, n) };
        registered(&ctx, official("王一", 1)).await;
        registered(&ctx, official("赵二", 2)).await;
        registered(&ctx, person("钱三", 3)).await;
        let numbers = "乡镇,人数\n东街街道,4\n南山镇,6\n".as_bytes().to_vec();
        let done = imported(&app.ctx(county()), of("01", "2021-06-10"), numbers).await;
        assert_eq!((done.rows, done.persons), (2, 10));
        assert_eq!(rate(&app, county(), "", "01", "").await, "2/10=20.0", "what a worker found is not official");
        assert_eq!(rate(&app, social_worker(1), "", "01", "").await, "2/4=50.0");
        assert_eq!(rate(&app, social_worker(2), "", "01", "").await, "0/6=0.0");
        // Only a total: the county has a denominator, a station has none.
        let total = ListInput { stated: "8".into(), ..of("01", "2021-07-01") };
        let done = official::import(&app.ctx(county()), &total, None, false, &Idem::none()).await.unwrap();
        assert_eq!((done.rows, done.persons), (0, 8));
        assert_eq!(rate(&app, county(), "", "01", "").await, "2/8=25.0");
        assert_eq!(rate(&app, social_worker(1), "", "01", "").await, "无基数");
        let none = of("01", "2021-07-02");
        let said = problems(official::import(&app.ctx(county()), &none, None, false, &Idem::none()).await);
        assert_eq!(said, "file:list-file-or-number");
    })
    .await;
}

#[tokio::test]
async fn names_are_for_the_station_that_serves_the_place() {
    on_both(parts, |app| async move {
        world(&app).await;
        let list = [("钱三三", 3, "村10000"), ("孙四四", 4, "村10010"), ("李六六", 6, "南山镇")];
        imported(&app.ctx(county()), of("01", "2021-06-10"), placed(&list)).await;
        let mut seen = 0;
        events(&app, &mut seen).await;
        assert_eq!(unmatched(&app, social_worker(1)).await, ["钱三三 村10000 01"]);
        assert_eq!(events(&app, &mut seen).await, [("official_row.read".to_owned(), "list".to_owned(), 1)]);
        assert_eq!(unmatched(&app, head(2)).await, ["李六六  01", "孙四四 村10010 01"]);
        assert_eq!(unmatched(&app, social_worker(3)).await, Vec::<String>::new());
        let both = actor(Role::TownOfficer, World::TOWN);
        for who in [county(), centre(), both, actor(Role::ProvAdmin, World::PROVINCE)] {
            assert_eq!(problems(show::unmatched(&app.ctx(who.clone()), &FindUnmatched::default()).await), "forbidden");
            // Numbers are theirs, and no name or number of a person is on any of their pages.
            let c = app.client(who);
            for path in
                ["/official-lists", "/official-lists/rates", "/api/v1/official-lists", "/api/v1/official-lists/rates"]
            {
                let text = c.get(path).await.text();
                assert!(!text.contains("钱三三") && !text.contains("19500101"), "{path}");
            }
        }
        let all = show::list(&app.ctx(county()), &FindLists::default()).await.unwrap();
        assert_eq!((all.len(), all[0].listed, all[0].unmatched), (1, Some(3), Some(3)));
        let own = show::list(&app.ctx(social_worker(1)), &FindLists::default()).await.unwrap();
        assert_eq!((own[0].listed, own[0].unmatched), (Some(1), Some(1)));
        let place = show::page(&app.ctx(county()), World::COUNTY, all[0].id).await.unwrap().places;
        assert!(place.iter().all(|p| p.village.is_empty() && p.on_file.is_none()), "a few persons: {place:?}");
        for who in [actor(Role::CountyAdmin, World::COUNTY2), actor(Role::ProvAdmin, World::OTHER_PROVINCE)] {
            assert!(show::list(&app.ctx(who.clone()), &FindLists::default()).await.unwrap().is_empty());
            assert_eq!(problems(show::page(&app.ctx(who), World::COUNTY, all[0].id).await), "not found");
        }
        for who in [social_worker(1), head(1), centre(), actor(Role::TownOfficer, World::TOWN)] {
            let said = official::import(&app.ctx(who), &of("02", "2021-06-10"), None, false, &Idem::none()).await;
            assert_eq!(problems(said), "forbidden");
        }
        // Another county's list is not mine to import, and its villages are none of mine.
        let theirs = ListInput { county: World::COUNTY2.to_string(), ..of("02", "2021-06-10") };
        let said =
            official::import(&app.ctx(county()), &theirs, Some(file(&[("王一", 1)])), false, &Idem::none()).await;
        assert_eq!(problems(said), "county:list-county-outside");
        let said = official::import(
            &app.ctx(county()),
            &of("02", "2021-06-10"),
            Some(placed(&[("王一", 1, "村10100")])),
            false,
            &Idem::none(),
        )
        .await
        .unwrap();
        assert_eq!(said.problems[0].code, "list-place-outside");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_before_the_confirmation_and_it_checks_again() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(county());
        let written =
            || count(&app, "SELECT (SELECT COUNT(*) FROM official_list)+(SELECT COUNT(*) FROM official_list_row)");
        let bad =
            official::begin(&ctx, &of("01", "2021-06-10"), Some(b"a,b\n1,2\n".to_vec()), &Idem::none()).await.unwrap();
        assert!(matches!(bad, Begun::Refused(r) if r.problems[0].code == "list-head"));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list_draft").await, 0);
        let begin =
            async |date: &str| match official::begin(&ctx, &of("01", date), Some(file(&[("王一", 1)])), &Idem::none())
                .await
                .unwrap()
            {
                Begun::Waits(key) => key,
                Begun::Refused(r) => panic!("{:?}", r.problems),
            };
        let (first, second) = (begin("2021-06-10").await, begin("2021-07-01").await);
        assert_eq!(written().await, 0);
        let (_, report) = official::waiting(&ctx, first).await.unwrap();
        assert_eq!((report.rows, report.list), (1, None));
        // Of somebody else's file nothing is known, even in the same county.
        let mut mate = county();
        mate.name = "another".into();
        assert_eq!(problems(official::waiting(&app.ctx(mate), first).await), "not found");
        assert_eq!(
            problems(official::waiting(&app.ctx(actor(Role::CountyAdmin, World::COUNTY2)), first).await),
            "not found"
        );

        let idem = || Idem::new(Some("k".into()), &"confirm");
        let done = official::confirm(&ctx, second, &idem()).await.unwrap();
        assert_eq!(official::confirm(&ctx, second, &idem()).await.unwrap(), done, "a repeat has one effect");
        assert_eq!(written().await, 2);
        assert_eq!(problems(official::waiting(&ctx, second).await), "not found");
        // Meanwhile a later list stands: the second check says so.
        assert_eq!(problems(official::confirm(&ctx, first, &Idem::none()).await), "list_date:list-date-older");
        assert_eq!(written().await, 2);
        assert_eq!(zw_practice::ticks::forget_drafts(&app.app).await.unwrap(), 0);
        app.at(2021, 7, 10, 9);
        assert_eq!(zw_practice::ticks::forget_drafts(&app.app).await.unwrap(), 1);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list_draft").await, 0);
    })
    .await;
}

#[tokio::test]
async fn one_list_of_a_category_stands() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(county());
        imported(&ctx, of("01", "2021-06-10"), file(&[("王一", 1), ("赵二", 2)])).await;
        imported(&ctx, of("02", "2021-06-10"), file(&[("王一", 1)])).await;
        // The same day again corrects it; the names of the one before are gone.
        imported(&ctx, of("01", "2021-06-10"), file(&[("王一", 1)])).await;
        let all = |replaced: &str| FindLists { replaced: replaced.into(), ..FindLists::default() };
        assert_eq!(show::list(&ctx, &all("")).await.unwrap().len(), 2);
        assert_eq!(show::list(&ctx, &all("1")).await.unwrap().len(), 3);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM official_list_row WHERE name IS NOT NULL").await, 2);
        let twice = sql("UPDATE official_list SET replaced_by=NULL");
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        assert!(tx.run(twice).await.is_err(), "the database keeps it too");
    })
    .await;
}

/// Twenty thousand persons, a third of them on file.
#[tokio::test]
async fn twenty_thousand_rows_are_imported_whole() {
    on_both(parts, |app| async move {
        world(&app).await;
        let number = |n: i64| {
            let body = format!("359900{:04}{:02}{:02}{:03}", 1930 + n / 12_000, n / 1000 % 12 + 1, 1, n % 1000);
            format!("{body}{}", zw_core::person_id::check_digit(&body).unwrap())
        };
        let mut lines = String::from("姓名,身份证号,村居\n");
        for n in 0..20_000 {
            lines += &format!("某某,{},村{}\n", number(n), 10_000 + n % 2);
        }
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        let people: Vec<zw_practice::seed::SeedResident> = (0..6_000).map(|n| seeded(n, number(n * 3))).collect();
        let rhythm = zw_practice::model::Rhythm::default();
        let loader = zw_practice::seed::Loader { vault: &app.app.vault, rng: &app.app.rng, rhythm: &rhythm, by: "x" };
        loader.load(&mut tx, &people, &[]).await.unwrap();
        quietly(tx).await;
        let done = imported(&app.ctx(county()), of("01", "2021-06-10"), lines.into_bytes()).await;
        assert_eq!((done.rows, done.on_file), (20_000, 6_000));
        assert_eq!(rate(&app, county(), "", "01", "").await, "6000/20000=30.0");
        let statuses =
            count(&app, "SELECT COUNT(*) FROM resident_category WHERE list_id IS NOT NULL AND to_day IS NULL").await;
        assert_eq!(statuses, 6_000);
    })
    .await;
}

fn seeded(n: i64, id_no: String) -> zw_practice::seed::SeedResident {
    use zw_practice::model::{LegalBasis, Recognition};
    let uuid = |k: i64| zw_core::Uuid::from_u128(0xC000_0000 + u128::try_from(n * 2 + k).unwrap());
    zw_practice::seed::SeedResident {
        county: World::COUNTY,
        id: ResidentId(uuid(0)),
        unit: unit(1),
        household: zw_core::HouseholdId(uuid(1)),
        name: "某某".into(),
        id_no: Some(id_no),
        sex: zw_core::person_id::Sex::Female,
        birth: day(1, 1),
        phone: None,
        address: None,
        township: World::TOWN,
        village: DivisionId(10_000),
        categories: vec![("01", if n % 2 == 0 { Recognition::CivilAffairs } else { Recognition::WorkerFound })],
        risk: 4,
        legal_basis: LegalBasis::Statutory,
        worker: None,
        filed_on: day(5, 1),
        closed: None,
    }
}

/// A list's key, for the pages.
pub(crate) async fn a_list(app: &TestApp) -> OfficialListId {
    imported(&app.ctx(county()), of("01", "2021-06-10"), file(&[("钱三三", 3)])).await.list.unwrap()
}
