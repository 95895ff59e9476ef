//! Places: those that staff imported, and those that reports name again and again.

use super::{Store, error::StoreError};
use crate::{
    domain::{
        place::{PLACES_MAX, Place, Places, SUGGESTED_FROM},
        role::Role,
        text::PLACE_MAX,
    },
    error::{AppError, Field, FieldProblem},
    server::{
        entity::{place, rollup_place},
        places::{fold, rank, slug},
    },
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, sea_query::OnConflict,
};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// Most places that are known because reports name them: those that most do.
const USED_MAX: u64 = 5_000;
/// How long what is known is taken for what is so: another process may have imported some.
const FRESH: Duration = Duration::from_secs(20);
/// Suggestions at once.
const SUGGESTED: usize = 8;
/// Places on the staff's page.
const LISTED: usize = 500;

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Places that were not known before.
    pub new: usize,
    /// How many there are now.
    pub count: usize,
}

/// Names that are suggested, read again when they are old.
#[derive(Clone, Default)]
pub(super) struct KnownPlaces(Arc<Mutex<Option<Read>>>);

/// When they were read, and what they are.
type Read = (Instant, Arc<[Known]>);

/// A name that is suggested.
struct Known {
    name: String,
    folded: String,
    slug: String,
    is_imported: bool,
    /// Tickets that were opened there.
    opened: i64,
}

impl Store {
    /// Adds places to those that staff imported, or puts them in their place.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`], [`AppError::Invalid`] beyond 20,000 of them.
    pub async fn import_places(&self, role: Role, names: Vec<String>, replace: bool) -> Result<Imported, AppError> {
        if !role.may_keep_places() {
            return Err(AppError::StaffOnly);
        }
        let imported = self.writing.turn(move |tx| Box::pin(insert_places(tx, names.clone(), replace))).await?;
        *self.places.0.lock().await = None;
        Ok(imported)
    }

    /// Those that staff imported with all the words of `search` in them, at most 500.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`].
    pub async fn list_places(&self, role: Role, search: Option<&str>) -> Result<Places, AppError> {
        if !role.may_keep_places() {
            return Err(AppError::StaffOnly);
        }
        let wanted = fold(search.unwrap_or_default());
        let known = self.known_places().await?;
        let mut found: Vec<&Known> = known.iter().filter(|known| known.is_imported).collect();
        found.retain(|known| rank(&known.folded, &wanted).is_some());
        found.sort_by(|one, other| one.folded.cmp(&other.folded));
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        found.truncate(LISTED);
        let names: Vec<&str> = found.iter().map(|known| known.name.as_str()).collect();
        let open: HashMap<String, i64> = rollup_place::Entity::find()
            .filter(rollup_place::COLUMN.place.is_in(names))
            .all(&self.readers)
            .await
            .map_err(StoreError::from)?
            .into_iter()
            .map(|row| (row.place, row.not_closed))
            .collect();
        let place = |known: &&Known| Place {
            not_closed: open.get(&known.name).copied().unwrap_or_default(),
            name: known.name.clone(),
        };
        Ok(Places { places: found.iter().map(place).collect(), count })
    }

    /// Names for what is being typed, the likeliest first: those that begin so, those with words that do, those that hold it; of
    /// each, those that are reported from most.
    ///
    /// # Errors
    /// The database's.
    pub async fn suggest_places(&self, typed: &str) -> Result<Vec<String>, AppError> {
        // No name is longer.
        let typed = fold(&typed.chars().take(PLACE_MAX).collect::<String>());
        let known = self.known_places().await?;
        let mut found: Vec<(u8, &Known)> =
            known.iter().filter_map(|known| Some((rank(&known.folded, &typed)?, known))).collect();
        found
            .sort_by(|(one, a), (other, b)| one.cmp(other).then(b.opened.cmp(&a.opened)).then(a.folded.cmp(&b.folded)));
        Ok(found.into_iter().take(SUGGESTED).map(|(_, known)| known.name.clone()).collect())
    }

    /// The place that an address names: by its name, or by its words in an address.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_place(&self, step: &str) -> Result<Option<String>, AppError> {
        let known = self.known_places().await?;
        let by_name = known.iter().find(|known| known.name == step);
        let found = by_name.or_else(|| known.iter().find(|known| !known.slug.is_empty() && known.slug == step));
        Ok(found.map(|known| known.name.clone()))
    }

    /// The words by which an address may name a place, where no other place has the same.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_slug(&self, name: &str) -> Result<Option<String>, AppError> {
        let (known, slug) = (self.known_places().await?, slug(name));
        let mut same = known.iter().filter(|known| known.slug == slug);
        let is_its = same.next().is_some_and(|known| known.name == name) && same.next().is_none();
        Ok((is_its && !slug.is_empty()).then_some(slug))
    }

    async fn known_places(&self) -> Result<Arc<[Known]>, StoreError> {
        let mut kept = self.places.0.lock().await;
        if let Some((read, known)) = &*kept
            && read.elapsed() < FRESH
        {
            return Ok(Arc::clone(known));
        }
        let imported = place::Entity::find().order_by_asc(place::Column::Name).all(&self.readers).await?;
        let used = rollup_place::Entity::find()
            .filter(rollup_place::COLUMN.opened.gte(SUGGESTED_FROM))
            .order_by_desc(rollup_place::Column::Opened)
            .limit(USED_MAX)
            .all(&self.readers)
            .await?;
        let mut opened: HashMap<String, i64> = used.into_iter().map(|row| (row.place, row.opened)).collect();
        let imported: Vec<(String, bool, i64)> = (imported.into_iter())
            .map(|row| {
                let opened = opened.remove(&row.name).unwrap_or_default();
                (row.name, true, opened)
            })
            .collect();
        let used = opened.into_iter().map(|(name, opened)| (name, false, opened));
        let known: Arc<[Known]> = (imported.into_iter().chain(used))
            .map(|(name, is_imported, opened)| Known {
                folded: fold(&name),
                slug: slug(&name),
                name,
                is_imported,
                opened,
            })
            .collect();
        *kept = Some((Instant::now(), Arc::clone(&known)));
        Ok(known)
    }
}

async fn insert_places(tx: &DatabaseTransaction, names: Vec<String>, replace: bool) -> Result<Imported, StoreError> {
    let before: std::collections::HashSet<String> =
        place::Entity::find().all(tx).await?.into_iter().map(|row| row.name).collect();
    let new = names.iter().filter(|name| !before.contains(*name)).count();
    let count = if replace { names.len() } else { before.len() + new };
    if count > PLACES_MAX {
        return Err(Field::Place.problem(FieldProblem::TooMany { max: PLACES_MAX }).into());
    }
    // Only now: what a refusal leaves behind is written with what others wrote in the same transaction.
    if replace {
        place::Entity::delete_many().exec(tx).await?;
    }
    for some in names.chunks(500) {
        let rows = some.iter().map(|name| place::ActiveModel { name: Set(name.clone()) });
        let known = OnConflict::column(place::Column::Name).do_nothing().to_owned();
        let insert = place::Entity::insert_many(rows).on_conflict(known).build(tx.get_database_backend());
        tx.execute_raw(insert).await?;
    }
    Ok(Imported { new, count })
}
