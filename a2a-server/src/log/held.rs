//! A task held in memory: its header, its checkpoint, its tail, and who reads it. What every engine has of a task that
//! is being used, wherever it keeps the others.

mod batch;
mod cell;
mod checkpoint;
mod ended;
mod header;
mod hooks;
mod keys;
mod leasing;
mod pins;
mod posting;
mod reading;
mod room;
mod tail;

#[cfg(any(test, feature = "sqlite"))]
pub(crate) use self::tail::Kept;
pub(crate) use self::{
    batch::{Batch, misuse},
    cell::{Cell, State},
    hooks::Numbers,
    keys::{Keys, Led, Taken},
    reading::read,
    room::Room,
};
#[cfg(feature = "sqlite")]
pub(crate) use self::{
    checkpoint::Checkpoint,
    header::{Header, Holder},
    tail::Tail,
};
