//! Cells of the rows behind a figure.

use zw_core::codelist::CodeList;

/// A cell of a row: a text as it is, or a code with its word in both languages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Cell {
    /// A name, a date, a number.
    Text(String),
    /// A code of a list.
    Code {
        /// The code.
        code: String,
        /// Its Chinese word.
        zh: String,
        /// Its English word.
        en: String,
    },
}

impl Cell {
    /// A code of a list.
    pub fn code(list: &CodeList, code: &str) -> Self {
        Self::Code { code: code.to_owned(), zh: list.zh(code).to_owned(), en: list.en(code).to_owned() }
    }
    /// Several codes of a list, in their order.
    pub fn codes<'a>(list: &CodeList, codes: impl IntoIterator<Item = &'a str>) -> Self {
        let codes: Vec<&str> = codes.into_iter().collect();
        let join =
            |sep: &str, word: &dyn Fn(&str) -> String| codes.iter().map(|c| word(c)).collect::<Vec<_>>().join(sep);
        Self::Code {
            code: codes.join(","),
            zh: join("、", &|c| list.zh(c).to_owned()),
            en: join(", ", &|c| list.en(c).to_owned()),
        }
    }
    /// Several names in one place, joined as each language joins them; what is empty is left out.
    pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().filter(|n| !n.is_empty()).collect();
        match names.as_slice() {
            [] | [_] => Self::Text(names.concat()),
            _ => Self::Code { code: names.join(","), zh: names.join("、"), en: names.join(", ") },
        }
    }
    /// As a Chinese page says it.
    pub fn zh(&self) -> &str {
        match self {
            Self::Text(t) => t,
            Self::Code { zh, .. } => zh,
        }
    }
    /// As an English page says it.
    pub fn en(&self) -> &str {
        match self {
            Self::Text(t) => t,
            Self::Code { en, .. } => en,
        }
    }
}

impl PartialEq<&str> for Cell {
    fn eq(&self, other: &&str) -> bool {
        self.zh() == *other
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_by_language() {
        let two = Cell::names(["陈一一", "", "林二二"]);
        assert_eq!((two.zh(), two.en()), ("陈一一、林二二", "陈一一, 林二二"));
        assert_eq!((Cell::names(["陈一一"]), Cell::names([])), (Cell::from("陈一一"), Cell::from("")));
    }
}
