//! Acts that an account may do only so often (MASK-2, PRIV-12), to the second.

use zw_access::reveal::{self, RevealField, RevealInput, RevealPurpose};
use zw_access::{Action, Ctx, Limit, Role};
use zw_core::{Error, Stamp};
use zw_db::sql;
use zw_testkit::{TestApp, TestParts, World, actor, on_both};

const ACT: Action = Action("thing.reveal");

async fn once(ctx: &Ctx, limit: Limit) -> Option<i64> {
    let mut tx = ctx.write().await.unwrap();
    let wait = limit.take(ctx, &mut tx).await.unwrap();
    tx.commit(ctx.event(ACT)).await.unwrap();
    wait
}

fn later(t: &TestApp, ms: i64) {
    t.app.clock.set(Stamp::from_ms(t.app.clock.now().ms() + ms));
}

#[tokio::test]
async fn both_windows_slide() {
    on_both(TestParts::default, |t| async move {
        let limit = Limit { act: "test", an_hour: 3, a_day: 5 };
        let me = || t.ctx(actor(Role::Worker, World::COUNTY));
        for _ in 0..3 {
            assert_eq!(once(&me(), limit).await, None);
            later(&t, 60_000);
        }
        // The first of the three was three minutes ago.
        assert_eq!(once(&me(), limit).await, Some(57 * 60));
        // Another account and another act are counted for themselves.
        assert_eq!(once(&t.ctx(actor(Role::Worker, World::COUNTY2)), limit).await, None);
        assert_eq!(once(&me(), Limit { act: "other", ..limit }).await, None);
        // One millisecond before the hour it is still one too many; a refusal itself is not counted.
        later(&t, 57 * 60_000 - 1);
        assert_eq!(once(&me(), limit).await, Some(1));
        later(&t, 1);
        assert_eq!(once(&me(), limit).await, None);
        later(&t, 60_000);
        assert_eq!(once(&me(), limit).await, None);
        // Five in a day: now the day decides, to the end of it.
        later(&t, 2 * 3_600_000);
        assert_eq!(once(&me(), limit).await, Some((24 - 3) * 3600 - 60));
        later(&t, 21 * 3_600_000 - 60_000);
        assert_eq!(once(&me(), limit).await, None);
        let mut c = t.app.db.read().await.unwrap();
        let kept: i64 = c.scalar(sql("SELECT COUNT(*) FROM limited_use WHERE act='test' AND n>0")).await.unwrap();
        assert_eq!(kept, 5 + 1, "what is older than a day is forgotten; the other account's one is kept");
    })
    .await;
}

#[tokio::test]
async fn nobody_without_an_account_takes_from_a_limit() {
    on_both(TestParts::default, |t| async move {
        let ctx = t.system("job", &[]);
        let mut tx = ctx.write().await.unwrap();
        assert!(matches!(Limit::REVEAL.take(&ctx, &mut tx).await, Err(Error::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn the_thirty_first_field_of_an_hour_is_refused_and_both_are_written_down() {
    on_both(TestParts::default, |t| async move {
        let (mut shown, mut refused) = (0, 0);
        for _ in 0..32 {
            let ctx = t.ctx(actor(Role::Worker, World::COUNTY));
            let tx = ctx.write().await.unwrap();
            match reveal::written(&ctx, tx, RevealField::Phone, RevealPurpose::Visit, ctx.event(ACT)).await {
                Ok(()) => shown += 1,
                Err(Error::TooMany { retry_after_s: 3600 }) => refused += 1,
                Err(e) => panic!("{e:?}"),
            }
        }
        assert_eq!((shown, refused), (30, 2));
        let mut c = t.app.db.read().await.unwrap();
        for (decision, want) in [("allow", 30), ("deny", 2)] {
            let q = sql("SELECT COUNT(*) FROM audit_event WHERE action='thing.reveal' AND purpose='visit' AND fields='phone' AND decision=")
                .bind(decision);
            assert_eq!(c.scalar::<i64>(q).await.unwrap(), want, "{decision}");
        }
    })
    .await;
}

#[test]
fn a_reveal_names_an_offered_field_and_a_purpose() {
    let check = |field: &str, purpose: &str| {
        RevealInput { field: field.into(), purpose: purpose.into() }.check(&[RevealField::IdNo, RevealField::Phone])
    };
    assert_eq!(check(" phone ", "visit").unwrap(), (RevealField::Phone, RevealPurpose::Visit));
    let codes = |r: zw_core::Result<_>| match r {
        Err(Error::Invalid(e)) => e.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect::<Vec<_>>(),
        Ok::<(RevealField, RevealPurpose), _>(x) => panic!("{x:?}"),
        Err(e) => panic!("{e:?}"),
    };
    assert_eq!(codes(check("address", "visit")), ["field unknown-code"]);
    assert_eq!(codes(check("", "why not")), ["field required", "purpose unknown-code"]);
    assert_eq!(codes(check("id_no", " ")), ["purpose required"]);
}
