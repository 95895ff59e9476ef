//! The icons: one set, drawn for this product, 24 units square, inherited colour.

use leptos::{prelude::*, tachys::html::InertElement};

/// An icon's drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A speech bubble with a tick: the product.
    Logo,
    /// A plus: report.
    Report,
    /// Lines: a list.
    List,
    /// Columns of a board.
    Board,
    /// Bars of a chart.
    Chart,
    /// A wrench: facility management.
    Facility,
    /// Waves: technical IT.
    Technology,
    /// A speech bubble: services complaints.
    Services,
    /// A pin: a place.
    Place,
    /// An arrow that turns back: saved replies.
    Reply,
    /// Two arrows: switch role.
    Switch,
}

/// An icon as it is written: with what never changes around its path.
macro_rules! svg {
    ($path:literal) => {
        concat!(
            r#"<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false"><path d=""#,
            $path,
            r#""></path></svg>"#
        )
    };
}

impl Icon {
    const fn svg(self) -> &'static str {
        match self {
            Self::Logo => svg!("M4 5h16v11h-8l-5 4v-4H4zM9 10.5l2.2 2.2L15.5 8.4"),
            Self::Report => svg!("M12 5v14M5 12h14"),
            Self::List => svg!("M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"),
            Self::Board => svg!("M4 4h16v16H4zM4 9h16M10 9v11"),
            Self::Chart => svg!("M4 20h16M7 16v-5M12 16V6M17 16v-8"),
            Self::Facility => {
                svg!("M14.5 5.5a4 4 0 0 0 4.2 5.6L20 12.4l-7.5 7.4-3-3L17 9.4M9.5 16.8 5 12.3l3.2-3.2 3 3")
            }
            Self::Technology => svg!("M3.5 9.5a12 12 0 0 1 17 0M7 13a7 7 0 0 1 10 0M12 17.5h.01"),
            Self::Services => svg!("M4 5h16v11h-8l-5 4v-4H4zM8.5 9h7M8.5 12h4.5"),
            Self::Place => {
                svg!(
                    "M12 21c4.5-5 6.5-8 6.5-11a6.5 6.5 0 0 0-13 0c0 3 2 6 6.5 11zM12 12.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z"
                )
            }
            Self::Reply => svg!("M10 5 4 11l6 6M4 11h9a7 7 0 0 1 7 7v1"),
            Self::Switch => svg!("M4 8h14l-3.5-3.5M20 16H6l3.5 3.5"),
        }
    }
}

/// Draws an icon beside a text that says the same: hidden from screen readers.
#[component]
pub fn Glyph(
    /// Which.
    icon: Icon,
) -> impl IntoView {
    InertElement::new(icon.svg())
}
