// One message as a bubble: quote, content, time, ticks, reactions.
import { h, icon, iconButton } from "./dom.js";
import { clock, moment, summary } from "./format.js";
import { chat, say, store } from "./state.js";
import { act, openSheet, toast } from "./sheets.js";
import { interactive, template } from "./interactive.js";
import { plain } from "./parts.js";

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
  if (!id && !referred) return null;
  const target = id && chat().byId.get(id);
  if (!target) return referred ? h("div", { class: "quote" }, h("span", { class: "quote-who" }, "About a product"), h("span", { class: "quote-text" }, referred)) : null;
  return h("button", { type: "button", class: `quote of-${target.from}`, "data-testid": "quote", onclick: () => reveal(id) }, h("span", { class: "quote-who" }, who(target)), h("span", { class: "quote-text", dir: "auto" }, summary(target.message)));
}

export function reactions(id) {
  const last = new Map();
  for (const b of chat().bubbles) if (b.message?.type === "reaction" && b.message.reaction?.message_id === id) last.set(b.from, b.message.reaction.emoji);
  const shown = [...new Set([...last.values()].filter(Boolean))];
  return shown.length ? h("span", { class: "reactions", "data-testid": "reactions" }, h("span", { class: "sr" }, "Reactions: "), shown.join(" ")) : null;
}

/** `reveal(id)` scrolls to a quoted message, `answer(bubble)` starts a reply to this one. */
export function renderBubble(bubble, { reveal, answer }) {
  const m = bubble.message ?? {};
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
      quote(bubble, reveal),
      h("div", { class: "content" }, made.content),
      h("div", { class: "meta" }, h("time", { datetime: new Date(bubble.at_ms).toISOString(), title: moment(bubble.at_ms) }, clock(bubble.at_ms)), ticks(bubble)),
      made.actions?.length > 0 && h("div", { class: "actions" }, made.actions),
      reactions(bubble.id),
    ),
    iconButton("more", "Message options", () => openOptions(bubble, answer), { class: "icon-button options", "data-testid": "bubble-options" }),
    made.after && h("div", { class: "after" }, made.after),
  );
  return el;
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
      words && h("button", { type: "button", class: "row", onclick: copy }, icon("file"), h("span", { class: "row-title" }, "Copy text")),
      h("details", { class: "json" }, h("summary", {}, "What went over the wire"), h("pre", { dir: "ltr", tabindex: "0" }, JSON.stringify(bubble, null, 2))),
    ),
  });
}
