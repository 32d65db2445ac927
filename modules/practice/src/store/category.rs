//! Categories of residents: what an official list says (`list_id`) and what was typed at the station stand in rows of their own.

use crate::model::Recognition;
use zw_core::{Day, DivisionId, OfficialListId, ResidentId, Result, Uuid};
use zw_db::{Conn, Tx, sql};

zw_db::record! {
    /// A category of a resident.
    #[derive(Clone, Debug)]
    pub(crate) struct CategoryIn {
        pub id: Uuid,
        pub resident_id: ResidentId,
        pub category: String,
        pub basis: Recognition,
        pub from_day: Day,
        pub to_day: Option<Day>,
        pub document: Option<String>,
        pub list_id: Option<OfficialListId>,
        /// Day of that list.
        pub list_date: Option<Day>,
    }
}

const SELECT: &str = "SELECT k.id,k.resident_id,k.category,k.basis,k.from_day,k.to_day,k.ref AS document,k.list_id,l.list_date FROM resident_category k LEFT JOIN official_list l ON l.county_id=k.county_id AND l.id=k.list_id WHERE k.county_id=";

/// Categories in force of some residents, of each by code, what a list says first.
pub(crate) async fn in_force(c: &mut Conn, county: DivisionId, ids: &[ResidentId]) -> Result<Vec<CategoryIn>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let q = sql(SELECT).bind(county).lit(" AND k.resident_id IN ").list(ids.iter().copied());
    let order =
        " AND k.to_day IS NULL ORDER BY k.resident_id,k.category,CASE WHEN k.list_id IS NULL THEN 1 ELSE 0 END,k.id";
    c.all(q.lit(order)).await
}

/// Official statuses of a resident that stood and are over, the latest first; at most ten.
pub(crate) async fn over(c: &mut Conn, county: DivisionId, id: ResidentId) -> Result<Vec<CategoryIn>> {
    let q = sql(SELECT).bind(county).lit(" AND k.resident_id=").bind(id);
    c.all(q.lit(" AND k.list_id IS NOT NULL AND k.to_day>k.from_day ORDER BY k.to_day DESC,k.id LIMIT 10")).await
}

/// Ends what was typed at the station of a category; what a list says is ended by a list.
pub(crate) async fn end(tx: &mut Tx, county: DivisionId, id: ResidentId, category: &str, on: Day) -> Result<()> {
    tx.run(
        sql("UPDATE resident_category SET to_day=")
            .bind(on)
            .lit(" WHERE county_id=")
            .bind(county)
            .lit(" AND resident_id=")
            .bind(id)
            .lit(" AND category=")
            .bind(category)
            .lit(" AND to_day IS NULL AND list_id IS NULL"),
    )
    .await?;
    Ok(())
}
