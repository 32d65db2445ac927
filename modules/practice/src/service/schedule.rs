//! When the next visit is due: a rule over a resident's contacts, and its renewal after they changed.

use super::rhythm;
use crate::model::{Rhythm, VisitEvery};
use crate::store;
use crate::store::resident::Contact;
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::{Day, DivisionId, ResidentId, Result};
use zw_db::Tx;

/// Last meeting and next due day from a resident's contacts, newest first. A visit in vain without a next day is passed
/// over: what was agreed before it stands, and whoever was due stays due. The latest other contact decides: a day agreed
/// there counts, if it is not later than the rhythm asks for; else the rhythm runs from the last meeting, or from the day of
/// filing. Who is away for longer is paused, not put off.
pub(crate) fn schedule(rhythm: &Rhythm, filed_on: Day, every: VisitEvery, contacts: &[Contact]) -> (Option<Day>, Day) {
    let last = contacts.iter().find(|c| c.met).map(|c| c.day);
    let decides = contacts.iter().find(|c| c.met || c.next_on.is_some());
    let agreed = decides.and_then(|c| Some(c.next_on?.min(rhythm.next(c.day, every))));
    (last, agreed.unwrap_or_else(|| rhythm.next(last.unwrap_or(filed_on), every)))
}

/// Renews the visiting schedule of residents after their encounters changed, and of those that their records were merged
/// into.
pub(crate) async fn reschedule(ctx: &Ctx, tx: &mut Tx, county: DivisionId, ids: &[ResidentId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let rhythm = rhythm(ctx);
    let links = store::merge::links(tx, county, ids).await?;
    let mut all = ids.to_vec();
    for (goes, stays) in links {
        if ids.contains(&goes) && !all.contains(&stays) {
            all.push(stays);
        }
    }
    let ids = all.as_slice();
    store::resident::hold(tx, county, ids).await?;
    let (who, contacts) = store::resident::schedule_facts(tx, county, ids).await?;
    let mut by: HashMap<ResidentId, Vec<Contact>> = HashMap::new();
    for (id, c) in contacts {
        by.entry(id).or_default().push(c);
    }
    for (id, filed_on, every) in who {
        let (last, next) = schedule(&rhythm, filed_on, every, by.get(&id).map_or(&[], Vec::as_slice));
        store::resident::set_schedule(tx, county, id, last, next).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        let r = Rhythm::default();
        let day = |d| Day::new(2021, 7, d).unwrap();
        let met = |d, next_on| Contact { day: day(d), next_on, met: true };
        let every = VisitEvery::Weekly;
        assert_eq!(schedule(&r, day(1), every, &[]), (None, day(8)));
        assert_eq!(schedule(&r, day(1), every, &[met(5, None)]), (Some(day(5)), day(12)));
        assert_eq!(schedule(&r, day(1), every, &[met(5, Some(day(6)))]), (Some(day(5)), day(6)));
        assert_eq!(schedule(&r, day(1), every, &[met(5, Some(day(20)))]), (Some(day(5)), day(12)), "not put off");
        // A visit in vain with no new day leaves the person due; with one it moves.
        let vain = |next_on| Contact { day: day(9), next_on, met: false };
        assert_eq!(schedule(&r, day(1), every, &[vain(None), met(1, None)]), (Some(day(1)), day(8)));
        assert_eq!(schedule(&r, day(1), every, &[vain(Some(day(10))), met(1, None)]), (Some(day(1)), day(10)));
        // Nor does it take back the day agreed before it, at a meeting or at another visit in vain.
        assert_eq!(schedule(&r, day(1), every, &[vain(None), met(1, Some(day(3)))]), (Some(day(1)), day(3)));
        let before = Contact { day: day(5), next_on: Some(day(6)), met: false };
        assert_eq!(schedule(&r, day(1), every, &[vain(None), before, met(1, None)]), (Some(day(1)), day(6)));
        // A meeting ends what was agreed before it.
        assert_eq!(schedule(&r, day(1), every, &[met(5, None), met(1, Some(day(3)))]), (Some(day(5)), day(12)));
    }
}
