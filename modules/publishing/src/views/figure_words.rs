//! Placeholders in words, for people who edit and check circulars: what a figure is, of which area, compared with what.

use zw_core::period::Period;
use zw_indicators::{Measures, indicator};
use zw_ui::{Arg, Lang};

// i18n-keys: publishing-fig-as_of publishing-fig-as_of-full publishing-fig-before publishing-fig-period
// i18n-keys: publishing-fig-count-unconfirmed publishing-fig-count-unreported_weeks publishing-fig-count-amended
// i18n-keys: publishing-fig-count-supplied publishing-fig-count-unpassed publishing-fig-count-unreported
// i18n-keys: publishing-fig-count-gaps publishing-fig-count-plaque publishing-fig-count-not_begun publishing-fig-count-stuck
// i18n-keys: publishing-fig-count-late_due publishing-fig-count-complete publishing-fig-count-no_growth
/// A key of the grammar of `model/figures.rs` in words; `areas` has the names of the codes that stand after `@`.
pub fn words(lang: Lang, m: &Measures, areas: &[(String, String)], key: &str) -> String {
    let label = |base: &str| match (indicator::find(base), m.def(base)) {
        (Some(i), _) => Some(lang.t(i.label)),
        (None, Some(d)) => Some(lang.t(d.label)),
        (None, None) => None,
    };
    for (prefix, message) in [("count.late.", "publishing-fig-late"), ("count.missing.", "publishing-fig-missing")] {
        if let Some(p) = key.strip_prefix(prefix) {
            let period = Period::parse(p).map_or_else(|| p.to_owned(), |p| label_of(lang, p));
            return lang.tf(message, &[("period", Arg::from(period))]);
        }
    }
    if let Some(n) = key.strip_prefix("count.above.") {
        return lang.tf("publishing-fig-above", &[("n", Arg::from(n))]);
    }
    if let Some(base) = key.strip_prefix("rule.") {
        return lang.tf("publishing-fig-rule", &[("name", Arg::from(label(base).unwrap_or_else(|| base.to_owned())))]);
    }
    let (name, code) = key.split_once('@').map_or((key, None), |(n, c)| (n, Some(c)));
    let (base, part) = name.split_once('.').map_or((name, None), |(n, p)| (n, Some(p)));
    let Some(what) = label(base) else { return lang.t_or(&format!("publishing-fig-{}", key.replace('.', "-")), key) };
    let what = match part {
        Some("delta") => lang.tf("publishing-fig-delta", &[("name", Arg::from(what))]),
        Some("max") => lang.tf("publishing-fig-max", &[("name", Arg::from(what))]),
        Some("min") => lang.tf("publishing-fig-min", &[("name", Arg::from(what))]),
        _ => what,
    };
    match code {
        None => what,
        Some(c) => {
            let area = areas.iter().find(|(code, _)| code == c).map_or(c, |(_, name)| name.as_str());
            lang.tf("publishing-fig-of", &[("area", Arg::from(area)), ("name", Arg::from(what))])
        }
    }
}

fn label_of(lang: Lang, p: Period) -> String {
    if lang == Lang::En { p.label_en() } else { p.label_zh() }
}
