//! Field work: what one phone recorded in a day, sent at once.

use super::Options;
use super::stage::{Stage, credential};
use crate::http::{Call, FORM, Visitor, Wire, form};
use crate::place::Place;
use crate::prepare;
use crate::report::Row;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::path::Path;
use zw_access::crypto;
use zw_core::{Error, Result, Rng, Uuid};

/// Records of one sending (the figure).
const RECORDS: usize = 200;
/// Times it is done, each on its own copy.
const TIMES: usize = 3;

fn missing(what: &str) -> Error {
    Error::Internal(format!("the pack has no {what}"))
}

fn text<'a>(v: &'a Value, at: &str) -> Result<&'a str> {
    v.pointer(at).and_then(Value::as_str).ok_or_else(|| missing(at))
}

/// Posts a form and gives the answer with its cookies.
async fn post(
    v: &Visitor,
    to: std::net::SocketAddr,
    path: &str,
    fields: &[(&str, &str)],
) -> Result<crate::http::Reply> {
    let mut all = vec![("csrf", v.csrf.as_str())];
    all.extend_from_slice(fields);
    Wire::new(to).call(&v.signed(Call::post(path, FORM, form(&all)?))).await?.expect(303)
}

/// A phone's sealed visits: each person of the pack on one day after another.
fn queue(pack: &Value, rng: &Rng) -> Result<Vec<Value>> {
    let key: [u8; 32] =
        STANDARD.decode(text(pack, "/key")?).ok().and_then(|k| k.try_into().ok()).ok_or_else(|| missing("key"))?;
    let shift = text(pack, "/shift")?;
    let rows = pack.pointer("/pack/rows").and_then(Value::as_array).ok_or_else(|| missing("rows"))?;
    if rows.is_empty() {
        return Err(missing("person"));
    }
    let mut out = vec![];
    for n in 0..RECORDS {
        let (row, back) = (&rows[n % rows.len()], i64::try_from(n / rows.len()).unwrap_or(0));
        let (client, nonce) = (Uuid::from_u128(u128::from_be_bytes(rng.bytes())), rng.bytes::<12>());
        let body = json!({
            "kind": "visit", "at": prepare::now().ms(), "shown": prepare::today().to_string(),
            "visit": {
                "kind": "visit", "mode": "home", "day": prepare::today().add_days(-back).to_string(),
                "persons": [{"resident": text(row, "/id")?, "name": "", "met": true}],
                "action": format!("走访，了解近况，第{n}条"), "safety": ["fire", "electric"],
            },
        });
        let place = format!("zw-field|{shift}|{client}");
        let sealed = crypto::provider().seal(&key, &nonce, place.as_bytes(), body.to_string().as_bytes())?;
        let sealed = STANDARD.encode([&nonce[..], &sealed].concat());
        out.push(json!({"client": client, "shift": shift, "sealed": sealed}));
    }
    Ok(out)
}

/// Two hundred sealed records of one phone in one request.
pub async fn merge(o: &Options, demo: &Place, credentials: &Path) -> Result<Vec<Row>> {
    println!("field");
    let (mut worst, mut words) = (0.0f64, String::new());
    for _ in 0..TIMES {
        let who = [credential(credentials, "worker")?];
        let (stage, sessions) = Stage::open(o, demo, "field", &who, &[]).await?;
        let [worker] = &sessions[..] else { return Err(Error::Internal("one sign-in".into())) };
        let to = stage.zhanwang.addr;
        let mut v = Visitor::resume(to, &worker.cookie).await?;
        let bound = post(&v, to, "/field/bind", &[("name", "bench")]).await?;
        let device = bound.headers.iter().filter(|(n, _)| n == "set-cookie").filter_map(|(_, v)| v.split(';').next());
        let device = device.into_iter().find(|c| c.contains("zw_device=")).ok_or_else(|| missing("phone"))?;
        v.cookie = format!("{}; {device}", v.cookie);
        post(&v, to, "/field/shift", &[]).await?;
        let pack = v.post_json("/api/v1/field/pack", &json!({})).await?.expect(200)?.json()?;
        let items = queue(&pack, &Rng::system())?;
        let body = json!({"device_ms": prepare::now().ms(), "items": items});
        let (reply, took) = super::once_timed(v.post_json("/api/v1/field/items", &body)).await?;
        let answers = reply.expect(200)?.json()?;
        let list = answers["items"].as_array().cloned().unwrap_or_default();
        let of = |state: &str| list.iter().filter(|a| a["state"] == state).count();
        let (sent, merged, waiting) = (of("sent"), of("merged"), of("waiting"));
        println!(
            "  {took:.2} s: {sent} sent, {merged} merged, {waiting} waiting, {} otherwise",
            RECORDS - sent - merged - waiting
        );
        if sent + merged == 0 || list.len() != RECORDS {
            return Err(Error::Internal(format!(
                "nothing went in: {}",
                list.first().map(ToString::to_string).unwrap_or_default()
            )));
        }
        if took > worst {
            (worst, words) = (took, format!("{sent} sent, {merged} merged, {waiting} waiting"));
        }
        stage.close().await?;
    }
    Ok(vec![Row {
        what: format!("{RECORDS} queued records of one phone, sealed, in one request (slowest of {TIMES})"),
        bound: "≤ 2 s".into(),
        measured: format!("{worst:.2} s ({words})"),
        bare: "–".into(),
        raw: "–".into(),
        kept: Some(worst <= 2.0),
    }])
}
