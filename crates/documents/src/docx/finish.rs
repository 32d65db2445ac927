//! What docx-rs does not write, added to the finished XML: repeated heading rows, headers and footers in every
//! section, the order the schema wants, substitutes for fonts, file properties, the watermark. All of it works on
//! markup that user text cannot contain, because text is escaped.

use docx_rs as dx;

use super::styles::id;
use super::xml::{Element, Node};
use crate::DocumentError;
use crate::layout::metrics;
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
    package.document = complete_sections(&utf8(&package.document)?)?.into_bytes();
    let closer = super::squeeze(doc, &metrics(doc, false)).map(|twips| format!(" w:val=\"{twips}\""));
    package.styles =
        tidy(&utf8(&package.styles)?, &mut |element| complete_style(element, closer.as_deref()))?.into_bytes();
    for header in &mut package.headers {
        let text = tidy(&utf8(header)?, &mut |_| ())?;
        *header = match doc.watermark.as_deref().filter(|w| !w.trim().is_empty()) {
            Some(words) => text.replacen("</w:p>", &format!("{}</w:p>", watermark(words)), 1).into_bytes(),
            None => text.into_bytes(),
        };
    }
    for footer in &mut package.footers {
        *footer = tidy(&utf8(footer)?, &mut |_| ())?.into_bytes();
    }
    package.settings = settings().into();
    package.font_table = font_table().into_bytes();
    package.doc_props.core = properties(doc).into_bytes();
    Ok(())
}

fn utf8(bytes: &[u8]) -> Result<String, DocumentError> {
    String::from_utf8(bytes.to_vec()).map_err(|e| DocumentError::Docx(e.to_string()))
}

/// Finishes one part: schema order, and no paragraph identifiers, which count on from document to document.
fn tidy<'a>(part: &'a str, extra: &mut impl FnMut(&mut Element<'a>)) -> Result<String, DocumentError> {
    let mut root = Element::read(part).ok_or_else(|| DocumentError::Docx("the writer made broken XML".into()))?;
    root.each(&mut |element| {
        if element.name == "w:p" {
            element.attributes = "";
        }
        if element.name == "w:gridCol" {
            // docx-rs adds a type the schema does not know.
            element.attributes = element.attributes.split(" w:type=").next().unwrap_or_default();
        }
        extra(element);
        element.order();
    });
    Ok(root.write())
}

/// Rows whose paragraphs have the heading style are repeated at the top of each page.
fn repeat_heading_row(row: &mut Element<'_>) {
    let heading = |e: &Element<'_>| e.name == "w:pStyle" && e.attributes.contains(&format!("\"{}\"", id::TABLE_HEAD));
    if row.name != "w:tr" || !row.any(&heading) {
        return;
    }
    for child in &mut row.children {
        if let Node::Element(properties) = child
            && properties.name == "w:trPr"
        {
            properties.children.push(Node::Element(Element::new("w:tblHeader", "")));
        }
    }
}

/// Puts the header references of the last section into each section and the footer references of its orientation, and makes
/// the paragraph that ends a section too small to be seen.
fn complete_sections(root: &str) -> Result<String, DocumentError> {
    let mut references = Vec::new();
    if let Some(parsed) = Element::read(root) {
        collect(&parsed, &mut references);
    }
    tidy(root, &mut |element| {
        repeat_heading_row(element);
        if element.name == "w:sectPr" {
            let own = lies(element);
            element.children.retain(|n| !matches!(n, Node::Element(e) if is_reference(e) || e.name == "w:titlePg"));
            let fits = references.iter().filter(|r| r.lying.is_none_or(|lying| lying == own));
            element.children.extend(fits.map(|r| Node::Element(Element::new(r.name, &r.attributes))));
        }
        if element.name == "w:pPr" && element.elements().any(|e| e.name == "w:sectPr") {
            let tiny = " w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"";
            element.children.push(Node::Element(Element::new("w:spacing", tiny)));
        }
    })
}

fn is_reference(e: &Element<'_>) -> bool {
    e.name == "w:headerReference" || e.name == "w:footerReference"
}

/// Whether the pages of a section lie.
fn lies(section: &Element<'_>) -> bool {
    section.elements().any(|e| e.name == "w:pgSz" && e.attributes.contains("landscape"))
}

/// A header or footer of sections.
struct Reference {
    name: &'static str,
    attributes: String,
    /// Of footers: whether it is for pages that lie.
    lying: Option<bool>,
}

/// Every reference with the orientation it is for; headers are for both. What comes as a first-page footer is the odd footer of
/// the other orientation.
fn collect(element: &Element<'_>, out: &mut Vec<Reference>) {
    const FIRST: &str = "w:type=\"first\"";
    for e in element.elements() {
        if element.name == "w:sectPr" && is_reference(e) {
            out.push(match e.name {
                "w:headerReference" => {
                    Reference { name: "w:headerReference", attributes: e.attributes.to_owned(), lying: None }
                }
                _ => Reference {
                    name: "w:footerReference",
                    attributes: e.attributes.replace(FIRST, "w:type=\"default\""),
                    lying: Some(lies(element) != e.attributes.contains(FIRST)),
                },
            });
        }
        collect(e, out);
    }
}

/// Normal is the default style; the text is Chinese, which decides line breaks and spelling; running text stands as
/// close as `closer` says.
fn complete_style<'a>(element: &mut Element<'a>, closer: Option<&'a str>) {
    if element.name == "w:style" && element.attributes.contains("w:styleId=\"Normal\"") {
        element.attributes = " w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"";
    }
    let running = element.name == "w:style"
        && id::RUNNING.iter().any(|id| element.attributes.contains(&format!("w:styleId=\"{id}\"")));
    for child in &mut element.children {
        let Node::Element(properties) = child else { continue };
        match closer {
            Some(closer) if running && properties.name == "w:rPr" => {
                properties.children.push(Node::Element(Element::new("w:spacing", closer)));
            }
            _ => {}
        }
        if element.name == "w:rPrDefault" {
            let language = " w:val=\"en-US\" w:eastAsia=\"zh-CN\"";
            properties.children.push(Node::Element(Element::new("w:lang", language)));
        }
    }
}

/// Settings in the order of the schema: Chinese line layout, different footers on even pages.
fn settings() -> &'static str {
    concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>",
        "<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">",
        "<w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/>",
        "<w:characterSpacingControl w:val=\"compressPunctuation\"/>",
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>",
        "<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>",
        "<w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" ",
        "w:val=\"15\"/></w:compat></w:settings>",
    )
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
        let xml = "<w:document><w:body><w:p><w:pPr><w:sectPr><w:pgSz a/><w:cols b/></w:sectPr></w:pPr></w:p>\
                   <w:sectPr><w:pgSz c/><w:docGrid d/><w:headerReference e/><w:footerReference f/></w:sectPr></w:body>\
                   </w:document>";
        let out = complete_sections(xml).unwrap();
        assert_eq!(
            out.split_once("?>").unwrap().1,
            "<w:document><w:body><w:p><w:pPr>\
             <w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>\
             <w:sectPr><w:headerReference e/><w:footerReference f/><w:pgSz a/><w:cols b/></w:sectPr></w:pPr></w:p>\
             <w:sectPr><w:headerReference e/><w:footerReference f/><w:pgSz c/><w:docGrid d/></w:sectPr></w:body>\
             </w:document>"
        );
    }

    #[test]
    fn only_heading_rows_repeat() {
        let xml = "<w:tbl><w:tr><w:trPr/><w:pStyle w:val=\"ZwTableHead\"/></w:tr><w:tr><w:trPr/></w:tr></w:tbl>";
        let out = tidy(xml, &mut repeat_heading_row).unwrap();
        assert!(out.ends_with(
            "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:pStyle w:val=\"ZwTableHead\"/></w:tr>\
             <w:tr><w:trPr/></w:tr></w:tbl>"
        ));
    }

    #[test]
    fn paragraph_ids_go() {
        let out = tidy("<w:body><w:p w14:paraId=\"00000001\"><w:r/></w:p></w:body>", &mut |_| ()).unwrap();
        assert!(out.ends_with("<w:body><w:p><w:r/></w:p></w:body>"));
    }
}
