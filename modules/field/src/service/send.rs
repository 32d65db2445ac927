//! What comes back from a device: each item through the very rules of the online form, each answered for itself, none lost.
//! The device sends what it sealed, so that a queue can leave a phone that is locked or whose shift is over.

use super::device::Standing;
use super::shift::key_place;
use crate::model::{Body, Device, Item, ItemKind, ItemState, MOST_ITEMS, Shift, Why, aad};
use crate::out::Answer;
use crate::policy;
use crate::store::{device as devices, item as store};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zw_access::sealed::{FIELD_ITEM_BODY, Place};
use zw_access::{AuditChange, AuditChanges, Ctx, crypto};
use zw_core::{Day, DivisionId, Error, Result, Stamp, Uuid};
use zw_db::Tx;
use zw_practice::model::EncounterInput;
use zw_practice::service::contact::{self, Fixed};
use zw_practice::service::take::{Taken, take};
use zw_ui::Lang;

/// One item as a device keeps it.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedItem {
    /// The device's own id of it, a random UUID.
    pub client: Uuid,
    /// The shift it was recorded in.
    pub shift: Uuid,
    /// Nonce of 12 bytes and AES-256-GCM ciphertext under the shift's key, base64.
    pub sealed: String,
}

/// A sending.
#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "SendItemsInput")]
pub struct SendInput {
    /// What the device's clock says now, in milliseconds: how far it is off is taken from the times of the items.
    pub device_ms: i64,
    /// The items, at most 200, in any order, any of them as often as need be.
    pub items: Vec<SealedItem>,
}

/// What became of an item, before it is written.
struct Outcome {
    state: ItemState,
    at: Option<(DivisionId, Uuid)>,
    why: Vec<Why>,
}

/// Takes a sending in. Every item has a transaction of its own: what is right is in, whatever the next one is.
pub async fn send(ctx: &Ctx, lang: Lang, device: Option<Device>, input: &SendInput) -> Result<Vec<Answer>> {
    let d =
        device.filter(|d| Some(d.account_id) == ctx.actor.account()).ok_or_else(|| Error::rule("field-no-device"))?;
    if super::device::standing(ctx, &d).await? == Standing::Lost {
        return Err(Error::rule("field-no-device"));
    }
    if input.items.len() > MOST_ITEMS {
        return Err(Error::rule_with("field-many", &[("most", &MOST_ITEMS.to_string())]));
    }
    let off = ctx.now().ms().saturating_sub(input.device_ms);
    let (mut shifts, mut clients): (Vec<Uuid>, Vec<Uuid>) = (vec![], vec![]);
    for i in &input.items {
        clients.push(i.client);
        if !shifts.contains(&i.shift) {
            shifts.push(i.shift);
        }
    }
    let mut c = ctx.look().await?;
    let shifts = devices::shifts(&mut c, &d, &shifts).await?;
    let known = store::known(&mut c, &d, &clients).await?;
    drop(c);
    let mut keys = vec![];
    for s in &shifts {
        let Some(sealed) = &s.data_key else { continue };
        let key: [u8; 32] =
            ctx.app.vault.open(&key_place(s), sealed)?.try_into().map_err(|_| Error::internal("key"))?;
        keys.push((s, key));
    }
    let mut out: Vec<Answer> = vec![];
    for i in &input.items {
        let opened = keys.iter().find(|(s, _)| s.id == i.shift).and_then(|(s, key)| Some((*s, opened(key, i)?)));
        let Some((shift, plain)) = opened else {
            out.push(told(i.client, "unread", vec![lang.t("field-why-unread")]));
            continue;
        };
        // Within one sending the same id may come twice.
        let before = match known.iter().find(|k| k.client_id == i.client) {
            Some(k) => Some(k.clone()),
            None if out.iter().any(|a| a.client == i.client) => {
                store::sent(&mut ctx.look().await?, &d, i.client).await?
            }
            None => None,
        };
        let done = match before {
            Some(k) => Ok(again(k, &plain)),
            None => one(ctx, &d, shift, i.client, &plain, off).await,
        };
        out.push(match done {
            Ok(Some(item)) => answer(lang, &item),
            Ok(None) => told(i.client, "refused", vec![lang.t("field-why-other-content")]),
            Err(e) => {
                // One that a defect stops does not stop the others; the device keeps it and sends it again.
                tracing::error!(request_id = %ctx.request_id, "an item of a device was put off: {e}");
                told(i.client, "later", vec![lang.t("field-why-later")])
            }
        });
    }
    Ok(out)
}

fn told(client: Uuid, state: &str, why: Vec<String>) -> Answer {
    Answer { client, state: state.to_owned(), why, county: None, item: None }
}

fn answer(lang: Lang, i: &Item) -> Answer {
    use zw_core::code::Code as _;
    let words = |text: &str| Why::read(text).iter().map(|w| w.words(lang)).collect::<Vec<_>>();
    let mut why = words(&i.why);
    why.extend(words(&i.told));
    Answer { client: i.client_id, state: i.state.code().to_owned(), why, county: Some(i.county_id), item: Some(i.id) }
}

/// What a device sealed; nothing when it is not of this key and place.
fn opened(key: &[u8; 32], i: &SealedItem) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(&i.sealed).ok()?;
    let (nonce, body) = bytes.split_at_checked(12)?;
    crypto::provider().open(key, nonce.try_into().ok()?, aad(i.shift, i.client).as_bytes(), body).ok()
}

/// The answer an item had; nothing when the same id now brings something else.
fn again(known: Item, plain: &[u8]) -> Option<Item> {
    (known.digest == digest(plain)).then_some(known)
}

fn digest(plain: &[u8]) -> Vec<u8> {
    crypto::digest(&[b"field-item", plain]).to_vec()
}

/// The day of an item and what its owner is told about it. A day that was typed stands as it was typed; else it is the one
/// on which the corrected instant lies.
fn dated(input: &mut EncounterInput, shown: &str, at: Stamp, true_word: bool) -> Vec<Why> {
    let day = at.day_cn();
    let mut told = vec![];
    if !true_word {
        told.push(Why::of("field-told-clock"));
    }
    if input.day.trim().is_empty() {
        if Day::parse(shown).is_some_and(|s| s != day) {
            let args = vec![("shown".to_owned(), shown.to_owned()), ("day".to_owned(), day.to_string())];
            told.push(Why { key: "field-told-day".to_owned(), args });
        }
        input.day = day.to_string();
    }
    told
}

/// One item that was not here before; `None` when the same id was taken in with other content meanwhile.
async fn one(ctx: &Ctx, d: &Device, s: &Shift, client: Uuid, plain: &[u8], off: i64) -> Result<Option<Item>> {
    use zw_core::code::Code as _;
    let body: Result<Body, _> = serde_json::from_slice(plain);
    let (mut body, unreadable) = match body {
        Ok(b) => (b, false),
        Err(_) => (Body::default(), true),
    };
    let (at, true_word) = if unreadable { (ctx.now(), true) } else { s.instant(body.at, off, ctx.now()) };
    let shown = std::mem::take(&mut body.shown);
    let told = match &mut body.visit {
        Some(v) => dated(v, &shown, at, true_word),
        None => vec![],
    };
    let kind = ItemKind::from_code(&body.kind);
    let mut item = Item {
        county_id: d.county_id,
        id: ctx.uuid(),
        device_id: d.id,
        client_id: client,
        account_id: d.account_id,
        account_name: ctx.actor.name.clone(),
        worker_id: s.worker_id,
        unit_id: s.unit_id,
        kind: kind.unwrap_or(ItemKind::Visit),
        state: ItemState::Refused,
        resident_county: body.county,
        resident_id: body.about(),
        ref_county: None,
        ref_id: None,
        body: None,
        digest: digest(plain),
        why: "[]".into(),
        told: Why::stored(&told),
        recorded_at: at,
        received_at: ctx.now(),
        settled_at: None,
        settled_by: None,
        settled_why: None,
        version: 1,
    };
    // What cannot be read is kept as it came.
    let kept = if unreadable { plain.to_vec() } else { serde_json::to_vec(&body).map_err(Error::internal)? };
    let mut tx = ctx.write().await?;
    let tried = match (kind, &body.visit, &body.contact) {
        _ if unreadable => Err(Error::rule("field-unreadable")),
        (Some(ItemKind::Visit), Some(v), None) => visit(ctx, &mut tx, v).await,
        (Some(ItemKind::Contact), None, Some(fix)) => match body.county.zip(body.resident) {
            Some(key) => contact::fix(ctx, &mut tx, key, fix, false).await.map(by_contact),
            None => Err(Error::rule("field-unreadable")),
        },
        _ => Err(Error::rule("field-unreadable")),
    };
    let (outcome, change) = match tried {
        Ok(done) => done,
        Err(e) => {
            let Some(why) = Why::refusal(&e) else { return Err(e) };
            // Nothing of the try stays; the refusal is kept by itself.
            drop(tx);
            tx = ctx.write().await?;
            (Outcome { state: ItemState::Refused, at: None, why }, None)
        }
    };
    item.state = outcome.state;
    item.why = Why::stored(&outcome.why);
    (item.ref_county, item.ref_id) = (outcome.at.map(|a| a.0), outcome.at.map(|a| a.1));
    if item.state.is_open() {
        item.body = Some(ctx.app.vault.seal(&ctx.app.rng, &body_place(&item), &kept)?);
    }
    if !store::insert(&mut tx, &item, s.id).await? {
        // The same sending came twice at the same moment; the other one has it.
        drop(tx);
        let other = store::sent(&mut ctx.look().await?, d, client).await?;
        return Ok(other.and_then(|o| again(o, plain)));
    }
    let sent = ctx.event(policy::SEND).record(Some(item.county_id), item.id).purpose(item.state.code());
    let changes: Vec<AuditChange> = std::iter::once(sent).chain(change).collect();
    tx.commit(AuditChanges(changes)).await?;
    Ok(Some(item))
}

/// Place of what was typed.
pub(super) fn body_place(i: &Item) -> Place {
    FIELD_ITEM_BODY.at(i.county_id, i.id)
}

async fn visit(ctx: &Ctx, tx: &mut Tx, v: &EncounterInput) -> Result<(Outcome, Option<AuditChange>)> {
    Ok(match take(ctx, tx, v).await? {
        Taken::Recorded(key, change) => {
            (Outcome { state: ItemState::Sent, at: Some((key.county, key.id.0)), why: vec![] }, Some(change))
        }
        Taken::Merged(key, change) => {
            let why = vec![Why::of("field-why-merged")];
            (Outcome { state: ItemState::Merged, at: Some((key.county, key.id.0)), why }, Some(change))
        }
        Taken::Differs(key, fields) => {
            let named = fields.iter().map(|f| Why::of(&format!("practice-differs-{f}")));
            let why = std::iter::once(Why::of("field-why-differs")).chain(named).collect();
            (Outcome { state: ItemState::Waiting, at: Some((key.county, key.id.0)), why }, None)
        }
    })
}

fn by_contact(done: Fixed) -> (Outcome, Option<AuditChange>) {
    match done {
        Fixed::Done(change) => (Outcome { state: ItemState::Sent, at: None, why: vec![] }, Some(change)),
        Fixed::Same => (Outcome { state: ItemState::Merged, at: None, why: vec![Why::of("field-why-same")] }, None),
        Fixed::Differs => {
            (Outcome { state: ItemState::Waiting, at: None, why: vec![Why::of("field-why-changed")] }, None)
        }
    }
}
