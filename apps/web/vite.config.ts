import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";
import app from "./package.json" with { type: "json" };

export default defineConfig(({ mode }) => {
  /** Where a running server is found during development. */
  const server = loadEnv(mode, ".", "SKEIN_").SKEIN_DEV_SERVER ?? "http://127.0.0.1:4500";
  /** The server accepts its own origin only, so what the proxy passes on must look like a page that it served itself. */
  const proxied = { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } };

  return {
    plugins: [react()],
    define: { __APP_VERSION__: JSON.stringify(app.version) },
    // Every asset stays a file: the page's policy allows its own origin only, and no data: URLs.
    build: {
      outDir: "dist",
      target: "es2023",
      cssTarget: ["chrome123", "safari17.5", "firefox121"],
      assetsInlineLimit: 0,
      // Grammars of some languages are large; each is loaded only when code in its language is shown.
      chunkSizeWarningLimit: 1_000,
    },
    server: {
      proxy: {
        "/ws": { ...proxied, ws: true },
        "/api": proxied,
        "/sign-in": proxied,
        "^/threads/[^/]+/items/": proxied,
      },
    },
  };
});
