/** Builds the page into web/dist; `vite` serves it in development and passes API calls to the local host. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const LOCAL_HOST = "http://127.0.0.1:7071";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: "dist", emptyOutDir: true, manifest: true, target: "es2022" },
  server: {
    proxy: { "/api": LOCAL_HOST, "/local": LOCAL_HOST, "/config.json": LOCAL_HOST },
  },
});
