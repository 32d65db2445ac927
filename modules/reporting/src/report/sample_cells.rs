//! Cells and what was typed beside them, for tests.

use crate::report::model::{Cell, Cells, OverrideInput};

/// Counted cells.
pub(crate) fn cells(list: &[(&str, i64)]) -> Cells {
    list.iter().map(|(k, v)| ((*k).to_owned(), Cell::counted(*v, "1"))).collect()
}

/// A value put beside a counted one.
pub(crate) fn over(key: &str, value: &str, reason: &str) -> OverrideInput {
    OverrideInput { key: key.into(), value: value.into(), reason: reason.into() }
}
