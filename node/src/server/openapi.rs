//! The OpenAPI document, made from the same list as the router.

use axum::Json;
use utoipa::OpenApi as _;

/// The OpenAPI document of this API.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "about", responses((status = 200, description = "This document.")))]
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut doc = super::routes::Document::openapi();
    doc.info.title = "Hedgerow local API".into();
    doc.info.version = env!("CARGO_PKG_VERSION").into();
    doc.info.description = Some(
        "HTTP over a Unix socket (`api.sock` in the data directory). Errors are problem documents (RFC 9457) with \
         `code` and `action`. What is not in this document, after a question mark or in a body, is refused and not \
         overlooked, so that `?dryrun=true` is no deed."
            .into(),
    );
    doc
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_in_the_document_and_nothing_else() {
        let doc = serde_json::to_value(super::document()).unwrap();
        let mut documented = BTreeSet::new();
        for (path, methods) in doc["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                documented.insert((method.clone(), path.clone()));
            }
        }
        let routed: BTreeSet<_> =
            super::super::routes::ROUTES.iter().map(|(m, p)| ((*m).to_owned(), (*p).to_owned())).collect();
        assert!(routed.len() > 20);
        assert_eq!(documented, routed);
    }

    #[test]
    fn every_shape_that_is_named_is_described() {
        let text = serde_json::to_string(&super::document()).unwrap();
        let doc: serde_json::Value = serde_json::from_str(&text).unwrap();
        let schemas = doc["components"]["schemas"].as_object().unwrap();
        let named: BTreeSet<&str> =
            text.split("\"#/components/schemas/").skip(1).map(|part| part.split('"').next().unwrap()).collect();
        assert!(named.len() > 50, "{named:?}");
        for name in named {
            assert!(schemas.contains_key(name), "{name} is used and not described");
        }
        assert!(schemas.contains_key("Problem"));
    }
}
