//! Reading rows of either engine.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Row as _};
use zw_core::{Day, DivisionId, Error, Result, Stamp, Uuid};

/// A row of either engine.
pub enum Row {
    /// SQLite.
    Lite(SqliteRow),
    /// PostgreSQL.
    Pg(PgRow),
}

impl Row {
    /// The value of a column by name.
    pub fn get<T: FromCol>(&self, name: &str) -> Result<T> {
        T::read(self, name).map_err(|e| Error::Internal(format!("column {name}: {e}")))
    }
    /// The value of a column by position.
    pub fn at<T: FromCol>(&self, index: usize) -> Result<T> {
        T::read(self, index).map_err(|e| Error::Internal(format!("column {index}: {e}")))
    }
}

/// A type that a column can be read into.
pub trait FromCol: Sized {
    /// Reads it, null as `None`.
    fn read_opt<I: ColIndex>(row: &Row, index: I) -> Result<Option<Self>, sqlx::Error>;
    /// Reads it; a null is an error.
    fn read<I: ColIndex>(row: &Row, index: I) -> Result<Self, sqlx::Error> {
        Self::read_opt(row, index)?.ok_or_else(|| sqlx::Error::Decode("unexpected null".into()))
    }
}

impl<T: FromCol> FromCol for Option<T> {
    fn read_opt<I: ColIndex>(row: &Row, index: I) -> Result<Option<Self>, sqlx::Error> {
        T::read_opt(row, index).map(Some)
    }
}

/// Column name or position.
pub trait ColIndex: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> + Copy {}
impl<I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> + Copy> ColIndex for I {}

macro_rules! native { ($($t:ty),+) => { $( impl FromCol for $t {
    fn read_opt<I: ColIndex>(row: &Row, index: I) -> Result<Option<Self>, sqlx::Error> {
        match row { Row::Lite(r) => r.try_get(index), Row::Pg(r) => r.try_get(index) }
    }
} )+ } }
native!(i64, String, bool, Uuid, Vec<u8>);

macro_rules! wrapped { ($($t:ty, $raw:ty, |$v:ident| $e:expr;)+) => { $(
    impl FromCol for $t {
        fn read_opt<I: ColIndex>(row: &Row, index: I) -> Result<Option<Self>, sqlx::Error> {
            Ok(<$raw>::read_opt(row, index)?.map(|$v| $e))
        }
    }
)+ } }
wrapped! {
    Day, i64, |v| Day::from_stored(v);
    Stamp, i64, |v| Stamp::from_ms(v);
    DivisionId, i64, |v| DivisionId(v);
}
macro_rules! id_cols { ($($(#[$d:meta])* $t:ident),+ $(,)?) => {
    wrapped! { $( zw_core::$t, Uuid, |v| zw_core::$t(v); )+ }
} }
zw_core::all_ids!(id_cols);

/// Makes code enums (`zw_core::codes!`) readable from and bindable to TEXT columns.
#[macro_export]
macro_rules! code_cols { ($($t:ty),+ $(,)?) => { $(
    impl $crate::FromCol for $t {
        fn read_opt<I: $crate::__ColIndex>(row: &$crate::Row, index: I) -> ::std::result::Result<Option<Self>, $crate::__SqlxError> {
            $crate::__code::<Self, I>(row, index)
        }
    }
    impl $crate::ToVal for $t {
        const NULL: $crate::Val = $crate::Val::Text(None);
        fn to_val(self) -> $crate::Val { $crate::Val::Text(Some($crate::zw_core::code::Code::code(self).to_owned())) }
    }
)+ } }

pub(crate) fn unknown_code(code: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unknown code {code}").into())
}

/// A type made from a whole row. Structs get it from `record!`; tuples have it by position.
pub trait Record: Sized + Send {
    /// Reads it.
    fn read(row: &Row) -> Result<Self>;
}

/// Defines a struct that is read from a row column by column, by field name.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $fvis:vis $field:ident : $ty:ty),+ $(,)? }) => {
        $(#[$meta])* $vis struct $name { $($(#[$fmeta])* $fvis $field: $ty),+ }
        impl $crate::Record for $name {
            fn read(row: &$crate::Row) -> $crate::Result<Self> {
                Ok(Self { $($field: row.get::<$ty>(stringify!($field))?),+ })
            }
        }
    };
}

macro_rules! tuples { ($($($t:ident $i:tt),+;)+) => { $(
    impl<$($t: FromCol + Send),+> Record for ($($t,)+) {
        fn read(row: &Row) -> Result<Self> { Ok(($(row.at::<$t>($i)?,)+)) }
    }
)+ } }
tuples! {
    A 0; A 0, B 1; A 0, B 1, C 2; A 0, B 1, C 2, D 3; A 0, B 1, C 2, D 3, E 4; A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6; A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
