//! From record to figure: measures (what a module can count about its own records), cells (flows kept by county,
//! unit and day because that is cheaper than counting again), and indicators (a versioned formula over measures).

pub mod cells;
pub mod indicator;
mod measure;

pub use indicator::{Figure, Indicator};
pub use measure::{Area, BoxFut, MeasureDef, MeasureKind, Measures, RowOut, RowsOut, Source, Span};
