//! Paging: 1–200 rows a page (security.md INP-4).

use serde::{Deserialize, Serialize};

/// Which page of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageReq {
    page: i64,
    size: i64,
}

impl PageReq {
    /// Page from 1, size clamped to 1–200 (default 50).
    pub fn new(page: Option<i64>, size: Option<i64>) -> Self {
        Self { page: page.unwrap_or(1).clamp(1, 1_000_000), size: size.unwrap_or(50).clamp(1, 200) }
    }
    /// All rows of an export (security.md EXP-1), and one more would be too many.
    pub fn export() -> Self {
        Self { page: 1, size: Self::EXPORT_MOST }
    }
    /// Rows of an export at most.
    pub const EXPORT_MOST: i64 = 5_000;
    /// Rows a page.
    pub fn limit(self) -> i64 {
        self.size
    }
    /// Rows before this page.
    pub fn offset(self) -> i64 {
        (self.page - 1) * self.size
    }
    /// The page, from 1.
    pub fn page(self) -> i64 {
        self.page
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// This page, from 1.
    pub page: i64,
    /// Rows a page.
    pub size: i64,
    /// Rows in all, within the reader's scope.
    pub total: i64,
}

impl<T> Paged<T> {
    /// Builds a page from its rows.
    pub fn of(req: PageReq, items: Vec<T>, total: i64) -> Self {
        Self { items, page: req.page(), size: req.limit(), total }
    }
    /// Number of pages, at least 1.
    pub fn pages(&self) -> i64 {
        (self.total + self.size - 1) / self.size.max(1)
    }
    /// The same page with its rows changed.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(f).collect(), page: self.page, size: self.size, total: self.total }
    }
}
