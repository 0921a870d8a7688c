// The main job, step by step, against a live server: each step is one event, the outcome and the requests it must cost
// (rules D5 and H1), and what the server must hold afterwards, written out by hand. Nothing here uses our mapping.
import assert from "node:assert/strict";
import { ENTERPRISE, configuration, lifecycle, login, server as wiki, zoe } from "./sample.mjs";

const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";

/** Zoë's account as it must be after her first login. */
const account = {
  schemas: [CORE, ENTERPRISE],
  externalId: "usr_01HV7Q8ZJ4M2N6X3",
  active: true,
  userName: "zoe.obrien@example.com",
  name: { givenName: "Zoë", familyName: "O'Brien-Müller", middleName: "Aurelia", formatted: "Zoë O'Brien-Müller" },
  displayName: "Zoë O'Brien-Müller",
  nickName: "Zo",
  profileUrl: "https://people.example.com/usr_01HV7Q8ZJ4M2N6X3",
  title: "Software Engineer",
  userType: "Employee",
  preferredLanguage: "de",
  locale: "de-DE",
  timezone: "Europe/Berlin",
  emails: [{ type: "work", value: "zoe.obrien@example.com", primary: true }],
  phoneNumbers: [{ type: "work", value: "+49 89 5550-101" }, { type: "mobile", value: "+49 170 5550101" }],
  addresses: [{
    type: "work", primary: true, streetAddress: "Rosenheimer Straße 143c\nGebäude 7",
    locality: "München", region: "Bayern", postalCode: "81671", country: "DE",
  }],
  entitlements: [{ value: "wiki-editor" }, { value: "wiki-export" }, { value: "whiteboard" }],
  roles: [{ value: "member", display: "Workspace member", primary: true }],
  [ENTERPRISE]: { employeeNumber: "70217", costCenter: "CC-4711", organization: "Example Werke AG", division: "Digital", department: "Platform & Tools" },
};
const Z = "zoe.obrien@example.com";
const mapped = [
  "userName", "name.givenName", "name.familyName", "name.middleName", "name.formatted", "displayName", "nickName", "profileUrl",
  "title", "userType", "preferredLanguage", "locale", "timezone", 'emails[type eq "work"].value',
  'phoneNumbers[type eq "work"].value', 'phoneNumbers[type eq "mobile"].value',
  ...["streetAddress", "locality", "region", "postalCode", "country"].map((part) => `addresses[type eq "work"].${part}`),
  "entitlements", "roles",
  ...["employeeNumber", "costCenter", "organization", "division", "department"].map((part) => `${ENTERPRISE}:${part}`),
];

/** Someone who was there before us, and whose memberships are not ours to change. */
const resident = {
  schemas: [CORE], userName: "resident", active: true, displayName: "R. Esident", name: { formatted: "R. Esident" },
  emails: [{ type: "work", value: "resident@example.com", primary: true }],
};

/**
 * The steps in order. `user` and `groups` are what changes in the expected world; `lines` are the requests, in any
 * order, with `U` for Zoë's path and group names for theirs.
 */
export const steps = [
  {
    name: "first access: the account, three new groups and two that are there",
    event: () => login(zoe),
    result: "created", reason: "first-access", changed: mapped, alsoChanged: ["active", "externalId"],
    groupResults: { Engineering: "joined", "All Staff": "joined", "Platform Team": "created", "Café & Küche (München)": "created", "wiki+editors": "created" },
    lines: ["POST /Users", ...Array(5).fill("GET /Groups"), ...Array(3).fill("POST /Groups"), "PATCH Engineering", "PATCH All Staff"],
    user: account,
    groups: {
      Engineering: { members: ["resident", Z] },
      "All Staff": { members: [Z] },
      "Platform Team": { externalId: "grp-0003", members: [Z] },
      "Café & Küche (München)": { externalId: "grp-0004", members: [Z] },
      "wiki+editors": { externalId: "wiki+editors", members: [Z] },
    },
  },
  {
    name: "the same login again: no request",
    event: () => login(zoe),
    result: "unchanged", reason: "fresh", lines: [],
  },
  {
    name: "several attributes changed: one request, and an administrator's own additions stay",
    async before({ admin, ids, live }) {
      const ims = { op: "add", path: "ims", value: [{ type: "xmpp", value: "zo@chat.example.com" }] };
      await admin.patch(`/Users/${ids.U}`,
        { op: "add", path: "name.honorificPrefix", value: "Dr." },
        { op: "add", path: "phoneNumbers", value: [{ type: "fax", value: "+49 89 5550-199" }] },
        ...(live.lacks.includes("ims") ? [] : [ims]));
      await admin.patch(`/Groups/${ids["Local Admins"]}`, { op: "add", path: "members", value: [{ value: ids.U }] });
      await admin.patch(`/Groups/${ids["Book Club"]}`, { op: "add", path: "members", value: [{ value: ids.U }] });
    },
    profile: {
      lastName: "O'Brien",
      job: { ...zoe.job, title: 'Staff Engineer, "Platform"' },
      phones: { ...zoe.phones, work: "+49 89 5550-777" },
      office: { ...zoe.office, street: "Arnulfstraße 60", postalCode: "80335" },
      employment: { ...zoe.employment, department: "Developer Experience" },
    },
    result: "updated", reason: "profile-changed", lines: ["PATCH U"],
    changed: [
      "name.familyName", "name.formatted", "title", 'phoneNumbers[type eq "work"].value', 'addresses[type eq "work"].streetAddress',
      'addresses[type eq "work"].postalCode', `${ENTERPRISE}:department`,
    ],
    user: {
      name: { givenName: "Zoë", familyName: "O'Brien", middleName: "Aurelia", formatted: "Zoë O'Brien", honorificPrefix: "Dr." },
      title: 'Staff Engineer, "Platform"',
      phoneNumbers: [{ type: "work", value: "+49 89 5550-777" }, { type: "mobile", value: "+49 170 5550101" }, { type: "fax", value: "+49 89 5550-199" }],
      ims: [{ type: "xmpp", value: "zo@chat.example.com" }],
      addresses: [{ type: "work", primary: true, streetAddress: "Arnulfstraße 60", locality: "München", region: "Bayern", postalCode: "80335", country: "DE" }],
      [ENTERPRISE]: { employeeNumber: "70217", costCenter: "CC-4711", organization: "Example Werke AG", division: "Digital", department: "Developer Experience" },
    },
    groups: { "Local Admins": { members: ["resident", Z] }, "Book Club": { members: [Z] } },
  },
  {
    name: "optional attributes and list values gone: one request removes them",
    profile: {
      middleName: "",
      nickname: null,
      displayName: undefined,
      phones: { work: "+49 89 5550-777" },
      licences: ["wiki-editor", "whiteboard"],
      employment: { number: "70217", company: "Example Werke AG", division: "Digital", department: "Developer Experience" },
    },
    result: "updated", reason: "profile-changed", lines: ["PATCH U"],
    changed: ["name.middleName", "nickName", "displayName", 'phoneNumbers[type eq "mobile"].value', "entitlements", `${ENTERPRISE}:costCenter`],
    warns: `${ENTERPRISE}:costCenter`,
    user: {
      name: { givenName: "Zoë", familyName: "O'Brien", formatted: "Zoë O'Brien", honorificPrefix: "Dr." },
      nickName: undefined,
      displayName: "O'Brien, Zoë",
      phoneNumbers: [{ type: "work", value: "+49 89 5550-777" }, { type: "fax", value: "+49 89 5550-199" }],
      entitlements: [{ value: "wiki-editor" }, { value: "whiteboard" }],
      [ENTERPRISE]: { employeeNumber: "70217", organization: "Example Werke AG", division: "Digital", department: "Developer Experience" },
    },
  },
  {
    name: "the same login without them again: no request",
    result: "unchanged", reason: "fresh", lines: [], warns: `${ENTERPRISE}:costCenter`,
  },
  {
    name: "a removed list value and a removed attribute come back: one request",
    profile: {
      nickname: "Zozo",
      phones: { work: "+49 89 5550-777", mobile: "+49 171 5550202" },
      employment: { ...zoe.employment, department: "Developer Experience" },
    },
    result: "updated", reason: "profile-changed", lines: ["PATCH U"],
    changed: ["nickName", 'phoneNumbers[type eq "mobile"].value', `${ENTERPRISE}:costCenter`],
    user: {
      nickName: "Zozo",
      [ENTERPRISE]: { employeeNumber: "70217", costCenter: "CC-4711", organization: "Example Werke AG", division: "Digital", department: "Developer Experience" },
      phoneNumbers: [{ type: "work", value: "+49 89 5550-777" }, { type: "mobile", value: "+49 171 5550202" }, { type: "fax", value: "+49 89 5550-199" }],
    },
  },
  {
    name: "the user is renamed: one request, the account stays the same one",
    profile: { login: "zoe.brien+wiki@example.com", email: "zoe.brien+wiki@example.com" },
    result: "updated", reason: "profile-changed", changed: ["userName", 'emails[type eq "work"].value'], lines: ["PATCH U"],
    user: { userName: "zoe.brien+wiki@example.com", emails: [{ type: "work", value: "zoe.brien+wiki@example.com", primary: true }] },
    // From here on the members below carry the new name.
    renames: { "zoe.obrien@example.com": "zoe.brien+wiki@example.com" },
  },
  {
    name: "a group joined that the server lacks: a look-up and a create with her in it",
    profile: { groups: [...zoe.groups, "Security Guild"] },
    result: "unchanged", reason: "groups-changed", groupResults: { "Security Guild": "created" }, lines: ["GET /Groups", "POST /Groups"],
    groups: { "Security Guild": { externalId: "Security Guild", members: ["zoe.brien+wiki@example.com"] } },
  },
  {
    name: "a group left: one request",
    profile: { groups: [zoe.groups[0], ...zoe.groups.slice(2), "Security Guild"] },
    result: "unchanged", reason: "groups-changed", groupResults: { "All Staff": "left" }, lines: ["PATCH All Staff"],
    groups: { "All Staff": { members: [] } },
  },
  {
    name: "a group whose id is known is joined again with one request, beside one for the profile",
    profile: { groups: [...zoe.groups, "Security Guild"], language: "en", locale: "en-GB" },
    result: "updated", reason: "profile-changed", changed: ["preferredLanguage", "locale"], groupResults: { "All Staff": "joined" },
    lines: ["PATCH U", "PATCH All Staff"],
    user: { preferredLanguage: "en", locale: "en-GB" },
    groups: { "All Staff": { members: ["zoe.brien+wiki@example.com"] } },
  },
  {
    name: "a login that does not know her groups: nothing is joined or left",
    profile: { groups: undefined },
    result: "unchanged", reason: "fresh", lines: [],
  },
  {
    name: "a group renamed at the platform and at the server: looked up once, the membership kept",
    before: ({ admin, ids }) => admin.patch(`/Groups/${ids["Platform Team"]}`, { op: "replace", path: "displayName", value: "Platform Engineering" }),
    profile: { groups: ["Engineering", zoe.groups[1], { id: "grp-0003", name: "Platform Engineering" }, zoe.groups[3], zoe.groups[4], "Security Guild"] },
    result: "unchanged", reason: "groups-changed", lines: ["GET /Groups"],
    groups: { "Platform Team": undefined, "Platform Engineering": { externalId: "grp-0003", members: ["zoe.brien+wiki@example.com"] } },
  },
  {
    name: "a group renamed in the configuration: she joins the one and leaves the other",
    configure: (config) => (config.servers[0].groups.rename = { Engineering: "Engineers (R&D)" }),
    result: "unchanged", reason: "groups-changed", lines: ["GET /Groups", "POST /Groups", "PATCH Engineering"],
    groups: { Engineering: { members: ["resident"] }, "Engineers (R&D)": { externalId: "Engineering", members: ["zoe.brien+wiki@example.com"] } },
  },
  {
    name: "disabled, and a login says so: one request",
    profile: { active: false },
    result: "deactivated", reason: "user-disabled", changed: ["active"], lines: ["PATCH U"],
    user: { active: false },
  },
  {
    name: "disabled still: no request",
    result: "unchanged", reason: "already-inactive", lines: [],
  },
  {
    name: "enabled again, with another title: one request for both",
    profile: { active: true, job: { ...zoe.job, title: "Principal Engineer" } },
    result: "reactivated", reason: "was-inactive", changed: ["active", "title"], lines: ["PATCH U"],
    user: { active: true, title: "Principal Engineer" },
  },
  {
    name: "disabled outside a login: one request",
    lifecycle: "user.disabled",
    result: "deactivated", reason: "user-disabled", changed: ["active"], lines: ["PATCH U"],
    user: { active: false },
  },
  {
    name: "an older login comes late: nothing is undone",
    event: (user) => ({ ...login(user), occurredAt: 1_700_000_000_000 }),
    result: "skipped", reason: "superseded", lines: [],
  },
  {
    name: "she logs in later: reactivated with one request",
    event: (user) => login(user),
    result: "reactivated", reason: "was-inactive", changed: ["active"], lines: ["PATCH U"],
    user: { active: true },
  },
  {
    name: "known to be in no group: she leaves those we put her into, and no other",
    profile: { groups: [] },
    result: "unchanged", reason: "groups-changed",
    groupResults: Object.fromEntries(["Engineers (R&D)", "All Staff", "Platform Engineering", "Café & Küche (München)", "wiki+editors", "Security Guild"].map((n) => [n, "left"])),
    lines: ["Engineers (R&D)", "All Staff", "Platform Engineering", "Café & Küche (München)", "wiki+editors", "Security Guild"].map((n) => `PATCH ${n}`),
    groups: {
      "Engineers (R&D)": { externalId: "Engineering", members: [] },
      "All Staff": { members: [] },
      "Platform Engineering": { externalId: "grp-0003", members: [] },
      "Café & Küche (München)": { externalId: "grp-0004", members: [] },
      "wiki+editors": { externalId: "wiki+editors", members: [] },
      "Security Guild": { externalId: "Security Guild", members: [] },
    },
  },
];

/** Users and groups that an administrator made before the first login. */
export async function prepare(admin) {
  const ids = { resident: await admin.createUser(resident) };
  ids.Engineering = await admin.createGroup("Engineering", ids.resident);
  ids["All Staff"] = await admin.createGroup("All Staff");
  ids["Local Admins"] = await admin.createGroup("Local Admins", ids.resident);
  ids["Book Club"] = await admin.createGroup("Book Club");
  return ids;
}

/** The steps with the event and the whole expected world filled in, less what `live` lacks. */
export function* tell(live) {
  const kept = ([name]) => !live.lacks.includes(name);
  const config = configuration([wiki(live)]);
  let user = { ...zoe };
  assert.ok(steps[0].user, "a story begins with an account");
  let expected = { account: undefined, groups: { Engineering: { members: ["resident"] }, "All Staff": { members: [] }, "Local Admins": { members: ["resident"] }, "Book Club": { members: [] } } };
  for (const step of steps) {
    step.configure?.(config);
    user = { ...user, ...step.profile };
    const groups = Object.entries({ ...expected.groups, ...step.groups }).filter(([, group]) => group).map(([name, group]) =>
      [name, { ...group, members: group.members.map((member) => step.renames?.[member] ?? member).sort() }]);
    const account = { ...expected.account, ...step.user };
    expected = { account: live.settle?.(expected.account, account) ?? account, groups: Object.fromEntries(groups) };
    const shown = Object.fromEntries(Object.entries(expected.account).filter(kept));
    const event = step.event?.(user) ?? (step.lifecycle ? lifecycle(step.lifecycle, { user }) : login(user));
    yield {
      ...step,
      changed: step.changed?.filter((path) => kept([path])),
      config: JSON.parse(JSON.stringify(config)),
      event: JSON.parse(JSON.stringify(event)),
      world: { users: { resident, [expected.account.userName]: shown }, groups: expected.groups },
    };
  }
}
