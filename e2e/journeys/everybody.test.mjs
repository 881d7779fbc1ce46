// What holds for everybody: teams apart, by keyboard alone, on a phone, in the dark, without script.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { House, settled, sound } from "../house.mjs";

const PAGES = ["/", "/deals", "/deals?view=board", "/companies", "/people", "/leads", "/tasks", "/products", "/search?q=an", "/profile", "/deals/new", "/companies?trash=1"];

describe("everybody", () => {
  let house;
  before(async () => (house = await House.open()));
  after(() => house?.close());

  it("sees the own team's deals and not the other's", async () => {
    const north = await house.signIn("marcus");
    const south = await house.signIn("yuki");
    const titles = async (page) => {
      await page.goto(house.url("/deals"));
      const links = page.locator('main tbody a[href^="/deals/0"]');
      return links.evaluateAll((all) => all.map((link) => [link.getAttribute("href"), link.textContent.trim()]).filter(([, text]) => text));
    };
    const [ours, theirs] = [await titles(north), await titles(south)];
    assert.ok(ours.length > 5 && theirs.length > 5, "both have deals");
    const own = new Set(ours.map(([href]) => href));
    assert.deepEqual(theirs.filter(([href]) => own.has(href)), [], "nothing is in both");
    const answer = await south.goto(house.url(ours[0][0]));
    assert.equal(answer.status(), 404);
    await sound(south, "not found");
    await south.goto(house.url(`/search?q=${encodeURIComponent(ours[0][1])}`));
    assert.equal(await south.locator(`main a[href="${ours[0][0]}"]`).count(), 0);
  });

  it("can do all of it by keyboard", async () => {
    const page = await house.signIn("tom");
    await page.keyboard.press("Tab");
    const skip = await page.evaluate(() => document.activeElement.textContent);
    assert.match(skip, /skip/i, "the first stop leads past the navigation");
    await page.keyboard.press("Enter");
    const inside = await page.evaluate(() => location.hash === "#content" || document.activeElement.closest("main") !== null);
    assert.ok(inside);
    await page.goto(house.url("/deals"));
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").filter({ visible: true }).first().waitFor();
    await page.keyboard.type("companies");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/companies*");
    // Wherever the focus goes, it can be seen.
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const focus = document.activeElement;
        const box = focus.getBoundingClientRect();
        return focus === document.body || (box.width > 0 && box.height > 0) || focus.outerHTML.slice(0, 200);
      });
      assert.equal(seen, true, `the focus after ${step} steps`);
    }
  });

  for (const [kind, options] of [
    ["dark", { dark: true }],
    ["on a phone", { width: 360, height: 780 }],
    ["on a phone in the dark", { width: 360, height: 780, dark: true }],
  ]) {
    it(`reads every page ${kind}`, async () => {
      const page = await house.signIn("marcus", options);
      for (const path of PAGES) {
        await page.goto(house.url(path));
        await sound(page, `${kind} ${path.replaceAll(/[^a-z]+/g, " ").trim() || "home"}`);
      }
      for (const plural of ["deals", "companies", "people", "leads", "tasks"]) {
        await page.goto(house.url(`/${plural}`));
        await page.locator(`main a[href^="/${plural}/0"]`).filter({ visible: true, hasText: /\w/ }).first().click();
        await page.waitForURL(new RegExp(`/${plural}/[0-9a-f-]{36}`));
        await sound(page, `${kind} one of ${plural}`);
      }
    });
  }

  it("has the administrator's pages in order", async () => {
    const page = await house.signIn("ada");
    for (const path of ["/people-and-teams", "/roles", "/sign-ins", "/cubes", "/cubes/shipped"]) {
      const answer = await page.goto(house.url(path));
      assert.equal(answer.status(), 200, path);
      await sound(page, `ada ${path.replaceAll(/[^a-z]+/g, " ").trim()}`);
    }
  });

  it("begins a cube from a shipped one, also on a phone, where a form can be left", async () => {
    for (const options of [{}, { width: 360, height: 780 }]) {
      const page = await house.signIn("ada", options);
      await page.goto(house.url("/cubes/new"));
      await page.getByRole("link", { name: "Cancel" }).click();
      await page.waitForURL("**/cubes");
      await page.getByRole("main").getByRole("link", { name: "Shipped cubes" }).filter({ visible: true }).first().click();
      await page.waitForURL("**/cubes/shipped");
      await sound(page, `shipped cubes ${options.width ?? "wide"}`);
      await page.getByRole("link", { name: "Begin from this" }).or(page.getByRole("button", { name: "Begin from this" })).first().click();
      const dialog = page.getByRole("dialog").filter({ visible: true });
      await dialog.waitFor();
      assert.match(await dialog.getByRole("textbox", { name: "Definition" }).inputValue(), /dimension = \[/);
      await sound(page, `a cube begun ${options.width ?? "wide"}`);
    }
  });

  it("shows the names of what is found, however little room there is", async () => {
    const page = await house.signIn("ines", { width: 360, height: 780 });
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").filter({ visible: true }).first().fill("har");
    await page.getByRole("option").nth(1).waitFor();
    await settled(page);
    const widths = await page.locator(".palette-label").evaluateAll((all) => all.map((label) => label.getBoundingClientRect().width));
    assert.ok(widths.length > 1 && widths.every((width) => width > 40), `${widths}`);
  });

  it("works without script", async () => {
    const page = await house.signIn("ines", { script: false });
    await page.goto(house.url("/companies/new"));
    await page.getByLabel("Name").first().fill("No script Ltd");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "No script Ltd" }).waitFor();
  });
});
