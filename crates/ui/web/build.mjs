// Bundles scripts, styles and fonts into the folder given as the first argument and writes `assets.json` there:
// what each file is called (with a hash of its content in the name), and its bytes plain, gzipped and brotlied.
// The crate's build script runs this; it needs the packages of package-lock.json beside it.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const dist = join(out, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

bundleStyles();
const entries = await bundle();
writeFileSync(join(out, "assets.json"), JSON.stringify({ entries, files: compress(), icons: icons() }));

/** Tailwind and daisyUI turn styles/app.css into one plain stylesheet. */
function bundleStyles() {
  const cli = join(here, "node_modules/@tailwindcss/cli/dist/index.mjs");
  const options = ["--input", "styles/app.css", "--output", join(out, "tailwind.css")];
  execFileSync(process.execPath, [cli, ...options], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
}

/** esbuild bundles, minifies and names by content; the stylesheet takes its fonts along. */
async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { app: "src/app.ts", style: join(out, "tailwind.css") },
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome120", "firefox121", "safari17.2"],
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    alias: { "htmx.org": join(here, "node_modules/htmx.org/dist/htmx.esm.js") },
    nodePaths: [join(here, "node_modules")],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  const made = Object.keys(result.metafile.outputs).map((path) => basename(path));
  const find = (start, end) => made.find((name) => name.startsWith(start) && name.endsWith(end));
  return {
    script: find("app-", ".js"),
    style: find("style-", ".css"),
    font: find("inter-latin-wght-normal", ".woff2"),
  };
}

function compress() {
  return readdirSync(dist).map((name) => {
    const bytes = readFileSync(join(dist, name));
    // Fonts are compressed already.
    const packed = extname(name) !== ".woff2";
    if (packed) {
      writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      writeFileSync(join(dist, `${name}.br`), brotliCompressSync(bytes, { params }));
    }
    return { name, packed };
  });
}

/** The drawings of the icons that icons.txt names, without their outer element. */
function icons() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").map((line) => line.trim());
  return names
    .filter((name) => name && !name.startsWith("#"))
    .sort()
    .map((name) => {
      const svg = readFileSync(join(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
      const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return { name, svg: inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>") };
    });
}
