//! A posted form: its values as typed (so that nothing is lost), checked for the form token.

use crate::idem::{Bound, Idem};
use crate::session::RequestCtx;
use crate::{body, draft};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;
use zw_access::App;
use zw_core::{Error, Result};
use zw_ui::form::DRAFT_FIELD;

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

/// A posted form. `Debug` hides its values: passwords and personal data are among them.
#[derive(Clone, Default)]
pub struct Posted {
    values: Vec<(String, String)>,
    /// Files, when the form was multipart.
    pub files: Vec<Upload>,
    /// Key under which a repeat of this form has no second effect.
    pub idem: Idem,
    page: String,
    draft: String,
}

impl std::fmt::Debug for Posted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.values.iter().map(|(n, _)| n.as_str()).collect();
        f.debug_struct("Posted").field("names", &names).field("files", &self.files.len()).finish_non_exhaustive()
    }
}

pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && bool::from(a.as_bytes().ct_eq(b.as_bytes()))
}

fn part_error(e: &MultipartError) -> Error {
    Error::rule(if e.status() == StatusCode::PAYLOAD_TOO_LARGE { "body-too-large" } else { "bad-request" })
}

impl Posted {
    pub(crate) async fn read(req: Request, app: &Arc<App>) -> Result<Self> {
        let rc = req.extensions().get::<RequestCtx>().cloned();
        let multipart = req
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|t| t.starts_with("multipart/form-data"));
        let bound = Bound::of(&req);
        let limit = body::limit(&req);
        let length = req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|n| n > limit as u64) {
            body::drain(req, 4 * limit).await;
            return Err(Error::rule("body-too-large"));
        }
        let mut p = if multipart {
            body::in_time(Self::parts(req, app)).await?
        } else {
            let body = body::small_body(req).await?;
            let values = serde_html_form::from_bytes(&body).map_err(|_| Error::rule("bad-request"))?;
            Self { values, ..Self::default() }
        };
        for (field, value) in &p.values {
            body::no_nul(field, field)?;
            body::no_nul(field, value)?;
        }
        let csrf = p.take("csrf").unwrap_or_default();
        if let Some(rc) = rc
            && !rc.csrf.is_empty()
            && !rc.token_checked
            && !same(&csrf, &rc.csrf)
        {
            return Err(Error::rule("form-expired"));
        }
        p.take(zw_ui::form::CONFIRM_FIELD);
        // What the draft script adds is no field of the form.
        p.page = p.take(zw_ui::form::PAGE_FIELD).unwrap_or_default();
        p.take(zw_ui::form::SENT_FIELD);
        p.draft = p.take(DRAFT_FIELD).filter(|k| k.len() <= draft::MAX_KEY).unwrap_or_default();
        let key = p.take(zw_ui::form::IDEMPOTENCY_FIELD);
        let (values, files) = (&p.values, p.files.iter().map(|f| (&f.field, &f.bytes)).collect::<Vec<_>>());
        p.idem = bound.idem(key, &serde_json::to_vec(&(values, files)).unwrap_or_default()).dropping(&p.draft);
        Ok(p)
    }

    async fn parts(req: Request, app: &Arc<App>) -> Result<Self> {
        let mut p = Self::default();
        let mut parts = Multipart::from_request(req, app).await.map_err(|_| Error::rule("bad-request"))?;
        while let Some(part) = parts.next_field().await.map_err(|e| part_error(&e))? {
            let (name, file) = (part.name().unwrap_or_default().to_owned(), part.file_name().map(str::to_owned));
            let bytes = part.bytes().await.map_err(|e| part_error(&e))?;
            match file {
                Some(filename) => p.files.push(Upload { field: name, filename, bytes: bytes.to_vec() }),
                None => p.values.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
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
    /// With another value for a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.values.retain(|(k, _)| k != name);
        self.values.push((name.to_owned(), value.to_owned()));
        self
    }
    /// With one more value for a field that may have several.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.values.push((name.to_owned(), value.to_owned()));
        self
    }
    /// Under the key of a draft.
    pub(crate) fn under(mut self, key: &str) -> Self {
        key.clone_into(&mut self.draft);
        self
    }
    /// The key of the draft this form is read from, saved to and dropped with; empty for none. It is set where the
    /// draft is read (`Page::draft_or`) and comes back with the posted form.
    pub fn draft_key(&self) -> &str {
        &self.draft
    }
    /// The page the form stands on, as the script says; empty without script.
    pub(crate) fn page(&self) -> &str {
        &self.page
    }
    /// The draft key as a field, for a form that sends these values again (two versions side by side).
    pub fn draft_field(&self) -> Option<(String, String)> {
        (!self.draft.is_empty()).then(|| (DRAFT_FIELD.to_owned(), self.draft.clone()))
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
        serde_path_to_error::deserialize(de)
            .map_err(|e| Error::unreadable(&e.path().to_string(), &e.inner().to_string()))
    }
}
