//! The form that gives a role.

use super::trouble;
use crate::service::accounts::AccountOut;
use crate::service::area::AreaLevel;
use crate::service::grants::{Place, UnitChoice, given_here, place_of};
use crate::views::area::{picker, sample_levels};
use crate::views::own::role_name;
use zw_core::code::Code as _;
use zw_core::{UnitId, Uuid};
use zw_ui::form::{buttons, form};
use zw_ui::{Choice, Field, Lang, Markup, field, html, submit, submit_as};
use zw_web::{FormTrouble, Posted};

/// What the form offers.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Divisions, level by level.
    pub levels: Vec<AreaLevel>,
    /// Units that were found.
    pub units: Vec<UnitChoice>,
}

// i18n-keys: accounts-place-area accounts-place-unit
/// The form.
pub fn new(lang: Lang, csrf: &str, key: &str, a: &AccountOut, p: &Posted, o: &Offer, t: &FormTrouble) -> Markup {
    let roles = given_here()
        .map(|r| {
            let heading = if place_of(r) == Some(Place::Unit) { "accounts-place-unit" } else { "accounts-place-area" };
            Choice::new(r.code(), role_name(lang, r)).under(lang.t(heading))
        })
        .collect();
    let units: Vec<Choice> = o.units.iter().map(|u| Choice::new(u.id.to_string(), &u.name)).collect();
    html! {
        (trouble(lang, t))
        p { (lang.tf("accounts-grant-to", &[("login", a.login.as_str().into()), ("name", a.display.as_str().into())])) }
        (form(&format!("/admin/accounts/{}/grants/new", a.id), csrf, Some(key), html! {
            (field(lang, &Field::select("role", lang.t("accounts-role"), p.value("role"), roles).required()
                .error(t.of(lang, "role").as_deref())))
            (picker(lang, &o.levels, t.of(lang, "area")))
            (field(lang, &Field::text("unit_text", lang.t("accounts-unit-find"), p.value("unit_text"))
                .hint(lang.t("accounts-unit-hint"))))
            (submit_as(&lang.t("accounts-unit-search"), "reload", "1"))
            @if !units.is_empty() || t.of(lang, "unit").is_some() {
                (field(lang, &Field::radios("unit", lang.t("accounts-unit"), p.value("unit"), units)
                    .error(t.of(lang, "unit").as_deref())))
            }
            (field(lang, &Field::date("from", lang.t("accounts-from"), p.value("from")).hint(lang.t("accounts-from-hint"))
                .error(t.of(lang, "from").as_deref())))
            (field(lang, &Field::date("to", lang.t("accounts-to"), p.value("to")).hint(lang.t("accounts-to-hint"))
                .error(t.of(lang, "to").as_deref())))
            (buttons(submit(&lang.t("accounts-grant-give"))))
        }))
        p class="form-hint" { (lang.t("accounts-grant-ends-sessions")) }
    }
}

/// The form with problems.
pub fn sample(lang: Lang) -> Markup {
    use crate::model::{AccountState, Duty};
    let a = crate::views::admin::sample_out(1, Duty::Business, AccountState::Active);
    let mut fields = zw_core::FieldErrors::default();
    fields.add("area", "area-not-township");
    fields.add("unit", "required");
    fields.add("to", "grant-over");
    let t = FormTrouble { fields, note: None, current: vec![] };
    let o = Offer {
        levels: sample_levels(),
        units: vec![UnitChoice {
            id: UnitId(Uuid::from_u128(1)), name: "东镇社工站（示例市样板县）".into()
        }],
    };
    let p = Posted::prefilled([("role", "town_officer"), ("unit_text", "东镇"), ("to", "2021-01-01")]);
    html! {
        (new(lang, "t", "k", &a, &p, &o, &t))
        (new(lang, "t", "k", &a, &Posted::default(), &Offer { units: vec![], ..o }, &FormTrouble::default()))
    }
}
