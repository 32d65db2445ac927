//! The circular (月度通报, domain.md 6 and 10.1): drafted by the system from a snapshot, edited by people around the
//! figures, checked by a second person, sent with a number and a date.

pub use super::circular_out::{CircularFile, CircularOut, EditedOut, ParagraphOut};
use super::figures::Figures;
use super::template::{self, BLANK, Problem};
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

/// A paragraph with its figures as placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Paragraph {
    /// Name within the circular: `p1`, `p2` …
    pub id: String,
    /// 1: 一、, 2: （一）, 3: 1.; 0: no heading.
    pub level: u8,
    /// Heading words with number, e.g. `一、总体进展。`; empty for none.
    pub lead: String,
    /// Text with placeholders; a line feed starts a new paragraph.
    pub text: String,
    /// Keys the system placed here; they stay as long as the paragraph does.
    pub figures: Vec<String>,
}

/// The paragraphs of a circular.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CircularBody {
    /// In order.
    pub paragraphs: Vec<Paragraph>,
}

/// One paragraph as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ParagraphInput {
    /// Its name.
    pub id: String,
    /// Its text; empty removes the paragraph with its heading and figures.
    pub text: String,
}

/// A circular as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EditInput {
    /// Title.
    pub title: String,
    /// Paragraphs; those not named stay as they are.
    pub paragraphs: Vec<ParagraphInput>,
    /// Version that was edited.
    pub version: i64,
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
pub struct SendInput {
    /// Document number given by the office, e.g. `闽民〔2021〕12号`.
    pub doc_no: String,
    /// Date it was sent.
    pub sent_on: String,
    /// Version that was seen.
    pub version: i64,
}

/// Why a circular is voided.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VoidInput {
    /// Reason.
    pub reason: String,
    /// Version that was seen.
    pub version: i64,
}

/// Longest paragraph in characters.
const LONGEST: usize = 4000;

impl CircularRow {
    /// The paragraphs.
    pub fn paragraphs(&self) -> Result<CircularBody> {
        serde_json::from_str(&self.body).map_err(Error::internal)
    }

    /// The circular with a changed text. Every problem of every paragraph is told at its field; a change after the
    /// check takes the check back.
    pub fn edit(&self, input: &EditInput, figures: &Figures<'_>, who: (&str, &str), at: Stamp) -> Result<Self> {
        if matches!(self.state, CircularState::Sent | CircularState::Void) {
            return Err(Error::rule("circular-closed"));
        }
        let mut body = self.paragraphs()?;
        let mut e = FieldErrors::default();
        let title = input.title.trim();
        match title.chars().count() {
            0 => e.add("title", "required"),
            1..=120 => {}
            _ => e.add("title", "circular-title-long"),
        }
        e.holds_no_number("title", title);
        for typed in &input.paragraphs {
            let Some(p) = body.paragraphs.iter_mut().find(|p| p.id == typed.id) else {
                e.add(&typed.id, "paragraph-unknown");
                continue;
            };
            let text = typed.text.replace("\r\n", "\n").trim().to_owned();
            if !text.is_empty() {
                problems(&mut e, &p.id, &text, &p.figures, figures);
            }
            p.text = text;
        }
        e.check()?;
        // A heading that stands alone was not typed and stays.
        body.paragraphs.retain(|p| !p.text.is_empty() || input.paragraphs.iter().all(|t| t.id != p.id));
        Ok(Self {
            title: title.to_owned(),
            body: serde_json::to_string(&body).map_err(Error::internal)?,
            state: CircularState::Draft,
            edited_by: who.0.to_owned(),
            edited_name: who.1.to_owned(),
            edited_at: at,
            editors: self.with_editor(who.0),
            checked_by: None,
            checked_name: None,
            checked_at: None,
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// Whether this account wrote any of it: such a one cannot check it.
    pub fn wrote(&self, account: &str) -> bool {
        self.created_by == account || self.edited_by == account || self.editors.split(' ').any(|e| e == account)
    }

    fn with_editor(&self, account: &str) -> String {
        let mut all: Vec<&str> = self.editors.split(' ').filter(|e| !e.is_empty()).collect();
        if !all.contains(&account) {
            all.push(account);
        }
        all.join(" ")
    }

    /// Numbers that people typed, and where the text differs from what the system drafts (`proposed`).
    pub fn edits(&self, proposed: &CircularBody, f: &Figures<'_>) -> Result<(Vec<String>, Vec<EditedOut>)> {
        let (body, mut typed, mut edits) = (self.paragraphs()?, vec![], vec![]);
        let shown = |text: &str| template::render(text, |k| f.text(k));
        for p in &body.paragraphs {
            let was = proposed.paragraphs.iter().find(|o| o.id == p.id).map_or("", |o| o.text.as_str());
            if was == p.text {
                continue;
            }
            typed.extend(template::typed_numbers(&p.text, was));
            edits.push(EditedOut { lead: p.lead.clone(), was: shown(was), now: shown(&p.text) });
        }
        let gone = proposed.paragraphs.iter().filter(|o| body.paragraphs.iter().all(|p| p.id != o.id));
        edits.extend(gone.map(|o| EditedOut { lead: o.lead.clone(), was: shown(&o.text), now: String::new() }));
        Ok((typed, edits))
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

    /// Recorded as sent: the office gave it a number and a date.
    pub fn send(&self, input: &SendInput, who: &str, at: Stamp) -> Result<Self> {
        if self.state != CircularState::Checked {
            return Err(Error::rule("circular-not-checked"));
        }
        let mut e = FieldErrors::default();
        let doc_no = input.doc_no.trim();
        match doc_no.chars().count() {
            0 => e.add("doc_no", "required"),
            1..=60 if is_doc_no(doc_no) => {}
            1..=60 => e.add("doc_no", "doc-no-format"),
            _ => e.add("doc_no", "doc-no-long"),
        }
        let sent_on = Day::parse(&input.sent_on);
        match sent_on {
            None if input.sent_on.trim().is_empty() => e.add("sent_on", "required"),
            None => e.add("sent_on", "date-format"),
            Some(d) if d > at.day_cn() => e.add("sent_on", "sent-future"),
            Some(d) if self.checked_at.is_some_and(|c| d < c.day_cn()) => e.add("sent_on", "sent-before-check"),
            Some(_) => {}
        }
        e.check()?;
        Ok(Self {
            state: CircularState::Sent,
            doc_no: Some(doc_no.to_owned()),
            sent_on,
            sent_name: Some(who.to_owned()),
            sent_at: Some(at),
            version: self.version + 1,
            ..self.clone()
        })
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

    /// For a list.
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
            version: self.version,
        }
    }
}

/// Whether a text is a document number as offices write it (GB/T 9704: 发文机关代字、年份、发文顺序号): `闽民〔2021〕12号`.
fn is_doc_no(text: &str) -> bool {
    let Some((who, rest)) = text.split_once('〔') else { return false };
    let Some((year, rest)) = rest.split_once('〕') else { return false };
    let Some(number) = rest.strip_suffix('号') else { return false };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    !who.trim().is_empty() && year.len() == 4 && digits(year) && digits(number) && !number.starts_with('0')
}

fn problems(e: &mut FieldErrors, id: &str, text: &str, placed: &[String], figures: &Figures<'_>) {
    if text.chars().count() > LONGEST {
        e.add(id, "paragraph-long");
    }
    e.holds_no_number(id, text);
    for p in template::check(text, placed, |k| figures.has(k)) {
        match p {
            Problem::Syntax => e.add(id, "figure-syntax"),
            Problem::Unknown(k) => e.add_with(id, "figure-unknown", &[("key", &k)]),
            Problem::Missing(k) => e.add_with(
                id,
                "figure-missing",
                &[("key", &template::placeholder(&k)), ("value", &figures.text(&k).unwrap_or_default())],
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn with(row: &CircularRow, text: &str) -> Result<CircularRow> {
        let now = sample::july();
        let input = EditInput {
            title: "标题".into(),
            paragraphs: vec![ParagraphInput { id: "p1".into(), text: text.into() }],
            version: 1,
        };
        row.edit(&input, &Figures { now: &now, before: None }, ("b", "乙"), Stamp::from_ms(9))
    }

    fn codes(e: Error) -> Vec<String> {
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
    fn figures_cannot_be_typed_over() {
        let row = sample::draft_row();
        assert!(with(&row, "目前建成{{fig:stations_built}}个，另有3个在验收。").is_ok());
        assert_eq!(codes(with(&row, "目前建成720个。").unwrap_err()), ["p1:figure-missing"]);
        assert_eq!(
            codes(with(&row, "建成{{fig:stations_built}}个、{{fig:oops}}个").unwrap_err()),
            ["p1:figure-unknown"]
        );
        assert_eq!(codes(with(&row, "建成{{fig:stations_built").unwrap_err()), ["p1:figure-syntax"]);
        // A paragraph goes as a whole, with its figures.
        assert!(with(&row, " ").unwrap().paragraphs().unwrap().paragraphs.iter().all(|p| p.id != "p1"));
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
            row.send(&SendInput { doc_no: no.into(), sent_on: on.into(), version: 0 }, "乙", noon)
        };
        assert_eq!(codes(send(&row, "x", "2021-07-09").unwrap_err()), ["circular-not-checked"]);
        assert_eq!(codes(send(&checked, "", "").unwrap_err()), ["doc_no:required", "sent_on:required"]);
        assert_eq!(codes(send(&checked, "示例〔2021〕1号", "2021-07-10").unwrap_err()), ["sent_on:sent-future"]);
        assert_eq!(codes(send(&checked, "示例〔2021〕1号", "2021-07-08").unwrap_err()), ["sent_on:sent-before-check"]);
        let sent = send(&checked, "示例〔2021〕1号", "2021-07-09").unwrap();
        assert_eq!(codes(with(&sent, "x").unwrap_err()), ["circular-closed"]);
        assert_eq!(codes(sent.void(&VoidInput { reason: "x".into(), version: 0 }).unwrap_err()), ["circular-closed"]);
        assert_eq!(codes(row.void(&VoidInput::default()).unwrap_err()), ["reason:required"]);
    }
}
