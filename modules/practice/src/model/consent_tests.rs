use super::*;

fn day(y: i64, m: i64, d: i64) -> Day {
    Day::new(y, m, d).unwrap()
}
const OLD: (i64, i64, i64) = (1955, 12, 30);

fn born(b: (i64, i64, i64)) -> Day {
    day(b.0, b.1, b.2)
}

fn oral(scopes: &[&str]) -> ConsentInput {
    ConsentInput {
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        form: "oral".into(),
        signer: "陈秀英".into(),
        witness: "林村干".into(),
        signed_on: "2021-07-08".into(),
        ..ConsentInput::default()
    }
}

fn wrong(birth: (i64, i64, i64), change: impl Fn(&mut ConsentInput)) -> String {
    let mut i = oral(&["filing"]);
    change(&mut i);
    let f = ConsentFacts { today: day(2021, 7, 8), birth: Some(born(birth)), notice: &Notice::default() };
    match i.check(&f) {
        Ok(_) => String::new(),
        Err(e) => e.0.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" "),
    }
}

#[test]
fn what_a_consent_must_say() {
    type Change = fn(&mut ConsentInput);
    let table: &[(Change, &str)] = &[
        (|_| {}, ""),
        (|i| i.scopes.clear(), "scopes:required"),
        (|i| i.scopes = vec!["everything".into()], "scopes:unknown-code"),
        (|i| i.answer = "maybe".into(), "answer:unknown-code"),
        (|i| i.form.clear(), "form:required"),
        (|i| i.form = "wink".into(), "form:unknown-code"),
        (|i| i.signed_on.clear(), "signed_on:resident-consent-date"),
        (|i| i.signed_on = "7月8日".into(), "signed_on:date-format"),
        (|i| i.signed_on = "2021-07-09".into(), "signed_on:resident-consent-future"),
        (|i| i.signed_on = "1955-12-29".into(), "signed_on:consent-before-birth form:consent-guardian-needed"),
        (|i| i.until = "2021-07-07".into(), "until:resident-consent-until"),
        (|i| (i.signed_on, i.until) = ("2021-01-01".into(), "2021-07-07".into()), "until:resident-consent-ended"),
        (|i| i.until = "2021-07-08".into(), ""),
        (|i| i.signer.clear(), "signer:consent-signer"),
        (|i| i.signer = "陈".into(), "signer:name-too-short"),
        (|i| i.witness.clear(), "witness:consent-witness"),
        (|i| i.witness = "陈秀英".into(), "witness:consent-witness-signer"),
        (|i| (i.form, i.witness) = ("written".into(), String::new()), ""),
        (|i| i.relation = "5".into(), "relation:consent-relation-self"),
        (|i| i.relation = "x".into(), "relation:unknown-code"),
        (|i| i.form = "guardian".into(), "relation:consent-relation ground:consent-ground"),
        (
            |i| (i.form, i.relation, i.ground) = ("guardian".into(), "0".into(), "court".into()),
            "relation:consent-relation-guardian",
        ),
        (|i| (i.form, i.relation) = ("guardian".into(), "2".into()), "ground:consent-ground"),
        (|i| (i.form, i.relation, i.ground) = ("guardian".into(), "2".into(), "court".into()), ""),
        (|i| i.ground = "because".into(), "ground:unknown-code"),
        (|i| i.scopes.push("sharing".into()), "recipients:consent-recipients"),
        (|i| (i.scopes.push("sharing".into()), i.recipients = "县残联".into()).1, ""),
        (|i| i.field_groups = vec!["health".into()], "field_groups:consent-group-sensitive"),
        (|i| i.field_groups = vec!["image".into()], "field_groups:consent-group-image"),
        (|i| i.field_groups = vec!["soul".into()], "field_groups:unknown-code"),
        (|i| i.purpose = "写".repeat(201), "purpose:too-long"),
        (|i| i.evidence = "电话13800001234".into(), "evidence:number-of-person"),
    ];
    for (n, (change, found)) in table.iter().enumerate() {
        assert_eq!(wrong(OLD, change), *found, "{n}");
    }
}

#[test]
fn a_refusal_is_an_answer_that_needs_little() {
    let refused = |i: &mut ConsentInput| {
        *i = ConsentInput {
            scopes: vec!["image".into()],
            answer: "refused".into(),
            signed_on: "2021-07-08".into(),
            ..ConsentInput::default()
        };
    };
    assert_eq!(wrong(OLD, refused), "");
    let with_end = |i: &mut ConsentInput| {
        refused(i);
        i.until = "2022-01-01".into();
    };
    assert_eq!(wrong(OLD, with_end), "until:consent-refused-until");
    assert_eq!(wrong((2016, 2, 29), refused), "", "who answers for a child may refuse unnamed as well");
}

/// security.md PRIV-3: until the fourteenth birthday, in common years 1 March for 29 February.
#[test]
fn under_fourteen_the_guardian_consents() {
    let own = |_: &mut ConsentInput| {};
    assert_eq!(wrong((2007, 7, 9), own), "form:consent-guardian-needed");
    assert_eq!(wrong((2007, 7, 8), own), "");
    for (relation, ok) in [("5", true), ("6", true), ("7", true), ("8", true), ("1", false), ("2", false), ("0", false)]
    {
        let by = |i: &mut ConsentInput| (i.form, i.relation) = ("guardian".into(), relation.into());
        let found = if ok { "" } else { "relation:consent-relation-guardian" };
        assert_eq!(wrong((2010, 1, 1), by), found, "{relation}");
        assert_eq!(wrong((2005, 1, 1), by), found, "{relation}: a minor of 16 has guardians too");
    }
    let leap = (2008, 2, 29);
    let on = |d: &str| {
        let mut i = oral(&["filing"]);
        i.signed_on = d.into();
        let f = ConsentFacts { today: day(2022, 7, 8), birth: Some(born(leap)), notice: &Notice::default() };
        i.check(&f).is_ok()
    };
    assert!(!on("2022-02-28") && on("2022-03-01"));
}

fn stored(n: u128, scopes: &str, on: Day, answer: ConsentAnswer) -> Consent {
    Consent {
        county_id: DivisionId(1),
        id: ConsentId(zw_core::Uuid::from_u128(n)),
        resident_id: ResidentId(zw_core::Uuid::from_u128(1)),
        scopes: scopes.into(),
        answer,
        form: Some(ConsentForm::Written),
        signer: None,
        relation: None,
        ground: None,
        witness: None,
        purpose: String::new(),
        recipients: String::new(),
        field_groups: String::new(),
        notice_version: "1".into(),
        signed_on: on,
        until_on: None,
        withdrawn_on: None,
        withdrawn_at: None,
        withdraw_reason: None,
        evidence: String::new(),
        version: 1,
        recorded_at: Stamp::from_cn(on, 9, 0),
        recorded_by: "a".into(),
    }
}

fn withdrawn(c: Consent, on: Day) -> Consent {
    Consent { withdrawn_on: Some(on), withdrawn_at: Some(Stamp::from_cn(on, 10, 0)), ..c }
}

#[test]
fn the_last_word_counts() {
    use ConsentScope::{Filing, Image};
    let d = |m, n| day(2021, m, n);
    let stands = |all: &[Consent], on| standing(all, Filing, born(OLD), on);
    let given = || stored(1, "filing", d(3, 1), ConsentAnswer::Given);
    assert_eq!(stands(&[], d(7, 8)), Standing::Unasked);
    assert_eq!(stands(&[given()], d(7, 8)), Standing::Given(None));
    assert_eq!(standing(&[given()], Image, born(OLD), d(7, 8)), Standing::Unasked, "another matter");
    // The first visit comes before the paper.
    assert_eq!(stands(&[given()], d(2, 1)), Standing::Given(None));
    let ends = Consent { until_on: Some(d(6, 30)), ..given() };
    assert_eq!(stands(std::slice::from_ref(&ends), d(6, 30)), Standing::Given(Some(d(6, 30))), "the last day counts");
    assert_eq!(stands(std::slice::from_ref(&ends), d(7, 1)), Standing::Expired(d(6, 30)));
    // A withdrawal holds from its day on, and not before.
    let back = [withdrawn(given(), d(5, 1))];
    assert_eq!(stands(&back, d(4, 30)), Standing::Given(None));
    assert_eq!(stands(&back, d(5, 1)), Standing::Withdrawn(d(5, 1)));
    // An older consent nobody took back does not come alive again.
    let two = [given(), withdrawn(stored(2, "filing", d(4, 1), ConsentAnswer::Given), d(5, 1))];
    assert_eq!(stands(&two, d(5, 2)), Standing::Withdrawn(d(5, 1)));
    let anew = [back[0].clone(), stored(3, "filing", d(6, 1), ConsentAnswer::Given)];
    assert_eq!(stands(&anew, d(5, 15)), Standing::Withdrawn(d(5, 1)), "in between nothing stood");
    assert_eq!(stands(&anew, d(6, 1)), Standing::Given(None));
    let no = [given(), stored(2, "filing,image", d(4, 1), ConsentAnswer::Refused)];
    assert_eq!(stands(&no, d(4, 1)), Standing::Refused(d(4, 1)));
    // What each answer is shown as.
    let state = |c: &Consent, all: &[Consent]| state(c, all, born(OLD), d(7, 8));
    assert_eq!(state(&no[0], &no), ConsentState::Replaced);
    assert_eq!(state(&no[1], &no), ConsentState::Refused);
    assert_eq!(state(&back[0], &back), ConsentState::Withdrawn);
    assert_eq!(state(&ends, std::slice::from_ref(&ends)), ConsentState::Expired);
    assert_eq!(state(&anew[1], &anew), ConsentState::Standing);
}

#[test]
fn a_child_s_own_consent_is_no_basis() {
    let birth = day(2010, 1, 1);
    let own = stored(1, "filing", day(2021, 3, 1), ConsentAnswer::Given);
    let on = |c: &Consent| standing(std::slice::from_ref(c), ConsentScope::Filing, birth, day(2021, 7, 8));
    assert_eq!(on(&own), Standing::NotGuardian);
    assert!(on(&Consent { form: Some(ConsentForm::Guardian), ..own.clone() }).is_given());
    assert!(on(&Consent { form: None, ..own }).is_given(), "of before consents were rows");
}

#[test]
fn what_rests_on_what() {
    use ConsentScope::{Filing, Image, Sensitive, Sharing};
    use LegalBasis::{Consent as Plain, GuardianConsent, SeparateConsent, Statutory};
    assert_eq!(needed(Statutory, &["32"], true), vec![]);
    assert_eq!(needed(Plain, &["90"], false), vec![Filing]);
    assert_eq!(needed(Plain, &["32"], false), vec![Filing, Sensitive]);
    assert_eq!(needed(SeparateConsent, &["90"], false), vec![Filing, Sensitive]);
    assert_eq!(needed(GuardianConsent, &["90"], true), vec![Filing, Sensitive], "everything about a child");
    let all = [Filing, Sensitive, Sharing, Image];
    assert_eq!(effect(Statutory, &all), (vec![Sharing, Image], vec![Filing, Sensitive]));
    assert_eq!(effect(Plain, &all), (all.to_vec(), vec![]));
    let none = lacks(Statutory, &[], Filing, born(OLD), day(2021, 7, 8));
    assert_eq!(none, None, "another basis bears it");
    assert_eq!(lacks(Plain, &[], Filing, born(OLD), day(2021, 7, 8)), Some(Standing::Unasked));
}

#[test]
fn a_withdrawal_has_a_day_and_a_reason() {
    let c = stored(1, "filing", day(2021, 3, 1), ConsentAnswer::Given);
    let wrong = |on: &str, reason: &str| {
        let i = WithdrawInput { on: on.into(), reason: reason.into(), version: 1 };
        match i.check(&c, day(2021, 7, 8)) {
            Ok((on, _)) => on.to_string(),
            Err(e) => e.0.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" "),
        }
    };
    assert_eq!(wrong("", "不愿意了"), "2021-07-08");
    assert_eq!(wrong("2021-03-01", "不愿意了"), "2021-03-01");
    assert_eq!(wrong("2021-02-28", "不愿意了"), "on:consent-withdrawn-before");
    assert_eq!(wrong("2021-07-09", "不愿意了"), "on:consent-withdrawn-future");
    assert_eq!(wrong("", " "), "reason:required");
    assert_eq!(wrong("", "电话13800001234"), "reason:number-of-person");
}
