//! The dates that come next for a county: points of its plans and townships' own dates, those missed first.

use super::plan::{Target, TargetLine};
use super::sheet::SheetOut;
use zw_core::Day;
use zw_ui::Status;

/// A date somebody should look at.
#[derive(Clone, Debug)]
pub struct DueDate<'a> {
    /// Day.
    pub on: Day,
    /// Whether it has passed and what it asks for is not there.
    pub missed: bool,
    /// Whose it is.
    pub what: Due<'a>,
}

/// Whose date it is.
#[derive(Clone, Debug)]
pub enum Due<'a> {
    /// A point of a plan.
    Plan(&'a TargetLine, &'a Target),
    /// The day a township means to be accepted on (预计).
    Town(&'a SheetOut),
}

/// Days that a township's date is told ahead.
const AHEAD: i64 = 31;

/// Everything missed and what comes next, by day: of a plan its next point, of townships those of the next month.
pub fn due<'a>(lines: &'a [TargetLine], sheets: &'a [SheetOut], today: Day) -> Vec<DueDate<'a>> {
    let mut out = vec![];
    for line in lines {
        let missed = line.targets.iter().filter(|t| t.point().missed(line.actual, today));
        out.extend(missed.map(|t| DueDate { on: t.due_on, missed: true, what: Due::Plan(line, t) }));
        let next = line.targets.iter().find(|t| t.due_on >= today && line.actual < t.value);
        out.extend(next.map(|t| DueDate { on: t.due_on, missed: false, what: Due::Plan(line, t) }));
    }
    for s in sheets.iter().filter(|s| !s.built) {
        let Some(on) = s.due_on else { continue };
        let missed = s.status == Status::Overdue;
        if missed || (on >= today && today.days_until(on) <= AHEAD) {
            out.push(DueDate { on, missed, what: Due::Town(s) });
        }
    }
    out.sort_by_key(|d| d.on);
    out
}
