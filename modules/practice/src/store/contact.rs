//! Telephone and address of a resident alone.

use super::binds;
use crate::model::Resident;
use zw_access::Permit;
use zw_core::Result;
use zw_db::{Tx, sql};

/// Writes telephone, with its blind index, and address; `None` keeps what stands. 0 rows when somebody was faster.
pub(crate) async fn set(
    tx: &mut Tx,
    p: &Permit<Resident>,
    was: &Resident,
    (phone, hash): (Option<Vec<u8>>, Option<Vec<u8>>),
    address: Option<Vec<u8>>,
    by: &str,
) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE resident AS r SET version=r.version+1,phone=COALESCE("),
        "" => phone,
        ",r.phone),phone_hash=COALESCE(" => hash,
        ",r.phone_hash),address=COALESCE(" => address,
        ",r.address),updated_at=" => at,
        ",updated_by=" => by,
        " WHERE r.county_id=" => was.county_id,
        " AND r.id=" => was.id,
        " AND r.version=" => was.version,
    );
    tx.run(p.within(q)).await
}
