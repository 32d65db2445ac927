//! Every sealed column of the database, once (security.md CRY-1). A [`Place`] comes from a column of this list, and nothing
//! is sealed without a place, so a column that is missing here cannot hold a sealed value.

use std::fmt::Display;

/// How the rows of a table are named in the places of their values, and so what must never change in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// `id`, twice: the row and the person are one.
    Id,
    /// `county_id`, `id`.
    County,
    /// `account_id`, `key`.
    Draft,
}

/// A column whose values are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// What the places of its values begin with: `table|column`, except of a column whose values a migration moved with
    /// the ids of their rows. They go on opening under the name they were sealed for, which no other column ever takes.
    pub(crate) place: &'static str,
    pub(crate) keys: Keys,
}

/// Where a sealed value lives; it opens nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(String);

impl Place {
    /// A piece of a backup, which is a file and no column: digest of the whole, number of the piece.
    pub fn in_backup(sha256: &str, piece: u64) -> Self {
        Self(format!("backup|{sha256}|{piece}"))
    }
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Column {
    /// The value of a row: `table|column|row`, the row by its two keys (county and id; a worker's id twice; account and
    /// key of a draft or a search).
    pub fn at(self, first: impl Display, second: impl Display) -> Place {
        Place(format!("{}|{first}|{second}", self.place))
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $table:literal, $column:literal, $keys:ident $(, as $place:literal)?;)+) => {
        $($(#[$doc])* pub const $name: Column = Column {
            table: $table,
            column: $column,
            place: columns!(@place $table, $column $(, $place)?),
            keys: Keys::$keys,
        };)+
        /// All of them.
        pub const ALL: &[Column] = &[$($name),+];
    };
    (@place $table:literal, $column:literal) => { concat!($table, "|", $column) };
    (@place $table:literal, $column:literal, $place:literal) => { $place };
}
columns! {
    /// ID number of a worker.
    WORKER_ID_NO: "worker", "id_no", Id;
    /// Telephone of a worker.
    WORKER_PHONE: "worker", "phone", Id;
    /// Address of a household.
    HOUSEHOLD_ADDRESS: "household", "address", County;
    /// ID number of a resident.
    RESIDENT_ID_NO: "resident", "id_no", County;
    /// Telephone of a resident.
    RESIDENT_PHONE: "resident", "phone", County;
    /// Address of a resident.
    RESIDENT_ADDRESS: "resident", "address", County;
    /// Who signed a consent. Values of before migration 0360 stood in `resident.consent_by` and moved with the ids of their
    /// rows (decision 0044).
    CONSENT_SIGNER: "consent", "signer", County, as "resident|consent_by";
    /// Who witnessed an oral consent.
    CONSENT_WITNESS: "consent", "witness", County;
    /// What a merge of two residents changed.
    RESIDENT_MERGE_KEPT: "resident_merge", "kept", County;
    /// Name of somebody on an official list whom nobody has on file.
    OFFICIAL_ROW_NAME: "official_list_row", "name", County;
    /// An official list that was checked and waits for its confirmation.
    OFFICIAL_DRAFT_BODY: "official_list_draft", "body", County;
    /// What was done in an encounter.
    ENCOUNTER_ACTION: "encounter", "action", County;
    /// How the person was found.
    ENCOUNTER_STATE_NOTE: "encounter", "state_note", County;
    /// Somebody met who is not on file.
    ENCOUNTER_PERSON_NAME: "encounter_person", "name", County;
    /// A form that was begun.
    DRAFT_BODY: "draft", "body", Draft;
    /// Whom somebody looked for, to come back to it.
    SEARCH_BODY: "search_kept", "body", Draft;
    /// Key of the queue that a phone fills in one shift.
    FIELD_SHIFT_KEY: "field_shift", "data_key", County;
    /// What came from a phone and waits for a decision.
    FIELD_ITEM_BODY: "field_item", "body", County;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_columns_share_a_place() {
        let places: BTreeSet<&str> = ALL.iter().map(|c| c.place).collect();
        assert_eq!(places.len(), ALL.len());
        assert_eq!(RESIDENT_PHONE.at(1, 2).to_string(), "resident|phone|1|2");
        assert_eq!(CONSENT_SIGNER.at(1, 2).to_string(), "resident|consent_by|1|2", "what migration 0360 moved opens");
    }
}
