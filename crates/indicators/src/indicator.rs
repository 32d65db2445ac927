//! Being written.
#[derive(Debug)]
pub struct Figure;
#[derive(Debug)]
pub struct Indicator;
