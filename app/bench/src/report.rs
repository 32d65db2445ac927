//! The result: a row for each line of the table, printed, and written into docs/benchmarks.md between marks,
//! so that the words around them stay.

use std::path::Path;
use zw_core::{Error, Result};

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Its bound, in words.
    pub bound: String,
    /// What came out.
    pub measured: String,
    /// Bare text endpoint of the same framework.
    pub bare: String,
    /// The same rows by raw SQL.
    pub raw: String,
    /// Whether the bound was kept; `None` where there is none.
    pub kept: Option<bool>,
}

impl Row {
    /// Its verdict, as printed.
    pub fn verdict(&self) -> &'static str {
        match self.kept {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "–",
        }
    }
}

/// The conditions of a run, one per line.
#[derive(Clone, Debug, Default)]
pub struct Conditions(pub Vec<(String, String)>);

impl Conditions {
    /// Adds one.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }
}

/// The block of a run, as Markdown.
pub fn markdown(title: &str, conditions: &Conditions, rows: &[Row]) -> String {
    let mut out = format!("### {title}\n\n");
    for (name, value) in &conditions.0 {
        out.push_str(&format!("- {name}: {value}\n"));
    }
    out.push_str(
        "\n| what | bound | measured | bare endpoint | raw SQL, same rows | kept |\n|---|---|---|---|---|---|\n",
    );
    for r in rows {
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            r.what,
            r.bound,
            r.measured,
            r.bare,
            r.raw,
            r.verdict()
        ));
    }
    out
}

/// Replaces what stands between `<!-- figures:NAME -->` and `<!-- /figures:NAME -->` in a file.
pub fn rewrite(file: &Path, name: &str, block: &str) -> Result<()> {
    let io = |e: std::io::Error| Error::Unavailable(format!("{}: {e}", file.display()));
    let text = std::fs::read_to_string(file).map_err(io)?;
    std::fs::write(file, replaced(&text, name, block)?).map_err(io)
}

fn replaced(text: &str, name: &str, block: &str) -> Result<String> {
    let (open, close) = (format!("<!-- figures:{name} -->"), format!("<!-- /figures:{name} -->"));
    let missing = || Error::Unavailable(format!("the marks of {name} are missing"));
    let (before, rest) = text.split_once(&open).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&close).ok_or_else(missing)?;
    Ok(format!("{before}{open}\n{}\n{close}{after}", block.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_block_changes() {
        let text = "# A\n<!-- figures:x -->\nold\n<!-- /figures:x -->\ntail\n<!-- figures:y -->\n<!-- /figures:y -->\n";
        let once = replaced(text, "x", "new\n").unwrap();
        assert_eq!(
            once,
            "# A\n<!-- figures:x -->\nnew\n<!-- /figures:x -->\ntail\n<!-- figures:y -->\n<!-- /figures:y -->\n"
        );
        assert_eq!(replaced(&once, "x", "new").unwrap(), once);
        assert!(replaced(text, "z", "new").is_err());
    }

    #[test]
    fn a_broken_bound_is_seen() {
        let r = Row {
            what: "a".into(),
            bound: "≤ 1".into(),
            measured: "2".into(),
            bare: String::new(),
            raw: String::new(),
            kept: Some(false),
        };
        assert!(markdown("t", &Conditions::default(), &[r]).contains("| **no** |"));
    }
}
