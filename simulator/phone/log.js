// The log: every exchange, newest first, as it happens.
import { api, follow } from "./api.js";
import { h, icon } from "./dom.js";

const MOST = 1000;
const entries = new Map();
const rows = new Map();
let last = 0;
const $ = (id) => document.getElementById(id);
const DIRECTION = { graph: ["in", "Business → WhatsApp", "graph"], webhook: ["out", "WhatsApp → business", "webhook"], control: ["page", "This page", "control"] };

const time = (ms) => new Intl.DateTimeFormat(navigator.language, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 }).format(ms);
const date = (ms) => new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium" }).format(ms);
const words = (v) => (typeof v === "string" ? v : JSON.stringify(v ?? ""));
const told = (v) => (typeof v === "string" ? v : (v.message ?? v.rule ?? JSON.stringify(v)));
const bad = (e) => e.violations?.length > 0;

/** One line that says what it was about. */
function gist(e) {
  const r = e.request ?? {};
  if (e.kind === "graph" && r.status === "read") return r.typing_indicator ? "read, typing…" : "read";
  if (e.kind === "graph" && r.type) return [r.type, r.interactive?.type, r.template?.name, r.text?.body ?? r.interactive?.body?.text].filter(Boolean).join(" · ");
  if (e.kind === "graph" && Array.isArray(r.requests)) return `${r.requests.length} items`;
  if (e.kind === "webhook") {
    const values = (r.entry ?? []).flatMap((x) => x.changes ?? []).map((c) => c.value ?? {});
    const said = values.flatMap((v) => (v.messages ?? []).map((m) => [m.type, m.text?.body ?? m.interactive?.button_reply?.title ?? m.interactive?.list_reply?.title].filter(Boolean).join(" · ")));
    const moved = values.flatMap((v) => (v.statuses ?? []).map((s) => s.status));
    return [...said, ...moved].join(", ");
  }
  return e.kind === "control" ? (r.type ?? "") : "";
}

function json(title, value) {
  let body = value;
  if (typeof value === "string") {
    try {
      body = JSON.parse(value);
    } catch {
      // Plain text then.
    }
  }
  const text = body === null || body === undefined || body === "" ? "(empty)" : typeof body === "string" ? body : JSON.stringify(body, null, 2);
  return h("section", {}, h("h3", {}, title), h("pre", { dir: "ltr", tabindex: "0", "aria-label": title }, text));
}

function make(e) {
  const [side, label, short] = DIRECTION[e.kind] ?? ["page", e.kind, e.kind];
  const failed = !e.status || e.status >= 400;
  const detail = h("tr", { class: "log-detail", hidden: true, "data-testid": "log-detail" });
  const id = `d${e.seq}`;
  detail.id = id;
  const open = h("button", { type: "button", class: "icon-button log-open", "aria-expanded": "false", "aria-controls": id, "aria-label": `Details of ${e.method} ${e.path}`, "data-testid": "log-open" }, icon("down"));
  const toggle = () => {
    if (!detail.firstChild) detail.append(h("td", { colspan: "5" }, bad(e) && h("ul", { class: "violations" }, e.violations.map((v) => h("li", {}, told(v)))), h("div", { class: "pair" }, json("Request", e.request), json("Response", e.response))));
    detail.hidden = !detail.hidden;
    open.setAttribute("aria-expanded", String(!detail.hidden));
  };
  const row = h(
    "tr",
    { class: `log-row ${side} ${bad(e) ? "violation" : ""}`, "data-testid": "log-row", "data-seq": String(e.seq), "data-kind": e.kind },
    h("td", { class: "log-time" }, h("time", { datetime: new Date(e.at_ms).toISOString(), title: date(e.at_ms) }, time(e.at_ms))),
    h("td", { class: "log-direction" }, h("span", { class: `tag ${side}`, title: label }, short, h("span", { class: "sr" }, ` ${label}`))),
    h("td", { class: "log-call" }, h("span", { class: "log-path", dir: "ltr" }, h("strong", {}, e.method), " ", e.path), h("span", { class: "log-gist", dir: "auto" }, gist(e)), bad(e) && h("span", { class: "log-violation" }, icon("alert"), e.violations.map(told).join(" · "))),
    h("td", { class: "log-status" }, h("span", { class: failed ? "status bad" : "status good" }, String(e.status || "none"))),
    h("td", { class: "log-more" }, open),
  );
  row.addEventListener("click", (event) => !getSelection()?.toString() && !event.target.closest("a") && toggle());
  return { row, detail, e, hay: `${e.kind} ${e.method} ${e.path} ${e.status} ${words(e.request)} ${words(e.response)} ${words(e.violations)}`.toLocaleLowerCase() };
}

function wanted({ e, hay }) {
  const on = (value) => document.querySelector(`.log-kinds input[value="${value}"]`)?.checked ?? true;
  if (!on(e.kind) || (on("violations") && !bad(e))) return false;
  return $("filter").value.toLocaleLowerCase().split(/\s+/u).every((w) => hay.includes(w));
}

let due = false;
function count() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    const shown = [...rows.values()].filter((r) => !r.row.hidden).length;
    const wrong = [...entries.values()].filter(bad).length;
    $("count").textContent = `${shown} of ${entries.size}${wrong ? `, ${wrong} with violations` : ""}`;
    $("none").hidden = shown > 0;
  });
}

function filter() {
  for (const r of rows.values()) {
    r.row.hidden = !wanted(r);
    if (r.row.hidden) r.detail.hidden = true;
  }
  count();
}

function add(e) {
  if (entries.has(e.seq)) return;
  entries.set(e.seq, e);
  last = Math.max(last, e.seq);
  const made = make(e);
  made.row.hidden = !wanted(made);
  rows.set(e.seq, made);
  $("rows").prepend(made.row, made.detail);
  if (entries.size > MOST) {
    const oldest = entries.keys().next().value;
    const gone = rows.get(oldest);
    gone.row.remove();
    gone.detail.remove();
    rows.delete(oldest);
    entries.delete(oldest);
  }
  count();
}

async function catchUp() {
  const fresh = await api.journal(last, MOST).catch(() => []);
  fresh.sort((a, b) => a.seq - b.seq).forEach(add);
  count();
}

$("filter").addEventListener("input", filter);
document.querySelectorAll(".log-kinds input").forEach((box) => box.addEventListener("change", filter));
follow((e) => e.kind === "journal" && add(e.entry), catchUp);
count();
