//! What became of a circular, in the order of time.

use crate::model::circular::CircularFile;
use maud::{Markup, html};
use zw_core::{Day, Stamp};
use zw_ui::parts::flag;
use zw_ui::status::Status;
use zw_ui::timeline::{Event, timeline};
use zw_ui::{Arg, Lang};

/// Drafted, edited, returned, checked, sent, corrected: who, when, and what was said.
pub(super) fn history(lang: Lang, c: &CircularFile) -> Markup {
    let h = &c.head;
    let event = |key: &str, (who, at): &(String, Stamp), note: Option<String>, status: Option<Status>| {
        (*at, Event { at: at.minute_cn(), who: who.clone(), what: lang.t(key), note, status })
    };
    let done = Some(Status::Done);
    let mut list = vec![event("publishing-drafted", &h.created, None, None)];
    if h.edited != h.created {
        list.push(event("publishing-edited", &h.edited, None, None));
    }
    for r in &c.returns {
        // The check that the return took back happened all the same.
        list.extend(r.checked.as_ref().map(|c| event("publishing-state-checked", c, None, done)));
        list.push(event("publishing-returned", &r.returned, Some(r.remarks.clone()), Some(Status::Behind)));
    }
    list.extend(h.checked.as_ref().map(|c| event("publishing-state-checked", c, None, done)));
    // Each act with the number as it was recorded by it: what a correction replaced is what was recorded before.
    let record = |no: &str, on: Day| format!("{no}　{on}");
    let now = h.doc_no.as_deref().zip(h.sent_on).map(|(no, on)| record(no, on));
    let mut records: Vec<String> = c.corrections.iter().map(|k| record(&k.doc_no, k.sent_on)).chain(now).collect();
    if !records.is_empty() {
        let first = records.remove(0);
        list.extend(h.sent.as_ref().map(|s| event("publishing-state-sent", s, Some(first), done)));
    }
    list.extend(c.corrections.iter().zip(records).map(|(k, now)| {
        let note = lang.tf(
            "publishing-corrected-note",
            &[
                ("was", Arg::from(&record(&k.doc_no, k.sent_on))),
                ("now", Arg::from(&now)),
                ("reason", Arg::from(&k.reason)),
            ],
        );
        event("publishing-corrected", &k.corrected, Some(note), None)
    }));
    // Stable: what happened in one instant stays in the order of the acts.
    list.sort_by_key(|(at, _)| *at);
    let list: Vec<Event> = list.into_iter().map(|(_, e)| e).collect();
    html! {
        h2 { (lang.t("publishing-history")) }
        (timeline(&list))
        @if let Some(last) = c.corrections.last() {
            p { (lang.tf("publishing-corrected-files", &[("at", Arg::from(&last.corrected.1.minute_cn()))])) }
        }
        @if let Some(why) = &h.void_reason { p { (flag(&lang.t("publishing-state-void"))) " " (why) } }
    }
}
