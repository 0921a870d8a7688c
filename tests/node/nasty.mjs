// Texts that try to leave their place, and a provider that takes everything and writes down what reached it.
export const NASTY = {
  "a line break and a header": "a\r\nX-Injected: yes\r\n\r\nGET /evil",
  "a line feed alone": "a\nHost: evil.example",
  "a double quote": 'a" or "" eq "',
  "a filter that is always true": '" or userName pr or "" eq "',
  "a quote and a bracket": 'x"]',
  "single quotes": "a' or ''='",
  "backslashes": 'a\\" eq \\"b\\\\',
  "an encoded line break": "a%0d%0aX-Injected:%20yes",
  "an encoded slash": "a%2f..%2f..%2fGroups",
  "a path upwards": "../../Groups/1",
  "two dots": "..",
  "one dot": ".",
  "encoded dots": "%2e%2e",
  "a slash in front": "/evil",
  "another origin": "https://evil.example/v2",
  "another host": "//evil.example",
  "a user and a host": "@evil.example",
  "a query": "a?filter=x&count=0",
  "a fragment": "a#b",
  "a path parameter": "a;v=1",
  "an ampersand and equals": "a&client_id=evil=1",
  "a plus and spaces": " a + b ",
  "the end of a JSON text": 'a"},"active":false,"x":{"y":"',
  "an escape of JSON": "\\u0022,\\u0022admin\\u0022:true",
  "markup": "</script><script>alert(1)</script><!--",
  "a template": "${user.id} {{user.id}} {created:user} %s %n",
  "SQL": "'; DROP TABLE users; --",
  "an LDAP filter": "*)(uid=*))(|(uid=*",
  "a formula": '=HYPERLINK("https://evil.example")',
  "unicode line separators": "a\u2028b\u2029c\u0085d",
  "controls": "a\u0000b\u0001c\u001fd\u007fe",
  "text that runs the other way": "a\u202eb\u2066c\ufeff",
  "letters that look alike, and beyond the first plane": "аdmin😀\u{10ffff}",
  "two ways to write a letter": "e\u0301\u00e9",
  "names of the runtime": "__proto__",
  "very long": "ab/\"?".repeat(6_000),
};

/** What JSON can carry of a text: half a pair is none of Unicode. */
export const LONE = ["a\ud800b", "\udfff", "a\ud83d"];

/**
 * A fetch that answers as a SCIM provider: what is created has the id that `ids` gives; look-ups find nothing, or what
 * `found` gives for them. `sent` is what reached it.
 */
export function recorder({ ids = () => "id-1", found = () => [], reply = () => undefined } = {}) {
  const sent = [];
  const json = (status, body, headers) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
  const fetch = async (url, init) => {
    // As a fetch does, which refuses what no URL and no header may hold.
    const { method, headers, body } = new Request(url, { ...init, redirect: "manual", signal: null });
    const seen = { method, url, href: new URL(url).href, headers: { ...init.headers }, parsed: Object.fromEntries(headers), body: init.body, json: undefined, hasBody: body !== null };
    if (init.body?.startsWith("{")) seen.json = JSON.parse(init.body);
    sent.push(seen);
    const special = await reply(seen);
    if (special) return special;
    const kind = new URL(url).pathname.includes("/Groups") ? "Groups" : "Users";
    if (method === "GET") {
      const list = found(seen, kind);
      return json(200, { totalResults: list.length, Resources: list });
    }
    if (method === "POST") return json(201, { ...seen.json, id: ids(kind) });
    return json(method === "DELETE" ? 204 : 200, method === "DELETE" ? undefined : { id: decodeURIComponent(new URL(url).pathname.split("/").at(-1)) });
  };
  return { sent, fetch };
}
