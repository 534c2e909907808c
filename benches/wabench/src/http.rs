//! Just enough HTTP/1.1: a keep-alive client connection and request reading for the fake Graph server.
//! Hand-made so that the generator costs little beside the server under test.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Where requests go: host, port and the path the base URL carries.
#[derive(Clone, Debug)]
pub struct Target {
    pub host: String,
    pub addr: String,
    pub path: String,
}

impl Target {
    pub fn parse(url: &str) -> Result<Self, String> {
        let rest = url
            .strip_prefix("http://")
            .ok_or_else(|| format!("only http:// is spoken here, not {url}"))?;
        let (host, path) = match rest.find('/') {
            Some(i) => (&rest[..i], &rest[i..]),
            None => (rest, "/"),
        };
        let addr = if host.contains(':') { host.to_string() } else { format!("{host}:80") };
        Ok(Self { host: host.to_string(), addr, path: path.to_string() })
    }
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Conn {
    stream: TcpStream,
    buf: Vec<u8>,
}

enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

impl Conn {
    pub async fn open(addr: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self::from_stream(stream))
    }

    pub fn from_stream(stream: TcpStream) -> Self {
        Self { stream, buf: Vec::with_capacity(8 * 1024) }
    }

    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    async fn fill(&mut self) -> io::Result<usize> {
        self.buf.reserve(4096);
        self.stream.read_buf(&mut self.buf).await
    }

    /// Sends one request and reads its response whole.
    pub async fn roundtrip(&mut self, request: &[u8], want_headers: bool) -> io::Result<Response> {
        self.stream.write_all(request).await?;
        loop {
            if let Some((head_len, status, framing, headers)) =
                parse_response_head(&self.buf, want_headers)?
            {
                if status == 100 {
                    self.buf.drain(..head_len);
                    continue;
                }
                let framing =
                    if status == 204 || status == 304 { Framing::Length(0) } else { framing };
                let body = self.read_body(head_len, framing).await?;
                return Ok(Response { status, headers, body });
            }
            if self.fill().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    async fn read_body(&mut self, head_len: usize, framing: Framing) -> io::Result<Vec<u8>> {
        match framing {
            Framing::Length(n) => {
                while self.buf.len() < head_len + n {
                    if self.fill().await? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                let body = self.buf[head_len..head_len + n].to_vec();
                self.buf.drain(..head_len + n);
                Ok(body)
            }
            Framing::Chunked => {
                let mut at = head_len;
                let mut body = Vec::new();
                loop {
                    match httparse::parse_chunk_size(&self.buf[at..]) {
                        Ok(httparse::Status::Complete((used, size))) => {
                            let size = size as usize;
                            let end = at + used + size + 2;
                            while self.buf.len() < end {
                                if self.fill().await? == 0 {
                                    return Err(io::ErrorKind::UnexpectedEof.into());
                                }
                            }
                            body.extend_from_slice(&self.buf[at + used..at + used + size]);
                            at = end;
                            if size == 0 {
                                self.buf.drain(..at);
                                return Ok(body);
                            }
                        }
                        Ok(httparse::Status::Partial) => {
                            if self.fill().await? == 0 {
                                return Err(io::ErrorKind::UnexpectedEof.into());
                            }
                        }
                        Err(_) => return Err(io::ErrorKind::InvalidData.into()),
                    }
                }
            }
            Framing::UntilClose => {
                while self.fill().await? != 0 {}
                let body = self.buf[head_len..].to_vec();
                self.buf.clear();
                Ok(body)
            }
        }
    }

    /// Reads one request: method, path and body. `None` once the peer has closed.
    pub async fn next_request(&mut self) -> io::Result<Option<Request>> {
        loop {
            if let Some((head_len, method, path, framing, expect)) = parse_request_head(&self.buf)?
            {
                if expect {
                    self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
                }
                let framing = match framing {
                    Framing::UntilClose => Framing::Length(0),
                    f => f,
                };
                let body = self.read_body(head_len, framing).await?;
                return Ok(Some(Request { method, path, body }));
            }
            if self.fill().await? == 0 {
                return Ok(None);
            }
        }
    }
}

pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

type ResponseHead = (usize, u16, Framing, Vec<(String, String)>);

fn parse_response_head(buf: &[u8], want_headers: bool) -> io::Result<Option<ResponseHead>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    match head.parse(buf) {
        Ok(httparse::Status::Complete(n)) => {
            let framing = framing_of(head.headers);
            let kept = if want_headers {
                head.headers
                    .iter()
                    .map(|h| {
                        (h.name.to_ascii_lowercase(), String::from_utf8_lossy(h.value).into_owned())
                    })
                    .collect()
            } else {
                Vec::new()
            };
            Ok(Some((n, head.code.unwrap_or(0), framing, kept)))
        }
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(io::ErrorKind::InvalidData.into()),
    }
}

type RequestHead = (usize, String, String, Framing, bool);

fn parse_request_head(buf: &[u8]) -> io::Result<Option<RequestHead>> {
    if buf.is_empty() {
        return Ok(None);
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    match head.parse(buf) {
        Ok(httparse::Status::Complete(n)) => {
            let expect = head.headers.iter().any(|h| h.name.eq_ignore_ascii_case("expect"));
            Ok(Some((
                n,
                head.method.unwrap_or("").to_string(),
                head.path.unwrap_or("").to_string(),
                framing_of(head.headers),
                expect,
            )))
        }
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn framing_of(headers: &[httparse::Header<'_>]) -> Framing {
    for h in headers {
        if h.name.eq_ignore_ascii_case("content-length")
            && let Some(n) = std::str::from_utf8(h.value).ok().and_then(|v| v.trim().parse().ok())
        {
            return Framing::Length(n);
        }
        if h.name.eq_ignore_ascii_case("transfer-encoding") {
            return Framing::Chunked;
        }
    }
    Framing::UntilClose
}

pub fn json_response(status: u16, body: &str) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        429 => "Too Many Requests",
        _ => "Error",
    };
    format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
