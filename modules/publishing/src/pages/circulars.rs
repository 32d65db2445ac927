//! Pages of circulars.

use super::snapshots::id;
use crate::model::circular::{
    AnnexInput, CheckInput, CorrectInput, DraftInput, EditInput, ParagraphInput, ReturnInput, SendInput, VoidInput,
};
use crate::model::{clash, template};
use crate::service::circulars as service;
use crate::service::files::{self, Format};
use crate::views::circulars as views;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use zw_core::code::Code as _;
use zw_core::{CircularId, Error, PageReq, Result};
use zw_indicators::Measures;
use zw_ui::Head;
use zw_web::{FormTrouble, Page, PageResult, Posted, download, see_other};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    page: Option<i64>,
}

pub(crate) async fn list(page: Page, Query(q): Query<ListQuery>) -> PageResult {
    let rows = service::list(&page.ctx, PageReq::new(q.page, None)).await?;
    let head = Head {
        title: page.lang.t("publishing-circulars"),
        lead: Some(page.lang.t("publishing-circulars-lead")),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::list(page.lang, &rows, page.ctx.can(crate::policy::SNAPSHOT_READ))))
}

pub(crate) async fn draft(page: Page, posted: Posted) -> PageResult {
    let made = match posted.input::<DraftInput>() {
        Ok(input) => service::draft(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match made {
        Ok(id) => Ok(see_other(&format!("/circulars/{id}"))),
        Err(e) => {
            let t = page.at_form(e)?;
            Ok(super::snapshots::one(&page, id(posted.value("snapshot"))?, &t).await?)
        }
    }
}

async fn one(page: &Page, id: CircularId, posted: &Posted, t: &FormTrouble) -> Result<Response> {
    let file = service::get(&page.ctx, id).await?;
    let head = Head {
        title: page.lang.t("publishing-circular"),
        lead: Some(file.head.title.clone()),
        crumbs: vec![(page.lang.t("publishing-circulars"), "/circulars".into())],
        ..Head::default()
    };
    let measures = page.ctx.app.ext::<Measures>()?;
    let keys = (page.csrf.as_str(), &*page.idem_key());
    let mut r = page.html_with(&head, views::show(page.lang, keys, &file, &measures, page.ctx.today(), posted, t));
    if !t.is_empty() {
        *r.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(r)
}

pub(crate) async fn show(page: Page, Path(text): Path<String>) -> PageResult {
    Ok(one(&page, id(&text)?, &Posted::default(), &FormTrouble::default()).await?)
}

async fn editor(page: &Page, id: CircularId, posted: &Posted, t: &FormTrouble) -> Result<Response> {
    let loaded = service::read(&page.ctx, id).await?;
    let file = service::file_of(&page.ctx, &loaded)?;
    if !file.may_edit {
        return Err(Error::rule("circular-closed"));
    }
    let head = Head {
        title: page.lang.t("publishing-edit-title"),
        lead: Some(file.head.title.clone()),
        crumbs: vec![
            (page.lang.t("publishing-circulars"), "/circulars".into()),
            (page.lang.t("publishing-circular"), format!("/circulars/{id}")),
        ],
        ..Head::default()
    };
    let measures = page.ctx.app.ext::<Measures>()?;
    let figures = loaded.figures();
    let reads = |text: &str| template::render(text, |k| figures.text(k));
    let met = (!t.current.is_empty()).then(|| clash::meet(&file, posted.values(), reads));
    let body = views::edit(page.lang, (&page.csrf, &page.idem_key()), (&file, met.as_ref()), &measures, posted, t);
    let mut r = page.html_with(&head, body);
    if !t.is_empty() {
        *r.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(r)
}

pub(crate) async fn edit(page: Page, Path(text): Path<String>) -> PageResult {
    let id: CircularId = id(&text)?;
    let (page, posted) = page.draft_or(&format!("circular-{id}"), Posted::default()).await?;
    Ok(editor(&page, id, &posted, &FormTrouble::default()).await?)
}

/// Paragraphs come as fields of their own names (`p3`, `p3-lead`, `p3-remove`) and new ones behind them (`p3-new`); an
/// emptied one must not get lost among absent values.
fn edit_input(posted: &Posted) -> Result<EditInput> {
    let version = posted.value("version").parse().map_err(|_| Error::field("version", "format"))?;
    let typed = |name: &str| posted.values().iter().find(|(k, _)| k == name).map(|(_, v)| v.clone());
    let mut ids: Vec<&str> = vec![];
    for (name, _) in posted.values() {
        let id = name.split_once('-').map_or(name.as_str(), |(id, _)| id);
        let own = id.strip_prefix(['p', 'n']).is_some_and(|n| n.parse::<u32>().is_ok());
        if own && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut paragraphs = vec![];
    for id in ids {
        let (remove, lead) = (typed(&format!("{id}-remove")).is_some_and(|v| v == "1"), typed(&format!("{id}-lead")));
        let text = typed(id);
        if text.is_some() || lead.is_some() || remove {
            let text = text.unwrap_or_default();
            paragraphs.push(ParagraphInput { id: id.to_owned(), text, lead, remove, ..ParagraphInput::default() });
        }
        let new = format!("{id}-new");
        if let Some(text) = typed(&new) {
            let level = typed(&format!("{new}-level")).and_then(|l| l.parse().ok()).unwrap_or_default();
            let (lead, after) = (typed(&format!("{new}-lead")), Some(id.to_owned()));
            paragraphs.push(ParagraphInput { id: new, text, lead, after, level, remove: false });
        }
    }
    let annex = |(name, title): &(String, String)| {
        Some(AnnexInput { annex: name.strip_prefix("annex-")?.to_owned(), title: title.clone() })
    };
    Ok(EditInput {
        title: posted.value("title").to_owned(),
        addressee: typed("addressee"),
        copy_to: typed("copy_to"),
        annexes: posted.values().iter().filter_map(annex).collect(),
        paragraphs,
        version,
    })
}

/// Who has written none of it says that they know what their first change costs them: they cannot check it any more.
async fn aware(page: &Page, id: CircularId, posted: &Posted) -> Result<()> {
    if posted.value("co_author") != "1" && service::get(&page.ctx, id).await?.joins_writers {
        return Err(Error::field("co_author", "circular-co-author"));
    }
    Ok(())
}

pub(crate) async fn save(page: Page, Path(text): Path<String>, posted: Posted) -> PageResult {
    let id: CircularId = id(&text)?;
    let saved = match aware(&page, id, &posted).await.and_then(|()| edit_input(&posted)) {
        Ok(input) => service::edit(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match saved {
        Ok(()) => Ok(see_other(&format!("/circulars/{id}"))),
        Err(e) => {
            let t = page.at_form(e)?;
            Ok(editor(&page, id, &posted, &t).await?)
        }
    }
}

async fn step(page: Page, id: CircularId, posted: &Posted, done: Result<()>) -> PageResult {
    match done {
        Ok(()) => Ok(see_other(&format!("/circulars/{id}"))),
        Err(e) => {
            let t = page.at_form(e)?;
            Ok(one(&page, id, posted, &t).await?)
        }
    }
}

pub(crate) async fn check(page: Page, Path(text): Path<String>, posted: Posted) -> PageResult {
    let id: CircularId = id(&text)?;
    let done = match posted.input::<CheckInput>() {
        Ok(input) => service::check(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    step(page, id, &posted, done).await
}

pub(crate) async fn send_back(page: Page, Path(text): Path<String>, posted: Posted) -> PageResult {
    let id: CircularId = id(&text)?;
    let done = match posted.input::<ReturnInput>() {
        Ok(input) => service::send_back(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    step(page, id, &posted, done).await
}

pub(crate) async fn send(page: Page, Path(text): Path<String>, posted: Posted) -> PageResult {
    let id: CircularId = id(&text)?;
    let done = match posted.input::<SendInput>() {
        Ok(input) => service::send(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    step(page, id, &posted, done).await
}

pub(crate) async fn correct(page: Page, Path(text): Path<String>, posted: Posted) -> PageResult {
    let id: CircularId = id(&text)?;
    let done = match posted.input::<CorrectInput>() {
        Ok(input) => service::correct(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    step(page, id, &posted, done).await
}

pub(crate) async fn void(page: Page, Path(text): Path<String>, posted: Posted) -> PageResult {
    let id: CircularId = id(&text)?;
    let done = match posted.input::<VoidInput>() {
        Ok(input) => service::void(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    step(page, id, &posted, done).await
}

pub(crate) async fn file(page: Page, Path((text, format)): Path<(String, String)>) -> PageResult {
    let format = Format::from_code(&format).ok_or(Error::NotFound)?;
    let f = files::file(&page.ctx, id(&text)?, format).await?;
    Ok(download(&f.name, f.mime, f.bytes))
}
