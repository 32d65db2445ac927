//! Pages: parse, call the service, redirect or show the form again.

pub(crate) mod circulars;
pub(crate) mod snapshots;
pub(crate) mod wall;
