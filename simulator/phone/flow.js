// A form ("Flow"): its screens drawn from the Flow JSON, its answer sent once.
import { h, icon } from "./dom.js";
import { rich } from "./format.js";
import { api } from "./api.js";
import { say, store } from "./state.js";
import { openSheet, toast } from "./sheets.js";

/** Opens the form that the message names; `data` is what its first screen is filled with. */
export async function openFlow(bubble, parameters) {
  const flow = await wanted(parameters);
  const screens = flow?.json?.screens ?? [];
  const first = screens.find((s) => s.id === parameters.flow_action_payload?.screen) ?? screens[0];
  if (!first) {
    toast("This form is not there any more.", "bad");
    return;
  }
  const run = { bubble, screens, answers: {}, sheets: [] };
  openScreen(run, first, parameters.flow_action_payload?.data ?? {});
}

async function wanted({ flow_id: id, flow_name: name }) {
  if (id) return api.flow(id).catch(() => null);
  const all = await api.flows(store.account?.phone_number_id).catch(() => []);
  return all.find((f) => f.name === name) ?? null;
}

function openScreen(run, screen, data) {
  const form = {};
  const view = { run, screen, data, form, inputs: new Map(), follow: [] };
  run.answers[screen.id] = form;
  const problem = h("p", { class: "problem", role: "alert" });
  const el = h("form", { class: "form flow", novalidate: true }, components(view, screen.layout?.children ?? []), problem);
  const submit = footer(view, all(screen.layout?.children ?? []).find((c) => c.type === "Footer"));
  el.addEventListener("submit", async (e) => {
    e.preventDefault();
    problem.textContent = "";
    if (!submit || submit.button.disabled || !complete(view)) return;
    submit.button.disabled = true;
    try {
      await act(view, submit.action);
    } catch (error) {
      problem.textContent = error.message;
    }
    submit.button.disabled = false;
  });
  el.id = `flow-${run.sheets.length}`;
  submit?.button.setAttribute("form", el.id);
  const sheet = openSheet({ title: screen.title ?? "", tall: true, testid: "flow-sheet", body: el, footer: submit?.el });
  run.sheets.push(sheet);
  view.follow.forEach((fn) => fn());
  el.querySelector("input, textarea, select")?.focus({ preventScroll: true });
}

/** Components, those inside of forms too. */
const all = (children) => children.flatMap((c) => (c.type === "Form" ? [c, ...all(c.children ?? [])] : [c]));

function components(view, children, init = {}) {
  return children.map((c) => {
    if (c.type === "Form") return components(view, c.children ?? [], { ...init, ...c["init-values"] });
    const draw = PARTS[c.type];
    const el = draw ? draw(view, c, resolve(view, c["init-value"] ?? init[c.name])) : null;
    if (el && c.visible !== undefined) view.follow.push(() => (el.hidden = resolve(view, c.visible) === false));
    return el;
  });
}

const words = (view, c, key = "text") => resolve(view, c[key] ?? "");
const PARTS = {
  TextHeading: (v, c) => h("h3", { class: "flow-heading", dir: "auto" }, words(v, c)),
  TextSubheading: (v, c) => h("h4", { class: "flow-subheading", dir: "auto" }, words(v, c)),
  TextBody: (v, c) => h("p", { class: "flow-text", dir: "auto" }, rich(words(v, c))),
  TextCaption: (v, c) => h("p", { class: "flow-caption", dir: "auto" }, words(v, c)),
  RichText: (v, c) => h("div", { class: "flow-text", dir: "auto" }, rich([words(v, c)].flat().join("\n"))),
  Image: (v, c) => h("img", { class: "flow-image", src: `data:image/png;base64,${words(v, c, "src")}`, alt: c["alt-text"] ?? "" }),
  EmbeddedLink: (v, c) => h("button", { type: "button", class: "link-button", dir: "auto", onclick: () => act(v, c["on-click-action"]).catch((e) => toast(e.message, "bad")) }, words(v, c)),
  TextInput: (v, c, value) => input(v, c, value, h("input", { type: INPUTS[c["input-type"]] ?? "text", inputmode: c["input-type"] === "number" ? "decimal" : null, pattern: c.pattern, minlength: c["min-chars"], maxlength: c["max-chars"] ?? 80 })),
  TextArea: (v, c, value) => input(v, c, value, h("textarea", { rows: "3", maxlength: c["max-length"] ?? 600 })),
  DatePicker: (v, c, value) => input(v, c, value, h("input", { type: "date", min: c["min-date"], max: c["max-date"] })),
  Dropdown: (v, c, value) => input(v, c, value, h("select", {}, h("option", { value: "" }, "…"), options(v, c).map((o) => h("option", { value: o.id, disabled: o.enabled === false }, o.title)))),
  RadioButtonsGroup: (v, c, value) => group(v, c, value, "radio"),
  CheckboxGroup: (v, c, value) => group(v, c, value, "checkbox"),
  ChipsSelector: (v, c, value) => group(v, c, value, "checkbox"),
  OptIn: optIn,
  Footer: () => null,
};
const INPUTS = { text: "text", number: "text", email: "email", password: "password", passcode: "password", phone: "tel" };
const options = (view, c) => [resolve(view, c["data-source"])].flat().filter((o) => o?.id);
const required = (view, c) => resolve(view, c.required) === true;

function labelled(view, c, id) {
  const optional = !required(view, c) && h("small", {}, "optional");
  return h("label", { for: id, dir: "auto" }, words(view, c, "label"), optional);
}

/** A field of one line or several; its value follows into the answers. */
function input(view, c, value, el) {
  const id = `flow-${view.run.sheets.length}-${c.name}`;
  const helper = c["helper-text"] && h("small", { id: `${id}-help`, class: "helper", dir: "auto" }, words(view, c, "helper-text"));
  const problem = h("small", { class: "problem", id: `${id}-problem`, role: "alert" });
  el.id = id;
  el.name = c.name;
  el.dir = el.type === "tel" || el.type === "email" ? "ltr" : "auto";
  el.setAttribute("data-testid", `field-${c.name}`);
  el.setAttribute("aria-describedby", `${id}-help ${id}-problem`);
  el.autocomplete = "off";
  el.required = required(view, c);
  el.disabled = resolve(view, c.enabled) === false;
  if (value !== undefined && value !== null) el.value = String(value);
  const keep = () => {
    view.form[c.name] = el.value.trim();
    problem.textContent = "";
    el.removeAttribute("aria-invalid");
    view.follow.forEach((fn) => fn());
  };
  el.addEventListener("input", keep);
  view.form[c.name] = el.value.trim();
  view.inputs.set(c.name, { el, problem, fault: () => fault(el, view.form[c.name]) });
  return h("div", { class: "field" }, labelled(view, c, id), el, helper, problem);
}

/** What is wrong with a field, in words; "" when nothing is. */
function fault(el, value) {
  if (el.disabled || el.closest("[hidden]")) return "";
  if (el.required && !value) return "This is needed.";
  if (!value) return "";
  if (el.type === "tel" && value.replace(/\D/gu, "").length < 7) return "This is no phone number.";
  if (el.inputMode === "decimal" && !/^-?\d+([.,]\d+)?$/u.test(value)) return "This is no number.";
  if (el.minLength > 0 && [...value].length < el.minLength) return `At least ${el.minLength} characters.`;
  return el.validity.valid ? "" : el.validationMessage;
}

function group(view, c, value, type) {
  const id = `flow-${view.run.sheets.length}-${c.name}`;
  const chosen = [value ?? []].flat();
  const problem = h("small", { class: "problem", role: "alert" });
  const boxes = options(view, c).map((o) => h("input", { type, name: id, value: o.id, checked: chosen.includes(o.id), disabled: o.enabled === false, "data-testid": `field-${c.name}-${o.id}` }));
  const keep = () => {
    const ids = boxes.filter((b) => b.checked).map((b) => b.value);
    view.form[c.name] = type === "radio" ? (ids[0] ?? "") : ids;
    problem.textContent = "";
    view.follow.forEach((fn) => fn());
  };
  keep();
  const rows = options(view, c).map((o, n) => h("label", { class: "flow-choice" }, boxes[n], h("span", { class: "row-text" }, h("span", { class: "row-title", dir: "auto" }, o.title), o.description && h("span", { class: "row-about", dir: "auto" }, o.description))));
  const el = h("fieldset", { class: "field", onchange: keep }, h("legend", { dir: "auto" }, words(view, c, "label")), rows, problem);
  const empty = () => required(view, c) && !el.hidden && view.form[c.name].length === 0;
  view.inputs.set(c.name, { el: boxes[0], problem, fault: () => (empty() ? "Choose one." : "") });
  return el;
}

function optIn(view, c, value) {
  const id = `flow-${view.run.sheets.length}-${c.name}`;
  const box = h("input", { type: "checkbox", class: "tick-box", id, checked: value === true, "data-testid": `field-${c.name}` });
  const problem = h("small", { class: "problem", role: "alert" });
  const keep = () => {
    view.form[c.name] = box.checked;
    problem.textContent = "";
    view.follow.forEach((fn) => fn());
  };
  box.addEventListener("change", keep);
  view.form[c.name] = box.checked;
  const more = c["on-click-action"] && h("button", { type: "button", class: "link-button", onclick: () => act(view, c["on-click-action"]).catch((e) => toast(e.message, "bad")) }, "Read more");
  const el = h("div", { class: "field" }, h("div", { class: "flow-choice" }, box, h("label", { for: id, dir: "auto" }, words(view, c, "label")), more), problem);
  view.inputs.set(c.name, { el: box, problem, fault: () => (required(view, c) && !el.hidden && !box.checked ? "This is needed." : "") });
  return el;
}

/** The button at the end; it waits until what is needed is there. */
function footer(view, c) {
  if (!c) return null;
  const button = h("button", { type: "submit", class: "primary wide", "data-testid": "form-send" }, h("span", { dir: "auto" }, words(view, c, "label")));
  view.follow.push(() => (button.disabled = resolve(view, c.enabled) === false));
  const captions = ["left-caption", "center-caption", "right-caption"].map((key) => c[key]).filter(Boolean);
  const line = captions.length > 0 && h("p", { class: "flow-captions" }, captions.map((text) => h("span", { dir: "auto" }, resolve(view, text))));
  return { button, action: c["on-click-action"] ?? {}, el: h("div", { class: "cart-foot" }, line, button) };
}

/** Tells what is missing at its place, and goes to the first of them. */
function complete(view) {
  let first = null;
  for (const { el, problem, fault: wrong } of view.inputs.values()) {
    const why = wrong();
    problem.textContent = why;
    if (why) {
      el?.setAttribute("aria-invalid", "true");
      first ??= el;
    }
  }
  first?.focus();
  return !first;
}

async function act(view, action = {}) {
  const { run } = view;
  const payload = resolve(view, action.payload ?? {});
  if (action.name === "navigate") {
    const next = run.screens.find((s) => s.id === action.next?.name);
    if (!next) throw new Error(`This form has no screen ${action.next?.name}.`);
    openScreen(run, next, payload);
  } else if (action.name === "complete") {
    await say({ type: "form", message_id: run.bubble.id, answers: payload });
    for (const sheet of run.sheets.reverse()) sheet.close();
  } else if (action.name === "open_url" && /^https?:/u.test(action.url ?? "")) {
    window.open(action.url, "_blank", "noopener");
  } else {
    throw new Error("This form asks a server, which the simulator does not play.");
  }
}

/** `${form.x}`, `${data.x}` and `${screen.S.form.x}` as what stands for them; alone they keep their type. */
function resolve(view, value) {
  if (Array.isArray(value)) return value.map((v) => resolve(view, v));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(view, v)]));
  if (typeof value !== "string") return value;
  const whole = /^\$\{([^}]+)\}$/u.exec(value);
  if (whole) return look(view, whole[1]);
  return value.replace(/\$\{([^}]+)\}/gu, (_, path) => look(view, path) ?? "");
}

function look(view, path) {
  const [root, ...rest] = path.split(".");
  if (root === "screen") return dig(view.run.answers[rest[0]], rest.slice(2));
  return dig({ form: view.form, data: view.data }[root], rest);
}

const dig = (value, path) => path.reduce((at, key) => at?.[key], value);

/** The mark of a form that was answered. */
export const sentMark = () => h("span", { class: "action done", "data-testid": "flow-sent" }, icon("check"), h("span", {}, "Sent"));
