#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Expression, Work};

const VARIABLES: [&str; 3] = ["user", "application", "event"];

fn user() -> Value {
    json!({
        "id": "u1", "firstName": "Ada", "lastName": "Lovelace", "email": "Ada.L@Example.org", "age": 36, "score": 2.5,
        "active": true, "manager": null, "groups": ["eng", "ops", "admins"], "big": 18446744073709551615u64,
        "place": { "city": "London" }, "address": { "city": "London", "lines": ["a", "b"] }, "empty": "", "tags": [{ "k": "x", "v": 1 }, { "k": "y" }]
    })
}

fn run(text: &str, user: &Value) -> Result<Value, String> {
    let expression = Expression::compile(text, &VARIABLES)
        .map_err(|fault| format!("{}: {}", fault.code, fault.message))?;
    let application = json!({ "id": "crm" });
    expression.evaluate(&[("event", user), ("application", &application), ("user", user)], &Work::default())
}

#[track_caller]
fn check(text: &str, expected: Value) {
    assert_eq!(run(text, &user()), Ok(expected), "{text}");
}

#[track_caller]
fn fails(text: &str, expected: &str) {
    assert_eq!(run(text, &user()), Err(expected.to_owned()), "{text}");
}

#[track_caller]
fn refused(text: &str, code: &str, message: &str, help: Option<&str>) {
    let fault = Expression::compile(text, &VARIABLES).unwrap_err();
    assert_eq!((fault.code, fault.message.as_str()), (code, message), "{text}");
    let found = fault.help.unwrap_or_default();
    assert!(found.starts_with(help.unwrap_or("")), "{text}: {found}");
}

#[test]
fn what_mappings_are_made_of() {
    check("user.firstName + ' ' + user.lastName", json!("Ada Lovelace"));
    check("user.email.lowerAscii()", json!("ada.l@example.org"));
    check("user.email.split('@')[0]", json!("Ada.L"));
    check("user.email.substring(0, user.email.indexOf('@'))", json!("Ada.L"));
    check("has(user.nickName) ? user.nickName : user.firstName", json!("Ada"));
    check("'admins' in user.groups ? 'admin' : 'member'", json!("admin"));
    check("user.groups.exists(g, g.startsWith('adm')) && user.age >= 18", json!(true));
    check("user.groups.filter(g, g != 'ops').map(g, g.upperAscii()).join(',')", json!("ENG,ADMINS"));
    check(
        "[{'value': user.email, 'type': 'work', 'primary': true}]",
        json!([{"value": "Ada.L@Example.org", "type": "work", "primary": true}]),
    );
    check("application.id == 'crm' && event.id == 'u1'", json!(true));
    check("user.address.city", json!("London"));
    check("user['firstName'] + string(user.age)", json!("Ada36"));
    check("user", user());
}

#[test]
fn the_functions() {
    check("size('é€') + size([1]) + 'ab'.size() + size(user.address)", json!(7));
    check("'abc'.contains('b') && 'abc'.endsWith('c')", json!(true));
    check("user.email.matches('^[^@]+@[^@]+$')", json!(true));
    check("matches('abc', 'b' + '.')", json!(true));
    check("'  x '.trim() + 'aXb'.replace('X', '-') + 'aaa'.replace('a', 'b', 2)", json!("xa-bbba"));
    check("'a,b,c'.split(',', 2)", json!(["a", "b,c"]));
    check("'aé'.split('')", json!(["a", "é"]));
    check("['a', 'b'].join() + ['a', 'b'].join('-')", json!("aba-b"));
    check("'tacocat'.substring(4) + 'abc'.charAt(1) + 'aba'.substring(1, 2)", json!("catbb"));
    check("['abab'.indexOf('b'), 'abab'.lastIndexOf('b'), 'é'.indexOf('x')]", json!([1, 3, -1]));
    check(
        "[string(1), string(1u), string(1.5), string(true), string('x')]",
        json!(["1", "1", "1.5", "true", "x"]),
    );
    check("[int('7'), int(2.9), int(3u)]", json!([7, 2, 3]));
    check("[uint(1), uint('2')]", json!([1, 2]));
    check("[double(1), double('1.5')]", json!([1.0, 1.5]));
    check("bool('true') && !bool('0')", json!(true));
    check("type(user.age) == int && type(user.groups) == list && type(1) != string", json!(true));
    check("dyn(1) == 1", json!(true));
}

#[test]
fn the_macros() {
    check("[1, 2, 3].all(x, x > 0)", json!(true));
    check("[1, 2].exists(x, x > 2)", json!(false));
    check("[1, 2, 3].exists_one(x, x > 2)", json!(true));
    check("[1, 2, 3].map(x, x > 1, x * 2)", json!([4, 6]));
    check("[1, 2, 3].filter(x, x % 2 == 1)", json!([1, 3]));
    check("user.address.map(k, k)", json!(["city", "lines"]));
    check("user.tags.map(t, has(t.v), t.v)", json!([1]));
    check("[[1, 2], [3]].map(l, l.map(x, x + l[0]))", json!([[2, 3], [6]]));
    check("[1].map(user, user + 1)", json!([2]));
    check("has(user.address.zip) || has(user.address.city)", json!(true));
}

#[test]
fn operators() {
    check("1 + 2 * 3 - 4 / 2 % 2", json!(7));
    check("-user.age + 1", json!(-35));
    check("[1, 1.0] == [1.0, 1] && 1u == 1 && !(1 == '1')", json!(true));
    check("user.score > 2 && user.big > 1", json!(true));
    check("'a' < 'b' && false <= true", json!(true));
    check("{'a': 1, 2: 'b'}[2] + {'a': 'x'}.a", json!("bx"));
    check("true || user.missing", json!(true));
    check("user.missing || true", json!(true));
    check("user.missing && false", json!(false));
    check("[1, 2] + [3]", json!([1, 2, 3]));
    check("'x' in {'x': 1} && !(4 in [1])", json!(true));
    check("user.manager == null", json!(true));
}

#[test]
fn faults_while_running_quote_no_value() {
    fails("user.nickName", "no such key `nickName`");
    fails("user['nickName']", "no such key `nickName`");
    fails("user[user.email]", "no such key");
    fails("user.manager.name", "no matching overload for `.name` on null_type");
    fails("user.email + user.age", "no matching overload for `+` on string, int");
    fails("user.groups[7]", "index out of range");
    fails("user.age / 0", "division by zero");
    fails("9223372036854775807 + user.age", "overflow in `+`");
    fails("int(user.email)", "a string that `int` cannot read");
    fails("user.email.substring(99)", "index out of range in `substring`");
    fails("user.age.contains('x')", "no matching overload for `contains` on int, string");
    fails("user.email.matches(user.email + '(')", "not a regular expression in `matches`");
    fails("user.email ? 1 : 2", "no matching overload for `?:` on string");
    fails("user.missing || false", "no such key `missing`");
    fails("1.0 / 0.0", "a result that is no finite number");
    fails("type(1)", "a result that is a type");
    fails("{'a': 1, 'a': 2}", "a key stands twice in a map");
    fails("-user.big", "no matching overload for `-` on uint");
}

#[test]
fn unknown_names_are_found_at_once() {
    refused(
        "usr.name",
        "unknown-variable",
        "unknown variable `usr`",
        Some("did you mean `user`? known here: `user`, `application`, `event`"),
    );
    refused("has(x.y)", "unknown-variable", "unknown variable `x`", Some("known here"));
    refused("false && nope", "unknown-variable", "unknown variable `nope`", None);
    refused("[1].map(x, 1) == [x]", "unknown-variable", "unknown variable `x`", None);
    refused("user.email.lower()", "unknown-function", "unknown function `lower`", Some("offered: `has`"));
    refused(
        "user.email.lowerAsci()",
        "unknown-function",
        "unknown function `lowerAsci`",
        Some("did you mean `lowerAscii`?"),
    );
    refused("now()", "unknown-function", "unknown function `now`", None);
    refused("contains('a', 'b')", "bad-expression", "`contains` is called as `x.contains(..)`", None);
    refused("'a'.string()", "bad-expression", "`string` is called as `string(x)`", None);
    refused("'a'.split()", "bad-expression", "`split` takes 1 or 2 arguments", None);
    refused(
        "'a'.matches('(')",
        "bad-expression",
        "`(` is not a regular expression that `matches` takes",
        None,
    );
    refused("b'x'", "bad-expression", "bytes are not offered; write a string without the `b`", None);
    refused("User{a: 1}", "bad-expression", "messages such as `User{}` are not offered", None);
}

#[test]
fn syntax_errors_have_a_place() {
    refused("", "bad-expression", "mismatched input the end expecting expression at line 1, column 1", None);
    refused("user.", "bad-expression", "expected identifier after `.` at line 1, column 6", None);
    refused("user.a +\n  )", "bad-expression", "unexpected token at line 2, column 3", None);
    refused("'abc", "bad-expression", "unterminated string literal at line 1, column 1", None);
    refused("user.?a", "bad-expression", "unsupported syntax `.?` at line 1, column 5", None);
}

#[test]
fn bounds_of_the_text() {
    refused(
        &format!("'{}'", "x".repeat(4095)),
        "too-large",
        "an expression of 4097 bytes; at most 4096 are taken",
        None,
    );
    assert!(Expression::compile(&format!("'{}'", "x".repeat(4094)), &VARIABLES).is_ok());
    let nested = "user.a.map(x, user.b.map(y, user.c.map(z, z)))";
    refused(nested, "too-deep", "macros nested more than 2 deep", None);
    check("[[[1]]].map(x, x.map(y, y)).map(z, z).filter(w, true)", json!([[[1]]]));
}

/// On a small stack: wasm has 1 MiB, and its frames are smaller than those of a debug build.
#[test]
fn no_text_overflows_the_stack() {
    let worst = || {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{1:", "}"),
            ("!", ""),
            ("-", ""),
            ("!-", ""),
            ("a.", ""),
            ("user.", "user"),
            ("1+", "1"),
            ("true?1:", "1"),
            ("user.a(", ")"),
            ("size(", ")"),
            ("1==", "1"),
            ("[1].map(x,", ")"),
            ("a{b:", "}"),
            ("user[", "]"),
            ("true&&", "1"),
            ("true||", "1"),
            ("user.trim().", "trim()"),
            ("[1].filter(x,true).", ""),
            ("r'''", ""),
            ("x?", ""),
        ] {
            for count in [1, 16, 60, 126, 130, 500, 4096] {
                for close in [close.to_owned(), close.repeat(count), format!("1{}", close.repeat(count))] {
                    let text = open.repeat(count) + &close;
                    let _ = run(text.get(..4096).unwrap_or(&text), &user());
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(worst).unwrap().join().unwrap();
}

#[test]
fn bounds_while_running() {
    let list = |length: usize| json!({ "l": vec!["abcdefgh"; length], "s": "x".repeat(60_000) });
    let at = |text: &str, length| run(text, &list(length));
    assert_eq!(at("user.l.exists(x, x == '')", 1000), Ok(json!(false)));
    assert_eq!(at("user.l.exists(x, x == '')", 1001), Err("more than 1000 elements for `exists`".into()));
    assert_eq!(at("user.l.all(x, user.l.exists(y, y != x || x == y))", 1000), Ok(json!(true)));
    assert_eq!(at("user.l.exists(x, user.l.exists(y, y == ''))", 1000), Ok(json!(false)));
    assert_eq!(at("user.s", 1).map(|_| ()), Ok(()));
    assert_eq!(at("user.s + user.s", 1), Err("a result of more than 64 KiB".into()));
    // Doubling has no other bound than the meter, nor have products of lengths.
    let doubled = (0..36).fold("[user.s]".to_owned(), |of, _| format!("[{of}.map(x, x + x)[0]]"));
    assert_eq!(at(&doubled, 1), Err("the expression does too much work".into()));
    let nested = (0..36).fold("[user.l]".to_owned(), |of, _| format!("[{of}.map(x, [x, x])[0]]"));
    assert!(at(&format!("size({nested}) == 1 && {nested} == {nested}"), 1).is_err());
    assert_eq!(
        at("user.s.replace('', user.s).replace('', user.s)", 1),
        Err("the expression does too much work".into())
    );
    assert_eq!(at("user.s.matches('(x+x+)+y')", 1), Err("a string too long for `matches`".into()));
    assert_eq!(
        at("user.l.exists(x, user.l.exists(y, y.matches('(a*)*$x')))", 1000),
        Err("the expression does too much work".into())
    );
    assert_eq!(at("user.l.map(x, [user.l, user.l])", 1000), Err("a result of more than 64 KiB".into()));
}

fn as_cel(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(bool) => (*bool).into(),
        Value::Number(number) => match number.as_i64() {
            Some(int) => int.into(),
            None => number.as_u64().map_or_else(|| number.as_f64().unwrap().into(), cel::Value::from),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(list) => list.iter().map(as_cel).collect::<Vec<_>>().into(),
        Value::Object(map) => map
            .iter()
            .map(|(k, v)| (k.as_str(), as_cel(v)))
            .collect::<std::collections::HashMap<_, _>>()
            .into(),
    }
}

/// The evaluator of the `cel` crate, over the same user.
fn reference(text: &str, user: &Value) -> Option<cel::Value> {
    let mut env = cel::Env::stdlib();
    env.add_extension(cel::extensions::strings).unwrap();
    let program = env.compile(text).ok()?;
    let mut context = cel::Context::with_env(Arc::new(env));
    context.add_variable_from_value("user", as_cel(user));
    program.execute(&context).ok()
}

/// Maps have one key: the crate iterates over them in no order. Expressions made of parts that meet each other in every way; most are nonsense, and both must say so.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "user.age",
            "user.score",
            "user.email",
            "user.groups",
            "user.place",
            "user.missing",
            "user.manager",
            "user.tags",
            "1",
            "2u",
            "1.5",
            "-3",
            "'eng'",
            "''",
            "'é@x'",
            "true",
            "false",
            "null",
            "[]",
            "{}",
            "[1, 'a', null]",
            "{'k': [2]}",
            "user.groups[0]",
            "user.active",
            "9223372036854775807",
            "user.empty",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let operator = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in",
        ]);
        let method = prop::sample::select(vec![
            "trim()",
            "lowerAscii()",
            "upperAscii()",
            "size()",
            "split('@')",
            "join('-')",
            "charAt(1)",
            "k",
            "city",
            "substring(1)",
        ]);
        let global =
            prop::sample::select(vec!["size", "string", "int", "double", "uint", "!", "-", "has", "type"]);
        let with = prop::sample::select(vec![
            "contains",
            "startsWith",
            "endsWith",
            "indexOf",
            "lastIndexOf",
            "split",
            "join",
            "replace",
        ]);
        let make = prop::sample::select(vec!["all", "exists", "exists_one", "map", "filter"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, o, b)| format!("({a} {o} {b})")),
            (inner.clone(), method).prop_map(|(a, m)| format!("({a}).{m}")),
            (global, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (inner.clone(), with, inner.clone()).prop_map(|(a, m, b)| if m == "replace" {
                format!("({a}).replace({b}, 'z')")
            } else {
                format!("({a}).{m}({b})")
            }),
            (inner.clone(), make, inner.clone(), prop::sample::select(vec!["==", "<", "+", "in"]))
                .prop_map(|(a, m, b, o)| format!("({a}).{m}(x, x {o} {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("[{a}, {b}]")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_cel_crate_agrees(text in expressions()) {
        let user = user();
        if let Ok(found) = run(&text, &user) {
            let expected = reference(&text, &user);
            prop_assert_eq!(expected, Some(as_cel(&found)), "{}", text);
        } else if let Some(value) = reference(&text, &user) {
            // Ours alone refuses macros deeper than two, types as results and numbers that JSON cannot have; the crate
            // alone adds the keys of a map to a list.
            let finite = |d: f64| d.is_finite();
            let explained = text.matches("(x, ").count() > 2 || text.contains("type(")
                || run(&text, &user).is_err_and(|error| error.contains("`+` on list, map")) || matches!(value, cel::Value::Float(d) if !finite(d))
                || matches!(value, cel::Value::List(_) | cel::Value::Map(_));
            prop_assert!(explained, "{} is {:?} there, {:?} here", text, value, run(&text, &user));
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>(), tokens in r#"(user|a|x|\.|\?|:|\(|\)|\[|\]|\{|\}|,|'|"|`|\\|1|0x|u|e|-|!|&&|\|\||==|in|map|has|r'| |é){0,30}"#) {
        let _ = run(&text, &user());
        let _ = run(&tokens, &user());
    }
}
