//! Circulars.

use crate::model::circular::{CircularRow, CircularState, CorrectionRow, ReturnRow};
use crate::model::circular_file::{Format, KeptFile};
use zw_access::Permit;
use zw_core::names::{self, Wanted};
use zw_core::{CircularId, DivisionId, Error, PageReq, Result, SnapshotId};
use zw_db::{Conn, Sql, Tx, Val, sql, val};

/// What a circular is found by: title and number, folded and in pinyin.
fn found_by(c: &CircularRow) -> String {
    let of = |text: &str| {
        let k = names::keys(text);
        k.folded + &k.pinyin
    };
    of(&c.title) + &c.doc_no.as_deref().map(of).unwrap_or_default()
}

fn written(c: &CircularRow) -> Vec<(&'static str, Val)> {
    vec![
        ("found_by", val(found_by(c))),
        ("title", val(&c.title)),
        ("state", val(c.state)),
        ("doc_no", val(c.doc_no.clone())),
        ("sent_on", val(c.sent_on)),
        ("void_reason", val(c.void_reason.clone())),
        ("body", val(&c.body)),
        ("edited_by", val(&c.edited_by)),
        ("edited_name", val(&c.edited_name)),
        ("edited_at", val(c.edited_at)),
        ("editors", val(&c.editors)),
        ("checked_by", val(c.checked_by.clone())),
        ("checked_name", val(c.checked_name.clone())),
        ("checked_at", val(c.checked_at)),
        ("sent_name", val(c.sent_name.clone())),
        ("sent_at", val(c.sent_at)),
        ("version", val(c.version)),
    ]
}

/// Writes a new circular.
pub(crate) async fn insert(tx: &mut Tx, c: &CircularRow) -> Result<()> {
    let mut columns = vec![
        ("id", val(c.id)),
        ("division_id", val(c.division_id)),
        ("snapshot_id", val(c.snapshot_id)),
        ("previous_id", val(c.previous_id)),
        ("period", val(c.period.clone())),
        ("created_by", val(&c.created_by)),
        ("created_name", val(&c.created_name)),
        ("created_at", val(c.created_at)),
    ];
    columns.extend(written(c));
    let mut q = sql("INSERT INTO circular(");
    for (i, (name, _)) in columns.iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).lit(name);
    }
    q = q.lit(") VALUES(");
    for (i, (_, value)) in columns.into_iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).bind(value);
    }
    tx.run(q.lit(")")).await?;
    Ok(())
}

fn within(q: Sql, permit: &Permit<CircularRow>) -> Sql {
    let inner = sql("SELECT 1 FROM snapshot_county sc WHERE sc.snapshot_id=c.snapshot_id");
    q.lit(" AND EXISTS(").join(permit.within(inner)).lit(")")
}

/// A circular that touches the permit; whether its state lets the reader see it is the service's question.
pub(crate) async fn get(c: &mut Conn, permit: &Permit<CircularRow>, id: CircularId) -> Result<CircularRow> {
    c.one(within(sql("SELECT c.* FROM circular c WHERE c.id=").bind(id), permit)).await?.ok_or(Error::NotFound)
}

/// A page of the circulars that touch the permit and were sent or speak of an area where the reader works on drafts,
/// newest first, and their number.
pub(crate) async fn list(
    c: &mut Conn,
    permit: &Permit<CircularRow>,
    drafts: &[DivisionId],
    page: PageReq,
) -> Result<(Vec<CircularRow>, i64)> {
    let total = c.scalar(seen(sql("SELECT COUNT(*) FROM circular c"), permit, drafts)).await?;
    let q = seen(sql("SELECT c.* FROM circular c"), permit, drafts);
    let q = q.lit(" ORDER BY c.created_at DESC,c.id LIMIT ").bind(page.limit());
    Ok((c.all(q.lit(" OFFSET ").bind(page.offset())).await?, total))
}

/// Of the circulars that touch the permit, those that were sent or speak of an area where the reader works on drafts.
fn seen(q: Sql, permit: &Permit<CircularRow>, drafts: &[DivisionId]) -> Sql {
    let q = q.lit(" WHERE (c.state=").bind(CircularState::Sent).lit(" OR c.division_id IN ");
    within(q.list(drafts.iter().copied()).lit(")"), permit)
}

/// Of those a list shows, the newest in whose title or number every word is found.
pub(crate) async fn search(
    c: &mut Conn,
    permit: &Permit<CircularRow>,
    drafts: &[DivisionId],
    words: &[Wanted],
    most: i64,
) -> Result<Vec<CircularRow>> {
    let mut q = seen(sql("SELECT c.* FROM circular c"), permit, drafts);
    for w in words {
        q = q.lit(" AND (c.found_by LIKE ").bind(w.folded_like());
        q = q.lit(" OR c.found_by LIKE ").bind(w.pinyin_like()).lit(")");
    }
    c.all(q.lit(" ORDER BY c.created_at DESC,c.id LIMIT ").bind(most)).await
}

/// The areas that circulars speak of: a province and its cities.
pub(crate) async fn areas(c: &mut Conn) -> Result<Vec<DivisionId>> {
    let rows: Vec<(DivisionId,)> = c.all(sql("SELECT DISTINCT division_id FROM circular ORDER BY division_id")).await?;
    Ok(rows.into_iter().map(|(d,)| d).collect())
}

/// The standing circular on a snapshot, void ones left out.
pub(crate) async fn on_snapshot(c: &mut Conn, snapshot: SnapshotId) -> Result<Option<CircularRow>> {
    c.one(sql("SELECT c.* FROM circular c WHERE c.state<>'void' AND c.snapshot_id=").bind(snapshot)).await
}

/// The circular that touches the permit and was sent last.
pub(crate) async fn last_sent(c: &mut Conn, permit: &Permit<CircularRow>) -> Result<Option<CircularRow>> {
    let q = within(sql("SELECT c.* FROM circular c WHERE c.state=").bind(CircularState::Sent), permit);
    c.one(q.lit(" ORDER BY c.sent_on DESC,c.sent_at DESC,c.id LIMIT 1")).await
}

/// The newest circular of an area on a month, void ones left out.
pub(crate) async fn of_month(c: &mut Conn, division: DivisionId, period: &str) -> Result<Option<CircularRow>> {
    c.one(
        sql("SELECT c.* FROM circular c WHERE c.state<>'void' AND c.division_id=")
            .bind(division)
            .lit(" AND c.period=")
            .bind(period)
            .lit(" ORDER BY c.created_at DESC,c.id LIMIT 1"),
    )
    .await
}

/// Saves a changed circular if nobody else did since; `Conflict` with the standing one otherwise.
pub(crate) async fn save(tx: &mut Tx, permit: &Permit<CircularRow>, next: &CircularRow) -> Result<()> {
    let mut q = sql("UPDATE circular AS c SET ");
    for (i, (name, value)) in written(next).into_iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).lit(name).lit("=").bind(value);
    }
    let q = q.lit(" WHERE c.id=").bind(next.id).lit(" AND c.version=").bind(next.version - 1);
    if tx.run(within(q, permit)).await? == 0 {
        let now = get(tx, permit, next.id).await?;
        return Err(conflict(&now));
    }
    Ok(())
}

/// What the record of a circular said before each correction, oldest first; the circular was found within a permit.
pub(crate) async fn corrections(c: &mut Conn, id: CircularId) -> Result<Vec<CorrectionRow>> {
    c.all(
        sql("SELECT k.* FROM circular_correction k WHERE k.circular_id=")
            .bind(id)
            .lit(" ORDER BY k.version,k.circular_id"),
    )
    .await
}

/// Keeps what a record said before it was corrected.
pub(crate) async fn keep_correction(tx: &mut Tx, k: &CorrectionRow) -> Result<()> {
    let columns =
        ["circular_id", "version", "doc_no", "sent_on", "reason", "corrected_at", "corrected_by", "corrected_name"];
    let row = vec![
        val(k.circular_id),
        val(k.version),
        val(&k.doc_no),
        val(k.sent_on),
        val(&k.reason),
        val(k.corrected_at),
        val(&k.corrected_by),
        val(&k.corrected_name),
    ];
    tx.bulk("circular_correction", &columns, &[row], "").await?;
    Ok(())
}

/// The returns of a circular, oldest first; the circular was found within a permit.
pub(crate) async fn returns(c: &mut Conn, id: CircularId) -> Result<Vec<ReturnRow>> {
    let q = sql("SELECT k.* FROM circular_return k WHERE k.circular_id=").bind(id);
    c.all(q.lit(" ORDER BY k.version,k.circular_id")).await
}

/// Of circulars that were found within a permit, the returns after which nobody changed anything.
pub(crate) async fn unanswered(c: &mut Conn, ids: impl IntoIterator<Item = CircularId>) -> Result<Vec<ReturnRow>> {
    let q = sql("SELECT k.* FROM circular_return k JOIN circular c ON c.id=k.circular_id AND c.version=k.version");
    c.all(q.lit(" WHERE k.circular_id IN ").list(ids).lit(" ORDER BY k.circular_id")).await
}

/// Keeps a return.
pub(crate) async fn keep_return(tx: &mut Tx, k: &ReturnRow) -> Result<()> {
    let columns = [
        "circular_id",
        "version",
        "remarks",
        "checked_name",
        "checked_at",
        "returned_at",
        "returned_by",
        "returned_name",
    ];
    let row = vec![
        val(k.circular_id),
        val(k.version),
        val(&k.remarks),
        val(k.checked_name.clone()),
        val(k.checked_at),
        val(k.returned_at),
        val(&k.returned_by),
        val(&k.returned_name),
    ];
    tx.bulk("circular_return", &columns, &[row], "").await?;
    Ok(())
}

/// The file in a format that was made for a circular as it stands; the circular was found within a permit. None while it is no
/// sent one, or where it was sent before files were kept.
pub(crate) async fn kept_file(c: &mut Conn, row: &CircularRow, kind: Format) -> Result<Option<KeptFile>> {
    let q = sql("SELECT k.* FROM circular_file k WHERE k.circular_id=").bind(row.id);
    c.one(q.lit(" AND k.version=").bind(row.version).lit(" AND k.kind=").bind(kind)).await
}

/// Keeps the files of a circular that was recorded as sent, or whose record was corrected.
pub(crate) async fn keep_files(tx: &mut Tx, files: &[KeptFile]) -> Result<()> {
    let columns = ["circular_id", "version", "kind", "sha256", "bytes", "made_at"];
    let row = |k: &KeptFile| {
        vec![val(k.circular_id), val(k.version), val(k.kind), val(&k.sha256), val(&k.bytes), val(k.made_at)]
    };
    let rows: Vec<Vec<Val>> = files.iter().map(row).collect();
    tx.bulk("circular_file", &columns, &rows, "").await?;
    Ok(())
}

/// What stands now, for the editor who came second.
pub(crate) fn conflict(now: &CircularRow) -> Error {
    let mut current = vec![
        ("version".to_owned(), now.version.to_string()),
        ("updated_by".to_owned(), now.edited_name.clone()),
        ("updated_at".to_owned(), now.edited_at.minute_cn()),
        ("title".to_owned(), now.title.clone()),
    ];
    if let Ok(body) = now.paragraphs() {
        if let Some(frame) = body.frame {
            current.extend([("addressee".to_owned(), frame.addressee), ("copy_to".to_owned(), frame.copy_to)]);
        }
        current.extend(body.paragraphs.into_iter().map(|p| (p.id, p.text)));
    }
    Error::Conflict { current }
}
