// Small helpers to build elements. Text always goes in as text nodes, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** h("button", { class: "x", "data-testid": "y", onclick: fn }, "text", child, null, [more]) */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else if (key === "class") el.className = value;
    else if (key in el && typeof value !== "string") el[key] = value;
    else el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  send: "M4 12l16-8-6 16-3-7z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 14.5c1 1.3 2.2 2 3.5 2s2.5-.7 3.5-2M9 9.5v.5M15 9.5v.5",
  shop: "M4 9l1.5-5h13L20 9M4 9h16M4 9v1a2.67 2.67 0 0 0 5.33 0 2.67 2.67 0 0 0 5.34 0 2.67 2.67 0 0 0 5.33 0V9M5.5 13v7h13v-7M10 20v-4h4v4",
  basket: "M3 9h18l-2 11H5zM8 9l3-6M16 9l-3-6M10 13v4M14 13v4",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  pin: "M12 21s-7-6.5-7-11.5a7 7 0 0 1 14 0C19 14.5 12 21 12 21zM12 12.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 16M15.5 9.5h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  mic: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 12a6 6 0 0 0 12 0M12 18v3",
  film: "M3 6h12v12H3zM15 10l6-3v10l-6-3",
  link: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  reply: "M10 7L4 12l6 5v-3.5c5 0 8 1 10 4.5-.5-6-4-9-10-9z",
  forward: "M14 7l6 5-6 5v-3.5c-5 0-8 1-10 4.5.5-6 4-9 10-9z",
  pencil: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  phone: "M8 3h8v18H8zM11 18h2",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  form: "M5 4h14v16H5zM9 9h6M9 13h6M9 17h3",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16.2 16.2L21 21",
  menu: "M4 7h16M4 12h16M4 17h16",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.5l4.5 4.5L16 7.5M11.5 16l1 1 9-9.5",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3 2",
  alert: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5v5.5M12 16.2v.1",
  down: "M6 9l6 6 6-6",
};

/** A line icon. It is decoration: whoever uses it gives the button its name. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

/** A button that shows an icon only. */
export function iconButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

/** One of eight calm hues for `text`, always the same one. */
export function hue(text) {
  let sum = 0;
  for (const c of String(text)) sum = (sum * 31 + c.codePointAt(0)) % 9973;
  return `hue-${sum % 8}`;
}

/** Round initials for a name without a picture. */
export function avatar(name, className = "") {
  const words = String(name ?? "").trim().split(/\s+/u).filter((w) => /[\p{L}\p{N}]/u.test(w));
  const initials = words.slice(0, 2).map((w) => [...w.replace(/^[^\p{L}\p{N}]+/u, "")][0]).join("");
  return h("span", { class: `avatar ${hue(name)} ${className}`, "aria-hidden": "true" }, initials.toLocaleUpperCase() || "?");
}

/** A picture, or a calm tile with the first letter when there is none or it does not load. */
export function picture(src, name, className = "") {
  const letter = [...String(name ?? "").trim()][0]?.toLocaleUpperCase() ?? "?";
  const box = h("span", { class: `picture ${hue(name)} ${className}`, "aria-hidden": "true" }, h("span", { class: "picture-letter" }, letter));
  if (src) {
    const img = h("img", { src, alt: "", loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    img.addEventListener("error", () => img.remove());
    box.append(img);
  }
  return box;
}

/** Arrow keys, Home and End move between the buttons of `box` that match `selector`; Tab enters it once. */
export function rove(box, selector) {
  const items = () => [...box.querySelectorAll(selector)].filter((el) => !el.disabled && el.offsetParent !== null);
  const mark = (on) => box.querySelectorAll(selector).forEach((el) => (el.tabIndex = el === on ? 0 : -1));
  mark(box.querySelector(selector));
  box.addEventListener("focusin", (e) => {
    const el = e.target.closest?.(selector);
    if (el) mark(el);
  });
  box.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[e.key];
    const all = items();
    const at = all.indexOf(document.activeElement);
    if (!step || at < 0) return;
    e.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, at + step))].focus();
  });
}
