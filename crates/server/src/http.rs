//! The listener, and what stands around the routes: health, metrics, compression, logs, a stop that loses nothing.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use app::App;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
    serve::ListenerExt,
};
use tokio::net::TcpListener;
use tower_http::{compression::CompressionLayer, timeout::RequestBodyTimeoutLayer, trace::TraceLayer};

use crate::metrics::{Metrics, measure};

/// How long requests may still take when the program is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What a request may take that sends no file.
const LONGEST: Duration = Duration::from_secs(120);
/// How long nothing may come of a body that is on its way.
const SILENCE: Duration = Duration::from_secs(30);

/// All routes with everything around them.
pub fn router(routes: Router<Arc<App>>, app: &Arc<App>) -> Router {
    let metrics = Arc::new(Metrics::default());
    let counted = Arc::clone(&metrics);
    let shown = Arc::clone(&metrics);
    let operations = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(move |State(app): State<Arc<App>>| async move { shown.render(&app) }))
        .with_state(Arc::clone(app));
    web::router(routes, Arc::clone(app))
        .merge(operations)
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest))
        .layer(TraceLayer::new_for_http())
        .layer(RequestBodyTimeoutLayer::new(SILENCE))
        .layer(middleware::from_fn(|request, next| in_time(LONGEST, request, next)))
        .layer(middleware::from_fn(move |request, next| measure(Arc::clone(&counted), request, next)))
}

/// Ends a request that takes longer than `longest`. A file on its way may take its time, as long as something of it
/// comes: [`SILENCE`].
async fn in_time(longest: Duration, request: Request, next: Next) -> Response {
    if is_upload(request.headers()) {
        return next.run(request).await;
    }
    tokio::time::timeout(longest, next.run(request)).await.unwrap_or_else(|_| {
        (StatusCode::GATEWAY_TIMEOUT, "This took too long and was given up.\n").into_response()
    })
}

fn is_upload(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    ["multipart/form-data", "application/octet-stream"].iter().any(|upload| kind.starts_with(upload))
}

/// Whether every workspace's database answers.
async fn health(State(app): State<Arc<App>>) -> impl IntoResponse {
    let checked = tokio::task::spawn_blocking(move || {
        app.workspaces().iter().try_for_each(|workspace| {
            workspace.db().read(|tx| tx.query_one(&expr_one(), |row| row.int(0)).map(|_| ()))
        })
    });
    match checked.await {
        Ok(Ok(())) => (StatusCode::OK, "ok\n".to_owned()),
        Ok(Err(error)) => {
            let error: db::Error = error;
            (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n"))
        }
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the check failed\n".to_owned()),
    }
}

fn expr_one() -> expr::sql::Sql {
    expr::sql::Sql::new("select 1")
}

/// Binds the address.
///
/// # Errors
/// When somebody else has it, or it is none of this machine's.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let taken =
        || format!("cannot listen on {address}; is another program there? Choose another with --listen");
    TcpListener::bind(address).await.with_context(taken)
}

/// Serves until the program is told to stop.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(listener: TcpListener, router: Router) -> anyhow::Result<()> {
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            told_to_stop().await;
            tracing::info!("stopping");
            let _ = stop.send(true);
        });
    let overdue = async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = served => result.context("serving"),
        // Streams of changes stay open for ever: what is not done by now is not waited for.
        () = overdue => Ok(()),
    }
}

/// Interrupt or terminate.
pub async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::post};
    use tower::ServiceExt;

    use super::*;

    /// What is answered, where a request may take no time at all, to one whose body comes when `late` has.
    async fn answer(kind: &str, late: impl Future<Output = ()> + Send + 'static) -> StatusCode {
        let router = Router::new()
            .route("/", post(|body: axum::body::Bytes| async move { body }))
            .layer(middleware::from_fn(|request, next| in_time(Duration::ZERO, request, next)));
        let content = async move {
            late.await;
            Ok::<_, std::convert::Infallible>("late")
        };
        let body = Body::from_stream(futures_util::stream::once(content));
        let request = Request::post("/").header(CONTENT_TYPE, kind).body(body).expect("a request");
        router.oneshot(request).await.expect("an answer").status()
    }

    /// Takes as long as it takes to give a request up.
    async fn given_up() {
        assert_eq!(answer("application/json", std::future::pending()).await, StatusCode::GATEWAY_TIMEOUT);
    }

    #[tokio::test]
    async fn a_file_may_take_its_time_and_nothing_else() {
        assert_eq!(answer("multipart/form-data; boundary=x", given_up()).await, StatusCode::OK);
        assert_eq!(answer("application/octet-stream", given_up()).await, StatusCode::OK);
    }
}
