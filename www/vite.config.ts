import { defineConfig } from "vite";

export default defineConfig({
  // Relative, so that the built files work from any folder of any web server.
  base: "./",
  worker: { format: "es" },
  build: {
    target: "es2022",
    // Assets stay files: a wasm in base64 is a third larger, and `connect-src` would need `data:`.
    assetsInlineLimit: 0,
    // Every browser of the target knows module preload; the polyfill is one script less.
    modulePreload: { polyfill: false },
  },
  // The package beside this folder holds the wasm.
  server: { fs: { allow: [".."] } },
});
