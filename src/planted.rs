//! Bugs planted on purpose, for the simulation to find: each off until it is chosen, and none there at all without the
//! feature `planted`. `tests/simulate/plants.rs` lists what each breaks.

#[cfg(feature = "planted")]
static CHOSEN: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// Plants one; 0: none.
#[cfg(feature = "planted")]
pub fn plant(number: u32) {
    CHOSEN.store(number, std::sync::atomic::Ordering::Relaxed);
}

/// Whether a bug is planted.
#[cfg(feature = "planted")]
pub fn is(number: u32) -> bool {
    CHOSEN.load(std::sync::atomic::Ordering::Relaxed) == number
}

/// Never.
#[cfg(not(feature = "planted"))]
#[inline(always)]
pub const fn is(_: u32) -> bool {
    false
}
