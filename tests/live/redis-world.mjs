// Who logs in where, for redis.test.mjs and its processes.
export const config = (url) => ({
  servers: [{
    id: "wiki", type: "generic", url,
    authentication: { scheme: "accessToken", accessToken: { secret: "token" } },
    attributes: { userName: "email", "name.givenName": "first", "name.familyName": "last", title: "title" },
    groups: { mode: "off" },
  }],
  applications: [{ id: "wiki", servers: ["wiki"] }],
  // Three processes share two cores here; what a login may take is tested elsewhere.
  policy: { budgetMs: 20_000 },
});

export const user = (n) => ({ id: `u-${n}`, email: `user${n}@corp.example`, first: "Amara", last: `Okafor ${n}`, title: n % 2 ? "Pilot" : "Engineer" });
