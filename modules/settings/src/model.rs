//! Settings as pages, API and command line show them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zw_access::Resource;
use zw_core::{Error, FieldError, FieldErrors, Result, Stamp};

/// A setting as a protected thing; it belongs to nobody's area.
#[derive(Debug)]
pub struct SettingRow;

impl Resource for SettingRow {
    const NAME: &'static str = "setting";
    const COUNTY: &'static str = "s.key";
}

/// A setting with the value in force.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SettingOut {
    /// Key.
    pub key: String,
    /// Module it belongs to.
    pub module: String,
    /// What it is for: to pages a Fluent key, to readers of the API the words in the language of the request.
    pub meaning: String,
    /// The whole value in force.
    pub value: Value,
    /// The value while nothing is set.
    pub default: Value,
    /// JSON schema of the value.
    pub schema: Value,
    /// How often it was set; 0 never.
    pub version: i64,
    /// When it was last set, Beijing time.
    pub at: Option<String>,
    /// What is wrong with the stored value, at its paths; then the default is in force.
    pub problems: Vec<FieldError>,
}

/// A setting and what became of it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SettingFile {
    /// The setting.
    pub setting: SettingOut,
    /// Changes, the latest first.
    pub changes: Vec<ChangeOut>,
}

/// One change.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ChangeOut {
    /// Number of the change, from 1.
    pub version: i64,
    /// When, Beijing time.
    pub at: String,
    /// Who.
    pub by: String,
    /// What stood before; none if nothing did.
    pub old: Option<String>,
    /// What was set.
    pub new: String,
}

/// A new value.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingInput {
    /// Key.
    pub key: String,
    /// The value; what it leaves out has its default.
    pub value: Value,
    /// The version that was seen: refused when somebody else set the value meanwhile.
    #[serde(default)]
    pub version: Option<i64>,
}

zw_db::record! {
    /// A change as stored.
    #[derive(Clone, Debug)]
    pub struct Change {
        /// Key.
        pub key: String,
        /// Number, from 1.
        pub version: i64,
        /// When.
        pub at: Stamp,
        /// Who.
        pub set_by: String,
        /// Before.
        pub old: Option<String>,
        /// After.
        pub new: String,
    }
}

impl Change {
    /// For a page or an answer.
    pub fn out(self) -> ChangeOut {
        ChangeOut { version: self.version, at: self.at.minute_cn(), by: self.set_by, old: self.old, new: self.new }
    }
}

/// A typed text as JSON; what is no JSON is told with its line and column.
pub fn parse_text(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|e| {
        let mut errors = FieldErrors::default();
        let (line, column) = (e.line().to_string(), e.column().to_string());
        errors.add_with("value", "settings-json", &[("line", &line), ("column", &column)]);
        Error::Invalid(errors)
    })
}

/// Problems of a value as problems of the field `value`: `deadlines.week[0]` becomes `value.deadlines.week[0]`.
pub fn at_value(e: Error) -> Error {
    let Error::Invalid(errors) = e else { return e };
    Error::Invalid(FieldErrors(
        errors
            .0
            .into_iter()
            .map(|e| {
                let field = match e.field.as_str() {
                    "" | "." => "value".to_owned(),
                    path => format!("value.{path}"),
                };
                FieldError { field, ..e }
            })
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_json_is_told_with_its_place() {
        let Err(Error::Invalid(e)) = parse_text("{\n \"a\": 1,\n}") else { panic!() };
        assert_eq!((e.0[0].field.as_str(), e.0[0].code.as_str()), ("value", "settings-json"));
        assert_eq!(e.0[0].args[0], ("line".to_owned(), "3".to_owned()));
        assert!(parse_text("2").is_ok());
    }
}
