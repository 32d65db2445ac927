//! Two records of one person: choosing, side by side, merging, undoing.

use super::{Keyed, form_view};
use crate::model::MergeInput;
use crate::service::merge::{self, UnmergeInput};
use crate::service::resident::{self, FindResidents};
use crate::views;
use axum::extract::{Path, Query};
use zw_core::{DivisionId, ResidentId};
use zw_ui::Head;
use zw_web::{FormTrouble, Page, PageResult, Posted, Sought, see_other};

/// Key of a record and of another one of its county.
pub(crate) type Pair = Path<(DivisionId, ResidentId, ResidentId)>;

/// POST /people/{county}/{id}/merge/find: a name is asked for in the body, never in an address.
pub(crate) async fn find(page: Page, Path((county, id)): Keyed<ResidentId>, posted: Posted) -> PageResult {
    merge::may_look(&page.ctx, county, id).await?;
    posted.input::<FindResidents>()?;
    page.keep_search(&posted).await
}

/// GET /people/{county}/{id}/merge/find: who resembles the record, and who was searched for.
pub(crate) async fn choose(
    page: Page,
    Path((county, id)): Keyed<ResidentId>,
    Query(sought): Query<Sought>,
) -> PageResult {
    let alike = merge::choices(&page.ctx, county, id).await?;
    let asked = match page.kept_search(&sought).await? {
        Some(asked) => Some(asked.input::<FindResidents>()?),
        None => None,
    };
    let found = match &asked {
        Some(ask) => resident::find(&page.ctx, ask).await?.items,
        None => vec![],
    };
    let q = asked.map(|a| a.q).unwrap_or_default();
    let body = views::merge::choose(page.lang, &page.csrf, (county, id), &alike, &found, &q);
    let head = Head {
        title: page.lang.t("practice-merge"),
        crumbs: vec![(page.lang.t("practice-record"), format!("/people/{county}/{id}"))],
        ..Head::default()
    };
    Ok(page.html_with(&head, body))
}

async fn side_by_side(
    page: Page,
    (county, stays, goes): (DivisionId, ResidentId, ResidentId),
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult {
    let both = merge::preview(&page.ctx, county, stays, goes).await?;
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_else(|| (views::merge::first(&both), FormTrouble::default()));
    let key = page.idem_key();
    let body = views::merge::preview(&form_view(&page, &key, &posted, &trouble), &both);
    let head = Head {
        title: page.lang.t("practice-merge"),
        crumbs: vec![(page.lang.t("practice-record"), format!("/people/{county}/{stays}"))],
        ..Head::default()
    };
    Ok(if again { page.unprocessable_with(&head, body) } else { page.html_with(&head, body) })
}

/// GET /people/{county}/{id}/merge/{other}.
pub(crate) async fn preview(page: Page, Path(key): Pair) -> PageResult {
    side_by_side(page, key, None).await
}

/// POST /people/{county}/{id}/merge/{other}.
pub(crate) async fn merge_them(page: Page, Path((county, stays, goes)): Pair, posted: Posted) -> PageResult {
    let done = match posted.input::<MergeInput>() {
        Ok(input) => merge::merge(&page.ctx, county, (stays, goes), input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/people/{county}/{stays}?saved=merge"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            side_by_side(page, (county, stays, goes), Some((posted, trouble))).await
        }
    }
}

/// POST /people/{county}/{id}/unmerge/{other}.
pub(crate) async fn unmerge(page: Page, Path((county, stays, goes)): Pair, posted: Posted) -> PageResult {
    let input = posted.input::<UnmergeInput>()?;
    merge::unmerge(&page.ctx, county, (stays, goes), input, &posted.idem).await?;
    Ok(see_other(&format!("/people/{county}/{goes}?saved=unmerge")))
}
