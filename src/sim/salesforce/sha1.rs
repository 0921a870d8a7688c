//! SHA-1 (FIPS 180-4 6.1), for `meta.version` (sheet section 11). Nothing is protected by it.

/// 40 hex digits.
pub fn hex(text: &str) -> String {
    let mut message = text.as_bytes().to_vec();
    let bits = (message.len() as u64) * 8;
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend(bits.to_be_bytes());
    let start = (0x6745_2301_u32, 0xEFCD_AB89_u32, 0x98BA_DCFE_u32, 0x1032_5476_u32, 0xC3D2_E1F0_u32);
    let (a, b, c, d, e) = message.chunks(64).fold(start, block);
    format!("{a:08x}{b:08x}{c:08x}{d:08x}{e:08x}")
}

type State = (u32, u32, u32, u32, u32);

fn block(state: State, chunk: &[u8]) -> State {
    let mut words: Vec<u32> =
        chunk.chunks(4).map(|word| word.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))).collect();
    for at in 16..80_usize {
        let back = |distance: usize| words.get(at - distance).copied().unwrap_or(0);
        words.push((back(3) ^ back(8) ^ back(14) ^ back(16)).rotate_left(1));
    }
    let (mut a, mut b, mut c, mut d, mut e) = state;
    for (round, word) in words.into_iter().enumerate() {
        let (mixed, constant) = match round {
            0..=19 => ((b & c) | (!b & d), 0x5A82_7999_u32),
            20..=39 => (b ^ c ^ d, 0x6ED9_EBA1),
            40..=59 => ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6),
        };
        let next =
            a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(constant).wrapping_add(word);
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    let add = u32::wrapping_add;
    (add(state.0, a), add(state.1, b), add(state.2, c), add(state.3, d), add(state.4, e))
}

#[cfg(test)]
mod tests {
    #[test]
    fn digests() {
        assert_eq!(super::hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let longer = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(super::hex(longer), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    }
}
