//! The demo's half year of reports says what the program itself would have said: states that their history leads to,
//! nothing passed on without being taken along, the missing named.

use crate::process::demo;
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{DivisionId, ReportId, Stamp};
use zw_db::sql;
use zw_reporting::direct::Chain;
use zw_reporting::pass_on::{self, Level, MissingUnit};
use zw_reporting::report::model::{Act, ReportState};

type Step = (ReportId, String, Stamp);
type Row = (ReportId, DivisionId, String, String, i64);

#[tokio::test]
async fn the_demos_chain_is_what_the_program_would_make() {
    let place = demo("chain");
    let wired = zhanwang::wire::existing(&place.config()).await.unwrap();
    let ctx = Ctx::system(wired.app.clone(), "test", &[]);
    let mut c = ctx.read().await.unwrap();

    let steps: Vec<Step> =
        c.all(sql("SELECT report_id,act,at FROM report_event ORDER BY report_id,version")).await.unwrap();
    let mut history: HashMap<ReportId, Vec<(Act, Stamp)>> = HashMap::new();
    for (id, act, at) in steps {
        history.entry(id).or_default().push((Act::from_code(&act).unwrap(), at));
    }
    let reports: Vec<Row> = c.all(sql("SELECT id,county_id,period,state,version FROM report")).await.unwrap();
    assert!(reports.len() > 2_000);
    let mut taken: HashMap<(DivisionId, String), Vec<(ReportState, Stamp)>> = HashMap::new();
    for (id, county, period, state, version) in reports {
        let state = ReportState::from_code(&state).unwrap();
        let acts = &history[&id];
        let (mut now, mut last) = (ReportState::Draft, Stamp::from_ms(0));
        for (act, at) in acts {
            assert!(*at >= last && *at <= ctx.now(), "{period}: {act:?} at {at:?} after {last:?}");
            now = now.after(*act).unwrap_or_else(|e| panic!("{period}: {act:?} in {now:?}: {e}"));
            last = *at;
        }
        assert_eq!((now, version), (state, i64::try_from(acts.len()).unwrap()), "{period} of {county}");
        taken.entry((county, period)).or_default().push((state, last));
    }

    let passed: Vec<(DivisionId, String, Stamp, String, Option<Stamp>)> =
        c.all(sql("SELECT division_id,period,passed_at,missing,reviewed_at FROM pass_on")).await.unwrap();
    let (mut cities, mut counties) = (0, 0);
    for (division, period, at, missing, reviewed) in passed {
        let p = Period::parse(&period).unwrap();
        let view = ctx.tree().as_of(p.last_day());
        let level = if view.county_of(division) == Some(division) { Level::County } else { Level::City };
        // A county that reports past its city (reporting.direct) is nobody's to pass on.
        let under = match level {
            Level::County => vec![division],
            Level::City => Chain::on(&ctx, p.last_day()).counties_of(division),
        };
        let named: Vec<MissingUnit> = serde_json::from_str(&missing).unwrap();
        assert_eq!(named, pass_on::missing(&ctx, &mut c, level, p, &under).await.unwrap(), "{period} of {division}");
        assert!(reviewed.is_none_or(|r| r > at && r <= ctx.now()), "{period} of {division}");
        let own = (level == Level::County) == (p.kind() == zw_core::period::PeriodKind::Month);
        for (state, _) in under.iter().filter(|_| own).filter_map(|c| taken.get(&(*c, period.clone()))).flatten() {
            assert_ne!(*state, ReportState::Approved, "{period} of {division}: approved, passed on, not rolled up");
        }
        if level == Level::City { cities += 1 } else { counties += 1 }
    }
    assert!(cities > 200 && counties > 100, "{cities} {counties}");
    drop(c);
    wired.app.db.close().await;
}
