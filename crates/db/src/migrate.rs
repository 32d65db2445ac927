//! Migrations of both engines, embedded; forward only, same numbers and names.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};

mod list {
    include!(concat!(env!("OUT_DIR"), "/migrations.rs"));
}

fn migrator(files: &'static [(i64, &'static str, &'static str)]) -> Migrator {
    Migrator::with_migrations(
        files
            .iter()
            .map(|&(n, name, text)| Migration::new(n, name.into(), MigrationType::Simple, text.into_sql_str(), false))
            .collect(),
    )
}

pub(crate) fn lite() -> Migrator {
    migrator(list::SQLITE)
}
pub(crate) fn pg() -> Migrator {
    migrator(list::POSTGRES)
}

/// Whether every migration of the program, and no other, is in the database: then nothing is run at all.
pub(crate) async fn stands<C: Migrate>(m: &Migrator, c: &mut C) -> Result<bool, MigrateError> {
    const TABLE: &str = "_sqlx_migrations";
    // A database without the table answers with an error, and is to be brought up to date.
    let Ok(applied) = c.list_applied_migrations(TABLE).await else { return Ok(false) };
    let same = applied.len() == m.iter().count()
        && m.iter().zip(&applied).all(|(ours, there)| ours.version == there.version && ours.checksum == there.checksum);
    Ok(same && c.dirty_version(TABLE).await?.is_none())
}

/// A migration's number and name.
pub type MigrationInfo = (i64, &'static str);

/// The class of every table, from `tables.toml`: (table, class).
pub fn tables() -> Vec<(String, String)> {
    let t: toml::Table = include_str!("../tables.toml").parse().unwrap_or_default();
    t.iter()
        .flat_map(|(class, names)| {
            names
                .get("tables")
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|n| n.as_str().map(|n| (n.to_owned(), class.clone())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::list;
    #[test]
    fn both_engines_have_the_same_migrations() {
        let names = |l: &[(i64, &'static str, &str)]| l.iter().map(|m| (m.0, m.1)).collect::<Vec<_>>();
        assert_eq!(names(list::SQLITE), names(list::POSTGRES));
        assert!(!list::SQLITE.is_empty());
    }
}
