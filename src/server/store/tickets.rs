//! What is done to a ticket itself: opened, edited, moved, put into another category.

use super::{
    Store,
    batch::Batch,
    error::StoreError,
    history::Change,
    keys::{Before, Keyed},
    merging,
    photos::{self, Waiting},
    rollups::{Rollups, Share},
    sqlite,
};
use crate::{
    domain::{
        category::{Category, CategorySource, Classification},
        history::What,
        ids::TicketId,
        role::Role,
        status::Status,
        ticket::{Edit, Found, Move, NewTicket, Ticket, comes_back},
        time::Timestamp,
    },
    error::{AppError, Field, FieldProblem, Made},
    server::entity::ticket,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set, Unchanged},
    ConnectionTrait, DatabaseTransaction, EntityTrait, QueryTrait,
};

impl Store {
    /// Opens a ticket (R2, R7), in the category that its words say (R9). A repeat with the same key gives what the first
    /// one made, as it now is.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when `again_of` is no closed ticket or the key is none, [`AppError::KeyReused`] when the key
    /// made something else, [`AppError::NoSuchTicket`] when what it made is not the asker's to see.
    pub async fn open_ticket(&self, role: Role, new: &NewTicket, key: Option<&str>) -> Result<Ticket, AppError> {
        let keyed = Keyed::ticket(key, new)?;
        let (store, new, classification) = (self.clone(), new.clone(), self.classify(&new.description));
        self.writing
            .turn(move |tx| Box::pin(async move { store.insert_ticket(tx, role, new, classification, keyed).await }))
            .await
    }

    /// Changes what a ticket says (R3), and its category with it unless staff decided that.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], [`AppError::TicketClosed`], [`AppError::Stale`].
    pub async fn edit_ticket(&self, role: Role, id: TicketId, edit: &Edit) -> Result<Ticket, AppError> {
        let (store, edit) = (self.clone(), edit.clone());
        self.writing.turn(move |tx| Box::pin(async move { store.update_text(tx, role, id, edit).await })).await
    }

    /// Moves a ticket from open to active (R5).
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], [`AppError::StaffOnly`], [`AppError::Stale`], [`AppError::NoSuchMove`].
    pub async fn activate(&self, role: Role, id: TicketId, version: Option<i64>) -> Result<Ticket, AppError> {
        self.move_ticket(role, id, Status::Active, version).await
    }

    /// Moves a ticket from active to closed (R5).
    ///
    /// # Errors
    /// Those of [`Store::activate`].
    pub async fn close(&self, role: Role, id: TicketId, version: Option<i64>) -> Result<Ticket, AppError> {
        self.move_ticket(role, id, Status::Closed, version).await
    }

    /// The move to `to`, whichever it is; none leads back to open.
    ///
    /// # Errors
    /// Those of [`Store::activate`].
    pub async fn move_ticket(
        &self,
        role: Role,
        id: TicketId,
        to: Status,
        version: Option<i64>,
    ) -> Result<Ticket, AppError> {
        self.make_move(role, id, Move { version, ..to.into() }).await
    }

    /// [`Store::move_ticket`] by somebody who may also say how many of the ticket's messages they saw: it is not closed over
    /// one that came since.
    ///
    /// # Errors
    /// Those of [`Store::activate`], and [`AppError::Unread`].
    pub async fn make_move(&self, role: Role, id: TicketId, asked: Move) -> Result<Ticket, AppError> {
        let store = self.clone();
        self.writing.turn(move |tx| Box::pin(async move { store.update_status(tx, role, id, asked).await })).await
    }

    /// Puts a ticket into the category that staff say (R9), which the machine never changes again.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], [`AppError::StaffOnly`], [`AppError::TicketClosed`], [`AppError::Stale`].
    pub async fn correct_category(
        &self,
        role: Role,
        id: TicketId,
        category: Category,
        version: Option<i64>,
    ) -> Result<Ticket, AppError> {
        self.set_category(role, id, category, version, false).await
    }

    /// [`Store::correct_category`], where the category that a ticket has already is an answer too: the machine's becomes the
    /// staff's.
    ///
    /// # Errors
    /// Those of [`Store::correct_category`].
    pub async fn decide_category(
        &self,
        role: Role,
        id: TicketId,
        category: Category,
        version: Option<i64>,
    ) -> Result<Ticket, AppError> {
        self.set_category(role, id, category, version, true).await
    }

    async fn set_category(
        &self,
        role: Role,
        id: TicketId,
        category: Category,
        version: Option<i64>,
        confirms: bool,
    ) -> Result<Ticket, AppError> {
        let store = self.clone();
        self.writing
            .turn(move |tx| {
                Box::pin(async move { store.update_category(tx, role, id, category, version, confirms).await })
            })
            .await
    }

    /// One ticket.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`] when there is none, or none that the role may see (R3).
    pub async fn get_ticket(&self, role: Role, id: TicketId) -> Result<Ticket, AppError> {
        Ok(self.find_for(role, id).await?)
    }

    /// One ticket, or that it was closed: all that a requester learns of a closed one (R3).
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`] when there is none.
    pub async fn look_up(&self, role: Role, id: TicketId) -> Result<Found, AppError> {
        let row = find_row(&self.readers, id).await.map_err(AppError::from)?.ok_or(AppError::NoSuchTicket)?;
        match row.closed_at {
            Some(closed_at) if !role.may_see(row.status) => {
                let closed_at = Timestamp(closed_at);
                if row.merged_into.is_none() {
                    return Ok(Found::Closed { id, closed_at });
                }
                Ok(Found::Merged { id, into: merging::follow(&self.readers, id).await?, closed_at })
            }
            _ => Ok(Found::Ticket(Box::new(shown(row, role)?))),
        }
    }

    async fn find_for(&self, role: Role, id: TicketId) -> Result<Ticket, StoreError> {
        shown(visible(find_row(&self.readers, id).await?, role)?, role)
    }

    async fn insert_ticket(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        new: NewTicket,
        classification: Classification,
        keyed: Option<Keyed>,
    ) -> Result<Ticket, StoreError> {
        if let Some(keyed) = &keyed {
            match keyed.made_before(tx).await? {
                Before::Nothing => {}
                // It may be closed by now, and its writer has not heard yet that it arrived.
                Before::Same(made) => return shown(made_row(tx, made).await?, role),
                Before::Other(made) => {
                    let current = shown(made_row(tx, made).await?, role)?;
                    return Err(AppError::KeyReused { current: Box::new(Made::Ticket(current)) }.into());
                }
            }
        }
        let now = self.now();
        let mut returned = false;
        if let Some(again_of) = new.again_of {
            let Some(closed_at) = find_row(tx, again_of).await?.and_then(|row| row.closed_at) else {
                return Err(Field::AgainOf.problem(FieldProblem::NotClosed).into());
            };
            returned = comes_back(Timestamp(closed_at), now);
        }
        let waiting = Waiting::find(tx, &new.photos).await?;
        let row = ticket::ActiveModel {
            id: NotSet,
            description: Set(new.description.clone()),
            place: Set(new.place.clone()),
            category: Set(classification.category),
            category_source: Set(CategorySource::Auto),
            category_because: Set(to_json(&classification.because)?),
            category_confidence: Set(f64::from(classification.confidence)),
            doubtful: Set(classification.doubtful),
            machine_category: Set(None),
            status: Set(Status::Open),
            opened_at: Set(now.0),
            modified_at: Set(now.0),
            closed_at: Set(None),
            version: Set(1),
            message_count: Set(0),
            note_count: Set(0),
            last_message_role: Set(None),
            first_response_at: Set(None),
            again_of: Set(new.again_of.map(|id| id.0)),
            returned: Set(returned),
            photos: Set(waiting.kept()?),
            affected: Set(0),
            merged_into: NotSet,
        }
        .insert(tx)
        .await?;
        let mut batch = Batch::default();
        let opened = Change { what: What::Opened, from: None, to: Some(Status::Open.slug().to_owned()) };
        opened.write(tx, TicketId(row.id), role, now, &mut batch);
        Rollups::change(None, &Share::from(&row), self.zone).write(tx, &mut batch).await?;
        batch.add(sqlite::index_opened(&row));
        waiting.attach(tx, row.id, None, &mut batch)?;
        if let Some(keyed) = keyed {
            keyed.remember(row.id, tx, &mut batch);
        }
        batch.write(tx).await?;
        shown(row, role)
    }

    async fn update_text(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: TicketId,
        edit: Edit,
    ) -> Result<Ticket, StoreError> {
        let before = get_row(tx, role, id).await?;
        if !role.may_edit(before.status) {
            return Err(AppError::TicketClosed { current: Box::new(shown(before, role)?) }.into());
        }
        check_version(&before, role, Some(edit.version))?;
        let mut after = before.clone();
        let mut changes = Vec::with_capacity(3);
        if let Some(description) = edit.description.as_ref().filter(|text| **text != before.description) {
            after.description.clone_from(description);
            changes.push(Change {
                what: What::Description,
                from: Some(before.description.clone()),
                to: Some(description.clone()),
            });
        }
        if let Some(place) = edit.place.as_ref().filter(|place| **place != before.place) {
            after.place.clone_from(place);
            changes.push(Change { what: What::Place, from: before.place.clone(), to: place.clone() });
        }
        if after.description != before.description && before.category_source == CategorySource::Auto {
            let classification = self.classify(&after.description);
            after.category_because = to_json(&classification.because)?;
            after.category_confidence = f64::from(classification.confidence);
            after.doubtful = classification.doubtful;
            if classification.category != before.category {
                after.category = classification.category;
                changes.push(category_change(before.category, after.category));
            }
        }
        self.save(tx, role, before, after, changes).await
    }

    pub(super) async fn update_status(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: TicketId,
        asked: Move,
    ) -> Result<Ticket, StoreError> {
        let before = get_row(tx, role, id).await?;
        check_move(&before, role, asked)?;
        let to = asked.to;
        let mut after = before.clone();
        after.status = to;
        let change =
            Change { what: What::Status, from: Some(before.status.slug().to_owned()), to: Some(to.slug().to_owned()) };
        self.save(tx, role, before, after, vec![change]).await
    }

    async fn update_category(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: TicketId,
        category: Category,
        version: Option<i64>,
        confirms: bool,
    ) -> Result<Ticket, StoreError> {
        let before = get_row(tx, role, id).await?;
        if !role.may_correct_category() {
            return Err(AppError::StaffOnly.into());
        }
        if !role.may_edit(before.status) {
            return Err(AppError::TicketClosed { current: Box::new(shown(before, role)?) }.into());
        }
        check_version(&before, role, version)?;
        if before.category == category && !(confirms && before.category_source == CategorySource::Auto) {
            return shown(before, role);
        }
        let mut after = before.clone();
        if before.category_source == CategorySource::Auto {
            after.machine_category = Some(before.category);
        }
        after.category = category;
        after.category_source = CategorySource::Staff;
        after.category_because = to_json(&[])?;
        after.doubtful = false;
        let change = category_change(before.category, category);
        self.save(tx, role, before, after, vec![change]).await
    }

    /// Writes what changed in a ticket, with all that follows from it. Without a change nothing is written.
    pub(super) async fn save(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        before: ticket::Model,
        mut after: ticket::Model,
        changes: Vec<Change>,
    ) -> Result<Ticket, StoreError> {
        if changes.is_empty() {
            return shown(before, role);
        }
        let at = self.next_moment(&before);
        if (before.status, after.status) != (Status::Closed, Status::Closed) {
            after.closed_at = (after.status == Status::Closed).then_some(at.0);
        }
        after.modified_at = at.0;
        after.version += 1;
        let mut batch = Batch::default();
        batch.add(ticket::Entity::update(difference(&before, &after)).validate()?.build(tx.get_database_backend()));
        for change in changes {
            let is_machines = change.what == What::Category && after.category_source == CategorySource::Auto;
            let because = is_machines.then(|| after.category_because.clone());
            change.write_because(because, tx, TicketId(after.id), role, at, &mut batch);
        }
        Rollups::change(Some(&Share::from(&before)), &Share::from(&after), self.zone).write(tx, &mut batch).await?;
        let indexed = |row: &ticket::Model| {
            (row.status == Status::Closed, row.description.clone(), row.place.clone(), row.affected)
        };
        // Who is affected changes here with the conversation alone.
        if indexed(&before) != indexed(&after) {
            let family = merging::with_merged(tx, TicketId(after.id)).await?;
            sqlite::index_anew(&before, &after, &family, &mut batch);
        }
        batch.write(tx).await?;
        shown(after, role)
    }

    /// When a change of this ticket happens: now, and never before the last one, whatever the clock does.
    pub(super) fn next_moment(&self, row: &ticket::Model) -> Timestamp {
        Timestamp(self.now().0.max(row.modified_at))
    }
}

/// The ticket that a key made, whoever may see it now.
async fn made_row(tx: &DatabaseTransaction, made: i64) -> Result<ticket::Model, StoreError> {
    let row = find_row(tx, TicketId(made)).await?;
    row.ok_or_else(|| StoreError::Corrupt(format!("a key made ticket {made}, which is gone")))
}

/// Only the columns that changed, so that indexes over the others are left alone.
fn difference(before: &ticket::Model, after: &ticket::Model) -> ticket::ActiveModel {
    fn set<T: Into<sea_orm::Value> + Clone + PartialEq>(before: &T, after: &T) -> sea_orm::ActiveValue<T> {
        if before == after { NotSet } else { Set(after.clone()) }
    }
    ticket::ActiveModel {
        id: Unchanged(after.id),
        description: set(&before.description, &after.description),
        place: set(&before.place, &after.place),
        category: set(&before.category, &after.category),
        category_source: set(&before.category_source, &after.category_source),
        category_because: set(&before.category_because, &after.category_because),
        category_confidence: set(&before.category_confidence, &after.category_confidence),
        doubtful: set(&before.doubtful, &after.doubtful),
        machine_category: set(&before.machine_category, &after.machine_category),
        status: set(&before.status, &after.status),
        modified_at: Set(after.modified_at),
        closed_at: set(&before.closed_at, &after.closed_at),
        message_count: set(&before.message_count, &after.message_count),
        note_count: set(&before.note_count, &after.note_count),
        last_message_role: set(&before.last_message_role, &after.last_message_role),
        affected: set(&before.affected, &after.affected),
        merged_into: set(&before.merged_into, &after.merged_into),
        version: Set(after.version),
        ..Default::default()
    }
}

fn category_change(from: Category, to: Category) -> Change {
    Change { what: What::Category, from: Some(from.slug().to_owned()), to: Some(to.slug().to_owned()) }
}

/// Whether the role may move the ticket so from where it stands (R5), after what it saw of it.
pub(super) fn check_move(row: &ticket::Model, role: Role, asked: Move) -> Result<(), StoreError> {
    let Move { to, version, messages } = asked;
    if !role.may_move() {
        return Err(AppError::StaffOnly.into());
    }
    // A closed ticket goes nowhere, whichever version the asker saw.
    if row.status.next().is_some() {
        check_version(row, role, version)?;
    }
    if !row.status.may_become(to) {
        return Err(AppError::NoSuchMove { to, current: Box::new(shown(row.clone(), role)?) }.into());
    }
    if let (Status::Closed, Some(seen)) = (to, messages) {
        let current = shown(row.clone(), role)?;
        if current.has_news_since(seen) {
            return Err(AppError::Unread { current: Box::new(current) }.into());
        }
    }
    Ok(())
}

pub(super) fn check_version(row: &ticket::Model, role: Role, version: Option<i64>) -> Result<(), StoreError> {
    if version.is_some_and(|seen| seen != row.version) {
        return Err(AppError::Stale { current: Box::new(shown(row.clone(), role)?) }.into());
    }
    Ok(())
}

pub(super) fn to_json(words: &[String]) -> Result<String, StoreError> {
    serde_json::to_string(words).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// The words that [`to_json`] wrote.
pub(super) fn words(ticket: i64, json: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Corrupt(format!("words kept of ticket {ticket}: {error}")))
}

/// A ticket's row, whoever may see it.
pub(super) async fn find_row<C: ConnectionTrait>(db: &C, id: TicketId) -> Result<Option<ticket::Model>, StoreError> {
    Ok(ticket::Entity::find_by_id(id.0).one(db).await?)
}

/// A ticket's row, if the role may see it.
pub(super) async fn get_row<C: ConnectionTrait>(db: &C, role: Role, id: TicketId) -> Result<ticket::Model, StoreError> {
    visible(find_row(db, id).await?, role)
}

fn visible(row: Option<ticket::Model>, role: Role) -> Result<ticket::Model, StoreError> {
    row.filter(|row| role.may_see(row.status)).ok_or_else(|| AppError::NoSuchTicket.into())
}

/// The ticket as the role may see it.
pub(super) fn shown(row: ticket::Model, role: Role) -> Result<Ticket, StoreError> {
    let notes = if role.may_use_internal_notes() { row.note_count } else { 0 };
    Ok(Ticket {
        id: TicketId(row.id),
        description: row.description,
        place: row.place,
        category: row.category,
        category_source: row.category_source,
        category_because: words(row.id, &row.category_because)?,
        category_doubtful: row.doubtful && row.status != Status::Closed,
        status: row.status,
        opened_at: Timestamp(row.opened_at),
        modified_at: Timestamp(row.modified_at),
        closed_at: row.closed_at.map(Timestamp),
        version: row.version,
        messages: row.message_count + notes,
        again_of: row.again_of.map(TicketId),
        photos: photos::read(&row.photos)?,
        affected: row.affected,
        merged_into: row.merged_into.map(TicketId),
    })
}
