//! Wall screens.

use super::{refusal, trouble};
use crate::service::area::AreaLevel;
use crate::service::kiosk::KioskOut;
use crate::views::area::{picker, sample_levels};
use zw_core::Uuid;
use zw_ui::form::{buttons, form};
use zw_ui::status::badge_with;
use zw_ui::table::cell;
use zw_ui::{
    Col, Field, Lang, Markup, Row, Status, Table, button_link, button_row, empty, field, html, post_button, submit,
    table,
};
use zw_web::{FormTrouble, Posted};

/// The list.
pub fn list(lang: Lang, csrf: &str, screens: &[KioskOut]) -> Markup {
    let rows = screens
        .iter()
        .map(|k| {
            let state = if k.open {
                badge_with(Status::Done, &lang.t("accounts-kiosk-open"))
            } else {
                badge_with(Status::NoData, &lang.t("accounts-kiosk-closed"))
            };
            let act = if k.open {
                let ask = lang.t("accounts-kiosk-revoke-ask");
                post_button(
                    &format!("/admin/kiosks/{}/revoke", k.id),
                    csrf,
                    &lang.t("accounts-kiosk-revoke"),
                    Some(&ask),
                )
            } else {
                html! {}
            };
            Row::new(vec![cell(&k.name), cell(&k.area), cell(&k.since), cell(&k.until), cell(&k.by), state, act])
        })
        .collect();
    html! {
        p { (lang.t("accounts-kiosk-lead")) }
        (button_row(button_link(&lang.t("accounts-kiosk-new"), "/admin/kiosks/new", true)))
        (table(lang, &Table {
            caption: lang.t("accounts-kiosk-title"),
            cols: vec![
                Col::text(lang.t("accounts-kiosk-name")),
                Col::text(lang.t("accounts-area")),
                Col::text(lang.t("accounts-created")).wide_only(),
                Col::text(lang.t("accounts-kiosk-until")).wide_only(),
                Col::text(lang.t("accounts-by")).wide_only(),
                Col::text(lang.t("accounts-state")),
                Col::text(lang.t("accounts-act")),
            ],
            rows,
            empty: Some(empty(&lang.t("accounts-kiosk-none"), &lang.t("accounts-kiosk-none-how"), None)),
            ..Table::default()
        }))
    }
}

/// The form for a new screen.
pub fn new(lang: Lang, csrf: &str, key: &str, p: &Posted, levels: &[AreaLevel], t: &FormTrouble) -> Markup {
    html! {
        (trouble(lang, t))
        (form("/admin/kiosks/new", csrf, Some(key), html! {
            (field(lang, &Field::text("name", lang.t("accounts-kiosk-name"), p.value("name")).required()
                .hint(lang.t("accounts-kiosk-name-hint")).error(t.of(lang, "name").as_deref())))
            (picker(lang, levels, t.of(lang, "area")))
            (buttons(submit(&lang.t("accounts-kiosk-make"))))
        }))
    }
}

/// The address of a new screen, shown this once.
pub fn made(lang: Lang, address: Option<&str>) -> Markup {
    html! {
        @match address {
            Some(a) => {
                p { (lang.t("accounts-kiosk-made")) }
                p class="zw-code" { code { (a) } }
                p { strong { (lang.t("accounts-code-once")) } }
                p class="form-hint" { (lang.t("accounts-kiosk-only")) }
            }
            None => { (refusal(&lang.t("accounts-code-shown"))) }
        }
        (button_row(button_link(&lang.t("accounts-kiosk-title"), "/admin/kiosks", true)))
    }
}

/// Every page of this file.
pub fn sample(lang: Lang) -> Markup {
    let screen = |n: u128, open| KioskOut {
        id: Uuid::from_u128(n),
        name: "三楼会议室".into(),
        area: "示例市".into(),
        since: "2021-07-01 09:00".into(),
        until: "2021-09-29 09:00".into(),
        by: "sec.one".into(),
        open,
    };
    let mut fields = zw_core::FieldErrors::default();
    fields.add("name", "required");
    fields.add("area", "area-not-area");
    let t = FormTrouble { fields, note: None, current: vec![] };
    html! {
        (list(lang, "t", &[screen(1, true), screen(2, false)]))
        (list(lang, "t", &[]))
        (new(lang, "t", "k", &Posted::default(), &sample_levels(), &t))
        (made(lang, Some("http://127.0.0.1:8090/kiosk/0123456789abcdef")))
        (made(lang, None))
    }
}
