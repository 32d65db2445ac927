//! A browser that keeps the cookie the server sets, and accounts to use it with.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt as _;
use zw_access::{Role, hex};
use zw_accounts::seed::{self, SeedAccount, SeedGrant};
use zw_core::{AccountId, Day, DivisionId, WorkerId};
use zw_testkit::TestApp;

/// The password every account of these tests has.
pub const PASSWORD: &str = "three small boats at noon";

/// A client with its own cookie jar and address.
pub struct Browser<'a> {
    app: &'a TestApp,
    /// Session token.
    pub token: String,
    ip: &'static str,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map(|v| v.to_str().unwrap()).unwrap_or("")
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, token: String::new(), ip: "203.0.113.9" }
    }
    pub fn at(app: &'a TestApp, ip: &'static str) -> Self {
        Self { app, token: String::new(), ip }
    }
    /// Signed in with the common password.
    pub async fn signed_in(app: &'a TestApp, login: &str) -> Self {
        let mut b = Self::new(app);
        let a = b.login(login, PASSWORD).await;
        assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.body);
        b
    }
    pub async fn send(&mut self, method: Method, path: &str, kind: &str, body: String) -> Answer {
        let mut r = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        if !kind.is_empty() {
            r = r.header(header::CONTENT_TYPE, kind);
        }
        if !self.token.is_empty() {
            let hash = self.app.app.vault.token_hash(&self.token);
            let csrf = hex(&self.app.app.vault.mac("csrf", &[&hash])[..16]);
            r = r.header(header::COOKIE, format!("zw_session={}", self.token)).header("x-csrf-token", csrf);
        }
        let peer: std::net::SocketAddr = format!("{}:4000", self.ip).parse().unwrap();
        let mut req = r.body(Body::from(body)).unwrap();
        req.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        let response = self.app.router.clone().oneshot(req).await.unwrap();
        let (parts, body) = response.into_parts();
        for c in parts.headers.get_all(header::SET_COOKIE) {
            if let Some(v) = c.to_str().unwrap().strip_prefix("zw_session=") {
                self.token = v.split(';').next().unwrap().to_owned();
            }
        }
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, "", String::new()).await
    }
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let hash = self.app.app.vault.token_hash(&self.token);
        let csrf = hex(&self.app.app.vault.mac("csrf", &[&hash])[..16]);
        let escape = |s: &str| -> String { s.bytes().map(|b| format!("%{b:02X}")).collect() };
        let mut body = format!("csrf={csrf}");
        for (k, v) in fields {
            body.push_str(&format!("&{k}={}", escape(v)));
        }
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body).await
    }
    pub async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Answer {
        self.send(Method::POST, path, "application/json", body.to_string()).await
    }
    pub async fn login(&mut self, login: &str, password: &str) -> Answer {
        self.post("/login", &[("login", login), ("password", password), ("next", "/account")]).await
    }
}

/// A grant from long ago without end.
pub fn grant(role: Role, area: Option<DivisionId>) -> SeedGrant {
    SeedGrant { role, area, county: None, unit: None, from: Day::new(2020, 1, 1).unwrap(), to: None }
}

/// Loads an account with the common password.
pub async fn account(app: &TestApp, login: &str, grants: Vec<SeedGrant>) -> AccountId {
    account_of(app, login, None, grants).await
}

/// The same of a worker.
pub async fn account_of(app: &TestApp, login: &str, worker: Option<WorkerId>, grants: Vec<SeedGrant>) -> AccountId {
    use std::sync::OnceLock;
    static HASH: OnceLock<String> = OnceLock::new();
    let phc = HASH.get_or_init(|| seed::hash_now(&zw_core::Rng::seeded(5), PASSWORD).unwrap());
    let ctx = app.system("seed", zw_accounts::policy::CONSOLE);
    let id = AccountId(ctx.uuid());
    let row = SeedAccount {
        id,
        login: login.into(),
        display: format!("测试{login}"),
        password_hash: Some(phc.clone()),
        worker,
        must_change: false,
        grants,
    };
    let mut tx = ctx.write().await.unwrap();
    seed::accounts(&ctx, &mut tx, &[row]).await.unwrap();
    tx.commit(ctx.event(zw_accounts::policy::ACCOUNT_SEED).record(None, id)).await.unwrap();
    id
}

/// The three operators, signed in: system, security, audit.
pub async fn operators(app: &TestApp) -> [Browser<'_>; 3] {
    account(app, "sys.one", vec![grant(Role::SysAdmin, None)]).await;
    account(app, "sec.one", vec![grant(Role::SecurityAdmin, None)]).await;
    account(app, "aud.one", vec![grant(Role::AuditAdmin, None)]).await;
    [
        Browser::signed_in(app, "sys.one").await,
        Browser::signed_in(app, "sec.one").await,
        Browser::signed_in(app, "aud.one").await,
    ]
}

/// Runs one statement as somebody who reached the database without the program.
pub async fn behind_the_back(app: &TestApp, q: zw_db::Sql) -> zw_core::Result<u64> {
    struct Silent;
    impl zw_db::Change for Silent {
        async fn write(self, _: &mut zw_db::Conn) -> zw_core::Result<()> {
            Ok(())
        }
    }
    let mut tx = app.app.db.write(app.app.clock.now()).await?;
    let n = tx.run(q).await?;
    tx.commit(Silent).await?;
    Ok(n)
}

/// A count.
pub async fn count(app: &TestApp, q: zw_db::Sql) -> i64 {
    app.app.db.read().await.unwrap().scalar(q).await.unwrap()
}
