//! The page that stays on the device: a frame without a person in it, the words its script says, and the forms as templates,
//! so that every label lives where the online form has it.

use maud::{Markup, html};
use std::collections::BTreeMap;
use zw_practice::views::visit;
use zw_ui::form::{Field, Kind, buttons, section};
use zw_ui::parts::{button_link, card, submit};
use zw_ui::{Lang, field};

// i18n-keys: field-kit-offline field-kit-online field-kit-no-worker field-kit-ready field-kit-no-shift field-kit-no-device
// i18n-keys: field-kit-ended field-kit-over field-kit-clock field-kit-wiped field-kit-lost field-kit-pin-weak field-kit-pin-form
// i18n-keys: field-kit-pin-twice field-kit-pin-wrong field-kit-pin-gone field-kit-locked field-kit-old field-kit-fetching
// i18n-keys: field-kit-failed field-kit-expired field-kit-sign-in field-kit-count field-kit-children field-kit-cut
// i18n-keys: field-kit-due field-kit-overdue field-kit-last field-kit-never field-kit-none-found field-kit-today
// i18n-keys: field-kit-others field-kit-visit field-kit-fix field-kit-call field-kit-home field-kit-kept field-kit-too-long
// i18n-keys: field-kit-says-nothing field-kit-vain field-kit-future field-kit-next field-kit-twice field-kit-worker
// i18n-keys: field-kit-queue field-kit-queue-none field-kit-sending field-kit-sent-all field-kit-state-new field-kit-state-sent
// i18n-keys: field-kit-state-merged field-kit-state-waiting field-kit-state-refused field-kit-state-away field-kit-state-later
// i18n-keys: field-kit-state-unread field-kit-to-item field-kit-until field-kit-choose
// i18n-keys: field-kit-unsupported field-kit-kind-visit field-kit-kind-contact field-kit-unchanged field-kit-more
/// What the script says, by short names.
const WORDS: &[&str] = &[
    "offline",
    "online",
    "no-worker",
    "ready",
    "no-shift",
    "no-device",
    "ended",
    "over",
    "clock",
    "wiped",
    "lost",
    "pin-weak",
    "pin-form",
    "pin-twice",
    "pin-wrong",
    "pin-gone",
    "locked",
    "old",
    "fetching",
    "failed",
    "expired",
    "sign-in",
    "count",
    "children",
    "cut",
    "due",
    "overdue",
    "last",
    "never",
    "none-found",
    "today",
    "others",
    "visit",
    "fix",
    "call",
    "home",
    "kept",
    "too-long",
    "says-nothing",
    "vain",
    "future",
    "next",
    "twice",
    "worker",
    "queue",
    "queue-none",
    "sending",
    "sent-all",
    "state-new",
    "state-sent",
    "state-merged",
    "state-waiting",
    "state-refused",
    "state-away",
    "state-later",
    "state-unread",
    "to-item",
    "until",
    "choose",
    "unsupported",
    "kind-visit",
    "kind-contact",
    "unchanged",
    "more",
];

fn words(lang: Lang) -> String {
    // A variable is filled in on the device: it stands there as {n}, {name}, {at}.
    let args: Vec<(&str, zw_ui::Arg)> =
        [("n", "{n}"), ("name", "{name}"), ("at", "{at}")].iter().map(|(k, v)| (*k, (*v).into())).collect();
    let all: BTreeMap<&str, String> = WORDS.iter().map(|w| (*w, lang.tf(&format!("field-kit-{w}"), &args))).collect();
    serde_json::to_string(&all).unwrap_or_default()
}

fn pin(lang: Lang, name: &str, label: &str) -> Markup {
    field(lang, &Field::new(name, lang.t(label), "", Kind::Password("off")))
}

/// The page.
// i18n-keys: field-f-pin field-f-pin-new field-f-pin-again
pub fn kit(lang: Lang) -> Markup {
    html! {
        noscript { p class="zw-notice n-warning" { (lang.t("field-kit-needs-script")) } }
        div id="field" data-words=(words(lang)) {
            p class="zw-device-line" { span id="field-net" role="status" {} span id="field-shift" {} span id="field-frame" {} }
            p id="field-say" role="status" class="zw-device-say" hidden {}
            p id="field-alarm" role="alert" class="zw-device-say is-alarm" hidden {}
            section id="field-begin" hidden {
                p id="field-begin-why" {}
                (buttons(html! { (button_link(&lang.t("field-kit-to-start"), "/field", true)) }))
            }
            // The script sends none of these; post, so that none of them ever writes a PIN or a name into an address.
            form id="field-setup" method="post" class="zw-form" hidden {
                (section(&lang.t("field-s-pin"), html! {
                    p { (lang.t("field-pin-lead")) }
                    (pin(lang, "pin", "field-f-pin-new"))
                    (pin(lang, "again", "field-f-pin-again"))
                }))
                (buttons(submit(&lang.t("field-pin-set"))))
            }
            form id="field-lock" method="post" class="zw-form" hidden {
                (section(&lang.t("field-s-lock"), html! {
                    p id="field-lock-why" {}
                    (field(lang, &Field::new("open", lang.t("field-f-pin"), "", Kind::Password("off"))))
                }))
                (buttons(submit(&lang.t("field-pin-open"))))
            }
            div id="field-main" hidden {
                form id="field-search" method="post" class="zw-form" {
                    (field(lang, &Field::text("find", lang.t("field-f-find"), "").hint(lang.t("field-find-hint"))))
                }
                p id="field-count" class="form-hint" {}
                h2 id="field-list-title" {}
                ul id="field-list" class="zw-device-list" {}
                p { button id="field-lock-now" class="btn" type="button" { (lang.t("field-lock-now")) } }
            }
            div id="field-form" hidden {}
            section id="field-queue" class="zw-card" hidden {
                div class="zw-card-head" { h2 id="field-queue-title" {} }
                p { button id="field-send" class="btn btn-primary" type="button" { (lang.t("field-send")) } }
                ul id="field-items" class="zw-device-list" {}
                p { a class="zw-tap" href="/field/items" { (lang.t("field-to-all-items")) } }
            }
            template id="field-visit" {
                form method="post" class="zw-form" novalidate {
                    div class="zw-device-errors" role="alert" hidden {}
                    (visit::away(lang))
                    (buttons(html! {
                        (submit(&lang.t("field-keep")))
                        button class="btn" type="button" data-back="" { (lang.t("field-back")) }
                    }))
                }
            }
            template id="field-contact" {
                form method="post" class="zw-form" novalidate {
                    div class="zw-device-errors" role="alert" hidden {}
                    (section(&lang.t("field-s-contact"), visit::contact(lang)))
                    (buttons(html! {
                        (submit(&lang.t("field-keep")))
                        button class="btn" type="button" data-back="" { (lang.t("field-back")) }
                    }))
                }
            }
            (card(&lang.t("field-s-rules"), html! { p { (lang.t("field-rules")) } }))
        }
    }
}
