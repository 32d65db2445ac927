//! Consents and refusals of a resident: what stands, recording, withdrawing, the form on paper. A refusal is shown as the
//! answer it is.

use super::{Watermark, choices, word};
use crate::model::{
    ConsentAnswer, ConsentForm, ConsentScope, ConsentState, FieldGroup, GuardianGround, LegalBasis, Notice,
};
use crate::out::{ConsentOut, ConsentsOut, MatterOut, ResidentOut};
use crate::service::consent::Withdrawal;
use maud::{Markup, html};
use zw_core::code::Code;
use zw_core::codelist::national::RELATION;
use zw_core::{ConsentId, Day, Uuid};
use zw_ui::Lang;
use zw_ui::form::{Choice, Field, buttons, folded, form, section, version};
use zw_ui::parts::{button_link, button_row, card_with, definitions, flag, print_button, submit, submit_danger};
use zw_web::{FormView, Posted};

/// The words of a relation of GB/T 4761; the person is nobody's head of a household here.
pub(super) fn relation(lang: Lang, code: &str) -> String {
    match (code, lang) {
        ("0", _) => lang.t("practice-relation-self"),
        (_, Lang::ZhCn) => RELATION.zh(code).to_owned(),
        (_, Lang::En) => RELATION.en(code).to_owned(),
    }
}

/// Relations that somebody else can have to the person.
pub(super) fn relations(lang: Lang) -> Vec<Choice> {
    RELATION.codes().filter(|c| *c != "0").map(|c| Choice::new(c, relation(lang, c))).collect()
}

/// Several codes in words.
fn words<T: Code>(lang: Lang, list: &str, codes: &[T]) -> String {
    codes.iter().map(|c| word(lang, list, c.code())).collect::<Vec<_>>().join(lang.comma())
}

// i18n-keys: practice-matter-none practice-matter-standing practice-matter-refused practice-matter-withdrawn
// i18n-keys: practice-matter-expired practice-matter-not_guardian practice-matter-replaced practice-matter-until
fn matter(lang: Lang, m: &MatterOut) -> (String, Markup) {
    let said = match (m.state, m.day) {
        (None, _) => lang.t("practice-matter-none"),
        (Some(ConsentState::Standing), Some(day)) => {
            lang.tf("practice-matter-until", &[("day", day.to_string().into())])
        }
        (Some(state), day) => {
            let day = day.map(|d| d.to_string()).unwrap_or_default();
            lang.tf(&format!("practice-matter-{state}"), &[("day", day.into())])
        }
    };
    let lawful = m.borne && m.state != Some(ConsentState::Standing);
    (
        word(lang, "scope", m.scope.code()),
        html! { (said) @if lawful { " " span class="zw-muted" { (lang.t("practice-matter-borne")) } } },
    )
}

/// The section 同意与告知 of a resident's page.
pub(super) fn card_of(
    f: &FormView<'_>,
    r: &ResidentOut,
    all: &ConsentsOut,
    may_record: bool,
    may_withdraw: bool,
) -> Markup {
    let lang = f.lang;
    let here = format!("/people/{}/{}/consents", r.county, r.id);
    let acts = may_record.then(|| {
        html! {
            (button_link(&f.t("practice-consent-new"), &format!("{here}/new"), false)) " "
            (button_link(&f.t("practice-consent-paper"), &format!("{here}/form"), false))
        }
    });
    card_with(
        &f.t("practice-consents"),
        acts,
        html! {
            p { (f.t("practice-f-basis")) (lang.colon()) (word(lang, "legal", r.legal_basis.code())) }
            @if all.no_basis { p class="zw-error-text" { "‼ " (f.t("practice-no-basis")) } }
            @if all.withheld {
                p class="form-hint" { (f.t("practice-consents-withheld")) }
            } @else {
                (definitions(all.matters.iter().map(|m| matter(lang, m))))
                @if all.items.is_empty() { p class="zw-muted" { (f.t("practice-consents-none")) } }
                @for k in &all.items { (one(f, r, k, may_withdraw)) }
            }
        },
    )
}

/// One answer: its matters and state stand open, the rest is folded.
fn one(f: &FormView<'_>, r: &ResidentOut, k: &ConsentOut, may_withdraw: bool) -> Markup {
    let title = format!(
        "{} · {} · {} · {}",
        k.signed_on,
        word(f.lang, "answer", k.answer.code()),
        words(f.lang, "scope", &k.scopes),
        word(f.lang, "consent-state", k.state.code())
    );
    let withdraw = may_withdraw && matches!(k.state, ConsentState::Standing | ConsentState::NotGuardian);
    folded(
        &title,
        false,
        html! {
            (definitions(facts(f.lang, k)))
            @if withdraw {
                (button_row(button_link(&f.t("practice-consent-withdraw"), &format!("/consents/{}/{}/withdraw", r.county, k.id), false)))
            }
        },
    )
}

fn facts(lang: Lang, k: &ConsentOut) -> Vec<(String, Markup)> {
    let unknown = || lang.t("practice-not-recorded");
    let or_unknown = |t: &str| if t.is_empty() { unknown() } else { t.to_owned() };
    let mut out = vec![];
    let mut pair = |key: &str, value: Markup| out.push((lang.t(key), value));
    pair("practice-k-scopes", html! { (words(lang, "scope", &k.scopes)) });
    pair(
        "practice-k-state",
        html! {
            (word(lang, "consent-state", k.state.code()))
            @if let Some(d) = k.withdrawn_on { " " (d) }
            @if let Some(why) = &k.withdraw_reason { (lang.colon()) (why) }
        },
    );
    let given = k.answer == ConsentAnswer::Given;
    if given || k.form.is_some() {
        pair("practice-k-form", html! { (k.form.map_or_else(unknown, |x| word(lang, "consent-form", x.code()))) });
    }
    if given || k.signer.is_some() {
        pair(
            "practice-k-signer",
            html! {
                (k.signer.clone().unwrap_or_else(unknown))
                @if let Some(c) = &k.relation { (lang.aside(&relation(lang, c))) }
                @if let Some(g) = k.ground { " · " (word(lang, "ground", g.code())) }
            },
        );
    }
    if let Some(w) = &k.witness {
        pair("practice-k-witness", html! { (w) });
    }
    if let Some(d) = k.until {
        pair("practice-k-until", html! { (d) });
    }
    pair("practice-k-purpose", html! { (or_unknown(&k.purpose)) });
    pair("practice-k-recipients", html! { (or_unknown(&k.recipients)) });
    if !k.field_groups.is_empty() {
        pair("practice-k-groups", html! { (words(lang, "fields", &k.field_groups)) });
    }
    pair("practice-k-notice", html! { (k.notice_version) });
    if given {
        pair("practice-k-evidence", html! { (or_unknown(&k.evidence)) });
    }
    pair(
        "practice-recorded",
        html! {
            (k.recorded_at) @if k.merged { " " (flag(&lang.t("practice-k-merged"))) }
        },
    );
    out
}

/// First values: what is likeliest of this person today.
pub fn first(r: &ResidentOut, today: Day) -> Posted {
    let child = r.age.is_some_and(|a| a < crate::model::consent::CONSENTS_AT);
    let form = if child { ConsentForm::Guardian } else { ConsentForm::Written };
    let signer = if child { String::new() } else { r.name.clone() };
    Posted::prefilled([
        ("answer", ConsentAnswer::Given.code().to_owned()),
        ("form", form.code().to_owned()),
        ("signer", signer),
        ("signed_on", today.to_string()),
    ])
}

/// Recording an answer.
pub fn record(f: &FormView<'_>, r: &ResidentOut, notice: &Notice) -> Markup {
    let here = format!("/people/{}/{}", r.county, r.id);
    const MORE: [&str; 5] = ["purpose", "recipients", "field_groups", "until", "evidence"];
    let codes = |list| choices::<FieldGroup>(f.lang, list);
    form(
        &format!("{here}/consents/new"),
        f.csrf,
        Some(f.key),
        html! {
            (f.summary())
            (section(&f.t("practice-s-answer"), html! {
                (f.put(Field::checks("scopes", f.t("practice-k-scopes"), f.list("scopes"), choices::<ConsentScope>(f.lang, "scope")).required()))
                (f.put(Field::radios("answer", f.t("practice-k-answer"), f.v("answer"), choices::<ConsentAnswer>(f.lang, "answer")).required().hint(f.t("practice-k-answer-hint"))))
                (f.put(Field::date("signed_on", f.t("practice-k-on"), f.v("signed_on")).required()))
            }))
            (section(&f.t("practice-s-who"), html! {
                (f.put(Field::radios("form", f.t("practice-k-form"), f.v("form"), choices::<ConsentForm>(f.lang, "consent-form")).hint(f.t("practice-k-form-hint"))))
                (f.put(Field::text("signer", f.t("practice-k-signer"), f.v("signer")).hint(f.t("practice-k-signer-hint"))))
                (f.put(Field::select("relation", f.t("practice-k-relation"), f.v("relation"), relations(f.lang)).hint(f.t("practice-k-relation-hint"))))
                (f.put(Field::select("ground", f.t("practice-k-ground"), f.v("ground"), choices::<GuardianGround>(f.lang, "ground")).hint(f.t("practice-k-ground-hint"))))
                (f.put(Field::text("witness", f.t("practice-k-witness"), f.v("witness")).hint(f.t("practice-k-witness-hint"))))
            }))
            (folded(&f.t("practice-s-about"), f.any_wrong(&MORE), html! {
                (f.put(Field::date("until", f.t("practice-k-until"), f.v("until")).hint(f.t("practice-k-until-hint"))))
                (f.put(Field::area("purpose", f.t("practice-k-purpose"), f.v("purpose")).hint(f.lang.tf("practice-k-as-notice", &[("text", notice.purpose.as_str().into())]))))
                (f.put(Field::area("recipients", f.t("practice-k-recipients"), f.v("recipients")).hint(f.lang.tf("practice-k-as-notice", &[("text", notice.recipients.as_str().into())]))))
                (f.put(Field::checks("field_groups", f.t("practice-k-groups"), f.list("field_groups"), codes("fields")).hint(f.t("practice-k-groups-hint"))))
                (f.put(Field::text("evidence", f.t("practice-k-evidence"), f.v("evidence")).hint(f.t("practice-k-evidence-hint"))))
            }))
            (buttons(html! {
                (submit(&f.t("practice-consent-save")))
                (button_link(&f.t("practice-back"), &here, false))
            }))
        },
    )
}

/// Withdrawing a consent: what it stops and what stays lawful stands above the button.
pub fn withdraw(f: &FormView<'_>, w: &Withdrawal) -> Markup {
    let (r, k) = (&w.resident, &w.consent);
    let here = format!("/people/{}/{}", r.county, r.id);
    let list = |scopes: &[ConsentScope]| words(f.lang, "scope", scopes);
    let read = k.version.to_string();
    let current = super::current(f, "version");
    form(
        &format!("/consents/{}/{}/withdraw", r.county, k.id),
        f.csrf,
        Some(f.key),
        html! {
            (f.summary())
            (version(if current.is_empty() { &read } else { &current }))
            (definitions(facts(f.lang, k)))
            @if !w.stops.is_empty() {
                p { (f.lang.tf("practice-withdraw-stops", &[("list", list(&w.stops).into())])) }
            }
            @if w.stops.contains(&ConsentScope::Filing) { p { (f.t("practice-withdraw-file")) } }
            @if !w.stays.is_empty() {
                p { (f.lang.tf("practice-withdraw-stays", &[("list", list(&w.stays).into()), ("basis", word(f.lang, "legal", r.legal_basis.code()).into())])) }
            }
            p class="form-hint" { (f.t("practice-withdraw-kept")) }
            (f.put(Field::date("on", f.t("practice-k-withdrawn"), f.v("on"))))
            (f.put(Field::text("reason", f.t("practice-k-reason"), f.v("reason")).required().hint(f.t("practice-k-reason-hint"))))
            (buttons(html! {
                (submit_danger(&f.t("practice-consent-withdraw"), &f.t("practice-withdraw-sure")))
                (button_link(&f.t("practice-back"), &here, false))
            }))
        },
    )
}

/// The notice and consent form for paper. Who handles the data and who is entrusted with it is filled in by hand: no contract
/// is on file here yet.
pub fn paper(lang: Lang, r: &ResidentOut, notice: &Notice, version: &str, mark: &Watermark<'_>) -> Markup {
    // A long label may break on a phone; on paper there is room.
    let rule = |label: &str| html! { span { (lang.t(label)) } span class="zw-rule zw-rule-long" {} " " };
    let boxes = |list: Vec<Choice>| html! { @for c in list { span class="zw-box" { "□ " (c.label) } } };
    html! {
        (button_row(html! { (print_button(lang)) (button_link(&lang.t("practice-back"), &format!("/people/{}/{}", r.county, r.id), false)) }))
        section class="zw-blank zw-notice-form" {
            h2 { (lang.t("practice-paper-title")) (lang.aside(&lang.tf("practice-paper-version", &[("version", version.into())]))) }
            p { (lang.t("practice-f-name")) (lang.colon()) (r.name) " · " (r.township_name) (r.village_name) }
            p { (lang.t("practice-paper-station")) (lang.colon()) (r.unit_name) " · " (r.township_name) }
            p { (rule("practice-paper-handler")) }
            p { (rule("practice-paper-entrusted")) }
            p { (rule("practice-paper-contact")) }
            p { (lang.t("practice-k-purpose")) (lang.colon()) (notice.purpose) }
            p { (lang.t("practice-k-recipients")) (lang.colon()) (notice.recipients) }
            p { (lang.t("practice-paper-keeping")) (lang.colon()) (notice.keeping) }
            p { (lang.t("practice-paper-rights")) }
            @for s in ConsentScope::ALL {
                p {
                    strong { (word(lang, "scope", s.code())) } "　"
                    span class="zw-box" { "□ " (word(lang, "answer", "given")) } span class="zw-box" { "□ " (word(lang, "answer", "refused")) }
                    @let groups = FieldGroup::of(*s);
                    @if !groups.is_empty() { br; span class="zw-fine" { (words(lang, "fields", groups)) } }
                }
            }
            p { (lang.t("practice-paper-choice")) }
            p { (lang.t("practice-k-form")) "　" (boxes(choices::<ConsentForm>(lang, "consent-form"))) }
            p { (rule("practice-k-signer")) (rule("practice-k-relation")) (rule("practice-k-on")) }
            p { (rule("practice-k-witness")) (rule("practice-paper-worker")) }
        }
        (mark.line(lang))
    }
}

/// Invented answers.
pub(super) fn sample_consents() -> ConsentsOut {
    let day = Day::from_stored;
    let base = ConsentOut {
        id: ConsentId(Uuid::from_u128(9)),
        merged: false,
        scopes: vec![ConsentScope::Filing, ConsentScope::Sensitive],
        answer: ConsentAnswer::Given,
        state: ConsentState::Standing,
        form: Some(ConsentForm::Oral),
        signer: Some("陈秀英".into()),
        relation: Some("0".into()),
        ground: None,
        witness: Some("林村干".into()),
        purpose: "建档".into(),
        recipients: "本站".into(),
        field_groups: vec![FieldGroup::Basic, FieldGroup::Health],
        notice_version: "1".into(),
        signed_on: day(20_210_601),
        until: Some(day(20_220_531)),
        withdrawn_on: None,
        withdraw_reason: None,
        evidence: "原件在站".into(),
        recorded_at: "2021-06-01 10:00".into(),
        version: 1,
    };
    let refused = ConsentOut {
        scopes: vec![ConsentScope::Image],
        answer: ConsentAnswer::Refused,
        state: ConsentState::Refused,
        form: None,
        signer: None,
        ..base.clone()
    };
    let withdrawn = ConsentOut {
        scopes: vec![ConsentScope::Sharing],
        state: ConsentState::Withdrawn,
        withdrawn_on: Some(day(20_210_701)),
        withdraw_reason: Some("不愿再转介".into()),
        form: None,
        merged: true,
        ground: Some(GuardianGround::Court),
        ..base.clone()
    };
    let m = |scope, state, day| MatterOut { scope, state, day, borne: scope == ConsentScope::Filing };
    ConsentsOut {
        matters: vec![
            m(ConsentScope::Filing, Some(ConsentState::Withdrawn), Some(day(20_210_701))),
            m(ConsentScope::Sensitive, Some(ConsentState::Standing), Some(day(20_220_531))),
            m(ConsentScope::Image, Some(ConsentState::Refused), Some(day(20_210_601))),
            m(ConsentScope::Review, None, None),
        ],
        items: vec![base, refused, withdrawn],
        withheld: false,
        no_basis: true,
    }
}

/// The forms with a problem, the paper, and the section of who sees nothing.
pub fn sample(lang: Lang) -> Markup {
    let r = ResidentOut { legal_basis: LegalBasis::Consent, ..super::people::sample_resident() };
    let mut trouble = zw_web::FormTrouble::default();
    trouble.fields.add("witness", "consent-witness");
    trouble.fields.add("recipients", "consent-recipients");
    let posted = first(&r, Day::from_stored(20_210_708));
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let consent = sample_consents().items.remove(0);
    let w = Withdrawal {
        resident: r.clone(),
        consent,
        stops: vec![ConsentScope::Filing],
        stays: vec![ConsentScope::Sensitive],
    };
    let mark = Watermark { reader: "李社工", at: zw_core::Stamp::from_ms(1_625_700_000_000) };
    html! {
        section { (record(&f, &r, &Notice::default())) }
        section { (withdraw(&f, &w)) }
        section { (paper(lang, &r, &Notice::default(), "1", &mark)) }
        section { (card_of(&f, &r, &ConsentsOut { withheld: true, ..ConsentsOut::default() }, false, false)) }
    }
}
