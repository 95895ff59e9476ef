//! How often a minute somebody may do something: an address call the REST API (`--rest-limit`) or try a wrong claim code, a device
//! send reports and messages.

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

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Everybody behind an address.
    Address(IpAddr),
    /// A device, by the number that it keeps.
    Device(u128),
}

impl From<IpAddr> for Who {
    fn from(address: IpAddr) -> Self {
        Self::Address(address)
    }
}

/// Counts what each of them does. Clones count together.
#[derive(Clone)]
pub struct Limiter {
    buckets: Arc<Mutex<Buckets>>,
}

impl Limiter {
    /// At most `limit` times at once and in any minute on average, for each of them.
    pub fn new(limit: NonZeroU32) -> Self {
        Self { buckets: Arc::new(Mutex::new(Buckets::new(limit))) }
    }

    /// Counts one time of `who`.
    ///
    /// # Errors
    /// [`AppError::TooMany`] when it had all of them: this one is not counted.
    pub fn take(&self, who: impl Into<Who>) -> Result<(), AppError> {
        let taken = self.buckets().take(who.into(), Instant::now());
        taken.map_err(|wait| AppError::TooMany { retry_after: seconds(wait) })
    }

    /// Takes back what [`Limiter::take`] counted.
    pub fn give_back(&self, who: impl Into<Who>) {
        self.buckets().give_back(who.into());
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often devices send reports and messages, or photos. Clones count together.
#[derive(Clone)]
pub struct Flood {
    devices: Limiter,
    strangers: Limiter,
}

/// Most reports and messages of a device a minute: more than anybody writes.
const OF_A_DEVICE: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// The same of all devices behind an address that keep no number: a whole campus may be one.
const OF_STRANGERS: NonZeroU32 = NonZeroU32::new(600).unwrap();

impl Default for Flood {
    fn default() -> Self {
        Self { devices: Limiter::new(OF_A_DEVICE), strangers: Limiter::new(OF_STRANGERS) }
    }
}

/// Most photos of a device a minute: four with each report or message.
const PHOTOS_OF_A_DEVICE: NonZeroU32 = NonZeroU32::new(80).unwrap();

impl Flood {
    /// The limits of photos.
    pub fn of_photos() -> Self {
        Self { devices: Limiter::new(PHOTOS_OF_A_DEVICE), ..Self::default() }
    }

    /// Counts one thing sent by that device, or by one without a number.
    ///
    /// # Errors
    /// [`AppError::TooMany`].
    pub fn take(&self, device: Option<u128>, address: IpAddr) -> Result<(), AppError> {
        match device {
            Some(device) => self.devices.take(Who::Device(device)),
            None => self.strangers.take(address),
        }
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

/// A leaky bucket for each of them, kept as the moment when it will be empty (GCRA).
struct Buckets {
    /// How long one of them takes to leak out.
    interval: Duration,
    empty_at: HashMap<Who, Instant>,
    sweep_at: usize,
}

impl Buckets {
    fn new(limit: NonZeroU32) -> Self {
        Self { interval: MINUTE / limit.get(), empty_at: HashMap::new(), sweep_at: SWEEP }
    }

    /// Takes one of `who`, or says how long it has to wait.
    fn take(&mut self, who: Who, now: Instant) -> Result<(), Duration> {
        if self.empty_at.len() >= self.sweep_at {
            self.empty_at.retain(|_, empty_at| *empty_at > now);
            self.sweep_at = SWEEP.max(2 * self.empty_at.len());
        }
        let empty_at = self.empty_at.entry(who).or_insert(now);
        let full_for = (*empty_at).max(now) + self.interval - now;
        match full_for.checked_sub(MINUTE) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *empty_at = now + full_for;
                Ok(())
            }
        }
    }

    fn give_back(&mut self, who: Who) {
        if let Some(empty_at) = self.empty_at.get_mut(&who)
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

    const A: Who = Who::Address(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)));
    const B: Who = Who::Address(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)));

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
            assert_eq!(buckets.take(address.into(), start), Ok(()));
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
