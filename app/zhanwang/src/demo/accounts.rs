//! One sign-in per role. The passwords are made at random at every start, printed once and kept nowhere.

use super::network::Station;
use super::workers::OnPost;
use zw_access::{Ctx, Role};
use zw_accounts::seed::{self, SeedAccount, SeedGrant};
use zw_core::tree::View;
use zw_core::{AccountId, Day, DivisionId, Result, Rng};
use zw_db::Tx;

/// Who signs in: kept in the settings, so that a later start can tell everybody a new password.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Seat {
    /// Role.
    pub role: String,
    /// Login.
    pub login: String,
    /// Who that is, in words.
    pub label: String,
    /// The account.
    pub account: AccountId,
}

/// A sign-in of the demo, as printed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SignIn {
    /// Role.
    pub role: String,
    /// Login.
    pub login: String,
    /// Password, in clear: shown once.
    pub password: String,
    /// Who that is, in words.
    pub label: String,
}

impl SignIn {
    fn new(seat: &Seat, password: String) -> Self {
        Self { role: seat.role.clone(), login: seat.login.clone(), password, label: seat.label.clone() }
    }
}

/// New passwords for everybody; their sessions end. Whom the visitor has disabled stays so, and has no line.
pub async fn reissue(ctx: &Ctx, tx: &mut Tx, seats: &[Seat]) -> Result<Vec<SignIn>> {
    let secret = Rng::system();
    let mut out = vec![];
    for seat in seats {
        let password = password(&secret);
        let hash = seed::hash_now(&secret, &password)?;
        if seed::new_password(ctx, tx, seat.account, &hash).await? {
            out.push(SignIn::new(seat, password));
        }
    }
    Ok(out)
}

/// A password that can be read aloud: 16 characters without look-alikes.
fn password(rng: &Rng) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut out = String::new();
    for i in 0..16 {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        let k = usize::try_from(rng.below(LETTERS.len() as u64)).unwrap_or(0);
        out.push(char::from(LETTERS[k]));
    }
    out
}

/// Where the demo's people work.
pub struct Places<'a> {
    /// Province.
    pub province: DivisionId,
    /// City of the demo county.
    pub city: DivisionId,
    /// The demo county.
    pub county: DivisionId,
    /// The township of its officer: one that is still being built.
    pub officer: DivisionId,
    /// The demo station.
    pub station: &'a Station,
    /// Its people, head first.
    pub people: &'a [OnPost],
}

/// Creates the accounts.
pub async fn load(ctx: &Ctx, tx: &mut Tx, view: &View, p: &Places<'_>) -> Result<(Vec<Seat>, Vec<SignIn>)> {
    let name = |id: DivisionId| view.get(id).map(|v| v.name.clone()).unwrap_or_default();
    let from = Day::from_stored(20200901);
    let area = |role, a: DivisionId| SeedGrant { role, area: Some(a), county: None, unit: None, from, to: None };
    let unit = |role| SeedGrant {
        role,
        area: None,
        county: Some(p.station.town.county),
        unit: Some(p.station.unit),
        from,
        to: None,
    };
    let worker = |i: usize| p.people.iter().filter(|w| w.to.is_none()).nth(i);
    let town = SeedGrant { county: Some(p.county), ..area(Role::TownOfficer, p.officer) };
    let global = |role| SeedGrant { role, area: None, county: None, unit: None, from, to: None };
    let (prov, city, county) = (name(p.province), name(p.city), name(p.county));
    let station = format!("{}社会工作服务站", name(p.station.town.id));
    type Line = (&'static str, String, Option<zw_core::WorkerId>, SeedGrant);
    let mut list: Vec<Line> = vec![
        ("prov", format!("{prov} · 省级管理(起草)"), None, area(Role::ProvAdmin, p.province)),
        ("prov2", format!("{prov} · 省级管理(核稿)"), None, area(Role::ProvAdmin, p.province)),
        ("city", format!("{city} · 市级管理"), None, area(Role::CityAdmin, p.city)),
        ("county", format!("{county} · 县级主管"), None, area(Role::CountyAdmin, p.county)),
        ("centre", format!("{county} · 县中心干事"), None, area(Role::CenterStaff, p.county)),
        ("town", format!("{} · 乡镇民政办", name(p.officer)), None, town),
    ];
    for (login, i, role, what) in [
        ("head", 0, Role::StationHead, "站长"),
        ("worker", 1, Role::Worker, "驻站社工"),
        ("worker2", 2, Role::Worker, "驻站社工"),
    ] {
        if let Some(w) = worker(i) {
            list.push((login, format!("{station} · {what} {}", w.name), Some(w.id), unit(role)));
        }
    }
    list.extend([
        ("cadre", format!("{county} · 挂钩干部"), None, area(Role::LinkedCadre, p.county)),
        ("leader", format!("{prov} · 领导小组成员"), None, area(Role::Leader, p.province)),
        ("sys", "系统管理员".into(), None, global(Role::SysAdmin)),
        ("security", "安全管理员".into(), None, global(Role::SecurityAdmin)),
        ("audit", "审计管理员".into(), None, global(Role::AuditAdmin)),
    ]);
    // The passwords guard what the demo machine holds, so they come from the system's generator, not from the seed.
    let secret = Rng::system();
    let (mut seats, mut out, mut accounts) = (vec![], vec![], vec![]);
    for (login, label, worker, grant) in list {
        let password = password(&secret);
        let (display, id) = (label.rsplit(" · ").next().unwrap_or(&label).to_owned(), AccountId(ctx.uuid()));
        let hash = seed::hash_now(&secret, &password)?;
        let seat = Seat { role: grant.role.to_string(), login: login.into(), label, account: id };
        out.push(SignIn::new(&seat, password));
        seats.push(seat);
        accounts.push(SeedAccount {
            id,
            login: login.into(),
            display,
            password_hash: Some(hash),
            worker,
            must_change: false,
            grants: vec![grant],
        });
    }
    seed::accounts(ctx, tx, &accounts).await?;
    Ok((seats, out))
}
