//! Styles, scripts and pictures, embedded at build time under names that carry a hash of their content.
//!
//! The binary serves `GET /assets/{path}` from [`find`] with `Cache-Control: public, max-age=31536000, immutable`.

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Plain name, e.g. `app.css`.
    pub name: &'static str,
    /// Name with its content hash, e.g. `app.0123456789abcdef.css`.
    pub path: &'static str,
    /// Address a page uses, e.g. `/assets/app.0123456789abcdef.css`.
    pub url: &'static str,
    /// Content type to send.
    pub mime: &'static str,
    /// The file itself.
    pub bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Finds an embedded file by its hashed name; a leading `/assets/` is allowed. An old hash finds nothing.
pub fn find(path: &str) -> Option<&'static Asset> {
    let path = path.strip_prefix("/assets/").unwrap_or(path);
    ASSETS.iter().find(|a| a.path == path)
}

/// Address of a file by its plain name (`app.css`, `app.js`, `icon.svg`); an unknown name gives `/assets/unknown`.
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|a| a.name == name).map_or("/assets/unknown", |a| a.url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_files_are_found_by_their_hashed_name_only() {
        for name in ["app.css", "app.js", "icon.svg", "LICENSES.txt"] {
            let at = url(name);
            let asset = find(at).unwrap_or_else(|| panic!("{name} is embedded"));
            assert_eq!(asset.name, name);
            assert!(!asset.bytes.is_empty());
            assert_ne!(asset.path, name);
        }
        assert!(find("app.css").is_none());
        assert_eq!(url("nothing.css"), "/assets/unknown");
    }

    #[test]
    fn styles_ask_for_nothing_from_other_hosts() {
        for asset in ASSETS {
            let text = String::from_utf8_lossy(asset.bytes);
            for bad in ["url(http", "url(\"http", "url(//", "@import", "sourceMappingURL"] {
                assert!(!text.contains(bad), "{} holds {bad}", asset.name);
            }
        }
    }
}
