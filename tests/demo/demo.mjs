// The main job, told as a story: a simulated AWS IAM Identity Center, and the logins of one person. Nothing leaves
// this process. `DEMO=json` prints it for machines.
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { createSimulator } from "../../pkg/testing.js";
import { print } from "./print.mjs";

const url = "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2";
const token = "demo-token-of-the-simulated-provider";
const aws = createSimulator({ type: "aws", url, token, latencyMs: 40 });

const hook = new ScimHook(
  {
    servers: [
      {
        id: "aws",
        name: "AWS production",
        type: "aws",
        url,
        authentication: { scheme: "accessToken", accessToken: { secret: "aws-token" } },
        attributes: {
          userName: "email",
          "name.givenName": "firstName",
          "name.familyName": "lastName",
          displayName: ["displayName", { expression: "user.firstName + ' ' + user.lastName" }],
          'emails[type eq "work"].value': "email",
          title: "title",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "department",
        },
        groups: { mode: "mirror", include: ["aws-*"] },
      },
    ],
    applications: [{ id: "console", servers: ["aws"], condition: "user.department == 'Flight Ops'" }],
  },
  createHost({ fetch: aws.fetch, state: memoryStore(), secrets: { "aws-token": token } }),
);

const amara = {
  id: "u-40017",
  email: "amara.okafor@corp.example",
  firstName: "Amara",
  lastName: "Okafor",
  title: "Pilot",
  department: "Flight Ops",
  groups: ["aws-readers", "aws-dispatch", "canteen"],
};
const promoted = { ...amara, title: "Chief Pilot" };
const moved = { ...promoted, groups: ["aws-readers", "canteen"] };

const login = (user) => hook.postAuthentication({ application: "console", user });
const story = [
  ["First login: account and groups are created", () => login(amara)],
  ["The same login again: no request", () => login(amara)],
  ["A changed title: one request", () => login(promoted)],
  ["A group left, in mirror mode: one request", () => login(moved)],
  ["Disabled at the platform: one request", () => hook.lifecycle({ type: "user.disabled", user: moved })],
];

const chapters = [];
for (const [title, act] of story) {
  const outcome = await act();
  chapters.push({ title, outcome });
  if (process.env.DEMO !== "json") print(title, outcome);
}
const holds = aws.snapshot();
if (process.env.DEMO === "json") console.log(JSON.stringify({ chapters, provider: holds }, null, 2));
else print.provider(holds);
hook.free();
