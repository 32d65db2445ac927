//! Events of the audit log in words: from where somebody acted and what the record is called (decision 0034). The codes and
//! ids stay what counts as evidence; words are looked up as things are called today.

use crate::store::{Event, told};
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::tree::View;
use zw_core::{AccountId, DivisionId, Result, Stamp, UnitId};
use zw_ui::Lang;
use zw_web::{NameDef, Names, Site, Told};

/// Kinds of record that are about an area as a whole at times: a county's sheets, a printed wall.
const OF_AREAS: [&str; 2] = ["build_out", "wall"];

/// What is said of one event beside its codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Unit, area or role of who acted; empty for the program itself and for whoever is gone.
    pub place: String,
    /// What the record is called; empty if nobody knows.
    pub record: String,
}

/// The words of some events, in their order.
pub(crate) async fn words(ctx: &Ctx, lang: Lang, events: &[Event]) -> Result<Vec<Words>> {
    let mut c = ctx.read().await?;
    let places = places(&mut c, events).await?;
    drop(c);
    let site = ctx.app.ext::<Site>()?;
    let mut by_kind: HashMap<&str, Vec<Told>> = HashMap::new();
    for e in events.iter().filter(|e| !e.record_id.is_empty()) {
        let told = Told { county: e.county_id, record: e.record_id.clone() };
        by_kind.entry(e.resource.as_str()).or_default().push(told);
    }
    let mut names: HashMap<&str, Names> = HashMap::new();
    for (kind, mut list) in by_kind {
        list.sort_by(|a, b| (a.county, &a.record).cmp(&(b.county, &b.record)));
        list.dedup();
        names.insert(kind, site.names(ctx, lang, kind, &list).await?);
    }
    let tree = ctx.tree();
    let view = tree.as_of(ctx.today());
    let named = |e: &Event| {
        let known = names.get(e.resource.as_str()).and_then(|n| n.get(&e.record_id)).cloned();
        let area = || e.record_id.parse().ok().filter(|_| OF_AREAS.contains(&e.resource.as_str()));
        let area = || area().map(|d| view.path_name(d)).unwrap_or_default();
        known.unwrap_or_else(area)
    };
    Ok(events.iter().map(|e| Words { place: places.of(lang, &view, e), record: named(e) }).collect())
}

struct Places {
    units: HashMap<UnitId, String>,
    grants: HashMap<AccountId, Vec<told::Stood>>,
}

async fn places(c: &mut zw_db::Conn, events: &[Event]) -> Result<Places> {
    let mut units: Vec<UnitId> = events.iter().filter_map(|e| e.unit_id).collect();
    let mut accounts: Vec<AccountId> = events.iter().filter_map(|e| e.actor.parse().ok()).collect();
    units.sort_unstable();
    units.dedup();
    accounts.sort_unstable();
    accounts.dedup();
    let mut grants: HashMap<AccountId, Vec<told::Stood>> = HashMap::new();
    for g in told::grants_of(c, &accounts).await? {
        grants.entry(g.account_id).or_default().push(g);
    }
    Ok(Places { units: told::unit_names(c, &units).await?.into_iter().collect(), grants })
}

impl Places {
    /// The unit the act was written down with, else where the grant lay that stood in that moment.
    fn of(&self, lang: Lang, view: &View, e: &Event) -> String {
        if let Some(name) = e.unit_id.and_then(|u| self.units.get(&u)) {
            return name.clone();
        }
        let at = Stamp::from_ms(e.ts_us / 1000);
        let account = e.actor.parse().ok();
        let all = account.and_then(|a: AccountId| self.grants.get(&a)).into_iter().flatten();
        let stood = |g: &&told::Stood| g.created_at <= at && g.ended_at.is_none_or(|end| end > at);
        all.into_iter()
            .find(stood)
            .map(|g| place(lang, view, &g.role, g.area_id, g.unit_name.as_deref()))
            .unwrap_or_default()
    }
}

/// Where a grant lies; the role itself where it lies nowhere, as an operator's.
fn place(lang: Lang, view: &View, role: &str, area: Option<DivisionId>, unit: Option<&str>) -> String {
    match (unit, area) {
        (Some(u), _) => u.to_owned(),
        (None, Some(a)) => view.path_name(a),
        (None, None) => lang.t(&format!("role-{role}")),
    }
}

/// Accounts and sessions by their login, grants by it, role and place, screens by where they hang.
pub(crate) const NAMED: NameDef = NameDef {
    kinds: &["account", "session", "grant", "kiosk", "operator"],
    names: |ctx, lang, list| Box::pin(names(ctx, lang, list)),
};

async fn names(ctx: &Ctx, lang: Lang, list: &[Told]) -> Result<Names> {
    let (ids, tree) = (Told::ids(list), ctx.tree());
    let view = tree.as_of(ctx.today());
    let mut c = ctx.read().await?;
    let mut out = Names::new();
    for (id, login) in told::logins(&mut c, &ids).await? {
        out.insert(id.to_string(), login);
    }
    for (id, login) in told::sessions(&mut c, &ids).await? {
        out.insert(id.to_string(), login);
    }
    for (id, login, role, area, unit) in told::grants(&mut c, &ids).await? {
        let (word, at) = (lang.t(&format!("role-{role}")), place(lang, &view, &role, area, unit.as_deref()));
        // An operator's role has no place beside it.
        let said = if at == word { format!("{login} · {word}") } else { format!("{login} · {word} · {at}") };
        out.insert(id.to_string(), said);
    }
    for (id, name) in told::screens(&mut c, &ids).await? {
        out.insert(id.to_string(), name);
    }
    Ok(out)
}
