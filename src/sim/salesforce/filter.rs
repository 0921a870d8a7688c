//! Filters (sheet section 5.4): `and` and `or` bind alike, every value is a quoted text, names in exact case.

use serde_json::Value;

use super::Salesforce;
use super::catalogue::{Listed, Name};
use super::id;
use super::reply::Refusal;
use crate::sim::filter::{Filter, Op};
use crate::sim::path::AttributePath;

enum Token<'a> {
    Open,
    Close,
    Word(&'a str),
    Text(String),
}

/// More nesting than anybody writes; keeps the stack small.
const DEEPEST: usize = 32;

fn invalid(what: &str) -> Refusal {
    Refusal::scim(400, format!("Invalid filter : {what}"))
}

struct Parser<'a> {
    sim: &'a Salesforce,
    listed: Listed,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'a>>>,
    depth: usize,
    memberships: usize,
}

impl Salesforce {
    /// Reads a filter.
    pub(super) fn filter(&self, listed: Listed, text: &str) -> Result<Filter, Refusal> {
        let tokens = self.tokens(text)?.into_iter().peekable();
        let mut parser = Parser { sim: self, listed, tokens, depth: 0, memberships: 0 };
        let filter = parser.any()?;
        if parser.tokens.next().is_some() { Err(invalid(text)) } else { Ok(filter) }
    }

    fn tokens<'a>(&self, text: &'a str) -> Result<Vec<Token<'a>>, Refusal> {
        let mut out = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '(' | ')' => {
                    out.push(if first == '(' { Token::Open } else { Token::Close });
                    1
                }
                '"' => {
                    let (value, length) = self.quoted(rest)?;
                    out.push(Token::Text(value));
                    length
                }
                _ => {
                    let end = rest.find(|c: char| c.is_whitespace() || "()\"".contains(c));
                    let length = end.unwrap_or(rest.len());
                    out.push(Token::Word(rest.get(..length).unwrap_or("")));
                    length
                }
            };
            rest = rest.get(length..).unwrap_or("").trim_start();
        }
        Ok(out)
    }

    /// A value and its length, quotes included. Without unescaping the next quote ends it, whatever stands before.
    fn quoted(&self, text: &str) -> Result<(String, usize), Refusal> {
        if self.settings.is("filterEscapes", "json") {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
            let value = values.next().and_then(Result::ok).ok_or_else(|| invalid(text))?;
            return Ok((value, values.byte_offset()));
        }
        let inside = text.get(1..).unwrap_or("");
        let end = inside.find('"').ok_or_else(|| invalid(text))?;
        Ok((query_text(inside.get(..end).unwrap_or(""))?, end + 2))
    }
}

/// A value as the query below reads it: an apostrophe ends it there, a backslash escapes (section 5.4).
fn query_text(value: &str) -> Result<String, Refusal> {
    let mut out = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        out.push(match c {
            '\'' => return Err(Refusal::Unknown),
            '\\' => match rest.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(same @ ('\\' | '\'')) => same,
                Some(_) | None => return Err(Refusal::Unknown),
            },
            plain => plain,
        });
    }
    Ok(out)
}

impl Parser<'_> {
    /// From left to right: a mix without parentheses is not what it means elsewhere.
    fn any(&mut self) -> Result<Filter, Refusal> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(invalid("too deep"));
        }
        let mut left = self.one()?;
        while let Some(Token::Word(word)) = self.tokens.peek() {
            let join = match word.to_ascii_lowercase().as_str() {
                "and" => Filter::And,
                "or" => Filter::Or,
                other => return Err(invalid(other)),
            };
            self.tokens.next();
            left = join(Box::new(left), Box::new(self.one()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn one(&mut self) -> Result<Filter, Refusal> {
        let name = match self.tokens.next() {
            Some(Token::Open) => {
                let inside = self.any()?;
                return match self.tokens.next() {
                    Some(Token::Close) => Ok(inside),
                    Some(Token::Open | Token::Word(_) | Token::Text(_)) | None => {
                        Err(invalid("`)` is missing"))
                    }
                };
            }
            Some(Token::Word(name)) => name,
            Some(Token::Close | Token::Text(_)) | None => return Err(invalid("an attribute is missing")),
        };
        let path = match self.sim.name(self.listed, name) {
            Name::Fits(path) => path,
            Name::Complex => {
                return Err(Refusal::scim(400, "Complex attribute name. Please specify subattribute."));
            }
            Name::Unsupported => return Err(Refusal::scim(400, format!("Unsupported attribute: {name}"))),
        };
        let Some(Token::Word(word)) = self.tokens.next() else { return Err(invalid(name)) };
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
            other => return Err(invalid(other)),
        };
        let value = match self.tokens.next() {
            Some(Token::Text(value)) => value,
            Some(Token::Word(word)) => {
                let detail = format!("Argument has to be a quoted string literal : {word}");
                return Err(Refusal::scim(400, detail));
            }
            Some(Token::Open | Token::Close) | None => return Err(invalid(name)),
        };
        if ["entitlements", "groups"].contains(&path.name.as_str()) && matches!(op, Op::Eq | Op::Ne) {
            self.memberships += 1;
            if self.memberships > 1 {
                return Err(Refusal::scim(400, "Only one membership criteria allowed in filter."));
            }
        }
        let value = if exact(&path) { id::long(&value) } else { time(&path, value) };
        Ok(Filter::Compare(path, op, Value::from(value)))
    }
}

/// Times are whole seconds here; `.000` of a client must not make a difference.
fn time(path: &AttributePath, value: String) -> String {
    match value.split_once('.').filter(|_| path.name == "meta") {
        Some((seconds, fraction)) if fraction.ends_with('Z') => format!("{seconds}Z"),
        Some(_) | None => value,
    }
}

/// Ids compare with case; texts without (section 5.4).
pub fn exact(path: &AttributePath) -> bool {
    let name = path.name.as_str();
    ["id", "entitlements", "groups", "roles", "manager", "members"].contains(&name)
        && path.sub.as_deref().is_none_or(|sub| sub == "value")
}
