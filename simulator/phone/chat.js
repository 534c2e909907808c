// The open chat: header, bubbles by day, typing, the 24-hour window.
import { avatar, h, icon } from "./dom.js";
import { day, dayKey, phone, span } from "./format.js";
import { ABOUT_ANOTHER, chat, customer, now, on, say, selectAccount, shown, store, unread } from "./state.js";
import { reactions, renderBubble, ticks } from "./bubbles.js";
import { answerTo } from "./composer.js";
import { forgetTemplates } from "./interactive.js";
import { count, openCart } from "./cart.js";
import { openCatalog } from "./catalog.js";
import { act, onSheets } from "./sheets.js";

const $ = (id) => document.getElementById(id);
const PAGE = 150;
let page = PAGE;
let lastDay = null;

const tools = { reveal, answer: (bubble) => answerTo(bubble) };
const atEnd = () => {
  const box = $("chat");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 120;
};
// On the way to the end counts as there: what arrives meanwhile moves the goal.
let goes = false;
const toEnd = () => {
  goes = false;
  $("chat").scrollTo({ top: $("chat").scrollHeight, behavior: "instant" });
};
const followsEnd = () => goes || atEnd();
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function append(bubble, fresh) {
  if (ABOUT_ANOTHER.includes(bubble.message?.type)) return;
  const key = dayKey(bubble.at_ms);
  if (key !== lastDay) {
    $("bubbles").append(h("li", { class: "day", "data-testid": "day" }, h("span", {}, day(bubble.at_ms, now()))));
    lastDay = key;
  }
  const el = renderBubble(bubble, tools);
  if (fresh) el.classList.add("fresh");
  $("bubbles").append(el);
}

function drawAll() {
  const box = $("bubbles");
  // A whole chat is not read aloud when it opens, only what comes after.
  box.setAttribute("aria-live", "off");
  lastDay = null;
  const all = shown();
  box.replaceChildren();
  if (all.length > page) {
    box.append(h("li", { class: "day" }, h("button", { type: "button", class: "chip", onclick: () => ((page += PAGE), drawAll(), ($("chat").scrollTop = 0)) }, "Earlier messages")));
  }
  all.slice(-page).forEach((b) => append(b, false));
  if (!all.length && chat().loaded) box.append(h("li", { class: "empty-chat" }, h("p", {}, "No messages yet. Say hello, or open the catalog."), prompts()));
  drawTyping();
  toEnd(false);
  setTimeout(() => box.setAttribute("aria-live", "polite"), 300);
}

/** What the business offers to say first. */
function prompts() {
  const button = (body) => {
    const chip = h("button", { type: "button", class: "chip", dir: "auto", "data-testid": "prompt", onclick: () => act(chip, () => say({ type: "text", body })) }, body);
    return chip;
  };
  return h("div", { class: "prompts" }, (store.account?.prompts ?? []).map(button));
}

const line = (id) => $("bubbles").querySelector(`[data-id="${CSS.escape(id)}"]`);

function reveal(id) {
  if (!line(id)) {
    page = Infinity;
    drawAll();
  }
  const el = line(id);
  el?.scrollIntoView({ block: "center", behavior: calm() ? "instant" : "smooth" });
  el?.classList.add("flash");
  setTimeout(() => el?.classList.remove("flash"), 1600);
}

function drawReactions(target) {
  const bubble = line(target)?.querySelector(".bubble");
  if (!bubble) return;
  const follow = followsEnd();
  bubble.querySelector(".reactions")?.remove();
  bubble.append(...[reactions(target)].filter(Boolean));
  if (follow) toEnd(false);
}

// A bubble as it is now: edited, deleted, answered.
function drawAgain(id) {
  const bubble = chat().byId.get(id);
  const old = line(id);
  if (!bubble || !old) return;
  const follow = followsEnd();
  const held = old.contains(document.activeElement);
  const fresh = renderBubble(bubble, tools);
  old.replaceWith(fresh);
  // The button that was pressed may be gone: the keyboard stays at its bubble.
  if (held) (fresh.querySelector(".action:not(.done)") ?? fresh.querySelector(".options") ?? $("chat")).focus({ preventScroll: true });
  if (follow) toEnd(false);
}

let typingTimer = null;
function drawTyping() {
  const left = chat().typingUntil - Date.now();
  const follow = followsEnd();
  $("typing").hidden = left <= 0;
  $("subtitle").textContent = left > 0 ? "typing…" : subtitle();
  $("subtitle").classList.toggle("active", left > 0);
  clearTimeout(typingTimer);
  if (left > 0) typingTimer = setTimeout(drawTyping, left + 50);
  if (follow && left > 0) toEnd(true);
}

const subtitle = () => (store.online ? phone(store.account?.display_phone_number) : "connecting…");

export function drawWindow() {
  const ends = chat().windowEnds;
  const left = ends === null ? null : ends - now();
  const banner = $("window-banner");
  const state = !customer() || !shown().length ? "none" : left === null ? "never" : left <= 0 ? "closed" : left < 36e5 ? "closing" : "open";
  banner.hidden = state === "none" || state === "open";
  banner.dataset.state = state;
  banner.querySelector("span").textContent = {
    never: "You have not written yet: the business can only send templates.",
    closed: "24 hours without a word from you: the business can only send templates.",
    closing: `The business can write freely for another ${span(left ?? 0)}.`,
  }[state] ?? "";
}

function drawHeader() {
  const a = store.account;
  $("business-avatar").replaceChildren(avatar(a?.business_name ?? "?"));
  const several = store.accounts.length > 1;
  $("business-name").textContent = a?.business_name ?? "No business";
  $("business-name").hidden = several;
  $("business-pick").hidden = !several;
  if (several) $("business-pick").replaceChildren(...store.accounts.map((x) => h("option", { value: x.phone_number_id, selected: x === a }, x.business_name)));
  drawTyping();
}

function drawBadges() {
  const n = count();
  $("cart-badge").textContent = n || "";
  $("open-cart").setAttribute("aria-label", n ? `Cart, ${n} items` : "Cart, empty");
  const others = store.customers.filter((c) => c.id !== store.current).reduce((sum, c) => sum + unread(c.id), 0);
  $("menu-badge").textContent = others || "";
}

export function startChat() {
  $("open-catalog").addEventListener("click", openCatalog);
  $("open-cart").addEventListener("click", openCart);
  $("business-pick").addEventListener("change", (e) => selectAccount(e.target.value));
  $("to-end").addEventListener("click", () => toEnd(!calm()));
  $("chat").addEventListener("scroll", () => ($("to-end").hidden = atEnd()), { passive: true });
  // There is one open-cart to press at a time: in the header, or in the open sheet.
  onSheets((open) => (open ? $("open-cart").removeAttribute("data-testid") : $("open-cart").setAttribute("data-testid", "open-cart")));

  on("select", () => {
    page = PAGE;
    drawHeader();
    drawAll();
    drawWindow();
    drawBadges();
  });
  on("chat", (id) => id === store.current && (drawAll(), drawWindow()));
  on("bubble", ({ customer: id, bubble }) => {
    if (id !== store.current || !shown().includes(bubble)) return;
    const m = bubble.message ?? {};
    if (m.type === "reaction") return drawReactions(m.reaction?.message_id);
    if (m.type === "edit" || m.type === "revoke") return drawAgain(m[m.type]?.original_message_id);
    if (bubble.from === "customer" && m.context?.id) drawAgain(m.context.id);
    const follow = followsEnd() || bubble.from === "customer";
    $("bubbles").querySelector(".empty-chat")?.remove();
    append(bubble, true);
    drawTyping();
    drawWindow();
    if (follow) toEnd(!calm());
    else $("to-end").hidden = false;
  });
  on("status", ({ customer: id, bubble }) => id === store.current && line(bubble.id)?.querySelector(".ticks")?.replaceWith(ticks(bubble)));
  on("typing", (id) => id === store.current && drawTyping());
  on("window", (id) => id === store.current && drawWindow());
  on("clock", drawWindow);
  on("online", drawHeader);
  on("cart", drawBadges);
  on("unread", drawBadges);
  on("templates", () => drawAll());
  on("online", () => store.online && forgetTemplates());
  // Product bubbles show names and prices of the catalog: draw them again when it changes.
  on("catalog", () => {
    drawBadges();
    const box = $("chat");
    const from = box.scrollHeight - box.scrollTop;
    if (shown().some((b) => /product|catalog|carousel/u.test(b.message?.interactive?.type ?? "") || b.message?.type === "order")) {
      drawAll();
      box.scrollTop = box.scrollHeight - from;
    }
  });
  setInterval(drawWindow, 20000);
  // The keyboard of a real phone makes the chat smaller: the end stays in sight.
  let follows = true;
  $("chat").addEventListener("scroll", () => (follows = followsEnd()), { passive: true });
  for (const stop of ["scrollend", "wheel", "touchmove"]) $("chat").addEventListener(stop, () => (goes = false), { passive: true });
  const size = new ResizeObserver(() => follows && !goes && toEnd(false));
  size.observe($("chat"));
  // Pictures make bubbles grow when they arrive.
  size.observe($("bubbles"));
}
