//! Certificates of the profession (domain.md 5.4).

use super::past_day;
use serde::{Deserialize, Serialize};
use zw_access::Resource;
use zw_core::code::Code as _;
use zw_core::{CertificateId, Day, Error, FieldErrors, Result, WorkerId, names};

zw_core::codes! {
    /// Level of a certificate (code list `certificate_level`).
    pub enum CertificateLevel {
        /// 助理社会工作师.
        Assistant = "1",
        /// 社会工作师.
        Worker = "2",
        /// 高级社会工作师.
        Senior = "3",
        /// 台湾采认, equal to 社会工作师.
        Taiwan = "4",
        /// Another certificate, which does not make a worker certified.
        Other = "9",
    }
}
zw_db::code_cols!(CertificateLevel);

impl CertificateLevel {
    /// The levels that make a worker certified (I8).
    pub const CERTIFIED: [Self; 4] = [Self::Assistant, Self::Worker, Self::Senior, Self::Taiwan];
    /// Whether the national examination or review gives it: such a certificate has a number of letters and digits and
    /// cannot be older than the examination.
    fn national(self) -> bool {
        matches!(self, Self::Assistant | Self::Worker | Self::Senior)
    }
}

/// No national certificate is older: the first examination was held in this year.
const FIRST_EXAM: i64 = 2008;
/// Length of a national certificate's number. The bounds are wide on purpose: forms of it have changed over the years.
const NUMBER: std::ops::RangeInclusive<usize> = 8..=30;

zw_db::record! {
    /// A certificate.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
    pub struct Certificate {
        /// Id.
        pub id: CertificateId,
        /// Whose.
        pub worker_id: WorkerId,
        /// Level.
        pub level: CertificateLevel,
        /// 管理号, unique.
        pub number: String,
        /// 批准日.
        pub issued_on: Day,
        /// Version.
        pub version: i64,
    }
}

impl Resource for Certificate {
    const NAME: &'static str = "certificate";
    const COUNTY: &'static str = "w.home_county";
}

/// What is typed about a certificate.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CertificateInput {
    /// Level.
    pub level: String,
    /// 管理号.
    pub number: String,
    /// 批准日.
    pub issued_on: String,
}

impl CertificateInput {
    /// Checked: level, number, day.
    pub fn check(&self, today: Day) -> Result<(CertificateLevel, String, Day)> {
        let mut e = FieldErrors::default();
        let level = CertificateLevel::from_code(self.level.trim());
        if level.is_none() {
            e.add("level", if self.level.trim().is_empty() { "required" } else { "unknown-code" });
        }
        let national = level.is_some_and(CertificateLevel::national);
        let number = self.number(national, &mut e);
        let issued = past_day(&mut e, "issued_on", &self.issued_on, today);
        match issued {
            None if self.issued_on.trim().is_empty() => e.add("issued_on", "required"),
            Some(d) if national && d.year() < FIRST_EXAM => {
                e.add_with("issued_on", "certificate-before-exam", &[("year", &FIRST_EXAM.to_string())]);
            }
            _ => {}
        }
        match (level, issued) {
            (Some(l), Some(d)) if e.0.is_empty() => Ok((l, number, d)),
            _ => Err(Error::Invalid(e)),
        }
    }

    /// The number as it is compared: half width, capitals, no spaces.
    fn number(&self, national: bool, e: &mut FieldErrors) -> String {
        let number: String = names::normalise(&self.number).split_whitespace().collect::<String>().to_uppercase();
        let (long, digits) = (number.chars().count(), number.chars().filter(char::is_ascii_digit).count());
        if number.is_empty() {
            e.add("number", "required");
        } else if national {
            let plain = number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if !plain || digits < 4 || !NUMBER.contains(&long) {
                let (least, most) = (NUMBER.start().to_string(), NUMBER.end().to_string());
                e.add_with("number", "certificate-number", &[("least", &least), ("most", &most)]);
            }
        } else if long > 40 || !number.chars().all(|c| c.is_alphanumeric() || c == '-') {
            e.add("number", "format");
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::codelist::network::CERTIFICATE_LEVEL;

    #[test]
    fn levels_are_those_of_the_list() {
        assert!(CertificateLevel::ALL.iter().all(|l| CERTIFICATE_LEVEL.has(l.code())));
    }

    fn problems(level: &str, number: &str, issued_on: &str) -> String {
        let input = CertificateInput { level: level.into(), number: number.into(), issued_on: issued_on.into() };
        match input.check(Day::new(2021, 7, 8).unwrap()) {
            Ok((_, number, _)) => number,
            Err(Error::Invalid(e)) => {
                e.0.iter().map(|e| format!("{}:{}", e.field, e.code)).collect::<Vec<_>>().join(" ")
            }
            Err(e) => panic!("{e:?}"),
        }
    }

    #[test]
    fn a_certificate_is_checked_at_every_field() {
        for (level, number, issued, want) in [
            ("1", "20201020350001", "2020-10-20", "20201020350001"),
            // As printed, as typed on a phone, as copied: one number.
            ("2", "ｆｊ２０２０ 0001234", "2020-10-20", "FJ20200001234"),
            ("3", "2020-0001", "2008-01-01", "2020-0001"),
            ("1", "1234567", "2020-10-20", "number:certificate-number"),
            ("1", &"1".repeat(31), "2020-10-20", "number:certificate-number"),
            ("1", "ABCDEFGH123", "2020-10-20", "number:certificate-number"),
            ("1", "闽社字20200001", "2020-10-20", "number:certificate-number"),
            ("1", "20201020350001", "2021-07-09", "issued_on:date-future"),
            ("1", "20201020350001", "2007-12-31", "issued_on:certificate-before-exam"),
            ("1", "20201020350001", "去年", "issued_on:date-format"),
            ("1", "20201020350001", "", "issued_on:required"),
            ("7", "", "2022-01-01", "level:unknown-code number:required issued_on:date-future"),
            ("", "A1", "2020-01-01", "level:required"),
            // Another country's or another profession's has its own numbers and its own years.
            ("4", "台内社字第123号", "1999-05-01", "台内社字第123号"),
            ("9", "A/1", "2002-05-01", "number:format"),
            ("9", "心理咨询2002", "2002-05-01", "心理咨询2002"),
        ] {
            assert_eq!(problems(level, number, issued), want, "{level} {number} {issued}");
        }
    }
}
