//! PATCH of users (sheet 3.3, 4.3).

use serde_json::Value;

use super::refusal::Refusal;
use super::{Answer, GitHub};
use crate::sim::json::Object;
use crate::sim::patch::{self, Operation};
use crate::sim::store::Kind;

impl GitHub {
    /// The operations of a body. `schemas` is required of enterprises' clients alone.
    pub(super) fn operations(&self, body: &Object) -> Result<Vec<Operation>, Refusal> {
        // Capital O: keys are matched as they are written (sheet 10 #22).
        if !body.contains_key("Operations") {
            return Err(self.wrong("`Operations` is required"));
        }
        let operations = self.fitted(patch::read(body, self.place.enterprise()))?;
        let capital = |operation: &Operation| operation.op.chars().any(|c| c.is_ascii_uppercase());
        if self.settings.is("capitalOps", "400") && operations.iter().any(capital) {
            return Err(self.wrong("`op` must be add, remove or replace"));
        }
        Ok(operations)
    }

    pub(super) fn patch_user(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let operations = self.operations(body)?;
        let mut user = self.find(Kind::User, id)?.attributes.clone();
        for operation in &operations {
            self.apply_to_user(&mut user, operation)?;
        }
        self.keep_known(Kind::User, &mut user)?;
        if !self.place.enterprise() {
            user.entry("active").or_insert(Value::Bool(true));
        }
        self.check_user(&user)?;
        self.save_user(id, user, false, now)
    }

    fn apply_to_user(&self, user: &mut Object, operation: &Operation) -> Result<(), Refusal> {
        let mut operation = operation.clone();
        if let Some(path) = &mut operation.path {
            // The switch is only known to organisations.
            let filtered = path.contains('[');
            let name = if filtered { "userPatchFilterPath" } else { "patchPath" };
            match self.settings.value(name) {
                "ignore" => return Ok(()),
                "400" => {
                    let text = "`path` is not supported";
                    return Err(Refusal { scim_type: "invalidPath", ..Refusal::scim(400, text) });
                }
                _ => {}
            }
            // The documentation's own example has single quotes (sheet 4.3).
            if filtered {
                *path = path.replace('\'', "\"");
            }
        }
        self.fitted(patch::apply(Kind::User, user, &operation, &self.leniency()))
    }
}
