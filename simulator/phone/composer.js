// Where the person writes, and the menu of things to send.
import { h, icon, iconButton } from "./dom.js";
import { summary } from "./format.js";
import { on, say, store } from "./state.js";
import { act, openSheet } from "./sheets.js";
import { shareContact, shareLocation, shareMedia } from "./share.js";
import { openCatalog } from "./catalog.js";

const $ = (id) => document.getElementById(id);
const drafts = new Map();
let replyTo = null;

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

/** The next text answers this bubble. */
export function answerTo(bubble) {
  replyTo = bubble;
  const box = $("replying");
  box.hidden = !bubble;
  box.replaceChildren();
  if (!bubble) return;
  box.append(h("div", { class: "quote" }, h("span", { class: "quote-who" }, bubble.from === "customer" ? "You" : store.account?.business_name), h("span", { class: "quote-text", dir: "auto" }, summary(bubble.message))), iconButton("close", "Do not reply", () => answerTo(null)));
  $("composer-input").focus();
}

async function send() {
  const input = $("composer-input");
  const body = input.value.trim();
  if (!body || !store.current) return;
  const to = replyTo;
  input.value = "";
  answerTo(null);
  fit();
  const sent = await act($("composer-send"), () => say({ type: "text", body, ...(to && { reply_to: to.id }) }));
  if (!sent && !input.value) input.value = body;
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
    } else if (e.key === "Escape" && replyTo) answerTo(null);
  });
  $("composer-emoji").addEventListener("click", openEmoji);
  $("composer-attach").addEventListener("click", openAttach);
  let last = null;
  on("select", (id) => {
    // Each person keeps what was half written.
    if (id === last) return;
    drafts.set(last, input.value);
    last = id;
    input.value = drafts.get(id) ?? "";
    answerTo(null);
    fit();
  });
  fit();
}
