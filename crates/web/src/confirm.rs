//! Step-up (SESS-5): an act that cannot be taken back, or that carries persons away, asks for the password again when it
//! was not given lately. The form is not lost over it: the page that asks holds every value of it and sends it again,
//! with the password, to the same address. What a confirmed password opens is a new session (SESS-1): whoever has the
//! old token has nothing of it.

use crate::carry::Typed;
use crate::posted::same;
use crate::session::{Auth, RequestCtx, SessionInfo, csrf_of};
use crate::site::Site;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use zw_core::{Error, Result};

/// The code of the refusal of a wrong password.
pub(crate) const REFUSED: &str = "confirm-refused";

/// The request under the new session that its password opened.
#[derive(Clone)]
pub(crate) struct Renewed {
    pub rc: RequestCtx,
    cookie: HeaderValue,
}

impl Renewed {
    /// Gives the browser the new session, and the edge the new context: pages drawn there carry its form token.
    pub(crate) fn onto(self, response: &mut Response) {
        response.headers_mut().append(header::SET_COOKIE, self.cookie.clone());
        response.extensions_mut().insert(self);
    }
}

/// Whether an error asks for the password.
pub(crate) fn asks(e: &Error) -> bool {
    matches!(e, Error::StepUp | Error::Rule { code: REFUSED, .. })
}

/// A form whose password was right once already, and whose answer never came: the browser still has the token that the
/// answer would have replaced. The form, its token and the password together are let in once more, as signing in again
/// would be; the old token alone opens nothing.
pub(crate) async fn again(rc: &RequestCtx) -> Result<Option<RequestCtx>> {
    let Some(dead) = &rc.dead else { return Ok(None) };
    let Some(typed) = Typed::of(rc) else { return Ok(None) };
    let app = &rc.ctx.app;
    let csrf = csrf_of(app, dead);
    if typed.password().is_none() || !same(typed.csrf(), &csrf) {
        return Ok(None);
    }
    let Some(info) = app.ext::<Auth>()?.0.replaced(app, dead).await? else { return Ok(None) };
    let mut next = rc.clone();
    next.csrf = csrf;
    next.ctx.actor = info.actor.clone();
    next.ctx.session_hash = Some(dead.clone());
    next.info = Some(SessionInfo { fresh_until: None, ..info });
    Ok(Some(next))
}

/// Lets a request pass whose person gave the password lately, or gives it now; then with a new session.
///
/// # Errors
/// [`Error::StepUp`] if it must be given, the rule [`REFUSED`] if it is wrong.
pub(crate) async fn confirm(rc: &RequestCtx, agent: &str) -> Result<Option<Renewed>> {
    let info = rc.info.as_ref().ok_or(Error::Unauthenticated)?;
    if info.fresh_until.is_some_and(|until| rc.ctx.now().ms() < until.ms()) {
        return Ok(None);
    }
    let typed = Typed::of(rc).ok_or(Error::StepUp)?;
    let password = typed.password().ok_or(Error::StepUp)?;
    // A password is never tried for a form that is not ours.
    if !same(typed.csrf(), &rc.csrf) {
        return Err(Error::rule("form-expired"));
    }
    let app = &rc.ctx.app;
    let done = app.ext::<Auth>()?.0.confirm(&rc.ctx, password, agent).await?;
    let site = app.ext::<Site>()?;
    let cookie = site.config.set_cookie(site.config.cookie_name(), &done.token, true, done.cookie_s);
    let hash = app.vault.token_hash(&done.token);
    let mut next = rc.clone();
    next.csrf = csrf_of(app, &hash);
    next.token_checked = true;
    next.ctx.actor = done.info.actor.clone();
    next.ctx.session_hash = Some(hash);
    next.info = Some(done.info);
    Ok(Some(Renewed { rc: next, cookie: HeaderValue::from_str(&cookie).map_err(Error::internal)? }))
}
