// Interactive messages and templates: what they show, and what a tap on them sends.
import { h, icon, picture, rove } from "./dom.js";
import * as money from "./money.js";
import { safeUrl } from "./format.js";
import { api } from "./api.js";
import { answered, emit, say, store } from "./state.js";
import { act, formSheet, openSheet } from "./sheets.js";
import { find, goods } from "./cart.js";
import { openCatalog, openProduct, openProducts, priceTag } from "./catalog.js";
import { documentPart, image, locationPart, text, unsupported, videoPart } from "./parts.js";
import { shareLocation } from "./share.js";
import { stayHere } from "./arrive.js";
import { openFlow, sentMark } from "./flow.js";

const tap = (bubble, choice) => say({ type: "tap", message_id: bubble.id, choice_id: choice });

function action(label, iconName, onclick, props = {}) {
  return h("button", { type: "button", class: "action", onclick, ...props }, iconName && icon(iconName), h("span", { dir: "auto" }, label));
}

/** A reply button: tappable for ever, as on a phone. */
function choice(bubble, id, title) {
  const button = action(title, "reply", () => act(button, () => tap(bubble, id)), { "data-testid": "bubble-choice", "data-choice-id": id });
  return button;
}

function linkAction(label, url) {
  const href = safeUrl(url);
  if (href) {
    const a = h("a", { class: "action", href, target: "_blank", rel: "noopener noreferrer", "data-testid": "cta-url" }, icon("link"), h("span", { dir: "auto" }, label));
    stayHere(a);
    return a;
  }
  return action(label, "link", () => {}, { disabled: true });
}

/** What a form's button does; once it was answered, that it was. */
function formAction(bubble, label, parameters) {
  if (answered(bubble.id, "nfm_reply")) return sentMark();
  const button = action(label ?? "Open", "form", () => act(button, () => openFlow(bubble, parameters)), { "data-testid": "open-flow", "aria-haspopup": "dialog" });
  return button;
}

/** The button that shares the own number, once. */
function numberAction(bubble, label) {
  if (answered(bubble.id, "contacts")) return h("span", { class: "action done", "data-testid": "contact-shared" }, icon("check"), h("span", {}, "Shared"));
  const button = action(label, "person", () => act(button, () => say({ type: "share_contact", message_id: bubble.id })), { "data-testid": "share-contact" });
  return button;
}

function header(head) {
  if (!head) return null;
  if (head.type === "text") return h("div", { class: "headline", dir: "auto" }, head.text);
  if (head.type === "image") return image(head.image);
  if (head.type === "video") return videoPart(head.video);
  if (head.type === "document") return documentPart(head.document);
  if (head.type === "location") return locationPart(head.location ?? {});
  return null;
}

/** { content, actions }: what stands in the bubble, and the rows under it. */
export function interactive(bubble) {
  const i = bubble.message.interactive;
  if (!i) return { content: unsupported("interactive", "An old message, sent again."), actions: [] };
  const build = KINDS[i.type];
  if (!build) return { content: [header(i.header), i.body && text(i.body.text), unsupported(i.type)], actions: [] };
  const made = build(bubble, i) ?? {};
  return {
    content: [made.above, header(i.header), i.body && text(i.body.text), made.content, i.footer && h("div", { class: "footnote", dir: "auto" }, i.footer.text)],
    actions: made.actions ?? [],
    after: made.after,
  };
}

const reply = (r) => ({ content: [text(r.title), r.description && h("div", { class: "footnote", dir: "auto" }, r.description)] });

const KINDS = {
  button: (b, i) => ({ actions: (i.action?.buttons ?? []).map((x) => choice(b, x.reply?.id, x.reply?.title)) }),
  list: (b, i) => ({ actions: [action(i.action?.button, "list", () => openList(b, i), { "data-testid": "open-list", "aria-haspopup": "dialog" })] }),
  product: (b, i) => productKind(find(i.action?.product_retailer_id)),
  product_list: (b, i) => {
    const sections = i.action?.sections ?? [];
    const items = sections.flatMap((s) => s.product_items ?? []).map((p) => find(p.product_retailer_id)).filter(Boolean);
    const open = () => openProducts(i.header?.text ?? "Products", sections);
    return {
      above: cover(items, `${items.length} ${items.length === 1 ? "product" : "products"}`, open),
      actions: [action("View products", "basket", open, { "data-testid": "open-products", "aria-haspopup": "dialog" })],
    };
  },
  catalog_message: (b, i) => {
    const thumb = find(i.action?.parameters?.thumbnail_product_retailer_id);
    return {
      above: cover([thumb, ...goods().filter((x) => x !== thumb)].filter(Boolean), `${store.account?.business_name ?? "Our"} catalog`, openCatalog),
      actions: [action("View catalog", "shop", openCatalog, { "data-testid": "bubble-open-catalog", "aria-haspopup": "dialog" })],
    };
  },
  cta_url: (b, i) => ({ actions: [linkAction(i.action?.parameters?.display_text, i.action?.parameters?.url)] }),
  flow: (b, i) => ({ actions: [formAction(b, i.action?.parameters?.flow_cta, i.action?.parameters ?? {})] }),
  location_request_message: (b) => ({ actions: [action("Send location", "pin", () => shareLocation(b.id), { "data-testid": "share-location" })] }),
  request_contact_info: (b) => ({ actions: [numberAction(b, "Share phone number")] }),
  address_message: (b, i) => ({ actions: [action("Give address", "form", () => openAddress(b, i.action?.parameters ?? {}))] }),
  carousel: (b, i) => ({ after: h("ul", { class: "carousel", tabindex: "0", "aria-label": "Cards" }, (i.action?.cards ?? []).map((c) => card(b, c))) }),
  order_details: (b, i) => payment(i.action?.parameters ?? {}),
  order_status: (b, i) => ({ content: h("p", { class: "status-line" }, icon("basket"), `Order ${i.action?.parameters?.reference_id ?? ""}: `, h("strong", {}, i.action?.parameters?.order?.status ?? "")) }),
  button_reply: (b, i) => reply(i.button_reply ?? {}),
  list_reply: (b, i) => reply(i.list_reply ?? {}),
  nfm_reply: (b, i) => ({ content: h("div", { class: "contact" }, h("span", { class: "file-icon" }, icon("form")), h("span", { class: "file-text" }, h("span", { class: "file-name" }, i.nfm_reply?.body ?? "Sent"), h("small", {}, "Form answered"))) }),
};

function productKind(item) {
  if (!item) return { above: unsupported("product", "This product is not available any more.") };
  return {
    above: h("button", { type: "button", class: "product-card", "data-testid": "product-card", "data-sku": item.retailer_id, onclick: () => openProduct(item) }, picture(item.image_link, item.title, "wide"), h("span", { class: "product-card-text" }, h("span", { class: "item-title", dir: "auto" }, item.title), priceTag(item))),
    actions: [action("View", "basket", () => openProduct(item), { "data-testid": "open-product", "aria-haspopup": "dialog" })],
  };
}

function cover(items, label, onclick) {
  if (!items.length) return null;
  return h("button", { type: "button", class: "cover", "aria-label": label, onclick }, h("span", { class: "cover-row" }, items.slice(0, 3).map((x) => picture(x.image_link, x.title))), h("span", { class: "cover-label", dir: "auto" }, label));
}

function card(bubble, c) {
  const item = c.action?.product_retailer_id && find(c.action.product_retailer_id);
  const buttons = (c.action?.buttons ?? []).map((x) => choice(bubble, x.quick_reply?.id ?? x.reply?.id, x.quick_reply?.title ?? x.reply?.title));
  const url = c.action?.parameters?.url && linkAction(c.action.parameters.display_text, c.action.parameters.url);
  const made = c.type === "product" ? productKind(item) : { above: [header(c.header), c.body && text(c.body.text)], actions: [url, ...buttons].filter(Boolean) };
  return h("li", { class: "card" }, h("div", { class: "card-body" }, made.above), made.actions);
}

/** Sections and rows; one tap sends at once. */
function openList(bubble, i) {
  const box = h("div", { class: "rows", role: "list" }, (i.action?.sections ?? []).map((s) => [
    s.title && h("h3", { class: "group-title", dir: "auto" }, s.title),
    (s.rows ?? []).map((r) => {
      const button = h(
        "button",
        { type: "button", class: "row", "data-testid": "list-row", "data-choice-id": r.id, onclick: async () => (await act(button, () => tap(bubble, r.id))) && sheet.close() },
        h("span", { class: "row-text" }, h("span", { class: "row-title", dir: "auto" }, r.title), r.description && h("span", { class: "row-about", dir: "auto" }, r.description)),
        h("span", { class: "row-mark", "aria-hidden": "true" }),
      );
      return h("div", { role: "listitem" }, button);
    }),
  ]));
  box.querySelector(".row")?.setAttribute("data-autofocus", "");
  const sheet = openSheet({ title: i.action?.button ?? "Choose", body: box, testid: "list-sheet" });
  rove(box, ".row");
}

const raw = (bubble, type, body) => say({ type: "raw", message: { type: "interactive", context: { id: bubble.id }, interactive: { type, [type]: body } } });

function openAddress(bubble, p) {
  const names = ["name", "phone_number", "in_pin_code", "house_number", "building_name", "address", "city", "state"];
  formSheet({
    title: "Address",
    action: "Send address",
    fields: names.map((name) => ({ name, label: name.replace(/^in_/u, "").replace(/_/gu, " "), value: p.values?.[name] ?? "" })),
    send: (values) => raw(bubble, "nfm_reply", { name: "address_message", body: Object.values(values).filter(Boolean).join("\n"), response_json: JSON.stringify({ values }) }),
  });
}

function payment(p) {
  const show = (amount) => money.show(money.fromOffset(amount, p.currency));
  const o = p.order ?? {};
  const rows = [...(o.items ?? []).map((x) => [`${x.quantity} × ${x.name}`, money.show(money.times(money.fromOffset(x.sale_amount ?? x.amount, p.currency), x.quantity))]), ["Subtotal", o.subtotal && show(o.subtotal)], ["Tax", o.tax?.value ? show(o.tax) : null], ["Delivery", o.shipping && show(o.shipping)], ["Discount", o.discount?.value ? `−${show(o.discount)}` : null], ["Total", show(p.total_amount)]];
  return { content: h("dl", { class: "bill" }, rows.filter(([, v]) => v).map(([k, v]) => h("div", {}, h("dt", { dir: "auto" }, k), h("dd", {}, v)))) };
}

// Templates as they were registered, asked for when the first one is shown.
let templates = null;
function registered(t) {
  if (!templates) {
    templates = [];
    api.templates(store.account?.phone_number_id).then((all) => (templates = all, all.length && emit("templates")), () => {});
  }
  return templates.find((x) => x.name === t.name && x.language === t.language?.code)?.components;
}
export const forgetTemplates = () => (templates = null);

const kind = (c) => String(c.type).toLowerCase();
const value = (p) => p?.text ?? p?.currency?.fallback_value ?? p?.date_time?.fallback_value ?? "";
const filled = (text, given) => String(text ?? "").replace(/\{\{\s*([^}\s]+)\s*\}\}/gu, (all, name) => value(given.find((p) => p.parameter_name === name) ?? given[Number(name) - 1]) || all);

/** A template: with its registered text when that is known, else its name and what was put into it. */
export function template(bubble) {
  const t = bubble.message.template ?? {};
  const parts = t.components ?? [];
  const known = registered(t);
  const part = (name) => known?.find((c) => kind(c) === name);
  const given = (name) => parts.filter((c) => kind(c) === name).flatMap((c) => c.parameters ?? []);
  const texts = given("header").some((p) => p.type !== "text") ? [] : [filled(part("header")?.text, given("header")) || given("header").map(value).join(" ")];
  const head = texts.map((x) => x && h("div", { class: "headline", dir: "auto" }, x)).concat(given("header").filter((p) => p.type !== "text").map((p) => (p.type === "product" ? productKind(find(p.product?.product_retailer_id)).above : header(p))));
  const body = part("body")?.text
    ? text(filled(part("body").text, given("body")))
    : [h("div", { class: "template-name" }, `Template ${t.name ?? ""} · ${t.language?.code ?? ""}`), given("body").length > 0 && h("dl", { class: "bill" }, given("body").map((p, n) => h("div", {}, h("dt", {}, p.parameter_name ?? String(n + 1)), h("dd", { dir: "auto" }, value(p)))))];
  const foot = part("footer")?.text && h("div", { class: "footnote", dir: "auto" }, part("footer").text);
  const buttons = part("buttons")?.buttons ?? [];
  const sent = parts.filter((c) => kind(c) === "button");
  const all = buttons.length ? buttons.map((b, i) => [b, sent.find((c) => Number(c.index) === i)]) : sent.map((c) => [null, c]);
  return { content: [head, body, foot], actions: all.map(([b, c]) => templateButton(bubble, b, c)).filter(Boolean) };
}

function templateButton(bubble, b, c) {
  const p = c?.parameters?.[0] ?? {};
  const sort = String(c?.sub_type ?? b?.type).toLowerCase();
  const label = b?.text ?? null;
  switch (sort) {
    case "quick_reply": return p.payload ? choice(bubble, p.payload, label ?? p.payload) : action(label, "reply", () => say({ type: "raw", message: { type: "button", button: { payload: label, text: label }, context: { id: bubble.id } } }));
    case "url": return b?.url ? linkAction(label, b.url.replace(/\{\{1\}\}/u, p.text ?? "")) : action(p.text ? `Link: …${p.text}` : "Link", "link", () => {}, { disabled: true });
    case "catalog": return action(label ?? "View catalog", "shop", openCatalog);
    case "mpm": return action(label ?? "View products", "basket", () => openProducts(label ?? "Products", p.action?.sections ?? []));
    case "copy_code": return action(label ?? `Copy ${p.coupon_code ?? p.text ?? "code"}`, "file", () => navigator.clipboard?.writeText(p.coupon_code ?? p.text ?? ""));
    case "flow": return formAction(bubble, label ?? "Open form", { flow_id: b?.flow_id, flow_name: b?.flow_name, flow_action_payload: { screen: b?.navigate_screen, data: p.action?.flow_action_data } });
    case "phone_number": return action(label ?? "Call", "person", () => {}, { disabled: true });
    case "request_contact_info": return numberAction(bubble, label ?? "Share phone number");
    default: return action(label ?? sort, "link", () => {}, { disabled: true });
  }
}
