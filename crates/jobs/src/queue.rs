//! The queue: which kinds of jobs there are, ordering one, and looking at them.

use crate::model::{JobOut, JobState, Row, Running};
use crate::store;
use crate::{BoxFut, run};
use std::collections::BTreeMap;
use std::sync::Arc;
use zw_access::{Action, App, AuditChange, Ctx};
use zw_core::{Error, JobId, Result, Stamp};
use zw_db::{Change, Conn, Order, Tx};
use zw_ui::Lang;
use zw_web::Idem;

/// A job is held so long before another process may take it for dead. Its holder renews that while it works.
pub(crate) const LEASE_MS: i64 = 60_000;
/// A due job that nobody has taken after so many minutes is told by `doctor`.
const STUCK_MIN: i64 = 10;

const ORDER: Action = Action("job.order");

/// Claiming and finishing a job is no act of a person; the handler's own changes are audited.
pub(crate) struct Bookkeeping;

impl Change for Bookkeeping {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

/// One kind of job.
#[derive(Clone, Copy)]
pub struct JobDef {
    /// Kind, as ordered: `module.verb`.
    pub kind: &'static str,
    /// Fluent key of what it does.
    pub title: &'static str,
    /// Fluent keys of its steps.
    pub steps: &'static [&'static str],
    /// The page it was ordered on, where its orderer goes back to: Fluent key and address.
    pub from: (&'static str, &'static str),
    /// Address of what it makes, before the id; the API's is the same under /api/v1.
    pub makes: &'static str,
    /// Tries before it is given up.
    pub max_tries: i64,
    /// The handler: the context of whoever ordered it, and the job. It answers the id of what it made.
    pub run: fn(Ctx, Job) -> BoxFut<'static, String>,
}

/// A job on its way through its handler.
#[derive(Clone)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// Its argument.
    pub arg: String,
    /// Where to say how far it is.
    pub progress: Progress,
}

impl Job {
    /// The key under which the handler saves its effect: of two runs the second finds the answer of the first.
    pub fn idem(&self) -> Idem {
        Idem::new(Some(format!("job-{}", self.id)), &self.arg)
    }
    /// The argument as it was ordered.
    pub fn input<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.arg).map_err(Error::internal)
    }
}

/// Says how far a piece of work is; of work that nobody ordered as a job it says it to nobody.
#[derive(Clone, Default)]
pub struct Progress(Option<(Arc<App>, JobId, i64)>);

impl Progress {
    /// Says it to nobody: the command line, tests.
    pub fn none() -> Self {
        Self::default()
    }
    pub(crate) fn of(app: &Arc<App>, id: JobId, tries: i64) -> Self {
        Self(Some((app.clone(), id, tries)))
    }
    /// So many steps are behind it. It is an error when another process has taken the job: this one stops.
    pub async fn done(&self, steps: i64) -> Result<()> {
        let Some((app, id, tries)) = &self.0 else { return Ok(()) };
        let now = app.clock.now();
        let mut tx = app.db.write(now).await?;
        match store::step(&mut tx, *id, *tries, steps, now.plus_ms(LEASE_MS)).await? {
            0 => Err(Error::Unavailable("another process has taken this job".into())),
            _ => tx.commit(Bookkeeping).await,
        }
    }
}

/// Orders a job in the transaction of the caller, which commits with [`Queue::ordered`] and saves the id under its key.
pub fn order(ctx: &Ctx, tx: &mut Tx, kind: &'static str, arg: &impl serde::Serialize) -> Result<JobId> {
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    let arg = serde_json::to_string(arg).map_err(Error::internal)?;
    let id = JobId(ctx.uuid());
    tx.enqueue(Order { id, kind, arg, account, by: ctx.actor.display.chars().take(60).collect() });
    Ok(id)
}

/// All kinds of jobs; shared through `App::ext`.
#[derive(Clone, Default)]
pub struct Queue(BTreeMap<&'static str, JobDef>);

impl Queue {
    /// Joins the modules' jobs.
    pub fn join(defs: impl IntoIterator<Item = JobDef>) -> Self {
        Self(defs.into_iter().map(|d| (d.kind, d)).collect())
    }

    /// The kind of a job.
    pub(crate) fn def(&self, kind: &str) -> Option<&JobDef> {
        self.0.get(kind)
    }

    /// What the audit log says of an order: whoever ordered it, the kind, and the job.
    pub fn ordered(ctx: &Ctx, kind: &str, id: JobId) -> AuditChange {
        ctx.event(ORDER).record(None, id).purpose(kind.replace('.', "-"))
    }

    /// Runs what is due now, at most `limit` jobs; returns how many were run. Without any kind of job the database is not
    /// asked.
    pub async fn run_due(&self, app: &Arc<App>, limit: usize) -> Result<usize> {
        let mut n = 0;
        while n < limit && !self.0.is_empty() {
            let now = app.clock.now();
            let mut look = app.db.read().await?;
            if !store::any_due(&mut look, now).await? {
                break;
            }
            drop(look);
            let mut tx = app.db.write(now).await?;
            let claimed = store::claim(&mut tx, now, now.plus_ms(LEASE_MS)).await?;
            tx.commit(Bookkeeping).await?;
            let Some(job) = claimed else { break };
            run::one(self.def(&job.kind), app, &job).await?;
            n += 1;
        }
        Ok(n)
    }

    /// Runs due jobs and recounts marked cells until neither is left (tests, command line). Jobs that wait for a
    /// later time stay.
    pub async fn drain(&self, app: &Arc<App>) -> Result<usize> {
        let measures = app.ext::<zw_indicators::Measures>()?;
        let mut n = 0;
        loop {
            let round = self.run_due(app, 100).await? + zw_indicators::cells::drain(app, &measures).await?;
            if round == 0 {
                return Ok(n);
            }
            n += round;
        }
    }

    /// A job of the reader's own, and its kind.
    pub(crate) async fn own(&self, ctx: &Ctx, id: JobId) -> Result<(Row, &JobDef)> {
        let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
        let row = store::own(&mut ctx.read().await?, id, account).await?.ok_or(Error::NotFound)?;
        let def = self.def(&row.kind).ok_or(Error::NotFound)?;
        Ok((row, def))
    }

    /// A job of the reader's own.
    pub async fn get(&self, ctx: &Ctx, lang: Lang, id: JobId) -> Result<JobOut> {
        let (row, def) = self.own(ctx, id).await?;
        Ok(out(lang, &row, def))
    }

    /// Jobs of a kind that are not over, whoever ordered them: the caller leaves out what is not the reader's business.
    pub async fn open(conn: &mut Conn, kind: &str) -> Result<Vec<Running>> {
        Ok(store::open(conn, kind).await?.into_iter().map(Running::from).collect())
    }

    /// The reader's own jobs of a kind that came to nothing in the last day: whoever left the page finds them here.
    pub async fn unlucky(ctx: &Ctx, conn: &mut Conn, kind: &str) -> Result<Vec<Running>> {
        let Some(account) = ctx.actor.account() else { return Ok(vec![]) };
        let since = ctx.now().plus_minutes(-24 * 60);
        Ok(store::unlucky(conn, kind, account, since).await?.into_iter().map(Running::from).collect())
    }

    /// Jobs waiting, running and given up.
    pub async fn counts(conn: &mut Conn) -> Result<(i64, i64, i64)> {
        Ok((
            store::count(conn, "waiting").await?,
            store::count(conn, "running").await?,
            store::count(conn, "failed").await?,
        ))
    }

    /// Jobs that were given up, and those nobody takes, a line each (`doctor`).
    pub async fn stuck(conn: &mut Conn, now: Stamp) -> Result<Vec<String>> {
        let line = |(id, kind, state, error): (JobId, String, String, Option<String>)| {
            let why = error.map(|e| format!(": {e}")).unwrap_or_default();
            match state.as_str() {
                "failed" => format!("{kind} {id} was given up{why}"),
                _ => format!("{kind} {id} is due for more than {STUCK_MIN} minutes and no process runs it{why}"),
            }
        };
        Ok(store::stuck(conn, now.plus_minutes(-STUCK_MIN)).await?.into_iter().map(line).collect())
    }

    /// Removes jobs that were over more than `days` days ago.
    pub async fn sweep(app: &App, days: i64) -> Result<u64> {
        let now = app.clock.now();
        let mut tx = app.db.write(now).await?;
        let n = store::sweep(&mut tx, now.plus_minutes(-days * 24 * 60)).await?;
        tx.commit(Bookkeeping).await?;
        Ok(n)
    }
}

/// A job in the reader's words.
pub(crate) fn out(lang: Lang, row: &Row, def: &JobDef) -> JobOut {
    let refusal = row.refused();
    let problems = match (&refusal, row.state) {
        (Some(r), _) => r.words(lang),
        (None, JobState::Failed) => vec![lang.t("jobs-given-up")],
        (None, _) => vec![],
    };
    let steps: Vec<String> = def.steps.iter().map(|s| lang.t(s)).collect();
    let all = i64::try_from(steps.len()).unwrap_or(0);
    JobOut {
        id: row.id,
        kind: row.kind.clone(),
        title: lang.t(def.title),
        state: row.state,
        steps_done: if row.state == JobState::Done { all } else { row.step.clamp(0, all) },
        steps,
        tries: row.tries,
        ordered_at: row.created_at,
        again_at: (row.state == JobState::Waiting && row.tries > 0).then_some(row.run_at),
        ended_at: row.ended_at,
        location: row.result.as_ref().map(|id| format!("/api/v1{}{id}", def.makes)),
        result: row.result.clone(),
        code: refusal.map(|r| r.code),
        problems,
    }
}
