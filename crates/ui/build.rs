//! Embeds `assets/dist` in the program under names that carry a hash of their content.
//!
//! `assets/build.mjs` leaves a stamp of its inputs in `dist/.inputs`. When the stamp is missing or differs
//! from what is on disk, this script builds the assets with npm; with a matching stamp no npm is needed.
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Res<T> = Result<T, Box<dyn Error>>;

/// 64-bit FNV-1a; only names a file for caching, so no cryptographic strength is needed.
fn fnv(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3))
}
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Same order and same bytes as `stamp()` in assets/build.mjs.
fn stamp(assets: &Path) -> Res<String> {
    let mut files: Vec<String> = ["build.mjs", "package-lock.json", "prune.mjs"].map(str::to_owned).to_vec();
    for entry in fs::read_dir(assets.join("src"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        files.push(format!("src/{name}"));
    }
    files.sort();
    let mut h = SEED;
    for f in files {
        h = fnv(h, f.as_bytes());
        h = fnv(h, &fs::read(assets.join(&f))?);
    }
    Ok(format!("{h:016x}"))
}

fn npm(assets: &Path, args: &[&str]) -> Res<()> {
    let done = Command::new("npm").args(args).current_dir(assets).output().map_err(|e| {
        format!("assets/dist is missing or out of date and npm could not be started ({e}): install Node.js 20 or newer, or run `npm ci && npm run build` in assets/ elsewhere and copy assets/dist here")
    })?;
    if done.status.success() {
        return Ok(());
    }
    let err = String::from_utf8_lossy(&done.stderr);
    let out = String::from_utf8_lossy(&done.stdout);
    Err(format!("`npm {}` failed in assets/:\n{out}\n{err}", args.join(" ")).into())
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn main() -> Res<()> {
    let assets = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets"));
    for watched in ["src", "package.json", "package-lock.json", "build.mjs", "prune.mjs"] {
        println!("cargo::rerun-if-changed={}", assets.join(watched).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    let dist = assets.join("dist");
    let want = stamp(&assets)?;
    let have = fs::read_to_string(dist.join(".inputs")).unwrap_or_default();
    if have.trim() != want {
        // What is installed may be older than the lock file: then the build misses a package, and one install mends it.
        let there = assets.join("node_modules/esbuild").exists();
        if !there || npm(&assets, &["run", "build"]).is_err() {
            npm(&assets, &["ci", "--no-audit", "--no-fund"])?;
            npm(&assets, &["run", "build"])?;
        }
    }

    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&dist)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.ends_with(".map") {
            names.push(name);
        }
    }
    names.sort();
    let mut code = String::from("/// Every embedded file, sorted by plain name.\nstatic ASSETS: &[Asset] = &[\n");
    for name in names {
        let bytes = fs::read(dist.join(&name))?;
        let hash = fnv(SEED, &bytes);
        let (stem, ext) = name.rsplit_once('.').unwrap_or((&name, "bin"));
        let hashed = format!("{stem}.{hash:016x}.{ext}");
        fs::write(out.join(&hashed), &bytes)?;
        writeln!(
            code,
            "    Asset {{ name: {name:?}, path: {hashed:?}, url: {:?}, mime: {:?}, bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), {:?})) }},",
            format!("/assets/{hashed}"),
            mime(&name),
            format!("/{hashed}"),
        )?;
    }
    code.push_str("];\n");
    fs::write(out.join("assets.rs"), code)?;
    Ok(())
}
