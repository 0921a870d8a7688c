import aws from "./aws.mjs";

export default {
  ...aws,
  server: { ...aws.server, id: "app", name: "A SCIM 2.0 server", type: "generic", url: "https://scim.example/v2" },
};
