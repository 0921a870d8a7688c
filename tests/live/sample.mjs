// The sample of the live tests: a configuration as an administrator would write it, and a login of realistic size.

export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Where each SCIM attribute comes from: paths, alternatives and expressions. */
export const attributes = {
  userName: "login",
  "name.givenName": "firstName",
  "name.familyName": "lastName",
  "name.middleName": "middleName",
  "name.formatted": { expression: 'user.firstName + " " + user.lastName' },
  displayName: ["displayName", { expression: 'user.lastName + ", " + user.firstName' }],
  nickName: "nickname",
  profileUrl: { expression: '"https://people.example.com/" + user.id' },
  title: "job.title",
  userType: "job.kind",
  preferredLanguage: "language",
  locale: ["locale", "language"],
  timezone: "timezone",
  'emails[type eq "work"].value': "email",
  'phoneNumbers[type eq "work"].value': "phones.work",
  'phoneNumbers[type eq "mobile"].value': "phones.mobile",
  'addresses[type eq "work"].streetAddress': "office.street",
  'addresses[type eq "work"].locality': "office.city",
  'addresses[type eq "work"].region': "office.region",
  'addresses[type eq "work"].postalCode': "office.postalCode",
  'addresses[type eq "work"].country': "office.country",
  entitlements: { expression: 'user.licences.map(l, {"value": l})' },
  [`${ENTERPRISE}:employeeNumber`]: "employment.number",
  [`${ENTERPRISE}:costCenter`]: { expression: '"CC-" + user.employment.costCentre' },
  [`${ENTERPRISE}:organization`]: "employment.company",
  [`${ENTERPRISE}:division`]: "employment.division",
  [`${ENTERPRISE}:department`]: "employment.department",
};

/** Sent for everybody. (A role's `type` is refused by SCIMMY, whose schema lists no canonical one.) */
export const staticAttributes = { roles: [{ value: "member", display: "Workspace member", primary: true }] };

/** A generic server at `live`, one of servers.mjs. What it lacks is not mapped: its administrator would leave it out. */
export function server(live, extra = {}) {
  return {
    id: live.name,
    name: "Team wiki",
    type: "generic",
    url: live.url,
    authentication: { scheme: "accessToken", accessToken: { secret: "wiki-token" } },
    attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !live.lacks.includes(name))),
    staticAttributes,
    groups: { mode: "mirror", exclude: ["Local *"] },
    ...extra,
  };
}

export function configuration(servers, policy = {}) {
  return {
    version: 1,
    servers,
    applications: [{ id: "wiki", name: "Team wiki", servers: servers.map(({ id }) => id), condition: "'staff' in user.tags" }],
    // Python starts slowly on a busy machine; what a login may take at most is tested elsewhere.
    policy: { budgetMs: 20_000, ...policy },
  };
}

/** Zoë, as the platform knows her: 2 kB as JSON. */
export const zoe = {
  id: "usr_01HV7Q8ZJ4M2N6X3",
  active: true,
  login: "zoe.obrien@example.com",
  email: "zoe.obrien@example.com",
  emailVerified: true,
  firstName: "Zoë",
  lastName: "O'Brien-Müller",
  middleName: "Aurelia",
  displayName: "Zoë O'Brien-Müller",
  nickname: "Zo",
  language: "de",
  locale: "de-DE",
  timezone: "Europe/Berlin",
  phones: { work: "+49 89 5550-101", mobile: "+49 170 5550101" },
  job: { title: "Software Engineer", kind: "Employee", level: 4, manager: "usr_01HV7Q8ZJ4M2N6A1" },
  office: { street: "Rosenheimer Straße 143c\nGebäude 7", city: "München", region: "Bayern", postalCode: "81671", country: "DE" },
  employment: { number: "70217", costCentre: "4711", company: "Example Werke AG", division: "Digital", department: "Platform & Tools", since: "2019-04-01" },
  licences: ["wiki-editor", "wiki-export", "whiteboard"],
  tags: ["staff", "munich", "on-call"],
  groups: [
    "Engineering",
    { id: "grp-0002", name: "All Staff" },
    { id: "grp-0003", name: "Platform Team" },
    { id: "grp-0004", name: "Café & Küche (München)" },
    { name: "wiki+editors" },
  ],
  createdAt: "2019-03-18T09:12:44.120Z",
  updatedAt: "2026-02-11T16:40:02.733Z",
  signIns: { count: 1874, lastAt: "2026-02-11T07:58:31.004Z", lastFrom: "203.0.113.24" },
  identities: [
    { provider: "corporate-ldap", subject: "cn=zobrien,ou=people,dc=example,dc=com", linkedAt: "2019-03-18T09:12:44.120Z" },
    { provider: "passkey", subject: "pk_5f0d8e1b", linkedAt: "2023-08-02T10:01:17.900Z" },
  ],
  preferences: { theme: "dark", newsletter: false, startPage: "/dashboards/on-call" },
  picture: "https://people.example.com/photos/usr_01HV7Q8ZJ4M2N6X3.jpg",
};

let logins = 0;
const started = Date.now() - 3_600_000;

/** A login of `user`, later than all logins before. */
export function login(user, extra = {}) {
  logins += 1;
  return {
    type: "login",
    id: `evt-${String(logins).padStart(6, "0")}`,
    occurredAt: started + logins * 1000,
    application: { id: "wiki", name: "Team wiki", protocol: "saml", entityId: "https://wiki.example.com/saml/metadata" },
    user,
    session: { method: "password+webauthn", assurance: "aal2", risk: 0.07 },
    client: { ip: "203.0.113.24", country: "DE", agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" },
    ...extra,
  };
}

/** A lifecycle event, later than all events before. */
export function lifecycle(type, rest) {
  logins += 1;
  return { type, id: `evt-${String(logins).padStart(6, "0")}`, occurredAt: started + logins * 1000, ...rest };
}
