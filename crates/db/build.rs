//! Lists the migration files of both engines, so that adding a migration is adding two files.
use std::fmt::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Asked at run time: a target folder that was copied with its working tree must not go on listing the old one.
    let root = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR is not set")?;
    let root = Path::new(&root).join("migrations");
    let mut out = String::new();
    for engine in ["sqlite", "postgres"] {
        let dir = root.join(engine);
        println!("cargo:rerun-if-changed={}", dir.display());
        let mut files: Vec<_> =
            std::fs::read_dir(&dir)?.collect::<Result<Vec<_>, _>>()?.iter().map(|e| e.path()).collect();
        files.sort();
        writeln!(out, "/// Migrations of {engine}: (number, name, SQL).")?;
        writeln!(out, "pub const {}: &[(i64, &str, &str)] = &[", engine.to_uppercase())?;
        for f in &files {
            println!("cargo:rerun-if-changed={}", f.display());
            let stem = f.file_stem().and_then(|s| s.to_str()).ok_or("file name")?;
            let (number, name) = stem.split_once('_').ok_or("NNNN_name.sql")?;
            writeln!(out, "    ({}, {name:?}, include_str!({:?})),", number.parse::<i64>()?, f.display().to_string())?;
        }
        writeln!(out, "];")?;
    }
    let dir = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    std::fs::write(Path::new(&dir).join("migrations.rs"), out)?;
    Ok(())
}
