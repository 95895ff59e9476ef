//! What a person may write: trimming, lengths, and the characters that are refused.

use crate::error::{AppError, Field, FieldProblem};

/// Longest description, in Unicode scalar values.
pub const DESCRIPTION_MAX: usize = 10_000;
/// Longest place, in Unicode scalar values.
pub const PLACE_MAX: usize = 120;
/// Longest message, in Unicode scalar values.
pub const BODY_MAX: usize = 5_000;
/// Longest title of a saved reply, in Unicode scalar values.
pub const TITLE_MAX: usize = 80;
/// Longest text of what a photo shows, in Unicode scalar values.
pub const ALT_MAX: usize = 300;
/// Longest search, in Unicode scalar values.
pub const SEARCH_MAX: usize = 200;
/// Longest idempotency key, in characters.
pub const KEY_MAX: usize = 200;

/// A description, cleaned: 1 to [`DESCRIPTION_MAX`] characters.
pub fn description(text: &str) -> Result<String, AppError> {
    required(text, Field::Description, DESCRIPTION_MAX)
}

/// A message's body, cleaned: 1 to [`BODY_MAX`] characters.
pub fn body(text: &str) -> Result<String, AppError> {
    required(text, Field::Body, BODY_MAX)
}

/// A saved reply's title, cleaned: one line of 1 to [`TITLE_MAX`] characters.
pub fn title(text: &str) -> Result<String, AppError> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    required(&line, Field::Title, TITLE_MAX)
}

/// A place, cleaned: none where nothing is written, up to [`PLACE_MAX`] characters.
pub fn place(text: &str) -> Result<Option<String>, AppError> {
    let text = clean(text, Field::Place, PLACE_MAX)?;
    Ok((!text.is_empty()).then_some(text))
}

/// What a photo shows, cleaned: one line of up to [`ALT_MAX`] characters.
pub fn alt(text: &str) -> Result<String, AppError> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    clean(&line, Field::Alt, ALT_MAX)
}

/// An idempotency key: 1 to [`KEY_MAX`] visible ASCII characters.
pub fn key(text: &str) -> Result<String, AppError> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.is_empty() || text.len() > KEY_MAX || !visible {
        return Err(Field::Key.problem(FieldProblem::NotAKey { max: KEY_MAX }));
    }
    Ok(text.to_owned())
}

fn required(text: &str, field: Field, max: usize) -> Result<String, AppError> {
    let text = clean(text, field, max)?;
    if text.is_empty() {
        return Err(field.problem(FieldProblem::Empty));
    }
    Ok(text)
}

/// Outer white space goes, `\r\n` becomes `\n`; control characters other than newline and tab are refused; nothing else
/// is changed.
fn clean(text: &str, field: Field, max: usize) -> Result<String, AppError> {
    let text = text.trim().replace("\r\n", "\n");
    if let Some(refused) = text.chars().find(|c| is_refused(*c)) {
        return Err(field.problem(FieldProblem::ControlCharacter { code: u32::from(refused) }));
    }
    let length = text.chars().count();
    if length > max {
        return Err(field.problem(FieldProblem::TooLong { max, length }));
    }
    Ok(text)
}

const fn is_refused(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{80}'..='\u{9f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r08_a_description_is_free_text_kept_as_written() {
        let written = "Ünïcode 👩‍🔧 <b>not bold</b>\tand\na new line";
        assert_eq!(description(written).as_deref(), Ok(written));
        assert_eq!(description("  a\r\nb \n").as_deref(), Ok("a\nb"));
    }

    #[test]
    fn r08_lengths_count_scalar_values_after_trimming() {
        assert!(description(&format!(" {} ", "é".repeat(DESCRIPTION_MAX))).is_ok());
        assert!(description(&"é".repeat(DESCRIPTION_MAX + 1)).is_err());
        assert!(description(" \n\t ").is_err());
        assert!(body(&"x".repeat(BODY_MAX + 1)).is_err());
        assert!(place(&"x".repeat(PLACE_MAX + 1)).is_err());
        assert_eq!(place("  "), Ok(None));
    }

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(title("  We are\n on\t it \r\n").as_deref(), Ok("We are on it"));
        assert!(title(&"é".repeat(TITLE_MAX)).is_ok());
        assert!(title(&"é".repeat(TITLE_MAX + 1)).is_err());
        assert_eq!(title(" \n "), Err(Field::Title.problem(FieldProblem::Empty)));
        assert!(title("a\u{7}b").is_err());
    }

    #[test]
    fn control_characters_are_refused_by_name() {
        for refused in ['\0', '\u{7}', '\u{1b}', '\r', '\u{9f}'] {
            let error = description(&format!("a{refused}b"));
            let code = u32::from(refused);
            assert_eq!(error, Err(Field::Description.problem(FieldProblem::ControlCharacter { code })));
        }
    }

    #[test]
    fn keys_are_visible_ascii() {
        assert!(key("3f2a-91").is_ok());
        for refused in ["", "a b", "é", &"k".repeat(KEY_MAX + 1)] {
            assert!(key(refused).is_err());
        }
    }
}
