//! What staff made of the machine's categories, and the models that were learned from it.

use super::{Store, error::StoreError};
use crate::{
    domain::{
        category::{Category, CategorySource},
        learning::{Confused, CorrectedMonth, LearnedModel, Learning, is_good_enough},
        role::Role,
        time::Timestamp,
    },
    error::AppError,
    server::entity::{learned_model, rollup_correction, rollup_month, ticket},
};
use classifier::Model;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::{borrow::Cow, collections::BTreeMap};

/// Most corrections that are learned from: the latest.
const CORRECTIONS_MAX: u64 = 5_000;
/// Most learned models that are told of.
const MODELS_MAX: u64 = 20;
/// Most months that are told of.
const MONTHS_MAX: usize = 24;

impl Store {
    /// How well categories are assigned, and what was learned.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`].
    pub async fn find_learning(&self, role: Role) -> Result<Learning, AppError> {
        check_role(role)?;
        Ok(self.select_learning().await?)
    }

    /// What staff decided, by the reports' own words, the latest first: at most 5,000.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`].
    pub async fn list_corrections(&self, role: Role) -> Result<Vec<(Category, String)>, AppError> {
        check_role(role)?;
        let rows: Vec<(Category, String)> = ticket::Entity::find()
            .select_only()
            .columns([ticket::Column::Category, ticket::Column::Description])
            // The condition is the one of the index, word for word.
            .filter(Expr::cust(format!("category_source = '{}'", CategorySource::Staff.slug())))
            .order_by_desc(ticket::Column::Id)
            .limit(CORRECTIONS_MAX)
            .into_tuple()
            .all(&self.readers)
            .await
            .map_err(StoreError::from)?;
        Ok(rows)
    }

    /// Keeps what was learned, and puts it in force where it is no worse than what there was.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`].
    pub async fn add_model(
        &self,
        role: Role,
        corrections: usize,
        accuracies: (f64, f64),
        learned: &Model,
    ) -> Result<LearnedModel, AppError> {
        check_role(role)?;
        let (before, accuracy) = accuracies;
        let taken = is_good_enough(before, accuracy);
        let bytes = taken.then(|| learned.bytes());
        let row = learned_model::ActiveModel {
            id: NotSet,
            made_at: Set(self.now().0),
            base: Set(Model::embedded_digest()),
            corrections: Set(i64::try_from(corrections).unwrap_or(i64::MAX)),
            accuracy_before: Set(before),
            accuracy: Set(accuracy),
            taken: Set(taken),
            bytes: Set(bytes),
        };
        let row = self.writing.turn(move |tx| Box::pin(async move { insert_model(tx, row).await })).await?;
        self.take_model().await?;
        Ok(shown(row.id, row.made_at, row.corrections, row.accuracy_before, row.accuracy, row.taken))
    }

    /// Puts the last model that was good enough in force, and tells its number: none where the program's own is. Another
    /// process may have learned it.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_model(&self) -> Result<Option<i64>, AppError> {
        Ok(self.select_model().await?)
    }

    async fn select_model(&self) -> Result<Option<i64>, StoreError> {
        let in_force = self.find_in_force().await?;
        if in_force == self.classifier.looked_at() {
            return Ok(self.classifier.number());
        }
        let row = match in_force {
            Some(id) => learned_model::Entity::find_by_id(id).one(&self.readers).await?,
            None => None,
        };
        let learned = row.and_then(|row| row.bytes).and_then(|bytes| Model::read(Cow::Owned(bytes)));
        if let (Some(id), None) = (in_force, &learned) {
            tracing::warn!("the learned model {id} cannot be read: the program's own is used");
        }
        self.classifier.take(in_force, learned);
        Ok(self.classifier.number())
    }

    /// The last model that was good enough, of those learned beside the program's own one.
    async fn find_in_force(&self) -> Result<Option<i64>, StoreError> {
        let id: Option<i64> = learned_model::Entity::find()
            .select_only()
            .column(learned_model::Column::Id)
            .filter(learned_model::Column::Bytes.is_not_null())
            .filter(learned_model::Column::Base.eq(Model::embedded_digest()))
            .order_by_desc(learned_model::Column::Id)
            .into_tuple()
            .one(&self.readers)
            .await?;
        Ok(id)
    }

    async fn select_learning(&self) -> Result<Learning, StoreError> {
        let mut months: BTreeMap<String, CorrectedMonth> = BTreeMap::new();
        let named = |month: &str| CorrectedMonth { month: month.to_owned(), opened: 0, corrected: 0, confirmed: 0 };
        for row in rollup_month::Entity::find().all(&self.readers).await? {
            months.entry(row.month.clone()).or_insert_with(|| named(&row.month)).opened += row.opened;
        }
        let mut confusion: Vec<Confused> = Category::ALL
            .into_iter()
            .flat_map(|machine| Category::ALL.map(|staff| Confused { machine, staff, count: 0 }))
            .collect();
        for row in rollup_correction::Entity::find().all(&self.readers).await? {
            let month = months.entry(row.month.clone()).or_insert_with(|| named(&row.month));
            *if row.machine == row.category { &mut month.confirmed } else { &mut month.corrected } += row.count;
            let pair = confusion.iter_mut().find(|pair| (pair.machine, pair.staff) == (row.machine, row.category));
            if let Some(pair) = pair {
                pair.count += row.count;
            }
        }
        let rows: Vec<(i64, i64, i64, f64, f64, bool)> = learned_model::Entity::find()
            .select_only()
            .columns([
                learned_model::Column::Id,
                learned_model::Column::MadeAt,
                learned_model::Column::Corrections,
                learned_model::Column::AccuracyBefore,
                learned_model::Column::Accuracy,
                learned_model::Column::Taken,
            ])
            // The latest, and the one in force, however many were refused since.
            .filter(Expr::cust(format!("id > (SELECT max(id) FROM models) - {MODELS_MAX} OR bytes IS NOT NULL")))
            .order_by_desc(learned_model::Column::Id)
            .into_tuple()
            .all(&self.readers)
            .await?;
        let models = rows
            .into_iter()
            .map(|(id, made_at, corrections, before, accuracy, taken)| {
                shown(id, made_at, corrections, before, accuracy, taken)
            })
            .collect();
        Ok(Learning {
            months: months.into_values().rev().take(MONTHS_MAX).collect(),
            confusion,
            models,
            in_force: self.classifier.number(),
            own_accuracy: f64::from(Model::embedded().head().accuracy),
        })
    }
}

/// Keeps what was learned. Half a megabyte each: of those before it only what they were remains.
async fn insert_model(
    tx: &DatabaseTransaction,
    row: learned_model::ActiveModel,
) -> Result<learned_model::Model, StoreError> {
    let row = row.insert(tx).await?;
    if row.taken {
        learned_model::Entity::update_many()
            .col_expr(learned_model::Column::Bytes, Expr::value(None::<Vec<u8>>))
            .filter(learned_model::Column::Id.lt(row.id))
            .filter(learned_model::Column::Base.eq(Model::embedded_digest()))
            .exec(tx)
            .await?;
    }
    Ok(row)
}

fn shown(id: i64, made_at: i64, corrections: i64, accuracy_before: f64, accuracy: f64, taken: bool) -> LearnedModel {
    LearnedModel { id, made_at: Timestamp(made_at), corrections, accuracy_before, accuracy, taken }
}

fn check_role(role: Role) -> Result<(), AppError> {
    if role.may_correct_category() { Ok(()) } else { Err(AppError::StaffOnly) }
}
