//! The states a unit was in, one after another. Rows are half open: `to` is the first day of the next state.

use super::unit::{StateCause, UnitState};
use zw_core::Day;

/// One stretch in one state.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Stretch {
    /// State.
    pub state: UnitState,
    /// First day.
    pub from: Day,
    /// The day after the last one; `None` while it lasts.
    pub to: Option<Day>,
    /// Why it began, where that followed from a rule; otherwise somebody typed a reason, or none was needed.
    pub cause: Option<StateCause>,
}

/// The new state would begin before the last change, which was a decision of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeforeLastChange(pub Day);

/// The history once `state` begins on `day`. States that lead to acceptance (planned, preparing, submitted) may be
/// overtaken by an earlier day, because they are noted when somebody thinks of it; decisions may not.
pub fn enter(history: &[Stretch], state: UnitState, day: Day) -> Result<Vec<Stretch>, BeforeLastChange> {
    let mut kept: Vec<Stretch> = history.iter().filter(|s| s.from < day).cloned().collect();
    if let Some(last) = history.iter().rev().find(|s| s.from > day && !s.state.leads_to_acceptance()) {
        return Err(BeforeLastChange(last.from));
    }
    if let Some(last) = kept.last_mut() {
        if last.state == state {
            last.to = None;
            return Ok(kept);
        }
        last.to = Some(day);
    }
    kept.push(Stretch { state, from: day, to: None, cause: None });
    Ok(kept)
}

/// The history without the acceptance that began on `day`: the station never operated. What it was before goes on;
/// a unit that began with its acceptance was being prepared.
pub fn withdraw(history: &[Stretch], day: Day) -> Vec<Stretch> {
    let mut kept: Vec<Stretch> = history.iter().filter(|s| s.from < day).cloned().collect();
    match kept.last_mut() {
        Some(last) => last.to = None,
        None => kept.push(Stretch { state: UnitState::Preparing, from: day, to: None, cause: None }),
    }
    kept
}

/// The state on a day, if the unit existed.
pub fn on(history: &[Stretch], day: Day) -> Option<UnitState> {
    history.iter().find(|s| s.from <= day && s.to.is_none_or(|t| day < t)).map(|s| s.state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use UnitState::{Operating, Planned, Preparing, Suspended};

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }
    fn row(state: UnitState, from: i64, to: Option<i64>) -> Stretch {
        Stretch { state, from: day(from), to: to.map(day), cause: None }
    }

    #[test]
    fn states_follow_each_other_without_gap() {
        let h = enter(&[], Planned, day(20210101)).unwrap();
        let h = enter(&h, Preparing, day(20210201)).unwrap();
        let h = enter(&h, Operating, day(20210301)).unwrap();
        assert_eq!(
            h,
            vec![
                row(Planned, 20210101, Some(20210201)),
                row(Preparing, 20210201, Some(20210301)),
                row(Operating, 20210301, None)
            ]
        );
        assert_eq!(on(&h, day(20210228)), Some(Preparing));
        assert_eq!(on(&h, day(20210301)), Some(Operating));
        assert_eq!(on(&h, day(20201231)), None);
    }

    #[test]
    fn a_late_entry_may_overtake_preparation_but_no_decision() {
        let h = vec![row(Planned, 20210101, Some(20210620)), row(Preparing, 20210620, None)];
        assert_eq!(
            enter(&h, Operating, day(20210601)).unwrap(),
            vec![row(Planned, 20210101, Some(20210601)), row(Operating, 20210601, None)]
        );
        assert_eq!(enter(&h, Operating, day(20201201)).unwrap(), vec![row(Operating, 20201201, None)]);
        let h = vec![row(Operating, 20210101, Some(20210601)), row(Suspended, 20210601, None)];
        assert_eq!(enter(&h, UnitState::Closed, day(20210501)), Err(BeforeLastChange(day(20210601))));
        assert_eq!(enter(&h, Operating, day(20210601)).unwrap(), vec![row(Operating, 20210101, None)]);
    }

    #[test]
    fn a_withdrawn_acceptance_never_was() {
        let h = vec![row(Preparing, 20210101, Some(20210601)), row(Operating, 20210601, None)];
        assert_eq!(withdraw(&h, day(20210601)), vec![row(Preparing, 20210101, None)]);
        let h = vec![row(Operating, 20210601, None)];
        assert_eq!(withdraw(&h, day(20210601)), vec![row(Preparing, 20210601, None)]);
    }
}
