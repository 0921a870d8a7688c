// What a platform gives the plugin.
export { createHost, memoryStore, sign } from "./bundle.js";
