//! Documents are re-opened and their text and cells checked.

mod csv;
mod docx;
mod model;
mod payloads;
mod raster;
mod xlsx;
