//! The three files of a circular: DOCX, PDF, XLSX. Permits are checked anew at every download. What was sent is kept and given
//! out byte for byte; everything else is made when it is asked for.

use super::circulars::{self, Loaded};
use super::draft;
use super::snapshots;
use crate::Typeset;
use crate::model::circular::{CircularBody, CircularRow, CircularState};
pub use crate::model::circular_file::Format;
use crate::model::circular_file::{KeptFile, sha256};
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
use zw_jobs::Progress;
use zw_network::service::area::inside;

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

/// The machine has no Chinese font.
const NO_FONT: &str = "no-chinese-font";

fn failed(e: DocumentError) -> Error {
    match e {
        // The operator installs a font; the reader is told so.
        DocumentError::NoChineseFont => Error::rule(NO_FONT),
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
fn papers(ctx: &Ctx, l: &Loaded) -> Result<(Document, Workbook)> {
    let measures = ctx.app.ext::<Measures>()?;
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
        measures: &measures,
        range_note: note.as_deref(),
    };
    Ok((paper.document(), paper.workbook()))
}

/// All three at once, each with its own failure.
async fn all_three(set: &Arc<dyn Typesetter>, doc: Document, book: Workbook) -> [(Format, Result<Vec<u8>>); 3] {
    let (d, p, x) = tokio::join!(
        render(set.clone(), Format::Docx, doc.clone(), Workbook::default()),
        render(set.clone(), Format::Pdf, doc, Workbook::default()),
        render(set.clone(), Format::Xlsx, Document::default(), book),
    );
    [(Format::Docx, d), (Format::Pdf, p), (Format::Xlsx, x)]
}

/// The files of a circular as an act leaves it, to be kept with it: made before the act begins to write. A demo starts on a
/// machine without a Chinese font as well, and keeps no PDF then.
pub(crate) async fn to_keep(ctx: &Ctx, l: &Loaded) -> Result<Vec<KeptFile>> {
    let (doc, book) = papers(ctx, l)?;
    let set = ctx.app.ext::<Typeset>()?.0.clone();
    let mut out = vec![];
    for (format, made) in all_three(&set, doc, book).await {
        match made {
            Err(Error::Rule { code: NO_FONT, .. }) if ctx.app.demo => {}
            made => out.push(KeptFile::of(&l.row, format, made?, ctx.now())),
        }
    }
    Ok(out)
}

/// The bytes of a file that is kept with a circular as it stands.
async fn kept_bytes(ctx: &Ctx, row: &CircularRow, format: Format) -> Result<Option<Vec<u8>>> {
    store::kept_file(&mut ctx.read().await?, row, format).await?.map(KeptFile::proved).transpose()
}

/// One file of a circular, within the reader's permit of now.
pub async fn file(ctx: &Ctx, id: CircularId, format: Format) -> Result<File> {
    let l = circulars::read(ctx, id).await?;
    let name = file_name(&l.figures());
    let bytes = match kept_bytes(ctx, &l.row, format).await? {
        Some(bytes) => bytes,
        None => {
            let (doc, book) = papers(ctx, &l)?;
            render(ctx.app.ext::<Typeset>()?.0.clone(), format, doc, book).await?
        }
    };
    // Who took which file stands in the audit log before a byte leaves (AUD-1, AUD-2), with a digest of its bytes: a file
    // that bears a number corrected since can be told from one made afterwards.
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_READ)?;
    let change = permit.change(None, id).fields(&[format.code()]);
    ctx.write().await?.commit(change.digest_of(&sha256(&bytes))).await?;
    Ok(File { name: format!("{name}.{format}"), mime: format.mime(), bytes })
}

/// The three files of a month for the command line: from the frozen month and its circular when there is one (those kept
/// with it, once it was sent), else a draft of the text; while the month is not frozen, from the figures of now and marked
/// 草稿. Of the installation's first province. Returns the paths written.
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
            let none = Progress::none();
            let built = snapshots::build(ctx, &mut conn, SnapshotKind::Flash, division, as_of, Some(month), &none);
            built.await?.0.open()?
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
        measures: &measures,
        range_note: note.as_deref(),
    };
    let (doc, book) = (paper.document(), paper.workbook());
    let set = ctx.app.ext::<Typeset>()?.0.clone();
    let mut files = vec![];
    for (format, made) in all_three(&set, doc, book).await {
        let sent = match &kept {
            Some(k) => kept_bytes(ctx, k, format).await?,
            None => None,
        };
        files.push((format, sent.map_or(made, Ok)?));
    }
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
