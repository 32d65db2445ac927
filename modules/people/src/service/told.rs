//! How the audit log calls this module's rows (decision 0034).

use crate::store::told;
use zw_access::Ctx;
use zw_core::Result;
use zw_ui::Lang;
use zw_web::{NameDef, Names, Told};

/// A worker by the number of the file, a posting by it and the station, a certificate by it.
pub(crate) const NAMED: NameDef =
    NameDef { kinds: &["worker", "posting", "certificate"], names: |ctx, lang, list| Box::pin(names(ctx, lang, list)) };

async fn names(ctx: &Ctx, _: Lang, list: &[Told]) -> Result<Names> {
    let ids = Told::ids(list);
    let mut c = ctx.read().await?;
    let mut out = Names::new();
    for (id,) in told::workers(&mut c, &ids).await? {
        out.insert(id.to_string(), id.number());
    }
    for (id, worker, unit) in told::postings(&mut c, &ids).await? {
        out.insert(id.to_string(), format!("{} · {unit}", worker.number()));
    }
    for (id, worker) in told::certificates(&mut c, &ids).await? {
        out.insert(id.to_string(), worker.number());
    }
    Ok(out)
}
