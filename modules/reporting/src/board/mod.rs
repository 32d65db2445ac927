//! The boards of county, city and province: who has reported, who is late, missing, returned, approved; confirmed
//! figures with the time of confirmation and, beside them and marked so, live ones.

pub mod model;
pub mod pages;
pub mod service;
pub mod store;
pub mod views;
