//! Roles, grants and actors (domain.md section 2).

use zw_core::{AccountId, Day, DivisionId, GrantId, UnitId, WorkerId};

zw_core::codes! {
    /// A role of domain.md section 2. An account may hold several through grants.
    pub enum Role {
        /// Provincial authority, responsible division.
        ProvAdmin = "prov_admin",
        /// City authority.
        CityAdmin = "city_admin",
        /// County authority: purchaser, keeps build-out sheets, confirms the weekly report.
        CountyAdmin = "county_admin",
        /// County guidance centre.
        CenterStaff = "center_staff",
        /// Township office.
        TownOfficer = "town_officer",
        /// Station lead.
        StationHead = "station_head",
        /// Posted social worker.
        Worker = "worker",
        /// Department cadre linked to a county.
        LinkedCadre = "linked_cadre",
        /// Member of a leading group.
        Leader = "leader",
        /// Operators' role: accounts and settings.
        SysAdmin = "sys_admin",
        /// Operators' role: grants and policies.
        SecurityAdmin = "security_admin",
        /// Operators' role: the audit log.
        AuditAdmin = "audit_admin",
        /// A wall screen's read-only token: aggregates only.
        Kiosk = "kiosk",
    }
}
zw_db::code_cols!(Role);

impl Role {
    /// The three operators' roles, mutually exclusive and without business data.
    pub fn is_operator(self) -> bool {
        matches!(self, Self::SysAdmin | Self::SecurityAdmin | Self::AuditAdmin)
    }
}

/// A role given to an account for an area or a unit, from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Row.
    pub id: GrantId,
    /// Role.
    pub role: Role,
    /// Province, city, county or township the role acts in.
    pub area: Option<DivisionId>,
    /// County of the unit or township, kept for scopes.
    pub county: Option<DivisionId>,
    /// Centre, station or room the role acts in.
    pub unit: Option<UnitId>,
    /// First day.
    pub from: Day,
    /// Last day (inclusive), if it ends.
    pub to: Option<Day>,
    /// It hangs on a posting, and the worker has none there today: it counts for nothing (decision 0042).
    pub off_post: bool,
}

impl Grant {
    /// Whether it counts on a day.
    pub fn active_on(&self, day: Day) -> bool {
        !self.off_post && self.from <= day && self.to.is_none_or(|t| day <= t)
    }
}

/// What kind of actor it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A person signed in.
    Account(AccountId),
    /// A job or the command line, with the actions it may use.
    System(&'static [&'static str]),
    /// Nobody.
    Anonymous,
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// What kind.
    pub kind: ActorKind,
    /// Login or the system actor's name, for the audit log.
    pub name: String,
    /// Name shown on pages and documents.
    pub display: String,
    /// The worker this account belongs to.
    pub worker: Option<WorkerId>,
    /// Grants, active or not; `permit` looks at the day.
    pub grants: Vec<Grant>,
}

impl Actor {
    /// Nobody.
    pub fn anonymous() -> Self {
        Self {
            kind: ActorKind::Anonymous,
            name: "anonymous".into(),
            display: String::new(),
            worker: None,
            grants: vec![],
        }
    }
    /// A system actor with the actions it may use.
    pub fn system(name: &'static str, actions: &'static [&'static str]) -> Self {
        Self { kind: ActorKind::System(actions), name: name.into(), display: name.into(), worker: None, grants: vec![] }
    }
    /// The account, if a person acts.
    pub fn account(&self) -> Option<AccountId> {
        match self.kind {
            ActorKind::Account(id) => Some(id),
            _ => None,
        }
    }
    /// Whether a role is held on a day.
    pub fn has_role(&self, role: Role, day: Day) -> bool {
        self.grants.iter().any(|g| g.role == role && g.active_on(day))
    }
}
