//! Messages and internal notes: posted, and listed.

use super::{
    Store,
    batch::Batch,
    cursor,
    error::StoreError,
    history::Change,
    keys::{Before, Keyed},
    merging,
    photos::{self, Waiting},
    rollups::{Rollups, Share},
    sqlite, tickets,
};
use crate::{
    domain::{
        history::What,
        ids::{MessageId, TicketId},
        message::{Message, MessagePage, NewMessage},
        role::Role,
        ticket::Move,
        time::Timestamp,
    },
    error::{AppError, Made},
    server::entity::{message, ticket},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set, Unchanged},
    ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

/// The name of a conversation's cursors.
const CURSOR: &str = "messages";

impl Store {
    /// Posts a message, or an internal note, under a ticket (R6). A repeat with the same key gives the first one's message.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], [`AppError::StaffOnly`] for a requester's note, [`AppError::TicketClosed`] for anything
    /// but a note under a closed ticket, [`AppError::KeyReused`], and [`AppError::Invalid`] for a key that is none.
    pub async fn post_message(
        &self,
        role: Role,
        id: TicketId,
        new: &NewMessage,
        key: Option<&str>,
    ) -> Result<Message, AppError> {
        self.post_message_then(role, id, new, key, None).await
    }

    /// [`Store::post_message`] and, where `then` says so, its ticket's move there (R5): both, or neither. A repeat with the
    /// same key gives the first one's message and moves nothing.
    ///
    /// # Errors
    /// Those of [`Store::post_message`], [`AppError::StaffOnly`] for a requester's move, [`AppError::NoSuchMove`], and
    /// [`AppError::Unread`] for closing over a message that the writer did not see.
    pub async fn post_message_then(
        &self,
        role: Role,
        id: TicketId,
        new: &NewMessage,
        key: Option<&str>,
        then: Option<Move>,
    ) -> Result<Message, AppError> {
        let keyed = Keyed::message(key, role, id, new)?;
        let (store, new) = (self.clone(), new.clone());
        self.writing
            .turn(move |tx| Box::pin(async move { store.insert_message(tx, role, id, new, keyed, then).await }))
            .await
    }

    /// A page of a ticket's conversation and that of its duplicates, oldest first, without the notes for a requester.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], and [`AppError::Invalid`] for an `after` that is no cursor of this list.
    pub async fn list_messages(
        &self,
        role: Role,
        id: TicketId,
        limit: u8,
        after: Option<&str>,
    ) -> Result<MessagePage, AppError> {
        Ok(self.select_messages(role, id, limit, after).await?)
    }

    async fn insert_message(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: TicketId,
        new: NewMessage,
        keyed: Option<Keyed>,
        then: Option<Move>,
    ) -> Result<Message, StoreError> {
        // First: it may be closed by now, and the writer of what came before has not heard yet that it arrived.
        if let Some(keyed) = &keyed {
            match keyed.made_before(tx).await? {
                Before::Nothing => {}
                Before::Same(made) => return get_message(tx, made).await,
                Before::Other(made) => {
                    let current = Made::Message(get_message(tx, made).await?);
                    return Err(AppError::KeyReused { current: Box::new(current) }.into());
                }
            }
        }
        // Whoever writes under a duplicate writes where it leads.
        let id = merging::follow(tx, id).await?;
        let under = tickets::get_row(tx, role, id).await?;
        if !role.may_post(under.status, new.internal) {
            if new.internal && !role.may_use_internal_notes() {
                return Err(AppError::StaffOnly.into());
            }
            return Err(AppError::TicketClosed { current: Box::new(tickets::shown(under, role)?) }.into());
        }
        if let Some(asked) = then {
            tickets::check_move(&under, role, asked)?;
        }
        let at = self.next_moment(&under);
        let waiting = Waiting::find(tx, &new.photos).await?;
        let row = message::ActiveModel {
            id: NotSet,
            ticket_id: Set(id.0),
            role: Set(role),
            body: Set(new.body.clone()),
            internal: Set(new.internal),
            created_at: Set(at.0),
            photos: Set(waiting.kept()?),
        }
        .insert(tx)
        .await?;
        let mut counted = ticket::ActiveModel { id: Unchanged(id.0), modified_at: Set(at.0), ..Default::default() };
        if new.internal {
            counted.note_count = Set(under.note_count + 1);
        } else {
            counted.message_count = Set(under.message_count + 1);
            counted.last_message_role = Set(Some(role));
        }
        let mut batch = Batch::default();
        if !new.internal {
            let mut answered = ticket::Model { last_message_role: Some(role), ..under.clone() };
            if role == Role::Staff && under.first_response_at.is_none() {
                answered.first_response_at = Some(at.0);
                counted.first_response_at = Set(Some(at.0));
            }
            Rollups::change(Some(&Share::from(&under)), &Share::from(&answered), self.zone)
                .write(tx, &mut batch)
                .await?;
        }
        batch.add(ticket::Entity::update(counted).validate()?.build(tx.get_database_backend()));
        let what = if new.internal { What::Note } else { What::Message };
        Change { what, from: None, to: Some(row.id.to_string()) }.write(tx, id, role, at, &mut batch);
        sqlite::index_message(&under, &merging::with_merged(tx, id).await?, &mut batch);
        waiting.attach(tx, id.0, Some(row.id), &mut batch)?;
        if let Some(keyed) = keyed {
            keyed.remember(row.id, tx, &mut batch);
        }
        batch.write(tx).await?;
        if let Some(asked) = then {
            // It reads the ticket with its message, and was asked above already: here it refuses no more.
            self.update_status(tx, role, id, asked.to.into()).await?;
        }
        shown(row)
    }

    async fn select_messages(
        &self,
        role: Role,
        id: TicketId,
        limit: u8,
        after: Option<&str>,
    ) -> Result<MessagePage, StoreError> {
        let [after] = after.map_or(Ok([0]), |after| cursor::read(CURSOR, after))?;
        tickets::get_row(&self.readers, role, id).await?;
        let family = merging::with_merged(&self.readers, id).await?;
        let mut rows = Vec::new();
        for member in &family {
            let mut select = message::Entity::find()
                .filter(message::COLUMN.ticket_id.eq(*member))
                .filter(message::COLUMN.id.gt(after))
                .order_by_asc(message::Column::Id)
                .limit(u64::from(limit) + 1);
            if !role.may_use_internal_notes() {
                select = select.filter(message::COLUMN.internal.eq(false));
            }
            rows.extend(select.all(&self.readers).await?);
        }
        if family.len() > 1 {
            rows.sort_unstable_by_key(|row| row.id);
        }
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = rows.last().filter(|_| more).map(|last| cursor::write(CURSOR, [last.id]));
        Ok(MessagePage { messages: rows.into_iter().map(shown).collect::<Result<_, _>>()?, next })
    }
}

async fn get_message(tx: &DatabaseTransaction, id: i64) -> Result<Message, StoreError> {
    let row = message::Entity::find_by_id(id).one(tx).await?;
    shown(row.ok_or_else(|| StoreError::Corrupt(format!("a key made message {id}, which is gone")))?)
}

pub(super) fn shown(row: message::Model) -> Result<Message, StoreError> {
    Ok(Message {
        id: MessageId(row.id),
        ticket_id: TicketId(row.ticket_id),
        role: row.role,
        body: row.body,
        internal: row.internal,
        created_at: Timestamp(row.created_at),
        photos: photos::read(&row.photos)?,
    })
}
