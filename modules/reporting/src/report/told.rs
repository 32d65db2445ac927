//! How the audit log calls this module's rows (decision 0034).

use crate::report::out::period_short;
use crate::report::store::told;
use zw_access::Ctx;
use zw_core::Result;
use zw_ui::Lang;
use zw_web::{NameDef, Names, Told};

// i18n-keys: reporting-kind-week reporting-kind-month
/// A report by its kind, its period and whose it is; a step of the chain by the same of its area.
pub(crate) const NAMED: NameDef =
    NameDef { kinds: &["report", "pass_on"], names: |ctx, lang, list| Box::pin(names(ctx, lang, list)) };

async fn names(ctx: &Ctx, lang: Lang, list: &[Told]) -> Result<Names> {
    let tree = ctx.tree();
    let view = tree.as_of(ctx.today());
    let of = |kind: &str, period: &str| {
        format!("{} {}", lang.t_or(&format!("reporting-kind-{kind}"), kind), period_short(lang, period))
    };
    let mut c = ctx.read().await?;
    let mut out = Names::new();
    for (county, ids) in Told::by_county(list) {
        for (id, kind, period, station) in told::reports(&mut c, county, &ids).await? {
            let whose = station.unwrap_or_else(|| view.path_name(county));
            out.insert(id.to_string(), format!("{} · {whose}", of(&kind, &period)));
        }
    }
    for (id, kind, period, area) in told::passed_on(&mut c, &Told::ids(list)).await? {
        out.insert(id.to_string(), format!("{} · {}", of(&kind, &period), view.path_name(area)));
    }
    Ok(out)
}
