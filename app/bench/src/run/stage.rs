//! A stage: the program and its ceiling, each a process of its own on its own copy of the same data, and people signed
//! in on both.

use super::Options;
use crate::driver::{self, Load, Outcome, Script};
use crate::http::{Call, Visitor};
use crate::place::Place;
use crate::prepare::Seat;
use crate::server::Server;
use crate::{prepare, store};
use std::path::Path;
use zw_core::{Error, Result};

/// A sign-in of the demo's credentials file.
pub struct Credential {
    /// Login.
    pub login: String,
    /// Password.
    pub password: String,
}

/// Reads the sign-in of a login.
pub fn credential(file: &Path, login: &str) -> Result<Credential> {
    let text = std::fs::read_to_string(file).map_err(Error::internal)?;
    let all: serde_json::Value = serde_json::from_str(&text).map_err(Error::internal)?;
    let find = |c: &serde_json::Value| c.get("login").and_then(|l| l.as_str()) == Some(login);
    let found = all.as_array().and_then(|l| l.iter().find(|c| find(c)));
    let password = found.and_then(|c| c.get("password")).and_then(|p| p.as_str());
    let password = password.ok_or_else(|| Error::Internal(format!("no sign-in for {login}")))?;
    Ok(Credential { login: login.into(), password: password.into() })
}

/// Cookie and form token of somebody signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Cookie.
    pub cookie: String,
    /// Form token.
    pub csrf: String,
}

impl Session {
    /// A GET as this person.
    pub fn get(&self, path: &str) -> Call {
        Call::get(path).with("Cookie", self.cookie.clone())
    }
}

/// The two servers.
pub struct Stage {
    /// The program under test.
    pub zhanwang: Server,
    /// The ceiling, on a copy of the same data.
    pub ceiling: Server,
    place: Place,
    beside: Place,
}

impl Stage {
    /// Copies a place, signs people in through the login page, copies again for the ceiling, starts both. Sessions are
    /// rows, so they are good on both copies. `seats` are accounts beside the demo's.
    pub async fn open(
        o: &Options,
        from: &Place,
        name: &str,
        who: &[Credential],
        seats: &[Seat],
    ) -> Result<(Self, Vec<Session>)> {
        let place = from.copy(&o.root, name).await?;
        let ctx = prepare::open(&place).await?;
        prepare::accept_old_periods(&ctx).await?;
        prepare::seats(&ctx, seats).await?;
        prepare::close(ctx).await;
        let mut sessions = vec![];
        let mut server = Server::zhanwang(&o.program, &place).await?;
        for c in who {
            let v = Visitor::sign_in(server.addr, &c.login, &c.password).await?;
            sessions.push(Session { cookie: v.cookie, csrf: v.csrf });
        }
        server.kill()?;
        let beside = place.copy(&o.root, &format!("{name}-ceiling")).await?;
        let zhanwang = Server::zhanwang(&o.program, &place).await?;
        let ceiling = Server::ceiling(&beside).await?;
        Ok((Self { zhanwang, ceiling, place, beside }, sessions))
    }
    /// Stops both and deletes their data.
    pub async fn close(mut self) -> Result<()> {
        self.zhanwang.kill()?;
        self.ceiling.kill()?;
        self.place.remove().await?;
        self.beside.remove().await
    }
}

/// A load and the processor time a server spent on it.
pub struct Measured {
    /// What the driver saw.
    pub out: Outcome,
    /// Milliseconds of processor time per good answer.
    pub cpu_ms: f64,
}

/// Warms a server up with a tenth of the load, then measures.
pub async fn measure(server: &Server, load: Load, script: &Script, what: &str) -> Result<Measured> {
    let warm = Load { count: (load.count / 10).clamp(1, 200), ..load };
    if load.rate > 0 {
        driver::run(server.addr, warm, script.clone()).await?;
    }
    measure_cold(server, load, script, what).await
}

/// Measures without warming up, for loads whose every request counts once.
pub async fn measure_cold(server: &Server, load: Load, script: &Script, what: &str) -> Result<Measured> {
    let before = server.cpu_ms()?;
    let out = driver::run(server.addr, load, script.clone()).await?;
    let spent = server.cpu_ms()? - before;
    let good = u32::try_from(out.ok).map_or(1.0, |n| f64::from(n.max(1)));
    println!("  {what}: {}, {:.2} ms cpu each", out.words(), spent / good);
    if out.failed() > 0 {
        let words = server.last_words();
        if !words.is_empty() {
            println!("  its last words:\n{words}");
        }
    }
    Ok(Measured { out, cpu_ms: spent / good })
}

/// How many rows the data have, in words.
pub async fn counts(place: &Place) -> Result<String> {
    let db = place.db(false).await?;
    let mut c = db.read().await?;
    let n = store::counts(&mut c).await?;
    drop(c);
    db.close().await;
    Ok(n.iter().map(|(table, n)| format!("{table} {n}")).collect::<Vec<_>>().join(", "))
}
