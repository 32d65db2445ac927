//! A setting as a form: its fields, from the JSON schema of its type, between the value and what a person types.
//!
//! Names of inputs are the paths of the value under `v`, with a dot before every step: `v.deadlines.week.0.weekday`.
//! What a schema says that has no field here keeps its value; it is changed as JSON.

use serde_json::{Map, Value};
use std::collections::HashMap;
use zw_core::{Day, FieldErrors};
use zw_ui::Lang;
use zw_web::Posted;

/// Rows of a list that a form may carry.
const ROWS: usize = 100;

/// What one input takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Yes or no.
    Flag,
    /// A whole number with its bounds.
    Whole(Option<i64>, Option<i64>),
    /// A time of day, stored as minutes after midnight, typed as 18:00.
    Time,
    /// A date.
    Date,
    /// One line of text, or several.
    Text(bool),
    /// One of some codes.
    Choice(Vec<String>),
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What it takes.
    pub takes: Takes,
    /// Whether it may be left empty: null.
    pub nullable: bool,
    /// Unit of a number (`x-unit` of the schema); words at `settings-unit-<unit>`.
    pub unit: Option<String>,
}

/// The form of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One input.
    Leaf(Leaf),
    /// Fields in their order.
    Object(Vec<(String, Shape)>),
    /// So many of a kind.
    Fixed(Box<Shape>, usize),
    /// Rows that can be added and emptied.
    Rows(Box<Shape>),
    /// Nothing that a form knows.
    Other,
}

/// Message of what an item of a list is, by the words of the list.
pub(crate) fn nth_key(meaning: &str) -> String {
    format!("settings-nth-{meaning}")
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(t)) => vec![t],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    }
}

impl Shape {
    /// The form of what a schema describes.
    pub fn of(schema: &Value) -> Self {
        if let Some(any) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
            let (null, rest): (Vec<&Value>, Vec<&Value>) = any.iter().partition(|s| types(s) == ["null"]);
            return match (rest[..].first(), rest.len(), null.len()) {
                (Some(one), 1, 1) => Self::of(one).or_null(),
                _ => Self::Other,
            };
        }
        if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
            return Self::Object(fields.iter().map(|(name, s)| (name.clone(), Self::of(s))).collect());
        }
        let found = types(schema);
        let (nullable, kinds): (bool, Vec<&str>) =
            (found.contains(&"null"), found.into_iter().filter(|t| *t != "null").collect());
        if kinds == ["array"] {
            return Self::list(schema);
        }
        let unit = schema.get("x-unit").and_then(Value::as_str).map(str::to_owned);
        let codes = schema.get("enum").and_then(Value::as_array);
        let takes = match (codes, kinds[..].first()) {
            (Some(codes), _) => Takes::Choice(codes.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            (None, Some(&"boolean")) => Takes::Flag,
            (None, Some(&"integer")) if unit.as_deref() == Some("minute-of-day") => Takes::Time,
            (None, Some(&"integer")) => {
                let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
                Takes::Whole(bound("minimum"), bound("maximum"))
            }
            (None, Some(&"string")) if schema.get("format").and_then(Value::as_str) == Some("date") => Takes::Date,
            (None, Some(&"string")) => Takes::Text(schema.get("x-lines").is_some()),
            _ => return Self::Other,
        };
        Self::Leaf(Leaf { takes, nullable, unit })
    }

    fn list(schema: &Value) -> Self {
        let inner = schema.get("items").map_or(Self::Other, Self::of);
        // A list of lists is no table.
        let simple = match &inner {
            Self::Leaf(l) => l.takes != Takes::Flag,
            Self::Object(fields) => fields.iter().all(|(_, s)| matches!(s, Self::Leaf(l) if l.takes != Takes::Flag)),
            _ => false,
        };
        let size = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        match (simple, size("minItems"), size("maxItems")) {
            (false, ..) => Self::Other,
            (true, Some(n), Some(m)) if n == m && n <= ROWS => Self::Fixed(Box::new(inner), n),
            (true, ..) => {
                // Units hang on the list where its items have none of their own.
                Self::Rows(Box::new(inner))
            }
        }
        .with_unit(schema.get("x-unit").and_then(Value::as_str))
    }

    fn with_unit(self, unit: Option<&str>) -> Self {
        match (self, unit) {
            (Self::Fixed(inner, n), Some(_)) => Self::Fixed(Box::new(inner.with_unit(unit)), n),
            (Self::Rows(inner), Some(_)) => Self::Rows(Box::new(inner.with_unit(unit))),
            (Self::Leaf(l), Some(u)) => Self::Leaf(Leaf { unit: l.unit.or_else(|| Some(u.to_owned())), ..l }),
            (same, _) => same,
        }
    }

    fn or_null(self) -> Self {
        match self {
            Self::Leaf(l) => Self::Leaf(Leaf { nullable: true, ..l }),
            _ => Self::Other,
        }
    }

    /// Fluent keys of the words its form needs besides those of its fields: units, codes, columns of lists.
    pub fn words(&self) -> Vec<String> {
        let name = |kind: &str, of: &str| format!("settings-{kind}-{}", of.replace('_', "-"));
        match self {
            Self::Leaf(leaf) => {
                let unit = leaf.unit.iter().filter(|_| leaf.takes != Takes::Time).map(|u| name("unit", u));
                match &leaf.takes {
                    Takes::Choice(codes) => unit.chain(codes.iter().map(|c| name("code", c))).collect(),
                    _ => unit.collect(),
                }
            }
            Self::Object(fields) => fields.iter().flat_map(|(_, s)| s.words()).collect(),
            Self::Fixed(inner, _) | Self::Rows(inner) => {
                let columns = match &**inner {
                    Self::Object(fields) => fields.iter().map(|(f, _)| name("item", f)).collect(),
                    _ => vec![],
                };
                inner.words().into_iter().chain(columns).collect()
            }
            Self::Other => vec![],
        }
    }

    /// Lists of a setting whose items say only their number in some language: they have neither a message with the number
    /// nor one for each item.
    pub fn unnamed(&self, meaning: &str) -> Vec<String> {
        match self {
            Self::Object(fields) => {
                let inner = fields.iter().map(|(f, s)| s.unnamed(&format!("{meaning}-{}", f.replace('_', "-"))));
                inner.flatten().collect()
            }
            Self::Fixed(inner, _) | Self::Rows(inner) if matches!(**inner, Self::Leaf(_)) => {
                let key = nth_key(meaning);
                let each = match self {
                    Self::Fixed(_, n) => (1..=*n).map(|i| format!("{key}-{i}")).collect(),
                    _ => vec![key.clone()],
                };
                let told = Lang::ALL.iter().all(|l| l.has(&key) || each.iter().all(|k| l.has(k)));
                if told { vec![] } else { vec![key] }
            }
            _ => vec![],
        }
    }

    /// Whether the form knows anything of it.
    pub fn has_fields(&self) -> bool {
        match self {
            Self::Leaf(_) => true,
            Self::Object(fields) => fields.iter().any(|(_, s)| s.has_fields()),
            Self::Fixed(inner, _) | Self::Rows(inner) => inner.has_fields(),
            Self::Other => false,
        }
    }
}

/// A minute of the day as typed.
fn clock(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn minutes(text: &str) -> Option<i64> {
    let (h, m) = text.split_once([':', '：'])?;
    let (h, m): (i64, i64) = (h.trim().parse().ok()?, m.trim().parse().ok()?);
    ((0..24).contains(&h) && (0..60).contains(&m)).then_some(h * 60 + m)
}

/// What is in the inputs, by their names; lists are dense.
pub type Inputs = HashMap<String, String>;

/// The inputs of a value.
pub fn written(shape: &Shape, value: &Value) -> Inputs {
    let mut out = Inputs::new();
    write("v", shape, value, &mut out);
    out
}

fn write(name: &str, shape: &Shape, value: &Value, out: &mut Inputs) {
    match shape {
        Shape::Object(fields) => {
            for (field, inner) in fields {
                write(&format!("{name}.{field}"), inner, value.get(field).unwrap_or(&Value::Null), out);
            }
        }
        Shape::Fixed(inner, _) | Shape::Rows(inner) => {
            for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                write(&format!("{name}.{i}"), inner, item, out);
            }
        }
        Shape::Leaf(leaf) => {
            let text = match (&leaf.takes, value) {
                (_, Value::Null) | (Takes::Flag, Value::Bool(false)) => String::new(),
                (Takes::Flag, Value::Bool(true)) => "1".into(),
                (Takes::Time, v) => v.as_i64().map_or_else(|| v.to_string(), clock),
                (_, Value::String(s)) => s.clone(),
                (_, v) => v.to_string(),
            };
            out.insert(name.to_owned(), text);
        }
        Shape::Other => {}
    }
}

/// The inputs as typed; empty rows of lists are left out, so that the others move up.
pub fn typed(shape: &Shape, posted: &Posted) -> Inputs {
    let all: Inputs = posted.values().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut out = Inputs::new();
    take("v", "v", shape, &all, &mut out);
    out
}

fn take(from: &str, to: &str, shape: &Shape, all: &Inputs, out: &mut Inputs) {
    match shape {
        Shape::Object(fields) => {
            for (field, inner) in fields {
                take(&format!("{from}.{field}"), &format!("{to}.{field}"), inner, all, out);
            }
        }
        Shape::Fixed(inner, n) => {
            for i in 0..*n {
                take(&format!("{from}.{i}"), &format!("{to}.{i}"), inner, all, out);
            }
        }
        Shape::Rows(inner) => {
            let mut next = 0;
            for i in 0..ROWS {
                let row = format!("{from}.{i}");
                let below = format!("{row}.");
                let mine = |name: &str| name == row || name.starts_with(&below);
                if all.iter().any(|(k, v)| mine(k) && !v.trim().is_empty()) {
                    take(&row, &format!("{to}.{next}"), inner, all, out);
                    next += 1;
                }
            }
        }
        Shape::Leaf(_) => {
            out.insert(to.to_owned(), all.get(from).cloned().unwrap_or_default());
        }
        Shape::Other => {}
    }
}

/// How many rows of a list there are.
pub fn rows(name: &str, inputs: &Inputs) -> usize {
    let below = |i: usize| (format!("{name}.{i}"), format!("{name}.{i}."));
    let has = |i: usize| {
        let (row, cells) = below(i);
        inputs.keys().any(|k| *k == row || k.starts_with(&cells))
    };
    (0..ROWS).take_while(|i| has(*i)).count()
}

/// The value that was typed, or every input that cannot be read, at its path. `base` is kept where the form has nothing.
pub fn read(shape: &Shape, inputs: &Inputs, base: &Value) -> Result<Value, FieldErrors> {
    let mut errors = FieldErrors::default();
    let value = value("v", "value", shape, inputs, base, &mut errors);
    if errors.0.is_empty() { Ok(value) } else { Err(errors) }
}

fn value(name: &str, path: &str, shape: &Shape, inputs: &Inputs, base: &Value, e: &mut FieldErrors) -> Value {
    match shape {
        Shape::Object(fields) => {
            let mut out = Map::new();
            for (field, inner) in fields {
                let base = base.get(field).unwrap_or(&Value::Null);
                out.insert(
                    field.clone(),
                    value(&format!("{name}.{field}"), &format!("{path}.{field}"), inner, inputs, base, e),
                );
            }
            Value::Object(out)
        }
        Shape::Fixed(inner, n) => items(name, path, inner, *n, inputs, e),
        Shape::Rows(inner) => items(name, path, inner, rows(name, inputs), inputs, e),
        Shape::Leaf(leaf) => {
            let text = inputs.get(name).map_or("", |t| t.trim());
            one(leaf, text).unwrap_or_else(|code| {
                e.add(path, code);
                Value::Null
            })
        }
        Shape::Other => base.clone(),
    }
}

fn items(name: &str, path: &str, inner: &Shape, n: usize, inputs: &Inputs, e: &mut FieldErrors) -> Value {
    let item = |i: usize| value(&format!("{name}.{i}"), &format!("{path}[{i}]"), inner, inputs, &Value::Null, &mut *e);
    Value::Array((0..n).map(item).collect())
}

fn one(leaf: &Leaf, text: &str) -> Result<Value, &'static str> {
    match &leaf.takes {
        Takes::Flag => Ok(Value::Bool(!text.is_empty())),
        _ if text.is_empty() && leaf.nullable => Ok(Value::Null),
        Takes::Text(_) => Ok(Value::String(text.to_owned())),
        _ if text.is_empty() => Err("required"),
        Takes::Whole(..) => text.parse::<i64>().map(Value::from).map_err(|_| "settings-whole"),
        Takes::Time => minutes(text).map(Value::from).ok_or("settings-time"),
        Takes::Date => Day::parse(text).map(|d| Value::String(d.to_string())).ok_or("date-format"),
        Takes::Choice(codes) if codes.iter().any(|c| c == text) => Ok(Value::String(text.to_owned())),
        Takes::Choice(_) => Err("unknown-code"),
    }
}

/// What of a value differs from its default: the rest follows the default, also a later one.
pub fn differing(value: &Value, default: &Value) -> Value {
    match (value, default) {
        (Value::Object(v), Value::Object(d)) => {
            let changed = v.iter().filter(|(k, v)| d.get(*k) != Some(v));
            let inner = |k: &String, v: &Value| d.get(k).map_or_else(|| v.clone(), |d| differing(v, d));
            Value::Object(changed.map(|(k, v)| (k.clone(), inner(k, v))).collect())
        }
        _ => value.clone(),
    }
}

/// The input of a problem's path: `value.deadlines.week[0].at` is `v.deadlines.week.0.at`.
pub fn input_of(path: &str) -> String {
    let below = path.strip_prefix("value").unwrap_or(path).replace('[', ".").replace(']', "");
    let below = below.trim_matches('.');
    if below.is_empty() { "v".into() } else { format!("v.{below}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({"properties": {
            "on": {"type": "boolean"},
            "days": {"type": "integer", "minimum": 0, "x-unit": "days"},
            "since": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            "note": {"type": ["string", "null"]},
            "chain": {"properties": {"steps": {"type": "array", "items": {"properties": {
                "tier": {"type": "string", "enum": ["county", "city"]},
                "at": {"type": "integer", "x-unit": "minute-of-day"},
            }}}}},
            "three": {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 3, "x-unit": "days"},
            "odd": {"type": "array", "items": {"type": "array"}},
        }})
    }
    fn sample() -> Value {
        json!({"on": true, "days": 3, "since": "2021-07-08", "note": null,
            "chain": {"steps": [{"tier": "county", "at": 720}]}, "three": [1, 2, 3], "odd": [[1]]})
    }

    #[test]
    fn a_value_goes_into_inputs_and_comes_back() {
        let shape = Shape::of(&schema());
        let inputs = written(&shape, &sample());
        for (name, want) in [
            ("v.on", "1"),
            ("v.days", "3"),
            ("v.since", "2021-07-08"),
            ("v.note", ""),
            ("v.chain.steps.0.tier", "county"),
            ("v.chain.steps.0.at", "12:00"),
            ("v.three.2", "3"),
        ] {
            assert_eq!(inputs.get(name).map(String::as_str), Some(want), "{name}");
        }
        assert_eq!(read(&shape, &inputs, &sample()).unwrap(), sample(), "what has no field is kept");
        let Shape::Object(fields) = &shape else { panic!() };
        assert!(matches!(&fields[5].1, Shape::Fixed(l, 3) if matches!(&**l, Shape::Leaf(l) if l.unit.is_some())));
        assert_eq!(fields[6].1, Shape::Other);
        assert!(shape.has_fields() && !Shape::Other.has_fields());
        let whole = Shape::of(&json!({"type": "integer"}));
        assert_eq!(read(&whole, &written(&whole, &json!(2)), &json!(2)).unwrap(), json!(2));
    }

    #[test]
    fn rows_are_added_and_emptied() {
        let shape = Shape::of(&schema());
        let posted = Posted::prefilled([
            ("v.days", "3"),
            ("v.chain.steps.0.tier", ""),
            ("v.chain.steps.0.at", " "),
            ("v.chain.steps.1.tier", "city"),
            ("v.chain.steps.1.at", "9:30"),
            ("v.three.0", "1"),
            ("v.three.1", "2"),
            ("v.three.2", "3"),
        ]);
        let inputs = typed(&shape, &posted);
        assert_eq!(rows("v.chain.steps", &inputs), 1);
        let found = read(&shape, &inputs, &sample()).unwrap();
        assert_eq!(found["chain"]["steps"], json!([{"tier": "city", "at": 570}]));
        assert_eq!((&found["on"], &found["since"]), (&json!(false), &Value::Null));
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_path() {
        let shape = Shape::of(&schema());
        let posted = Posted::prefilled([
            ("v.days", "drei"),
            ("v.since", "gestern"),
            ("v.chain.steps.0.tier", "village"),
            ("v.chain.steps.0.at", "25:00"),
            ("v.three.0", "1"),
            ("v.three.1", ""),
            ("v.three.2", "3"),
        ]);
        let e = read(&shape, &typed(&shape, &posted), &sample()).unwrap_err();
        let told: Vec<_> = e.0.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(
            told,
            [
                ("value.days", "settings-whole"),
                ("value.since", "date-format"),
                ("value.chain.steps[0].tier", "unknown-code"),
                ("value.chain.steps[0].at", "settings-time"),
                ("value.three[1]", "required"),
            ]
        );
        assert_eq!(input_of("value.chain.steps[0].at"), "v.chain.steps.0.at");
        assert_eq!((input_of("value"), input_of("value.")), ("v".to_owned(), "v".to_owned()));
    }

    #[test]
    fn only_what_differs_is_kept() {
        let mut v = sample();
        v["days"] = json!(5);
        v["chain"]["steps"] = json!([]);
        assert_eq!(differing(&v, &sample()), json!({"days": 5, "chain": {"steps": []}}));
        assert_eq!(differing(&json!(3), &json!(2)), json!(3));
        assert_eq!(differing(&sample(), &sample()), json!({}));
    }
}
