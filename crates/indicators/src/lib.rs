//! From record to figure: measures (what a module can count about its own records), cells (flows kept by county,
//! unit and day because that is cheaper than counting again), and indicators (a versioned formula over measures).
//!
//! Tables: `cell` and `mark` (both derived from records, `cells::rebuild` proves it).

mod at_unit;
mod basis;
mod cell;
pub mod cells;
pub mod confirmed;
pub mod indicator;
pub mod keys;
mod measure;
mod named;
mod places;
mod store;

pub use at_unit::{OpenWork, WithoutStaff};
pub use basis::Basis;
pub use cell::Cell;
pub use indicator::{Figure, Indicator, IndicatorKind};
pub use measure::{Area, BoxFut, MeasureDef, MeasureKind, Measures, RowOut, RowsOut, Source, Span};
pub use places::with_places;
