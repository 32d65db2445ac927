//! The database layer on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

use std::collections::BTreeMap;
use zw_core::{AccountId, Day, Error, JobId, Stamp, UnitId, Uuid};
use zw_db::{Change, Conn, Mark, Order, Result, sql, val};
use zw_testkit::{Engine, TestApp, TestParts, World, on_both};

struct Unaudited;
impl Change for Unaudited {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

/// Writes something, as every real one does.
struct Audited;
impl Change for Audited {
    async fn write(self, conn: &mut Conn) -> Result<()> {
        conn.later(sql("INSERT INTO outbox(topic,county_id,seq) VALUES('t',3,1)")).await
    }
}

type Catalog = BTreeMap<String, Vec<(String, String, bool)>>;

/// Column types of both engines in one vocabulary.
fn plain(ty: &str) -> String {
    match ty.to_lowercase().as_str() {
        "integer" | "bigint" => "int",
        "blob" | "bytea" | "uuid" => "bytes",
        "boolean" => "bool",
        "text" => "text",
        other => return other.to_owned(),
    }
    .to_owned()
}

async fn catalog(t: &TestApp, engine: Engine) -> Catalog {
    let mut c = t.app.db.read().await.unwrap();
    let rows: Vec<(String, String, String, i64)> = match engine {
        Engine::Sqlite => {
            c.all(sql("SELECT m.name, p.name, p.type, CASE WHEN p.\"notnull\"=1 OR p.pk>0 THEN 1 ELSE 0 END FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type='table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '_sqlx%' AND m.name NOT LIKE '%_fts%' ORDER BY 1,2")).await
        }
        Engine::Postgres => {
            c.all(sql("SELECT table_name::text, column_name::text, data_type::text, CASE WHEN is_nullable='NO' THEN 1::bigint ELSE 0::bigint END FROM information_schema.columns WHERE table_schema='public' AND table_name NOT LIKE '\\_sqlx%' ORDER BY 1,2")).await
        }
    }
    .unwrap();
    let mut out = Catalog::new();
    for (table, column, ty, notnull) in rows {
        out.entry(table).or_default().push((column, plain(&ty), notnull == 1));
    }
    for v in out.values_mut() {
        v.sort();
    }
    out
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_every_table_has_a_class() {
    let lite = TestApp::new(Engine::Sqlite, TestParts::default()).await;
    let pg = TestApp::new(Engine::Postgres, TestParts::default()).await;
    let (a, b) = (catalog(&lite, Engine::Sqlite).await, catalog(&pg, Engine::Postgres).await);
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (table, columns) in &a {
        assert_eq!(columns, &b[table], "{table}");
    }
    let classes: BTreeMap<String, String> = zw_db::tables().into_iter().collect();
    for table in a.keys() {
        assert!(classes.contains_key(table), "{table} has no class in tables.toml");
    }
    for (table, class) in &classes {
        let columns = a.get(table).unwrap_or_else(|| panic!("tables.toml names {table}, which does not exist"));
        if class == "county" {
            assert!(columns.iter().any(|c| c.0 == "county_id" && c.2), "{table} has no county_id");
        }
    }
}

#[tokio::test]
async fn bulk_inserts_and_reads_come_back_equal() {
    on_both(TestParts::default, |t| async move {
        let rows: Vec<_> = (0..7_001i64)
            .map(|i| {
                let unit = val(Uuid::from_u128(u128::from(i.unsigned_abs())));
                vec![val("m"), val(i % 5), unit, val(20210708 + i % 3), val(i)]
            })
            .collect();
        let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
        let n = tx.bulk("cell", &["measure", "county_id", "unit_id", "day", "value"], &rows, "").await.unwrap();
        assert_eq!(n, 7_001);
        tx.commit(Unaudited).await.unwrap();
        let mut c = t.app.db.read().await.unwrap();
        let sum: i64 = c.scalar(sql("SELECT CAST(COALESCE(SUM(value),0) AS BIGINT) FROM cell")).await.unwrap();
        assert_eq!(sum, 7_000 * 7_001 / 2);
        let one: Option<(UnitId, Day)> =
            c.one(sql("SELECT unit_id,day FROM cell WHERE value=").bind(42i64)).await.unwrap();
        assert_eq!(one.unwrap(), (UnitId(Uuid::from_u128(42)), Day::from_stored(20210708)));
    })
    .await;
}

#[tokio::test]
async fn constraints_speak_the_users_words() {
    on_both(TestParts::default, |t| async move {
        let insert = || {
            sql("INSERT INTO identity_index(kind,hash,ref_table,county_id,ref_id) VALUES('k',")
                .bind(vec![1u8])
                .lit(",'t',1,")
                .bind(Uuid::nil())
                .lit(")")
        };
        let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
        tx.run(insert()).await.unwrap();
        let Err(Error::Invalid(e)) = tx.run(insert()).await else { panic!("a second row must be refused") };
        assert_eq!(e.0[0].code, "already-registered");
    })
    .await;
}

#[tokio::test]
async fn readers_cannot_write_and_dropped_transactions_leave_nothing() {
    on_both(TestParts::default, |t| async move {
        let put = || sql("INSERT INTO setting(key,value,updated_at) VALUES('a','1',0)");
        let mut c = t.app.db.read().await.unwrap();
        assert!(c.run(put()).await.is_err());
        drop(c);
        let mut c = t.app.db.look().await.unwrap();
        assert!(c.run(put()).await.is_err());
        let n: i64 = c.scalar(sql("SELECT COUNT(*) FROM setting")).await.unwrap();
        assert_eq!(n, 0);
        drop(c);
        let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
        tx.run(put()).await.unwrap();
        drop(tx);
        let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
        let n: i64 = tx.scalar(sql("SELECT COUNT(*) FROM setting")).await.unwrap();
        assert_eq!(n, 0);
        // Marks, jobs and live notes are written with the change.
        let m = Mark { county: World::COUNTY, unit: None, day: Day::from_stored(20210708) };
        tx.mark([m, m]);
        tx.live("wall", Some(World::COUNTY));
        tx.live("wall", Some(World::COUNTY));
        let (id, account) = (JobId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        tx.enqueue(Order { id, kind: "test", arg: "{}".into(), account, by: "测试".into() });
        tx.commit(Unaudited).await.unwrap();
        let mut c = t.app.db.read().await.unwrap();
        for table in ["SELECT COUNT(*) FROM mark", "SELECT COUNT(*) FROM outbox", "SELECT COUNT(*) FROM job"] {
            let n: i64 = c.scalar(sql(table)).await.unwrap();
            assert_eq!(n, 1, "{table}");
        }
        drop(c);
        // Nobody runs it here.
        let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
        tx.run(sql("DELETE FROM job")).await.unwrap();
        tx.commit(Unaudited).await.unwrap();
    })
    .await;
}

/// Otherwise a process that counted for the first mark would take the second for its own and keep an old count.
#[tokio::test]
async fn a_mark_that_is_set_again_is_another_one() {
    on_both(TestParts::default, |t| async move {
        let m = Mark { county: World::COUNTY, unit: None, day: Day::from_stored(20210708) };
        let mut seen: Vec<i64> = vec![];
        for ms in [1_000, 2_000] {
            let mut tx = t.app.db.write(Stamp::from_ms(ms)).await.unwrap();
            tx.run(sql("DELETE FROM mark")).await.unwrap();
            tx.mark([m]);
            tx.commit(Unaudited).await.unwrap();
            seen.push(t.app.db.look().await.unwrap().scalar(sql("SELECT seq FROM mark")).await.unwrap());
        }
        assert_ne!(seen[0], seen[1]);
    })
    .await;
}

#[tokio::test]
async fn sqlite_is_new_enough_and_durable() {
    let t = TestApp::new(Engine::Sqlite, TestParts::default()).await;
    let mut c = t.app.db.read().await.unwrap();
    let v: String = c.scalar(sql("SELECT sqlite_version()")).await.unwrap();
    let built: Vec<(String,)> = c.all(sql("PRAGMA compile_options")).await.unwrap();
    let with = |option: &str| built.iter().any(|o| o.0 == option);
    // .cargo/config.toml
    assert!(with("ENABLE_QPSG") && !with("ENABLE_MEMORY_MANAGEMENT"), "{built:?}");
    let parts: Vec<i64> = v.split('.').filter_map(|p| p.parse().ok()).collect();
    assert!(parts >= vec![3, 51, 3], "SQLite {v} loses commits or answers Chinese searches wrongly");
    let dir = std::env::temp_dir().join(format!("zw-durable-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let db = zw_db::Db::open_lite(&dir.join("a.db"), zw_db::LiteOptions::Durable).await.unwrap();
    let mut tx = db.write(Stamp::from_ms(0)).await.unwrap();
    let sync: i64 = tx.scalar(sql("PRAGMA synchronous")).await.unwrap();
    assert_eq!(sync, 2, "synchronous=FULL");
    drop(tx);
    db.close().await;
    std::fs::remove_dir_all(&dir).unwrap();
}

#[tokio::test]
async fn what_goes_with_the_next_statement_is_done_before_it_and_before_the_commit() {
    on_both(TestParts::default, |t| async move {
        let cell = |day: i64, value: i64| {
            sql("INSERT INTO cell(measure,county_id,unit_id,day,value) VALUES('m',1,")
                .bind(Uuid::nil())
                .lit(",")
                .bind(day)
                .lit(",")
                .bind(value)
                .lit(")")
        };
        let sum = || sql("SELECT CAST(COALESCE(SUM(value),0) AS BIGINT) FROM cell");
        let begin = || async { t.app.db.write(Stamp::from_ms(0)).await.unwrap() };
        let standing = || async { t.app.db.read().await.unwrap().scalar::<i64>(sum()).await.unwrap() };

        let mut tx = begin().await;
        tx.later(cell(20210701, 1)).await.unwrap();
        tx.later(cell(20210702, 2)).await.unwrap();
        assert_eq!(tx.scalar::<i64>(sum()).await.unwrap(), 3, "a question sees what was said before it");
        tx.later(cell(20210703, 4)).await.unwrap();
        let n = tx.run(sql("UPDATE cell SET value=value+10 WHERE day<=").bind(20210702i64)).await.unwrap();
        assert_eq!(n, 2, "a statement answers for itself alone");
        for day in 1..=40 {
            tx.later(cell(20200100 + day, 100)).await.unwrap();
        }
        tx.commit(Unaudited).await.unwrap();
        assert_eq!(standing().await, 1 + 2 + 4 + 20 + 4_000, "the commit waits for what nobody asked after");

        let mut tx = begin().await;
        tx.run(cell(20210704, 8)).await.unwrap();
        tx.later(cell(20210705, 8)).await.unwrap();
        drop(tx);
        assert_eq!(standing().await, 4_027, "given up with its transaction");

        // The same key twice: told at once by one engine, with the next statement by the other, and nothing is kept.
        let mut tx = begin().await;
        let told = match tx.later(cell(20210701, 8)).await {
            Ok(()) => tx.commit(Unaudited).await,
            told => told,
        };
        assert!(told.is_err());
        assert_eq!(standing().await, 4_027);
    })
    .await;
}

/// Begins something and walks away from it, as a request does whose client is gone.
async fn begun_and_left(act: impl Future) {
    let mut act = std::pin::pin!(act);
    std::future::poll_fn(|cx| {
        let _ = act.as_mut().poll(cx);
        std::task::Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn whoever_walks_away_leaves_the_connection_to_the_next_as_it_was() {
    on_both(TestParts::default, |t| async move {
        let add = |day: i64| {
            sql("INSERT INTO cell(measure,county_id,unit_id,day,value) VALUES('m',1,")
                .bind(Uuid::nil())
                .lit(",")
                .bind(day)
                .lit(",1)")
        };
        let begin = || async { t.app.db.write(Stamp::from_ms(0)).await.unwrap() };
        let standing = || async {
            let q = sql("SELECT CAST(COALESCE(SUM(value),0) AS BIGINT) FROM cell");
            t.app.db.read().await.unwrap().scalar::<i64>(q).await.unwrap()
        };
        let mut tx = begin().await;
        begun_and_left(tx.run(add(20210701))).await;
        drop(tx);
        let mut tx = begin().await;
        tx.run(add(20210702)).await.unwrap();
        tx.commit(Unaudited).await.unwrap();
        assert_eq!(standing().await, 1, "what was begun and left is undone");

        let mut tx = begin().await;
        tx.run(add(20210703)).await.unwrap();
        begun_and_left(tx.commit(Unaudited)).await;
        let mut tx = begin().await;
        let n: i64 = tx.scalar(sql("SELECT COUNT(*) FROM cell")).await.unwrap();
        assert!((1..=2).contains(&n), "all of it or nothing");
        tx.run(add(20210704)).await.unwrap();
        tx.commit(Unaudited).await.unwrap();
        assert_eq!(standing().await, n + 1);

        let mut c = t.app.db.look().await.unwrap();
        begun_and_left(c.all::<(i64,)>(sql("SELECT value FROM cell"))).await;
        drop(c);
        assert_eq!(standing().await, n + 1);
    })
    .await;
}

#[tokio::test]
async fn a_transaction_of_which_something_failed_does_nothing_more() {
    on_both(TestParts::default, |t| async move {
        let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
        tx.later(sql("INSERT INTO outbox(topic,county_id,seq) VALUES('t',1,1)")).await.unwrap();
        assert!(tx.run(sql("INSERT INTO nowhere(x) VALUES(1)")).await.is_err());
        assert!(tx.run(sql("INSERT INTO outbox(topic,county_id,seq) VALUES('t',2,1)")).await.is_err());
        assert!(matches!(tx.commit(Audited).await, Err(Error::Unavailable(_))));
        let mut c = t.app.db.read().await.unwrap();
        let n: i64 = c.scalar(sql("SELECT COUNT(*) FROM outbox WHERE topic='t'")).await.unwrap();
        assert_eq!(n, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_waits_for_who_reads_and_takes_the_log_away() {
    let dir = std::env::temp_dir().join(format!("zw-close-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let db = zw_db::Db::open_lite(&dir.join("a.db"), zw_db::LiteOptions::Durable).await.unwrap();
    db.migrate().await.unwrap();
    let mut c = db.read().await.unwrap();
    let _: i64 = c.scalar(sql("SELECT COUNT(*) FROM outbox")).await.unwrap();
    assert!(dir.join("a.db-wal").exists());
    drop(c);
    db.close().await;
    assert!(!dir.join("a.db-wal").exists(), "the log is in the file");
    assert!(matches!(db.read().await, Err(Error::Unavailable(_))), "nobody has a connection any more");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[tokio::test]
async fn lists_short_and_long_find_the_same() {
    on_both(TestParts::default, |t| async move {
        let unit = |i: i64| Uuid::from_u128(u128::from(i.unsigned_abs()));
        let rows: Vec<_> =
            (1..=20i64).map(|i| vec![val("m"), val(i), val(unit(i)), val(20210701i64), val(i)]).collect();
        let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
        tx.bulk("cell", &["measure", "county_id", "unit_id", "day", "value"], &rows, "").await.unwrap();
        tx.commit(Unaudited).await.unwrap();
        let mut c = t.app.db.read().await.unwrap();
        for n in [0, 1, 8, 9, 10, 20] {
            let head = || sql("SELECT COUNT(*) FROM cell WHERE ");
            let texts = || (1..=n).map(|i| if i == n { "m".to_owned() } else { format!("x{i}") });
            let all = [
                (head().lit("county_id IN ").list(1..=n), n),
                (head().lit("unit_id IN ").list((1..=n).map(unit)), n),
                (head().lit("measure IN ").list(texts()), if n > 0 { 20 } else { 0 }),
                (
                    head().lit("county_id NOT IN ").list(1..=n).lit(" AND value<=").bind(20i64),
                    if n > 0 { 20 - n } else { 0 },
                ),
            ];
            for (q, want) in all {
                assert_eq!(c.scalar::<i64>(q).await.unwrap(), want, "{n}");
            }
        }
    })
    .await;
}
