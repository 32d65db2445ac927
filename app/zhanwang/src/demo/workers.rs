//! The people on post: one worker per posting of the plan, some of them certified.

use super::network::Station;
use super::people::{self, Numbers};
use zw_access::{Pii, Vault};
use zw_core::{CertificateId, Day, Error, PostingId, Result, Rng, Stamp, WorkerId};
use zw_db::Conn;
use zw_people::model::certificate::{Certificate, CertificateLevel};
use zw_people::model::posting::{Post, Posting};
use zw_people::model::worker::{Worker, WorkerState};
use zw_people::store::seed::{self, SeedWorker};

/// A worker of a station, for the records to come.
#[derive(Clone, Debug)]
pub struct OnPost {
    /// Who.
    pub id: WorkerId,
    /// Name.
    pub name: String,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
}

impl OnPost {
    /// Whether on post that day.
    pub fn here(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|t| day < t)
    }
}

/// Writes workers, certificates and postings; the people of each station, in the stations' order, head first.
pub async fn load(
    c: &mut Conn,
    vault: &Vault,
    stations: &[Station],
    numbers: &mut Numbers,
    rng: &Rng,
    at: Stamp,
) -> Result<Vec<Vec<OnPost>>> {
    let (mut workers, mut certificates, mut postings, mut out) = (vec![], vec![], vec![], vec![]);
    let mut serial = 0i64;
    for s in stations {
        let mut here = vec![];
        for (k, post) in s.town.posts.iter().enumerate() {
            let male = rng.below(10) < 3;
            // A post without its worker would be missing from the province's total.
            let (birth, number) = (0..20)
                .find_map(|_| {
                    let b = people::birth(rng, 23, 48);
                    numbers.next(b, male).map(|n| (b, n))
                })
                .ok_or_else(|| Error::Internal("demo: no ID number is left for a worker".into()))?;
            serial += 1;
            let id = WorkerId(rng.uuid(at));
            let name = people::name(rng);
            workers.push(SeedWorker {
                worker: Worker {
                    id,
                    name: Pii::new(name.clone()),
                    id_type: "resident_id".into(),
                    id_no: None,
                    phone: None,
                    sex: if male { "1" } else { "2" }.into(),
                    birth_day: Some(birth),
                    since_day: post.from,
                    employ: "agency".into(),
                    is_sw: rng.below(3) == 0,
                    state: if post.to.is_some() { WorkerState::Left } else { WorkerState::OnPost },
                    home_county: s.town.county,
                    version: 1,
                    updated_at: at,
                    updated_by: super::network::BY.into(),
                },
                id_no: Pii::new(number),
                // No mobile number is surely nobody's; a landline of zeros is.
                phone: Pii::new(format!("0591-0000{:04}", serial % 10_000)),
            });
            if rng.below(100) < 46 {
                let level = match rng.below(20) {
                    0 => CertificateLevel::Taiwan,
                    1..=7 => CertificateLevel::Worker,
                    _ => CertificateLevel::Assistant,
                };
                certificates.push(Certificate {
                    version: 1,
                    id: CertificateId(rng.uuid(at)),
                    worker_id: id,
                    level,
                    // Recognisably nobody's, and of a form that can be corrected by hand.
                    number: format!("DEMO-{serial:08}"),
                    issued_on: Day::from_stored(20201020).add_days(-365 * i64::try_from(rng.below(4)).unwrap_or(0)),
                });
            }
            postings.push(Posting {
                id: PostingId(rng.uuid(at)),
                worker_id: id,
                unit_id: s.unit,
                county_id: s.town.county,
                post: if k == 0 { Post::Head } else { Post::Worker },
                from_day: post.from,
                to_day: post.to,
                fte_permille: 1000,
                leave_reason: post.to.map(|_| "contract_end".into()),
                version: 1,
                updated_at: at,
                updated_by: super::network::BY.into(),
            });
            here.push(OnPost { id, name, from: post.from, to: post.to });
        }
        out.push(here);
    }
    seed::workers(c, vault, rng, &workers).await?;
    seed::certificates(c, at, &certificates).await?;
    seed::postings(c, &postings).await?;
    Ok(out)
}
