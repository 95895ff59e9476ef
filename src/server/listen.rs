//! Listens on an address, and stops when told to without breaking off what is running.

use axum::{Router, serve::ListenerExt};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    time::Duration,
};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
    time::timeout,
};

/// How long running requests may take to finish once the process is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the process cannot listen, as one sentence for the terminal.
#[derive(Debug, Error)]
pub enum ListenError {
    /// Another program does already.
    #[error("{address} is in use: stop the program that listens there, or give another address with --listen.")]
    InUse {
        /// As it was given.
        address: String,
    },
    /// The operating system forbids it.
    #[error("This user may not listen on {address}: give a port from 1024 on with --listen.")]
    Forbidden {
        /// As it was given.
        address: String,
    },
    /// It is no address of this machine.
    #[error("{address} is no address to listen on: give one of this machine such as 127.0.0.1:3000 with --listen.")]
    NoAddress {
        /// As it was given.
        address: String,
    },
    /// Anything else that the operating system says.
    #[error("The server cannot run: {0}.")]
    System(#[from] io::Error),
}

/// Takes `address` (`HOST:PORT`; port 0 is any that is free).
///
/// # Errors
/// [`ListenError`], which says what to do about it.
pub async fn bind(address: &str) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|error| {
        let address = address.to_owned();
        match error.kind() {
            ErrorKind::AddrInUse => ListenError::InUse { address },
            ErrorKind::PermissionDenied => ListenError::Forbidden { address },
            _ => ListenError::NoAddress { address },
        }
    })
}

/// Answers on `listener` until SIGTERM or SIGINT. Then takes no more connections, and waits for what is running, ten
/// seconds at most; `end` ends what would run for ever.
///
/// # Errors
/// [`ListenError::System`] when the signals cannot be had.
pub async fn serve(listener: TcpListener, router: Router, end: impl FnOnce()) -> Result<(), ListenError> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let address = listener.local_addr()?;
    let listener = listener.tap_io(|connection| {
        // Without it the last packet of an answer waits for the one before to be acknowledged.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async {
        // An error means that the sender is gone: time to stop just as well.
        drop(stopped.await);
    });
    let mut server = tokio::spawn(server.into_future());
    tracing::info!("listening on http://{address}");
    tokio::select! {
        () = received(&mut terminate) => {}
        () = received(&mut interrupt) => {}
        _ = &mut server => {}
    }
    tracing::info!("stopping");
    drop(stop);
    end();
    if timeout(PATIENCE, server).await.is_err() {
        tracing::warn!("some requests did not finish in {} seconds", PATIENCE.as_secs());
    }
    Ok(())
}

async fn received(signal: &mut Signal) {
    signal.recv().await;
}
