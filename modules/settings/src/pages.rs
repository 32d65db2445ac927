//! Pages of the settings.

use crate::fields::{self, Shape};
use crate::model::{SettingInput, parse_text};
use crate::views::form;
use crate::{policy, service, views};
use axum::extract::Path;
use zw_core::{Error, Result};
use zw_ui::Head;
use zw_web::{FormTrouble, Page, PageResult, Posted, see_other};

pub(crate) async fn list(page: Page) -> PageResult {
    let found = service::list(&page.ctx).await?;
    Ok(page.html(&page.lang.t("settings-title"), views::list(page.lang, &found)))
}

fn head(page: &Page, title: String) -> Head {
    Head { title, crumbs: vec![(page.lang.t("settings-title"), "/admin/settings".into())], ..Head::default() }
}

pub(crate) async fn one(page: Page, Path(key): Path<String>) -> PageResult {
    show(&page, &key, &Posted::default(), &FormTrouble::default()).await
}

async fn show(page: &Page, key: &str, posted: &Posted, trouble: &FormTrouble) -> PageResult {
    let file = service::get(&page.ctx, key).await?;
    let form = views::Form { csrf: &page.csrf, key: &page.idem_key(), posted, trouble };
    let may = page.ctx.can(policy::WRITE);
    let body = views::one(page.lang, &file, may.then_some(&form));
    let title = page.lang.t(&file.setting.meaning);
    if trouble.is_empty() { Ok(page.html_with(&head(page, title), body)) } else { Ok(page.unprocessable(&title, body)) }
}

/// What was sent: inputs by their names, or JSON. Of what the inputs leave out the value in force stays.
async fn input(page: &Page, key: &str, posted: &Posted) -> Result<SettingInput> {
    let version = posted.value("version").parse().map_err(|_| Error::rule("bad-request"))?;
    let value = match posted.value(form::MODE) == form::FIELDS {
        true => {
            let s = service::get(&page.ctx, key).await?.setting;
            let shape = Shape::of(&s.schema);
            let value = fields::read(&shape, &fields::typed(&shape, posted), &s.value).map_err(Error::Invalid)?;
            fields::differing(&value, &s.default)
        }
        false => parse_text(posted.value("value"))?,
    };
    Ok(SettingInput { key: key.to_owned(), value, version: Some(version) })
}

pub(crate) async fn set(page: Page, Path(key): Path<String>, posted: Posted) -> PageResult {
    let done = async { service::set(&page.ctx, &input(&page, &key, &posted).await?, &posted.idem).await };
    match done.await {
        Ok(_) => Ok(see_other(&format!("/admin/settings/{key}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            show(&page, &key, &posted, &trouble).await
        }
    }
}
