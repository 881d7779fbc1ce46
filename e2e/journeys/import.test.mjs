// A manager brings in a file: sent, mapped, checked, imported, taken back. Also without script, and on a phone.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { House, sound } from "../house.mjs";

const FILE = `Account,Sector,Revenue,Employees,Part of,Notes
Rotor Works,technolgy,1100.04,2822,Mother Holding,First
Stator Union,Retail,251.41,many,,Second
Mother Holding,software,647.18,1185,,Third
`;

describe("a manager importing", () => {
  let house, folder, file;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "rapport-import-"));
    file = join(folder, "accounts.csv");
    writeFileSync(file, FILE);
    house = await House.open();
  });
  after(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(page) {
    await page.goto(house.url("/import?object=company"));
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { level: 1, name: /accounts\.csv/ }).waitFor();
  }

  for (const [kind, options] of [["wide", {}], ["narrow and dark", { width: 360, height: 780, dark: true }]]) {
    it(`goes through the steps, ${kind}`, async () => {
      const page = await house.signIn("marcus", options);
      await page.goto(house.url("/import?object=company"));
      await sound(page, `import file ${kind}`);
      await send(page);
      await page.getByText("is read as “Technology”").waitFor();
      await sound(page, `import columns ${kind}`);
      await page.getByRole("button", { name: "Check", exact: true }).click();
      await page.getByText(/would be refused/).waitFor();
      await page.getByText(/“many” is not a number/).first().waitFor();
      await sound(page, `import checked ${kind}`);
      await page.getByRole("button", { name: "Import", exact: true }).click();
      await page.getByText(/refused/).first().waitFor();
      await page.getByText("Imported").first().waitFor();
      await sound(page, `import done ${kind}`);
      await page.goto(house.url("/imports"));
      await page.getByText("accounts.csv").first().waitFor();
      await sound(page, `imports ${kind}`);
    });
  }

  it("goes through the steps without script", async () => {
    const page = await house.signIn("marcus", { script: false });
    await send(page);
    await page.getByRole("button", { name: "Check", exact: true }).click();
    const refresh = page.getByRole("link", { name: "Refresh" });
    while (await refresh.isVisible()) await refresh.click();
    assert.match(await page.locator("main").innerText(), /refused/);
  });
});
