//! Two records of one person become one, and two again.

use crate::support::*;
use axum::http::StatusCode;
use zw_access::{Action, Ctx, sealed};
use zw_core::{DivisionId, Error, Key, ResidentId, Rng, Uuid};
use zw_db::sql;
use zw_practice::model::{EncounterInput, MergeInput, ResidentInput};
use zw_practice::service::merge::{self, UnmergeInput};
use zw_practice::service::resident::ResidentPage;
use zw_practice::service::{register, resident};
use zw_testkit::{TestApp, on_both};
use zw_web::Idem;

async fn page(ctx: &Ctx, key: Key<ResidentId>) -> ResidentPage {
    resident::open(ctx, key.county, key.id).await.unwrap()
}

async fn merged(
    ctx: &Ctx,
    stays: Key<ResidentId>,
    goes: Key<ResidentId>,
    take: &[&str],
) -> Result<Key<ResidentId>, Error> {
    let (a, b) = (page(ctx, stays).await.resident.version, page(ctx, goes).await.resident.version);
    let input = MergeInput {
        reason: "twice".into(),
        take: take.iter().map(|t| (*t).to_owned()).collect(),
        version: a,
        other_version: b,
    };
    merge::merge(ctx, stays.county, (stays.id, goes.id), input, &Idem::none()).await
}

async fn undone(ctx: &Ctx, stays: Key<ResidentId>, goes: Key<ResidentId>) -> Result<Key<ResidentId>, Error> {
    let version = page(ctx, stays).await.resident.version;
    merge::unmerge(ctx, stays.county, (stays.id, goes.id), UnmergeInput { version }, &Idem::none()).await
}

fn on(day: &str, input: EncounterInput) -> EncounterInput {
    EncounterInput { day: day.into(), another: "1".into(), ..input }
}

const IDENTITY: [&str; 8] = ["M01", "M02", "M02a", "M03", "M03a", "M03b", "M03c", "M04"];

async fn identity_of(app: &TestApp) -> Vec<i64> {
    let f = figures(app, &IDENTITY, &station1(), day(7, 1), day(7, 31)).await;
    assert_eq!(f[7], f[0] + f[1] + f[2] - f[3] - f[4] - f[5] + f[6], "the monthly identity {f:?}");
    f
}

#[tokio::test]
async fn two_records_become_one_and_count_once_from_then_on() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, boss) = (app.ctx(social_worker(1)), app.ctx(head(1)));
        let first = registered(&ctx, person("张三", 1)).await;
        let twice = ResidentInput { phone: "13800001234".into(), categories: vec!["02".into()], ..person("林招弟", 2) };
        let second = registered(&ctx, twice).await;
        visited(&ctx, on("2021-06-10", visit_to(&[first.id]))).await;
        visited(&ctx, on("2021-06-12", visit_to(&[second.id]))).await;
        visited(&ctx, on("2021-07-02", visit_to(&[first.id]))).await;
        visited(&ctx, on("2021-07-05", visit_to(&[second.id]))).await;
        let june = (day(6, 1), day(6, 30));
        let july = (day(7, 1), day(7, 31));
        let met = ["M05", "visited_due", "M06", "M46", "M07", "persontimes"];
        let before = figures(&app, &met, &station1(), june.0, june.1).await;
        assert_eq!(figures(&app, &met, &station1(), july.0, july.1).await[2], 2);
        take_marks(&app).await;

        assert_eq!(problems(merged(&ctx, first, second, &[]).await), "forbidden", "the head merges");
        merged(&boss, first, second, &["phone"]).await.unwrap();
        let now = page(&boss, first).await;
        assert_eq!((now.resident.name.as_str(), now.resident.phone.as_deref()), ("张三", Some("138****1234")));
        assert_eq!((now.encounters_total, now.resident.last_on), (4, Some(day(7, 5))), "both histories are read together");
        assert_eq!((now.merged.len(), now.merged[0].id, now.merged[0].name.as_str()), (1, second.id, "林招弟"));
        assert_eq!(now.resident.categories.len(), 2);
        let gone = page(&boss, second).await;
        assert_eq!((gone.merged_into, gone.encounters_total), (Some(first.id), 2), "nothing moved");
        assert_eq!(take_marks(&app).await.iter().map(|m| m.day).collect::<Vec<_>>(), vec![day(7, 8)]);
        // From the month of the merge on the pair is one person; what lies before stays.
        assert_eq!(figures(&app, &met, &station1(), june.0, june.1).await, before);
        let f = figures(&app, &met, &station1(), july.0, july.1).await;
        assert_eq!((f[0], f[2], f[3], f[4]), (1, 1, 1, 2), "due, met, met; visits stay visits");
        assert_eq!(rows(&app, head(1), "M06", &station1(), july.0, july.1).await.total, 1);
        assert_eq!(rows(&app, head(1), "M05", &station1(), july.0, july.1).await.total, 1);
        assert_eq!(rows(&app, head(1), "M06", &station1(), june.0, june.1).await.total, 2);
        assert_eq!(identity_of(&app).await, [2, 0, 0, 0, 0, 1, 0, 1]);
        // The number of the merged record leads to the one it was merged into.
        let again = register::register(&ctx, person("某某人", 2), &Idem::none()).await;
        let Err(Error::Invalid(e)) = &again else { panic!("{again:?}") };
        assert!(e.0[0].args.iter().any(|a| a.0 == "href" && a.1.ends_with(&first.id.to_string())), "{e:?}");

        undone(&boss, first, second).await.unwrap();
        let (a, b) = (page(&boss, first).await, page(&boss, second).await);
        assert_eq!((a.resident.phone, a.encounters_total, a.resident.last_on), (None, 2, Some(day(7, 2))));
        assert_eq!((b.merged_into, b.resident.phone.as_deref(), b.resident.last_on), (None, Some("138****1234"), Some(day(7, 5))));
        assert_eq!(identity_of(&app).await, [2, 0, 0, 0, 0, 0, 0, 2], "an undone merge is negative");
        assert_eq!(figures(&app, &met, &station1(), july.0, july.1).await[2], 2);
        let kinds = "SELECT COUNT(DISTINCT action) FROM audit_event WHERE action IN('resident.merge','resident.unmerge') AND fields LIKE 'merged%'";
        assert_eq!(count(&app, kinds).await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_merged() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, boss) = (app.ctx(social_worker(1)), app.ctx(head(1)));
        let names = ["张三", "林招弟", "何国强"];
        let mut keys = vec![];
        for (n, name) in (1..).zip(names) {
            keys.push(registered(&ctx, person(name, n)).await);
        }
        let far =
            registered(&app.ctx(social_worker(2)), ResidentInput { village: "10010".into(), ..person("周大同", 9) })
                .await;
        let (a, b, c) = (keys[0], keys[1], keys[2]);
        assert_eq!(problems(merged(&boss, a, a, &[]).await), "resident-merge-self");
        let input = MergeInput { reason: "twice".into(), version: 1, other_version: 1, ..MergeInput::default() };
        let go = async |who: &Ctx, x: Key<ResidentId>, y: Key<ResidentId>, input: MergeInput| {
            problems(merge::merge(who, x.county, (x.id, y.id), input, &Idem::none()).await)
        };
        assert_eq!(go(&boss, a, far, input.clone()).await, "not found", "another station's");
        assert_eq!(problems(merge::preview(&boss, far.county, far.id, a.id).await), "not found");
        assert_eq!(
            go(&app.ctx(centre()), a, b, input.clone()).await,
            "forbidden",
            "who sees them masked cannot compare"
        );
        assert_eq!(go(&boss, a, b, MergeInput { reason: String::new(), ..input.clone() }).await, "reason:required");
        assert_eq!(
            go(&boss, a, b, MergeInput { take: vec!["village".into()], ..input.clone() }).await,
            "take:unknown-code"
        );
        assert_eq!(go(&boss, a, b, MergeInput { other_version: 2, ..input.clone() }).await, "conflict");
        merged(&boss, a, b, &[]).await.unwrap();
        assert_eq!(problems(merged(&boss, c, b, &[]).await), "resident-closed");
        assert_eq!(problems(merged(&boss, c, a, &[]).await), "resident-merge-chain");
        merged(&boss, a, c, &[]).await.unwrap();
        assert_eq!(page(&boss, a).await.merged.len(), 2);
        assert_eq!(problems(undone(&boss, c, b).await), "resident-not-merged");
        undone(&boss, a, b).await.unwrap();
        assert_eq!(problems(undone(&boss, a, b).await), "resident-not-merged");
        undone(&boss, a, c).await.unwrap();
        // Somebody else got the number meanwhile: two people never hold one.
        let d = registered(&ctx, person("温小云", 20)).await;
        merged(&boss, a, d, &["document"]).await.unwrap();
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE identity_index SET ref_id=").bind(c.id).lit(" WHERE ref_id=").bind(a.id)).await.unwrap();
        quietly(tx).await;
        assert_eq!(problems(undone(&boss, a, d).await), "resident-unmerge-number");
    })
    .await;
}

#[tokio::test]
async fn what_was_corrected_since_stays() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, boss) = (app.ctx(social_worker(1)), app.ctx(head(1)));
        let first = registered(&ctx, person("张三", 1)).await;
        let twice = ResidentInput { phone: "13800001234".into(), ..person("林招弟", 2) };
        let second = registered(&ctx, twice).await;
        merged(&boss, first, second, &["name", "phone", "document"]).await.unwrap();
        let now = page(&boss, first).await.resident;
        assert_eq!((now.name.as_str(), now.id_no), ("林招弟", Some(masked("19500101", 2))));
        let edit = ResidentInput {
            id_no: String::new(),
            phone: "13900000009".into(),
            version: now.version,
            ..person("林招弟", 2)
        };
        register::correct(&boss, first.county, first.id, edit, &Idem::none()).await.unwrap();
        visited(&ctx, on("2021-07-07", visit_to(&[first.id]))).await;
        undone(&boss, first, second).await.unwrap();
        let (a, b) = (page(&boss, first).await, page(&boss, second).await);
        assert_eq!((a.resident.name.as_str(), a.resident.phone.as_deref()), ("张三", Some("139****0009")));
        assert_eq!(
            (a.resident.id_no, a.encounters_total),
            (Some(masked("19500101", 1)), 1),
            "recorded since: it stays"
        );
        assert_eq!((b.resident.name.as_str(), b.resident.phone.as_deref()), ("林招弟", Some("138****1234")));
        for n in [1, 2] {
            let again = register::register(&ctx, person("某某人", n), &Idem::none()).await;
            assert_eq!(problems(again), "id_no:resident-duplicate-own", "{n}: both numbers are held");
        }
    })
    .await;
}

/// Every row of the practice tables, with sealed values opened, without what every act moves: versions, and the ledger's
/// lines that cancel each other.
async fn state(app: &TestApp) -> Vec<String> {
    let mut c = app.app.db.read().await.unwrap();
    let mut out = vec![];
    type Sealed = (DivisionId, Uuid, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
    let q = sql("SELECT county_id,id,id_no,phone,address FROM resident ORDER BY id");
    let values: Vec<Sealed> = c.all(q).await.unwrap();
    for (county, id, number, phone, address) in values {
        let columns = [sealed::RESIDENT_ID_NO, sealed::RESIDENT_PHONE, sealed::RESIDENT_ADDRESS];
        for (column, value) in columns.into_iter().zip([number, phone, address]) {
            let open = value.map(|v| app.app.vault.open_text(&column.at(county, ResidentId(id)), &v).unwrap());
            out.push(format!("{id} {column} {open:?}"));
        }
    }
    type Who = (Uuid, String, String, String, Option<Vec<u8>>, String, i64);
    let q = sql("SELECT id,name,name_keys,id_type,phone_hash,sex,birth_day FROM resident ORDER BY id");
    let rows: Vec<Who> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    type Where = (Uuid, String, Option<String>, Option<i64>, Option<i64>, i64, i64, i64);
    let q =
        sql("SELECT id,state,close_reason,closed_on,last_on,next_on,township_id,village_id FROM resident ORDER BY id");
    let rows: Vec<Where> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    type Answer = (DivisionId, Uuid, Uuid, String, String, i64, Option<i64>, i64);
    let q = sql(
        "SELECT county_id,id,resident_id,scopes,answer,signed_on,withdrawn_on,version FROM consent ORDER BY resident_id,id",
    );
    let rows: Vec<Answer> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    type Why = (Uuid, Option<String>, String, String, Option<Uuid>, Option<String>);
    let q = sql("SELECT id,id_missing_reason,presence,legal_basis,worker_id,vacancy FROM resident ORDER BY id");
    let rows: Vec<Why> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    let q = sql(
        "SELECT resident_id,category,basis,from_day,to_day FROM resident_category ORDER BY resident_id,category,from_day,id",
    );
    let rows: Vec<(Uuid, String, String, i64, Option<i64>)> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    let q = sql(
        "SELECT resident_id,visit_every,paused,from_day,to_day FROM resident_rhythm ORDER BY resident_id,from_day,id",
    );
    let rows: Vec<(Uuid, String, bool, i64, Option<i64>)> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    let q = sql(
        "SELECT resident_id,kind,day,CAST(SUM(delta) AS BIGINT) FROM resident_move GROUP BY resident_id,kind,day HAVING SUM(delta)<>0 ORDER BY resident_id,kind,day",
    );
    let rows: Vec<(Uuid, String, i64, i64)> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    let rows: Vec<(Vec<u8>, Uuid)> = c.all(sql("SELECT hash,ref_id FROM identity_index ORDER BY hash")).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    let q = sql("SELECT encounter_id,resident_id,met FROM encounter_person ORDER BY encounter_id,id");
    let rows: Vec<(Uuid, Option<Uuid>, bool)> = c.all(q).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    let rows: Vec<(Uuid, i64, i64)> = c.all(sql("SELECT id,day,version FROM encounter ORDER BY id")).await.unwrap();
    out.extend(rows.into_iter().map(|r| format!("{r:?}")));
    out
}

/// Merging and undoing is nothing at all, whatever the two records are.
#[tokio::test]
async fn a_merge_undone_leaves_everything_as_it_was() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, boss) = (app.ctx(social_worker(1)), app.ctx(head(1)));
        let rng = Rng::seeded(35);
        let pick = |n: u64| rng.below(n);
        const SURNAMES: [&str; 6] = ["张", "林", "何", "周", "温", "熊"];
        const GIVEN: [&str; 6] = ["三丰", "招弟", "国强", "大同", "小云", "秀英"];
        let mut keys: Vec<Key<ResidentId>> = vec![];
        for round in 0..12_i64 {
            // A small history: two newcomers, some visits, a correction.
            for k in 0..2_i64 {
                let n = round * 2 + k + 1;
                let at = |i: u64| usize::try_from(i).unwrap();
                let name = format!("{}{}", SURNAMES[at(pick(6))], GIVEN[at(pick(6))]);
                let numbered = pick(3) > 0;
                let input = ResidentInput {
                    id_no: if numbered { id_no("19500101", n) } else { String::new() },
                    id_missing_reason: if numbered { String::new() } else { "lost".into() },
                    birth: if numbered { String::new() } else { format!("19{}-0{}-1{}", 50 + n, 1 + pick(9), pick(9)) },
                    sex: "2".into(),
                    phone: if pick(2) == 0 { format!("138{n:08}") } else { String::new() },
                    address: if pick(2) == 0 { format!("{n}号楼") } else { String::new() },
                    categories: vec![["01", "02"][at(pick(2))].into()],
                    presence: pick(3).to_string(),
                    ..person(&name, n)
                };
                let mut input = input;
                // Whoever resembles is answered about: namesakes are part of a small world.
                let key = match register::register(&ctx, input.clone(), &Idem::none()).await {
                    Ok(key) => key,
                    Err(Error::Invalid(e)) => {
                        input.seen = e.0[0].args.iter().find(|a| a.0 == "seen").expect("a question").1.clone();
                        input.another = "checked".into();
                        registered(&ctx, input).await
                    }
                    Err(e) => panic!("{e:?}"),
                };
                keys.push(key);
                for _ in 0..pick(3) {
                    let when = format!("2021-0{}-0{}", 6 + pick(2), 1 + pick(7));
                    let mut visit = on(&when, visit_to(&[key.id]));
                    visit.persons[0].met = pick(4) > 0;
                    visited(&ctx, visit).await;
                }
            }
            let a = keys[usize::try_from(pick(keys.len() as u64)).unwrap()];
            let b = keys[keys.len() - 1];
            if a == b {
                continue;
            }
            let before = state(&app).await;
            let all = ["name", "document", "sex", "birth", "phone", "address", "presence", "legal", "worker"];
            let take: Vec<&str> = all.into_iter().filter(|_| pick(2) == 0).collect();
            merged(&boss, a, b, &take).await.unwrap();
            assert_ne!(state(&app).await, before);
            undone(&boss, a, b).await.unwrap();
            let after = state(&app).await;
            for (x, y) in before.iter().zip(&after) {
                assert_eq!(x, y, "round {round}, {take:?}");
            }
            assert_eq!(before.len(), after.len());
            identity_of(&app).await;
        }
        let encounters = count(&app, "SELECT COUNT(*) FROM encounter").await;
        assert!(encounters > 8, "{encounters} visits: histories that are worth the name");
    })
    .await;
}

#[tokio::test]
async fn on_the_pages() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let first = registered(&ctx, person("张三", 1)).await;
        let twin = ResidentInput {
            phone: "13800001234".into(),
            birth: "1950-10-01".into(),
            id_no: String::new(),
            id_missing_reason: "lost".into(),
            sex: "2".into(),
            ..person("張三", 2)
        };
        let second = registered(&ctx, twin).await;
        let c = app.client(head(1));
        let here = format!("/people/{}/{}", first.county, first.id);
        assert!(c.get(&here).await.text().contains(&format!("{here}/merge/find")));
        let worker = app.client(social_worker(1));
        assert!(!worker.get(&here).await.text().contains("/merge/find"));
        assert_eq!(worker.get(&format!("{here}/merge/find")).await.status, StatusCode::FORBIDDEN);
        let found = c.search(&format!("{here}/merge/find"), &[("q", "張三")]).await.text();
        let both = format!("{here}/merge/{}", second.id);
        assert!(found.contains(&both) && !found.contains(&format!("{here}/merge/{}", first.id)), "{found}");
        let preview = c.get(&both).await;
        let text = preview.text();
        for part in
            ["張三", "138****1234", r#"name="take" value="phone""#, "反过来", r#"name="other_version" value="1""#]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("13800001234"));
        let form = |reason: &'static str| {
            vec![("reason", reason), ("take", "phone"), ("version", "1"), ("other_version", "1")]
        };
        let refused = c.post(&both, &form("")).await;
        assert!(
            refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains("checked"),
            "the tick stays"
        );
        assert_eq!(c.post(&both, &form("moved")).await.location(), format!("{here}?saved=merge"));
        // The address of the merged record leads on, with a note.
        let old = format!("/people/{}/{}", second.county, second.id);
        let led = c.get(&old).await;
        assert_eq!(led.location(), format!("{here}?saved=merged"));
        let text = c.get(&led.location()).await.text();
        assert!(text.contains("已并入这份档案") && text.contains("撤销合并") && text.contains("張三"), "{text}");
        assert!(!worker.get(&here).await.text().contains("撤销合并"));
        let undo = format!("{here}/unmerge/{}", second.id);
        assert_eq!(c.post(&undo, &[("version", "1")]).await.status, StatusCode::CONFLICT);
        assert_eq!(c.post(&undo, &[("version", "2")]).await.location(), format!("{old}?saved=unmerge"));
        assert_eq!(c.get(&old).await.status, StatusCode::OK);
        for lang in ["zh-CN", "en"] {
            for path in [format!("{here}/merge/find"), both.clone()] {
                let text = c.get_in(lang, &path).await.text().replace("⟦role-station_head⟧", "");
                assert!(!text.contains('⟦'), "{lang} {path}");
            }
        }
        assert_eq!(app.app.policy.reach(Action("resident.merge"), zw_access::Role::CenterStaff), None);
    })
    .await;
}
