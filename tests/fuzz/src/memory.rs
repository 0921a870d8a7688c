//! How much memory and time something takes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// Only counts; the system does the rest.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed).wrapping_add(layout.size());
        MOST.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Runs something that may take so many bytes beyond what there is, and so much time of the processor.
pub fn bounded<T>(bytes: usize, time: Duration, what: impl FnOnce() -> T) -> T {
    let (before, begun, processor) = (NOW.load(Relaxed), Instant::now(), cpu());
    MOST.store(before, Relaxed);
    let result = what();
    let took = MOST.load(Relaxed).saturating_sub(before);
    assert!(took <= bytes, "{took} bytes of memory");
    // The wall may stand for a busy machine.
    if begun.elapsed() > time {
        let spent = cpu().saturating_sub(processor);
        assert!(spent <= time, "{spent:?} of the processor");
    }
    result
}

/// Time of the processor that this thread has had; nothing where the system does not say.
pub fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0))
}
