//! Importing an official list. The first step reads and checks a file and keeps it sealed; nothing of a list is written. The
//! second checks all of it again and writes the list, its rows, and what follows for the register, or nothing.

use super::{official_match, open, seal};
use crate::model::official::Waiting;
use crate::model::official_file::{self, Checked, Facts, Problem, Sheet};
use crate::model::official_place::Places;
use crate::model::{ListDraft, ListInput, ListKind, ListReport, OfficialList};
use crate::policy;
use crate::service::register::blind;
use crate::store::{self, official as lists, row};
use zw_access::{Ctx, Permit, sealed};
use zw_core::{DivisionId, Error, Key, OfficialListId, Result, Uuid};
use zw_db::Conn;
use zw_documents::grid;
use zw_web::Idem;

/// Bytes of a file, whichever way it comes (security.md INP-4).
pub const FILE_MOST: usize = 20 * 1024 * 1024;

/// How long a checked file waits for its confirmation.
pub(crate) const WAITS_MS: i64 = 24 * 3_600_000;

/// A county's list that passed every check.
struct Ready {
    county: DivisionId,
    draft: ListDraft,
    checked: Checked,
    hashes: Vec<Vec<u8>>,
    report: ListReport,
}

/// What came of the first step.
pub enum Begun {
    /// Nothing is kept: every problem of the file.
    Refused(ListReport),
    /// It waits to be confirmed.
    Waits(Key<Uuid>),
}

/// The counties for which the reader imports lists; all of them for the command line.
pub fn counties(ctx: &Ctx) -> Result<Vec<DivisionId>> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_IMPORT)?;
    Ok(permit.counties().unwrap_or_default())
}

fn county_of(ctx: &Ctx, permit: &Permit<OfficialList>, typed: &str) -> Result<DivisionId> {
    let view = ctx.tree().as_of(ctx.today());
    match (typed.trim(), permit.counties().as_deref()) {
        ("", Some([one])) => Ok(*one),
        ("", _) => Err(Error::field("county", "required")),
        (t, _) => t
            .parse()
            .ok()
            .map(DivisionId)
            .filter(|c| view.county_of(*c) == Some(*c) && permit.covers_county(*c))
            .ok_or_else(|| Error::field("county", "list-county-outside")),
    }
}

fn refused(trouble: &grid::GridTrouble) -> Vec<Problem> {
    let most = trouble.most().map(|n| n.to_string()).unwrap_or_default();
    vec![Problem::of_file(&format!("list-file-{}", trouble.code()), &[("most", most.as_str())])]
}

/// Reads a file, if there is one; a report of every problem that its form already has.
async fn sheet_of(file: Option<Vec<u8>>) -> Result<Result<Option<Sheet>, ListReport>> {
    let Some(file) = file else { return Ok(Ok(None)) };
    let found = if file.len() > FILE_MOST {
        let most = (FILE_MOST / 1024 / 1024).to_string();
        Err(vec![Problem::of_file("list-file-large", &[("most", &most)])])
    } else {
        let read = move || match grid::grid(&file) {
            Ok(g) => official_file::read(&g),
            Err(trouble) => Err(refused(&trouble)),
        };
        tokio::task::spawn_blocking(read).await.map_err(Error::internal)?
    };
    Ok(found.map(Some).map_err(|problems| ListReport { problems, ..ListReport::default() }))
}

/// Checks form and sheet against the county as it is now.
async fn checked(
    ctx: &Ctx,
    c: &mut Conn,
    permit: &Permit<OfficialList>,
    input: &ListInput,
    sheet: Option<&Sheet>,
) -> Result<Result<Ready, ListReport>> {
    let county = county_of(ctx, permit, &input.county)?;
    let standing = lists::standing(c, county).await?;
    let day_of = |code: &str| standing.iter().find(|s| s.0 == code).map(|s| s.2);
    let draft = input.check(ctx.today(), day_of).map_err(Error::Invalid)?;
    let places = Places::of(&ctx.tree().as_of(ctx.today()), county);
    let facts = Facts { today: ctx.today(), places: &places, list: &draft };
    let found = match sheet {
        Some(s) => s.check(&facts),
        None if draft.stated.is_some() => Ok(Checked::default()),
        None => return Err(Error::field("file", "list-file-or-number")),
    };
    let checked = match found {
        Ok(found) => found,
        Err(problems) => return Ok(Err(ListReport { problems, ..ListReport::default() })),
    };
    let hashes: Vec<Vec<u8>> = checked.rows.iter().map(|p| blind(&ctx.app.vault, p.kind, &p.number)).collect();
    let unused = sheet.map(|s| s.unused.clone()).unwrap_or_default();
    let mut report = ListReport::of(&checked, unused, draft.stated);
    report.replaces = day_of(draft.category.code);
    if !checked.rows.is_empty() {
        report.ended = store::official_match::would_end(c, county, draft.category.code, &hashes).await?;
    }
    Ok(Ok(Ready { county, draft, checked, hashes, report }))
}

/// The first step: reads and checks a file, and keeps it for the confirmation.
pub async fn begin(ctx: &Ctx, input: &ListInput, file: Option<Vec<u8>>, idem: &Idem) -> Result<Begun> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_IMPORT)?;
    // What is wrong with the form is told before the file is read: both at once would be two lists of problems.
    form_only(ctx, &permit, input).await?;
    let sheet = match sheet_of(file).await? {
        Ok(sheet) => sheet,
        Err(report) => return Ok(Begun::Refused(report)),
    };
    let mut c = ctx.read().await?;
    let ready = match checked(ctx, &mut c, &permit, input, sheet.as_ref()).await? {
        Ok(ready) => ready,
        Err(report) => return Ok(Begun::Refused(report)),
    };
    drop(c);
    let key = Key { county: ready.county, id: ctx.uuid() };
    let waiting = Waiting { input: input.clone(), sheet };
    let text = serde_json::to_string(&waiting).map_err(Error::internal)?;
    let body = seal(ctx, sealed::OFFICIAL_DRAFT_BODY, key.county, &key.id, &text)?;
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return serde_json::from_str(&done).map(Begun::Waits).map_err(Error::internal);
    }
    let at = tx.at();
    lists::keep(&mut tx, (key.county, key.id), body, at, &ctx.actor.name).await?;
    idem.save(ctx, &mut tx, &serde_json::to_string(&key).map_err(Error::internal)?).await?;
    tx.commit(permit.change(Some(key.county), key.id).fields(&["checked"]).purpose("list-check")).await?;
    Ok(Begun::Waits(key))
}

async fn form_only(ctx: &Ctx, permit: &Permit<OfficialList>, input: &ListInput) -> Result<()> {
    let county = county_of(ctx, permit, &input.county)?;
    let standing = lists::standing(&mut ctx.read().await?, county).await?;
    let day_of = |code: &str| standing.iter().find(|s| s.0 == code).map(|s| s.2);
    input.check(ctx.today(), day_of).map(|_| ()).map_err(Error::Invalid)
}

async fn kept(ctx: &Ctx, permit: &Permit<OfficialList>, key: Key<Uuid>) -> Result<Waiting> {
    let mut c = ctx.read().await?;
    let body = lists::kept(&mut c, permit, (key.county, key.id), &ctx.actor.name).await?.ok_or(Error::NotFound)?;
    let text = open(ctx, sealed::OFFICIAL_DRAFT_BODY, key.county, &key.id, Some(&body))?;
    let text = text.ok_or(Error::NotFound)?;
    serde_json::from_str(text.for_rules()).map_err(Error::internal)
}

/// What waits to be confirmed, and what it would do as things are now.
pub async fn waiting(ctx: &Ctx, key: Key<Uuid>) -> Result<(ListInput, ListReport)> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_IMPORT)?;
    let waiting = kept(ctx, &permit, key).await?;
    let mut c = ctx.read().await?;
    let found = checked(ctx, &mut c, &permit, &waiting.input, waiting.sheet.as_ref()).await?;
    Ok((waiting.input, found.map_or_else(|report| report, |ready| ready.report)))
}

/// The second step: checks everything again and writes it. Nothing is kept afterwards of what waited.
pub async fn confirm(ctx: &Ctx, key: Key<Uuid>, idem: &Idem) -> Result<Key<OfficialListId>> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_IMPORT)?;
    let waiting = match kept(ctx, &permit, key).await {
        Ok(w) => Some(w),
        // A repeat finds nothing waiting any more and gets the answer of the first.
        Err(Error::NotFound) => None,
        Err(e) => return Err(e),
    };
    let Some(waiting) = waiting else {
        let mut tx = ctx.write().await?;
        let done = idem.seen(ctx, &mut tx).await?.ok_or(Error::NotFound)?;
        return serde_json::from_str(&done).map_err(Error::internal);
    };
    let report = write(ctx, &permit, &waiting, Some(key), idem).await?;
    match report.list {
        Some(id) => Ok(Key { county: key.county, id }),
        None => Err(Error::Invalid(report.errors())),
    }
}

/// Gives up what waits.
pub async fn give_up(ctx: &Ctx, key: Key<Uuid>) -> Result<()> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_IMPORT)?;
    kept(ctx, &permit, key).await?;
    let mut tx = ctx.write().await?;
    lists::forget(&mut tx, (key.county, key.id)).await?;
    tx.commit(permit.change(Some(key.county), key.id).fields(&["checked"]).purpose("list-drop")).await
}

/// Imports a file at once, for the command line and the API. `only_check`: only says what it would do.
pub async fn import(
    ctx: &Ctx,
    input: &ListInput,
    file: Option<Vec<u8>>,
    only_check: bool,
    idem: &Idem,
) -> Result<ListReport> {
    let permit = ctx.permit::<OfficialList>(policy::OFFICIAL_IMPORT)?;
    form_only(ctx, &permit, input).await?;
    let sheet = match sheet_of(file).await? {
        Ok(sheet) => sheet,
        Err(report) => return Ok(report),
    };
    if only_check {
        let mut c = ctx.read().await?;
        let found = checked(ctx, &mut c, &permit, input, sheet.as_ref()).await?;
        return Ok(found.map_or_else(|report| report, |ready| ready.report));
    }
    write(ctx, &permit, &Waiting { input: input.clone(), sheet }, None, idem).await
}

/// Checks and writes a list; a report with problems has written nothing. Hashing and sealing come before the transaction.
async fn write(
    ctx: &Ctx,
    permit: &Permit<OfficialList>,
    waiting: &Waiting,
    kept: Option<Key<Uuid>>,
    idem: &Idem,
) -> Result<ListReport> {
    let mut c = ctx.read().await?;
    let ready = match checked(ctx, &mut c, permit, &waiting.input, waiting.sheet.as_ref()).await? {
        Ok(ready) => ready,
        Err(report) => return Ok(report),
    };
    drop(c);
    let Ready { county, draft, checked, hashes, mut report } = ready;
    let id = OfficialListId(ctx.uuid());
    let mut rows = Vec::with_capacity(checked.rows.len());
    for (p, hash) in checked.rows.iter().zip(hashes) {
        let row = ctx.uuid();
        let name = Some(seal(ctx, sealed::OFFICIAL_ROW_NAME, county, &row, &p.name)?);
        let (township, village) = (p.at.township, p.at.village);
        rows.push(lists::RowNew { county, id: row, list: id, hash, township, village, name, from: p.from });
    }
    let numbers: Vec<_> = checked
        .numbers
        .iter()
        .map(|n| lists::NumberNew {
            county,
            id: ctx.uuid(),
            list: id,
            township: n.at.township,
            village: n.at.village,
            persons: n.persons,
        })
        .collect();
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        let key: Key<OfficialListId> = serde_json::from_str(&done).map_err(Error::internal)?;
        return Ok(ListReport { list: Some(key.id), ..report });
    }
    // Somebody else may have imported a later one a moment ago.
    let standing = lists::standing(&mut tx, county).await?;
    let last = standing.iter().find(|s| s.0 == draft.category.code).map(|s| s.2);
    waiting.input.check(ctx.today(), |_| last).map_err(Error::Invalid)?;
    let new = lists::New {
        county,
        id,
        category: draft.category.code,
        list_date: draft.list_date,
        authority: draft.authority,
        document: draft.document,
        stated: draft.stated,
        kind: if checked.rows.is_empty() { ListKind::Numbers } else { ListKind::Rows },
        rows: report.rows,
        persons: report.persons,
        at: tx.at(),
        by: ctx.actor.name.clone(),
    };
    lists::put(&mut tx, new).await?;
    row::insert(&mut tx, rows).await?;
    row::insert(&mut tx, numbers).await?;
    report.ended = i64::try_from(official_match::list(&mut tx, county, id, &|| ctx.uuid()).await?).unwrap_or(i64::MAX);
    report.on_file = lists::tied(&mut tx, county, id).await?;
    if let Some(key) = kept {
        lists::forget(&mut tx, (key.county, key.id)).await?;
    }
    let key = Key { county, id };
    idem.save(ctx, &mut tx, &serde_json::to_string(&key).map_err(Error::internal)?).await?;
    let change = permit.change(Some(county), id).fields(&["official_list", "official_row", "resident_category"]);
    tx.commit(change.digest_of(&(&waiting.input, report.rows, report.on_file, report.ended))).await?;
    report.list = Some(id);
    Ok(report)
}
