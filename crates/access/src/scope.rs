//! Scopes and permits. `Permit::within` is the only renderer of a scope.

use crate::audit::AuditChange;
use crate::ctx::Origin;
use crate::pii::MaskPlan;
use crate::policy::Action;
use std::marker::PhantomData;
use std::sync::Arc;
use zw_core::{DivisionId, UnitId, WorkerId};
use zw_db::Sql;

/// A kind of row that is protected. Column names may carry the alias the module's store uses throughout
/// (`r.county_id`); a column that a resource lacks makes scopes of that shape match nothing.
pub trait Resource {
    /// Name in the audit log.
    const NAME: &'static str;
    /// Column of the county.
    const COUNTY: &'static str;
    /// Column of the township.
    const TOWN: Option<&'static str> = None;
    /// Column of the unit.
    const UNIT: Option<&'static str> = None;
    /// Column of the worker who owns the row.
    const OWNER: Option<&'static str> = None;
    /// Whether whoever works in a township or unit of a county may read the county's rows: published things only
    /// (circulars that were sent, targets), never records.
    const COUNTY_WIDE: bool = false;
}

/// One piece of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything of this installation.
    All,
    /// Counties.
    Counties(Vec<DivisionId>),
    /// Townships of one county.
    Towns(DivisionId, Vec<DivisionId>),
    /// A unit of a county.
    Unit(DivisionId, UnitId),
    /// A worker's own rows.
    Own(WorkerId),
}

/// A union of parts; empty means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(pub Vec<Part>);

impl Scope {
    /// Whether a row lies inside.
    fn has(&self, at: &Spot) -> bool {
        self.0.iter().any(|p| match p {
            Part::All => true,
            Part::Counties(c) => c.contains(&at.county),
            Part::Towns(c, t) => *c == at.county && at.town.is_some_and(|town| t.contains(&town)),
            Part::Unit(c, u) => *c == at.county && at.unit == Some(*u),
            Part::Own(w) => at.owner == Some(*w),
        })
    }
}

/// Where one row lies: what a permit needs to know to say how that row is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// County.
    pub county: DivisionId,
    /// Township.
    pub town: Option<DivisionId>,
    /// Unit.
    pub unit: Option<UnitId>,
    /// Worker whose row it is.
    pub owner: Option<WorkerId>,
}

/// The right to use one action on one kind of row, within a scope. The type parameter keeps a permit for
/// one resource from opening another.
///
/// A statement about protected rows is scoped by a permit, or it does not compile:
/// ```
/// # use zw_access::{Permit, Resource};
/// # struct Thing;
/// # impl Resource for Thing { const NAME: &'static str = "thing"; const COUNTY: &'static str = "t.county_id"; }
/// # struct Other;
/// # impl Resource for Other { const NAME: &'static str = "other"; const COUNTY: &'static str = "o.county_id"; }
/// fn things(p: &Permit<Thing>) -> zw_db::Sql {
///     p.within(zw_db::sql("SELECT t.id FROM thing t WHERE 1=1"))
/// }
/// fn called(p: &Permit<Thing>) { things(p); }
/// ```
/// without one:
/// ```compile_fail,E0061
/// # use zw_access::{Permit, Resource};
/// # struct Thing;
/// # impl Resource for Thing { const NAME: &'static str = "thing"; const COUNTY: &'static str = "t.county_id"; }
/// # struct Other;
/// # impl Resource for Other { const NAME: &'static str = "other"; const COUNTY: &'static str = "o.county_id"; }
/// fn things(p: &Permit<Thing>) -> zw_db::Sql {
///     p.within(zw_db::sql("SELECT t.id FROM thing t WHERE 1=1"))
/// }
/// fn called(_: &Permit<Thing>) { things(); }
/// ```
/// with the permit of another resource:
/// ```compile_fail,E0308
/// # use zw_access::{Permit, Resource};
/// # struct Thing;
/// # impl Resource for Thing { const NAME: &'static str = "thing"; const COUNTY: &'static str = "t.county_id"; }
/// # struct Other;
/// # impl Resource for Other { const NAME: &'static str = "other"; const COUNTY: &'static str = "o.county_id"; }
/// fn things(p: &Permit<Thing>) -> zw_db::Sql {
///     p.within(zw_db::sql("SELECT t.id FROM thing t WHERE 1=1"))
/// }
/// fn called(p: &Permit<Other>) { things(p); }
/// ```
#[derive(Debug)]
pub struct Permit<R> {
    pub(crate) scope: Scope,
    /// The part of the scope that came from grants whose role meets the people there: only their names are clear. Kept
    /// apart, because one account may hold a station's grant and the county's: the wider one shows nobody's name.
    pub(crate) clear: Scope,
    pub(crate) action: Action,
    pub(crate) origin: Arc<Origin>,
    pub(crate) _of: PhantomData<fn() -> R>,
}

impl<R> Clone for Permit<R> {
    fn clone(&self) -> Self {
        Self {
            scope: self.scope.clone(),
            clear: self.clear.clone(),
            action: self.action,
            origin: self.origin.clone(),
            _of: PhantomData,
        }
    }
}

impl<R: Resource> Permit<R> {
    /// Appends ` AND (…)` with the scope as equalities and short IN lists on the resource's columns.
    #[must_use]
    pub fn within(&self, q: Sql) -> Sql {
        Self::render(&self.scope, q)
    }
    /// Appends ` AND (…)` with the rows whose names this permit shows: what may be found by name, and nothing else.
    #[must_use]
    pub fn within_names(&self, q: Sql) -> Sql {
        Self::render(&self.clear, q)
    }

    fn render(scope: &Scope, q: Sql) -> Sql {
        if scope.0.contains(&Part::All) {
            return q;
        }
        // Without a constant among them: SQLite does not use an index for `(1=0 OR county_id=?)`.
        let mut q = q;
        let mut sep = " AND (";
        for part in &scope.0 {
            q = match part {
                Part::All => continue,
                Part::Counties(c) if c.len() == 1 => q.lit(sep).lit(R::COUNTY).lit("=").bind(c[0]),
                Part::Counties(c) => q.lit(sep).lit(R::COUNTY).lit(" IN ").list(c.iter().copied()),
                Part::Towns(c, _) | Part::Unit(c, _) if R::COUNTY_WIDE => q.lit(sep).lit(R::COUNTY).lit("=").bind(*c),
                Part::Towns(c, t) => {
                    let Some(col) = R::TOWN else { continue };
                    q.lit(sep)
                        .lit("(")
                        .lit(R::COUNTY)
                        .lit("=")
                        .bind(*c)
                        .lit(" AND ")
                        .lit(col)
                        .lit(" IN ")
                        .list(t.iter().copied())
                        .lit(")")
                }
                Part::Unit(c, u) => {
                    let Some(col) = R::UNIT else { continue };
                    q.lit(sep)
                        .lit("(")
                        .lit(R::COUNTY)
                        .lit("=")
                        .bind(*c)
                        .lit(" AND ")
                        .lit(col)
                        .lit("=")
                        .bind(*u)
                        .lit(")")
                }
                Part::Own(w) => {
                    let Some(col) = R::OWNER else { continue };
                    q.lit(sep).lit(col).lit("=").bind(*w)
                }
            };
            sep = " OR ";
        }
        if sep == " AND (" { q.lit(" AND 1=0") } else { q.lit(")") }
    }
}

impl<R> Permit<R> {
    /// The scope, for services that must check a row not yet written.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
    /// Whether a county lies wholly inside.
    pub fn covers_county(&self, county: DivisionId) -> bool {
        self.scope.0.iter().any(|p| match p {
            Part::All => true,
            Part::Counties(c) => c.contains(&county),
            _ => false,
        })
    }
    /// Whether some part of a county lies inside.
    pub fn touches_county(&self, county: DivisionId) -> bool {
        let works = |p: &Part| matches!(p, Part::Towns(c, _) | Part::Unit(c, _) if *c == county);
        self.covers_county(county) || self.scope.0.iter().any(works)
    }
    /// Whether a township (of a county) lies inside.
    pub fn covers_town(&self, county: DivisionId, town: DivisionId) -> bool {
        self.covers_county(county)
            || self.scope.0.iter().any(|p| matches!(p, Part::Towns(c, t) if *c == county && t.contains(&town)))
    }
    /// Whether a unit (of a county) lies inside.
    pub fn covers_unit(&self, county: DivisionId, unit: UnitId) -> bool {
        self.covers_county(county) || self.scope.0.contains(&Part::Unit(county, unit))
    }
    /// The counties of the scope, if it is made of counties; `None` = all of the installation.
    /// Scopes of towns or units give an empty list: they have no whole county.
    pub fn counties(&self) -> Option<Vec<DivisionId>> {
        if self.scope.0.contains(&Part::All) {
            return None;
        }
        let mut out: Vec<_> =
            self.scope.0.iter().flat_map(|p| if let Part::Counties(c) = p { c.clone() } else { vec![] }).collect();
        out.sort_unstable();
        out.dedup();
        Some(out)
    }
    /// The units of the scope that stand alone: (county, unit).
    pub fn units(&self) -> Vec<(DivisionId, UnitId)> {
        self.scope.0.iter().filter_map(|p| if let Part::Unit(c, u) = p { Some((*c, *u)) } else { None }).collect()
    }
    /// The action it was given for.
    pub fn action(&self) -> Action {
        self.action
    }
    /// Who acts, where from.
    pub fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }
    /// Whether a row lies inside.
    pub fn covers(&self, at: &Spot) -> bool {
        self.scope.has(at)
    }
    /// How personal data of a row are shown: as the grant says that reaches the row, not as the widest one does.
    pub fn mask_for(&self, at: &Spot) -> MaskPlan {
        MaskPlan { names: self.clear.has(at), revealed: false }
    }
    /// Whether there are rows whose names are shown.
    pub fn shows_names(&self) -> bool {
        !self.clear.0.is_empty()
    }
    /// Whether every row of the scope is shown with its name.
    pub fn shows_all_names(&self) -> bool {
        self.scope.0.iter().all(|p| self.clear.0.contains(p))
    }
}

impl<R: Resource> Permit<R> {
    /// Whether the rows of a county as a whole may be read: it lies inside, or the resource is published to whoever works in it.
    pub fn reads_county(&self, county: DivisionId) -> bool {
        self.covers_county(county) || R::COUNTY_WIDE && self.touches_county(county)
    }
    /// The audit record of a change to one row. `county` is `None` for directory rows.
    pub fn change(&self, county: Option<DivisionId>, record: impl std::fmt::Display) -> AuditChange {
        AuditChange::new(self.origin.clone(), self.action, R::NAME).record(county, record)
    }
}
