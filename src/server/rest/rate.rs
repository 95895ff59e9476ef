//! `--rest-limit`: how many requests a minute one address may send.

use super::problem::Problem;
use crate::error::AppError;
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What a limit is counted over.
const MINUTE: Duration = Duration::from_mins(1);
/// From how many addresses on those with nothing to remember are forgotten.
const SWEEP: usize = 4_096;

/// Counts the requests of each address. Clones count together.
#[derive(Clone)]
pub struct Limiter {
    buckets: Arc<Mutex<Buckets>>,
}

impl Limiter {
    /// At most `limit` requests at once and in any minute on average, for each address.
    pub fn new(limit: NonZeroU32) -> Self {
        Self { buckets: Arc::new(Mutex::new(Buckets::new(limit))) }
    }
}

/// Passes a request on, or refuses it with 429 and `Retry-After`.
///
/// The address is the connection's: behind a reverse proxy all callers share the proxy's.
pub async fn limit(State(limiter): State<Limiter>, request: Request, next: Next) -> Response {
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip().to_canonical());
    let taken = limiter.buckets.lock().unwrap_or_else(PoisonError::into_inner).take(address, Instant::now());
    match taken {
        Ok(()) => next.run(request).await,
        Err(wait) => Problem(AppError::TooMany { retry_after: seconds(wait) }).into_response(),
    }
}

/// A leaky bucket for each address, kept as the moment when it will be empty (GCRA).
struct Buckets {
    /// How long one request takes to leak out.
    interval: Duration,
    empty_at: HashMap<IpAddr, Instant>,
    sweep_at: usize,
}

impl Buckets {
    fn new(limit: NonZeroU32) -> Self {
        Self { interval: MINUTE / limit.get(), empty_at: HashMap::new(), sweep_at: SWEEP }
    }

    /// Takes one request of `address`, or says how long it has to wait.
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
