// Users and groups whose names hurt: each must pass through the package and the server unchanged (H4, S5).

export const long = (text) => text + "x".repeat(200 - text.length);

/**
 * `id` becomes externalId, so it is awkward too. `trips` is what a server may be unable to take: a quotation mark or a
 * backslash in a filter, or an e-mail address beyond letters, digits and `'+-._`.
 */
export const awkward = [
  { what: "apostrophe, plus, ampersand", id: "o'brien", login: "o'brien+test&co=1@example.com", firstName: "Miles", lastName: "O'Brien & Sons", email: "o'brien+test_1@example.com" },
  { what: "quotation marks", id: 'id "quoted"', login: 'the "quoted" one', firstName: '"Q"', lastName: 'Says "hi"', trips: "quote" },
  { what: "backslashes", id: "id\\back\\", login: "DOMAIN\\user\\", firstName: "C:\\", lastName: "\\\\server\\share", trips: "backslash" },
  { what: "slash, question mark, hash, percent", id: "a/b?c#d%20e;f", login: "a/b?c#d%20e;f", firstName: "50 %", lastName: "<b>&amp;</b>" },
  { what: "Cyrillic, CJK, accents", id: "пользователь-1", login: "用户.名前@例え.jp", firstName: "Łukasz", lastName: "Ÿıldız-Øre ß ſ" },
  { what: "emoji, combining marks, right to left", id: "👩‍💻🏳️‍🌈", login: "👩‍💻@example.com", firstName: "👩‍💻", lastName: "e\u0301 (combining), \u05d0\u05d1 (right to left) \u202eoverride\u202c" },
  { what: "a filter in a name", id: 'x" or userName pr or userName eq "y', login: 'x") or (userName pr', firstName: "Robert", lastName: "'); DROP TABLE users;--", trips: "quote" },
  { what: "200 characters", id: long("id-"), login: long("login-"), firstName: long("Ähm-"), lastName: long("ÿ-"), email: `${long("mail-")}@example.com` },
  { what: "names of JavaScript's own", id: "__proto__", login: "constructor", firstName: "toString", lastName: "null" },
  { what: "an address with ampersand, percent, slash", id: "m-1", login: "m-1", firstName: "A", lastName: "B", email: "a&b=c%20d/e?f#g@example.com", trips: "mail" },
  { what: "an address in quotation marks, with a backslash", id: "m-2", login: "m-2", firstName: "A", lastName: "B", email: '"the \\"A\\" \\\\ B"@example.com', trips: "mail" },
  { what: "an address with accents", id: "m-3", login: "m-3", firstName: "A", lastName: "B", email: "zoë.größe@example.com", trips: "mail" },
  { what: "an address in CJK", id: "m-4", login: "m-4", firstName: "A", lastName: "B", email: "用户@例え.jp", trips: "mail" },
  { what: "an address right to left, with an emoji", id: "m-5", login: "m-5", firstName: "A", lastName: "B", email: "אב👩‍💻@example.com", trips: "mail" },
].map((person, i) => ({ email: `plain-${i}@example.com`, ...person }));

export const awkwardGroups = [
  { name: "R&D + Ops=50 %" }, { name: "Groß/Klein?#1" }, { name: "团队 👩‍💻" }, { name: "צוות \u202eימין\u202c" }, { name: "L'équipe" }, { name: long("Group ") },
  { name: 'The "A" Team', trips: "quote" }, { name: "CORP\\Admins\\", trips: "backslash" }, { name: 'x" or displayName pr or displayName eq "y', trips: "quote" },
];

export const attributes = {
  userName: "login", "name.givenName": "firstName", "name.familyName": "lastName",
  "name.formatted": { expression: 'user.lastName + ", " + user.firstName' },
  displayName: ["nickname", "firstName"], title: "title", 'emails[type eq "work"].value': "email",
};
