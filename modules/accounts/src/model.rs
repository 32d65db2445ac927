//! Accounts, grants, sessions and wall-screen tokens as types; pure rules, no SQL, no HTTP.

use std::net::IpAddr;
use zw_access::{Grant, Resource, Role, Setting, Vault};
use zw_core::code::Code as _;
use zw_core::{AccountId, Day, DivisionId, FieldErrors, GrantId, SessionId, Stamp, UnitId, Uuid, WorkerId};

zw_core::codes! {
    /// What an account is for, for life. Operators' accounts hold exactly their own role (AC-7).
    pub enum Duty {
        /// Work with business data through business roles.
        Business = "business",
        /// System administrator.
        SysAdmin = "sys_admin",
        /// Security administrator.
        SecurityAdmin = "security_admin",
        /// Audit administrator.
        AuditAdmin = "audit_admin",
    }
}
zw_core::codes! {
    /// Whether an account may be used.
    pub enum AccountState {
        /// May sign in.
        Active = "active",
        /// May not.
        Disabled = "disabled",
    }
}
zw_core::codes! {
    /// Why the grants of an account wait for a second operator (decision 0042).
    pub enum HeldFor {
        /// A one-time code was issued: whoever knows it may be the account.
        Code = "code",
        /// It was said to belong to another worker: other residents are its own.
        Worker = "worker",
    }
}
zw_db::code_cols!(Duty, AccountState, HeldFor);

impl Duty {
    /// The duty an account needs to hold a role.
    pub fn of(role: Role) -> Self {
        match role {
            Role::SysAdmin => Self::SysAdmin,
            Role::SecurityAdmin => Self::SecurityAdmin,
            Role::AuditAdmin => Self::AuditAdmin,
            _ => Self::Business,
        }
    }
    /// Whether it is one of the three operators'.
    pub fn is_operator(self) -> bool {
        self != Self::Business
    }
    /// Sessions in parallel (SESS-4): three, an operator one.
    pub fn session_limit(self) -> i64 {
        if self.is_operator() { 1 } else { 3 }
    }
}

/// How long sessions live (SESS-2); the setting `accounts.session` may only shorten it.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionLimits {
    /// Minutes without a request, of a business account.
    #[schemars(extend("x-unit" = "minutes"))]
    pub idle_minutes: Option<i64>,
    /// Minutes without a request, of an operator.
    #[schemars(extend("x-unit" = "minutes"))]
    pub operator_idle_minutes: Option<i64>,
    /// Minutes from sign-in to the end, whatever happens.
    #[schemars(extend("x-unit" = "minutes"))]
    pub absolute_minutes: Option<i64>,
    /// Minutes for which a password counts as given just now (SESS-5).
    #[schemars(extend("x-unit" = "minutes"))]
    pub confirm_minutes: Option<i64>,
}

// i18n-keys: accounts-set-session accounts-set-session-does
// i18n-keys: accounts-set-session-idle-minutes accounts-set-session-operator-idle-minutes
// i18n-keys: accounts-set-session-absolute-minutes accounts-set-session-confirm-minutes
impl Setting for SessionLimits {
    const KEY: &'static str = "accounts.session";
    const MEANING: &'static str = "accounts-set-session";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        let most = [
            ("idle_minutes", self.idle_minutes, 30),
            ("operator_idle_minutes", self.operator_idle_minutes, 15),
            ("absolute_minutes", self.absolute_minutes, 600),
            ("confirm_minutes", self.confirm_minutes, 5),
        ];
        for (field, minutes, max) in most {
            e.within(field, minutes.unwrap_or(max), 1, max);
        }
        e
    }
}

impl SessionLimits {
    /// Whether a session of this duty is alive at `now`: less than 30 idle minutes (operators 15) since it was last
    /// written down as seen, and less than 10 hours old.
    pub fn alive(self, duty: Duty, created: Stamp, seen: Stamp, now: Stamp) -> bool {
        let (set, most) = if duty.is_operator() { (self.operator_idle_minutes, 15) } else { (self.idle_minutes, 30) };
        let idle = set.unwrap_or(most).clamp(1, most);
        let whole = self.absolute_minutes.unwrap_or(600).clamp(1, 600);
        now.ms() < seen.plus_minutes(idle).ms() && now.ms() < created.plus_minutes(whole).ms()
    }
    /// Until when the password that opened a session counts as given just now: five minutes. Every password that is given
    /// opens a new session, so its beginning is the instant of the password.
    pub fn fresh_until(self, created: Stamp) -> Stamp {
        created.plus_minutes(self.confirm_minutes.unwrap_or(5).clamp(1, 5))
    }
}

/// A session is written down as seen at most this often: each time is an audit event and a commit (AUD-1), so a
/// session ends up to five minutes before its idle time is over, never after.
pub const SEEN_EVERY_MINUTES: i64 = 5;

zw_db::record! {
    /// An account.
    #[derive(Clone)]
    pub struct Account {
        /// Row.
        pub id: AccountId,
        /// Login, lower case.
        pub login: String,
        /// Name shown.
        pub display: String,
        /// What it is for.
        pub duty: Duty,
        /// PHC string; none until the first code was used.
        pub password_hash: Option<String>,
        /// When the password was set.
        pub password_at: Option<Stamp>,
        /// May it be used.
        pub state: AccountState,
        /// The worker it belongs to.
        pub worker_id: Option<WorkerId>,
        /// Holds no grant until its password was changed.
        pub must_change: bool,
        /// Since when its grants wait for the security administrator.
        pub held_at: Option<Stamp>,
        /// Whose act made them wait.
        pub held_by: Option<String>,
        /// Which act.
        pub held_for: Option<HeldFor>,
        /// Last sign-in.
        pub last_login_at: Option<Stamp>,
        /// Its address.
        pub last_login_ip: Option<String>,
        /// The sign-in before the last.
        pub prev_login_at: Option<Stamp>,
        /// Its address.
        pub prev_login_ip: Option<String>,
        /// For changes that two may make.
        pub version: i64,
        /// When it was made.
        pub created_at: Stamp,
    }
}

impl Resource for Account {
    const NAME: &'static str = "account";
    // An account belongs to no county: a scope made of areas finds none.
    const COUNTY: &'static str = "NULL";
}

zw_db::record! {
    /// A grant as stored.
    #[derive(Clone, Debug)]
    pub struct GrantRow {
        /// Row.
        pub id: GrantId,
        /// Whose.
        pub account_id: AccountId,
        /// Duty of the account.
        pub duty: String,
        /// Role code; an unknown one gives nothing.
        pub role: String,
        /// Area.
        pub area_id: Option<DivisionId>,
        /// County of the unit or township.
        pub county_id: Option<DivisionId>,
        /// Unit.
        pub unit_id: Option<UnitId>,
        /// First day.
        pub from_day: Day,
        /// Last day.
        pub to_day: Option<Day>,
        /// When it was taken back.
        pub ended_at: Option<Stamp>,
        /// When it was given.
        pub created_at: Stamp,
        /// By whom.
        pub created_by: String,
        /// MAC over the row (AC-11).
        pub mac: Vec<u8>,
    }
}

impl Resource for GrantRow {
    const NAME: &'static str = "grant";
    const COUNTY: &'static str = "NULL";
}

impl GrantRow {
    /// The MAC the row must carry: over every column, so that none can be changed without the key.
    pub fn seal(&self, vault: &Vault) -> Vec<u8> {
        let int = |v: Option<i64>| v.map_or_else(Vec::new, |v| v.to_be_bytes().to_vec());
        vault
            .mac(
                "grant-row",
                &[
                    self.id.0.as_bytes(),
                    self.account_id.0.as_bytes(),
                    self.duty.as_bytes(),
                    self.role.as_bytes(),
                    &int(self.area_id.map(|v| v.0)),
                    &int(self.county_id.map(|v| v.0)),
                    &self.unit_id.map_or_else(Vec::new, |v| v.0.as_bytes().to_vec()),
                    &self.from_day.yyyymmdd().to_be_bytes(),
                    &int(self.to_day.map(Day::yyyymmdd)),
                    &int(self.ended_at.map(Stamp::ms)),
                    &self.created_at.ms().to_be_bytes(),
                    self.created_by.as_bytes(),
                ],
            )
            .to_vec()
    }
    /// Whether nobody changed the row behind the program's back.
    pub fn is_genuine(&self, vault: &Vault) -> bool {
        self.mac == self.seal(vault)
    }
    /// The grant the program works with; nothing for a role that is not known. Whether it hangs on a posting that is over
    /// is the reader's to say: see [`stands_on_post`].
    pub fn grant(&self) -> Option<Grant> {
        Some(Grant {
            id: self.id,
            role: Role::from_code(&self.role)?,
            area: self.area_id,
            county: self.county_id,
            unit: self.unit_id,
            from: self.from_day,
            to: self.to_day,
            off_post: false,
        })
    }
}

zw_db::record! {
    /// A session as stored; its token is not.
    #[derive(Clone, Debug)]
    pub struct SessionRow {
        /// Row.
        pub id: SessionId,
        /// Whose.
        pub account_id: AccountId,
        /// Sign-in.
        pub created_at: Stamp,
        /// Last written down as seen.
        pub last_seen_at: Stamp,
        /// Address.
        pub ip: Option<String>,
        /// Browser, shortened.
        pub user_agent: String,
    }
}

impl Resource for SessionRow {
    const NAME: &'static str = "session";
    const COUNTY: &'static str = "NULL";
}

zw_db::record! {
    /// A wall screen's token as stored.
    #[derive(Clone, Debug)]
    pub struct KioskToken {
        /// Row.
        pub id: Uuid,
        /// Where the screen hangs.
        pub name: String,
        /// Area it shows.
        pub area_id: DivisionId,
        /// When it was made.
        pub created_at: Stamp,
        /// By whom.
        pub created_by: String,
        /// When it ends.
        pub expires_at: Stamp,
        /// When it was revoked.
        pub revoked_at: Option<Stamp>,
        /// MAC over the row.
        pub mac: Vec<u8>,
    }
}

impl Resource for KioskToken {
    const NAME: &'static str = "kiosk";
    const COUNTY: &'static str = "NULL";
}

/// Whether a grant counts on a day by the posting it hangs on, from what `store::posted_until` reads.
pub fn stands_on_post(posted_until: i64, today: Day) -> bool {
    posted_until > today.yyyymmdd()
}

/// The last day of the posting that a grant hangs on, where there was one and it is over.
pub fn last_posted(posted_until: i64, today: Day) -> Option<Day> {
    (posted_until > 0 && !stands_on_post(posted_until, today)).then(|| Day::from_stored(posted_until).add_days(-1))
}

/// Days a wall screen's token lives.
pub const KIOSK_DAYS: i64 = 90;

impl KioskToken {
    /// The MAC the row must carry.
    pub fn seal(&self, vault: &Vault) -> Vec<u8> {
        vault
            .mac(
                "kiosk-row",
                &[
                    self.id.as_bytes(),
                    self.name.as_bytes(),
                    &self.area_id.0.to_be_bytes(),
                    &self.created_at.ms().to_be_bytes(),
                    self.created_by.as_bytes(),
                    &self.expires_at.ms().to_be_bytes(),
                    &self.revoked_at.map_or_else(Vec::new, |v| v.ms().to_be_bytes().to_vec()),
                ],
            )
            .to_vec()
    }
    /// The one grant of the screen.
    pub fn grant(&self) -> Grant {
        Grant {
            id: GrantId(self.id),
            role: Role::Kiosk,
            area: Some(self.area_id),
            county: None,
            unit: None,
            from: self.created_at.day_cn(),
            to: Some(self.expires_at.day_cn()),
            off_post: false,
        }
    }
}

/// The network of a client: /24 of IPv4, /64 of IPv6, `-` when the address is not known.
pub fn client_net(ip: Option<&str>) -> String {
    match ip.and_then(|s| s.parse::<IpAddr>().ok()) {
        None => "-".into(),
        Some(IpAddr::V4(v)) => v4_net(v.octets()),
        Some(IpAddr::V6(v)) => match v.to_ipv4_mapped() {
            Some(v) => v4_net(v.octets()),
            None => {
                let s = v.segments();
                format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
            }
        },
    }
}

fn v4_net(o: [u8; 4]) -> String {
    format!("{}.{}.{}.0/24", o[0], o[1], o[2])
}

/// Letters of one-time codes: no I, L, O, U, which are misread.
const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A one-time code of 100 random bits, in four groups to be typed from paper.
pub fn one_time_code(random: [u8; 20]) -> String {
    let letters: Vec<char> = random.iter().map(|b| char::from(CODE_LETTERS[usize::from(b & 31)])).collect();
    letters.chunks(5).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code as typed, without groups, case and misread letters.
pub fn normal_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}

/// A login as stored: trimmed, lower case.
pub fn normal_login(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Whether a login may be given to an account: 3 to 40 of a–z, 0–9, dot, dash, underscore, beginning with a letter.
pub fn login_ok(login: &str) -> bool {
    (3..=40).contains(&login.len())
        && login.starts_with(|c: char| c.is_ascii_lowercase())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
}

/// A browser's name for the list of sessions, at most 120 characters, no control characters.
pub fn short_agent(agent: &str) -> String {
    agent.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_end_on_the_second() {
        let t0 = Stamp::from_ms(1_600_000_000_000);
        let l = SessionLimits::default();
        let at = |m: i64, s: i64| t0.plus_minutes(m).plus_ms(s * 1000);
        for (duty, idle) in [(Duty::Business, 30), (Duty::SysAdmin, 15), (Duty::AuditAdmin, 15)] {
            assert!(l.alive(duty, t0, t0, at(idle, -1)));
            assert!(!l.alive(duty, t0, t0, at(idle, 0)));
            assert!(l.alive(duty, t0, at(599, 0), at(600, -1)));
            assert!(!l.alive(duty, t0, at(599, 0), at(600, 0)));
        }
        let longer = SessionLimits {
            idle_minutes: Some(999),
            operator_idle_minutes: Some(999),
            absolute_minutes: Some(9999),
            confirm_minutes: Some(999),
        };
        assert_eq!((l.fresh_until(t0), longer.fresh_until(t0)), (at(5, 0), at(5, 0)));
        assert!(!longer.alive(Duty::Business, t0, t0, at(30, 0)), "settings only shorten");
        let shorter = SessionLimits { idle_minutes: Some(10), ..SessionLimits::default() };
        assert!(!shorter.alive(Duty::Business, t0, t0, at(10, 0)));
    }

    #[test]
    fn nets_of_addresses() {
        assert_eq!(client_net(Some("203.0.113.9")), "203.0.113.0/24");
        assert_eq!(client_net(Some("::ffff:203.0.113.9")), "203.0.113.0/24");
        assert_eq!(client_net(Some("2001:db8:1:2:3::9")), "2001:db8:1:2::/64");
        assert_eq!(client_net(None), "-");
        assert_eq!(client_net(Some("x")), "-");
    }

    #[test]
    fn codes_survive_being_typed() {
        let code = one_time_code([0, 1, 31, 32, 10, 11, 12, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 255]);
        assert_eq!(code, "01Z0A-BCJKM-NPQRS-TVWXZ");
        assert_eq!(
            normal_code(&code.to_lowercase().replace('0', "o").replace('1', "l").replace('-', " ")),
            normal_code(&code)
        );
    }

    #[test]
    fn logins() {
        for ok in ["lin.xm", "fz-gl_01", "abc"] {
            assert!(login_ok(ok), "{ok}");
        }
        for bad in ["ab", "1abc", "Abc", "林小梅", "a b c", "a@b", ".abc", &"a".repeat(41)] {
            assert!(!login_ok(bad), "{bad}");
        }
    }
}
