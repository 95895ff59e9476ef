//! An analysis as it is shown: a table, and the same numbers as a drawing. Whoever shows it needs to know nothing of the
//! analysis.

use super::{ids::HistoryId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// An analysis to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its word in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it counts, in a sentence.
    pub definition: String,
}

/// An analysis that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// When it was true.
    pub as_of: Timestamp,
    /// The last change that it includes.
    pub through: HistoryId,
    /// Since when its service has not answered: these are then its last numbers.
    pub stale_since: Option<Timestamp>,
    /// Its numbers.
    pub figure: Figure,
}

/// Numbers with their words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What else has to be said of them, a sentence each.
    pub notes: Vec<String>,
    /// What staff may set for them, if there is anything.
    pub setting: Option<Setting>,
    /// All of them.
    pub table: Table,
    /// Those that are drawn.
    pub drawing: Drawing,
}

/// Something to choose for an analysis, for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What it is.
    pub name: String,
    /// The word of what is chosen.
    pub value: String,
    /// What may be chosen: its word and its name.
    pub options: Vec<(String, String)>,
}

/// Columns and rows. The first cell of a row says of what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The columns' names.
    pub columns: Vec<String>,
    /// As many cells each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// As many cells in each row as there are columns.
    pub fn new<const N: usize>(columns: [&str; N], rows: impl IntoIterator<Item = [Cell; N]>) -> Self {
        Self { columns: columns.map(str::to_owned).into(), rows: rows.into_iter().map(Vec::from).collect() }
    }
}

/// What stands in a table's field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The number, or words.
    pub text: String,
    /// Where exactly the tickets are that it counts.
    pub href: Option<String>,
}

impl Cell {
    /// Without a way on.
    pub fn new(text: impl ToString) -> Self {
        Self { text: text.to_string(), href: None }
    }

    /// A number of tickets, and the list of them. None of them needs no list.
    pub fn linked(count: i64, href: String) -> Self {
        Self { text: count.to_string(), href: (count > 0).then_some(href) }
    }
}

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// How.
    pub shape: Shape,
    /// What the columns, bars or cells are of, in their order.
    pub labels: Vec<String>,
    /// Rows of a heat map, from the top; empty otherwise.
    pub rows: Vec<String>,
    /// One of them, or several beside or upon each other. In a heat map, one for each row.
    pub series: Vec<Series>,
    /// Whether one series stands upon the other.
    pub is_stacked: bool,
    /// What stands behind a number, with `{value}` for it; none for a count.
    pub unit: Option<String>,
}

/// The shape of a drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Bars to the right, the first on top.
    #[default]
    Bars,
    /// Columns upwards, one series beside the other, with lines over them.
    Columns,
    /// Cells whose colour is their number.
    Heat,
}

/// Numbers of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// Whether they are a line.
    pub is_line: bool,
    /// Whether they have an axis of their own, at the right: they are of another size than the others.
    pub is_apart: bool,
    /// One for each label; none where there is nothing to say.
    pub values: Vec<Option<f64>>,
    /// Which of them are not final yet, and are hatched; empty where all are.
    pub unfinished: Vec<bool>,
    /// Where the tickets are that each counts; empty where nothing is opened.
    pub hrefs: Vec<Option<String>>,
}

impl Series {
    /// Numbers of tickets, each with the list of them. None of them needs no list.
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 tickets")]
    pub fn counts(name: &str, counts: impl IntoIterator<Item = (i64, String)>) -> Self {
        let (values, hrefs) =
            counts.into_iter().map(|(count, href)| (Some(count as f64), (count > 0).then_some(href))).unzip();
        Self { name: name.to_owned(), values, hrefs, ..Self::default() }
    }

    /// Lengths of time, in hours and tenths of them, where they are known.
    pub fn hours(name: &str, seconds: impl IntoIterator<Item = Option<f64>>) -> Self {
        let tenths = |seconds: f64| (seconds / 360.0).round() / 10.0;
        let values = seconds.into_iter().map(|seconds| seconds.map(tenths)).collect();
        Self { name: name.to_owned(), values, ..Self::default() }
    }

    /// The same as a line.
    #[must_use]
    pub fn line(self) -> Self {
        Self { is_line: true, ..self }
    }
}
