//! What a ticket is and what may be done to it: types and rules, pure, compiled for server and browser alike.

pub mod category;
pub mod claim;
pub mod figure;
pub mod history;
pub mod ids;
pub mod language;
pub mod learning;
pub mod message;
pub mod period;
pub mod photo;
pub mod place;
pub mod presence;
pub mod query;
pub mod role;
pub mod saved_reply;
pub mod similar;
pub mod status;
pub mod text;
pub mod ticket;
pub mod time;
