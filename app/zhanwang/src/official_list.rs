//! `official-list …`: the import of the pages, from the terminal.

use crate::config::Config;
use crate::{exit, wire};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use zw_access::Ctx;
use zw_core::{Error, Result};

/// `official-list …`
#[derive(Subcommand)]
pub enum OfficialList {
    /// Import a list of a category (CSV or XLSX: 姓名, 身份证号, 村居 or 乡镇; or 人数 and 村居 or 乡镇). All rows are checked; none
    /// is taken if one is wrong.
    Import(OfficialListArgs),
}

/// `official-list import`
#[derive(Args)]
pub struct OfficialListArgs {
    /// The file; leave it out for a list that only states a number.
    pub file: Option<PathBuf>,
    /// Code of the county.
    #[arg(long, value_name = "CODE")]
    pub county: String,
    /// Code of the category, e.g. 01.
    #[arg(long, value_name = "CODE")]
    pub category: String,
    /// Who gave it: civil_affairs, disabled_federation or other_department.
    #[arg(long)]
    pub authority: String,
    /// As of which day the list is.
    #[arg(long, value_name = "DATE")]
    pub date: String,
    /// Document number.
    #[arg(long, default_value = "")]
    pub document: String,
    /// Number of persons as the paper states it.
    #[arg(long, value_name = "N", default_value = "")]
    pub stated: String,
    /// Only check the file and say what would be imported.
    #[arg(long)]
    pub check: bool,
}

/// `official-list import`
pub async fn run(config: &Config, c: OfficialList) -> Result<u8> {
    let OfficialList::Import(a) = c;
    let wired = wire::ready(config).await?;
    let read = |f: &PathBuf| std::fs::read(f).map_err(|e| Error::Unavailable(format!("{}: {e}", f.display())));
    let file = a.file.as_ref().map(read).transpose()?;
    let ctx = Ctx::system(wired.app.clone(), "cli.official-list", zw_practice::CLI_ACTIONS);
    let view = ctx.tree().as_of(ctx.today());
    let county = view.by_code(&a.county).map(|v| v.id).filter(|id| view.county_of(*id) == Some(*id));
    let county =
        county.ok_or_else(|| Error::Unavailable(format!("no county has the code {} today", a.county)))?.to_string();
    let input = zw_practice::model::ListInput {
        county,
        category: a.category,
        authority: a.authority,
        list_date: a.date,
        document: a.document,
        stated: a.stated,
    };
    let idem = zw_web::Idem::none();
    let report = zw_practice::service::official::import(&ctx, &input, file, a.check, &idem).await?;
    say!("{}", zw_practice::views::official_import::words(crate::config::lang(), &report))?;
    Ok(if report.problems.is_empty() { exit::OK } else { exit::FOUND })
}
