//! How every page of Zhanwang looks: layout, components, charts and maps as SVG, translations, embedded styles.
//!
//! Owns no rules and no data: functions take plain values and return [`Markup`]. The content policy allows no inline
//! script or style, so nothing here writes a `style=` attribute or an event handler, SVG included.
//! `README.md` of this crate shows each function with an example; [`gallery::gallery`] shows them drawn.

pub mod assets;
pub mod chart;
pub mod form;
pub mod format;
pub mod gallery;
pub mod i18n;
pub mod map;
pub mod parts;
pub mod region;
pub mod shell;
pub mod status;
pub mod table;
pub mod timeline;

pub use form::{Choice, Field, Kind, error_summary, field, form};
pub use i18n::{Arg, I18n, Lang};
pub use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
pub use parts::*;
pub use shell::{
    Area, Head, NavItem, Notice, Shell, Theme, Tone, UserBadge, error_page, error_page_in, kiosk_page, page, page_with,
};
pub use status::Status;
pub use table::{Cell, Col, Export, Row, Table, table};
