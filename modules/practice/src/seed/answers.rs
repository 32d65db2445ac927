//! Consents, refusals and refusals of a file to load.

use super::Loader;
use crate::model::{
    ConsentAnswer, ConsentDraft, ConsentForm, ConsentScope, FieldGroup, GuardianGround, Notice, RefusalDraft,
    RefusalEnd, RefusedWhat,
};
use crate::store::{consent, refusal};
use zw_access::sealed;
use zw_core::{ConsentId, Day, DivisionId, RefusalId, ResidentId, Result, Stamp, UnitId, WorkerId};
use zw_db::Tx;

/// An answer of somebody on file to load.
#[derive(Clone)]
pub struct SeedConsent {
    /// County.
    pub county: DivisionId,
    /// Row.
    pub id: ConsentId,
    /// Resident.
    pub resident: ResidentId,
    /// What it is about.
    pub scopes: Vec<ConsentScope>,
    /// Answer.
    pub answer: ConsentAnswer,
    /// How.
    pub form: Option<ConsentForm>,
    /// Who signed.
    pub signer: Option<String>,
    /// Relation, GB/T 4761.
    pub relation: Option<&'static str>,
    /// Why a guardian signs for a grown-up.
    pub ground: Option<GuardianGround>,
    /// Witness.
    pub witness: Option<String>,
    /// Day.
    pub signed_on: Day,
    /// Last day.
    pub until: Option<Day>,
    /// Withdrawn on a day, why.
    pub withdrawn: Option<(Day, String)>,
    /// Where the paper is.
    pub evidence: String,
}

/// A refusal of a file to load.
#[derive(Clone)]
pub struct SeedRefusal {
    /// County.
    pub county: DivisionId,
    /// Row.
    pub id: RefusalId,
    /// Station.
    pub unit: UnitId,
    /// Township.
    pub township: DivisionId,
    /// Village.
    pub village: DivisionId,
    /// Categories.
    pub categories: Vec<&'static str>,
    /// What was refused.
    pub what: RefusedWhat,
    /// Day.
    pub on: Day,
    /// Who asked.
    pub worker: WorkerId,
    /// Ended on a day, why.
    pub ended: Option<(Day, RefusalEnd)>,
}

impl Loader<'_> {
    /// Writes answers of residents who are loaded, and refusals of a file.
    pub async fn answers(&self, tx: &mut Tx, consents: &[SeedConsent], refusals: &[SeedRefusal]) -> Result<()> {
        let notice = Notice::default();
        let mut rows = vec![];
        for c in consents {
            rows.push(consent::New {
                county: c.county,
                id: c.id,
                resident: c.resident,
                signer: self.seal(sealed::CONSENT_SIGNER, c.county, &c.id, c.signer.as_deref())?,
                witness: self.seal(sealed::CONSENT_WITNESS, c.county, &c.id, c.witness.as_deref())?,
                draft: ConsentDraft {
                    scopes: c.scopes.clone(),
                    answer: c.answer,
                    form: c.form,
                    signer: None,
                    relation: c.relation.map(str::to_owned),
                    ground: c.ground,
                    witness: None,
                    signed_on: c.signed_on,
                    until: c.until,
                    purpose: notice.purpose.clone(),
                    recipients: notice.recipients.clone(),
                    field_groups: c.scopes.iter().flat_map(|s| FieldGroup::of(*s)).copied().collect(),
                    evidence: c.evidence.clone(),
                },
                notice_version: "1".to_owned(),
                withdrawn: c.withdrawn.clone().map(|(on, why)| (on, why, Stamp::from_cn(on, 17, 30))),
                at: Stamp::from_cn(c.signed_on, 17, 0),
                by: self.by.to_owned(),
            });
        }
        consent::add(tx, rows).await?;
        let rows = refusals.iter().map(|r| {
            let at = Stamp::from_cn(r.on, 17, 30);
            refusal::New {
                county: r.county,
                id: r.id,
                unit: r.unit,
                township: r.township,
                draft: RefusalDraft {
                    village: r.village,
                    categories: r.categories.clone(),
                    what: r.what,
                    on: r.on,
                    worker: r.worker,
                },
                ended: r.ended,
                rows: r.categories.iter().map(|_| self.rng.uuid(at)).collect(),
                at,
                by: self.by.to_owned(),
            }
        });
        refusal::add(tx, rows).await
    }
}
