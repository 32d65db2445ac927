//! The page of one worker: who it is, postings, certificates, and the forms of each.

use super::{Form, choices, day, percent, state, trouble, word};
use crate::model::certificate::{Certificate, CertificateLevel};
use crate::model::posting::PostingOut;
use crate::model::worker::WorkerFile;
use crate::service::REVEALABLE;
use zw_access::reveal::{RevealField, RevealPurpose, Revealed};
use zw_core::code::Code as _;
use zw_core::codelist::national::SEX;
use zw_core::codelist::network::{CERTIFICATE_LEVEL, EMPLOYMENT, LEAVE_REASON, POST};
use zw_core::{Day, PostingId, UnitId, WorkerId};
use zw_ui::form::{Choice, Kind, buttons, folded, form, hidden};
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Markup, Notice, Row, Table, Tone, button_link, card, definitions, html, submit, table};
use zw_web::{FormTrouble, Posted};

/// Which form of a worker's page did not go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// None: shown for the first time.
    None,
    /// A certificate.
    Certificate,
    /// A new posting.
    Posting,
    /// The end of this posting.
    End(PostingId),
    /// A reveal.
    Reveal,
}

/// What a worker's page needs besides the file.
pub struct FileData {
    /// The worker.
    pub file: WorkerFile,
    /// Whether the reader may edit.
    pub may_edit: bool,
    /// Whether the reader may correct postings, certificates.
    pub may_correct: (bool, bool),
    /// Whether the reader may post.
    pub may_post: bool,
    /// Whether the number for an account is shown: to who registers workers, and to the worker.
    pub shows_number: bool,
    /// Whether the reader may reveal.
    pub may_reveal: bool,
    /// Units to post to.
    pub units: Vec<(UnitId, String)>,
    /// The field in clear, on the answer to a reveal only.
    pub revealed: Option<Revealed>,
}

/// The page of a worker; `posted` and `t` belong to the part that did not go through.
pub fn file(lang: Lang, csrf: &str, key: &str, d: &FileData, part: Part, posted: &Posted, t: &FormTrouble) -> Markup {
    let w = &d.file.worker;
    let (none, calm) = (Posted::default(), FormTrouble::default());
    let of = |p: Part| if part == p { (posted, t) } else { (&none, &calm) };
    let open = d.revealed.as_ref();
    let field = |of: RevealField, masked: &str| match open.filter(|o| o.field == of) {
        Some(o) if o.value.is_empty() => "—".to_owned(),
        Some(o) => o.value.clone(),
        None => masked.to_owned(),
    };
    html! {
        (trouble(lang, t))
        @if open.is_some() { (zw_ui::shell::notice(&Notice { tone: Tone::Warning, text: lang.t("people-revealed"), next: None })) }
        (definitions([
            (lang.t("people-f-state"), html! { (state(lang, w.state)) }),
            (lang.t("people-col-name"), html! { (w.name) }),
            (lang.t("people-f-id-no"), html! { (field(RevealField::IdNo, &d.file.id_no)) }),
            (lang.t("people-f-phone"), html! { (field(RevealField::Phone, &d.file.phone)) }),
            (lang.t("people-f-sex"), html! { (word(lang, &SEX, &w.sex)) }),
            (lang.t("people-f-employ"), html! { (word(lang, &EMPLOYMENT, &w.employ)) }),
            (lang.t("people-f-since"), html! { (d.file.since.to_string()) }),
            (lang.t("people-col-county"), html! { (w.county) }),
        ]))
        @if d.shows_number {
            (definitions([(lang.t("people-worker-number"), html! { code class="zw-code zw-copy" { (w.id.number()) } })]))
            p class="form-hint" { (lang.t("people-number-hint")) }
        }
        div class="zw-buttons" {
            @if d.may_edit { (button_link(&lang.t("people-edit"), &format!("/workers/{}/edit", w.id), false)) }
        }
        @if d.may_reveal { (reveal_form(lang, csrf, w.id, part == Part::Reveal, of(Part::Reveal))) }
        (postings(lang, d))
        @if d.may_post {
            @for p in d.file.postings.iter().filter(|p| p.last_day.is_none() && !p.cancelled) {
                (end_form(lang, csrf, &format!("{key}-{}", p.id), w.id, p, part == Part::End(p.id), of(Part::End(p.id))))
            }
            (posting_form(lang, csrf, key, d, part == Part::Posting, of(Part::Posting)))
        }
        (card(&lang.t("people-certificates"), html! {
            (certificates(lang, w.id, &d.file.certificates, d.may_correct.1))
            @if d.may_edit { (certificate_form(lang, csrf, key, w.id, part == Part::Certificate, of(Part::Certificate))) }
        }))
        (super::correct::corrections(lang, &d.file.corrections))
    }
}

type Typed<'a> = (&'a Posted, &'a FormTrouble);

// i18n-keys: people-reveal-id_no people-reveal-phone people-purpose-visit people-purpose-contact people-purpose-verify
// i18n-keys: people-purpose-application people-purpose-emergency
fn reveal_form(lang: Lang, csrf: &str, id: WorkerId, open: bool, typed: Typed<'_>) -> Markup {
    let f = Form { lang, posted: typed.0, trouble: typed.1 };
    folded(
        &lang.t("people-reveal"),
        open,
        form(
            &format!("/workers/{id}/reveal"),
            csrf,
            None,
            html! {
                p class="form-hint" { (lang.t("people-reveal-hint")) }
                @let shown = REVEALABLE.iter().map(|x| Choice::new(x.code(), lang.t(&format!("people-reveal-{}", x.code())))).collect();
                (f.draw(&f.field("field", Kind::Radios(shown)).required()))
                @let why = RevealPurpose::ALL.iter().map(|x| Choice::new(x.code(), lang.t(&format!("people-purpose-{}", x.code())))).collect();
                (f.draw(&f.field("purpose", Kind::Radios(why)).required()))
                (buttons(submit(&lang.t("people-reveal-go"))))
            },
        ),
    )
}

fn postings(lang: Lang, d: &FileData) -> Markup {
    let date = |d: Option<Day>| html! { span class="zw-date" { (day(d)) } };
    let rows = d
        .file
        .postings
        .iter()
        .map(|p| {
            Row::new(vec![
                html! { a href={ "/units/" (p.unit_id) } { (p.unit) } },
                cell(word(lang, &POST, p.post.code())),
                date(Some(p.from)),
                date(p.last_day),
                cell(percent(p.fte_permille)),
                html! {
                    @if p.cancelled { (zw_ui::flag(&lang.t("people-cancelled"))) }
                    @else {
                        (p.leave_reason.as_deref().map(|r| word(lang, &LEAVE_REASON, r)).unwrap_or_default())
                        @if d.may_correct.0 {
                            " " a href={ "/workers/" (d.file.worker.id) "/postings/" (p.id) "/correct" } { (lang.t("people-correct")) }
                        }
                    }
                },
            ])
        })
        .collect();
    table(
        lang,
        &Table {
            caption: lang.t("people-postings"),
            cols: vec![
                Col::text(lang.t("people-col-unit")),
                Col::text(lang.t("people-col-post")),
                Col::text(lang.t("people-col-since")),
                Col::text(lang.t("people-f-last-day")),
                Col::figure(lang.t("people-f-fte"), "").wide_only(),
                Col::text(lang.t("people-f-reason")),
            ],
            rows,
            empty: Some(zw_ui::empty(&lang.t("people-no-postings"), &lang.t("people-no-postings-how"), None)),
            ..Table::default()
        },
    )
}

fn end_form(lang: Lang, csrf: &str, key: &str, id: WorkerId, p: &PostingOut, open: bool, typed: Typed<'_>) -> Markup {
    let f = Form { lang, posted: typed.0, trouble: typed.1 };
    folded(
        &lang.tf("people-end", &[("unit", p.unit.as_str().into())]),
        open,
        form(
            &format!("/workers/{id}/postings/{}/end", p.id),
            csrf,
            Some(key),
            html! {
                (hidden("version", &p.version.to_string()))
                div class="zw-fields" {
                    (f.draw(&f.field("last_day", Kind::Date).hint(lang.t("people-today-hint"))))
                    (f.draw(&f.field("reason", Kind::Select(choices(lang, &LEAVE_REASON))).required()))
                }
                (buttons(submit(&lang.t("people-end-go"))))
            },
        ),
    )
}

fn posting_form(lang: Lang, csrf: &str, key: &str, d: &FileData, open: bool, typed: Typed<'_>) -> Markup {
    let f = Form { lang, posted: typed.0, trouble: typed.1 };
    let units = d.units.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
    folded(
        &lang.t("people-post-new"),
        open || d.file.postings.is_empty(),
        form(
            &format!("/workers/{}/postings", d.file.worker.id),
            csrf,
            Some(key),
            html! {
                (f.draw(&f.field("unit", Kind::Select(units)).required()))
                (f.draw(&f.field("post", Kind::Select(choices(lang, &POST)))))
                (f.draw(&f.field("from", Kind::Date).hint(lang.t("people-today-hint"))))
                (f.draw(&f.field("fte", Kind::Number { min: Some(10), max: Some(100) }).unit("%").hint(lang.t("people-fte-hint"))))
                (buttons(submit(&lang.t("people-post-go"))))
            },
        ),
    )
}

fn certificates(lang: Lang, worker: WorkerId, list: &[Certificate], may_correct: bool) -> Markup {
    html! {
        @if list.is_empty() { p class="zw-muted" { (lang.t("people-no-certificates")) } }
        ul class="zw-list" { @for k in list { li {
            (word(lang, &CERTIFICATE_LEVEL, k.level.code())) " " (k.number) " " span class="zw-muted" { (k.issued_on.to_string()) }
            @if may_correct { " " a href={ "/workers/" (worker) "/certificates/" (k.id) "/correct" } { (lang.t("people-correct")) } }
        } } }
    }
}

fn certificate_form(lang: Lang, csrf: &str, key: &str, id: WorkerId, open: bool, typed: Typed<'_>) -> Markup {
    let f = Form { lang, posted: typed.0, trouble: typed.1 };
    let levels =
        CertificateLevel::ALL.iter().map(|l| Choice::new(l.code(), word(lang, &CERTIFICATE_LEVEL, l.code()))).collect();
    folded(
        &lang.t("people-certificate-new"),
        open,
        form(
            &format!("/workers/{id}/certificates"),
            csrf,
            Some(&format!("{key}-c")),
            html! {
                (f.draw(&f.field("level", Kind::Select(levels)).required()))
                (f.draw(&f.field("number", Kind::Text).required()))
                (f.draw(&f.field("issued_on", Kind::Date).required()))
                (buttons(submit(&lang.t("people-save"))))
            },
        ),
    )
}
