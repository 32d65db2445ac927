//! Divisions and their versions.

use crate::model::division::{Changes, CountDecision};
use zw_core::code::Code as _;
use zw_core::tree::{DivisionKind, DivisionVersion, Tree};
use zw_core::{Day, DivisionId, Error, Result, Uuid};
use zw_db::{Conn, Tx, sql, val};

zw_db::record! {
    struct VersionRow {
        division_id: DivisionId,
        kind: String,
        valid_from: Day,
        valid_to: Option<Day>,
        code12: String,
        name: String,
        parent_id: Option<DivisionId>,
        is_functional: bool,
        in_denominator: bool,
        exclusion: Option<String>,
    }
}

/// All versions of all divisions.
pub async fn versions(conn: &mut Conn) -> Result<Vec<DivisionVersion>> {
    let rows: Vec<VersionRow> = conn
        .all(sql(
            "SELECT v.division_id,d.kind,v.valid_from,v.valid_to,v.code12,v.name,v.parent_id,v.is_functional,v.in_denominator,v.exclusion FROM division_version v JOIN division d ON d.id=v.division_id ORDER BY v.division_id,v.valid_from",
        ))
        .await?;
    rows.into_iter()
        .map(|r| {
            Ok(DivisionVersion {
                id: r.division_id,
                kind: DivisionKind::from_code(&r.kind).ok_or_else(|| Error::Internal("division kind".into()))?,
                code12: r.code12,
                name: r.name,
                parent: r.parent_id,
                valid_from: r.valid_from,
                valid_to: r.valid_to,
                is_functional: r.is_functional,
                in_denominator: r.in_denominator,
                exclusion: r.exclusion,
            })
        })
        .collect()
}

/// The tree with all versions, as the process keeps it in memory. Empty before the first import.
pub async fn load_tree(conn: &mut Conn) -> Result<Tree> {
    // The number first: should an import come between, the tree is taken for the older one and loaded once more.
    let number = tree_version(conn).await?;
    Ok(Tree::build(versions(conn).await?).of_import(number))
}

/// Key of the row beside the settings that counts imports, so that other processes know when to load the tree again.
pub const TREE_VERSION: &str = "network.tree_version";

/// The number of imports so far.
pub async fn tree_version(conn: &mut Conn) -> Result<i64> {
    let found: Option<(i64,)> = conn.one(sql("SELECT version FROM setting WHERE key=").bind(TREE_VERSION)).await?;
    Ok(found.map_or(0, |(v,)| v))
}

/// Writes an import.
pub(crate) async fn apply(tx: &mut Tx, c: &Changes, day: Day) -> Result<()> {
    for (id, from) in &c.replace {
        tx.run(sql("DELETE FROM division_version WHERE division_id=").bind(*id).lit(" AND valid_from=").bind(*from))
            .await?;
    }
    for (id, from) in &c.close {
        tx.run(
            sql("UPDATE division_version SET valid_to=")
                .bind(day)
                .lit(" WHERE division_id=")
                .bind(*id)
                .lit(" AND valid_from=")
                .bind(*from),
        )
        .await?;
    }
    let rows: Vec<_> = c.divisions.iter().map(|(id, kind)| vec![val(*id), val(kind.code())]).collect();
    tx.bulk("division", &["id", "kind"], &rows, "").await?;
    let rows: Vec<_> = c
        .versions
        .iter()
        .map(|v| {
            vec![
                val(v.id),
                val(v.valid_from),
                val(v.valid_to),
                val(&v.code12),
                val(&v.name),
                val(v.parent),
                val(v.is_functional),
                val(v.in_denominator),
                val(v.exclusion.clone()),
            ]
        })
        .collect();
    let columns = &[
        "division_id",
        "valid_from",
        "valid_to",
        "code12",
        "name",
        "parent_id",
        "is_functional",
        "in_denominator",
        "exclusion",
    ];
    tx.bulk("division_version", columns, &rows, "").await?;
    let at = tx.at();
    tx.run(
        sql("INSERT INTO setting(key,value,version,updated_at) VALUES(")
            .bind(TREE_VERSION)
            .lit(",'1',1,")
            .bind(at)
            .lit(") ON CONFLICT(key) DO UPDATE SET version=setting.version+1,updated_at=excluded.updated_at"),
    )
    .await?;
    Ok(())
}

/// Keeps a decision about a division's counting.
pub(crate) async fn note_count(tx: &mut Tx, id: Uuid, d: &CountDecision) -> Result<()> {
    let columns = vec![
        ("id", val(id)),
        ("division_id", val(d.division_id)),
        ("from_day", val(d.from_day)),
        ("counted", val(d.counted)),
        ("why", val(&d.why)),
        ("document", val(d.document.clone())),
        ("decided_by", val(&d.decided_by)),
        ("at", val(d.at)),
    ];
    tx.run(super::insert("count_decision", columns)).await.map(|_| ())
}

/// The decisions about a division's counting, or about all divisions', the latest first.
pub(crate) async fn count_decisions(c: &mut Conn, of: Option<DivisionId>) -> Result<Vec<CountDecision>> {
    let q = sql("SELECT division_id,from_day,counted,why,document,decided_by,at FROM count_decision WHERE 1=1")
        .when(of.is_some(), |q| q.lit(" AND division_id=").bind(of));
    c.all(q.lit(" ORDER BY at DESC,id DESC")).await
}
