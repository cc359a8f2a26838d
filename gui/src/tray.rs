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
        "org.hedgerow.Hedgerow".into()
    }
    fn icon_pixmap(&self) -> Vec<Icon> {
        vec![icon()]
    }
    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.words.t("tray-goes-on"), ..ToolTip::default() }
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

/// A leaf on a green ground, as bytes of alpha, red, green, blue.
fn icon() -> Icon {
    let half = f64::from(ICON_SIDE) / 2.0;
    let dot = |n: i32| -> [u8; 4] {
        let (x, y) = (f64::from(n % ICON_SIDE) + 0.5 - half, f64::from(n / ICON_SIDE) + 0.5 - half);
        // Where two circles overlap is a leaf; four of them round the corners of the ground.
        let within = |cx: f64, cy: f64, r: f64| (x - cx).hypot(y - cy) < r * half;
        let leaf = within(0.32 * half, 0.32 * half, 0.78) && within(-0.32 * half, -0.32 * half, 0.78);
        let ground = x.abs().max(y.abs()) < 0.94 * half && x.abs() + y.abs() < 1.6 * half;
        match (leaf, ground) {
            (true, _) => [255, 255, 255, 255],
            (_, true) => [255, 0x2b, 0x6b, 0x48],
            _ => [0; 4],
        }
    };
    Icon { width: ICON_SIDE, height: ICON_SIDE, data: (0..ICON_SIDE * ICON_SIDE).flat_map(dot).collect() }
}

/// Shows the sign for the node with this data folder until the node stops. Ends at once where no signs are shown, when
/// one is there already, or when no node runs. `open` opens the window.
///
/// # Errors
/// When the system gives no thread or no file.
pub fn stay(data: &Path, words: Words, open: impl Fn()) -> std::io::Result<()> {
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
    let Ok(sign) = (Sign { words, chosen: send }).spawn() else { return Ok(()) };
    runtime.block_on(async {
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
                () = tokio::time::sleep(LOOK_EVERY) => {
                    if client.status().await.is_err() || sign.is_closed() {
                        break;
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
        let icon = icon();
        let at = |x: usize, y: usize| icon.data[(y * 32 + x) * 4..][..4].to_vec();
        assert_eq!((icon.data.len(), at(0, 0)), (32 * 32 * 4, vec![0; 4]));
        assert_eq!((at(16, 16), at(2, 16)), (vec![255; 4], vec![255, 0x2b, 0x6b, 0x48]));
    }
}
