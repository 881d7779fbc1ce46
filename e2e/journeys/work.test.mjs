// A rep's day: sign in, my day, lists, deals on the board, a lead converted, a deal won and lost.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { House, settled, sound } from "../house.mjs";

/** What may be changed by whoever looks at it, and is not done yet. */
const MINE = encodeURIComponent("owner = me and stage.outcome is empty");

describe("a rep at work", () => {
  let house;
  before(async () => (house = await House.open()));
  after(() => house?.close());

  it("signs in and sees the day", async () => {
    const visitor = await house.visit();
    await visitor.goto(house.url("/"));
    await visitor.waitForURL("**/sign-in*");
    await sound(visitor, "sign in");
    const page = await house.signIn("ines");
    await page.getByRole("heading", { level: 1 }).filter({ hasText: "Ines" }).waitFor();
    await sound(page, "my day");
  });

  it("is told about a wrong password, and keeps the address typed", async () => {
    const page = await house.visit();
    await page.goto(house.url("/sign-in"));
    await page.getByLabel("E-mail").fill("ines@rapport.example");
    await page.getByLabel("Password").fill("not this one");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").first().waitFor();
    assert.equal(await page.getByLabel("E-mail").inputValue(), "ines@rapport.example");
    await sound(page, "sign in refused");
  });

  it("sorts and filters a list, and the address tells", async () => {
    const page = await house.signIn("ines");
    await page.goto(house.url("/deals"));
    await sound(page, "deals");
    await page.getByRole("columnheader", { name: "Close date" }).getByRole("link").first().click();
    await page.waitForURL(/sort=-?close_date/);
    await page.goto(house.url("/deals?filter=" + encodeURIComponent('stage = "proposal"')));
    const stages = await page.locator("tbody").getByText("Prospecting").count();
    assert.equal(stages, 0, "only what the filter lets through");
    await page.goBack();
    await page.waitForURL(/sort=/);
    await page.goto(house.url("/deals?filter=" + encodeURIComponent("stage = ")));
    await sound(page, "deals with a broken filter");
  });

  it("changes a cell where it stands, by keyboard", async () => {
    const page = await house.signIn("ines");
    await page.goto(house.url("/companies"));
    await sound(page, "companies");
    await page.goto(house.url(`/deals?filter=${MINE}`));
    const cell = page.locator('tbody inline-edit[data-url*="/fields/close_date"]').first();
    const url = await cell.getAttribute("data-url");
    await cell.dblclick();
    const typed = page.locator(`inline-edit[data-url="${url}"] input:not([type=hidden])`).first();
    await typed.fill("tomorrow");
    await typed.press("Enter");
    await page.locator(`inline-edit[data-url="${url}"]`).getByText("tomorrow").waitFor();
    await sound(page, "deals after an edit in place");
  });

  it("keeps what was typed when a form is refused, then saves it", async () => {
    const page = await house.signIn("ines");
    await page.goto(house.url("/deals/new"));
    await page.getByRole("textbox", { name: "Close date" }).fill("the day after never");
    await page.getByLabel("Name", { exact: false }).first().fill("Harbour lights");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Close date" }).inputValue(), "the day after never");
    await sound(page, "new deal refused");
    await page.getByRole("textbox", { name: "Close date" }).fill("tomorrow");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/\/deals\/[0-9a-f-]{36}/);
    await page.getByRole("heading", { level: 1, name: "Harbour lights" }).waitFor();
    await sound(page, "a deal");
  });

  it("changes several at once, also on a phone", async () => {
    for (const width of [1280, 360]) {
      const page = await house.signIn("ines", { width });
      await page.goto(house.url(`/deals?filter=${MINE}`));
      const boxes = page.locator('record-table tbody input[name="record"]');
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      await page.getByRole("button", { name: "Edit", exact: true }).filter({ visible: true }).first().click();
      const dialog = page.getByRole("dialog").filter({ visible: true });
      await dialog.getByLabel("Next step").fill(`Call at ${width}`);
      await sound(page, `several at once at ${width}`);
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await page.locator("toast-note").getByText(/^2 /).waitFor();
      await page.goto(house.url("/deals?filter=" + encodeURIComponent(`next_step = "Call at ${width}"`)));
      assert.equal(await boxes.count(), 2, "those that were ticked, and no others");
      await page.context().close();
    }
  });

  it("edits a field of a record in place", async () => {
    const page = await openFirst(house, "ines", "deals");
    const field = page.locator('inline-edit[data-url*="/fields/next_step"]').filter({ visible: true }).first();
    const url = await field.getAttribute("data-url");
    await field.hover();
    await field.locator("[data-edit]").click();
    const typed = page.locator(`inline-edit[data-url="${url}"] :is(input:not([type=hidden]), textarea)`).first();
    await typed.fill("Send the drawings");
    await sound(page, "a field being edited");
    await typed.press("Enter");
    await page.locator(`inline-edit[data-url="${url}"]`).getByText("Send the drawings").first().waitFor();
    await page.reload();
    await page.getByText("Send the drawings").first().waitFor();
  });

  it("converts a lead into a company, a person and a deal", async () => {
    const page = await house.signIn("ines");
    await page.goto(house.url("/leads?filter=" + encodeURIComponent('owner = me and status.outcome is empty')));
    await page.locator('main a[href^="/leads/0"]').filter({ visible: true, hasText: /\w/ }).first().click();
    await page.getByRole("link", { name: "Convert" }).or(page.getByRole("button", { name: "Convert" })).first().click();
    await page.waitForURL(/convert$/);
    await sound(page, "convert a lead");
    const name = page.getByRole("textbox", { name: "Name" });
    if ((await name.inputValue()) === "") await name.fill("A new deal");
    await page.getByRole("button", { name: "Convert" }).click();
    await page.waitForURL(/\/deals\/[0-9a-f-]{36}/);
    await sound(page, "the deal of a lead");
  });

  it("moves a card on the board by drag and by keyboard", async () => {
    const page = await house.signIn("ines");
    await page.goto(house.url("/deals?view=board&filter=" + MINE));
    await sound(page, "board");
    const columns = page.locator("[data-column]");
    const card = columns.first().locator("[data-card]").first();
    const id = await card.getAttribute("data-card");
    const target = columns.nth(1);
    const moved = page.waitForResponse((response) => response.url().includes("/deals/move"));
    await page.locator(`[data-card="${id}"]`).dragTo(target.locator("[data-cards]"));
    assert.equal((await moved).status(), 200);
    await target.locator(`[data-card="${id}"]`).waitFor();
    await page.reload();
    await target.locator(`[data-card="${id}"]`).waitFor();
    const again = page.waitForResponse((response) => response.url().includes("/deals/move"));
    await page.locator(`[data-card="${id}"] .card-title`).focus();
    await page.keyboard.press("Alt+ArrowRight");
    assert.equal((await again).status(), 200);
    await columns.nth(2).locator(`[data-card="${id}"]`).waitFor();
  });

  it("wins a deal", async () => {
    const page = await openFirst(house, "ines", "deals");
    await page.getByRole("button", { name: "Win" }).or(page.getByRole("link", { name: "Win" })).first().click();
    const confirm = page.getByRole("dialog").getByRole("button", { name: "Win" });
    if (await confirm.waitFor({ timeout: 2_000 }).then(() => true, () => false)) await confirm.click();
    await page.getByRole("main").getByText("Won").first().waitFor();
    await sound(page, "a deal won");
  });

  it("loses a deal with a reason only", async () => {
    const page = await openFirst(house, "ines", "deals");
    await page.getByRole("button", { name: "Lose" }).or(page.getByRole("link", { name: "Lose" })).first().click();
    const dialog = page.getByRole("dialog").filter({ visible: true });
    await dialog.waitFor();
    await sound(page, "lose a deal");
    await dialog.getByLabel(/reason/i).first().selectOption({ index: 1 });
    await dialog.getByRole("button", { name: "Lose", exact: true }).click();
    await page.getByRole("main").getByText("Lost").first().waitFor();
  });

  it("finds by the palette what was just made", async () => {
    const page = await house.signIn("ines");
    await page.goto(house.url("/companies/new"));
    await page.getByLabel("Name").first().fill("Zephyr Instruments");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/\/companies\/[0-9a-f-]{36}/);
    await page.goto(house.url("/"));
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").filter({ visible: true }).first().fill("zephy");
    await page.getByRole("option", { name: /Zephyr Instruments/ }).first().waitFor();
    await sound(page, "palette");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/companies\/[0-9a-f-]{36}/);
  });

  it("deletes a company and takes it back", async () => {
    const page = await house.signIn("ines");
    await page.goto(house.url("/companies/new"));
    await page.getByLabel("Name").first().fill("Slip of the hand Ltd");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/\/companies\/[0-9a-f-]{36}/);
    await page.getByRole("main").getByRole("button", { name: /more/i }).first().click();
    await page.getByRole("menuitem", { name: "Delete" }).or(page.getByRole("button", { name: "Delete" })).filter({ visible: true }).first().click();
    const sure = page.getByRole("dialog").getByRole("button", { name: "Delete" });
    if (await sure.waitFor({ timeout: 2_000 }).then(() => true, () => false)) await sure.click();
    await page.getByRole("button", { name: "Undo" }).first().waitFor();
    await sound(page, "deleted");
    const held = await page.evaluate(() => document.querySelector("main").contains(document.activeElement));
    assert.ok(held, "the focus stays in the content");
    await page.getByRole("button", { name: "Undo" }).first().click();
    await settled(page);
    await page.goto(house.url("/companies?q=slip"));
    await page.getByText("Slip of the hand Ltd").first().waitFor();
  });
});

/** The page of the first open record in somebody's list. */
async function openFirst(house, who, plural) {
  const page = await house.signIn(who);
  await page.goto(house.url(`/${plural}?filter=${MINE}`));
  await page.locator(`main a[href^="/${plural}/0"]`).filter({ visible: true, hasText: /\w/ }).first().click();
  await page.waitForURL(new RegExp(`/${plural}/[0-9a-f-]{36}`));
  await settled(page);
  return page;
}
