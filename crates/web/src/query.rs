//! What an address of the API asks: a parameter that is not known or cannot be read is refused by its name, never passed over.
//! An answer for today to whoever asked for another day is a wrong answer.

use crate::error::Fail;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use zw_core::Error;

/// The query of an address as the input of a use case; `T` denies unknown fields.
pub struct Query<T>(pub T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(found) => Ok(Self(found.0)),
            Err(refused) => Err(Fail(problem(&refused.body_text()))),
        }
    }
}

/// The problem at the parameter that the words of the parser name: `…: NAME: what is wrong`.
fn problem(words: &str) -> Error {
    let is_name = |t: &&str| !t.is_empty() && t.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let path = words.split(": ").nth(1).filter(is_name).unwrap_or_default();
    Error::unreadable(path, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::Day;

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Asked {
        page: Option<i64>,
        on: Option<String>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Needed {
        #[expect(dead_code, reason = "only read from the address")]
        area: i64,
    }

    async fn asked<T: serde::de::DeserializeOwned>(query: &str) -> Result<T, String> {
        let (mut parts, ()) = axum::http::Request::builder().uri(format!("/x?{query}")).body(()).unwrap().into_parts();
        match Query::<T>::from_request_parts(&mut parts, &()).await {
            Ok(q) => Ok(q.0),
            Err(Fail(Error::Invalid(e))) => {
                Err(e.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect::<Vec<_>>().join(","))
            }
            Err(Fail(e)) => Err(format!("{e:?}")),
        }
    }

    #[tokio::test]
    async fn a_parameter_is_refused_by_its_name() {
        let q: Asked = asked("on=2021-06-30&page=2").await.unwrap();
        assert_eq!((q.on.as_deref().and_then(Day::parse), q.page), (Day::new(2021, 6, 30), Some(2)));
        assert_eq!(asked::<Asked>("as_of=2021-06-30").await.unwrap_err(), "as_of unknown-field");
        assert_eq!(asked::<Asked>("page=two").await.unwrap_err(), "page format");
        assert_eq!(asked::<Needed>("").await.unwrap_err(), "area required");
    }
}
