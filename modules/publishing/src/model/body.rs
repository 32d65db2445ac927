//! What a circular says: its paragraphs, and what stands around them on the paper (主送, 附件, 落款, 抄送).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zw_documents::layout::ordinal;

/// A paragraph with its figures as placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Paragraph {
    /// Name within the circular: `p1`, `p2` … as drafted by the system, `n1`, `n2` … as added by people.
    pub id: String,
    /// 1: 一、, 2: （一）, 3: 1.; 0: no heading.
    pub level: u8,
    /// Heading words with number, e.g. `一、总体进展。`; empty for none.
    pub lead: String,
    /// Text with placeholders; a line feed starts a new paragraph.
    pub text: String,
    /// Keys the system placed here; they stay as long as the paragraph does.
    pub figures: Vec<String>,
}

impl Paragraph {
    /// The words of its heading, without number and stop: `总体进展`.
    pub fn heading(&self) -> &str {
        heading_words(&self.lead)
    }
}

/// The words of a heading as it was typed, with or without its number and stop.
pub fn heading_words(typed: &str) -> &str {
    let typed = typed.trim();
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let open = typed.strip_prefix('（').unwrap_or(typed);
    let rest = open.trim_start_matches(is_number);
    let numbered = rest.len() < open.len();
    let words = rest.strip_prefix(['、', '）', '.']).filter(|_| numbered).unwrap_or(typed);
    words.trim().trim_end_matches('。')
}

/// Numbers the headings by their order, so that a section that came or went leaves no gap; a heading that opens a
/// paragraph ends with a stop.
pub fn number(paragraphs: &mut [Paragraph]) {
    let mut counts = [0u32; 4];
    for p in paragraphs.iter_mut().filter(|p| p.level > 0) {
        let own = usize::from(p.level.min(4)) - 1;
        let mut n = 0;
        for (i, count) in counts.iter_mut().enumerate().skip(own) {
            *count = if i == own { *count + 1 } else { 0 };
            n = if i == own { *count } else { n };
        }
        let words = heading_words(&p.lead).to_owned();
        let stop = if words.is_empty() || p.text.is_empty() { "" } else { "。" };
        p.lead = format!("{}{words}{stop}", ordinal(p.level, n));
    }
}

/// What stands around the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Frame {
    /// Addressee (主送机关) without the colon; empty for none.
    pub addressee: String,
    /// Receivers of copies (抄送); empty for none.
    pub copy_to: String,
    /// Names that people gave to annexes, by the code of the annex; the others have the system's.
    pub annexes: BTreeMap<String, String>,
    /// Issuing unit (发文机关署名). Kept when the circular is recorded as sent; until then the setting says it.
    pub issuer: Option<String>,
    /// Red head (发文机关标志), kept with the issuer.
    pub red_head: Option<String>,
    /// Whether the annexes rank areas by coverage, as it was set when the circular was drafted; off in one drafted before
    /// this was kept.
    pub ranking: bool,
}

/// The text of a circular.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CircularBody {
    /// In order.
    pub paragraphs: Vec<Paragraph>,
    /// What stands around them; none where it was drafted before this was kept: then what the system proposes.
    #[serde(default)]
    pub frame: Option<Frame>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_words_and_a_number() {
        for (typed, want) in [
            ("一、总体进展。", "总体进展"),
            ("（十二）人员不足。", "人员不足"),
            ("1.", ""),
            ("3.三级体系", "三级体系"),
            ("三级体系", "三级体系"),
            (" 一是加强领导 ", "一是加强领导"),
            ("", ""),
        ] {
            assert_eq!(heading_words(typed), want, "{typed}");
        }
    }

    #[test]
    fn numbers_follow_the_order() {
        let p = |level: u8, lead: &str, text: &str| Paragraph {
            level,
            lead: lead.into(),
            text: text.into(),
            ..Paragraph::default()
        };
        let mut list = [
            p(0, "", "现通报如下。"),
            p(1, "一、总体进展。", "甲"),
            p(1, "新增的", ""),
            p(2, "（三）人员不足。", "乙"),
            p(2, "（四）其他", "丙"),
            p(1, "四、下一步要求", ""),
            p(3, "2.", "丁"),
        ];
        number(&mut list);
        let leads: Vec<&str> = list.iter().map(|p| p.lead.as_str()).collect();
        assert_eq!(
            leads,
            ["", "一、总体进展。", "二、新增的", "（一）人员不足。", "（二）其他。", "三、下一步要求", "1."]
        );
        let once = list.clone();
        number(&mut list);
        assert_eq!(list, once, "numbering again changes nothing");
    }
}
