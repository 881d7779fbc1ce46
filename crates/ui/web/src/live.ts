// Parts of the page that follow what others change. See `ui::live`.

import htmx from "htmx.org";

import { ask, say } from "./request";

const changed = new Set<string>();
let timer = 0;
let told = false;

const url = document.body.dataset["events"];
if (url) listen(url);

function listen(address: string): void {
  const source = new EventSource(address);
  let lost = false;
  source.addEventListener("change", (event) => note((event as MessageEvent<string>).data.split(/\s+/)));
  source.addEventListener("error", () => (lost = true));
  source.addEventListener("open", () => {
    // What changed while the line was down is not known: look at everything.
    if (lost) note([...document.querySelectorAll<HTMLElement>("[data-live]")].flatMap((part) => names(part)));
    lost = false;
  });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

function note(what: string[]): void {
  for (const name of what) if (name) changed.add(name);
  // A moment's patience takes a burst of changes as one, and spreads the questions of many screens.
  if (!timer) timer = window.setTimeout(() => void refresh(), 150 + Math.random() * 250);
}

function names(part: HTMLElement): string[] {
  return (part.dataset["live"] ?? "").split(/\s+/);
}

async function refresh(): Promise<void> {
  timer = 0;
  if (document.hidden) return;
  const parts = [...document.querySelectorAll<HTMLElement>("[data-live][id]")];
  const hit = parts.filter((part) => names(part).some((name) => changed.has(name)));
  const outer = hit.filter((part) => !hit.some((other) => other !== part && other.contains(part) && !other.dataset["liveSrc"] === !part.dataset["liveSrc"]));
  const waiting = outer.filter(busy);
  const free = outer.filter((part) => !waiting.includes(part));
  const kept = new Set(waiting.flatMap(names));
  for (const name of [...changed]) if (!kept.has(name)) changed.delete(name);
  if (waiting.length && !told) {
    told = true;
    say(document.body.dataset["livePaused"] ?? "");
  }
  for (const [source, list] of bySource(free)) await fetchParts(source, list);
  if (!waiting.length) told = false;
}

function bySource(parts: HTMLElement[]): Map<string, HTMLElement[]> {
  const map = new Map<string, HTMLElement[]>();
  for (const part of parts) {
    const source = part.dataset["liveSrc"] ?? location.href;
    map.set(source, [...(map.get(source) ?? []), part]);
  }
  return map;
}

async function fetchParts(source: string, parts: HTMLElement[]): Promise<void> {
  const answer = await ask(source, { headers: { "X-Live": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(answer.text, "text/html");
  for (const part of parts) {
    const fresh = page.getElementById(part.id);
    if (!fresh || !part.isConnected || busy(part)) continue;
    // Elements carry what the reader did (ticked, folded) over to the fresh part.
    const detail = { fresh };
    part.dispatchEvent(new CustomEvent("live:refresh", { detail }));
    for (const inner of part.querySelectorAll("record-table, board-view")) inner.dispatchEvent(new CustomEvent("live:refresh", { detail }));
    await htmx.swap({ text: fresh.outerHTML, target: part, swap: "outerMorph", sourceElement: part });
  }
}

/** Somebody is at work in it: typing, dragging, with an open menu or dialog. */
function busy(part: HTMLElement): boolean {
  const focus = document.activeElement;
  const writing = focus instanceof Element && part.contains(focus) && focus.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");
  return writing || !!part.querySelector(".editing, .dragging, .moving, :popover-open, dialog[open]");
}

const later = () => {
  if (changed.size && !timer) timer = window.setTimeout(() => void refresh(), 300);
};
document.addEventListener("visibilitychange", later);
document.addEventListener("focusout", later);
document.addEventListener("dragend", later);
