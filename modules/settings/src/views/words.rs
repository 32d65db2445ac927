//! Values of settings in words: what a person reads instead of JSON.

use crate::describe::at;
use crate::fields::{Leaf, Shape, Takes, written};
use serde_json::Value;
use zw_ui::Lang;

/// Characters of a long text that are shown.
const SHOWN: usize = 60;

/// The words of a code of a setting, or the code.
pub(super) fn code(lang: Lang, code: &str) -> String {
    lang.t_or(&format!("settings-code-{}", code.replace('_', "-")), code)
}

/// The heading of a column of a list, or its name.
pub(super) fn item(lang: Lang, field: &str) -> String {
    lang.t_or(&format!("settings-item-{}", field.replace('_', "-")), field)
}

/// What an item of a list without columns is: by its own message (`settings-nth-<meaning>-1`), by one with its number
/// (`settings-nth-<meaning>`), or only its number.
pub(super) fn nth(lang: Lang, meaning: &str, i: usize) -> String {
    let n = i + 1;
    let of_list = crate::fields::nth_key(meaning);
    let own = format!("{of_list}-{n}");
    if lang.has(&own) {
        return lang.t(&own);
    }
    lang.tf(if lang.has(&of_list) { &of_list } else { "settings-nth" }, &[("n", n.into())])
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn leaf_said(lang: Lang, leaf: &Leaf, value: &Value) -> String {
    let text = written(&Shape::Leaf(leaf.clone()), value).remove("v").unwrap_or_default();
    match &leaf.takes {
        Takes::Flag => lang.t(if text.is_empty() { "settings-no" } else { "settings-yes" }),
        _ if text.is_empty() => lang.t("settings-empty"),
        Takes::Choice(_) => code(lang, &text),
        Takes::Whole(..) => match &leaf.unit {
            Some(unit) => format!("{text} {}", lang.t(&format!("settings-unit-{unit}"))),
            None => text,
        },
        _ => short(&text),
    }
}

/// A value in words: `92 天`, `每月`, `层级 设区市、几点 12:00；…`, `风险 1 级 每周、…`.
pub(super) fn said(lang: Lang, meaning: &str, shape: &Shape, value: &Value) -> String {
    match shape {
        Shape::Leaf(leaf) => leaf_said(lang, leaf, value),
        Shape::Object(fields) => {
            // Without the bracket that says how to type it.
            let bare = |label: String| label.split(['（', '(']).next().unwrap_or_default().trim().to_owned();
            let cells = fields.iter().map(|(name, inner)| {
                format!("{} {}", bare(item(lang, name)), said(lang, "", inner, value.get(name).unwrap_or(&Value::Null)))
            });
            cells.collect::<Vec<_>>().join(&lang.t("settings-comma"))
        }
        Shape::Fixed(inner, _) | Shape::Rows(inner) => {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            if items.is_empty() {
                return lang.t("settings-empty");
            }
            let apart = if matches!(**inner, Shape::Object(_)) { "settings-semicolon" } else { "settings-comma" };
            // Of a fixed list each place means something; rows of texts tell themselves apart.
            let named = matches!((shape, &**inner), (Shape::Fixed(..), Shape::Leaf(_)));
            let item = |(i, v): (usize, &Value)| {
                let value = said(lang, "", inner, v);
                if named { format!("{} {value}", nth(lang, meaning, i)) } else { value }
            };
            items.iter().enumerate().map(item).collect::<Vec<_>>().join(&lang.t(apart))
        }
        Shape::Other => short(&value.to_string()),
    }
}

/// What is to be typed, in words: `1 到 60 之间的整数（天）`.
pub(super) fn takes(lang: Lang, shape: &Shape) -> String {
    match shape {
        Shape::Leaf(leaf) => {
            let mut out = match &leaf.takes {
                Takes::Flag => lang.t("settings-takes-flag"),
                Takes::Whole(Some(min), Some(max)) => {
                    lang.tf("settings-takes-between", &[("min", (*min).into()), ("max", (*max).into())])
                }
                Takes::Whole(..) => lang.t("settings-takes-whole"),
                Takes::Time => lang.t("settings-takes-time"),
                Takes::Date => lang.t("settings-takes-date"),
                Takes::Text(false) => lang.t("settings-takes-text"),
                Takes::Text(true) => lang.t("settings-takes-lines"),
                Takes::Choice(codes) => {
                    let list: Vec<String> = codes.iter().map(|c| code(lang, c)).collect();
                    let list = list.join(&lang.t("settings-comma"));
                    lang.tf("settings-takes-choice", &[("list", list.as_str().into())])
                }
            };
            if let Some(unit) = leaf.unit.as_deref().filter(|_| leaf.takes != Takes::Time) {
                out = lang.tf(
                    "settings-takes-unit",
                    &[
                        ("what", out.as_str().into()),
                        ("unit", lang.t(&format!("settings-unit-{unit}")).as_str().into()),
                    ],
                );
            }
            if leaf.nullable { lang.tf("settings-takes-or-empty", &[("what", out.as_str().into())]) } else { out }
        }
        Shape::Fixed(_, n) => lang.tf("settings-takes-fixed", &[("n", i64::try_from(*n).unwrap_or(i64::MAX).into())]),
        Shape::Rows(_) => lang.t("settings-takes-rows"),
        Shape::Object(_) | Shape::Other => lang.t("settings-takes-expert"),
    }
}

/// The shape of the field at a path.
pub(super) fn shape_at<'a>(shape: &'a Shape, path: &str) -> &'a Shape {
    path.split('.').filter(|s| !s.is_empty()).fold(shape, |shape, step| match shape {
        Shape::Object(fields) => fields.iter().find(|(name, _)| name == step).map_or(&Shape::Other, |(_, s)| s),
        _ => &Shape::Other,
    })
}

/// The path of a problem in words: `deadlines.week[0].weekday` as its label, the number of the row, the column.
pub(super) fn place(lang: Lang, meaning: &str, path: &str) -> String {
    let mut words = vec![];
    let (mut key, mut in_row) = (meaning.to_owned(), false);
    for step in path.replace('[', ".[").split('.').filter(|s| !s.is_empty()) {
        if let Some(i) = step.strip_prefix('[').and_then(|s| s.strip_suffix(']')).and_then(|n| n.parse::<usize>().ok())
        {
            words.push(lang.t_or(&key, ""));
            words.push(nth(lang, &key, i));
            in_row = true;
        } else if in_row {
            words.push(item(lang, step));
        } else {
            key = format!("{key}-{}", step.replace('_', "-"));
        }
    }
    if !in_row {
        words.push(lang.t_or(&key, path));
    }
    words.retain(|w| !w.is_empty());
    words.join(" ")
}

/// A stored value with the defaults of what it leaves out; none if it is no JSON.
fn filled(default: &Value, stored: Option<&str>) -> Option<Value> {
    fn over(base: &Value, top: &Value) -> Value {
        match (base, top) {
            (Value::Object(b), Value::Object(t)) => {
                let mut out = b.clone();
                out.extend(t.iter().map(|(k, v)| (k.clone(), b.get(k).map_or_else(|| v.clone(), |b| over(b, v)))));
                Value::Object(out)
            }
            _ => top.clone(),
        }
    }
    match stored {
        None => Some(default.clone()),
        Some(text) => serde_json::from_str(text).ok().map(|top| over(default, &top)),
    }
}

/// A field in which two values differ: its words, the one and the other.
pub(super) type Differing = (String, String, String);

/// What differs between two stored values, field by field, in words; none if one of them cannot be read.
pub(super) fn differing(
    lang: Lang,
    meaning: &str,
    schema: &Value,
    default: &Value,
    old: Option<&str>,
    new: Option<&str>,
) -> Option<Vec<Differing>> {
    let shape = Shape::of(schema);
    let (old, new) = (filled(default, old)?, filled(default, new)?);
    let mut out = vec![];
    for f in crate::describe::fields(meaning, schema) {
        let null = Value::Null;
        let (a, b) = (at(&old, &f.path).unwrap_or(&null), at(&new, &f.path).unwrap_or(&null));
        if a != b {
            let shape = shape_at(&shape, &f.path);
            out.push((
                lang.t_or(&f.meaning, &f.path),
                said(lang, &f.meaning, shape, a),
                said(lang, &f.meaning, shape, b),
            ));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_is_told_field_by_field_with_defaults_filled_in() {
        zw_ui::I18n::install(&crate::FTL);
        let schema = json!({"properties": {
            "days": {"type": "integer", "x-unit": "days"},
            "on": {"type": "boolean"},
            "rows": {"type": "array", "items": {"properties": {"tier": {"enum": ["city"]}, "at": {"type": "integer", "x-unit": "minute-of-day"}}}},
        }});
        let default = json!({"days": 92, "on": true, "rows": [{"tier": "city", "at": 720}]});
        let told = |old, new| differing(Lang::ZhCn, "m", &schema, &default, old, new);
        let pair = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(told(None, Some(r#"{"days":30}"#)).unwrap(), [pair("days", "92 天", "30 天")]);
        assert_eq!(told(Some(r#"{"on":false}"#), Some("{}")).unwrap(), [pair("on", "否", "是")]);
        assert_eq!(told(None, Some(r#"{"rows":[]}"#)).unwrap(), [pair("rows", "层级 设区市、几点 12:00", "空")]);
        assert_eq!(told(None, Some("{}")).unwrap(), []);
        assert!(told(None, Some("{")).is_none());
    }

    /// Items of a list without columns are called by what they are, in the form, in words and where one is wrong.
    #[test]
    fn an_item_is_called_by_what_it_is() {
        zw_ui::I18n::install(&crate::FTL);
        let (risk, days) = ("practice-set-rhythm-by-risk", "practice-set-rhythm-days");
        assert_eq!((nth(Lang::ZhCn, risk, 0), nth(Lang::ZhCn, days, 4)), ("风险 1 级".into(), "每半年".into()));
        assert_eq!(nth(Lang::En, days, 1), "Every two weeks");
        assert_eq!(nth(Lang::ZhCn, "unheard-of", 2), "第 3 项");
        let list =
            json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}, "x-unit": "days"});
        assert_eq!(said(Lang::ZhCn, days, &Shape::of(&list), &json!([7, 14])), "每周 7 天、每两周 14 天");
        assert_eq!(place(Lang::ZhCn, "practice-set-rhythm", "days[1]"), "每两周");
    }
}
