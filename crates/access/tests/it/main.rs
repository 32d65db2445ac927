//! Access on both engines: scopes, denials, the audit chain under attack.
mod chain;
mod scopes;
