//! Where: the places with most tickets that are not closed, and those whose tickets come back.

use super::{
    board,
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
};
use crate::{
    domain::{
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
        query::TicketQuery,
        time::Timestamp,
    },
    texts::analyses::AnalysisTexts,
};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The first of an index.
pub(crate) const MOST: &str = "\
    SELECT place, opened, not_closed, returned FROM rollup_places WHERE not_closed > 0 \
    ORDER BY not_closed DESC, place LIMIT 10";
/// The first of another.
pub(crate) const BACK: &str = "\
    SELECT place, opened, not_closed, returned FROM rollup_places WHERE returned > 0 \
    ORDER BY returned DESC, place LIMIT 10";

pub(crate) struct PlacesAnalysis;

/// Places by their tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Places {
    /// When this was true.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// The ten with most tickets that are not closed, the most first.
    pub most_open: Vec<PlaceTickets>,
    /// The ten whose tickets came back most often, the most first.
    pub come_back: Vec<PlaceTickets>,
}

/// A place's tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult, ToSchema)]
pub struct PlaceTickets {
    /// As reporters wrote it.
    pub place: String,
    /// All tickets that name it.
    pub opened: i64,
    /// How many of them are open or active.
    pub not_closed: i64,
    /// How many report again what was closed within the 30 days before.
    pub returned: i64,
}

impl Analysis for PlacesAnalysis {
    type Answer = Places;

    const SLUG: &'static str = "places";
    const SUMMARY: &'static str = "Find the places with most tickets (staff).";
    const DESCRIPTION: &'static str = "The ten places with most tickets that are not closed, and the ten whose tickets \
        came back most often within 30 days.";
    const PARAMETERS: &'static [Parameter] = &[];

    async fn answer(snapshot: &Snapshot, _: &Asked) -> Result<Places, DbErr> {
        Ok(Places {
            as_of: snapshot.now,
            through: snapshot.contents.through,
            most_open: snapshot.list(MOST, []).await?,
            come_back: snapshot.list(BACK, []).await?,
        })
    }

    fn figure(answer: &Places, _: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let all = |place: &PlaceTickets| TicketQuery { place: Some(place.place.clone()), ..TicketQuery::default() };
        let open = |place: &PlaceTickets| {
            (place.not_closed, board::href(&TicketQuery { statuses: board::not_closed(), ..all(place) }))
        };
        let back = |place: &PlaceTickets| (place.returned, board::href(&TicketQuery { returned: true, ..all(place) }));
        let cell = |(count, href)| Cell::linked(count, href);
        let is_new = |place: &&PlaceTickets| !answer.most_open.contains(place);
        let rows = answer.most_open.iter().chain(answer.come_back.iter().filter(is_new)).map(|place| {
            let opened = cell((place.opened, board::href(&all(place))));
            [Cell::new(&place.place), cell(open(place)), opened, cell(back(place))]
        });
        let columns = [texts.places_place, texts.not_yet_closed, texts.opened, texts.places_returned];
        Some(Figure {
            notes: answer.most_open.is_empty().then(|| texts.places_none.to_owned()).into_iter().collect(),
            setting: None,
            table: Table::new(columns, rows),
            drawing: Drawing {
                shape: Shape::Bars,
                labels: answer.most_open.iter().map(|place| place.place.clone()).collect(),
                series: vec![
                    Series::counts(texts.not_yet_closed, answer.most_open.iter().map(open)),
                    Series::counts(texts.places_returned, answer.most_open.iter().map(back)),
                ],
                ..Drawing::default()
            },
        })
    }
}
