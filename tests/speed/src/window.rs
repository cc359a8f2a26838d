//! P10: the window, over a node with a large directory: how soon it is there, what it costs while nobody does anything, and
//! what a frame costs while somebody leafs through what was found. Drawn without a graphics card, as on an old computer.

use crate::large;
use crate::table::{Row, Sample, ms};
use anyhow::{Context as _, Result};
use hedgerow_gui::app::App;
use hedgerow_gui::engine::Engine;
use hedgerow_tests::lab::cost::{memory_kb_of, ticks_of};
use hedgerow_tests::lab::solo::Solo;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const OPENINGS: usize = 5;
const IDLE: Duration = Duration::from_secs(20);
const TURNS: u32 = 150;

/// A program that ends with us.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A screen without glass: its name, and what keeps it.
fn screen() -> Result<(String, Ends)> {
    let mut child = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1080x740x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("Xvfb")?;
    let out = child.stdout.take().context("Xvfb says its number")?;
    let keeps = Ends(child);
    let mut number = String::new();
    BufReader::new(out).read_line(&mut number)?;
    Ok((format!(":{}", number.trim()), keeps))
}

fn open(solo: &Solo, display: &str) -> Result<Ends> {
    let program = hedgerow_tests::lab::hedgerow().with_file_name("hedgerow-desktop");
    let config = solo.dir.path().join("config");
    std::fs::create_dir_all(config.join("hedgerow"))?;
    std::fs::write(config.join("hedgerow/desktop.json"), r#"{"language":"en","text_percent":100}"#)?;
    let child = Command::new(program)
        .arg("--data")
        .arg(&solo.computer.data)
        .env("DISPLAY", display)
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("XDG_CONFIG_HOME", config)
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("hedgerow-desktop")?;
    Ok(Ends(child))
}

fn xdotool(display: &str, args: &[&str]) -> Result<()> {
    let done = Command::new("xdotool").args(args).env("DISPLAY", display).stdout(Stdio::null()).status();
    anyhow::ensure!(done.context("xdotool")?.success(), "xdotool {args:?}");
    Ok(())
}

/// What a frame of Find costs while somebody leafs through a thousand rows, without the drawing of the pixels: layout and
/// triangles, in processor time of this thread.
fn frame(solo: &Solo) -> Result<Duration> {
    let nothing_to_start = Box::new(|| Err(std::io::Error::other("the node should be running")));
    let engine = Engine::start(solo.computer.data.clone(), nothing_to_start, || ())?;
    let mut app = App::new(Box::new(engine), None);
    let ctx = egui::Context::default();
    hedgerow_gui::theme::install(&ctx);
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1080.0, 740.0));
    let mut draw = |events: Vec<egui::Event>, time: f64| {
        let input = egui::RawInput { screen_rect: Some(screen), time: Some(time), events, ..Default::default() };
        let out = ctx.run_ui(input, |ui| {
            app.receive();
            app.draw(ui);
        });
        let triangles = ctx.tessellate(out.shapes.clone(), out.pixels_per_point).len();
        out.drop_without_applying_deltas();
        triangles
    };
    let key = egui::Event::Key {
        key: egui::Key::Num2,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: egui::Modifiers::COMMAND,
    };
    let mut time = 0.0;
    for turn in 0..100 {
        time += 0.02;
        draw(if turn == 50 { vec![key.clone()] } else { Vec::new() }, time);
        std::thread::sleep(Duration::from_millis(20));
    }
    let wheel = |down: bool| egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, if down { -40.0 } else { 40.0 }),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: egui::Modifiers::NONE,
    };
    let mut costs = Sample::default();
    for turn in 0..300 {
        time += 0.02;
        let events = vec![egui::Event::PointerMoved(egui::pos2(600.0, 500.0)), wheel(turn / 60 % 2 == 0)];
        let from = thread_time();
        draw(events, time);
        costs.add(thread_time().saturating_sub(from));
    }
    Ok(costs.at(0.95))
}

/// Processor time of this thread so far.
fn thread_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// First window, idle, and leafing through a long list.
///
/// # Errors
/// No room, no window.
pub async fn p10() -> Result<Vec<Row>> {
    for program in ["Xvfb", "xdotool"] {
        if Command::new(program).arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
            hedgerow_tests::skip("P10", &format!("{program} is not installed"));
            return Ok(Vec::new());
        }
    }
    let mut solo = Solo::new("bench");
    let records = large::fill(&mut solo).await?;
    let (display, _keeps) = screen()?;
    let mut openings = Sample::default();
    let mut window = None;
    for _ in 0..OPENINGS {
        drop(window.take());
        let from = Instant::now();
        window = Some(open(&solo, &display)?);
        xdotool(&display, &["search", "--sync", "--onlyvisible", "--name", "^Hedgerow$"])?;
        openings.add(from.elapsed());
    }
    let window = window.context("a window")?;
    let pid = window.0.id();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let before = ticks_of(pid)?;
    tokio::time::sleep(IDLE).await;
    let idle = ticks_of(pid)? - before;
    // The list of everything, leafed through with the wheel, slower than frames are drawn, so that every turn is a frame.
    // There is no window manager here that would give it the keyboard.
    xdotool(&display, &["search", "--onlyvisible", "--name", "^Hedgerow$", "windowfocus"])?;
    xdotool(&display, &["key", "ctrl+2"])?;
    xdotool(&display, &["mousemove", "600", "500"])?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = ticks_of(pid)?;
    for turn in 0..TURNS {
        xdotool(&display, &["click", if turn / 30 % 2 == 0 { "5" } else { "4" }])?;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    let turning = ticks_of(pid)? - before;
    let memory_kb = memory_kb_of(pid)?;
    drop(window);
    let frame_own = frame(&solo)?;
    // Linux counts processor time in hundredths of a second. A turn is smoothed over several frames.
    let turn_cost = f64::from(u32::try_from(turning)?) * 10.0 / f64::from(TURNS);
    Ok(vec![
        Row::new(
            "P10",
            format!("the window is there, over a node with {records} services (median of {OPENINGS})"),
            ms(openings.at(0.5)),
            String::new(),
            "<= 1.5 s",
        ),
        Row::new(
            "P10",
            format!("processor time of the window while nobody does anything for {} s", IDLE.as_secs()),
            format!("{} ms ({:.0} MB of memory)", idle * 10, memory_kb as f64 / 1024.0),
            String::new(),
            "<= 1 frame a minute",
        ),
        Row::new(
            "P10",
            "processor time of a frame while leafing through Find, layout and triangles (p95 of 300)",
            ms(frame_own),
            String::new(),
            "<= 8 ms",
        ),
        Row::new(
            "P10",
            "processor time of a turn of the wheel in the window, its frames drawn in software",
            format!("{turn_cost:.0} ms"),
            String::new(),
            "-",
        ),
    ])
}
