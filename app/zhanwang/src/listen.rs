//! The listener: HTTP/1.1 with limits on time, size and number (security.md INP-4), peers that may connect, and an
//! orderly stop.

use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;
use zw_web::{Counted, Counts};

/// Connections served at once; the next one waits in the system's queue.
const CONNECTIONS: usize = 2_000;
/// Connections of one address; a proxy carries everybody's and is not counted.
const PER_PEER: usize = 64;
/// Largest head of a request.
const HEAD: usize = 16 * 1024;
/// Requests in flight have this long after the stop signal (security.md section 4, row 15).
const DRAIN: Duration = Duration::from_secs(25);

/// Who may connect, and how often at once.
pub struct Peers {
    trusted: Vec<IpAddr>,
    only_trusted: bool,
    open: Counts<IpAddr>,
}

/// A connection that was let in, counted or not.
struct Admitted {
    _counted: Option<Counted<IpAddr>>,
}

impl Peers {
    /// The proxies are always let in. When the program does not listen on loopback they are the only ones: it speaks
    /// plain http, and whoever comes past the proxy would too.
    pub fn new(listen: IpAddr, proxies: &[IpAddr]) -> Arc<Self> {
        let trusted = proxies.iter().map(IpAddr::to_canonical).collect();
        Arc::new(Self { trusted, only_trusted: !listen.is_loopback(), open: Counts::default() })
    }

    fn admit(&self, peer: IpAddr) -> Option<Admitted> {
        let peer = peer.to_canonical();
        if self.trusted.contains(&peer) {
            return Some(Admitted { _counted: None });
        }
        if self.only_trusted {
            return None;
        }
        self.open.enter(peer, PER_PEER).map(|c| Admitted { _counted: Some(c) })
    }
}

/// Serves until the stop signal, then lets requests finish.
pub async fn serve(listener: TcpListener, peers: Arc<Peers>, router: axum::Router, stop: impl Future<Output = ()>) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10)).max_buf_size(HEAD).max_headers(64);
    let (graceful, slots) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS)));
    tokio::pin!(stop);
    loop {
        let slot = slots.clone().acquire_owned().await;
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(a) => a,
                Err(e) => {
                    // Out of descriptors, mostly: let some connections end before the next try.
                    tracing::warn!("accept: {e}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Some(admitted) = peers.admit(peer.ip()) else {
            tracing::debug!("{peer} is not let in: no proxy of ours, or too many connections");
            continue;
        };
        if let Err(e) = stream.set_nodelay(true) {
            tracing::debug!("nodelay: {e}");
        }
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let router = router.clone();
            async move {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
                Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {}))
            }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that goes away in the middle is no event of ours.
            if let Err(e) = connection.await {
                tracing::debug!("connection: {e}");
            }
            drop((slot, admitted));
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(DRAIN) => tracing::warn!("live streams were cut after {} s", DRAIN.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpSocket, TcpStream};

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const FAR: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

    async fn started(peers: Arc<Peers>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let router = axum::Router::new().route("/", axum::routing::get(|| async { "ok" }));
        tokio::spawn(serve(listener, peers, router, std::future::pending()));
        at
    }

    async fn from(source: &str, to: SocketAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{source}:0").parse().unwrap()).unwrap();
        socket.connect(to).await.unwrap()
    }

    /// The first line of the answer; empty if the connection was closed instead.
    async fn ask(stream: &mut TcpStream, head: &str) -> String {
        let mut answer = vec![];
        if stream.write_all(head.as_bytes()).await.is_ok() {
            let mut part = [0; 1024];
            while !answer.contains(&b'\n') {
                match stream.read(&mut part).await {
                    Ok(n) if n > 0 => answer.extend_from_slice(&part[..n]),
                    _ => break,
                }
            }
        }
        String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
    }

    const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    const OK: &str = "HTTP/1.1 200 OK";

    #[tokio::test]
    async fn beside_the_proxy_nobody_connects() {
        let at = started(Peers::new(FAR, &["127.0.0.2".parse().unwrap()])).await;
        assert_eq!(ask(&mut from("127.0.0.2", at).await, GET).await, OK, "the proxy");
        assert_eq!(ask(&mut from("127.0.0.3", at).await, GET).await, "", "somebody else");
        // Listening on loopback, this machine is let in.
        let at = started(Peers::new(HERE, &[])).await;
        assert_eq!(ask(&mut from("127.0.0.3", at).await, GET).await, OK);
    }

    #[tokio::test]
    async fn idle_connections_of_one_address_do_not_stop_another() {
        let peers = Peers::new(HERE, &["127.0.0.4".parse().unwrap()]);
        let at = started(peers.clone()).await;
        // Held open without a socket, so that no time limit of an idle connection plays a part.
        let _idle: Vec<_> = (0..PER_PEER).map(|_| peers.admit("127.0.0.2".parse().unwrap()).unwrap()).collect();
        assert_eq!(ask(&mut from("127.0.0.2", at).await, GET).await, "", "one too many");
        assert_eq!(ask(&mut from("127.0.0.3", at).await, GET).await, OK, "another address");
        let proxy = "127.0.0.4".parse().unwrap();
        let _carried: Vec<_> = (0..=PER_PEER).map(|_| peers.admit(proxy).unwrap()).collect();
        assert_eq!(ask(&mut from("127.0.0.4", at).await, GET).await, OK, "a proxy is not counted");
    }

    #[tokio::test]
    async fn the_count_goes_down_with_the_connection() {
        let peers = Peers::new(HERE, &[]);
        let all: Vec<_> = (0..PER_PEER).map(|_| peers.admit(HERE).unwrap()).collect();
        let mapped = std::net::Ipv4Addr::LOCALHOST.to_ipv6_mapped();
        assert!(peers.admit(mapped.into()).is_none(), "the same address in its other spelling");
        drop(all);
        assert!(peers.admit(HERE).is_some());
    }

    #[tokio::test]
    async fn a_large_head_is_refused() {
        let at = started(Peers::new(HERE, &[])).await;
        let head = |n: usize| format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "a".repeat(n));
        assert_eq!(ask(&mut from("127.0.0.2", at).await, &head(12 * 1024)).await, OK);
        let refused = ask(&mut from("127.0.0.2", at).await, &head(20 * 1024)).await;
        assert_eq!(refused, "HTTP/1.1 431 Request Header Fields Too Large");
    }
}
