//! A table of numbers that scrolls by itself where it is wider, or higher, than its place.

use crate::{
    domain::figure::{Cell, Table},
    texts::{fill, texts},
};
use leptos::prelude::*;

/// The table around its head and rows.
#[component]
pub fn NumbersTable(
    /// What it is called.
    #[prop(into)]
    name: String,
    /// Whether its name is seen.
    #[prop(optional)]
    named: bool,
    /// Whether it may be high, and scrolls then.
    #[prop(optional)]
    tall: bool,
    /// Head and rows.
    children: Children,
) -> impl IntoView {
    let label = name.clone();
    view! {
        <div class="table-scroll" class:table-tall=tall tabindex="0" role="region" aria-label=label>
            <table class="numbers">
                <caption class:visually-hidden=!named>{name}</caption>
                {children()}
            </table>
        </div>
    }
}

/// An analysis's table: what is a number of tickets leads to them.
#[component]
pub fn FigureTable(
    /// Of what it is.
    name: String,
    /// Its columns and rows.
    table: Table,
) -> impl IntoView {
    let Table { columns, rows } = table;
    let cell = |cell: Cell| match cell.href {
        Some(href) => view! { <a href=href>{cell.text}</a> }.into_any(),
        None => cell.text.into_any(),
    };
    let row = move |row: Vec<Cell>| {
        let mut cells = row.into_iter();
        let first = cells.next().unwrap_or_default();
        view! {
            <tr>
                <th scope="row">{cell(first)}</th>
                {cells.map(|one| view! { <td class="number">{cell(one)}</td> }).collect_view()}
            </tr>
        }
    };
    let head = |(at, name): (usize, String)| view! { <th scope="col" class:number=at != 0>{name}</th> };
    view! {
        <NumbersTable name=fill(texts().analytics_table, &[("name", &name)]) tall=true>
            <thead><tr>{columns.into_iter().enumerate().map(head).collect_view()}</tr></thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </NumbersTable>
    }
}
