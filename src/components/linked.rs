//! A text that people wrote, in which addresses of the web can be followed. Nothing else in it means anything.

use leptos::prelude::*;
use linkify::{LinkFinder, LinkKind};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// An address, which is also what is shown of it.
    Link(String),
}

/// The text in pieces; put together they are the text.
fn pieces(text: &str) -> Vec<Piece> {
    // Most texts have none: they need not be searched through.
    if !text.contains("://") {
        return vec![Piece::Text(text.to_owned())];
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let piece = |span: linkify::Span<'_>| {
        let text = span.as_str().to_owned();
        let is_web = span.kind().is_some() && {
            let start = text.get(..8).unwrap_or(&text).to_ascii_lowercase();
            start.starts_with("https://") || start.starts_with("http://")
        };
        if is_web { Piece::Link(text) } else { Piece::Text(text) }
    };
    finder.spans(text).map(piece).collect()
}

/// The text with its links. They open beside the page, which they are told nothing of.
#[component]
pub fn Linked(
    /// What was written.
    text: String,
) -> impl IntoView {
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.into_any(),
            Piece::Link(address) => view! {
                <a href=address.clone() target="_blank" rel="noopener noreferrer nofollow ugc">{address.clone()}</a>
            }
            .into_any(),
        })
        .collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        let link = |piece| match piece {
            Piece::Link(link) => Some(link),
            Piece::Text(_) => None,
        };
        pieces(text).into_iter().filter_map(link).collect()
    }

    #[test]
    fn r06_addresses_of_the_web_are_links_and_nothing_else_is() {
        assert_eq!(
            links("See https://campus.example/map?room=1&x=(2), or HTTP://b.example."),
            ["https://campus.example/map?room=1&x=(2)", "HTTP://b.example"]
        );
        for plain in
            ["javascript://x.example/%0aalert(1)", "data://x", "file:///etc/passwd", "www.a.example", "a@b.example"]
        {
            assert_eq!(links(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn no_character_is_lost() {
        for text in [
            "",
            "a\n\n  b",
            "https://a.example",
            "é https://a.example/ü 日本 <b>http://x.example</b> \"https://y.example\"",
        ] {
            let whole: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Link(text) => text,
                })
                .collect();
            assert_eq!(whole, text);
        }
    }
}
