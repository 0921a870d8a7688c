//! From text to a checked tree: every name known, every call of the right shape, every bound kept.

use super::functions::{FUNCTIONS, Function, MACROS};
use super::meter::{Meter, Work};
use super::nearest::{list, nearest};
use super::number::{Arithmetic, Number};
use super::pattern::Pattern;
use super::{Fault, MAX_BRACKETS, MAX_DEPTH, MAX_MACROS, MAX_TERNARIES, MAX_TEXT};
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use cel::parser::PrattParser;

/// A checked expression. Evaluating one cannot meet anything unknown.
#[derive(Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Type(&'static str),
    /// Index into the expression's variables.
    Variable(usize),
    /// Index into what the macros around have bound, outermost first.
    Local(usize),
    Select(Box<Node>, String),
    Has(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// True for `==`, false for `!=`.
    Equal(bool, Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    In(Box<Node>, Box<Node>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// The receiver, where there is one, is the first argument.
    Call(Function, Vec<Node>),
    /// `matches` with a pattern that stands in the text.
    Matches(Box<Node>, Pattern),
    Macro {
        kind: Macro,
        over: Box<Node>,
        condition: Option<Box<Node>>,
        body: Box<Node>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Comparison {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

impl Macro {
    pub(super) fn name(self) -> &'static str {
        match self {
            Macro::All => "all",
            Macro::Exists => "exists",
            Macro::ExistsOne => "exists_one",
            Macro::Map => "map",
            Macro::Filter => "filter",
        }
    }
}

pub(super) fn compile(text: &str, known: &[&str]) -> Result<(Vec<String>, Node), Fault> {
    if text.len() > MAX_TEXT {
        let message = format!("an expression of {} bytes; at most {MAX_TEXT} are taken", text.len());
        return Err(Fault { code: "too-large", message, help: None });
    }
    // Generous, since these characters may stand in strings: what recurses must be bounded before it is parsed.
    let ternaries = text.matches('?').count();
    if ternaries > MAX_TERNARIES || brackets(text) > MAX_BRACKETS {
        return Err(too_deep("parts within parts"));
    }
    let parsed = PrattParser::new()
        .max_recursion_depth(MAX_BRACKETS as u16)
        .error_recovery_limit(0)
        .parse(text)
        .map_err(|errors| unreadable(&errors.errors))?;
    let mut compiler = Compiler { known, used: Vec::new(), locals: Vec::new(), patterns: Work::default() };
    let root = compiler.node(&parsed, 0)?;
    Ok((compiler.used, root))
}

/// Most brackets open at once.
fn brackets(text: &str) -> usize {
    let mut open = 0_usize;
    let mut most = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

#[cold]
#[inline(never)]
fn unreadable(errors: &[cel::ParseError]) -> Fault {
    // Those without a place say that the parser gave up.
    let placed = errors.iter().find(|error| error.pos.0 > 0);
    let Some(error) = placed.or(errors.first()) else { return bad("not an expression") };
    let reason = error
        .msg
        .trim_start_matches("Syntax error: ")
        .replace("'<EOF>'", "the end")
        .replace("<EOF>", "the end");
    let reason: String = reason.replace('\'', "`").chars().take(160).collect();
    let mut chars = reason.chars();
    let reason: String = chars.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(chars).collect();
    match error.pos {
        (line, column) if line > 0 => bad(format!("{reason} at line {line}, column {column}")),
        _ => bad(reason),
    }
}

fn bad(message: impl Into<String>) -> Fault {
    Fault { code: "bad-expression", message: message.into(), help: None }
}

fn too_deep(what: &str) -> Fault {
    Fault { code: "too-deep", message: format!("an expression with too many {what}"), help: None }
}

struct Compiler<'k> {
    known: &'k [&'k str],
    used: Vec<String>,
    locals: Vec<String>,
    /// What patterns may cost.
    patterns: Work,
}

impl Compiler<'_> {
    fn node(&mut self, expr: &IdedExpr, depth: usize) -> Result<Node, Fault> {
        if depth > MAX_DEPTH {
            return Err(too_deep("parts within parts"));
        }
        let depth = depth + 1;
        match &expr.expr {
            Expr::Literal(literal) => constant(literal),
            Expr::Ident(name) => self.name(name),
            Expr::Select(select) => {
                let of = Box::new(self.node(&select.operand, depth)?);
                let field = select.field.clone();
                Ok(if select.test { Node::Has(of, field) } else { Node::Select(of, field) })
            }
            Expr::Call(call) => self.call(call, depth),
            Expr::List(items) => Ok(Node::List(self.nodes(&items.elements, depth)?)),
            Expr::Map(map) => {
                let mut entries = Vec::new();
                for entry in &map.entries {
                    match &entry.expr {
                        EntryExpr::MapEntry(entry) => {
                            entries.push((self.node(&entry.key, depth)?, self.node(&entry.value, depth)?));
                        }
                        EntryExpr::StructField(_) => return Err(bad("a map with a field name in it")),
                    }
                }
                Ok(Node::Map(entries))
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension, depth),
            Expr::Struct(made) => {
                Err(bad(format!("messages such as `{}{{}}` are not offered", made.type_name)))
            }
            Expr::Unspecified => Err(bad("not an expression")),
        }
    }

    fn nodes(&mut self, exprs: &[IdedExpr], depth: usize) -> Result<Vec<Node>, Fault> {
        exprs.iter().map(|expr| self.node(expr, depth)).collect()
    }

    fn boxed(&mut self, expr: &IdedExpr, depth: usize) -> Result<Box<Node>, Fault> {
        self.node(expr, depth).map(Box::new)
    }

    fn name(&mut self, name: &str) -> Result<Node, Fault> {
        if let Some(index) = self.locals.iter().rposition(|local| local == name) {
            return Ok(Node::Local(index));
        }
        // A leading dot means the outermost scope (cel-spec, "Name Resolution").
        let name = name.strip_prefix('.').unwrap_or(name);
        if self.known.contains(&name) {
            let index = self.used.iter().position(|used| used == name).unwrap_or_else(|| {
                self.used.push(name.to_owned());
                self.used.len() - 1
            });
            return Ok(Node::Variable(index));
        }
        if let Some(kind) = TYPES.iter().find(|kind| **kind == name) {
            return Ok(Node::Type(kind));
        }
        let mut help = format!("known here: {}", list(self.known.iter().copied()));
        let names = self.known.iter().copied().chain(self.locals.iter().map(String::as_str));
        if let Some(meant) = nearest(name, names) {
            help = format!("did you mean `{meant}`? {help}");
        }
        Err(Fault {
            code: "unknown-variable",
            message: format!("unknown variable `{name}`"),
            help: Some(help),
        })
    }

    fn call(&mut self, call: &CallExpr, depth: usize) -> Result<Node, Fault> {
        use operators as op;
        let name = call.func_name.as_str();
        if call.target.is_some() {
            return self.function(call, depth);
        }
        match (name, call.args.as_slice()) {
            (op::CONDITIONAL, [condition, then, otherwise]) => Ok(Node::If(
                self.boxed(condition, depth)?,
                self.boxed(then, depth)?,
                self.boxed(otherwise, depth)?,
            )),
            (op::LOGICAL_NOT, [of]) => Ok(Node::Not(self.boxed(of, depth)?)),
            (op::NEGATE, [of]) => Ok(Node::Negate(self.boxed(of, depth)?)),
            (_, [a, b]) if is_operator(name) => {
                let (a, b) = (self.boxed(a, depth)?, self.boxed(b, depth)?);
                binary(name, a, b).ok_or_else(|| bad(format!("`{name}` is not offered")))
            }
            _ => self.function(call, depth),
        }
    }

    fn function(&mut self, call: &CallExpr, depth: usize) -> Result<Node, Fault> {
        let name = call.func_name.as_str();
        let Some(signature) = FUNCTIONS.iter().find(|signature| signature.name == name) else {
            return Err(unknown_function(name));
        };
        let exprs: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
        if (call.target.is_some() && !signature.method) || (call.target.is_none() && !signature.global) {
            let right = if signature.global { format!("{name}(x)") } else { format!("x.{name}(..)") };
            return Err(bad(format!("`{name}` is called as `{right}`")));
        }
        if exprs.len() < signature.least || exprs.len() > signature.most {
            let receiver = usize::from(signature.method && !signature.global);
            let (least, most) = (signature.least - receiver, signature.most - receiver);
            let takes = if least == most { least.to_string() } else { format!("{least} or {most}") };
            return Err(bad(format!("`{name}` takes {takes} arguments")));
        }
        let mut args = exprs.into_iter().map(|expr| self.node(expr, depth)).collect::<Result<Vec<_>, _>>()?;
        if signature.function == Function::Matches
            && let Some(Node::Text(pattern)) = args.get(1)
        {
            let pattern = Pattern::compile(pattern, Meter(&self.patterns))
                .map_err(|_| bad(format!("`{pattern}` is not a regular expression that `matches` takes")))?;
            return Ok(Node::Matches(Box::new(args.swap_remove(0)), pattern));
        }
        Ok(Node::Call(signature.function, args))
    }

    /// Turns an expanded macro back into what was written: the shapes are those of cel-spec, "Macros".
    fn comprehension(&mut self, of: &ComprehensionExpr, depth: usize) -> Result<Node, Fault> {
        let over = self.boxed(&of.iter_range, depth)?;
        if self.locals.len() >= MAX_MACROS {
            let message = format!("macros nested more than {MAX_MACROS} deep");
            return Err(Fault { code: "too-deep", message, help: None });
        }
        let (kind, condition, body) = unfold(of).ok_or_else(|| bad("a macro that is not offered"))?;
        self.locals.push(of.iter_var.clone());
        let condition = condition.map(|condition| self.boxed(condition, depth)).transpose();
        let body = self.boxed(body, depth);
        self.locals.pop();
        Ok(Node::Macro { kind, over, condition: condition?, body: body? })
    }
}

fn unfold(of: &ComprehensionExpr) -> Option<(Macro, Option<&IdedExpr>, &IdedExpr)> {
    let Expr::Call(step) = &of.loop_step.expr else { return None };
    match (step.func_name.as_str(), step.args.as_slice()) {
        (operators::LOGICAL_AND, [_, body]) => Some((Macro::All, None, body)),
        (operators::LOGICAL_OR, [_, body]) => Some((Macro::Exists, None, body)),
        (operators::ADD, [_, item]) => Some((Macro::Map, None, only(item)?)),
        (operators::CONDITIONAL, [condition, step, _]) => {
            let Expr::Call(step) = &step.expr else { return None };
            match (&of.accu_init.expr, step.args.get(1)) {
                (Expr::Literal(_), _) => Some((Macro::ExistsOne, None, condition)),
                (_, Some(item)) => {
                    let item = only(item)?;
                    let same = matches!(&item.expr, Expr::Ident(name) if *name == of.iter_var);
                    Some((if same { Macro::Filter } else { Macro::Map }, Some(condition), item))
                }
                (_, None) => None,
            }
        }
        _ => None,
    }
}

fn only(list: &IdedExpr) -> Option<&IdedExpr> {
    if let Expr::List(list) = &list.expr { list.elements.first() } else { None }
}

fn constant(literal: &LiteralValue) -> Result<Node, Fault> {
    Ok(match literal {
        LiteralValue::Null => Node::Null,
        LiteralValue::Boolean(bool) => Node::Bool(*bool.inner()),
        LiteralValue::Int(int) => Node::Number(Number::Int(*int.inner())),
        LiteralValue::UInt(uint) => Node::Number(Number::Uint(*uint.inner())),
        LiteralValue::Double(double) => Node::Number(Number::Double(*double.inner())),
        LiteralValue::String(text) => Node::Text(text.inner().to_owned()),
        LiteralValue::Bytes(_) => return Err(bad("bytes are not offered; write a string without the `b`")),
    })
}

fn is_operator(name: &str) -> bool {
    name.starts_with(['_', '@']) && !name.starts_with("__") && (name.ends_with('_') || name.starts_with('@'))
        || name == "_[_]"
}

fn binary(name: &str, a: Box<Node>, b: Box<Node>) -> Option<Node> {
    use operators as op;
    Some(match name {
        op::LOGICAL_AND => Node::And(a, b),
        op::LOGICAL_OR => Node::Or(a, b),
        op::EQUALS => Node::Equal(true, a, b),
        op::NOT_EQUALS => Node::Equal(false, a, b),
        op::INDEX => Node::Index(a, b),
        op::IN => Node::In(a, b),
        op::ADD => Node::Arithmetic(Arithmetic::Add, a, b),
        op::SUBSTRACT => Node::Arithmetic(Arithmetic::Subtract, a, b),
        op::MULTIPLY => Node::Arithmetic(Arithmetic::Multiply, a, b),
        op::DIVIDE => Node::Arithmetic(Arithmetic::Divide, a, b),
        op::MODULO => Node::Arithmetic(Arithmetic::Remainder, a, b),
        op::LESS => Node::Compare(Comparison::Less, a, b),
        op::LESS_EQUALS => Node::Compare(Comparison::LessEqual, a, b),
        op::GREATER => Node::Compare(Comparison::Greater, a, b),
        op::GREATER_EQUALS => Node::Compare(Comparison::GreaterEqual, a, b),
        _ => return None,
    })
}

fn unknown_function(name: &str) -> Fault {
    let offered = || MACROS.into_iter().chain(FUNCTIONS.iter().map(|signature| signature.name));
    let mut help = format!("offered: {}", list(offered()));
    if let Some(meant) = nearest(name, offered()) {
        help = format!("did you mean `{meant}`? {help}");
    }
    Fault { code: "unknown-function", message: format!("unknown function `{name}`"), help: Some(help) }
}

/// Type names, for comparing with `type(x)`.
const TYPES: [&str; 9] = ["bool", "int", "uint", "double", "string", "list", "map", "null_type", "type"];
