//! A browser-like client of the router in process.

use crate::app::TestApp;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt as _;
use zw_access::{Actor, hex};

/// A client with or without a session.
pub struct Client<'a> {
    app: &'a TestApp,
    token: Option<String>,
    site: &'static str,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// Body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
    /// Location header.
    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

impl TestApp {
    /// Nobody.
    pub fn anonymous(&self) -> Client<'_> {
        Client { app: self, token: None, site: "same-origin" }
    }
    /// Somebody, signed in.
    pub fn client(&self, actor: Actor) -> Client<'_> {
        Client { app: self, token: Some(self.sign_in(actor)), site: "same-origin" }
    }
}

impl Client<'_> {
    /// The same browser some time after the password was given (SESS-5).
    #[must_use]
    pub fn stale(self) -> Self {
        if let Some(token) = &self.token {
            self.app.grow_stale(token);
        }
        self
    }
    /// The same browser with another session's token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..*self }
    }
    /// The same browser, led here by another site.
    #[must_use]
    pub fn from_another_site(self) -> Self {
        Self { site: "cross-site", ..self }
    }
    /// The form token of the session.
    pub fn csrf(&self) -> String {
        let vault = &self.app.app.vault;
        self.token.as_ref().map(|t| hex(&vault.mac("csrf", &[&vault.token_hash(t)])[..16])).unwrap_or_default()
    }
    /// Sends anything.
    pub async fn send(&self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let kind: &[(&str, &str)] = if content_type.is_empty() { &[] } else { &[("content-type", content_type)] };
        self.send_with(method, path, kind, body).await
    }
    /// Sends anything with headers of its own; the session's cookie and form token come along unless they are given.
    pub async fn send_with(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut r = Request::builder().method(method).uri(path);
        let given = |name: &str| headers.iter().any(|(k, _)| *k == name);
        if !given("sec-fetch-site") && !given("origin") {
            r = r.header("sec-fetch-site", self.site);
        }
        if let Some(t) = &self.token {
            r = r.header(header::COOKIE, format!("{}={t}", self.app.cookie_name()));
            if !given("x-csrf-token") {
                r = r.header("x-csrf-token", self.csrf());
            }
        }
        for (name, value) in headers {
            r = r.header(*name, *value);
        }
        let response = self.app.router.clone().oneshot(r.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
    /// GET in a language.
    pub async fn get_in(&self, lang: &str, path: &str) -> Answer {
        let mut r = Request::builder().uri(path);
        let session = self.token.as_ref().map(|t| format!("; zw_session={t}")).unwrap_or_default();
        r = r.header(header::COOKIE, format!("zw_lang={lang}{session}"));
        let response = self.app.router.clone().oneshot(r.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "", vec![]).await
    }
    /// A search for a person: the form, and the page it leads to.
    pub async fn search(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let asked = self.post(path, fields).await;
        if asked.status == StatusCode::SEE_OTHER { self.get(&asked.location()).await } else { asked }
    }
    /// POST of a form, with the form token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf();
        let encode = |s: &str| -> String {
            s.bytes()
                .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
                .collect()
        };
        let body = std::iter::once(("csrf", csrf.as_str()))
            .chain(fields.iter().copied())
            .map(|(k, v)| format!("{}={}", encode(k), encode(v)))
            .collect::<Vec<_>>()
            .join("&");
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }
    /// POST of JSON.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.send(Method::POST, path, "application/json", body.to_string().into_bytes()).await
    }
}
