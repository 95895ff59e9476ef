//! The linear model: for each category the weight of each feature, beside the lexicon's evidence, and how sure that makes.

use crate::{
    CLASSES,
    evidence::{self, Evidence},
    features, lexicon,
    reading::{Word, read_words},
    table,
};
use std::{borrow::Cow, sync::LazyLock};

/// How a model's bytes begin.
const MAGIC: [u8; 8] = *b"CDCATEG2";
/// The numbers behind it: [`Head`]'s, as 32-bit floats, little-endian.
const HEAD: usize = 7;
/// A model's size, in bytes.
pub const SIZE: usize = MAGIC.len() + HEAD * 4 + table::SIZE;
/// The model that the program carries; `campusdesk train` writes it.
static EMBEDDED: &[u8] = include_bytes!("../model.bin");

/// One in so many weights may be too large to be told exactly.
const CUT: usize = 500;
/// At most that many words are given as the reason.
const REASONS: usize = 3;
/// A word that says less than this, in log-odds, is no reason; nor is one that says less than this share of the first.
const REASON: (f32, f32) = (0.25, 0.2);

/// What is not a feature's weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head {
    /// What a feature's weight of 1 adds to a score.
    pub scale: f32,
    /// What the lexicon's evidence of 1 adds to a score.
    pub evidence: f32,
    /// What each category has before anything was read.
    pub bias: [f32; CLASSES],
    /// A confidence under this should be looked at by a person.
    pub doubt: f32,
    /// The accuracy that cross-validation found.
    pub accuracy: f32,
}

/// A model that answers.
#[derive(Clone, Debug)]
pub struct Model {
    head: Head,
    table: Cow<'static, [u8]>,
}

/// What a model makes of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The category's index in [`crate::SLUGS`].
    pub class: usize,
    /// The probability that it is the right one: 1/3 to 1.
    pub confidence: f32,
    /// The words that decided, as typed, the weightiest first; at most three.
    pub because: Vec<String>,
}

/// How sure a category is of which nothing was said: one of three.
const UNSAID: f32 = 1.0 / 3.0;

impl Model {
    /// The model that the program carries.
    pub fn embedded() -> &'static Self {
        static MODEL: LazyLock<Model> = LazyLock::new(|| {
            let empty = Head { scale: 0.0, evidence: 1.0, bias: [0.0; CLASSES], doubt: 1.0, accuracy: 0.0 };
            // A program without a readable model still has the lexicon. A test sees that it has one.
            Model::read(Cow::Borrowed(EMBEDDED))
                .unwrap_or_else(|| Model { head: empty, table: Cow::Owned(vec![0; table::SIZE]) })
        });
        &MODEL
    }

    /// Tells the program's model from those of other versions: learned models go with the one that they were learned beside.
    pub fn embedded_digest() -> String {
        let digest = EMBEDDED.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{digest:016x}")
    }

    /// A model from its bytes; none when they are not those of a model.
    pub fn read(bytes: Cow<'static, [u8]>) -> Option<Self> {
        if bytes.len() != SIZE || !bytes.starts_with(&MAGIC) {
            return None;
        }
        let mut numbers = [0.0; HEAD];
        for (number, bytes) in numbers.iter_mut().zip(bytes[MAGIC.len()..].chunks_exact(4)) {
            *number = f32::from_le_bytes(bytes.try_into().ok()?);
        }
        let [scale, evidence, first, second, third, doubt, accuracy] = numbers;
        let head = Head { scale, evidence, bias: [first, second, third], doubt, accuracy };
        let begin = MAGIC.len() + HEAD * 4;
        let table = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[begin..]),
            Cow::Owned(mut bytes) => Cow::Owned(bytes.split_off(begin)),
        };
        numbers.iter().all(|number| number.is_finite()).then_some(Self { head, table })
    }

    /// The model's bytes, [`SIZE`] of them.
    pub fn bytes(&self) -> Vec<u8> {
        let Head { scale, evidence, bias: [first, second, third], doubt, accuracy } = self.head;
        let mut bytes = Vec::with_capacity(SIZE);
        bytes.extend_from_slice(&MAGIC);
        for number in [scale, evidence, first, second, third, doubt, accuracy] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.table);
        bytes
    }

    /// A model of these weights, three for each bucket: those that count most, rounded to 255 steps.
    /// `having` tells how many sentences had each.
    pub(crate) fn new(head: Head, weights: &[f32], having: &[u32]) -> Self {
        // Only the differences between the categories decide.
        let centred = |weights: &[f32]| {
            let mean = weights.iter().sum::<f32>() / 3.0;
            [weights[0] - mean, weights[1] - mean, weights[2] - mean]
        };
        let size = |weights: [f32; CLASSES]| weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let mut known: Vec<(usize, [f32; CLASSES])> = weights
            .chunks_exact(CLASSES)
            .map(centred)
            .enumerate()
            .filter(|(bucket, weights)| having[*bucket] > 0 && size(*weights) > 0.0)
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "there are fewer sentences than 2^24")]
        let counts = |(bucket, weights): &(usize, [f32; CLASSES])| size(*weights) * having[*bucket] as f32;
        known.sort_by(|one, other| counts(other).total_cmp(&counts(one)));
        known.truncate(table::CAPACITY);
        // A few outliers are cut, for finer steps.
        let mut sizes: Vec<f32> = known.iter().map(|(_, weights)| size(*weights)).collect();
        sizes.sort_by(|one, other| other.total_cmp(one));
        let most = sizes.get(sizes.len() / CUT).copied().unwrap_or(f32::MIN_POSITIVE);
        let step = most / 127.0;
        #[expect(clippy::cast_possible_truncation, reason = "within -127 to 127")]
        let rounded = |weight: f32| (weight / step).round().clamp(-127.0, 127.0) as i8;
        let known = known.into_iter().map(|(bucket, weights)| (bucket, [rounded(weights[0]), rounded(weights[1])]));
        Self { head: Head { scale: head.scale * step, ..head }, table: Cow::Owned(table::build(known)) }
    }

    pub(crate) fn with_head(self, head: Head) -> Self {
        Self { head, ..self }
    }

    /// What is not a feature's weight.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Whether a decision of that confidence should be looked at by a person.
    pub fn doubts(&self, confidence: f32) -> bool {
        confidence < self.head.doubt
    }

    /// Decides what a text is about. Never fails: a text without a known word gets the category that is likeliest then, a
    /// low confidence and no reason.
    pub fn classify(&self, text: &str) -> Decision {
        let mut words = read_words(text);
        let evidence = evidence::find(&mut words);
        let (sums, norm) = self.sum(&words, &evidence.shares);
        let said = evidence.sums();
        let scores: [f32; CLASSES] = std::array::from_fn(|class| {
            self.head.bias[class] + self.head.scale * sums[class] / norm + self.head.evidence * said[class]
        });
        let class = (1..CLASSES).fold(0, |best, next| if scores[next] > scores[best] { next } else { best });
        let total: f32 = scores.iter().map(|score| libm::expf(score - scores[class])).sum();
        let because = self.explain(class, &words, &evidence, norm);
        // Numbers alone, or nothing that can be read, say nothing: a guess, whatever the model is inclined to.
        let is_said = words.iter().any(|word| word.folded.bytes().any(|byte| byte.is_ascii_alphabetic()));
        let confidence = if is_said { 1.0 / total } else { UNSAID };
        Decision { class, confidence, because }
    }

    fn weight(&self, bucket: usize) -> [f32; CLASSES] {
        table::look_up(&self.table, bucket)
    }

    /// The sum of the weights of all features, and what to divide it by so that a long text is not surer for its length.
    fn sum(&self, words: &[Word<'_>], shares: &[f32]) -> ([f32; CLASSES], f32) {
        let (mut sums, mut squares) = ([0.0; CLASSES], 0.0);
        features::visit(words, |bucket, one, other| {
            let share = share_of(shares, one, other);
            squares += share * share;
            for (sum, weight) in sums.iter_mut().zip(self.weight(bucket)) {
                *sum += share * weight;
            }
        });
        (sums, libm::sqrtf(squares).max(1.0))
    }

    /// The words that speak most for a category, against the mean of the others.
    fn explain(&self, class: usize, words: &[Word<'_>], evidence: &Evidence, norm: f32) -> Vec<String> {
        let mut says = vec![0.0_f32; words.len()];
        let lead = |weights: [f32; CLASSES]| {
            let all: f32 = weights.iter().sum();
            weights[class] - (all - weights[class]) / 2.0
        };
        features::visit(words, |bucket, one, other| {
            let lead = self.head.scale * share_of(&evidence.shares, one, other) * lead(self.weight(bucket)) / norm;
            match other {
                None => says[one] += lead,
                Some(other) => {
                    says[one] += lead / 2.0;
                    says[other] += lead / 2.0;
                }
            }
        });
        for found in evidence.found.iter().filter(|found| found.class == class) {
            says[found.word] += self.head.evidence * found.weight;
        }
        // Letters and digits in one word are a number or a name: whatever it weighs, nobody would call it a reason.
        let is_word = |word: &str| !word.bytes().any(|byte| byte.is_ascii_digit());
        let is_reason = |at: &usize| lexicon::is_telling(&words[*at].folded) && is_word(&words[*at].folded);
        let mut order: Vec<usize> = (0..words.len()).filter(is_reason).collect();
        order.sort_by(|one, other| says[*other].total_cmp(&says[*one]).then(one.cmp(other)));
        let first = order.first().map_or(0.0, |at| says[*at]);
        let mut because: Vec<usize> = Vec::with_capacity(REASONS);
        for at in order {
            let is_reason = says[at] >= REASON.0.max(first * REASON.1);
            if is_reason && because.iter().all(|other| words[*other].folded != words[at].folded) {
                because.push(at);
            }
            if because.len() == REASONS {
                break;
            }
        }
        because.into_iter().map(|at| words[at].typed.to_owned()).collect()
    }
}

/// How much a feature counts by its words' sentences.
pub(crate) fn share_of(shares: &[f32], one: usize, other: Option<usize>) -> f32 {
    match other {
        None => shares[one],
        Some(other) => shares[one].min(shares[other]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SLUGS, corpus, evaluation};

    fn because(text: &str) -> (&'static str, Vec<String>) {
        let decision = Model::embedded().classify(text);
        (SLUGS[decision.class], decision.because)
    }

    #[test]
    fn r09_the_embedded_model_is_small_and_learned_from_the_embedded_corpus() -> Result<(), corpus::Problem> {
        const { assert!(SIZE <= 512_000) };
        let sentences = corpus::parse(corpus::EMBEDDED)?;
        let trained = evaluation::train(&corpus::examples(&sentences));
        assert!(trained.model.bytes() == EMBEDDED, "the corpus or the learning changed: run `make model`");
        let validation = trained.validation();
        assert!(validation.accuracy() >= 0.85, "{}", validation.accuracy());
        assert!(validation.macro_f1() >= 0.85, "{}", validation.macro_f1());
        assert!(validation.calibration_error() <= 0.05, "{}", validation.calibration_error());
        for (other, (name, _)) in trained.validations.iter().zip(evaluation::WAYS) {
            assert!(other.accuracy() <= validation.accuracy(), "{name} is better");
        }
        Ok(())
    }

    #[test]
    fn r09_held_out_reports_are_mostly_right_whichever_their_kind() -> Result<(), corpus::Problem> {
        let held_out = corpus::parse(corpus::HELD_OUT)?;
        let share = |kinds: &[&str]| {
            let of: Vec<bool> = held_out
                .iter()
                .filter(|report| kinds.contains(&report.kind))
                .map(|report| Model::embedded().classify(report.text).class == report.class)
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "there are few reports")]
            let share = of.iter().filter(|right| **right).count() as f64 / of.len() as f64;
            share
        };
        let all: Vec<&str> = held_out.iter().map(|report| report.kind).collect();
        for (kinds, least) in [
            (&all[..], 0.90),
            (&["plain"], 0.97),
            (&["typo"], 0.92),
            (&["indirect"], 0.85),
            (&["long"], 0.82),
            (&["ambiguous"], 0.78),
            (&["it", "es", "de", "fr", "pt"], 0.88),
        ] {
            assert!(share(kinds) >= least, "{kinds:?}: {}", share(kinds));
        }
        Ok(())
    }

    #[test]
    fn r09_the_reason_is_the_reporter_s_own_words() {
        assert_eq!(because("eduroam disconnects all the time").0, "technical-it");
        assert!(because("eduroam disconnects all the time").1.contains(&"eduroam".to_owned()));
        assert_eq!(because("The LIFT is stuck").1[0], "LIFT");
        assert!(because("and of the is it").1.is_empty());
    }

    #[test]
    fn a_model_reads_back_and_what_is_none_is_refused() {
        let bytes = Model::embedded().bytes();
        let again = Model::read(Cow::Owned(bytes.clone()));
        let again = again.map(|model| model.classify("wifi is down in the library"));
        assert_eq!(again, Some(Model::embedded().classify("wifi is down in the library")));
        let mut of_another_kind = bytes.clone();
        of_another_kind[7] = b'9';
        let mut no_number = bytes.clone();
        no_number[8..12].copy_from_slice(&f32::NAN.to_le_bytes());
        for bytes in [bytes[..bytes.len() - 1].to_vec(), of_another_kind, no_number, Vec::new()] {
            assert!(Model::read(Cow::Owned(bytes)).is_none());
        }
    }
}
