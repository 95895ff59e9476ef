//! The words of claim codes: the English list of BIP-39, 2,048 words that are told apart by their first four letters.

use crate::domain::claim::{ClaimCode, WORDS, stem};
use bip39::Language;
use std::array;

/// A code by chance: 44 bits of a generator that nobody can foretell.
pub fn draw() -> ClaimCode {
    let words = Language::English.word_list();
    // The list's length divides what a `u16` can be: each word is as likely as any other.
    ClaimCode::new(array::from_fn::<_, WORDS, _>(|_| {
        words[usize::from(rand::random::<u16>()) % words.len()].to_owned()
    }))
}

/// The code in the list's own words; none when one of them stands for no word of the list.
pub fn complete(code: &ClaimCode) -> Option<ClaimCode> {
    let [a, b, c, d] = code.words();
    Some(ClaimCode::new([find(a)?, find(b)?, find(c)?, find(d)?]))
}

fn find(typed: &str) -> Option<String> {
    let word = Language::English.word_list().iter().find(|word| stem(word) == stem(typed))?;
    Some((*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_code_has_44_bits_and_four_letters_of_each_word_decide() {
        let words = Language::English.word_list();
        assert_eq!(words.len(), 2_048);
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
        assert_eq!(words.iter().map(|word| stem(word)).collect::<HashSet<_>>().len(), words.len());
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
        assert_eq!((usize::from(u16::MAX) + 1) % words.len(), 0);
    }

    #[test]
    fn two_codes_differ_and_each_is_read_back() {
        let codes: HashSet<_> = (0..200).map(|_| draw().to_string()).collect();
        assert_eq!(codes.len(), 200);
        for code in codes {
            let read = ClaimCode::read(&code).unwrap();
            assert_eq!(complete(&read).map(|code| code.to_string()), Some(code));
        }
    }

    #[test]
    fn a_word_is_known_by_its_beginning_and_a_short_one_by_all_of_it() {
        let completed = |typed| complete(&ClaimCode::read(typed).unwrap()).map(|code| code.to_string());
        assert_eq!(completed("LEMOnade rive act acti").as_deref(), Some("lemon-river-act-action"));
        for unknown in ["lem river act action", "lemon river act actx", "lemon river act zzzz", "lemon river act äct"]
        {
            assert_eq!(completed(unknown), None, "{unknown}");
        }
    }
}
