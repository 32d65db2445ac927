//! SVG to PNG, for formats that cannot hold a drawing.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};

use crate::DocumentError;
use crate::layout::{KAI, Metrics, SANS, SERIF};

/// Largest width or height in pixels: an A0 sheet at 150 dpi, 200 MB while it is drawn.
const MAX_PIXELS: f32 = 7100.0;

/// Draws `svg` on white, `width_px` pixels wide, height in proportion, and returns a PNG.
///
/// Fonts are those of the system, with a Chinese family behind the generic names. Only images inside the SVG text
/// itself (data URLs) are drawn; references to files are not followed.
///
/// # Errors
/// [`DocumentError::Figure`] when the text is not SVG, [`DocumentError::TooLarge`] beyond 7100 pixels a side.
pub fn png(svg: &str, width_px: u32) -> Result<Vec<u8>, DocumentError> {
    let tree = parse(svg)?;
    let scale = width_px as f32 / tree.size().width();
    let height = (tree.size().height() * scale).ceil().max(1.0);
    if width_px as f32 > MAX_PIXELS || height > MAX_PIXELS {
        return Err(DocumentError::TooLarge(format!("figure of {width_px} × {height} pixels, at most {MAX_PIXELS}")));
    }
    let mut pixmap = Pixmap::new(width_px, height as u32)
        .ok_or_else(|| DocumentError::Figure(format!("width of {width_px} pixels")))?;
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|e| DocumentError::Figure(e.to_string()))
}

/// Height of the drawing divided by its width.
pub(crate) fn aspect(svg: &str) -> Result<f32, DocumentError> {
    let tree = parse(svg)?;
    Ok(tree.size().height() / tree.size().width())
}

/// The width in millimetres at which `svg` fits the page with a caption below: as wished, at most the text width.
///
/// # Errors
/// [`DocumentError::Figure`] when the text is not SVG.
pub fn figure_width_mm(svg: &str, wished: Option<f32>, m: &Metrics) -> Result<f32, DocumentError> {
    let room = m.text_width_mm();
    let tallest = (m.text_height_mm() - 15.0) / aspect(svg)?;
    Ok(wished.filter(|w| *w > 0.0).unwrap_or(room).min(room).min(tallest))
}

fn parse(svg: &str) -> Result<Tree, DocumentError> {
    let options = Options {
        font_family: "serif".into(),
        languages: vec!["zh".into()],
        fontdb: fonts(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            // A drawing must not read files of the server.
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|e| DocumentError::Figure(e.to_string()))
}

/// The system's fonts, listed once; the font files themselves are memory-mapped while they are used.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut db = fontdb::Database::new();
        db.load_system_fonts();
        if let Some(family) = first_installed(&db, SERIF) {
            db.set_serif_family(family);
        }
        if let Some(family) = first_installed(&db, SANS) {
            db.set_sans_serif_family(family);
            db.set_monospace_family(family);
        }
        if let Some(family) = first_installed(&db, KAI) {
            db.set_cursive_family(family);
        }
        Arc::new(db)
    }))
}

fn first_installed(db: &fontdb::Database, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| db.faces().any(|face| face.families.iter().any(|(family, _)| family == name)))
}
