//! Milliseconds since the epoch, written out. UTC only.

/// Year, month, day, hour, minute, second, millisecond.
fn civil(now: u64) -> (u64, u64, u64, u64, u64, u64, u64) {
    let (seconds, millis) = (now / 1000, now % 1000);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's civil_from_days, for dates after 1970: eras of 400 years counted from 0000-03-01.
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + u64::from(month <= 2);
    (year, month, day, rest / 3600, rest / 60 % 60, rest % 60, millis)
}

/// `2026-02-03T04:05:06Z`, as AWS writes `meta.created`.
pub fn seconds(now: u64) -> String {
    let (y, mo, d, h, mi, s, _) = civil(now);
    format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z")
}

/// `2026-02-03T04:05:06.789Z`, an xsd:dateTime (RFC 7643 2.3.5).
pub fn millis(now: u64) -> String {
    let (y, mo, d, h, mi, s, ms) = civil(now);
    format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{ms:03}Z")
}

/// `2026-02-03 04:05:06.78`: Java's `Timestamp.toString()`, with one to three fraction digits.
pub fn timestamp(now: u64) -> String {
    let (y, mo, d, h, mi, s, ms) = civil(now);
    let fraction = format!("{ms:03}");
    let trimmed = fraction.trim_end_matches('0');
    let fraction = if trimmed.is_empty() { "0" } else { trimmed };
    format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}.{fraction}")
}

/// `Tue, 03 Feb 2026 04:05:06 GMT`, an HTTP date (RFC 9110 5.6.7).
pub fn http(now: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (y, mo, d, h, mi, s, _) = civil(now);
    let weekday = DAYS.iter().cycle().nth((now / 86_400_000 % 7) as usize).unwrap_or(&"Thu");
    let month = MONTHS.iter().cycle().nth((mo.saturating_sub(1)) as usize).unwrap_or(&"Jan");
    format!("{weekday}, {d:02} {month} {y:04} {h:02}:{mi:02}:{s:02} GMT")
}

#[cfg(test)]
mod tests {
    #[test]
    fn writes_dates() {
        let now = 1_770_091_506_780;
        assert_eq!(super::seconds(now), "2026-02-03T04:05:06Z");
        assert_eq!(super::millis(now), "2026-02-03T04:05:06.780Z");
        assert_eq!(super::timestamp(now), "2026-02-03 04:05:06.78");
        assert_eq!(super::timestamp(0), "1970-01-01 00:00:00.0");
        assert_eq!(super::http(now), "Tue, 03 Feb 2026 04:05:06 GMT");
        assert_eq!(super::seconds(951_782_400_000), "2000-02-29T00:00:00Z");
    }
}
