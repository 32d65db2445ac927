//! Invented people: names from common characters, ID numbers with the unassigned prefix 359900.

use zw_core::{Day, Rng, person_id};

const SURNAMES: &[&str] = &[
    "陈", "林", "黄", "张", "吴", "李", "郑", "王", "刘", "苏", "杨", "叶", "郭", "蔡", "谢", "何", "许", "曾", "邱",
    "江", "翁", "方", "卓", "肖", "罗", "傅", "丁", "洪", "卢", "游", "赖", "魏", "施", "高", "周", "蓝", "雷", "欧阳",
];
const GIVEN: &[&str] = &[
    "秀英", "桂香", "玉兰", "金花", "美珠", "丽华", "素珍", "惠萍", "晓燕", "婷", "雅芳", "诗涵", "建国", "志明",
    "国栋", "文彬", "天赐", "永福", "宗耀", "明辉", "伟", "小军", "家豪", "子轩", "阿土", "水生", "长根", "春生",
    "月娥", "碧云", "清泉", "思源", "海涛", "锦绣", "木兰", "福来", "瑞金", "添财", "佳怡", "宇航",
];

/// A made-up name.
pub fn name(rng: &Rng) -> String {
    let pick = |list: &[&'static str]| list[usize::try_from(rng.below(list.len() as u64)).unwrap_or(0)];
    format!("{}{}", pick(SURNAMES), pick(GIVEN))
}

/// Hands out ID numbers that belong to nobody: prefix 359900, real check digit, each at most once.
#[derive(Default)]
pub struct Numbers(std::collections::HashMap<(i64, bool), i64>);

impl Numbers {
    /// The next number for a birth date and sex; `None` after 499 people of one birthday.
    pub fn next(&mut self, birth: Day, male: bool) -> Option<String> {
        let n = self.0.entry((birth.yyyymmdd(), male)).or_default();
        *n += 1;
        let order = *n * 2 - i64::from(male);
        if order > 999 {
            return None;
        }
        let body = format!("359900{}{order:03}", birth.yyyymmdd());
        person_id::check_digit(&body).map(|c| format!("{body}{c}"))
    }
}

/// A birth date that makes somebody between `from` and `to` years old in 2021.
pub fn birth(rng: &Rng, from: i64, to: i64) -> Day {
    let year = 2021 - from - i64::try_from(rng.below((to - from).max(1).unsigned_abs())).unwrap_or(0) - 1;
    let day = Day::new(year, 1, 1).unwrap_or(Day::from_stored(19600101));
    day.add_days(i64::try_from(rng.below(365)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_valid_and_belong_to_nobody() {
        let (mut numbers, rng) = (Numbers::default(), Rng::seeded(1));
        let today = Day::new(2021, 7, 8).unwrap();
        let mut seen = std::collections::HashSet::new();
        for i in 0..500 {
            let b = birth(&rng, 0, 95);
            let Some(n) = numbers.next(b, i % 2 == 0) else { continue };
            assert!(n.starts_with("359900") && seen.insert(n.clone()));
            let p = person_id::parse(person_id::IdKind::ResidentId, &n, today).unwrap();
            assert_eq!(p.birth, Some(b));
        }
    }
}
