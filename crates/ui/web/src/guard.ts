// Forms with `data-guard`: leaving with something typed and not sent asks first.

const dirty = new WeakSet<HTMLFormElement>();

export function isDirty(form: HTMLFormElement): boolean {
  return dirty.has(form);
}

function guarded(event: Event): HTMLFormElement | null {
  return (event.target as Element).closest<HTMLFormElement>("form[data-guard]");
}

document.addEventListener("input", (event) => {
  const form = guarded(event);
  if (form) dirty.add(form);
});
document.addEventListener("submit", (event) => {
  const form = guarded(event);
  if (form) dirty.delete(form);
});
addEventListener("beforeunload", (event) => {
  const left = [...document.querySelectorAll<HTMLFormElement>("form[data-guard]")].some((form) => dirty.has(form));
  if (left) event.preventDefault();
});

// A form that came back with problems is still unsent.
document.addEventListener("htmx:after:swap", () => {
  for (const summary of document.querySelectorAll<HTMLElement>("form[data-guard] .form-summary:not([data-seen])")) {
    summary.dataset["seen"] = "";
    dirty.add(summary.closest("form")!);
    summary.focus();
  }
});
