//! Circulars as readers get them: pages and API share these types.

use super::body::Paragraph;
use super::circular::CircularState;
use super::circular_edit::EditKind;
use super::circular_return::ReturnOut;
use serde::Serialize;
use zw_core::{CircularId, Day, DivisionId, SnapshotId, Stamp};

/// A circular without its text, in a list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CircularOut {
    /// Id.
    pub id: CircularId,
    /// Area.
    pub division: DivisionId,
    /// Snapshot.
    pub snapshot: SnapshotId,
    /// Compared with.
    pub previous: Option<SnapshotId>,
    /// Month.
    pub period: Option<String>,
    /// Title.
    pub title: String,
    /// State.
    pub state: CircularState,
    /// Number.
    pub doc_no: Option<String>,
    /// Date sent.
    pub sent_on: Option<Day>,
    /// Why voided.
    pub void_reason: Option<String>,
    /// Drafted by, at.
    pub created: (String, Stamp),
    /// Last changed by, at.
    pub edited: (String, Stamp),
    /// Checked by, at.
    pub checked: Option<(String, Stamp)>,
    /// Recorded as sent by, at.
    pub sent: Option<(String, Stamp)>,
    /// The return that its writers have not answered by a change yet.
    pub returned: Option<ReturnOut>,
    /// Version.
    pub version: i64,
}

/// A paragraph for readers: its template and its text with the figures filled in.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ParagraphOut {
    /// The paragraph.
    #[serde(flatten)]
    pub paragraph: Paragraph,
    /// Rendered text.
    pub rendered: String,
}

/// Where a circular is not what the system drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct EditedOut {
    /// What was edited.
    pub kind: EditKind,
    /// Heading of a paragraph, number of an annex; else empty.
    pub lead: String,
    /// As drafted, figures filled in; empty where it was added.
    pub was: String,
    /// As it stands; empty where it was removed.
    pub now: String,
}

impl EditedOut {
    /// A difference.
    pub(crate) fn new(kind: EditKind, lead: &str, was: String, now: String) -> Self {
        Self { kind, lead: lead.to_owned(), was, now }
    }
}

/// What stands around the text, as the paper prints it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct FrameOut {
    /// Red head (发文机关标志).
    pub red_head: Option<String>,
    /// Addressee (主送机关) without the colon; empty for none.
    pub addressee: String,
    /// Annexes (附件说明) in their order.
    pub annexes: Vec<AnnexOut>,
    /// Issuing unit (发文机关署名); empty for none.
    pub issuer: String,
    /// Date under it (成文日期): that of sending, until then today.
    pub date: Day,
    /// Receivers of copies (抄送); empty for none.
    pub copy_to: String,
}

/// An annex in the list of annexes.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct AnnexOut {
    /// Code.
    pub annex: String,
    /// Name.
    pub title: String,
}

/// What the record of a sent circular said before it was corrected.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "CircularCorrectionOut")]
pub struct CorrectionOut {
    /// Number before.
    pub doc_no: String,
    /// Date before.
    pub sent_on: Day,
    /// Why it was corrected.
    pub reason: String,
    /// Corrected by, at.
    pub corrected: (String, Stamp),
}

/// A circular with its text.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CircularFile {
    /// Head.
    #[serde(flatten)]
    pub head: CircularOut,
    /// Its figures are as of this day.
    pub as_of: Day,
    /// What stands around the text.
    pub frame: FrameOut,
    /// Paragraphs.
    pub paragraphs: Vec<ParagraphOut>,
    /// Figures in use: key and printed value.
    pub figures: Vec<(String, String)>,
    /// Numbers that people typed, which no snapshot holds: whoever checks looks at each.
    pub typed: Vec<String>,
    /// Where it is not the system's draft any more, while it is no sent paper: paragraphs changed, added and taken out,
    /// title, addressees, names of annexes.
    pub edits: Vec<EditedOut>,
    /// Names of the areas whose figures are in use: the code in the key, the name.
    pub areas: Vec<(String, String)>,
    /// The paragraphs in which something is left to fill in, as far as they are told apart: their first words.
    pub blanks: Vec<String>,
    /// Whether the reader may edit it now.
    pub may_edit: bool,
    /// Whether the reader may check it now: a permit, and no word of the text is theirs.
    pub may_check: bool,
    /// Whether the reader may return it to its writers now.
    pub may_return: bool,
    /// Whether saving a change makes the reader one of its writers, who cannot check it: they have not written any of it.
    pub joins_writers: bool,
    /// Whether the reader may record it as sent now.
    pub may_send: bool,
    /// Whether the reader may correct number and date of a sent one.
    pub may_correct: bool,
    /// Every time it was returned, oldest first; only for those who work on it.
    pub returns: Vec<ReturnOut>,
    /// What the record of its sending said before it was corrected, oldest first.
    pub corrections: Vec<CorrectionOut>,
    /// Whether the reader may open the snapshot it rests on.
    pub opens_snapshot: bool,
    /// Whether the reader may open the figures of its area.
    pub opens_figures: bool,
}
