// The phone's own cart: one per customer and business, kept on this device. It can hold 99 of a thing.
import { h, icon, iconButton, picture } from "./dom.js";
import * as money from "./money.js";
import { customer, emit, on, say, store } from "./state.js";
import { act, closeAll, openSheet } from "./sheets.js";

export const MOST = 99;
const key = () => `phone.cart.${customer()?.id}.${customer()?.phone ?? customer()?.bsuid}.${store.account?.phone_number_id}`;
const kept = new Map();

function read() {
  if (!kept.has(key())) {
    let saved = { items: {}, note: "" };
    try {
      saved = JSON.parse(localStorage.getItem(key())) ?? saved;
    } catch {
      // Nothing kept, or not ours.
    }
    kept.set(key(), saved);
  }
  return kept.get(key());
}

function write(cart) {
  kept.set(key(), cart);
  try {
    localStorage.setItem(key(), JSON.stringify(cart));
  } catch {
    // Then it lives as long as the page.
  }
  emit("cart");
}

/** What a phone shows: approved, and not hidden. */
export const visible = (item) => /^(approved|)$/iu.test(item.review_status ?? "") && !/^(rejected|pending|hidden|outdated|staging|archived|deleted)$/iu.test(item.whatsapp_status ?? "") && !/^(hidden|staging)$/iu.test(item.visibility ?? "");
export const goods = () => store.catalog.filter(visible);
export const find = (sku) => goods().find((i) => i.retailer_id === sku);
export const sellable = (item) => !item.availability || /^(in[ _]stock|available for order|preorder|available_for_order)$/iu.test(item.availability);
export const price = (item) => money.parse(item.sale_price || item.price, item.currency);
export const variant = (item) => [item.color, item.size].filter(Boolean).join(" · ");

export const quantity = (sku) => read().items[sku] ?? 0;
/** Lines whose goods are still for sale, as a phone does it. */
export const lines = () => Object.entries(read().items).map(([sku, n]) => ({ sku, n, item: find(sku) })).filter((l) => l.item && sellable(l.item));
export const count = () => lines().reduce((n, l) => n + l.n, 0);
export const total = () => money.sum(lines().map((l) => price(l.item) && money.times(price(l.item), l.n)));

export function setQuantity(sku, n) {
  const cart = read();
  const items = { ...cart.items, [sku]: Math.max(0, Math.min(MOST, n)) };
  if (!items[sku]) delete items[sku];
  write({ ...cart, items });
}

/** − 2 +: follows the cart by itself. */
export function stepper(item) {
  const sku = item.retailer_id;
  const shown = h("output", { class: "count", "data-testid": "item-quantity", "aria-label": "In the cart" });
  const step = (by) => () => setQuantity(sku, quantity(sku) + by);
  const minus = iconButton("minus", `One less: ${item.title}`, step(-1), { class: "icon-button step", "data-testid": "item-minus" });
  const plus = iconButton("plus", `Add: ${item.title}`, step(1), { class: "icon-button step", "data-testid": "item-plus" });
  const box = h("div", { class: "stepper", role: "group", "aria-label": item.title }, minus, shown, plus);
  const draw = () => {
    const n = quantity(sku);
    const focused = document.activeElement;
    shown.textContent = n || "";
    box.classList.toggle("unused", n === 0);
    minus.disabled = n === 0;
    plus.disabled = n >= MOST || !sellable(item) || store.account?.is_cart_enabled === false;
    // A button that is switched off would drop the focus: its neighbour takes it.
    if (focused === minus && n === 0) plus.focus();
    if (focused === plus && n >= MOST) minus.focus();
  };
  box.redraw = draw;
  draw();
  return box;
}

// Whatever shows the cart follows it.
on("cart", () => document.querySelectorAll(".stepper").forEach((s) => s.redraw?.()));
on("cart", () => document.querySelectorAll("[data-cart-bar]").forEach((b) => b.redraw?.()));

/** The bar under catalog sheets: how many, how much, and the way to the cart. */
export function cartBar() {
  const label = h("span", {});
  const sum = h("strong", { dir: "auto" });
  const bar = h("button", { type: "button", class: "primary wide", "data-cart-bar": "", "data-testid": "open-cart", onclick: () => openCart() }, icon("basket"), label, sum);
  bar.redraw = () => {
    const n = count();
    label.textContent = n === 0 ? "Cart is empty" : `View cart (${n})`;
    sum.textContent = n === 0 ? "" : money.show(total());
    bar.disabled = n === 0;
  };
  bar.redraw();
  return bar;
}

export function openCart() {
  const list = h("ul", { class: "lines" });
  const sum = h("strong", { "data-testid": "cart-total", dir: "auto" });
  const empty = h("p", { class: "empty" }, "Nothing here yet. Add something from the catalog.");
  const note = h("textarea", { id: "cart-note", "data-testid": "cart-note", rows: "2", dir: "auto", maxlength: "1000", placeholder: "A wish, a greeting, a question…" }, read().note);
  note.addEventListener("input", () => write({ ...read(), note: note.value }));
  const send = h("button", { type: "button", class: "primary wide", "data-testid": "cart-send" }, icon("send"), "Send to business");
  send.addEventListener("click", () =>
    act(send, async () => {
      const items = lines().map((l) => ({ sku: l.sku, quantity: l.n }));
      await say({ type: "order", items, ...(note.value.trim() ? { text: note.value.trim() } : {}) });
      write({ items: {}, note: "" });
      closeAll();
    }),
  );

  let drawn = null;
  const draw = () => {
    const all = lines();
    const now = all.map((l) => l.sku).join("\n");
    // Lines are only built anew when one comes or goes, so the focus stays on the button being pressed.
    if (now !== drawn) {
      drawn = now;
      list.replaceChildren(...all.map(({ item }) => line(item)));
    }
    for (const l of all) list.querySelector(`[data-sku="${CSS.escape(l.sku)}"] .line-total`).textContent = price(l.item) ? money.show(money.times(price(l.item), l.n)) : "";
    sum.textContent = money.show(total());
    empty.hidden = all.length > 0;
    send.disabled = all.length === 0;
  };
  draw();
  cartDraw = draw;
  openSheet({
    title: "Your cart",
    tall: true,
    testid: "cart-sheet",
    body: h("div", { class: "cart" }, empty, list, h("div", { class: "field" }, h("label", { for: "cart-note" }, "Note to the business"), note)),
    footer: h("div", { class: "cart-foot" }, h("div", { class: "cart-total" }, h("span", {}, "Estimated total"), sum), send),
    onClose: () => (cartDraw = null),
  });
}

let cartDraw = null;
on("cart", () => cartDraw?.());
on("catalog", () => cartDraw?.());

function line(item) {
  return h(
    "li",
    { class: "line", "data-testid": "cart-line", "data-sku": item.retailer_id },
    picture(item.image_link, item.title, "small"),
    h("div", { class: "line-text" }, h("span", { class: "line-title", dir: "auto" }, item.title), variant(item) && h("small", { dir: "auto" }, variant(item)), h("small", { dir: "auto" }, money.show(price(item)))),
    h("div", { class: "line-side" }, h("strong", { class: "line-total", dir: "auto" }), stepper(item)),
  );
}

/** What was in an order bubble. */
export function openOrder(order) {
  const items = order.product_items ?? [];
  const each = items.map((p) => ({ p, unit: money.parse(p.item_price, p.currency), item: store.catalog.find((i) => i.retailer_id === p.product_retailer_id) }));
  openSheet({
    title: "Sent cart",
    testid: "order-sheet",
    body: h(
      "div",
      { class: "cart" },
      h("ul", { class: "lines" }, each.map(({ p, unit, item }) =>
        h("li", { class: "line" }, picture(item?.image_link, item?.title ?? p.product_retailer_id, "small"),
          h("div", { class: "line-text" }, h("span", { class: "line-title", dir: "auto" }, item?.title ?? p.product_retailer_id), h("small", {}, `${p.quantity} × ${money.show(unit)}`)),
          h("strong", { class: "line-total" }, unit && money.show(money.times(unit, p.quantity)))))),
      order.text && h("p", { class: "note", dir: "auto" }, order.text),
    ),
    footer: h("div", { class: "cart-total" }, h("span", {}, "Total then"), h("strong", {}, money.show(orderTotal(order)))),
  });
}

export function orderTotal(order) {
  const units = (order.product_items ?? []).map((p) => {
    const unit = money.parse(p.item_price, p.currency);
    return unit && /^\d+$/u.test(String(p.quantity)) ? money.times(unit, p.quantity) : null;
  });
  return money.sum(units);
}
