//! What rows are called where only their ids are known: in the audit log. Each module names its own rows, in the reader's
//! language and without a person in it (decision 0034).

use crate::site::Site;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use zw_access::Ctx;
use zw_core::{DivisionId, Result, Uuid};
use zw_ui::Lang;

/// A row as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its county, 0 without one.
    pub county: DivisionId,
    /// Its id, or whatever else the act was about.
    pub record: String,
}

impl Told {
    /// The ids among some records.
    pub fn ids(list: &[Self]) -> Vec<Uuid> {
        list.iter().filter_map(|r| r.record.parse().ok()).collect()
    }
    /// The same by county: rows of counties are found by both.
    pub fn by_county(list: &[Self]) -> BTreeMap<DivisionId, Vec<Uuid>> {
        let mut out: BTreeMap<DivisionId, Vec<Uuid>> = BTreeMap::new();
        for r in list {
            if let Ok(id) = r.record.parse() {
                out.entry(r.county).or_default().push(id);
            }
        }
        out
    }
}

/// Names by record; what has none is left out.
pub type Names = HashMap<String, String>;
/// Names on their way.
pub type Naming<'a> = Pin<Box<dyn Future<Output = Result<Names>> + Send + 'a>>;

/// How a module names rows in the log.
#[derive(Clone, Copy)]
pub struct NameDef {
    /// Kinds of record.
    pub kinds: &'static [&'static str],
    /// Their names. Whoever may read the log may know them: of a person it is a number, never the name.
    pub names: for<'a> fn(&'a Ctx, Lang, &'a [Told]) -> Naming<'a>,
}

impl Site {
    /// Names of records of one kind; none for a kind that no module names.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn names(&self, ctx: &Ctx, lang: Lang, kind: &str, list: &[Told]) -> Result<Names> {
        match self.named.iter().find(|n| n.kinds.contains(&kind)) {
            Some(n) => (n.names)(ctx, lang, list).await,
            None => Ok(Names::new()),
        }
    }
}
