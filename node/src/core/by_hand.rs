//! A core without a thread or a clock of its own: whoever holds it turns its writer. For the simulator.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use hedgerow_protocol::record::Record;
use tokio::sync::mpsc;

use super::Core;
use super::open::{Opened, prepare};
use super::types::*;
use super::writer::{Command, Writer};
use crate::store::disk::Disk;
use crate::store::memory::MemoryStorage;

/// A core and its writer.
pub(crate) struct ByHand {
    /// The handle that everybody else has.
    pub core: Core,
    writer: Writer,
    commands: mpsc::Receiver<Command>,
}

impl ByHand {
    /// Opens, or with `first` records creates. The index is in memory and made anew each time.
    pub fn start(options: CoreOptions, first: Option<Vec<Record>>, disk: Arc<dyn Disk>) -> Result<ByHand, CoreError> {
        let opened = prepare(options, first, disk, &mut |_| Ok(Box::new(MemoryStorage::default())))?;
        let Opened { core, mut writer, commands, .. } = opened;
        writer.begin();
        Ok(ByHand { core, writer, commands })
    }

    /// The answer to a question, for which the writer is turned.
    ///
    /// # Panics
    /// When it waits for something else than the writer.
    pub fn wait<T>(&mut self, asked: impl Future<Output = T>) -> T {
        let mut asked = pin!(asked);
        for _ in 0..8 {
            if let Poll::Ready(answer) = asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return answer;
            }
            self.turn();
        }
        panic!("the writer has nothing to do, and no answer came");
    }

    /// Does what waits.
    pub fn turn(&mut self) {
        while let Ok(first) = self.commands.try_recv() {
            let closing = self.writer.turn(first, &mut self.commands);
            for reply in closing {
                let _ = reply.send(());
            }
        }
    }

    /// A moment has passed.
    pub fn tick(&mut self) {
        self.turn();
        self.writer.tick();
    }
}
