//! Settings: values that are nobody's law (the `[D]` values of domain.md), kept as JSON by key in the table `setting`.
//!
//! A setting is a type that says its key and its bounds ([`Setting`]); its module lists it ([`SettingDef`]) and so it
//! is documented, can be changed and is checked. There is one way from the stored text to the value, for requests and
//! for measures: [`Settings::get`], and [`Settings::on`] for what is over. What does not parse is refused before it is stored; should it be stored all the
//! same (an older version wrote it, somebody wrote into the database), the default holds, the error is logged at every
//! load and `zhanwang doctor` fails until it is mended.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use zw_core::{Day, Error, FieldErrors, Result, Stamp};
use zw_db::{Conn, sql};

/// A setting. The type's `Default` is the value in force while nobody set anything, so its fields carry
/// `#[serde(default, deny_unknown_fields)]`: a stored value may name only what differs.
pub trait Setting: Serialize + DeserializeOwned + schemars::JsonSchema + Default {
    /// Key, `module.name`.
    const KEY: &'static str;
    /// Fluent key of what it is for. The words of a field are at `MEANING-path`, with `-` for `.` and `_`.
    const MEANING: &'static str;
    /// Bounds that the type does not say; fields as paths (`deadlines.week[0].weekday`).
    fn check(&self) -> FieldErrors {
        FieldErrors::default()
    }
}

/// A JSON text as a setting, or every problem with its path.
fn parse<T: Setting>(json: &Value) -> Result<T> {
    let value: T = serde_path_to_error::deserialize(json)
        .map_err(|e| Error::unreadable(&e.path().to_string(), &e.inner().to_string()))?;
    value.check().check()?;
    Ok(value)
}

fn json(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|_| Error::field(".", "format"))
}

/// What a stored text means; the default if it does not parse.
fn value_of<T: Setting>(text: &str) -> T {
    json(text).and_then(|v| parse(&v)).unwrap_or_default()
}

/// A row of the table, with what its changes say.
#[derive(Clone, Debug)]
struct Stored {
    value: String,
    version: i64,
    at: Stamp,
    /// When it was changed, and what stood before (none: the default); oldest first.
    before: Vec<(Stamp, Option<String>)>,
}

/// A setting over the days.
#[derive(Clone, Debug)]
pub struct Course<T> {
    /// When it was changed, and what stood before; oldest first.
    before: Vec<(Stamp, T)>,
    now: T,
}

impl<T> Course<T> {
    /// One that never changed.
    pub fn always(now: T) -> Self {
        Self { before: vec![], now }
    }
    /// One that changed once.
    pub fn changed(at: Stamp, before: T, now: T) -> Self {
        Self { before: vec![(at, before)], now }
    }
    /// As it stands.
    pub fn now(&self) -> &T {
        &self.now
    }
    /// Which change is the first after the end of a day.
    fn place(&self, day: Day) -> usize {
        let end = Stamp::from_cn(day.add_days(1), 0, 0);
        self.before.iter().position(|(at, _)| at.ms() >= end.ms()).unwrap_or(self.before.len())
    }
    /// As it stood at the end of a day.
    pub fn on(&self, day: Day) -> &T {
        self.before.get(self.place(day)).map_or(&self.now, |(_, before)| before)
    }
    /// The same, when no other day is asked for.
    pub fn into_on(mut self, day: Day) -> T {
        let i = self.place(day);
        if i < self.before.len() { self.before.swap_remove(i).1 } else { self.now }
    }
}

/// What stood before each change of a setting.
const CHANGES: &str = "SELECT key,at,old FROM setting_change";

/// All settings as stored.
#[derive(Clone, Debug, Default)]
pub struct Settings(HashMap<String, Stored>);

impl Settings {
    /// The setting; its default if it was never set, or if what is stored does not parse (see the module's page).
    pub fn get<T: Setting>(&self) -> T {
        self.0.get(T::KEY).map_or_else(T::default, |s| value_of(&s.value))
    }
    /// The setting over the days, by what its changes say stood before them. What no change tells of is taken to have
    /// always stood.
    pub fn course<T: Setting>(&self) -> Course<T> {
        let before = self.0.get(T::KEY).map_or(&[][..], |s| &s.before);
        let value = |text: &Option<String>| text.as_ref().map_or_else(T::default, |text| value_of(text));
        Course { before: before.iter().map(|(at, old)| (*at, value(old))).collect(), now: self.get() }
    }
    /// The setting as it stood at the end of a day: what is over must not be judged anew by a change of today.
    pub fn on<T: Setting>(&self, day: Day) -> T {
        self.course().into_on(day)
    }
    /// One setting as the database has it now: for measures, which have no process behind them. In one statement, because
    /// some are read for every report.
    pub async fn read<T: Setting>(conn: &mut Conn) -> Result<Self> {
        type Change = (String, String, i64, Stamp, Option<Stamp>, Option<String>);
        let q = sql("SELECT s.key,s.value,s.version,s.updated_at,c.at,c.old FROM setting s LEFT JOIN setting_change c ON c.key=s.key WHERE s.key=")
            .bind(T::KEY)
            .lit(" ORDER BY c.version");
        let rows: Vec<Change> = conn.all(q).await?;
        let changes = rows.iter().filter_map(|(key, .., at, old)| Some((key.clone(), (*at)?, old.clone()))).collect();
        let one = rows.into_iter().map(|(key, value, version, at, ..)| (key, value, version, at)).take(1).collect();
        Ok(Self::from_rows(one, changes))
    }
    /// What is stored under a key, as text: marks of the program itself that nobody sets (`demo`).
    pub fn mark(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|s| s.value.as_str())
    }
    /// How often a key was written and when it was last; none if it never was.
    pub fn version(&self, key: &str) -> Option<(i64, Stamp)> {
        self.0.get(key).map(|s| (s.version, s.at))
    }
    /// The same with one value, in memory only: for tests.
    #[must_use]
    pub fn with(mut self, key: &str, json: String) -> Self {
        let stored = Stored { value: json, version: 0, at: Stamp::from_ms(0), before: vec![] };
        self.0.insert(key.to_owned(), stored);
        self
    }
    /// Reads all.
    pub async fn load(conn: &mut Conn) -> Result<Self> {
        let rows = conn.all(sql("SELECT key,value,version,updated_at FROM setting")).await?;
        Ok(Self::from_rows(rows, conn.all(sql(CHANGES).lit(" ORDER BY key,version")).await?))
    }
    /// Whether these are the ones of the database; looks at the versions only.
    pub async fn current(&self, conn: &mut Conn) -> Result<bool> {
        let rows: Vec<(String, i64)> = conn.all(sql("SELECT key,version FROM setting")).await?;
        Ok(rows.len() == self.0.len() && rows.iter().all(|(k, v)| self.0.get(k).is_some_and(|s| s.version == *v)))
    }

    fn from_rows(rows: Vec<(String, String, i64, Stamp)>, changes: Vec<(String, Stamp, Option<String>)>) -> Self {
        let stored = |(key, value, version, at)| (key, Stored { value, version, at, before: vec![] });
        let mut all: HashMap<String, Stored> = rows.into_iter().map(stored).collect();
        for (key, at, old) in changes {
            if let Some(s) = all.get_mut(&key) {
                s.before.push((at, old));
            }
        }
        Self(all)
    }
}

/// A declared setting.
#[derive(Clone, Copy, Debug)]
pub struct SettingDef {
    /// Key.
    pub key: &'static str,
    /// Fluent key of what it is for.
    pub meaning: &'static str,
    /// JSON schema.
    pub schema: fn() -> Value,
    /// The value while nothing is set.
    pub default: fn() -> Value,
    read: fn(&Value) -> Result<Value>,
}

fn schema_of<T: Setting>() -> Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .with(|s| s.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

fn whole<T: Setting>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl SettingDef {
    /// The declaration of a type.
    pub const fn of<T: Setting>() -> Self {
        Self {
            key: T::KEY,
            meaning: T::MEANING,
            schema: schema_of::<T>,
            default: || whole(&T::default()),
            read: |v| parse::<T>(v).map(|t| whole(&t)),
        }
    }
    /// The whole value that a JSON value means (fields it leaves out have their defaults), or every problem with its path.
    pub fn read(&self, value: &Value) -> Result<Value> {
        (self.read)(value)
    }
    /// The whole value in force, and what is wrong with the stored one.
    pub fn in_force(&self, settings: &Settings) -> (Value, FieldErrors) {
        let Some(text) = settings.mark(self.key) else { return ((self.default)(), FieldErrors::default()) };
        match json(text).and_then(|v| self.read(&v)) {
            Ok(v) => (v, FieldErrors::default()),
            Err(Error::Invalid(e)) => ((self.default)(), e),
            Err(_) => ((self.default)(), FieldErrors::default()),
        }
    }
}

/// All declared settings with the module each belongs to, in the order of the modules.
#[derive(Clone, Debug, Default)]
pub struct SettingList(Vec<(&'static str, SettingDef)>);

impl SettingList {
    /// Adds a module's.
    pub fn add(&mut self, module: &'static str, defs: &[SettingDef]) {
        self.0.extend(defs.iter().map(|d| (module, *d)));
    }
    /// All: (module, setting).
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &SettingDef)> {
        self.0.iter().map(|(m, d)| (*m, d))
    }
    /// One by its key: (module, setting).
    pub fn find(&self, key: &str) -> Option<(&'static str, &SettingDef)> {
        self.all().find(|(_, d)| d.key == key)
    }
    /// What does not parse of what is stored: key -> problems.
    pub fn problems(&self, settings: &Settings) -> BTreeMap<&'static str, FieldErrors> {
        self.all().map(|(_, d)| (d.key, d.in_force(settings).1)).filter(|(_, e)| !e.0.is_empty()).collect()
    }
    /// Reads all settings and logs what does not parse.
    pub async fn load(&self, conn: &mut Conn) -> Result<Settings> {
        let settings = Settings::load(conn).await?;
        for (key, e) in self.problems(&settings) {
            let at: Vec<String> = e.0.iter().map(|e| format!("{}: {}", e.field, e.code)).collect();
            tracing::error!(key, "the stored setting cannot be read, its default holds: {}", at.join("; "));
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Tea {
        cups: i64,
        with: Sugar,
    }
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Sugar {
        lumps: Vec<i64>,
    }
    impl Default for Tea {
        fn default() -> Self {
            Self { cups: 2, with: Sugar::default() }
        }
    }
    impl Setting for Tea {
        const KEY: &'static str = "test.tea";
        const MEANING: &'static str = "test-tea";
        fn check(&self) -> FieldErrors {
            let mut e = FieldErrors::default();
            if self.cups < 1 {
                e.add("cups", "number-whole");
            }
            e
        }
    }

    fn stored(text: &str) -> Settings {
        Settings::from_rows(vec![("test.tea".into(), text.into(), 3, Stamp::from_ms(7))], vec![])
    }
    fn problems(text: &str) -> Vec<(String, String)> {
        let mut list = SettingList::default();
        list.add("test", &[SettingDef::of::<Tea>()]);
        let found = list.problems(&stored(text)).remove("test.tea").unwrap_or_default();
        found.0.into_iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn a_value_names_only_what_differs() {
        assert_eq!(Settings::default().get::<Tea>(), Tea::default());
        let s = stored(r#"{"with":{"lumps":[1]}}"#);
        assert_eq!(s.get::<Tea>(), Tea { cups: 2, with: Sugar { lumps: vec![1] } });
        assert_eq!(s.version("test.tea"), Some((3, Stamp::from_ms(7))));
        let def = SettingDef::of::<Tea>();
        assert_eq!(def.in_force(&s).0, serde_json::json!({"cups":2,"with":{"lumps":[1]}}));
        assert_eq!((def.default)(), serde_json::json!({"cups":2,"with":{"lumps":[]}}));
    }

    #[test]
    fn a_day_has_what_stood_at_its_end() {
        let day = |d| Day::new(2021, 7, d).unwrap();
        let at = |d, h| Stamp::from_cn(day(d), h, 0);
        let course = Course { before: vec![(at(3, 9), 1), (at(5, 0), 2), (at(5, 23), 3)], now: 4 };
        let found: Vec<i32> = (1..=6).map(|d| *course.on(day(d))).collect();
        assert_eq!(found, [1, 1, 2, 2, 4, 4], "a change of a day counts at its end, one of midnight with the new day");
        assert!((1..=6).all(|d| course.clone().into_on(day(d)) == *course.on(day(d))));
        assert_eq!(Course::always(7).into_on(day(1)), 7);
    }

    #[test]
    fn what_does_not_parse_is_told_with_its_path() {
        for (text, field, code) in [
            ("{", ".", "format"),
            (r#"{"cups":0}"#, "cups", "number-whole"),
            (r#"{"cups":"x"}"#, "cups", "format"),
            (r#"{"with":{"lumps":[1,"x"]}}"#, "with.lumps[1]", "format"),
            (r#"{"with":{"milk":1}}"#, "with.milk", "unknown-field"),
        ] {
            assert_eq!(problems(text), [(field.to_owned(), code.to_owned())], "{text}");
            assert_eq!(stored(text).get::<Tea>(), Tea::default());
        }
        assert!(problems(r#"{"cups":1}"#).is_empty());
    }
}
