//! Statements: literals plus typed values. User input cannot become text.

use std::fmt::Write as _;
use std::ops::Range;
use zw_core::{Day, DivisionId, Stamp, Uuid};

/// Every value a statement may bind. Closed set: a new column type is a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    /// BIGINT / INTEGER.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// UUID / BLOB of 16 bytes.
    Id(Option<Uuid>),
    /// BYTEA / BLOB.
    Bytes(Option<Vec<u8>>),
    /// BOOLEAN / INTEGER 0 or 1.
    Bool(bool),
}

/// A type that can be bound. `NULL` says what its absence is, so that a null keeps its column type.
pub trait ToVal {
    /// The typed null.
    const NULL: Val;
    /// The value.
    fn to_val(self) -> Val;
}

/// The value of anything that can be bound (rows of `Conn::bulk`).
pub fn val(v: impl ToVal) -> Val {
    v.to_val()
}

impl ToVal for Val {
    const NULL: Val = Val::Int(None);
    fn to_val(self) -> Val {
        self
    }
}
impl<T: ToVal> ToVal for Option<T> {
    const NULL: Val = T::NULL;
    fn to_val(self) -> Val {
        self.map_or(T::NULL, T::to_val)
    }
}
impl ToVal for bool {
    const NULL: Val = Val::Bool(false);
    fn to_val(self) -> Val {
        Val::Bool(self)
    }
}

macro_rules! to_val { ($($t:ty, $kind:ident, |$v:ident| $e:expr;)+) => { $(
    impl ToVal for $t {
        const NULL: Val = Val::$kind(None);
        fn to_val(self) -> Val { let $v = self; Val::$kind(Some($e)) }
    }
)+ } }
to_val! {
    i64, Int, |v| v;
    &i64, Int, |v| *v;
    &str, Text, |v| v.to_owned();
    &String, Text, |v| v.clone();
    String, Text, |v| v;
    Uuid, Id, |v| v;
    Vec<u8>, Bytes, |v| v;
    &[u8], Bytes, |v| v.to_vec();
    &Vec<u8>, Bytes, |v| v.clone();
    Day, Int, |v| v.yyyymmdd();
    Stamp, Int, |v| v.ms();
    DivisionId, Int, |v| v.0;
}
macro_rules! ids_to_val { ($($(#[$d:meta])* $t:ident),+ $(,)?) => { to_val! { $( zw_core::$t, Id, |v| v.0; )+ } } }
zw_core::all_ids!(ids_to_val);

/// A statement in the making. `lit` takes only literals; values go through `bind` and `list`. A value stands as `?`:
/// SQLite binds these by their place at once, while numbered ones are names that it looks up one by one for each value;
/// PostgreSQL gets them numbered.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    pub(crate) text: String,
    pub(crate) vals: Vec<Val>,
    /// Places of the values of long lists.
    pub(crate) lists: Vec<Range<usize>>,
}

/// Values from which a list is a long one: PostgreSQL plans once for all values, and then compares each row with those of a
/// list one by one; joined as rows they are looked up.
const LONG: usize = 9;

/// Starts a statement.
pub fn sql(lit: &'static str) -> Sql {
    Sql::default().lit(lit)
}

impl Sql {
    /// Appends literal text.
    #[must_use]
    pub fn lit(mut self, s: &'static str) -> Self {
        debug_assert!(!s.contains('?'), "a question mark in a literal would be taken for a value: {s}");
        self.text.push_str(s);
        self
    }
    /// Appends a bound value.
    #[must_use]
    pub fn bind(mut self, v: impl ToVal) -> Self {
        self.vals.push(v.to_val());
        self.text.push('?');
        self
    }
    /// Appends `(v1,v2,…)`; an empty list becomes `(NULL)`, which matches nothing.
    #[must_use]
    pub fn list<V: ToVal>(self, vs: impl IntoIterator<Item = V>) -> Self {
        let from = self.vals.len();
        let (mut s, mut sep) = (self, "(");
        for v in vs {
            s = s.lit(sep).bind(v);
            sep = ",";
        }
        let places = from..s.vals.len();
        if places.len() >= LONG {
            s.lists.push(places);
        }
        if sep == "(" { s.lit("(NULL)") } else { s.lit(")") }
    }
    /// Appends another statement part with its values.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        let before = self.vals.len();
        self.text.push_str(&other.text);
        self.vals.extend(other.vals);
        self.lists.extend(other.lists.into_iter().map(|l| l.start + before..l.end + before));
        self
    }
    /// The text as PostgreSQL reads it: the values numbered, those of long lists as rows.
    pub(crate) fn numbered(text: &str, lists: &[Range<usize>]) -> String {
        let mut parts = text.split('?');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for (i, part) in parts.enumerate() {
            // Writing to a String cannot fail.
            let _ = match lists.iter().find(|l| l.contains(&i)) {
                Some(l) if l.start == i => write!(out, "VALUES (${})", i + 1),
                Some(_) => write!(out, "(${})", i + 1),
                None => write!(out, "${}", i + 1),
            };
            out.push_str(part);
        }
        out
    }
    /// Appends `part` only when `cond` holds.
    #[must_use]
    pub fn when(self, cond: bool, part: impl FnOnce(Self) -> Self) -> Self {
        if cond { part(self) } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn text_and_values_grow_together() {
        let q = sql("SELECT a FROM t WHERE x=").bind(1i64).lit(" AND y IN ").list(["a", "b"]);
        assert_eq!(q.text, "SELECT a FROM t WHERE x=? AND y IN (?,?)");
        let j = sql("WHERE z=").bind(true).lit(" AND ").join(q);
        assert_eq!(j.text, "WHERE z=? AND SELECT a FROM t WHERE x=? AND y IN (?,?)");
        assert_eq!(Sql::numbered(&j.text, &j.lists), "WHERE z=$1 AND SELECT a FROM t WHERE x=$2 AND y IN ($3,$4)");
        assert_eq!(j.vals.len(), 4);
        let long = sql("a=").bind(1i64).lit(" AND ").join(sql("b IN ").list(1..=9i64).lit(" AND c=").bind(2i64));
        assert_eq!(long.text, "a=? AND b IN (?,?,?,?,?,?,?,?,?) AND c=?");
        assert_eq!(
            Sql::numbered(&long.text, &long.lists),
            "a=$1 AND b IN (VALUES ($2),($3),($4),($5),($6),($7),($8),($9),($10)) AND c=$11"
        );
        assert_eq!(sql("IN ").list(Vec::<i64>::new()).text, "IN (NULL)");
    }
}
