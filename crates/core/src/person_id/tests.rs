use super::*;
use proptest::prelude::*;

fn day(y: i64, m: i64, d: i64) -> Day {
    Day::new(y, m, d).unwrap()
}
fn today() -> Day {
    day(2026, 11, 22)
}

#[test]
fn valid_ids_of_the_handbook() {
    use IdKind::{ResidencePermit as Permit, ResidentId as Card};
    for (raw, kind, birth, sex, warn) in [
        ("11010519491231002X", Card, day(1949, 12, 31), Sex::Female, false),
        ("11010519491231002x", Card, day(1949, 12, 31), Sex::Female, false),
        ("１１０１０５１９４９１２３１００２Ｘ", Card, day(1949, 12, 31), Sex::Female, false),
        ("110105 19491231 002X", Card, day(1949, 12, 31), Sex::Female, false),
        ("440524188001010014", Card, day(1880, 1, 1), Sex::Male, true),
        ("359900199001010015", Card, day(1990, 1, 1), Sex::Male, false),
        ("359900195512300024", Card, day(1955, 12, 30), Sex::Female, false),
        ("359900201602290032", Card, day(2016, 2, 29), Sex::Male, false),
        ("810000199408230021", Permit, day(1994, 8, 23), Sex::Female, false),
        ("830000199201300022", Permit, day(1992, 1, 30), Sex::Female, false),
    ] {
        let id = parse(IdKind::ResidentId, raw, today()).unwrap_or_else(|e| panic!("{raw}: {e}"));
        assert_eq!((id.kind, id.birth, id.sex), (kind, Some(birth), Some(sex)), "{raw}");
        assert_eq!(id.warnings, if warn { vec![IdWarning::Before1900] } else { vec![] }, "{raw}");
        assert_eq!(id.number.len(), 18);
        assert!(!format!("{id:?}").contains("1001"), "Debug hides the number");
    }
}

#[test]
fn refused_ids() {
    for (raw, why) in [
        ("110105194912310021", IdProblem::CheckDigit),
        ("359900199002300014", IdProblem::BirthImpossible),
        ("359900199013010010", IdProblem::BirthImpossible),
        ("359900179901010010", IdProblem::BirthImpossible),
        ("35990019900101001", IdProblem::WrongLength),
        ("3599001990010100155", IdProblem::WrongLength),
        ("359900900101001", IdProblem::WrongLength),
        ("35990019900101001A", IdProblem::BadChar),
        ("3599001990010100X5", IdProblem::BadChar),
        ("三59900199001010015", IdProblem::BadChar),
        ("059900199001010015", IdProblem::WrongPrefix),
        ("", IdProblem::Empty),
        ("   ", IdProblem::Empty),
    ] {
        assert_eq!(parse(IdKind::ResidentId, raw, today()).map(|_| ()), Err(why), "{raw}");
    }
    let tomorrow = format!("359900{}001", today().add_days(1).yyyymmdd());
    let tomorrow = format!("{tomorrow}{}", check_digit(&tomorrow).unwrap());
    assert_eq!(parse(IdKind::ResidentId, &tomorrow, today()).map(|_| ()), Err(IdProblem::BirthFuture));
    assert!(parse(IdKind::ResidentId, &tomorrow, today().add_days(1)).is_ok());
}

#[test]
fn other_documents() {
    use IdKind::{
        BirthCertificate, ForeignPermanent, HkMacauPermit, HouseholdRegister, Passport, ResidencePermit, TaiwanPermit,
    };
    for (kind, raw, ok) in [
        (TaiwanPermit, "12345678", true),
        (TaiwanPermit, "1234567", false),
        (TaiwanPermit, "1234567A", false),
        (HkMacauPermit, "H12345678", true),
        (HkMacauPermit, "m1234567801", true),
        (HkMacauPermit, "H123456789", false),
        (HkMacauPermit, "A12345678", false),
        (Passport, "E12345678", true),
        (Passport, "AB123", true),
        (Passport, "AB12", false),
        (Passport, "A12345678901234567", false),
        (Passport, "E1234_678", false),
        (BirthCertificate, "R123456789", true),
        (BirthCertificate, "R12345678", false),
        (BirthCertificate, "1234567890", false),
        (HouseholdRegister, "359900199001010015", true),
        (HouseholdRegister, "810000199408230021", false),
        (ResidencePermit, "810000199408230021", true),
        (ResidencePermit, "359900199001010015", false),
        (ForeignPermanent, "USA310000000101", true),
        (ForeignPermanent, "USA31000000010", false),
        (ForeignPermanent, "359900199001010015", false),
    ] {
        assert_eq!(parse(kind, raw, today()).is_ok(), ok, "{kind} {raw}");
    }
}

#[test]
fn a_foreigners_card_warns_and_is_not_refused() {
    let first17 = "91124198108030022";
    let good = format!("{first17}{}", check_digit(first17).unwrap());
    let id = parse(IdKind::ForeignPermanent, &good, today()).unwrap();
    assert_eq!(id.kind, IdKind::ForeignPermanent);
    assert!(!id.warnings.contains(&IdWarning::ForeignCheckDigit));
    let last = if good.ends_with('1') { '2' } else { '1' };
    let id = parse(IdKind::ResidentId, &format!("{first17}{last}"), today()).unwrap();
    assert_eq!(id.kind, IdKind::ForeignPermanent);
    assert!(id.warnings.contains(&IdWarning::ForeignCheckDigit));
}

#[test]
fn fifteen_digits_at_import_only() {
    let id = parse_import(IdKind::ResidentId, "359900900101001", today()).unwrap();
    assert_eq!(id.number, "359900199001010015");
    assert_eq!(id.warnings, vec![IdWarning::From15]);
    assert_eq!(
        parse_import(IdKind::ResidentId, "359900900230001", today()).map(|_| ()),
        Err(IdProblem::BirthImpossible)
    );
    assert_eq!(parse_import(IdKind::ResidentId, "35990090010100A", today()).map(|_| ()), Err(IdProblem::BadChar));
    assert!(parse_import(IdKind::ResidentId, "359900199001010015", today()).unwrap().warnings.is_empty());
    assert!(parse_import(IdKind::Passport, "A12345678901234", today()).is_ok());
}

#[test]
fn fields_must_agree() {
    let id = parse(IdKind::ResidentId, "359900199001010015", today()).unwrap();
    let born = day(1990, 1, 1);
    assert_eq!(agrees(&id, Some(born), Some(Sex::Male)), Ok(()));
    assert_eq!(agrees(&id, None, None), Ok(()));
    assert_eq!(agrees(&id, Some(born), Some(Sex::Unstated)), Ok(()));
    assert_eq!(agrees(&id, Some(born.add_days(1)), None), Err(IdProblem::BirthMismatch));
    assert_eq!(agrees(&id, Some(born), Some(Sex::Female)), Err(IdProblem::SexMismatch));
}

#[test]
fn check_digit_wants_seventeen_digits() {
    assert_eq!(check_digit("11010519491231002"), Some('X'));
    assert_eq!(check_digit("1101051949123100"), None);
    assert_eq!(check_digit("1101051949123100X"), None);
}

proptest! {
    #[test]
    fn made_numbers_are_accepted_and_any_changed_digit_is_not(
        offset in 0_i64..40_000, seq in 0_u16..1000, at in 0_usize..17, by in 1_u8..10,
    ) {
        let born = day(1900, 1, 1).add_days(offset);
        let first17 = format!("359900{}{seq:03}", born.yyyymmdd());
        let number = format!("{first17}{}", check_digit(&first17).unwrap());
        let id = parse(IdKind::ResidentId, &number, today()).unwrap();
        prop_assert_eq!(id.birth, Some(born));
        prop_assert_eq!(id.sex, Some(if seq % 2 == 1 { Sex::Male } else { Sex::Female }));

        let mut bytes = number.into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
        let wrong = String::from_utf8(bytes).unwrap();
        // A number that begins with 9 is a foreigner's card, where a wrong check digit only warns.
        let refused = match parse(IdKind::ResidentId, &wrong, today()) {
            Err(_) => true,
            Ok(id) => !id.warnings.is_empty(),
        };
        prop_assert!(refused, "{}", wrong);
    }
    #[test]
    fn noise_never_panics(noise in ".{0,40}") {
        for kind in <IdKind as crate::code::Code>::ALL { let _ = parse_import(*kind, &noise, today()); }
        let _ = disability::parse(&noise, None);
        let _ = uscc::check(&noise);
        let _ = phone::check(&noise);
    }
}
