//! What came from devices: the list, one of them with both versions, and settling it.

use super::send::body_place;
use crate::model::{Body, Item, ItemKind, ItemState, MOST_REASON, Why};
use crate::out::ItemOut;
use crate::policy;
use crate::store::item as store;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zw_access::{AuditChanges, Ctx, Permit};
use zw_core::{DivisionId, EncounterId, Error, PageReq, Paged, ResidentId, Result, Uuid};
use zw_db::Tx;
use zw_practice::out::{EncounterOut, PersonCard};
use zw_practice::service::contact::{self, Contact, Fixed};
use zw_practice::service::take::{Taken, seen, take};
use zw_practice::service::{encounter, pack};
use zw_ui::Lang;
use zw_web::{Idem, Page};

/// What a list of items is asked.
#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindItems {
    /// `1`: only those that wait for somebody.
    pub open: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

/// How an item is settled.
#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SettleInput {
    /// `mine`: the item's version (of a visit: it was another visit). `away`: what stands, stays; the item is put away.
    pub how: String,
    /// Why it is put away, at most 200 characters.
    pub reason: String,
    /// Version that was read.
    pub version: i64,
}

/// One item with everything that helps to decide. No `Debug`: it holds personal data in clear.
pub struct ItemPage {
    /// The item.
    pub item: ItemOut,
    /// Key of the person it is about.
    pub person: Option<(DivisionId, ResidentId)>,
    /// What was typed, while it is kept here.
    pub typed: Option<Body>,
    /// What was typed, as it came, where it could not be read.
    pub raw: Option<String>,
    /// The record of the same visit, which says something else.
    pub theirs: Option<EncounterOut>,
    /// Telephone and address as they stand.
    pub stands: Option<Contact>,
    /// The words by which a resident's name is shown, for everybody the visit names.
    pub people: Vec<PersonCard>,
}

async fn shown(ctx: &Ctx, lang: Lang, rows: &[Item]) -> Result<Vec<ItemOut>> {
    let mut ids: Vec<ResidentId> = rows.iter().filter_map(|i| i.resident_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let cards = pack::cards(ctx, &ids).await?;
    let visits: Vec<EncounterId> =
        rows.iter().filter(|i| i.kind == ItemKind::Visit).filter_map(|i| i.ref_id.map(EncounterId)).collect();
    let visits = seen(ctx, &visits).await?;
    let mut out = vec![];
    for i in rows {
        let person = i.resident_id.and_then(|id| cards.iter().find(|c| c.id == id));
        let words = |text: &str| Why::read(text).iter().map(|w| w.words(lang)).collect::<Vec<_>>();
        let href = match (i.kind, i.ref_county, i.ref_id) {
            (ItemKind::Visit, Some(county), Some(id)) if visits.contains(&EncounterId(id)) => {
                Some(format!("/visits/{county}/{id}"))
            }
            (ItemKind::Contact, ..) => person.map(|p| format!("/people/{}/{}", p.county, p.id)),
            _ => None,
        };
        let settled = i.settled_at.map(|at| {
            let by = i.settled_by.clone().unwrap_or_default();
            let why = i.settled_why.as_deref().unwrap_or_default();
            // i18n-keys: field-settled-mine field-settled-corrected
            let why = lang.t_or(&format!("field-settled-{why}"), why);
            lang.tf(
                "field-settled",
                &[("by", by.as_str().into()), ("at", at.minute_cn().as_str().into()), ("why", why.as_str().into())],
            )
        });
        out.push(ItemOut {
            county: i.county_id,
            id: i.id,
            kind: i.kind,
            state: i.state,
            person: person.map(|p| p.name.clone()).unwrap_or_default(),
            by: i.account_name.clone(),
            recorded_at: i.recorded_at.minute_cn(),
            received_at: i.received_at.minute_cn(),
            why: words(&i.why),
            told: words(&i.told),
            settled,
            href,
            version: i.version,
        });
    }
    Ok(out)
}

/// Items within the reader's scope, the newest first.
pub async fn list(ctx: &Ctx, lang: Lang, ask: &FindItems) -> Result<Paged<ItemOut>> {
    let permit = ctx.permit::<Item>(policy::ITEMS)?;
    let page = PageReq::new(ask.page, ask.size);
    let (rows, total) = store::find(&mut ctx.read().await?, &permit, ask.open == "1", page).await?;
    Ok(Paged::of(page, shown(ctx, lang, &rows).await?, total))
}

/// How many items wait for the reader; 0 for who has none.
pub async fn open_count(ctx: &Ctx) -> Result<i64> {
    match ctx.permit::<Item>(policy::ITEMS) {
        Ok(permit) => store::open(&mut ctx.read().await?, &permit).await,
        Err(_) => Ok(0),
    }
}

fn body_of(ctx: &Ctx, i: &Item) -> Result<Option<Vec<u8>>> {
    i.body.as_ref().map(|sealed| ctx.app.vault.open(&body_place(i), sealed)).transpose()
}

fn typed_of(ctx: &Ctx, i: &Item) -> Result<Body> {
    let plain = body_of(ctx, i)?.ok_or_else(|| Error::rule("field-settled"))?;
    serde_json::from_slice(&plain).map_err(|_| Error::rule("field-unreadable"))
}

/// One item, both versions beside each other; the reading is written down before its bytes leave.
pub async fn open(ctx: &Ctx, lang: Lang, county: DivisionId, id: Uuid) -> Result<ItemPage> {
    let permit = ctx.permit::<Item>(policy::ITEMS)?;
    let i = store::get(&mut ctx.read().await?, &permit, county, id).await?.ok_or(Error::NotFound)?;
    let item = shown(ctx, lang, std::slice::from_ref(&i)).await?.pop().ok_or(Error::NotFound)?;
    let plain = body_of(ctx, &i)?;
    let typed: Option<Body> = plain.as_ref().and_then(|p| serde_json::from_slice(p).ok());
    let raw = plain.filter(|_| typed.is_none()).map(|p| String::from_utf8_lossy(&p).into_owned());
    let named: Vec<ResidentId> = typed
        .iter()
        .filter_map(|t| t.visit.as_ref())
        .flat_map(|v| v.persons.iter().filter_map(|p| p.resident))
        .chain(i.resident_id)
        .collect();
    let people = pack::cards(ctx, &named).await?;
    let theirs = match (i.state, i.kind, i.ref_county, i.ref_id) {
        (ItemState::Waiting, ItemKind::Visit, Some(c), Some(r)) if !seen(ctx, &[EncounterId(r)]).await?.is_empty() => {
            Some(encounter::open(ctx, c, EncounterId(r)).await?)
        }
        _ => None,
    };
    let stands = match (i.state, i.kind, i.resident_county, i.resident_id) {
        (ItemState::Waiting, ItemKind::Contact, Some(c), Some(r)) => contact::now(ctx, c, r).await.ok(),
        _ => None,
    };
    let person = people.iter().find(|p| Some(p.id) == i.resident_id).map(|p| (p.county, p.id));
    let fields: &[&'static str] = if typed.is_some() || raw.is_some() { &["body"] } else { &["state"] };
    let tx = ctx.write().await?;
    tx.commit(permit.change(Some(county), id).fields(fields).subjects(&named)).await?;
    Ok(ItemPage { item, person, typed, raw, theirs, stands, people })
}

/// An item that still waits, and the permit to settle it.
async fn waiting(ctx: &Ctx, tx: &mut Tx, county: DivisionId, id: Uuid, version: i64) -> Result<(Permit<Item>, Item)> {
    let permit = ctx.permit::<Item>(policy::ITEMS)?;
    let i = store::get(tx, &permit, county, id).await?.ok_or(Error::NotFound)?;
    // The answer to who was slower is on the item's page: who settled it, when and how.
    if !i.state.is_open() || version != i.version {
        return Err(Error::rule("field-settled"));
    }
    Ok((permit, i))
}

async fn settled(
    tx: &mut Tx,
    permit: &Permit<Item>,
    i: &Item,
    state: ItemState,
    at: Option<(DivisionId, Uuid)>,
    by: (&str, &str),
) -> Result<()> {
    if store::settle(tx, permit, i, state, at, by).await? == 0 {
        return Err(Error::rule("field-settled"));
    }
    Ok(())
}

/// Settles an item: its own version becomes the record, or it is put away with a reason.
pub async fn settle(ctx: &Ctx, county: DivisionId, id: Uuid, input: &SettleInput, idem: &Idem) -> Result<()> {
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let (permit, i) = waiting(ctx, &mut tx, county, id, input.version).await?;
    let me = ctx.actor.name.as_str();
    let change = match input.how.as_str() {
        "away" => {
            let reason = input.reason.trim();
            if reason.is_empty() {
                return Err(Error::field("reason", "required"));
            }
            if reason.chars().count() > MOST_REASON {
                let mut e = zw_core::FieldErrors::default();
                e.add_with("reason", "too-long", &[("max", &MOST_REASON.to_string())]);
                return Err(Error::Invalid(e));
            }
            settled(&mut tx, &permit, &i, ItemState::Away, None, (me, reason)).await?;
            None
        }
        // A refused one is put right in the ordinary form first: it would only be refused again.
        "mine" if i.state == ItemState::Waiting => {
            let body = typed_of(ctx, &i)?;
            let (state, at, change) = mine(ctx, &mut tx, &body).await?;
            settled(&mut tx, &permit, &i, state, at, (me, "mine")).await?;
            change
        }
        "" => return Err(Error::field("how", "required")),
        _ => return Err(Error::field("how", "unknown-code")),
    };
    idem.save(ctx, &mut tx, "done").await?;
    let own = permit.change(Some(county), id).fields(&["state"]).purpose(&input.how);
    tx.commit(AuditChanges(std::iter::once(own).chain(change).collect())).await
}

type Mine = (ItemState, Option<(DivisionId, Uuid)>, Option<zw_access::AuditChange>);

/// The item's own version becomes the record: a visit was another one, telephone and address are as they were found.
async fn mine(ctx: &Ctx, tx: &mut Tx, body: &Body) -> Result<Mine> {
    if let Some(v) = &body.visit {
        let mut v = v.clone();
        v.another = "1".into();
        return match take(ctx, tx, &v).await? {
            Taken::Recorded(k, change) => Ok((ItemState::Sent, Some((k.county, k.id.0)), Some(change))),
            Taken::Merged(k, change) => Ok((ItemState::Merged, Some((k.county, k.id.0)), Some(change))),
            Taken::Differs(..) => Err(Error::internal("another visit is joined to none")),
        };
    }
    match (&body.contact, body.county.zip(body.resident)) {
        (Some(fix), Some(key)) => match contact::fix(ctx, tx, key, fix, true).await? {
            Fixed::Done(change) => Ok((ItemState::Sent, None, Some(change))),
            Fixed::Same => Ok((ItemState::Merged, None, None)),
            Fixed::Differs => Err(Error::internal("written over")),
        },
        _ => Err(Error::rule("field-unreadable")),
    }
}

/// Takes what was typed over into the ordinary form, where its rules are told at the fields; the item is put away. The
/// address of that form.
pub async fn correct(ctx: &Ctx, county: DivisionId, id: Uuid, version: i64, idem: &Idem) -> Result<String> {
    let permit = ctx.permit::<Item>(policy::ITEMS)?;
    let known = store::get(&mut ctx.read().await?, &permit, county, id).await?.ok_or(Error::NotFound)?;
    // Before the transaction: what is read of children is written down in one of its own.
    let cards = pack::cards(ctx, &known.resident_id.into_iter().collect::<Vec<_>>()).await?;
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return Ok(done);
    }
    let (permit, i) = waiting(ctx, &mut tx, county, id, version).await?;
    let body = typed_of(ctx, &i)?;
    let person = cards.first().ok_or_else(|| Error::rule("field-person-gone"))?;
    let href = match (&body.visit, &body.contact) {
        (Some(v), _) => {
            let values = zw_practice::views::visit::typed(v);
            let key = zw_practice::views::visit::draft_key(person);
            Page::keep_draft(ctx, &mut tx, &key, &values).await?;
            format!("/people/{}/{}/visit", person.county, person.id)
        }
        // Telephone and address are two fields of the record's form, which knows its other values itself.
        _ => format!("/people/{}/{}/edit", person.county, person.id),
    };
    // A correction of telephone or address is still to be typed: it is put away by whoever has done so.
    if body.visit.is_some() {
        settled(&mut tx, &permit, &i, ItemState::Away, None, (&ctx.actor.name, "corrected")).await?;
    }
    idem.save(ctx, &mut tx, &href).await?;
    tx.commit(permit.change(Some(county), id).fields(&["body"]).subject(person.id).purpose("corrected")).await?;
    Ok(href)
}
