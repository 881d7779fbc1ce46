// Bundles scripts, styles and fonts into the folder given as the first argument and writes `assets.json` there:
// what each file is called (with a hash of its content in the name), and its bytes plain, gzipped and brotlied.
// The crate's build script runs this; it needs the packages of package-lock.json beside it.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const dist = join(out, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

await cutFonts();
bundleStyles();
const entries = await bundle();
writeFileSync(join(out, "assets.json"), JSON.stringify({ entries, files: compress(), icons: icons() }));

/**
 * Cuts the font down to the letters and weights in use, a third of its size; kept beside the packages until those change.
 * Latin, and apart from it Extended-A (Polish, Czech, Turkish …), which few pages fetch.
 */
async function cutFonts() {
  const fonts = join(here, "node_modules/.fonts");
  const source = join(here, "node_modules/@fontsource-variable/inter/files");
  // The same ranges as in tokens.css.
  const cuts = {
    "inter-latin": letters("20-7e a0-ff 152-153 2c6-2dc 2000-206f 20ac 2122 2190-2193 2212-2215"),
    "inter-latin-ext": letters("100-17f 18f 218-21b 1e9e 20a0-20ab 20ad-20bf"),
  };
  mkdirSync(fonts, { recursive: true });
  for (const [name, text] of Object.entries(cuts)) {
    const cut = join(fonts, `${name}.woff2`);
    if (existsSync(cut)) continue;
    const whole = readFileSync(join(source, `${name}-wght-normal.woff2`));
    const variationAxes = { wght: { min: 400, max: 650 } };
    // Another build may be at it too: the file appears whole or not at all.
    writeFileSync(`${cut}.${process.pid}`, await subsetFont(whole, text, { targetFormat: "woff2", variationAxes }));
    renameSync(`${cut}.${process.pid}`, cut);
  }
}

/** The characters of ranges of code points. */
function letters(ranges) {
  return ranges
    .split(" ")
    .map((range) => range.split("-").map((end) => parseInt(end, 16)))
    .flatMap(([from, to = from]) => Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at)))
    .join("");
}

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
    alias: {
      fonts: join(here, "node_modules/.fonts"),
      "htmx.org": join(here, "node_modules/htmx.org/dist/htmx.esm.js"),
    },
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
    font: made.find((name) => /^inter-latin-(?!ext)/.test(name)),
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
