//! Who acted from where, and names of this module's rows, for the audit log: logins, never the names of their holders.

use zw_core::{AccountId, DivisionId, Result, Stamp, UnitId, Uuid};
use zw_db::{Conn, sql};

/// Names of units, for the place of who acted.
pub async fn unit_names(c: &mut Conn, ids: &[UnitId]) -> Result<Vec<(UnitId, String)>> {
    c.all(sql("SELECT u.id,u.name FROM unit AS u WHERE u.id IN ").list(ids.iter().copied())).await
}

zw_db::record! {
    /// A grant with the time in which it stood.
    pub struct Stood {
        /// Account.
        pub account_id: AccountId,
        /// Role code.
        pub role: String,
        /// Area.
        pub area_id: Option<DivisionId>,
        /// Name of the unit.
        pub unit_name: Option<String>,
        /// Given.
        pub created_at: Stamp,
        /// Taken back.
        pub ended_at: Option<Stamp>,
    }
}

/// All grants that some accounts ever had, the newest first.
pub async fn grants_of(c: &mut Conn, accounts: &[AccountId]) -> Result<Vec<Stood>> {
    let q = "SELECT g.account_id,g.role,g.area_id,u.name AS unit_name,g.created_at,g.ended_at FROM account_grant AS g LEFT JOIN unit AS u ON u.id=g.unit_id WHERE g.account_id IN ";
    c.all(sql(q).list(accounts.iter().copied()).lit(" ORDER BY g.created_at DESC,g.id DESC")).await
}

/// Accounts: id and login.
pub async fn logins(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    c.all(sql("SELECT a.id,a.login FROM account AS a WHERE a.id IN ").list(ids.iter().copied())).await
}

/// Sessions: id and login.
pub async fn sessions(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let q = "SELECT s.id,a.login FROM session AS s JOIN account AS a ON a.id=s.account_id WHERE s.id IN ";
    c.all(sql(q).list(ids.iter().copied())).await
}

/// Grants: id, login, role, area, name of the unit.
pub async fn grants(
    c: &mut Conn,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String, String, Option<DivisionId>, Option<String>)>> {
    let q = "SELECT g.id,a.login,g.role,g.area_id,u.name FROM account_grant AS g JOIN account AS a ON a.id=g.account_id LEFT JOIN unit AS u ON u.id=g.unit_id WHERE g.id IN ";
    c.all(sql(q).list(ids.iter().copied())).await
}

/// Wall screens: id and where they hang.
pub async fn screens(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    c.all(sql("SELECT k.id,k.name FROM kiosk_token AS k WHERE k.id IN ").list(ids.iter().copied())).await
}
