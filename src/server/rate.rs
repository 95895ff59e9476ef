//! How often a minute one address may do something: call the REST API (`--rest-limit`), try a wrong claim code.

use crate::error::AppError;
use axum::{extract::ConnectInfo, http::Extensions};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What a limit is counted over.
const MINUTE: Duration = Duration::from_mins(1);
/// From how many addresses on those with nothing to remember are forgotten.
const SWEEP: usize = 4_096;

/// Counts what each address does. Clones count together.
#[derive(Clone)]
pub struct Limiter {
    buckets: Arc<Mutex<Buckets>>,
}

impl Limiter {
    /// At most `limit` times at once and in any minute on average, for each address.
    pub fn new(limit: NonZeroU32) -> Self {
        Self { buckets: Arc::new(Mutex::new(Buckets::new(limit))) }
    }

    /// Counts one time of `address`.
    ///
    /// # Errors
    /// [`AppError::TooMany`] when it had all of them: this one is not counted.
    pub fn take(&self, address: IpAddr) -> Result<(), AppError> {
        let taken = self.buckets().take(address, Instant::now());
        taken.map_err(|wait| AppError::TooMany { retry_after: seconds(wait) })
    }

    /// Takes back what [`Limiter::take`] counted.
    pub fn give_back(&self, address: IpAddr) {
        self.buckets().give_back(address);
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a request with these extensions comes from.
///
/// The address is the connection's: behind a reverse proxy all callers share the proxy's.
pub fn address(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip().to_canonical())
}

/// A leaky bucket for each address, kept as the moment when it will be empty (GCRA).
struct Buckets {
    /// How long one of them takes to leak out.
    interval: Duration,
    empty_at: HashMap<IpAddr, Instant>,
    sweep_at: usize,
}

impl Buckets {
    fn new(limit: NonZeroU32) -> Self {
        Self { interval: MINUTE / limit.get(), empty_at: HashMap::new(), sweep_at: SWEEP }
    }

    /// Takes one of `address`, or says how long it has to wait.
    fn take(&mut self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        if self.empty_at.len() >= self.sweep_at {
            self.empty_at.retain(|_, empty_at| *empty_at > now);
            self.sweep_at = SWEEP.max(2 * self.empty_at.len());
        }
        let empty_at = self.empty_at.entry(address).or_insert(now);
        let full_for = (*empty_at).max(now) + self.interval - now;
        match full_for.checked_sub(MINUTE) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *empty_at = now + full_for;
                Ok(())
            }
        }
    }

    fn give_back(&mut self, address: IpAddr) {
        if let Some(empty_at) = self.empty_at.get_mut(&address)
            && let Some(earlier) = empty_at.checked_sub(self.interval)
        {
            *empty_at = earlier;
        }
    }
}

/// Whole seconds, rounded up.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    const B: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));

    fn buckets(limit: u32) -> Buckets {
        Buckets::new(NonZeroU32::new(limit).unwrap())
    }

    #[test]
    fn an_address_gets_its_limit_at_once_and_then_one_each_interval() {
        let (mut buckets, start) = (buckets(3), Instant::now());
        for _ in 0..3 {
            assert_eq!(buckets.take(A, start), Ok(()));
        }
        assert_eq!(buckets.take(A, start), Err(Duration::from_secs(20)));
        assert_eq!(buckets.take(A, start + Duration::from_secs(19)), Err(Duration::from_secs(1)));
        assert_eq!(buckets.take(A, start + Duration::from_secs(20)), Ok(()));
        assert_eq!(buckets.take(B, start), Ok(()));
    }

    #[test]
    fn a_minute_of_rest_gives_the_whole_limit_back_and_no_more() {
        let (mut buckets, start) = (buckets(60), Instant::now());
        for _ in 0..60 {
            assert_eq!(buckets.take(A, start), Ok(()));
        }
        let later = start + Duration::from_mins(10);
        assert_eq!((0..100).filter(|_| buckets.take(A, later).is_ok()).count(), 60);
    }

    #[test]
    fn what_is_given_back_does_not_count() {
        let (mut buckets, start) = (buckets(30), Instant::now());
        for _ in 0..100 {
            assert_eq!(buckets.take(A, start), Ok(()));
            buckets.give_back(A);
        }
        for _ in 0..30 {
            assert_eq!(buckets.take(A, start), Ok(()));
        }
        assert_eq!(buckets.take(A, start), Err(Duration::from_secs(2)));
        buckets.give_back(B);
        assert_eq!(buckets.take(B, start), Ok(()));
    }

    #[test]
    fn addresses_that_rest_are_forgotten() {
        let (mut buckets, start) = (buckets(1), Instant::now());
        for n in 0..SWEEP {
            let address = IpAddr::V4(Ipv4Addr::from(u32::try_from(n).unwrap()));
            assert_eq!(buckets.take(address, start), Ok(()));
        }
        assert_eq!(buckets.take(A, start + MINUTE), Ok(()));
        assert_eq!(buckets.empty_at.len(), 1);
    }

    #[test]
    fn waits_round_up_to_whole_seconds() {
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::from_secs(2)), 2);
    }
}
