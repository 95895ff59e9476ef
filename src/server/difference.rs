//! What changed between two versions of a text, word by word.

use crate::domain::history::{Fate, Part};
use similar::{Algorithm, ChangeTag, TextDiff};
use std::time::Duration;

/// Two long texts that have nothing in common are compared no longer than this: what is found by then is right, if coarser.
const PATIENCE: Duration = Duration::from_millis(50);

/// The pieces of both texts in reading order; neighbours differ in their fate.
pub fn between(before: &str, after: &str) -> Vec<Part> {
    let difference = TextDiff::configure().algorithm(Algorithm::Patience).timeout(PATIENCE).diff_words(before, after);
    let mut parts: Vec<Part> = Vec::new();
    for change in difference.iter_all_changes() {
        let fate = match change.tag() {
            ChangeTag::Equal => Fate::Kept,
            ChangeTag::Delete => Fate::Removed,
            ChangeTag::Insert => Fate::Added,
        };
        match parts.last_mut().filter(|last| last.fate == fate) {
            Some(last) => last.text.push_str(change.value()),
            None => parts.push(Part { fate, text: change.value().to_owned() }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fates: &[Fate], parts: &[Part]) -> String {
        parts.iter().filter(|part| fates.contains(&part.fate)).map(|part| part.text.as_str()).collect()
    }

    #[test]
    fn both_texts_can_be_read_from_the_parts() {
        let texts = [
            "",
            "Grüße 👩‍🔧 aus\nRaum 12",
            "Grüße aus Raum 13",
            "a b c",
            "The left lamp is broken",
            "Both lamps are broken",
        ];
        for before in texts {
            for after in texts {
                let parts = between(before, after);
                assert_eq!(of(&[Fate::Kept, Fate::Removed], &parts), before);
                assert_eq!(of(&[Fate::Kept, Fate::Added], &parts), after);
                assert!(parts.windows(2).all(|pair| pair[0].fate != pair[1].fate), "{parts:?}");
            }
        }
    }

    #[test]
    fn only_the_word_that_changed_is_marked() {
        let parts = between("The lamp in room 12 is broken", "The lamp in room 13 is broken");
        assert_eq!(of(&[Fate::Removed], &parts), "12");
        assert_eq!(of(&[Fate::Added], &parts), "13");
    }
}
