//! The compiler's world: one program, one data file, the fonts, nothing else.

use std::sync::{Arc, LazyLock};

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::ecow::EcoVec;
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use zw_documents::DocumentError;

use crate::fonts::Fonts;

/// The program that sets every document.
const PROGRAM: &str = include_str!("main.typ");

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static MAIN: LazyLock<Source> = LazyLock::new(|| Source::detached(PROGRAM));
static DATA: LazyLock<FileId> = LazyLock::new(|| {
    let root = MAIN.id().get();
    // A sibling of the program; the name is valid, and the fallback would only hide the data file.
    let path = VirtualPath::new("data.json").unwrap_or_else(|_| root.vpath().clone());
    RootedPath::new(VirtualRoot::Project, path).intern()
});

/// A world for one document.
pub(crate) struct DocumentWorld {
    data: Bytes,
    fonts: Arc<Fonts>,
}

impl DocumentWorld {
    /// `data` is the JSON the program reads.
    pub(crate) fn new(data: Vec<u8>, fonts: Arc<Fonts>) -> Self {
        Self { data: Bytes::new(data), fonts }
    }
}

impl World for DocumentWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        MAIN.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == MAIN.id() { Ok(MAIN.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// The compiler's complaints as one error.
pub(crate) fn messages(errors: EcoVec<SourceDiagnostic>) -> DocumentError {
    let texts: Vec<&str> = errors.iter().map(|e| e.message.as_str()).collect();
    DocumentError::Typeset(texts.join("; "))
}
