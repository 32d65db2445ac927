//! Pages as pure functions of their data.

pub mod home;
pub mod items;
pub mod kit;
