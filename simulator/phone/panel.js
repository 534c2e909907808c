// Beside the phone: whose phone it is, what time it is, what goes wrong.
import { api } from "./api.js";
import { avatar, h } from "./dom.js";
import { brief, moment, phone, span, summary } from "./format.js";
import { addCustomer, changeBsuid, changeCustomer, changeNumber, chat, customer, emit, loadFaults, now, on, select, setMarketing, shown, store, unread } from "./state.js";
import { focusComposer } from "./composer.js";
import { act, closeAll, formSheet, toast } from "./sheets.js";

const $ = (id) => document.getElementById(id);

/** On a narrow screen the panel covers the phone. */
export function showPanel(open) {
  document.body.classList.toggle("panel-open", open);
  document.querySelector(".phone").inert = open;
  $("menu").setAttribute("aria-expanded", String(open));
  if (open) ($("customers").querySelector("[aria-current=true]") ?? $("add-customer")).focus();
}

export async function pick(id) {
  closeAll();
  showPanel(false);
  if (id !== store.current) await select(id);
  focusComposer();
}

const identity = (c) => (c.phone_visible === false ? `number hidden · ${c.bsuid ?? ""}` : phone(c.phone) || c.bsuid);

function row(c) {
  const last = shown(c.id).filter((b) => b.message?.type !== "reaction").at(-1);
  const n = c.id === store.current ? 0 : unread(c.id);
  const when = last && brief(last.at_ms, now());
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "customer", "data-testid": `customer-${c.id}`, "data-phone": c.phone, "data-focus": c.id, "aria-current": c.id === store.current ? "true" : null, onclick: (e) => act(e.currentTarget, () => pick(c.id)) },
      avatar(c.name),
      h("span", { class: "customer-text" }, h("span", { class: "customer-name", dir: "auto" }, c.name || "No name"), h("small", { class: "customer-id" }, identity(c)), last && h("span", { class: "customer-last", dir: "auto" }, (last.from === "customer" ? "You: " : "") + summary(last.message))),
      h("span", { class: "customer-side" }, when && h("time", {}, when), n > 0 && h("span", { class: "badge" }, String(n), h("span", { class: "sr" }, " unread"))),
    ),
  );
}

function drawCustomers() {
  const box = $("customers");
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  box.replaceChildren(...store.customers.map(row));
  if (focused) box.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  const none = store.customers.length === 0;
  $("no-customers").hidden = !none;
  $("edit-customer").disabled = !customer();
  document.body.classList.toggle("no-chat", !customer());
}

export function openAddCustomer(given = {}) {
  formSheet({
    title: "New customer",
    testid: "customer-sheet",
    action: "Start chatting",
    fields: [
      { name: "name", label: "Name", required: true, value: given.name, placeholder: "Ayşe" },
      { name: "phone", label: "Phone", hint: "made up when empty", type: "tel", dir: "ltr", value: given.phone, placeholder: "+90 5…" },
      { name: "username", label: "Username", hint: "optional", dir: "ltr" },
      { name: "hidden", label: "Number hidden", hint: "the business sees only a business-scoped user id (BSUID)", type: "checkbox" },
    ],
    send: async (v) => {
      const digits = v.phone.replace(/[\s().-]/gu, "");
      if (digits && !/^\+?\d{7,15}$/u.test(digits)) throw new Error("A phone number has 7 to 15 digits, with the country code: +90 555 111 22 33.");
      const made = await addCustomer({ name: v.name, ...(digits && { phone: digits.startsWith("+") ? digits : `+${digits}` }), ...(v.username && { username: v.username.replace(/^@/u, "") }), phone_visible: !v.hidden });
      setTimeout(() => pick(made.id).catch((e) => toast(e.message, "bad")));
    },
  });
}

function openEditCustomer() {
  const c = customer();
  if (!c) return;
  const other = (label, about, work) => {
    const button = h("button", { type: "button", class: "quiet", onclick: async () => (await act(button, work)) && toast(about) }, label);
    return button;
  };
  const sheet = formSheet({
    title: c.name || "Customer",
    testid: "customer-sheet",
    action: "Save",
    fields: [
      { name: "name", label: "Name", required: true, value: c.name },
      { name: "username", label: "Username", hint: "optional", dir: "ltr", value: c.username ?? "" },
      { name: "hidden", label: "Number hidden", hint: "the business sees only a business-scoped user id (BSUID)", type: "checkbox", value: c.phone_visible === false },
    ],
    send: (v) => changeCustomer(c.id, { name: v.name, username: v.username.replace(/^@/u, "") || null, phone_visible: !v.hidden }),
  });
  sheet.panel.querySelector(".form").append(
    h("div", { class: "button-row" }, other("New number", "The number and the BSUID are new.", () => changeNumber(c.id)), other("New id only", "The BSUID is new, the number stays.", () => changeBsuid(c.id, "both"))),
    h("div", { class: "button-row" }, other("Stop marketing", "Offers are stopped.", () => setMarketing(c.id, "stop")), other("Resume", "Offers are welcome again.", () => setMarketing(c.id, "resume"))),
  );
}

export async function createAyse(button) {
  await act(button, async () => pick((await addCustomer({ name: "Ayşe" })).id));
}

// ---- clock

function drawClock() {
  $("clock-now").textContent = moment(now());
  const ahead = store.clockOffset;
  $("clock-ahead").textContent = Math.abs(ahead) < 5000 ? "real time" : `${ahead > 0 ? "+" : "−"}${span(Math.abs(ahead) + 30000)}`;
  const ends = customer() ? chat().windowEnds : null;
  const left = ends === null ? 0 : ends - now();
  $("window-left").textContent = !customer() || ends === null ? "not open yet" : left > 0 ? `open for ${span(left)}` : "closed";
}

async function advance(seconds) {
  const { now_ms } = await api.advance(seconds);
  store.clockOffset = now_ms - Date.now();
  emit("clock");
}

// ---- faults

const FAULTS = [
  ["down", "Down", "no answer to what the business sends", {}],
  ["slow", "Slow", "every answer takes 3 seconds", { delay_ms: 3000 }],
  ["lost_answer", "Lost answer", "the message arrives, the answer does not", {}],
  ["duplicate_webhooks", "Duplicates", "every webhook comes twice", {}],
  ["shuffle_webhooks", "Shuffle", "webhooks come out of order", {}],
  ["hold_webhooks", "Hold back", "webhooks wait", {}],
];

function drawFaults() {
  for (const [kind] of FAULTS) $(`fault-${kind}`).checked = store.faults.some((f) => f.kind === kind);
  $("faults-on").textContent = store.faults.length ? `${store.faults.length} on` : "";
  $("clear-faults").disabled = store.faults.length === 0;
}

const setFault = (kind, extra, wanted) => (wanted ? api.addFault({ kind, ...extra }) : api.clearFaults(kind));

export function startPanel() {
  $("menu").addEventListener("click", () => showPanel(!document.body.classList.contains("panel-open")));
  $("panel-close").addEventListener("click", () => (showPanel(false), $("menu").focus()));
  $("panel").addEventListener("keydown", (e) => e.key === "Escape" && document.body.classList.contains("panel-open") && (showPanel(false), $("menu").focus()));
  $("add-customer").addEventListener("click", () => (showPanel(false), openAddCustomer()));
  $("edit-customer").addEventListener("click", () => (showPanel(false), openEditCustomer()));
  for (const [id, seconds] of [["clock-hour", 3600], ["clock-day", 86400]]) $(id).addEventListener("click", (e) => act(e.currentTarget, () => advance(seconds)));
  $("faults").append(
    ...FAULTS.map(([kind, label, about, extra]) => {
      const box = h("input", { type: "checkbox", class: "switch", id: `fault-${kind}`, "data-testid": `fault-${kind}` });
      box.addEventListener("change", () => act(box, () => setFault(kind, extra, box.checked)).finally(() => loadFaults().catch(() => {})));
      return h("li", { class: "field field-switch" }, h("label", { for: box.id }, label, h("small", {}, about)), box);
    }),
  );
  $("clear-faults").addEventListener("click", (e) => act(e.currentTarget, async () => (await api.clearFaults(), await loadFaults())));
  $("flush").addEventListener("click", (e) =>
    act(e.currentTarget, async () => {
      const r = await api.flush();
      toast(`Webhooks: ${r.delivered ?? 0} delivered, ${r.failed ?? 0} failed, ${r.pending ?? 0} waiting.`, r.failed ? "bad" : "");
    }),
  );
  for (const kind of ["customers", "select", "unread", "chat", "bubble"]) on(kind, drawCustomers);
  for (const kind of ["select", "clock", "window", "bubble"]) on(kind, drawClock);
  on("faults", drawFaults);
  on("arrived", () => showPanel(false));
  matchMedia("(min-width: 820px)").addEventListener("change", () => document.body.classList.contains("panel-open") && showPanel(false));
  setInterval(drawClock, 1000);
  drawClock();
}
