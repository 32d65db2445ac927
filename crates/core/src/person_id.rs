//! Identity documents of people (domain.md section 12): normalising, checking, birth date and sex.
//!
//! The six-digit prefix of an ID is never tested against today's divisions: old codes live on in the cards of
//! the people who were born there. Demo and test people use the unassigned prefix 359900.

pub mod disability;
pub mod phone;
pub mod uscc;
mod within;

use crate::Day;
use crate::grams::half_width;
use std::fmt;

pub use within::holds_number;

crate::codes! {
    /// Kind of document, as in the code list `id_type`.
    pub enum IdKind {
        /// 居民身份证, GB 11643.
        ResidentId = "resident_id",
        /// 户口簿: carries the same number as the ID card.
        HouseholdRegister = "household_register",
        /// 港澳居民来往内地通行证 (回乡证).
        HkMacauPermit = "hk_macau_permit",
        /// 台湾居民来往大陆通行证 (台胞证).
        TaiwanPermit = "taiwan_permit",
        /// 港澳台居民居住证.
        ResidencePermit = "residence_permit",
        /// 外国人永久居留身份证.
        ForeignPermanent = "foreign_permanent",
        /// 护照.
        Passport = "passport",
        /// 出生医学证明.
        BirthCertificate = "birth_certificate",
    }
}

crate::codes! {
    /// Sex, GB/T 2261.1.
    pub enum Sex {
        /// 未知的性别.
        Unknown = "0",
        /// 男.
        Male = "1",
        /// 女.
        Female = "2",
        /// 未说明的性别.
        Unstated = "9",
    }
}

crate::codes! {
    /// Why a document number is refused.
    pub enum IdProblem {
        /// Nothing was given.
        Empty = "id-empty",
        /// Neither 18 characters nor, at import, 15.
        WrongLength = "id-length",
        /// A character that cannot stand there.
        BadChar = "id-char",
        /// The check digit does not fit.
        CheckDigit = "id-check-digit",
        /// The birth date is no date, or before 1800.
        BirthImpossible = "id-birth-impossible",
        /// The birth date lies after today.
        BirthFuture = "id-birth-future",
        /// The number is of another kind of document.
        WrongPrefix = "id-prefix",
        /// Not the format of that document.
        Format = "id-format",
        /// The number's birth date is not the one given.
        BirthMismatch = "id-birth-mismatch",
        /// The number's sex is not the one given.
        SexMismatch = "id-sex-mismatch",
        /// A disability certificate that belongs to another ID.
        Holder = "id-holder",
    }
}

crate::codes! {
    /// A doubt that a person may confirm; it does not refuse the number.
    pub enum IdWarning {
        /// Born before 1900.
        Before1900 = "id-before-1900",
        /// A foreign permanent resident's check digit does not fit: the rule for these cards is not certain.
        ForeignCheckDigit = "id-foreign-check-digit",
        /// A foreign permanent resident's birth date cannot be read.
        ForeignBirth = "id-foreign-birth",
        /// Made from a 15-digit number.
        From15 = "id-from-15",
    }
}

/// A checked document number. `Debug` hides it: personal data never reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonId {
    /// What the number itself says: a residence permit typed under 居民身份证 is told apart here.
    pub kind: IdKind,
    /// As stored: half width, no spaces, capital letters, 18 characters where the kind has them.
    pub number: String,
    /// Birth date, where the number holds one.
    pub birth: Option<Day>,
    /// Sex, where the number holds one.
    pub sex: Option<Sex>,
    /// Doubts to be confirmed.
    pub warnings: Vec<IdWarning>,
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonId({}, ***)", self.kind)
    }
}

/// Half width, capitals, without spaces, hyphens and invisible characters.
pub fn normalise(raw: &str) -> String {
    raw.chars()
        .map(half_width)
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}')
        })
        .flat_map(char::to_uppercase)
        .collect()
}

/// The 18th character for the first 17 digits (GB 11643, ISO 7064 MOD 11-2); `None` unless 17 digits are given.
pub fn check_digit(first17: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if first17.len() != 17 || !first17.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let sum: u32 = first17.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?)
}

fn shape18(number: &str) -> bool {
    let b = number.as_bytes();
    b.len() == 18 && b[..17].iter().all(u8::is_ascii_digit) && (b[17].is_ascii_digit() || b[17] == b'X')
}

/// The birth date inside a normalised number of 18 characters or 15 digits, checked for shape and calendar
/// only; `None` for every other number. For masks and age rules.
pub fn birth_in(number: &str) -> Option<Day> {
    let text = if shape18(number) {
        number[6..14].to_owned()
    } else if number.len() == 15 && number.bytes().all(|b| b.is_ascii_digit()) {
        format!("19{}", &number[6..12])
    } else {
        return None;
    };
    Day::from_yyyymmdd(text.parse().ok()?)
}

fn sex_in(number: &str) -> Option<Sex> {
    let digit = number.as_bytes().get(16).filter(|b| b.is_ascii_digit())?;
    Some(if digit % 2 == 1 { Sex::Male } else { Sex::Female })
}

/// The prefixes of 港澳台居民居住证 (Hong Kong, Macau, Taiwan).
fn is_residence_prefix(number: &str) -> bool {
    matches!(number.get(..6), Some("810000" | "820000" | "830000"))
}

fn parse18(number: String, today: Day) -> Result<PersonId, IdProblem> {
    if !number.is_ascii() {
        return Err(IdProblem::BadChar);
    }
    if number.len() != 18 {
        return Err(IdProblem::WrongLength);
    }
    if !shape18(&number) {
        return Err(IdProblem::BadChar);
    }
    if number.starts_with('0') {
        return Err(IdProblem::WrongPrefix);
    }
    if number.starts_with('9') {
        return Ok(foreign18(number));
    }
    let birth = birth_in(&number).ok_or(IdProblem::BirthImpossible)?;
    if check_digit(&number[..17]) != number.chars().last() {
        return Err(IdProblem::CheckDigit);
    }
    if birth > today {
        return Err(IdProblem::BirthFuture);
    }
    let kind = if is_residence_prefix(&number) { IdKind::ResidencePermit } else { IdKind::ResidentId };
    let warnings = if birth.year() < 1900 { vec![IdWarning::Before1900] } else { vec![] };
    Ok(PersonId { kind, sex: sex_in(&number), birth: Some(birth), number, warnings })
}

/// The 18-character card of a foreign permanent resident begins with 9. Its rule is known from secondary
/// sources only, so the check digit and the birth date warn and never refuse.
fn foreign18(number: String) -> PersonId {
    let birth = birth_in(&number);
    let mut warnings = vec![];
    if birth.is_none() {
        warnings.push(IdWarning::ForeignBirth);
    }
    if check_digit(&number[..17]) != number.chars().last() {
        warnings.push(IdWarning::ForeignCheckDigit);
    }
    PersonId { kind: IdKind::ForeignPermanent, sex: sex_in(&number), birth, number, warnings }
}

/// Characters of a fixed format that stand one after the other.
struct Part {
    test: fn(u8) -> bool,
    least: usize,
    most: usize,
}

const fn part(test: fn(u8) -> bool, least: usize, most: usize) -> Part {
    Part { test, least, most }
}

/// Whether the whole number consists of these parts.
fn has_shape(number: &str, parts: &[Part]) -> bool {
    let mut rest = number.as_bytes();
    for p in parts {
        let n = rest.iter().take(p.most).take_while(|b| (p.test)(**b)).count();
        if n < p.least {
            return false;
        }
        rest = &rest[n..];
    }
    rest.is_empty()
}

fn digit(b: u8) -> bool {
    b.is_ascii_digit()
}
fn capital(b: u8) -> bool {
    b.is_ascii_uppercase()
}
fn capital_or_digit(b: u8) -> bool {
    digit(b) || capital(b)
}
fn h_or_m(b: u8) -> bool {
    matches!(b, b'H' | b'M')
}

fn other(kind: IdKind, number: String) -> Result<PersonId, IdProblem> {
    let fits = match kind {
        IdKind::TaiwanPermit => has_shape(&number, &[part(digit, 8, 8)]),
        IdKind::HkMacauPermit => {
            has_shape(&number, &[part(h_or_m, 1, 1), part(digit, 8, 8)])
                || has_shape(&number, &[part(h_or_m, 1, 1), part(digit, 10, 10)])
        }
        IdKind::Passport => has_shape(&number, &[part(capital_or_digit, 5, 17)]),
        IdKind::BirthCertificate => has_shape(&number, &[part(capital, 1, 1), part(digit, 9, 9)]),
        // The older card of foreign permanent residents: three letters of the country, twelve digits.
        IdKind::ForeignPermanent => has_shape(&number, &[part(capital, 3, 3), part(digit, 12, 12)]),
        IdKind::ResidentId | IdKind::HouseholdRegister | IdKind::ResidencePermit => false,
    };
    if fits { Ok(PersonId { kind, number, birth: None, sex: None, warnings: vec![] }) } else { Err(IdProblem::Format) }
}

/// Checks a number typed under `kind` on the day `today`. A residence permit or a foreigner's card typed under
/// 居民身份证 is accepted and comes back with its own kind; 15-digit numbers are for imports only.
pub fn parse(kind: IdKind, raw: &str, today: Day) -> Result<PersonId, IdProblem> {
    let number = normalise(raw);
    if number.is_empty() {
        return Err(IdProblem::Empty);
    }
    match kind {
        IdKind::ResidentId => parse18(number, today),
        IdKind::HouseholdRegister => match parse18(number, today)? {
            id if id.kind == IdKind::ResidentId => Ok(PersonId { kind, ..id }),
            _ => Err(IdProblem::WrongPrefix),
        },
        IdKind::ResidencePermit => match parse18(number, today)? {
            id if id.kind == kind => Ok(id),
            _ => Err(IdProblem::WrongPrefix),
        },
        IdKind::ForeignPermanent if number.len() == 18 => match parse18(number, today)? {
            id if id.kind == kind => Ok(id),
            _ => Err(IdProblem::WrongPrefix),
        },
        _ => other(kind, number),
    }
}

/// As [`parse`], for files: a 15-digit number of the first generation is completed (19 inserted, check digit
/// computed) and carries the warning [`IdWarning::From15`].
pub fn parse_import(kind: IdKind, raw: &str, today: Day) -> Result<PersonId, IdProblem> {
    let number = normalise(raw);
    let first_generation = matches!(kind, IdKind::ResidentId | IdKind::HouseholdRegister) && number.len() == 15;
    if !first_generation {
        return parse(kind, raw, today);
    }
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(IdProblem::BadChar);
    }
    let first17 = format!("{}19{}", &number[..6], &number[6..]);
    let check = check_digit(&first17).ok_or(IdProblem::BadChar)?;
    let mut id = parse(kind, &format!("{first17}{check}"), today)?;
    id.warnings.push(IdWarning::From15);
    Ok(id)
}

/// Compares what the number says with the fields of the form. 0 未知 and 9 未说明 contradict nothing.
/// A caller may let a person confirm the difference.
pub fn agrees(id: &PersonId, birth: Option<Day>, sex: Option<Sex>) -> Result<(), IdProblem> {
    if let (Some(a), Some(b)) = (id.birth, birth)
        && a != b
    {
        return Err(IdProblem::BirthMismatch);
    }
    let stated = sex.filter(|s| matches!(s, Sex::Male | Sex::Female));
    if let (Some(a), Some(b)) = (id.sex, stated)
        && a != b
    {
        return Err(IdProblem::SexMismatch);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
