//! CEL's numbers: 64 bits signed, unsigned and floating (cel-spec, "Numeric Values"). Arithmetic stays within a kind
//! and overflow is an error; comparison crosses kinds and is exact.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an operator is defined on few kinds of values; on any other it is one and the same error"
)]

use std::cmp::Ordering;

use super::meter::Failure;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Int(i64),
    Uint(u64),
    Double(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Arithmetic {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
            Arithmetic::Remainder => "%",
        }
    }

    /// `None`: the kinds differ, or have no such operator.
    pub(super) fn apply(self, a: Number, b: Number) -> Option<Result<Number, Failure>> {
        let whole = |result: Option<Number>, zero: bool| match result {
            Some(number) => Ok(number),
            None if zero => Err(Failure::new("division by zero")),
            None => Err(Failure::new(format!("overflow in `{}`", self.symbol()))),
        };
        match (a, b) {
            (Number::Int(a), Number::Int(b)) => {
                let (result, zero) = match self {
                    Arithmetic::Add => (a.checked_add(b), false),
                    Arithmetic::Subtract => (a.checked_sub(b), false),
                    Arithmetic::Multiply => (a.checked_mul(b), false),
                    Arithmetic::Divide => (a.checked_div(b), b == 0),
                    Arithmetic::Remainder => (a.checked_rem(b), b == 0),
                };
                Some(whole(result.map(Number::Int), zero))
            }
            (Number::Uint(a), Number::Uint(b)) => {
                let (result, zero) = match self {
                    Arithmetic::Add => (a.checked_add(b), false),
                    Arithmetic::Subtract => (a.checked_sub(b), false),
                    Arithmetic::Multiply => (a.checked_mul(b), false),
                    Arithmetic::Divide => (a.checked_div(b), b == 0),
                    Arithmetic::Remainder => (a.checked_rem(b), b == 0),
                };
                Some(whole(result.map(Number::Uint), zero))
            }
            (Number::Double(a), Number::Double(b)) => match self {
                Arithmetic::Add => Some(Ok(Number::Double(a + b))),
                Arithmetic::Subtract => Some(Ok(Number::Double(a - b))),
                Arithmetic::Multiply => Some(Ok(Number::Double(a * b))),
                Arithmetic::Divide => Some(Ok(Number::Double(a / b))),
                Arithmetic::Remainder => None,
            },
            _ => None,
        }
    }
}

impl Number {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Number::Int(_) => "int",
            Number::Uint(_) => "uint",
            Number::Double(_) => "double",
        }
    }

    /// `None` where one of them is not a number (NaN).
    pub(super) fn compare(self, other: Number) -> Option<Ordering> {
        match (self.whole(), other.whole()) {
            (Ok(a), Ok(b)) => Some(a.cmp(&b)),
            (Err(a), Err(b)) => a.partial_cmp(&b),
            (Ok(a), Err(b)) => against(a, b),
            (Err(a), Ok(b)) => against(b, a).map(Ordering::reverse),
        }
    }

    /// As an index or size: doubles too, where they are whole.
    pub(super) fn index(self) -> Option<usize> {
        match self {
            Number::Int(i) => usize::try_from(i).ok(),
            Number::Uint(u) => usize::try_from(u).ok(),
            Number::Double(d) => ((0.0..9e15).contains(&d) && d.fract() == 0.0).then_some(d as usize),
        }
    }

    fn whole(self) -> Result<i128, f64> {
        match self {
            Number::Int(i) => Ok(i.into()),
            Number::Uint(u) => Ok(u.into()),
            Number::Double(d) => Err(d),
        }
    }
}

/// A 64-bit whole number against a double, exactly: casts saturate, and doubles of 2^64 and more have no fraction.
fn against(whole: i128, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    let fraction = if double.fract() > 0.0 {
        Ordering::Less
    } else if double.fract() < 0.0 {
        Ordering::Greater
    } else {
        Ordering::Equal
    };
    Some(whole.cmp(&(double.trunc() as i128)).then(fraction))
}

/// A double in decimal digits without an exponent, as few as tell it from its neighbours: what `to_string` gives, by
/// the algorithm that `serde_json` has in the module anyway.
pub(super) fn decimal(double: f64) -> String {
    let Some(number) = serde_json::Number::from_f64(double) else {
        let infinite = if double > 0.0 { "inf" } else { "-inf" };
        return if double.is_nan() { "NaN" } else { infinite }.to_owned();
    };
    let text = number.to_string();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{}", if fraction == "0" { "" } else { fraction });
    // How many digits stand before the point; below one, how many zeros behind it come first.
    let exponent: isize = exponent.parse().unwrap_or(0);
    let point = exponent.saturating_add_unsigned(whole.len());
    match usize::try_from(point) {
        Ok(0) | Err(_) => format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs())),
        Ok(point) => match digits.split_at_checked(point) {
            Some((whole, "")) => format!("{sign}{whole}"),
            Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
            None => format!("{sign}{digits}{}", "0".repeat(point - digits.len())),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Number::{Double, Int, Uint};
    use super::*;

    #[track_caller]
    fn check(a: Number, b: Number, expected: Option<Ordering>) {
        assert_eq!(a.compare(b), expected, "{a:?} {b:?}");
        assert_eq!(b.compare(a), expected.map(Ordering::reverse), "{b:?} {a:?}");
    }

    #[test]
    fn comparison_crosses_kinds() {
        check(Int(1), Double(1.0), Some(Ordering::Equal));
        check(Int(-1), Uint(u64::MAX), Some(Ordering::Less));
        check(Int(-1), Double(-1.5), Some(Ordering::Greater));
        check(Int(1), Double(1.5), Some(Ordering::Less));
        check(Int(i64::MAX), Double(9_223_372_036_854_775_808.0), Some(Ordering::Less));
        check(Uint(u64::MAX), Double(f64::INFINITY), Some(Ordering::Less));
        check(Int(0), Double(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn decimal_digits_are_those_of_the_standard_library(bits in any::<u64>(), whole in any::<i32>(), small in -30_i32..30) {
            for double in [f64::from_bits(bits), f64::from(whole), f64::from(whole) / 64.0, 10_f64.powi(small), 1.5 * 10_f64.powi(small), -0.0, 0.0] {
                // Of two shortest texts that are equally near, either will do.
                let (ours, theirs) = (decimal(double), double.to_string());
                let same = ours.len() == theirs.len() && ours.parse() == theirs.parse::<f64>() && ours.parse() == Ok(double);
                prop_assert!(ours == theirs || same, "{ours} {theirs}");
            }
        }
    }
}
