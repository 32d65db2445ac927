//! Writes the samples of `zw_documents::sample` to a folder, to be looked at:
//! `cargo run -p zw-typeset --example sample -- FOLDER`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use zw_documents::{Typesetter, docx, sample, xlsx};
use zw_typeset::TypstTypesetter;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    fs::create_dir_all(&folder)?;
    let typesetter = TypstTypesetter::new();
    for (name, doc) in [("circular", sample::circular()), ("outline", sample::outline())] {
        fs::write(folder.join(name).with_extension("pdf"), typesetter.pdf(&doc)?)?;
        fs::write(folder.join(name).with_extension("docx"), docx(&doc)?)?;
    }
    fs::write(folder.join("circular.xlsx"), xlsx(&sample::workbook())?)?;
    Ok(())
}
