//! How sure the machine is of a category, what staff made of it, and what was learned from that.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, binary_null, boolean, double, string, string_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let doubtful = boolean("doubtful").default(false).take();
        manager.alter_table(Table::alter().table("tickets").add_column(doubtful).take()).await?;
        let machine = string_null("machine_category").take();
        manager.alter_table(Table::alter().table("tickets").add_column(machine).take()).await?;
        let sum = big_integer("doubtful").default(0).take();
        manager.alter_table(Table::alter().table("rollup_categories").add_column(sum).take()).await?;
        manager
            .create_table(
                Table::create()
                    .table("rollup_corrections")
                    .col(string("month"))
                    .col(string("machine"))
                    .col(string("category"))
                    .col(big_integer("count"))
                    .primary_key(Index::create().col("month").col("machine").col("category"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("models")
                    .col(big_pk_auto("id"))
                    .col(big_integer("made_at"))
                    .col(string("base"))
                    .col(big_integer("corrections"))
                    .col(double("accuracy_before"))
                    .col(double("accuracy"))
                    .col(boolean("taken"))
                    .col(binary_null("bytes"))
                    .take(),
            )
            .await?;
        let statements = [
            // In the order of ids.
            "CREATE INDEX tickets_doubtful ON tickets (id) WHERE doubtful AND status <> 'closed'",
            "CREATE INDEX tickets_decided_by_staff ON tickets (id) WHERE category_source = 'staff'",
            "UPDATE tickets SET machine_category = (SELECT old_value FROM history WHERE history.ticket_id = tickets.id \
             AND history.what = 'category' AND history.role = 'staff' AND NOT EXISTS (SELECT 1 FROM history AS edit \
             WHERE edit.ticket_id = history.ticket_id AND edit.what = 'description' AND edit.at = history.at) \
             ORDER BY history.id LIMIT 1) \
             WHERE category_source = 'staff'",
            // The corrections are counted when the database is opened.
            "INSERT INTO settings (key, value) VALUES ('recount', '1')",
        ];
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["tickets_doubtful", "tickets_decided_by_staff"] {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        for table in ["models", "rollup_corrections"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        manager.alter_table(Table::alter().table("rollup_categories").drop_column("doubtful").take()).await?;
        manager.alter_table(Table::alter().table("tickets").drop_column("machine_category").take()).await?;
        manager.alter_table(Table::alter().table("tickets").drop_column("doubtful").take()).await
    }
}
