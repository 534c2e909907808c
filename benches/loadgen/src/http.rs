//! Just enough HTTP/1.1: a client connection that is kept, and requests read for the fake Graph API.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Where webhooks go.
#[derive(Clone, Debug)]
pub struct Target {
    /// Host and port.
    pub address: String,
    pub path: String,
}

impl Target {
    /// Reads `http://HOST:PORT/PATH`.
    pub fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("http://").ok_or_else(|| format!("{url}: only http://"))?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let port = if host.contains(':') { "" } else { ":80" };
        Ok(Self { address: format!("{host}{port}"), path: format!("/{path}") })
    }
}

/// A request as the fake Graph API reads it.
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A head: its length, the length of the body behind it, and what its first line says.
struct Head<T> {
    length: usize,
    body: usize,
    says: T,
}

impl Connection {
    pub async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self::of(stream))
    }

    pub fn of(stream: TcpStream) -> Self {
        Self { stream, buffer: Vec::with_capacity(8 * 1024) }
    }

    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Sends one request, reads its answer whole, gives its status.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        let head = self.read(answer_head).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.take(head.length, head.body).await?;
        Ok(head.says)
    }

    /// The next request; `None` once the other side has closed.
    pub async fn request(&mut self) -> io::Result<Option<Request>> {
        let Some(head) = self.read(request_head).await? else { return Ok(None) };
        let body = self.take(head.length, head.body).await?;
        let (method, path) = head.says;
        Ok(Some(Request { method, path, body }))
    }

    async fn read<T>(
        &mut self,
        parse: impl Fn(&[u8]) -> Result<Option<Head<T>>, httparse::Error>,
    ) -> io::Result<Option<Head<T>>> {
        loop {
            let found = parse(&self.buffer).map_err(|_| io::ErrorKind::InvalidData)?;
            if found.is_some() {
                return Ok(found);
            }
            if self.fill().await? == 0 {
                return Ok(None);
            }
        }
    }

    async fn fill(&mut self) -> io::Result<usize> {
        self.buffer.reserve(4096);
        self.stream.read_buf(&mut self.buffer).await
    }

    async fn take(&mut self, head: usize, body: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < head + body {
            if self.fill().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let taken = self.buffer[head..head + body].to_vec();
        self.buffer.drain(..head + body);
        Ok(taken)
    }
}

fn answer_head(bytes: &[u8]) -> Result<Option<Head<u16>>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = answer.parse(bytes)? else { return Ok(None) };
    let says = answer.code.unwrap_or(0);
    Ok(Some(Head { length, body: body_length(answer.headers), says }))
}

fn request_head(bytes: &[u8]) -> Result<Option<Head<(String, String)>>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = request.parse(bytes)? else { return Ok(None) };
    let says = (
        request.method.unwrap_or_default().to_owned(),
        request.path.unwrap_or_default().to_owned(),
    );
    Ok(Some(Head { length, body: body_length(request.headers), says }))
}

fn body_length(headers: &[httparse::Header<'_>]) -> usize {
    headers
        .iter()
        .find(|h| h.name.eq_ignore_ascii_case("content-length"))
        .and_then(|h| std::str::from_utf8(h.value).ok()?.trim().parse().ok())
        .unwrap_or(0)
}

/// A JSON answer.
pub fn json(status: u16, body: &str) -> Vec<u8> {
    let reason = if status == 200 { "OK" } else { "Bad Request" };
    let length = body.len();
    format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
