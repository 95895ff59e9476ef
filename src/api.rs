//! The server functions, by noun: the pages' thin door into the store. Those under `/rpc/helpdesk` are the staff's.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is asynchronous, whether it has to wait or not")
)]
#![expect(missing_docs, reason = "the macro makes a struct of each function's arguments, which their names explain")]

pub mod analytics;
pub mod categories;
pub mod claims;
pub mod helpdesk;
pub mod learning;
pub mod places;
pub mod preferences;
pub mod presence;
pub mod saved_replies;
pub mod tickets;
