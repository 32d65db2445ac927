//! How the audit log calls this module's rows (decision 0034).

use crate::store::{refusal, told};
use zw_access::Ctx;
use zw_core::Result;
use zw_ui::Lang;
use zw_web::{NameDef, Names, Told};

/// A resident by a number and nothing else, an encounter or a refusal by its station and day, an official list by its category and day; a
/// row of one is nobody's name.
pub(crate) const NAMED: NameDef = NameDef {
    kinds: &["resident", "encounter", "refusal", "official_list", "official_row"],
    names: |ctx, lang, list| Box::pin(names(ctx, lang, list)),
};

async fn names(ctx: &Ctx, lang: Lang, list: &[Told]) -> Result<Names> {
    let mut c = ctx.read().await?;
    let mut out = Names::new();
    for (county, ids) in Told::by_county(list) {
        for (id,) in told::residents(&mut c, county, &ids).await? {
            out.insert(id.to_string(), zw_core::id::number(id));
        }
        let mut dated = told::encounters(&mut c, county, &ids).await?;
        dated.extend(refusal::told(&mut c, county, &ids).await?);
        out.extend(dated.into_iter().map(|(id, station, day)| (id.to_string(), format!("{station} · {day}"))));
        for (id, category, day) in crate::store::official::told(&mut c, county, &ids).await? {
            out.insert(id.to_string(), format!("{} {day}", lang.t(&format!("practice-category-{category}"))));
        }
    }
    Ok(out)
}
