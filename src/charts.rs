//! A drawing as a chart: a pure function from its numbers to what ECharts draws.

use crate::domain::figure::{Drawing, Series, Shape};
use charming::{
    Chart,
    component::{Axis, Grid, Legend, LegendType, VisualMap, VisualMapChannel, VisualMapType},
    datatype::{CompositeValue, DataFrame},
    element::{
        AxisLabel, AxisType, Color, ItemStyle, Label, LabelPosition, LineStyle, LineStyleType, SplitLine, TextStyle,
        Tooltip, Trigger,
    },
    series::{Bar, Heatmap, Line},
};

/// The colours that a canvas needs by value, because it cannot read the style sheet's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Series, the first first: told apart without colours by their patterns, dashes and lightness.
    pub series: [&'static str; 3],
    /// Words and numbers.
    pub text: &'static str,
    /// Grid lines.
    pub line: &'static str,
    /// The cells of a heat map: none, some and many.
    pub heat: [&'static str; 3],
    /// How large words and numbers are, in pixels.
    pub size: f64,
}

impl Palette {
    /// On white.
    pub const LIGHT: Self = Self {
        series: ["#2456c4", "#b45f06", "#6b7280"],
        text: "#3b4252",
        line: "#d9dde5",
        heat: ["#eef1f6", "#84aaff", "#173a8a"],
        size: 12.0,
    };
    /// On near-black.
    pub const DARK: Self = Self {
        series: ["#84aaff", "#f0a860", "#a3abba"],
        text: "#c9cfdb",
        line: "#3a4150",
        heat: ["#262b36", "#3f66c4", "#cfdcff"],
        size: 12.0,
    };

    const fn series(self, at: usize) -> &'static str {
        self.series[at % self.series.len()]
    }
}

/// What a series of columns that are not final is called by; the script that draws hatches it.
const UNFINISHED: &str = "unfinished";

/// The chart of a drawing.
pub fn chart(drawing: &Drawing, palette: Palette) -> Chart {
    match drawing.shape {
        Shape::Bars => bars(drawing, palette),
        Shape::Columns => columns(drawing, palette),
        Shape::Heat => heat(drawing, palette),
    }
}

/// To the right, the first on top.
fn bars(drawing: &Drawing, palette: Palette) -> Chart {
    // ECharts counts a category axis from the bottom.
    let labels = drawing.labels.iter().rev().cloned().collect();
    let x_axis = unit(values(palette).split_number(4), drawing, palette);
    let x_axis = if drawing.unit.is_none() { x_axis.min_interval(1) } else { x_axis };
    let mut chart = frame(drawing, palette).x_axis(x_axis).y_axis(names(labels, palette));
    for (at, series) in drawing.series.iter().enumerate() {
        let label = Label::new().show(true).color(palette.text).font_size(palette.size);
        let label = if drawing.is_stacked { label.show(false) } else { label.position(LabelPosition::Right) };
        let mut bar = bar(&series.name, palette.series(at), drawing.series.len()).label(label);
        if drawing.is_stacked {
            bar = bar.stack("all");
        }
        if drawing.labels.len() == 1 {
            bar = bar.bar_width(56);
        }
        chart = chart
            .series(bar.data(series.values.iter().rev().map(|value| (*value).into()).collect::<Vec<CompositeValue>>()));
    }
    chart
}

/// Upwards, those that are not final in a hatched series of their own at the same place, and lines over them.
fn columns(drawing: &Drawing, palette: Palette) -> Chart {
    let y_axis = unit(values(palette), drawing, palette);
    let y_axis = if drawing.unit.is_none() { y_axis.min_interval(1) } else { y_axis };
    let mut chart = frame(drawing, palette).x_axis(names(drawing.labels.clone(), palette)).y_axis(y_axis);
    if drawing.series.iter().any(|series| series.is_apart) {
        chart = chart.y_axis(values(palette).min_interval(1).split_line(SplitLine::new().show(false)));
    }
    let columns = drawing.series.iter().filter(|series| !series.is_line).count();
    for (at, series) in drawing.series.iter().enumerate() {
        let colour = palette.series(at);
        if series.is_line {
            let style = LineStyle::new().color(colour).width(2).type_(if at % 2 == 0 {
                LineStyleType::Dashed
            } else {
                LineStyleType::Solid
            });
            chart = chart.series(
                Line::new()
                    .name(&*series.name)
                    .line_style(style)
                    .y_axis_index(f64::from(u8::from(series.is_apart)))
                    .item_style(ItemStyle::new().color(colour))
                    .data(of(series, |_| true)),
            );
            continue;
        }
        let is_unfinished = |at: usize| series.unfinished.get(at).copied().unwrap_or_default();
        if series.unfinished.contains(&true) {
            // One upon the other: each place has one of the two.
            let stack = format!("{UNFINISHED}-{at}");
            let finished = bar(&series.name, colour, columns).stack(&*stack);
            let unfinished = bar(&series.name, colour, columns).stack(&*stack).id(&*stack);
            chart = chart
                .series(finished.data(of(series, |at| !is_unfinished(at))))
                .series(unfinished.data(of(series, is_unfinished)));
        } else {
            chart = chart.series(bar(&series.name, colour, columns).data(of(series, |_| true)));
        }
    }
    chart
}

/// A row a series.
fn heat(drawing: &Drawing, palette: Palette) -> Chart {
    let most =
        drawing.series.iter().flat_map(|series| &series.values).flatten().fold(1.0_f64, |most, value| most.max(*value));
    let rows = drawing.series.len();
    let cells = drawing.series.iter().enumerate().flat_map(|(row, series)| {
        series.values.iter().enumerate().map(move |(column, value)| -> DataFrame {
            vec![number(column).into(), number(rows - 1 - row).into(), CompositeValue::from(*value).into()]
        })
    });
    let colours: Vec<Color> = palette.heat.iter().map(|colour| Color::from(*colour)).collect();
    Chart::new()
        .animation(false)
        .tooltip(Tooltip::new().trigger(Trigger::Item))
        .grid(Grid::new().left(8).right(16).top(8).bottom(8).contain_label(true))
        .x_axis(names(drawing.labels.clone(), palette))
        .y_axis(names(drawing.rows.iter().rev().cloned().collect(), palette))
        .visual_map(
            VisualMap::new()
                .type_(VisualMapType::Continuous)
                .show(false)
                .min(0)
                .max(most)
                .in_range(VisualMapChannel::new().color(colours)),
        )
        .series(
            Heatmap::new()
                .item_style(ItemStyle::new().border_width(1).border_color(palette.line))
                .data(cells.collect::<Vec<_>>()),
        )
}

/// Every value for which `is_shown` holds, in its place.
fn of(series: &Series, is_shown: impl Fn(usize) -> bool) -> Vec<CompositeValue> {
    let value = |(at, value): (usize, &Option<f64>)| value.filter(|_| is_shown(at)).into();
    series.values.iter().enumerate().map(value).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a place in a chart")]
fn number(at: usize) -> CompositeValue {
    (at as f64).into()
}

fn frame(drawing: &Drawing, palette: Palette) -> Chart {
    let chart = Chart::new()
        .animation(false)
        .color(palette.series.map(Color::from).to_vec())
        .tooltip(Tooltip::new().trigger(Trigger::Axis))
        .grid(Grid::new().left(8).right(40).top(3.0 * palette.size).bottom(8).contain_label(true));
    if drawing.series.len() < 2 {
        return chart;
    }
    let names: Vec<String> = drawing.series.iter().map(|series| series.name.clone()).collect();
    chart.legend(
        Legend::new()
            .type_(LegendType::Scroll)
            .top(0)
            .data(names)
            .text_style(TextStyle::new().color(palette.text).font_size(palette.size)),
    )
}

fn values(palette: Palette) -> Axis {
    let line = LineStyle::new().color(palette.line);
    Axis::new()
        .type_(AxisType::Value)
        .min(0)
        .axis_label(AxisLabel::new().color(palette.text).font_size(palette.size))
        .split_line(SplitLine::new().line_style(line))
}

fn unit(axis: Axis, drawing: &Drawing, palette: Palette) -> Axis {
    match &drawing.unit {
        Some(unit) => axis.axis_label(AxisLabel::new().color(palette.text).font_size(palette.size).formatter(&**unit)),
        None => axis,
    }
}

fn names(names: Vec<String>, palette: Palette) -> Axis {
    Axis::new()
        .type_(AxisType::Category)
        .data(names)
        .axis_label(AxisLabel::new().color(palette.text).font_size(palette.size))
}

fn bar(name: &str, colour: &'static str, beside: usize) -> Bar {
    let bar = Bar::new().name(name).item_style(ItemStyle::new().color(colour).border_radius(3));
    if beside > 1 { bar } else { bar.bar_width("60%") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn series(name: &str, values: &[Option<f64>]) -> Series {
        Series { name: name.to_owned(), values: values.to_vec(), ..Series::default() }
    }

    fn drawn(drawing: &Drawing) -> serde_json::Value {
        serde_json::to_value(chart(drawing, Palette::LIGHT)).unwrap()
    }

    fn labels(labels: &[&str]) -> Vec<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    #[test]
    fn r13_what_makes_up_one_number_is_one_bar() {
        let chart = drawn(&Drawing {
            labels: labels(&["Last 24 h"]),
            series: vec![series("a", &[Some(4.0)]), series("b", &[Some(3.0)])],
            is_stacked: true,
            ..Drawing::default()
        });
        assert_eq!(chart["series"][0]["data"], json!([4.0]));
        assert_eq!((&chart["series"][0]["stack"], &chart["series"][1]["stack"]), (&json!("all"), &json!("all")));
        assert_eq!(chart["legend"]["data"], json!([{"name": "a"}, {"name": "b"}]));
    }

    #[test]
    fn r14_months_are_columns_and_those_that_are_not_final_are_hatched() {
        let mut average = series("Average", &[Some(2.5), None, Some(3.0)]);
        average.unfinished = vec![false, false, true];
        let mut median = series("Median", &[Some(1.0), None, Some(2.0)]);
        median.is_line = true;
        let chart = drawn(&Drawing {
            shape: Shape::Columns,
            labels: labels(&["2026-09", "2026-10", "2026-11"]),
            series: vec![average, median],
            unit: Some("{value} h".to_owned()),
            ..Drawing::default()
        });
        assert_eq!(chart["xAxis"]["data"], json!(["2026-09", "2026-10", "2026-11"]));
        assert_eq!(chart["series"][0]["data"], json!([2.5, null, null]));
        assert_eq!(
            (&chart["series"][1]["data"], &chart["series"][1]["id"]),
            (&json!([null, null, 3.0]), &json!("unfinished-0"))
        );
        assert_eq!(
            (&chart["series"][2]["type"], &chart["series"][2]["data"]),
            (&json!("line"), &json!([1.0, null, 2.0]))
        );
    }

    #[test]
    fn r15_all_three_categories_are_bars_the_first_on_top() {
        let chart = drawn(&Drawing {
            labels: labels(&["Facility management", "Technical IT", "Services complaints"]),
            series: vec![series("Active", &[Some(0.0), Some(1.0), Some(2.0)])],
            ..Drawing::default()
        });
        assert_eq!(chart["series"][0]["data"], json!([2.0, 1.0, 0.0]));
        assert_eq!(chart["yAxis"]["data"][2], "Facility management");
    }

    #[test]
    fn a_heat_map_has_its_first_row_on_top() {
        let chart = drawn(&Drawing {
            shape: Shape::Heat,
            labels: labels(&["00", "01"]),
            rows: labels(&["Monday", "Tuesday"]),
            series: vec![series("Monday", &[Some(5.0), None]), series("Tuesday", &[Some(1.0), Some(2.0)])],
            ..Drawing::default()
        });
        assert_eq!(chart["yAxis"]["data"], json!(["Tuesday", "Monday"]));
        assert_eq!(chart["series"][0]["data"][0], json!([0.0, 1.0, 5.0]));
        assert_eq!(chart["series"][0]["data"][3], json!([1.0, 0.0, 2.0]));
    }
}
