//! The cascade of divisions.

use crate::service::area::AreaLevel;
use zw_core::DivisionId;
use zw_ui::form::Choice;
use zw_ui::region::{RegionLevel, RegionPicker, region_picker};
use zw_ui::{Lang, Markup};

// i18n-keys: accounts-level-province accounts-level-city accounts-level-county accounts-level-township
/// Draws the cascade; its id is that of the field `area`, so that the error summary leads to it.
pub fn picker(lang: Lang, levels: &[AreaLevel], error: Option<String>) -> Markup {
    let levels = levels
        .iter()
        .map(|l| RegionLevel {
            name: l.name.to_owned(),
            label: lang.t(&format!("accounts-level-{}", l.name)),
            value: l.value.clone(),
            choices: l.choices.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        })
        .collect();
    region_picker(
        lang,
        &RegionPicker {
            id: "f-area".into(),
            label: lang.t("accounts-area"),
            levels,
            required: false,
            hint: Some(lang.t("accounts-area-hint")),
            error,
            reload: "/admin/area-picker".into(),
        },
    )
}

/// Levels for samples.
pub(crate) fn sample_levels() -> Vec<AreaLevel> {
    let level = |name, value: &str, choices: &[(i64, &str)]| AreaLevel {
        name,
        value: value.into(),
        choices: choices.iter().map(|(id, n)| (DivisionId(*id), (*n).to_owned())).collect(),
    };
    vec![
        level("province", "1", &[(1, "示例省")]),
        level("city", "10", &[(10, "示例市"), (11, "样板市")]),
        level("county", "", &[(100, "示例甲县")]),
        level("township", "", &[]),
    ]
}

/// The cascade with a city chosen.
pub fn sample(lang: Lang) -> Markup {
    picker(lang, &sample_levels(), Some(lang.t("err-area-not-county")))
}
