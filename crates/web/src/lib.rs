//! The door: request context, routes that declare their action, forms and CSRF, idempotency, error pages and
//! problem+json, live updates, OpenAPI. Pages and API of the modules parse and render; rules are in services.

mod body;
mod carry;
mod confirm;
mod counts;
mod denial;
mod draft;
mod edge;
mod error;
mod export;
mod form_view;
mod idem;
mod live;
mod openapi;
mod page;
mod posted;
mod query;
mod route;
mod search;
mod session;
mod site;
mod store;
mod sweep;
mod told;

pub use counts::{Counted, Counts};
pub use denial::denied;
pub use draft::{DraftDef, DraftOut, drafts};
pub use error::{Fail, PageResult, Refusal, field_words, words};
pub use export::Listed;
pub use form_view::FormView;
pub use idem::Idem;
pub use live::{LiveHub, Note, ended};
pub use page::FormTrouble;
pub use page::{ApiCtx, File, Items, Json, Made, Page, Sent, redirect, safe_next, saved, see_other};
pub use posted::{Posted, Upload};
pub use query::Query;
pub use route::{Access, ApiDoc, Route, Routes, SCREEN_HOME};
pub use search::{Sought, carry_searches};
pub use session::{Auth, Authenticator, Confirmed, SessionInfo, cookie};
pub use site::{Module, NavDef, Site, WebConfig, download, router};
pub use sweep::sweep;
pub use told::{NameDef, Names, Naming, Told};
