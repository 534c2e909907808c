//! The collector: where it is, and what is taken to it.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{SpanData, SpanExporter as _},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::platform::metrics;

/// Spans that leave together at the most.
const TOGETHER: usize = 512;
/// So long spans gather before they leave.
const PAUSE: Duration = Duration::from_secs(2);
/// The collector may take so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why traces cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    #[error("the collector of traces `{0}` is no http or https address")]
    Endpoint(String),
    #[error("the collector of traces cannot be used: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    #[error("no connection to a collector of traces can be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Whether a collector may be there: http or https, and a host.
#[must_use]
pub fn is_endpoint(text: &str) -> bool {
    reqwest::Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

/// Speaks to the collector at `endpoint`.
pub(super) fn exporter(endpoint: &str) -> Result<SpanExporter, TraceError> {
    if !is_endpoint(endpoint) {
        return Err(TraceError::Endpoint(endpoint.to_owned()));
    }
    let client =
        reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
    // http is for a network of one's own: it needs neither a proxy nor the system's certificates.
    let is_plain = endpoint.starts_with("http:");
    let client = if is_plain { client.no_proxy().tls_certs_only([]) } else { client };
    let mut exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client.build()?)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(PATIENCE)
        .build()?;
    exporter.set_resource(
        &Resource::builder_empty()
            .with_service_name("sepet")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build(),
    );
    Ok(exporter)
}

/// Takes what waits to the collector, many at a time, until nothing more comes or it is told to stop.
pub(super) async fn run(
    exporter: SpanExporter,
    mut told: mpsc::Receiver<SpanData>,
    stop: CancellationToken,
) {
    let mut is_taken = true;
    let mut batch = Vec::with_capacity(TOGETHER);
    loop {
        let first = tokio::select! {
            count = told.recv_many(&mut batch, TOGETHER) => count,
            () = stop.cancelled(), if !told.is_closed() => {
                told.close();
                continue;
            }
        };
        if first == 0 {
            break;
        }
        let gather = async {
            while batch.len() < TOGETHER {
                let room = TOGETHER - batch.len();
                if told.recv_many(&mut batch, room).await == 0 {
                    break;
                }
            }
        };
        tokio::select! {
            () = gather => {}
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
        let count = batch.len();
        let spans = std::mem::replace(&mut batch, Vec::with_capacity(TOGETHER));
        match exporter.export(spans).await {
            Ok(()) => {
                metrics::spans("sent", count);
                if !std::mem::replace(&mut is_taken, true) {
                    info!("the collector takes traces again");
                }
            }
            Err(error) => {
                metrics::spans("failed", count);
                // Once, and not with every batch of an outage.
                if std::mem::replace(&mut is_taken, false) {
                    warn!(%error, "the collector takes no traces: they are lost, and nothing else is");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_an_address_of_http() {
        for well in ["http://127.0.0.1:4318", "https://otel.example/", "http://[::1]:1/base"] {
            assert!(is_endpoint(well), "{well}");
        }
        for bad in ["127.0.0.1:4318", "localhost:4318", "grpc://a:4317", "", "http://"] {
            assert!(!is_endpoint(bad), "{bad}");
            exporter(bad).unwrap_err();
        }
    }
}
