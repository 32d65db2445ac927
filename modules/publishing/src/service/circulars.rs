//! Drafting, editing, checking, sending and reading circulars.

use super::snapshots::{self, owns};
use super::{account, display, draft, files};
use crate::model::annexes::Annex;
use crate::model::circular::{
    AnnexOut, CheckInput, CircularBody, CircularFile, CircularOut, CircularRow, CircularState, CorrectInput,
    CorrectionOut, CorrectionRow, DraftInput, EditInput, FrameOut, ParagraphOut, ReturnInput, ReturnRow, SendInput,
    VoidInput, body_text,
};
use crate::model::circular_file::{Format, KeptFile};
use crate::model::figures::Figures;
use crate::model::settings::CircularSettings;
use crate::model::snapshot::{Earlier, Snapshot, SnapshotRow};
use crate::model::template;
use crate::policy;
use crate::store::{circulars as store, snapshots as snapshot_store};
use std::collections::BTreeSet;
use zw_access::{Action, Ctx, Permit};
use zw_core::names::Wanted;
use zw_core::{CircularId, Day, DivisionId, Error, PageReq, Paged, Result, SnapshotId};
use zw_db::Conn;
use zw_web::Idem;

/// A circular with the snapshots it rests on.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The circular.
    pub row: CircularRow,
    /// Where its figures come from.
    pub now: Snapshot,
    /// What it compares with.
    pub before: Option<Snapshot>,
    /// What its record said before it was corrected, oldest first.
    pub corrections: Vec<CorrectionRow>,
    /// Every time it was returned to its writers, oldest first.
    pub returns: Vec<ReturnRow>,
}

impl Loaded {
    /// Its figures.
    pub fn figures(&self) -> Figures<'_> {
        Figures { now: &self.now, before: self.before.as_ref() }
    }
    /// Its text with what stands around it now.
    pub fn body(&self, ctx: &Ctx) -> Result<CircularBody> {
        Ok(draft::framed(self.row.paragraphs()?, &self.now, &ctx.app.settings().get(), ctx.app.demo))
    }
    /// What the system drafts by the settings of now.
    fn proposed(&self, ctx: &Ctx) -> CircularBody {
        let settings: CircularSettings = ctx.app.settings().get();
        draft::framed(draft::body(&self.figures(), &settings), &self.now, &settings, ctx.app.demo)
    }
    /// The date under the issuer: that of sending, until then today.
    pub fn date(&self, ctx: &Ctx) -> Day {
        self.row.sent_on.unwrap_or_else(|| ctx.today())
    }
}

/// Whether the reader has an action over the whole area of a circular.
fn holds(ctx: &Ctx, action: Action, division: DivisionId, as_of: Day) -> bool {
    ctx.permit::<CircularRow>(action).is_ok_and(|p| owns(ctx, &p, division, as_of))
}

/// Whether the reader works on drafts about an area; the command line reads all.
fn works_on(ctx: &Ctx, division: DivisionId, as_of: Day) -> bool {
    let acts = [policy::CIRCULAR_EDIT, policy::CIRCULAR_CHECK, policy::CIRCULAR_SEND];
    acts.into_iter().any(|a| holds(ctx, a, division, as_of))
        || ctx.actor.account().is_none() && ctx.can(policy::CIRCULAR_READ)
}

/// What was sent is for everybody below; a draft only for those who may work on it.
fn sees(ctx: &Ctx, row: &CircularRow, as_of: Day) -> bool {
    row.state == CircularState::Sent || works_on(ctx, row.division_id, as_of)
}

async fn proved(c: &mut Conn, id: SnapshotId) -> Result<Snapshot> {
    snapshot_store::of_circular(c, id).await?.ok_or(Error::NotFound)?.prove()
}

/// A circular and its snapshots, within a permit over its whole area (`whole`) or over a part.
async fn load(ctx: &Ctx, c: &mut Conn, permit: &Permit<CircularRow>, id: CircularId, whole: bool) -> Result<Loaded> {
    let row = store::get(c, permit, id).await?;
    let now = proved(c, row.snapshot_id).await?;
    let as_of = now.row.as_of;
    let visible = if whole { owns(ctx, permit, row.division_id, as_of) } else { sees(ctx, &row, as_of) };
    if !visible {
        return Err(Error::NotFound);
    }
    let before = match row.previous_id {
        Some(p) => Some(proved(c, p).await?),
        None => None,
    };
    let corrections = store::corrections(c, id).await?;
    let returns = store::returns(c, id).await?;
    Ok(Loaded { row, now, before, corrections, returns })
}

/// A circular that the reader may see, for pages and files.
pub async fn read(ctx: &Ctx, id: CircularId) -> Result<Loaded> {
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_READ)?;
    load(ctx, &mut ctx.read().await?, &permit, id, false).await
}

/// Circulars that the reader may see, newest first.
pub async fn list(ctx: &Ctx, page: PageReq) -> Result<Paged<CircularOut>> {
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_READ)?;
    let mut conn = ctx.read().await?;
    let drafts = drafts(ctx, &mut conn).await?;
    let (rows, total) = store::list(&mut conn, &permit, &drafts, page).await?;
    Ok(Paged::of(page, outs(&mut conn, &rows).await?, total))
}

/// As lists show them, with the returns nobody has answered.
async fn outs(conn: &mut Conn, rows: &[CircularRow]) -> Result<Vec<CircularOut>> {
    let drafts = rows.iter().filter(|r| r.state == CircularState::Draft).map(|r| r.id);
    let returned = store::unanswered(conn, drafts).await?;
    let of = |id: CircularId| returned.iter().find(|k| k.circular_id == id).map(ReturnRow::out);
    Ok(rows.iter().map(|r| CircularOut { returned: of(r.id), ..r.out() }).collect())
}

/// Areas on whose drafts the reader works. The map of today decides it in a list; opening one asks the map of its day.
async fn drafts(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<DivisionId>> {
    let mut areas = store::areas(conn).await?;
    areas.retain(|d| works_on(ctx, *d, ctx.today()));
    Ok(areas)
}

/// The newest circulars the reader may see in whose title or number every word is found, at most `most`.
pub async fn search(ctx: &Ctx, words: &[Wanted], most: i64) -> Result<Vec<CircularOut>> {
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_READ)?;
    let mut conn = ctx.read().await?;
    let drafts = drafts(ctx, &mut conn).await?;
    let rows = store::search(&mut conn, &permit, &drafts, words, most).await?;
    outs(&mut conn, &rows).await
}

/// A circular for readers.
pub async fn get(ctx: &Ctx, id: CircularId) -> Result<CircularFile> {
    let l = read(ctx, id).await?;
    file_of(ctx, &l)
}

pub(crate) fn file_of(ctx: &Ctx, l: &Loaded) -> Result<CircularFile> {
    let f = l.figures();
    let body = l.body(ctx)?;
    let mut keys: Vec<String> = vec![];
    for k in body.paragraphs.iter().flat_map(|p| template::figures(&p.text)) {
        if !keys.contains(&k) {
            keys.push(k);
        }
    }
    let as_of = l.now.row.as_of;
    // Compared while it can still be changed: a later version of the program may draft other words.
    let (typed, edits) = match l.row.state {
        CircularState::Draft | CircularState::Checked => l.row.edits((&draft::title(&f), &l.proposed(ctx)), &body, &f),
        CircularState::Sent | CircularState::Void => (vec![], vec![]),
    };
    let codes: BTreeSet<&str> = keys.iter().filter_map(|k| k.split_once('@').map(|(_, c)| c)).collect();
    let named = |c: &&str| l.now.areas().find(|a| a.is(c)).map(|a| ((*c).to_owned(), a.name.clone()));
    let areas = codes.iter().filter_map(named).collect();
    let open = matches!(l.row.state, CircularState::Draft | CircularState::Checked);
    let may = |action| holds(ctx, action, l.row.division_id, as_of);
    let (own, state) = (l.row.wrote(&account(ctx)), l.row.state);
    // What its writers were told is no part of the paper that was sent.
    let told: &[ReturnRow] = if works_on(ctx, l.row.division_id, as_of) { &l.returns } else { &[] };
    let unanswered = told.last().filter(|k| k.version == l.row.version && state == CircularState::Draft);
    Ok(CircularFile {
        head: CircularOut { returned: unanswered.map(ReturnRow::out), ..l.row.out() },
        frame: frame_of(ctx, l, &body),
        as_of,
        figures: keys.into_iter().map(|k| (k.clone(), f.text(&k).unwrap_or_default())).collect(),
        typed,
        edits,
        areas,
        blanks: l.row.blanks()?,
        may_edit: open && may(policy::CIRCULAR_EDIT),
        may_check: state == CircularState::Draft && !own && may(policy::CIRCULAR_CHECK),
        may_return: l.row.returnable(&account(ctx)).is_ok() && may(policy::CIRCULAR_RETURN),
        joins_writers: open && !own && may(policy::CIRCULAR_EDIT),
        may_send: state == CircularState::Checked && may(policy::CIRCULAR_SEND),
        may_correct: state == CircularState::Sent && may(policy::CIRCULAR_CORRECT),
        returns: told.iter().map(ReturnRow::out).collect(),
        corrections: l.corrections.iter().map(correction).collect(),
        opens_snapshot: ctx.can(policy::SNAPSHOT_READ),
        opens_figures: zw_reporting::figure::service::opens(ctx, l.row.division_id),
        paragraphs: body
            .paragraphs
            .into_iter()
            .map(|p| ParagraphOut { rendered: template::render(&p.text, |k| f.text(k)), paragraph: p })
            .collect(),
    })
}

/// What stands around the text, as the paper prints it.
fn frame_of(ctx: &Ctx, l: &Loaded, body: &CircularBody) -> FrameOut {
    let kept = body.frame.clone().unwrap_or_default();
    let annex = |a: Annex| AnnexOut { annex: a.to_string(), title: a.called(&l.now, &kept.annexes) };
    FrameOut {
        annexes: Annex::all(&l.now).into_iter().map(annex).collect(),
        red_head: kept.red_head,
        addressee: kept.addressee,
        issuer: kept.issuer.unwrap_or_default(),
        date: l.date(ctx),
        copy_to: kept.copy_to,
    }
}

fn correction(row: &CorrectionRow) -> CorrectionOut {
    CorrectionOut {
        doc_no: row.doc_no.clone(),
        sent_on: row.sent_on,
        reason: row.reason.clone(),
        corrected: (row.corrected_name.clone(), row.corrected_at),
    }
}

/// Drafts a circular from a snapshot, compared with the one given or the usual one (`by_default`).
pub async fn draft(ctx: &Ctx, input: &DraftInput, idem: &Idem) -> Result<CircularId> {
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_EDIT)?;
    let mut conn = ctx.read().await?;
    let unknown = || Error::field("snapshot", "snapshot-unknown");
    let id: SnapshotId = input.snapshot.trim().parse().map_err(|_| unknown())?;
    let now = match snapshots::load(ctx, &mut conn, id).await {
        Err(Error::NotFound) => return Err(unknown()),
        other => other?,
    };
    if !owns(ctx, &permit, now.row.division_id, now.row.as_of) {
        return Err(unknown());
    }
    let before = match input.previous.trim() {
        "none" => None,
        "" => by_default(&mut conn, &now).await?.map(SnapshotRow::prove).transpose()?,
        typed => Some(compared(ctx, &mut conn, typed, &now).await?),
    };
    drop(conn);
    let settings: CircularSettings = ctx.app.settings().get();
    let f = Figures { now: &now, before: before.as_ref() };
    let frame = draft::frame(&now, &settings, ctx.app.demo);
    let body = CircularBody { frame: Some(frame), ..draft::body(&f, &settings) };
    let (who, name) = (account(ctx), display(ctx));
    let row = CircularRow {
        id: CircularId(ctx.uuid()),
        division_id: now.row.division_id,
        snapshot_id: now.row.id,
        previous_id: before.as_ref().map(|b| b.row.id),
        period: now.row.period.clone(),
        title: draft::title(&f),
        state: CircularState::Draft,
        doc_no: None,
        sent_on: None,
        void_reason: None,
        body: body_text(&body)?,
        created_by: who.clone(),
        created_name: name.clone(),
        created_at: ctx.now(),
        edited_by: who,
        edited_name: name,
        edited_at: ctx.now(),
        editors: String::new(),
        checked_by: None,
        checked_name: None,
        checked_at: None,
        sent_name: None,
        sent_at: None,
        version: 1,
    };
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    store::insert(&mut tx, &row).await?;
    idem.save(ctx, &mut tx, &row.id.to_string()).await?;
    tx.live("publishing", None);
    tx.commit(permit.change(None, row.id).fields(&["snapshot", "text"]).digest_of(&row)).await?;
    Ok(row.id)
}

/// What a draft on a snapshot compares with when nobody chose.
pub(crate) async fn by_default(conn: &mut Conn, s: &Snapshot) -> Result<Option<SnapshotRow>> {
    snapshot_store::before(conn, s.row.division_id, s.row.as_of, s.period).await
}

async fn compared(ctx: &Ctx, conn: &mut Conn, typed: &str, now: &Snapshot) -> Result<Snapshot> {
    let bad = |code| Error::field("previous", code);
    let id: SnapshotId = typed.parse().map_err(|_| bad("snapshot-unknown"))?;
    let s = match snapshots::load(ctx, conn, id).await {
        Err(Error::NotFound) => return Err(bad("snapshot-unknown")),
        other => other?,
    };
    if s.row.division_id != now.row.division_id {
        return Err(bad("snapshot-other-area"));
    }
    if s.row.as_of >= now.row.as_of {
        return Err(bad("snapshot-not-earlier"));
    }
    Ok(s)
}

/// A circular loaded for a change.
type Begun = (Permit<CircularRow>, zw_db::Tx, Loaded);

/// Loads for a change and refuses when another version was seen; none when this key had its effect already. The snapshots
/// are read and proved outside the write transaction, because a province's take a while.
async fn begin(ctx: &Ctx, action: Action, id: CircularId, version: i64, idem: &Idem) -> Result<Option<Begun>> {
    let (permit, l) = seen(ctx, action, id).await?;
    Ok(open(ctx, &permit, id, version, idem).await?.map(|(tx, row)| (permit, tx, Loaded { row, ..l })))
}

/// Loads for a change, before anything is written.
async fn seen(ctx: &Ctx, action: Action, id: CircularId) -> Result<(Permit<CircularRow>, Loaded)> {
    let permit = ctx.permit::<CircularRow>(action)?;
    let l = load(ctx, &mut ctx.read().await?, &permit, id, true).await?;
    Ok((permit, l))
}

/// Begins to write, with the circular as it stands; refusals as of [`begin`].
async fn open(
    ctx: &Ctx,
    permit: &Permit<CircularRow>,
    id: CircularId,
    version: i64,
    idem: &Idem,
) -> Result<Option<(zw_db::Tx, CircularRow)>> {
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(None);
    }
    let row = store::get(&mut tx, permit, id).await?;
    if row.version != version {
        return Err(store::conflict(&row));
    }
    Ok(Some((tx, row)))
}

async fn finish(
    ctx: &Ctx,
    (permit, mut tx, _): Begun,
    next: &CircularRow,
    fields: &[&'static str],
    idem: &Idem,
) -> Result<()> {
    store::save(&mut tx, &permit, next).await?;
    idem.save(ctx, &mut tx, &next.version.to_string()).await?;
    tx.live("publishing", None);
    let mut change = permit.change(None, next.id).fields(fields).digest_of(next);
    if let Some(why) = &next.void_reason {
        change = change.purpose(why);
    }
    tx.commit(change).await
}

/// Changes the title, the paragraphs and what stands around them; the figures stay the system's.
pub async fn edit(ctx: &Ctx, id: CircularId, input: &EditInput, idem: &Idem) -> Result<()> {
    let Some(b) = begin(ctx, policy::CIRCULAR_EDIT, id, input.version, idem).await? else { return Ok(()) };
    let next = b.2.row.edit(kept(ctx, &b.2)?, input, &b.2.figures(), (&account(ctx), &display(ctx)), ctx.now())?;
    finish(ctx, b, &next, &["title", "text", "state"], idem).await
}

/// The text as it is kept: with its addressees, which a draft of long ago does not have, and without the issuer, which the
/// settings say until it is sent.
fn kept(ctx: &Ctx, l: &Loaded) -> Result<CircularBody> {
    let mut body = l.row.paragraphs()?;
    body.frame.get_or_insert_with(|| draft::frame(&l.now, &ctx.app.settings().get(), ctx.app.demo));
    Ok(body)
}

/// Checks a draft (核稿). Whoever wrote any of it cannot.
pub async fn check(ctx: &Ctx, id: CircularId, input: &CheckInput, idem: &Idem) -> Result<()> {
    let Some(b) = begin(ctx, policy::CIRCULAR_CHECK, id, input.version, idem).await? else { return Ok(()) };
    let next = b.2.row.check(input.although_blank.trim() == "1", (&account(ctx), &display(ctx)), ctx.now())?;
    finish(ctx, b, &next, &["state"], idem).await
}

/// Returns a circular that was not sent to its writers (退回修改). What is to be changed is kept with it, and the check that
/// this takes back.
pub async fn send_back(ctx: &Ctx, id: CircularId, input: &ReturnInput, idem: &Idem) -> Result<()> {
    let Some(b) = begin(ctx, policy::CIRCULAR_RETURN, id, input.version, idem).await? else { return Ok(()) };
    let (next, kept) = b.2.row.send_back(input, (&account(ctx), &display(ctx)), ctx.now())?;
    let (permit, mut tx, _) = b;
    store::save(&mut tx, &permit, &next).await?;
    store::keep_return(&mut tx, &kept).await?;
    idem.save(ctx, &mut tx, &next.version.to_string()).await?;
    tx.live("publishing", None);
    let change = permit.change(None, next.id).fields(&["state", "remarks"]).purpose(&kept.remarks);
    tx.commit(change.digest_of(&(&next, &kept))).await
}

/// The files of a circular as a change leaves it: made before the write transaction, which saves the change only on the
/// version that was read here. None of a change that is refused, which the caller tells once its key and version were seen.
async fn papers_of(ctx: &Ctx, l: Loaded, version: i64, next: Result<&CircularRow, &Error>) -> Result<Vec<KeptFile>> {
    match next {
        Ok(next) if l.row.version == version => files::to_keep(ctx, &Loaded { row: next.clone(), ..l }).await,
        _ => Ok(vec![]),
    }
}

/// Records number and date when the office has sent it, and keeps its files as they are from now on.
pub async fn send(ctx: &Ctx, id: CircularId, input: &SendInput, idem: &Idem) -> Result<()> {
    let (permit, l) = seen(ctx, policy::CIRCULAR_SEND, id).await?;
    let next = l.row.send(input, &l.body(ctx)?, &display(ctx), ctx.now());
    let papers = papers_of(ctx, l, input.version, next.as_ref()).await?;
    let Some((mut tx, _)) = open(ctx, &permit, id, input.version, idem).await? else { return Ok(()) };
    let next = next?;
    store::save(&mut tx, &permit, &next).await?;
    store::keep_files(&mut tx, &papers).await?;
    idem.save(ctx, &mut tx, &next.version.to_string()).await?;
    tx.live("publishing", None);
    let change = permit.change(None, next.id).fields(&["state", "doc_no", "sent_on"]);
    tx.commit(change.digest_of(&(&next, digests(&papers)))).await
}

/// Format and hash of each file, for the audit log.
fn digests(papers: &[KeptFile]) -> Vec<(Format, &str)> {
    papers.iter().map(|k| (k.kind, k.sha256.as_str())).collect()
}

/// Corrects number or date of a sent circular where they were recorded wrong. What the record said is kept with the reason,
/// and so are the files that bear it; those given out from now on bear what it says now.
pub async fn correct(ctx: &Ctx, id: CircularId, input: &CorrectInput, idem: &Idem) -> Result<()> {
    let (permit, mut l) = seen(ctx, policy::CIRCULAR_CORRECT, id).await?;
    let done = l.row.correct(input, (&account(ctx), &display(ctx)), ctx.now());
    l.corrections.extend(done.iter().map(|(_, was)| was.clone()));
    let papers = papers_of(ctx, l, input.version, done.as_ref().map(|(next, _)| next)).await?;
    let Some((mut tx, _)) = open(ctx, &permit, id, input.version, idem).await? else { return Ok(()) };
    let (next, was) = done?;
    store::save(&mut tx, &permit, &next).await?;
    store::keep_correction(&mut tx, &was).await?;
    store::keep_files(&mut tx, &papers).await?;
    idem.save(ctx, &mut tx, &next.version.to_string()).await?;
    tx.live("publishing", None);
    let change = permit.change(None, next.id).fields(&["doc_no", "sent_on"]).purpose(&was.reason);
    tx.commit(change.digest_of(&(&next, &was, digests(&papers)))).await
}

/// Voids a circular that was not sent.
pub async fn void(ctx: &Ctx, id: CircularId, input: &VoidInput, idem: &Idem) -> Result<()> {
    let Some(b) = begin(ctx, policy::CIRCULAR_EDIT, id, input.version, idem).await? else { return Ok(()) };
    let next = b.2.row.void(input)?;
    finish(ctx, b, &next, &["state"], idem).await
}

/// Whether the reader may draft from a snapshot: the whole area is theirs.
pub(crate) fn may_draft(ctx: &Ctx, s: &Snapshot) -> bool {
    ctx.permit::<CircularRow>(policy::CIRCULAR_EDIT).is_ok_and(|p| owns(ctx, &p, s.row.division_id, s.row.as_of))
}

/// The standing circular on a snapshot, if the reader may see it.
pub(crate) async fn on_snapshot(ctx: &Ctx, snapshot: SnapshotId, as_of: Day) -> Result<Option<CircularId>> {
    let found = store::on_snapshot(&mut ctx.read().await?, snapshot).await?;
    Ok(found.filter(|r| sees(ctx, r, as_of)).map(|r| r.id))
}

/// Earlier snapshots a draft may compare with.
pub(crate) async fn comparisons(ctx: &Ctx, s: &Snapshot) -> Result<Vec<Earlier>> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_READ)?;
    snapshot_store::earlier(&mut ctx.read().await?, &permit, s.row.division_id, s.row.as_of).await
}
