//! The order of things that need one another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Sorts so that each thing comes after those that it needs, and of those that are ready the smallest key first.
/// `needs[i]` are the indexes that thing `i` needs, each once.
///
/// # Errors
/// A cycle, from its smallest key on: each thing needs the next, and the last the first.
pub(super) fn topological<K: Ord>(keys: &[K], needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut by_key: Vec<usize> = (0..keys.len()).collect();
    by_key.sort_by_key(|&thing| &keys[thing]);
    let mut rank = vec![0; keys.len()];
    for (at, &thing) in by_key.iter().enumerate() {
        rank[thing] = at;
    }

    let mut missing: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by = vec![Vec::new(); keys.len()];
    for (thing, needed) in needs.iter().enumerate() {
        for &other in needed {
            needed_by[other].push(thing);
        }
    }
    let mut ready: BinaryHeap<_> =
        missing.iter().enumerate().filter(|&(_, &count)| count == 0).map(|(thing, _)| Reverse(rank[thing])).collect();
    let mut order = Vec::with_capacity(keys.len());
    while let Some(Reverse(at)) = ready.pop() {
        let thing = by_key[at];
        order.push(thing);
        for &other in &needed_by[thing] {
            missing[other] -= 1;
            if missing[other] == 0 {
                ready.push(Reverse(rank[other]));
            }
        }
    }
    if order.len() == keys.len() {
        return Ok(order);
    }
    Err(cycle(&by_key, needs, &missing))
}

/// Follows what the things that never became ready need, until one comes a second time.
fn cycle(by_key: &[usize], needs: &[Vec<usize>], missing: &[usize]) -> Vec<usize> {
    let stuck = |thing: &&usize| missing[**thing] > 0;
    let mut path: Vec<usize> = by_key.iter().find(stuck).copied().into_iter().collect();
    let mut place = vec![None; needs.len()];
    while let Some(&thing) = path.last() {
        if let Some(start) = place[thing].replace(path.len() - 1) {
            path.pop();
            path.drain(..start);
            break;
        }
        // What is stuck needs at least one other that is stuck.
        path.extend(needs[thing].iter().find(stuck));
    }
    let first = (0..path.len()).min_by_key(|&at| by_key.iter().position(|&thing| thing == path[at])).unwrap_or(0);
    path.rotate_left(first);
    path
}

#[cfg(test)]
mod tests {
    use super::topological;

    #[test]
    fn the_smallest_of_those_that_are_ready_comes_first() {
        let keys = [3, 1, 2, 0];
        assert_eq!(topological(&keys, &[vec![], vec![], vec![], vec![]]), Ok(vec![3, 1, 2, 0]));
        assert_eq!(topological(&keys, &[vec![], vec![0], vec![], vec![2]]), Ok(vec![2, 3, 0, 1]));
    }

    #[test]
    fn a_cycle_is_given_without_what_only_leads_to_it() {
        let needs = [vec![1], vec![2], vec![3], vec![1], vec![]];
        assert_eq!(topological(&[0, 3, 1, 2, 4], &needs), Err(vec![2, 3, 1]));
        assert_eq!(topological(&[0], &[vec![0]]), Err(vec![0]));
    }

    #[test]
    fn a_long_chain_is_sorted_without_recursion() {
        let count = 100_000;
        let needs: Vec<Vec<usize>> = (0..count).map(|at| if at + 1 < count { vec![at + 1] } else { vec![] }).collect();
        let keys: Vec<usize> = (0..count).collect();
        assert_eq!(topological(&keys, &needs), Ok((0..count).rev().collect()));
    }
}
