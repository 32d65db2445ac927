//! Picking a division (区划): a cascade of selects that works without script and starts at the reader's own area.

use crate::form::{Choice, options};
use crate::i18n::Lang;
use maud::{Markup, html};

/// One level of the cascade, from the reader's own area downwards.
#[derive(Clone, Debug)]
pub struct RegionLevel {
    /// Name sent for this level, e.g. `city`, `county`, `township`.
    pub name: String,
    /// Label, e.g. 县（市、区）.
    pub label: String,
    /// Chosen division id, empty for none.
    pub value: String,
    /// Divisions to choose from; empty while the level above is not chosen.
    pub choices: Vec<Choice>,
}

/// A cascade of divisions.
#[derive(Clone, Debug, Default)]
pub struct RegionPicker {
    /// Id of the block, also the target of partial updates; unique on the page.
    pub id: String,
    /// What is asked, e.g. 站点所在地.
    pub label: String,
    /// Levels, upper first.
    pub levels: Vec<RegionLevel>,
    /// Whether the last level must be chosen.
    pub required: bool,
    /// Help.
    pub hint: Option<String>,
    /// What is wrong.
    pub error: Option<String>,
    /// Address that answers the picker again for the chosen values (GET with the levels' names). With script a change
    /// fetches it by itself; without script the button beside an upper level sends the form with `reload=1`, and the
    /// page answers the same form with the lower level filled.
    pub reload: String,
}

/// Draws the cascade.
pub fn region_picker(lang: Lang, p: &RegionPicker) -> Markup {
    let last = p.levels.len().saturating_sub(1);
    let error_id = format!("{}-error", p.id);
    html! {
        fieldset class={ "zw-field zw-region" @if p.error.is_some() { " has-error" } } id=(p.id) tabindex="-1"
            aria-describedby=[p.error.as_ref().map(|_| &error_id)] {
            legend class="form-label" { (p.label) @if p.required { span class="zw-required" { (lang.t("ui-required")) } } }
            @if let Some(h) = &p.hint { div class="form-hint" { (h) } }
            div class="zw-region-levels" { @for (i, level) in p.levels.iter().enumerate() {
                div {
                    label for={ "f-" (level.name) } { (crate::form::label_of(&level.name, &level.label)) }
                    select class="form-select" id={ "f-" (level.name) } name=(level.name) required[p.required && i == last]
                        disabled[level.choices.is_empty()] aria-invalid=[p.error.as_ref().map(|_| "true")]
                        hx-get=[(i < last).then_some(&p.reload)] hx-include=[(i < last).then_some("closest fieldset")]
                        hx-target=[(i < last).then(|| format!("#{}", p.id))] hx-swap=[(i < last).then_some("outerHTML")]
                        hx-trigger=[(i < last).then_some("change")] {
                        option value="" { (lang.t("ui-choose")) }
                        (options(&level.choices, &level.value))
                    }
                    @if i < last {
                        button class="btn btn-sm zw-noscript" type="submit" name="reload" value="1" formnovalidate { (lang.t("ui-region-next")) }
                    }
                }
            } }
            @if let Some(e) = &p.error { div class="zw-error-text" id=(error_id) { span aria-hidden="true" { "‼ " } (e) } }
        }
    }
}

/// A cascade with two levels chosen and one open.
pub fn sample(lang: Lang) -> Markup {
    let level = |name: &str, label: &str, value: &str, choices: &[(&str, &str)]| RegionLevel {
        name: name.into(),
        label: label.into(),
        value: value.into(),
        choices: choices.iter().map(|(v, l)| Choice::new(*v, *l)).collect(),
    };
    region_picker(
        lang,
        &RegionPicker {
            id: "region".into(),
            label: "站点所在地".into(),
            levels: vec![
                level("city", "设区市", "1", &[("1", "示例市"), ("2", "样板市")]),
                level("county", "县（市、区）", "12", &[("11", "示例甲区"), ("12", "示例乙县")]),
                level("township", "乡镇（街道）", "", &[("121", "东镇"), ("122", "西街道")]),
                level("village", "村（居）", "", &[]),
            ],
            required: true,
            hint: Some("从本人所在地开始，可改".into()),
            reload: "/gallery/region".into(),
            ..RegionPicker::default()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_levels_reload_and_the_last_is_required() {
        let html = sample(Lang::ZhCn).into_string();
        assert_eq!(html.matches("hx-get=").count(), 3);
        assert_eq!(html.matches("name=\"reload\"").count(), 3);
        assert_eq!(html.matches(" disabled").count(), 1);
        assert!(html.contains("name=\"village\" required"), "{html}");
        assert!(html.contains("value=\"12\" selected"));
    }
}
