//! How to get Hedgerow: in words, and as files to take home, where whoever looks after this computer put some in the
//! folder `install` of its data directory.

use std::path::Path as FilePath;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use tokio::io::AsyncReadExt as _;

use super::Shared;
use super::answer::{Ask, fault, html, make};
use super::view::Frame;

/// Files that are offered. More: the last by name are left out.
const FILES_MAX: usize = 20;
/// Bytes of a file sent at once.
const PIECE_BYTES: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "install.html")]
struct Screen {
    f: Frame,
    files: Vec<(String, String)>,
}

/// `/install`
pub async fn screen(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| {
        let f = Frame::new(ask, Some(&public), "install", &ask.words().t("install"));
        let files = offered(&page.install).into_iter().map(|(name, bytes)| (name, size(bytes))).collect();
        html(StatusCode::OK, &Screen { f, files })
    })
    .await
}

/// `/install/{name}`: one of the files that are listed, and nothing else.
pub async fn file(State(page): Shared, Path(name): Path<String>, ask: Ask) -> Response {
    let folder = page.install.clone();
    let wanted = name.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let (name, bytes) = offered(&folder).into_iter().find(|(n, _)| *n == wanted)?;
        Some((std::fs::File::open(folder.join(name)).ok()?, bytes))
    });
    let Ok(Some((opened, bytes))) = opened.await else {
        return make(page, ask, |_, ask, public| fault(ask, Some(&public), StatusCode::NOT_FOUND, "nowhere")).await;
    };
    // Not one byte more than was promised, even if somebody is writing to it just now.
    let from = tokio::fs::File::from_std(opened).take(bytes);
    let pieces = stream::try_unfold(from, |mut from| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let read = from.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((piece, from)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

/// Plain files with plain names, and how long they are.
fn offered(folder: &FilePath) -> Vec<(String, u64)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<(String, u64)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "._+-~".contains(c);
            let fits = !name.starts_with('.') && name.len() <= 100 && name.chars().all(plain);
            // Links are not followed: they could lead to anything on this computer.
            let meta = entry.metadata().ok().filter(|m| m.is_file())?;
            fits.then_some((name, meta.len()))
        })
        .collect();
    files.sort();
    files.truncate(FILES_MAX);
    files
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_files_are_offered() {
        let dir = tempfile::tempdir().unwrap();
        assert!(offered(&dir.path().join("nowhere")).is_empty());
        for name in ["hedgerow_0.1.0_amd64.deb", ".hidden", "odd name", "READ-ME.txt"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).unwrap();
        let names: Vec<String> = offered(dir.path()).into_iter().map(|(n, _)| n).collect();
        assert_eq!(names, ["READ-ME.txt", "hedgerow_0.1.0_amd64.deb"]);
        assert_eq!((size(1), size(12_345_678)), ("1 kB".into(), "12.3 MB".into()));
    }
}
