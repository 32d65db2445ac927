//! The acceptance of a station (验收, domain.md 8.1) on its township's sheet, and taking it back.

use super::BuildOut;
use crate::model::{day_field, text_field};
use serde::{Deserialize, Serialize};
use zw_core::{Day, FieldErrors, Result, Stamp};

/// The acceptance: three groups ticked, and the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AcceptInput {
    /// 有场地 passed.
    pub venue: String,
    /// 有人员 passed.
    pub staff: String,
    /// 有服务 passed.
    pub service: String,
    /// Day of acceptance (default today).
    pub on: String,
    /// Version of the sheet that was seen.
    pub version: i64,
}

fn ticked(v: &str) -> bool {
    matches!(v.trim(), "1" | "true" | "on" | "yes")
}

impl AcceptInput {
    /// The sheet as accepted. Impossible while a group is missing or the dates it rests on are: each says so at its
    /// own box. A plaque plays no part.
    pub fn apply(&self, old: &BuildOut, today: Day, at: Stamp, by: &str) -> Result<BuildOut> {
        let mut e = FieldErrors::default();
        for (field, value, code) in [
            ("venue", &self.venue, "acceptance-venue-missing"),
            ("staff", &self.staff, "acceptance-staff-missing"),
            ("service", &self.service, "acceptance-service-missing"),
        ] {
            if !ticked(value) {
                e.add(field, code);
            }
        }
        let on = day_field(&mut e, "on", &self.on).unwrap_or(today);
        if on > today {
            e.add("on", "date-future");
        }
        for (field, day, none, late) in [
            ("venue", old.venue_on, "acceptance-no-venue-date", "acceptance-before-venue"),
            ("staff", old.staff_on, "acceptance-no-staff-date", "acceptance-before-staff"),
        ] {
            match day {
                None if e.of(field).is_none() => e.add(field, none),
                Some(d) if d > on && e.of("on").is_none() => e.add_with("on", late, &[("day", &d.to_string())]),
                _ => {}
            }
        }
        e.check()?;
        Ok(BuildOut {
            accepted_on: Some(on),
            accept_venue: true,
            accept_staff: true,
            accept_service: true,
            version: old.version + 1,
            updated_at: at,
            updated_by: by.to_owned(),
            ..old.clone()
        })
    }
}

/// An acceptance is reopened (整改), or withdrawn because it was recorded by mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReopenInput {
    /// Why.
    pub reason: String,
    /// First day of rectifying (default today).
    pub on: String,
    /// Recorded by mistake: the station never was accepted.
    pub mistake: String,
    /// Version of the sheet that was seen.
    pub version: i64,
}

/// What reopening means for the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reopened {
    /// Rectify from a day: the station stays built, its groups must be ticked again.
    Rectify(Day, String),
    /// The acceptance of that day is taken back.
    Withdraw(Day, String),
}

impl ReopenInput {
    /// Checked against the sheet.
    pub fn apply(&self, old: &BuildOut, today: Day, at: Stamp, by: &str) -> Result<(BuildOut, Reopened)> {
        let Some(accepted) = old.accepted_on else { return Err(zw_core::Error::rule("not-accepted")) };
        let mut e = FieldErrors::default();
        let reason = text_field(&mut e, "reason", &self.reason, 200).unwrap_or_default();
        if reason.is_empty() {
            e.add("reason", "required");
        }
        let on = day_field(&mut e, "on", &self.on).unwrap_or(today);
        if on > today {
            e.add("on", "date-future");
        } else if on < accepted {
            e.add_with("on", "before-acceptance", &[("day", &accepted.to_string())]);
        }
        e.check()?;
        let mistake = ticked(&self.mistake);
        let next = BuildOut {
            accepted_on: if mistake { None } else { old.accepted_on },
            accept_venue: false,
            accept_staff: false,
            accept_service: false,
            version: old.version + 1,
            updated_at: at,
            updated_by: by.to_owned(),
            ..old.clone()
        };
        Ok((next, if mistake { Reopened::Withdraw(accepted, reason) } else { Reopened::Rectify(on, reason) }))
    }
}
