//! Enums that are stored and sent as stable text codes.

/// An enum with a stable text code for each value. Made by `codes!`.
pub trait Code: Copy + Sized + 'static {
    /// Every value, in display order.
    const ALL: &'static [Self];
    /// The stable code, as stored and sent.
    fn code(self) -> &'static str;
    /// From the code; unknown codes are `None`.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.code() == code)
    }
}

/// Defines an enum whose values are stored and sent as text codes:
/// `codes! { /// doc pub enum State { /// doc Planned = "planned", } }`. Where two modules have a list of one name the API
/// calls it `as` something of its own: `pub enum Mode as VisitMode { .. }`.
#[macro_export]
macro_rules! codes {
    ($(#[$meta:meta])* $vis:vis enum $name:ident $(as $said:ident)? { $($(#[$vmeta:meta])* $var:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vmeta])* $var),+ }
        impl $crate::code::Code for $name {
            const ALL: &'static [Self] = &[$(Self::$var),+];
            fn code(self) -> &'static str { match self { $(Self::$var => $code),+ } }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str($crate::code::Code::code(*self))
            }
        }
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, s: S) -> ::std::result::Result<S::Ok, S::Error> {
                s.serialize_str($crate::code::Code::code(*self))
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(d: D) -> ::std::result::Result<Self, D::Error> {
                let s = <::std::string::String as ::serde::Deserialize>::deserialize(d)?;
                <Self as $crate::code::Code>::from_code(&s).ok_or_else(|| ::serde::de::Error::custom("unknown-code"))
            }
        }
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                [$(stringify!($said),)? stringify!($name)][0].into()
            }
            // Lists of two modules may have one name; they are two all the same.
            fn schema_id() -> ::std::borrow::Cow<'static, str> { concat!(module_path!(), "::", stringify!($name)).into() }
            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({"type": "string", "enum": [$($code),+]})
            }
        }
    };
}
