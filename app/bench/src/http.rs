//! A client of HTTP/1.1 over one kept-alive connection to this machine: just what a load driver needs, so that the
//! driver costs little on the cores it shares with the server, and nothing is hidden (no retry, no pool, no redirect).

use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use zw_core::{Error, Result};

/// Largest answer that is read.
const MOST: usize = 64 * 1024 * 1024;

/// A request, ready to be written.
#[derive(Clone, Debug)]
pub struct Call {
    /// Method.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Headers beside Host and Content-Length.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Call {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: vec![], body: vec![] }
    }
    /// A POST with a body of a media type.
    pub fn post(path: impl Into<String>, media: &str, body: Vec<u8>) -> Self {
        Self { method: "POST", path: path.into(), headers: vec![("Content-Type", media.to_owned())], body }
    }
    /// With a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
    fn bytes(&self, host: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {host}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        if self.method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let mut out = head.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of a name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).map_err(|e| Error::Internal(format!("{e}: {}", self.start())))
    }
    /// Its beginning, for messages.
    pub fn start(&self) -> String {
        self.text().chars().take(300).collect()
    }
    /// Itself, if it has the status.
    pub fn expect(self, status: u16) -> Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        Err(Error::Internal(format!("answer {} instead of {status}: {}", self.status, self.start())))
    }
}

/// One connection. After an error it connects again at the next call.
pub struct Wire {
    to: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

fn io(e: std::io::Error) -> Error {
    Error::Unavailable(e.to_string())
}

fn bad(what: &str) -> Error {
    Error::Unavailable(format!("broken answer: {what}"))
}

impl Wire {
    /// A connection to be made at the first call.
    pub fn new(to: SocketAddr) -> Self {
        Self { to, stream: None }
    }
    /// Connects now, so that the first call does not pay for it.
    pub async fn connect(&mut self) -> Result<()> {
        if self.stream.is_none() {
            let s = TcpStream::connect(self.to).await.map_err(io)?;
            s.set_nodelay(true).map_err(io)?;
            self.stream = Some(BufReader::with_capacity(64 * 1024, s));
        }
        Ok(())
    }
    /// Sends a request and reads the answer to its end.
    pub async fn call(&mut self, call: &Call) -> Result<Reply> {
        self.connect().await?;
        let Some(stream) = self.stream.as_mut() else { return Err(bad("no connection")) };
        let done = exchange(stream, &call.bytes(self.to)).await;
        match done {
            Ok((reply, true)) => Ok(reply),
            Ok((reply, false)) => {
                self.stream = None;
                Ok(reply)
            }
            Err(e) => {
                self.stream = None;
                Err(e)
            }
        }
    }
    /// Sends a request and hands back the stream after the head of the answer (an event stream that never ends).
    pub async fn open(mut self, call: &Call) -> Result<Events> {
        self.connect().await?;
        let Some(mut stream) = self.stream.take() else { return Err(bad("no connection")) };
        stream.get_mut().write_all(&call.bytes(self.to)).await.map_err(io)?;
        let (status, headers) = head(&mut stream).await?;
        if status != 200 {
            return Err(Error::Unavailable(format!("event stream: answer {status}")));
        }
        let chunked = headers.iter().any(|(n, v)| n == "transfer-encoding" && v.contains("chunked"));
        Ok(Events { stream, chunked })
    }
}

/// An open event stream.
pub struct Events {
    stream: BufReader<TcpStream>,
    chunked: bool,
}

impl Events {
    /// The next non-empty line of the stream (`event: …`, `data: …`), chunk sizes left out.
    pub async fn line(&mut self) -> Result<String> {
        loop {
            let l = line(&mut self.stream).await?;
            let is_size = self.chunked && !l.is_empty() && l.bytes().all(|b| b.is_ascii_hexdigit());
            if !l.is_empty() && !is_size {
                return Ok(l);
            }
        }
    }
}

async fn line(s: &mut BufReader<TcpStream>) -> Result<String> {
    let mut l = String::new();
    if s.read_line(&mut l).await.map_err(io)? == 0 {
        return Err(bad("the connection ended"));
    }
    l.truncate(l.trim_end().len());
    Ok(l)
}

type Head = (u16, Vec<(String, String)>);

async fn head(s: &mut BufReader<TcpStream>) -> Result<Head> {
    let first = line(s).await?;
    let status = first.split(' ').nth(1).and_then(|c| c.parse().ok()).ok_or_else(|| bad("status line"))?;
    let mut headers = vec![];
    loop {
        let l = line(s).await?;
        if l.is_empty() {
            return Ok((status, headers));
        }
        let (name, value) = l.split_once(':').ok_or_else(|| bad("header"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// The answer, and whether the connection may be used again.
async fn exchange(s: &mut BufReader<TcpStream>, request: &[u8]) -> Result<(Reply, bool)> {
    s.get_mut().write_all(request).await.map_err(io)?;
    let (status, headers) = head(s).await?;
    let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let keep = find("connection").is_none_or(|v| !v.eq_ignore_ascii_case("close"));
    let mut body = vec![];
    if find("transfer-encoding").is_some_and(|v| v.contains("chunked")) {
        loop {
            let size = line(s).await?;
            let n = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16).map_err(|_| bad("chunk"))?;
            take(s, n, &mut body).await?;
            line(s).await?;
            if n == 0 {
                break;
            }
        }
    } else if let Some(n) = find("content-length") {
        take(s, n.parse().map_err(|_| bad("length"))?, &mut body).await?;
    } else if !matches!(status, 204 | 304) && !keep {
        s.read_to_end(&mut body).await.map_err(io)?;
    }
    Ok((Reply { status, headers, body }, keep))
}

async fn take(s: &mut BufReader<TcpStream>, n: usize, into: &mut Vec<u8>) -> Result<()> {
    let at = into.len();
    if at + n > MOST {
        return Err(bad("too long"));
    }
    into.resize(at + n, 0);
    s.read_exact(&mut into[at..]).await.map_err(io)?;
    Ok(())
}

/// Somebody signed in: a cookie and the form token. Every call has a connection of its own, because a server gives up
/// idle ones.
pub struct Visitor {
    to: SocketAddr,
    /// `name=value` of the session cookie.
    pub cookie: String,
    /// Form token of the session.
    pub csrf: String,
}

/// Fields as a form sends them.
pub fn form(fields: &[(&str, &str)]) -> Result<Vec<u8>> {
    serde_html_form::to_string(fields).map(String::into_bytes).map_err(Error::internal)
}

/// Media type of a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

impl Visitor {
    /// Signs in through the login page, as a browser does.
    pub async fn sign_in(to: SocketAddr, login: &str, password: &str) -> Result<Self> {
        let mut wire = Wire::new(to);
        let page = wire.call(&Call::get("/login")).await?.expect(200)?.text();
        let token = between(&page, "name=\"csrf\" value=\"", "\"").unwrap_or_default();
        let body = form(&[("csrf", token), ("login", login), ("password", password)])?;
        let call = Call::post("/login", FORM, body)
            .with("Origin", format!("http://{to}"))
            .with("Sec-Fetch-Site", "same-origin");
        let reply = wire.call(&call).await?;
        let cookie = reply
            .headers
            .iter()
            .filter(|(n, _)| n == "set-cookie")
            .filter_map(|(_, v)| v.split(';').next())
            .find(|c| c.starts_with("zw_session=") || c.starts_with("__Host-zw="))
            .map(str::to_owned);
        let Some(cookie) = cookie else {
            return Err(Error::Internal(format!("{login} cannot sign in: {} {}", reply.status, reply.start())));
        };
        let v = Self { to, cookie, csrf: String::new() };
        v.with_token().await
    }
    /// Takes up a session that exists already.
    pub async fn resume(to: SocketAddr, cookie: &str) -> Result<Self> {
        let v = Self { to, cookie: cookie.to_owned(), csrf: String::new() };
        v.with_token().await
    }
    /// Reads the form token from the page of the own account.
    async fn with_token(mut self) -> Result<Self> {
        let page = self.get("/account").await?.expect(200)?.text();
        self.csrf = between(&page, "name=\"csrf\" content=\"", "\"")
            .or_else(|| between(&page, "name=\"csrf\" value=\"", "\""))
            .ok_or_else(|| Error::Internal("the page has no form token".into()))?
            .to_owned();
        Ok(self)
    }
    /// A request with this visitor's session.
    pub fn signed(&self, call: Call) -> Call {
        let call = call.with("Cookie", self.cookie.clone());
        if call.method == "GET" {
            return call;
        }
        call.with("Origin", format!("http://{}", self.to))
            .with("Sec-Fetch-Site", "same-origin")
            .with("X-CSRF-Token", self.csrf.clone())
    }
    /// Gets a page.
    pub async fn get(&self, path: &str) -> Result<Reply> {
        let call = self.signed(Call::get(path));
        Wire::new(self.to).call(&call).await
    }
    /// Posts JSON.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Result<Reply> {
        let call = self.signed(Call::post(path, "application/json", body.to_string().into_bytes()));
        Wire::new(self.to).call(&call).await
    }
    /// Posts a form; the form token is added.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        let call = self.signed(Call::post(path, FORM, form(&all)?));
        Wire::new(self.to).call(&call).await
    }
}

/// The text between two marks.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn server(answers: Vec<&'static str>) -> SocketAddr {
        let l = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = l.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut s, _) = l.accept().await.unwrap();
            let mut buffer = [0; 4096];
            for a in answers {
                assert!(s.read(&mut buffer).await.unwrap() > 0);
                s.write_all(a.as_bytes()).await.unwrap();
            }
        });
        addr
    }

    #[tokio::test]
    async fn reads_both_kinds_of_bodies_on_one_connection() {
        let to = server(vec![
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
            "HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            "HTTP/1.1 303 See\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n",
        ])
        .await;
        let mut w = Wire::new(to);
        let a = w.call(&Call::get("/")).await.unwrap();
        assert_eq!((a.status, a.text().as_str(), a.header("x-a")), (200, "hello", Some("b")));
        let b = w.call(&Call::post("/", "text/plain", b"x".to_vec())).await.unwrap();
        assert_eq!((b.status, b.text().as_str()), (422, "abcde"));
        assert_eq!(w.call(&Call::get("/")).await.unwrap().header("location"), Some("/x"));
        assert!(w.call(&Call::get("/")).await.is_err(), "the server hung up");
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_is_an_error() {
        let to = server(vec!["HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"]).await;
        assert!(Wire::new(to).call(&Call::get("/")).await.is_err());
    }
}
