// The plain contents of a bubble: text, pictures, files, places, people, orders.
import { h, icon, picture, hue } from "./dom.js";
import { contactName, phone, rich, safeUrl } from "./format.js";
import * as money from "./money.js";
import { openSheet } from "./sheets.js";
import { openOrder, orderTotal } from "./cart.js";
import { store } from "./state.js";
import { stayHere } from "./arrive.js";

export function text(body, className = "text") {
  const el = h("div", { class: className, dir: "auto" }, rich(body));
  el.querySelectorAll("a").forEach(stayHere);
  return el;
}

/** The ad or post that the person came from. */
export function adPart(ad) {
  if (!ad) return null;
  const src = safeUrl(ad.image_url ?? ad.thumbnail_url);
  return h(
    "div",
    { class: "ad", "data-testid": "ad" },
    src && picture(src, ad.headline ?? "?", "tiny"),
    h("span", { class: "file-text" }, ad.headline && h("strong", { dir: "auto" }, ad.headline), ad.body && h("span", { dir: "auto" }, ad.body), h("small", {}, ad.source_type === "post" ? "From a post" : "From an ad")),
  );
}

/** Where a picture can be had: by link, or from the simulator's own media store. */
export const source = (media) => safeUrl(media?.link) ?? (media?.id ? `/sim/media/${encodeURIComponent(media.id)}` : null);

export function image(media, label = "Photo") {
  const src = source(media);
  const open = () => openSheet({ title: label, tall: true, testid: "image-sheet", body: h("div", { class: "viewer" }, src && h("img", { src, alt: media.caption ?? label, referrerpolicy: "no-referrer" }), media.caption && text(media.caption)) });
  const tile = h("span", { class: `media-tile ${hue(media?.id ?? media?.link ?? label)}`, "aria-hidden": "true" }, icon("image"));
  if (src) {
    const img = h("img", { src, alt: "", loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    img.addEventListener("error", () => img.remove());
    tile.append(img);
  }
  return h("button", { type: "button", class: "media", "aria-label": media?.caption ? `${label}: ${media.caption}` : label, onclick: open }, tile);
}

function file(kind, title, note, href) {
  const inner = [h("span", { class: "file-icon" }, icon(kind)), h("span", { class: "file-text" }, h("span", { class: "file-name", dir: "auto" }, title), note && h("small", {}, note))];
  return href ? h("a", { class: "file", href, target: "_blank", rel: "noopener noreferrer" }, inner) : h("div", { class: "file" }, inner);
}

export function documentPart(media) {
  const name = media?.filename ?? "Document";
  const ending = /\.([a-z0-9]{1,5})$/iu.exec(name)?.[1]?.toUpperCase();
  return file("file", name, ending ?? media?.mime_type ?? "File", source(media));
}

export function audioPart(media) {
  return h("div", { class: "audio" }, icon("mic"), h("span", { class: "wave", "aria-hidden": "true" }, [5, 9, 14, 8, 12, 17, 10, 6, 13, 9, 15, 7, 11, 5].map((n) => h("i", { class: `w${n}` }))), h("small", {}, media?.voice === false ? "Audio" : "Voice message"));
}

export const videoPart = (media) => file("film", "Video", "Opens in the browser", source(media));
export const stickerPart = (media) => h("div", { class: `sticker ${hue(media?.id ?? "s")}` }, "🙂", h("span", { class: "sr" }, "Sticker"));

export function locationPart(l) {
  const at = `${l.latitude}, ${l.longitude}`;
  return h(
    "a",
    { class: "place", href: `geo:${l.latitude},${l.longitude}`, "data-testid": "location" },
    h("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
    h("span", { class: "place-text" }, h("strong", { dir: "auto" }, l.name || "Location"), l.address && h("span", { dir: "auto" }, l.address), h("small", { dir: "ltr" }, at)),
  );
}

export function contactsPart(contacts) {
  return (contacts ?? []).map((c) =>
    h("div", { class: "contact" }, h("span", { class: "file-icon" }, icon("person")), h("span", { class: "file-text" }, h("span", { class: "file-name", dir: "auto" }, contactName(c)), (c.phones ?? []).map((p) => h("small", {}, phone(p.phone ?? p.wa_id))))),
  );
}

export function orderPart(order) {
  const items = order?.product_items ?? [];
  const count = items.reduce((n, p) => n + Number(p.quantity), 0);
  const first = store.catalog.find((i) => i.retailer_id === items[0]?.product_retailer_id);
  return [
    h(
      "button",
      { type: "button", class: "order", "data-testid": "order", onclick: () => openOrder(order) },
      picture(first?.image_link, first?.title ?? items[0]?.product_retailer_id, "small"),
      h("span", { class: "line-text" }, h("strong", {}, `${count} ${count === 1 ? "item" : "items"}`), h("small", { dir: "auto" }, orderTotal(order) ? `${money.show(orderTotal(order))} (estimated)` : "Sent cart")),
      icon("basket"),
    ),
    order?.text && text(order.text),
  ];
}

/** Something this phone cannot show; the JSON is one tap away. */
export function unsupported(type, what) {
  return h("div", { class: "unsupported" }, icon("alert"), h("span", {}, what ?? `This phone cannot show a message of the type “${type}”.`));
}

/** Every type but interactive and template. */
export function plain(m) {
  switch (m.type) {
    case "text": return text(m.text?.body);
    case "button": return text(m.button?.text);
    case "image": return [image(m.image), m.image?.caption && text(m.image.caption)];
    case "video": return [videoPart(m.video), m.video?.caption && text(m.video.caption)];
    case "document": return [documentPart(m.document), m.document?.caption && text(m.document.caption)];
    case "audio": return audioPart(m.audio);
    case "sticker": return stickerPart(m.sticker);
    case "location": return locationPart(m.location ?? {});
    case "contacts": return contactsPart(m.contacts);
    case "order": return orderPart(m.order);
    case "request_welcome": return text("Opened the chat.");
    case "unsupported": return unsupported(m.type, m.unsupported?.type ? `Something the business cannot see (${m.unsupported.type}).` : "Something the business cannot see.");
    case "system": return text(m.system?.body ?? "Something about this number changed.");
    default: return unsupported(m.type);
  }
}
