//! A sheet as the API is sent it.

use super::SheetInput;
use serde::{Deserialize, Serialize};
use zw_core::{FieldErrors, Result};

/// A whole sheet. What is left out is asked for by name, never taken for emptied; an empty text empties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetPut {
    /// Who keeps it; only the county changes it. May be left out.
    #[serde(default)]
    pub kept_by: String,
    /// 场地落实.
    #[schemars(required)]
    pub venue_on: Option<String>,
    /// 招标.
    #[schemars(required)]
    pub tender_on: Option<String>,
    /// 签约.
    #[schemars(required)]
    pub contract_on: Option<String>,
    /// 人员到岗.
    #[schemars(required)]
    pub staff_on: Option<String>,
    /// 挂牌.
    #[schemars(required)]
    pub plaque_on: Option<String>,
    /// 资金到位.
    #[schemars(required)]
    pub funds_on: Option<String>,
    /// 预计 to be accepted; stands once it is.
    #[schemars(required)]
    pub due_on: Option<String>,
    /// One line of text.
    #[schemars(required)]
    pub note: Option<String>,
    /// A new obstacle, if any: its code.
    #[serde(default)]
    pub obstacle: String,
    /// Its text.
    #[serde(default)]
    pub obstacle_text: String,
    /// `1`: the order of the milestones is unusual, and it was so.
    #[serde(default)]
    pub unusual: String,
    /// Version that was edited.
    #[schemars(required)]
    pub version: Option<i64>,
}

impl SheetPut {
    /// The sheet as typed, or every field that was left out.
    pub fn whole(self) -> Result<SheetInput> {
        let mut e = FieldErrors::default();
        let mut said = |field: &str, value: Option<String>| {
            if value.is_none() {
                e.add(field, "required");
            }
            value.unwrap_or_default()
        };
        let input = SheetInput {
            kept_by: self.kept_by,
            venue_on: said("venue_on", self.venue_on),
            tender_on: said("tender_on", self.tender_on),
            contract_on: said("contract_on", self.contract_on),
            staff_on: said("staff_on", self.staff_on),
            plaque_on: said("plaque_on", self.plaque_on),
            funds_on: said("funds_on", self.funds_on),
            due_on: said("due_on", self.due_on),
            note: said("note", self.note),
            obstacle: self.obstacle,
            obstacle_text: self.obstacle_text,
            unusual: self.unusual,
            version: self.version.unwrap_or_default(),
        };
        if self.version.is_none() {
            e.add("version", "required");
        }
        e.check()?;
        Ok(input)
    }
}
