// What every contender of the benchmark is given: one configuration and one login of 2 kB with 12 mapped attributes and
// 5 groups. `people(n)` gives n logins that differ in the person, so that nobody profits from seeing one object again.

export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export const attributes = {
  userName: "login",
  "name.givenName": "firstName",
  "name.familyName": "lastName",
  "name.formatted": "fullName",
  displayName: "displayName",
  title: "job.title",
  preferredLanguage: "language",
  timezone: "timezone",
  'emails[type eq "work"].value': "email",
  'phoneNumbers[type eq "work"].value': "phones.work",
  [`${ENTERPRISE}:department`]: "employment.department",
  [`${ENTERPRISE}:employeeNumber`]: "employment.number",
};

export const config = {
  version: 1,
  servers: [{
    id: "wiki",
    type: "generic",
    url: "https://scim.example.com/v2",
    authentication: { scheme: "accessToken", accessToken: { secret: "wiki-token" } },
    attributes,
    groups: { mode: "mirror", exclude: ["local-*"] },
  }],
  applications: [{ id: "wiki", servers: ["wiki"] }],
};

/** The same with what costs more to evaluate: a condition and two expressions in the place of paths. */
export const expressive = {
  ...config,
  servers: [{
    ...config.servers[0],
    attributes: {
      ...attributes,
      "name.formatted": { expression: 'user.firstName + " " + user.lastName' },
      displayName: { expression: 'user.lastName + ", " + user.firstName' },
    },
  }],
  applications: [{ id: "wiki", servers: ["wiki"], condition: "'staff' in user.tags" }],
};

const digits = (n, length) => String(n).padStart(length, "0");

export function login(n) {
  const name = `person.${digits(n, 6)}`;
  return {
    type: "login",
    id: `evt-${digits(n, 8)}`,
    occurredAt: 1_790_000_000_000,
    application: { id: "wiki", name: "Team wiki", protocol: "saml", entityId: "https://wiki.example.com/saml/metadata" },
    user: {
      id: `usr_01HV7Q8ZJ4${digits(n, 6)}`,
      active: true,
      login: `${name}@example.com`,
      email: `${name}@example.com`,
      emailVerified: true,
      firstName: "Zoë",
      lastName: `O'Brien-Müller ${digits(n, 6)}`,
      fullName: `Zoë O'Brien-Müller ${digits(n, 6)}`,
      displayName: `Zoë ${digits(n, 6)}`,
      nickname: "Zo",
      language: "de",
      locale: "de-DE",
      timezone: "Europe/Berlin",
      phones: { work: "+49 89 5550-101", mobile: "+49 170 5550101" },
      job: { title: "Software Engineer", kind: "Employee", level: 4, manager: "usr_01HV7Q8ZJ4M2N6A1" },
      office: { street: "Rosenheimer Straße 143c", city: "München", region: "Bayern", postalCode: "81671", country: "DE" },
      employment: { number: digits(n, 6), costCentre: "4711", company: "Example Werke AG", division: "Digital", department: "Platform & Tools", since: "2019-04-01" },
      licences: ["wiki-editor", "wiki-export", "whiteboard"],
      tags: ["staff", "munich", "on-call"],
      groups: ["Engineering", { id: "grp-0002", name: "All Staff" }, { id: "grp-0003", name: "Platform Team" }, "Café & Küche (München)", "wiki-editors"],
      createdAt: "2019-03-18T09:12:44.120Z",
      updatedAt: "2026-02-11T16:40:02.733Z",
      signIns: { count: 1874, lastAt: "2026-02-11T07:58:31.004Z", lastFrom: "203.0.113.24" },
      identities: [
        { provider: "corporate-ldap", subject: `cn=${name},ou=people,dc=example,dc=com`, linkedAt: "2019-03-18T09:12:44.120Z" },
        { provider: "passkey", subject: "pk_5f0d8e1b", linkedAt: "2023-08-02T10:01:17.900Z" },
      ],
      preferences: { theme: "dark", newsletter: false, startPage: "/dashboards/on-call" },
      picture: `https://people.example.com/photos/${name}.jpg`,
    },
    session: { method: "password+webauthn", assurance: "aal2", risk: 0.07 },
    client: { ip: "203.0.113.24", country: "DE", agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" },
  };
}

export const people = (count) => Array.from({ length: count }, (_, n) => login(n + 1));
