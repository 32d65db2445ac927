//! What of accounts stands in divisions: grants. This module counts nothing for reports; it answers a divisions import
//! that would end what somebody's role names.

use crate::store;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use zw_access::Ctx;
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, Error, PageReq};
use zw_db::{Conn, Mark};
use zw_indicators::{Area, BoxFut, MeasureDef, RowsOut, Source, Span};

/// For the registry of sources.
pub fn source() -> Arc<dyn Source> {
    Arc::new(Grants)
}

struct Grants;

impl Source for Grants {
    fn defs(&self) -> &'static [MeasureDef] {
        &[]
    }
    fn recount<'a>(&'a self, _: &'a mut Conn, _: Mark) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async { Ok(vec![]) })
    }
    fn count<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        _: &'a [&'static str],
        _: &'a Area,
        _: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async { Ok(vec![]) })
    }
    fn by_county<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        _: &'a [&'static str],
        _: &'a [DivisionId],
        _: Span,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), i64>> {
        Box::pin(async { Ok(HashMap::new()) })
    }
    fn series<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a Tree,
        key: &'static str,
        _: &'a Area,
        _: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        Box::pin(async move { Err(Error::Internal(format!("{key} is no measure of accounts"))) })
    }
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
    fn rows<'a>(&'a self, _: &'a Ctx, _: &'static str, _: &'a Area, _: Span, _: PageReq) -> BoxFut<'a, RowsOut> {
        Box::pin(async { Err(Error::NotFound) })
    }
}
