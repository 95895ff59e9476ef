//! An analysis as a chart: pure functions from its numbers to what ECharts draws.

use crate::{
    domain::analytics::{Backlog, Categories, Resolution},
    texts::Texts,
};
use charming::{
    Chart,
    component::{Axis, Grid},
    datatype::CompositeValue,
    element::{AxisLabel, AxisType, Color, ItemStyle, Label, LabelPosition, LineStyle, SplitLine, Tooltip, Trigger},
    series::Bar,
};

/// The numbers of one analysis.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Service 1.
    Backlog(Backlog),
    /// Service 2.
    Resolution(Resolution),
    /// Service 3.
    Categories(Categories),
}

/// The colours that a canvas needs by value, because it cannot read the style sheet's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Bars.
    pub bar: &'static str,
    /// Words and numbers.
    pub text: &'static str,
    /// Grid lines.
    pub line: &'static str,
}

impl Palette {
    /// On white.
    pub const LIGHT: Self = Self { bar: "#2456c4", text: "#3b4252", line: "#d9dde5" };
    /// On near-black.
    pub const DARK: Self = Self { bar: "#84aaff", text: "#c9cfdb", line: "#3a4150" };
}

/// Seconds in an hour, the unit of the resolution chart.
const HOUR: f64 = 3_600.0;

/// The chart of an analysis.
pub fn chart(numbers: &Numbers, texts: &Texts, palette: Palette) -> Chart {
    match numbers {
        Numbers::Backlog(backlog) => backlog_chart(backlog, texts, palette),
        Numbers::Resolution(resolution) => resolution_chart(resolution, texts, palette),
        Numbers::Categories(categories) => categories_chart(categories, texts, palette),
    }
}

/// One bar: tickets opened in the period and not closed.
fn backlog_chart(backlog: &Backlog, texts: &Texts, palette: Palette) -> Chart {
    let bar = bar(texts.backlog_count, palette).data(vec![backlog.opened_not_closed]);
    frame(palette)
        .x_axis(values(palette).min_interval(1))
        .y_axis(names(vec![backlog.last.clone()], palette))
        .series(bar.label(label(LabelPosition::Right, palette)))
}

/// A column a month, in hours; a month without a closing has none.
fn resolution_chart(resolution: &Resolution, texts: &Texts, palette: Palette) -> Chart {
    let months = resolution.months.iter().map(|month| month.month.clone()).collect();
    let hours: Vec<CompositeValue> = resolution
        .months
        .iter()
        .map(|month| month.mean_seconds.map(|seconds| (seconds / HOUR * 10.0).round() / 10.0).into())
        .collect();
    frame(palette)
        .x_axis(names(months, palette))
        .y_axis(values(palette).axis_label(AxisLabel::new().color(palette.text).formatter(texts.resolution_unit)))
        .series(bar(texts.resolution_mean, palette).data(hours))
}

/// A bar a category.
fn categories_chart(categories: &Categories, texts: &Texts, palette: Palette) -> Chart {
    // ECharts counts a category axis from the bottom.
    let rows = || categories.categories.iter().rev();
    let bar = bar(texts.categories_active, palette).data(rows().map(|row| row.active).collect::<Vec<_>>());
    frame(palette)
        .x_axis(values(palette).min_interval(1))
        .y_axis(names(rows().map(|row| texts.category(row.category).to_owned()).collect(), palette))
        .series(bar.label(label(LabelPosition::Right, palette)))
}

fn frame(palette: Palette) -> Chart {
    Chart::new()
        .animation(false)
        .color(vec![Color::from(palette.bar)])
        .tooltip(Tooltip::new().trigger(Trigger::Axis))
        .grid(Grid::new().left(8).right(40).top(36).bottom(8).contain_label(true))
}

fn values(palette: Palette) -> Axis {
    let line = LineStyle::new().color(palette.line);
    Axis::new()
        .type_(AxisType::Value)
        .min(0)
        .axis_label(AxisLabel::new().color(palette.text))
        .split_line(SplitLine::new().line_style(line))
}

fn names(names: Vec<String>, palette: Palette) -> Axis {
    Axis::new().type_(AxisType::Category).data(names).axis_label(AxisLabel::new().color(palette.text))
}

fn bar(name: &str, palette: Palette) -> Bar {
    Bar::new().name(name).bar_width("60%").item_style(ItemStyle::new().color(palette.bar).border_radius(3))
}

fn label(position: LabelPosition, palette: Palette) -> Label {
    Label::new().show(true).position(position).color(palette.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            analytics::{CategoryActive, ResolutionMonth},
            category::Category,
            time::Timestamp,
        },
        texts::EN,
    };

    fn drawn(numbers: &Numbers) -> serde_json::Value {
        serde_json::to_value(chart(numbers, &EN, Palette::LIGHT)).unwrap()
    }

    #[test]
    fn r13_the_backlog_is_one_bar_of_its_number() {
        let (from, as_of) = (Timestamp(0), Timestamp(1));
        let chart = drawn(&Numbers::Backlog(Backlog { last: "24h".to_owned(), from, as_of, opened_not_closed: 7 }));
        assert_eq!(chart["series"][0]["data"], serde_json::json!([7]));
        assert_eq!(chart["yAxis"]["data"], serde_json::json!(["24h"]));
    }

    #[test]
    fn r14_months_are_columns_in_hours_and_one_without_a_closing_has_none() {
        let month =
            |month: &str, mean_seconds| ResolutionMonth { month: month.to_owned(), opened: 3, closed: 2, mean_seconds };
        let months = vec![month("2026-09", Some(9_000.0)), month("2026-10", None)];
        let chart =
            drawn(&Numbers::Resolution(Resolution { as_of: Timestamp(1), time_zone: "UTC".to_owned(), months }));
        assert_eq!(chart["xAxis"]["data"], serde_json::json!(["2026-09", "2026-10"]));
        assert_eq!(chart["series"][0]["data"], serde_json::json!([2.5, null]));
    }

    #[test]
    fn r15_all_three_categories_are_bars_the_first_on_top() {
        let categories = Category::ALL.map(|category| CategoryActive { category, active: category as i64 }).to_vec();
        let chart = drawn(&Numbers::Categories(Categories { as_of: Timestamp(1), categories }));
        assert_eq!(chart["series"][0]["data"], serde_json::json!([2, 1, 0]));
        assert_eq!(chart["yAxis"]["data"][2], "Facility management");
    }
}
