//! A small table from features to weights, in which most features that it does not know are known to be unknown.
//!
//! A cuckoo filter (Fan et al., "Cuckoo Filter: Practically Better Than Bloom", 2014) with the weights beside each
//! fingerprint: a feature stands in one of two places of four slots each, found from its own bits, so that the table needs
//! neither the feature's name nor its hash. The weights of the categories have the sum 0: the last one is not kept.

use crate::CLASSES;

/// Places, of four slots each.
const PLACES: usize = 41_600;
const SLOTS: usize = 4;
/// A slot's bytes: the fingerprint, 0 in an empty slot, and the first two categories' weights.
const SLOT: usize = 3;
/// The table's bytes.
pub const SIZE: usize = PLACES * SLOTS * SLOT;
/// How many features fit with ease; the last twentieth would be hard to place.
pub const CAPACITY: usize = PLACES * SLOTS / 20 * 19;
/// How often a feature may push out another before the table is taken to be full.
const PUSHES: usize = 2_000;

/// The two places and the fingerprint of a feature.
fn find(feature: usize) -> (usize, usize, u8) {
    let bits = (feature as u64 ^ 0x5bd1_e995).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let (print, place) = (((bits >> 56) as u8).max(1), ((bits & 0xffff_ffff) % PLACES as u64) as usize);
    (place, other(place, print), print)
}

/// The other place of a fingerprint that has this one; of that one, this is the other.
fn other(place: usize, print: u8) -> usize {
    (usize::from(print) * 5_231 + PLACES - place) % PLACES
}

/// A feature's weights, all 0 when the table does not have it.
pub fn look_up(table: &[u8], feature: usize) -> [f32; CLASSES] {
    let (one, other, print) = find(feature);
    for place in [one, other] {
        let begin = place * SLOTS * SLOT;
        for slot in table[begin..begin + SLOTS * SLOT].chunks_exact(SLOT) {
            if slot[0] == print {
                let (first, second) = (f32::from(slot[1].cast_signed()), f32::from(slot[2].cast_signed()));
                return [first, second, -first - second];
            }
        }
    }
    [0.0; CLASSES]
}

/// A table of features and their first two categories' weights, in the order in which they are given; for what finds no
/// place, and that is rare below [`CAPACITY`], one is left out; so are the last ones should there be more.
pub fn build(features: impl IntoIterator<Item = (usize, [i8; 2])>) -> Vec<u8> {
    let mut table = vec![0_u8; SIZE];
    let mut turn = 0_usize;
    for (feature, [first, second]) in features.into_iter().take(CAPACITY) {
        let (one, two, print) = find(feature);
        let mut slot = [print, first.cast_unsigned(), second.cast_unsigned()];
        // Two features of one print and place would be one: the first, which counts more, stays.
        if [one, two].iter().any(|place| prints(&table, *place).contains(&print)) {
            continue;
        }
        let mut place = if has_room(&table, one) { one } else { two };
        for _ in 0..PUSHES {
            if let Some(free) = prints(&table, place).iter().position(|print| *print == 0) {
                slot_of(&mut table, place, free).copy_from_slice(&slot);
                break;
            }
            turn = (turn + 1) % SLOTS;
            let pushed = slot_of(&mut table, place, turn);
            let next = [pushed[0], pushed[1], pushed[2]];
            pushed.copy_from_slice(&slot);
            slot = next;
            place = other(place, slot[0]);
        }
    }
    table
}

fn prints(table: &[u8], place: usize) -> [u8; SLOTS] {
    std::array::from_fn(|slot| table[(place * SLOTS + slot) * SLOT])
}

fn has_room(table: &[u8], place: usize) -> bool {
    prints(table, place).contains(&0)
}

fn slot_of(table: &mut [u8], place: usize, slot: usize) -> &mut [u8] {
    let begin = (place * SLOTS + slot) * SLOT;
    &mut table[begin..begin + SLOT]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(one: f32, other: f32) -> bool {
        (one - other).abs() < 1e-6
    }

    #[test]
    fn what_was_put_in_is_found_and_little_else() {
        let weights = |feature: usize| [i8::try_from(feature % 200).map_or(-7, |n| n), 3];
        let table = build((0..CAPACITY).map(|n| (n * 6, weights(n))));
        let found = (0..CAPACITY).filter(|n| {
            let found = look_up(&table, n * 6);
            found[..2].iter().zip(weights(*n)).all(|(found, put)| is_near(*found, f32::from(put)))
        });
        // Few share place and print with another.
        assert!(found.count() * 100 >= CAPACITY * 97);
        let strange =
            (0..CAPACITY).filter(|n| !look_up(&table, n * 6 + 1).iter().all(|weight| is_near(*weight, 0.0))).count();
        assert!(strange * 100 <= CAPACITY * 5, "{strange}");
    }

    #[test]
    fn each_place_is_the_other_of_its_other() {
        for feature in 0..100_000 {
            let (one, two, print) = find(feature);
            assert!(one < PLACES && two < PLACES && print > 0);
            assert_eq!(other(two, print), one);
        }
    }
}
