// The providers' pages are true: their configurations are valid, their tables are capabilities(), what they say is left
// out is left out, and their links lead somewhere.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { capabilities, template, validate } from "../../pkg/index.js";

const folder = new URL("../../pkg/docs/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");
const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
const ROWS = {
  createUser: "create user",
  createGroup: "create group",
  assignUserToGroup: "assign user to group",
  updateProfile: "update profile",
  deactivateUser: "deactivate user",
  removeUserFromGroup: "remove user from group",
  deleteGroup: "delete group",
};

/** What stands in backticks. */
const quoted = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, inner]) => inner);

/** The whole configurations of a page, each with the codes that the text after it, up to the next block or heading, says it warns with. */
function configurations(name) {
  const text = read(name);
  return [...text.matchAll(/^```json\n(\{\s*"servers"[\s\S]*?)\n```$/gm)].map((found) => {
    const after = text.slice(found.index + found[0].length).split(/^```|^#/m)[0];
    const said = /It warns: ([^.]*)\./.exec(after);
    return { config: JSON.parse(found[1]), warns: said ? quoted(said[1]) : [] };
  });
}

const page = (type) => `${type}.md`;

test("each type has a page, and each page a type", () => {
  const types = capabilities().map((row) => row.type);
  assert.deepEqual(names.slice().sort(), ["README.md", ...types.map(page)].sort());
  for (const type of types) assert.ok(read("README.md").includes(`[\`${type}\`](${page(type)})`), `README.md lists ${type}`);
});

for (const row of capabilities()) {
  const name = page(row.type);

  test(`${name}: its table is what capabilities() says`, () => {
    for (const [column, label] of Object.entries(ROWS)) {
      const line = `| ${label} | ${row[column].byDefault} | ${row[column].onRequest} |`;
      assert.ok(read(name).includes(`\n${line}`), `missing in ${name}: ${line}`);
    }
    for (const scheme of row.authentication) assert.match(read(name), new RegExp(`["\`]${scheme}["\`]`), `${name} names ${scheme}`);
  });

  test(`${name}: its configurations are valid, and warn of what the page says`, () => {
    const found = configurations(name);
    assert.ok(found.length > 0, "there is one");
    assert.equal(found.length, read(name).split("```json").length - 1, "each block of JSON is a whole configuration");
    for (const { config, warns } of found) {
      for (const server of config.servers) assert.equal(server.type, row.type);
      const problems = validate(config);
      assert.deepEqual(problems.filter((problem) => problem.severity === "error"), []);
      assert.deepEqual([...new Set(problems.map((problem) => problem.code))].sort(), warns.slice().sort(), JSON.stringify(problems));
    }
  });

  test(`${name}: what it says is left out is left out`, () => {
    const table = /^\| left out \| why \|\n\|---\|---\|\n((?:\|.*\n)+)/m.exec(read(name));
    assert.ok(table, "there is a table");
    const paths = table[1].trim().split("\n").flatMap((line) => quoted(line.split(" | ")[0]));
    assert.ok(paths.length > 0);
    const [{ config }] = configurations(name);
    const [server] = config.servers;
    const { attributes } = template(row.type);
    for (const path of paths) {
      const mapped = { ...server, attributes: { ...attributes, [path]: "anything" } };
      const problems = validate({ ...config, servers: [mapped] });
      const at = `/servers/0/attributes/${path.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      assert.deepEqual(problems.map((problem) => [problem.code, problem.path]), [["refused-attribute", at]], path);
    }
  });
}

test("links within the pages lead somewhere", () => {
  // As GitHub makes anchors of headings.
  const anchor = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
  const anchors = (text) => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading));
  for (const name of names) {
    for (const [, target] of read(name).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file, place] = target.split("#");
      assert.ok(existsSync(new URL(file || name, folder)), `${name}: ${target}`);
      if (place) assert.ok(anchors(read(file || name)).includes(place), `${name}: ${target}`);
    }
  }
});
