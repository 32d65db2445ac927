//! A circular returned to its writers (退回修改): whoever checks says what is to be changed instead of changing it, which
//! would make them a writer of it.

use super::circular::{CircularRow, CircularState};
use serde::{Deserialize, Serialize};
use zw_core::{CircularId, Error, FieldErrors, Result, Stamp};

/// Longest remarks, in characters.
const LONGEST: usize = 1000;

/// What is said when a circular is returned.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReturnInput {
    /// What its writers shall change (退回意见).
    pub remarks: String,
    /// Version that was seen.
    pub version: i64,
}

zw_db::record! {
    /// One return.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ReturnRow {
        /// Circular.
        pub circular_id: CircularId,
        /// Version of the circular that the return made.
        pub version: i64,
        /// What its writers shall change.
        pub remarks: String,
        /// Who had checked it, where the return took a check back.
        pub checked_name: Option<String>,
        /// When that was.
        pub checked_at: Option<Stamp>,
        /// When.
        pub returned_at: Stamp,
        /// Account.
        pub returned_by: String,
        /// Shown name.
        pub returned_name: String,
    }
}

/// One return, for readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReturnOut {
    /// What its writers shall change.
    pub remarks: String,
    /// Returned by, at.
    pub returned: (String, Stamp),
    /// Checked by, at, where the return took a check back.
    pub checked: Option<(String, Stamp)>,
}

impl ReturnRow {
    /// For readers.
    pub fn out(&self) -> ReturnOut {
        ReturnOut {
            remarks: self.remarks.clone(),
            returned: (self.returned_name.clone(), self.returned_at),
            checked: self.checked_name.clone().zip(self.checked_at),
        }
    }
}

impl CircularRow {
    /// Whether it can be returned by this account: a draft by who wrote none of it (its writers change it themselves), a
    /// checked one by anybody who may, which takes the check back.
    pub fn returnable(&self, account: &str) -> Result<()> {
        match self.state {
            CircularState::Draft if self.wrote(account) => Err(Error::rule("circular-return-own")),
            CircularState::Draft | CircularState::Checked => Ok(()),
            CircularState::Sent | CircularState::Void => Err(Error::rule("circular-closed")),
        }
    }

    /// Returned to its writers with remarks, as a draft, and the row that keeps them.
    pub fn send_back(&self, input: &ReturnInput, who: (&str, &str), at: Stamp) -> Result<(Self, ReturnRow)> {
        self.returnable(who.0)?;
        let (remarks, mut e) = (input.remarks.replace("\r\n", "\n").trim().to_owned(), FieldErrors::default());
        match remarks.chars().count() {
            0 => e.add("remarks", "required"),
            n if n > LONGEST => e.add_with("remarks", "too-long", &[("max", &LONGEST.to_string())]),
            _ => {}
        }
        e.holds_no_number("remarks", &remarks);
        e.check()?;
        let version = self.version + 1;
        let row = ReturnRow {
            circular_id: self.id,
            version,
            remarks,
            checked_name: self.checked_name.clone(),
            checked_at: self.checked_at,
            returned_at: at,
            returned_by: who.0.to_owned(),
            returned_name: who.1.to_owned(),
        };
        let next = Self {
            state: CircularState::Draft,
            checked_by: None,
            checked_name: None,
            checked_at: None,
            version,
            ..self.clone()
        };
        Ok((next, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::circular::tests::codes;
    use crate::model::circular_edit::tests::with;
    use crate::model::sample;

    #[test]
    fn a_second_person_returns_it_with_remarks() {
        let (row, at) = (sample::draft_row(), Stamp::from_ms(1));
        let back = |row: &CircularRow, remarks: &str, who: &str| {
            row.send_back(&ReturnInput { remarks: remarks.into(), version: 0 }, (who, "乙"), at)
        };
        assert_eq!(codes(back(&row, "写明时限", "a").unwrap_err()), ["circular-return-own"]);
        assert_eq!(codes(back(&row, " \r\n ", "b").unwrap_err()), ["remarks:required"]);
        assert_eq!(codes(back(&row, &"长".repeat(1001), "b").unwrap_err()), ["remarks:too-long"]);
        assert_eq!(codes(back(&row, "问138 0000 1234", "b").unwrap_err()), ["remarks:number-of-person"]);
        let (next, kept) = back(&row, " 写明时限。\r\n补责任单位。 ", "b").unwrap();
        assert_eq!((next.state, next.version, next.body.clone()), (CircularState::Draft, 2, row.body.clone()));
        assert_eq!((kept.version, kept.remarks.as_str(), kept.checked_at), (2, "写明时限。\n补责任单位。", None));
        // Who returned it wrote nothing of it and may still check it.
        assert!(next.check(true, ("b", "乙"), at).is_ok());
    }

    #[test]
    fn a_return_takes_the_check_back_and_keeps_who_gave_it() {
        let (row, at) = (sample::draft_row(), Stamp::from_ms(1));
        let checked = row.check(true, ("b", "乙"), at).unwrap();
        let input = ReturnInput { remarks: "附件有误".into(), version: 2 };
        // Its writer, who is to send it, may return it too.
        let (next, kept) = checked.send_back(&input, ("a", "甲"), Stamp::from_ms(2)).unwrap();
        assert_eq!((next.state, next.checked_by.clone(), next.checked_at), (CircularState::Draft, None, None));
        assert_eq!(kept.out().checked, Some(("乙".to_owned(), at)));
        assert!(with(&next, "建成{{fig:stations_built}}个。").is_ok(), "it is changed after that");
        let void = CircularRow { state: CircularState::Void, ..row };
        assert_eq!(codes(void.send_back(&input, ("b", "乙"), at).unwrap_err()), ["circular-closed"]);
    }
}
