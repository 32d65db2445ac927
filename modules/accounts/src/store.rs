//! Every SQL statement of the module. Sessions and sign-in run before there is a permit; they are reached only
//! through the token or the login itself.

mod account;
mod audit;

mod grant;
mod session;
mod signin;
pub mod told;

pub use account::*;
pub use audit::*;

pub use grant::*;
pub use session::*;
pub use signin::*;
