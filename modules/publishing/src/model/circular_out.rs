//! Circulars as readers get them: pages and API share these types.

use super::circular::{CircularState, Paragraph};
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

/// A paragraph that is not what the system drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct EditedOut {
    /// Its heading.
    pub lead: String,
    /// As drafted, figures filled in; empty where it was added.
    pub was: String,
    /// As it stands; empty where it was removed.
    pub now: String,
}

/// A circular with its text.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CircularFile {
    /// Head.
    #[serde(flatten)]
    pub head: CircularOut,
    /// Its figures are as of this day.
    pub as_of: Day,
    /// Paragraphs.
    pub paragraphs: Vec<ParagraphOut>,
    /// Figures in use: key and printed value.
    pub figures: Vec<(String, String)>,
    /// Numbers that people typed, which no snapshot holds: whoever checks looks at each.
    pub typed: Vec<String>,
    /// Where the text is not the system's draft any more, while it is no sent paper.
    pub edits: Vec<EditedOut>,
    /// Names of the areas whose figures are in use: the code in the key, the name.
    pub areas: Vec<(String, String)>,
    /// The paragraphs in which something is left to fill in, as far as they are told apart: their first words.
    pub blanks: Vec<String>,
    /// Whether the reader may edit it now.
    pub may_edit: bool,
    /// Whether the reader may check it now: a permit, and no word of the text is theirs.
    pub may_check: bool,
    /// Whether the reader may record it as sent now.
    pub may_send: bool,
    /// Whether the reader may open the snapshot it rests on.
    pub opens_snapshot: bool,
    /// Whether the reader may open the figures of its area.
    pub opens_figures: bool,
}
