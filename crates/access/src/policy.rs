//! The policy: which role has which action, and how far it reaches. Each module lists its rules in `policy.rs`;
//! the binary joins them. What is not listed is denied.

use crate::role::Role;
use std::collections::BTreeMap;

/// An action, named `resource.verb`, e.g. `report.submit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(pub &'static str);

impl Action {
    /// The resource part of the name.
    pub fn resource(self) -> &'static str {
        self.0.split_once('.').map_or(self.0, |(r, _)| r)
    }
}

/// How far a role's action reaches, from the grant that gives the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Every county under the grant's area (province, city or county).
    Area,
    /// The townships of the grant's area: a township itself.
    Town,
    /// The grant's unit.
    Unit,
    /// The actor's own rows as a worker.
    Own,
    /// No rows of any area: installation-wide things (accounts, settings) or none at all.
    Global,
}

/// One line of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Action.
    pub action: Action,
    /// Role that has it.
    pub role: Role,
    /// How far.
    pub reach: Reach,
}

impl Rule {
    /// Rules that give one action to several roles with one reach.
    pub const fn new(action: Action, role: Role, reach: Reach) -> Self {
        Self { action, role, reach }
    }
}

/// All rules of the program.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rules: BTreeMap<(Action, Role), Reach>,
}

impl Policy {
    /// Joins the modules' rules. Two rules for one (action, role) keep the last; `duplicates` tells them.
    pub fn join(lists: &[&[Rule]]) -> Self {
        let rules = lists.iter().flat_map(|l| l.iter()).map(|r| ((r.action, r.role), r.reach)).collect();
        Self { rules }
    }
    /// How far a role's action reaches, if it has it.
    pub fn reach(&self, action: Action, role: Role) -> Option<Reach> {
        self.rules.get(&(action, role)).copied()
    }
    /// All rules, ordered, for the golden permission table.
    pub fn all(&self) -> impl Iterator<Item = (Action, Role, Reach)> + '_ {
        self.rules.iter().map(|((a, r), reach)| (*a, *r, *reach))
    }
}
