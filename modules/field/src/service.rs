//! Use cases: no HTTP. Pages and API call these and only these.

pub mod device;
pub mod item;
pub mod send;
pub mod shift;
pub(crate) mod told;
