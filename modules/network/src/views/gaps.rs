//! Days without staff, in plain words: a risk that somebody has to end, and nobody's fault here.

use super::{Form, choices, word};
use crate::model::unit::Tier;
use crate::model::unit::gap::{GapOut, StaffGap};
use zw_core::code::Code as _;
use zw_core::codelist::network::GAP_CAUSE;
use zw_core::{Day, UnitId};
use zw_ui::form::{Choice, Field, Kind, buttons, folded, form, hidden};
use zw_ui::status::badge_with;
use zw_ui::{Arg, Lang, Markup, Notice, Status, Tone, card, html, submit};
use zw_web::{FormTrouble, Posted};

/// How long, and what follows when.
pub fn line(lang: Lang, g: &StaffGap, today: Day) -> String {
    let mut args: Vec<(&str, Arg)> = vec![("from", g.from.to_string().into()), ("days", g.days.into())];
    match g.suspended_on {
        Some(on) => {
            args.push(("on", on.to_string().into()));
            args.push(("left", today.days_until(on).max(0).into()));
            lang.tf("network-gap-built", &args)
        }
        None => lang.tf("network-gap-suspended", &args),
    }
}

/// Why, as far as the county said.
fn cause(lang: Lang, g: &StaffGap) -> String {
    let Some(cause) = g.cause else { return lang.t("network-gap-cause-none") };
    let cause = word(lang, &GAP_CAUSE, cause.code());
    match &g.text {
        Some(text) => lang.tf("network-gap-cause-text", &[("cause", cause.into()), ("text", text.as_str().into())]),
        None => lang.tf("network-gap-cause", &[("cause", cause.into())]),
    }
}

/// Who looks after the station's people.
fn caretaker(lang: Lang, g: &StaffGap) -> String {
    match &g.caretaker {
        Some(c) => lang.tf("network-gap-caretaker", &[("name", c.name.as_str().into())]),
        None => lang.t("network-gap-no-caretaker"),
    }
}

/// What stands above a station's page while nobody is on post, and when somebody is again.
pub fn notices(lang: Lang, gap: Option<&StaffGap>, ended: bool, today: Day) -> Markup {
    let say = |tone, text| zw_ui::shell::notice(&Notice { tone, text, next: None });
    html! {
        @if let Some(g) = gap {
            (say(Tone::Warning, format!("{} {} {}", line(lang, g, today), cause(lang, g), caretaker(lang, g))))
        }
        @if ended { (say(Tone::Success, lang.t("network-gap-ended"))) }
    }
}

/// What the reader may say of a gap.
#[derive(Clone, Debug, Default)]
pub struct May {
    /// Whether the reader may note the cause.
    pub note: bool,
    /// Units that can look after the station's people, for a reader who decides.
    pub caretakers: Option<Vec<(UnitId, Tier, String)>>,
}

/// The forms beside a gap.
pub(super) fn forms(
    lang: Lang,
    (csrf, key): (&str, &str),
    unit: UnitId,
    g: &StaffGap,
    may: &May,
    (posted, trouble): (&Posted, &FormTrouble),
) -> Markup {
    let f = Form { lang, posted, trouble };
    let standing = |name: &str, value: &str| match posted.value(name) {
        "" => value.to_owned(),
        typed => typed.to_owned(),
    };
    let draw = |field: Field, value: &str| f.draw(&Field { value: standing(&field.name, value), ..field });
    let version = hidden("version", &g.version.to_string());
    let code = g.cause.map(|c| c.code()).unwrap_or_default();
    let chosen = g.caretaker.as_ref().filter(|c| c.chosen).map(|c| c.id.to_string()).unwrap_or_default();
    html! {
        @if may.note {
            (card(&lang.t("network-gap-note"), form(&format!("/units/{unit}/gap"), csrf, Some(&format!("{key}-gap")), html! {
                (version)
                (draw(f.field("cause", Kind::Select(choices(lang, &GAP_CAUSE))).required(), code))
                (draw(f.field("text", Kind::Text).hint(lang.t("network-gap-text-hint")), g.text.as_deref().unwrap_or_default()))
                (buttons(submit(&lang.t("network-gap-note-go"))))
            })))
        }
        @if let Some(list) = &may.caretakers {
            (folded(&lang.t("network-gap-care"), f.trouble.of(lang, "caretaker").is_some(), form(&format!("/units/{unit}/caretaker"), csrf, Some(&format!("{key}-care")), html! {
                (version)
                (draw(f.field("caretaker", Kind::Select(
                    list.iter().map(|(id, tier, name)| Choice::new(id.to_string(), name.clone()).under(super::units::tier(lang, *tier))).collect(),
                )).hint(lang.t("network-gap-care-hint")), &chosen))
                (buttons(submit(&lang.t("network-gap-care-go"))))
            })))
        }
    }
}

/// Beside a state in a list: for how many days.
pub(super) fn beside(lang: Lang, from: Day, today: Day) -> Markup {
    let days = crate::model::unit::gap::days_of(from, today);
    html! { " " span class="zw-muted" { (lang.tf("network-gap-days", &[("days", days.into())])) } }
}

/// Stations of the reader's area without staff, and those that have staff again.
pub fn today(lang: Lang, list: &[GapOut], today: Day) -> Markup {
    card(
        &lang.t("network-gap-title"),
        html! {
            ul class="zw-list" { @for g in list { li {
                a class="zw-tap" href={ "/units/" (g.unit.id) } { (g.unit.name) } " "
                @match &g.gap {
                    Some(gap) => {
                        (badge_with(Status::Behind, &lang.t("network-gap-badge")))
                        p class="zw-muted" { (g.unit.county) " · " (line(lang, gap, today)) " " (cause(lang, gap)) " " (caretaker(lang, gap)) }
                    }
                    None => {
                        (badge_with(Status::Done, &lang.t("network-gap-back")))
                        p class="zw-muted" { (g.unit.county) " · " (lang.t("network-gap-ended")) }
                    }
                }
            } } }
            p { a href="/units?tier=T&state=gap" { (lang.t("network-gap-all")) } }
        },
    )
}

pub(super) fn sample_gap() -> StaffGap {
    StaffGap {
        from: Day::from_stored(20210628),
        days: 11,
        suspended_on: Some(Day::from_stored(20210728)),
        cause: Some(crate::model::unit::gap::GapCause::Tender),
        text: Some("二次公告中".into()),
        caretaker: Some(crate::model::unit::gap::Caretaker {
            id: UnitId(zw_core::Uuid::nil()),
            name: "示例甲区社会工作指导中心".into(),
            chosen: false,
        }),
        version: 1,
    }
}

/// Card and forms, of a gap that is young, one that suspended its station, and one that is over.
pub fn sample(lang: Lang) -> Markup {
    let day = Day::from_stored(20210708);
    let unit = super::units::sample_unit();
    let long = StaffGap {
        from: Day::from_stored(20210601),
        days: 38,
        suspended_on: None,
        cause: None,
        text: None,
        caretaker: None,
        version: 0,
    };
    let out = |gap| GapOut { unit: unit.clone(), gap };
    let may = May {
        note: true, caretakers: Some(vec![(unit.id, Tier::Centre, "示例甲区社会工作指导中心".into())])
    };
    html! {
        (today(lang, &[out(Some(long.clone())), out(Some(sample_gap())), out(None)], day))
        (notices(lang, Some(&long), true, day))
        (forms(lang, ("t", "k"), unit.id, &sample_gap(), &may, (&Posted::default(), &FormTrouble::default())))
    }
}
