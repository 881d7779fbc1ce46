// A manager brings in a file: sent, mapped, checked, imported, taken back. Also without script, and on a phone. An
// administrator brings in the real files, where `RAPPORT_SHARED` names the folder that has them.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { House, settled, sound } from "../house.mjs";

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

  it("says by a column what kind of record tasks are about", async () => {
    const tasks = join(folder, "tasks.csv");
    writeFileSync(tasks, "Subject,Parent,Sort\nCall,Nobody at all,Firm\n");
    const page = await house.signIn("marcus");
    await page.goto(house.url("/import?object=task"));
    await page.locator("input[type=file]").setInputFiles(tasks);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("The kind stands in the column").selectOption("Sort");
    await page.getByRole("button", { name: "Apply choices" }).click();
    await page.getByLabel("“Firm” (1) means").selectOption({ label: "Company" });
    await page.getByLabel("Where there is none").selectOption({ label: "refuse the row" });
    await sound(page, "import kinds");
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByText("There is no company called “Nobody at all”").first().waitFor();
  });

  it("goes through the steps without script", async () => {
    const page = await house.signIn("marcus", { script: false });
    await send(page);
    await page.getByRole("button", { name: "Check", exact: true }).click();
    const refresh = page.getByRole("link", { name: "Refresh" });
    while (await refresh.isVisible()) await refresh.click();
    assert.match(await page.locator("main").innerText(), /refused/);
  });
});

const SHARED = process.env.RAPPORT_SHARED && join(process.env.RAPPORT_SHARED, "data");
/** An import of thousands of rows, in a build without optimisation. */
const LONG_MS = 300_000;

if (SHARED) {
  describe("an administrator importing the real files", () => {
    let house, page;
    before(async () => {
      house = await House.open();
      page = await house.signIn("ada");
    });
    after(() => house?.close());

    /** Sends a file and waits for what Rapport makes of its columns. */
    async function send(object, name) {
      await page.goto(house.url(`/import?object=${object}`));
      await page.locator("input[type=file]").setInputFiles(join(SHARED, name));
      await page.getByRole("button", { name: "Next" }).click();
      await page.getByRole("heading", { level: 1, name: new RegExp(name.replace(".", "\\.")) }).waitFor();
      await settled(page);
      // Columns that go nowhere are folded.
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    }

    /** The control of a column, by the column's name in the file. */
    async function control(column, part) {
      const field = page.getByLabel(`“${column}” goes to`, { exact: true });
      const name = await field.getAttribute("name");
      return page.locator(`[name="${name.replace(/_field$/, `_${part}`)}"]`);
    }

    /** What a word of a column of options means. */
    const meaning = (word) => page.getByLabel(new RegExp(`^“${word}” \\(`));

    /** Goes on until the page says what came of it. */
    async function press(button, said) {
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.getByText(said).first().waitFor({ timeout: LONG_MS });
      await settled(page);
    }

    async function checkAndImport(name, would, did) {
      await press("Check", would);
      await sound(page, `real ${name} checked`);
      assert.match(await page.locator("main").innerText(), /\b0 would be refused|^(?![^]*would be refused)/);
      await press("Import", did);
      await sound(page, `real ${name} imported`);
    }

    it("brings in the accounts: a wrong spelling is understood, parents are found also when they come later", async () => {
      await send("company", "crm_accounts.csv");
      await page.getByText("is read as “Technology”").waitFor();
      await sound(page, "real accounts columns");
      await checkAndImport("accounts", /85 would be created/, /85 created/);
      await send("company", "crm_accounts.csv");
      await press("Import without check", /85 are there already/);
      assert.doesNotMatch(await page.locator("main").innerText(), /[1-9]\d* created/);
    });

    async function mapPipeline() {
      await send("deal", "crm_sales_pipeline.csv");
      await (await control("sales_agent", "missing")).selectOption("create");
      await (await control("product", "values")).fill("GTXPro = GTX Pro");
      await (await control("account", "missing")).selectOption("report");
      await meaning("Engaging").selectOption("qualification");
    }

    it("brings in the opportunities: agents are made, products matched by a rule, stages mapped", async () => {
      await mapPipeline();
      await page.getByLabel("Keep this mapping as").fill("pipeline");
      await page.getByRole("button", { name: "Keep mapping" }).click();
      await settled(page);
      await checkAndImport("pipeline", /8,800 would be created/, /8,800 created/);
      await page.goto(house.url("/import?object=deal"));
      await page.locator("input[type=file]").setInputFiles(join(SHARED, "crm_sales_pipeline.csv"));
      await page.getByLabel("Kept mapping").selectOption({ label: "pipeline" });
      await page.getByRole("button", { name: "Next" }).click();
      await page.getByRole("heading", { level: 1, name: /pipeline\.csv/ }).waitFor();
      await press("Import without check", /8,800 are there already/);
      assert.doesNotMatch(await page.locator("main").innerText(), /[1-9]\d* created/);
    });

    it("brings in the leads: some columns become new fields, others are left out", async () => {
      await send("lead", "leads.csv");
      for (const column of ["Lead Origin", "TotalVisits", "What is your current occupation"]) {
        await (await control(column, "field")).selectOption("+");
      }
      await page.getByRole("button", { name: "Apply choices" }).click();
      await settled(page);
      await page.getByLabel("“Lead Origin” goes to").waitFor();
      await sound(page, "real leads columns");
      await checkAndImport("leads", /9,240 would be created/, /9,240 created/);
      await send("lead", "leads.csv");
      assert.equal(await (await control("Lead Origin", "field")).inputValue(), "lead_origin");
      assert.equal(await (await control("Search", "field")).inputValue(), "");
      await press("Import without check", /9,240 are there already/);
      assert.doesNotMatch(await page.locator("main").innerText(), /[1-9]\d* created/);
      await page.goto(house.url("/leads"));
      await sound(page, "real leads list");
    });
  });
}
