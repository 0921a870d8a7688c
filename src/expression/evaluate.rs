//! Evaluation: a walk over the tree that borrows the event and meters what it does.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an operator is defined on few kinds of values; on any other it is one and the same error"
)]

use std::cmp::Ordering;
use std::rc::Rc;

use serde_json::Value;

use super::compile::{Comparison, Macro, Node};
use super::functions::{self, PART};
use super::meter::{Failure, Meter, Work};
use super::number::{Arithmetic, Number};
use super::value::{List, Map, Text, Val};
use super::{MAX_LIST, MAX_RESULT};

pub(super) fn evaluate<'a>(
    root: &'a Node,
    variables: &'a [&'a Value],
    work: &'a Work,
) -> Result<Value, String> {
    let mut machine = Machine { variables, locals: Vec::new(), meter: Meter(work) };
    let result = machine.value(root).and_then(|result| to_json(&result, &mut { MAX_RESULT }, Meter(work)));
    result.map_err(|failure| failure.message)
}

struct Machine<'a> {
    variables: &'a [&'a Value],
    /// What the macros around the current node have bound, outermost first.
    locals: Vec<Val<'a>>,
    meter: Meter<'a>,
}

impl<'a> Machine<'a> {
    fn value(&mut self, node: &'a Node) -> Result<Val<'a>, Failure> {
        self.meter.step(1)?;
        match node {
            Node::Null => Ok(Val::Null),
            Node::Bool(bool) => Ok(Val::Bool(*bool)),
            Node::Number(number) => Ok(Val::Number(*number)),
            Node::Text(text) => Ok(Val::Text(Text::Lent(text))),
            Node::Type(name) => Ok(Val::Type(name)),
            Node::Variable(index) => {
                Ok(self.variables.get(*index).map_or(Val::Null, |value| Val::from(*value)))
            }
            Node::Local(index) => Ok(self.locals.get(*index).cloned().unwrap_or(Val::Null)),
            Node::Select(of, name) => match self.value(of)? {
                Val::Map(map) => {
                    let found = map.get(&Val::Text(Text::Lent(name)), self.meter)?;
                    found.ok_or_else(|| Failure::no_such_key(Some(name)))
                }
                other => Err(Failure::no_overload(&format!(".{name}"), &[other])),
            },
            Node::Has(of, name) => match self.value(of)? {
                Val::Map(map) => Ok(Val::Bool(map.get(&Val::Text(Text::Lent(name)), self.meter)?.is_some())),
                other => Err(Failure::no_overload("has", &[other])),
            },
            Node::Index(of, index) => self.index(of, index),
            Node::Not(of) => match self.value(of)? {
                Val::Bool(bool) => Ok(Val::Bool(!bool)),
                other => Err(Failure::no_overload("!", &[other])),
            },
            Node::Negate(of) => match self.value(of)? {
                Val::Number(Number::Int(int)) => match int.checked_neg() {
                    Some(int) => Ok(Val::Number(Number::Int(int))),
                    None => Err(Failure::new("overflow in `-`")),
                },
                Val::Number(Number::Double(double)) => Ok(Val::Number(Number::Double(-double))),
                other => Err(Failure::no_overload("-", &[other])),
            },
            Node::And(a, b) => self.logic(a, b, false),
            Node::Or(a, b) => self.logic(a, b, true),
            Node::If(condition, then, otherwise) => match self.value(condition)? {
                Val::Bool(true) => self.value(then),
                Val::Bool(false) => self.value(otherwise),
                other => Err(Failure::no_overload("?:", &[other])),
            },
            Node::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b),
            Node::Equal(equal, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                Ok(Val::Bool(a.equals(&b, self.meter)? == *equal))
            }
            Node::Compare(comparison, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                match a.compare(&b, self.meter)? {
                    Some(ordering) => Ok(Val::Bool(comparison.holds(ordering))),
                    None => Err(Failure::no_overload(comparison.symbol(), &[a, b])),
                }
            }
            Node::In(item, within) => self.contains(item, within),
            Node::List(items) => {
                self.meter.make(items.len() * PART)?;
                Ok(Val::list(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?))
            }
            Node::Map(entries) => self.map(entries),
            Node::Call(function, args) => {
                let args = args.iter().map(|arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
                functions::call(*function, &args, self.meter)
            }
            Node::Matches(text, pattern) => match self.value(text)? {
                Val::Text(text) => pattern.matches(&text, self.meter),
                other => Err(Failure::no_overload("matches", &[other])),
            },
            Node::Macro { kind, over, condition, body } => self.run(*kind, over, condition.as_deref(), body),
        }
    }

    fn index(&mut self, of: &'a Node, index: &'a Node) -> Result<Val<'a>, Failure> {
        // A key is named in an error only if it stands in the expression.
        let name = if let Node::Text(name) = index { Some(name.as_str()) } else { None };
        match (self.value(of)?, self.value(index)?) {
            (Val::List(list), Val::Number(number)) => {
                number.index().and_then(|at| list.get(at)).ok_or_else(|| Failure::new("index out of range"))
            }
            (Val::Map(map), key) => map.get(&key, self.meter)?.ok_or_else(|| Failure::no_such_key(name)),
            (of, index) => Err(Failure::no_overload("[]", &[of, index])),
        }
    }

    /// `&&` and `||` in either order: a side that decides wins over a side that fails (cel-spec, "Logical Operators").
    fn logic(&mut self, a: &'a Node, b: &'a Node, decides: bool) -> Result<Val<'a>, Failure> {
        let symbol = if decides { "||" } else { "&&" };
        let left = self.truth(a, symbol);
        match left {
            Ok(truth) if truth == decides => return Ok(Val::Bool(decides)),
            Err(failure) if failure.spent => return Err(failure),
            Err(_) => self.meter.make(ABSORBED)?,
            Ok(_) => {}
        }
        match self.truth(b, symbol) {
            Ok(truth) if truth == decides => Ok(Val::Bool(decides)),
            Err(failure) if failure.spent => Err(failure),
            right => left.and(right).map(Val::Bool),
        }
    }

    fn truth(&mut self, node: &'a Node, whose: &str) -> Result<bool, Failure> {
        match self.value(node)? {
            Val::Bool(bool) => Ok(bool),
            other => Err(Failure::no_overload(whose, &[other])),
        }
    }

    fn arithmetic(&mut self, operator: Arithmetic, a: &'a Node, b: &'a Node) -> Result<Val<'a>, Failure> {
        let values = (self.value(a)?, self.value(b)?);
        let result = match (&values, operator) {
            ((Val::Number(a), Val::Number(b)), _) => operator.apply(*a, *b),
            ((Val::Text(a), Val::Text(b)), Arithmetic::Add) => {
                self.meter.make(a.len() + b.len())?;
                let mut text = String::from(&**a);
                text.push_str(b);
                return Ok(Val::text(text));
            }
            ((Val::List(a), Val::List(b)), Arithmetic::Add) => {
                self.meter.make((a.len() + b.len()) * PART)?;
                return Ok(Val::list(a.iter().chain(b.iter()).collect()));
            }
            _ => None,
        };
        match result {
            Some(number) => number.map(Val::Number),
            None => Err(Failure::no_overload(operator.symbol(), &[values.0, values.1])),
        }
    }

    fn contains(&mut self, item: &'a Node, within: &'a Node) -> Result<Val<'a>, Failure> {
        let item = self.value(item)?;
        match self.value(within)? {
            Val::List(list) => {
                for candidate in list.iter() {
                    if candidate.equals(&item, self.meter)? {
                        return Ok(Val::Bool(true));
                    }
                }
                Ok(Val::Bool(false))
            }
            Val::Map(map) if matches!(item, Val::Text(_) | Val::Bool(_) | Val::Number(_)) => {
                Ok(Val::Bool(map.get(&item, self.meter)?.is_some()))
            }
            other => Err(Failure::no_overload("in", &[item, other])),
        }
    }

    fn map(&mut self, entries: &'a [(Node, Node)]) -> Result<Val<'a>, Failure> {
        let mut made: Vec<(Val<'a>, Val<'a>)> = Vec::new();
        for (key, value) in entries {
            let key = self.value(key)?;
            let usable = match &key {
                Val::Text(_) | Val::Bool(_) | Val::Number(Number::Int(_) | Number::Uint(_)) => true,
                Val::Number(Number::Double(_)) | Val::Null | Val::List(_) | Val::Map(_) | Val::Type(_) => {
                    false
                }
            };
            if !usable {
                return Err(Failure::no_overload("{}", &[key]));
            }
            for (known, _) in &made {
                if known.equals(&key, self.meter)? {
                    return Err(Failure::new("a key stands twice in a map"));
                }
            }
            self.meter.make(2 * PART)?;
            made.push((key, self.value(value)?));
        }
        Ok(Val::Map(Map::Made(Rc::new(made))))
    }

    fn run(
        &mut self,
        kind: Macro,
        over: &'a Node,
        condition: Option<&'a Node>,
        body: &'a Node,
    ) -> Result<Val<'a>, Failure> {
        let range = match self.value(over)? {
            Val::List(list) => list,
            Val::Map(map) if map.len() <= MAX_LIST => List::Made(Rc::new(map.keys(self.meter)?)),
            Val::Map(_) => return Err(too_long(kind)),
            other => return Err(Failure::no_overload(kind.name(), &[other])),
        };
        if range.len() > MAX_LIST {
            return Err(too_long(kind));
        }
        let depth = self.locals.len();
        let mut fold = Fold { kind, made: Vec::new(), count: 0, failure: None };
        for item in range.iter() {
            self.locals.push(item);
            let done = self.turn(&mut fold, condition, body);
            self.locals.truncate(depth);
            if done? {
                break;
            }
        }
        fold.finish()
    }

    /// One element; true when the rest cannot change the result.
    fn turn(
        &mut self,
        fold: &mut Fold<'a>,
        condition: Option<&'a Node>,
        body: &'a Node,
    ) -> Result<bool, Failure> {
        let passes = match condition {
            Some(condition) => self.truth(condition, fold.kind.name())?,
            None => true,
        };
        match fold.kind {
            Macro::Map | Macro::Filter => {
                if passes {
                    self.meter.make(PART)?;
                    let value = self.value(body)?;
                    fold.made.push(value);
                }
                Ok(false)
            }
            Macro::ExistsOne => {
                fold.count += usize::from(self.truth(body, fold.kind.name())?);
                Ok(false)
            }
            Macro::All | Macro::Exists => {
                let decides = fold.kind == Macro::Exists;
                match self.truth(body, fold.kind.name()) {
                    Ok(truth) if truth == decides => {
                        fold.count = 1;
                        Ok(true)
                    }
                    Ok(_) => Ok(false),
                    Err(failure) if failure.spent => Err(failure),
                    Err(failure) => {
                        self.meter.make(ABSORBED)?;
                        fold.failure = Some(failure);
                        Ok(false)
                    }
                }
            }
        }
    }
}

/// What a failure costs that another part may make good, in bytes: its message was made in vain.
const ABSORBED: usize = 32;

/// What a macro has gathered.
struct Fold<'a> {
    kind: Macro,
    made: Vec<Val<'a>>,
    /// Elements that hold; for `all` and `exists`, 1 once an element decides.
    count: usize,
    /// Of an element that failed; another one may still decide.
    failure: Option<Failure>,
}

impl<'a> Fold<'a> {
    fn finish(self) -> Result<Val<'a>, Failure> {
        match (self.kind, self.failure) {
            (Macro::Map | Macro::Filter, _) => Ok(Val::list(self.made)),
            (Macro::ExistsOne, _) => Ok(Val::Bool(self.count == 1)),
            (Macro::All | Macro::Exists, Some(failure)) if self.count == 0 => Err(failure),
            (Macro::All, _) => Ok(Val::Bool(self.count == 0)),
            (Macro::Exists, _) => Ok(Val::Bool(self.count > 0)),
        }
    }
}

fn too_long(kind: Macro) -> Failure {
    Failure::new(format!("more than {MAX_LIST} elements for `{}`", kind.name()))
}

impl Comparison {
    /// Whether it holds; NaN makes every comparison false.
    fn holds(self, ordering: Option<Ordering>) -> bool {
        ordering.is_some_and(|ordering| match self {
            Comparison::Less => ordering.is_lt(),
            Comparison::LessEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterEqual => ordering.is_ge(),
        })
    }
}

fn to_json(value: &Val<'_>, left: &mut usize, meter: Meter<'_>) -> Result<Value, Failure> {
    let size = match value {
        Val::Text(text) => text.len(),
        Val::Null | Val::Bool(_) | Val::Number(_) | Val::List(_) | Val::Map(_) | Val::Type(_) => 0,
    };
    *left = left.checked_sub(8 + size).ok_or_else(|| Failure::new("a result of more than 64 KiB"))?;
    match value {
        Val::Null => Ok(Value::Null),
        Val::Bool(bool) => Ok(Value::Bool(*bool)),
        Val::Number(Number::Int(int)) => Ok(Value::from(*int)),
        Val::Number(Number::Uint(uint)) => Ok(Value::from(*uint)),
        Val::Number(Number::Double(double)) => match serde_json::Number::from_f64(*double) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(Failure::new("a result that is no finite number")),
        },
        Val::Text(text) => Ok(Value::from(&**text)),
        Val::List(list) => {
            list.iter().map(|item| to_json(&item, left, meter)).collect::<Result<_, _>>().map(Value::Array)
        }
        Val::Map(map) => {
            let mut object = serde_json::Map::new();
            for key in map.keys(meter)? {
                let value =
                    map.get(&key, meter)?.map_or(Ok(Value::Null), |value| to_json(&value, left, meter))?;
                let name = match to_json(&key, left, meter)? {
                    Value::String(name) => name,
                    other => crate::json::write::json(&other),
                };
                object.insert(name, value);
            }
            Ok(Value::Object(object))
        }
        Val::Type(_) => Err(Failure::new("a result that is a type")),
    }
}
