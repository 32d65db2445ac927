//! The rows of a plant, column by column: what strangers must leave exactly as it is.

use crate::relations::Rows;
use zw_db::{Sql, sql};
use zw_testkit::{Engine, TestApp};

/// Table, the filter by county, the filter by station, and whether a plant always has rows there.
const TABLES: &[(&str, &str, &str, bool)] = &[
    ("unit", "county_id={county}", "id={unit} OR merged_into={unit}", true),
    ("unit_state", "county_id={county}", "unit_id={unit}", true),
    ("unit_coverage", "", "unit_id={unit}", true),
    ("staff_gap", "county_id={county}", "unit_id={unit}", false),
    ("build_out", "county_id={county}", "township_id={town}", true),
    ("obstacle", "county_id={county}", "township_id={town}", true),
    ("acceptance", "county_id={county}", "township_id={town}", false),
    ("worker", "home_county={county}", "id={worker}", true),
    ("certificate", "", "worker_id={worker}", false),
    ("posting", "county_id={county}", "unit_id={unit} OR worker_id={worker}", true),
    ("household", "county_id={county}", "unit_id={unit}", true),
    ("resident", "county_id={county}", "unit_id={unit} OR worker_id={worker}", true),
    ("resident_category", "county_id={county}", "resident_id IN (SELECT id FROM resident WHERE unit_id={unit})", true),
    ("resident_move", "county_id={county}", "resident_id IN (SELECT id FROM resident WHERE unit_id={unit})", false),
    ("encounter", "county_id={county}", "unit_id={unit} OR worker_id={worker}", true),
    ("encounter_person", "county_id={county}", "encounter_id IN (SELECT id FROM encounter WHERE unit_id={unit})", true),
    ("encounter_worker", "county_id={county}", "worker_id={worker}", true),
    ("report", "county_id={county}", "unit_id={unit}", true),
    ("report_event", "county_id={county}", "report_id IN (SELECT id FROM report WHERE unit_id={unit})", false),
    ("pass_on", "division_id={county}", "", false),
    ("target", "division_id={county}", "", false),
    ("snapshot_county", "county_id={county}", "", false),
    ("cell", "county_id={county}", "unit_id={unit}", false),
    ("mark", "county_id={county}", "unit_id={unit}", false),
];

/// Statements take literals only; those of this test depend on the table.
fn keep(s: String) -> &'static str {
    Box::leak(s.into_boxed_str())
}

/// A text with `{name}` places as a statement with the plant's values in them.
fn filled(text: &str, r: &Rows) -> Sql {
    text.split('{').fold(sql(""), |q, piece| match piece.split_once('}') {
        None => q.lit(keep(piece.to_owned())),
        Some((name, rest)) => match name {
            "county" => q.bind(r.county),
            "town" => q.bind(r.town),
            "unit" => q.bind(r.unit),
            "worker" => q.bind(r.worker),
            other => panic!("no place {other}"),
        }
        .lit(keep(rest.to_owned())),
    })
}

/// Every row that hangs on a plant's station and its worker; of its whole county as well, unless others work there.
pub(crate) async fn dump(t: &TestApp, r: &Rows, whole_county: bool) -> String {
    let mut c = t.app.db.read().await.unwrap();
    let mut out = vec![];
    for (table, county, station, planted) in TABLES {
        let filters: Vec<_> = [*county, *station]
            .into_iter()
            .enumerate()
            .filter(|(n, f)| !f.is_empty() && (*n == 1 || whole_county))
            .map(|(_, f)| f)
            .collect();
        if filters.is_empty() {
            continue;
        }
        let row = match c.engine() {
            Engine::Postgres => "CAST(to_jsonb(t) AS TEXT)".to_owned(),
            Engine::Sqlite => {
                let q = sql("").lit(keep(format!("SELECT name,type FROM pragma_table_info('{table}')")));
                let columns: Vec<(String, String)> = c.all(q).await.unwrap();
                columns.iter().map(|(name, _)| format!("quote({name})")).collect::<Vec<_>>().join("||'|'||")
            }
        };
        let text =
            format!("SELECT CAST('{table}' AS TEXT),{row} FROM {table} t WHERE {} ORDER BY 2", filters.join(" OR "));
        let rows: Vec<(String, String)> = c.all(filled(&text, r)).await.unwrap();
        assert!(!rows.is_empty() || !planted, "{table}: nothing was planted");
        out.extend(rows.into_iter().map(|(t, r)| format!("{t}: {r}")));
    }
    out.join("\n")
}
