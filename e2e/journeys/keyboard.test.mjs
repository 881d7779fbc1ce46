// The main job with the keyboard alone: whatever can be used is reached by Tab, shows that it has the focus, and is left
// again; and a rep signs in, opens, edits, keeps a view, converts and searches without a mouse.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { House, PASSWORD, settled, sound } from "../house.mjs";

const MINE = encodeURIComponent("owner = me and stage.outcome is empty");
/** Stops of the Tab key on one page that are looked at. */
const STOPS = 250;

describe("with the keyboard alone", () => {
  let house, page, folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "rapport-keys-"));
    house = await House.open();
  });
  after(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("somebody signs in", async () => {
    page = await house.visit();
    await page.goto(house.url("/sign-in"));
    await walk(page, "sign in");
    await reach(page, page.getByLabel("E-mail"));
    await page.keyboard.type("ines@rapport.example");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await walk(page, "my day");
  });

  it("the first stop leads past the navigation", async () => {
    await page.goto(house.url("/deals"));
    await page.keyboard.press("Tab");
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip to content/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
  });

  it("a list is walked, and a row opened", async () => {
    await page.goto(house.url(`/deals?filter=${MINE}`));
    await walk(page, "a list");
    await page.reload();
    await page.locator("record-table tbody tr").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/deals\/[0-9a-f-]{36}/);
    await walk(page, "a record");
  });

  it("a record is edited", async () => {
    await page.reload();
    await reach(page, page.getByRole("main").locator("a, button").filter({ hasText: /^Edit/, visible: true }));
    await page.keyboard.press("Enter");
    const step = page.getByRole("textbox", { name: "Next step" }).filter({ visible: true }).first();
    await step.waitFor();
    await sound(page, "editing by keyboard");
    await reach(page, step);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Call by keyboard");
    await reach(page, page.getByRole("button", { name: "Save", exact: true }).filter({ visible: true }));
    await page.keyboard.press("Enter");
    await page.getByRole("main").getByText("Call by keyboard").first().waitFor();
  });

  it("a list is kept as a view", async () => {
    await page.goto(house.url(`/deals?filter=${MINE}&sort=close_date`));
    await reach(page, page.getByRole("button", { name: "Manage this view" }));
    await page.keyboard.press("Enter");
    await reach(page, page.getByRole("menuitem", { name: "Save as a view" }), "ArrowDown");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog").filter({ visible: true });
    await dialog.waitFor();
    await sound(page, "keeping a view");
    await reach(page, dialog.getByLabel("Name"));
    await page.keyboard.type("Mine by date");
    await page.keyboard.press("Enter");
    await page.waitForURL(/saved=/);
    await page.getByRole("link", { name: "Mine by date" }).waitFor();
    await sound(page, "a kept view");
  });

  it("a card is moved on the board", async () => {
    await page.goto(house.url("/deals?view=board&filter=" + MINE));
    await walk(page, "a board");
    const moved = page.waitForResponse((response) => response.url().includes("/deals/move"));
    await reach(page, page.locator("[data-column]").first().locator(".card-title").first());
    await page.keyboard.press("Alt+ArrowRight");
    assert.equal((await moved).status(), 200);
  });

  it("a lead is converted", async () => {
    await page.goto(house.url("/leads?filter=" + encodeURIComponent('owner = me and status.outcome is empty')));
    await page.locator("record-table tbody tr").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/leads\/[0-9a-f-]{36}/);
    await reach(page, page.getByRole("link", { name: "Convert" }).or(page.getByRole("button", { name: "Convert" })).first());
    await page.keyboard.press("Enter");
    await page.waitForURL(/convert$/);
    await walk(page, "converting");
    const name = page.getByRole("textbox", { name: "Name" });
    if ((await name.inputValue()) === "") {
      await reach(page, name);
      await page.keyboard.type("A deal by keyboard");
    }
    await reach(page, page.getByRole("button", { name: "Convert" }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/deals\/[0-9a-f-]{36}/);
  });

  it("something is found", async () => {
    await page.goto(house.url("/search?q=rapport"));
    await walk(page, "what was found");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("keyboard");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("combobox").filter({ visible: true }).first().waitFor({ state: "hidden" });
  });

  it("a file is imported", async () => {
    const manager = await house.signIn("marcus");
    const file = join(folder, "accounts.csv");
    writeFileSync(file, "Account,Sector\nRotor Works,retail\n");
    await manager.goto(house.url("/import?object=company"));
    await walk(manager, "sending a file");
    // Choosing the file itself is the browser's own dialog.
    await manager.locator("input[type=file]").setInputFiles(file);
    await reach(manager, manager.getByRole("button", { name: "Next" }));
    await manager.keyboard.press("Enter");
    await manager.getByRole("heading", { level: 1, name: /accounts\.csv/ }).waitFor();
    await walk(manager, "deciding the columns");
    await reach(manager, manager.getByRole("button", { name: "Check", exact: true }));
    await manager.keyboard.press("Enter");
    await manager.getByText(/would be created/).waitFor();
    await reach(manager, manager.getByRole("button", { name: "Import", exact: true }));
    await manager.keyboard.press("Enter");
    await reach(manager, manager.getByRole("link", { name: "Show the records" }));
    await walk(manager, "the import's report");
    await reach(manager, manager.getByRole("link", { name: "Show the records" }));
    await manager.keyboard.press("Enter");
    await manager.waitForURL(/cause=/);
    await manager.getByText("Rotor Works").first().waitFor();
    await sound(manager, "what an import brought");
  });
});

/** Presses a key until what is looked for has the focus. */
async function reach(page, locator, key = "Tab") {
  await settled(page);
  await locator.first().waitFor();
  for (let stop = 0; stop < STOPS; stop += 1) {
    if (await locator.first().evaluate((element) => element === document.activeElement || element.contains(document.activeElement))) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${locator} is not reached by ${key}`);
}

/** Tabs through the page once: each stop can be seen and shows that it has the focus, and none keeps it. */
async function walk(page, name) {
  await settled(page);
  await page.evaluate(() => {
    document.activeElement?.blur();
    window.scrollTo(0, 0);
  });
  const seen = new Set();
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focused);
    if (at === null) break;
    assert.ok(at.visible, `${name}: focus goes where nobody sees it: ${at.html}`);
    assert.ok(at.marked, `${name}: nothing shows the focus of ${at.html}`);
    assert.ok(!seen.has(at.place) || stop >= seen.size, `${name}: the focus is kept by ${at.html}`);
    if (seen.has(at.place)) break;
    seen.add(at.place);
  }
  assert.ok(seen.size > 1, `${name}: something can be reached`);
}

/** What has the focus, in the page; nothing when that is the page itself. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const box = element.getBoundingClientRect();
  const shows = (styled) => {
    const style = getComputedStyle(styled);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return outlined || style.boxShadow !== "none";
  };
  // A hidden control shows its focus by what stands for it: its label, or what is around it.
  const around = [element, ...(element.labels ?? []), element.nextElementSibling, element.parentElement, element.closest("td, th, label, [data-card]")];
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const all = [...document.querySelectorAll("*")];
  return {
    html: element.outerHTML.slice(0, 200),
    place: all.indexOf(element),
    visible: inside && box.width > 0 && box.height > 0,
    marked: around.some((styled) => styled && shows(styled)),
  };
}
