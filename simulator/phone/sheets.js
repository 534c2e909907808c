// Sheets rise from the bottom of the phone, one above the other. The top one has the keyboard; Escape closes it.
import { h, iconButton } from "./dom.js";

const stack = [];
const host = () => document.getElementById("sheets");
let changed = () => {};
/** `fn(open)` runs whenever a sheet opens or closes. */
export const onSheets = (fn) => (changed = fn);

function arrange() {
  const open = stack.length > 0;
  document.querySelectorAll("[data-under-sheets]").forEach((el) => (el.inert = open));
  // Only the top one exists for keyboard, reader and test; the others keep their place.
  stack.forEach((s, i) => (s.el.hidden = i < stack.length - 1));
  host().classList.toggle("open", open);
  changed(open);
}

/**
 * Opens a sheet and returns it. `body` and `footer` are elements; `tall` fills the phone; `testid` names it.
 * `close()` closes it and gives the focus back.
 */
export function openSheet({ title, body, footer, tall, testid, onClose, header }) {
  const before = document.activeElement;
  const heading = h("h2", { class: "sheet-title", dir: "auto", tabindex: "-1" }, title);
  const panel = h(
    "section",
    { class: `sheet ${tall ? "tall" : ""}`, role: "dialog", "aria-label": title, "data-testid": testid },
    h("header", { class: "sheet-head" }, iconButton(stack.length ? "back" : "close", stack.length ? "Back" : "Close", () => sheet.close(), { "data-testid": "sheet-close" }), heading, header),
    h("div", { class: "sheet-body" }, body),
    footer && h("footer", { class: "sheet-foot" }, footer),
  );
  const el = h("div", { class: "sheet-layer" }, h("div", { class: "sheet-shade", onclick: () => sheet.close() }), panel);
  const sheet = {
    el,
    panel,
    close() {
      const at = stack.indexOf(sheet);
      if (at < 0) return;
      stack.splice(at, 1);
      el.remove();
      arrange();
      onClose?.();
      if (before?.isConnected && !before.closest("[inert],[hidden]")) before.focus();
      else document.getElementById(stack.length ? "sheets" : "chat")?.focus({ preventScroll: true });
    },
  };
  stack.push(sheet);
  host().append(el);
  arrange();
  (panel.querySelector("[data-autofocus]") ?? heading).focus({ preventScroll: true });
  return sheet;
}

// On the document, so it also works when the button that had the focus went away.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape" || e.defaultPrevented || !stack.length) return;
  e.preventDefault();
  stack.at(-1).close();
});

export function closeAll() {
  while (stack.length) stack.at(-1).close();
}

/**
 * A sheet with labelled fields: {name, label, type?, value?, required?, hint?, options?, rows?}. `send(values)` may
 * throw: the reason is then shown and what was typed stays.
 */
export function formSheet({ title, intro, fields, action, send, testid }) {
  const problem = h("p", { class: "problem", role: "alert" });
  const inputs = new Map();
  const rows = fields.map((f) => {
    const id = `f-${f.name}`;
    const common = { id, name: f.name, "data-testid": `field-${f.name}`, required: Boolean(f.required), dir: f.dir ?? "auto", autocomplete: "off" };
    const input = f.type === "checkbox" ? h("input", { ...common, type: "checkbox", class: "switch", checked: Boolean(f.value) })
      : f.options ? h("select", common, f.options.map(([value, label]) => h("option", { value, selected: value === f.value }, label)))
      : f.rows ? h("textarea", { ...common, rows: String(f.rows) }, f.value ?? "")
      : h("input", { ...common, type: f.type ?? "text", inputmode: f.inputmode, placeholder: f.placeholder, value: f.value ?? "" });
    if (f === fields[0]) input.setAttribute("data-autofocus", "");
    inputs.set(f.name, input);
    if (f.onchange) input.addEventListener("change", () => f.onchange(input, inputs));
    return h("div", { class: f.type === "checkbox" ? "field field-switch" : "field" }, h("label", { for: id }, f.label, f.hint && h("small", {}, f.hint)), input);
  });
  const submit = h("button", { type: "submit", class: "primary", "data-testid": "form-send" }, action);
  const form = h("form", { class: "form", novalidate: false }, intro && h("p", { class: "intro", dir: "auto" }, intro), rows, problem, submit);
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    submit.disabled = true;
    problem.textContent = "";
    try {
      await send(Object.fromEntries([...inputs].map(([name, el]) => [name, el.type === "checkbox" ? el.checked : el.value.trim()])));
      sheet.close();
    } catch (error) {
      problem.textContent = error.message;
      submit.disabled = false;
    }
  });
  const sheet = openSheet({ title, body: form, testid });
  return sheet;
}

/** A short line that goes away by itself; also read aloud. */
export function toast(text, kind = "") {
  const el = h("div", { class: `toast ${kind}` }, text);
  document.getElementById("toasts").append(el);
  setTimeout(() => el.remove(), 5000);
}

/** Runs what a button does; a failure is told, and the button is free again. */
export async function act(button, work) {
  if (button?.getAttribute("aria-busy") === "true") return false;
  button?.setAttribute("aria-busy", "true");
  try {
    await work();
    return true;
  } catch (error) {
    toast(error.message, "bad");
    return false;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}
