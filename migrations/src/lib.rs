//! The schema, one file per change of it, oldest first; nothing that was released is ever edited.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261122_000001_tickets;
mod m20261122_000002_rollups;
mod m20261122_000003_search;
mod m20261122_000004_waiting;
mod m20261125_000005_saved_replies;
mod m20261125_000006_claims;
mod m20261125_000007_conversation;
mod m20261125_000008_doubts;
mod m20261125_000009_analyses;
mod m20261128_000010_photos;
mod m20261128_000011_backlog;
mod m20261128_000012_places;
mod m20261128_000013_affected;
mod m20261128_000014_merged;

/// Brings a database to the schema that this program knows.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_tickets::Migration),
            Box::new(m20261122_000002_rollups::Migration),
            Box::new(m20261122_000003_search::Migration),
            Box::new(m20261122_000004_waiting::Migration),
            Box::new(m20261125_000005_saved_replies::Migration),
            Box::new(m20261125_000006_claims::Migration),
            Box::new(m20261125_000007_conversation::Migration),
            Box::new(m20261125_000008_doubts::Migration),
            Box::new(m20261125_000009_analyses::Migration),
            Box::new(m20261128_000010_photos::Migration),
            Box::new(m20261128_000011_backlog::Migration),
            Box::new(m20261128_000012_places::Migration),
            Box::new(m20261128_000013_affected::Migration),
            Box::new(m20261128_000014_merged::Migration),
        ]
    }
}
