//! Pages as pure functions from data to markup, with `sample()`.

mod correct;
mod file;

pub use correct::{CorrectData, correct};
pub use file::{FileData, Part, file};

use crate::model::certificate::{Certificate, CertificateLevel};
use crate::model::correction::{Corrected, CorrectionAct, CorrectionOut, Was};
use crate::model::posting::{Post, PostingOut};
use crate::model::worker::{WorkerFile, WorkerOut, WorkerQuery, WorkerState};
use zw_access::reveal::{RevealField, Revealed};
use zw_core::code::Code as _;
use zw_core::codelist::CodeList;
use zw_core::codelist::national::{ID_TYPE, SEX};
use zw_core::codelist::network::{CERTIFICATE_LEVEL, EMPLOYMENT, POST, WORKER_STATE};
use zw_core::{CertificateId, Day, DivisionId, Paged, PostingId, UnitId, Uuid, WorkerId};
use zw_ui::form::{Choice, Field, FormExtra, Kind, buttons, form_with, hidden, search_form, section};
use zw_ui::table::{Chip, cell};
use zw_ui::{
    Col, Lang, Markup, Notice, Row, Status, Table, Tone, button_link, card, error_summary, field, html, pagination,
    pagination_of_search, submit, table,
};
use zw_web::{FormTrouble, Posted};

fn word(lang: Lang, list: &CodeList, code: &str) -> String {
    zw_network::views::word(lang, list, code)
}

fn choices(lang: Lang, list: &CodeList) -> Vec<Choice> {
    list.codes().map(|c| Choice::new(c, word(lang, list, c))).collect()
}

/// Documents a worker can be registered with: without one there is no contract.
fn documents(lang: Lang) -> Vec<Choice> {
    choices(lang, &ID_TYPE).into_iter().filter(|c| c.value != "none").collect()
}

fn day(d: Option<Day>) -> String {
    d.map_or_else(|| "—".to_owned(), |d| d.to_string())
}

fn percent(permille: i64) -> String {
    format!("{}%", permille / 10)
}

fn state(lang: Lang, s: WorkerState) -> Markup {
    let status = match s {
        WorkerState::OnPost => Status::Done,
        WorkerState::Due => Status::OnCourse,
        WorkerState::Away => Status::Behind,
        WorkerState::Left => Status::NoData,
    };
    zw_ui::status::badge_with(status, &word(lang, &WORKER_STATE, s.code()))
}

fn trouble(lang: Lang, t: &FormTrouble) -> Markup {
    html! {
        @if let Some(note) = &t.note { (zw_ui::shell::notice(&Notice { tone: Tone::Danger, text: note.clone(), next: None })) }
        @if let Some((_, who)) = t.current.iter().find(|(n, _)| n == "updated_by") {
            (zw_ui::shell::notice(&Notice { tone: Tone::Warning, text: lang.tf("people-changed-by", &[("who", who.as_str().into())]), next: None }))
        }
        (error_summary(lang, &t.all(lang)))
    }
}

struct Form<'a> {
    lang: Lang,
    posted: &'a Posted,
    trouble: &'a FormTrouble,
}

impl Form<'_> {
    fn field(&self, name: &str, kind: Kind) -> Field {
        let label = self.lang.t(&format!("people-f-{}", name.replace('_', "-")));
        let error = self.trouble.of(self.lang, name);
        Field::new(name, label, self.posted.value(name), kind).error(error.as_deref())
    }
    fn draw(&self, f: &Field) -> Markup {
        field(self.lang, f)
    }
}

/// What the list needs besides the rows.
pub struct ListData {
    /// Filters in force.
    pub query: WorkerQuery,
    /// Rows.
    pub page: Paged<WorkerOut>,
    /// Whether the reader may register workers.
    pub may_create: bool,
    /// The way to the list's file.
    pub export: Option<zw_ui::Export>,
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b == b'-' { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The filters that are set. The name that was searched for is none of them: it stays out of addresses.
fn filters(q: &WorkerQuery) -> Vec<(&'static str, String)> {
    [("state", q.state.clone()), ("county", q.county.map(|c| c.to_string())), ("unit", q.unit.clone())]
        .into_iter()
        .filter_map(|(n, v)| v.map(|v| (n, v)))
        .collect()
}

fn address(q: &WorkerQuery, page: i64) -> String {
    let page = (page > 1).then(|| ("page", page.to_string()));
    let parts: Vec<String> = filters(q).into_iter().chain(page).map(|(n, v)| format!("{n}={}", encoded(&v))).collect();
    if parts.is_empty() { "/workers".into() } else { format!("/workers?{}", parts.join("&")) }
}

/// The table of workers, on the page and in its export.
pub fn workers(lang: Lang, d: &ListData) -> Table {
    let q = &d.query;
    let searched = q.q.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let mut chips = vec![];
    if let Some(s) = q.state.as_ref().filter(|_| searched.is_none()) {
        chips.push(Chip {
            label: word(lang, &WORKER_STATE, s),
            remove_href: address(&WorkerQuery { state: None, ..q.clone() }, 1),
        });
    }
    if q.unit.is_some() && searched.is_none() {
        chips.push(Chip {
            label: lang.t("people-of-unit"),
            remove_href: address(&WorkerQuery { unit: None, ..q.clone() }, 1),
        });
    }
    let rows = d
        .page
        .items
        .iter()
        .map(|w| {
            Row::new(vec![
                html! { a href={ "/workers/" (w.id) } { (w.name) } },
                state(lang, w.state),
                cell(w.unit.as_deref().unwrap_or("—")),
                cell(w.post.as_deref().map(|p| word(lang, &POST, p)).unwrap_or_default()),
                cell(w.level.map(|l| word(lang, &CERTIFICATE_LEVEL, l.code())).unwrap_or_else(|| "—".into())),
                cell(word(lang, &EMPLOYMENT, &w.employ)),
                cell(&w.county),
            ])
        })
        .collect();
    let begin = d.may_create.then(|| lang.t("people-new"));
    Table {
        caption: lang.tf("people-caption", &[("n", d.page.total.into())]),
        cols: vec![
            Col::text(lang.t("people-col-name")),
            Col::text(lang.t("people-f-state")),
            Col::text(lang.t("people-col-unit")),
            Col::text(lang.t("people-col-post")),
            Col::text(lang.t("people-col-certified")).wide_only(),
            Col::text(lang.t("people-f-employ")).wide_only(),
            Col::text(lang.t("people-col-county")).wide_only(),
        ],
        rows,
        chips,
        export: d.export.clone(),
        print: true,
        empty: Some(zw_ui::empty(
            &lang.t("people-none"),
            &lang.t("people-none-how"),
            begin.as_deref().map(|l| (l, "/workers/new")),
        )),
        source: Some(lang.t("people-masked")),
        ..Table::default()
    }
}

/// The list of workers.
pub fn list(lang: Lang, csrf: &str, d: &ListData) -> Markup {
    let q = &d.query;
    let searched = q.q.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let set = filters(q);
    html! {
        (search_form("/workers/find", csrf, "zw-filter", html! {
            div {
                label class="form-label" for="f-q" { (lang.t("people-f-q")) }
                input class="form-control" id="f-q" name="q" type="search" value=[q.q.as_deref()];
            }
            div {
                label class="form-label" for="f-state" { (lang.t("people-f-state")) }
                select class="form-select" id="f-state" name="state" {
                    option value="" { (lang.t("people-all")) }
                    @for s in WorkerState::ALL { option value=(s.code()) selected[q.state.as_deref() == Some(s.code())] { (word(lang, &WORKER_STATE, s.code())) } }
                }
            }
            @if let Some(u) = &q.unit { (hidden("unit", u)) }
            button class="btn" type="submit" { (lang.t("people-filter")) }
        }))
        (table(lang, &workers(lang, d)))
        @if let Some(text) = searched {
            @let fields = std::iter::once(("q", text)).chain(set.iter().map(|(n, v)| (*n, v.as_str()))).collect::<Vec<_>>();
            (pagination_of_search(lang, (d.page.page, d.page.size, d.page.total), "/workers/find", csrf, &fields))
        } @else {
            (pagination(lang, d.page.page, d.page.size, d.page.total, |p| address(q, p)))
        }
    }
}

/// Hits of a search over everything.
pub fn hits(lang: Lang, found: &Paged<WorkerOut>) -> Markup {
    let shown = i64::try_from(found.items.len()).unwrap_or(0);
    card(
        &lang.t("people-nav-workers"),
        html! {
            ul class="zw-list" { @for w in &found.items {
                li {
                    a class="zw-tap" href={ "/workers/" (w.id) } { (w.name) }
                    " · " (w.unit.as_deref().unwrap_or(&w.county))
                    @if let Some(p) = &w.post { " · " (word(lang, &POST, p)) }
                    " " (state(lang, w.state))
                }
            } }
            @if found.total > shown {
                p class="zw-muted" { (lang.tf("people-found-more", &[("n", (found.total - shown).into())])) }
            }
        },
    )
}

/// The form of a new worker (`id` none) or of an edit.
pub fn worker_form(
    lang: Lang,
    csrf: &str,
    key: &str,
    id: Option<WorkerId>,
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    let f = Form { lang, posted, trouble: t };
    let action = id.map_or_else(|| "/workers".to_owned(), |id| format!("/workers/{id}"));
    let stays = |field: Field| if id.is_some() { field.hint(lang.t("people-stays-hint")) } else { field.required() };
    let number = Kind::IdNumber { sex: "sex", birth: "birth" };
    // What somebody else saved meanwhile is the version this form is sent on top of.
    let version = t.current.iter().find(|(n, _)| n == "version").map_or(posted.value("version"), |(_, v)| v.as_str());
    html! {
        (trouble(lang, t))
        (form_with(&action, csrf, Some(key), &FormExtra::default(), html! {
            @if id.is_some() { (hidden("version", version)) }
            (section(&lang.t("people-sec-person"), html! {
                (f.draw(&stays(f.field("name", Kind::Text))))
                @if id.is_none() {
                    (f.draw(&f.field("id_type", Kind::Select(documents(lang))).required()))
                    (f.draw(&f.field("id_no", number).required().hint(lang.t("people-id-hint"))))
                    (f.draw(&f.field("sex", Kind::Radios(choices(lang, &SEX)))))
                    (f.draw(&f.field("birth", Kind::Date)))
                }
                @let phone = f.field("phone", Kind::Tel);
                (f.draw(&if id.is_some() { phone.hint(lang.t("people-stays-hint")) } else { phone }))
            }))
            (section(&lang.t("people-sec-work"), html! {
                (f.draw(&f.field("employ", Kind::Select(choices(lang, &EMPLOYMENT))).required()))
                (f.draw(&f.field("is_sw", Kind::Check)))
                @if id.is_none() { (f.draw(&f.field("since", Kind::Date).hint(lang.t("people-since-hint")))) }
            }))
            (buttons(html! { (submit(&lang.t("people-save"))) (button_link(&lang.t("people-cancel"), &action, false)) }))
        }))
    }
}

/// List, forms, and a file as its editor and after a reveal.
pub fn sample(lang: Lang) -> Markup {
    let worker = WorkerOut {
        id: WorkerId(Uuid::nil()),
        name: "张*".into(),
        sex: "1".into(),
        employ: "agency".into(),
        is_sw: true,
        state: WorkerState::OnPost,
        county_id: DivisionId(100),
        county: "示例甲区".into(),
        level: Some(CertificateLevel::Worker),
        unit: Some("示例镇社会工作服务站".into()),
        post: Some("head".into()),
        version: 1,
    };
    let posting = |last: Option<i64>| PostingOut {
        id: PostingId(Uuid::nil()),
        unit_id: UnitId(Uuid::nil()),
        unit: "示例镇社会工作服务站".into(),
        post: Post::Head,
        from: Day::from_stored(20210301),
        last_day: last.map(Day::from_stored),
        fte_permille: 1000,
        leave_reason: last.map(|_| "contract_end".into()),
        cancelled: false,
        version: 1,
    };
    let corrected = |what: Corrected| CorrectionOut {
        what,
        id: Uuid::nil(),
        act: CorrectionAct::Correct,
        at: zw_core::Stamp::from_ms(0),
        by: "李某".into(),
        reason: "日期录错".into(),
        was: Was { fte_permille: Some(500), number: Some("示例000002".into()), ..Was::default() },
    };
    let wrong_page = |what: Corrected, cancelling: bool| {
        let d =
            CorrectData { what, back: "/workers".into(), href: "/workers".into(), name: "示例".into(), ended: true };
        let mut t = FormTrouble::default();
        t.fields.add(if cancelling { "cancel_reason" } else { "correct_reason" }, "correction-reason");
        correct(lang, "t", "k", &d, (&Posted::default(), &t, cancelling))
    };
    let data = |revealed: Option<Revealed>, may: bool| FileData {
        shows_number: may,
        file: WorkerFile {
            worker: worker.clone(),
            id_no: "359***********0015".into(),
            phone: "138****0000".into(),
            since: Day::from_stored(20200901),
            certificates: vec![Certificate {
                id: CertificateId(Uuid::nil()),
                worker_id: WorkerId(Uuid::nil()),
                level: CertificateLevel::Worker,
                number: "示例000001".into(),
                issued_on: Day::from_stored(20191201),
                version: 1,
            }],
            corrections: [Corrected::Posting, Corrected::Certificate].map(corrected).to_vec(),
            postings: vec![posting(None), PostingOut { cancelled: true, ..posting(Some(20210201)) }],
        },
        may_edit: may,
        may_correct: (may, may),
        may_post: may,
        may_reveal: may,
        units: vec![(UnitId(Uuid::nil()), "示例镇社会工作服务站".into())],
        revealed,
    };
    let open = Revealed { field: RevealField::Phone, value: "13800000000".into() };
    let (none, calm) = (Posted::default(), FormTrouble::default());
    let mut wrong = FormTrouble { current: vec![("updated_by".into(), "李某".into())], ..FormTrouble::default() };
    wrong.fields.add("fte", "fte-range");
    let query = WorkerQuery { state: Some("on_post".into()), unit: Some("x".into()), ..WorkerQuery::default() };
    let page = Paged { items: vec![worker.clone()], page: 1, size: 50, total: 1 };
    html! {
        (list(lang, "t", &ListData { query, page, may_create: true, export: None }))
        (worker_form(lang, "t", "k", None, &none, &calm))
        (worker_form(lang, "t", "k", Some(worker.id), &none, &wrong))
        (file(lang, "t", "k", &data(None, true), Part::Posting, &none, &wrong))
        (file(lang, "t", "k", &data(Some(open), false), Part::None, &none, &calm))
        (wrong_page(Corrected::Posting, false))
        (wrong_page(Corrected::Certificate, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_ui::gallery::lint;

    #[test]
    fn every_view_renders_its_sample() {
        let config = zw_web::WebConfig { public_url: "http://127.0.0.1".into(), trusted_proxies: vec![] };
        let _ = zw_web::Site::join(config, vec![crate::module()]);
        for lang in [Lang::ZhCn, Lang::En] {
            let html = sample(lang).into_string();
            assert!(lint(&html).is_ok(), "{:?}", lint(&html));
            assert!(html.len() > 1000);
        }
    }

    #[test]
    fn words_are_complete() {
        assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
    }
}
