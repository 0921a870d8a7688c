import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { deflateRawSync, crc32 as zlibCrc32 } from "node:zlib";
import { template, validate } from "../../../pkg/index.js";
import { bundled } from "../engine/bundle.mjs";

const { encodeLink, decodeLink, isLink, findSecrets, withoutSecrets, textWithoutSecrets, readFile, readText, nodeCode } = await bundled("share/index.ts");
const { crc32 } = await bundled("share/link.ts");
const { looksLikeSecret } = await bundled("share/looks.ts");
const { mayHoldSecret } = await bundled("share/secrets.ts");

const config = {
  servers: [{ ...template("aws"), id: "aws", url: "https://scim.us-east-1.amazonaws.com/AbCdEf0123456789-a1b2-c3d4-e5f6-0123456789ab/scim/v2" }],
  applications: [{ id: "console", servers: ["aws"] }],
};
const text = JSON.stringify(config, undefined, 2);

test("a link carries both texts, byte for byte", async () => {
  for (const state of [{ config: text }, { config: text, event: '{"user": "Zoë 王 👩🏽‍🚀 \u2028"}' }, { config: "" }, { config: "x".repeat(1024 * 1024) }]) {
    const link = await encodeLink(state);
    assert.match(link, /^scimhook=1\.\d+\.[0-9a-f]{8}\.[A-Za-z0-9_-]*$/);
    assert.ok(isLink(`#${link}`));
    assert.deepEqual(await decodeLink(`#${link}`), { state });
  }
  assert.ok((await encodeLink({ config: text })).length < 700, "short enough for a message");
});

test("a link cut off anywhere says so, and is never taken for a whole one", async () => {
  const link = await encodeLink({ config: text });
  for (let length = "scimhook=".length; length < link.length; length++) {
    const { refused } = await decodeLink(link.slice(0, length));
    assert.match(refused ?? "taken", /^this link was cut off/, `after ${length}`);
  }
});

test("a changed link, a later version and what is no link are told apart", async () => {
  const link = await encodeLink({ config: text });
  const swapped = link.slice(0, -3) + [...link.slice(-3)].reverse().join("") + "A";
  for (const changed of [swapped, link.slice(0, -1) + (link.endsWith("A") ? "B" : "A"), `${link}A`, `${link}%20`, link.slice(0, -1) + "!"]) {
    assert.match((await decodeLink(changed)).refused, /was changed/, changed.slice(-5));
  }
  for (const later of ["scimhook=2", "scimhook=2.anything", "scimhook=17.1.2.3"]) assert.match((await decodeLink(later)).refused, /later version/);
  for (const none of ["", "#", "#support-note-1", "other=1"]) assert.match((await decodeLink(none)).refused, /carries no configuration/);
});

/** A link with a good sum around whatever bytes. */
function around(bytes) {
  const data = bytes.toString("base64url");
  return `scimhook=1.${data.length}.${(crc32(bytes) >>> 0).toString(16).padStart(8, "0")}.${data}`;
}

test("what unpacks to something else, or to too much, is refused without being held", async () => {
  for (const value of ["[]", "null", "{}", '{"config":7}', '{"config":"{}","event":[]}', "no JSON"]) {
    assert.match((await decodeLink(around(deflateRawSync(value)))).refused, /is no configuration of this page/, value);
  }
  assert.match((await decodeLink(around(Buffer.from("not deflate")))).refused, /cannot be unpacked/);
  assert.match((await decodeLink(around(deflateRawSync(Buffer.from([0xff, 0xfe]))))).refused, /cannot be unpacked/);
  const bomb = deflateRawSync(Buffer.alloc(512 * 1024 * 1024), { level: 9 });
  const before = process.memoryUsage().rss;
  assert.match((await decodeLink(around(bomb))).refused, /larger than 2 MiB/);
  assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
  assert.deepEqual(await decodeLink(around(deflateRawSync('{"config":"{}","later":1}'))), { state: { config: "{}" } }, "members added later do no harm");
});

test("the checksum is the one of RFC 1952", () => {
  assert.equal(crc32(Buffer.from("123456789")), 0xcbf43926);
  if (zlibCrc32 !== undefined) assert.equal(crc32(Buffer.from(text)), zlibCrc32(text));
});

// Made here, so that nobody takes them for real ones.
const random = (length, alphabet) => Array.from({ length }, (_, at) => alphabet[(at * 7 + ((at * at) % 5) * 13 + 3) % alphabet.length]).join("");
const mixed = (length) => random(length, "aB3dE5gH7jK9mN2pQ4sT6vW8xZ");
const SECRETS = {
  "a private key": `-----BEGIN RSA PRIVATE KEY-----\n${mixed(64)}\n`,
  "a GitHub token": `ghp_${mixed(36)}`,
  "a JSON Web Token": `eyJ${mixed(20)}.eyJ${mixed(30)}.${mixed(43)}`,
  "an AWS access key": `AKIA${random(16, "A2B4C6D7")}`,
  "a Salesforce token": `00D${mixed(15)}!${mixed(60)}`,
  "a Slack token": `xoxb-${random(12, "123456789")}-${mixed(20)}`,
  "an Authorization header": `Bearer ${mixed(20)}`,
  "a password in an address": "https://scim:hunter22@host.example/scim/v2",
  "a long random text, as tokens are": mixed(40),
};

test("what looks like a secret is flagged, wherever it stands; what does not is left alone", () => {
  for (const [why, secret] of Object.entries(SECRETS)) {
    assert.equal(looksLikeSecret(secret), why);
    const found = findSecrets({ ...config, servers: [{ ...config.servers[0], description: `keep: ${secret}`.replace("keep: https", "https"), staticAttributes: { "x/y": [secret] } }] });
    assert.deepEqual(found, [{ path: "/servers/0/staticAttributes/x~1y/0", why }, { path: "/servers/0/description", why }], why);
  }
  assert.equal(looksLikeSecret(random(64, "0123456789abcdef")), "a long random text, as tokens are");
  for (const fine of [
    ...["", "aws-access-token", "https://scim.us-east-1.amazonaws.com/AbCdEf0123456789-a1b2-c3d4-e5f6-0123456789ab/scim/v2", "https://api.github.com/scim/v2/organizations/acme"],
    ...["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", 'emails[type eq "work"].value', "00e000000000001AAA", "2819c223-7f76-453a-919d-413861904646"],
    ...["user.firstName + ' ' + user.lastName", "https://acme.my.salesforce.com/services/oauth2/token", "CN=Readers,OU=Groups,DC=corp,DC=example", "Pneumonoultramicroscopicsilicovolcanoconiosis", "a_very_long_name_of_a_group_2026_in_lower_case"],
    ...["<client-id>", "my-company-production-scim-github-enterprise-token-2026"],
  ]) {
    assert.equal(looksLikeSecret(fine), undefined, fine);
  }
  for (const type of ["aws", "github", "github-enterprise", "salesforce", "generic"]) assert.deepEqual(findSecrets({ servers: [template(type)] }), [], type);
});

test("secrets in clear become names, and what is left is a good configuration", () => {
  const clear = structuredClone(config);
  clear.servers[0].authentication.accessToken = "hunter2";
  clear.servers.push({
    ...template("generic"),
    id: "hr",
    url: "https://scim:hunter22@hr.example/scim/v2",
    authentication: { scheme: "oauth2", grant: "clientCredentials", tokenUrl: "https://hr.example/token", clientId: "scimhook", clientSecret: { secret: SECRETS["a GitHub token"] } },
  });
  const before = JSON.stringify(clear);
  const { config: clean, taken } = withoutSecrets(clear);
  assert.equal(JSON.stringify(clear), before, "what was given is left as it is");
  assert.deepEqual(taken, ["/servers/0/authentication/accessToken", "/servers/1/authentication/clientSecret/secret", "/servers/1/url"].sort((a, b) => taken.indexOf(a) - taken.indexOf(b)));
  assert.equal(taken.length, 3);
  assert.deepEqual(clean.servers[0].authentication.accessToken, { secret: "aws-access-token" });
  assert.deepEqual(clean.servers[1].authentication.clientSecret, { secret: "hr-client-secret" });
  assert.equal(clean.servers[1].url, "https://hr.example/scim/v2");
  assert.doesNotMatch(JSON.stringify(clean), /hunter|ghp_/);
  assert.deepEqual(findSecrets(clean), []);
  assert.deepEqual(validate(clean).filter(({ severity }) => severity === "error"), []);
});

test("the text stays as it was typed where nothing had to go; broken text is not trusted", () => {
  assert.deepEqual(textWithoutSecrets(text), { text, taken: [] });
  assert.equal(textWithoutSecrets('{"servers": ['), undefined);
  assert.ok(mayHoldSecret('{"accessToken": "hunter2",'));
  assert.ok(mayHoldSecret(`{"description": "${SECRETS["a GitHub token"]}"`));
  assert.ok(!mayHoldSecret('{"accessToken": {"secret": "aws-access-token"},'));
  assert.ok(!mayHoldSecret('{"accessToken": "<token>",'));
});

test("a file is what is in it", async () => {
  const file = (content, name = "some.txt") => Object.assign(new Blob([content]), { name });
  assert.deepEqual(await readFile(file(text), undefined), { kind: "config", text });
  assert.deepEqual(await readFile(file(`\ufeff${text}`), undefined), { kind: "config", text });
  const event = '{ "application": "console", "user": { "id": "1" } }';
  assert.deepEqual(await readFile(file(event), undefined), { kind: "event", text: event, platform: "scimhook", notes: [] });
  const claims = await readFile(file('{"sub": "1", "email": "a@b.example", "azp": "console"}'), undefined);
  assert.deepEqual([claims.kind, claims.platform, JSON.parse(claims.text)], ["event", "OpenID Connect", { application: "console", user: { email: "a@b.example", id: "1" } }]);
  for (const [content, says] of [
    ["", /is not JSON: it is empty/],
    ["hello", /is not JSON: line 1, column 1: /],
    ['{\n  "servers": [}', /is not JSON: line 2, column 15: /],
    [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]), /is no text in UTF-8/],
    ["x".repeat(1024 * 1024 + 1), /has 1\.0 MiB; .* at most 1 MiB/],
    ['{"name": "package"}', /neither a configuration \(it has no `servers`\) nor an event/],
    ["[1, 2]", /neither/],
  ]) {
    const { kind, refused } = await readFile(file(content), undefined);
    assert.equal(kind, "refused");
    assert.match(refused, says);
    assert.match(refused, /^`some\.txt` /);
  }
  assert.doesNotMatch(readText('{"accessToken": hunter2}', "the text", undefined).refused, /hunter2/, "what is in it is not quoted");
});

test("the code for Node runs as it stands", () => {
  const { code, variables } = nodeCode(config, "console");
  assert.deepEqual(variables, [{ secret: "aws-access-token", variable: "AWS_ACCESS_TOKEN" }]);
  const folder = mkdtempSync(join(tmpdir(), "scimhook-code-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(fileURLToPath(new URL("../../../pkg", import.meta.url)), join(folder, "node_modules/scimhook"));
    writeFileSync(join(folder, "scimhook.json"), text);
    const asked = `globalThis.fetch = async (url, init) => { console.log(init.method, new URL(url).pathname, init.headers.Authorization ?? init.headers.authorization); return new Response('{"id":"r1","totalResults":0,"Resources":[]}', { status: 201 }); };\n`;
    const call = `\nconst told = await onLogin({ id: "u-1", email: "a@corp.example", firstName: "A", lastName: "B" });\nconsole.log(told.access, told.servers[0].result);\n`;
    const imports = code.split("\n").filter((line) => line.startsWith("import")).join("\n");
    writeFileSync(join(folder, "app.mjs"), `${imports}\n${asked}${code.replace(imports, "")}${call}`);
    const said = execFileSync(process.execPath, [join(folder, "app.mjs")], { encoding: "utf8", env: { AWS_ACCESS_TOKEN: "from-the-environment" } });
    assert.match(said, /^POST \S*\/scim\/v2\/Users Bearer from-the-environment\n/);
    assert.match(said, /allow created\n$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
