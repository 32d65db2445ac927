//! Each person's days at their main posting: the one with the largest share, of equal ones the older, then the
//! smaller id. Pure.

use zw_core::{Day, PostingId, UnitId, WorkerId};

/// A posting as counting sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stint {
    /// Id, the last tie-breaker.
    pub id: PostingId,
    /// Who.
    pub worker: WorkerId,
    /// Where.
    pub unit: UnitId,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
    /// Share, permille.
    pub fte: i64,
}

/// Days of one person at one unit as main posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Main {
    /// Who.
    pub worker: WorkerId,
    /// Where.
    pub unit: UnitId,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
}

impl Main {
    /// Whether it holds a day.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|t| day < t)
    }
}

/// Splits everybody's postings into days of main postings; a person holds at most one on any day.
pub fn mains(mut stints: Vec<Stint>) -> Vec<Main> {
    stints.retain(|s| s.to.is_none_or(|t| t > s.from));
    stints.sort_unstable_by_key(|s| (s.worker, s.from, s.id));
    let mut out = Vec::with_capacity(stints.len());
    for person in stints.chunk_by(|a, b| a.worker == b.worker) {
        match person {
            [one] => out.push(Main { worker: one.worker, unit: one.unit, from: one.from, to: one.to }),
            many => split(many, &mut out),
        }
    }
    out
}

fn split(person: &[Stint], out: &mut Vec<Main>) {
    let mut days: Vec<Day> = person.iter().flat_map(|s| [Some(s.from), s.to]).flatten().collect();
    days.sort_unstable();
    days.dedup();
    let first = out.len();
    for (i, from) in days.iter().enumerate() {
        let to = days.get(i + 1).copied();
        let holds = |s: &&Stint| s.from <= *from && s.to.is_none_or(|t| *from < t);
        let best =
            person.iter().filter(holds).max_by_key(|s| (s.fte, std::cmp::Reverse(s.from), std::cmp::Reverse(s.id)));
        let Some(best) = best else { continue };
        match out.get_mut(first..).and_then(<[Main]>::last_mut) {
            Some(last) if last.unit == best.unit && last.to == Some(*from) => last.to = to,
            _ => out.push(Main { worker: best.worker, unit: best.unit, from: *from, to }),
        }
    }
}
