//! The API's description: `openapi/sepet.json`, the reference page, the pages of problems. Nothing of it needs a
//! network.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
    sync::LazyLock,
};

use poem::{
    Body, Endpoint, Request, Response, Route, RouteMethod,
    endpoint::{BoxEndpoint, make_sync},
    http::{Method, StatusCode, header},
};
use poem_openapi::{
    OpenApi, OpenApiService,
    registry::{MetaApi, MetaParamIn, Registry},
};

use super::{admin, document, problem};

/// Where the admin API is served.
pub(crate) const PREFIX: &str = "/api/v1";

/// The description of the admin API as a document of OpenAPI 3.1.1, pretty-printed: what `openapi/sepet.json` holds.
#[must_use]
pub fn openapi_document() -> String {
    let mut text =
        serde_json::to_string_pretty(&document::valid(&raw_document())).unwrap_or_default();
    text.push('\n');
    text
}

/// What is served. Made when somebody asks for it: most services are never asked, and it takes time and megabytes.
static DOCUMENT: LazyLock<String> = LazyLock::new(openapi_document);
static PAGE: LazyLock<String> = LazyLock::new(reference_page);

/// As the framework writes it.
fn raw_document() -> String {
    service(Described::<admin::Apis>(PhantomData)).spec()
}

/// The operations of `api` under their description.
pub(super) fn service<T: OpenApi>(api: T) -> OpenApiService<T, ()> {
    OpenApiService::new(api, "Sepet", env!("CARGO_PKG_VERSION"))
        .summary("The admin API of a shop on WhatsApp")
        .description(include_str!("description.md"))
        .server(PREFIX)
}

/// The description of an API without the API: its operations need a database, their description none.
struct Described<T>(PhantomData<fn() -> T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(
        self,
        _: &mut std::collections::HashMap<
            String,
            std::collections::HashMap<Method, BoxEndpoint<'static>>,
        >,
    ) {
    }
}

/// Which paths there are, which methods they take, and which query parameters those take.
pub(super) struct Operations {
    paths: Vec<(Vec<String>, Methods)>,
}

/// Names of query parameters by method.
pub(super) type Methods = BTreeMap<String, BTreeSet<String>>;

impl Operations {
    pub(super) fn read() -> Self {
        let paths = <admin::Apis as OpenApi>::meta().into_iter().flat_map(|api| api.paths);
        let paths = paths.map(|path| {
            let segments = format!("{PREFIX}{}", path.path).split('/').map(str::to_owned).collect();
            let methods = path.operations.into_iter().map(|operation| {
                let queries =
                    operation.params.into_iter().filter(|p| p.in_type == MetaParamIn::Query);
                (operation.method.to_string(), queries.map(|query| query.name).collect())
            });
            (segments, methods.collect())
        });
        Self { paths: paths.collect() }
    }

    /// What a path takes; a path that is spelled out goes before one with a parameter.
    pub(super) fn at(&self, path: &str) -> Option<&Methods> {
        let segments: Vec<_> = path.split('/').collect();
        self.paths
            .iter()
            .filter(|(template, _)| {
                template.len() == segments.len()
                    && template.iter().zip(&segments).all(|(wanted, is)| {
                        wanted == is || (wanted.starts_with('{') && !is.is_empty())
                    })
            })
            .max_by_key(|(template, _)| template.iter().filter(|s| !s.starts_with('{')).count())
            .map(|(_, methods)| methods)
    }
}

/// `/api/docs`, `/api/openapi.json` and `/api/problems/…`, to be nested under `/api`.
pub(super) fn routes() -> Route {
    Route::new()
        .at("/docs", only_get(make_sync(move |_| html(PAGE.as_str()))))
        .at(
            "/openapi.json",
            only_get(make_sync(move |_| {
                Response::builder().content_type("application/json").body(DOCUMENT.as_str())
            })),
        )
        .at("/problems/:code", only_get(make_sync(|request| problem_page(&request))))
}

fn only_get<E: Endpoint + 'static>(endpoint: E) -> RouteMethod {
    RouteMethod::new().get(endpoint)
}

/// Nothing but what the page itself holds is loaded; it asks this service only.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                      img-src data:; font-src data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

fn html(body: impl Into<Body>) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
}

/// Swagger UI with our document in it. The framework's page holds its own document, which is replaced.
fn reference_page() -> String {
    let service = service(Described::<admin::Apis>(PhantomData));
    let raw = service.spec();
    let compact = document::valid(&raw).to_string().replace("</", "<\\/");
    service
        .swagger_ui_html()
        .replace(&raw, &compact)
        .replacen("<html charset=\"UTF-8\">", "<!doctype html>\n<html lang=\"en\">", 1)
        .replacen(
            "<title>Swagger UI</title>",
            "<meta name=\"viewport\" content=\"width=device-width\">\n    <title>Sepet API</title>",
            1,
        )
        .replacen("filter: false,", "filter: true,", 1)
}

fn problem_page(request: &Request) -> Response {
    let code = request.raw_path_param("code").unwrap_or_default();
    let Some(markdown) = problem::explained(code) else {
        return Response::builder().status(StatusCode::NOT_FOUND).finish();
    };
    let text = markdown.split_once('\n').map_or("", |(_, text)| text).trim();
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('`', "");
    html(format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{code}</title>\
         <style>body{{font:1rem/1.5 system-ui;max-width:42rem;margin:2rem auto;padding:0 1rem;\
         white-space:pre-line}}</style><h1>{code}</h1>{text}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_stands_twice_in_the_document() {
        // Two structs with the same path would write its key twice, and readers would lose one.
        let raw = raw_document();
        let keys = raw.lines().filter(|line| line.starts_with("    \"/")).count();
        let read: serde_json::Value = serde_json::from_str(&raw).unwrap();
        assert_eq!(keys, read["paths"].as_object().unwrap().len());
    }

    #[test]
    fn the_reference_page_refers_to_no_other_host() {
        let page = reference_page();
        let mut outside = String::new();
        let mut rest = page.as_str();
        // What is neither script nor style: the markup itself.
        while let Some(at) = rest.find("<s") {
            outside.push_str(&rest[..at]);
            let tag = &rest[at..];
            let end = if tag.starts_with("<script") { "</script>" } else { "</style>" };
            rest = tag.split_once(end).map_or("", |(_, after)| after);
        }
        outside.push_str(rest);
        assert!(outside.len() < 1_000 && outside.contains("<title>"), "{outside}");
        for reference in ["//", "src=", "href=", "url("] {
            assert!(!outside.contains(reference), "{reference} in {outside}");
        }
        assert!(page.contains("\"openapi\":\"3.1.1\""), "the page shows our document");
        assert!(!page.contains("\"openapi\": \"3.0.0\""), "and not the framework's");
        assert!(!page.contains("@import") && !page.contains("url(http"));
    }

    #[test]
    fn paths_are_found_with_their_methods() {
        let operations = Operations::read();
        assert!(operations.at("/api/v1/me").unwrap().contains_key("GET"));
        assert!(operations.at("/api/v1/nothing").is_none());
        assert!(operations.at("/api/v1").is_none());
    }
}
