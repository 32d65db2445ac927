//! The circular (月度通报, domain.md 6 and 10.1): drafted by the system from a snapshot, edited by people around the
//! figures, checked by a second person, sent with a number and a date.

pub use super::body::{CircularBody, Frame, Paragraph};
pub use super::circular_edit::{AnnexInput, EditInput, EditKind, ParagraphInput};
pub use super::circular_out::{AnnexOut, CircularFile, CircularOut, CorrectionOut, EditedOut, FrameOut, ParagraphOut};
pub use super::circular_return::{ReturnInput, ReturnOut, ReturnRow};
use super::template::BLANK;
use serde::{Deserialize, Serialize};
use zw_access::Resource;
use zw_core::{CircularId, Day, DivisionId, Error, FieldErrors, Result, SnapshotId, Stamp};

zw_core::codes! {
    /// State of a circular.
    pub enum CircularState {
        /// 草稿.
        Draft = "draft",
        /// 已核稿.
        Checked = "checked",
        /// 已发.
        Sent = "sent",
        /// 作废.
        Void = "void",
    }
}
zw_db::code_cols!(CircularState);

zw_db::record! {
    /// A circular as stored.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct CircularRow {
        /// Id.
        pub id: CircularId,
        /// Area it speaks of.
        pub division_id: DivisionId,
        /// Where its figures come from.
        pub snapshot_id: SnapshotId,
        /// What it compares with.
        pub previous_id: Option<SnapshotId>,
        /// Month of a frozen snapshot.
        pub period: Option<String>,
        /// Title.
        pub title: String,
        /// State.
        pub state: CircularState,
        /// Number recorded when it was sent.
        pub doc_no: Option<String>,
        /// Date it was sent.
        pub sent_on: Option<Day>,
        /// Why it was voided.
        pub void_reason: Option<String>,
        /// Paragraphs, JSON.
        pub body: String,
        /// Account that drafted it.
        pub created_by: String,
        /// Shown name of the drafter.
        pub created_name: String,
        /// When.
        pub created_at: Stamp,
        /// Account that last changed the text.
        pub edited_by: String,
        /// Shown name.
        pub edited_name: String,
        /// When.
        pub edited_at: Stamp,
        /// Every account that changed the text, separated by spaces.
        pub editors: String,
        /// Account that checked it.
        pub checked_by: Option<String>,
        /// Shown name.
        pub checked_name: Option<String>,
        /// When.
        pub checked_at: Option<Stamp>,
        /// Who recorded that it was sent.
        pub sent_name: Option<String>,
        /// When.
        pub sent_at: Option<Stamp>,
        /// For editors who meet.
        pub version: i64,
    }
}

impl Resource for CircularRow {
    const NAME: &'static str = "circular";
    const COUNTY: &'static str = "sc.county_id";
    const COUNTY_WIDE: bool = true;
}

/// What is asked for a draft.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DraftInput {
    /// Snapshot it rests on.
    pub snapshot: String,
    /// Snapshot it compares with; `none` for no comparison, empty for the usual one: of a month the last frozen month, else
    /// the latest earlier snapshot.
    pub previous: String,
}

/// What is said when a draft is checked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CheckInput {
    /// Version that was seen.
    pub version: i64,
    /// `1` to pass it although blanks are left to fill in.
    pub although_blank: String,
}

/// What is recorded when a circular was sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "SendCircularInput")]
pub struct SendInput {
    /// Document number given by the office, e.g. `闽民〔2021〕12号`.
    pub doc_no: String,
    /// Date it was sent.
    pub sent_on: String,
    /// Version that was seen.
    pub version: i64,
}

/// What is corrected in the record of a sent circular.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CorrectInput {
    /// Document number as the office gave it.
    pub doc_no: String,
    /// Date it was sent.
    pub sent_on: String,
    /// Why the record was wrong.
    pub reason: String,
    /// Version that was seen.
    pub version: i64,
}

zw_db::record! {
    /// What the record of a sent circular said before it was corrected.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct CorrectionRow {
        /// Circular.
        pub circular_id: CircularId,
        /// Version of the circular that the correction made.
        pub version: i64,
        /// Number before.
        pub doc_no: String,
        /// Date before.
        pub sent_on: Day,
        /// Why.
        pub reason: String,
        /// When.
        pub corrected_at: Stamp,
        /// Account.
        pub corrected_by: String,
        /// Shown name.
        pub corrected_name: String,
    }
}

/// Why a circular is voided.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "VoidCircularInput")]
pub struct VoidInput {
    /// Reason.
    pub reason: String,
    /// Version that was seen.
    pub version: i64,
}

impl CircularRow {
    /// The paragraphs.
    pub fn paragraphs(&self) -> Result<CircularBody> {
        serde_json::from_str(&self.body).map_err(Error::internal)
    }

    /// Whether this account wrote any of it: such a one cannot check it.
    pub fn wrote(&self, account: &str) -> bool {
        self.created_by == account || self.edited_by == account || self.editors.split(' ').any(|e| e == account)
    }

    /// The first words of the paragraphs in which something is left to fill in.
    pub fn blanks(&self) -> Result<Vec<String>> {
        let body = self.paragraphs()?;
        let left = body.paragraphs.iter().filter(|p| p.text.contains(BLANK));
        let head = |text: &str| text.chars().take(14).collect::<String>();
        Ok(left.map(|p| format!("{}{}…", p.lead, head(&p.text))).collect())
    }

    /// Checked by a second person, who is told of blanks before.
    pub fn check(&self, although_blank: bool, who: (&str, &str), at: Stamp) -> Result<Self> {
        if self.state != CircularState::Draft {
            return Err(Error::rule("circular-not-draft"));
        }
        if self.wrote(who.0) {
            return Err(Error::FourEyes("circular-four-eyes"));
        }
        let blanks = self.blanks()?;
        if !blanks.is_empty() && !although_blank {
            let n = blanks.len().to_string();
            return Err(Error::rule_with("circular-blanks", &[("n", &n), ("list", &blanks.join("、"))]));
        }
        Ok(Self {
            state: CircularState::Checked,
            checked_by: Some(who.0.to_owned()),
            checked_name: Some(who.1.to_owned()),
            checked_at: Some(at),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// Recorded as sent: the office gave it a number and a date. `body` says what stands around the text from now on,
    /// whatever becomes of the settings.
    pub fn send(&self, input: &SendInput, body: &CircularBody, who: &str, at: Stamp) -> Result<Self> {
        if self.state != CircularState::Checked {
            return Err(Error::rule("circular-not-checked"));
        }
        let mut e = FieldErrors::default();
        let (doc_no, sent_on) = self.recorded(&mut e, &input.doc_no, &input.sent_on, at);
        e.check()?;
        Ok(Self {
            state: CircularState::Sent,
            doc_no: Some(doc_no),
            sent_on,
            body: body_text(body)?,
            sent_name: Some(who.to_owned()),
            sent_at: Some(at),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// Number and date as they are recorded, with what is wrong with them.
    fn recorded(&self, e: &mut FieldErrors, doc_no: &str, sent_on: &str, at: Stamp) -> (String, Option<Day>) {
        let doc_no = doc_no.trim();
        match doc_no.chars().count() {
            0 => e.add("doc_no", "required"),
            1..=60 if is_doc_no(doc_no) => {}
            1..=60 => e.add("doc_no", "doc-no-format"),
            _ => e.add("doc_no", "doc-no-long"),
        }
        let day = Day::parse(sent_on);
        match day {
            None if sent_on.trim().is_empty() => e.add("sent_on", "required"),
            None => e.add("sent_on", "date-format"),
            Some(d) if d > at.day_cn() => e.add("sent_on", "sent-future"),
            Some(d) if self.checked_at.is_some_and(|c| d < c.day_cn()) => e.add("sent_on", "sent-before-check"),
            Some(_) => {}
        }
        (doc_no.to_owned(), day)
    }

    /// The record of a sent circular corrected, and what it said before. The text was sent and stays.
    pub fn correct(&self, input: &CorrectInput, who: (&str, &str), at: Stamp) -> Result<(Self, CorrectionRow)> {
        let (CircularState::Sent, Some(was_no), Some(was_on)) = (self.state, &self.doc_no, self.sent_on) else {
            return Err(Error::rule("circular-not-sent"));
        };
        let mut e = FieldErrors::default();
        let (doc_no, sent_on) = self.recorded(&mut e, &input.doc_no, &input.sent_on, at);
        let reason = input.reason.trim();
        match reason.chars().count() {
            0 => e.add("reason", "required"),
            1..=200 => {}
            _ => e.add_with("reason", "too-long", &[("max", "200")]),
        }
        e.holds_no_number("reason", reason);
        e.check()?;
        if doc_no == *was_no && sent_on == Some(was_on) {
            return Err(Error::rule("circular-same-record"));
        }
        let version = self.version + 1;
        let row = CorrectionRow {
            circular_id: self.id,
            version,
            doc_no: was_no.clone(),
            sent_on: was_on,
            reason: reason.to_owned(),
            corrected_at: at,
            corrected_by: who.0.to_owned(),
            corrected_name: who.1.to_owned(),
        };
        Ok((Self { doc_no: Some(doc_no), sent_on, version, ..self.clone() }, row))
    }

    /// Voided with a reason; what was sent stays sent.
    pub fn void(&self, input: &VoidInput) -> Result<Self> {
        if matches!(self.state, CircularState::Sent | CircularState::Void) {
            return Err(Error::rule("circular-closed"));
        }
        let (reason, mut e) = (input.reason.trim(), FieldErrors::default());
        match reason.chars().count() {
            0 => e.add("reason", "required"),
            1..=200 => {}
            _ => e.add("reason", "void-reason-long"),
        }
        e.holds_no_number("reason", reason);
        e.check()?;
        Ok(Self {
            state: CircularState::Void,
            void_reason: Some(reason.to_owned()),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// For a list; that it was returned is told by the row of the return.
    pub fn out(&self) -> CircularOut {
        let pair = |name: &Option<String>, at: Option<Stamp>| name.clone().zip(at);
        CircularOut {
            id: self.id,
            division: self.division_id,
            snapshot: self.snapshot_id,
            previous: self.previous_id,
            period: self.period.clone(),
            title: self.title.clone(),
            state: self.state,
            doc_no: self.doc_no.clone(),
            sent_on: self.sent_on,
            void_reason: self.void_reason.clone(),
            created: (self.created_name.clone(), self.created_at),
            edited: (self.edited_name.clone(), self.edited_at),
            checked: pair(&self.checked_name, self.checked_at),
            sent: pair(&self.sent_name, self.sent_at),
            returned: None,
            version: self.version,
        }
    }
}

/// A text as it is stored.
pub(crate) fn body_text(body: &CircularBody) -> Result<String> {
    serde_json::to_string(body).map_err(Error::internal)
}

/// Whether a text is a document number as offices write it (GB/T 9704: 发文机关代字、年份、发文顺序号): `闽民〔2021〕12号`.
fn is_doc_no(text: &str) -> bool {
    let Some((who, rest)) = text.split_once('〔') else { return false };
    let Some((year, rest)) = rest.split_once('〕') else { return false };
    let Some(number) = rest.strip_suffix('号') else { return false };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    !who.trim().is_empty() && year.len() == 4 && digits(year) && digits(number) && !number.starts_with('0')
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::circular_edit::tests::with;
    use crate::model::sample;

    pub(crate) fn codes(e: Error) -> Vec<String> {
        match e {
            Error::Invalid(f) => f.0.into_iter().map(|f| format!("{}:{}", f.field, f.code)).collect(),
            Error::Rule { code, .. } | Error::FourEyes(code) => vec![code.into()],
            other => vec![other.to_string()],
        }
    }

    #[test]
    fn no_number_of_a_person_stands_in_it() {
        let row = sample::draft_row();
        assert_eq!(
            codes(with(&row, "建成{{fig:stations_built}}个，联系人138 0000 1234").unwrap_err()),
            ["p1:number-of-person"]
        );
    }

    #[test]
    fn a_document_number_is_one() {
        for good in ["闽民〔2021〕12号", "示例〔2021〕1号"] {
            assert!(is_doc_no(good), "{good}");
        }
        for bad in ["乱写123", "〔2021〕1号", "闽民(2021)12号", "闽民〔21〕12号", "闽民〔2021〕号", "闽民〔2021〕012号"]
        {
            assert!(!is_doc_no(bad), "{bad}");
        }
    }

    #[test]
    fn four_eyes_and_the_way_to_sent() {
        let row = sample::draft_row();
        assert_eq!(codes(row.check(false, ("a", "甲"), Stamp::from_ms(1)).unwrap_err()), ["circular-four-eyes"]);
        let edited = with(&row, "建成{{fig:stations_built}}个").unwrap();
        assert_eq!(codes(edited.check(false, ("b", "乙"), Stamp::from_ms(1)).unwrap_err()), ["circular-four-eyes"]);
        let noon = Stamp::from_cn(Day::new(2021, 7, 9).unwrap(), 12, 0);
        let checked = row.check(false, ("b", "乙"), noon).unwrap();
        assert_eq!(checked.state, CircularState::Checked);
        // A change after the check takes it back.
        let again = with(&checked, "建成{{fig:stations_built}}个。").unwrap();
        assert_eq!((again.state, again.checked_by.clone()), (CircularState::Draft, None));
        let send = |row: &CircularRow, no: &str, on: &str| {
            let body = row.paragraphs().unwrap();
            row.send(&SendInput { doc_no: no.into(), sent_on: on.into(), version: 0 }, &body, "乙", noon)
        };
        assert_eq!(codes(send(&row, "x", "2021-07-09").unwrap_err()), ["circular-not-checked"]);
        assert_eq!(codes(send(&checked, "", "").unwrap_err()), ["doc_no:required", "sent_on:required"]);
        assert_eq!(codes(send(&checked, "示例〔2021〕1号", "2021-07-10").unwrap_err()), ["sent_on:sent-future"]);
        assert_eq!(codes(send(&checked, "示例〔2021〕1号", "2021-07-08").unwrap_err()), ["sent_on:sent-before-check"]);
        let sent = send(&checked, "示例〔2021〕1号", "2021-07-09").unwrap();
        assert_eq!(codes(with(&sent, "x").unwrap_err()), ["circular-closed"]);
        assert_eq!(codes(sent.void(&VoidInput { reason: "x".into(), version: 0 }).unwrap_err()), ["circular-closed"]);
        assert_eq!(codes(row.void(&VoidInput::default()).unwrap_err()), ["reason:required"]);
        // A slip in the record is corrected with its reason; what it said before is handed back to be kept.
        let correct = |row: &CircularRow, no: &str, on: &str, reason: &str| {
            let input = CorrectInput { doc_no: no.into(), sent_on: on.into(), reason: reason.into(), version: 0 };
            row.correct(&input, ("c", "丙"), noon)
        };
        assert_eq!(codes(correct(&checked, "示例〔2021〕2号", "2021-07-09", "x").unwrap_err()), ["circular-not-sent"]);
        assert_eq!(
            codes(correct(&sent, "2号", "2021-07-08", "").unwrap_err()),
            ["doc_no:doc-no-format", "sent_on:sent-before-check", "reason:required"]
        );
        assert_eq!(codes(correct(&sent, "示例〔2021〕1号", "2021-07-09", "x").unwrap_err()), ["circular-same-record"]);
        let (next, was) = correct(&sent, "示例〔2021〕2号", "2021-07-09", "序号登记错").unwrap();
        assert_eq!((next.doc_no.as_deref(), next.version), (Some("示例〔2021〕2号"), sent.version + 1));
        assert_eq!((was.doc_no.as_str(), was.version, &*was.reason), ("示例〔2021〕1号", next.version, "序号登记错"));
        assert_eq!((next.body.clone(), next.sent_at), (sent.body.clone(), sent.sent_at));
    }
}
