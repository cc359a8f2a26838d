//! The sign beside the clock, while Hedgerow goes on without its window: it says so, opens the window, and stops it all.
//!
//! A small process of its own, on desktops that show such signs; elsewhere it ends at once and nothing is missed. The only
//! file that knows how signs are shown. Not for: keeping the node running.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use hedgerow_api::Client;
use ksni::blocking::TrayMethods as _;
use ksni::menu::StandardItem;
use ksni::{Icon, MenuItem, ToolTip, Tray};
use tokio::sync::mpsc;

use crate::arrivals::{self, CameIn};
use crate::bell;
use crate::command::Page;
use crate::settings::Settings;
use crate::words::Words;

/// How often the node is asked whether it is there. A sign that stays a moment longer costs nothing.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Side of the drawn icon in dots, for desktops that have not installed the real one.
const ICON_SIDE: i32 = 32;

/// What was chosen beside the clock.
enum Chosen {
    Open,
    Stop,
}

struct Sign {
    words: Words,
    /// How much came in that nobody has seen.
    new: u64,
    chosen: mpsc::UnboundedSender<Chosen>,
}

impl Tray for Sign {
    fn id(&self) -> String {
        "org.hedgerow.Hedgerow".into()
    }
    fn title(&self) -> String {
        self.words.t("app-name")
    }
    fn icon_name(&self) -> String {
        // The installed drawing has no mark on it, and desktops prefer it to the one drawn here.
        if self.new == 0 { "org.hedgerow.Hedgerow".into() } else { String::new() }
    }
    fn icon_pixmap(&self) -> Vec<Icon> {
        vec![icon(self.new > 0)]
    }
    fn tool_tip(&self) -> ToolTip {
        let description = match self.new {
            0 => String::new(),
            new => self.words.with("bell-many", "count", new),
        };
        ToolTip { title: self.words.t("tray-goes-on"), description, ..ToolTip::default() }
    }
    fn activate(&mut self, _x: i32, _y: i32) {
        let _ = self.chosen.send(Chosen::Open);
    }
    fn menu(&self) -> Vec<MenuItem<Self>> {
        let item = |key: &str, choose: fn() -> Chosen| {
            let activate = Box::new(move |sign: &mut Sign| {
                let _ = sign.chosen.send(choose());
            });
            MenuItem::from(StandardItem { label: self.words.t(key), activate, ..StandardItem::default() })
        };
        vec![item("tray-open", || Chosen::Open), item("tray-stop", || Chosen::Stop)]
    }
}

/// A leaf on a green ground, as bytes of alpha, red, green, blue; with a mark in the corner when something came in.
fn icon(marked: bool) -> Icon {
    let half = f64::from(ICON_SIDE) / 2.0;
    let dot = |n: i32| -> [u8; 4] {
        let (x, y) = (f64::from(n % ICON_SIDE) + 0.5 - half, f64::from(n / ICON_SIDE) + 0.5 - half);
        // Where two circles overlap is a leaf; four of them round the corners of the ground.
        let within = |cx: f64, cy: f64, r: f64| (x - cx).hypot(y - cy) < r * half;
        let leaf = within(0.32 * half, 0.32 * half, 0.78) && within(-0.32 * half, -0.32 * half, 0.78);
        let ground = x.abs().max(y.abs()) < 0.94 * half && x.abs() + y.abs() < 1.6 * half;
        match (leaf, ground) {
            _ if marked && within(0.6 * half, -0.6 * half, 0.38) => [255, 0xd9, 0x5f, 0x0e],
            (true, _) => [255, 255, 255, 255],
            (_, true) => [255, 0x2b, 0x6b, 0x48],
            _ => [0; 4],
        }
    };
    Icon { width: ICON_SIDE, height: ICON_SIDE, data: (0..ICON_SIDE * ICON_SIDE).flat_map(dot).collect() }
}

/// What came in while there is no window.
struct Came<'a> {
    data: &'a Path,
    words: Words,
    settings: &'a dyn Fn() -> Settings,
    before: Option<CameIn>,
}

impl Came<'_> {
    /// How much is new; says on the desktop what was not there at the look before. Nothing when the node gives no answer.
    async fn look(&mut self, client: &Client) -> Option<u64> {
        let now = arrivals::look(client).await.ok()?;
        // A window may have been open meanwhile, so what was seen is read again.
        let mut seen = arrivals::Seen::of(self.data);
        // Here nothing is shown: only a first look of all is noted.
        seen.look_at(Page::Settings, &now);
        let new = self.before.as_ref().map(|before| seen.since(before, &now)).unwrap_or_default();
        if !is_window_open(self.data)
            && (self.settings)().tells
            && let Some(told) = arrivals::say(&self.words, &new)
        {
            bell::ring(told);
        }
        let count = seen.counts(&now).values().sum();
        self.before = Some(now);
        Some(count)
    }
}

/// Held by a window while it is open: it says by itself what comes in.
///
/// # Errors
/// When the file cannot be made, or another window holds it.
pub fn window_lock(data: &Path) -> std::io::Result<File> {
    let lock = File::create(data.join("window.lock"))?;
    lock.try_lock().map_err(std::io::Error::from)?;
    Ok(lock)
}

fn is_window_open(data: &Path) -> bool {
    window_lock(data).is_err()
}

/// Shows the sign for the node with this data folder until the node stops. Ends at once where no signs are shown, when
/// one is there already, or when no node runs. `settings` says what is set now, `open` opens the window.
///
/// # Errors
/// When the system gives no thread or no file.
pub fn stay(data: &Path, words: Words, settings: &dyn Fn() -> Settings, open: impl Fn()) -> std::io::Result<()> {
    let lock = File::create(data.join("tray.lock"))?;
    if lock.try_lock().is_err() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = Client::new(data);
    if runtime.block_on(client.status()).is_err() {
        return Ok(());
    }
    let (send, mut chosen) = mpsc::unbounded_channel();
    let Ok(sign) = (Sign { words, new: 0, chosen: send }).spawn() else { return Ok(()) };
    runtime.block_on(async {
        let mut came = Came { data, words, settings, before: None };
        let mut look_at = tokio::time::Instant::now();
        loop {
            tokio::select! {
                what = chosen.recv() => match what {
                    Some(Chosen::Open) => open(),
                    Some(Chosen::Stop) => {
                        if client.stop().await.is_ok() {
                            break;
                        }
                    }
                    None => break,
                },
                () = tokio::time::sleep_until(look_at) => {
                    look_at = tokio::time::Instant::now() + LOOK_EVERY;
                    if client.status().await.is_err() || sign.is_closed() {
                        break;
                    }
                    if let Some(new) = came.look(&client).await {
                        sign.update(|sign| sign.new = new);
                    }
                }
            }
        }
    });
    sign.shutdown().wait();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_is_a_leaf_on_a_ground_with_round_corners() {
        let icon = icon(false);
        let at = |x: usize, y: usize| icon.data[(y * 32 + x) * 4..][..4].to_vec();
        assert_eq!((icon.data.len(), at(0, 0)), (32 * 32 * 4, vec![0; 4]));
        assert_eq!((at(16, 16), at(2, 16)), (vec![255; 4], vec![255, 0x2b, 0x6b, 0x48]));
        let marked = super::icon(true);
        assert_eq!(marked.data[(6 * 32 + 25) * 4..][..4], [255, 0xd9, 0x5f, 0x0e]);
        assert_eq!(marked.data[(16 * 32 + 16) * 4..][..4], [255; 4], "the leaf is still there");
    }

    #[test]
    fn a_window_that_is_open_is_known() {
        let dir = std::env::temp_dir().join(format!("hedgerow-window-lock-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        assert!(!is_window_open(&dir));
        let held = window_lock(&dir).unwrap();
        assert!(is_window_open(&dir));
        drop(held);
        assert!(!is_window_open(&dir));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
