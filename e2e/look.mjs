// `RAPPORT_PICTURES=folder node look.mjs [path…]`: pictures of pages, wide and narrow, light and dark.

import { House, picture, settled } from "./house.mjs";

const house = await House.open();
try {
  const paths = process.argv.slice(2);
  const pages = paths.length > 0 ? paths : ["/", "/deals", "/deals?view=board", "/leads", "/companies", "/people", "/tasks", "/profile", "/search?q=an", "/deals/new", "/companies?trash=1"];
  for (const [kind, options] of [["wide", {}], ["dark", { dark: true }], ["narrow", { width: 360, height: 780 }]]) {
    const page = await house.signIn("marcus", options);
    for (const path of pages) {
      await page.goto(house.url(path));
      await settled(page);
      await picture(page, `${kind}${path.replaceAll(/[^a-z]+/g, "-")}`);
    }
    for (const plural of ["deals", "companies", "leads", "people"]) {
      await page.goto(house.url(`/${plural}`));
      await page.locator(`main a[href^="/${plural}/0"]`).filter({ visible: true }).first().click();
      await page.waitForURL((url) => url.pathname.startsWith(`/${plural}/`));
      await settled(page);
      await picture(page, `${kind}-one-of-${plural}`);
    }
    console.log(kind, page.faults);
  }
} finally {
  await house.close();
}
