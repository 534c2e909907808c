// The business's goods: the catalog sheet, sheets of chosen products, one product.
import { h, icon, picture } from "./dom.js";
import * as money from "./money.js";
import { rich } from "./format.js";
import { on, store } from "./state.js";
import { openSheet } from "./sheets.js";
import { askAbout } from "./composer.js";
import { cartBar, find, goods, price, sellable, stepper, variant } from "./cart.js";

/** What a real phone would do differently, told to whoever is trying things out. */
function switches() {
  const a = store.account ?? {};
  return [
    a.is_catalog_visible === false && "A real phone hides this catalog: is_catalog_visible is off for the number.",
    a.is_cart_enabled === false && "There is no cart: is_cart_enabled is off for the number.",
  ].filter(Boolean).map((text) => h("p", { class: "switched-off" }, text));
}

/** Price as text; a sale shows the old one struck through. */
export function priceTag(item) {
  const was = item.sale_price ? money.parse(item.price, item.currency) : null;
  return h("span", { class: "price", dir: "auto" }, money.show(price(item)), was && h("s", {}, h("span", { class: "sr" }, "before: "), money.show(was)));
}

/** One row of a catalog: the text opens the product, the stepper fills the cart. */
function row(item) {
  const about = [variant(item), item.description].filter(Boolean).join(" — ");
  return h(
    "li",
    { class: "item", "data-testid": "catalog-item", "data-sku": item.retailer_id },
    h(
      "button",
      { type: "button", class: "item-open", "data-testid": "item-open", onclick: () => openProduct(item) },
      picture(item.image_link, item.title),
      h("span", { class: "item-text" }, h("span", { class: "item-title", dir: "auto" }, item.title), about && h("span", { class: "item-about", dir: "auto" }, about), priceTag(item)),
    ),
    sellable(item) ? stepper(item) : h("span", { class: "sold-out" }, "Sold out"),
  );
}

// Up and down go from product to product; Tab still reaches everything.
function arrows(box) {
  box.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const at = e.target.closest?.(".item");
    if (!step || !at) return;
    const all = [...box.querySelectorAll(".item")].filter((el) => !el.hidden);
    e.preventDefault();
    all[all.indexOf(at) + step]?.querySelector(".item-open").focus();
  });
}

const group = (title, items) => h("section", { class: "group" }, title && h("h3", { class: "group-title", dir: "auto" }, title), h("ul", { class: "items" }, items.map(row)));

/** The whole catalog, by product type when there are several, with a search field. */
export function openCatalog() {
  const box = h("div", { class: "catalog" });
  const search = h("input", { type: "search", class: "search", "data-testid": "catalog-search", "aria-label": "Search the catalog", placeholder: "Search", dir: "auto" });
  const none = h("p", { class: "empty" });
  const fold = (text) => String(text ?? "").toLocaleLowerCase("tr").normalize("NFKD").replace(/\p{M}/gu, "").replace(/ı/gu, "i");
  const draw = () => {
    const words = fold(search.value).split(/\s+/u).filter(Boolean);
    const hits = goods().filter((i) => words.every((w) => fold([i.title, i.description, i.product_type, variant(i), i.retailer_id].join(" ")).includes(w)));
    const types = [...new Set(hits.map((i) => i.product_type || ""))];
    box.replaceChildren(...(types.length > 1 ? types.map((t) => group(t || "More", hits.filter((i) => (i.product_type || "") === t))) : [group(null, hits)]));
    none.hidden = hits.length > 0;
    none.textContent = words.length ? "Nothing found." : "This business shows no products yet.";
  };
  search.addEventListener("input", draw);
  arrows(box);
  draw();
  redraw = draw;
  openSheet({
    title: store.account?.business_name ?? "Catalog",
    tall: true,
    testid: "catalog-sheet",
    body: h("div", {}, switches(), h("div", { class: "search-box" }, icon("search"), search), none, box),
    footer: cartBar(),
    onClose: () => (redraw = null),
  });
}

let redraw = null;
on("catalog", () => {
  // Not while someone is on a stepper in it: the next opening shows the news.
  if (!document.activeElement?.closest(".catalog")) redraw?.();
});

/** Products a message names, in its sections. Unknown ones are left out, as on a phone. */
export function openProducts(title, sections) {
  const box = h("div", { class: "catalog" }, sections.map((s) => group(s.title, (s.product_items ?? []).map((p) => find(p.product_retailer_id)).filter(Boolean))));
  arrows(box);
  if (!box.querySelector(".item")) box.replaceChildren(h("p", { class: "empty" }, "These products are not available any more."));
  openSheet({ title, tall: true, testid: "products-sheet", body: box, footer: cartBar() });
}

export function openProduct(item) {
  openSheet({
    title: item.title,
    tall: true,
    testid: "product-sheet",
    body: h(
      "article",
      { class: "product", "data-testid": "product", "data-sku": item.retailer_id },
      picture(item.image_link, item.title, "large"),
      h("h3", { class: "product-title", dir: "auto" }, item.title),
      h("div", { class: "product-buy" }, priceTag(item), sellable(item) ? stepper(item) : h("span", { class: "sold-out" }, "Sold out")),
      variant(item) && h("p", { class: "product-variant", dir: "auto" }, variant(item)),
      item.description && h("p", { class: "product-about", dir: "auto" }, rich(item.description)),
      h("p", { class: "product-sku" }, item.retailer_id),
      h("button", { type: "button", class: "quiet", "data-testid": "message-business", onclick: () => askAbout(item) }, "Message business"),
    ),
    footer: cartBar(),
  });
}
