//! `settings …`: list, show and set, through the same use case as the page.

use crate::config::Config;
use crate::wire;
use clap::Subcommand;
use zw_access::Ctx;
use zw_core::{Error, Result};
use zw_settings::model::{SettingInput, SettingOut, parse_text};
use zw_settings::{CLI_ACTIONS, service};

/// `settings …`
#[derive(Subcommand)]
pub enum Settings {
    /// Every setting with the value in force; `!` marks a stored value that cannot be read.
    List,
    /// The value in force as JSON.
    Get {
        /// Key, e.g. reporting.cycle.
        key: String,
    },
    /// Set a value: JSON that names what differs from the default. Checked, audited, kept with what stood before.
    Set {
        /// Key, e.g. reporting.cycle.
        key: String,
        /// The value, e.g. '{"accept_days":120}'.
        json: String,
    },
}

fn line(s: &SettingOut) -> String {
    let mark = if s.problems.is_empty() { ' ' } else { '!' };
    let since = s.at.as_deref().map_or_else(|| "default".to_owned(), |at| format!("set {at}"));
    format!("{mark} {:28} {since:22} {}", s.key, s.value)
}

/// Runs it; what is to be printed.
pub async fn settings(config: &Config, c: Settings) -> Result<String> {
    let wired = wire::existing(config).await?;
    let ctx = Ctx::system(wired.app.clone(), "cli.settings", CLI_ACTIONS);
    let unknown = |key: &str, e: Error| match e {
        Error::NotFound => {
            Error::Unavailable(format!("there is no setting {key}; `zhanwang settings list` names them"))
        }
        other => other,
    };
    let pretty = |s: &SettingOut| serde_json::to_string_pretty(&s.value).map_err(Error::internal);
    match c {
        Settings::List => Ok(service::list(&ctx).await?.iter().map(line).collect::<Vec<_>>().join("\n")),
        Settings::Get { key } => pretty(&service::get(&ctx, &key).await.map_err(|e| unknown(&key, e))?.setting),
        Settings::Set { key, json } => {
            let input = SettingInput { key: key.clone(), value: parse_text(&json)?, version: None };
            let done = service::set(&ctx, &input, &zw_web::Idem::none()).await.map_err(|e| unknown(&key, e))?;
            pretty(&done.setting)
        }
    }
}
