//! Forms and pages: parse, call the service, redirect or show again.

pub(crate) mod consents;
pub(crate) mod merge;
pub(crate) mod official;
pub(crate) mod people;
pub(crate) mod refusals;
pub(crate) mod round;
pub(crate) mod visits;

use crate::service;
use crate::views::{self, Watermark};
use maud::Markup;
use serde::Deserialize;
use zw_access::Ctx;
use zw_core::{DivisionId, Result};
use zw_ui::{Lang, Notice, Tone};
use zw_web::{FormTrouble, FormView, Page, Posted};

/// Key of a county row in a path.
pub(crate) type Keyed<I> = axum::extract::Path<(DivisionId, I)>;

/// What was just done, in the address of the page that says so.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Saved {
    pub saved: String,
}

// i18n-keys: practice-saved-visit practice-saved-consult practice-saved-resident practice-saved-close practice-saved-void
// i18n-keys: practice-back-today practice-saved-same practice-same-draft
// i18n-keys: practice-saved-merge practice-saved-merged practice-saved-unmerge practice-saved-consent practice-saved-withdrawn
// i18n-keys: practice-saved-refusal practice-saved-refusal-end

/// The page with the notice of what was just done, and the way on.
pub(crate) fn after(page: Page, saved: &str) -> Page {
    if !matches!(
        saved,
        "visit"
            | "consult"
            | "resident"
            | "close"
            | "void"
            | "same"
            | "merge"
            | "merged"
            | "unmerge"
            | "consent"
            | "withdrawn"
    ) {
        return page;
    }
    let text = page.lang.t(&format!("practice-saved-{saved}"));
    let (back, to) =
        if saved == "same" { ("practice-same-draft", "/people/new") } else { ("practice-back-today", "/") };
    let next = Some((page.lang.t(back), to.to_owned()));
    page.with_notice(Notice { tone: Tone::Success, text, next })
}

/// A form in a page's language and tokens.
pub(crate) fn form_view<'a>(
    page: &'a Page,
    key: &'a str,
    posted: &'a Posted,
    trouble: &'a FormTrouble,
) -> FormView<'a> {
    FormView { lang: page.lang, csrf: &page.csrf, key, posted, trouble }
}

/// Name and login of the reader, for the watermark.
pub(crate) fn reader(page: &Page) -> String {
    format!("{} {}", page.ctx.actor.display, page.ctx.actor.name)
}

pub(crate) fn watermark<'a>(page: &Page, reader: &'a str) -> Watermark<'a> {
    Watermark { reader, at: page.ctx.now() }
}

/// The station's part of the home page 今日; nothing for who records no visits.
pub async fn today_section(ctx: &Ctx, lang: Lang, more: Option<&Markup>) -> Result<Option<Markup>> {
    let found = service::today::today(ctx).await?;
    Ok(found.map(|t| views::today::section(lang, &t, ctx.today(), more)))
}

/// The residents a search over everything finds, at most five; nothing for who may not see residents.
pub async fn search_section(ctx: &Ctx, lang: Lang, csrf: &str, text: &str) -> Result<Option<Markup>> {
    let found = service::resident::suggest(ctx, text, 5).await?;
    Ok((!found.is_empty()).then(|| views::people::hits(lang, csrf, &found, text, ctx.today())))
}
