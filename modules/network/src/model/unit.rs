//! Centres, stations and rooms (domain.md 5.1) and their life (domain.md 6).

pub mod alarm;
mod fields;
pub mod gap;
mod input;
mod out;

pub use fields::{Unit, UnitFields, UnitInput, UnitOut};
pub use input::{CoverInput, Decision, Place, StateInput, is_decided};
pub use out::{CoverageOut, GAP, UnitFile, UnitQuery};

use serde::Serialize;
use zw_core::codelist::network::{OPERATING_MODE, UNIT_STATE};
use zw_core::tree::DivisionKind;
use zw_core::{Day, DivisionId, Result, pinyin};

zw_core::codes! {
    /// Tier of a unit: the level of division it belongs to.
    pub enum Tier {
        /// 县级社会工作指导中心.
        Centre = "X",
        /// 乡镇(街道)社会工作服务站.
        Station = "T",
        /// 村(居)社工室.
        Room = "V",
    }
}
zw_core::codes! {
    /// State of a unit (domain.md 6).
    pub enum UnitState {
        /// 拟建.
        Planned = "planned",
        /// 筹建.
        Preparing = "preparing",
        /// 待验收.
        Submitted = "submitted",
        /// 建成运营.
        Operating = "operating",
        /// 整改: built in every figure.
        Rectifying = "rectifying",
        /// 暂停: not built.
        Suspended = "suspended",
        /// 并入 another unit.
        Merged = "merged",
        /// 撤销.
        Closed = "closed",
    }
}
zw_core::codes! {
    /// Who employs and pays (code list `operating_mode`).
    pub enum Mode as UnitMode {
        /// 直聘.
        Direct = "direct",
        /// 购买服务.
        Purchase = "purchase",
        /// 购买岗位, restricted.
        Posts = "posts",
        /// 混合.
        Mixed = "mixed",
        /// 自办.
        Own = "own",
    }
}
zw_core::codes! {
    /// Why a state began, where it followed from a rule.
    pub enum StateCause {
        /// 空窗: nobody was on post for longer than set.
        StaffGap = "staff_gap",
    }
}
zw_db::code_cols!(Tier, UnitState, Mode, StateCause);

impl Tier {
    /// The level of division such a unit stands for.
    pub fn kind(self) -> DivisionKind {
        match self {
            Self::Centre => DivisionKind::County,
            Self::Station => DivisionKind::Township,
            Self::Room => DivisionKind::Village,
        }
    }
    /// Key in the code list `unit_tier`.
    pub fn list_code(self) -> &'static str {
        match self {
            Self::Centre => "x",
            Self::Station => "t",
            Self::Room => "v",
        }
    }
}

impl UnitState {
    /// The states in which a unit counts as built.
    pub const BUILT: [Self; 2] = [Self::Operating, Self::Rectifying];

    /// 建成运营 in every figure: accepted, and not suspended, merged or closed.
    pub fn is_built(self) -> bool {
        Self::BUILT.contains(&self)
    }
    /// On the way to acceptance.
    pub fn leads_to_acceptance(self) -> bool {
        matches!(self, Self::Planned | Self::Preparing | Self::Submitted)
    }
    /// Nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Merged | Self::Closed)
    }
    /// The states that may follow.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Planned => &[Self::Preparing, Self::Closed],
            Self::Preparing => &[Self::Submitted, Self::Closed],
            Self::Submitted => &[Self::Operating, Self::Preparing, Self::Closed],
            Self::Operating => &[Self::Rectifying, Self::Suspended, Self::Merged, Self::Closed],
            Self::Rectifying => &[Self::Operating, Self::Suspended, Self::Merged, Self::Closed],
            Self::Suspended => &[Self::Operating, Self::Rectifying, Self::Merged, Self::Closed],
            Self::Merged | Self::Closed => &[],
        }
    }
    /// Whether the step to it must say why.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Rectifying | Self::Suspended | Self::Merged | Self::Closed)
    }
    /// Whether entering it is part of preparing (and not a decision of the county).
    pub fn is_advance(self) -> bool {
        matches!(self, Self::Preparing | Self::Submitted)
    }
}

/// A step of the state machine that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepProblem {
    /// The machine has no such step.
    NotFrom(UnitState),
    /// A station becomes operating through the acceptance on its build-out sheet only.
    NeedsAcceptance,
    /// A rectifying station operates again through the 复验 on its build-out sheet only.
    NeedsInspection,
    /// The step must say why.
    NeedsReason,
}

/// Whether a unit of `tier` may go from one state to another by a decision on the unit itself.
pub fn step(tier: Tier, from: UnitState, to: UnitState, reason: &str) -> Result<(), StepProblem> {
    if !from.next().contains(&to) {
        return Err(StepProblem::NotFrom(from));
    }
    if tier == Tier::Station && to == UnitState::Operating && from.leads_to_acceptance() {
        return Err(StepProblem::NeedsAcceptance);
    }
    if tier == Tier::Station && from == UnitState::Rectifying && to == UnitState::Operating {
        return Err(StepProblem::NeedsInspection);
    }
    // Sending a submitted unit back to preparation is a refusal, and says why.
    let back = from == UnitState::Submitted && to == UnitState::Preparing;
    if (to.needs_reason() || back) && reason.trim().is_empty() {
        return Err(StepProblem::NeedsReason);
    }
    Ok(())
}

/// What the search box compares with: the name and its pinyin keys, each between bars.
pub fn search_key(name: &str) -> String {
    let mut key = format!("|{}|", name.to_lowercase());
    for k in pinyin::search_keys(name) {
        key.push_str(&k);
        key.push('|');
    }
    key
}

/// A division served, from a day to the day before `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Coverage {
    /// The division.
    pub division: DivisionId,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
}

/// Words of a unit's codes are those of the code lists; a test keeps the two in step.
pub const LISTS: [(&str, &zw_core::codelist::CodeList); 2] = [("state", &UNIT_STATE), ("mode", &OPERATING_MODE)];

#[cfg(test)]
mod tests {
    use super::*;
    use UnitState::{Closed, Merged, Operating, Planned, Preparing, Rectifying, Submitted, Suspended};
    use zw_core::code::Code as _;

    #[test]
    fn codes_are_those_of_the_lists() {
        assert!(UnitState::ALL.iter().map(|s| s.code()).eq(UNIT_STATE.codes()));
        assert!(Mode::ALL.iter().map(|m| m.code()).eq(OPERATING_MODE.codes()));
        for t in Tier::ALL {
            assert!(zw_core::codelist::network::UNIT_TIER.has(t.list_code()));
        }
    }

    /// The whole table of domain.md 6: every pair that is allowed, and none besides.
    #[test]
    fn the_state_machine() {
        let allowed = [
            (Planned, Preparing),
            (Planned, Closed),
            (Preparing, Submitted),
            (Preparing, Closed),
            (Submitted, Operating),
            (Submitted, Preparing),
            (Submitted, Closed),
            (Operating, Rectifying),
            (Operating, Suspended),
            (Operating, Merged),
            (Operating, Closed),
            (Rectifying, Operating),
            (Rectifying, Suspended),
            (Rectifying, Merged),
            (Rectifying, Closed),
            (Suspended, Operating),
            (Suspended, Rectifying),
            (Suspended, Merged),
            (Suspended, Closed),
        ];
        for from in UnitState::ALL {
            for to in UnitState::ALL {
                let may = step(Tier::Room, *from, *to, "why").is_ok();
                assert_eq!(may, allowed.contains(&(*from, *to)), "{from} -> {to}");
            }
        }
        let built: Vec<_> = UnitState::ALL.iter().filter(|s| s.is_built()).collect();
        assert_eq!(built, [&Operating, &Rectifying]);
    }

    #[test]
    fn stations_need_an_acceptance_and_decisions_a_reason() {
        assert_eq!(step(Tier::Station, Submitted, Operating, ""), Err(StepProblem::NeedsAcceptance));
        assert_eq!(step(Tier::Centre, Submitted, Operating, ""), Ok(()));
        assert_eq!(step(Tier::Station, Suspended, Operating, ""), Ok(()));
        assert_eq!(step(Tier::Station, Rectifying, Operating, ""), Err(StepProblem::NeedsInspection));
        assert_eq!(step(Tier::Station, Operating, Suspended, " "), Err(StepProblem::NeedsReason));
        assert_eq!(step(Tier::Station, Submitted, Preparing, ""), Err(StepProblem::NeedsReason));
        assert_eq!(step(Tier::Station, Closed, Operating, "x"), Err(StepProblem::NotFrom(Closed)));
    }

    #[test]
    fn names_are_found_by_pinyin_initials() {
        assert!(search_key("厦门路街道社工站").contains("|xmljdsgz|"));
        assert!(search_key("A站").starts_with("|a站|"));
    }
}
