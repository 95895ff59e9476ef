//! What the analyses read: openings and closings by day, how long things took, and the places.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, boolean, string, text},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let answered = big_integer_null("first_response_at").take();
        manager.alter_table(Table::alter().table("tickets").add_column(answered).take()).await?;
        let returned = boolean("returned").default(false).take();
        manager.alter_table(Table::alter().table("tickets").add_column(returned).take()).await?;
        let mut days = Table::create();
        // The weekday counts from Monday, 0.
        days.table("rollup_days").col(string("day")).col(string("category")).col(big_integer("weekday"));
        for column in ["opened", "closed"] {
            days.col(big_integer(column).default(0));
        }
        for hour in 0..24 {
            days.col(big_integer(format!("h{hour:02}")).default(0));
        }
        manager.create_table(days.primary_key(Index::create().col("day").col("category")).take()).await?;
        manager
            .create_table(
                Table::create()
                    .table("rollup_durations")
                    .col(string("what"))
                    .col(string("since"))
                    .col(string("category"))
                    .col(blob("durations"))
                    .primary_key(Index::create().col("what").col("since").col("category"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("rollup_places")
                    .col(text("place").primary_key())
                    .col(big_integer("opened"))
                    .col(big_integer("not_closed"))
                    .col(big_integer("returned"))
                    .take(),
            )
            .await?;
        let statements = [
            "CREATE INDEX rollup_places_by_not_closed ON rollup_places (not_closed DESC, place) WHERE not_closed > 0",
            "CREATE INDEX rollup_places_by_returned ON rollup_places (returned DESC, place) WHERE returned > 0",
            // What is opened in a time, and at a place, of all tickets: the lists that the charts open.
            "CREATE INDEX tickets_by_opening ON tickets (opened_at)",
            "CREATE INDEX tickets_by_closing ON tickets (closed_at) WHERE closed_at IS NOT NULL",
            "CREATE INDEX tickets_by_place ON tickets (place) WHERE place IS NOT NULL",
            // The count of a period by category is read from the index alone.
            "DROP INDEX tickets_not_closed_by_opening",
            "CREATE INDEX tickets_not_closed_by_opening ON tickets (opened_at, category, status) WHERE status <> 'closed'",
            "UPDATE tickets SET first_response_at = (SELECT min(created_at) FROM messages \
             WHERE messages.ticket_id = tickets.id AND messages.role = 'staff' AND NOT messages.internal)",
            "UPDATE tickets SET returned = TRUE WHERE again_of IS NOT NULL AND opened_at - 2592000000 <= \
             (SELECT before.closed_at FROM tickets AS before WHERE before.id = tickets.again_of)",
            "INSERT INTO settings (key, value) VALUES ('recount', '1') ON CONFLICT (key) DO NOTHING",
        ];
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "DROP INDEX tickets_not_closed_by_opening",
            "CREATE INDEX tickets_not_closed_by_opening ON tickets (opened_at) WHERE status <> 'closed'",
            "DROP INDEX tickets_by_place",
            "DROP INDEX tickets_by_closing",
            "DROP INDEX tickets_by_opening",
        ];
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        for table in ["rollup_places", "rollup_durations", "rollup_days"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        for column in ["returned", "first_response_at"] {
            manager.alter_table(Table::alter().table("tickets").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
