//! What the whole process shares.

use crate::policy::Policy;
use crate::settings::Settings;
use crate::vault::Vault;
use arc_swap::ArcSwap;
use std::any::{Any, TypeId};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use zw_core::calendar::WorkCalendar;
use zw_core::tree::Tree;
use zw_core::{Clock, Result, Rng};
use zw_db::Db;

/// What the binary puts together.
pub struct AppParts {
    /// Database.
    pub db: Db,
    /// Clock.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// Keys.
    pub vault: Arc<Vault>,
    /// All modules' rules.
    pub policy: Policy,
    /// Working days.
    pub calendar: WorkCalendar,
    /// Whether the data are the demo's: every page, document and answer must say so.
    pub demo: bool,
}

/// What the whole process shares.
pub struct App {
    /// Database.
    pub db: Db,
    /// Clock.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// Keys.
    pub vault: Arc<Vault>,
    /// Who may do what.
    pub policy: Policy,
    /// Working days.
    pub calendar: WorkCalendar,
    /// Demo data?
    pub demo: bool,
    /// Id of this start of the process, in the audit log.
    pub boot_id: String,
    tree: ArcSwap<Tree>,
    settings: ArcSwap<Settings>,
    ext: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl App {
    /// Puts the process together; `ext` carries what later crates share (measure registry, live hub, typesetter).
    pub fn new(p: AppParts, tree: Tree, settings: Settings, ext: Vec<Arc<dyn Any + Send + Sync>>) -> Arc<Self> {
        let boot_id = p.rng.uuid(p.clock.now()).to_string();
        Arc::new(Self {
            db: p.db,
            clock: p.clock,
            rng: p.rng,
            vault: p.vault,
            policy: p.policy,
            calendar: p.calendar,
            demo: p.demo,
            boot_id,
            tree: ArcSwap::from_pointee(tree),
            settings: ArcSwap::from_pointee(settings),
            ext: ext.into_iter().map(|a| ((*a).type_id(), a)).collect(),
        })
    }
    /// The division tree, all versions.
    pub fn tree(&self) -> Arc<Tree> {
        self.tree.load_full()
    }
    /// Swaps the tree after an import or a boundary event. Counties that were named apart from their city still are.
    pub fn set_tree(&self, tree: Tree) {
        let apart = self.tree().apart().clone();
        self.tree.store(Arc::new(if apart.is_empty() { tree } else { tree.with_apart(apart) }));
    }
    /// Says which counties are named apart from their city: [`Tree::with_apart`].
    pub fn set_apart(&self, codes: BTreeSet<String>) {
        self.tree.store(Arc::new(self.tree().with_apart(codes)));
    }
    /// The settings.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }
    /// Swaps the settings after a change.
    pub fn set_settings(&self, s: Settings) {
        self.settings.store(Arc::new(s));
    }
    /// A shared part by type; a missing part is a defect of the wiring.
    pub fn ext<T: Any + Send + Sync>(&self) -> Result<Arc<T>> {
        self.ext
            .get(&TypeId::of::<T>())
            .cloned()
            .and_then(|a| a.downcast::<T>().ok())
            .ok_or_else(|| zw_core::Error::Internal(format!("{} is not wired", std::any::type_name::<T>())))
    }
}
