// The focus when a part of the page goes that had it: it stays in the content, or the Tab key would begin on top again.

let held: Element | null = null;

document.addEventListener("focusin", (event) => (held = event.target as Element));

document.addEventListener("htmx:after:swap", () => {
  if (held?.isConnected === false && document.activeElement === document.body) {
    document.getElementById("content")?.focus({ preventScroll: true });
  }
});
