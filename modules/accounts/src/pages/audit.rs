//! The audit viewer.

use crate::service::audit::{self, AuditQuery, Told};
use crate::views;
use axum::extract::Query;
use zw_core::{PageReq, Paged};
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted};

/// GET /admin/audit
pub async fn list(page: Page, Query(mut q): Query<AuditQuery>) -> PageResult {
    let lang = page.lang;
    let title = lang.t("accounts-audit-title");
    match audit::told(&page.ctx, lang, &q, PageReq::new(q.page, q.size)).await {
        Ok(told) => {
            let status = audit::status(&page.ctx).await?;
            let (from, to) = audit::days(&page.ctx, &q)?;
            (q.from, q.to) = (from.to_string(), to.to_string());
            let export = Some(page.export_form("/admin/audit/export", &q));
            let none = FormTrouble::default();
            Ok(page.html(&title, views::audit::list(lang, &page.csrf, &q, &status, &told, &none, export)))
        }
        Err(e) => {
            let t = page.at_form(e)?;
            let status = audit::status(&page.ctx).await?;
            let none = Told { found: Paged { items: vec![], page: 1, size: 50, total: 0 }, words: vec![] };
            Ok(page.unprocessable(&title, views::audit::list(lang, &page.csrf, &q, &status, &none, &t, None)))
        }
    }
}

/// POST /admin/audit/export
pub async fn export(page: Page, posted: Posted) -> PageResult {
    let told = audit::told(&page.ctx, page.lang, &posted.input()?, PageReq::export()).await?;
    let title = page.lang.t("accounts-audit-title");
    let what = Listed { list: "audit", title, total: told.found.total, ..Listed::default() };
    page.xlsx(what, &views::audit::events(page.lang, &told, None)).await
}

/// POST /admin/audit/verify
pub async fn verify(page: Page, _posted: Posted) -> PageResult {
    let report = audit::verify(&page.ctx).await?;
    Ok(page.html(&page.lang.t("accounts-audit-verify"), views::audit::verified(page.lang, &report)))
}
