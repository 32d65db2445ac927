//! A small tree over the XML that docx-rs writes, to complete it and to put elements in the order of the schema
//! (ECMA-376 part 1, transitional), which docx-rs does not keep and strict readers want.

/// An element, borrowing from the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element<'a> {
    pub(super) name: &'a str,
    /// Attributes as written, with the blank before them.
    pub(super) attributes: &'a str,
    pub(super) children: Vec<Node<'a>>,
}

/// What stands inside an element.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'a> {
    Element(Element<'a>),
    /// Text, still escaped.
    Text(&'a str),
}

impl<'a> Element<'a> {
    pub(super) fn new(name: &'a str, attributes: &'a str) -> Self {
        Self { name, attributes, children: Vec::new() }
    }

    /// Reads the root element. Understands what docx-rs writes: no comments, CDATA or `>` in attributes.
    pub(super) fn read(xml: &'a str) -> Option<Self> {
        let mut open: Vec<Self> = Vec::new();
        let mut rest = xml;
        loop {
            let (text, tail) = rest.split_once('<')?;
            let (tag, tail) = tail.split_once('>')?;
            rest = tail;
            if !text.is_empty()
                && let Some(parent) = open.last_mut()
            {
                parent.children.push(Node::Text(text));
            }
            if tag.starts_with('?') {
                continue;
            }
            let closed = if let Some(name) = tag.strip_prefix('/') {
                let element = open.pop()?;
                if element.name != name {
                    return None;
                }
                element
            } else {
                let inside = tag.strip_suffix('/').unwrap_or(tag).trim_end();
                let at = inside.find(' ').unwrap_or(inside.len());
                let (name, attributes) = inside.split_at(at);
                let element = Self::new(name, attributes);
                if !tag.ends_with('/') {
                    open.push(element);
                    continue;
                }
                element
            };
            match open.last_mut() {
                Some(parent) => parent.children.push(Node::Element(closed)),
                None => return Some(closed),
            }
        }
    }

    /// The document with its declaration.
    pub(super) fn write(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>");
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        out.push_str(self.attributes);
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write_to(out),
                Node::Text(text) => out.push_str(text),
            }
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
    }

    /// Child elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element<'a>> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Calls `change` on this element and everything inside, innermost first.
    pub(super) fn each(&mut self, change: &mut impl FnMut(&mut Self)) {
        for child in &mut self.children {
            if let Node::Element(element) = child {
                element.each(change);
            }
        }
        change(self);
    }

    /// Whether this element or one inside satisfies `test`.
    pub(super) fn any(&self, test: &impl Fn(&Self) -> bool) -> bool {
        test(self) || self.elements().any(|e| e.any(test))
    }

    /// Puts the children in the order of the schema and drops empty run properties.
    pub(super) fn order(&mut self) {
        self.children.retain(|node| !matches!(node, Node::Element(e) if e.name == "w:rPr" && e.children.is_empty()));
        if let Some(order) = schema_order(self.name) {
            self.children.sort_by_key(|node| match node {
                Node::Element(e) => order.iter().position(|name| *name == e.name).unwrap_or(order.len()),
                Node::Text(_) => 0,
            });
        }
    }
}

/// The children of an element in their order, as far as this crate or docx-rs writes them.
fn schema_order(parent: &str) -> Option<&'static [&'static str]> {
    Some(match parent {
        "w:pPr" => &[
            "w:pStyle",
            "w:keepNext",
            "w:keepLines",
            "w:pageBreakBefore",
            "w:framePr",
            "w:widowControl",
            "w:numPr",
            "w:pBdr",
            "w:shd",
            "w:tabs",
            "w:bidi",
            "w:adjustRightInd",
            "w:snapToGrid",
            "w:spacing",
            "w:ind",
            "w:jc",
            "w:textDirection",
            "w:textAlignment",
            "w:outlineLvl",
            "w:divId",
            "w:rPr",
            "w:sectPr",
        ],
        "w:rPr" => &[
            "w:rStyle",
            "w:rFonts",
            "w:b",
            "w:bCs",
            "w:i",
            "w:iCs",
            "w:caps",
            "w:strike",
            "w:dstrike",
            "w:vanish",
            "w:color",
            "w:spacing",
            "w:w",
            "w:sz",
            "w:szCs",
            "w:highlight",
            "w:u",
            "w:bdr",
            "w:shd",
            "w:fitText",
            "w:vertAlign",
            "w:lang",
            "w:specVanish",
        ],
        "w:sectPr" => &[
            "w:headerReference",
            "w:footerReference",
            "w:type",
            "w:pgSz",
            "w:pgMar",
            "w:pgNumType",
            "w:cols",
            "w:titlePg",
            "w:textDirection",
            "w:docGrid",
        ],
        "w:tblPr" => &[
            "w:tblStyle",
            "w:tblpPr",
            "w:tblW",
            "w:jc",
            "w:tblInd",
            "w:tblBorders",
            "w:shd",
            "w:tblLayout",
            "w:tblCellMar",
            "w:tblLook",
        ],
        "w:tblBorders" | "w:tblCellMar" => &["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"],
        "w:tcPr" => &[
            "w:tcW",
            "w:gridSpan",
            "w:vMerge",
            "w:tcBorders",
            "w:shd",
            "w:noWrap",
            "w:tcMar",
            "w:textDirection",
            "w:vAlign",
        ],
        "w:style" => &[
            "w:name",
            "w:basedOn",
            "w:next",
            "w:link",
            "w:uiPriority",
            "w:semiHidden",
            "w:unhideWhenUsed",
            "w:qFormat",
            "w:pPr",
            "w:rPr",
            "w:tblPr",
            "w:trPr",
            "w:tcPr",
        ],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written() {
        let xml = "<w:p a=\"1\"><w:r><w:t xml:space=\"preserve\"> 甲 &lt; 乙 </w:t></w:r><w:r/></w:p>";
        let root = Element::read(&format!("<?xml version=\"1.0\"?>{xml}")).map(|e| e.write());
        assert_eq!(root.as_deref().and_then(|w| w.split_once("?>")).map(|(_, body)| body), Some(xml));
        for broken in ["", "<a>", "<a></b>", "text", "<a><b></a></b>"] {
            assert_eq!(Element::read(broken), None, "{broken}");
        }
    }

    #[test]
    fn children_are_put_in_order() {
        let mut root = Element::read("<w:pPr><w:rPr /><w:jc /><w:ind /><w:pStyle /><w:keepNext /></w:pPr>").unwrap();
        root.order();
        let names: Vec<&str> = root.elements().map(|e| e.name).collect();
        assert_eq!(names, ["w:pStyle", "w:keepNext", "w:ind", "w:jc"]);
    }
}
