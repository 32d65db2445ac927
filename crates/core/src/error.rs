//! The one error of the program. Codes are stable and translated at the edge.

/// A problem of one input field. `code` is a stable translation key such as `id-check-digit`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct FieldError {
    /// Name of the form field or JSON property.
    pub field: String,
    /// Stable code; its words are the Fluent message `err-<code>`.
    pub code: String,
    /// Named arguments of the message.
    pub args: Vec<(String, String)>,
}

/// Collects field problems, so that all of them are told at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Notes a problem of `field`.
    pub fn add(&mut self, field: &str, code: &str) {
        self.add_with(field, code, &[]);
    }
    /// Notes a problem with named arguments for its message.
    pub fn add_with(&mut self, field: &str, code: &str, args: &[(&str, &str)]) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code: code.to_owned(),
            args: args.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        });
    }
    /// Notes a number that is not between `min` and `max`.
    pub fn within(&mut self, field: &str, value: i64, min: i64, max: i64) {
        if !(min..=max).contains(&value) {
            self.add_with(field, "range", &[("min", &min.to_string()), ("max", &max.to_string())]);
        }
    }
    /// The problem of a field, if any.
    pub fn of(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|e| e.field == field)
    }
    /// `Ok(())` if nothing was noted, else `Error::Invalid`.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

/// Everything a use case can fail with. Only `Unavailable` and `Internal` are logged, once, at the edge.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Not there, or outside the caller's scope: the two are never told apart.
    #[error("not found")]
    NotFound,
    /// No grant has the action.
    #[error("forbidden")]
    Forbidden,
    /// No valid session.
    #[error("unauthenticated")]
    Unauthenticated,
    /// The session is too old or too weak for this act: sign in again (step-up).
    #[error("step-up needed")]
    StepUp,
    /// Field problems.
    #[error("invalid input: {0:?}")]
    Invalid(FieldErrors),
    /// A named rule of the domain refuses; words are the Fluent message `rule-<code>`.
    #[error("rule {code}")]
    Rule {
        /// Stable code.
        code: &'static str,
        /// Named arguments of the message.
        args: Vec<(String, String)>,
    },
    /// Another person has to do it: whoever wrote, confirmed or passed on does not decide about it (four eyes). Words are
    /// the Fluent message `rule-<code>`; a try is a denied access.
    #[error("four eyes: {0}")]
    FourEyes(&'static str),
    /// Somebody else changed the row first; `current` describes what stands now (shown beside what was typed).
    #[error("conflict")]
    Conflict {
        /// Name/value pairs of the row as it stands, already masked for the caller.
        current: Vec<(String, String)>,
    },
    /// Rate limit.
    #[error("too many requests")]
    TooMany {
        /// Seconds until another try makes sense.
        retry_after_s: i64,
    },
    /// A resource we depend on (database, disk) does not answer.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A defect of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A field problem on its own.
    pub fn field(field: &str, code: &str) -> Self {
        let mut e = FieldErrors::default();
        e.add(field, code);
        Self::Invalid(e)
    }
    /// One problem of a field whose words have arguments.
    pub fn field_with(field: &str, code: &str, args: &[(&str, &str)]) -> Self {
        let mut e = FieldErrors::default();
        e.add_with(field, code, args);
        Self::Invalid(e)
    }
    /// What serde says of an input as a problem of its field: `path` is where it stopped (`a.b[0]`), `message` its words.
    pub fn unreadable(path: &str, message: &str) -> Self {
        let within = |field: &str| match path {
            "" | "." | "?" => field.to_owned(),
            p if p == field || p.ends_with(&format!(".{field}")) => p.to_owned(),
            p => format!("{p}.{field}"),
        };
        // Not of one field: the whole has another form, a list where an object is expected.
        let whole = if matches!(path, "" | "." | "?") { "body" } else { path };
        let between = |a: &str| message.split_once(a).and_then(|(_, r)| r.split_once('`')).map(|(f, _)| f);
        if let Some(f) = between("unknown field `") {
            Self::field(&within(f), "unknown-field")
        } else if let Some(f) = between("missing field `") {
            Self::field(&within(f), "required")
        } else if message.contains("date-format") {
            Self::field(whole, "date-format")
        } else if message.contains("unknown-code") {
            Self::field(whole, "unknown-code")
        } else {
            Self::field(whole, "format")
        }
    }
    /// A named rule without arguments.
    pub fn rule(code: &'static str) -> Self {
        Self::Rule { code, args: vec![] }
    }
    /// A named rule with arguments for its message.
    pub fn rule_with(code: &'static str, args: &[(&str, &str)]) -> Self {
        Self::Rule { code, args: args.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect() }
    }
    /// A defect, from any error that should not happen.
    pub fn internal(e: impl std::fmt::Display) -> Self {
        Self::Internal(e.to_string())
    }
}

/// Result with the program's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;
