//! The tamper-evident audit chain (security.md section 3). Rows are hashed over canonical length-prefixed bytes,
//! chained, and carry a MAC so that a writer of the database without the key cannot re-chain.

use crate::crypto::{digest, provider};
use crate::ctx::Origin;
use crate::policy::Action;
use crate::vault::{Vault, hex};
use std::sync::Arc;
use zw_core::{DivisionId, Result, Uuid};
use zw_db::{Change, Conn, Sql, sql};

const TAG: &[u8] = b"zw-audit-v1";

/// What happened to which rows, to be written with the change itself. Made by a permit or by `Ctx::event`.
#[derive(Clone, Debug)]
pub struct AuditChange {
    origin: Arc<Origin>,
    action: Action,
    resource: &'static str,
    records: Vec<(Option<DivisionId>, String)>,
    fields: Vec<&'static str>,
    subjects: Vec<String>,
    purpose: Option<String>,
    digest: Vec<u8>,
    deny: bool,
}

impl AuditChange {
    pub(crate) fn new(origin: Arc<Origin>, action: Action, resource: &'static str) -> Self {
        Self {
            origin,
            action,
            resource,
            records: vec![],
            fields: vec![],
            subjects: vec![],
            purpose: None,
            digest: vec![],
            deny: false,
        }
    }
    /// Adds a row it concerns; each row makes one event.
    #[must_use]
    pub fn record(mut self, county: Option<DivisionId>, id: impl std::fmt::Display) -> Self {
        self.records.push((county, id.to_string()));
        self
    }
    /// Names of the fields that changed or were read (never values).
    #[must_use]
    pub fn fields(mut self, names: &[&'static str]) -> Self {
        self.fields.extend_from_slice(names);
        self
    }
    /// A person it concerns, stored only as a keyed reference. Each person makes one event, so that the log can be
    /// searched by anybody's file.
    #[must_use]
    pub fn subject(mut self, person: impl std::fmt::Display) -> Self {
        self.subjects.push(person.to_string());
        self
    }
    /// The persons it concerns.
    #[must_use]
    pub fn subjects(mut self, persons: impl IntoIterator<Item = impl std::fmt::Display>) -> Self {
        self.subjects.extend(persons.into_iter().map(|p| p.to_string()));
        self
    }
    /// Why (a code or the typed reason).
    #[must_use]
    pub fn purpose(mut self, why: impl Into<String>) -> Self {
        self.purpose = Some(why.into());
        self
    }
    /// What the change was, as a keyed digest of its serialised form: proves it without keeping it.
    #[must_use]
    pub fn digest_of(mut self, what: &impl serde::Serialize) -> Self {
        self.digest = serde_json::to_vec(what).unwrap_or_default();
        self
    }
    /// It was refused.
    #[must_use]
    pub fn denied(mut self) -> Self {
        self.deny = true;
        self
    }
}

impl Change for AuditChange {
    async fn write(self, conn: &mut Conn) -> Result<()> {
        let none = vec![(None, String::new())];
        let records = if self.records.is_empty() { &none } else { &self.records };
        for (county, record) in records {
            if self.subjects.is_empty() {
                append(conn, &self, *county, record, None).await?;
            }
            for subject in &self.subjects {
                append(conn, &self, *county, record, Some(subject)).await?;
            }
        }
        Ok(())
    }
}

/// Several acts in one transaction, each with events of its own.
#[derive(Clone, Debug)]
pub struct AuditChanges(pub Vec<AuditChange>);

impl Change for AuditChanges {
    async fn write(self, conn: &mut Conn) -> Result<()> {
        for change in self.0 {
            change.write(conn).await?;
        }
        Ok(())
    }
}

/// Number of chains: one on the embedded database (one writer), 16 by county on a server.
fn chain_of(conn: &Conn, county: DivisionId) -> i64 {
    match conn.audit_chains() {
        1 => 0,
        n => county.0.rem_euclid(n),
    }
}

zw_db::record! {
    /// An audit row as stored.
    #[derive(Clone, Debug)]
    pub struct AuditRow {
        /// County, 0 for directory things.
        pub county_id: DivisionId,
        /// Row id.
        pub id: Uuid,
        /// Chain.
        pub chain_id: i64,
        /// Place in the chain, from 1.
        pub seq: i64,
        /// When, microseconds UTC.
        pub ts_us: i64,
        /// Start of the process.
        pub boot_id: String,
        /// Account id or `system:name`.
        pub actor: String,
        /// Login name.
        pub actor_name: String,
        /// Unit of the actor.
        pub unit_id: Option<Uuid>,
        /// Hash of the session.
        pub session_hash: Option<Vec<u8>>,
        /// Address.
        pub ip: Option<String>,
        /// Action.
        pub action: String,
        /// Resource.
        pub resource: String,
        /// Record.
        pub record_id: String,
        /// Keyed reference to the person concerned.
        pub subject_ref: Option<Vec<u8>>,
        /// Field names, comma separated.
        pub fields: String,
        /// Purpose.
        pub purpose: Option<String>,
        /// allow or deny.
        pub decision: String,
        /// Request.
        pub request_id: String,
        /// Keyed digest of the change.
        pub change_digest: Vec<u8>,
        /// Hash of the row before.
        pub prev_hash: Vec<u8>,
        /// Hash of this row.
        pub hash: Vec<u8>,
        /// MAC of the hash.
        pub mac: Vec<u8>,
        /// Algorithm.
        pub alg: String,
        /// Key id.
        pub kid: String,
    }
}

impl AuditRow {
    fn compute(&self) -> [u8; 32] {
        let mut body = Vec::with_capacity(512);
        let mut put = |b: &[u8]| {
            body.extend_from_slice(&(b.len() as u64).to_be_bytes());
            body.extend_from_slice(b);
        };
        let some = |v: &Option<Vec<u8>>| v.clone().map_or_else(Vec::new, |v| [&[1], v.as_slice()].concat());
        put(&self.county_id.0.to_be_bytes());
        put(self.id.as_bytes());
        put(&self.chain_id.to_be_bytes());
        put(&self.seq.to_be_bytes());
        put(&self.ts_us.to_be_bytes());
        for t in [&self.boot_id, &self.actor, &self.actor_name] {
            put(t.as_bytes());
        }
        put(&some(&self.unit_id.map(|u| u.as_bytes().to_vec())));
        put(&some(&self.session_hash));
        put(&some(&self.ip.clone().map(String::into_bytes)));
        for t in [&self.action, &self.resource, &self.record_id] {
            put(t.as_bytes());
        }
        put(&some(&self.subject_ref));
        put(self.fields.as_bytes());
        put(&some(&self.purpose.clone().map(String::into_bytes)));
        for t in [&self.decision, &self.request_id] {
            put(t.as_bytes());
        }
        put(&self.change_digest);
        for t in [&self.alg, &self.kid] {
            put(t.as_bytes());
        }
        digest(&[TAG, &self.chain_id.to_be_bytes(), &self.seq.to_be_bytes(), &self.prev_hash, &body])
    }
}

async fn append(
    conn: &mut Conn,
    c: &AuditChange,
    county: Option<DivisionId>,
    record: &str,
    subject: Option<&String>,
) -> Result<()> {
    let o = &c.origin;
    let county = county.unwrap_or(DivisionId(0));
    let chain = chain_of(conn, county);
    // Taking the next number also locks the head of the chain until the commit.
    let head: Option<(i64, Vec<u8>)> = conn
        .one(
            sql("INSERT INTO audit_head(chain_id,seq,hash) VALUES(")
                .bind(chain)
                .lit(",1,")
                .bind(vec![0u8; 32])
                .lit(") ON CONFLICT(chain_id) DO UPDATE SET seq=audit_head.seq+1 RETURNING seq,hash"),
        )
        .await?;
    let (seq, prev_hash) = head.ok_or_else(|| zw_core::Error::Internal("audit head".into()))?;
    let mut row = AuditRow {
        county_id: county,
        id: o.rng.uuid(o.at),
        chain_id: chain,
        seq,
        ts_us: o.at.ms() * 1000,
        boot_id: o.boot_id.clone(),
        actor: o.actor.clone(),
        actor_name: one_line(&o.actor_name),
        unit_id: o.unit.map(|u| u.0),
        session_hash: o.session_hash.clone(),
        ip: o.ip.clone(),
        action: c.action.0.to_owned(),
        resource: c.resource.to_owned(),
        record_id: one_line(record),
        subject_ref: subject.map(|s| o.vault.audit_mac(&[b"subject", s.as_bytes()]).to_vec()),
        fields: c.fields.join(","),
        purpose: c.purpose.as_deref().map(one_line),
        decision: if c.deny { "deny" } else { "allow" }.into(),
        request_id: o.request_id.clone(),
        change_digest: o.vault.audit_mac(&[b"change", &c.digest]).to_vec(),
        prev_hash,
        hash: vec![],
        mac: vec![],
        alg: provider().chain_name().into(),
        kid: o.vault.kid().to_owned(),
    };
    let hash = row.compute();
    row.mac = o.vault.audit_mac(&[b"row", &hash]).to_vec();
    row.hash = hash.to_vec();
    conn.later(insert(&row)).await?;
    conn.later(sql("UPDATE audit_head SET hash=").bind(row.hash).lit(" WHERE chain_id=").bind(chain)).await
}

fn insert(r: &AuditRow) -> Sql {
    let mut q = sql(
        "INSERT INTO audit_event(county_id,id,chain_id,seq,ts_us,boot_id,actor,actor_name,unit_id,session_hash,ip,action,resource,record_id,subject_ref,fields,purpose,decision,request_id,change_digest,prev_hash,hash,mac,alg,kid) VALUES(",
    )
    .bind(r.county_id)
    .lit(",")
    .bind(r.id)
    .lit(",")
    .bind(r.chain_id)
    .lit(",")
    .bind(r.seq)
    .lit(",")
    .bind(r.ts_us);
    for t in [&r.boot_id, &r.actor, &r.actor_name] {
        q = q.lit(",").bind(t);
    }
    q = q.lit(",").bind(r.unit_id).lit(",").bind(r.session_hash.clone()).lit(",").bind(r.ip.clone());
    for t in [&r.action, &r.resource, &r.record_id] {
        q = q.lit(",").bind(t);
    }
    q = q.lit(",").bind(r.subject_ref.clone()).lit(",").bind(&r.fields).lit(",").bind(r.purpose.clone());
    for t in [&r.decision, &r.request_id] {
        q = q.lit(",").bind(t);
    }
    for b in [&r.change_digest, &r.prev_hash, &r.hash, &r.mac] {
        q = q.lit(",").bind(b.clone());
    }
    q.lit(",").bind(&r.alg).lit(",").bind(&r.kid).lit(")")
}

/// CR, LF and other control characters never reach the log as themselves (AUD-4).
fn one_line(s: &str) -> String {
    s.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).take(500).collect()
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct VerifyReport {
    /// Events read.
    pub events: i64,
    /// Chains read.
    pub chains: i64,
    /// Checkpoints read.
    pub checkpoints: i64,
    /// What is wrong: (exit code 1 altered, 2 gap or truncated, 3 not anchored; words).
    pub problems: Vec<(i32, String)>,
}

impl VerifyReport {
    /// 0 ok, 1 altered, 2 gap, truncated or rolled back, 3 anchors missing or old.
    pub fn exit_code(&self) -> i32 {
        self.problems.iter().map(|p| p.0).min().unwrap_or(0)
    }
    /// Words for the terminal.
    pub fn words(&self) -> String {
        let mut s = format!("{} events in {} chains, {} checkpoints", self.events, self.chains, self.checkpoints);
        for (code, p) in &self.problems {
            s.push_str(&format!("\n[{code}] {p}"));
        }
        s
    }
}

const COLUMNS: &str = "SELECT county_id,id,chain_id,seq,ts_us,boot_id,actor,actor_name,unit_id,session_hash,ip,action,resource,record_id,subject_ref,fields,purpose,decision,request_id,change_digest,prev_hash,hash,mac,alg,kid FROM audit_event";

/// Reads all chains from the first row to the head and proves hashes, links, MACs, numbers and checkpoints.
pub async fn verify(conn: &mut Conn, vault: &Vault) -> Result<VerifyReport> {
    let mut report = VerifyReport::default();
    let heads: Vec<(i64, i64, Vec<u8>)> =
        conn.all(sql("SELECT chain_id,seq,hash FROM audit_head ORDER BY chain_id")).await?;
    let stray: i64 = conn
        .scalar(sql("SELECT COUNT(*) FROM audit_event WHERE chain_id NOT IN (SELECT chain_id FROM audit_head)"))
        .await?;
    if stray > 0 {
        report.problems.push((2, format!("{stray} events belong to a chain without a head")));
    }
    for (chain, last, head_hash) in heads {
        report.chains += 1;
        let (mut seq, mut prev) = (0i64, vec![0u8; 32]);
        loop {
            let rows: Vec<AuditRow> = conn
                .all(
                    sql(COLUMNS)
                        .lit(" WHERE chain_id=")
                        .bind(chain)
                        .lit(" AND seq>")
                        .bind(seq)
                        .lit(" ORDER BY seq,id LIMIT 2000"),
                )
                .await?;
            if rows.is_empty() {
                break;
            }
            for r in rows {
                report.events += 1;
                if r.seq != seq + 1 {
                    report.problems.push((2, format!("chain {chain}: {} is followed by {}", seq, r.seq)));
                }
                let hash = r.compute();
                if r.hash != hash || r.prev_hash != prev && r.seq == seq + 1 {
                    report.problems.push((1, format!("chain {chain}: row {} was altered", r.seq)));
                } else if r.mac != vault.audit_mac(&[b"row", &hash]) {
                    report.problems.push((1, format!("chain {chain}: row {} carries a foreign MAC", r.seq)));
                }
                seq = r.seq;
                prev = r.hash;
                if report.problems.len() > 20 {
                    return Ok(report);
                }
            }
        }
        if seq != last || prev != head_hash {
            report.problems.push((2, format!("chain {chain}: ends at {seq}, its head says {last}")));
        }
    }
    verify_checkpoints(conn, vault, &mut report).await?;
    Ok(report)
}

/// Signs the heads of all chains (every 60 s or 1,000 events; here: when called by the scheduler).
pub async fn checkpoint(conn: &mut Conn, vault: &Vault, now: zw_core::Stamp) -> Result<bool> {
    let heads: Vec<(i64, i64, Vec<u8>)> =
        conn.all(sql("SELECT chain_id,seq,hash FROM audit_head ORDER BY chain_id")).await?;
    let body = heads.iter().map(|(c, s, h)| format!("{c}:{s}:{}", hex(h))).collect::<Vec<_>>().join(",");
    let last: Option<(i64, String, Vec<u8>)> =
        conn.one(sql("SELECT seq,body,hash FROM audit_checkpoint ORDER BY seq DESC LIMIT 1")).await?;
    let (seq, prev) = match last {
        Some((_, b, _)) if b == body => return Ok(false),
        Some((s, _, h)) => (s + 1, h),
        None => (1, vec![0; 32]),
    };
    let hash = checkpoint_hash(seq, now.ms() * 1000, &body, &prev);
    conn.run(
        sql("INSERT INTO audit_checkpoint(seq,ts_us,body,prev_hash,hash,signature) VALUES(")
            .bind(seq)
            .lit(",")
            .bind(now.ms() * 1000)
            .lit(",")
            .bind(body)
            .lit(",")
            .bind(prev)
            .lit(",")
            .bind(hash.to_vec())
            .lit(",")
            .bind(vault.sign(&hash))
            .lit(")"),
    )
    .await?;
    Ok(true)
}

pub(crate) fn checkpoint_hash(seq: i64, ts_us: i64, body: &str, prev: &[u8]) -> [u8; 32] {
    digest(&[b"zw-checkpoint-v1", &seq.to_be_bytes(), &ts_us.to_be_bytes(), prev, body.as_bytes()])
}

async fn verify_checkpoints(conn: &mut Conn, vault: &Vault, report: &mut VerifyReport) -> Result<()> {
    /// Number, time, body, hash before, hash, signature.
    type Row = (i64, i64, String, Vec<u8>, Vec<u8>, Vec<u8>);
    let rows: Vec<Row> =
        conn.all(sql("SELECT seq,ts_us,body,prev_hash,hash,signature FROM audit_checkpoint ORDER BY seq")).await?;
    let mut prev = vec![0u8; 32];
    for (i, (seq, ts, body, p, hash, signature)) in rows.into_iter().enumerate() {
        report.checkpoints += 1;
        if seq != i64::try_from(i).unwrap_or(0) + 1 {
            report.problems.push((2, format!("checkpoint {seq} is out of order")));
        }
        if p != prev || hash != checkpoint_hash(seq, ts, &body, &p) || !vault.verify(&hash, &signature) {
            report.problems.push((1, format!("checkpoint {seq} was altered")));
        }
        for part in body.split(',').filter(|s| !s.is_empty()) {
            let mut it = part.split(':');
            let (chain, at, want) = (it.next().unwrap_or(""), it.next().unwrap_or(""), it.next().unwrap_or(""));
            let (chain, at): (i64, i64) = (chain.parse().unwrap_or(-1), at.parse().unwrap_or(-1));
            let found: Option<(Vec<u8>,)> = conn
                .one(sql("SELECT hash FROM audit_event WHERE chain_id=").bind(chain).lit(" AND seq=").bind(at))
                .await?;
            match found {
                Some((h,)) if hex(&h) == want => {}
                Some(_) => report.problems.push((1, format!("chain {chain}: row {at} differs from checkpoint {seq}"))),
                None => report.problems.push((2, format!("chain {chain}: row {at} of checkpoint {seq} is gone"))),
            }
        }
        prev = hash;
    }
    Ok(())
}
