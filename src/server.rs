//! Everything that runs on the server only.

pub mod analytics;
pub mod assets;
pub(crate) mod calendar;
pub mod claim_words;
pub mod classifier;
pub mod config;
pub mod difference;
pub mod door;
pub(crate) mod durations;
pub mod entity;
pub mod guard;
pub mod learning;
pub mod listen;
pub mod live;
pub mod manifest;
pub mod photos;
pub mod places;
pub mod rate;
pub mod rest;
pub mod router;
pub mod seed;
pub mod store;
pub mod telemetry;
pub mod worker;
