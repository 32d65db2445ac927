//! How a use case's error leaves the program: one wrapper, rendered by the edge layer.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use zw_core::period::Period;
use zw_core::{Error, FieldError};
use zw_ui::{Arg, Lang};

/// An error on its way out. Handlers return it; the edge renders problem+json or a page.
#[derive(Clone, Debug)]
pub struct Fail(pub Error);

impl From<Error> for Fail {
    fn from(e: Error) -> Self {
        Self(e)
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let mut r = status(&self.0).into_response();
        r.extensions_mut().insert(self);
        r
    }
}

/// What a page handler returns.
pub type PageResult<T = Response> = Result<T, Fail>;

/// Status of an error.
pub(crate) fn status(e: &Error) -> StatusCode {
    match e {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Forbidden | Error::StepUp | Error::FourEyes(_) => StatusCode::FORBIDDEN,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Rule { code: "body-too-large", .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Rule { code: "body-too-slow", .. } => StatusCode::REQUEST_TIMEOUT,
        Error::Invalid(_) | Error::Rule { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict { .. } => StatusCode::CONFLICT,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Stable code of an error.
pub(crate) fn code(e: &Error) -> &str {
    match e {
        Error::NotFound => "not-found",
        Error::Forbidden => "forbidden",
        Error::StepUp => "step-up",
        Error::Unauthenticated => "unauthenticated",
        Error::Invalid(_) => "invalid",
        Error::Rule { code, .. } | Error::FourEyes(code) => code,
        Error::Conflict { .. } => "conflict",
        Error::TooMany { .. } => "too-many",
        Error::Unavailable(_) => "unavailable",
        Error::Internal(_) => "internal",
    }
}

/// Arguments of a message; the key of a period, which only programs read, is said as pages say it.
fn args(lang: Lang, list: &[(String, String)]) -> Vec<(&str, Arg)> {
    let said = |k: &str, v: &str| match Period::parse(v).filter(|_| k == "period") {
        Some(p) if lang == Lang::En => p.label_en(),
        Some(p) => p.label_zh(),
        None => v.to_owned(),
    };
    list.iter().map(|(k, v)| (k.as_str(), Arg::from(said(k, v).as_str()))).collect()
}

/// The words of a field problem: Fluent message `err-<code>`.
pub fn field_words(lang: Lang, e: &FieldError) -> String {
    lang.tf(&format!("err-{}", e.code), &args(lang, &e.args))
}

/// The words of an error, for a page or an answer: `rule-<code>` for rules, `web-error-<code>` for the rest.
pub fn words(lang: Lang, e: &Error) -> String {
    match e {
        Error::Rule { code, args: a } => lang.tf(&format!("rule-{code}"), &args(lang, a)),
        Error::FourEyes(code) => lang.t(&format!("rule-{code}")),
        Error::TooMany { retry_after_s } => lang.tf("web-error-too-many", &[("s", Arg::from(*retry_after_s))]),
        other => lang.t(&format!("web-error-{}", code(other))),
    }
}
