//! What the program knows of who acts, for rules about them; nothing of it is shown.

use crate::store::workers as store;
use zw_access::Ctx;
use zw_access::sealed::WORKER_PHONE;
use zw_core::Result;

/// Every run of six digits of the actor's own telephone number, for a device that lets nobody choose one of them.
pub async fn phone_runs(ctx: &Ctx) -> Result<Vec<String>> {
    let Some(me) = ctx.actor.worker else { return Ok(vec![]) };
    let Some(sealed) = store::phone(&mut ctx.read().await?, me).await? else { return Ok(vec![]) };
    let digits: Vec<char> =
        ctx.app.vault.open_text(&WORKER_PHONE.at(me, me), &sealed)?.chars().filter(char::is_ascii_digit).collect();
    Ok(digits.windows(6).map(|w| w.iter().collect()).collect())
}
