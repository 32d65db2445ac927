//! What of accounts stands in divisions: grants. This module counts nothing for reports; it answers a divisions import
//! that would end what somebody's role names.

use crate::store;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use zw_core::{Day, DivisionId};
use zw_db::Conn;
use zw_indicators::{BoxFut, Source};

/// For the registry of sources.
pub fn source() -> Arc<dyn Source> {
    Arc::new(Grants)
}

struct Grants;

impl Source for Grants {
    fn stands_in<'a>(
        &'a self,
        conn: &'a mut Conn,
        ending: &'a HashSet<DivisionId>,
        day: Day,
    ) -> BoxFut<'a, Vec<(DivisionId, &'static str, i64)>> {
        Box::pin(async move {
            let mut out: HashMap<DivisionId, i64> = HashMap::new();
            for (area, county, n) in store::standing_grants(conn, day).await? {
                if let Some(at) = [area, county].into_iter().flatten().find(|d| ending.contains(d)) {
                    *out.entry(at).or_default() += n;
                }
            }
            Ok(out.into_iter().map(|(at, n)| (at, "grant", n)).collect())
        })
    }
}
