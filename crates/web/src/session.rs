//! From cookie to `Ctx`: request id, client address, session, CSRF. Grants are read on every request, so an
//! ended session or grant is dead on the very next one (SESS-3).

use crate::error::Fail;
use crate::site::Site;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use zw_access::{Actor, App, Ctx, hex};
use zw_core::{Error, Result};
use zw_ui::Lang;

/// What the sign-in module knows of a session.
#[derive(Clone, Debug)]
pub struct SessionInfo {
    /// Who.
    pub actor: Actor,
    /// Role and unit words for the badge.
    pub role_words: String,
    /// Unit or area name.
    pub unit_words: String,
}

/// Reads sessions; implemented by the accounts module.
pub trait Authenticator: Send + Sync {
    /// The session of a token hash, if it is alive now. Also moves its idle clock.
    fn session<'a>(
        &'a self,
        app: &'a Arc<App>,
        token_hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>>;
}

/// The authenticator, shared through `App::ext`.
pub struct Auth(pub Box<dyn Authenticator>);

/// What the outer layer hands to guards and extractors.
#[derive(Clone)]
pub(crate) struct RequestCtx {
    pub ctx: Ctx,
    pub info: Option<SessionInfo>,
    pub lang: Lang,
    pub theme: zw_ui::shell::Theme,
    pub large: bool,
    pub csrf: String,
    pub path: String,
    pub htmx: bool,
    pub api: bool,
    /// Fluent key of a notice the last request left.
    pub flash: Option<String>,
}

/// Value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|p| p.trim().split_once('='))
        .find(|(k, _)| *k == name)
        .map(|(_, v)| v)
}

/// Rightmost hop that is not one of our proxies (CFG-2).
fn client_ip(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let mut ip = peer?;
    if !trusted.contains(&ip) {
        return Some(ip);
    }
    let hops: Vec<IpAddr> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .filter_map(|s| s.trim().parse().ok())
        .collect();
    for hop in hops.into_iter().rev() {
        ip = hop;
        if !trusted.contains(&hop) {
            break;
        }
    }
    Some(ip)
}

/// WEB-3: unsafe methods need `Sec-Fetch-Site: same-origin|none`; without it the Origin must be ours; both
/// absent is a refusal when a cookie came along.
fn same_origin(headers: &HeaderMap, origin: &str, has_cookie: bool) -> bool {
    let text = |n: &str| headers.get(n).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(o)) => o == origin,
        (None, None) => !has_cookie,
    }
}

/// The outer layer.
pub(crate) async fn layer(State(app): State<Arc<App>>, req: Request, next: Next) -> Response {
    let request_id = app.rng.uuid(app.clock.now()).to_string();
    let (mut parts, body) = req.into_parts();
    let built = build(&app, &parts, request_id.clone()).await;
    let rc = match built {
        Ok(rc) => rc,
        Err(e) => {
            // Without a context the page is still a page, in the reader's language.
            let ctx = Ctx::new(app.clone(), Actor::anonymous(), request_id);
            let rc = bare(ctx, &parts);
            return crate::edge::render(&rc, Fail(e).into_response()).await;
        }
    };
    parts.extensions.insert(rc.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    crate::edge::render(&rc, response).await
}

fn bare(ctx: Ctx, req: &Parts) -> RequestCtx {
    let h = &req.headers;
    let text = |n: header::HeaderName| h.get(n).and_then(|v| v.to_str().ok());
    RequestCtx {
        ctx,
        info: None,
        lang: Lang::negotiate(cookie(h, "zw_lang"), text(header::ACCEPT_LANGUAGE)),
        theme: zw_ui::shell::Theme::from_code(cookie(h, "zw_theme").unwrap_or_default()),
        large: cookie(h, "zw_large") == Some("1"),
        csrf: String::new(),
        path: req.uri.path().to_owned(),
        htmx: h.contains_key("hx-request"),
        api: req.uri.path().starts_with("/api/"),
        flash: cookie(h, crate::page::FLASH)
            .filter(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
            .map(str::to_owned),
    }
}

async fn build(app: &Arc<App>, req: &Parts, request_id: String) -> Result<RequestCtx> {
    let site = app.ext::<Site>()?;
    let h = &req.headers;
    let mut rc = bare(Ctx::new(app.clone(), Actor::anonymous(), request_id), req);
    let peer = req.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    rc.ctx.ip = client_ip(peer, h, &site.config.trusted_proxies).map(|i| i.to_string());
    let token = cookie(h, site.config.cookie_name());
    if !matches!(req.method, Method::GET | Method::HEAD | Method::OPTIONS)
        && !same_origin(h, &site.config.public_url, token.is_some())
    {
        return Err(Error::rule("foreign-origin"));
    }
    let needs_session = !req.uri.path().starts_with("/assets/") && req.uri.path() != "/healthz";
    if let Some(token) = token.filter(|_| needs_session) {
        let hash = app.vault.token_hash(token);
        if let Some(info) = app.ext::<Auth>()?.0.session(app, &hash).await? {
            rc.csrf = hex(&app.vault.mac("csrf", &[&hash])[..16]);
            rc.ctx.actor = info.actor.clone();
            rc.ctx.session_hash = Some(hash);
            rc.info = Some(info);
        }
    }
    Ok(rc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter().map(|(k, v)| (header::HeaderName::from_static(k), v.parse().unwrap())).collect()
    }

    #[test]
    fn origin_table() {
        let ours = "https://zw.example";
        for (h, cookie, want) in [
            (vec![("sec-fetch-site", "same-origin")], true, true),
            (vec![("sec-fetch-site", "none")], true, true),
            (vec![("sec-fetch-site", "cross-site")], true, false),
            (vec![("sec-fetch-site", "same-site")], true, false),
            (vec![("sec-fetch-site", "cross-site"), ("origin", ours)], true, false),
            (vec![("origin", ours)], true, true),
            (vec![("origin", "https://evil.example")], true, false),
            (vec![("origin", "null")], true, false),
            (vec![("origin", "https://evil.example")], false, false),
            (vec![], true, false),
            (vec![], false, true),
        ] {
            assert_eq!(same_origin(&headers(&h), ours, cookie), want, "{h:?} {cookie}");
        }
    }

    #[test]
    fn a_spoofed_forwarded_for_cannot_change_the_address() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let peer: IpAddr = "203.0.113.9".parse().unwrap();
        let h = headers(&[("x-forwarded-for", "1.2.3.4, 198.51.100.7")]);
        assert_eq!(client_ip(Some(peer), &h, &[proxy]), Some(peer));
        assert_eq!(client_ip(Some(proxy), &h, &[proxy]), Some("198.51.100.7".parse().unwrap()));
        assert_eq!(client_ip(None, &h, &[proxy]), None);
    }
}
