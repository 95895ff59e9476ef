//! Learns a model from sentences: complement naive Bayes and a linear support vector machine over the same features, put
//! together, with the lexicon's evidence, by a logistic regression over what each said of sentences it had not seen.
//!
//! Written here and not taken from linfa or smartcore because both learn from dense matrices: 12,000 sentences by a million
//! features would take 40 GB.

use crate::{
    CLASSES, evidence,
    features::{self, BUCKETS},
    model::share_of,
    reading::read_words,
};

/// What is added to each count of naive Bayes: a feature never seen with a category is unlikely there, not impossible.
const SMOOTHING: f32 = 0.2;
/// What a sentence on the wrong side costs the support vector machine, against the size of its weights.
const COST: f32 = 1.0;
/// How often the support vector machine goes through all sentences.
const ROUNDS: usize = 12;

/// A sentence to learn from.
#[derive(Clone, Copy, Debug)]
pub struct Example<'t> {
    /// The category's index in [`crate::SLUGS`].
    pub class: usize,
    /// The sentence.
    pub text: &'t str,
    /// How much it counts; 1 is a sentence of the corpus.
    pub weight: f32,
}

/// A sentence's features, and what the lexicon says of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The category's index.
    pub class: usize,
    /// How much it counts.
    pub weight: f32,
    /// Buckets and how often each occurs, ordered by bucket and scaled to a length that does not depend on the text's.
    pub features: Vec<(usize, f32)>,
    /// The lexicon's evidence.
    pub evidence: [f32; CLASSES],
}

impl Row {
    /// Reads a sentence.
    pub fn new(example: Example<'_>) -> Self {
        let mut words = read_words(example.text);
        let evidence = evidence::find(&mut words);
        let (mut features, mut squares) = (Vec::new(), 0.0_f32);
        features::visit(&words, |bucket, one, other| {
            let share = share_of(&evidence.shares, one, other);
            squares += share * share;
            features.push((bucket, share));
        });
        let norm = libm::sqrtf(squares).max(1.0);
        // In the order of the text, so that the sums of equal ones are the same wherever this runs.
        features.sort_by_key(|(bucket, _)| *bucket);
        features.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        for (_, count) in &mut features {
            *count /= norm;
        }
        Self { class: example.class, weight: example.weight, features, evidence: evidence.sums() }
    }
}

/// Weights of the features, three for each bucket, by each of the two ways to learn.
#[derive(Clone, Debug)]
pub struct Learned {
    /// Complement naive Bayes.
    pub bayes: Vec<f32>,
    /// The support vector machine.
    pub margin: Vec<f32>,
}

impl Learned {
    /// Learns from rows.
    pub fn from(rows: &[&Row]) -> Self {
        let rarity = rarity(rows);
        let mut learned = Self { bayes: learn_bayes(rows, &rarity), margin: learn_margin(rows, &rarity) };
        for (at, rarity) in rarity.iter().enumerate() {
            for class in 0..CLASSES {
                learned.bayes[at * CLASSES + class] *= rarity;
                learned.margin[at * CLASSES + class] *= rarity;
            }
        }
        learned
    }
}

/// The sum of a row's weights.
pub fn score(weights: &[f32], row: &Row) -> [f32; CLASSES] {
    let mut sums = [0.0; CLASSES];
    for (bucket, count) in &row.features {
        for (sum, weight) in sums.iter_mut().zip(&weights[bucket * CLASSES..]) {
            *sum += count * weight;
        }
    }
    sums
}

/// How many rows have each feature.
pub fn count_having(rows: &[&Row]) -> Vec<u32> {
    let mut having = vec![0; BUCKETS];
    for row in rows {
        for (bucket, _) in &row.features {
            having[*bucket] += 1;
        }
    }
    having
}

/// How much each feature tells by being rare: the logarithm of the inverse share of the rows that have it.
fn rarity(rows: &[&Row]) -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "there are fewer rows than 2^24")]
    let rarity = |having: u32| libm::logf((1.0 + rows.len() as f32) / (1.0 + having as f32)) + 1.0;
    count_having(rows).into_iter().map(rarity).collect()
}

/// The log-ratio of a feature's share within a category and within all others (Rennie et al., "Tackling the Poor
/// Assumptions of Naive Bayes Text Classifiers", 2003, whose complement this is).
fn learn_bayes(rows: &[&Row], rarity: &[f32]) -> Vec<f32> {
    let mut counts = vec![0.0_f32; BUCKETS * CLASSES];
    for row in rows {
        for (bucket, count) in &row.features {
            counts[bucket * CLASSES + row.class] += row.weight * count * rarity[*bucket];
        }
    }
    let mut totals = [0.0_f64; CLASSES];
    for counts in counts.chunks_exact(CLASSES) {
        for (total, count) in totals.iter_mut().zip(counts) {
            *total += f64::from(count + SMOOTHING);
        }
    }
    let whole: f64 = totals.iter().sum();
    #[expect(clippy::cast_possible_truncation, reason = "a ratio of sums")]
    let priors: [f32; CLASSES] = totals.map(|total| libm::log((whole - total) / total) as f32);
    for counts in counts.chunks_exact_mut(CLASSES) {
        let all: f32 = counts.iter().sum();
        let ratios: [f32; CLASSES] = std::array::from_fn(|class| {
            let (own, others) = (counts[class] + SMOOTHING, all - counts[class] + 2.0 * SMOOTHING);
            libm::logf(own / others) + priors[class]
        });
        let mean = ratios.iter().sum::<f32>() / 3.0;
        for (count, ratio) in counts.iter_mut().zip(ratios) {
            *count = ratio - mean;
        }
    }
    counts
}

/// One linear support vector machine a category against the others, with a squared hinge, by dual coordinate descent (Hsieh
/// et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008), all three in one walk over the rows.
fn learn_margin(rows: &[&Row], rarity: &[f32]) -> Vec<f32> {
    let mut weights = vec![0.0_f32; BUCKETS * CLASSES];
    let mut duals = vec![[0.0_f32; CLASSES]; rows.len()];
    // Scaled so that an ordinary row is about 1 long, whatever its features' rarity.
    let lengths: Vec<f32> = rows
        .iter()
        .map(|row| row.features.iter().map(|(bucket, count)| (count * rarity[*bucket]).powi(2)).sum::<f32>())
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "there are fewer rows than 2^24")]
    let scale = (lengths.iter().sum::<f32>() / rows.len().max(1) as f32).max(f32::MIN_POSITIVE);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut state);
        for at in &order {
            let row = rows[*at];
            let slack = scale / (2.0 * COST * row.weight.max(f32::MIN_POSITIVE));
            let mut sums = [0.0_f32; CLASSES];
            for (bucket, count) in &row.features {
                let value = count * rarity[*bucket];
                for (sum, weight) in sums.iter_mut().zip(&weights[bucket * CLASSES..]) {
                    *sum += value * weight;
                }
            }
            let steps: [f32; CLASSES] = std::array::from_fn(|class| {
                let side = if class == row.class { 1.0 } else { -1.0 };
                let dual = &mut duals[*at][class];
                let gradient = side * sums[class] - 1.0 + *dual * slack;
                let next = (*dual - gradient / (lengths[*at] + slack)).max(0.0);
                let step = (next - *dual) * side;
                *dual = next;
                step
            });
            for (bucket, count) in &row.features {
                let value = count * rarity[*bucket];
                for (weight, step) in weights[bucket * CLASSES..].iter_mut().zip(steps) {
                    *weight += step * value;
                }
            }
        }
    }
    weights
}

/// Fisher and Yates, with a generator of its own: the same order each time.
#[expect(clippy::cast_possible_truncation, reason = "a remainder of a length")]
fn shuffle(order: &mut [usize], state: &mut u64) {
    for last in (1..order.len()).rev() {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        order.swap(last, (*state % (last as u64 + 1)) as usize);
    }
}
