//! Telephone numbers and post codes (domain.md section 12).

use crate::grams::half_width;

/// Half width, without spaces and brackets, without +86; hyphens stay.
pub fn normalise(raw: &str) -> String {
    let t: String = raw.chars().map(half_width).filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')')).collect();
    let t = t.replace(['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'], "-");
    let bare = t.strip_prefix("+86").or_else(|| t.strip_prefix("0086")).unwrap_or(&t);
    bare.strip_prefix('-').unwrap_or(bare).to_owned()
}

/// The eleven digits of a mainland mobile number, `1[3-9]` and nine more; `None` if it is none.
pub fn normalise_mobile(raw: &str) -> Option<String> {
    let digits = normalise(raw).replace('-', "");
    let b = digits.as_bytes();
    let fits = b.len() == 11 && b.iter().all(u8::is_ascii_digit) && b[0] == b'1' && matches!(b[1], b'3'..=b'9');
    fits.then_some(digits)
}

/// The stored form of a landline number: area code, 7–8 digits, extension of 1–6; `None` if it is none.
/// Area codes have three digits when they begin 010 or 02, else four, so a missing hyphen can be put in.
pub fn normalise_landline(raw: &str) -> Option<String> {
    let text = normalise(raw);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let area = if text.starts_with("010") || text.starts_with("02") { 3 } else { 4 };
    let (code, rest) = text.split_at_checked(area)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (local, extension) = rest.split_once('-').map_or((rest, None), |(l, e)| (l, Some(e)));
    let fits = code.starts_with('0')
        && digits(code)
        && digits(local)
        && matches!(local.len(), 7 | 8)
        && extension.is_none_or(|e| digits(e) && e.len() <= 6);
    fits.then(|| match extension {
        Some(e) => format!("{code}-{local}-{e}"),
        None => format!("{code}-{local}"),
    })
}

/// The stored form of either kind.
pub fn check(raw: &str) -> Option<String> {
    normalise_mobile(raw).or_else(|| normalise_landline(raw))
}

/// Whether it is a post code: six digits.
pub fn is_post_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (raw, stored) in [
            ("13800001234", Some("13800001234")),
            ("138 0000 1234", Some("13800001234")),
            ("138-0000-1234", Some("13800001234")),
            ("+86 13800001234", Some("13800001234")),
            ("+86-138-0000-1234", Some("13800001234")),
            ("１３８００００１２３４", Some("13800001234")),
            ("12800001234", None),
            ("1380000123", None),
            ("138000012345", None),
            ("0591-87654321", Some("0591-87654321")),
            ("059187654321", Some("0591-87654321")),
            ("(0593)1234567", Some("0593-1234567")),
            ("010-87654321-123", Some("010-87654321-123")),
            ("02187654321", Some("021-87654321")),
            ("0591-876543", None),
            ("0591-87654321-1234567", None),
            ("0591-87654321-", None),
            ("87654321", None),
            ("", None),
            ("电话", None),
        ] {
            assert_eq!(check(raw).as_deref(), stored, "{raw}");
        }
        assert!(is_post_code("350001"));
        for bad in ["35000", "3500011", "35000a", ""] {
            assert!(!is_post_code(bad), "{bad}");
        }
    }
}
