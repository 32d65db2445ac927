//! From cookie to `Ctx`: request id, client address, session, CSRF. Grants are read on every request, so an
//! ended session or grant is dead on the very next one (SESS-3).

use crate::counts::Counted;
use crate::error::Fail;
use crate::site::Site;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use zw_access::{Actor, App, Ctx, hex};
use zw_core::{AccountId, Error, Result, Stamp};
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
    /// Until when the password counts as given just now (SESS-5); none for what has no password.
    pub fresh_until: Option<Stamp>,
}

/// A password that was given again, and the session it opened.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// Token of the new session; the old one is dead.
    pub token: String,
    /// The session.
    pub info: SessionInfo,
    /// Seconds the browser keeps the token.
    pub cookie_s: i64,
}

/// Reads sessions; implemented by the accounts module.
pub trait Authenticator: Send + Sync {
    /// The session of a token hash, if it is alive now. Also moves its idle clock.
    fn session<'a>(
        &'a self,
        app: &'a Arc<App>,
        token_hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>>;
    /// The same without moving the idle clock: an open stream is no act of its reader.
    fn still<'a>(
        &'a self,
        app: &'a Arc<App>,
        token_hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>>;
    /// The person of a dead session that a password given again replaced in the last minutes, while the session in its
    /// place lives. It opens nothing by itself: [`Authenticator::confirm`] wants the password once more.
    fn replaced<'a>(
        &'a self,
        app: &'a Arc<App>,
        token_hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>>;
    /// Who an account is now, with the grants it holds now; nobody if it may not sign in. For work that was ordered in a
    /// session and is done after it.
    fn actor<'a>(
        &'a self,
        app: &'a Arc<App>,
        account: AccountId,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>>> + Send + 'a>>;
    /// Proves the password of who acts and opens a new session in the place of the request's. A wrong password is the
    /// rule `confirm-refused` and counts like a refused sign-in.
    fn confirm<'a>(
        &'a self,
        ctx: &'a Ctx,
        password: &'a str,
        agent: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Confirmed>> + Send + 'a>>;
}

/// The authenticator, shared through `App::ext`.
pub struct Auth(pub Box<dyn Authenticator>);

/// What the outer layer hands to guards and extractors.
#[derive(Clone)]
pub(crate) struct RequestCtx {
    pub ctx: Ctx,
    pub info: Option<SessionInfo>,
    /// Hash of a token that opens nothing (any more).
    pub dead: Option<Vec<u8>>,
    pub lang: Lang,
    pub theme: zw_ui::shell::Theme,
    pub large: bool,
    pub csrf: String,
    /// The form token was compared already, with that of the session before this one.
    pub token_checked: bool,
    pub path: String,
    /// Path and query.
    pub address: String,
    /// Body of a posted form, as sent.
    pub typed: Option<axum::body::Bytes>,
    pub htmx: bool,
    pub api: bool,
    /// Fluent key of a notice the last request left.
    pub flash: Option<String>,
}

/// Value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|p| p.trim().split_once('='))
        .find(|(k, _)| *k == name)
        .map(|(_, v)| v)
}

/// Rightmost hop that is not one of our proxies (CFG-2). What stands left of a hop that cannot be read was written by
/// nobody we know: the last proxy's address stands for it.
fn client_ip(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let ours = |ip: &IpAddr| trusted.iter().any(|t| t.to_canonical() == *ip);
    let mut ip = peer?.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().map(|v| v.to_str().unwrap_or("?"));
    let hops: Vec<&str> = lines.flat_map(|v| v.split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !ours(&ip) {
            break;
        }
        match address(hop.trim()) {
            Some(next) => ip = next,
            None => break,
        }
    }
    Some(ip)
}

/// An address as proxies write it: alone, with a port, in brackets.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|a| a.ip());
    hop.parse().ok().or_else(with_port).or_else(bare).map(|ip: IpAddr| ip.to_canonical())
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

/// The form token of a session.
pub(crate) fn csrf_of(app: &App, token_hash: &[u8]) -> String {
    hex(&app.vault.mac("csrf", &[token_hash])[..16])
}

/// Requests of one address in flight at once. Behind a proxy this is what keeps one client from taking all places;
/// this machine and the proxies themselves are not counted.
const IN_FLIGHT: usize = 64;

/// The outer layer.
pub(crate) async fn layer(State(app): State<Arc<App>>, req: Request, next: Next) -> Response {
    let request_id = app.rng.uuid(app.clock.now()).to_string();
    let (mut parts, body) = req.into_parts();
    // Without a context the page is still a page, in the reader's language.
    let plain = |parts: &Parts| bare(Ctx::new(app.clone(), Actor::anonymous(), request_id.clone()), parts);
    let built = AssertUnwindSafe(build(&app, &parts, request_id.clone())).catch_unwind().await;
    let (rc, _held) = match built.unwrap_or_else(|_| Err(Error::Internal("panic before the route".into()))) {
        Ok(built) => built,
        Err(e) => {
            // A stopped database is met here first: the session cannot be read, and what was typed is shown again.
            let outage = matches!(e, Error::Unavailable(_) | Error::Internal(_));
            let kept = if outage { crate::carry::keep(&parts, body).await.ok() } else { None };
            let rc = RequestCtx { typed: kept.and_then(|(_, typed)| typed), ..plain(&parts) };
            return crate::edge::render(&rc, Fail(e).into_response()).await;
        }
    };
    let (body, typed) = match crate::carry::keep(&parts, body).await {
        Ok(kept) => kept,
        Err(e) => return crate::edge::render(&rc, Fail(e).into_response()).await,
    };
    let rc = RequestCtx { typed, ..rc };
    parts.extensions.insert(rc.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let rc = response.extensions_mut().remove::<crate::confirm::Renewed>().map_or(rc, |renewed| renewed.rc);
    crate::edge::render(&rc, response).await
}

/// Refuses NUL in the address: no engine stores it, so no row has it.
fn no_nul_in(uri: &axum::http::Uri) -> Result<()> {
    if uri.path().contains("%00") {
        return Err(Error::NotFound);
    }
    let query = uri.query().unwrap_or_default();
    match query.split('&').find(|pair| pair.contains("%00")) {
        Some(pair) => Err(Error::field(pair.split('=').next().unwrap_or_default(), "format")),
        None => Ok(()),
    }
}

fn bare(ctx: Ctx, req: &Parts) -> RequestCtx {
    let h = &req.headers;
    let text = |n: header::HeaderName| h.get(n).and_then(|v| v.to_str().ok());
    let site = ctx.app.ext::<Site>().ok();
    let own = |name: &str| cookie(h, &site.as_ref().map_or_else(|| name.to_owned(), |s| s.config.cookie(name)));
    RequestCtx {
        info: None,
        dead: None,
        lang: Lang::negotiate(own("zw_lang"), text(header::ACCEPT_LANGUAGE)),
        theme: zw_ui::shell::Theme::from_code(own("zw_theme").unwrap_or_default()),
        large: own("zw_large") == Some("1"),
        csrf: String::new(),
        token_checked: false,
        path: req.uri.path().to_owned(),
        address: req.uri.path_and_query().map_or_else(|| req.uri.path().to_owned(), ToString::to_string),
        typed: None,
        htmx: h.contains_key("hx-request"),
        // A stream is asked for by a script, which wants to be told and not to be led to another page.
        api: req.uri.path().starts_with("/api/") || req.uri.path() == crate::live::PATH,
        flash: own(crate::page::FLASH)
            .filter(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
            .map(str::to_owned),
        ctx,
    }
}

async fn build(app: &Arc<App>, req: &Parts, request_id: String) -> Result<(RequestCtx, Option<Counted<IpAddr>>)> {
    let site = app.ext::<Site>()?;
    let h = &req.headers;
    let mut rc = bare(Ctx::new(app.clone(), Actor::anonymous(), request_id), req);
    let peer = req.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let proxies = &site.config.trusted_proxies;
    let client = client_ip(peer, h, proxies);
    rc.ctx.ip = client.map(|i| i.to_string());
    let one_of_many = client.filter(|c| !c.is_loopback() && !proxies.iter().any(|p| p.to_canonical() == *c));
    let held = match one_of_many {
        Some(c) => Some(site.in_flight.enter(c, IN_FLIGHT).ok_or(Error::TooMany { retry_after_s: 1 })?),
        None => None,
    };
    no_nul_in(&req.uri)?;
    let token = cookie(h, site.config.cookie_name());
    if !crate::route::is_safe(&req.method) && !same_origin(h, &site.config.public_url, token.is_some()) {
        return Err(Error::rule("foreign-origin"));
    }
    let needs_session = !req.uri.path().starts_with("/assets/") && req.uri.path() != "/healthz";
    if let Some(token) = token.filter(|_| needs_session) {
        let hash = app.vault.token_hash(token);
        if let Some(info) = app.ext::<Auth>()?.0.session(app, &hash).await? {
            rc.csrf = csrf_of(app, &hash);
            rc.ctx.actor = info.actor.clone();
            rc.ctx.session_hash = Some(hash);
            rc.info = Some(info);
        } else {
            rc.dead = Some(hash);
        }
    }
    Ok((rc, held))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter().map(|(k, v)| (header::HeaderName::from_static(k), v.parse().unwrap())).collect()
    }

    /// WEB-3: what the browser says of the request's site, by the Origin, with and without a cookie: 40 rows.
    #[test]
    fn origin_table() {
        let ours = "https://zw.example";
        let origins = [None, Some(ours), Some("https://evil.example"), Some("null")];
        for (site, answers) in [
            // Columns: the four origins; a newer browser's own word outweighs them.
            (Some("same-origin"), [true, true, true, true]),
            (Some("none"), [true, true, true, true]),
            (Some("same-site"), [false, false, false, false]),
            (Some("cross-site"), [false, false, false, false]),
        ] {
            for (origin, want) in origins.iter().zip(answers) {
                for cookie in [true, false] {
                    let h = [("sec-fetch-site", site), ("origin", *origin)];
                    check(&h, ours, cookie, want);
                }
            }
        }
        // Older browsers: the Origin decides; without either a cookie is refused.
        for (origin, with_cookie, without) in [
            (None, false, true),
            (Some(ours), true, true),
            (Some("https://evil.example"), false, false),
            (Some("null"), false, false),
        ] {
            check(&[("sec-fetch-site", None), ("origin", origin)], ours, true, with_cookie);
            check(&[("sec-fetch-site", None), ("origin", origin)], ours, false, without);
        }
        // Nearly ours.
        for near in ["http://zw.example", "https://zw.example:8443", "https://zw.example.evil", "https://ZW.example/"] {
            check(&[("origin", Some(near))], ours, true, false);
        }
    }

    fn check(list: &[(&'static str, Option<&str>)], ours: &str, cookie: bool, want: bool) {
        let h: Vec<_> = list.iter().filter_map(|(k, v)| v.map(|v| (*k, v))).collect();
        assert_eq!(same_origin(&headers(&h), ours, cookie), want, "{h:?} {cookie}");
    }

    #[test]
    fn a_spoofed_forwarded_for_cannot_change_the_address() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let peer: IpAddr = "203.0.113.9".parse().unwrap();
        let h = headers(&[("x-forwarded-for", "1.2.3.4, 198.51.100.7")]);
        assert_eq!(client_ip(Some(peer), &h, &[proxy]), Some(peer));
        assert_eq!(client_ip(Some(proxy), &h, &[proxy]), Some("198.51.100.7".parse().unwrap()));
        assert_eq!(client_ip(None, &h, &[proxy]), None);
        let proxies = [proxy, "2001:db8::1".parse().unwrap()];
        for (peer, hops, want) in [
            // Chains of our own proxies, ports and brackets.
            ("10.0.0.1", "1.2.3.4, 198.51.100.7:5123, 10.0.0.1", "198.51.100.7"),
            ("10.0.0.1", "1.2.3.4, [2001:db8::7]:443", "2001:db8::7"),
            ("10.0.0.1", "1.2.3.4, [2001:db8::7], [2001:db8::1]", "2001:db8::7"),
            // The peer as an IPv6 listener sees it.
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
            // What cannot be read hides nothing of what the attacker wrote left of it.
            ("10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
            ("10.0.0.1", "1.2.3.4, , 10.0.0.1", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            // Nobody but a proxy is believed.
            ("::ffff:203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ] {
            let h = headers(&[("x-forwarded-for", hops)]);
            let got = client_ip(Some(peer.parse().unwrap()), &h, &proxies);
            assert_eq!(got, Some(want.parse().unwrap()), "{peer}: {hops}");
        }
    }
}
