//! Numbers in running Chinese text, as far as they state a quantity: digits, also full-width ones, and numerals (五千人, 九成,
//! 百分之六十五, 三分之一). Dates, ordinals and numbered names (第一, 十四五, 三社联动, 一年覆盖) state none.

/// Numerals of a number.
const NUMERALS: &str = "〇零一二三四五六七八九十百千万亿两";
/// Those that multiply: alone they are a manner of speaking (千家万户), unless a word before or after them measures.
const MULTIPLIERS: &str = "百千万亿";
/// What is counted, by its measure word.
const MEASURES: &str = "个人名家户次站县镇乡村所项件份场支批倍元亩位天";
/// What 一 alone counts; with the others it mostly means no more than an article (一个, 一批, 一次).
const MEASURES_OF_ONE: &str = "人名家户半";
/// About as many, before a measure word.
const ABOUT: &str = "余多来几";
/// Before a bare multiplier: about as many.
const NEARLY: &str = "近超约达过逾数几";
/// 一 after these is part of a word (统一, 唯一, 逐一, 之一, 进一步).
const WORDS_WITH_ONE: &str = "统唯逐之同单每任某另进专合划";
/// 成 before these is part of a word (成立, 成果, 成效).
const WORDS_WITH_PART: &str = "立效果员功绩不";
/// Names of policies that count themselves.
const NAMES: [&str; 8] = ["意识", "自信", "维护", "确立", "全面", "代表", "务必", "文明"];

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// A text by its characters.
struct Text(Vec<char>);

impl Text {
    /// Whether the character at a place is one of these.
    fn is(&self, at: usize, one_of: &str) -> bool {
        self.0.get(at).is_some_and(|c| one_of.contains(*c))
    }
    /// Whether the character before a place is one of these.
    fn after(&self, at: usize, one_of: &str) -> bool {
        at.checked_sub(1).is_some_and(|i| self.is(i, one_of))
    }
    fn rest(&self, at: usize) -> &[char] {
        self.0.get(at..).unwrap_or_default()
    }
    fn starts(&self, at: usize, word: &str) -> bool {
        let mut here = self.rest(at).iter();
        word.chars().all(|c| here.next() == Some(&c))
    }
    fn ends(&self, at: usize, word: &str) -> bool {
        at.checked_sub(word.chars().count()).is_some_and(|from| self.starts(from, word))
    }
    fn part(&self, from: usize, to: usize) -> String {
        self.rest(from).iter().take(to.saturating_sub(from)).collect()
    }
    /// The end of the characters from a place on that are wanted.
    fn end(&self, from: usize, wanted: impl Fn(char) -> bool) -> usize {
        from + self.rest(from).iter().take_while(|c| wanted(**c)).count()
    }
    fn numeral_end(&self, from: usize) -> usize {
        let end = self.end(from, |c| NUMERALS.contains(c));
        let decimals = end > from && self.is(end, "点") && self.is(end + 1, NUMERALS);
        if decimals { self.end(end + 1, |c| NUMERALS.contains(c)) } else { end }
    }

    /// The number in digits at a place, if it is no date, and where the text goes on.
    fn digits(&self, from: usize) -> (Option<String>, usize) {
        let mut end = self.end(from, |c| is_digit(c) || ".,．".contains(c));
        let next = end;
        while end > from && self.after(end, ".,．") {
            end -= 1;
        }
        let date = self.is(end, "年月日〕号") || self.after(from, "〔第") || self.ends(from, "附件");
        let number = (!date).then(|| self.part(from, end));
        // 5万余人: 万 is said with the digits.
        (number, self.end(next, |c| MULTIPLIERS.contains(c) || c == '十'))
    }

    /// The quantity in numerals at a place, and where the text goes on.
    fn numerals(&self, from: usize) -> (Option<String>, usize) {
        let end = self.numeral_end(from);
        if self.starts(end, "分之") && self.is(end + 2, NUMERALS) {
            let to = self.numeral_end(end + 2);
            return (Some(self.part(from, to)), to);
        }
        let lone = end == from + 1;
        let weekday = lone && (self.after(from, "周") || self.ends(from, "星期"));
        if self.after(from, "第") || weekday {
            return (None, end);
        }
        if self.is(end, "成") && !self.is(end + 1, WORDS_WITH_PART) && !self.is(from, MULTIPLIERS) {
            return (Some(self.part(from, end + 1)), end + 1);
        }
        let about = self.is(end, ABOUT);
        let counted = if about { self.end(end + 1, |c| MULTIPLIERS.contains(c)) } else { end };
        let one = lone && self.is(from, "一");
        let measures = if one && !about { MEASURES_OF_ONE } else { MEASURES };
        let measured = self.is(counted, measures)
            && !self.is(counted + 1, if one { "一多式" } else { "一" })
            && !NAMES.iter().any(|n| self.starts(counted + 1, n));
        let nearly = self.after(from, NEARLY);
        let bare = self.is(from, MULTIPLIERS);
        let large = !lone && !bare && self.part(from, end).contains(|c: char| MULTIPLIERS.contains(c));
        let states = if one && self.after(from, WORDS_WITH_ONE) {
            false
        } else if bare {
            measured && (nearly || about)
        } else {
            measured || large && !self.is(end, "年月日号周岁")
        };
        let to = if measured { counted + 1 } else { end };
        (states.then(|| self.part(from, to)), if states { to } else { end })
    }
}

/// The quantities of a text in their order, as they are written there: digits, or numerals with what they measure.
pub fn quantities(text: &str) -> Vec<String> {
    let text = Text(text.chars().collect());
    let (mut out, mut at) = (vec![], 0);
    while let Some(c) = text.0.get(at) {
        let (found, next) = match c {
            c if is_digit(*c) => text.digits(at),
            c if NUMERALS.contains(*c) => text.numerals(at),
            _ => (None, at + 1),
        };
        out.extend(found);
        at = next.max(at + 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_told_from_names_dates_and_ordinals() {
        for (text, want) in [
            ("覆盖率已达99.9%，在岗5,000人", &["99.9", "5,000"][..]),
            ("覆盖率９９．９％，１２个", &["９９．９", "１２"]),
            ("服务5万余人次", &["5"]),
            ("在岗社工五千人", &["五千人"]),
            ("九成乡镇已建，三成半在建", &["九成", "三成"]),
            ("完成百分之六十五点三", &["百分之六十五点三"]),
            ("三分之一的县", &["三分之一"]),
            ("百分之65", &["65"]),
            ("两家试点，十二个站，二十多个村", &["两家", "十二个", "二十多个"]),
            ("近千人参加，百余场活动，三十多万元", &["千人", "百余场", "三十多万元"]),
            ("社工已达五千，新增三万", &["五千", "三万"]),
            ("本周五千人次", &["五千人"]),
            ("仅有一人，一半未建", &["一人", "一半"]),
            ("2021年6月30日、闽民〔2021〕3号、第2页、附件3", &[]),
            ("６月３０日、第３批", &[]),
            ("一是加强领导，二是统一标准，第一，一些地方", &[]),
            ("“十四五”时期三社联动、五社联动，一年覆盖、两年规范、三年提升", &[]),
            ("进一步逐一核实，唯一、之一、万一、统一人员", &[]),
            ("六月三十日，二〇二一年，第十三次会议，周三家访", &[]),
            ("一站一策、一站式服务、三支一扶、五位一体、千家万户、千方百计", &[]),
            ("增强四个意识，做到两个维护，三级体系，一个乡镇一个站，一成立就运行", &[]),
        ] {
            assert_eq!(quantities(text), want, "{text}");
        }
    }
}
