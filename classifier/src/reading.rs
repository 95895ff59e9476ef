//! A report as it is read: words without case and diacritics, and the clauses in which they stand.

use crate::lexicon;

/// Words read; what comes after them in a very long report does not change what it is about.
const MAX_WORDS: usize = 300;

/// A word of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    /// As it was typed.
    pub typed: &'t str,
    /// Lower case, without diacritics: letters and digits of ASCII alone.
    pub folded: String,
    /// The clause it stands in, from 0.
    pub clause: usize,
}

/// Cuts a text into words and clauses. Articles are left out; words in other scripts than the Latin one are too.
pub fn read_words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut clause = 0;
    let mut rest = text;
    while let Some(start) = rest.find(is_of_a_word) {
        let between = &rest[..start];
        let ended = between.chars().any(|mark| matches!(mark, '!' | '?' | ';' | '(' | ')' | '\n' | '…' | '–' | '—'))
            || (between.contains([',', '.', ':']) && between.chars().any(char::is_whitespace))
            || between.contains(" - ");
        if ended && !words.is_empty() {
            clause += 1;
        }
        rest = &rest[start..];
        let length = length_of_word(rest);
        let (typed, after) = rest.split_at(length);
        rest = after;
        let folded = fold(typed);
        if !folded.is_empty() && !is_a_code(&folded) && !lexicon::SKIPPED.contains(&folded.as_str()) {
            words.push(Word { typed, folded, clause });
        }
        if words.len() == MAX_WORDS {
            break;
        }
    }
    words
}

/// Whether letters and digits take turns in a word as in no word that people say: a key, a hash, a serial number.
fn is_a_code(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count() >= 3
}

/// Letters and digits, and a short ending after an apostrophe ("can't", "canteen's"), for which some put a blank in a negation
/// ("didn t"); "l'ascenseur" is two words.
fn length_of_word(text: &str) -> usize {
    let end = |text: &str| text.find(|sign| !is_of_a_word(sign)).unwrap_or(text.len());
    let length = end(text);
    let Some(ending) = text[length..].strip_prefix(['\'', '’', '´', '`', ' ']) else { return length };
    let ends_so = if text[length..].starts_with(' ') {
        text[..length].ends_with(['n', 'N']) && matches!(&ending[..end(ending)], "t" | "T")
    } else {
        matches!(&ending[..end(ending)], "t" | "T" | "s" | "S" | "re" | "ve" | "ll" | "d" | "m")
    };
    if ends_so { text.len() - ending.len() + end(ending) } else { length }
}

/// A letter, a digit, or a diacritic written as a sign of its own.
fn is_of_a_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '\u{300}'..='\u{36f}')
}

/// Lower case, without diacritics and apostrophe; every "n't" and "cannot" becomes "not". Empty if not Latin.
fn fold(typed: &str) -> String {
    let (stem, ending) = typed.split_once(['\'', '’', '´', '`', ' ']).unwrap_or((typed, ""));
    if ending.eq_ignore_ascii_case("t") {
        return "not".to_owned();
    }
    let mut folded = String::with_capacity(stem.len());
    for letter in stem.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => folded.push(letter),
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => folded.push('a'),
            'è' | 'é' | 'ê' | 'ë' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' => folded.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => folded.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => folded.push('u'),
            'ç' => folded.push('c'),
            'ñ' => folded.push('n'),
            'ß' => folded.push_str("ss"),
            'œ' => folded.push_str("oe"),
            '\u{300}'..='\u{36f}' => {}
            _ => return String::new(),
        }
    }
    match folded.as_str() {
        "cannot" | "cant" | "dont" | "doesnt" | "didnt" | "wont" | "isnt" | "arent" | "wasnt" | "werent"
        | "couldnt" | "hasnt" | "havent" => "not".to_owned(),
        _ => folded,
    }
}
