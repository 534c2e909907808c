// Where the person writes, and the menu of things to send.
import { h, icon, iconButton, picture } from "./dom.js";
import { summary } from "./format.js";
import { customer, on, say, store } from "./state.js";
import { act, closeAll, openSheet } from "./sheets.js";
import { shareContact, shareLocation, shareMedia } from "./share.js";
import { openCatalog } from "./catalog.js";
import { openOdd } from "./arrive.js";

const $ = (id) => document.getElementById(id);
const drafts = new Map();
// What the next text is about: { bubble }, { edit }, { item } or { ad }.
let about = null;

function fit() {
  const input = $("composer-input");
  input.style.height = "auto";
  if (input.scrollHeight) input.style.height = `${Math.min(input.scrollHeight, 132)}px`;
  $("composer-send").disabled = !input.value.trim();
}

/** Ready to write, except where that would raise a keyboard nobody asked for. */
export function focusComposer() {
  if (matchMedia("(hover: hover)").matches) $("composer-input").focus({ preventScroll: true });
}

function prepare(next, who, what, extra) {
  about = next;
  const box = $("replying");
  box.hidden = !next;
  box.replaceChildren();
  if (!next) return;
  box.append(h("div", { class: "quote" }, extra, h("span", { class: "quote-who", dir: "auto" }, who), h("span", { class: "quote-text", dir: "auto" }, what)), iconButton("close", "Never mind", () => (about?.edit && put(""), prepare(null)), { "data-testid": "replying-close" }));
  $("composer-input").focus();
}

function put(text) {
  $("composer-input").value = text;
  fit();
}

/** The next text answers this bubble. */
export function answerTo(bubble) {
  if (bubble) prepare({ bubble }, bubble.from === "customer" ? "You" : store.account?.business_name, summary(bubble.message));
  else prepare(null);
}

/** The words of an own message are written anew. */
export function editWords(bubble, words) {
  prepare({ edit: bubble }, "Edit message", words);
  put(words);
}

/** The next text asks about a product, from its page. */
export function askAbout(item) {
  closeAll();
  prepare({ item }, item.title, "About this product", picture(item.image_link, item.title, "tiny"));
}

/** The chat opens under an ad; its words are not sent yet. */
export function fromAd(ad, words) {
  closeAll();
  prepare({ ad }, ad.headline, "From an ad");
  put(words);
}

/** Words that wait to be sent. */
export function write(words) {
  closeAll();
  prepare(null);
  put(words);
  $("composer-input").focus();
}

function message(body) {
  if (about?.edit) return { type: "edit", message_id: about.edit.id, body };
  return { type: "text", body, ...(about?.bubble && { reply_to: about.bubble.id }), ...(about?.item && { about: about.item.retailer_id }), ...(about?.ad && { ad: about.ad }) };
}

async function send() {
  const input = $("composer-input");
  const body = input.value.trim();
  if (!body || !store.current) return;
  const said = message(body);
  put("");
  prepare(null);
  const sent = await act($("composer-send"), () => say(said));
  if (!sent && !input.value) put(body);
  fit();
  input.focus();
}

const EMOJI = "😀 😂 😊 😍 😘 🤔 😅 😭 😡 🥳 👍 👎 🙏 👏 👋 💪 ✅ ❌ ❤️ 💚 🎉 🎁 🌹 🔥 ☕ 🍰 🍫 🍎 🧺 🛒 📦 🚚 🏠 📍 📞 💳 💬 ⏰ 🇹🇷 🇩🇪".split(" ");

function insert(text) {
  const input = $("composer-input");
  input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
  fit();
}

function openEmoji() {
  const sheet = openSheet({
    title: "Emoji",
    testid: "emoji-sheet",
    body: h("div", { class: "emoji-grid" }, EMOJI.map((e) => h("button", { type: "button", class: "emoji", "aria-label": e, onclick: () => (insert(e), sheet.close(), $("composer-input").focus()) }, e))),
  });
}

function openAttach() {
  const ways = [
    ["image", "Photo", () => shareMedia("image")],
    ["file", "Document", () => shareMedia("document")],
    ["film", "Video", () => shareMedia("video")],
    ["mic", "Voice message", () => act(null, () => shareMedia("audio"))],
    ["pin", "Location", () => shareLocation()],
    ["person", "Contact", () => shareContact()],
    ["smile", "Sticker", () => act(null, () => shareMedia("sticker"))],
    ["shop", "Catalog", () => openCatalog()],
    ["more", "Something odd", () => openOdd()],
  ];
  const sheet = openSheet({
    title: "Send",
    testid: "attach-sheet",
    body: h("div", { class: "attach-grid" }, ways.map(([name, label, go]) => h("button", { type: "button", class: "attach", "data-testid": `attach-${name === "pin" ? "location" : name === "person" ? "contact" : name}`, onclick: () => (sheet.close(), go()) }, h("span", { class: "attach-icon" }, icon(name)), label))),
  });
}

export function startComposer() {
  const input = $("composer-input");
  $("composer").addEventListener("submit", (e) => {
    e.preventDefault();
    send();
  });
  input.addEventListener("input", fit);
  input.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      send();
    } else if (e.key === "Escape" && about) (about.edit && put(""), prepare(null));
  });
  $("composer-emoji").addEventListener("click", openEmoji);
  $("composer-attach").addEventListener("click", openAttach);
  let last = null;
  on("select", (id) => {
    // Each person keeps what was half written.
    if (id === last) return;
    drafts.set(last, input.value);
    last = id;
    put(drafts.get(id) ?? "");
    prepare(null);
  });
  fit();
  // A link with words opens the chat with them; once, so that a reload does not bring them again.
  on("select", () => {
    const url = new URL(location.href);
    const words = url.searchParams.get("text");
    if (words === null || !customer()) return;
    url.searchParams.delete("text");
    history.replaceState(null, "", url);
    put(words);
  });
}
