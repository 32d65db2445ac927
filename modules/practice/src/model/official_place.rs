//! A place of a county as somebody wrote it: by name, by code, with or without 委会, with its township before it.

use std::collections::HashMap;
use zw_core::DivisionId;
use zw_core::grams::half_width;
use zw_core::tree::View;

/// A township, and the village in it if that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// Township.
    pub township: DivisionId,
    /// Village.
    pub village: Option<DivisionId>,
}

/// Why a place is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// `list-place-missing`, `list-place-outside`, `list-place-ambiguous`, `list-town-outside`.
    pub code: &'static str,
    /// Whether it is the township that is wrong.
    pub at_town: bool,
}

/// The places of a county on a day.
pub struct Places {
    /// What may stand before a township: the names of the county, its city and province.
    above: Vec<String>,
    towns: HashMap<String, DivisionId>,
    villages: HashMap<String, Vec<Found>>,
    stems: HashMap<String, Vec<Found>>,
}

fn plain(text: &str) -> String {
    text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect()
}

fn without<'a>(text: &'a str, ends: &[&str]) -> &'a str {
    ends.iter().find_map(|e| text.strip_suffix(e)).filter(|t| !t.is_empty()).unwrap_or(text)
}

/// What is left of a village's name when what offices add to it is taken off.
fn stem(name: &str) -> String {
    let name = without(name, &["村民委员会", "社区居民委员会", "居民委员会", "村委会", "社区居委会", "居委会"]);
    without(name, &["社区", "村"]).to_owned()
}

impl Places {
    /// The places of a county.
    pub fn of(view: &View, county: DivisionId) -> Self {
        let mut out = Self { above: vec![], towns: HashMap::new(), villages: HashMap::new(), stems: HashMap::new() };
        let name = |id: DivisionId| view.get(id).map(|v| (plain(&v.name), v.code12.clone()));
        let above = std::iter::once(county).chain(view.ancestors(county));
        out.above = above.filter_map(|d| name(d).map(|n| n.0)).collect();
        for town in view.townships_under(county) {
            let Some((said, code)) = name(*town) else { continue };
            for key in [said, code] {
                out.towns.insert(key, *town);
            }
            for village in view.villages_under(*town) {
                let Some((said, code)) = name(*village) else { continue };
                let found = Found { township: *town, village: Some(*village) };
                out.stems.entry(stem(&said)).or_default().push(found);
                for key in [said, code] {
                    out.villages.entry(key).or_default().push(found);
                }
            }
        }
        out
    }

    fn town(&self, text: &str) -> Option<DivisionId> {
        let t = self.below(text);
        let known = |t: &str| self.towns.get(t).copied();
        known(t).or_else(|| known(without(t, &["人民政府", "办事处", "镇政府", "乡政府"])))
    }

    /// A text without the county, city and province before it.
    fn below<'a>(&self, text: &'a str) -> &'a str {
        let mut t = text;
        // From the top down, whichever of them were written.
        for a in self.above.iter().rev() {
            t = t.strip_prefix(a.as_str()).filter(|rest| !rest.is_empty()).unwrap_or(t);
        }
        t
    }

    /// The place of what stands in the columns of township and village, either of which may be empty.
    pub fn find(&self, town: &str, village: &str) -> Result<Found, Wrong> {
        let (town, village) = (plain(town), plain(village));
        let wrong = |code, at_town| Err(Wrong { code, at_town });
        let said = match town.is_empty() {
            true => None,
            false => match self.town(&town) {
                Some(t) => Some(t),
                None => return wrong("list-town-outside", true),
            },
        };
        let mut rest = self.below(&village);
        // 甘蔗街道福龙社区.
        let before = self
            .towns
            .iter()
            .filter_map(|(name, id)| rest.strip_prefix(name.as_str()).map(|r| (*id, r)))
            .min_by_key(|(_, r)| r.len());
        let mut within = said;
        if let Some((id, r)) = before
            && self.villages.get(rest).is_none_or(Vec::is_empty)
        {
            if said.is_some_and(|s| s != id) {
                return wrong("list-place-outside", false);
            }
            (within, rest) = (Some(id), r);
        }
        if rest.is_empty() {
            return match within {
                Some(township) => Ok(Found { township, village: None }),
                None => wrong("list-place-missing", false),
            };
        }
        let of = |list: Option<&Vec<Found>>| -> Vec<Found> {
            let all = list.into_iter().flatten().copied();
            all.filter(|f| within.is_none_or(|t| t == f.township)).collect()
        };
        let exact = of(self.villages.get(rest));
        let found = if exact.is_empty() { of(self.stems.get(&stem(rest))) } else { exact };
        match found.as_slice() {
            [one] => Ok(*one),
            [] => wrong("list-place-outside", false),
            _ => wrong("list-place-ambiguous", false),
        }
    }
}
