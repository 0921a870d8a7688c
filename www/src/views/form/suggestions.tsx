// What can be typed: SCIM's attributes (RFC 7643 sections 4.1 and 4.3), and what the sample login has.
import { computed } from "@preact/signals";
import { fieldsOf, isFields } from "../../model/shape";
import { eventText } from "../../model/state";

export const ATTRIBUTE_LIST = "scim-attributes";
export const SOURCE_LIST = "login-attributes";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:";
export const SCIM_ATTRIBUTES = [
  "userName", "externalId", "name.givenName", "name.familyName", "name.middleName", "name.formatted", "name.honorificPrefix", "name.honorificSuffix",
  "displayName", "nickName", "profileUrl", "title", "userType", "preferredLanguage", "locale", "timezone",
  'emails[type eq "work"].value', 'emails[type eq "home"].value', 'phoneNumbers[type eq "work"].value', 'phoneNumbers[type eq "mobile"].value',
  'addresses[type eq "work"].formatted', 'addresses[type eq "work"].streetAddress', 'addresses[type eq "work"].locality', 'addresses[type eq "work"].region',
  'addresses[type eq "work"].postalCode', 'addresses[type eq "work"].country', "roles", "entitlements",
  ...["employeeNumber", "costCenter", "organization", "division", "department", "manager.value"].map((name) => ENTERPRISE + name),
];

/** Dotted paths into the sample's user, with one step into objects. */
export const userPaths = computed(() => {
  if (eventText.value.length > 200_000) return [];
  try {
    const user = fieldsOf(fieldsOf(JSON.parse(eventText.value))["user"]);
    return Object.entries(user).flatMap(([name, value]) => (isFields(value) ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name]));
  } catch {
    return [];
  }
});

export function Suggestions() {
  return (
    <>
      <datalist id={ATTRIBUTE_LIST}>
        {SCIM_ATTRIBUTES.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id={SOURCE_LIST}>
        {userPaths.value.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
