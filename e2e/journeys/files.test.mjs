// Files: attached by choosing and by dropping, refused with a reason, looked at, taken out; and the screens they stand on.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { House, settled, sound } from "../house.mjs";

const MINE = encodeURIComponent("owner = me and stage.outcome is empty");

describe("files", () => {
  let house;
  before(async () => (house = await House.open()));
  after(() => house?.close());

  it("are attached to a deal by choosing and by dropping, and taken out again", async () => {
    const page = await openDeal(house, "ines");
    await page.getByRole("navigation", { name: "Parts of this record" }).getByRole("link", { name: /^Files/ }).click();
    await page.waitForURL(/tab=files/);
    await page.getByText("No files yet").waitFor();
    await sound(page, "files of a deal, none");
    const picture = await page.screenshot();
    await page.getByLabel("Choose files").setInputFiles([
      { name: "site.png", mimeType: "image/png", buffer: picture },
      { name: "nothing.txt", mimeType: "text/plain", buffer: Buffer.from("") },
    ]);
    await page.getByRole("link", { name: "site.png" }).waitFor();
    await page.getByRole("alert").filter({ hasText: "nothing.txt" }).waitFor();
    await drop(page, "dropped.txt", "what was dropped");
    await page.getByRole("link", { name: "dropped.txt" }).waitFor();
    await sound(page, "files of a deal, some");
    const shown = await page.locator(".file-show img").evaluate((image) => image.complete && image.naturalWidth > 0);
    assert.ok(shown, "a picture is shown");
    const href = await page.getByRole("link", { name: "dropped.txt" }).getAttribute("href");
    const fetched = await page.request.get(house.url(href));
    assert.equal(await fetched.text(), "what was dropped");
    assert.match(fetched.headers()["content-disposition"], /^attachment/);
    await page.getByRole("button", { name: "Take dropped.txt out" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Yes" }).click();
    await page.getByRole("link", { name: "dropped.txt" }).waitFor({ state: "detached" });
    await page.goto(page.url().replace(/\?.*/, ""));
    await page.getByText("site.png").first().waitFor();
    await sound(page, "a timeline with files");
  });

  it("too large are refused before they are sent", async () => {
    const page = await openDeal(house, "ines");
    await page.goto(`${page.url().split("?")[0]}?tab=files-title`);
    await page.locator("file-zone").evaluate((zone) => (zone.dataset.max = "10"));
    await page.getByLabel("Choose files").setInputFiles({ name: "large.txt", mimeType: "text/plain", buffer: Buffer.from("more than ten bytes") });
    await page.getByRole("alert").filter({ hasText: "larger than" }).waitFor();
    await sound(page, "a file that is too large");
  });

  it("are attached on a phone, and without script", async () => {
    const phone = await openDeal(house, "ines", { width: 360, height: 780, dark: true });
    await phone.goto(`${phone.url().split("?")[0]}?tab=files-title`);
    await phone.getByLabel("Choose files").setInputFiles({ name: "phone.txt", mimeType: "text/plain", buffer: Buffer.from("by phone") });
    await phone.getByRole("link", { name: "phone.txt" }).waitFor();
    await sound(phone, "files on a phone");
    const plain = await openDeal(house, "ines", { script: false });
    await plain.goto(`${plain.url().split("?")[0]}?tab=files-title`);
    await plain.getByLabel("Choose files").setInputFiles({ name: "plain.txt", mimeType: "text/plain", buffer: Buffer.from("without script") });
    await plain.getByRole("button", { name: "Attach" }).click();
    await plain.getByRole("link", { name: "plain.txt" }).waitFor();
  });
});

describe("what does not fit", () => {
  let house;
  before(async () => (house = await House.open()));
  after(() => house?.close());

  it("of tabs is brought by a button, and by the keyboard", async () => {
    const page = await openDeal(house, "ines", { width: 360, height: 780 });
    const tabs = page.locator("#record tab-list");
    assert.equal(await tabs.getAttribute("data-before"), null);
    await tabs.locator(".tab-more-after").click();
    await page.waitForFunction(() => document.querySelector("#record tab-list").hasAttribute("data-before"));
    await sound(page, "tabs on a phone, scrolled");
  });

  it("of key fields runs over no border, and the pencil covers no value", async () => {
    for (const width of [1280, 360]) {
      const page = await house.signIn("marcus", { width, height: 780 });
      await page.goto(house.url("/people"));
      await page.locator('main a[href^="/people/0"]').filter({ visible: true, hasText: /\w/ }).first().click();
      await page.waitForURL(/\/people\/[0-9a-f-]{36}/);
      await settled(page);
      const outside = await page.locator(".key-field").evaluateAll((fields) =>
        fields.flatMap((field) => {
          const border = field.getBoundingClientRect();
          const pencil = field.querySelector(".editable-pencil")?.getBoundingClientRect();
          const walker = document.createTreeWalker(field.querySelector("dd"), NodeFilter.SHOW_TEXT);
          const problems = [];
          for (let text = walker.nextNode(); text; text = walker.nextNode()) {
            const range = document.createRange();
            range.selectNodeContents(text);
            for (const box of range.getClientRects()) {
              if (box.right > border.right + 0.5) problems.push(`${text.data} over the border`);
              if (pencil && box.right > pencil.left && box.top < pencil.bottom - 1 && box.width > 0) problems.push(`${text.data} under the pencil`);
            }
          }
          return problems;
        }),
      );
      assert.deepEqual(outside, [], `at ${width}`);
    }
  });
});

async function drop(page, name, content) {
  const files = await page.evaluateHandle(([name, content]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], name));
    return transfer;
  }, [name, content]);
  await page.dispatchEvent("main", "dragover", { dataTransfer: files });
  await page.dispatchEvent("main", "drop", { dataTransfer: files });
}

async function openDeal(house, who, options = {}) {
  const page = await house.signIn(who, options);
  await page.goto(house.url(`/deals?filter=${MINE}`));
  await page.locator('main a[href^="/deals/0"]').filter({ visible: true, hasText: /\w/ }).first().click();
  await page.waitForURL(/\/deals\/[0-9a-f-]{36}/);
  await settled(page);
  return page;
}
