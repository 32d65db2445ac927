//! The security administrator's desk: roles of accounts and their sessions. Nobody grants to themselves, and the
//! operators' roles are given at the console only, so the rights of those who act here never grow (AC-7).

use crate::model::{Account, AccountState, Duty, GrantRow, SessionRow, last_posted, stands_on_post};
use crate::service::accounts::refuse_operator;
use crate::service::own::{self, SessionOut};
use crate::{policy, service, store};
use std::collections::HashMap;
use zw_access::{Ctx, Role};
use zw_core::code::Code as _;
use zw_core::tree::DivisionKind;
use zw_core::{AccountId, Day, DivisionId, Error, FieldErrors, GrantId, Result, SessionId, UnitId};
use zw_web::Idem;

/// Where a role acts: what its grant must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A province.
    Province,
    /// A city.
    City,
    /// A county, or a city that is its own county.
    County,
    /// Province, city or county.
    AnyArea,
    /// A township.
    Township,
    /// A station or room.
    Unit,
}

/// Where a role acts (domain.md 2); `None` for roles that are not given here.
pub fn place_of(role: Role) -> Option<Place> {
    match role {
        Role::ProvAdmin => Some(Place::Province),
        Role::CityAdmin => Some(Place::City),
        Role::CountyAdmin | Role::CenterStaff | Role::LinkedCadre => Some(Place::County),
        Role::Leader => Some(Place::AnyArea),
        Role::TownOfficer => Some(Place::Township),
        Role::StationHead | Role::Worker => Some(Place::Unit),
        Role::SysAdmin | Role::SecurityAdmin | Role::AuditAdmin | Role::Kiosk => None,
    }
}

/// Which of two roles checks the other's work, or must not see what the other sees: one account never holds both on the same
/// day (decision 0031). A province or city reads what counties passed on and no person; a county approves what its stations
/// report.
pub fn apart(a: Role, b: Role) -> bool {
    const STATION: [Role; 2] = [Role::StationHead, Role::Worker];
    let one_way = |a: Role, b: Role| match a {
        Role::ProvAdmin | Role::CityAdmin => {
            STATION.contains(&b) || matches!(b, Role::CountyAdmin | Role::CenterStaff | Role::TownOfficer)
        }
        Role::CountyAdmin => STATION.contains(&b),
        _ => false,
    };
    one_way(a, b) || one_way(b, a)
}

/// Roles that are given here, in the order of the tiers.
pub fn given_here() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|r| place_of(*r).is_some())
}

/// A grant in a list or answer.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct GrantOut {
    /// Id.
    pub id: GrantId,
    /// Role code.
    pub role: String,
    /// Where: unit or area with its parents.
    pub place: String,
    /// Area.
    pub area: Option<DivisionId>,
    /// Unit.
    pub unit: Option<UnitId>,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Option<Day>,
    /// When it was taken back, Beijing time.
    pub ended: Option<String>,
    /// By whom it was given.
    pub by: String,
    /// Whether it counts today.
    pub active: bool,
    /// Whether its first day is still to come.
    pub upcoming: bool,
    /// Whether it hangs on a posting that is over, or never was: it counts for nothing.
    pub off_post: bool,
    /// The last day of that posting.
    pub posted_to: Option<Day>,
    /// False if the row was changed behind the program's back: it is ignored.
    pub genuine: bool,
}

/// Grants of an account, newest first.
pub async fn list(ctx: &Ctx, account: AccountId) -> Result<Vec<GrantOut>> {
    let permit = ctx.permit::<GrantRow>(policy::GRANT_READ)?;
    let mut c = ctx.read().await?;
    let held = store::account_for(&mut c, &permit, account).await?.held_at.is_some();
    let rows = store::grants(&mut c, &permit, account).await?;
    let ids: Vec<UnitId> = rows.iter().filter_map(|g| g.unit_id).collect();
    let names: HashMap<UnitId, String> = store::unit_names(&mut c, &permit, &ids).await?.into_iter().collect();
    let posts: HashMap<GrantId, i64> = store::posts(&mut c, account, ctx.today()).await?.into_iter().collect();
    let mut out: Vec<GrantOut> = rows.into_iter().map(|g| out(ctx, g, &names, &posts)).collect();
    out.iter_mut().for_each(|g| g.active &= !held);
    Ok(out)
}

/// Where a grant acts, in words: its area with the parents, and its unit.
pub(crate) fn place_words(ctx: &Ctx, area: Option<DivisionId>, unit: Option<&String>) -> String {
    let area = area.map(|a| ctx.tree().as_of(ctx.today()).path_name(a)).unwrap_or_default();
    unit.map_or(area.clone(), |u| format!("{area} {u}")).trim().to_owned()
}

fn out(ctx: &Ctx, g: GrantRow, names: &HashMap<UnitId, String>, posts: &HashMap<GrantId, i64>) -> GrantOut {
    let genuine = g.is_genuine(&ctx.app.vault);
    let counts = g.grant().is_some_and(|x| x.active_on(ctx.today()));
    let until = posts.get(&g.id).copied();
    let off_post = counts && until.is_some_and(|u| !stands_on_post(u, ctx.today()));
    GrantOut {
        id: g.id,
        place: place_words(ctx, g.area_id.or(g.county_id), g.unit_id.and_then(|u| names.get(&u))),
        area: g.area_id,
        unit: g.unit_id,
        from: g.from_day,
        to: g.to_day,
        active: genuine && counts && !off_post && g.ended_at.is_none(),
        off_post,
        posted_to: until.filter(|_| off_post).and_then(|u| last_posted(u, ctx.today())),
        upcoming: g.from_day > ctx.today(),
        ended: g.ended_at.map(|t| t.minute_cn()),
        by: g.created_by,
        role: g.role,
        genuine,
    }
}

/// A grant whose posting is over, or never was, as the first page of who takes it back lists it.
#[derive(Clone, Debug)]
pub struct OffPostGrant {
    /// Grant.
    pub id: GrantId,
    /// Whose.
    pub account: AccountId,
    /// Name and login.
    pub who: String,
    /// Role code.
    pub role: String,
    /// Unit.
    pub unit: String,
    /// The last day of the posting.
    pub posted_to: Option<Day>,
}

/// The first few grants whose posting is over.
pub(crate) async fn off_posts(ctx: &Ctx, most: i64) -> Result<Vec<OffPostGrant>> {
    let permit = ctx.permit::<GrantRow>(policy::GRANT_READ)?;
    let rows = store::off_posts(&mut ctx.read().await?, &permit, ctx.today(), most).await?;
    let out = |g: store::OffPost| OffPostGrant {
        id: g.id,
        account: g.account_id,
        who: format!("{} {}", g.display, g.login),
        role: g.role,
        unit: g.unit_name,
        posted_to: last_posted(g.posted_until, ctx.today()),
    };
    Ok(rows.into_iter().map(out).collect())
}

/// A new grant.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewGrant {
    /// Role code.
    pub role: String,
    /// Division id, for roles of an area.
    pub area: String,
    /// Unit id, for roles of a unit.
    pub unit: String,
    /// First day; today if empty.
    pub from: String,
    /// Last day; none if empty.
    pub to: String,
}

struct Checked {
    role: Role,
    area: Option<DivisionId>,
    unit: Option<UnitId>,
    from: Day,
    to: Option<Day>,
}

/// Everything that can be said without the database, all at once.
fn check(ctx: &Ctx, input: &NewGrant) -> Result<Checked> {
    let mut errors = FieldErrors::default();
    let role = Role::from_code(input.role.trim()).filter(|r| place_of(*r).is_some());
    if role.is_none() {
        errors.add("role", if input.role.trim().is_empty() { "required" } else { "unknown-code" });
    }
    let mut day = |field: &str, typed: &str| match typed.trim() {
        "" => None,
        s => {
            let d = Day::parse(s);
            if d.is_none() {
                errors.add(field, "date-format");
            }
            d
        }
    };
    let from = day("from", &input.from).unwrap_or_else(|| ctx.today());
    let to = day("to", &input.to);
    // What somebody might have done on days that are over is what the records of those days say.
    if from < ctx.today() {
        errors.add("from", "grant-past");
    }
    if to.is_some_and(|t| t < from || t < ctx.today()) {
        errors.add("to", "grant-over");
    }
    let area = input.area.trim().parse::<DivisionId>().ok();
    let unit = input.unit.trim().parse::<UnitId>().ok();
    if let Some(place) = role.and_then(place_of) {
        let view = ctx.tree().as_of(ctx.today());
        let found = area.and_then(|a| view.get(a));
        let is_county = |id| view.county_of(id) == Some(id);
        let fits = found.is_some_and(|d| match place {
            Place::Province => d.kind == DivisionKind::Province,
            Place::City => d.kind == DivisionKind::City,
            Place::County => is_county(d.id),
            Place::AnyArea => matches!(d.kind, DivisionKind::Province | DivisionKind::City) || is_county(d.id),
            Place::Township => d.kind == DivisionKind::Township,
            Place::Unit => false,
        });
        match place {
            Place::Unit if unit.is_none() => errors.add("unit", "required"),
            Place::Unit => {}
            _ if area.is_none() => errors.add("area", "required"),
            _ if !fits => errors.add("area", level_problem(place)),
            _ => {}
        }
    }
    errors.check()?;
    let role = role.ok_or_else(|| Error::field("role", "required"))?;
    let by_unit = place_of(role) == Some(Place::Unit);
    Ok(Checked { role, area: area.filter(|_| !by_unit), unit, from, to })
}

// i18n-keys: err-area-not-province err-area-not-city err-area-not-county err-area-not-area err-area-not-township
fn level_problem(place: Place) -> &'static str {
    match place {
        Place::Province => "area-not-province",
        Place::City => "area-not-city",
        Place::County => "area-not-county",
        Place::Township => "area-not-township",
        Place::AnyArea | Place::Unit => "area-not-area",
    }
}

/// Gives a role to an account. Its sessions end, so that it signs in anew with what it now may do (SESS-1).
pub async fn create(ctx: &Ctx, account: AccountId, input: NewGrant, idem: &Idem) -> Result<GrantId> {
    let permit = ctx.permit::<GrantRow>(policy::GRANT_CREATE)?;
    let mut tx = ctx.write().await?;
    if let Some(before) = idem.seen(ctx, &mut tx).await? {
        return before.parse().map_err(Error::internal);
    }
    let a = store::account_for(&mut tx, &permit, account).await?;
    may_be_given(ctx, &a)?;
    let g = check(ctx, &input)?;
    if g.role == Role::Worker && a.worker_id.is_none() {
        return Err(Error::field("role", "grant-needs-worker"));
    }
    let view = ctx.tree().as_of(ctx.today());
    let mut county = g.area.and_then(|x| view.county_of(x));
    let mut unit = None;
    if let Some(id) = g.unit {
        let (_, of_county, tier) =
            store::unit(&mut tx, &permit, id).await?.ok_or_else(|| Error::field("unit", "grant-unit-unknown"))?;
        let fits = match g.role {
            Role::StationHead | Role::Worker => tier != "X",
            // The centre's staff may name their centre; everybody else's role is their area's.
            Role::CenterStaff => tier == "X" && county == Some(of_county),
            _ => false,
        };
        if !fits {
            return Err(Error::field("unit", "unit-unfit"));
        }
        county = Some(of_county);
        unit = Some(id);
    }
    let mut row = GrantRow {
        id: GrantId(ctx.uuid()),
        account_id: account,
        duty: Duty::of(g.role).code().into(),
        role: g.role.code().into(),
        area_id: g.area,
        county_id: county,
        unit_id: unit,
        from_day: g.from,
        to_day: g.to,
        ended_at: None,
        created_at: ctx.now(),
        created_by: ctx.actor.name.clone(),
        mac: vec![],
    };
    row.mac = row.seal(&ctx.app.vault);
    let mut meets = FieldErrors::default();
    for held in store::grants_meeting(&mut tx, &permit, &row).await? {
        if (&held.role, held.area_id, held.unit_id) == (&row.role, row.area_id, row.unit_id) {
            meets.add_with("from", "grant-twice", &[("from", &held.from_day.to_string())]);
        } else if Role::from_code(&held.role).is_some_and(|r| apart(r, g.role)) {
            meets.add_with("role", "grant-apart", &[("held", &held.role)]);
        }
    }
    meets.0.dedup();
    meets.check()?;
    store::insert_grant(&mut tx, &row).await?;
    service::end_sessions(&mut tx, account, ctx.now()).await?;
    idem.save(ctx, &mut tx, &row.id.to_string()).await?;
    tx.commit(
        permit
            .change(None, row.id)
            .fields(&["role", "area_id", "unit_id", "from_day", "to_day"])
            .purpose(&row.role)
            .digest_of(&input),
    )
    .await?;
    Ok(row.id)
}

fn may_be_given(ctx: &Ctx, a: &Account) -> Result<()> {
    if ctx.actor.account() == Some(a.id) {
        return Err(Error::rule("grant-self"));
    }
    refuse_operator(a)?;
    if a.state == AccountState::Disabled {
        return Err(Error::rule("account-disabled"));
    }
    Ok(())
}

/// Takes a grant back at once; the account's sessions end.
pub async fn end(ctx: &Ctx, id: GrantId) -> Result<AccountId> {
    let permit = ctx.permit::<GrantRow>(policy::GRANT_END)?;
    let mut tx = ctx.write().await?;
    let mut row = store::grant(&mut tx, &permit, id).await?;
    if Duty::from_code(&row.duty).is_none_or(Duty::is_operator) {
        return Err(Error::rule("operator-console"));
    }
    row.ended_at = Some(ctx.now());
    row.mac = row.seal(&ctx.app.vault);
    if store::end_grant(&mut tx, &permit, &row).await? == 0 {
        return Err(Error::rule("grant-ended"));
    }
    service::end_sessions(&mut tx, row.account_id, ctx.now()).await?;
    tx.commit(permit.change(None, id).fields(&["ended_at"]).purpose(&row.role)).await?;
    Ok(row.account_id)
}

/// A unit to choose.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct UnitChoice {
    /// Id.
    pub id: UnitId,
    /// Name with its county.
    pub name: String,
}

/// Units whose name holds a text, at most 20; none for an empty text.
pub async fn find_units(ctx: &Ctx, text: &str) -> Result<Vec<UnitChoice>> {
    let permit = ctx.permit::<GrantRow>(policy::GRANT_CREATE)?;
    let text: String = text.trim().chars().take(50).collect();
    if text.is_empty() {
        return Ok(vec![]);
    }
    let view = ctx.tree().as_of(ctx.today());
    let mut c = ctx.read().await?;
    let found = store::find_units(&mut c, &permit, &text).await?;
    Ok(found
        .into_iter()
        .map(|(id, name, county)| UnitChoice { id, name: format!("{name}（{}）", view.path_name(county)) })
        .collect())
}

/// Sessions of an account that are alive.
pub async fn sessions(ctx: &Ctx, account: AccountId) -> Result<Vec<SessionOut>> {
    let permit = ctx.permit::<SessionRow>(policy::SESSION_READ)?;
    let mut c = ctx.read().await?;
    let a = store::account_for(&mut c, &permit, account).await?;
    let rows = store::sessions_of(&mut c, &permit, account).await?;
    Ok(own::alive(ctx, &a, rows, None))
}

/// Ends a session of anybody; the account it belonged to.
pub async fn end_session(ctx: &Ctx, id: SessionId) -> Result<AccountId> {
    let permit = ctx.permit::<SessionRow>(policy::SESSION_END)?;
    let mut tx = ctx.write().await?;
    let account = store::account_of_session(&mut tx, &permit, id).await?;
    if store::end_any_session(&mut tx, &permit, id, ctx.now()).await? == 0 {
        return Err(Error::NotFound);
    }
    zw_web::ended(&mut tx, account);
    tx.commit(permit.change(None, id)).await?;
    Ok(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody checks the own work, and who reads figures above the county sees no person by another role.
    #[test]
    fn which_roles_are_kept_apart() {
        let pairs: Vec<String> = Role::ALL
            .iter()
            .flat_map(|a| Role::ALL.iter().map(move |b| (*a, *b)))
            .filter(|(a, b)| apart(*a, *b))
            .map(|(a, b)| {
                assert!(apart(b, a), "{a} and {b}: either way round");
                format!("{a} {b}")
            })
            .filter(|p| ["prov", "city", "coun"].contains(&&p[..4]))
            .collect();
        let above = ["county_admin", "center_staff", "town_officer", "station_head", "worker"];
        let with = |a: &'static str, list: &'static [&'static str]| list.iter().map(move |b| format!("{a} {b}"));
        let mut want: Vec<String> =
            ["prov_admin", "city_admin"].iter().flat_map(|a| above.map(|b| format!("{a} {b}"))).collect();
        want.extend(with("county_admin", &["prov_admin", "city_admin", "station_head", "worker"]));
        assert_eq!(pairs, want);
    }

    #[test]
    fn operators_and_screens_are_not_given_here() {
        let given: Vec<Role> = given_here().collect();
        for r in Role::ALL {
            assert_eq!(given.contains(r), !r.is_operator() && *r != Role::Kiosk, "{r}");
        }
    }
}
