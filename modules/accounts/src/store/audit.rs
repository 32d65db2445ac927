//! The audit log, read page by page.
