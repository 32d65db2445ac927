//! Acts an account may do only so often: showing masked fields, questions whose answer tells that somebody exists
//! (security.md MASK-2, PRIV-12). Both windows slide: the last hour and the last 24 hours before this act.

use crate::ctx::Ctx;
use zw_core::{Error, Result, Stamp};
use zw_db::{Tx, sql};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How often an act may be done.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Name of the act; acts of one name are counted together, whatever the module.
    pub act: &'static str,
    /// In an hour.
    pub an_hour: i64,
    /// In 24 hours.
    pub a_day: i64,
}

impl Limit {
    /// Showing one masked field, of whomever.
    pub const REVEAL: Self = Self { act: "reveal", an_hour: 30, a_day: 150 };
    /// Being told that a document number is on file already, of whomever.
    pub const DUPLICATE: Self = Self { act: "duplicate", an_hour: 20, a_day: 150 };

    /// Counts one act of the account, or says after how many seconds the next is possible; then nothing is counted.
    /// The caller writes the act or its refusal down in the same transaction.
    pub async fn take(self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<i64>> {
        let account = ctx.actor.account().ok_or(Error::Forbidden)?;
        let now = ctx.now();
        let at = |ms: i64| Stamp::from_ms(ms);
        // The row of instant 0 is held until the commit, so that two acts of one account do not overlook each other.
        tx.run(
            sql("INSERT INTO limited_use(account_id,act,at,n) VALUES(")
                .bind(account)
                .lit(",")
                .bind(self.act)
                .lit(",")
                .bind(at(0))
                .lit(",0) ON CONFLICT(account_id,act,at) DO UPDATE SET n=0"),
        )
        .await?;
        tx.run(
            sql("DELETE FROM limited_use WHERE account_id=")
                .bind(account)
                .lit(" AND act=")
                .bind(self.act)
                .lit(" AND n>0 AND at<=")
                .bind(at(now.ms() - DAY_MS)),
        )
        .await?;
        let past: Vec<(Stamp, i64)> = tx
            .all(
                sql("SELECT at,n FROM limited_use WHERE account_id=")
                    .bind(account)
                    .lit(" AND act=")
                    .bind(self.act)
                    .lit(" AND n>0 ORDER BY at"),
            )
            .await?;
        for (window, most) in [(HOUR_MS, self.an_hour), (DAY_MS, self.a_day)] {
            let inside = past.iter().filter(|(t, _)| t.ms() > now.ms() - window);
            if inside.clone().map(|(_, n)| n).sum::<i64>() >= most {
                let first = inside.map(|(t, _)| t.ms()).next().unwrap_or(now.ms());
                return Ok(Some((first + window - now.ms() + 999).div_euclid(1000)));
            }
        }
        tx.run(
            sql("INSERT INTO limited_use(account_id,act,at,n) VALUES(")
                .bind(account)
                .lit(",")
                .bind(self.act)
                .lit(",")
                .bind(now)
                .lit(",1) ON CONFLICT(account_id,act,at) DO UPDATE SET n=limited_use.n+1"),
        )
        .await?;
        Ok(None)
    }
}
