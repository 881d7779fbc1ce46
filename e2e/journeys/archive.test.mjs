// A manager brings in records with their files, in one ZIP archive, down to the file on a record; and records as JSON,
// one a line.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { House, settled, sound } from "../house.mjs";

const table = (place) => `Name,Employees,Files
Rotor ${place},2822,contracts/rotor.pdf
Stator ${place},1185,"plan.txt; contracts/Rotor.pdf"
Mother ${place},647,contracts/mother.pdf
`;
const CONTRACT = "%PDF-1.7\nwhat was agreed";

describe("a manager importing an archive", () => {
  let house;
  before(async () => (house = await House.open()));
  after(() => house?.close());

  for (const [kind, options] of [["wide", {}], ["narrow", { width: 360, height: 780, dark: true }]]) {
    it(`sees what it has, is told what it has not, and finds the files on the records, ${kind}`, async () => {
      const page = await house.signIn("marcus", options);
      await send(page, "company", "export.zip", zip({ "companies.csv": table(kind), "contracts/rotor.pdf": CONTRACT, "plan.txt": "the plan" }));
      await page.getByText("The table is companies.csv").waitFor();
      await sound(page, `archive columns ${kind}`);
      await press(page, "Check", /would be refused/);
      await page.getByText(/has no file “contracts\/mother\.pdf”/).first().waitFor();
      await sound(page, `archive checked ${kind}`);
      await press(page, "Import", "Imported");
      await sound(page, `archive imported ${kind}`);
      await page.getByRole("link", { name: "Show the records" }).click();
      await page.getByRole("link", { name: `Stator ${kind}` }).filter({ visible: true }).first().click();
      await page.waitForURL(/\/companies\/[0-9a-f-]{36}/);
      await page.goto(`${page.url().split("?")[0]}?tab=files-title`);
      await page.getByRole("link", { name: "plan.txt" }).waitFor();
      const contract = page.getByRole("link", { name: "rotor.pdf" });
      const fetched = await page.request.get(house.url(await contract.getAttribute("href")));
      assert.equal(await fetched.text(), CONTRACT);
      await sound(page, `archive files of a record ${kind}`);
    });
  }

  it("that has no table is told so", async () => {
    const page = await house.signIn("marcus");
    await page.goto(house.url("/import?object=company"));
    await choose(page, "files.zip", zip({ "contracts/rotor.pdf": CONTRACT }));
    await page.getByText("The archive has no table").first().waitFor();
    await sound(page, "archive without a table");
  });

  it("brings in records as JSON, one a line", async () => {
    const page = await house.signIn("marcus");
    const records = [
      { name: "Axle and Sons", employees: 12, annual_revenue: { amount: "1200.50", currency: "EUR" }, tags: ["key"] },
      { name: "Bearing Ltd", employees: "some", parent: { id: null, title: "Axle and Sons" } },
    ];
    await send(page, "company", "companies.jsonl", records.map((record) => JSON.stringify(record)).join("\n"));
    await page.getByText("records as JSON, one a line").waitFor();
    await sound(page, "lines columns");
    await press(page, "Check", /would be refused/);
    await page.getByText(/“some” is not a number/).first().waitFor();
    await press(page, "Import", "Imported");
    await sound(page, "lines imported");
    await page.goto(house.url("/companies?q=axle"));
    await page.getByRole("link", { name: "Axle and Sons" }).first().waitFor();
  });

  async function send(page, object, name, content) {
    await page.goto(house.url(`/import?object=${object}`));
    await choose(page, name, content);
    await page.getByRole("heading", { level: 1, name: new RegExp(name.replace(".", "\\.")) }).waitFor();
    await settled(page);
  }
});

async function choose(page, name, content) {
  const mimeType = name.endsWith(".zip") ? "application/zip" : "application/jsonl";
  await page.locator("input[type=file]").setInputFiles({ name, mimeType, buffer: Buffer.from(content) });
  await page.getByRole("button", { name: "Next" }).click();
}

async function press(page, button, said) {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByText(said).first().waitFor();
  await settled(page);
}

/** A ZIP archive of files by their path, none of them packed (APPNOTE.TXT 4.3). */
function zip(files) {
  const [locals, entries] = [[], []];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const [name, data] = [Buffer.from(path), Buffer.from(content)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    locals.push(Buffer.from("PK\x03\x04"), common, name, data);
    entries.push(Buffer.from("PK\x01\x02\x14\x00"), common, place, name);
    offset += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}
