//! What is taken along and where: binding, shift, devices.

use crate::model::Device;
use crate::out::DeviceOut;
use maud::{Markup, html};
use zw_core::{DivisionId, Stamp, UnitId};
use zw_ui::form::{Choice, Field, buttons, form, section};
use zw_ui::parts::{button_link, button_row, card, empty, flag, submit, submit_danger};
use zw_ui::table::{Col, Row, Table, table};
use zw_ui::{Lang, Status, status};
use zw_web::FormView;

/// What the first page shows.
#[derive(Default)]
pub struct Home {
    /// The device of this browser, if it is in use and the reader's.
    pub here: Option<Device>,
    /// When its open shift ends.
    pub open: Option<Stamp>,
    /// Minutes that a shift lasts.
    pub minutes: i64,
    /// The reader's devices.
    pub own: Vec<DeviceOut>,
    /// Stations to choose from.
    pub stations: Vec<(DivisionId, UnitId, String)>,
    /// Items that wait for the reader.
    pub waiting: i64,
    /// Whether the reader answers for the devices of a station.
    pub head: bool,
}

// i18n-keys: field-what-1 field-what-2 field-what-3 field-what-4 field-what-5
fn what(lang: Lang) -> Markup {
    html! { ul class="zw-points" { @for n in 1..=5 { li { (lang.t(&format!("field-what-{n}"))) } } } }
}

/// Hours, with a tenth where they are not whole.
fn hours(minutes: i64) -> String {
    match minutes % 60 {
        0 => (minutes / 60).to_string(),
        rest => format!("{}.{}", minutes / 60, rest / 6),
    }
}

/// The way to field work on 今日.
pub fn today(lang: Lang, waiting: i64) -> Markup {
    html! {
        (button_row(html! {
            (button_link(&lang.t("field-title"), "/field", false))
            @if waiting > 0 {
                (button_link(&lang.tf("field-today-waiting", &[("n", waiting.into())]), "/field/items?open=1", false))
            }
        }))
    }
}

/// The first page.
pub fn home(f: &FormView<'_>, h: &Home) -> Markup {
    html! {
        @match &h.here {
            Some(d) => {
                (f.summary())
                (card(&f.t("field-s-shift"), html! {
                    p { (f.lang.tf("field-here", &[("name", d.name.as_str().into())])) }
                    @if let Some(until) = h.open {
                        p { (f.lang.tf("field-shift-until", &[("at", until.minute_cn().as_str().into())])) }
                        (button_row(button_link(&f.t("field-open-kit"), "/field/kit", true)))
                        p class="form-hint" { (f.t("field-shift-again")) }
                    } @else {
                        p { (f.lang.tf("field-shift-lead", &[("hours", hours(h.minutes).as_str().into())])) }
                    }
                    (form("/field/shift", f.csrf, Some(f.key), buttons(html! {
                        (submit(&f.t(if h.open.is_some() { "field-shift-renew" } else { "field-shift-open" })))
                    })))
                }))
            }
            None => {
                (form("/field/bind", f.csrf, Some(f.key), html! {
                    (f.summary())
                    (section(&f.t("field-s-bind"), html! {
                        p { (f.t("field-bind-lead")) }
                        (what(f.lang))
                        (f.put(Field::text("name", f.t("field-f-name"), f.v("name")).hint(f.t("field-name-hint")).required()))
                        @if h.stations.len() > 1 {
                            @let list = h.stations.iter().map(|(_, id, name)| Choice::new(id.to_string(), name)).collect();
                            (f.put(Field::select("unit", f.t("field-f-unit"), f.v("unit"), list).required()))
                        }
                    }))
                    (buttons(html! { (submit(&f.t("field-bind"))) }))
                }))
                (button_row(button_link(&f.t("field-open-kit-only"), "/field/kit", false)))
            }
        }
        (button_row(html! {
            (button_link(&f.lang.tf("field-to-items", &[("n", h.waiting.into())]), "/field/items", false))
            @if h.head { (button_link(&f.t("field-to-devices"), "/field/devices", false)) }
        }))
        @if !h.own.is_empty() { (devices(f.lang, &h.own, false)) }
        @if h.here.is_some() { (card(&f.t("field-s-what"), what(f.lang))) }
    }
}

fn state(lang: Lang, d: &DeviceOut) -> Markup {
    html! {
        @if d.lost {
            (status::badge_with(Status::Overdue, &lang.t("field-device-lost")))
            " "
            @match &d.wiped_at {
                Some(at) => (lang.tf("field-wiped-at", &[("at", at.as_str().into())])),
                None => (lang.t("field-not-wiped")),
            }
        } @else if let Some(at) = &d.ended_at {
            (status::badge_with(Status::NoData, &lang.tf("field-ended-at", &[("at", at.as_str().into())])))
        } @else {
            (status::badge_with(Status::OnCourse, &lang.t("field-device-live")))
        }
        @if let Some(why) = &d.reason { " " span class="zw-muted" { (why) } }
    }
}

/// A list of devices; `all`: of several people.
pub fn devices(lang: Lang, list: &[DeviceOut], all: bool) -> Markup {
    let mut cols = vec![Col::text(lang.t("field-f-name"))];
    if all {
        cols.push(Col::text(lang.t("field-col-owner")));
        cols.push(Col::text(lang.t("field-f-unit")));
    }
    cols.extend([
        Col::text(lang.t("field-col-seen")),
        Col::text(lang.t("field-col-state")),
        Col::text(lang.t("field-col-act")).screen_only(),
    ]);
    let row = |d: &DeviceOut| {
        let mut cells = vec![html! { (d.name) @if d.here { " " (flag(&lang.t("field-this-device"))) } }];
        if all {
            cells.push(html! { (d.owner) });
            cells.push(html! { (d.unit_name) });
        }
        cells.push(html! { (d.seen_at) });
        cells.push(state(lang, d));
        cells.push(html! { @if !d.lost { a class="zw-tap" href={ "/field/devices/" (d.id) "/end" } { (lang.t("field-end")) } } });
        Row::new(cells)
    };
    table(
        lang,
        &Table {
            caption: lang.t("field-devices-caption"),
            cols,
            rows: list.iter().map(row).collect(),
            empty: Some(empty(&lang.t("field-devices-none"), &lang.t("field-devices-none-how"), None)),
            ..Table::default()
        },
    )
}

/// Ending a device; `back` is the list it came from.
pub fn end(f: &FormView<'_>, d: &DeviceOut, back: &str) -> Markup {
    // i18n-keys: field-how-lost field-how-unused
    let how = ["lost", "unused"].map(|h| Choice::new(h, f.t(&format!("field-how-{h}")))).to_vec();
    form(
        &format!("/field/devices/{}/end", d.id),
        f.csrf,
        Some(f.key),
        html! {
            (f.summary())
            (section(&d.name, html! {
                p { (f.lang.tf("field-end-whose", &[("owner", d.owner.as_str().into()), ("unit", d.unit_name.as_str().into()), ("at", d.seen_at.as_str().into())])) }
                @if d.here { p { (f.t("field-end-here")) } }
                (f.put(Field::radios("how", f.t("field-f-how"), f.v("how"), how).required()))
                (f.put(Field::text("reason", f.t("field-f-reason"), f.v("reason")).hint(f.t("field-reason-hint")).required()))
            }))
            (buttons(html! {
                (submit_danger(&f.t("field-end"), &f.t("field-end-sure")))
                (button_link(&f.t("field-back"), back, false))
            }))
        },
    )
}

/// Both first pages, the list, the form.
pub fn sample(lang: Lang) -> Markup {
    use zw_core::Uuid;
    let (posted, trouble) = (zw_web::Posted::default(), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let d = DeviceOut {
        id: Uuid::nil(),
        name: "工作手机".into(),
        owner: "li".into(),
        unit_name: "示例站".into(),
        bound_at: "2021-07-01 09:00".into(),
        seen_at: "2021-07-08 09:00".into(),
        ended_at: None,
        lost: false,
        reason: None,
        wiped_at: None,
        here: true,
    };
    let lost = DeviceOut {
        lost: true,
        reason: Some("遗失".into()),
        wiped_at: Some("2021-07-08 10:00".into()),
        ended_at: Some("2021-07-08 09:30".into()),
        ..d.clone()
    };
    let here = Device {
        id: d.id,
        account_id: zw_core::AccountId(d.id),
        account_name: d.owner.clone(),
        worker_id: None,
        county_id: DivisionId(1),
        unit_id: UnitId(d.id),
        name: d.name.clone(),
        bound_at: Stamp::from_ms(0),
        seen_at: Stamp::from_ms(0),
        ended_at: None,
        ended_by: None,
        lost: false,
        reason: None,
        wiped_at: None,
    };
    let own = vec![d.clone(), lost];
    html! {
        section { (today(lang, 2)) }
        section { (home(&f, &Home { own: own.clone(), ..Home::default() })) }
        section { (home(&f, &Home { here: Some(here.clone()), minutes: 90, ..Home::default() })) }
        section { (home(&f, &Home { here: Some(here), open: Some(Stamp::from_ms(0)), own: own.clone(), head: true, ..Home::default() })) }
        section { (devices(lang, &own, true)) }
        section { (end(&f, &d, "/field")) }
    }
}
