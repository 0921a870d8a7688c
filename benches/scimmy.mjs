// The same decision with SCIMMY: its schema classes build and check the resource, the rest is that of plain.mjs.
//
// SCIMMY coerces and validates each attribute against the schema, as its users have it do; the plugin validates its
// mapping when it is constructed instead. Nothing of SCIMMY but `new SCIMMY.Schemas.User(...)` is used.
import { createRequire } from "node:module";
import { toUser } from "./plain.mjs";

// The packages of the tests and benchmarks live in tests/node_modules.
const require = createRequire(new URL("../tests/package.json", import.meta.url));
const SCIMMY = require("scimmy").default ?? require("scimmy");

SCIMMY.Resources.declare(SCIMMY.Resources.User, { extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }] });

export const build = (user) => new SCIMMY.Schemas.User(toUser(user), "in");
