//! What a request may carry (security.md INP-4): size, time, depth, and no NUL, which no engine stores as text.

use axum::body::Bytes;
use axum::extract::Request;
use std::future::Future;
use std::time::Duration;
use zw_core::{Error, Result};

/// Largest body of a route that takes files.
pub(crate) const UPLOAD_LIMIT: usize = 20 * 1024 * 1024;
/// Largest body of any other route.
pub(crate) const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// A body must be here after this time.
const BODY_TIME: Duration = Duration::from_secs(30);
/// Deepest nesting of a JSON body.
const DEPTH: usize = 32;

/// What this route's bodies may hold; put there by its guard.
#[derive(Clone, Copy)]
pub(crate) struct Limit(pub usize);

/// The limit of a request's route.
pub(crate) fn limit(req: &Request) -> usize {
    req.extensions().get::<Limit>().map_or(BODY_LIMIT, |l| l.0)
}

/// A body read within its time, or the refusal.
pub(crate) async fn in_time<T>(read: impl Future<Output = Result<T>>) -> Result<T> {
    within(BODY_TIME, read).await
}

async fn within<T>(time: Duration, read: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(time, read).await.unwrap_or_else(|_| Err(Error::rule("body-too-slow")))
}

/// The whole body of a form or JSON request.
pub(crate) async fn small_body(req: Request) -> Result<Bytes> {
    in_time(whole(req, BODY_LIMIT)).await
}

/// The whole body of a request that carries a file.
pub(crate) async fn file(req: Request) -> Result<Bytes> {
    let most = limit(&req);
    in_time(whole(req, most)).await
}

async fn whole(req: Request, most: usize) -> Result<Bytes> {
    axum::body::to_bytes(req.into_body(), most).await.map_err(|e| {
        let large = e.to_string().contains("length limit");
        Error::rule(if large { "body-too-large" } else { "bad-request" })
    })
}

/// Reads and forgets what a browser still sends, within reason: it shows an answer only after its upload is through.
pub(crate) async fn drain(req: Request, most: usize) {
    use futures_util::StreamExt as _;
    let (mut body, mut seen) = (req.into_body().into_data_stream(), 0);
    let read = async {
        while let Some(Ok(part)) = body.next().await {
            seen += part.len();
            if seen > most {
                break;
            }
        }
        Ok(())
    };
    // Whatever comes of it, the answer is "too large".
    let _ = in_time(read).await;
}

/// Refuses a text that holds NUL, as a problem of its field.
pub(crate) fn no_nul(field: &str, text: &str) -> Result<()> {
    if text.contains('\0') { Err(Error::field(field, "format")) } else { Ok(()) }
}

/// Refuses JSON that is nested too deep or holds NUL, before anything is built from it.
pub(crate) fn check_json(body: &[u8]) -> Result<()> {
    let (mut depth, mut in_text, mut at) = (0usize, false, 0);
    while let Some(b) = body.get(at) {
        match (in_text, b) {
            (true, b'\\') => {
                if body.get(at + 1..at + 6) == Some(b"u0000") {
                    return Err(nul_at(body));
                }
                at += 1;
            }
            (_, b'"') => in_text = !in_text,
            (false, b'{' | b'[') => {
                depth += 1;
                if depth > DEPTH {
                    return Err(Error::rule("bad-request"));
                }
            }
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// What serde says of a JSON body: where the text stops being JSON, or what is wrong with which field.
pub(crate) fn unreadable(path: &str, e: &serde_json::Error) -> Error {
    if e.is_data() {
        return Error::unreadable(path, &e.to_string());
    }
    Error::rule_with("json-malformed", &[("line", &e.line().to_string()), ("column", &e.column().to_string())])
}

/// Refuses a body that does not say which version of its row it read: left out it would be taken for an old one.
pub(crate) fn names_version(body: &[u8]) -> Result<()> {
    #[derive(serde::Deserialize)]
    struct Read {
        version: Option<serde::de::IgnoredAny>,
    }
    match serde_json::from_slice::<Read>(body) {
        Ok(Read { version: None }) => Err(Error::field("version", "required")),
        // What is no object at all is refused when it is read.
        _ => Ok(()),
    }
}

/// The refusal of a NUL, at the field of the body that holds it.
fn nul_at(body: &[u8]) -> Error {
    use serde_json::Value;
    fn holds(v: &Value) -> bool {
        match v {
            Value::String(s) => s.contains('\0'),
            Value::Array(list) => list.iter().any(holds),
            Value::Object(fields) => fields.iter().any(|(k, v)| k.contains('\0') || holds(v)),
            _ => false,
        }
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => {
            let field = fields.iter().find(|(_, v)| holds(v)).map(|(k, _)| k.as_str()).unwrap_or_default();
            Error::field(field, "format")
        }
        _ => Error::rule("bad-request"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[tokio::test]
    async fn a_body_that_never_ends_is_cut_off() {
        let silent = Body::from_stream(futures_util::stream::pending::<std::result::Result<Bytes, std::io::Error>>());
        let e = within(Duration::ZERO, whole(Request::new(silent), BODY_LIMIT)).await.unwrap_err();
        assert!(matches!(e, Error::Rule { code: "body-too-slow", .. }), "{e:?}");
    }

    #[tokio::test]
    async fn a_large_body_is_refused() {
        assert!(small_body(Request::new(Body::from(vec![0; BODY_LIMIT]))).await.is_ok());
        let e = small_body(Request::new(Body::from(vec![0; BODY_LIMIT + 1]))).await.unwrap_err();
        assert!(matches!(e, Error::Rule { code: "body-too-large", .. }), "{e:?}");
    }

    #[test]
    fn depth_counts_brackets_outside_of_texts() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(check_json(deep(32).as_bytes()).is_ok());
        assert!(check_json(deep(33).as_bytes()).is_err());
        let text = format!("{{\"a\":\"{}\\\"{{\",\"b\":[1]}}", "[".repeat(100));
        assert!(check_json(text.as_bytes()).is_ok(), "{text}");
        let flat = format!("[{}]", vec!["[]"; 100].join(","));
        assert!(check_json(flat.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Input {
            #[expect(dead_code, reason = "only read")]
            n: i64,
        }
        for (body, want) in [
            ("{\"n\": 1,\n  oops}", r#"json-malformed line=2 column=3"#),
            ("{\"n\": ", r#"json-malformed line=1 column=6"#),
            ("", r#"json-malformed line=1 column=0"#),
            (r#"{"n": "x"}"#, "n format"),
            (r#"{"m": 1}"#, "m unknown-field"),
            ("{}", "n required"),
            ("7", "body format"),
        ] {
            let mut de = serde_json::Deserializer::from_slice(body.as_bytes());
            let e = serde_path_to_error::deserialize::<_, Input>(&mut de).unwrap_err();
            let told = match unreadable(&e.path().to_string(), e.inner()) {
                Error::Rule { code, args } => args.iter().fold(code.to_owned(), |all, (k, v)| format!("{all} {k}={v}")),
                Error::Invalid(list) => list.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect(),
                e => e.to_string(),
            };
            assert_eq!(told, want, "{body}");
        }
    }

    #[test]
    fn a_version_left_out_is_missing_and_not_old() {
        for (body, named) in [
            (r#"{"version":1}"#, true),
            (r#"{"a":{},"version":0}"#, true),
            (r#"{"version":null}"#, false),
            (r#"{"a":{"version":1}}"#, false),
            ("{}", false),
            ("{", true),
            ("7", true),
        ] {
            assert_eq!(names_version(body.as_bytes()).is_ok(), named, "{body}");
        }
    }

    #[test]
    fn nul_is_a_problem_of_its_field() {
        for (body, want) in [
            (r#"{"q":"a\u0000"}"#, Some(Error::field("q", "format"))),
            (r#"{"a":1,"rows":[{"x":"\u0000"}]}"#, Some(Error::field("rows", "format"))),
            (r#"["\u0000"]"#, Some(Error::rule("bad-request"))),
            (r#"{"q":"a\\u0000"}"#, None),
            (r#"{"q":"\u00004"}"#, Some(Error::field("q", "format"))),
            (r#"{"q":"\u0001"}"#, None),
        ] {
            assert_eq!(format!("{:?}", check_json(body.as_bytes()).err()), format!("{want:?}"), "{body}");
        }
    }
}
