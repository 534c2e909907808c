// One message as a bubble: quote, content, time, ticks, reactions.
import { h, icon, iconButton, picture } from "./dom.js";
import { clock, moment, summary } from "./format.js";
import { ABOUT_ANOTHER, chat, fate, now, say, store } from "./state.js";
import { api } from "./api.js";
import { find } from "./cart.js";
import { openProduct } from "./catalog.js";
import { editWords } from "./composer.js";
import { act, openSheet, toast } from "./sheets.js";
import { interactive, template } from "./interactive.js";
import { adPart, plain } from "./parts.js";

const TICKS = {
  sending: ["clock", "Sending"],
  pending: ["clock", "Sending"],
  sent: ["check", "Sent"],
  delivered: ["checks", "Delivered"],
  read: ["checks", "Read"],
  played: ["checks", "Played"],
  failed: ["alert", "Not delivered"],
};

/** Ticks stand on what the holder of this phone sent; of the other side only a failure matters. */
export function ticks(bubble) {
  const [name, label] = TICKS[bubble.status] ?? TICKS.sent;
  if (bubble.from !== "customer" && bubble.status !== "failed") return h("span", { class: "ticks", hidden: true });
  return h("span", { class: `ticks ${bubble.status}`, "data-testid": "ticks", "data-status": bubble.status, title: label }, icon(name, "tick"), h("span", { class: "sr" }, label));
}

const who = (bubble) => (bubble.from === "customer" ? "You" : (store.account?.business_name ?? "Business"));
const quoted = (m) => m.context?.message_id ?? m.context?.id;

function quote(bubble, reveal) {
  const id = quoted(bubble.message);
  const referred = bubble.message.context?.referred_product?.product_retailer_id;
  if (referred) return aboutProduct(referred);
  const target = chat().byId.get(id);
  if (!target) return null;
  return h("button", { type: "button", class: `quote of-${target.from}`, "data-testid": "quote", onclick: () => reveal(id) }, h("span", { class: "quote-who" }, who(target)), h("span", { class: "quote-text", dir: "auto" }, fate(id).deleted ? "Deleted message" : summary(fate(id).edited ?? target.message)));
}

function aboutProduct(sku) {
  const item = find(sku);
  const inner = [item && picture(item.image_link, item.title, "tiny"), h("span", { class: "quote-who", dir: "auto" }, item?.title ?? "About a product"), h("span", { class: "quote-text", dir: "auto" }, item ? "About this product" : sku)];
  return item ? h("button", { type: "button", class: "quote", "data-testid": "quote", onclick: () => openProduct(item) }, inner) : h("div", { class: "quote", "data-testid": "quote" }, inner);
}

/** Small words above a message: where it came from. */
function origin(bubble) {
  const m = bubble.message ?? {};
  const context = m.context ?? {};
  const label = m.group_id ? ["person", "In a group"]
    : context.frequently_forwarded ? ["forward", "Forwarded many times"]
    : context.forwarded ? ["forward", "Forwarded"]
    : bubble.by_staff ? ["phone", "From the phone app"]
    : null;
  return label && h("div", { class: "origin", "data-testid": "origin" }, icon(label[0]), h("span", {}, label[1]));
}

export function reactions(id) {
  const last = new Map();
  for (const b of chat().bubbles) if (b.message?.type === "reaction" && b.message.reaction?.message_id === id) last.set(b.from, b.message.reaction.emoji);
  const shown = [...new Set([...last.values()].filter(Boolean))];
  return shown.length ? h("span", { class: "reactions", "data-testid": "reactions" }, h("span", { class: "sr" }, "Reactions: "), shown.join(" ")) : null;
}

/** `reveal(id)` scrolls to a quoted message, `answer(bubble)` starts a reply to this one. */
export function renderBubble(bubble, { reveal, answer }) {
  const { edited, deleted } = fate(bubble.id);
  const m = edited ? { ...bubble.message, ...edited } : (bubble.message ?? {});
  if (deleted) return gone(bubble);
  const made = m.type === "interactive" ? interactive(bubble) : m.type === "template" ? template(bubble) : { content: plain(m), actions: [] };
  const own = bubble.from === "customer";
  const bare = m.type === "sticker";
  const el = h(
    "li",
    { class: `bubble-line ${own ? "own" : "theirs"} ${m.type === "system" ? "system" : ""}`, "data-id": bubble.id, "data-from": bubble.from },
    h(
      "div",
      { class: `bubble ${bare ? "bare" : ""} ${made.actions?.length ? "with-actions" : ""}`, "data-testid": "bubble", "data-message-id": bubble.id, "data-from": bubble.from, "data-type": m.type },
      h("span", { class: "sr" }, `${who(bubble)}: `),
      origin(bubble),
      adPart(m.referral),
      quote(bubble, reveal),
      h("div", { class: "content" }, made.content),
      h("div", { class: "meta" }, edited && h("span", { "data-testid": "edited" }, "Edited"), h("time", { datetime: new Date(bubble.at_ms).toISOString(), title: moment(bubble.at_ms) }, clock(bubble.at_ms)), ticks(bubble)),
      made.actions?.length > 0 && h("div", { class: "actions" }, made.actions),
      reactions(bubble.id),
    ),
    iconButton("more", "Message options", () => openOptions(bubble, answer), { class: "icon-button options", "data-testid": "bubble-options" }),
    made.after && h("div", { class: "after" }, made.after),
  );
  return el;
}

/** Where a message was before it was deleted for everyone. */
function gone(bubble) {
  const own = bubble.from === "customer";
  return h(
    "li",
    { class: `bubble-line ${own ? "own" : "theirs"}`, "data-id": bubble.id, "data-from": bubble.from },
    h(
      "div",
      { class: "bubble", "data-testid": "bubble", "data-message-id": bubble.id, "data-from": bubble.from, "data-type": "deleted" },
      h("div", { class: "unsupported" }, icon("trash"), h("span", {}, own ? "You deleted this message." : "This message was deleted.")),
      h("div", { class: "meta" }, h("time", { datetime: new Date(bubble.at_ms).toISOString() }, clock(bubble.at_ms))),
    ),
  );
}

// As long as a phone offers it: words for 15 minutes, deletion for two days and a half.
const fresh = (bubble, minutes) => bubble.from === "customer" && now() - bubble.at_ms <= minutes * 60000;
const EDITABLE = ["text", "image", "video", "document"];

/** What can be done with a bubble beside answering it. */
function deeds(bubble, close) {
  const m = fate(bubble.id).edited ?? bubble.message ?? {};
  const deed = (testid, iconName, label, work) => {
    const button = h("button", { type: "button", class: "row", "data-testid": testid, onclick: async () => (await act(button, work)) && close() }, icon(iconName), h("span", { class: "row-title" }, label));
    return button;
  };
  const kind = bubble.message?.type;
  const words = m.text?.body ?? m[kind]?.caption ?? "";
  const payable = bubble.message?.interactive?.type === "order_details";
  return [
    !["order", "system", "button", "unsupported", "request_welcome", "template"].includes(kind) && deed("forward", "forward", "Forward to this chat", () => say({ type: "forward", message_id: bubble.id })),
    fresh(bubble, 15) && EDITABLE.includes(kind) && h("button", { type: "button", class: "row", "data-testid": "edit", onclick: () => (close(), editWords(bubble, words)) }, icon("pencil"), h("span", { class: "row-title" }, "Edit")),
    fresh(bubble, 60 * 60) && !ABOUT_ANOTHER.includes(kind) && kind !== "system" && deed("revoke", "trash", "Delete for everyone", () => say({ type: "revoke", message_id: bubble.id })),
    payable && ["captured", "failed"].map((status) => deed(`pay-${status}`, "check", status === "captured" ? "Pay" : "Let the payment fail", () => api.payment(bubble.id, status))),
  ];
}

function openOptions(bubble, answer) {
  const react = (emoji) => async (e) => (await act(e.currentTarget, () => say({ type: "reaction", message_id: bubble.id, emoji }))) && sheet.close();
  const words = bubble.message?.text?.body ?? bubble.message?.interactive?.body?.text;
  const copy = async () => {
    await navigator.clipboard?.writeText(words).then(() => toast("Copied."), () => toast("The browser refused.", "bad"));
    sheet.close();
  };
  const mine = chat().bubbles.filter((b) => b.from === "customer" && b.message?.type === "reaction" && b.message.reaction?.message_id === bubble.id).at(-1)?.message.reaction.emoji;
  const sheet = openSheet({
    title: "Message",
    testid: "options-sheet",
    body: h(
      "div",
      { class: "options-body" },
      h("div", { class: "emoji-row" }, ["👍", "❤️", "😂", "😮", "🙏"].map((e) => h("button", { type: "button", class: e === mine ? "emoji chosen" : "emoji", "aria-label": `React with ${e}`, "data-testid": "react", "data-emoji": e, onclick: react(e === mine ? "" : e) }, e))),
      h("button", { type: "button", class: "row", "data-testid": "reply", onclick: () => (sheet.close(), answer(bubble)) }, icon("reply"), h("span", { class: "row-title" }, "Reply")),
      deeds(bubble, () => sheet.close()),
      words && h("button", { type: "button", class: "row", onclick: copy }, icon("file"), h("span", { class: "row-title" }, "Copy text")),
      h("details", { class: "json" }, h("summary", {}, "What went over the wire"), h("pre", { dir: "ltr", tabindex: "0" }, JSON.stringify(bubble, null, 2))),
    ),
  });
}
