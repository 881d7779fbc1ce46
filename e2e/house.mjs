// What all journeys share: a sample company of their own, a browser, and the checks made on every page.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import axe from "axe-core";
import { chromium } from "playwright-core";

export const PASSWORD = "rapport-demo-2026";
const PROGRAM = process.env.RAPPORT_BIN ?? fileURLToPath(new URL("../target/debug/rapport", import.meta.url));
const START_MS = 180_000;
const WAIT_MS = 15_000;
/** A machine that builds and tests for others too stands still at times. */
const NAVIGATE_MS = 60_000;
/** A database to keep the companies in instead of SQLite, each in a schema of its own. */
const POSTGRES = process.env.RAPPORT_JOURNEYS_POSTGRES;
/** `RAPPORT_PICTURES=folder` keeps a picture of every page, for people to look at. */
const PICTURES = process.env.RAPPORT_PICTURES;

export class House {
  /** Starts the program on a company of its own, and a browser. */
  static async open() {
    const house = new House();
    house.folder = mkdtempSync(join(tmpdir(), "rapport-e2e-"));
    const port = await freePort();
    house.address = `http://127.0.0.1:${port}`;
    const company = join(house.folder, "company");
    house.database = POSTGRES ? `${POSTGRES}?schema=journey_${port}` : `sqlite:${join(company, "rapport.db")}`;
    const database = POSTGRES ? ["--database", house.database] : [];
    const flags = ["--listen", `127.0.0.1:${port}`, ...database, "demo", "--folder", company];
    house.program = spawn(PROGRAM, flags, { cwd: house.folder, stdio: ["ignore", "pipe", "pipe"] });
    house.said = "";
    house.program.stdout.on("data", (data) => (house.said += data));
    house.program.stderr.on("data", (data) => (house.said += data));
    house.program.on("error", (error) => (house.said += error.message));
    await house.answers();
    house.browser = await chromium.launch({
      executablePath: process.env.RAPPORT_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    return house;
  }

  async answers() {
    for (const began = Date.now(); Date.now() - began < START_MS; ) {
      if (this.program.exitCode !== null) throw new Error(`rapport ended:\n${this.said}`);
      const answer = await fetch(`${this.address}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`rapport does not answer:\n${this.said}`);
  }

  /** Ends the program, and looks whether all that was done has left records, log, search, sums and warehouse at one. */
  async close() {
    await this.browser?.close();
    this.program?.kill("SIGTERM");
    await new Promise((resolve) => (this.program.exitCode === null ? this.program.once("exit", resolve) : resolve()));
    const said = [["check"], ["warehouse", "verify"]].map((command) => this.command(command));
    rmSync(this.folder, { recursive: true, force: true });
    assert.deepEqual(said.filter((ended) => ended.status !== 0).map((ended) => ended.stdout + ended.stderr), []);
  }

  /** What a command says of the company. */
  command(words) {
    const files = join(this.folder, "company", "files");
    const flags = ["--log", "error", "--database", this.database, "--files", files, ...words];
    return spawnSync(PROGRAM, flags, { cwd: this.folder, encoding: "utf8" });
  }

  /** A browser of somebody's, signed in; `wide` 1280 × 800 unless told otherwise. */
  async signIn(who, options = {}) {
    const page = await this.visit(options);
    await page.goto(`${this.address}/sign-in`);
    await page.getByLabel("E-mail").fill(`${who}@rapport.example`);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    return page;
  }

  /** A browser in which nobody is signed in. */
  async visit({ width = 1280, height = 800, dark = false, script = true } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      javaScriptEnabled: script,
      hasTouch: width < 600,
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "UTC",
    });
    context.setDefaultTimeout(WAIT_MS);
    context.setDefaultNavigationTimeout(NAVIGATE_MS);
    const page = await context.newPage();
    const goto = page.goto.bind(page);
    page.goto = (url, how) => goto(url, how).catch(async (error) => {
      error.message += `\n${await this.state(page, url)}`;
      throw error;
    });
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
    page.on("console", (message) => {
      // A refused form is an answer of ours; the browser calls it an error all the same.
      const refused = /status of (401|403|404|409|422)/.test(message.text());
      if (message.type() === "error" && !refused) page.faults.push(`console: ${message.text()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500) page.faults.push(`${response.status()} ${response.url()}`);
    });
    return page;
  }

  /** Whether the program answers where a browser waits, for whoever reads of a failure. */
  async state(page, url) {
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    const asked = [`${this.address}/healthz`, url].map(async (address) => {
      const began = Date.now();
      const options = { headers: { cookie }, signal: AbortSignal.timeout(WAIT_MS) };
      const said = await fetch(address, options).then((answer) => answer.status, (error) => error.message);
      return `${address}: ${said} after ${Date.now() - began} ms`;
    });
    return [...(await Promise.all(asked)), `load ${loadavg()[0]}`, this.said.slice(-2000)].join("\n");
  }

  /** A program with a token of the administrator's would be quicker; journeys go through the screen. */
  url(path) {
    return `${this.address}${path}`;
  }
}

/** Nothing broke on the page, nothing of it hinders anybody, nothing of it is wider than the screen. */
export async function sound(page, name) {
  await settled(page);
  await picture(page, name);
  assert.deepEqual(page.faults, [], `${name}: nothing breaks`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name}: the page is ${overflow} px wider than the screen`);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const grave = violations.filter(({ impact }) => impact === "critical" || impact === "serious");
  const told = grave.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join("\n    ")}`);
  assert.equal(told.join("\n"), "", `${name}: axe finds nothing`);
}

/** What was asked for has come, and the page has taken it in. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-settling, .htmx-swapping"));
}

export async function picture(page, name) {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name.replaceAll(" ", "-")}.png`) });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
