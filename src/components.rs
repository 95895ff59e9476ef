//! Reused pieces of pages: props in, markup out.

pub mod address;
pub mod category;
pub mod chart;
pub mod claim;
pub mod company;
pub mod conversation;
pub mod dom;
pub mod draft;
pub mod editor;
pub mod failure;
pub mod heading;
pub mod icons;
pub mod key;
pub mod layout;
pub mod linked;
pub mod list;
pub mod notices;
pub mod numbers;
pub mod photos;
pub mod reply_picker;
pub mod shortcuts;
pub mod staff_only;
pub mod status;
pub mod text_box;
pub mod time;
pub mod unread;
