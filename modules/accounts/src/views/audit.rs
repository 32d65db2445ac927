//! The audit log.

pub mod words;

use super::{refusal, trouble};
use crate::service::audit::{AuditOut, AuditQuery, AuditStatus, COUNT_MOST, Told};
use crate::service::told::Words;
use zw_access::VerifyReport;
use zw_core::Paged;
use zw_ui::form::buttons;
use zw_ui::status::badge_with;
use zw_ui::table::cell;
use zw_ui::{
    Choice, Col, Field, Lang, Markup, Row, Status, Table, button_row, card, columns, definitions, empty, field, html,
    pagination, post_button, submit, table,
};
use zw_web::FormTrouble;

/// The log with other filters, on another page.
fn query(q: &AuditQuery, page: i64) -> String {
    let escape = |s: &str| -> String {
        s.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    let pairs = [
        ("from", &q.from),
        ("to", &q.to),
        ("actor", &q.actor),
        ("action", &q.action),
        ("decision", &q.decision),
        ("record", &q.record),
    ];
    let mut out = format!("/admin/audit?page={page}");
    for (k, v) in pairs.into_iter().filter(|(_, v)| !v.is_empty()) {
        out.push_str(&format!("&{k}={}", escape(v)));
    }
    out
}

/// How the log stands.
fn standing(lang: Lang, csrf: &str, s: &AuditStatus) -> Markup {
    let seal = match (&s.checkpoint, &s.checkpoint_at) {
        (Some(n), Some(at)) if s.stale => badge_with(
            Status::Behind,
            &lang.tf("accounts-audit-checkpoint-old", &[("n", (*n).into()), ("at", at.as_str().into())]),
        ),
        (Some(n), Some(at)) => badge_with(
            Status::Done,
            &lang.tf("accounts-audit-checkpoint", &[("n", (*n).into()), ("at", at.as_str().into())]),
        ),
        _ => badge_with(Status::NoData, &lang.t("accounts-audit-no-checkpoint")),
    };
    columns(card(
        &lang.t("accounts-audit-status"),
        html! {
            (definitions([
                (lang.t("accounts-audit-events"), cell(zw_ui::format::num(s.events))),
                (lang.t("accounts-audit-chains"), cell(zw_ui::format::num(s.chains))),
                (lang.t("accounts-audit-seal"), seal),
            ]))
            (button_row(post_button("/admin/audit/verify", csrf, &lang.t("accounts-audit-verify"), None)))
        },
    ))
}

/// An instant as pages write it: its day and time, without the offset that is the same everywhere.
fn when(rfc3339: &str) -> String {
    rfc3339.get(..19).map_or_else(|| rfc3339.to_owned(), |t| t.replace('T', " "))
}

/// The purpose in words. Of a look at the log only the filters that were set.
fn why(lang: Lang, e: &AuditOut) -> String {
    let Some(text) = &e.purpose else { return "—".into() };
    match e.action == "audit.read" {
        true => text.split(' ').filter(|t| !t.ends_with('=')).collect::<Vec<_>>().join(" "),
        false => words::purpose(lang, text),
    }
}

/// What an event was about: its kind and what it is called, and the fields. On the page (`asked`) the name leads to all that
/// was done with the record; in an export, and where it has no name, its id stands beside it as evidence.
fn record(lang: Lang, e: &AuditOut, w: &Words, asked: Option<&AuditQuery>) -> Markup {
    let kind = words::kind(lang, &e.resource);
    let fields = (!e.fields.is_empty()).then(|| format!("[{}]", e.fields));
    let small = |said: String| html! { " " small class="zw-muted" { (said) } };
    let of_it = asked.map(|q| query(&of_record(q, e), 1));
    html! {
        (kind)
        @match of_it.filter(|_| !w.record.is_empty()) {
            Some(href) => {
                " " a href=(href) title=(e.record) { (w.record) }
                @if let Some(f) = fields { (small(f)) }
            }
            None => {
                @if !w.record.is_empty() { " " (w.record) }
                (small([Some(e.record.clone()), fields].into_iter().flatten().collect::<Vec<_>>().join(" ")))
            }
        }
    }
}

/// Everything of the same days about one record.
fn of_record(q: &AuditQuery, e: &AuditOut) -> AuditQuery {
    AuditQuery { from: q.from.clone(), to: q.to.clone(), record: e.record.clone(), ..AuditQuery::default() }
}

/// The table of events, on the page (`asked`) and in its export.
pub fn events(lang: Lang, told: &Told, asked: Option<&AuditQuery>) -> Table {
    let unsaid = Words::default();
    let rows = told
        .found
        .items
        .iter()
        .enumerate()
        .map(|(n, e)| {
            let w = told.words.get(n).unwrap_or(&unsaid);
            let decision = if e.decision == "deny" {
                badge_with(Status::Overdue, &lang.t("accounts-audit-deny"))
            } else {
                badge_with(Status::Done, &lang.t("accounts-audit-allow"))
            };
            // Words first; the code, which no word replaces as evidence, small behind them.
            let coded = |said: String, code: &str| html! { (said) " " small class="zw-muted" { (code) } };
            Row::new(vec![
                html! { span class="zw-date" { (when(&e.at)) } },
                html! { (e.actor) @if !w.place.is_empty() { " " small class="zw-muted" { (w.place) } } },
                coded(words::action(lang, &e.action), &e.action),
                record(lang, e, w, asked),
                cell(why(lang, e)),
                decision,
                cell(e.ip.as_deref().unwrap_or("—")),
                cell(&e.seq),
            ])
        })
        .collect();
    Table {
        caption: lang.t("accounts-audit-title"),
        cols: vec![
            Col::text(lang.t("accounts-audit-at")),
            Col::text(lang.t("accounts-audit-actor")),
            Col::text(lang.t("accounts-audit-action")),
            Col::text(lang.t("accounts-audit-record")).wide_only(),
            Col::text(lang.t("accounts-audit-purpose")).wide_only(),
            Col::text(lang.t("accounts-audit-decision")),
            Col::text(lang.t("accounts-address")).wide_only(),
            Col::text(lang.t("accounts-audit-seq")).wide_only(),
        ],
        rows,
        print: true,
        empty: Some(empty(&lang.t("accounts-audit-none"), &lang.t("accounts-audit-none-how"), None)),
        ..Table::default()
    }
}

/// The log with its filters.
pub fn list(
    lang: Lang,
    csrf: &str,
    q: &AuditQuery,
    s: &AuditStatus,
    told: &Told,
    t: &FormTrouble,
    export: Option<zw_ui::Export>,
) -> Markup {
    let decisions =
        vec![Choice::new("allow", lang.t("accounts-audit-allow")), Choice::new("deny", lang.t("accounts-audit-deny"))];
    let actor = Field::text("actor", lang.t("accounts-audit-actor"), &q.actor).error(t.of(lang, "actor").as_deref());
    let record = Field::text("record", lang.t("accounts-audit-record"), &q.record)
        .hint(lang.t("accounts-audit-record-hint"))
        .error(t.of(lang, "record").as_deref());
    let actions = words::choices(lang, &q.action);
    let found = &told.found;
    html! {
        (trouble(lang, t))
        (standing(lang, csrf, s))
        form action="/admin/audit" method="get" class="zw-filter" {
            (field(lang, &Field::date("from", lang.t("accounts-from"), &q.from).error(t.of(lang, "from").as_deref())))
            (field(lang, &Field::date("to", lang.t("accounts-to"), &q.to).error(t.of(lang, "to").as_deref())))
            (field(lang, &actor))
            (field(lang, &Field::select("action", lang.t("accounts-audit-action"), &q.action, actions).error(t.of(lang, "action").as_deref())))
            (field(lang, &record))
            (field(lang, &Field::select("decision", lang.t("accounts-audit-decision"), &q.decision, decisions)))
            (buttons(submit(&lang.t("accounts-show"))))
        }
        @if found.total >= COUNT_MOST { p class="form-hint" { (lang.tf("accounts-audit-many", &[("n", COUNT_MOST.into())])) } }
        (table(lang, &Table { export, ..events(lang, told, Some(q)) }))
        (pagination(lang, found.page, found.size, found.total, |p| query(q, p)))
        p class="form-hint" { (lang.t("accounts-audit-watched")) }
    }
}

/// What a verification found.
pub fn verified(lang: Lang, r: &VerifyReport) -> Markup {
    html! {
        @if r.problems.is_empty() {
            p { (badge_with(Status::Done, &lang.t("accounts-audit-sound"))) }
        } @else {
            (refusal(&lang.t("accounts-audit-broken")))
            pre { (r.words()) }
        }
        (definitions([
            (lang.t("accounts-audit-events"), zw_ui::format::num(r.events)),
            (lang.t("accounts-audit-chains"), zw_ui::format::num(r.chains)),
            (lang.t("accounts-audit-checkpoints"), zw_ui::format::num(r.checkpoints)),
        ]))
        p { a href="/admin/audit" { (lang.t("accounts-audit-title")) } }
    }
}

/// Every page of this file.
pub fn sample(lang: Lang) -> Markup {
    let event = |n: i64, decision: &str| AuditOut {
        seq: format!("0:{n}"),
        at: "2021-07-08T09:00:00+08:00".into(),
        actor: "lin.xm".into(),
        ip: Some("203.0.113.9".into()),
        action: if n == 1 { "account.set_state".into() } else { "thing.unheard_of".into() },
        resource: if n == 1 { "account".into() } else { "thing".into() },
        record: "0190".into(),
        fields: if n == 1 { "state".into() } else { String::new() },
        purpose: (n == 1).then(|| "disabled".into()),
        decision: decision.into(),
        request_id: "r".into(),
    };
    let words = || Words { place: "示例市示例区".into(), record: "lin.xm".into() };
    let found = |items: Vec<AuditOut>, total| Told {
        words: items.iter().map(|e| if e.resource == "account" { words() } else { Words::default() }).collect(),
        found: Paged { items, page: 1, size: 50, total },
    };
    let s = |checkpoint: Option<i64>, stale| AuditStatus {
        events: 1234,
        chains: 16,
        checkpoint,
        checkpoint_at: checkpoint.map(|_| "2021-07-08 08:59".into()),
        stale,
    };
    let broken =
        VerifyReport { events: 9, chains: 1, checkpoints: 1, problems: vec![(1, "chain 0: row 4 was altered".into())] };
    let mut fields = zw_core::FieldErrors::default();
    fields.add("from", "audit-days");
    let t = FormTrouble { fields, note: None, current: vec![] };
    let q = AuditQuery { action: "session.".into(), ..AuditQuery::default() };
    html! {
        (list(lang, "t", &q, &s(Some(7), false), &found(vec![event(1, "allow"), event(2, "deny")], COUNT_MOST), &FormTrouble::default(), None))
        (list(lang, "t", &AuditQuery::default(), &s(Some(7), true), &found(vec![], 0), &t, None))
        (list(lang, "t", &AuditQuery::default(), &s(None, true), &found(vec![], 0), &t, None))
        (verified(lang, &broken))
        (verified(lang, &VerifyReport { problems: vec![], ..broken.clone() }))
    }
}
