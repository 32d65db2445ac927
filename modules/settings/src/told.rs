//! How the audit log calls this module's rows (decision 0034).

use zw_access::Ctx;
use zw_core::Result;
use zw_ui::Lang;
use zw_web::{NameDef, Names, Site, Told};

/// A setting by what it is for.
pub(crate) const NAMED: NameDef =
    NameDef { kinds: &["setting"], names: |ctx, lang, list| Box::pin(names(ctx, lang, list)) };

async fn names(ctx: &Ctx, lang: Lang, list: &[Told]) -> Result<Names> {
    let site = ctx.app.ext::<Site>()?;
    let named = |r: &Told| site.settings.find(&r.record).map(|(_, d)| (r.record.clone(), lang.t(d.meaning)));
    Ok(list.iter().filter_map(named).collect())
}
