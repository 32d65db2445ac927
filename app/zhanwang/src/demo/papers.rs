//! What the province has already put on paper: five frozen months, the flash snapshot of the first dated point, and the
//! circular of May, drafted by one person, checked by another, sent. All through the same use cases as the pages.

use std::sync::Arc;
use zw_access::{Actor, ActorKind, App, Ctx, Grant, Role};
use zw_core::deadline::{ChainTier, DeadlineSettings};
use zw_core::period::Period;
use zw_core::{AccountId, CircularId, Day, DivisionId, Error, GrantId, Result, Stamp, Uuid};
use zw_publishing::model::circular::{CheckInput, DraftInput, EditInput, ParagraphInput, SendInput};
use zw_publishing::model::snapshot::{FlashInput, FreezeInput};
use zw_publishing::model::template::BLANK;
use zw_publishing::service::{circulars, snapshots};
use zw_web::Idem;

/// Freezes, takes the snapshot and issues the circular; the clock goes back to where it stood.
pub async fn load(app: &Arc<App>, province: DivisionId, people: [(AccountId, String); 2]) -> Result<()> {
    let now = app.clock.now();
    let [drafter, checker] = people.map(|(id, name)| actor(id, &name, province));
    let ctx = |who: &Actor, at: Stamp| {
        app.clock.set(at);
        Ctx::new(app.clone(), who.clone(), app.rng.uuid(at).to_string())
    };
    let mut last = None;
    for month in (1..=5).filter_map(|m| Period::month(2021, m)) {
        let due = DeadlineSettings::default()
            .deadline(month, ChainTier::Province, &app.calendar)
            .map_err(|e| Error::Internal(format!("demo freeze {month}: {e:?}")))?
            .ok_or_else(|| Error::Internal(format!("demo freeze {month}")))?;
        if month.first_day() == Day::from_stored(20210501) {
            let at = Stamp::from_cn(Day::from_stored(super::plan::POINTS[0].0), 17, 0);
            let input = FlashInput { as_of: at.day_cn().to_string(), ..FlashInput::default() };
            snapshots::flash(&ctx(&drafter, at), &input, &Idem::none()).await?;
        }
        let input = FreezeInput { period: month.to_string(), ..FreezeInput::default() };
        last = Some((snapshots::freeze(&ctx(&drafter, due.due), &input, &Idem::none()).await?, due.due));
    }
    if let Some((snapshot, at)) = last {
        let input = DraftInput { snapshot: snapshot.to_string(), ..DraftInput::default() };
        let id = circulars::draft(&ctx(&drafter, at.plus_minutes(60)), &input, &Idem::none()).await?;
        fill_in(&ctx(&drafter, at.plus_minutes(90)), id).await?;
        let seen = CheckInput { version: 2, ..CheckInput::default() };
        circulars::check(&ctx(&checker, at.plus_minutes(180)), id, &seen, &Idem::none()).await?;
        let sent = at.plus_minutes(1440);
        let input = SendInput { doc_no: "示例〔2021〕5号".into(), sent_on: sent.day_cn().to_string(), version: 3 };
        circulars::send(&ctx(&drafter, sent), id, &input, &Idem::none()).await?;
    }
    app.clock.set(now);
    Ok(())
}

/// Says who and by when, as the drafter of a real one would.
async fn fill_in(ctx: &Ctx, id: CircularId) -> Result<()> {
    let file = circulars::get(ctx, id).await?;
    let paragraphs = file.paragraphs.iter().filter(|p| p.paragraph.text.contains(BLANK)).map(|p| ParagraphInput {
        id: p.paragraph.id.clone(),
        text: p.paragraph.text.replacen(BLANK, "各县（市、区）示例单位", 1).replacen(BLANK, "6月30日前", 1),
        ..ParagraphInput::default()
    });
    let input = EditInput {
        title: file.head.title.clone(),
        paragraphs: paragraphs.collect(),
        version: file.head.version,
        ..EditInput::default()
    };
    circulars::edit(ctx, id, &input, &Idem::none()).await
}

fn actor(id: AccountId, name: &str, province: DivisionId) -> Actor {
    let grant = Grant {
        id: GrantId(Uuid::nil()),
        role: Role::ProvAdmin,
        area: Some(province),
        county: None,
        unit: None,
        from: Day::from_stored(20200901),
        to: None,
        off_post: false,
    };
    Actor {
        kind: ActorKind::Account(id),
        name: name.to_owned(),
        display: name.to_owned(),
        worker: None,
        grants: vec![grant],
    }
}
