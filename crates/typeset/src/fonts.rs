//! Fonts: listed once, loaded per document.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use memmap2::MmapMut;
use serde::Serialize;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontWeight};
use typst::utils::LazyHash;
use typst_kit::fonts::FontPath;
use zw_documents::{DocumentError, layout};

/// Latin letters and digits beside Chinese text, best first; metric twins of Times New Roman after it.
const LATIN: &[&str] = &["Times New Roman", "Liberation Serif", "Nimbus Roman", "TeX Gyre Termes"];

/// The families a document is set in: installed ones only, each list ending in a Chinese family.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Families {
    pub(crate) latin: Option<&'static str>,
    pub(crate) fangsong: Vec<&'static str>,
    pub(crate) title: Vec<&'static str>,
    /// No title face is installed: the body face in bold stands in for 小标宋.
    pub(crate) title_bold: bool,
    pub(crate) serif: Vec<&'static str>,
    pub(crate) sans: Vec<&'static str>,
    pub(crate) kai: Vec<&'static str>,
    /// No 楷体 is installed.
    pub(crate) kai_missing: bool,
    /// The first body family has no bold: bold words are set in 黑体.
    pub(crate) bold_in_sans: bool,
}

impl Families {
    fn of(book: &FontBook) -> Result<Self, DocumentError> {
        let installed = |names: &[&'static str]| -> Vec<&'static str> {
            names.iter().copied().filter(|name| book.contains_family(&name.to_lowercase())).collect()
        };
        let chain = |first: &[&'static str], tail: &[&'static str]| [installed(first), installed(tail)].concat();
        let fangsong = installed(layout::FANGSONG);
        let sans = chain(layout::SANS, layout::FANGSONG);
        let serif = chain(layout::SERIF, layout::FANGSONG);
        let Some(first) = fangsong.first().or(sans.first()) else { return Err(DocumentError::NoChineseFont) };
        let has_bold = book
            .select_family(&first.to_lowercase())
            .filter_map(|i| book.info(i))
            .any(|info| info.variant.weight >= FontWeight::SEMIBOLD);
        let title = installed(layout::TITLE);
        let kai = installed(layout::KAI);
        Ok(Self {
            latin: installed(LATIN).first().copied(),
            title_bold: title.is_empty(),
            title: [title, serif.clone()].concat(),
            kai_missing: kai.is_empty(),
            kai: [kai, if fangsong.is_empty() { sans.clone() } else { fangsong.clone() }].concat(),
            bold_in_sans: !has_bold,
            fangsong: if fangsong.is_empty() { sans.clone() } else { fangsong },
            serif,
            sans,
        })
    }
}

/// What is known about the fonts of the system without opening them again.
struct Catalogue {
    book: LazyHash<FontBook>,
    paths: Vec<FontPath>,
    families: Families,
}

/// The catalogue of the process. Listing takes a second with many fonts, so it is done once; a font installed later
/// is seen after a restart. A machine without Chinese fonts is asked again next time.
fn catalogue() -> Result<&'static Catalogue, DocumentError> {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    static LISTING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = LISTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(catalogue) = CATALOGUE.get() {
        return Ok(catalogue);
    }
    let mut book = FontBook::new();
    let mut paths = Vec::new();
    for (path, info) in typst_kit::fonts::system() {
        book.push(info);
        paths.push(path);
    }
    let families = Families::of(&book)?;
    tracing::info!(fonts = paths.len(), ?families, "fonts listed");
    Ok(CATALOGUE.get_or_init(|| Catalogue { book: LazyHash::new(book), paths, families }))
}

/// The fonts for a document: files are read when a glyph of theirs is needed. Documents set at the same time share
/// them; when the last is done they are freed, because Chinese fonts take 20 MB and more each.
pub(crate) struct Fonts {
    catalogue: &'static Catalogue,
    loaded: Vec<OnceLock<Option<Font>>>,
    /// Collections hold several faces of one file.
    files: Mutex<HashMap<PathBuf, Bytes>>,
}

impl Fonts {
    pub(crate) fn load() -> Result<Arc<Self>, DocumentError> {
        static SHARED: Mutex<Weak<Fonts>> = Mutex::new(Weak::new());
        let catalogue = catalogue()?;
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fonts) = shared.upgrade() {
            return Ok(fonts);
        }
        let loaded = catalogue.paths.iter().map(|_| OnceLock::new()).collect();
        let fonts = Arc::new(Self { catalogue, loaded, files: Mutex::default() });
        *shared = Arc::downgrade(&fonts);
        Ok(fonts)
    }

    pub(crate) fn families(&self) -> &'static Families {
        &self.catalogue.families
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.catalogue.book
    }

    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        let slot = self.loaded.get(index)?;
        slot.get_or_init(|| {
            let FontPath { path, index } = self.catalogue.paths.get(index)?;
            match self.file(path) {
                Ok(data) => Font::new(data, *index),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "font file cannot be read");
                    None
                }
            }
        })
        .clone()
    }

    fn file(&self, path: &Path) -> io::Result<Bytes> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(data) = files.get(path) {
            return Ok(data.clone());
        }
        let data = read(path)?;
        files.insert(path.to_owned(), data.clone());
        Ok(data)
    }
}

/// Reads a file into pages of its own, outside the heap, so that they go back to the system at once; the heap would
/// keep tens of megabytes after each document. (Mapping the file itself would be unsafe: it may change under us.)
fn read(path: &Path) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    let mut pages = MmapMut::map_anon(length)?;
    file.read_exact(&mut pages)?;
    Ok(Bytes::new(pages.make_read_only()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_chinese_font_nothing_is_set() {
        assert!(matches!(Families::of(&FontBook::new()), Err(DocumentError::NoChineseFont)));
    }

    #[test]
    fn every_list_of_this_machine_ends_in_a_chinese_family() {
        let fonts = Fonts::load().unwrap();
        let families = fonts.families();
        for list in [&families.fangsong, &families.title, &families.serif, &families.sans, &families.kai] {
            assert!(layout::FANGSONG.contains(list.last().unwrap()), "{list:?}");
        }
    }

    #[test]
    fn fonts_are_shared_while_in_use() {
        let first = Fonts::load().unwrap();
        assert!(Arc::ptr_eq(&first, &Fonts::load().unwrap()));
    }
}
