//! Identifiers made by the server, from a seed.

/// SplitMix64: the same seed gives the same ids.
pub struct Ids {
    state: u64,
}

impl Ids {
    /// Ids that follow from `seed`.
    pub fn new(seed: u64) -> Ids {
        Ids { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A random (version 4) UUID, as RFC 4122 wants it.
    pub fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        shape((a & !0xF000) | 0x4000, (b & !(0xC000 << 48)) | (0x8000 << 48))
    }

    /// Shaped like a UUID and none: third group `70xx`, any variant bits, as in the examples of the AWS SCIM
    /// developer guide. Strict parsers refuse it.
    pub fn aws(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        shape((a & !0xFF00) | 0x7000, b)
    }

    /// Ten hex digits: an identity store id without its `d-`.
    pub fn ten_hex(&mut self) -> String {
        format!("{:010x}", self.next() & 0xFF_FFFF_FFFF)
    }

    /// A small number.
    pub fn number(&mut self) -> u64 {
        self.next() % 9_000_000 + 1_000_000
    }
}

fn shape(a: u64, b: u64) -> String {
    let tail = b & 0xFFFF_FFFF_FFFF;
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{tail:012x}", a >> 32, a >> 16 & 0xFFFF, a & 0xFFFF, b >> 48)
}
