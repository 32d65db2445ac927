//! The division tree in memory: who lies in whom on a given day (domain.md section 4, architecture.md 5.2 and 5.4).
//!
//! A division is an id for life; its code, name, level and parent are versions with `[valid_from, valid_to)`.
//! [`Tree`] holds all versions, [`View`] the tree of one day. Views are built once per stretch between two
//! version boundaries and shared afterwards.
//!
//! The three levels of the common case (province, city, county) are not always there:
//! * a *pseudo* division (市辖区, 县, 省直辖县级行政区划, …) only groups rows of a code table. It is no tier: `city_of`,
//!   `county_of` and path names pass over it;
//! * a county directly under the province (or under a pseudo city) has no city: `city_of` is `None`;
//! * a city that holds townships directly (东莞, 中山, 儋州, 嘉峪关) *acts as its own county tier*: `county_of` of its
//!   townships and villages is the city, and it stands among `counties_under`. It is still a city in [`View::counted`].

mod cascade;
mod lineage;
mod view;

#[cfg(test)]
mod tests;

use crate::{Day, DivisionId};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

pub use cascade::{Step, cascade};
pub use lineage::{DivisionEvent, EventKind, LineageProblem, Share};
pub use view::View;

crate::codes! {
    /// Level of a division.
    pub enum DivisionKind {
        /// 省级.
        Province = "P",
        /// 地级.
        City = "C",
        /// 县级.
        County = "X",
        /// 乡级.
        Township = "T",
        /// 村级.
        Village = "V",
    }
}

/// Names of rows that group divisions in code tables and are no divisions themselves.
const PSEUDO_NAMES: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// Whether a row of that level and name only groups others: 市辖区 and the like on city and county level,
/// `…直辖村级区划` among townships.
pub fn is_pseudo(kind: DivisionKind, name: &str) -> bool {
    match kind {
        DivisionKind::City | DivisionKind::County => PSEUDO_NAMES.contains(&name),
        DivisionKind::Township => name.ends_with("直辖村级区划"),
        DivisionKind::Province | DivisionKind::Village => false,
    }
}

/// What a division was from one day until another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivisionVersion {
    /// The division, for life.
    pub id: DivisionId,
    /// Level.
    pub kind: DivisionKind,
    /// Twelve-digit code.
    pub code12: String,
    /// Name without its parents' names.
    pub name: String,
    /// The division it lies in; `None` for a province.
    pub parent: Option<DivisionId>,
    /// First day.
    pub valid_from: Day,
    /// The day after the last one; `None` while it stands.
    pub valid_to: Option<Day>,
    /// A farm, zone or similar that is no regular unit of its level.
    pub is_functional: bool,
    /// Whether it counts in denominators.
    pub in_denominator: bool,
    /// Why it does not: a code of the list `exclusion_reason`.
    pub exclusion: Option<String>,
}

impl DivisionVersion {
    /// Whether this version stands on `day`.
    pub fn stands_on(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day < to)
    }
    /// Whether it only groups others (see the module's page).
    pub fn is_pseudo(&self) -> bool {
        is_pseudo(self.kind, &self.name)
    }
}

/// Something in the versions that the views repair silently and an importer should hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeProblem {
    /// Two versions of one division stand on the same day; the later one wins.
    Overlap(DivisionId),
    /// A version ends before it begins; it never stands.
    Empty(DivisionId),
    /// The parent does not stand on the version's first day; the division is in no list of that stretch.
    NoParent(DivisionId),
    /// The parent is not above it.
    WrongParent(DivisionId),
}

fn unbuilt(boundaries: usize) -> Vec<OnceLock<Arc<View>>> {
    (0..=boundaries).map(|_| OnceLock::new()).collect()
}

/// All divisions over all time.
#[derive(Debug, Default)]
pub struct Tree {
    versions: Arc<Vec<DivisionVersion>>,
    /// Days on which some version begins or ends, ascending.
    boundaries: Vec<Day>,
    /// One view for each stretch: before the first boundary, then from each boundary on.
    views: Vec<OnceLock<Arc<View>>>,
    events: Vec<DivisionEvent>,
    import: i64,
    /// Codes of counties that are named without their city, and of cities that are left out of their counties' names.
    apart: BTreeSet<String>,
}

impl Tree {
    /// A tree of these versions, in any order. Never fails: see [`Tree::problems`].
    pub fn build(versions: Vec<DivisionVersion>) -> Self {
        let mut boundaries: Vec<Day> =
            versions.iter().flat_map(|v| [Some(v.valid_from), v.valid_to]).flatten().collect();
        boundaries.sort_unstable();
        boundaries.dedup();
        let views = unbuilt(boundaries.len());
        Self { versions: Arc::new(versions), boundaries, views, events: vec![], import: 0, apart: BTreeSet::new() }
    }

    /// The same tree with the boundary events that [`Tree::lineage`] follows; refused when they contradict
    /// themselves.
    pub fn with_events(mut self, events: Vec<DivisionEvent>) -> Result<Self, LineageProblem> {
        self.events = lineage::checked(events)?;
        Ok(self)
    }

    /// The same tree with these counties named by their own name alone (平潭县, not 福州市平潭县): they stand beside the city
    /// on whose map they are. The code of a city means all its counties.
    #[must_use]
    pub fn with_apart(&self, apart: BTreeSet<String>) -> Self {
        Self {
            versions: Arc::clone(&self.versions),
            boundaries: self.boundaries.clone(),
            views: unbuilt(self.boundaries.len()),
            events: self.events.clone(),
            import: self.import,
            apart,
        }
    }

    /// The codes of [`Tree::with_apart`].
    pub fn apart(&self) -> &BTreeSet<String> {
        &self.apart
    }

    /// The same tree as that of the `n`th import.
    #[must_use]
    pub fn of_import(self, n: i64) -> Self {
        Self { import: n, ..self }
    }

    /// Number of the import it was loaded after: when the database has another one, it is to be loaded again.
    pub fn import(&self) -> i64 {
        self.import
    }

    /// All versions, in the order given.
    pub fn versions(&self) -> &[DivisionVersion] {
        &self.versions
    }

    /// The tree as it stood on `day`. The first call within a stretch builds the view, later ones share it.
    pub fn as_of(&self, day: Day) -> Arc<View> {
        let stretch = self.boundaries.partition_point(|b| *b <= day);
        match self.views.get(stretch) {
            Some(slot) => Arc::clone(slot.get_or_init(|| Arc::new(View::build(&self.versions, &self.apart, day)))),
            None => Arc::new(View::build(&self.versions, &self.apart, day)),
        }
    }

    /// What became of `id` between the ends of `from_day` and `to_day`: its successors and their shares, by which a
    /// figure of `from_day` is restated on the map of `to_day`. Empty if it was abolished without a successor;
    /// `id` itself with the whole share if nothing happened.
    pub fn lineage(&self, id: DivisionId, from_day: Day, to_day: Day) -> Vec<Share> {
        lineage::successors(&self.events, id, from_day, to_day)
    }

    /// Contradictions between versions.
    pub fn problems(&self) -> Vec<TreeProblem> {
        let mut by_id: HashMap<DivisionId, Vec<&DivisionVersion>> = HashMap::new();
        for v in self.versions.iter() {
            by_id.entry(v.id).or_default().push(v);
        }
        let mut out = Vec::new();
        for v in self.versions.iter() {
            if v.valid_to.is_some_and(|to| to <= v.valid_from) {
                out.push(TreeProblem::Empty(v.id));
                continue;
            }
            let others = by_id.get(&v.id).into_iter().flatten();
            if others.filter(|o| !std::ptr::eq(**o, v)).any(|o| o.stands_on(v.valid_from)) {
                out.push(TreeProblem::Overlap(v.id));
            }
            let Some(parent) = v.parent else { continue };
            match by_id.get(&parent).into_iter().flatten().find(|p| p.stands_on(v.valid_from)) {
                None => out.push(TreeProblem::NoParent(v.id)),
                Some(p) if p.kind >= v.kind => out.push(TreeProblem::WrongParent(v.id)),
                Some(_) => {}
            }
        }
        out
    }
}
