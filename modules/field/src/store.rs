//! Every SQL statement of the module. Aliases: `d` device, `i` item.

pub(crate) mod device;
pub(crate) mod item;
pub(crate) mod told;
