//! The page that corrects a posting or certificate or takes it back, and the list of what was corrected.

use super::{Form, choices, day, percent, trouble, word};
use crate::model::certificate::CertificateLevel;
use crate::model::correction::{Corrected, CorrectionOut};
use zw_core::code::Code as _;
use zw_core::codelist::network::{CERTIFICATE_LEVEL, POST};
use zw_ui::form::{Choice, Kind, buttons, folded, form, hidden};
use zw_ui::{Lang, Markup, button_link, card, html, submit};
use zw_web::{FormTrouble, Posted};

/// What is corrected, for the page.
pub struct CorrectData {
    /// A posting or a certificate.
    pub what: Corrected,
    /// Where its worker's page is.
    pub back: String,
    /// Where its own page is.
    pub href: String,
    /// Unit's name, or number of the certificate.
    pub name: String,
    /// Whether the posting has ended: only then it has a last day to correct.
    pub ended: bool,
}

/// The two forms: correct, and take back. `cancelling`: the second one did not go through.
pub fn correct(
    lang: Lang,
    csrf: &str,
    key: &str,
    d: &CorrectData,
    (posted, t, cancelling): (&Posted, &FormTrouble, bool),
) -> Markup {
    let calm = FormTrouble::default();
    let f = Form { lang, posted, trouble: if cancelling { &calm } else { t } };
    let c = Form { lang, posted, trouble: if cancelling { t } else { &calm } };
    let levels =
        CertificateLevel::ALL.iter().map(|l| Choice::new(l.code(), word(lang, &CERTIFICATE_LEVEL, l.code()))).collect();
    let version = posted.value("version");
    html! {
        (trouble(lang, t))
        p class="zw-muted" { (d.name) }
        (form(&format!("{}/correct", d.href), csrf, Some(key), html! {
            (hidden("version", version))
            p class="form-hint" { (lang.t("people-correct-hint")) }
            div class="zw-fields" {
                @match d.what {
                    Corrected::Posting => {
                        (f.draw(&f.field("post", Kind::Select(choices(lang, &POST))).required()))
                        (f.draw(&f.field("from", Kind::Date).required()))
                        @if d.ended { (f.draw(&f.field("last_day", Kind::Date).hint(lang.t("people-correct-last-day-hint")))) }
                        (f.draw(&f.field("fte", Kind::Number { min: Some(10), max: Some(100) }).unit("%").required()))
                    }
                    Corrected::Certificate => {
                        (f.draw(&f.field("level", Kind::Select(levels)).required()))
                        (f.draw(&f.field("number", Kind::Text).required()))
                        (f.draw(&f.field("issued_on", Kind::Date).required()))
                    }
                }
            }
            (f.draw(&f.field("correct_reason", Kind::Text).required()))
            (buttons(html! { (submit(&lang.t("people-correct-go"))) (button_link(&lang.t("people-cancel"), &d.back, false)) }))
        }))
        (folded(&lang.t("people-take-back"), cancelling, form(&format!("{}/cancel", d.href), csrf, Some(&format!("{key}-x")), html! {
            (hidden("version", version))
            p class="form-hint" { (lang.t("people-take-back-hint")) }
            (c.draw(&c.field("cancel_reason", Kind::Text).required()))
            (buttons(submit(&lang.t("people-take-back-go"))))
        })))
    }
}

/// What was corrected about a worker's postings and certificates; nothing where nothing was.
// i18n-keys: people-corrected-posting-correct people-corrected-posting-cancel people-corrected-certificate-correct
// i18n-keys: people-corrected-certificate-cancel
pub fn corrections(lang: Lang, list: &[CorrectionOut]) -> Markup {
    if list.is_empty() {
        return html! {};
    }
    card(
        &lang.t("people-corrections"),
        html! { ul class="zw-list" { @for c in list { li {
            (lang.t(&format!("people-corrected-{}-{}", c.what.code(), c.act.code()))) (lang.colon()) (c.reason)
            p class="zw-muted" { (lang.t("people-was")) " " (was(lang, c)) " · " (c.by) " " (c.at.minute_cn()) }
        } } } },
    )
}

fn was(lang: Lang, c: &CorrectionOut) -> String {
    let w = &c.was;
    let parts: Vec<String> = match c.what {
        Corrected::Posting => vec![
            w.unit.clone().unwrap_or_default(),
            w.post.map(|p| word(lang, &POST, p.code())).unwrap_or_default(),
            format!("{} – {}", day(w.from), day(w.last_day)),
            percent(w.fte_permille.unwrap_or_default()),
        ],
        Corrected::Certificate => vec![
            w.level.map(|l| word(lang, &CERTIFICATE_LEVEL, l.code())).unwrap_or_default(),
            w.number.clone().unwrap_or_default(),
            day(w.issued_on),
        ],
    };
    parts.join(" ")
}
