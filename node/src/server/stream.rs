//! News to programs as server-sent events, with resume.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Line, KeepAlive, Sse};
use futures::{Stream, StreamExt as _, stream};
use hedgerow_api::{Event, EventKind};

use crate::app::App;

/// News from now on, or after `Last-Event-ID`.
#[utoipa::path(get, path = "/v1/events", tag = "news",
    params(("last-event-id" = Option<String>, Header, description = "Go on after this event.")),
    responses((status = 200, description = "Server-sent events; each `data` is one event.", body = Event,
        content_type = "text/event-stream")))]
pub async fn events(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Line, Infallible>>> {
    let after = headers.get("last-event-id").and_then(|v| v.to_str().ok());
    let listener = app.news.listen(after);
    // Graceful shutdown waits for open answers: this one ends itself.
    let stopping = app.stopping();
    let lines = stream::unfold(listener, |mut listener| async move {
        let batch = listener.next().await;
        Some((stream::iter(batch.into_iter().map(|e| Ok(line(&e)))), listener))
    })
    .flatten()
    .take_until(stopping);
    Sse::new(lines).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

fn line(event: &Event) -> Line {
    let name = match event.kind {
        EventKind::Changed => "changed",
        EventKind::Withdrawn => "withdrawn",
        EventKind::People => "people",
        EventKind::Requests => "requests",
        EventKind::Status => "status",
        EventKind::Reset => "reset",
        EventKind::Other => "other",
    };
    // An event is three short strings: turning it into JSON cannot fail.
    Line::default().id(&event.id).event(name).data(serde_json::to_string(event).unwrap_or_default())
}
