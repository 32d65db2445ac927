//! One visit that two people recorded, or one person twice: what both say the same or only one of them says becomes one
//! record, texts follow each other. Where both say something different in the same field nobody but a person decides.

use super::{EncounterDraft, MAX_TEXT, PersonIn, SafetyItem};

/// The fields in which two records of one visit may differ, as [`join`] names them.
// i18n-keys: practice-differs-persons practice-differs-mode practice-differs-purpose practice-differs-start
// i18n-keys: practice-differs-minutes practice-differs-result practice-differs-next_on practice-differs-workers
// i18n-keys: practice-differs-action practice-differs-state_note
pub const DIFFERS: &[&str] =
    &["persons", "mode", "purpose", "start", "minutes", "result", "next_on", "workers", "action", "state_note"];

/// What one of two says, or both; `None` in the outer option when they contradict each other.
fn either<T: PartialEq + Copy>(a: Option<T>, b: Option<T>) -> Option<Option<T>> {
    match (a, b) {
        (Some(x), Some(y)) if x != y => None,
        _ => Some(a.or(b)),
    }
}

/// The texts after each other; a text that stands there already is not said twice. `None` when they are too long together.
fn after(a: Option<&String>, b: Option<&String>) -> Option<Option<String>> {
    let text = match (a, b) {
        (Some(x), Some(y)) if !x.contains(y.as_str()) => format!("{x}\n{y}"),
        (Some(x), _) => x.clone(),
        (None, y) => return Some(y.cloned()),
    };
    (text.chars().count() <= MAX_TEXT).then_some(Some(text))
}

fn persons(was: &[PersonIn], new: &[PersonIn]) -> Option<Vec<PersonIn>> {
    let mut out = was.to_vec();
    for p in new {
        let same = |o: &&PersonIn| p.resident.is_some() && o.resident == p.resident;
        match was.iter().find(same) {
            Some(o) if o.met != p.met => return None,
            Some(_) => {}
            None => out.push(p.clone()),
        }
    }
    (out.len() <= 30).then_some(out)
}

/// The record of both, or the names of the fields in which they contradict each other. Kind and day are the same: that is
/// how they were found.
pub fn join(was: &EncounterDraft, new: &EncounterDraft) -> Result<EncounterDraft, Vec<&'static str>> {
    let mut differs = vec![];
    let mut note = |name: &'static str, same: bool| {
        if !same {
            differs.push(name);
        }
    };
    let people = persons(&was.persons, &new.persons);
    note("persons", people.is_some());
    note("mode", was.mode == new.mode);
    let purpose = either(was.purpose, new.purpose);
    note("purpose", purpose.is_some());
    let (start, minutes) = (either(was.start, new.start), either(was.minutes, new.minutes));
    note("start", start.is_some());
    note("minutes", minutes.is_some());
    note("result", was.result == new.result);
    let next_on = either(was.next_on, new.next_on);
    note("next_on", next_on.is_some());
    let mut workers = was.workers.clone();
    workers.extend(new.workers.iter().filter(|w| !was.workers.contains(w)));
    note("workers", workers.len() <= 2);
    let action = after(was.action.as_ref(), new.action.as_ref());
    note("action", action.is_some());
    let state_note = after(was.state_note.as_ref(), new.state_note.as_ref());
    note("state_note", state_note.is_some());
    let mut safety = was.safety.clone();
    safety.extend(new.safety.iter().filter(|s| !was.safety.contains(s)));
    if safety.len() > 1 {
        safety.retain(|s| *s != SafetyItem::Nothing);
    }
    match (people, purpose, start, minutes, next_on, action, state_note) {
        (Some(persons), Some(purpose), Some(start), Some(minutes), Some(next_on), Some(action), Some(state_note))
            if differs.is_empty() =>
        {
            Ok(EncounterDraft {
                persons,
                purpose,
                start,
                minutes,
                next_on,
                action,
                state_note,
                workers,
                safety,
                topic: was.topic.or(new.topic),
                ..was.clone()
            })
        }
        _ => Err(differs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EncounterInput, Mode};
    use zw_core::{Day, FieldErrors, ResidentId, Stamp, Uuid, WorkerId};

    fn draft(who: u128, change: impl FnOnce(&mut EncounterInput)) -> EncounterDraft {
        let mut input = EncounterInput {
            persons: vec![PersonIn {
                resident: Some(ResidentId(Uuid::from_u128(1))),
                met: true,
                ..PersonIn::default()
            }],
            ..EncounterInput::default()
        };
        change(&mut input);
        let now = Stamp::from_cn(Day::from_stored(20_210_708), 18, 0);
        input.parse(now, Some(WorkerId(Uuid::from_u128(who))), &mut FieldErrors::default())
    }

    #[test]
    fn what_only_one_says_is_kept_and_texts_follow_each_other() {
        let a = draft(1, |i| {
            i.action = "送药".into();
            i.safety = vec!["none".into()];
        });
        let b = draft(2, |i| {
            i.action = "看血压".into();
            i.safety = vec!["fire".into()];
            i.start = "09:10".into();
            i.next_on = "2021-07-15".into();
            let other = PersonIn { resident: Some(ResidentId(Uuid::from_u128(2))), met: true, ..PersonIn::default() };
            i.persons.push(other);
        });
        let both = join(&a, &b).unwrap();
        assert_eq!(both.action.as_deref(), Some("送药\n看血压"));
        assert_eq!((both.workers.len(), both.persons.len(), both.start), (2, 2, Some(550)));
        assert_eq!((both.safety, both.next_on), (vec![SafetyItem::Fire], Day::new(2021, 7, 15)));
        // The same text again is said once.
        let again = join(&a, &draft(1, |i| i.action = "送药".into())).unwrap();
        assert_eq!((again.action.as_deref(), again.workers.len()), (Some("送药"), 1));
    }

    #[test]
    fn what_both_say_differently_is_named() {
        let a = draft(1, |i| i.next_on = "2021-07-15".into());
        let b = draft(2, |i| {
            i.next_on = "2021-07-20".into();
            i.mode = "phone".into();
            i.persons[0].met = false;
            i.result = "done".into();
        });
        assert_eq!(join(&a, &b).err().unwrap(), ["persons", "mode", "next_on"]);
        let c =
            EncounterDraft { workers: vec![WorkerId(Uuid::from_u128(8)), WorkerId(Uuid::from_u128(9))], ..a.clone() };
        assert_eq!(join(&c, &draft(3, |_| ())).err().unwrap(), ["workers"]);
        let long = |n: usize| draft(1, |i| i.action = "长".repeat(n));
        assert_eq!(join(&long(1500), &draft(1, |i| i.action = "另".repeat(1500))).err().unwrap(), ["action"]);
        assert!(DIFFERS.contains(&"action") && a.mode == Mode::Home);
    }
}
