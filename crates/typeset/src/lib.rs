//! Typesetting: a [`Document`] to PDF, with typst as the compiler.
//!
//! A leaf crate that only the binary links, because typst is large. The program it runs is one fixed text
//! (`main.typ`); a document reaches it only as the JSON of a virtual file, so nothing a user typed is ever parsed as
//! markup, and the compiler's world has no other file, no network, no clock.
//!
//! Cost: the first render lists the system's fonts; each render reads the font files it needs and gives them back,
//! and the compiler's cache is emptied after each document, so an idle process stays small. At most two documents
//! are set at once; further callers wait. Calls block: run them on a blocking thread.

mod fonts;
mod gate;
mod view;
mod world;

use typst::foundations::Smart;
use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;
use zw_documents::{Document, DocumentError, Typesetter};

use gate::Gate;

/// Documents set at the same time by the process. Each takes up to 200 MB while it runs, most of it fonts.
const AT_ONCE: usize = 2;

static GATE: Gate = Gate::new(AT_ONCE);

/// The typesetter. Holds nothing: fonts and the limit belong to the process.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypstTypesetter;

impl TypstTypesetter {
    /// A typesetter; nothing is loaded before the first document.
    pub const fn new() -> Self {
        Self
    }

    /// The text of each page as it was laid out, header and footer included, in the order of drawing and without
    /// spaces between pieces. For tests and for checking a document before it is filed.
    ///
    /// # Errors
    /// As [`Typesetter::pdf`].
    pub fn page_texts(&self, doc: &Document) -> Result<Vec<String>, DocumentError> {
        laid_out(doc, |paged| {
            Ok(paged
                .pages()
                .iter()
                .map(|page| {
                    let mut text = String::new();
                    collect(&page.frame, &mut text);
                    text
                })
                .collect())
        })
    }
}

impl Typesetter for TypstTypesetter {
    fn pdf(&self, doc: &Document) -> Result<Vec<u8>, DocumentError> {
        laid_out(doc, |paged| {
            let options = PdfOptions { creator: Smart::Custom(Some("zhanwang".to_owned())), ..PdfOptions::default() };
            typst_pdf::pdf(paged, &options).map_err(world::messages)
        })
    }
}

/// Lays `doc` out and hands the pages to `then`, inside the limit, with the cache emptied afterwards.
fn laid_out<T>(
    doc: &Document,
    then: impl FnOnce(&PagedDocument) -> Result<T, DocumentError>,
) -> Result<T, DocumentError> {
    let _turn = GATE.enter();
    // Also on the way out of an error: a failed document must not leave its memory behind.
    let _evict = Evict;
    let fonts = fonts::Fonts::load()?;
    let view = view::View::of(doc, fonts.families())?;
    let data = serde_json::to_vec(&view).map_err(|e| DocumentError::Typeset(e.to_string()))?;
    let world = world::DocumentWorld::new(data, fonts);
    let compiled = typst::compile::<PagedDocument>(&world);
    for warning in &compiled.warnings {
        tracing::debug!(message = %warning.message, "typesetting warning");
    }
    then(&compiled.output.map_err(world::messages)?)
}

/// Empties the compiler's cache when it goes out of scope.
struct Evict;

impl Drop for Evict {
    fn drop(&mut self) {
        comemo::evict(0);
    }
}

fn collect(frame: &Frame, out: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => collect(&group.frame, out),
            FrameItem::Text(text) => out.push_str(&text.text),
            _ => {}
        }
    }
}
