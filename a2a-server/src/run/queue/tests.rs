use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Wake,
};

use a2a_core::{TaskState, entry::Status};

use super::*;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Woken {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn working() -> EntryBody {
    EntryBody::Status(Status::new(TaskState::Working))
}

#[test]
fn a_writer_beside_the_agent_is_woken_though_its_task_is_that_of_the_run() {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    let queue = Queue::new(None, &Limits::default().with_queue(1, 1 << 20));
    queue.begin_poll(&cx);
    let _ = queue.drain();
    assert!(queue.poll_push(&mut cx, &mut Some(working()), false).is_ready());
    let taken = queue.drain();
    assert!(queue.poll_durable(&mut cx, 1).is_pending());
    let before = woken.count();
    queue.stored(taken.entries.len());
    assert_eq!(woken.count(), before + 1);
    assert!(queue.poll_durable(&mut cx, 1).is_ready());
}

#[test]
fn a_writer_inside_the_agent_is_polled_again_by_the_run_and_not_woken() {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    let queue = Queue::new(None, &Limits::default());
    queue.begin_poll(&cx);
    assert!(queue.poll_push(&mut cx, &mut Some(working()), false).is_ready());
    assert!(queue.poll_durable(&mut cx, 1).is_pending());
    let taken = queue.drain();
    queue.stored(taken.entries.len());
    assert_eq!(woken.count(), 0);
}
