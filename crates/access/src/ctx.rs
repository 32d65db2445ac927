//! The context of one act: who, when, from where. Services take `&Ctx` and know no HTTP.

use crate::app::App;
use crate::audit::AuditChange;
use crate::policy::{Action, Reach};
use crate::role::{Actor, ActorKind, Grant, Role};
use crate::scope::{Part, Permit, Resource, Scope};
use std::marker::PhantomData;
use std::sync::Arc;
use zw_core::tree::{DivisionKind, Tree};
use zw_core::{Day, Error, Result, Stamp, UnitId};
use zw_db::{Conn, Tx};

/// Where an act comes from: what every audit row of it carries.
#[derive(Debug)]
pub struct Origin {
    pub(crate) vault: Arc<crate::Vault>,
    pub(crate) rng: zw_core::Rng,
    pub(crate) boot_id: String,
    pub(crate) at: Stamp,
    pub(crate) actor: String,
    pub(crate) actor_name: String,
    pub(crate) unit: Option<UnitId>,
    pub(crate) session_hash: Option<Vec<u8>>,
    pub(crate) ip: Option<String>,
    pub(crate) request_id: String,
}

/// The context of one request, job or command.
#[derive(Clone)]
pub struct Ctx {
    /// The process.
    pub app: Arc<App>,
    /// Who acts.
    pub actor: Actor,
    /// Id of the request, in logs, error pages and the audit.
    pub request_id: String,
    /// Hash of the session token.
    pub session_hash: Option<Vec<u8>>,
    /// Client address.
    pub ip: Option<String>,
    now: Stamp,
}

impl Ctx {
    /// A context for an actor; its instant is taken once, now.
    pub fn new(app: Arc<App>, actor: Actor, request_id: String) -> Self {
        let now = app.clock.now();
        Self { app, actor, request_id, session_hash: None, ip: None, now }
    }
    /// A system actor (job, command line) with its listed actions.
    pub fn system(app: Arc<App>, name: &'static str, actions: &'static [&'static str]) -> Self {
        let request_id = app.rng.uuid(app.clock.now()).to_string();
        Self::new(app, Actor::system(name, actions), request_id)
    }
    /// The instant of this act.
    pub fn now(&self) -> Stamp {
        self.now
    }
    /// Today in Asia/Shanghai.
    pub fn today(&self) -> Day {
        self.now.day_cn()
    }
    /// The division tree.
    pub fn tree(&self) -> Arc<Tree> {
        self.app.tree()
    }
    /// A new UUIDv7.
    pub fn uuid(&self) -> zw_core::Uuid {
        self.app.rng.uuid(self.now)
    }
    /// A read transaction.
    pub async fn read(&self) -> Result<Conn> {
        self.app.db.read().await
    }
    /// A connection for reading without a transaction, see [`zw_db::Db::look`].
    pub async fn look(&self) -> Result<Conn> {
        self.app.db.look().await
    }
    /// A write transaction at this act's instant.
    pub async fn write(&self) -> Result<Tx> {
        self.app.db.write(self.now).await
    }

    /// Whether some grant of today has the action (for navigation and buttons; never instead of `permit`).
    pub fn can(&self, action: Action) -> bool {
        match &self.actor.kind {
            ActorKind::System(actions) => actions.contains(&action.0),
            ActorKind::Anonymous => false,
            ActorKind::Account(_) => {
                let today = self.today();
                self.actor.grants.iter().any(|g| g.active_on(today) && self.app.policy.reach(action, g.role).is_some())
            }
        }
    }

    /// Whether everything the reader may do today is done above the county: such readers see county-confirmed figures
    /// first, and live ones marked as unconfirmed (domain.md section 7).
    pub fn above_county(&self) -> bool {
        let today = self.today();
        let (tree, mut active) = (self.tree(), self.actor.grants.iter().filter(|g| g.active_on(today)).peekable());
        let view = tree.as_of(today);
        active.peek().is_some()
            && active.all(|g| {
                g.unit.is_none() && g.area.is_some_and(|a| view.get(a).is_some() && view.county_of(a).is_none())
            })
    }

    /// Whether the actor is a wall screen: it shows aggregates only, never a row behind one.
    pub fn is_screen(&self) -> bool {
        let grants = &self.actor.grants;
        !grants.is_empty() && grants.iter().all(|g| g.role == Role::Kiosk)
    }

    /// The permit for an action on a resource: `Unauthenticated` for nobody, `Forbidden` if no grant of today
    /// has the action.
    pub fn permit<R: Resource>(&self, action: Action) -> Result<Permit<R>> {
        let (mut parts, mut clear) = (vec![], vec![]);
        match &self.actor.kind {
            ActorKind::Anonymous => return Err(Error::Unauthenticated),
            ActorKind::System(actions) => {
                if !actions.contains(&action.0) {
                    return Err(Error::Forbidden);
                }
                parts.push(Part::All);
            }
            ActorKind::Account(_) => {
                let (today, tree) = (self.today(), self.tree());
                let mut any = false;
                for g in self.actor.grants.iter().filter(|g| g.active_on(today)) {
                    if let Some(reach) = self.app.policy.reach(action, g.role) {
                        any = true;
                        let part = resolve(&tree, today, reach, g, &self.actor);
                        clear.extend(part.clone().filter(|_| shows_names(g.role)));
                        parts.extend(part);
                    }
                }
                if !any {
                    return Err(Error::Forbidden);
                }
            }
        }
        Ok(Permit { scope: Scope(parts), clear: Scope(clear), action, origin: self.origin(), _of: PhantomData })
    }

    /// An audit record of this act without a permit: sign-in, denied access, the command line's own acts.
    pub fn event(&self, action: Action) -> AuditChange {
        AuditChange::new(self.origin(), action, action.resource())
    }

    fn origin(&self) -> Arc<Origin> {
        Arc::new(Origin {
            vault: self.app.vault.clone(),
            rng: self.app.rng.clone(),
            boot_id: self.app.boot_id.clone(),
            at: self.now,
            actor: match &self.actor.kind {
                ActorKind::Account(id) => id.to_string(),
                ActorKind::System(_) => format!("system:{}", self.actor.name),
                ActorKind::Anonymous => "anonymous".into(),
            },
            actor_name: self.actor.name.clone(),
            unit: self.actor.grants.iter().filter(|g| g.active_on(self.today())).find_map(|g| g.unit),
            session_hash: self.session_hash.clone(),
            ip: self.ip.clone(),
            request_id: self.request_id.clone(),
        })
    }
}

/// Names in clear only for those who meet the person: the station's head and workers (domain.md 2.1, MASK-2).
fn shows_names(role: Role) -> bool {
    matches!(role, Role::StationHead | Role::Worker)
}

/// From a declared reach and a grant to a piece of scope; anything that does not fit gives nothing.
fn resolve(tree: &Tree, today: Day, reach: Reach, g: &Grant, actor: &Actor) -> Option<Part> {
    let view = tree.as_of(today);
    match reach {
        Reach::Global => Some(Part::All),
        Reach::Area => {
            let area = view.get(g.area?)?;
            match area.kind {
                DivisionKind::Township | DivisionKind::Village => None,
                _ => Some(Part::Counties(view.counties_under(area.id).to_vec())),
            }
        }
        Reach::Town => {
            let area = view.get(g.area?)?;
            (area.kind == DivisionKind::Township)
                .then(|| view.county_of(area.id).map(|c| Part::Towns(c, vec![area.id])))
                .flatten()
        }
        Reach::Unit => Some(Part::Unit(g.county?, g.unit?)),
        Reach::Own => Some(Part::Own(actor.worker?)),
    }
}
