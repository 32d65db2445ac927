//! Anchors: the signed checkpoints again, as lines of a file outside the database (security.md section 3). The chain
//! alone cannot see that its end was cut off together with the later checkpoints, or that an old database was put back;
//! a file that a writer of the database cannot reach can. One JSON object a line:
//!
//! - `checkpoint`: a checkpoint as stored, word for word, signature included;
//! - `restored`: a backup was put back by whoever holds the key, and checkpoints after `seq` are gone with good reason.
//!   It is bound to the line before it, so that nobody can use it a second time.
//!
//! Reading and writing the file is the binary's part.

use crate::audit::{VerifyReport, checkpoint_hash};
use crate::crypto::digest;
use crate::vault::{Vault, hex};
use serde::{Deserialize, Serialize};
use zw_core::{Error, Result, Stamp};
use zw_db::{Conn, sql};

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Checkpoint,
    Restored,
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: Kind,
    /// Number of the checkpoint; of the last one that is left when a backup was put back.
    seq: i64,
    /// When, microseconds UTC.
    ts_us: i64,
    /// Heads of all chains: `chain:seq:hash`, comma separated.
    heads: String,
    /// Hash of the checkpoint before; of the line before for `restored`.
    prev: String,
    hash: String,
    signature: String,
}

/// What has been anchored so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchored {
    /// Number and hash of the checkpoints that must be in the database.
    live: Vec<(i64, String)>,
    last_line: String,
    /// Lines read.
    lines: usize,
    /// What is wrong with the file itself.
    problems: Vec<String>,
}

impl Anchored {
    /// Reads the lines of a file. A last line that was cut off in the middle, by a stop of the machine, counts for
    /// nothing: the next append writes it again.
    pub fn read(vault: &Vault, text: &str) -> Self {
        let mut a = Self::default();
        a.extend(vault, &text[..whole_lines(text)]);
        a
    }

    /// Takes whole lines that were just added.
    pub fn extend(&mut self, vault: &Vault, text: &str) {
        for line in text.lines() {
            self.take(vault, line);
        }
    }

    /// All that following needs: years of anchors are not kept in memory.
    #[must_use]
    pub fn only_last(mut self) -> Self {
        self.live.drain(..self.live.len().saturating_sub(1));
        self
    }

    fn take(&mut self, vault: &Vault, line: &str) {
        self.lines += 1;
        let n = self.lines;
        let Ok(l) = serde_json::from_str::<Line>(line) else {
            self.problems.push(format!("anchor line {n} cannot be read"));
            return;
        };
        if l.computed() != unhex(&l.hash) || !vault.verify(&unhex(&l.hash), &unhex(&l.signature)) {
            self.problems.push(format!("anchor line {n} was not written with this key, or was altered"));
            return;
        }
        let follows = match l.kind {
            Kind::Checkpoint => match self.live.last() {
                Some((seq, hash)) => l.seq == seq + 1 && l.prev == *hash,
                None => l.seq == 1,
            },
            Kind::Restored => l.prev == self.last_line,
        };
        if !follows {
            self.problems.push(format!("anchor line {n} does not follow the line before it"));
        }
        match l.kind {
            Kind::Checkpoint => self.live.push((l.seq, l.hash.clone())),
            Kind::Restored => self.live.retain(|(seq, _)| *seq <= l.seq),
        }
        self.last_line = l.hash;
    }

    /// The lines to add for checkpoints made since. Refuses when the database does not hold what is anchored: new
    /// lines would only bury that.
    pub async fn missing(&self, conn: &mut Conn) -> Result<String> {
        let after = self.live.last().map_or(0, |l| l.0);
        if let Some(p) = self.problems.first() {
            return Err(Error::Unavailable(p.clone()));
        }
        if let Some((seq, hash)) = self.live.last()
            && stored(conn, seq - 1, 1).await?.first().is_none_or(|l| l.hash != *hash)
        {
            return Err(Error::Unavailable(format!(
                "checkpoint {seq} was anchored and is not in the database any more"
            )));
        }
        stored(conn, after, 10_000).await?.iter().map(Line::text).collect()
    }

    /// The line that a restore adds, after which the checkpoints of the abandoned database are no longer expected.
    pub async fn restored(&self, conn: &mut Conn, vault: &Vault, now: Stamp) -> Result<String> {
        let last: Option<(i64,)> = conn.one(sql("SELECT seq FROM audit_checkpoint ORDER BY seq DESC LIMIT 1")).await?;
        let heads: Vec<(i64, i64, Vec<u8>)> =
            conn.all(sql("SELECT chain_id,seq,hash FROM audit_head ORDER BY chain_id")).await?;
        let mut l = Line {
            kind: Kind::Restored,
            seq: last.map_or(0, |l| l.0),
            ts_us: now.ms() * 1000,
            heads: heads.iter().map(|(c, s, h)| format!("{c}:{s}:{}", hex(h))).collect::<Vec<_>>().join(","),
            prev: self.last_line.clone(),
            hash: String::new(),
            signature: String::new(),
        };
        let hash = l.computed();
        l.hash = hex(&hash);
        l.signature = hex(&vault.sign(&hash));
        l.text()
    }

    /// Compares the database with what is anchored; `None`: there is no file. Adds to the report 2 for checkpoints that
    /// are gone, 3 for anchors that cannot be read or, where they were promised, are missing or old. A file beside the
    /// data promises nothing: it may end before the log does, after a crash or before the first start.
    pub async fn verify(
        found: Option<&Self>,
        promised: bool,
        conn: &mut Conn,
        report: &mut VerifyReport,
    ) -> Result<()> {
        let there: Vec<(i64, Vec<u8>)> = conn.all(sql("SELECT seq,hash FROM audit_checkpoint ORDER BY seq")).await?;
        let Some(a) = found else {
            if promised && !there.is_empty() {
                report.problems.push((3, format!("{} checkpoints and no anchors", there.len())));
            }
            return Ok(());
        };
        report.problems.extend(a.problems.iter().map(|p| (3, p.clone())));
        let gone = a.live.iter().find(|(seq, hash)| {
            let at = there.binary_search_by_key(seq, |t| t.0);
            at.ok().is_none_or(|i| hex(&there[i].1) != *hash)
        });
        if let Some((seq, _)) = gone {
            let words =
                format!("checkpoint {seq} was anchored and is gone: the log was cut off or an old one put back");
            report.problems.push((2, words));
        } else if promised && there.len() > a.live.len() {
            report.problems.push((3, format!("{} checkpoints are not anchored", there.len() - a.live.len())));
        }
        Ok(())
    }
}

async fn stored(conn: &mut Conn, after: i64, most: i64) -> Result<Vec<Line>> {
    type Row = (i64, i64, String, Vec<u8>, Vec<u8>, Vec<u8>);
    let rows: Vec<Row> = conn
        .all(
            sql("SELECT seq,ts_us,body,prev_hash,hash,signature FROM audit_checkpoint WHERE seq>")
                .bind(after)
                .lit(" ORDER BY seq LIMIT ")
                .bind(most),
        )
        .await?;
    let line = |(seq, ts_us, heads, prev, hash, signature): Row| Line {
        kind: Kind::Checkpoint,
        seq,
        ts_us,
        heads,
        prev: hex(&prev),
        hash: hex(&hash),
        signature: hex(&signature),
    };
    Ok(rows.into_iter().map(line).collect())
}

impl Line {
    fn computed(&self) -> Vec<u8> {
        let prev = unhex(&self.prev);
        match self.kind {
            Kind::Checkpoint => checkpoint_hash(self.seq, self.ts_us, &self.heads, &prev),
            Kind::Restored => digest(&[
                b"zw-restored-v1",
                &self.seq.to_be_bytes(),
                &self.ts_us.to_be_bytes(),
                &(prev.len() as u64).to_be_bytes(),
                &prev,
                self.heads.as_bytes(),
            ]),
        }
        .to_vec()
    }
    fn text(&self) -> Result<String> {
        serde_json::to_string(self).map(|s| s + "\n").map_err(Error::internal)
    }
}

/// Length of the whole lines of a text, in bytes.
pub fn whole_lines(text: &str) -> usize {
    text.rfind('\n').map_or(0, |end| end + 1)
}

/// Bytes from hexadecimal; nothing at all from anything else, which then matches no hash.
fn unhex(text: &str) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = text.as_bytes().chunks(2).map(|p| match *p {
        [a, b] => Some(digit(a)? << 4 | digit(b)?),
        _ => None,
    });
    pairs.collect::<Option<Vec<u8>>>().unwrap_or_default()
}
