//! How the audit log calls this module's rows (decision 0034).

use crate::store::told;
use zw_access::Ctx;
use zw_core::Result;
use zw_core::code::Code as _;
use zw_reporting::report::out::period_label;
use zw_ui::Lang;
use zw_web::{NameDef, Names, Told};

/// A snapshot by its kind, month or day, and area; a circular by its title and number.
pub(crate) const NAMED: NameDef =
    NameDef { kinds: &["snapshot", "circular"], names: |ctx, lang, list| Box::pin(names(ctx, lang, list)) };

async fn names(ctx: &Ctx, lang: Lang, list: &[Told]) -> Result<Names> {
    let (ids, tree) = (Told::ids(list), ctx.tree());
    let view = tree.as_of(ctx.today());
    let mut c = ctx.read().await?;
    let mut out = Names::new();
    for (id, kind, area, period, as_of) in told::snapshots(&mut c, &ids).await? {
        let of = period.map_or_else(|| as_of.to_string(), |p| period_label(lang, &p));
        let kind = lang.t(&format!("publishing-kind-{}", kind.code()));
        out.insert(id.to_string(), format!("{kind} {of} · {}", view.path_name(area)));
    }
    for (id, title, number) in told::circulars(&mut c, &ids).await? {
        out.insert(id.to_string(), number.map_or(title.clone(), |n| format!("{title} · {n}")));
    }
    Ok(out)
}
