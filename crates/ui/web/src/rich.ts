// `<rich-text>`: an editor for simple formatted text over its textarea, which carries the value.

const TOOLS: [name: string, command: string, drawing: string][] = [
  ["bold", "bold", "M6 12h9a4 4 0 0 1 0 8H7a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h7a4 4 0 0 1 0 8"],
  ["italic", "italic", "M19 4h-9M14 20H5M15 4 9 20"],
  ["list", "insertUnorderedList", "M3 5h.01M3 12h.01M3 19h.01M8 5h13M8 12h13M8 19h13"],
  ["numbers", "insertOrderedList", "M11 5h10M11 12h10M11 19h10M4 4h1v5M4 9h2M6.5 20H3.4c0-1 2.6-1.9 2.6-3.5a1.5 1.5 0 0 0-2.6-1"],
  ["link", "createLink", "M10 13a5 5 0 0 0 7.5.5l3-3a5 5 0 0 0-7-7l-1.7 1.7M14 11a5 5 0 0 0-7.5-.5l-3 3a5 5 0 0 0 7 7l1.7-1.7"],
  ["clear", "removeFormat", "M4 7V4h16v3M5 20h6M13 4 8 20m7-5 5 5m0-5-5 5"],
];

class RichText extends HTMLElement {
  connectedCallback(): void {
    const source = this.querySelector("textarea");
    if (!source || this.querySelector("[contenteditable]")) return;
    const area = Object.assign(document.createElement("div"), { className: "rich-area rich-text" });
    area.contentEditable = source.readOnly ? "false" : "true";
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    area.setAttribute("aria-label", source.getAttribute("aria-label") ?? "");
    // Parsed apart from the page, so that nothing in the value runs.
    area.append(...new DOMParser().parseFromString(source.value, "text/html").body.childNodes);
    for (const element of area.querySelectorAll("script, style, iframe, object")) element.remove();
    source.hidden = true;
    this.append(this.tools(area), area);
    area.addEventListener("input", () => {
      source.value = area.textContent?.trim() ? area.innerHTML : "";
      source.dispatchEvent(new Event("input", { bubbles: true }));
    });
    area.addEventListener("paste", (event) => {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData?.getData("text/plain") ?? "");
    });
  }

  private tools(area: HTMLElement): HTMLElement {
    const bar = Object.assign(document.createElement("div"), { className: "rich-tools" });
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", area.getAttribute("aria-label") ?? "");
    for (const [name, command, drawing] of TOOLS) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-ghost btn-xs btn-square" });
      const label = this.dataset[name] ?? name;
      button.title = label;
      button.setAttribute("aria-label", label);
      button.append(draw(drawing));
      button.addEventListener("pointerdown", (event) => event.preventDefault());
      button.addEventListener("click", () => {
        area.focus();
        if (command !== "createLink") document.execCommand(command);
        else linkSelection();
      });
      bar.append(button);
    }
    return bar;
  }
}

/** The selected text becomes a link to itself where it reads like an address. */
function linkSelection(): void {
  const text = getSelection()?.toString().trim() ?? "";
  const address = /^[\w.+-]+@[\w.-]+$/.test(text) ? `mailto:${text}` : /^https?:/.test(text) ? text : `https://${text}`;
  if (/^\S+\.\S+$/.test(text)) document.execCommand("createLink", false, address);
}

function draw(path: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

customElements.define("rich-text", RichText);

