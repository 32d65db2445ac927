//! The tree of one day. Divisions stand in preorder, siblings by code, so that everything under a division is
//! one stretch of an array and each list is a slice: no search, no allocation.

use super::{DivisionKind, DivisionVersion};
use crate::code::Code;
use crate::{Day, DivisionId};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

const KINDS: usize = DivisionKind::ALL.len();

fn slot(kind: DivisionKind) -> usize {
    DivisionKind::ALL.iter().position(|k| *k == kind).unwrap_or(0)
}

#[derive(Debug)]
struct Node {
    /// Index of the version.
    version: usize,
    id: DivisionId,
    parent: Option<usize>,
    /// One past the last position under it.
    end: usize,
    children: Vec<DivisionId>,
    county: Option<DivisionId>,
    city: Option<DivisionId>,
    province: Option<DivisionId>,
}

/// A list in tree order together with the positions of its members.
#[derive(Debug, Default)]
struct Listing {
    at: Vec<usize>,
    ids: Vec<DivisionId>,
}

impl Listing {
    fn push(&mut self, position: usize, id: DivisionId) {
        self.at.push(position);
        self.ids.push(id);
    }
    fn within(&self, from: usize, end: usize) -> &[DivisionId] {
        let a = self.at.partition_point(|p| *p < from);
        let b = self.at.partition_point(|p| *p < end);
        self.ids.get(a..b).unwrap_or_default()
    }
}

/// The division tree as it stood on one day.
#[derive(Debug)]
pub struct View {
    versions: Arc<Vec<DivisionVersion>>,
    nodes: Vec<Node>,
    by_id: HashMap<DivisionId, usize>,
    by_code: HashMap<String, usize>,
    roots: Vec<DivisionId>,
    /// Real divisions (no pseudo ones) per kind.
    real: [Listing; KINDS],
    /// Those that count in denominators.
    counted: [Listing; KINDS],
    /// Counties and the cities that act as their own county tier.
    county_tier: Listing,
    /// Those of [`Tree::with_apart`](super::Tree::with_apart) that stand.
    apart: HashSet<DivisionId>,
}

impl View {
    pub(super) fn build(versions: &Arc<Vec<DivisionVersion>>, apart: &BTreeSet<String>, day: Day) -> Self {
        // The version of each division on the day; of two the later one.
        let mut standing: HashMap<DivisionId, usize> = HashMap::new();
        for (i, v) in versions.iter().enumerate().filter(|(_, v)| v.stands_on(day)) {
            let best = standing.entry(v.id).or_insert(i);
            if versions.get(*best).is_some_and(|b| b.valid_from < v.valid_from) {
                *best = i;
            }
        }
        let mut children: HashMap<Option<DivisionId>, Vec<&DivisionVersion>> = HashMap::new();
        for v in standing.values().filter_map(|i| versions.get(*i)) {
            children.entry(v.parent).or_default().push(v);
        }
        for list in children.values_mut() {
            list.sort_unstable_by(|a, b| (&a.code12, a.id).cmp(&(&b.code12, b.id)));
        }
        let mut view = Self {
            versions: Arc::clone(versions),
            nodes: Vec::with_capacity(standing.len()),
            by_id: HashMap::with_capacity(standing.len()),
            by_code: HashMap::with_capacity(standing.len()),
            roots: vec![],
            real: Default::default(),
            counted: Default::default(),
            county_tier: Listing::default(),
            apart: HashSet::new(),
        };
        for root in children.get(&None).into_iter().flatten() {
            view.roots.push(root.id);
            view.add(root, None, &standing, &children);
        }
        view.settle_tiers();
        view.list();
        view.apart = apart.iter().filter_map(|code| view.by_code(code).map(|v| v.id)).collect();
        view
    }

    /// Adds a division and all below it. A child's kind is lower than its parent's, so this ends; a child of
    /// the wrong kind is left out.
    fn add(
        &mut self,
        v: &DivisionVersion,
        parent: Option<usize>,
        standing: &HashMap<DivisionId, usize>,
        children: &HashMap<Option<DivisionId>, Vec<&DivisionVersion>>,
    ) {
        let position = self.nodes.len();
        let Some(version) = standing.get(&v.id).copied() else { return };
        let below: Vec<&&DivisionVersion> =
            children.get(&Some(v.id)).into_iter().flatten().filter(|c| c.kind > v.kind).collect();
        self.nodes.push(Node {
            version,
            id: v.id,
            parent,
            end: position + 1,
            children: below.iter().map(|c| c.id).collect(),
            county: None,
            city: None,
            province: None,
        });
        self.by_id.insert(v.id, position);
        self.by_code.insert(v.code12.clone(), position);
        for child in below {
            self.add(child, Some(position), standing, children);
        }
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(position) {
            node.end = end;
        }
    }

    fn version_at(&self, position: usize) -> Option<&DivisionVersion> {
        self.versions.get(self.nodes.get(position)?.version)
    }

    /// Province, city and county of every division; parents come before children.
    fn settle_tiers(&mut self) {
        for at in 0..self.nodes.len() {
            let Some((kind, pseudo, id)) = self.version_at(at).map(|v| (v.kind, v.is_pseudo(), v.id)) else { continue };
            let above = self.nodes.get(at).and_then(|n| n.parent).and_then(|p| self.nodes.get(p));
            let (mut county, mut city, mut province) =
                above.map_or((None, None, None), |n| (n.county, n.city, n.province));
            match kind {
                DivisionKind::Province => province = Some(id),
                DivisionKind::City if !pseudo => city = Some(id),
                DivisionKind::County if !pseudo => county = Some(id),
                _ => {}
            }
            // A township that is in no real county makes its city the county tier.
            if kind >= DivisionKind::Township && county.is_none() {
                county = city;
            }
            if let Some(node) = self.nodes.get_mut(at) {
                (node.county, node.city, node.province) = (county, city, province);
            }
        }
        // The acting cities are their own county tier.
        let acting: Vec<DivisionId> =
            self.nodes.iter().filter(|n| n.county.is_some() && n.county == n.city).filter_map(|n| n.county).collect();
        for id in acting {
            if let Some(node) = self.by_id.get(&id).copied().and_then(|p| self.nodes.get_mut(p)) {
                node.county = Some(id);
            }
        }
    }

    fn list(&mut self) {
        for at in 0..self.nodes.len() {
            let Some(v) = self.version_at(at) else { continue };
            let (kind, id, pseudo, counts) = (v.kind, v.id, v.is_pseudo(), v.in_denominator);
            if pseudo {
                continue;
            }
            let k = slot(kind);
            if let Some(l) = self.real.get_mut(k) {
                l.push(at, id);
            }
            if counts && let Some(l) = self.counted.get_mut(k) {
                l.push(at, id);
            }
            if self.nodes.get(at).is_some_and(|n| n.county == Some(id)) {
                self.county_tier.push(at, id);
            }
        }
    }

    fn node(&self, id: DivisionId) -> Option<&Node> {
        self.nodes.get(*self.by_id.get(&id)?)
    }

    fn range(&self, id: DivisionId) -> (usize, usize) {
        self.by_id.get(&id).and_then(|p| Some((*p, self.nodes.get(*p)?.end))).unwrap_or((0, 0))
    }

    /// How many divisions stand, pseudo ones included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
    /// Whether none stands.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
    /// Every division in tree order, siblings by code.
    pub fn iter(&self) -> impl Iterator<Item = &DivisionVersion> {
        self.nodes.iter().filter_map(|n| self.versions.get(n.version))
    }
    /// The version that stands.
    pub fn get(&self, id: DivisionId) -> Option<&DivisionVersion> {
        self.versions.get(self.node(id)?.version)
    }
    /// The division with that twelve-digit code.
    pub fn by_code(&self, code12: &str) -> Option<&DivisionVersion> {
        self.version_at(*self.by_code.get(code12)?)
    }
    /// Divisions without a parent: the provinces.
    pub fn roots(&self) -> &[DivisionId] {
        &self.roots
    }
    /// Direct children, pseudo ones included, by code.
    pub fn children(&self, id: DivisionId) -> &[DivisionId] {
        self.node(id).map(|n| n.children.as_slice()).unwrap_or_default()
    }
    /// Parents from the nearest to the province, pseudo ones included, without `id` itself.
    pub fn ancestors(&self, id: DivisionId) -> Vec<DivisionId> {
        let parent_of = |n: &Node| n.parent.and_then(|p| self.nodes.get(p));
        std::iter::successors(self.node(id).and_then(parent_of), |n| parent_of(n)).map(|n| n.id).collect()
    }
    /// Whether `id` is `area` or lies in it.
    pub fn is_within(&self, id: DivisionId, area: DivisionId) -> bool {
        let (from, end) = self.range(area);
        self.by_id.get(&id).is_some_and(|p| (from..end).contains(p))
    }
    /// The county tier of a division: its county, or the city that acts as one; of a county itself. `None` for a
    /// province and for a city with counties.
    pub fn county_of(&self, id: DivisionId) -> Option<DivisionId> {
        self.node(id)?.county
    }
    /// The prefecture-level city, of a city itself; `None` where there is none (see the module's page).
    pub fn city_of(&self, id: DivisionId) -> Option<DivisionId> {
        self.node(id)?.city
    }
    /// The province, of a province itself.
    pub fn province_of(&self, id: DivisionId) -> Option<DivisionId> {
        self.node(id)?.province
    }
    /// Cities in `id` (itself if it is one), in tree order. Pseudo cities are not among them.
    pub fn cities_under(&self, id: DivisionId) -> &[DivisionId] {
        self.of_kind(DivisionKind::City, id)
    }
    /// The county tier in `id` (itself if it belongs to it): counties, and cities that act as their own county.
    pub fn counties_under(&self, id: DivisionId) -> &[DivisionId] {
        let (from, end) = self.range(id);
        self.county_tier.within(from, end)
    }
    /// The county tier in `id` that figures speak of: what lies outside every denominator (domain.md section 4) stays
    /// out, unless nothing else is there.
    pub fn figure_counties(&self, id: DivisionId) -> Vec<DivisionId> {
        let all = self.counties_under(id);
        let counts = |c: &&DivisionId| self.get(**c).is_some_and(|v| v.in_denominator);
        match all.iter().any(|c| counts(&c)) {
            true => all.iter().filter(counts).copied().collect(),
            false => all.to_vec(),
        }
    }
    /// Townships in `id` (itself if it is one), functional ones included.
    pub fn townships_under(&self, id: DivisionId) -> &[DivisionId] {
        self.of_kind(DivisionKind::Township, id)
    }
    /// Villages and communities in `id` (itself if it is one).
    pub fn villages_under(&self, id: DivisionId) -> &[DivisionId] {
        self.of_kind(DivisionKind::Village, id)
    }
    /// Real divisions of that level in `id`, in tree order.
    pub fn of_kind(&self, kind: DivisionKind, id: DivisionId) -> &[DivisionId] {
        let (from, end) = self.range(id);
        self.real.get(slot(kind)).map(|l| l.within(from, end)).unwrap_or_default()
    }
    /// Divisions of that level in `id` that count in denominators, in tree order. Its length is the denominator
    /// of a coverage.
    pub fn counted(&self, kind: DivisionKind, id: DivisionId) -> &[DivisionId] {
        let (from, end) = self.range(id);
        self.counted.get(slot(kind)).map(|l| l.within(from, end)).unwrap_or_default()
    }
    /// Divisions of that level in `id` that do not count although they are no pseudo rows.
    pub fn excluded(&self, kind: DivisionKind, id: DivisionId) -> Vec<DivisionId> {
        let outside = |d: &DivisionId| self.get(*d).is_some_and(|v| !v.in_denominator);
        self.of_kind(kind, id).iter().copied().filter(outside).collect()
    }
    /// The name with its parents' names from the city down: 福州市鼓楼区鼓东街道. The province stands in front only where
    /// there is no city: 北京市东城区, 湖北省仙桃市. Pseudo divisions are passed over, and the city of a county that stands
    /// apart from it. Empty if `id` does not stand.
    pub fn path_name(&self, id: DivisionId) -> String {
        let past = |of: Option<DivisionId>| of.is_some_and(|d| d != id && self.apart.contains(&d));
        let own = self.county_of(id).is_some_and(|c| self.apart.contains(&c));
        self.path_name_past(id, own || past(self.city_of(id)))
    }
    /// The same, with or without the city above a county.
    pub fn path_name_past(&self, id: DivisionId, past_city: bool) -> String {
        let Some(own) = self.get(id) else { return String::new() };
        let has_city = self.city_of(id).is_some();
        let mut parts: Vec<&str> = vec![&own.name];
        for v in self.ancestors(id).into_iter().filter_map(|a| self.get(a)) {
            let province_left_out = has_city && v.kind == DivisionKind::Province;
            let city_left_out = past_city && v.kind == DivisionKind::City && self.county_of(id) != Some(v.id);
            if !v.is_pseudo() && !province_left_out && !city_left_out {
                parts.push(&v.name);
            }
        }
        parts.into_iter().rev().collect()
    }
}
