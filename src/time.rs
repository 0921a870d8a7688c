//! Time is milliseconds since the Unix epoch, handed in by the host; there is no clock in here (law 1).

/// Milliseconds since the Unix epoch.
pub type Millis = u64;

/// What `Retry-After` asks for, in milliseconds from `now`: delta seconds or an HTTP date (RFC 9110 section 10.2.3).
pub fn retry_after(header: &str, now: Millis) -> Option<Millis> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(seconds.saturating_mul(1000));
    }
    http_date(header).map(|at| at.saturating_sub(now))
}

/// An IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7). The two obsolete forms are not read.
pub fn http_date(text: &str) -> Option<Millis> {
    let rest = text.split_once(", ")?.1;
    let mut parts = rest.split(' ');
    let day: u64 = parts.next()?.parse().ok()?;
    let month = MONTHS.iter().position(|name| Some(*name) == rest.get(3..6))? as u64 + 1;
    parts.next()?;
    let year: u64 = parts.next()?.parse().ok()?;
    let at = at(year, month, day, parts.next()?)?;
    (parts.next() == Some("GMT")).then_some(at)
}

/// A UTC time of RFC 3339 section 5.6, `2016-07-11T22:14:10Z`, with whole seconds. Other offsets are not read.
pub fn utc(text: &str) -> Option<Millis> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    at(year, month, day, clock)
}

/// A day and its `22:14:10`.
fn at(year: u64, month: u64, day: u64, clock: &str) -> Option<Millis> {
    let mut clock = clock.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let sane = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61;
    sane.then(|| ((days_from_epoch(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000)
}

/// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that leap days come last.
fn days_from_epoch(year: u64, month: u64, day: u64) -> u64 {
    let (y, m) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - DAYS_TO_EPOCH
}

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: u64 = 719_468;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<Millis>) {
        assert_eq!(retry_after(header, 784_111_777_000 - 5000), expected, "{header}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        check("3", Some(3000));
        check(" 0 ", Some(0));
        // RFC 9110's own example date.
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(5000));
        check("Sun, 06 Nov 1994 08:49:30 GMT", Some(0));
        check("soon", None);
        check("-1", None);
        check("Sun, 06 Nox 1994 08:49:37 GMT", None);
        check("Sun, 06 Nov 1994 25:49:37 GMT", None);
        check("", None);
    }

    #[test]
    fn dates_at_the_edges() {
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("Thu, 29 Feb 2024 12:00:00 GMT"), Some(1_709_208_000_000));
        assert_eq!(utc("2024-02-29T12:00:00Z"), Some(1_709_208_000_000));
        // As GitHub's documents show the end of an installation token.
        assert_eq!(utc("2016-07-11T22:14:10Z"), Some(1_468_275_250_000));
        for other in ["2016-07-11T22:14:10", "2016-13-11T22:14:10Z", "2016-07-11T22:14:10+02:00Z", "Z", ""] {
            assert_eq!(utc(other), None, "{other}");
        }
    }
}
