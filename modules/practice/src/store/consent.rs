//! Consents and refusals of whom is on file. Who may see or write them is the permit's question over the resident.

use super::binds;
use crate::model::consent::codes_text;
use crate::model::{Consent, ConsentDraft};
use std::collections::HashMap;
use zw_core::{ConsentId, Day, DivisionId, ResidentId, Result, Stamp};
use zw_db::{Conn, Tx, Val, sql, val};

const SELECT: &str = "SELECT k.county_id,k.id,k.resident_id,k.scopes,k.answer,k.form,k.signer,k.relation,k.ground,k.witness,k.purpose,k.recipients,k.field_groups,k.notice_version,k.signed_on,k.until_on,k.withdrawn_on,k.withdrawn_at,k.withdraw_reason,k.evidence,k.version,k.recorded_at,k.recorded_by FROM consent k WHERE k.county_id=";

/// All that was ever answered by some residents, the oldest first: of each with what was answered under records that were
/// merged into theirs.
pub(crate) async fn of(
    c: &mut Conn,
    county: DivisionId,
    ids: &[ResidentId],
) -> Result<HashMap<ResidentId, Vec<Consent>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let links = super::merge::links(c, county, ids).await?;
    let merged = links.iter().filter(|(_, stays)| ids.contains(stays)).map(|(goes, _)| *goes);
    let q = sql(SELECT).bind(county).lit(" AND k.resident_id IN ").list(ids.iter().copied().chain(merged));
    let rows: Vec<Consent> = c.all(q.lit(" ORDER BY k.signed_on,k.recorded_at,k.id")).await?;
    let mut out: HashMap<ResidentId, Vec<Consent>> = HashMap::new();
    for row in rows {
        let with = links.iter().find(|(goes, stays)| *goes == row.resident_id && ids.contains(stays)).map(|l| l.1);
        let own = ids.contains(&row.resident_id).then_some(row.resident_id);
        for id in [own, with].into_iter().flatten() {
            out.entry(id).or_default().push(row.clone());
        }
    }
    Ok(out)
}

/// The same of one resident.
pub(crate) async fn of_one(c: &mut Conn, county: DivisionId, id: ResidentId) -> Result<Vec<Consent>> {
    Ok(of(c, county, &[id]).await?.remove(&id).unwrap_or_default())
}

/// One answer.
pub(crate) async fn get(c: &mut Conn, county: DivisionId, id: ConsentId) -> Result<Option<Consent>> {
    c.one(sql(SELECT).bind(county).lit(" AND k.id=").bind(id)).await
}

/// An answer as it is written.
pub(crate) struct New {
    pub county: DivisionId,
    pub id: ConsentId,
    pub resident: ResidentId,
    pub draft: ConsentDraft,
    /// Sealed.
    pub signer: Option<Vec<u8>>,
    /// Sealed.
    pub witness: Option<Vec<u8>>,
    pub notice_version: String,
    /// Day, why, when it was recorded.
    pub withdrawn: Option<(Day, String, Stamp)>,
    pub at: Stamp,
    pub by: String,
}

/// Writes answers.
pub(crate) async fn add(c: &mut Conn, all: impl IntoIterator<Item = New>) -> Result<()> {
    let rows: Vec<Vec<Val>> = all.into_iter().map(values).collect();
    if !rows.is_empty() {
        const COLUMNS: &[&str] = &[
            "county_id",
            "id",
            "resident_id",
            "scopes",
            "answer",
            "form",
            "signer",
            "relation",
            "ground",
            "witness",
            "purpose",
            "recipients",
            "field_groups",
            "notice_version",
            "signed_on",
            "until_on",
            "withdrawn_on",
            "withdrawn_at",
            "withdrawn_by",
            "withdraw_reason",
            "evidence",
            "recorded_at",
            "recorded_by",
            "updated_at",
            "updated_by",
        ];
        c.bulk("consent", COLUMNS, &rows, "").await?;
    }
    Ok(())
}

fn values(n: New) -> Vec<Val> {
    let d = n.draft;
    let (on, reason, at) = n.withdrawn.map_or((None, None, None), |(on, why, at)| (Some(on), Some(why), Some(at)));
    vec![
        val(n.county),
        val(n.id),
        val(n.resident),
        val(codes_text(&d.scopes)),
        val(d.answer),
        val(d.form),
        val(n.signer),
        val(d.relation),
        val(d.ground),
        val(n.witness),
        val(d.purpose),
        val(d.recipients),
        val(codes_text(&d.field_groups)),
        val(n.notice_version),
        val(d.signed_on),
        val(d.until),
        val(on),
        val(at),
        val(on.map(|_| n.by.clone())),
        val(reason),
        val(d.evidence),
        val(n.at),
        val(&n.by),
        val(n.at),
        val(&n.by),
    ]
}

/// Writes a withdrawal; 0 rows when somebody was faster.
pub(crate) async fn withdraw(tx: &mut Tx, was: &Consent, on: Day, reason: &str, by: &str) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE consent SET version=version+1,withdrawn_on="),
        "" => on,
        ",withdrawn_at=" => at,
        ",withdrawn_by=" => by,
        ",withdraw_reason=" => reason,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE county_id=" => was.county_id,
        " AND id=" => was.id,
        " AND version=" => was.version,
    );
    tx.run(q.lit(" AND withdrawn_on IS NULL")).await
}

/// When and by whom an answer was changed last: for the sentence of a conflict.
pub(crate) async fn changed(c: &mut Conn, county: DivisionId, id: ConsentId) -> Result<Option<(Stamp, String, i64)>> {
    let q = sql("SELECT updated_at,updated_by,version FROM consent WHERE county_id=").bind(county);
    c.one(q.lit(" AND id=").bind(id)).await
}

/// Gives back to a record the consent that stood in its columns before a merge of that time took over the other's: the row
/// that was moved from there has the record's id. Nothing stood there: then the row was the other's copy, and goes.
pub(crate) async fn give_back(
    tx: &mut Tx,
    county: DivisionId,
    id: ResidentId,
    stood: Option<(Day, Option<Day>, Option<Vec<u8>>)>,
) -> Result<()> {
    let moved =
        |q: zw_db::Sql| q.lit(" WHERE county_id=").bind(county).lit(" AND id=").bind(id.0).lit(" AND version=1");
    let Some((on, until, signer)) = stood else {
        tx.run(moved(sql("DELETE FROM consent"))).await?;
        return Ok(());
    };
    let q = binds!(sql("UPDATE consent SET signed_on="), "" => on, ",until_on=" => until, ",signer=" => signer);
    tx.run(moved(q)).await?;
    Ok(())
}
