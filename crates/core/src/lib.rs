//! The vocabulary every crate of Zhanwang shares: identifiers, clock and randomness, civil dates and
//! periods, the pure division tree, code lists, validated field types, errors and paging. No IO.

pub mod calendar;
pub mod clock;
pub mod code;
pub mod codelist;
pub mod day;
pub mod deadline;
pub mod division_file;
pub mod error;
pub mod grams;
pub mod id;
pub mod money;
pub mod names;
pub mod page;
pub mod percent;
pub mod period;
pub mod person_id;
pub mod pinyin;
pub mod rng;
pub mod tree;

pub use clock::Clock;
pub use day::{Day, Stamp};
pub use error::{Error, FieldError, FieldErrors, Result};
pub use id::*;
pub use page::{PageReq, Paged};
pub use rng::Rng;
pub use uuid::Uuid;
