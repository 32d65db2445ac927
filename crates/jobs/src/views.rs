//! The page of a job.

use crate::model::{JobOut, JobState};
use maud::{Markup, html};
use zw_core::{JobId, Stamp, Uuid};
use zw_ui::parts;
use zw_ui::{Arg, Lang};

// i18n-keys: jobs-waiting jobs-running jobs-refused jobs-failed jobs-done
/// How far it is, and what to do now; `from` is the page it was ordered on.
pub fn job(lang: Lang, j: &JobOut, from: (&'static str, &'static str)) -> Markup {
    let address = format!("/jobs/{}", j.id);
    let open = !j.state.is_over();
    let all = i64::try_from(j.steps.len()).unwrap_or(0).max(1);
    let now = usize::try_from(j.steps_done).ok().and_then(|n| j.steps.get(n));
    html! {
        div id={ "job-" (j.id) } hx-get=[open.then_some(&address)] hx-trigger=[open.then_some("every 1s")] hx-swap=[open.then_some("outerHTML")] {
            p role="status" { (lang.t(&format!("jobs-{}", j.state))) }
            @if open {
                @let label = match (j.state, now) {
                    (JobState::Running, Some(what)) => lang.tf("jobs-step", &[("n", (j.steps_done + 1).into()), ("of", all.into()), ("what", Arg::from(what))]),
                    _ => lang.t("jobs-not-begun"),
                };
                (parts::progress(&label, j.steps_done * 1000 / all))
                @if let Some(at) = j.again_at { p class="zw-notice n-warning" { (lang.tf("jobs-again", &[("at", Arg::Text(at.minute_cn()))])) } }
                p class="zw-muted" { (lang.t("jobs-may-leave")) }
            }
            @if !j.problems.is_empty() {
                div class="zw-notice n-danger" role="alert" { @for p in &j.problems { p { (p) } } }
            }
            (parts::definitions([
                (lang.t("jobs-ordered-at"), html! { (j.ordered_at.minute_cn()) }),
                (lang.t("jobs-number"), html! { code { (j.id) } }),
            ]))
            (parts::button_row(html! {
                @if open { (parts::button_link(&lang.t("jobs-look"), &address, true)) }
                (parts::button_link(&lang.tf("jobs-back", &[("page", Arg::from(&lang.t(from.0)))]), from.1, !open))
            }))
        }
    }
}

/// One at work, one refused.
pub fn sample(lang: Lang) -> Markup {
    let at_work = JobOut {
        id: JobId(Uuid::from_u128(1)),
        kind: "sample.work".into(),
        title: lang.t("jobs-running"),
        state: JobState::Running,
        steps: vec!["甲".into(), "乙".into(), "丙".into()],
        steps_done: 1,
        tries: 1,
        ordered_at: Stamp::from_ms(1_625_706_000_000),
        again_at: None,
        ended_at: None,
        result: None,
        location: None,
        code: None,
        problems: vec![],
    };
    let refused = JobOut {
        id: JobId(Uuid::from_u128(2)),
        state: JobState::Refused,
        problems: vec![lang.t("jobs-given-up")],
        ..at_work.clone()
    };
    let from = ("jobs-running", "/");
    html! { (job(lang, &at_work, from)) (job(lang, &refused, from)) }
}
