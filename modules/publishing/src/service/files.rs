//! The three files of a circular: DOCX, PDF, XLSX. Permits are checked anew at every download.

use super::circulars::{self, Loaded};
use super::draft;
use super::snapshots;
use crate::Typeset;
use crate::model::circular::{CircularBody, CircularRow, CircularState};
use crate::model::figures::Figures;
use crate::model::settings::CircularSettings;
use crate::model::snapshot::{SnapshotKind, SnapshotRow};
use crate::paper::{Paper, file_name, range_note_of};
use crate::policy;
use crate::store::{circulars as store, snapshots as snapshot_store};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{CircularId, Day, Error, Result};
use zw_documents::{Document, DocumentError, Typesetter, Workbook};
use zw_indicators::Measures;
use zw_network::service::area::inside;

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

/// A file.
#[derive(Clone, Debug)]
pub struct File {
    /// Name with ending.
    pub name: String,
    /// Media type.
    pub mime: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

fn failed(e: DocumentError) -> Error {
    match e {
        // The operator installs a font; the reader is told so.
        DocumentError::NoChineseFont => Error::rule("no-chinese-font"),
        other => Error::internal(other),
    }
}

/// Renders off the runtime's threads: it computes from milliseconds to a second.
async fn render(set: Arc<dyn Typesetter>, format: Format, doc: Document, book: Workbook) -> Result<Vec<u8>> {
    let work = move || match format {
        Format::Docx => zw_documents::docx(&doc),
        Format::Pdf => set.pdf(&doc),
        Format::Xlsx => zw_documents::xlsx(&book),
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(failed)
}

/// Document and workbook of a kept circular.
fn papers(ctx: &Ctx, l: &Loaded) -> Result<(String, Document, Workbook)> {
    let (settings, measures): (CircularSettings, _) = (ctx.app.settings().get(), ctx.app.ext::<Measures>()?);
    let body = l.body(ctx)?;
    let sent = l.row.state == CircularState::Sent;
    let note = range_note_of(ctx, l.figures().now);
    let paper = Paper {
        title: &l.row.title,
        body: &body,
        figures: l.figures(),
        state: Some(l.row.state),
        doc_no: l.row.doc_no.as_deref().filter(|_| sent),
        date: l.date(ctx),
        corrected: l.corrections.last().map(|c| c.corrected_at),
        unfrozen: false,
        demo: ctx.app.demo,
        settings: &settings,
        measures: &measures,
        range_note: note.as_deref(),
    };
    Ok((file_name(&l.figures()), paper.document(), paper.workbook()))
}

/// One file of a circular, within the reader's permit of now.
pub async fn file(ctx: &Ctx, id: CircularId, format: Format) -> Result<File> {
    let l = circulars::read(ctx, id).await?;
    let (name, doc, book) = papers(ctx, &l)?;
    let set = ctx.app.ext::<Typeset>()?.0.clone();
    let bytes = render(set, format, doc, book).await?;
    // Who took which file stands in the audit log before a byte leaves (AUD-1, AUD-2), with a digest of its bytes: a file
    // that bears a number corrected since can be told from one made afterwards.
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_READ)?;
    let change = permit.change(None, id).fields(&[format.code()]);
    ctx.write().await?.commit(change.digest_of(&zw_access::hex(&zw_access::crypto::digest(&[&bytes])))).await?;
    Ok(File { name: format!("{name}.{format}"), mime: format.mime(), bytes })
}

/// The three files of a month for the command line: from the frozen month and its circular when there is one, else a
/// draft of the text; while the month is not frozen, from the figures of now and marked 草稿. Of the installation's first
/// province. Returns the paths written.
pub async fn write_month(ctx: &Ctx, month: Period, dir: &Path) -> Result<Vec<PathBuf>> {
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_READ)?;
    ctx.permit::<SnapshotRow>(policy::SNAPSHOT_READ)?;
    if month.kind() != PeriodKind::Month {
        return Err(Error::field("month", "month-format"));
    }
    if month.first_day() > ctx.today() {
        return Err(Error::field("month", "month-not-begun"));
    }
    let view = ctx.tree().as_of(month.last_day());
    let division = view.roots().iter().copied().find(|r| inside(&view, &permit, *r)).ok_or(Error::NotFound)?;
    let mut conn = ctx.read().await?;
    let frozen = snapshot_store::locked(&mut conn, division, &month.to_string()).await?;
    let unfrozen = frozen.is_none();
    let now = match frozen {
        Some(row) => row.prove()?,
        None => {
            let as_of = month.last_day().min(ctx.today());
            snapshots::build(ctx, &mut conn, SnapshotKind::Flash, division, as_of, Some(month)).await?.0.open()?
        }
    };
    let kept = if unfrozen { None } else { store::of_month(&mut conn, division, &month.to_string()).await? };
    let before = match kept.as_ref().map(|k| k.previous_id) {
        Some(None) => None,
        Some(Some(id)) => snapshot_store::of_circular(&mut conn, id).await?,
        None => snapshot_store::before(&mut conn, division, now.row.as_of, Some(month)).await?,
    };
    let before = before.map(SnapshotRow::prove).transpose()?;
    drop(conn);
    let corrections = match &kept {
        Some(k) => store::corrections(&mut ctx.read().await?, k.id).await?,
        None => vec![],
    };
    let settings: CircularSettings = ctx.app.settings().get();
    let measures = ctx.app.ext::<Measures>()?;
    let figures = Figures { now: &now, before: before.as_ref() };
    let note = range_note_of(ctx, &now);
    let (title, body): (String, CircularBody) = match &kept {
        Some(k) => (k.title.clone(), k.paragraphs()?),
        None => (draft::title(&figures), draft::body(&figures, &settings)),
    };
    let body = draft::framed(body, &now, &settings, ctx.app.demo);
    let date: Day = kept.as_ref().and_then(|k| k.sent_on).unwrap_or_else(|| ctx.today());
    let paper = Paper {
        title: &title,
        body: &body,
        figures,
        state: kept.as_ref().map(|k| k.state),
        doc_no: kept.as_ref().and_then(|k| k.doc_no.as_deref()),
        date,
        corrected: corrections.last().map(|c| c.corrected_at),
        unfrozen,
        demo: ctx.app.demo,
        settings: &settings,
        measures: &measures,
        range_note: note.as_deref(),
    };
    let (doc, book) = (paper.document(), paper.workbook());
    let set = ctx.app.ext::<Typeset>()?.0.clone();
    let (d, p, x) = tokio::join!(
        render(set.clone(), Format::Docx, doc.clone(), Workbook::default()),
        render(set.clone(), Format::Pdf, doc, Workbook::default()),
        render(set, Format::Xlsx, Document::default(), book),
    );
    let files = [(Format::Docx, d?), (Format::Pdf, p?), (Format::Xlsx, x?)];
    let unwritable = |e: std::io::Error| Error::Unavailable(format!("{}: {e}", dir.display()));
    std::fs::create_dir_all(dir).map_err(unwritable)?;
    let mut out = vec![];
    for (format, bytes) in files {
        let path = dir.join(format!("circular-{month}.{format}"));
        std::fs::write(&path, bytes).map_err(unwritable)?;
        out.push(path);
    }
    Ok(out)
}
