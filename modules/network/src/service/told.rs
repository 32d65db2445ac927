//! How the audit log calls this module's rows (decision 0034).

use crate::model::plan::PlanPoint;
use crate::store::told;
use crate::views::targets;
use zw_access::Ctx;
use zw_core::Result;
use zw_ui::Lang;
use zw_web::{NameDef, Names, Told};

/// Stations with their county, sheets and targets with their area. An act on a station may be about its sheet and the other
/// way round, so both are looked for.
pub(crate) const NAMED: NameDef =
    NameDef { kinds: &["unit", "build_out", "target"], names: |ctx, lang, list| Box::pin(names(ctx, lang, list)) };

async fn names(ctx: &Ctx, lang: Lang, list: &[Told]) -> Result<Names> {
    let (ids, tree) = (Told::ids(list), ctx.tree());
    let view = tree.as_of(ctx.today());
    let mut c = ctx.read().await?;
    let mut out = Names::new();
    for (id, name, county) in told::units(&mut c, &ids).await? {
        out.insert(id.to_string(), format!("{name} · {}", view.path_name(county)));
    }
    for (id, town) in told::sheets(&mut c, &ids).await? {
        out.insert(id.to_string(), view.path_name(town));
    }
    for (id, division, phase, measure, due_on, value) in told::targets(&mut c, &ids).await? {
        let name = targets::name(lang, phase, &measure, PlanPoint { due_on, value });
        out.insert(id.to_string(), format!("{} · {name}", view.path_name(division)));
    }
    Ok(out)
}
