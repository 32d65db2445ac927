//! Who takes the residents of a station along, and who answers for what comes back.

use zw_access::{Action, Reach, Role, Rule};

/// Bind a device, open a shift, take the pack along.
pub const USE: Action = Action("field.use");
/// See and settle what came from devices: workers their own, the head all of the station.
pub const ITEMS: Action = Action("field.items");
/// See the devices of a station and declare one lost.
pub const DEVICES: Action = Action("field.devices");
/// The same everywhere: the security administrator's, who sees no person and no item.
pub const DEVICES_ANY: Action = Action("field.devices_any");

/// Audit name of binding a device.
pub(crate) const BIND: Action = Action("field.bind");
/// Audit name of ending a device or declaring it lost.
pub(crate) const END: Action = Action("field.end");
/// Audit name of a device that was heard of.
pub(crate) const SEEN: Action = Action("field.seen");
/// Audit name of telling a lost device to wipe itself.
pub(crate) const WIPE: Action = Action("field.wipe");
/// Audit name of opening a shift.
pub(crate) const SHIFT: Action = Action("field.shift");
/// Audit name of handing out a pack.
pub(crate) const PACK: Action = Action("field.pack");
/// Audit name of an item that came in.
pub(crate) const SEND: Action = Action("field.send");

/// The rules.
pub const RULES: &[Rule] = &[
    Rule::new(USE, Role::Worker, Reach::Unit),
    Rule::new(USE, Role::StationHead, Reach::Unit),
    Rule::new(ITEMS, Role::Worker, Reach::Own),
    Rule::new(ITEMS, Role::StationHead, Reach::Unit),
    Rule::new(DEVICES, Role::StationHead, Reach::Unit),
    Rule::new(DEVICES_ANY, Role::SecurityAdmin, Reach::Global),
];
