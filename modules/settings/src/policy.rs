//! Actions of this module and who has them.

use zw_access::{Action, Reach, Role, Rule};

/// See the settings and their history.
pub const READ: Action = Action("setting.read");
/// Change a setting.
pub const WRITE: Action = Action("setting.write");

/// Rules of this module: settings are the system administrator's.
pub const RULES: &[Rule] =
    &[Rule::new(READ, Role::SysAdmin, Reach::Global), Rule::new(WRITE, Role::SysAdmin, Reach::Global)];
