//! What stands in a text box when its page is drawn.

/// `text` for the inside of a `<textarea>`. Leptos writes that inside into the page as it is, so the server escapes it;
/// the browser sets it as text, where there is nothing to escape.
pub fn inside(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { text }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn r08_what_was_written_cannot_end_its_text_box() {
        let inside = inside("</textarea><script>alert(1)</script> & more".to_owned());
        assert_eq!(inside, "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
    }
}
