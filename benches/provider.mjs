// A provider that answers at once: it has every group, takes every user and keeps nothing. What a login costs with it is
// what scimhook itself takes, and it does not grow.
export function instantProvider() {
  let created = 0;
  const reply = (status, value) => ({ status, headers: { get: () => "application/scim+json" }, text: async () => (value ? JSON.stringify(value) : "") });
  return async (url, { method, body }) => {
    if (method === "POST") return reply(201, { ...JSON.parse(body), id: `id-${(created += 1)}` });
    if (method === "PATCH") return reply(204);
    const name = JSON.parse(/eq (".*")/.exec(new URL(url).searchParams.get("filter"))[1]);
    return reply(200, { totalResults: 1, Resources: [{ id: `group-${encodeURIComponent(name)}`, displayName: name }] });
  };
}
