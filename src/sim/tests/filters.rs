//! The filter grammar on one resource (RFC 7644 3.4.2.2).

use serde_json::json;

use crate::sim::filter::parse;

#[track_caller]
fn check(filter: &str, wanted: Option<bool>) {
    let resource = json!({
        "userName": "Ada@corp.test", "title": "say \"hi\" \\ (x)", "active": true, "id": "aB",
        "name": {"givenName": "Ada"}, "age": 36, "nickName": "",
        "emails": [{"type": "work", "value": "ada@corp.test", "primary": true}, {"type": "home", "value": "ada@home.test"}],
        "meta": {"lastModified": "2026-02-03T04:05:06Z"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Ops", "manager": {"value": "m1"}}
    });
    let found =
        parse(filter).ok().map(|f| f.matches(resource.as_object().unwrap(), &|path| path.name == "id"));
    assert_eq!(found, wanted, "{filter}");
}

#[test]
fn filters_match() {
    check("userName eq \"ada@CORP.test\"", Some(true));
    check("USERNAME EQ \"ada@corp.test\"", Some(true));
    check("id eq \"ab\"", Some(false));
    check("id eq \"aB\"", Some(true));
    check("title eq \"say \\\"hi\\\" \\\\ (x)\"", Some(true));
    check("name.givenName sw \"a\" and not (active eq false)", Some(true));
    check("userName co \"corp\" and userName ew \".test\"", Some(true));
    check("active eq false or active eq true and userName eq \"x\"", Some(false));
    check("(active eq false or active eq true) and userName pr", Some(true));
    check("emails eq \"ada@home.test\"", Some(true));
    check("emails.value co \"@home\"", Some(true));
    check("emails[type eq \"work\" and value co \"@home\"]", Some(false));
    check("emails[type eq \"home\" and value co \"@home\"]", Some(true));
    check("nickName pr", Some(false));
    check("missing pr", Some(false));
    check("missing eq null", Some(true));
    check("active ne null", Some(true));
    check("userName ne \"bob\"", Some(true));
    check("age gt 35 and age le 36", Some(true));
    check("meta.lastModified ge \"2026-01-01T00:00:00Z\"", Some(true));
    check("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"ops\"", Some(true));
    check("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"m1\"", Some(true));
    check("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"ADA\"", Some(true));
}

#[test]
fn nonsense_is_refused() {
    let deep = format!("{}a pr{}", "(".repeat(40), ")".repeat(40));
    for filter in [
        "",
        "userName",
        "userName eq",
        "userName eq x",
        "eq \"x\"",
        "userName eq \"x",
        "(userName pr",
        "userName pr)",
        "userName pr and",
        "userName is \"x\"",
        "active gt true",
        "emails[type eq \"x\"",
        "userName eq \"\\q\"",
        "1a pr",
        deep.as_str(),
    ] {
        check(filter, None);
    }
}
