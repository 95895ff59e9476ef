//! Tests of the store, the two doors into it, the analyses, and the rules of the house.

mod analytics;
mod architecture;
mod classifier;
mod live;
mod rest;
mod serving;
mod store;
