//! The audit log in words: what was done, to which kind of record, and why. The log keeps codes, because words change;
//! a test of the whole program finds every code that has none here.

use zw_ui::{Choice, Lang};

/// Every act that is ever written down, in the order of the filter; acts on one kind of record stand together.
pub const ACTIONS: &[&str] = &[
    "account.read",
    "account.create",
    "account.set_state",
    "account.link_worker",
    "account.issue_code",
    "account.confirm",
    "account.set_password",
    "account.activate",
    "account.seed",
    "grant.read",
    "grant.create",
    "grant.end",
    "grant.tampered",
    "operator.issue_code",
    "operator.disable",
    "session.login",
    "session.logout",
    "session.confirm",
    "session.seen",
    "session.end_own",
    "session.read_any",
    "session.end_any",
    "kiosk.manage",
    "kiosk.open",
    "audit.read",
    "audit.verify",
    "route.open",
    "division.read",
    "division.import",
    "division.count",
    "unit.read",
    "unit.create",
    "unit.edit",
    "unit.advance",
    "unit.decide",
    "unit.alarm",
    "unit.gap",
    "unit.gap_suspend",
    "build_out.read",
    "build_out.edit",
    "build_out.accept",
    "target.read",
    "target.set",
    "network.figures",
    "worker.read",
    "worker.write",
    "worker.reveal",
    "worker.fold",
    "posting.write",
    "posting.correct",
    "certificate.correct",
    "resident.read",
    "resident.register",
    "resident.detail",
    "resident.edit",
    "resident.take_up",
    "resident.assign",
    "resident.close",
    "resident.reveal",
    "resident.merge",
    "resident.unmerge",
    "resident.export",
    "resident.fold",
    "consent.record",
    "consent.withdraw",
    "consent.print",
    "refusal.read",
    "refusal.record",
    "refusal.end",
    "official_list.read",
    "official_list.import",
    "official_list.sweep",
    "official_row.read",
    "official_row.export",
    "encounter.read",
    "encounter.record",
    "encounter.amend",
    "field.use",
    "field.bind",
    "field.end",
    "field.seen",
    "field.wipe",
    "field.shift",
    "field.pack",
    "field.send",
    "field.items",
    "field.devices",
    "field.devices_any",
    "report.read",
    "report.write_county",
    "report.write_station",
    "report.submit_county",
    "report.submit_station",
    "report.review_station",
    "report.review_county",
    "report.review_direct",
    "report.exempt_station",
    "report.exempt_county",
    "report.exempt_direct",
    "pass_on.county",
    "pass_on.city",
    "pass_on.review",
    "pass_on.review_province",
    "board.read",
    "board.turn",
    "figure.read",
    "wall.read",
    "snapshot.read",
    "snapshot.flash",
    "snapshot.freeze",
    "circular.read",
    "circular.edit",
    "circular.check",
    "circular.return",
    "circular.send",
    "circular.correct",
    "circular.write",
    "setting.read",
    "setting.write",
    "list.export",
    "job.order",
    "job.run",
    "draft.save",
    "draft.delete",
    "search.keep",
    "form.sweep",
    "process.start",
    "process.stop",
    "schema.migrate",
    "cells.rebuild",
    "figures.print",
    "backup.write",
    "backup.restored",
    "key.export",
    "key.rotate",
    "key.reseal",
    "key.rotated",
    "key.retire",
    "demo.load",
    "demo.passwords",
    "demo.mark",
];

/// The kind of record that an act is about: `unit` of `unit.edit`.
fn kind_of(action: &str) -> &str {
    action.split_once('.').map_or(action, |(kind, _)| kind)
}

/// The words of an act; its code if there are none.
pub fn action(lang: Lang, code: &str) -> String {
    lang.t_or(&format!("accounts-act-{}", code.replace('.', "-")), code)
}

/// The words of a kind of record; its code if there are none.
pub fn kind(lang: Lang, code: &str) -> String {
    lang.t_or(&format!("accounts-kind-{code}"), code)
}

/// The words of a purpose: a code of the program, a role, or what somebody wrote.
pub fn purpose(lang: Lang, text: &str) -> String {
    let code = text.replace(' ', "-");
    let is_code = !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b));
    match is_code {
        true => lang.t_or(&format!("accounts-why-{code}"), &lang.t_or(&format!("role-{code}"), text)),
        false => text.to_owned(),
    }
}

/// The choices of the filter: under each kind of record all its acts together, then each. A code from an address that
/// is none of these stands at the end as it is.
pub(super) fn choices(lang: Lang, asked: &str) -> Vec<Choice> {
    let mut out = vec![];
    for run in ACTIONS.chunk_by(|a, b| kind_of(a) == kind_of(b)) {
        let Some(code) = run.first().map(|a| kind_of(a)) else { continue };
        let words = kind(lang, code);
        if run.len() > 1 {
            let all = lang.tf("accounts-audit-all-of", &[("kind", words.as_str().into())]);
            out.push(Choice::new(format!("{code}."), all).under(&words));
        }
        out.extend(run.iter().map(|a| Choice::new(*a, action(lang, a)).under(&words)));
    }
    if !asked.is_empty() && out.iter().all(|c| c.value != asked) {
        out.push(Choice::new(asked, asked));
    }
    out
}
