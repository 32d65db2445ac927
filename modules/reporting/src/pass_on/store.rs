//! SQL of table `pass_on`. Scope is checked by the services against the division tree: a row belongs to a whole
//! county or city.

use super::PassOnRow;
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Result};
use zw_db::{Conn, Tx, sql};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id,division_id,period,state,passed_at,passed_by,passed_account,timeliness,missing,reviewed_at,reviewed_by,reason,version FROM pass_on WHERE ",
            $rest
        )
    };
}

/// What a division passed on for a period.
pub async fn find(c: &mut Conn, division: DivisionId, period: Period) -> Result<Option<PassOnRow>> {
    c.one(
        sql(select!("kind="))
            .bind(period.kind().code())
            .lit(" AND period=")
            .bind(period.to_string())
            .lit(" AND division_id=")
            .bind(division),
    )
    .await
}

/// Everything passed on for a period.
pub async fn of_period(c: &mut Conn, period: Period) -> Result<Vec<PassOnRow>> {
    c.all(
        sql(select!("kind="))
            .bind(period.kind().code())
            .lit(" AND period=")
            .bind(period.to_string())
            .lit(" ORDER BY division_id,id"),
    )
    .await
}

/// What some divisions have waiting for a decision, or returned, in periods of any kind.
pub async fn undecided(c: &mut Conn, divisions: &[DivisionId], state: super::Verdict) -> Result<Vec<PassOnRow>> {
    c.all(
        sql(select!("state="))
            .bind(state)
            .lit(" AND division_id IN ")
            .list(divisions.iter().copied())
            .lit(" ORDER BY passed_at DESC,id LIMIT 100"),
    )
    .await
}

/// Inserts, or saves over the version that was read; 0 rows where somebody was quicker.
pub async fn save(tx: &mut Tx, r: &PassOnRow, kind: PeriodKind, was: Option<i64>) -> Result<u64> {
    let Some(was) = was else {
        return tx
            .run(
            sql("INSERT INTO pass_on(id,division_id,kind,period,state,passed_at,passed_by,passed_account,timeliness,missing,version) VALUES(")
                .bind(r.id)
                .lit(",")
                .bind(r.division_id)
                .lit(",")
                .bind(kind.code())
                .lit(",")
                .bind(&r.period)
                .lit(",")
                .bind(r.state)
                .lit(",")
                .bind(r.passed_at)
                .lit(",")
                .bind(&r.passed_by)
                .lit(",")
                .bind(r.passed_account)
                .lit(",")
                .bind(r.timeliness.as_deref())
                .lit(",")
                .bind(&r.missing)
                .lit(",")
                .bind(r.version)
                .lit(") ON CONFLICT DO NOTHING"),
        )
        .await;
    };
    tx.run(
        sql("UPDATE pass_on SET state=")
            .bind(r.state)
            .lit(",passed_at=")
            .bind(r.passed_at)
            .lit(",passed_by=")
            .bind(&r.passed_by)
            .lit(",passed_account=")
            .bind(r.passed_account)
            .lit(",missing=")
            .bind(&r.missing)
            .lit(",reviewed_at=")
            .bind(r.reviewed_at)
            .lit(",reviewed_by=")
            .bind(r.reviewed_by.as_deref())
            .lit(",reason=")
            .bind(r.reason.as_deref())
            .lit(",version=")
            .bind(r.version)
            .lit(" WHERE id=")
            .bind(r.id)
            .lit(" AND version=")
            .bind(was),
    )
    .await
}
