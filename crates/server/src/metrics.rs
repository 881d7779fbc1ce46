//! Figures for monitoring, in Prometheus' text format (version 0.0.4).

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use app::App;
use axum::{extract::Request, middleware::Next, response::Response};

/// Upper bounds of the buckets of request times, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What is counted about requests.
#[derive(Default)]
pub struct Metrics {
    /// By hundreds of the status: 1xx to 5xx.
    statuses: [AtomicU64; 5],
    buckets: [AtomicU64; BUCKETS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

impl Metrics {
    fn note(&self, status: u16, time: Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.statuses[class].fetch_add(1, Relaxed);
        let seconds = time.as_secs_f64();
        for (bucket, bound) in self.buckets.iter().zip(BUCKETS) {
            if seconds <= bound {
                bucket.fetch_add(1, Relaxed);
            }
        }
        self.count.fetch_add(1, Relaxed);
        self.micros.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    /// All figures as text.
    pub fn render(&self, app: &App) -> String {
        let mut text = String::new();
        text.push_str("# TYPE rapport_http_requests_total counter\n");
        for (class, count) in self.statuses.iter().enumerate() {
            let _ = writeln!(
                text,
                "rapport_http_requests_total{{status=\"{}xx\"}} {}",
                class + 1,
                count.load(Relaxed)
            );
        }
        text.push_str("# TYPE rapport_http_request_seconds histogram\n");
        for (bucket, bound) in self.buckets.iter().zip(BUCKETS) {
            let _ = writeln!(
                text,
                "rapport_http_request_seconds_bucket{{le=\"{bound}\"}} {}",
                bucket.load(Relaxed)
            );
        }
        let count = self.count.load(Relaxed);
        let _ = writeln!(text, "rapport_http_request_seconds_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(text, "rapport_http_request_seconds_sum {}", self.micros.load(Relaxed) as f64 / 1e6);
        let _ = writeln!(text, "rapport_http_request_seconds_count {count}");
        for (at, workspace) in app.workspaces().iter().enumerate() {
            let counts = workspace.db().counts();
            let figures = [
                ("reads", counts.reads),
                ("writes", counts.writes),
                ("statements", counts.statements),
                ("rows_read", counts.rows_read),
                ("rows_written", counts.rows_written),
                ("commits", counts.commits),
                ("retries", counts.retries),
            ];
            for (name, figure) in figures {
                let _ = writeln!(text, "rapport_database_{name}_total{{workspace=\"{at}\"}} {figure}");
            }
        }
        text
    }
}

/// Counts a request and its time.
pub async fn measure(metrics: Arc<Metrics>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    metrics.note(response.status().as_u16(), began.elapsed());
    response
}
