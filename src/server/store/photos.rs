//! Photos: sent before what they belong to, attached with it in its own transaction, and forgotten when that never comes.

use super::{
    Store,
    batch::Batch,
    error::StoreError,
    history::Change,
    keys::{Before, Keyed},
    tickets,
};
use crate::{
    domain::{
        history::What,
        ids::{MessageId, PhotoId, TicketId},
        photo::{PHOTOS_MAX, Photo, SentPhoto},
        role::Role,
        time::Timestamp,
    },
    error::{AppError, Field, FieldProblem, Made},
    server::{
        entity::{message, photo, ticket},
        photos::{KeptPhoto, NewPhoto},
    },
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set, Unchanged},
    ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};
use std::collections::HashSet;

/// How long a photo waits for what it belongs to: a week, in milliseconds. The form may wait for a network.
const WAITS: i64 = 7 * 24 * 3_600_000;
/// How many contents are looked for with one question.
const ASKED_AT_ONCE: usize = 500;

impl Store {
    /// Notes that a photo's files are kept; what it is attached with is told to its sender alone.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_photo(&self, kept: KeptPhoto) -> Result<String, AppError> {
        let (at, token) = (self.now(), new_token());
        let row = new_row(&kept, token.clone(), "", at);
        self.writing
            .turn(move |tx| {
                Box::pin(async move {
                    photo::Entity::insert(row).exec_without_returning(tx).await?;
                    Ok(())
                })
            })
            .await?;
        Ok(token)
    }

    /// Attaches a photo to a ticket, or to a message under it. A repeat with the same key gives the first one's photo.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], [`AppError::TicketClosed`], [`AppError::KeyReused`], and [`AppError::Invalid`] when the message is none of the
    /// ticket's that the role wrote, or when there are four photos already.
    pub async fn attach_photo(
        &self,
        role: Role,
        id: TicketId,
        new: NewPhoto,
        key: Option<&str>,
    ) -> Result<Photo, AppError> {
        let keyed = Keyed::photo(key, role, id, &new.kept.content, new.message)?;
        let store = self.clone();
        self.writing.turn(move |tx| Box::pin(async move { store.insert_photo(tx, role, id, new, keyed).await })).await
    }

    /// Forgets photos that waited for a week.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_photos(&self) -> Result<(), AppError> {
        let before = self.now().0 - WAITS;
        self.writing
            .turn(move |tx| {
                Box::pin(async move {
                    photo::Entity::delete_many()
                        .filter(photo::COLUMN.at.lt(before))
                        .filter(photo::COLUMN.ticket_id.is_null())
                        .exec(tx)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Which of these contents no photo has. It asks the readers: there may be hundreds of thousands, and nobody waits for this.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_unused_photos(&self, contents: Vec<String>) -> Result<Vec<String>, AppError> {
        let mut unused = Vec::new();
        for some in contents.chunks(ASKED_AT_ONCE) {
            let used = photo::Entity::find()
                .select_only()
                .column(photo::Column::Content)
                .filter(photo::COLUMN.content.is_in(some))
                .into_tuple::<String>()
                .all(&self.readers)
                .await
                .map_err(StoreError::from)?;
            let used: HashSet<String> = used.into_iter().collect();
            unused.extend(some.iter().filter(|content| !used.contains(*content)).cloned());
        }
        Ok(unused)
    }

    /// The contents of all photos that belong to a ticket.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_photo_contents(&self) -> Result<Vec<String>, AppError> {
        let contents = photo::Entity::find().select_only().column(photo::Column::Content).distinct();
        Ok(contents.into_tuple().all(&self.readers).await.map_err(StoreError::from)?)
    }

    async fn insert_photo(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: TicketId,
        new: NewPhoto,
        keyed: Option<Keyed>,
    ) -> Result<Photo, StoreError> {
        let NewPhoto { kept, alt, message } = new;
        let before = tickets::get_row(tx, role, id).await?;
        if let Some(keyed) = &keyed {
            match keyed.made_before(tx).await? {
                Before::Nothing => {}
                Before::Same(made) => {
                    let row = photo::Entity::find_by_id(made).one(tx).await?;
                    let row =
                        row.ok_or_else(|| StoreError::Corrupt(format!("a key made photo {made}, which is gone")))?;
                    let alt = row.alt.clone();
                    return Ok(shown(&row, alt));
                }
                Before::Other(_) => {
                    let current = Made::Ticket(tickets::shown(before, role)?);
                    return Err(AppError::KeyReused { current: Box::new(current) }.into());
                }
            }
        }
        if !role.may_edit(before.status) {
            return Err(AppError::TicketClosed { current: Box::new(tickets::shown(before, role)?) }.into());
        }
        let under = match message {
            Some(message) => Some(own_message(tx, role, id, message).await?),
            None => None,
        };
        let mut photos = read(under.as_ref().map_or(&before.photos, |under| &under.photos))?;
        if photos.len() >= PHOTOS_MAX {
            return Err(Field::File.problem(FieldProblem::TooMany { max: PHOTOS_MAX }).into());
        }
        let at = self.next_moment(&before);
        let mut row = new_row(&kept, new_token(), &alt, at);
        (row.ticket_id, row.message_id) = (Set(Some(id.0)), Set(message.map(|id| id.0)));
        let row = row.insert(tx).await?;
        let photo = shown(&row, alt);
        photos.push(photo.clone());
        let (photos, backend) = (write(&photos)?, tx.get_database_backend());
        let mut changed = ticket::ActiveModel { id: Unchanged(id.0), modified_at: Set(at.0), ..Default::default() };
        let mut batch = Batch::default();
        let mut what = What::Photo;
        if let Some(under) = under {
            if under.internal {
                what = What::NotePhoto;
            }
            let under = message::ActiveModel { id: Unchanged(under.id), photos: Set(photos), ..Default::default() };
            batch.add(message::Entity::update(under).validate()?.build(backend));
        } else {
            (changed.photos, changed.version) = (Set(photos), Set(before.version + 1));
        }
        batch.add(ticket::Entity::update(changed).validate()?.build(backend));
        Change { what, from: None, to: Some(row.id.to_string()) }.write(tx, id, role, at, &mut batch);
        if let Some(keyed) = keyed {
            keyed.remember(row.id, tx, &mut batch);
        }
        batch.write(tx).await?;
        Ok(photo)
    }
}

/// Photos that wait for what is being written, to be attached to it.
#[derive(Debug, Default)]
pub(super) struct Waiting(Vec<(i64, Photo)>);

impl Waiting {
    /// Those that were sent.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when one is not there, or belongs to something already.
    pub(super) async fn find(tx: &DatabaseTransaction, sent: &[SentPhoto]) -> Result<Self, StoreError> {
        let mut waiting = Vec::with_capacity(sent.len());
        for SentPhoto { token, alt } in sent {
            let row = photo::Entity::find().filter(photo::COLUMN.token.eq(token.as_str())).one(tx).await?;
            let Some(row) = row.filter(|row| row.ticket_id.is_none()) else {
                return Err(Field::Photos.problem(FieldProblem::Gone).into());
            };
            if waiting.iter().all(|(id, _)| *id != row.id) {
                waiting.push((row.id, shown(&row, alt.clone())));
            }
        }
        Ok(Self(waiting))
    }

    /// What the row of what they belong to keeps of them.
    pub(super) fn kept(&self) -> Result<String, StoreError> {
        write(&self.0.iter().map(|(_, photo)| photo.clone()).collect::<Vec<_>>())
    }

    /// Notes to what they belong.
    pub(super) fn attach(
        self,
        tx: &DatabaseTransaction,
        ticket: i64,
        message: Option<i64>,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        for (id, photo) in self.0 {
            let row = photo::ActiveModel {
                id: Unchanged(id),
                alt: Set(photo.alt),
                ticket_id: Set(Some(ticket)),
                message_id: Set(message),
                ..Default::default()
            };
            batch.add(photo::Entity::update(row).validate()?.build(tx.get_database_backend()));
        }
        Ok(())
    }
}

/// What [`Waiting::kept`] wrote.
pub(super) fn read(kept: &str) -> Result<Vec<Photo>, StoreError> {
    if kept == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(kept).map_err(|error| StoreError::Corrupt(format!("photos that are kept: {error}")))
}

fn write(photos: &[Photo]) -> Result<String, StoreError> {
    serde_json::to_string(photos).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// What nobody guesses: 128 random bits.
fn new_token() -> String {
    format!("{:032x}", rand::random::<u128>())
}

fn new_row(kept: &KeptPhoto, token: String, alt: &str, at: Timestamp) -> photo::ActiveModel {
    // No side is longer than `photo::SIDE`.
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    photo::ActiveModel {
        id: NotSet,
        token: Set(token),
        content: Set(kept.content.clone()),
        width: Set(side(kept.width)),
        height: Set(side(kept.height)),
        alt: Set(alt.to_owned()),
        ticket_id: Set(None),
        message_id: Set(None),
        at: Set(at.0),
    }
}

fn shown(row: &photo::Model, alt: String) -> Photo {
    Photo::new(PhotoId(row.id), &row.content, (row.width.unsigned_abs(), row.height.unsigned_abs()), alt)
}

/// A message under that ticket, which that side wrote.
async fn own_message(
    tx: &DatabaseTransaction,
    role: Role,
    id: TicketId,
    message: MessageId,
) -> Result<message::Model, StoreError> {
    let found = message::Entity::find_by_id(message.0).one(tx).await?;
    let is_own = |row: &message::Model| row.ticket_id == id.0 && row.role == role;
    found.filter(is_own).ok_or_else(|| Field::Message.problem(FieldProblem::NotYourMessage).into())
}
