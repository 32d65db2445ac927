//! Numbers, money, percentages and dates as the reader expects them. All input is integer; nothing is rounded twice.

use crate::i18n::Lang;
use maud::{Markup, html};

/// Shown where there is nothing to show: no value, or a share of nothing.
pub const NONE: &str = "—";

/// Whole number with thousands separators: `1,234,567`.
pub fn num(v: i64) -> String {
    let digits = v.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if v < 0 {
        out.push('-');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// [`num`], or the dash for `None`.
pub fn num_opt(v: Option<i64>) -> String {
    v.map_or_else(|| NONE.to_owned(), num)
}

/// A scaled integer with its decimals: `scaled(12345, 1)` is `1,234.5`; `decimals` beyond 9 count as 9.
pub fn scaled(v: i64, decimals: u32) -> String {
    let decimals = decimals.min(9);
    if decimals == 0 {
        return num(v);
    }
    let unit = 10_u64.pow(decimals);
    let abs = v.unsigned_abs();
    let whole = num(i64::try_from(abs / unit).unwrap_or(i64::MAX));
    let sign = if v < 0 { "-" } else { "" };
    format!("{sign}{whole}.{:0width$}", abs % unit, width = decimals as usize)
}

/// A figure in the short form a reader expects, and the exact one for hover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// e.g. `2.1亿`, `1.6万`, `2.1 M`
    pub text: String,
    /// e.g. `210,000,000`
    pub exact: String,
}

/// Rounds half away from zero to one decimal of `unit`.
fn tenths_of(v: i64, unit: i128) -> i64 {
    let (n, half) = (i128::from(v) * 10, unit / 2);
    let rounded = if n < 0 { (n - half) / unit } else { (n + half) / unit };
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

fn one_decimal(v: i64, unit: i128) -> String {
    let tenths = tenths_of(v, unit);
    if tenths % 10 == 0 { num(tenths / 10) } else { scaled(tenths, 1) }
}

/// 万 and 亿 in Chinese (from 10,000 and 100,000,000), M and bn in English (from a million and a billion), with at
/// most one decimal; smaller values in full.
pub fn short(lang: Lang, v: i64) -> Short {
    let abs = v.unsigned_abs();
    // 9,999.5万 would round to 10,000万: from there on the next unit is used.
    let text = match lang {
        Lang::ZhCn if abs >= 99_995_000 => format!("{}亿", one_decimal(v, 100_000_000)),
        Lang::ZhCn if abs >= 10_000 => format!("{}万", one_decimal(v, 10_000)),
        Lang::En if abs >= 999_950_000 => format!("{} bn", one_decimal(v, 1_000_000_000)),
        Lang::En if abs >= 1_000_000 => format!("{} M", one_decimal(v, 1_000_000)),
        _ => num(v),
    };
    Short { text, exact: num(v) }
}

/// [`short`] as text with the exact value on hover and for screen readers.
pub fn short_markup(lang: Lang, v: i64) -> Markup {
    let s = short(lang, v);
    if s.text == s.exact {
        html! { span class="zw-num" { (s.text) } }
    } else {
        html! { data class="zw-num" value=(v) title=(s.exact) { (s.text) } }
    }
}

/// Money in fen as yuan with two decimals: `1,234.56`.
pub fn yuan(fen: i64) -> String {
    scaled(fen, 2)
}

/// Money in fen as 万元 with two decimals, for table columns whose header says 万元: `12.35`.
pub fn wan_yuan(fen: i64) -> String {
    let half = if fen < 0 { -5_000 } else { 5_000 };
    scaled(fen.saturating_add(half) / 10_000, 2)
}

/// Money in fen in short form with its unit: `2.1亿元` / `CNY 210 M`; the exact yuan in `exact`.
pub fn money_short(lang: Lang, fen: i64) -> Short {
    let half = if fen < 0 { -50 } else { 50 };
    let s = short(lang, fen.saturating_add(half) / 100);
    match lang {
        Lang::ZhCn => Short { text: format!("{}元", s.text), exact: format!("{}元", yuan(fen)) },
        Lang::En => Short { text: format!("CNY {}", s.text), exact: format!("CNY {}", yuan(fen)) },
    }
}

/// A share to one decimal: `percent(716, 1100)` is `65.1%`; the dash when the denominator is 0 or less. Rounds half
/// up, so 100.0% can appear for a share just below it; [`percent_floor`] never claims a full share too early.
pub fn percent(numerator: i64, denominator: i64) -> String {
    match permille(numerator, denominator) {
        Some(p) => percent_of_permille(p),
        None => NONE.to_owned(),
    }
}

/// [`percent`] without the sign, for columns whose heading says %: `65.1`.
pub fn share(numerator: i64, denominator: i64) -> String {
    permille(numerator, denominator).map_or_else(|| NONE.to_owned(), |p| scaled(p, 1))
}

/// As [`percent`], but cut instead of rounded: 100.0% appears only for the whole.
pub fn percent_floor(numerator: i64, denominator: i64) -> String {
    if denominator <= 0 {
        return NONE.to_owned();
    }
    let p = (i128::from(numerator) * 1000).div_euclid(i128::from(denominator));
    percent_of_permille(i64::try_from(p).unwrap_or(i64::MAX))
}

/// The share in permille (tenths of a percent), rounded half up; `None` when the denominator is 0 or less.
pub fn permille(numerator: i64, denominator: i64) -> Option<i64> {
    if denominator <= 0 {
        return None;
    }
    let (n, d) = (i128::from(numerator) * 2000, i128::from(denominator));
    i64::try_from((n + d).div_euclid(2 * d)).ok()
}

/// Permille (tenths of a percent) as percent: `651` is `65.1%`.
pub fn percent_of_permille(p: i64) -> String {
    format!("{}%", scaled(p, 1))
}

/// A difference of two percentages, given in permille, with its sign: `+8.4个百分点` / `+8.4 pp`.
pub fn points(lang: Lang, permille_difference: i64) -> String {
    let sign = if permille_difference > 0 { "+" } else { "" };
    let unit = if lang == Lang::ZhCn { "个百分点" } else { " pp" };
    format!("{sign}{}{unit}", scaled(permille_difference, 1))
}

/// A change with its sign: `+92`, `-3`, `0`.
pub fn signed(v: i64) -> String {
    if v > 0 { format!("+{}", num(v)) } else { num(v) }
}

/// A date in tables: `2026-11-22`.
pub fn date(year: i64, month: i64, day: i64) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// A date in documents: `2026年11月22日` / `22 November 2026`.
pub fn date_long(lang: Lang, year: i64, month: i64, day: i64) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    match lang {
        Lang::ZhCn => format!("{year}年{month}月{day}日"),
        Lang::En => {
            let name = usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or("?");
            format!("{day} {name} {year}")
        }
    }
}

/// Splits a stored date (yyyymmdd) into year, month, day.
pub fn ymd(yyyymmdd: i64) -> (i64, i64, i64) {
    (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100)
}

/// A stored date (yyyymmdd) in tables, the dash for `None`: `2026-11-22`.
pub fn date_int(yyyymmdd: Option<i64>) -> String {
    match yyyymmdd {
        Some(v) => {
            let (y, m, d) = ymd(v);
            date(y, m, d)
        }
        None => NONE.to_owned(),
    }
}

/// Minutes as hours with one decimal: `90` is `1.5`.
pub fn hours(minutes: i64) -> String {
    let half = if minutes < 0 { -3 } else { 3 };
    scaled((minutes + half) / 6, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (v, want) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1234567, "-1,234,567"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(num(v), want);
        }
        assert_eq!(
            (scaled(12345, 1).as_str(), scaled(-5, 2).as_str(), scaled(7, 0).as_str()),
            ("1,234.5", "-0.05", "7")
        );
    }

    #[test]
    fn short_forms() {
        for (v, zh, en) in [
            (9_999, "9,999", "9,999"),
            (10_000, "1万", "10,000"),
            (53_000, "5.3万", "53,000"),
            (99_994_999, "9,999.5万", "100 M"),
            (99_995_000, "1亿", "100 M"),
            (210_000_000, "2.1亿", "210 M"),
            (-210_000_000, "-2.1亿", "-210 M"),
            (2_490_000_000, "24.9亿", "2.5 bn"),
        ] {
            assert_eq!(short(Lang::ZhCn, v).text, zh, "{v}");
            assert_eq!(short(Lang::En, v).text, en, "{v}");
            assert_eq!(short(Lang::En, v).exact, num(v));
        }
    }

    #[test]
    fn money() {
        assert_eq!(yuan(123_456), "1,234.56");
        assert_eq!(wan_yuan(12_345_678), "12.35");
        assert_eq!(wan_yuan(-12_345_678), "-12.35");
        assert_eq!(money_short(Lang::ZhCn, 21_000_000_000).text, "2.1亿元");
        assert_eq!(money_short(Lang::En, 21_000_000_000).text, "CNY 210 M");
    }

    #[test]
    fn shares() {
        assert_eq!(percent(716, 1100), "65.1%");
        assert_eq!(percent(624, 1100), "56.7%");
        assert_eq!(percent(1, 0), "—");
        assert_eq!((share(716, 1100).as_str(), share(1, 0).as_str()), ("65.1", "—"));
        assert_eq!(percent(9999, 10_000), "100.0%");
        assert_eq!(percent_floor(9999, 10_000), "99.9%");
        assert_eq!(percent(1, 2000), "0.1%");
        assert_eq!(points(Lang::ZhCn, 84), "+8.4个百分点");
        assert_eq!(points(Lang::En, -5), "-0.5 pp");
    }

    #[test]
    fn dates_and_hours() {
        assert_eq!(date_int(Some(20_261_122)), "2026-11-22");
        assert_eq!(date_int(None), "—");
        assert_eq!(date_long(Lang::ZhCn, 2026, 11, 2), "2026年11月2日");
        assert_eq!(date_long(Lang::En, 2026, 11, 22), "22 November 2026");
        assert_eq!((hours(90).as_str(), hours(5).as_str()), ("1.5", "0.1"));
    }
}
