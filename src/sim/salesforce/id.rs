//! Salesforce ids: 15 characters in which case counts, and three more to tell case apart (sheet section 1).

/// Letters and digits in the order of their bytes, so that later ids are greater.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// `id` with its suffix, if it has 15 characters and lacks it; else as it is.
pub fn long(id: &str) -> String {
    if id.len() != 15 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return id.to_owned();
    }
    let suffix = id.as_bytes().chunks(5).map(|chunk| {
        let upper = |(at, byte): (usize, &u8)| usize::from(byte.is_ascii_uppercase()) << at;
        let index: usize = chunk.iter().enumerate().map(upper).sum();
        SUFFIX.get(index).map_or('A', |byte| *byte as char)
    });
    format!("{id}{}", suffix.collect::<String>())
}

/// The `number`-th id of a type, for what every organization has: `00e000000000001AAA`.
pub fn fixed(prefix: &str, number: u64) -> String {
    long(&format!("{prefix}{number:012}"))
}

/// The `number`-th id of a type, for what is made at run time.
pub fn made(prefix: &str, number: u64) -> String {
    let mut digits = Vec::new();
    let mut rest = number;
    for _ in 0..8 {
        digits.push(DIGITS.get((rest % 62) as usize).map_or('0', |byte| *byte as char));
        rest /= 62;
    }
    let digits: String = digits.iter().rev().collect();
    long(&format!("{prefix}5g00{digits}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn suffixes_tell_case_apart() {
        // A pair known from the platform's documentation.
        assert_eq!(super::long("001A0000006Vm9r"), "001A0000006Vm9rIAC");
        assert_eq!(super::fixed("00e", 1), "00e000000000001AAA");
        assert_eq!(super::fixed("0PS", 1), "0PS000000000001GAA");
        assert_eq!(super::long("short"), "short");
        assert!(super::made("005", 61) < super::made("005", 62));
        assert_eq!(super::made("005", 61).len(), 18);
    }
}
