//! Masks of security.md MASK-1. Each takes the stored value and answers what may be shown without a reveal.

use super::{DOT, surname};
use crate::Day;
use crate::grams::is_han;
use crate::person_id;

/// Shown for what no mask recognises and for what must be hidden whole.
pub const HIDDEN: &str = "***";

/// `张*`, `欧阳**`; a name with `·` becomes `阿**·*`, a Latin one `J***`; anything else is hidden whole.
pub fn mask_name(name: &str) -> String {
    let name = name.trim();
    if let Some(surname) = surname(name) {
        let hidden = name.chars().count() - surname.chars().count();
        return format!("{surname}{}", "*".repeat(hidden));
    }
    let Some(first) = name.chars().next().filter(|_| name.chars().count() > 1) else { return HIDDEN.to_owned() };
    if name.contains(DOT) && is_han(first) {
        // The shape is fixed, so that it does not tell how long the parts are.
        return format!("{first}**{DOT}*");
    }
    let latin = name.chars().all(|c| !is_han(c) && (c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.')));
    if latin && first.is_alphabetic() { format!("{first}***") } else { HIDDEN.to_owned() }
}

/// `350***********0016` (3 + 4) for an 18-character number, `350************` (3) for a 15-digit one, whose last
/// digits would touch the birth date. Hidden whole for a child under 14 on `today`, for P4 records, and for
/// every other format.
pub fn mask_id(number: &str, today: Day, p4: bool) -> String {
    let number = person_id::normalise(number);
    let born = person_id::birth_in(&number);
    match (born, number.len()) {
        (Some(born), _) if p4 || born.years_until(today) < 14 => HIDDEN.to_owned(),
        (Some(_), 18) => format!("{}***********{}", &number[..3], &number[14..]),
        (Some(_), 15) => format!("{}************", &number[..3]),
        _ => HIDDEN.to_owned(),
    }
}

/// `138****5678` for a mobile number; anything else is hidden whole.
pub fn mask_phone(phone: &str) -> String {
    match person_id::phone::normalise_mobile(phone) {
        Some(p) => format!("{}****{}", &p[..3], &p[7..]),
        None => HIDDEN.to_owned(),
    }
}

/// `z***@`: the first letter; the host is hidden too, it can name a small employer.
pub fn mask_email(email: &str) -> String {
    let mut parts = email.trim().split('@');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(local), Some(host), None) if host.contains('.') => match local.chars().next() {
            Some(c) if c.is_ascii_alphanumeric() && local.len() > 1 => format!("{c}***@"),
            _ => HIDDEN.to_owned(),
        },
        _ => HIDDEN.to_owned(),
    }
}

/// An address down to its township: the township's path name and nothing of the written address.
pub fn mask_address(township_path: Option<&str>) -> String {
    format!("{}{HIDDEN}", township_path.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn table() {
        let today = Day::new(2021, 7, 8).unwrap();
        let mut n = 0;
        for line in include_str!("mask_cases.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let f: Vec<&str> = line.split('|').collect();
            let got = match f[0] {
                "name" => mask_name(f[1]),
                "id" => mask_id(f[1], today, false),
                "id-p4" => mask_id(f[1], today, true),
                "phone" => mask_phone(f[1]),
                "email" => mask_email(f[1]),
                other => panic!("unknown kind {other}"),
            };
            assert_eq!(got, f[2], "{line}");
            n += 1;
        }
        assert!(n >= 200, "{n} cases");
    }

    #[test]
    fn an_address_stops_at_the_township() {
        assert_eq!(mask_address(Some("福州市鼓楼区鼓东街道")), "福州市鼓楼区鼓东街道***");
        assert_eq!(mask_address(None), "***");
    }

    fn digits_shown(masked: &str) -> usize {
        masked.chars().filter(|c| c.is_alphanumeric()).count()
    }

    proptest! {
        #[test]
        fn never_more_than_seven_of_an_id(number in "[0-9Xx ]{0,20}", year in 2000_i64..2030) {
            let today = Day::new(year, 1, 1).unwrap();
            prop_assert!(digits_shown(&mask_id(&number, today, false)) <= 7);
            prop_assert_eq!(mask_id(&number, today, true), HIDDEN);
        }
        #[test]
        fn the_birth_date_is_always_hidden(y in 1900_i64..2007, m in 1_i64..13, d in 1_i64..29, seq in 0_u16..1000) {
            let number = format!("359900{y:04}{m:02}{d:02}{seq:03}");
            let number = format!("{number}{}", person_id::check_digit(&number).unwrap());
            let masked = mask_id(&number, Day::new(2021, 7, 8).unwrap(), false);
            prop_assert_eq!(masked.len(), 18);
            prop_assert_eq!(&masked[3..14], "***********");
        }
        #[test]
        fn masks_of_noise_show_almost_nothing(noise in ".{0,30}") {
            prop_assert!(mask_name(&noise).chars().filter(|c| *c != '*' && *c != DOT).count() <= 2);
            prop_assert!(digits_shown(&mask_phone(&noise)) <= 7);
            prop_assert!(digits_shown(&mask_email(&noise)) <= 1);
        }
    }
}
