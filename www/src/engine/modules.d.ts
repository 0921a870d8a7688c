// Modules of the package that have no declarations of their own: what bundle.js holds is declared for the entry points.
declare module "*/pkg/bundle.js" {
  type Plugin = typeof import("../../../pkg/scimhook.js");
  export const ScimHook: Plugin["ScimHook"];
  export const capabilities: Plugin["capabilities"];
  export const configSchema: Plugin["configSchema"];
  export const template: Plugin["template"];
  export const validate: Plugin["validate"];
  export const memoryStore: (typeof import("../../../pkg/host.js"))["memoryStore"];
  export function initSync(options: { module: WebAssembly.Module }): unknown;
}
