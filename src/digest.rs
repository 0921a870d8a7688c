//! Short digests for change detection and store keys: SHA-256, cut short.
//!
//! A digest of a profile value falls to a dictionary, so digests kept in the store are keyed with `host.pepper` where
//! there is one: the pepper fills the hash's first block (itself hashed if longer), as in HMAC's inner hash. The
//! outer hash guards against extension, which a cut digest does not allow.

use sha2::{Digest, Sha256};

use crate::encode::base64url;

/// Makes digests under one pepper.
#[derive(Clone)]
pub struct Digests {
    keyed: Sha256,
}

/// SHA-256's block, in bytes.
const BLOCK: usize = 64;

/// A whole resource: 72 bits, 12 characters.
const WHOLE_BYTES: usize = 9;

/// One attribute: 48 bits, 8 characters, so that a link of many attributes stays small (D4). A collision hides one
/// change of one attribute of one user, once in 2^48.
const ATTRIBUTE_BYTES: usize = 6;

/// A name's stand-in: 48 bits, 8 characters. Two of one mapping that are the same would hide that a value moved from
/// the one to the other, once in 2^48.
const TAG_BYTES: usize = 6;

/// A key: 128 bits, 22 characters; nobody may find a second user id of the same key.
const KEY_BYTES: usize = 16;

impl Digests {
    /// Keyed with a pepper; an empty one is none.
    pub fn new(pepper: &str) -> Self {
        let mut keyed = Sha256::new();
        if !pepper.is_empty() {
            let hashed = Sha256::digest(pepper.as_bytes());
            let key: &[u8] = if pepper.len() > BLOCK { &hashed } else { pepper.as_bytes() };
            keyed.update(key);
            keyed.update([0_u8; BLOCK].get(key.len()..).unwrap_or_default());
        }
        Digests { keyed }
    }

    /// Of a whole resource.
    pub fn whole(&self, text: &str) -> String {
        self.cut(text, WHOLE_BYTES)
    }

    /// Of one attribute's value.
    pub fn attribute(&self, text: &str) -> String {
        self.cut(text, ATTRIBUTE_BYTES)
    }

    fn cut(&self, text: &str, bytes: usize) -> String {
        let mut hash = self.keyed.clone();
        hash.update(text.as_bytes());
        base64url(hash.finalize().get(..bytes).unwrap_or_default())
    }
}

/// What stands for a name that is long and known to all, where it would be hashed at every login. By FNV-1a, which is
/// small: names are no secrets, and V8 need not compile SHA-256 for them before a plugin can be constructed.
pub fn tag(name: &str) -> String {
    // Offset basis and prime of its 64 bits.
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = name.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, mix);
    base64url(hash.to_be_bytes().get(..TAG_BYTES).unwrap_or_default())
}

/// A key made of parts, none of which can be read from it. Not peppered: hosts find records by it.
pub fn key(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length first, so that ("ab", "c") and ("a", "bc") differ.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    base64url(hash.finalize().get(..KEY_BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_of_fnv_1a() {
        // "foobar" has the hash 85944171f73967e8 (isthe.com/chongo/tech/comp/fnv).
        assert_eq!(tag("foobar"), base64url(&[0x85, 0x94, 0x41, 0x71, 0xf7, 0x39]));
    }
}
