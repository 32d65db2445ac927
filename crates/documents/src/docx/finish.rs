//! What docx-rs does not write, added to the finished XML: repeated heading rows, headers and footers in every
//! section, the order the schema wants, substitutes for fonts, file properties, the watermark. All of it works on
//! markup that user text cannot contain, because text is escaped.

use docx_rs as dx;

use super::styles::id;
use crate::DocumentError;
use crate::model::Document;
use crate::text::{clean, width_em};

/// Substitutes Word may take when the named font is missing.
const FONTS: &[(&str, &str, &str)] = &[
    ("方正小标宋简体", "宋体", "roman"),
    ("仿宋_GB2312", "仿宋", "modern"),
    ("楷体_GB2312", "楷体", "modern"),
    ("黑体", "SimHei", "modern"),
    ("宋体", "SimSun", "roman"),
];

pub(super) fn finish(package: &mut dx::XMLDocx, doc: &Document) -> Result<(), DocumentError> {
    let body = without_paragraph_ids(&utf8(&package.document)?);
    let body = repeat_heading_rows(&body);
    package.document = complete_sections(&body).into_bytes();
    for header in &mut package.headers {
        let text = without_paragraph_ids(&utf8(header)?);
        *header = match doc.watermark.as_deref().filter(|w| !w.trim().is_empty()) {
            Some(words) => text.replacen("</w:p>", &format!("{}</w:p>", watermark(words)), 1).into_bytes(),
            None => text.into_bytes(),
        };
    }
    for footer in &mut package.footers {
        *footer = without_paragraph_ids(&utf8(footer)?).into_bytes();
    }
    package.font_table = font_table().into_bytes();
    package.doc_props.core = properties(doc).into_bytes();
    Ok(())
}

fn utf8(bytes: &[u8]) -> Result<String, DocumentError> {
    String::from_utf8(bytes.to_vec()).map_err(|e| DocumentError::Docx(e.to_string()))
}

/// Paragraph identifiers count on from document to document; without them the same model gives the same bytes.
fn without_paragraph_ids(xml: &str) -> String {
    const START: &str = " w14:paraId=\"";
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find(START) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let tail = tail.get(START.len()..).unwrap_or_default();
        rest = tail.split_once('"').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// Rows whose paragraphs have the heading style are repeated at the top of each page.
fn repeat_heading_rows(xml: &str) -> String {
    let mark = format!("<w:pStyle w:val=\"{}\"", id::TABLE_HEAD);
    xml.split_inclusive("</w:tr>")
        .map(|row| {
            if row.contains(&mark) { row.replacen("</w:trPr>", "<w:tblHeader /></w:trPr>", 1) } else { row.to_owned() }
        })
        .collect()
}

/// Puts the header and footer references of the last section into each section, orders the properties as the schema
/// wants them, and makes the paragraph that ends a section too small to be seen.
fn complete_sections(xml: &str) -> String {
    const OPEN: &str = "<w:sectPr>";
    const CLOSE: &str = "</w:sectPr>";
    let last = xml.rfind(OPEN).and_then(|at| xml.get(at + OPEN.len()..)).unwrap_or_default();
    let references: Vec<&str> = last
        .split_inclusive("/>")
        .filter(|e| e.starts_with("<w:headerReference") || e.starts_with("<w:footerReference"))
        .collect();
    let mut out = String::with_capacity(xml.len() + 1024);
    let mut rest = xml;
    while let Some((before, tail)) = rest.split_once(OPEN) {
        let Some((inside, after)) = tail.split_once(CLOSE) else { break };
        let mut elements: Vec<&str> = inside.split_inclusive("/>").filter(|e| !e.is_empty()).collect();
        elements.retain(|e| !references.contains(e));
        elements.extend(&references);
        elements.sort_by_key(|e| rank(e));
        out.push_str(before);
        if before.ends_with("<w:pPr>") {
            out.push_str("<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\" />");
        }
        out.push_str(OPEN);
        elements.iter().for_each(|e| out.push_str(e));
        out.push_str(CLOSE);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Place of a section property in the schema (ECMA-376 part 1, CT_SectPr).
fn rank(element: &str) -> usize {
    const ORDER: [&str; 10] = [
        "<w:headerReference",
        "<w:footerReference",
        "<w:type",
        "<w:pgSz",
        "<w:pgMar",
        "<w:pgNumType",
        "<w:cols",
        "<w:titlePg",
        "<w:textDirection",
        "<w:docGrid",
    ];
    ORDER.iter().position(|name| element.starts_with(name)).unwrap_or(ORDER.len())
}

fn font_table() -> String {
    let mut out = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>",
        "<w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">",
        "<w:font w:name=\"Times New Roman\"><w:charset w:val=\"00\" /><w:family w:val=\"roman\" />",
        "<w:pitch w:val=\"variable\" /></w:font>",
    ));
    for (name, substitute, family) in FONTS {
        out.push_str(&format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{substitute}\" /><w:charset w:val=\"86\" />\
             <w:family w:val=\"{family}\" /><w:pitch w:val=\"fixed\" /></w:font>"
        ));
    }
    out.push_str("</w:fonts>");
    out
}

/// File properties: title and author only; no time, because the document's own date is in its text.
fn properties(doc: &Document) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:description>{}</dc:description><dc:language>zh-CN</dc:language></cp:coreProperties>",
        escape(&doc.title.replace('\n', "")),
        escape(doc.issuer.as_deref().unwrap_or_default()),
        escape(&doc.demo_line().unwrap_or_default()),
    )
}

/// A watermark as Word itself writes one: slanted pale words behind the text.
fn watermark(words: &str) -> String {
    let words = clean(words).replace('\n', " ");
    let width = (width_em(&words).max(2.0) * 90.0).min(480.0);
    let height = width / width_em(&words).max(1.0);
    format!(
        "<w:r><w:pict xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\">\
         <v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" o:spt=\"136\" adj=\"10800\" \
         path=\"m@7,l@8,m@5,21600l@6,21600e\"><v:formulas><v:f eqn=\"sum #0 0 10800\"/>\
         <v:f eqn=\"prod #0 2 1\"/><v:f eqn=\"sum 21600 0 @1\"/><v:f eqn=\"sum 0 0 @2\"/>\
         <v:f eqn=\"sum 21600 0 @3\"/><v:f eqn=\"if @0 @3 0\"/><v:f eqn=\"if @0 21600 @1\"/>\
         <v:f eqn=\"if @0 0 @2\"/><v:f eqn=\"if @0 @4 21600\"/></v:formulas><v:path textpathok=\"t\"/>\
         <v:textpath on=\"t\" fitshape=\"t\"/></v:shapetype>\
         <v:shape id=\"ZwWatermark\" type=\"#_x0000_t136\" style=\"position:absolute;width:{width:.0}pt;\
         height:{height:.0}pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;\
         mso-position-horizontal-relative:margin;mso-position-vertical:center;\
         mso-position-vertical-relative:margin\" fillcolor=\"#d9d9d9\" stroked=\"f\">\
         <v:textpath style=\"font-family:&quot;黑体&quot;;font-size:1pt\" string=\"{}\"/></v:shape></w:pict></w:r>",
        escape(&words)
    )
}

fn escape(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_get_the_references_of_the_last_one() {
        let xml = "<w:p><w:pPr><w:sectPr><w:pgSz a/><w:cols b/></w:sectPr></w:pPr></w:p>\
                   <w:sectPr><w:pgSz c/><w:docGrid d/><w:headerReference e/><w:footerReference f/></w:sectPr></w:body>";
        assert_eq!(
            complete_sections(xml),
            "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\" />\
             <w:sectPr><w:headerReference e/><w:footerReference f/><w:pgSz a/><w:cols b/></w:sectPr></w:pPr></w:p>\
             <w:sectPr><w:headerReference e/><w:footerReference f/><w:pgSz c/><w:docGrid d/></w:sectPr></w:body>"
        );
    }

    #[test]
    fn only_heading_rows_repeat() {
        let xml = "<w:tr><w:trPr></w:trPr><w:pStyle w:val=\"ZwTableHead\" /></w:tr><w:tr><w:trPr></w:trPr></w:tr>";
        let out = repeat_heading_rows(xml);
        assert_eq!(out.matches("<w:tblHeader />").count(), 1);
        assert!(out.starts_with("<w:tr><w:trPr><w:tblHeader />"));
    }

    #[test]
    fn paragraph_ids_go() {
        assert_eq!(
            without_paragraph_ids("<w:p w14:paraId=\"00000001\"><w:p w14:paraId=\"2\" x=\"y\">"),
            "<w:p><w:p x=\"y\">"
        );
    }
}
