//! Official lists: the lists, their rows and numbers, what waits for its confirmation. Aliases: `l` list, `o` row,
//! `v` the coverage of the station that serves its place. Matching is in `official_match`.

use super::row::Insert;
use super::{binds, scoped};
use crate::model::{ListKind, OfficialList, OfficialRow, Recognition};
use zw_access::Permit;
use zw_core::{Day, DivisionId, OfficialListId, PageReq, Result, Stamp, Uuid};
use zw_db::{Conn, Sql, Tx, Val, sql, val};

const SELECT: &str = "SELECT l.county_id,l.id,l.category,l.list_date,l.authority,l.document,l.stated,l.kind,l.persons,l.imported_at,l.imported_by,l.replaced_by FROM official_list l WHERE ";

/// Which lists are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Find {
    /// Of one county.
    pub county: Option<DivisionId>,
    /// Replaced ones too.
    pub replaced: bool,
}

/// Lists, those of a county together, by category, the newest first.
pub(crate) async fn lists(c: &mut Conn, p: &Permit<OfficialList>, f: Find) -> Result<Vec<OfficialList>> {
    let q = p
        .within(sql(SELECT).lit("1=1"))
        .when(!f.replaced, |q| q.lit(" AND l.replaced_by IS NULL"))
        .when(f.county.is_some(), |q| q.lit(" AND l.county_id=").bind(f.county));
    c.all(q.lit(" ORDER BY l.county_id,l.category,l.list_date DESC,l.imported_at DESC,l.id")).await
}

/// One list.
pub(crate) async fn get(
    c: &mut Conn,
    p: &Permit<OfficialList>,
    county: DivisionId,
    id: OfficialListId,
) -> Result<Option<OfficialList>> {
    c.one(p.within(sql(SELECT).lit("l.county_id=").bind(county).lit(" AND l.id=").bind(id))).await
}

/// A list by its key, without a scope: matching follows the register, whoever wrote in it.
pub(crate) async fn any(c: &mut Conn, county: DivisionId, id: OfficialListId) -> Result<Option<OfficialList>> {
    c.one(sql(SELECT).lit("l.county_id=").bind(county).lit(" AND l.id=").bind(id)).await
}

/// The lists in force in some counties at the end of a day: of each category the last one of that day or before.
pub(crate) async fn in_force(c: &mut Conn, counties: &[DivisionId], day: Day) -> Result<Vec<OfficialList>> {
    let q = sql(SELECT).lit("l.county_id IN ").list(counties.iter().copied()).lit(" AND l.list_date<=").bind(day);
    // Of two of one day the later import corrects the earlier.
    let all: Vec<OfficialList> =
        c.all(q.lit(" ORDER BY l.county_id,l.category,l.list_date DESC,l.imported_at DESC,l.id DESC")).await?;
    let mut out: Vec<OfficialList> = vec![];
    for l in all {
        if out.last().is_none_or(|o| (o.county_id, &o.category) != (l.county_id, &l.category)) {
            out.push(l);
        }
    }
    Ok(out)
}

/// The lists of a county that stand: category, list, day.
pub(crate) async fn standing(c: &mut Conn, county: DivisionId) -> Result<Vec<(String, OfficialListId, Day)>> {
    c.all(
        sql("SELECT category,id,list_date FROM official_list WHERE county_id=")
            .bind(county)
            .lit(" AND replaced_by IS NULL ORDER BY category"),
    )
    .await
}

/// A list as it is written.
pub(crate) struct New {
    pub county: DivisionId,
    pub id: OfficialListId,
    pub category: &'static str,
    pub list_date: Day,
    pub authority: Recognition,
    pub document: Option<String>,
    pub stated: Option<i64>,
    pub kind: ListKind,
    pub rows: i64,
    pub persons: i64,
    pub at: Stamp,
    pub by: String,
}

/// Writes a list in the place of the one that stood; the names of whoever was on that one and is on no file go with it.
pub(crate) async fn put(tx: &mut Tx, l: New) -> Result<()> {
    let q = binds!(
        sql("UPDATE official_list_row SET name=NULL WHERE county_id="),
        "" => l.county,
        " AND name IS NOT NULL AND list_id IN (SELECT id FROM official_list WHERE county_id=" => l.county,
        " AND replaced_by IS NULL AND category=" => l.category,
    );
    tx.run(q.lit(")")).await?;
    let q = binds!(
        sql("UPDATE official_list SET replaced_by="),
        "" => l.id,
        " WHERE county_id=" => l.county,
        " AND category=" => l.category,
    );
    tx.run(q.lit(" AND replaced_by IS NULL")).await?;
    let q = binds!(
        sql("INSERT INTO official_list(county_id,id,category,list_date,authority,document,stated,kind,row_n,persons,imported_at,imported_by) VALUES("),
        "" => l.county,
        "," => l.id,
        "," => l.category,
        "," => l.list_date,
        "," => l.authority,
        "," => l.document,
        "," => l.stated,
        "," => l.kind,
        "," => l.rows,
        "," => l.persons,
        "," => l.at,
        "," => l.by,
    );
    tx.run(q.lit(")")).await?;
    Ok(())
}

/// A person of a list as it is written.
pub(crate) struct RowNew {
    pub county: DivisionId,
    pub id: Uuid,
    pub list: OfficialListId,
    pub hash: Vec<u8>,
    pub township: DivisionId,
    pub village: Option<DivisionId>,
    pub name: Option<Vec<u8>>,
    pub from: Option<Day>,
}

impl Insert for RowNew {
    const TABLE: &'static str = "official_list_row";
    const COLUMNS: &'static [&'static str] =
        &["county_id", "id", "list_id", "hash", "township_id", "village_id", "name", "from_day"];
    fn vals(self) -> Vec<Val> {
        vec![
            val(self.county),
            val(self.id),
            val(self.list),
            val(self.hash),
            val(self.township),
            val(self.village),
            val(self.name),
            val(self.from),
        ]
    }
}

/// A number of a list as it is written.
pub(crate) struct NumberNew {
    pub county: DivisionId,
    pub id: Uuid,
    pub list: OfficialListId,
    pub township: DivisionId,
    pub village: Option<DivisionId>,
    pub persons: i64,
}

impl Insert for NumberNew {
    const TABLE: &'static str = "official_list_number";
    const COLUMNS: &'static [&'static str] = &["county_id", "id", "list_id", "township_id", "village_id", "persons"];
    fn vals(self) -> Vec<Val> {
        vec![val(self.county), val(self.id), val(self.list), val(self.township), val(self.village), val(self.persons)]
    }
}

/// How many rows of a list are somebody's on file.
pub(crate) async fn tied(c: &mut Conn, county: DivisionId, list: OfficialListId) -> Result<i64> {
    c.scalar(
        sql("SELECT COUNT(*) FROM official_list_row o JOIN resident r ON r.county_id=o.county_id AND r.id=o.resident_id AND r.state<>'closed' WHERE o.county_id=")
            .bind(county)
            .lit(" AND o.list_id=")
            .bind(list),
    )
    .await
}

/// Keeps a checked file until it is confirmed.
pub(crate) async fn keep(
    tx: &mut Tx,
    (county, id): (DivisionId, Uuid),
    body: Vec<u8>,
    at: Stamp,
    by: &str,
) -> Result<()> {
    let q = binds!(
        sql("INSERT INTO official_list_draft(county_id,id,body,made_at,made_by) VALUES("),
        "" => county,
        "," => id,
        "," => body,
        "," => at,
        "," => by,
    );
    tx.run(q.lit(")")).await?;
    Ok(())
}

/// What waits for the confirmation of who sent it.
pub(crate) async fn kept(
    c: &mut Conn,
    p: &Permit<OfficialList>,
    (county, id): (DivisionId, Uuid),
    by: &str,
) -> Result<Option<Vec<u8>>> {
    let q = sql("SELECT l.body FROM official_list_draft l WHERE l.county_id=").bind(county).lit(" AND l.id=").bind(id);
    let found: Option<(Vec<u8>,)> = c.one(p.within(q.lit(" AND l.made_by=").bind(by))).await?;
    Ok(found.map(|f| f.0))
}

/// Forgets what was confirmed or given up.
pub(crate) async fn forget(tx: &mut Tx, (county, id): (DivisionId, Uuid)) -> Result<()> {
    tx.run(sql("DELETE FROM official_list_draft WHERE county_id=").bind(county).lit(" AND id=").bind(id)).await?;
    Ok(())
}

/// How many files wait since before a moment.
pub(crate) async fn old_drafts(c: &mut Conn, before: Stamp) -> Result<i64> {
    c.scalar(sql("SELECT COUNT(*) FROM official_list_draft WHERE made_at<").bind(before)).await
}

/// Forgets those.
pub(crate) async fn sweep(tx: &mut Tx, before: Stamp) -> Result<u64> {
    tx.run(sql("DELETE FROM official_list_draft WHERE made_at<").bind(before)).await
}

/// `FROM … WHERE …` of those on standing lists whom nobody has on file, in the places that the reader's stations serve today.
fn unmatched(q: Sql, p: &Permit<OfficialRow>, category: &str, today: Day) -> Sql {
    let q = q
        .lit(" FROM official_list_row o JOIN official_list l ON l.county_id=o.county_id AND l.id=o.list_id AND l.replaced_by IS NULL JOIN unit_coverage v ON v.division_id IN (o.village_id,o.township_id) AND v.from_day<=")
        .bind(today)
        .lit(" AND (v.to_day IS NULL OR v.to_day>")
        .bind(today)
        .lit(") LEFT JOIN resident r ON r.county_id=o.county_id AND r.id=o.resident_id WHERE (o.resident_id IS NULL OR r.state='closed')");
    let q = q.when(!category.is_empty(), |q| q.lit(" AND l.category=").bind(category));
    scoped(q, p)
}

/// A page of them and their number, by place.
pub(crate) async fn nobodys(
    c: &mut Conn,
    p: &Permit<OfficialRow>,
    category: &str,
    today: Day,
    page: PageReq,
) -> Result<(Vec<OfficialRow>, i64)> {
    let total = c.scalar(unmatched(sql("SELECT COUNT(DISTINCT o.id)"), p, category, today)).await?;
    let q = unmatched(
        sql(
            "SELECT DISTINCT o.county_id,o.id,o.list_id,l.category,l.list_date,l.authority,o.township_id,o.village_id,o.name,o.resident_id,COALESCE(o.village_id,0) AS place",
        ),
        p,
        category,
        today,
    );
    let q = q.lit(" ORDER BY o.township_id,place,l.category,o.id LIMIT ").bind(page.limit());
    Ok((c.all(q.lit(" OFFSET ").bind(page.offset())).await?, total))
}

/// One of them.
pub(crate) async fn nobodys_one(
    c: &mut Conn,
    p: &Permit<OfficialRow>,
    today: Day,
    id: Uuid,
) -> Result<Option<OfficialRow>> {
    let q = unmatched(
        sql(
            "SELECT DISTINCT o.county_id,o.id,o.list_id,l.category,l.list_date,l.authority,o.township_id,o.village_id,o.name,o.resident_id,COALESCE(o.village_id,0) AS place",
        ),
        p,
        "",
        today,
    );
    c.one(q.lit(" AND o.id=").bind(id)).await
}

/// For the audit log: lists of a county with their category and day.
pub(crate) async fn told(c: &mut Conn, county: DivisionId, ids: &[Uuid]) -> Result<Vec<(Uuid, String, Day)>> {
    let q = sql("SELECT l.id,l.category,l.list_date FROM official_list AS l WHERE l.county_id=").bind(county);
    c.all(q.lit(" AND l.id IN ").list(ids.iter().copied())).await
}
