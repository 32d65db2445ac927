//! The consent that comes with a registration or a correction: the fields of its form, and whether what stands is enough for
//! the basis that was chosen. What a consent must be is `super::consent` alone.

use super::consent::{self, CONSENTS_AT, SELF};
use super::{
    ConsentDraft, ConsentFacts, ConsentForm, ConsentInput, ConsentScope, LegalBasis, ResidentFacts, ResidentInput,
};
use zw_core::code::Code as _;
use zw_core::{Day, FieldErrors};

/// The field of the registration form that says what a field of a consent says.
fn field_of(field: &str) -> &str {
    match field {
        "signed_on" => "consent_on",
        "until" => "consent_until",
        "signer" => "consent_by",
        "relation" => "consent_relation",
        "ground" => "consent_ground",
        "witness" => "consent_witness",
        _ => "legal_basis",
    }
}

/// The consent that was typed, or that the basis needs and nobody gave yet: then its date is asked for.
pub(super) fn first_consent(
    i: &ResidentInput,
    f: &ResidentFacts<'_>,
    basis: LegalBasis,
    birth: Option<Day>,
    categories: &[&str],
    e: &mut FieldErrors,
) -> Option<ConsentDraft> {
    let child = birth.is_some_and(|b| b.years_until(f.today) < CONSENTS_AT);
    if child && basis.is_consent() && basis != LegalBasis::GuardianConsent {
        e.add("legal_basis", "resident-guardian-needed");
    }
    let stands = |s: &ConsentScope| {
        f.on_file.is_some() && birth.is_some_and(|b| consent::standing(f.consents, *s, b, f.today).is_given())
    };
    let missing: Vec<ConsentScope> =
        consent::needed(basis, categories, child).into_iter().filter(|s| !stands(s)).collect();
    let all =
        [&i.consent_on, &i.consent_until, &i.consent_by, &i.consent_relation, &i.consent_ground, &i.consent_witness];
    if missing.is_empty() && all.iter().all(|t| t.trim().is_empty()) {
        return None;
    }
    let guardian = basis == LegalBasis::GuardianConsent || !i.consent_by.trim().is_empty();
    let form = match (guardian, i.consent_form.trim()) {
        (true, _) => ConsentForm::Guardian.code(),
        (false, "") => ConsentForm::Written.code(),
        (false, typed) => typed,
    };
    let input = ConsentInput {
        scopes: consent::scopes_of(basis).iter().map(|s| s.code().to_owned()).collect(),
        form: form.to_owned(),
        signer: if guardian { i.consent_by.clone() } else { i.name.clone() },
        relation: if guardian { i.consent_relation.clone() } else { SELF.to_owned() },
        ground: i.consent_ground.clone(),
        witness: i.consent_witness.clone(),
        signed_on: i.consent_on.clone(),
        until: i.consent_until.clone(),
        ..ConsentInput::default()
    };
    let draft = match input.check(&ConsentFacts { today: f.today, birth, notice: f.notice }) {
        Ok(draft) => draft,
        Err(wrong) => {
            for w in wrong.0 {
                // What is wrong with the person's own name, and who must consent, is told at its field already.
                let own_name = w.field == "signer" && !guardian;
                if !own_name && e.of(field_of(&w.field)).is_none() {
                    e.0.push(zw_core::FieldError { field: field_of(&w.field).to_owned(), ..w });
                }
            }
            return None;
        }
    };
    if missing.iter().any(|s| !draft.scopes.contains(s)) && e.of("legal_basis").is_none() {
        e.add("legal_basis", "resident-sensitive-consent");
    }
    // Something said later would still count more.
    if let Some(later) = consent::last_day(f.consents, &missing).filter(|d| *d > draft.signed_on) {
        e.add_with("consent_on", "consent-superseded", &[("on", &later.to_string())]);
    }
    Some(draft)
}
