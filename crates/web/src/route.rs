//! Routes that declare who may use them. A route cannot be added without an `Access`, and the registry is what
//! the sweep tests and OpenAPI read.

use crate::Fail;
use crate::body::{BODY_LIMIT, Limit, UPLOAD_LIMIT};
use crate::session::RequestCtx;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::sync::Arc;
use zw_access::{Action, App};
use zw_core::Error;

/// Who may use a route at all; the rows it touches are the permit's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone; the reason is on the exemption list.
    Public(&'static str),
    /// Anyone signed in (own sessions, preferences, home).
    SignedIn,
    /// Whoever has the action through a grant of today.
    Action(Action),
    /// The same, with a password given in the last minutes (SESS-5): what carries persons away or gives rights.
    Fresh(Action),
    /// Whoever has one of the actions (a page that shows several things).
    AnyOf(&'static [Action]),
}

/// As `x-access` of the API's description says it: `public`, `signed-in`, `wall.read`, `fresh:worker.read`, `any:a,b`.
impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Public(_) => f.write_str("public"),
            Self::SignedIn => f.write_str("signed-in"),
            Self::Action(a) => f.write_str(a.0),
            Self::Fresh(a) => write!(f, "fresh:{}", a.0),
            Self::AnyOf(list) => {
                let names: Vec<&str> = list.iter().map(|a| a.0).collect();
                write!(f, "any:{}", names.join(","))
            }
        }
    }
}

/// How a type of the API is described, once the document is made.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// By reference to the shared schema of the type.
    pub(crate) named: fn(&mut SchemaGenerator) -> Schema,
    /// The schema itself, with references inside.
    pub(crate) whole: fn(&mut SchemaGenerator) -> Schema,
}

impl Shape {
    fn of<T: JsonSchema>() -> Self {
        Self { named: SchemaGenerator::subschema_for::<T>, whole: T::json_schema }
    }
}

/// What OpenAPI says of an API route.
#[derive(Clone, Debug)]
pub struct ApiDoc {
    /// One line.
    pub summary: &'static str,
    /// Status of a success. The guard gives it to the answer, so that it is what the document says.
    pub status: StatusCode,
    /// Whether a repeat with the same `Idempotency-Key` has no second effect.
    pub keyed: bool,
    /// The JSON body.
    pub request: Option<Shape>,
    /// Whether the body must name the version that was read.
    pub versioned: bool,
    /// The answer.
    pub response: Option<Shape>,
    /// The query string, an object.
    pub query: Option<Shape>,
    /// Media type of the answer when it is not JSON.
    pub media: Option<&'static str>,
    /// Media type of the body when it is not JSON.
    pub takes: Option<&'static str>,
}

impl ApiDoc {
    fn new(summary: &'static str, status: StatusCode, response: Option<Shape>) -> Self {
        Self {
            summary,
            status,
            keyed: false,
            request: None,
            versioned: false,
            response,
            query: None,
            media: None,
            takes: None,
        }
    }
    /// A JSON answer of type `T`: an object, so that the demo's notice has a place in it.
    pub fn json<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, StatusCode::OK, Some(Shape::of::<T>()))
    }
    /// A JSON answer of type `T` about a row that was made: 201.
    pub fn created<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, StatusCode::CREATED, Some(Shape::of::<T>()))
    }
    /// A JSON answer of type `T` about work that was ordered and goes on: 202.
    pub fn accepted<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, StatusCode::ACCEPTED, Some(Shape::of::<T>()))
    }
    /// An answer without content: 204.
    pub fn done(summary: &'static str) -> Self {
        Self::new(summary, StatusCode::NO_CONTENT, None)
    }
    /// A JSON answer whose schema is not told.
    pub fn any(summary: &'static str) -> Self {
        Self::new(summary, StatusCode::OK, None)
    }
    /// With a JSON body of type `T`.
    #[must_use]
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.request = Some(Shape::of::<T>());
        self
    }
    /// With a JSON body of type `T` that may be sent again under its `Idempotency-Key`: the handler takes `Sent<T>`.
    #[must_use]
    pub fn sent<T: JsonSchema>(self) -> Self {
        self.keyed().body::<T>()
    }
    /// May be sent again under its `Idempotency-Key`, without a body: the handler takes `Idem`.
    #[must_use]
    pub fn keyed(mut self) -> Self {
        self.keyed = true;
        self
    }
    /// A write to a row names the version it read, wherever its body has a place for it: without it nobody could tell
    /// whether somebody else was faster.
    fn versioned(&mut self, path: &str) -> bool {
        let Some(request) = self.request.filter(|_| path.contains('{')) else { return false };
        let body = (request.whole)(&mut crate::openapi::generator());
        self.versioned = body.get("properties").is_some_and(|p| p.get("version").is_some());
        self.versioned
    }
    /// With a file as its body.
    #[must_use]
    pub fn takes(mut self, media: &'static str) -> Self {
        self.takes = Some(media);
        self
    }
    /// With query parameters of type `T`.
    #[must_use]
    pub fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(Shape::of::<T>());
        self
    }
    /// A file answer.
    pub fn file(summary: &'static str, media: &'static str) -> Self {
        Self { media: Some(media), ..Self::any(summary) }
    }
}

/// One route.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path with `{name}` parts.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// Documentation, for API routes.
    pub doc: Option<ApiDoc>,
    pub(crate) handler: MethodRouter<Arc<App>>,
}

/// A module's routes.
#[derive(Default)]
pub struct Routes(pub Vec<Route>);

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// A page.
    #[must_use]
    pub fn get<H: Handler<T, Arc<App>>, T: 'static>(self, path: &'static str, access: Access, h: H) -> Self {
        self.add(Method::GET, path, access, None, h)
    }
    /// A page that a wall screen may open too; every other one leads a screen back to its wall.
    #[must_use]
    pub fn screen<H: Handler<T, Arc<App>>, T: 'static>(self, path: &'static str, access: Access, h: H) -> Self {
        self.add_sized(Method::GET, path, access, None, BODY_LIMIT, true, h)
    }
    /// A form's target.
    #[must_use]
    pub fn post<H: Handler<T, Arc<App>>, T: 'static>(self, path: &'static str, access: Access, h: H) -> Self {
        self.add(Method::POST, path, access, None, h)
    }
    /// The target of a form with a file: its body may be larger than others'.
    #[must_use]
    pub fn upload<H: Handler<T, Arc<App>>, T: 'static>(self, path: &'static str, access: Access, h: H) -> Self {
        self.add_sized(Method::POST, path, access, None, UPLOAD_LIMIT, false, h)
    }
    /// An API route, under /api/v1.
    #[must_use]
    pub fn api<H: Handler<T, Arc<App>>, T: 'static>(
        self,
        method: Method,
        path: &'static str,
        access: Access,
        doc: ApiDoc,
        h: H,
    ) -> Self {
        let limit = if doc.takes.is_some() { UPLOAD_LIMIT } else { BODY_LIMIT };
        self.add_sized(method, path, access, Some(doc), limit, false, h)
    }
    /// Joins two lists.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn add<H: Handler<T, Arc<App>>, T: 'static>(
        self,
        method: Method,
        path: &'static str,
        access: Access,
        doc: Option<ApiDoc>,
        h: H,
    ) -> Self {
        self.add_sized(method, path, access, doc, BODY_LIMIT, false, h)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one route")]
    fn add_sized<H: Handler<T, Arc<App>>, T: 'static>(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        mut doc: Option<ApiDoc>,
        limit: usize,
        screens: bool,
        h: H,
    ) -> Self {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let gate = Gate {
            access,
            limit,
            token: doc.is_some() && !is_safe(&method),
            rows: path.contains('{'),
            screens,
            versioned: doc.as_mut().is_some_and(|d| d.versioned(path)),
            status: doc.as_ref().map(|d| d.status),
        };
        let handler = on(filter, h)
            .layer(DefaultBodyLimit::max(limit))
            // Of the route alone: a method that is none of ours is 405 for everybody.
            .route_layer(axum::middleware::from_fn(move |req: Request, next| guard(gate, req, next)));
        self.0.push(Route { method, path, access, doc, handler });
        self
    }
}

/// What the guard of a route knows.
#[derive(Clone, Copy)]
struct Gate {
    access: Access,
    /// Largest body.
    limit: usize,
    /// The form token must come in the header: JSON has no field for it, and some bodies are empty.
    token: bool,
    /// The path names a row, which may lie outside the reader's scope.
    rows: bool,
    /// A wall screen may come in.
    screens: bool,
    /// The body must name the version that was read.
    versioned: bool,
    /// Status of a success.
    status: Option<StatusCode>,
}

/// Put into a request whose body must name the version that was read.
#[derive(Clone, Copy)]
pub(crate) struct Versioned;

/// Methods that change nothing.
pub(crate) fn is_safe(m: &Method) -> bool {
    matches!(*m, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Where a wall screen is at home.
pub const SCREEN_HOME: &str = "/wall/kiosk";

/// Audit name of reaching for a page that everybody signed in may open.
const OPEN: Action = Action("route.open");

/// Refuses before the handler runs. What was refused, here or by the handler, is audited here, at the edge (AUD-1).
async fn guard(gate: Gate, mut req: Request, next: Next) -> Response {
    let Some(mut rc) = req.extensions().get::<RequestCtx>().cloned() else {
        return Fail(Error::Internal("no request context".into())).into_response();
    };
    if matches!(gate.access, Access::Fresh(_)) {
        match crate::confirm::again(&rc).await {
            Ok(again) => rc = again.unwrap_or(rc),
            Err(e) => return Fail(e).into_response(),
        }
    }
    let ctx = &rc.ctx;
    let signed_in = ctx.actor.account().is_some();
    let (allowed, action) = match gate.access {
        Access::Public(_) => (true, None),
        Access::SignedIn => (signed_in, Some(OPEN)),
        Access::Action(a) | Access::Fresh(a) => (ctx.can(a), Some(a)),
        Access::AnyOf(list) => (list.iter().any(|a| ctx.can(*a)), list.first().copied()),
    };
    if !allowed && !signed_in {
        return Fail(Error::Unauthenticated).into_response();
    }
    let path = req.uri().path().to_owned();
    let mut response = if !allowed {
        Fail(Error::Forbidden).into_response()
    } else if ctx.is_screen() && !gate.screens {
        // A screen shows its wall and nothing else, whatever its role may read: the frame with its navigation is for people.
        let page = req.method() == Method::GET && !rc.api && !rc.htmx;
        if page { crate::redirect(SCREEN_HOME) } else { Fail(Error::Forbidden).into_response() }
    } else if gate.token && !token_fits(&rc, &req) {
        return Fail(Error::rule("form-expired")).into_response();
    } else {
        // Taken out first: a request cannot be looked at from two threads.
        let agent = matches!(gate.access, Access::Fresh(_)).then(|| agent_of(&req));
        let renewed = match agent {
            Some(agent) => crate::confirm::confirm(&rc, &agent).await,
            None => Ok(None),
        };
        match renewed {
            Err(e) => Fail(e).into_response(),
            Ok(renewed) => {
                req.extensions_mut().insert(Limit(gate.limit));
                if gate.versioned {
                    req.extensions_mut().insert(Versioned);
                }
                if let Some(r) = &renewed {
                    req.extensions_mut().insert(r.rc.clone());
                }
                let mut response = next.run(req).await;
                if let Some(r) = renewed {
                    r.onto(&mut response);
                }
                response
            }
        }
    };
    if let Some(status) = gate.status.filter(|_| response.status() == StatusCode::OK) {
        *response.status_mut() = status;
    }
    let Some(action) = action.filter(|_| signed_in) else { return response };
    let noted = match response.extensions().get::<Fail>() {
        Some(Fail(Error::Forbidden | Error::StepUp | Error::FourEyes(_))) => {
            crate::denial::note(ctx, action, &path, None).await
        }
        // The reader learns nothing; the audit administrator learns that somebody tries ids.
        Some(Fail(Error::NotFound)) if gate.rows => crate::denied(ctx, action, &path, "not found").await,
        _ => Ok(()),
    };
    match noted {
        Ok(()) => response,
        Err(e) => Fail(e).into_response(),
    }
}

fn agent_of(req: &Request) -> String {
    req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned()
}

fn token_fits(rc: &RequestCtx, req: &Request) -> bool {
    let sent = req.headers().get("x-csrf-token").and_then(|v| v.to_str().ok()).unwrap_or_default();
    rc.csrf.is_empty() || crate::posted::same(sent, &rc.csrf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_is_written_in_its_own_words() {
        const READ: Action = Action("wall.read");
        const WORKER: Action = Action("worker.read");
        for (access, word) in [
            (Access::Public("health"), "public"),
            (Access::SignedIn, "signed-in"),
            (Access::Action(READ), "wall.read"),
            (Access::Fresh(WORKER), "fresh:worker.read"),
            (Access::AnyOf(&[READ, WORKER]), "any:wall.read,worker.read"),
        ] {
            assert_eq!(access.to_string(), word);
        }
    }
}
