//! Sign-in and one-time codes.

use super::{refusal, trouble};
use zw_ui::form::{buttons, form, hidden};
use zw_ui::{Field, Kind, Lang, Markup, field, html, submit};
use zw_web::{FormTrouble, Posted};

/// The sign-in form; `note` says why the last try was refused.
pub fn login(lang: Lang, csrf: &str, p: &Posted, note: Option<&str>) -> Markup {
    html! {
        @if let Some(n) = note { (refusal(n)) }
        // The draft script shows it when the browser holds a text: whoever else signs in is told before that it goes.
        div class="zw-notice n-info" role="status" data-kept-note="" hidden {
            span class="zw-mark" aria-hidden="true" { "i" }
            p { (lang.t("accounts-login-kept")) }
        }
        (form("/login", csrf, None, html! {
            (hidden("next", p.value("next")))
            (field(lang, &Field::text("login", lang.t("accounts-login"), p.value("login")).required()))
            (field(lang, &Field::new("password", lang.t("accounts-password"), "", Kind::Password("current-password")).required()))
            (buttons(html! { (submit(&lang.t("accounts-sign-in"))) }))
        }))
        p { a href="/activate" { (lang.t("accounts-have-code")) } }
        p class="form-hint" { (lang.t("accounts-no-account")) }
    }
}

/// Rules for passwords, shown before one is chosen.
pub(crate) fn password_rules(lang: Lang) -> Markup {
    html! {
        ul class="form-hint" {
            li { (lang.t("accounts-rule-length")) }
            li { (lang.t("accounts-rule-phrase")) }
            li { (lang.t("accounts-rule-context")) }
            li { (lang.t("accounts-rule-common")) }
        }
    }
}

/// The form for a one-time code and the first or new password.
pub fn activate(lang: Lang, csrf: &str, p: &Posted, t: &FormTrouble) -> Markup {
    html! {
        (trouble(lang, t))
        p { (lang.t("accounts-activate-lead")) }
        (form("/activate", csrf, None, html! {
            (field(lang, &Field::text("code", lang.t("accounts-code"), p.value("code")).required()
                .hint(lang.t("accounts-code-hint")).error(t.of(lang, "code").as_deref())))
            (password_rules(lang))
            (field(lang, &Field::new("password", lang.t("accounts-new-password"), "", Kind::Password("new-password")).required()
                .error(t.of(lang, "password").as_deref())))
            (field(lang, &Field::new("repeat", lang.t("accounts-repeat"), "", Kind::Password("new-password")).required()
                .error(t.of(lang, "repeat").as_deref())))
            (buttons(html! { (submit(&lang.t("accounts-set-password"))) }))
        }))
    }
}

/// The answer to a code that does not open (any more).
pub fn code_gone(lang: Lang) -> Markup {
    html! {
        (refusal(&lang.t("accounts-code-gone")))
        p { (lang.t("accounts-code-gone-next")) }
        p { a href="/activate" { (lang.t("accounts-code-again")) } " · " a href="/login" { (lang.t("accounts-sign-in")) } }
    }
}

/// Every page of this file.
pub fn sample(lang: Lang) -> Markup {
    let mut fields = zw_core::FieldErrors::default();
    fields.add("password", "password-short");
    fields.add("repeat", "password-repeat");
    let t = FormTrouble { fields, note: None, current: vec![] };
    let typed = Posted::prefilled([("login", "lin.xm"), ("next", "/units"), ("code", "01Z0A-BCJKM-NPQRS-TVWXZ")]);
    html! {
        (login(lang, "t", &typed, Some(&lang.t("rule-sign-in-refused"))))
        (activate(lang, "t", &typed, &t))
        (code_gone(lang))
    }
}
