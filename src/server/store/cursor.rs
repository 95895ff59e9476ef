//! Where a page ended, as an opaque word that the next request gives back.

use crate::error::{AppError, Field, FieldProblem};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Writes a cursor: the list it belongs to and the last row's keys.
pub(super) fn write<const N: usize>(list: &str, keys: [i64; N]) -> String {
    let mut text = list.to_owned();
    for key in keys {
        text.push('.');
        text.push_str(&key.to_string());
    }
    URL_SAFE_NO_PAD.encode(text)
}

/// The keys in a cursor of that list.
///
/// # Errors
/// [`AppError::Invalid`] on the field `after` for anything that [`write`] did not make for the same list.
pub(super) fn read<const N: usize>(list: &str, cursor: &str) -> Result<[i64; N], AppError> {
    try_read(list, cursor).ok_or(Field::After.problem(FieldProblem::NotACursor))
}

/// The keys in a cursor, if it is one of that list.
pub(super) fn try_read<const N: usize>(list: &str, cursor: &str) -> Option<[i64; N]> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.split('.');
    if parts.next() != Some(list) {
        return None;
    }
    let keys = parts.map(|part| part.parse().ok()).collect::<Option<Vec<i64>>>()?;
    keys.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_in_its_own_list_only() {
        let cursor = write("activity", [17, -3]);
        assert_eq!(read("activity", &cursor), Ok([17, -3]));
        assert!(read::<2>("newest", &cursor).is_err());
        assert!(read::<1>("activity", &cursor).is_err());
    }

    #[test]
    fn garbage_is_refused_by_name() {
        for garbage in ["", "x", "bmV3ZXN0", "bmV3ZXN0LngK", "🦀", "AAAA.AAAA", "bmV3ZXN0Lg"] {
            let refused = Field::After.problem(FieldProblem::NotACursor);
            assert_eq!(read::<1>("newest", garbage), Err(refused), "{garbage}");
        }
    }
}
