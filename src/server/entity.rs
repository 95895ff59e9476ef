//! The tables as sea-orm knows them; nothing outside [`super::store`] and [`super::seed`] sees a row of one.

use crate::domain::{
    category::{Category, CategorySource},
    history::What,
    role::Role,
    status::Status,
};
use sea_orm::{
    ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryFromU64, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, StringLen, ValueType, ValueTypeErr},
};

pub(crate) mod claim;
pub(crate) mod follower;
pub(crate) mod history;
pub(crate) mod idempotency_key;
pub(crate) mod learned_model;
pub(crate) mod message;
pub(crate) mod photo;
pub(crate) mod place;
pub(crate) mod reading;
pub(crate) mod rollup_backlog;
pub(crate) mod rollup_category;
pub(crate) mod rollup_correction;
pub(crate) mod rollup_duration;
pub(crate) mod rollup_month;
pub(crate) mod rollup_place;
pub(crate) mod saved_reply;
pub(crate) mod setting;
pub(crate) mod ticket;

/// Columns hold the domain's words as text and read back as the domain's types.
macro_rules! words {
    ($($word:ty),+) => {$(
        impl From<$word> for Value {
            fn from(word: $word) -> Self {
                word.slug().into()
            }
        }

        impl TryGetable for $word {
            fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                let slug = String::try_get_by(row, index)?;
                Self::from_slug(&slug).ok_or_else(|| {
                    TryGetError::DbErr(DbErr::Type(format!("{slug:?} is no {}", stringify!($word))))
                })
            }
        }

        impl ValueType for $word {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                Self::from_slug(&<String as ValueType>::try_from(value)?).ok_or(ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($word).to_owned()
            }

            fn array_type() -> ArrayType {
                ArrayType::String
            }

            fn column_type() -> ColumnType {
                ColumnType::String(StringLen::None)
            }
        }

        impl Nullable for $word {
            fn null() -> Value {
                Value::String(None)
            }
        }

        impl TryFromU64 for $word {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($word)))
            }
        }

        impl IntoActiveValue<$word> for $word {
            fn into_active_value(self) -> ActiveValue<$word> {
                ActiveValue::Set(self)
            }
        }
    )+};
}

words!(Category, CategorySource, Role, Status, What);
