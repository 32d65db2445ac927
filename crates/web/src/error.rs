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
        Error::Forbidden | Error::StepUp | Error::FourEyes(_) | Error::Rule { code: "foreign-origin", .. } => {
            StatusCode::FORBIDDEN
        }
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        // Not there or not the reader's, like any row; only the sentence is of the form's own.
        Error::Rule { code: "report-not-yours", .. } => StatusCode::NOT_FOUND,
        Error::Rule { code: "method-not-allowed", .. } => StatusCode::METHOD_NOT_ALLOWED,
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

/// Arguments of a message; the key of a period, which only programs read, is said as pages say it, and the members of a list
/// (`names`, `list`) are joined as the reader's language joins them.
fn args(lang: Lang, list: &[(String, String)]) -> Vec<(&str, Arg)> {
    let said = |k: &str, v: &str| match Period::parse(v).filter(|_| k == "period") {
        Some(p) if lang == Lang::En => p.label_en(),
        Some(p) => p.label_zh(),
        None if matches!(k, "names" | "list") => v.replace('、', lang.comma()),
        None => v.to_owned(),
    };
    list.iter().map(|(k, v)| (k.as_str(), Arg::from(said(k, v).as_str()))).collect()
}

/// The words of a field problem: Fluent message `err-<code>`.
pub fn field_words(lang: Lang, e: &FieldError) -> String {
    lang.tf(&format!("err-{}", e.code), &args(lang, &e.args))
}

/// Whether sending the same once more can succeed: the server was not able to, or something has to happen first that then
/// has (signing in, a fresh form token). What is refused for what it says or for who asks is refused again.
pub(crate) fn may_pass_later(e: &Error) -> bool {
    let status = status(e);
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::CONFLICT
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::UNAUTHORIZED
        )
        || matches!(e, Error::Rule { code: "form-expired", .. })
}

// i18n-keys: web-param-period web-param-county web-param-unit web-param-area web-param-division web-param-kind
// i18n-keys: web-param-state web-param-from web-param-to web-param-day web-param-page web-param-size web-param-tier
/// A field problem on a page that does not show the field: with its name, where pages have a word for it.
pub(crate) fn named_field_words(lang: Lang, e: &FieldError) -> String {
    let name = lang.t_or(&format!("web-param-{}", e.field.replace('_', "-")), &e.field);
    if name.is_empty() { field_words(lang, e) } else { format!("{name}{}{}", lang.colon(), field_words(lang, e)) }
}

/// How long to wait, in the unit people count in; rounded up, so that the next try is not too early.
fn too_many(lang: Lang, s: i64) -> String {
    let (key, n) = match s {
        ..=90 => ("web-error-too-many", s),
        91..=5400 => ("web-error-too-many-minutes", (s + 59) / 60),
        _ => ("web-error-too-many-hours", (s + 3599) / 3600),
    };
    lang.tf(key, &[("n", Arg::from(n))])
}

/// The words of an error, for a page or an answer: `rule-<code>` for rules, `web-error-<code>` for the rest.
pub fn words(lang: Lang, e: &Error) -> String {
    match e {
        Error::Rule { code, args: a } => lang.tf(&format!("rule-{code}"), &args(lang, a)),
        Error::FourEyes(code) => lang.t(&format!("rule-{code}")),
        Error::TooMany { retry_after_s } => too_many(lang, *retry_after_s),
        other => lang.t(&format!("web-error-{}", code(other))),
    }
}

/// What an act was refused with, as it is kept until whoever ordered it looks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refusal {
    /// Stable code, as in a problem of the API.
    pub code: String,
    /// Key of its words.
    key: String,
    /// Arguments of its words.
    args: Vec<(String, String)>,
    /// Problems of fields.
    fields: Vec<FieldError>,
}

impl Refusal {
    /// Of an error.
    pub fn of(e: &Error) -> Self {
        let kind = if matches!(e, Error::Rule { .. } | Error::FourEyes(_)) { "rule" } else { "web-error" };
        Self {
            code: code(e).to_owned(),
            key: format!("{kind}-{}", code(e)),
            args: if let Error::Rule { args, .. } = e { args.clone() } else { vec![] },
            fields: if let Error::Invalid(list) = e { list.0.clone() } else { vec![] },
        }
    }
    /// As said to a reader: the problems of fields, or the one sentence.
    pub fn words(&self, lang: Lang) -> Vec<String> {
        match self.fields.is_empty() {
            true => vec![lang.tf(&self.key, &args(lang, &self.args))],
            false => self.fields.iter().map(|f| field_words(lang, f)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_a_message_are_joined_by_language() {
        let list = [("names".to_owned(), "甲区、乙县".to_owned()), ("why".to_owned(), "水、电".to_owned())];
        let said = |lang: Lang| args(lang, &list).into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Vec<_>>();
        let (zh, en) = (said(Lang::ZhCn), said(Lang::En));
        let text = |a: &Arg| match a {
            Arg::Text(s) => s.clone(),
            Arg::Int(n) => n.to_string(),
        };
        assert_eq!((text(&zh[0].1), text(&en[0].1)), ("甲区、乙县".into(), "甲区, 乙县".into()));
        assert_eq!(text(&en[1].1), "水、电", "what somebody wrote is left as it is");
    }

    #[test]
    fn a_refusal_says_the_same_after_it_was_kept() {
        zw_ui::I18n::install(&[
            (Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")),
            (Lang::En, include_str!("../i18n/en.ftl")),
        ]);
        let range = Error::field_with("n", "range", &[("min", "1"), ("max", "9")]);
        for (e, code, zh) in [
            (Error::Forbidden, "forbidden", "没有这项权限"),
            (Error::rule_with("json-malformed", &[("line", "1"), ("column", "2")]), "json-malformed", "第 1 行第 2 列"),
            (range, "invalid", "应在 1 到 9 之间"),
        ] {
            let kept = serde_json::to_string(&Refusal::of(&e)).unwrap();
            let read: Refusal = serde_json::from_str(&kept).unwrap();
            assert_eq!((read.code.as_str(), read.words(Lang::ZhCn).len()), (code, 1));
            assert!(read.words(Lang::ZhCn)[0].contains(zh), "{:?}", read.words(Lang::ZhCn));
        }
    }

    #[test]
    fn waiting_is_told_in_the_unit_people_count_in() {
        zw_ui::I18n::install(&[
            (Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")),
            (Lang::En, include_str!("../i18n/en.ftl")),
        ]);
        for (s, zh, en) in [
            (10, "10 秒", "10 seconds"),
            (91, "2 分钟", "2 minutes"),
            (3600, "60 分钟", "60 minutes"),
            (5401, "2 小时", "2 hours"),
            (86_400, "24 小时", "24 hours"),
        ] {
            let said = |lang| words(lang, &Error::TooMany { retry_after_s: s });
            assert!(said(Lang::ZhCn).contains(zh) && said(Lang::En).contains(en), "{s}: {}", said(Lang::En));
        }
    }
}
