//! What the linear model weighs of a report: its words, its pairs of neighbouring words, and the pieces of 3 to 5 letters
//! within a word, its beginning and end included.
//!
//! Each is known by a hash alone, so that a model needs no dictionary. Two of them may share one; with five times as many
//! as a corpus has features, that costs next to nothing.

use crate::reading::Word;

/// How many hashes there are.
pub const BUCKETS: usize = 1 << BITS;
const BITS: u32 = 20;
/// The shortest and the longest piece of a word, in letters; the signs for its beginning and end are letters too.
const PIECE: (usize, usize) = (3, 5);
/// Longer words are cut: nobody's word is.
const WORD_MAX: usize = 40;

/// What a feature is, so that equal letters in different roles are different features.
const WORD: u64 = 0x9e37_79b9_7f4a_7c15;
const PAIR: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PART: u64 = 0x1656_67b1_9e37_79f9;
/// The prime of FNV-1a.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Calls `see` with each feature's bucket and the words, by their indexes, that it comes from: one, or two neighbours.
pub fn visit(words: &[Word<'_>], mut see: impl FnMut(usize, usize, Option<usize>)) {
    let mut marked = Vec::with_capacity(WORD_MAX + 2);
    for (at, word) in words.iter().enumerate() {
        let letters = word.folded.as_bytes();
        let letters = &letters[..letters.len().min(WORD_MAX)];
        see(bucket(hash(WORD, letters)), at, None);
        if at > 0 {
            let first = hash(PAIR, words[at - 1].folded.as_bytes());
            see(bucket(hash(step(first, b' '), letters)), at - 1, Some(at));
        }
        marked.clear();
        marked.push(b'<');
        marked.extend_from_slice(letters);
        marked.push(b'>');
        for start in 0..marked.len() {
            let mut piece = PART;
            for (length, letter) in marked[start..].iter().take(PIECE.1).enumerate() {
                piece = step(piece, *letter);
                if length + 1 >= PIECE.0 {
                    see(bucket(piece), at, None);
                }
            }
        }
    }
}

fn hash(from: u64, letters: &[u8]) -> u64 {
    letters.iter().fold(from, |hash, letter| step(hash, *letter))
}

const fn step(hash: u64, letter: u8) -> u64 {
    (hash ^ letter as u64).wrapping_mul(PRIME)
}

/// The bucket of a hash, of whose bits the upper ones are mixed best.
const fn bucket(hash: u64) -> usize {
    ((hash ^ (hash >> 29)).wrapping_mul(WORD) >> (64 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::read_words;

    fn buckets(text: &str) -> Vec<usize> {
        let mut buckets = Vec::new();
        visit(&read_words(text), |bucket, _, _| buckets.push(bucket));
        buckets
    }

    #[test]
    fn a_text_has_its_words_pairs_and_pieces() {
        // Two words, one pair, and of "<wifi>" 4 + 3 + 2, of "<down>" 4 + 3 + 2 pieces.
        assert_eq!(buckets("wifi down").len(), 2 + 1 + 18);
        assert_eq!(buckets("WiFi DOWN"), buckets("wifi down"));
        assert_eq!(buckets("").len(), 0);
        assert!(buckets("wifi down").iter().all(|bucket| *bucket < BUCKETS));
    }

    #[test]
    fn words_in_another_order_differ_in_their_pair_alone() {
        let (mut one, mut other) = (buckets("wifi down"), buckets("down wifi"));
        one.sort_unstable();
        other.sort_unstable();
        assert_eq!(one.iter().filter(|bucket| !other.contains(bucket)).count(), 1);
    }
}
