use super::*;

fn day(y: i64, m: i64, d: i64) -> Day {
    Day::new(y, m, d).unwrap()
}
fn village() -> DivisionId {
    DivisionId(10_000)
}
fn worker(n: u128) -> WorkerId {
    WorkerId(zw_core::Uuid::from_u128(n))
}
/// Born 1955-12-30, a woman.
const OLD: &str = "359900195512300024";
/// Born 2016-02-29.
const CHILD: &str = "359900201602290032";

fn input(id_no: &str) -> ResidentInput {
    ResidentInput {
        name: "陈秀英".into(),
        id_no: id_no.into(),
        village: "10000".into(),
        categories: vec!["01".into()],
        legal_basis: "statutory".into(),
        ..ResidentInput::default()
    }
}

fn check(i: &ResidentInput) -> Result<ResidentDraft, FieldErrors> {
    i.check(&ResidentFacts {
        today: day(2021, 7, 8),
        villages: &[village()],
        since: Some(day(2021, 1, 4)),
        posted: &[worker(1)],
        me: Some(worker(1)),
        rhythm: &Rhythm::default(),
        on_file: None,
        number_on_file: None,
        consents: &[],
        notice: &Notice::default(),
        listed: false,
    })
}

fn problems(i: &ResidentInput) -> Vec<(String, String)> {
    match check(i) {
        Ok(_) => vec![],
        Err(e) => e.0.into_iter().map(|f| (f.field, f.code)).collect(),
    }
}

#[test]
fn the_number_fills_birth_and_sex() {
    let d = check(&input(OLD)).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(d.birth, day(1955, 12, 30));
    assert_eq!(d.sex, Sex::Female);
    assert_eq!(d.filed_on, day(2021, 7, 8));
    assert_eq!(d.worker, Some(worker(1)));
    assert_eq!((d.risk, d.visit_every), (4, VisitEvery::Quarterly));
    assert!(check(&input(&OLD.to_lowercase())).is_ok());
}

#[test]
fn id_problems_at_the_form() {
    for (number, field, code) in [
        ("110105194912310021", "id_no", "id-check-digit"),
        ("359900199002300014", "id_no", "id-birth-impossible"),
        ("35990019551230002", "id_no", "id-length"),
        ("35990019551230002A", "id_no", "id-char"),
        ("", "id_no", "resident-id-or-reason"),
    ] {
        let got = problems(&input(number));
        assert_eq!(got, vec![(field.to_owned(), code.to_owned())], "{number}");
    }
    // A date after today, with a right check digit.
    let body = "35990020210709001";
    let future = format!("{body}{}", person_id::check_digit(body).unwrap());
    assert_eq!(problems(&input(&future)), vec![("id_no".into(), "id-birth-future".into())]);
    let with = |change: fn(&mut ResidentInput)| {
        let mut i = input(OLD);
        change(&mut i);
        problems(&i)
    };
    assert_eq!(with(|i| i.sex = "1".into()), vec![("sex".into(), "id-sex-mismatch".into())]);
    assert_eq!(with(|i| i.birth = "1955-12-31".into()), vec![("birth".into(), "id-birth-mismatch".into())]);
    assert_eq!(
        with(|i| i.id_missing_reason = "lost".into()),
        vec![("id_missing_reason".into(), "resident-id-and-reason".into())]
    );
    assert_eq!(
        with(|i| i.id_type = "taiwan_permit".into()),
        vec![
            ("id_no".into(), "id-format".into()),
            ("birth".into(), "required".into()),
            ("sex".into(), "required".into())
        ]
        .into_iter()
        .take(1)
        .collect::<Vec<_>>()
    );
}

#[test]
fn without_a_number_birth_and_sex_are_typed() {
    let mut i = input("");
    i.id_missing_reason = "lost".into();
    assert_eq!(problems(&i), vec![("birth".into(), "required".into()), ("sex".into(), "required".into())]);
    (i.birth, i.sex) = ("2021-07-09".into(), "1".into());
    assert_eq!(
        problems(&i),
        vec![
            ("birth".into(), "resident-birth-future".into()),
            ("filed_on".into(), "resident-filed-before-birth".into())
        ]
    );
    i.birth = "1950-01-01".into();
    assert!(check(&i).is_ok());
}

#[test]
fn categories_and_their_ages() {
    for (number, categories, code) in [
        (OLD, vec!["11"], "resident-category-age-11"),
        (CHILD, vec!["21"], "resident-category-age-21"),
        (OLD, vec!["25"], "resident-category-age-25"),
        (OLD, vec!["01", "14"], "resident-category-age-14"),
        (OLD, vec!["33"], "resident-category-restricted"),
        (OLD, vec!["06"], "resident-category-event"),
        (OLD, vec!["77"], "unknown-code"),
        (OLD, vec![], "required"),
    ] {
        let mut i = input(number);
        i.categories = categories.iter().map(|c| (*c).to_owned()).collect();
        assert_eq!(problems(&i), vec![("categories".to_owned(), code.to_owned())], "{categories:?}");
    }
    let mut i = input(OLD);
    i.categories = vec!["01".into(), "21".into(), "21".into()];
    assert_eq!(check(&i).map(|d| d.categories).unwrap_or_default(), vec!["01", "21"]);
}

#[test]
fn a_legal_basis_is_required_and_a_consent_has_its_date() {
    let with = |number: &str, change: fn(&mut ResidentInput)| {
        let mut i = input(number);
        change(&mut i);
        problems(&i).into_iter().map(|(f, c)| format!("{f}:{c}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(with(OLD, |i| i.legal_basis.clear()), "legal_basis:required");
    assert_eq!(with(OLD, |i| i.legal_basis = "consent".into()), "consent_on:resident-consent-date");
    assert_eq!(
        with(OLD, |i| (i.legal_basis, i.consent_on) = ("consent".into(), "2021-07-09".into())),
        "consent_on:resident-consent-future"
    );
    // 低保 tells of income: the consent to what is sensitive is its own (PIPL 29).
    assert_eq!(
        with(OLD, |i| (i.legal_basis, i.consent_on) = ("consent".into(), "2021-07-08".into())),
        "legal_basis:resident-sensitive-consent"
    );
    assert_eq!(with(OLD, |i| (i.legal_basis, i.consent_on) = ("separate_consent".into(), "2021-07-08".into())), "");
    let plain = |i: &mut ResidentInput| {
        (i.legal_basis, i.consent_on, i.categories) = ("consent".into(), "2021-07-08".into(), vec!["90".into()]);
    };
    assert_eq!(with(OLD, plain), "");
    assert_eq!(with(OLD, |i| i.consent_until = "2021-12-31".into()), "consent_on:resident-consent-date");
    assert_eq!(
        with(CHILD, |i| (i.legal_basis, i.consent_on) = ("consent".into(), "2021-07-08".into())),
        "legal_basis:resident-guardian-needed"
    );
    assert_eq!(
        with(CHILD, |i| (i.legal_basis, i.consent_on) = ("guardian_consent".into(), "2021-07-08".into())),
        "consent_relation:consent-relation consent_by:resident-guardian-name"
    );
    let guardian = |i: &mut ResidentInput| {
        (i.legal_basis, i.consent_on) = ("guardian_consent".into(), "2021-07-08".into());
        (i.consent_by, i.consent_relation) = ("陈大明".into(), "5".into());
    };
    assert_eq!(with(CHILD, guardian), "");
    assert_eq!(with(OLD, guardian), "consent_ground:consent-ground", "for a grown-up a guardian has a ground");
    assert_eq!(with(CHILD, |i| i.legal_basis = "statutory".into()), "");
}

/// security.md PRIV-3: the rule ends on the fourteenth birthday, in common years on 1 March for 29 February.
#[test]
fn the_fourteenth_birthday() {
    for (birth, guardian) in [("2007-07-09", true), ("2007-07-08", false)] {
        let mut i = input("");
        (i.id_missing_reason, i.birth, i.sex) = ("lost".into(), birth.into(), "1".into());
        (i.legal_basis, i.consent_on, i.categories) = ("consent".into(), "2021-07-08".into(), vec!["90".into()]);
        assert_eq!(!problems(&i).is_empty(), guardian, "{birth}");
    }
    let leap = day(2008, 2, 29);
    assert_eq!(leap.years_until(day(2022, 2, 28)), 13);
    assert_eq!(leap.years_until(day(2022, 3, 1)), 14);
}

#[test]
fn other_fields() {
    let with = |change: fn(&mut ResidentInput)| {
        let mut i = input(OLD);
        change(&mut i);
        problems(&i).into_iter().map(|(f, c)| format!("{f}:{c}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(with(|i| i.name = "陈".into()), "name:name-too-short");
    assert_eq!(with(|i| i.village = "1".into()), "village:resident-village-outside");
    assert_eq!(with(|i| i.village.clear()), "village:required");
    assert_eq!(with(|i| i.phone = "12345".into()), "phone:resident-phone");
    assert_eq!(with(|i| i.risk = "7".into()), "risk:practice-number-range");
    assert_eq!(with(|i| i.worker = worker(5).to_string()), "worker:resident-worker-not-posted");
    assert_eq!(with(|i| i.filed_on = "2021-07-09".into()), "filed_on:resident-filed-future");
    assert_eq!(with(|i| i.household = "x".into()), "household:resident-household-unknown");
}

#[test]
fn a_doubtful_number_and_a_contradiction_are_confirmed() {
    let confirmed = |i: &ResidentInput| ResidentInput { confirm_id: "1".into(), ..i.clone() };
    for (number, birth, sex, field, code) in [
        ("440524188001010014", "", "", "id_no", "id-before-1900"),
        ("900199198001010010", "1980-01-01", "1", "id_no", "id-foreign-check-digit"),
        (OLD, "1955-12-31", "", "birth", "id-birth-mismatch"),
        (OLD, "", "1", "sex", "id-sex-mismatch"),
    ] {
        let i = ResidentInput { birth: birth.into(), sex: sex.into(), ..input(number) };
        assert_eq!(problems(&i), [(field.to_owned(), code.to_owned())], "{number}");
        assert_eq!(problems(&confirmed(&i)), vec![], "{number}");
    }
    let d = check(&confirmed(&ResidentInput { birth: "1955-12-31".into(), ..input(OLD) }))
        .unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(d.birth, day(1955, 12, 31), "what the person says stands");
}

#[test]
fn no_file_is_older_than_its_station() {
    let on = |d: &str| problems(&ResidentInput { filed_on: d.into(), ..input(OLD) });
    assert_eq!(on("2021-01-03"), [("filed_on".to_owned(), "resident-filed-before-station".to_owned())]);
    assert!(on("2021-01-04").is_empty());
}
