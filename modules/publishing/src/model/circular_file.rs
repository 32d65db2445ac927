//! The files of a circular, and those that are kept with a sent one (domain.md 6): what was sent stays byte for byte.

use super::circular::CircularRow;
use zw_access::{crypto, hex};
use zw_core::{CircularId, Error, Result, Stamp};

zw_core::codes! {
    /// A file format.
    pub enum Format {
        /// The copy people edit.
        Docx = "docx",
        /// The copy they file.
        Pdf = "pdf",
        /// The annexes with real numbers.
        Xlsx = "xlsx",
    }
}
zw_db::code_cols!(Format);

impl Format {
    /// Media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

zw_db::record! {
    /// A file as it was made when its circular was recorded as sent, or that record corrected.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeptFile {
        /// Circular.
        pub circular_id: CircularId,
        /// Version of the circular that the act made.
        pub version: i64,
        /// Format.
        pub kind: Format,
        /// SHA-256 of the content, hexadecimal.
        pub sha256: String,
        /// Content.
        pub bytes: Vec<u8>,
        /// When it was made.
        pub made_at: Stamp,
    }
}

/// SHA-256 of a content, hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&crypto::digest(&[bytes]))
}

impl KeptFile {
    /// A file of a circular as it stands from this act on.
    pub(crate) fn of(row: &CircularRow, kind: Format, bytes: Vec<u8>, made_at: Stamp) -> Self {
        Self { circular_id: row.id, version: row.version, kind, sha256: sha256(&bytes), bytes, made_at }
    }
    /// Its content, if its hash proves it; a wrong hash means that somebody wrote past the program.
    pub(crate) fn proved(self) -> Result<Vec<u8>> {
        if sha256(&self.bytes) != self.sha256 {
            return Err(Error::rule_with("circular-file-altered", &[("id", &self.circular_id.to_string())]));
        }
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_file_that_was_altered_is_not_given_out() {
        let kept = KeptFile::of(&sample::draft_row(), Format::Pdf, b"%PDF-".to_vec(), Stamp::from_ms(1));
        assert_eq!(kept.clone().proved().unwrap(), b"%PDF-");
        let altered = KeptFile { bytes: b"%PDF+".to_vec(), ..kept };
        assert!(matches!(altered.proved(), Err(Error::Rule { code: "circular-file-altered", .. })));
    }
}
