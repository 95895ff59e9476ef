//! Saved replies: kept, found, changed and removed by staff.
//!
//! They are no part of any ticket, so that none of this leaves a row in the history: that tells what happened to tickets.
//! What is sent with their help is a message like any other, and its row is there.

use super::{Store, error::StoreError};
use crate::{
    domain::{
        ids::SavedReplyId,
        role::Role,
        saved_reply::{NewSavedReply, SavedReply},
    },
    error::AppError,
    server::entity::saved_reply,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set, Unchanged},
    ConnectionTrait, DatabaseTransaction, EntityTrait, QueryOrder,
    sea_query::Expr,
};

/// Most of them in a list.
const LIST_MAX: usize = 500;

impl Store {
    /// The saved replies with all the words of `search` in title or body, by title, whether in capitals or not: at most
    /// 500 of them. They are few and are all read.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`].
    pub async fn list_saved_replies(&self, role: Role, search: Option<&str>) -> Result<Vec<SavedReply>, AppError> {
        check_role(role)?;
        let select =
            saved_reply::Entity::find().order_by_asc(Expr::cust("lower(title)")).order_by_asc(saved_reply::Column::Id);
        let rows = select.all(&self.readers).await.map_err(StoreError::from)?;
        let found = rows.into_iter().map(shown).filter(|reply| search.is_none_or(|search| reply.matches(search)));
        Ok(found.take(LIST_MAX).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`], [`AppError::NoSuchReply`].
    pub async fn get_saved_reply(&self, role: Role, id: SavedReplyId) -> Result<SavedReply, AppError> {
        check_role(role)?;
        Ok(shown(get_row(&self.readers, id).await?))
    }

    /// Keeps another one.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`].
    pub async fn add_saved_reply(&self, role: Role, new: &NewSavedReply) -> Result<SavedReply, AppError> {
        let (store, new) = (self.clone(), new.clone());
        self.writing.turn(move |tx| Box::pin(async move { store.insert_saved_reply(tx, role, new).await })).await
    }

    /// Replaces what one of them says. Of two who change the same one, the later has it.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`], [`AppError::NoSuchReply`].
    pub async fn change_saved_reply(
        &self,
        role: Role,
        id: SavedReplyId,
        new: &NewSavedReply,
    ) -> Result<SavedReply, AppError> {
        let (store, new) = (self.clone(), new.clone());
        self.writing.turn(move |tx| Box::pin(async move { store.update_saved_reply(tx, role, id, new).await })).await
    }

    /// Forgets one of them. Messages that were sent with its help stay as they are.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`], [`AppError::NoSuchReply`].
    pub async fn remove_saved_reply(&self, role: Role, id: SavedReplyId) -> Result<(), AppError> {
        self.writing.turn(move |tx| Box::pin(delete_saved_reply(tx, role, id))).await
    }

    async fn insert_saved_reply(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        new: NewSavedReply,
    ) -> Result<SavedReply, StoreError> {
        check_role(role)?;
        let now = self.now();
        let row = saved_reply::ActiveModel {
            id: NotSet,
            title: Set(new.title),
            body: Set(new.body),
            then_status: Set(new.then),
            created_at: Set(now.0),
            changed_at: Set(now.0),
        };
        Ok(shown(row.insert(tx).await?))
    }

    async fn update_saved_reply(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: SavedReplyId,
        new: NewSavedReply,
    ) -> Result<SavedReply, StoreError> {
        check_role(role)?;
        let before = get_row(tx, id).await?;
        let row = saved_reply::ActiveModel {
            id: Unchanged(before.id),
            title: Set(new.title),
            body: Set(new.body),
            then_status: Set(new.then),
            created_at: Unchanged(before.created_at),
            changed_at: Set(self.now().0.max(before.changed_at)),
        };
        Ok(shown(row.update(tx).await?))
    }
}

async fn delete_saved_reply(tx: &DatabaseTransaction, role: Role, id: SavedReplyId) -> Result<(), StoreError> {
    check_role(role)?;
    let row = get_row(tx, id).await?;
    saved_reply::Entity::delete_by_id(row.id).exec(tx).await?;
    Ok(())
}

fn check_role(role: Role) -> Result<(), AppError> {
    if role.may_keep_saved_replies() { Ok(()) } else { Err(AppError::StaffOnly) }
}

async fn get_row<C: ConnectionTrait>(db: &C, id: SavedReplyId) -> Result<saved_reply::Model, StoreError> {
    let row = saved_reply::Entity::find_by_id(id.0).one(db).await?;
    row.ok_or_else(|| AppError::NoSuchReply.into())
}

fn shown(row: saved_reply::Model) -> SavedReply {
    SavedReply { id: SavedReplyId(row.id), title: row.title, body: row.body, then: row.then_status }
}
