//! Requests over connections that stay open, as many as can be sent in a while.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

/// What is sent, ready to be written.
#[derive(Clone)]
pub struct Request {
    address: SocketAddr,
    head: String,
    body: String,
}

impl Request {
    pub fn get(address: SocketAddr, path: &str, header: &str) -> Request {
        Request { address, head: head("GET", address, path, header), body: String::new() }
    }

    pub fn post(address: SocketAddr, path: &str, header: &str, kind: &str, body: &str) -> Request {
        let length = format!("content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
        Request { address, head: head("POST", address, path, header) + &length, body: body.to_owned() }
    }

    #[must_use]
    pub fn with_header(mut self, header: &str) -> Request {
        self.head.push_str(header);
        self.head.push_str("\r\n");
        self
    }
}

fn head(method: &str, address: SocketAddr, path: &str, header: &str) -> String {
    let line = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n");
    if header.is_empty() { line } else { format!("{line}{header}\r\n") }
}

/// What came of it.
pub struct Load {
    /// Of each answer, in microseconds, sorted.
    times: Vec<u64>,
    span: Duration,
    pub refused: usize,
}

impl Load {
    /// Sends the requests that `make` gives by number, from as many clients, for a while.
    pub fn run(
        clients: usize,
        span: Duration,
        make: impl Fn(usize) -> Request + Sync,
    ) -> anyhow::Result<Load> {
        let numbers = AtomicUsize::new(0);
        let began = Instant::now();
        let answers: Vec<anyhow::Result<(Vec<u64>, usize)>> = std::thread::scope(|scope| {
            let client = || -> anyhow::Result<(Vec<u64>, usize)> {
                let mut line = Line::open(make(0).address)?;
                let (mut times, mut refused) = (Vec::new(), 0);
                while began.elapsed() < span {
                    let request = make(numbers.fetch_add(1, Relaxed));
                    let sent = Instant::now();
                    let (status, _) = line.exchange(&request)?;
                    times.push(u64::try_from(sent.elapsed().as_micros())?);
                    refused += usize::from(status >= 400);
                }
                Ok((times, refused))
            };
            let threads: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
            threads.into_iter().map(|thread| thread.join().expect("a client ends by itself")).collect()
        });
        let mut load = Load { times: Vec::new(), span: began.elapsed(), refused: 0 };
        for answer in answers {
            let (times, refused) = answer?;
            load.times.extend(times);
            load.refused += refused;
        }
        load.times.sort_unstable();
        Ok(load)
    }

    /// Sends so many requests a second for a while, from as many clients; gives when each was answered, in order.
    pub fn paced(
        clients: usize,
        per_second: f64,
        span: Duration,
        make: impl Fn(usize) -> Request + Sync,
    ) -> anyhow::Result<Vec<Instant>> {
        let numbers = AtomicUsize::new(0);
        let began = Instant::now();
        let client = || -> anyhow::Result<Vec<Instant>> {
            let mut line = Line::open(make(0).address)?;
            let mut answered = Vec::new();
            loop {
                let number = numbers.fetch_add(1, Relaxed);
                let due = Duration::from_secs_f64(number as f64 / per_second);
                if due > span || began.elapsed() > span * 2 {
                    return Ok(answered);
                }
                std::thread::sleep(due.saturating_sub(began.elapsed()));
                let (status, body) = line.exchange(&make(number))?;
                anyhow::ensure!(status < 400, "{status} {}", String::from_utf8_lossy(&body));
                answered.push(Instant::now());
            }
        };
        let answers: Vec<anyhow::Result<Vec<Instant>>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
            threads.into_iter().map(|thread| thread.join().expect("a client ends by itself")).collect()
        });
        let mut all: Vec<Instant> = answers.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat();
        all.sort_unstable();
        Ok(all)
    }

    /// The body of one answer.
    pub fn once(request: &Request) -> anyhow::Result<Vec<u8>> {
        let (status, body) = Line::open(request.address)?.exchange(request)?;
        if status >= 400 {
            bail!(
                "{}: {status} {}",
                request.head.lines().next().unwrap_or_default(),
                String::from_utf8_lossy(&body)
            )
        }
        Ok(body)
    }

    /// One answer, with its head.
    pub fn answer(request: &Request) -> anyhow::Result<String> {
        let mut line = Line::open(request.address)?;
        line.exchange(request).map(|(_, body)| format!("{}\n{}", line.head, String::from_utf8_lossy(&body)))
    }

    pub fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.span.as_secs_f64()
    }

    pub fn quantile_ms(&self, share: f64) -> f64 {
        let at = ((self.times.len() as f64 * share) as usize).min(self.times.len().saturating_sub(1));
        self.times.get(at).map_or(0.0, |micros| *micros as f64 / 1e3)
    }
}

/// An open connection.
struct Line {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Line {
    fn open(address: SocketAddr) -> anyhow::Result<Line> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Line { stream: BufReader::with_capacity(1 << 16, stream), head: String::new() })
    }

    /// Status and body of the answer (RFC 9112: of a known length, or in chunks).
    fn exchange(&mut self, request: &Request) -> anyhow::Result<(u16, Vec<u8>)> {
        let message = format!("{}\r\n{}", request.head, request.body);
        self.stream.get_mut().write_all(message.as_bytes())?;
        self.head.clear();
        while !self.head.ends_with("\r\n\r\n") {
            anyhow::ensure!(self.stream.read_line(&mut self.head)? > 0, "the connection was closed");
        }
        let status =
            self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let lower = self.head.to_ascii_lowercase();
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
        let mut body = Vec::new();
        match length {
            Some(length) => {
                body.resize(length, 0);
                self.stream.read_exact(&mut body)?;
            }
            None if lower.contains("transfer-encoding: chunked") => self.chunks(&mut body)?,
            None => {}
        }
        Ok((status, body))
    }

    fn chunks(&mut self, body: &mut Vec<u8>) -> anyhow::Result<()> {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16).context("a chunk's length")?;
            let start = body.len();
            body.resize(start + length, 0);
            self.stream.read_exact(&mut body[start..])?;
            self.stream.read_line(&mut String::new())?;
            if length == 0 {
                return Ok(());
            }
        }
    }
}
