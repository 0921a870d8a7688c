//! Filters (RFC 7644 3.4.2.2): read, and asked of a resource.

use serde_json::Value;

use super::json::{Object, get};
use super::path::AttributePath;

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// Either holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// `attr op value`
    Compare(AttributePath, Op, Value),
    /// `attr pr`
    Present(AttributePath),
    /// `attr[filter]`
    Values(AttributePath, Box<Filter>),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "RFC 7644 table 3 names them")]
pub enum Op {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    OpenValues,
    CloseValues,
    Word(String),
    Literal(Value),
}

/// More nesting than anybody writes; keeps the stack small.
const DEEPEST: usize = 32;

/// Reads a filter; the error says what was wrong.
pub fn parse(text: &str) -> Result<Filter, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, depth: 0 };
    let filter = parser.or()?;
    match parser.tokens.first() {
        None => Ok(filter),
        Some(token) => Err(format!("unexpected {token:?}")),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenValues, 1),
            ']' => (Token::CloseValues, 1),
            '"' => {
                let length = string_length(rest).ok_or("a string does not end")?;
                let literal = rest.get(..length).unwrap_or("");
                (Token::Literal(serde_json::from_str(literal).map_err(|e| e.to_string())?), length)
            }
            _ => {
                let length =
                    rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c)).unwrap_or(rest.len());
                let word = rest.get(..length).unwrap_or("");
                let literal = match word {
                    "true" | "false" | "null" => serde_json::from_str(word).ok(),
                    _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                        Some(serde_json::from_str(word).map_err(|_| format!("`{word}` is no value"))?)
                    }
                    _ => None,
                };
                (literal.map_or_else(|| Token::Word(word.to_owned()), Token::Literal), length)
            }
        };
        out.push(token);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(out)
}

/// The bytes of the quoted string `text` begins with.
fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// Takes the word if it comes next.
    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        if found {
            self.next();
        }
        found
    }

    fn or(&mut self) -> Result<Filter, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("nested too deeply".to_owned());
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, String> {
        let mut left = self.one()?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Filter, String> {
        if self.tokens.first() != Some(&Token::Open) && !self.negated() {
            return self.expression();
        }
        let not = self.word("not");
        self.next();
        let inside = self.or()?;
        if self.next() != Some(&Token::Close) {
            return Err("`)` is missing".to_owned());
        }
        Ok(if not { Filter::Not(Box::new(inside)) } else { inside })
    }

    /// `not (`: an attribute may be called `not` as well.
    fn negated(&self) -> bool {
        matches!(self.tokens, [Token::Word(not), Token::Open, ..] if not.eq_ignore_ascii_case("not"))
    }

    fn expression(&mut self) -> Result<Filter, String> {
        let Some(Token::Word(name)) = self.next() else { return Err("an attribute is missing".to_owned()) };
        let path = AttributePath::parse(name).ok_or_else(|| format!("`{name}` is no attribute"))?;
        if self.tokens.first() == Some(&Token::OpenValues) {
            self.next();
            let inside = self.or()?;
            if self.next() != Some(&Token::CloseValues) {
                return Err("`]` is missing".to_owned());
            }
            return Ok(Filter::Values(path, Box::new(inside)));
        }
        let Some(Token::Word(word)) = self.next() else { return Err("an operator is missing".to_owned()) };
        let op = match word.to_ascii_lowercase().as_str() {
            "pr" => return Ok(Filter::Present(path)),
            "eq" => Op::Eq,
            "ne" => Op::Ne,
            "co" => Op::Co,
            "sw" => Op::Sw,
            "ew" => Op::Ew,
            "gt" => Op::Gt,
            "ge" => Op::Ge,
            "lt" => Op::Lt,
            "le" => Op::Le,
            _ => return Err(format!("unknown operator `{word}`")),
        };
        let Some(Token::Literal(value)) = self.next() else { return Err("a value is missing".to_owned()) };
        let ordered = matches!(op, Op::Gt | Op::Ge | Op::Lt | Op::Le);
        if ordered && value.is_boolean() {
            return Err("booleans have no order".to_owned());
        }
        Ok(Filter::Compare(path, op, value.clone()))
    }
}

impl Filter {
    /// Attributes, and texts they must be for anything to match (in any case, if case does not count).
    pub fn named(&self) -> Vec<(&str, &str)> {
        let plain = |path: &AttributePath| {
            path.urn.is_none() && path.sub.as_deref().is_none_or(|sub| sub.eq_ignore_ascii_case("value"))
        };
        match self {
            Filter::And(left, right) => [left.named(), right.named()].concat(),
            Filter::Compare(path, Op::Eq, Value::String(text)) if plain(path) => vec![(&path.name, text)],
            Filter::Values(path, inside) if plain(path) => {
                let values =
                    inside.named().into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("value"));
                values.map(|(_, text)| (path.name.as_str(), text)).collect()
            }
            Filter::Compare(..)
            | Filter::Values(..)
            | Filter::Or(..)
            | Filter::Not(_)
            | Filter::Present(_) => Vec::new(),
        }
    }

    /// Whether `resource` matches. `exact`: whether case counts for an attribute.
    pub fn matches(&self, resource: &Object, exact: &dyn Fn(&AttributePath) -> bool) -> bool {
        match self {
            Filter::And(left, right) => left.matches(resource, exact) && right.matches(resource, exact),
            Filter::Or(left, right) => left.matches(resource, exact) || right.matches(resource, exact),
            Filter::Not(inside) => !inside.matches(resource, exact),
            Filter::Present(path) => {
                values(resource, path).into_iter().any(|value| value != "" && !super::json::unassigned(value))
            }
            Filter::Values(path, inside) => {
                let list = values(resource, path);
                list.iter().filter_map(|value| value.as_object()).any(|value| inside.matches(value, exact))
            }
            Filter::Compare(path, op, wanted) => {
                let found = values(resource, path);
                if wanted.is_null() {
                    // `eq null`: unassigned (RFC 7643 2.5).
                    return found.is_empty() == (*op == Op::Eq);
                }
                let exact = exact(path);
                match op {
                    Op::Ne => !found.iter().any(|value| compare(value, Op::Eq, wanted, exact)),
                    Op::Eq | Op::Co | Op::Sw | Op::Ew | Op::Gt | Op::Ge | Op::Lt | Op::Le => {
                        found.iter().any(|value| compare(value, *op, wanted, exact))
                    }
                }
            }
        }
    }
}

/// The values at `path`: of each item of a list, and `value` of a complex one when no sub-attribute is named.
pub fn values<'a>(resource: &'a Object, path: &AttributePath) -> Vec<&'a Value> {
    let inside = match &path.urn {
        // Core attributes stand at the top whatever their URN says.
        Some(urn) => get(resource, urn).and_then(Value::as_object).unwrap_or(resource),
        None => resource,
    };
    // A path that is an extension's URN itself splits in the wrong place.
    let whole = path.urn.as_ref().and_then(|urn| get(resource, &format!("{urn}:{}", path.name)));
    let Some(value) = whole.or_else(|| get(inside, &path.name)) else { return Vec::new() };
    let list = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
    let sub = |value: &'a Value| match (&path.sub, value.as_object()) {
        (Some(sub), Some(object)) => get(object, sub),
        (Some(_), None) => None,
        (None, _) => Some(value),
    };
    list.into_iter().filter_map(sub).filter(|value| !value.is_null()).collect()
}

fn compare(value: &Value, op: Op, wanted: &Value, exact: bool) -> bool {
    // A complex value stands for its `value`.
    if let Some(object) = value.as_object() {
        return get(object, "value")
            .is_some_and(|value| !value.is_object() && compare(value, op, wanted, exact));
    }
    let (Some(have), Some(want)) = (value.as_str(), wanted.as_str()) else {
        let numbers = value.as_f64().zip(wanted.as_f64());
        let order = numbers.and_then(|(have, want)| have.partial_cmp(&want));
        return if op == Op::Eq { value == wanted } else { order.is_some_and(|order| ordered(op, order)) };
    };
    let fold = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
    let (have, want) = (fold(have), fold(want));
    match op {
        Op::Co => have.contains(&want),
        Op::Sw => have.starts_with(&want),
        Op::Ew => have.ends_with(&want),
        Op::Eq | Op::Ne | Op::Gt | Op::Ge | Op::Lt | Op::Le => ordered(op, have.cmp(&want)),
    }
}

fn ordered(op: Op, order: std::cmp::Ordering) -> bool {
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Co | Op::Sw | Op::Ew => false,
    }
}
