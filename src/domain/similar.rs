//! When a report may be the same as one that is there already.

/// Shorter words say nothing of what is wrong.
pub const WORD_MIN: usize = 4;
/// Tickets that are shown as similar.
pub const SIMILAR_MAX: usize = 3;

/// Whether it may be, by how many words of `wanted` they have in common: where both are of one place a single one says enough.
pub const fn is_similar(common: usize, wanted: usize, is_same_place: bool) -> bool {
    let enough = if wanted < 2 { wanted } else { 2 };
    common > 0 && (is_same_place || common >= enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_in_common_are_enough_and_one_where_it_is_the_same_place() {
        assert!(is_similar(2, 5, false) && is_similar(1, 5, true) && is_similar(1, 1, false));
        assert!(!is_similar(1, 5, false) && !is_similar(0, 5, true) && !is_similar(0, 0, false));
    }
}
