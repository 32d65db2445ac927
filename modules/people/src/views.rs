//! Pure pages.

use crate::model::{CertificateLevel, Employment, ListQuery, Post, PostedOut, PostingOut, WorkerOut, WorkerState};
use zw_core::code::Code;
use zw_core::codelist::{self, CodeList};
use zw_core::{Paged, UnitId};
use zw_ui::form::{FormExtra, Kind, form_with};
use zw_ui::{
    Choice, Col, Field, Lang, Markup, Row, Table, button_link, card, columns, definitions, empty, error_summary, field, form,
    html, pagination, section, submit, table,
};
use zw_web::{FormTrouble, Posted};

fn word(lang: Lang, list: &CodeList, code: &str) -> String {
    let w = match lang {
        Lang::ZhCn => list.zh(code),
        Lang::En => list.en(code),
    };
    w.map_or_else(|| code.to_owned(), str::to_owned)
}

fn choices(lang: Lang, list: &CodeList) -> Vec<Choice> {
    list.codes().map(|c| Choice::new(c, &word(lang, list, c))).collect()
}

fn level(lang: Lang, l: Option<CertificateLevel>) -> String {
    l.map_or_else(|| "—".to_owned(), |l| word(lang, &codelist::CERTIFICATE_LEVEL, l.code()))
}

pub(crate) fn list(lang: Lang, q: &ListQuery, found: &Paged<PostedOut>) -> Markup {
    let rows = found
        .items
        .iter()
        .map(|p| {
            Row::new(vec![
                html! { a href=(format!("/workers/{}", p.worker_id)) { (p.name) } },
                html! { a href=(format!("/units/{}", p.unit_id)) { (p.unit_name) } },
                html! { (word(lang, &codelist::POST, p.post.code())) },
                html! { (level(lang, p.level)) },
                html! { (p.from) @if let Some(t) = p.to { " – " (t.add_days(-1)) } },
                html! { (p.fte_permille / 10) "%" },
            ])
        })
        .collect();
    let href = |page: i64| {
        let unit = q.unit.map(|u| format!("&unit={u}")).unwrap_or_default();
        format!("/workers?q={}{unit}&all={}&page={page}", q.q, q.all)
    };
    html! {
        form method="get" action="/workers" class="zw-filter" {
            label for="q" { (lang.t("people-search")) }
            input class="form-control" type="search" id="q" name="q" value=(q.q);
            label { input type="checkbox" name="all" value="true" checked[q.all]; " " (lang.t("people-past-too")) }
            @if let Some(u) = q.unit { input type="hidden" name="unit" value=(u); }
            button class="btn" type="submit" { (lang.t("people-filter")) }
        }
        (table(lang, &Table {
            caption: lang.tf("people-caption", &[("n", found.total.into())]),
            cols: vec![
                Col::text(&lang.t("people-col-name")),
                Col::text(&lang.t("people-col-unit")),
                Col::text(&lang.t("people-col-post")),
                Col::text(&lang.t("people-col-level")).wide_only(),
                Col::text(&lang.t("people-col-from")).wide_only(),
                Col::text(&lang.t("people-col-fte")).wide_only(),
            ],
            rows,
            print: true,
            empty: Some(empty(&lang.t("people-none"), &lang.t("people-none-how"), None)),
            ..Table::default()
        }))
        (pagination(lang, found.page, found.size, found.total, href))
    }
}

fn trouble_top(lang: Lang, t: &FormTrouble) -> Markup {
    html! {
        @if let Some(n) = &t.note { div class="zw-notice zw-notice-warning" role="alert" { (n) } }
        (error_summary(lang, &t.all(lang)))
    }
}

fn posting_fields(lang: Lang, units: &[(UnitId, String)], posted: &Posted, t: &FormTrouble) -> Markup {
    let err = |f: &str| t.of(lang, f);
    let unit_choices = units.iter().map(|(id, name)| Choice::new(&id.to_string(), name)).collect();
    let or = |v: &str, d: &str| if v.is_empty() { d.to_owned() } else { v.to_owned() };
    html! {
        (field(lang, &Field::select("unit", &lang.t("people-col-unit"), posted.value("unit"), unit_choices).required().error(err("unit").as_deref())))
        (field(lang, &Field::select("post", &lang.t("people-col-post"), &or(posted.value("post"), "worker"), choices(lang, &codelist::POST)).error(err("post").as_deref())))
        (field(lang, &Field::date("from", &lang.t("people-col-from"), posted.value("from")).required().error(err("from").as_deref())))
        (field(lang, &Field::number("fte", &lang.t("people-col-fte"), &or(posted.value("fte"), "100")).unit("%").hint(&lang.t("people-fte-hint")).error(err("fte").as_deref())))
    }
}

pub(crate) fn new_form(
    lang: Lang,
    csrf: &str,
    key: &str,
    units: &[(UnitId, String)],
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    let err = |f: &str| t.of(lang, f);
    let or = |v: &str, d: &str| if v.is_empty() { d.to_owned() } else { v.to_owned() };
    let extra = FormExtra { draft: "worker-new", ..FormExtra::default() };
    form_with("/workers/new", csrf, Some(key), &extra, html! {
        (trouble_top(lang, t))
        (section(&lang.t("people-sec-person"), html! {
            (field(lang, &Field::text("name", &lang.t("people-col-name"), posted.value("name")).required().error(err("name").as_deref())))
            (field(lang, &Field::select("id_type", &lang.t("people-id-type"), &or(posted.value("id_type"), "resident_id"), choices(lang, &codelist::ID_KIND)).error(err("id_type").as_deref())))
            (field(lang, &Field::new("id_no", &lang.t("people-id-no"), posted.value("id_no"), Kind::IdNumber { sex: "sex", birth: "birth" }).required().error(err("id_no").as_deref())))
            (field(lang, &Field::select("sex", &lang.t("people-sex"), posted.value("sex"), choices(lang, &codelist::SEX)).error(err("sex").as_deref())))
            (field(lang, &Field::date("birth", &lang.t("people-birth"), posted.value("birth")).error(err("birth").as_deref())))
            (field(lang, &Field::text("phone", &lang.t("people-phone"), posted.value("phone")).error(err("phone").as_deref())))
            (field(lang, &Field::select("employ", &lang.t("people-employ"), &or(posted.value("employ"), Employment::Agency.code()), choices(lang, &codelist::EMPLOYMENT)).error(err("employ").as_deref())))
            (field(lang, &Field::check("is_sw", &lang.t("people-is-sw"), posted.value("is_sw") == "1")))
        }))
        (section(&lang.t("people-sec-posting"), posting_fields(lang, units, posted, t)))
        (form::buttons(html! { (submit(&lang.t("people-save"))) (button_link(&lang.t("people-cancel"), "/workers", false)) }))
    })
}

fn posting_line(lang: Lang, csrf: &str, w: &WorkerOut, p: &PostingOut, may_edit: bool, posted: &Posted, t: &FormTrouble) -> Markup {
    let err = |f: &str| t.of(lang, f);
    html! {
        li {
            p {
                a href=(format!("/units/{}", p.unit_id)) { (p.unit_name) }
                " · " (word(lang, &codelist::POST, p.post.code()))
                " · " (p.from) " – " @match p.to { Some(d) => (d.add_days(-1)), None => (lang.t("people-now")) }
                " · " (p.fte_permille / 10) "%"
                @if let Some(r) = &p.leave_reason { " · " (word(lang, &codelist::LEAVE_REASON, r)) }
            }
            @if may_edit && p.to.is_none() {
                (form::folded(&lang.t("people-end"), !t.is_empty(), form(&format!("/postings/{}/end", p.id), csrf, None, html! {
                    (form::hidden("worker", &w.id.to_string()))
                    (form::hidden("version", &p.version.to_string()))
                    (field(lang, &Field::date("last_day", &lang.t("people-last-day"), posted.value("last_day")).required().error(err("last_day").as_deref())))
                    (field(lang, &Field::select("reason", &lang.t("people-reason"), posted.value("reason"), choices(lang, &codelist::LEAVE_REASON)).required().error(err("reason").as_deref())))
                    (form::buttons(submit(&lang.t("people-end"))))
                })))
            }
        }
    }
}

pub(crate) fn one(
    lang: Lang,
    csrf: &str,
    key: &str,
    w: &WorkerOut,
    units: Option<&[(UnitId, String)]>,
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    let err = |f: &str| t.of(lang, f);
    let dash = |s: &str| if s.is_empty() { "—".to_owned() } else { s.to_owned() };
    html! {
        (trouble_top(lang, t))
        (columns(html! {
            (card(&lang.t("people-sec-person"), html! {
                (definitions([
                    (lang.t("people-col-name"), html! { (w.name) }),
                    (lang.t("people-id-no"), html! { (dash(&w.id_no)) }),
                    (lang.t("people-phone"), html! { (dash(&w.phone)) }),
                    (lang.t("people-sex"), html! { (word(lang, &codelist::SEX, &w.sex)) }),
                    (lang.t("people-employ"), html! { (word(lang, &codelist::EMPLOYMENT, w.employ.code())) }),
                    (lang.t("people-state"), html! { (word(lang, &codelist::WORKER_STATE, w.state.code())) }),
                ]))
            }))
            (card(&lang.t("people-sec-certificates"), html! {
                @if w.certificates.is_empty() { p { (lang.t("people-no-certificate")) } }
                ul { @for k in &w.certificates { li { (level(lang, Some(k.level))) " · " (k.number) " · " (k.issued_on) } } }
                @if units.is_some() {
                    (form::folded(&lang.t("people-add-certificate"), false, form(&format!("/workers/{}/certificates", w.id), csrf, None, html! {
                        (field(lang, &Field::select("level", &lang.t("people-col-level"), posted.value("level"), CertificateLevel::ALL.iter().map(|l| Choice::new(l.code(), &level(lang, Some(*l)))).collect()).required().error(err("level").as_deref())))
                        (field(lang, &Field::text("number", &lang.t("people-number"), posted.value("number")).required().error(err("number").as_deref())))
                        (field(lang, &Field::date("issued_on", &lang.t("people-issued"), posted.value("issued_on")).required().error(err("issued_on").as_deref())))
                        (form::buttons(submit(&lang.t("people-save"))))
                    })))
                }
            }))
        }))
        (card(&lang.t("people-sec-posting"), html! {
            ul { @for p in &w.postings { (posting_line(lang, csrf, w, p, units.is_some(), posted, t)) } }
            @if let Some(units) = units {
                (form::folded(&lang.t("people-add-posting"), false, form(&format!("/workers/{}/postings", w.id), csrf, Some(key), html! {
                    (posting_fields(lang, units, posted, t))
                    (form::buttons(submit(&lang.t("people-save"))))
                })))
            }
        }))
    }
}

/// Samples for the gallery test.
#[cfg(test)]
pub(crate) fn samples(lang: Lang) -> Vec<Markup> {
    use zw_core::{CertificateId, Day, PageReq, PostingId, Uuid, WorkerId};
    let (id, unit, from) = (WorkerId(Uuid::nil()), UnitId(Uuid::nil()), Day::from_stored(2021_03_01));
    let posted = PostedOut {
        worker_id: id,
        name: "陈*".into(),
        unit_id: unit,
        unit_name: "东街街道社会工作服务站".into(),
        post: Post::Head,
        from,
        to: None,
        fte_permille: 1000,
        level: Some(CertificateLevel::Worker),
    };
    let w = WorkerOut {
        id,
        name: "陈*".into(),
        id_no: "359***********0015".into(),
        phone: String::new(),
        sex: "2".into(),
        employ: Employment::Agency,
        is_sw: true,
        state: WorkerState::OnPost,
        certificates: vec![crate::model::Certificate {
            id: CertificateId(Uuid::nil()),
            level: CertificateLevel::Assistant,
            number: "示例-001".into(),
            issued_on: from,
        }],
        postings: vec![PostingOut {
            id: PostingId(Uuid::nil()),
            unit_id: unit,
            unit_name: "东街街道社会工作服务站".into(),
            post: Post::Worker,
            from,
            to: None,
            fte_permille: 500,
            leave_reason: None,
            version: 1,
        }],
    };
    let units = [(unit, "东街街道社会工作服务站".to_owned())];
    let p = Posted::default();
    let mut t = FormTrouble::default();
    t.fields.add("id_no", "id-check-digit");
    vec![
        list(lang, &ListQuery::default(), &Paged::of(PageReq::new(None, None), vec![posted], 1)),
        list(lang, &ListQuery::default(), &Paged::of(PageReq::new(None, None), vec![], 0)),
        new_form(lang, "c", "k", &units, &p, &t),
        one(lang, "c", "k", &w, Some(&units), &p, &FormTrouble::default()),
        one(lang, "c", "k", &w, None, &p, &FormTrouble::default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_renders_clean_in_both_languages() {
        let m = crate::module();
        zw_ui::I18n::install(m.ftl);
        for lang in Lang::ALL {
            for s in samples(lang) {
                let problems: Vec<String> = zw_ui::gallery::lint(&s.into_string())
                    .into_iter()
                    // Words of field errors belong to several modules; the whole program is checked in the binary.
                    .filter(|p| !p.contains("⟦err-"))
                    .collect();
                assert!(problems.is_empty(), "{problems:?}");
            }
        }
        assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
    }
}
