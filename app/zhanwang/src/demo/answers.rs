//! What the invented people of the demo answered: those whose file rests on a consent gave it, some families signed for a child,
//! some want no picture, one took a consent back, and at every station somebody was asked and wants no file.

use std::collections::HashMap;
use zw_core::{ConsentId, Day, RefusalId, Rng, Stamp, UnitId};
use zw_practice::model::{ConsentAnswer, ConsentForm, ConsentScope, LegalBasis, Recognition, RefusalEnd, RefusedWhat};
use zw_practice::seed::{SeedConsent, SeedRefusal, SeedResident};

/// On what the file of an invented person rests: who is no one's official recipient is on file by consent; of the children
/// under 14 every third by the guardian's.
pub(super) fn basis(categories: &[(&str, Recognition)], birth: Day, filed: Day, i: usize) -> LegalBasis {
    if categories.iter().any(|c| c.0 == "90") {
        LegalBasis::Consent
    } else if birth.years_until(filed) < 14 && i.is_multiple_of(3) {
        LegalBasis::GuardianConsent
    } else {
        LegalBasis::Statutory
    }
}

const WITNESSES: [&str; 4] = ["林村干", "陈网格", "黄主任", "郑联络"];
const EVIDENCE: [&str; 3] = ["原件在站，1号档案柜", "原件在站，2号档案柜", "原件在站"];

fn answer(r: &SeedResident, scopes: &[ConsentScope], signed_on: Day, rng: &Rng) -> SeedConsent {
    let pick = |n: usize| usize::try_from(rng.below(n as u64)).unwrap_or(0);
    let child = r.birth.years_until(signed_on) < 14;
    let oral = !child && rng.below(5) == 0;
    let surname: String = r.name.chars().take(1).collect();
    let (form, signer, relation) = match child {
        true if rng.below(3) == 0 => (ConsentForm::Guardian, format!("{surname}老伯"), "6"),
        true => (ConsentForm::Guardian, format!("{surname}家长"), "5"),
        false => (if oral { ConsentForm::Oral } else { ConsentForm::Written }, r.name.clone(), "0"),
    };
    SeedConsent {
        county: r.county,
        id: ConsentId(rng.uuid(Stamp::from_cn(signed_on, 17, 30))),
        resident: r.id,
        scopes: scopes.to_vec(),
        answer: ConsentAnswer::Given,
        form: Some(form),
        signer: Some(signer),
        relation: Some(relation),
        ground: None,
        witness: oral.then(|| WITNESSES[pick(WITNESSES.len())].to_owned()),
        signed_on,
        until: None,
        withdrawn: None,
        evidence: if oral {
            "见证人在登记表上签字".to_owned()
        } else {
            EVIDENCE[pick(EVIDENCE.len())].to_owned()
        },
    }
}

/// A refusal needs neither a signature nor a form.
fn refused(c: SeedConsent) -> SeedConsent {
    SeedConsent {
        answer: ConsentAnswer::Refused,
        form: None,
        signer: None,
        relation: None,
        witness: None,
        evidence: String::new(),
        ..c
    }
}

/// Answers of all of them, and refusals of a file at their stations. `own`: the station that the demo is entered at.
pub(super) fn of(
    residents: &[SeedResident],
    own: UnitId,
    today: Day,
    rng: &Rng,
) -> (Vec<SeedConsent>, Vec<SeedRefusal>) {
    use ConsentScope::{Filing, Image, Sensitive, Sharing};
    let (mut consents, mut refusals) = (vec![], vec![]);
    let mut at_station: HashMap<UnitId, usize> = HashMap::new();
    for r in residents {
        let n = at_station.entry(r.unit).or_default();
        *n += 1;
        match r.legal_basis {
            LegalBasis::Consent => consents.push(answer(r, &[Filing], r.filed_on, rng)),
            LegalBasis::GuardianConsent => consents.push(answer(r, &[Filing, Sensitive], r.filed_on, rng)),
            _ => {}
        }
        let near = r.unit == own;
        if near && n.is_multiple_of(4) || n.is_multiple_of(9) {
            let said = answer(r, &[Image], r.filed_on, rng);
            consents.push(if rng.below(3) == 0 { refused(said) } else { said });
        }
        let later = r.filed_on.add_days(14).min(today);
        // One of the demo's own people took back that others are told.
        if near && *n == 2 {
            let back = Some((later, "不愿再把情况转给其他部门".to_owned()));
            consents.push(SeedConsent { withdrawn: back, ..answer(r, &[Sharing], r.filed_on, rng) });
        }
        let Some(worker) = r.worker.filter(|_| *n == 1 || near && (*n).is_multiple_of(25)) else { continue };
        let category = ["01", "21", "22", "25", "31"][usize::try_from(rng.below(5)).unwrap_or(0)];
        refusals.push(SeedRefusal {
            county: r.county,
            id: RefusalId(rng.uuid(Stamp::from_cn(r.filed_on, 17, 30))),
            unit: r.unit,
            township: r.township,
            village: r.village,
            categories: if category == "21" { vec!["01", "21"] } else { vec![category] },
            what: if rng.below(6) == 0 { RefusedWhat::Service } else { RefusedWhat::File },
            on: r.filed_on,
            worker,
            ended: (near && *n == 25).then_some((later, RefusalEnd::Agreed)),
        });
    }
    (consents, refusals)
}
