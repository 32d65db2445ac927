//! Consents and refusals of residents: who records and sees them, what stands when, and what rests on it.

use crate::support::*;
use axum::http::StatusCode;
use zw_access::Ctx;
use zw_core::{ConsentId, Key, ResidentId};
use zw_practice::model::{
    ConsentAnswer, ConsentInput, ConsentScope, ConsentState, EncounterInput, MergeInput, ResidentInput, WithdrawInput,
};
use zw_practice::out::ConsentsOut;
use zw_practice::service::merge::{self, UnmergeInput};
use zw_practice::service::resident::CloseInput;
use zw_practice::service::{consent, encounter, register, resident};
use zw_testkit::{TestApp, on_both};
use zw_web::Idem;

async fn answers(ctx: &Ctx, key: Key<ResidentId>) -> ConsentsOut {
    resident::open(ctx, key.county, key.id).await.unwrap().consents
}

/// Somebody whose file rests on a consent of 1 June.
fn by_consent(name: &str, n: i64) -> ResidentInput {
    ResidentInput {
        legal_basis: "consent".into(),
        consent_on: "2021-06-01".into(),
        categories: vec!["90".into()],
        ..person(name, n)
    }
}

fn child(name: &str) -> ResidentInput {
    ResidentInput {
        id_no: String::new(),
        id_missing_reason: "not_at_hand".into(),
        sex: "2".into(),
        birth: "2015-03-02".into(),
        legal_basis: "guardian_consent".into(),
        consent_on: "2021-06-01".into(),
        consent_by: "陈大明".into(),
        consent_relation: "5".into(),
        ..person(name, 1)
    }
}

fn no_to(scope: &str, on: &str) -> ConsentInput {
    ConsentInput {
        scopes: vec![scope.into()],
        answer: "refused".into(),
        signed_on: on.into(),
        ..ConsentInput::default()
    }
}

async fn said(ctx: &Ctx, key: Key<ResidentId>, input: ConsentInput) -> Key<ConsentId> {
    consent::record(ctx, key.county, key.id, input, &Idem::none()).await.unwrap()
}

async fn withdrawn(ctx: &Ctx, county: zw_core::DivisionId, id: ConsentId, on: &str) -> String {
    let input = WithdrawInput { on: on.into(), reason: "不愿意了".into(), version: 1 };
    problems(consent::withdraw(ctx, county, id, input, &Idem::none()).await)
}

fn visit_on(day: &str, key: Key<ResidentId>) -> EncounterInput {
    EncounterInput { day: day.into(), another: "1".into(), ..visit_to(&[key.id]) }
}

async fn visited_on(ctx: &Ctx, day: &str, key: Key<ResidentId>) -> String {
    problems(encounter::record(ctx, visit_on(day, key), &Idem::none()).await)
}

#[tokio::test]
async fn a_registration_brings_its_consent() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, by_consent("陈秀英", 1)).await;
        let all = answers(&ctx, key).await;
        let one = &all.items[0];
        assert_eq!((all.items.len(), one.answer, one.state), (1, ConsentAnswer::Given, ConsentState::Standing));
        assert_eq!((one.scopes.as_slice(), one.signer.as_deref()), (&[ConsentScope::Filing][..], Some("陈秀英")));
        assert_eq!((one.relation.as_deref(), one.signed_on, all.no_basis), (Some("0"), day(6, 1), false));
        assert!(one.purpose.contains("服务档案") && !one.recipients.is_empty(), "as the notice says");
        // A file by law needs none, and says so.
        let lawful = registered(&ctx, person("林小红", 2)).await;
        let all = answers(&ctx, lawful).await;
        assert!(all.items.is_empty() && !all.no_basis);
        assert!(all.matters.iter().all(|m| m.state.is_none()) && all.matters[0].borne);
        // Correcting something else needs no new consent.
        let r = resident::open(&ctx, key.county, key.id).await.unwrap().resident;
        let same = ResidentInput {
            consent_on: String::new(),
            version: r.version,
            risk: "2".into(),
            ..by_consent("陈秀英", 1)
        };
        register::correct(&ctx, key.county, key.id, same, &Idem::none()).await.unwrap();
        assert_eq!(answers(&ctx, key).await.items.len(), 1);
        // What tells of income needs the separate one, and is recorded with it.
        let poor = |basis: &str, on: &str| ResidentInput {
            legal_basis: basis.into(),
            consent_on: on.into(),
            categories: vec!["01".into()],
            version: r.version + 1,
            ..by_consent("陈秀英", 1)
        };
        let once = Idem::none();
        let correct = |i| register::correct(&ctx, key.county, key.id, i, &once);
        assert_eq!(problems(correct(poor("consent", "")).await), "consent_on:resident-consent-date");
        assert_eq!(problems(correct(poor("consent", "2021-07-08")).await), "legal_basis:resident-sensitive-consent");
        assert_eq!(problems(correct(poor("separate_consent", "2021-07-08")).await), "ok");
        assert_eq!(answers(&ctx, key).await.items.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_is_in_force_at_once_and_deletes_nothing() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, other) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let key = registered(&ctx, by_consent("陈秀英", 1)).await;
        assert_eq!(visited_on(&ctx, "2021-07-01", key).await, "ok");
        let id = answers(&ctx, key).await.items[0].id;
        for (on, wrong) in [
            ("2021-05-31", "on:consent-withdrawn-before"),
            ("2021-07-09", "on:consent-withdrawn-future"),
            ("x", "on:date-format"),
        ] {
            assert_eq!(withdrawn(&ctx, key.county, id, on).await, wrong, "{on}");
        }
        // Whoever of the station the person says it to writes it down; nobody elsewhere can.
        for n in [2, 3, 4] {
            assert_eq!(withdrawn(&app.ctx(head(n)), key.county, id, "").await, "not found");
        }
        assert_eq!(withdrawn(&app.ctx(centre()), key.county, id, "").await, "forbidden");
        let mut seq = 0;
        events(&app, &mut seq).await;
        assert_eq!(withdrawn(&other, key.county, id, "2021-07-05").await, "ok");
        let logged = events(&app, &mut seq).await;
        assert_eq!(logged, [("consent.withdraw".to_owned(), key.id.to_string(), 1)]);
        assert_eq!(withdrawn(&ctx, key.county, id, "").await, "conflict", "who read it before is told");
        let all = answers(&ctx, key).await;
        assert_eq!((all.items.len(), all.items[0].state, all.no_basis), (1, ConsentState::Withdrawn, true));
        assert_eq!(all.items[0].withdraw_reason.as_deref(), Some("不愿意了"));
        // From its day on there is no basis for a visit; of the days before what was done may still be written down.
        assert_eq!(visited_on(&ctx, "2021-07-08", key).await, "persons:visit-consent-withdrawn");
        assert_eq!(visited_on(&ctx, "2021-07-05", key).await, "persons:visit-consent-withdrawn");
        assert_eq!(visited_on(&ctx, "2021-07-04", key).await, "ok");
        // Nor for the file: a correction asks for a consent given since.
        let version = resident::open(&ctx, key.county, key.id).await.unwrap().resident.version;
        let again = |on: &str| ResidentInput { consent_on: on.into(), version, ..by_consent("陈秀英", 1) };
        let once = Idem::none();
        let correct = |i| register::correct(&ctx, key.county, key.id, i, &once);
        assert_eq!(problems(correct(again("")).await), "consent_on:resident-consent-date");
        assert_eq!(problems(correct(again("2021-07-04")).await), "consent_on:consent-superseded");
        app.at(2021, 7, 8, 10);
        assert_eq!(problems(correct(again("2021-07-08")).await), "ok");
        assert_eq!(visited_on(&ctx, "2021-07-08", key).await, "ok");
        let all = answers(&ctx, key).await;
        let states: Vec<_> = all.items.iter().map(|k| k.state).collect();
        assert_eq!(states, [ConsentState::Standing, ConsentState::Withdrawn], "nothing is lost");
    })
    .await;
}

#[tokio::test]
async fn what_the_law_bears_goes_on_without_consent() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, person("陈秀英", 1)).await;
        let input = ConsentInput {
            scopes: vec!["filing".into(), "sharing".into()],
            form: "oral".into(),
            signer: "陈秀英".into(),
            witness: "林村干".into(),
            recipients: "县残联".into(),
            signed_on: "2021-07-01".into(),
            ..ConsentInput::default()
        };
        let made = said(&ctx, key, input).await;
        let w = consent::withdrawal(&ctx, key.county, made.id).await.unwrap();
        assert_eq!((w.stops, w.stays), (vec![ConsentScope::Sharing], vec![ConsentScope::Filing]));
        assert_eq!(withdrawn(&ctx, key.county, made.id, "").await, "ok");
        assert!(!answers(&ctx, key).await.no_basis);
        assert_eq!(visited_on(&ctx, "2021-07-08", key).await, "ok");
        assert_eq!(visited_on(&ctx, "2021-07-07", key).await, "ok");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, by_consent("陈秀英", 1)).await;
        let made = said(&ctx, key, no_to("image", "2021-07-01")).await;
        let all = answers(&ctx, key).await;
        let image = all.matters.iter().find(|m| m.scope == ConsentScope::Image).unwrap();
        assert_eq!((image.state, image.day), (Some(ConsentState::Refused), Some(day(7, 1))));
        assert_eq!(withdrawn(&ctx, key.county, made.id, "").await, "consent-is-refusal");
        assert_eq!(visited_on(&ctx, "2021-07-02", key).await, "ok", "one matter refused, the file stands");
        said(&ctx, key, no_to("filing", "2021-07-03")).await;
        assert_eq!(visited_on(&ctx, "2021-07-03", key).await, "persons:visit-consent-refused");
        assert!(answers(&ctx, key).await.no_basis);
        // A note on body and mind needs the consent to what is sensitive; a word on what was done does not.
        let poor = registered(&ctx, by_consent("林小红", 2)).await;
        let noted = EncounterInput { state_note: "精神差".into(), ..visit_on("2021-07-02", poor) };
        let done = encounter::record(&ctx, noted.clone(), &Idem::none()).await;
        assert_eq!(problems(done), "state_note:visit-note-consent");
        let yes = ConsentInput {
            scopes: vec!["sensitive".into()],
            form: "written".into(),
            signer: "林小红".into(),
            signed_on: "2021-07-01".into(),
            ..ConsentInput::default()
        };
        said(&ctx, poor, yes).await;
        assert_eq!(problems(encounter::record(&ctx, noted, &Idem::none()).await), "ok");
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_ran_out_is_no_basis() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let until = ResidentInput { consent_until: "2021-07-09".into(), ..by_consent("陈秀英", 1) };
        let key = registered(&ctx, until).await;
        app.at(2021, 7, 10, 9);
        let ctx = app.ctx(social_worker(1));
        assert_eq!(visited_on(&ctx, "2021-07-09", key).await, "ok");
        assert_eq!(visited_on(&ctx, "2021-07-10", key).await, "persons:visit-consent-ended");
        let all = answers(&ctx, key).await;
        assert_eq!((all.items[0].state, all.no_basis), (ConsentState::Expired, true));
        assert_eq!(withdrawn(&ctx, key.county, all.items[0].id, "").await, "consent-expired");
    })
    .await;
}

#[tokio::test]
async fn who_sees_how_much_of_a_consent() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, by_consent("陈秀英", 1)).await;
        let seen = answers(&app.ctx(centre()), key).await;
        assert_eq!(seen.items[0].signer.as_deref(), Some("陈**"), "who signed is of class P2");
        assert_eq!((seen.items[0].purpose.as_str(), seen.items[0].state), ("", ConsentState::Standing));
        // Everything about a child is of class P3.
        let kid = registered(&ctx, child("陈小云")).await;
        let all = answers(&ctx, kid).await;
        assert_eq!((all.items[0].signer.as_deref(), all.items[0].relation.as_deref()), (Some("陈大明"), Some("5")));
        assert_eq!(all.items[0].scopes, [ConsentScope::Filing, ConsentScope::Sensitive]);
        let less = answers(&app.ctx(colleague(1)), kid).await;
        assert!(less.withheld && less.items.is_empty() && less.matters.is_empty());
        assert!(resident::open(&app.ctx(centre()), kid.county, kid.id).await.is_err());
        // The guardian's name is sealed.
        let hex = count(&app, "SELECT COUNT(*) FROM consent WHERE signer IS NOT NULL").await;
        assert_eq!(hex, 2);
        let page = app.client(centre()).get(&format!("/people/{}/{}", key.county, key.id)).await.text();
        assert!(page.contains("同意与告知") && !page.contains("陈秀英"));
    })
    .await;
}

#[tokio::test]
async fn a_merge_reads_the_consents_of_both_and_undoing_parts_them() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, boss) = (app.ctx(social_worker(1)), app.ctx(head(1)));
        let stays = registered(&ctx, by_consent("陈秀英", 1)).await;
        let goes = registered(&ctx, by_consent("林小红", 2)).await;
        said(&ctx, goes, no_to("image", "2021-07-01")).await;
        let version = |p: &zw_practice::service::resident::ResidentPage| p.resident.version;
        let (a, b) = (
            resident::open(&boss, stays.county, stays.id).await.unwrap(),
            resident::open(&boss, goes.county, goes.id).await.unwrap(),
        );
        let input = MergeInput {
            reason: "twice".into(),
            take: vec!["legal".into()],
            version: version(&a),
            other_version: version(&b),
        };
        merge::merge(&boss, stays.county, (stays.id, goes.id), input, &Idem::none()).await.unwrap();
        let all = answers(&ctx, stays).await;
        assert_eq!((all.items.len(), all.items.iter().filter(|k| k.merged).count()), (3, 2));
        // The other's consent is taken back under the record that stays.
        let theirs = all.items.iter().find(|k| k.merged && k.answer == ConsentAnswer::Given).unwrap();
        let mine = all.items.iter().find(|k| !k.merged).unwrap();
        let (open, replaced) = if theirs.state == ConsentState::Standing { (theirs, mine) } else { (mine, theirs) };
        assert_eq!(replaced.state, ConsentState::Replaced);
        assert_eq!(withdrawn(&ctx, stays.county, replaced.id, "").await, "consent-replaced");
        assert_eq!(withdrawn(&ctx, stays.county, open.id, "2021-07-06").await, "ok");
        assert_eq!(visited_on(&ctx, "2021-07-07", stays).await, "persons:visit-consent-withdrawn");
        let now = resident::open(&boss, stays.county, stays.id).await.unwrap();
        let undo = UnmergeInput { version: version(&now) };
        merge::unmerge(&boss, stays.county, (stays.id, goes.id), undo, &Idem::none()).await.unwrap();
        assert_eq!(answers(&ctx, stays).await.items.len(), 1);
        assert_eq!(answers(&ctx, goes).await.items.len(), 2);
        let of_stays = !open.merged;
        let (with, without) = if of_stays { (goes, stays) } else { (stays, goes) };
        assert_eq!(visited_on(&ctx, "2021-07-07", with).await, "ok");
        assert_eq!(visited_on(&ctx, "2021-07-07", without).await, "persons:visit-consent-withdrawn");
    })
    .await;
}

async fn person_on_file(app: &TestApp) -> (Key<ResidentId>, String) {
    world(app).await;
    let key = registered(&app.ctx(social_worker(1)), by_consent("陈秀英", 1)).await;
    (key, format!("/people/{}/{}", key.county, key.id))
}

#[tokio::test]
async fn the_pages_of_a_consent() {
    on_both(parts, |app| async move {
        let (key, here) = person_on_file(&app).await;
        let c = app.client(social_worker(1));
        let page = c.get(&here).await.text();
        for words in ["同意与告知", "没有问过", "记录同意或拒绝", "打印告知同意书", "有效"] {
            assert!(page.contains(words), "{words}");
        }
        let new = format!("{here}/consents/new");
        assert!(c.get(&new).await.text().contains("陈秀英"), "who most likely signs");
        let wrong = [
            ("scopes", "image"),
            ("answer", "given"),
            ("form", "oral"),
            ("signer", "陈秀英"),
            ("signed_on", "2021-07-09"),
            ("evidence", "二号柜"),
        ];
        let a = c.post(&new, &wrong).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = a.text();
        for words in ["口头同意须有见证人", "同意日期晚于今天", "二号柜", "2021-07-09"] {
            assert!(text.contains(words), "{words}");
        }
        let no = [("idempotency_key", "k1"), ("scopes", "image"), ("answer", "refused"), ("signed_on", "2021-07-07")];
        for _ in 0..2 {
            let a = c.post(&new, &no).await;
            assert_eq!(
                (a.status, a.location()),
                (StatusCode::SEE_OTHER, format!("{here}?saved=consent")),
                "{}",
                a.text()
            );
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM consent").await, 2, "sent again it has one effect");
        let page = c.get(&here).await.text();
        assert!(page.contains("拒绝（2021-07-07）"));
        // English is complete.
        let page = c.get_in("en", &here).await.text();
        assert!(page.contains("Consent and notice") && page.contains("refused (2021-07-07)"));
        let id = answers(&app.ctx(social_worker(1)), key)
            .await
            .items
            .iter()
            .find(|k| k.answer == ConsentAnswer::Given)
            .unwrap()
            .id;
        let way = format!("/consents/{}/{id}/withdraw", key.county);
        let ask = c.get(&way).await.text();
        assert!(ask.contains("撤回后停止：建档") && ask.contains("不删除这份同意"), "{ask}");
        let a = c.post(&way, &[("on", "2021-07-08"), ("version", "1")]).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        let a = c.post(&way, &[("on", "2021-07-08"), ("version", "1"), ("reason", "本人说不要了")]).await;
        assert_eq!(a.location(), format!("{here}?saved=withdrawn"), "{}", a.text());
        let page = c.get(&here).await.text();
        assert!(page.contains("已撤回（2021-07-08）") && page.contains("现在没有有效的同意"));
        for (who, status) in [(social_worker(2), StatusCode::NOT_FOUND), (centre(), StatusCode::FORBIDDEN)] {
            let c = app.client(who);
            assert_eq!(c.get(&new).await.status, status);
            assert_eq!(c.get(&way).await.status, status);
            assert_eq!(c.get(&format!("{here}/consents/form")).await.status, status);
        }
        let mut seq = 0;
        events(&app, &mut seq).await;
        let paper = c.get(&format!("{here}/consents/form")).await.text();
        for words in ["个人信息处理告知同意书", "个人信息处理者", "受托方", "敏感信息", "监护人", "第1站"]
        {
            assert!(paper.contains(words), "{words}");
        }
        assert!(events(&app, &mut seq).await.iter().any(|e| e.0 == "consent.print"));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_off_the_register_still_withdraws_and_is_asked_for_nothing_more() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, by_consent("王一", 1)).await;
        let close = CloseInput { reason: "moved_away".into(), version: 1, ..CloseInput::default() };
        resident::close(&app.ctx(head(1)), key.county, key.id, close, &Idem::none()).await.unwrap();
        let stands = answers(&app.ctx(head(1)), key).await.items[0].id;
        let page = app.client(head(1)).get(&format!("/people/{}/{}", key.county, key.id)).await.text();
        assert!(
            page.contains(&format!("/consents/{}/{stands}/withdraw", key.county)) && !page.contains("/consents/new")
        );
        assert_eq!(withdrawn(&ctx, key.county, stands, "2021-07-06").await, "ok");
        assert_eq!(answers(&app.ctx(head(1)), key).await.items[0].state, ConsentState::Withdrawn);
        let more = ConsentInput::default();
        assert_eq!(problems(consent::record(&ctx, key.county, key.id, more, &Idem::none()).await), "resident-closed");
    })
    .await;
}
