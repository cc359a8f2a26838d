//! No address overlooks what it does not know: a trial with a slip of the pen must not become the deed.

use super::super::known::takes;
use super::super::openapi;
use super::super::routes::ROUTES;
use super::*;

fn request(method: &str, path: &str, query: &str, body: &str) -> String {
    let (method, path) = (method.to_uppercase(), path.replace(['{', '}'], ""));
    let length = body.len();
    format!("{method} {path}{query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn document() -> serde_json::Value {
    serde_json::to_value(openapi::document()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_a_query_that_it_does_not_know_and_names_those_it_knows() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    for (method, path) in ROUTES {
        for query in ["?dryrun=true", "?dry-run", "?=", "?DRY_RUN=true"] {
            let name = query.trim_start_matches('?').split('=').next().unwrap();
            let (status, answer) = node.raw(&request(method, path, query, "")).await;
            assert_eq!(status, 400, "{method} {path}{query}: {answer}");
            assert!(answer.contains("\"bad-request\""), "{method} {path}{query}: {answer}");
            assert!(answer.contains(&format!("`{name}`")), "{method} {path}{query}: {answer}");
            for known in &takes(method, path).query {
                assert!(answer.contains(&format!("`{known}`")), "{method} {path}{query}: {answer}");
            }
        }
    }
    // What is asked by HEAD is what is asked by GET.
    assert_eq!(node.raw(&request("head", "/v1/status", "?colour=red", "")).await.0, 400);
    assert_eq!(node.raw(&request("head", "/v1/status", "", "")).await.0, 200);
    assert_eq!(node.raw(&request("get", "/v1/status", "?", "")).await.0, 200);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_in_the_document_is_known_to_what_answers() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let doc = document();
    let mut tried = 0;
    for (method, path) in ROUTES {
        let parameters = doc["paths"][path][method]["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|p| p["in"] == "query") {
            let kind = parameter["schema"]["type"].to_string();
            let value = if kind.contains("boolean") { "true" } else { "1" };
            let query = format!("?{}={value}", parameter["name"].as_str().unwrap());
            let (status, answer) = node.raw(&request(method, path, &query, "")).await;
            let overlooked = answer.contains("unknown field") || answer.contains("This address knows no");
            assert!(!overlooked, "{method} {path}{query}: {status} {answer}");
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_a_body_that_it_does_not_know() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let doc = document();
    for (method, path) in ROUTES {
        let content = &doc["paths"][path][method]["requestBody"]["content"];
        let is_file = content.as_object().is_some_and(|c| !c.contains_key("application/json"));
        if is_file {
            continue;
        }
        let (status, answer) = node.raw(&request(method, path, "", "{\"dryrun\":true}")).await;
        assert_eq!(status, 400, "{method} {path}: {answer}");
        if content.is_null() {
            assert!(answer.contains("takes no body"), "{method} {path}: {answer}");
            let belongs = takes(method, path).query.iter().any(|q| q == "dry_run");
            assert_eq!(
                answer.contains("`dry_run` belongs after the question mark"),
                belongs,
                "{method} {path}: {answer}"
            );
        }
    }
    // An empty object says nothing; nor does nothing in pieces.
    assert_eq!(node.raw(&request("get", "/v1/status", "", " {} ")).await.0, 200);
    let pieces = "GET /v1/status HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    assert_eq!(node.raw(&format!("{pieces}0\r\n\r\n")).await.0, 200);
    assert_eq!(node.raw(&format!("{pieces}1\r\n1\r\n0\r\n\r\n")).await.0, 400);
    node.stop().await;
}

/// Everything a body may hold has its fields counted: an unknown one is refused, however deep it stands.
#[test]
fn every_shape_in_a_body_is_closed() {
    let doc = document();
    let mut names = std::collections::BTreeSet::new();
    for (method, path) in ROUTES {
        collect(&doc["paths"][path][method]["requestBody"], &doc, &mut names);
    }
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        open_objects(&doc["components"]["schemas"][&name], &name);
    }
}

fn collect(at: &serde_json::Value, doc: &serde_json::Value, names: &mut std::collections::BTreeSet<String>) {
    match at {
        serde_json::Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(|r| r.as_str()).and_then(|r| r.rsplit('/').next())
                && names.insert(name.to_owned())
            {
                collect(&doc["components"]["schemas"][name], doc, names);
            }
            fields.values().for_each(|value| collect(value, doc, names));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, doc, names)),
        _ => {}
    }
}

fn open_objects(at: &serde_json::Value, name: &str) {
    match at {
        serde_json::Value::Object(fields) => {
            if fields.contains_key("properties") {
                let more = fields.get("additionalProperties");
                assert_eq!(more, Some(&false.into()), "{name} takes what it does not know");
            }
            // Of a choice, the document says nothing of the kind. What it may lead to has a name, and is looked at by that.
            for value in fields.iter().filter(|(key, _)| *key != "oneOf").map(|(_, value)| value) {
                open_objects(value, name);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| open_objects(value, name)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_with_a_slip_publishes_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    node.found().await;
    let draft = "\"draft\":{\"notice\":{\"title\":\"Jumble sale\",\"text\":\"Text\"}}";
    let ready =
        "{\"document\":{\"kind\":\"notice\",\"doc\":{\"title\":\"Jumble sale\",\"text\":\"Text\"},\"dry_run\":true}}";
    for (query, body) in [
        ("?dry_run=true", format!("{{{draft}}}")),
        ("?dryrun=true", format!("{{{draft}}}")),
        ("", format!("{{{draft},\"dryrun\":true}}")),
        ("", "{\"draft\":{\"notice\":{\"title\":\"Jumble sale\",\"text\":\"Text\",\"dry_run\":true}}}".to_owned()),
        ("", format!("{{\"draft\":{ready}}}")),
    ] {
        let (status, answer) = node.raw(&request("post", "/v1/items", query, &body)).await;
        assert_eq!(status, 400, "{query} {body}: {answer}");
        if query == "?dry_run=true" {
            assert!(answer.contains("`dry_run` belongs into the body"), "{answer}");
        }
    }
    let find = FindQuery::default();
    assert!(node.client.find(&find).await.unwrap().items.is_empty());

    // And taken back by nobody who only asked.
    let id = node.client.publish(&notice("Jumble sale"), None).await.unwrap().item.summary.id;
    let path = format!("/v1/items/{id}");
    for (query, body) in [("?dryrun=true", ""), ("", "{\"dry_run\":true}")] {
        assert_eq!(node.raw(&request("delete", &path, query, body)).await.0, 400);
    }
    assert_eq!(node.client.find(&find).await.unwrap().items.len(), 1);
    node.stop().await;
}
