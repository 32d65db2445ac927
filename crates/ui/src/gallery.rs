//! Every component drawn once, and the check that all of them keep the content policy.

use crate::i18n::Lang;
use crate::{chart, form, map, parts, region, shell, status, table, timeline};
use maud::{Markup, html};

/// A component's name and how it is drawn.
pub type Sample = (&'static str, fn(Lang) -> Markup);

/// All samples, for the gallery page and for tests.
pub const SAMPLES: &[Sample] = &[
    ("status", status::legend),
    ("parts", parts::sample),
    ("table", table::sample),
    ("form", form::sample),
    ("region", region::sample),
    ("timeline", timeline::sample),
    ("chart", chart::sample),
    ("map", map::sample),
];

/// Body of the gallery page; put it into [`shell::page`].
pub fn gallery(lang: Lang) -> Markup {
    html! { @for (name, draw) in SAMPLES { section id={ "sample-" (name) } { h2 { (name) } (draw(lang)) } } }
}

/// The whole gallery as a page with an invented reader.
pub fn gallery_page(lang: Lang) -> Markup {
    shell::page_with(
        &shell::sample_shell(lang),
        &shell::Head {
            title: lang.t("ui-gallery"),
            window: None,
            lead: Some(lang.t("ui-gallery-lead")),
            crumbs: vec![(lang.t("ui-home"), "/".into())],
            actions: Some(parts::print_button(lang)),
        },
        gallery(lang),
    )
}

/// Elements that HTML closes by itself.
const VOID: [&str; 9] = ["meta", "link", "input", "br", "img", "hr", "source", "wbr", "col"];

/// Checks markup against the content policy and for balance: no `style=`, no event handler, no inline script or style,
/// every `svg` and `img` named, every element closed in order, no missing translation. For the tests of every view.
pub fn lint(markup: &str) -> Result<(), String> {
    if let Some(at) = markup.find('⟦') {
        return Err(format!("missing translation: {}", markup[at..].chars().take(40).collect::<String>()));
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let Some(end) = rest.find('>') else { return Err(format!("tag without end: <{rest}")) };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(last) if last == name => continue,
                last => return Err(format!("</{name}> closes {last:?}")),
            }
        }
        let name = tag.split_ascii_whitespace().next().unwrap_or("");
        attributes(tag, name)?;
        if name == "script" && !tag.contains(" src=") || name == "style" {
            return Err(format!("inline {name}"));
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("not closed: {open:?}")) }
}

fn attributes(tag: &str, name: &str) -> Result<(), String> {
    // Values are escaped by maud, so splitting at quotes separates names from values.
    for piece in tag.split('"').step_by(2) {
        let attr = piece.trim().trim_end_matches('=').rsplit(' ').next().unwrap_or("");
        if attr == "style" || (attr.starts_with("on") && piece.trim_end().ends_with('=')) {
            return Err(format!("attribute {attr} in <{tag}>"));
        }
    }
    if matches!(name, "svg" | "img") && !tag.contains("aria-label=") && !tag.contains("alt=") {
        return Err(format!("no name: <{tag}>"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_keeps_the_content_policy() {
        for lang in Lang::ALL {
            for (name, draw) in SAMPLES {
                let text = draw(lang).into_string();
                assert!(text.len() > 100, "{name}");
                lint(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            }
            lint(&gallery_page(lang).into_string()).unwrap_or_else(|e| panic!("page: {e}"));
        }
    }

    #[test]
    fn the_check_bites() {
        for bad in [
            "<p style=\"color:red\"></p>",
            "<p onclick=\"x()\"></p>",
            "<script>alert(1)</script>",
            "<style></style>",
            "<svg></svg>",
            "<p><b></p></b>",
            "<p>",
            "<p>⟦key⟧</p>",
        ] {
            assert!(lint(bad).is_err(), "{bad}");
        }
        assert_eq!(lint("<p class=\"x\">a<br></p><svg aria-label=\"a\"></svg>"), Ok(()));
    }
}
