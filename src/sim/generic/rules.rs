//! What a body may hold, and what must be unique (RFC 7643 3, 4; RFC 7644 3.3).

use serde_json::Value;

use super::Generic;
use crate::sim::fault::Fault;
use crate::sim::json::{Object, get, items, take, text, unassigned};
use crate::sim::patch::{Rules, fit};
use crate::sim::schema::{self, Access, Attribute};
use crate::sim::store::Kind;

impl Generic {
    /// How lenient this server is.
    pub(super) fn leniency(&self) -> Rules {
        Rules {
            ignore_unknown: self.settings.is("unknownAttributes", "ignore"),
            ignore_read_only: true,
            boolean_strings: !self.settings.is("booleans", "strict"),
            remove_nothing: self.settings.is("removeNonMember", "ok"),
            add_makes: self.settings.is("valuePathAdd", "create"),
        }
    }

    /// The attributes of a body: canonical names, right types. Read-only ones are ignored (RFC 7644 3.3).
    pub(super) fn read(&self, kind: Kind, body: &Object) -> Result<Object, Fault> {
        if self.settings.is("requireSchemas", "true") {
            self.check_schemas(kind, body)?;
        }
        let mut rest = body.clone();
        ["schemas", "id", "meta"].iter().for_each(|name| {
            take(&mut rest, name);
        });
        let mut out = self.pick(schema::attributes(kind), &mut rest)?;
        if let Some((urn, attributes)) = schema::extension(kind, schema::ENTERPRISE)
            && let Some(Value::Object(mut inside)) = take(&mut rest, urn)
        {
            let extension = self.pick(attributes, &mut inside)?;
            self.check_rest(&inside)?;
            if !extension.is_empty() {
                out.insert(urn.to_owned(), Value::Object(extension));
            }
        }
        self.check_rest(&rest)?;
        Ok(out)
    }

    fn pick(&self, attributes: &'static [Attribute], rest: &mut Object) -> Result<Object, Fault> {
        let mut out = Object::new();
        for attribute in attributes {
            let value = take(rest, attribute.name).filter(|value| !unassigned(value));
            if let Some(value) = value.filter(|_| attribute.access != Access::ReadOnly) {
                out.insert(attribute.name.to_owned(), fit(attribute, &value, &self.leniency())?);
            }
        }
        Ok(out)
    }

    fn check_rest(&self, rest: &Object) -> Result<(), Fault> {
        match rest.keys().next() {
            Some(name) if self.settings.is("unknownAttributes", "400") => {
                Err(Fault::bad("invalidSyntax", format!("no attribute `{name}`")))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// `schemas` names the core schema and every extension used (RFC 7643 3).
    fn check_schemas(&self, kind: Kind, body: &Object) -> Result<(), Fault> {
        let declared = |urn: &str| {
            let mut list = items(body, "schemas").iter().filter_map(Value::as_str);
            list.any(|schema| schema.eq_ignore_ascii_case(urn))
        };
        let used = get(body, schema::ENTERPRISE).is_some();
        if !declared(schema::core(kind)) || (used && !declared(schema::ENTERPRISE)) {
            return Err(Fault::bad("invalidSyntax", "`schemas` must name every schema used"));
        }
        Ok(())
    }

    /// What this server adds or changes by itself.
    pub(super) fn fill(&self, kind: Kind, resource: &mut Object) {
        if kind != Kind::User {
            return;
        }
        if self.settings.is("lowercasesUserName", "true")
            && let Some(name) = text(resource, "userName").map(str::to_lowercase)
        {
            resource.insert("userName".to_owned(), Value::from(name));
        }
        if self.settings.is("fillsDefaults", "true") {
            let name = text(resource, "userName").unwrap_or("").to_owned();
            resource.entry("active").or_insert(Value::Bool(true));
            resource.entry("displayName").or_insert(Value::from(name));
            resource.entry("roles").or_insert(serde_json::json!([{"value": "default", "primary": true}]));
        }
    }

    /// Checks a whole resource, after POST, PUT and PATCH alike.
    pub(super) fn check(&self, kind: Kind, resource: &Object) -> Result<(), Fault> {
        let missing = |name: &str| Err(Fault::bad("invalidValue", format!("`{name}` is required")));
        for attribute in schema::attributes(kind).iter().filter(|attribute| attribute.required) {
            if text(resource, attribute.name).is_none_or(str::is_empty) {
                return missing(attribute.name);
            }
        }
        if kind == Kind::Group {
            return Ok(());
        }
        let emails = items(resource, "emails").len();
        let name = resource.get("name");
        let has = |pointer: &str| name.and_then(|name| name.pointer(pointer)).is_some();
        match self.settings.value("requiredAttributes") {
            "emails" if emails == 0 => return missing("emails"),
            "names" if !(has("/givenName") && has("/familyName")) => return missing("name"),
            "names" if text(resource, "displayName").is_none() => return missing("displayName"),
            _ => {}
        }
        if emails > 1 && self.settings.is("emailLimit", "one") {
            return Err(Fault::bad("invalidValue", "only one email is kept"));
        }
        Ok(())
    }

    /// Refuses what is taken.
    pub(super) fn check_unique(&self, kind: Kind, resource: &Object, own: &str) -> Result<(), Fault> {
        let exact = self.settings.is("caseExactUserName", "true");
        let fold = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
        let names = match kind {
            Kind::User => ["userName", "externalId"],
            Kind::Group => ["displayName", "externalId"],
        };
        let alike = self.store.alike(kind, &names, resource);
        let mut others = alike.into_iter().filter(|other| other.id != own).map(|other| &other.attributes);
        let same = |other: &Object, name: &str| {
            text(resource, name).is_some() && text(resource, name) == text(other, name)
        };
        let taken = others.any(|other| {
            let name = match kind {
                Kind::User => text(resource, "userName").map(fold) == text(other, "userName").map(fold),
                Kind::Group => self.settings.is("groupNameUnique", "true") && same(other, "displayName"),
            };
            name || (self.settings.is("externalIdUnique", "true") && same(other, "externalId"))
        });
        if !taken {
            return Ok(());
        }
        let status = self.settings.status("duplicateStatus");
        // Table 9 gives `uniqueness`; who answers 500 does not know.
        let scim_type = if status == 500 { "" } else { "uniqueness" };
        Err(Fault { status, scim_type, detail: format!("{} already exists", kind.name()) })
    }
}
