//! At which calls and in which ways runs are stopped. Pure.

use crate::commands::options::Way;

/// Where one run is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) way: Way,
    /// The call to the database, or the exchange with the server, counted from 1.
    pub(super) at: u64,
}

/// How many points each way has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    /// Calls to the database, and the end of the connection as the last of them.
    pub(super) calls: u64,
    /// Exchanges with the server; none where there is no server.
    pub(super) exchanges: u64,
    /// Whether there is a process with Rust migrations.
    pub(super) has_runner: bool,
}

impl Counts {
    /// How many points there are for a way.
    pub(super) fn of(self, way: Way) -> u64 {
        match way {
            Way::KillCommand => self.calls,
            // At the end of the connection it has nothing left to do.
            Way::KillRunner if self.has_runner => self.calls.saturating_sub(1),
            Way::KillRunner => 0,
            Way::DropRequest | Way::DropAnswer | Way::HalfClose => self.exchanges,
        }
    }
}

/// The points that were asked for: those of all ways or of the ones named, all or one or so many of each.
pub(super) fn points(counts: Counts, ways: &[Way], at: Option<u64>, sample: Option<usize>) -> Vec<Point> {
    let ways = Way::ALL.into_iter().filter(|way| ways.is_empty() || ways.contains(way));
    let of_way = |way: Way| {
        let count = counts.of(way);
        let numbers: Vec<u64> = match (at, sample) {
            (Some(at), _) => (at..=at).filter(|at| *at <= count).collect(),
            (None, Some(sample)) => spread(count, sample as u64),
            (None, None) => (1..=count).collect(),
        };
        numbers.into_iter().map(move |at| Point { way, at })
    };
    ways.flat_map(of_way).collect()
}

/// So many of the numbers up to `count`, evenly spread, with the first and the last.
fn spread(count: u64, wanted: u64) -> Vec<u64> {
    match wanted {
        _ if wanted >= count => (1..=count).collect(),
        0 => Vec::new(),
        1 => vec![count.div_ceil(2)],
        _ => (0..wanted).map(|index| 1 + index * (count - 1) / (wanted - 1)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Point, Way, points, spread};

    const SERVER: Counts = Counts { calls: 3, exchanges: 5, has_runner: true };

    #[test]
    fn every_call_and_exchange_is_a_point_in_each_way() {
        let all = points(SERVER, &[], None, None);
        assert_eq!(all.len(), 3 + 2 + 5 + 5 + 5);
        let file = Counts { exchanges: 0, has_runner: false, ..SERVER };
        let all = points(file, &[], None, None);
        assert_eq!(all, [1, 2, 3].map(|at| Point { way: Way::KillCommand, at }));
    }

    #[test]
    fn one_point_can_be_had_alone() {
        let ways = [Way::DropAnswer];
        assert_eq!(points(SERVER, &ways, Some(5), None), [Point { way: Way::DropAnswer, at: 5 }]);
        assert_eq!(points(SERVER, &ways, Some(6), None), []);
    }

    #[test]
    fn a_sample_is_spread_from_the_first_to_the_last() {
        assert_eq!(spread(100, 5), [1, 25, 50, 75, 100]);
        assert_eq!(spread(3, 5), [1, 2, 3]);
        assert_eq!(spread(9, 1), [5]);
        assert_eq!(spread(0, 5), Vec::<u64>::new());
    }
}
