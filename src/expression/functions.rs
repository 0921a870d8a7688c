//! The functions on offer: CEL's standard ones that need no clock, and strings under cel-go's names
//! (<https://github.com/google/cel-go/tree/master/ext>, "Strings"). Indexes count code points.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an operator is defined on few kinds of values; on any other it is one and the same error"
)]

use super::meter::{Failure, Meter};
use super::number::{Number, decimal};
use super::pattern::Pattern;
use super::value::{List, Text, Val};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    LowerAscii,
    UpperAscii,
    Trim,
    Split,
    Join,
    Replace,
    Substring,
    IndexOf,
    LastIndexOf,
    CharAt,
    String,
    Int,
    Uint,
    Double,
    Bool,
    Dyn,
    Type,
}

/// How a function is called.
#[derive(Debug)]
pub(super) struct Signature {
    pub(super) function: Function,
    pub(super) name: &'static str,
    /// `x.name(..)`.
    pub(super) method: bool,
    /// `name(x, ..)`.
    pub(super) global: bool,
    /// Arguments at least, counting the receiver.
    pub(super) least: usize,
    /// Arguments at most, counting the receiver.
    pub(super) most: usize,
}

const fn method(function: Function, name: &'static str, least: usize, most: usize) -> Signature {
    Signature { function, name, method: true, global: false, least, most }
}

const fn global(function: Function, name: &'static str) -> Signature {
    Signature { function, name, method: false, global: true, least: 1, most: 1 }
}

pub(super) static FUNCTIONS: [Signature; 22] = [
    Signature { function: Function::Size, name: "size", method: true, global: true, least: 1, most: 1 },
    method(Function::Contains, "contains", 2, 2),
    method(Function::StartsWith, "startsWith", 2, 2),
    method(Function::EndsWith, "endsWith", 2, 2),
    Signature { function: Function::Matches, name: "matches", method: true, global: true, least: 2, most: 2 },
    method(Function::LowerAscii, "lowerAscii", 1, 1),
    method(Function::UpperAscii, "upperAscii", 1, 1),
    method(Function::Trim, "trim", 1, 1),
    method(Function::Split, "split", 2, 3),
    method(Function::Join, "join", 1, 2),
    method(Function::Replace, "replace", 3, 4),
    method(Function::Substring, "substring", 2, 3),
    method(Function::IndexOf, "indexOf", 2, 2),
    method(Function::LastIndexOf, "lastIndexOf", 2, 2),
    method(Function::CharAt, "charAt", 2, 2),
    global(Function::String, "string"),
    global(Function::Int, "int"),
    global(Function::Uint, "uint"),
    global(Function::Double, "double"),
    global(Function::Bool, "bool"),
    global(Function::Dyn, "dyn"),
    global(Function::Type, "type"),
];

/// The macros, which the parser expands.
pub(super) const MACROS: [&str; 6] = ["has", "all", "exists", "exists_one", "map", "filter"];

pub(super) fn signature(function: Function) -> Option<&'static Signature> {
    FUNCTIONS.iter().find(|signature| signature.function == function)
}

/// Calls a function; the receiver is the first argument.
pub(super) fn call<'a>(function: Function, args: &[Val<'a>], meter: Meter<'_>) -> Result<Val<'a>, Failure> {
    use Function as F;
    use Number as N;
    match (function, args) {
        (F::Size, [Val::Text(text)]) => {
            meter.read(text.len())?;
            Ok(Val::int(text.chars().count()))
        }
        (F::Size, [Val::List(list)]) => Ok(Val::int(list.len())),
        (F::Size, [Val::Map(map)]) => Ok(Val::int(map.len())),
        (F::Contains, [Val::Text(text), Val::Text(part)]) => {
            meter.read(text.len() + part.len())?;
            Ok(Val::Bool(text.contains(&**part)))
        }
        (F::StartsWith, [Val::Text(text), Val::Text(part)]) => {
            meter.read(part.len())?;
            Ok(Val::Bool(text.starts_with(&**part)))
        }
        (F::EndsWith, [Val::Text(text), Val::Text(part)]) => {
            meter.read(part.len())?;
            Ok(Val::Bool(text.ends_with(&**part)))
        }
        (F::Matches, [Val::Text(text), Val::Text(pattern)]) => {
            Pattern::compile(pattern, meter)?.matches(text, meter)
        }
        (F::LowerAscii, [Val::Text(text)]) => {
            meter.make(text.len())?;
            Ok(Val::text(text.to_ascii_lowercase()))
        }
        (F::UpperAscii, [Val::Text(text)]) => {
            meter.make(text.len())?;
            Ok(Val::text(text.to_ascii_uppercase()))
        }
        (F::Trim, [Val::Text(text)]) => {
            meter.make(text.len())?;
            Ok(Val::Text(text.part(str::trim)))
        }
        (F::Split, [Val::Text(text), Val::Text(by)]) => split(text, by, None, meter),
        (F::Split, [Val::Text(text), Val::Text(by), Val::Number(N::Int(most))]) => {
            split(text, by, usize::try_from(*most).ok(), meter)
        }
        (F::Join, [Val::List(list)]) => join(list, "", meter),
        (F::Join, [Val::List(list), Val::Text(by)]) => join(list, by, meter),
        (F::Replace, [Val::Text(text), Val::Text(from), Val::Text(to)]) => {
            replace(text, from, to, None, meter)
        }
        (F::Replace, [Val::Text(text), Val::Text(from), Val::Text(to), Val::Number(N::Int(most))]) => {
            replace(text, from, to, usize::try_from(*most).ok(), meter)
        }
        (F::Substring, [Val::Text(text), Val::Number(N::Int(start))]) => {
            meter.make(text.len())?;
            let from = offset(text, *start).ok_or_else(|| out_of_range("substring"))?;
            Ok(Val::Text(text.part(|text| text.get(from..).unwrap_or(""))))
        }
        (F::Substring, [Val::Text(text), Val::Number(N::Int(start)), Val::Number(N::Int(end))]) => {
            meter.make(text.len())?;
            let bounds = offset(text, *start).zip(offset(text, *end)).filter(|(from, to)| from <= to);
            let (from, to) = bounds.ok_or_else(|| out_of_range("substring"))?;
            Ok(Val::Text(text.part(|text| text.get(from..to).unwrap_or(""))))
        }
        (F::IndexOf, [Val::Text(text), Val::Text(part)]) => {
            meter.read(text.len() + part.len())?;
            Ok(position(text, text.find(&**part)))
        }
        (F::LastIndexOf, [Val::Text(text), Val::Text(part)]) => {
            meter.read(text.len() + part.len())?;
            Ok(position(text, text.rfind(&**part)))
        }
        (F::CharAt, [Val::Text(text), Val::Number(N::Int(index))]) => {
            meter.read(text.len())?;
            let at = offset(text, *index).ok_or_else(|| out_of_range("charAt"))?;
            let rest = text.get(at..).unwrap_or("");
            Ok(Val::text(rest.chars().take(1).collect::<String>()))
        }
        (F::Dyn, [value]) => Ok(value.clone()),
        (F::Type, [value]) => Ok(Val::Type(value.kind())),
        (F::String | F::Int | F::Uint | F::Double | F::Bool, [value]) => {
            meter.make(32)?;
            match value {
                Val::Text(text) => meter.read(text.len() * DIGIT)?,
                Val::Number(N::Double(_)) => meter.make(DECIMAL)?,
                Val::Null | Val::Bool(_) | Val::Number(_) | Val::List(_) | Val::Map(_) | Val::Type(_) => {}
            }
            convert(function, value)
        }
        _ => Err(Failure::no_overload(signature(function).map_or("", |known| known.name), args)),
    }
}

/// What a digit costs to read, in bytes: those of a double may have to be shifted about, up to 768 of them.
const DIGIT: usize = 16;
/// Longest text of a double, in bytes: 309 digits, or as many zeros behind the point.
const DECIMAL: usize = 350;

fn split<'a>(text: &Text<'a>, by: &str, most: Option<usize>, meter: Meter<'_>) -> Result<Val<'a>, Failure> {
    let mut parts: Vec<Val<'a>> = Vec::new();
    meter.read(text.len() + by.len())?;
    let mut rest = text.clone();
    let most = most.unwrap_or(usize::MAX);
    while parts.len() < most {
        let last = parts.len() + 1 == most;
        // Without a separator the text falls into its characters, as in cel-go.
        let cut = match (last, by.is_empty()) {
            (true, _) => None,
            (false, true) => rest.char_indices().nth(1).map(|(at, _)| (at, at)),
            (false, false) => rest.find(by).map(|at| (at, at + by.len())),
        };
        meter.make(PART)?;
        let Some((end, next)) = cut else {
            if !(by.is_empty() && rest.is_empty()) {
                parts.push(Val::Text(rest));
            }
            break;
        };
        if let Text::Made(made) = &rest {
            meter.make(made.len())?;
        }
        parts.push(Val::Text(rest.part(|text| text.get(..end).unwrap_or(""))));
        rest = rest.part(|text| text.get(next..).unwrap_or(""));
    }
    Ok(Val::list(parts))
}

/// What one element of a made list costs, in bytes.
pub(super) const PART: usize = 32;

fn join<'a>(list: &List<'a>, by: &str, meter: Meter<'_>) -> Result<Val<'a>, Failure> {
    let mut out = String::new();
    for (index, item) in list.iter().enumerate() {
        let Val::Text(item) = item else {
            return Err(Failure::new("`join` takes a list of strings"));
        };
        meter.make(item.len() + by.len() + 1)?;
        if index > 0 {
            out.push_str(by);
        }
        out.push_str(&item);
    }
    Ok(Val::text(out))
}

fn replace<'a>(
    text: &str,
    from: &str,
    to: &str,
    most: Option<usize>,
    meter: Meter<'_>,
) -> Result<Val<'a>, Failure> {
    meter.make(text.len() + from.len())?;
    let count = text.matches(from).count().min(most.unwrap_or(usize::MAX));
    meter.make(count.saturating_mul(to.len() + 1))?;
    Ok(Val::text(text.replacen(from, to, count)))
}

/// Byte offset of the code point `index`; the end counts.
fn offset(text: &str, index: i64) -> Option<usize> {
    let index = usize::try_from(index).ok()?;
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(index)
}

fn position<'a>(text: &str, at: Option<usize>) -> Val<'a> {
    match at {
        Some(at) => Val::int(text.get(..at).unwrap_or("").chars().count()),
        None => Val::Number(Number::Int(-1)),
    }
}

fn out_of_range(name: &str) -> Failure {
    Failure::new(format!("index out of range in `{name}`"))
}

fn convert<'a>(function: Function, value: &Val<'a>) -> Result<Val<'a>, Failure> {
    use Function as F;
    use Number as N;
    let name = signature(function).map_or("", |known| known.name);
    let range = || Failure::new(format!("out of range for `{name}`"));
    let unreadable = || Failure::new(format!("a string that `{name}` cannot read"));
    let number = |number| Ok(Val::Number(number));
    match (function, value) {
        (F::String, Val::Text(_)) | (F::Bool, Val::Bool(_)) => Ok(value.clone()),
        (F::String, Val::Bool(bool)) => Ok(Val::text(bool.to_string())),
        (F::String, Val::Number(N::Int(int))) => Ok(Val::text(int.to_string())),
        (F::String, Val::Number(N::Uint(uint))) => Ok(Val::text(uint.to_string())),
        (F::String, Val::Number(N::Double(double))) => Ok(Val::text(decimal(*double))),
        (F::Int, Val::Number(N::Int(int))) => number(N::Int(*int)),
        (F::Int, Val::Number(N::Uint(uint))) => number(N::Int(i64::try_from(*uint).map_err(|_| range())?)),
        // The bounds are the doubles next to those of a 64-bit integer.
        (F::Int, Val::Number(N::Double(double))) if *double > -TWO_63 && *double < TWO_63 => {
            number(N::Int(*double as i64))
        }
        (F::Int, Val::Text(text)) => number(N::Int(text.parse().map_err(|_| unreadable())?)),
        (F::Uint, Val::Number(N::Uint(uint))) => number(N::Uint(*uint)),
        (F::Uint, Val::Number(N::Int(int))) => number(N::Uint(u64::try_from(*int).map_err(|_| range())?)),
        (F::Uint, Val::Number(N::Double(double))) if *double >= 0.0 && *double < 2.0 * TWO_63 => {
            number(N::Uint(*double as u64))
        }
        (F::Uint, Val::Text(text)) => number(N::Uint(text.parse().map_err(|_| unreadable())?)),
        (F::Int | F::Uint, Val::Number(N::Double(_))) => Err(range()),
        (F::Double, Val::Number(N::Double(double))) => number(N::Double(*double)),
        (F::Double, Val::Number(N::Int(int))) => number(N::Double(*int as f64)),
        (F::Double, Val::Number(N::Uint(uint))) => number(N::Double(*uint as f64)),
        (F::Double, Val::Text(text)) => number(N::Double(text.parse().map_err(|_| unreadable())?)),
        (F::Bool, Val::Text(text)) => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Val::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Val::Bool(false)),
            _ => Err(unreadable()),
        },
        _ => Err(Failure::no_overload(name, std::slice::from_ref(value))),
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;
