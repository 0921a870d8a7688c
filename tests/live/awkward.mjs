// Users and groups whose names hurt: each must pass through the package and the server unchanged (H4, S5).

export const long = (text) => text + "x".repeat(200 - text.length);

/** `id` becomes externalId, so it is awkward too. */
export const awkward = [
  { id: "o'brien", login: "o'brien+test&co=1@example.com", firstName: "Miles", lastName: "O'Brien & Sons" },
  { id: 'id "quoted"', login: 'the "quoted" one', firstName: '"Q"', lastName: 'Says "hi"', quoted: true },
  { id: "id\\back\\", login: "DOMAIN\\user\\", firstName: "C:\\", lastName: "\\\\server\\share", quoted: true },
  { id: "a/b?c#d%20e;f", login: "a/b?c#d%20e;f", firstName: "50 %", lastName: "<b>&amp;</b>" },
  { id: "пользователь-1", login: "用户.名前@例え.jp", firstName: "Łukasz", lastName: "Ÿıldız-Øre ß ſ" },
  { id: "👩‍💻🏳️‍🌈", login: "👩‍💻@example.com", firstName: "👩‍💻", lastName: "e\u0301 (combining), \u05d0\u05d1 (right to left)" },
  { id: 'x" or userName pr or userName eq "y', login: 'x") or (userName pr', firstName: "Robert", lastName: "'); DROP TABLE users;--", quoted: true },
  { id: long("id-"), login: long("login-"), firstName: long("Ähm-"), lastName: long("ÿ-") },
  { id: "__proto__", login: "constructor", firstName: "toString", lastName: "null" },
];

/** Group names for the server that reads a quoted filter value; those with `quoted` are not asked of SCIMMY. */
export const awkwardGroups = [
  { name: "R&D + Ops=50 %" }, { name: "Groß/Klein?#1" }, { name: "团队 👩‍💻" }, { name: long("Group ") },
  { name: 'The "A" Team', quoted: true }, { name: "CORP\\Admins\\", quoted: true }, { name: 'x" or displayName pr or displayName eq "y', quoted: true },
];

export const attributes = { userName: "login", "name.givenName": "firstName", "name.familyName": "lastName", displayName: "firstName", title: "title" };
