//! 残疾人证: the holder's ID, the kind of disability 1–7, the grade 1–4, and a mark of reissue (domain.md 12).

use super::{IdProblem, PersonId, normalise};

/// A checked disability certificate number.
#[derive(Clone, PartialEq, Eq)]
pub struct DisabilityCard {
    /// As stored, with its reissue mark if it has one.
    pub number: String,
    /// Code of the list `disability_type`: 1 sight, 2 hearing, 3 speech, 4 body, 5 intellect, 6 mind, 7 several.
    pub kind: u8,
    /// Grade 1 (most severe) to 4.
    pub grade: u8,
    /// Number of the reissue (`B1` is 1).
    pub reissue: Option<u8>,
}

impl std::fmt::Debug for DisabilityCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DisabilityCard(***)")
    }
}

/// Checks the certificate of the person whose ID is `holder` (when known: then the ID part must be the same).
pub fn parse(raw: &str, holder: Option<&PersonId>) -> Result<DisabilityCard, IdProblem> {
    let number = normalise(raw);
    let bytes = number.as_bytes();
    if bytes.is_empty() {
        return Err(IdProblem::Empty);
    }
    if !matches!(bytes.len(), 20 | 22) {
        return Err(IdProblem::WrongLength);
    }
    if !super::shape18(number.get(..18).ok_or(IdProblem::BadChar)?) {
        return Err(IdProblem::BadChar);
    }
    if super::check_digit(&number[..17]) != number[..18].chars().last() {
        return Err(IdProblem::CheckDigit);
    }
    let (kind, grade) = (bytes[18], bytes[19]);
    if !matches!(kind, b'1'..=b'7') || !matches!(grade, b'1'..=b'4') {
        return Err(IdProblem::Format);
    }
    let reissue = match bytes.get(20..) {
        Some([b'B', n]) if n.is_ascii_digit() => Some(n - b'0'),
        Some([]) | None => None,
        Some(_) => return Err(IdProblem::Format),
    };
    if holder.is_some_and(|h| h.number != number[..18]) {
        return Err(IdProblem::Holder);
    }
    Ok(DisabilityCard { kind: kind - b'0', grade: grade - b'0', reissue, number })
}

#[cfg(test)]
mod tests {
    use super::super::{IdKind, parse as parse_id};
    use super::*;
    use crate::Day;

    #[test]
    fn table() {
        for (raw, want) in [
            ("35990019900101001511", Ok((1, 1, None))),
            ("35990019900101001574", Ok((7, 4, None))),
            ("35990019900101001563b2", Ok((6, 3, Some(2)))),
            ("359900 19900101 0015 63", Ok((6, 3, None))),
            ("35990019900101001581", Err(IdProblem::Format)),
            ("35990019900101001515", Err(IdProblem::Format)),
            ("35990019900101001511X2", Err(IdProblem::Format)),
            ("35990019900101001611", Err(IdProblem::CheckDigit)),
            ("359900199001010015", Err(IdProblem::WrongLength)),
            ("A5990019900101001511", Err(IdProblem::BadChar)),
            ("", Err(IdProblem::Empty)),
        ] {
            assert_eq!(parse(raw, None).map(|c| (c.kind, c.grade, c.reissue)), want, "{raw}");
        }
    }

    #[test]
    fn belongs_to_its_holder() {
        let today = Day::new(2021, 7, 8).unwrap();
        let own = parse_id(IdKind::ResidentId, "359900199001010015", today).unwrap();
        let other = parse_id(IdKind::ResidentId, "359900195512300024", today).unwrap();
        assert!(parse("35990019900101001511", Some(&own)).is_ok());
        assert_eq!(parse("35990019900101001511", Some(&other)), Err(IdProblem::Holder));
    }
}
