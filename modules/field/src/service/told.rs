//! How the audit log calls this module's rows (decision 0034).

use crate::store::told;
use zw_access::Ctx;
use zw_core::Result;
use zw_ui::Lang;
use zw_web::{NameDef, Names, Told};

/// Devices, shifts and items by their station and a number.
pub(crate) const NAMED: NameDef = NameDef {
    kinds: &["field", "field_device", "field_item"],
    names: |ctx, lang, list| Box::pin(names(ctx, lang, list)),
};

async fn names(ctx: &Ctx, _: Lang, list: &[Told]) -> Result<Names> {
    let mut c = ctx.read().await?;
    let mut found = told::devices(&mut c, &Told::ids(list)).await?;
    for (county, ids) in Told::by_county(list) {
        found.extend(told::shifts(&mut c, county, &ids).await?);
        found.extend(told::items(&mut c, county, &ids).await?);
    }
    Ok(found
        .into_iter()
        .map(|(id, station)| (id.to_string(), format!("{station} · {}", zw_core::id::number(id))))
        .collect())
}
