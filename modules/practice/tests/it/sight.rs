//! Who sees how much of a person (domain.md 2.1 and 13, decision 0015).

use crate::support::*;
use zw_access::reveal::RevealInput;
use zw_access::{Actor, Role};
use zw_core::{Key, ResidentId};
use zw_indicators::Area;
use zw_practice::model::{EncounterInput, ResidentInput};
use zw_practice::service::encounter::{self, FindEncounters};
use zw_practice::service::resident::{self, FindResidents};
use zw_practice::service::{register, reveal, today};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

/// A child of six of the first station.
fn child(name: &str, serial: i64) -> ResidentInput {
    ResidentInput { id_no: id_no("20150101", serial), ..person(name, serial) }
}

/// One account with a worker's grant at station 1 and the centre's for the county.
fn both_hats() -> Actor {
    let mut who = social_worker(1);
    who.grants.extend(centre().grants);
    who
}

async fn found(app: &TestApp, who: Actor, q: &str) -> Vec<String> {
    let ask = FindResidents { q: q.into(), ..FindResidents::default() };
    let mut names: Vec<String> =
        resident::find(&app.ctx(who), &ask).await.unwrap().items.into_iter().map(|p| p.name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_wider_grant_masks_what_only_it_reaches() {
    on_both(parts, |app| async move {
        world(&app).await;
        let own = registered(&app.ctx(social_worker(1)), person("陈秀英", 1)).await;
        let far = ResidentInput { village: "10010".into(), ..person("陈大同", 2) };
        let far = registered(&app.ctx(social_worker(2)), far).await;
        let note =
            |id| EncounterInput { state_note: "情绪低落".into(), action: "陪同".into(), ..visit_to(&[id]) };
        let here = visited(&app.ctx(social_worker(1)), note(own.id)).await;
        let there = visited(&app.ctx(social_worker(2)), note(far.id)).await;
        assert_eq!(found(&app, both_hats(), "").await, ["陈**", "陈秀英"]);
        // By name and by pinyin only the own unit's; by village also the masked one.
        assert_eq!(found(&app, both_hats(), "陈").await, ["陈秀英"]);
        assert!(found(&app, both_hats(), "陈大同").await.is_empty());
        assert!(found(&app, both_hats(), "cdt").await.is_empty());
        assert_eq!(found(&app, both_hats(), "cxy").await, ["陈秀英"]);
        assert_eq!(found(&app, both_hats(), "村10010").await, ["陈**"]);
        let ctx = app.ctx(both_hats());
        let open = resident::open(&ctx, own.county, own.id).await.unwrap().resident;
        assert_eq!((open.name.as_str(), open.categories.len()), ("陈秀英", 1));
        let masked = resident::open(&ctx, far.county, far.id).await.unwrap().resident;
        assert_eq!((masked.name.as_str(), masked.birth, masked.categories.len()), ("陈**", None, 0));
        let e = encounter::open(&ctx, here.county, here.id).await.unwrap();
        assert_eq!((e.persons[0].name.as_str(), e.state_note.as_deref()), ("陈秀英", Some("情绪低落")));
        let e = encounter::open(&ctx, there.county, there.id).await.unwrap();
        assert_eq!((e.persons[0].name.as_str(), e.state_note, e.action), ("陈**", None, None));
        let behind = rows(&app, both_hats(), "M04", &Area::County(World::COUNTY), day(7, 1), day(7, 8)).await;
        let mut names: Vec<&str> = behind.rows.iter().map(|r| r.cells[0].zh()).collect();
        names.sort_unstable();
        assert_eq!(names, ["陈**", "陈秀英"]);
        let behind = rows(&app, both_hats(), "M07", &Area::County(World::COUNTY), day(7, 1), day(7, 8)).await;
        let mut names: Vec<&str> = behind.rows.iter().map(|r| r.cells[1].zh()).collect();
        names.sort_unstable();
        assert_eq!(names, ["陈**", "陈秀英"]);
        assert_eq!(
            problems(reveal::reveal(&ctx, far.county, far.id, &ask("id_no")).await),
            "not found",
            "nothing of the other station can be shown"
        );
    })
    .await;
}

fn ask(field: &str) -> RevealInput {
    RevealInput { field: field.into(), purpose: "visit".into() }
}

async fn edit(app: &TestApp, who: Actor, key: Key<ResidentId>, version: i64) -> String {
    let input = ResidentInput { id_no: String::new(), version, ..person("陈秀英", 1) };
    problems(register::correct(&app.ctx(who), key.county, key.id, input, &Idem::none()).await)
}

#[tokio::test]
async fn a_colleague_finds_the_person_and_records_a_visit_and_sees_no_more() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, ResidentInput { phone: "13800001234".into(), ..person("陈秀英", 1) }).await;
        let told = EncounterInput {
            action: "换了灯泡".into(),
            state_note: "情绪低落".into(),
            safety: vec!["fire".into()],
            ..visit_to(&[key.id])
        };
        let visit = visited(&ctx, told).await;
        let page = |who: Actor| {
            let ctx = app.ctx(who);
            async move { resident::open(&ctx, key.county, key.id).await.unwrap() }
        };
        assert_eq!(found(&app, colleague(1), "秀英").await, ["陈秀英"]);
        let seen = page(colleague(1)).await;
        let r = &seen.resident;
        assert_eq!((r.name.as_str(), r.age, r.categories.len(), r.withheld), ("陈秀英", Some(71), 0, true));
        let e = &seen.encounters[0];
        assert_eq!((e.met, e.withheld, e.action.clone(), e.safety.len(), e.result), (1, true, None, 0, None));
        let e = encounter::open(&app.ctx(colleague(1)), visit.county, visit.id).await.unwrap();
        assert_eq!((e.state_note, e.action, e.purpose), (None, None, None));
        assert_eq!(edit(&app, colleague(1), key, 1).await, "not found");
        assert!(!register::may_correct(&app.ctx(colleague(1)), key.county, key.id).await.unwrap());
        for who in [social_worker(1), head(1)] {
            let seen = page(who.clone()).await;
            assert_eq!((seen.resident.categories.len(), seen.resident.withheld), (1, false));
            assert_eq!(seen.encounters[0].action.as_deref(), Some("换了灯泡"));
            let e = encounter::open(&app.ctx(who), visit.county, visit.id).await.unwrap();
            assert_eq!(e.state_note.as_deref(), Some("情绪低落"));
        }
        // Two workers share a visit: whoever took part sees the record, not the other visits' notes.
        let along = zw_practice::model::EncounterInput { another: "1".into(), ..visit_to(&[key.id]) };
        visited(&app.ctx(colleague(1)), along).await;
        let seen = page(colleague(1)).await;
        assert_eq!((seen.resident.categories.len(), seen.resident.withheld), (1, false));
        let e = encounter::open(&app.ctx(colleague(1)), visit.county, visit.id).await.unwrap();
        assert_eq!((e.state_note, e.withheld), (None, true));
        // Whom nobody answers for, a worker of the station takes up; the head's people are the station's.
        assert_eq!(edit(&app, social_worker(2), key, 1).await, "not found");
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(zw_db::sql("UPDATE resident SET worker_id=NULL,vacancy='unassigned'")).await.unwrap();
        quietly(tx).await;
        assert!(register::may_correct(&app.ctx(colleague(1)), key.county, key.id).await.unwrap());
        assert_eq!(edit(&app, colleague(1), key, 1).await, "ok");
    })
    .await;
}

#[tokio::test]
async fn a_child_is_a_number_to_the_county_and_a_name_to_the_station() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let grown = registered(&ctx, person("陈秀英", 1)).await;
        let kid = registered(&ctx, child("陈小宝", 2)).await;
        let visit = visited(&ctx, visit_to(&[grown.id, kid.id])).await;
        // The centre and the township office: 404 as for nobody, no row, no name; the figure counts them.
        for who in [centre(), actor(Role::TownOfficer, World::TOWN)] {
            let ctx = app.ctx(who.clone());
            assert_eq!(problems(resident::open(&ctx, kid.county, kid.id).await), "not found");
            assert_eq!(found(&app, who.clone(), "").await, ["陈**"]);
            let behind = rows(&app, who, "M04", &Area::Town(World::COUNTY, World::TOWN), day(7, 1), day(7, 8)).await;
            assert_eq!((behind.total, behind.partly_hidden), (1, true));
        }
        assert_eq!(figures(&app, &["M04", "M46"], &station1(), day(7, 1), day(7, 8)).await, vec![2, 2]);
        let far = encounter::open(&app.ctx(centre()), visit.county, visit.id).await.unwrap();
        assert_eq!((far.persons.len(), far.children_hidden, far.met), (1, 1, 2));
        // A colleague finds the child to record a visit, and sees neither age nor dates nor numbers.
        assert_eq!(found(&app, colleague(1), "陈小宝").await, ["陈小宝"]);
        let seen = resident::open(&app.ctx(colleague(1)), kid.county, kid.id).await.unwrap();
        assert_eq!((seen.resident.age, seen.resident.id_no.clone(), seen.encounters.len()), (None, None, 0));
        assert_eq!(seen.encounters_total, 1);
        let answer = reveal::reveal(&app.ctx(colleague(1)), kid.county, kid.id, &ask("id_no")).await;
        assert_eq!(problems(answer), "not found");
        let list = encounter::list(&app.ctx(colleague(1)), &FindEncounters::default()).await.unwrap();
        assert_eq!((list.items[0].persons.len(), list.items[0].children_hidden), (1, 1));
        let own = resident::open(&ctx, kid.county, kid.id).await.unwrap();
        assert_eq!((own.resident.age, own.encounters.len()), (Some(6), 1));
    })
    .await;
}

#[tokio::test]
async fn the_names_of_children_in_lists_are_written_down_for_each_of_them() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let risky = |i: ResidentInput| ResidentInput { risk: "1".into(), ..i };
        let a = registered(&ctx, risky(child("陈小宝", 1))).await;
        let b = registered(&ctx, child("陈小贝", 2)).await;
        let grown = registered(&ctx, person("陈秀英", 3)).await;
        registered(&app.ctx(social_worker(2)), ResidentInput { village: "10010".into(), ..person("陈大同", 4) }).await;
        let mut seq = 0;
        let told = |action: &str, record: &str, persons| vec![(action.to_owned(), record.to_owned(), persons)];
        events(&app, &mut seq).await;
        // An encounter concerns everybody in it.
        let visit = visited(&ctx, visit_to(&[b.id, grown.id])).await;
        assert_eq!(events(&app, &mut seq).await, told("encounter.record", &visit.id.to_string(), 2));
        encounter::open(&ctx, visit.county, visit.id).await.unwrap();
        assert_eq!(events(&app, &mut seq).await, told("encounter.read", &visit.id.to_string(), 2));
        // Lists: one event for each child, none for grown-ups, whose names are of class P2.
        resident::find(&ctx, &FindResidents::default()).await.unwrap();
        assert_eq!(events(&app, &mut seq).await, told("resident.read", "list", 2));
        let ask = FindResidents { q: "秀英".into(), ..FindResidents::default() };
        resident::find(&ctx, &ask).await.unwrap();
        resident::find(&app.ctx(social_worker(2)), &FindResidents::default()).await.unwrap();
        assert_eq!(events(&app, &mut seq).await, vec![]);
        // 今日: the child due and the child visited last.
        let own = today::today(&ctx).await.unwrap().unwrap();
        assert_eq!(own.due.iter().map(|p| p.id).collect::<Vec<_>>(), [a.id]);
        assert_eq!(events(&app, &mut seq).await, told("resident.read", "list", 2));
        let list = encounter::list(&ctx, &FindEncounters::default()).await.unwrap();
        assert!(list.items.iter().all(|e| e.action.is_none()), "lists carry no text");
        assert_eq!(events(&app, &mut seq).await, told("encounter.read", "list", 1));
        rows(&app, social_worker(1), "M04", &station1(), day(7, 1), day(7, 8)).await;
        assert_eq!(events(&app, &mut seq).await, told("resident.read", "list", 2));
    })
    .await;
}
