// How a person comes into the chat: a link, an ad, a product page; and who else writes there.
import { h } from "./dom.js";
import { api } from "./api.js";
import { customer, emit, loadAccounts, on, sayOdd, store } from "./state.js";
import { act, formSheet, openSheet, toast } from "./sheets.js";
import { fromAd, write } from "./composer.js";
import { openCatalog, openProduct } from "./catalog.js";
import { find } from "./cart.js";

const $ = (id) => document.getElementById(id);
const digits = (text) => String(text ?? "").replace(/\D/gu, "");

/** What a wa.me address asks for; null when it is none. */
export function waLink(text) {
  let url;
  try {
    url = new URL(/^[a-z]+:/iu.test(text.trim()) ? text.trim() : `https://${text.trim()}`);
  } catch {
    return null;
  }
  const parts = url.pathname.split("/").filter(Boolean);
  const words = url.searchParams.get("text") ?? "";
  if (/^(www\.)?wa\.me$/iu.test(url.hostname)) {
    if (parts[0] === "message" && parts[1]) return { code: parts[1] };
    if (parts[0] === "c") return { number: digits(parts[1]), catalog: true };
    if (parts[0] === "p") return { number: digits(parts[2]), product: parts[1] };
    return { number: digits(parts[0]), words };
  }
  if (/^((api|web)\.)?whatsapp\.com$/iu.test(url.hostname) && parts[0] === "send") return { number: digits(url.searchParams.get("phone")), words };
  return url.searchParams.has("text") ? { words } : null;
}

/** Opens a wa.me link as a phone does. */
export async function openLink(text) {
  const link = waLink(text);
  if (!link) throw new Error("This is no wa.me link.");
  let { number, words } = link;
  if (link.code) {
    const short = await api.link(link.code);
    number = digits(store.accounts.find((a) => a.phone_number_id === short.phone_number_id)?.display_phone_number);
    words = short.prefilled_message;
  }
  if (number && number !== digits(store.account?.display_phone_number)) throw new Error(`This link leads to +${number}, which is another chat.`);
  if (link.catalog) return openCatalog();
  if (link.product) {
    const item = find(link.product);
    if (!item) throw new Error("This product is not available any more.");
    return openProduct(item);
  }
  return write(words);
}

/** A link in a message: those of WhatsApp stay in here. */
export function stayHere(a) {
  if (!/^https?:\/\/((www\.)?wa\.me|((api|web)\.)?whatsapp\.com)\//iu.test(a.href)) return;
  a.addEventListener("click", (e) => {
    e.preventDefault();
    act(null, () => openLink(a.href));
  });
}

function openAd() {
  formSheet({
    title: "Come from an ad",
    intro: "The chat opens with the ad above the first words. Nothing is sent before you press Send.",
    testid: "ad-sheet",
    action: "Open the chat",
    fields: [
      { name: "headline", label: "Headline", value: "Fresh this week", required: true },
      { name: "body", label: "Text", value: "Write to us and we put it aside for you.", rows: 2 },
      { name: "source_id", label: "Id of the ad", value: "120210000000000001", required: true, dir: "ltr" },
      { name: "source_type", label: "Kind", value: "ad", options: [["ad", "Ad"], ["post", "Post"]] },
      { name: "image_url", label: "Picture", hint: "an address, optional", dir: "ltr" },
      { name: "words", label: "First words", value: "Hello! Can I get more info on this?", rows: 2 },
    ],
    send: ({ words, image_url, ...ad }) => fromAd({ ...ad, image_url: image_url || null }, words),
  });
}

// What no button of a phone does, but what a business hears all the same.
const ODD = [
  ["poll", "A poll", "unsupported: the business only hears that something came", { type: "unsupported", kind: "poll" }],
  ["group", "A word in a group", "in which the business is", { type: "text", body: "Who is coming on Friday?", group_id: "group-1" }],
  ["resend", "An old bubble again", "arrives without its content, with error 131000", { type: "resend" }],
  ["call", "“You may call me”", "call permission, for a week", { type: "call_permission", response: "accept" }],
  ["nocall", "“Do not call me”", "call permission refused", { type: "call_permission", response: "reject" }],
  ["card", "A card for a payment", "payment_method, as in Brazil", { type: "payment_method", reference_id: "ORD-1" }],
  ["often", "Forwarded many times", "a text that went around", { type: "text", body: "Have you seen this?", forwarded: "frequently" }],
];

export function openOdd() {
  const row = ([name, title, about, message]) => {
    const button = h("button", { type: "button", class: "row", "data-testid": `odd-${name}`, onclick: async () => (await act(button, () => sayOdd(message))) && sheet.close() }, h("span", { class: "row-text" }, h("span", { class: "row-title" }, title), h("span", { class: "row-about" }, about)));
    return button;
  };
  const sheet = openSheet({ title: "Something odd", testid: "odd-sheet", body: h("div", { class: "rows" }, ODD.map(row)) });
}

const SAMPLES = {
  account_update: { event: "ACCOUNT_RESTRICTION", restriction_info: [{ restriction_type: "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", expiration: 1800000000 }] },
  phone_number_quality_update: { display_phone_number: "", event: "THROUGHPUT_UPGRADE", current_limit: "TIER_UNLIMITED", old_limit: "TIER_10K" },
  message_template_status_update: { event: "PAUSED", message_template_id: 12345678, message_template_name: "order_update", message_template_language: "tr", reason: "NONE" },
  message_template_quality_update: { previous_quality_score: "GREEN", new_quality_score: "YELLOW", message_template_id: 12345678, message_template_name: "order_update", message_template_language: "tr" },
  template_category_update: { message_template_id: 12345678, message_template_name: "order_update", message_template_language: "tr", previous_category: "UTILITY", new_category: "MARKETING" },
  business_capability_update: { max_daily_conversations_per_business: 2000, max_phone_numbers_per_business: 25 },
  account_alerts: { entity_type: "WABA", alert_severity: "INFO", alert_status: "ACTIVE", alert_type: "OBA_APPROVED", alert_description: "…" },
  flows: { event: "FLOW_STATUS_CHANGE", flow_id: "1", old_status: "PUBLISHED", new_status: "THROTTLED" },
  something_new: { hello: "world" },
};

function openField() {
  const sample = (name) => {
    const value = { ...SAMPLES[name] };
    if ("display_phone_number" in value) value.display_phone_number = digits(store.account?.display_phone_number);
    return JSON.stringify(value, null, 2);
  };
  const names = Object.keys(SAMPLES);
  formSheet({
    title: "A webhook of another field",
    intro: "What WhatsApp tells about account, templates, limits. The value goes out as it stands here.",
    testid: "field-sheet",
    action: "Send webhook",
    fields: [
      { name: "field", label: "Field", value: names[0], options: names.map((n) => [n, n]), onchange: (select, inputs) => (inputs.get("value").value = sample(select.value)) },
      { name: "value", label: "Value", hint: "JSON", rows: 9, value: sample(names[0]), dir: "ltr" },
    ],
    send: async ({ field, value }) => {
      let json;
      try {
        json = JSON.parse(value);
      } catch {
        throw new Error("The value is no JSON.");
      }
      await api.field({ field, value: json, to: store.account?.phone_number_id });
      toast(`${field} is told.`);
    },
  });
}

export function startArrive() {
  $("link-form").addEventListener("submit", (e) => {
    e.preventDefault();
    act($("link-open"), async () => {
      await openLink($("link-input").value);
      $("link-input").value = "";
      emit("arrived");
    });
  });
  $("from-ad").addEventListener("click", () => (emit("arrived"), openAd()));
  $("welcome-switch").addEventListener("change", (e) => act(e.currentTarget, async () => (await api.number(store.account.phone_number_id, { welcome: e.target.checked }), await loadAccounts())));
  $("staff-form").addEventListener("submit", (e) => {
    e.preventDefault();
    const words = $("staff-input").value.trim();
    if (!words || !customer()) return;
    act($("staff-send"), async () => {
      await api.echo({ customer: customer().id, type: "text", body: words, to: store.account?.phone_number_id });
      $("staff-input").value = "";
    });
  });
  $("any-field").addEventListener("click", () => (emit("arrived"), openField()));
  const draw = () => {
    $("welcome-switch").checked = store.account?.welcome === true;
    for (const id of ["link-open", "from-ad", "staff-send"]) $(id).disabled = !customer();
  };
  for (const kind of ["select", "customers", "clock"]) on(kind, draw);
}
