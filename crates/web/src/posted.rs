//! A posted form: its values as typed (so that nothing is lost), checked for the form token.

use crate::idem::Idem;
use crate::session::RequestCtx;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;
use zw_access::App;
use zw_core::{Error, FieldErrors, Result};

/// Largest uploaded file (security.md INP-4).
pub(crate) const UPLOAD_LIMIT: usize = 20 * 1024 * 1024;

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Form field.
    pub field: String,
    /// Name as sent: for display only.
    pub filename: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A posted form.
#[derive(Clone, Debug, Default)]
pub struct Posted {
    values: Vec<(String, String)>,
    /// Files, when the form was multipart.
    pub files: Vec<Upload>,
    /// Key under which a repeat of this form has no second effect.
    pub idem: Idem,
}

pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && bool::from(a.as_bytes().ct_eq(b.as_bytes()))
}

/// Reads and forgets what a browser still sends, within reason: it shows an answer only after its upload is through.
async fn drain(req: Request) {
    use futures_util::StreamExt as _;
    let (mut body, mut seen) = (req.into_body().into_data_stream(), 0);
    while let Some(Ok(part)) = body.next().await {
        seen += part.len();
        if seen > 4 * UPLOAD_LIMIT {
            break;
        }
    }
}

/// Largest form or JSON body (security.md INP-4).
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// The body of a form or JSON request.
pub(crate) async fn small_body(req: Request) -> Result<axum::body::Bytes> {
    axum::body::to_bytes(req.into_body(), BODY_LIMIT).await.map_err(|e| {
        if e.to_string().contains("length limit") { Error::rule("body-too-large") } else { Error::rule("bad-request") }
    })
}

fn too_large(e: &(impl axum::response::IntoResponse + std::fmt::Display)) -> Error {
    if e.to_string().contains("length limit") { Error::rule("body-too-large") } else { Error::rule("bad-request") }
}

/// A serde problem as a field problem: `unknown field` and wrong types name their field.
pub(crate) fn parse_error(path: &str, message: &str) -> Error {
    let mut errors = FieldErrors::default();
    let between = |a: &str| message.split_once(a).and_then(|(_, r)| r.split_once('`')).map(|(f, _)| f.to_owned());
    if let Some(f) = between("unknown field `") {
        errors.add(&f, "unknown-field");
    } else if let Some(f) = between("missing field `") {
        errors.add(&f, "required");
    } else if message.contains("date-format") {
        errors.add(path, "date-format");
    } else if message.contains("unknown-code") {
        errors.add(path, "unknown-code");
    } else {
        errors.add(path, "format");
    }
    Error::Invalid(errors)
}

impl Posted {
    pub(crate) async fn read(req: Request, app: &Arc<App>) -> Result<Self> {
        let rc = req.extensions().get::<RequestCtx>().cloned();
        let multipart = req
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|t| t.starts_with("multipart/form-data"));
        let mut p = Self::default();
        let length = req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|n| n > UPLOAD_LIMIT as u64) {
            drain(req).await;
            return Err(Error::rule("body-too-large"));
        }
        if multipart {
            let mut parts = Multipart::from_request(req, app).await.map_err(|_| Error::rule("bad-request"))?;
            while let Some(part) = parts.next_field().await.map_err(|e| too_large(&e))? {
                let (name, file) = (part.name().unwrap_or_default().to_owned(), part.file_name().map(str::to_owned));
                let bytes = part.bytes().await.map_err(|_| Error::rule("body-too-large"))?;
                match file {
                    Some(filename) => p.files.push(Upload { field: name, filename, bytes: bytes.to_vec() }),
                    None => p.values.push((name, String::from_utf8_lossy(&bytes).into_owned())),
                }
            }
        } else {
            let body = small_body(req).await?;
            p.values = serde_html_form::from_bytes(&body).map_err(|_| Error::rule("bad-request"))?;
        }
        let csrf = p.take("csrf").unwrap_or_default();
        if let Some(rc) = rc
            && !rc.csrf.is_empty()
            && !same(&csrf, &rc.csrf)
        {
            return Err(Error::rule("form-expired"));
        }
        p.idem = Idem::new(p.take(zw_ui::form::IDEMPOTENCY_FIELD), &p.values);
        Ok(p)
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.values.iter().position(|(k, _)| k == name)?;
        Some(self.values.remove(at).1)
    }

    /// A form that was not posted yet, pre-filled.
    pub fn prefilled(values: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        Self { values: values.into_iter().map(|(k, v)| (k.into(), v.into())).collect(), ..Self::default() }
    }
    /// The value of a field as typed; empty if absent.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str())
    }
    /// All values of a field (check boxes).
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(k, _)| k == name).map(|(_, v)| v.as_str()).collect()
    }
    /// Everything that was typed.
    pub fn values(&self) -> &[(String, String)] {
        &self.values
    }
    /// The form as a use case's input. `T` denies unknown fields and has defaults; empty values count as absent.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T> {
        let text: Vec<_> = self.values.iter().filter(|(_, v)| !v.trim().is_empty()).collect();
        let encoded = serde_html_form::to_string(&text).map_err(|_| Error::rule("bad-request"))?;
        let de = serde_html_form::Deserializer::from_bytes(encoded.as_bytes());
        serde_path_to_error::deserialize(de).map_err(|e| parse_error(&e.path().to_string(), &e.inner().to_string()))
    }
}
