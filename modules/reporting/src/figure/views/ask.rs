//! The form above a figure: where and when, and the days people ask for most.

use crate::figure::ask::{AreaLevel, presets};
use crate::words::figure_href;
use maud::{Markup, html};
use zw_core::Day;
use zw_ui::Lang;
use zw_ui::form::{Choice, Field, error_summary, field, folded};
use zw_ui::parts::Tab;
use zw_ui::region::{RegionLevel, RegionPicker, region_picker};
use zw_web::FormTrouble;

/// What the form shows.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Key of the figure.
    pub key: &'a str,
    /// The area shown.
    pub area: &'a str,
    /// Whether it stands on a date.
    pub stock: bool,
    /// Areas to pick from; empty where the reader has one alone.
    pub levels: &'a [AreaLevel],
    /// First and last day, as typed.
    pub days: (String, String),
    /// Today.
    pub today: Day,
    /// What was wrong with the days.
    pub trouble: &'a FormTrouble,
    /// Whether the form is unfolded: something was wrong, or its next level was asked for.
    pub open: bool,
}

// i18n-keys: reporting-level-province reporting-level-city reporting-level-county reporting-level-township
// i18n-keys: reporting-level-station
/// The cascade of areas of a figure, on the map of a day as typed.
pub fn picker(lang: Lang, key: &str, to: &str, levels: &[AreaLevel]) -> Markup {
    let level = |l: &AreaLevel| RegionLevel {
        name: l.name.to_owned(),
        label: lang.t(&format!("reporting-level-{}", l.name)),
        value: l.value.clone(),
        choices: l.choices.iter().map(|(id, name)| Choice::new(id, name)).collect(),
    };
    // A day as typed may be no day; in an address it is one or it is left out.
    let on = Day::parse(to).map(|d| format!("&to={d}")).unwrap_or_default();
    region_picker(
        lang,
        &RegionPicker {
            id: "f-area".into(),
            label: lang.t("reporting-ask-area"),
            levels: levels.iter().map(level).collect(),
            hint: Some(lang.t("reporting-ask-area-hint")),
            reload: format!("/figures/area-picker?key={key}{on}"),
            ..RegionPicker::default()
        },
    )
}

// i18n-keys: reporting-preset-today reporting-preset-week-end reporting-preset-month-end reporting-preset-weeks-ago
// i18n-keys: reporting-preset-this-week reporting-preset-last-week reporting-preset-this-month
// i18n-keys: reporting-preset-last-month reporting-preset-weeks
/// The presets, and the form behind a fold.
pub fn ask(lang: Lang, a: &Ask<'_>) -> Markup {
    let (from, to) = &a.days;
    let tabs: Vec<Tab> = presets(a.stock, a.today)
        .into_iter()
        .map(|p| {
            let shown = (p.from.to_string(), p.to.to_string()) == (from.clone(), to.clone());
            Tab::new(lang.t(&format!("reporting-preset-{}", p.name)), figure_href(a.key, a.area, p.from, p.to), shown)
        })
        .collect();
    let wrong = |name: &str| a.trouble.of(lang, name);
    let to_label = lang.t(if a.stock { "reporting-ask-on" } else { "reporting-ask-to" });
    html! {
        (error_summary(lang, &a.trouble.all(lang)))
        (zw_ui::tabs(&lang.t("reporting-presets"), &tabs))
        (folded(&lang.t("reporting-ask"), a.open, html! {
            form class="zw-form" action={ "/figures/" (a.key) } method="get" novalidate {
                @if a.levels.is_empty() { (zw_ui::form::hidden("area", a.area)) }
                @else { (picker(lang, a.key, to, a.levels)) }
                // What stands on a date is asked with one day; a wrong first day of a link is shown where it can be mended.
                @if !a.stock || wrong("from").is_some() {
                    (field(lang, &Field::date("from", lang.t("reporting-ask-from"), from.as_str()).error(wrong("from").as_deref())))
                }
                (field(lang, &Field::date("to", to_label, to.as_str()).error(wrong("to").as_deref())))
                (zw_ui::form::buttons(html! { button class="btn btn-primary" type="submit" { (lang.t("ui-show")) } }))
            }
        }))
    }
}
