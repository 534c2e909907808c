// What people read: WhatsApp's text marks, times, days, one-line summaries.
import { h } from "./dom.js";

const LINK = /(?:https?:\/\/|www\.)[^\s<>"']+[^\s<>"'.,;:!?)\]*_~]/giu;
const MARKS = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

/** WhatsApp's marks as elements: *bold* _italic_ ~strike~ `code` ```mono```, "> " quotes, lists, links. */
export function rich(text) {
  const out = document.createDocumentFragment();
  String(text ?? "").split(/```([^]+?)```/u).forEach((part, i) => {
    if (i % 2) out.append(h("code", { class: "mono" }, part));
    else out.append(...lines(part));
  });
  return out;
}

function lines(text) {
  const out = [];
  let plain = null;
  text.split("\n").forEach((line, i) => {
    const quote = /^> ?(.+)$/u.exec(line);
    const bullet = /^[*-] (.+)$/u.exec(line);
    if (quote || bullet) {
      out.push(h(quote ? "q" : "span", { class: quote ? "line-quote" : "line-bullet", dir: "auto" }, inline((quote ?? bullet)[1])));
      plain = null;
    } else {
      // Blocks already break the line before and after themselves.
      if (i > 0 && plain !== null) out.push("\n");
      out.push(...inline(line));
      plain = line;
    }
  });
  return out;
}

function inline(text) {
  const out = [];
  let rest = 0;
  const flush = (end) => end > rest && out.push(text.slice(rest, end));
  LINK.lastIndex = 0;
  const links = new Map([...text.matchAll(LINK)].map((m) => [m.index, m[0]]));
  for (let i = 0; i < text.length; i++) {
    const url = links.get(i);
    if (url) {
      flush(i);
      out.push(link(url));
      rest = i + url.length;
      i = rest - 1;
      continue;
    }
    const mark = text[i];
    if (!MARKS[mark] && mark !== "`") continue;
    const end = closing(text, i, mark, links);
    if (end < 0) continue;
    flush(i);
    const inner = text.slice(i + 1, end);
    out.push(mark === "`" ? h("code", {}, inner) : h(MARKS[mark], {}, inline(inner)));
    rest = end + 1;
    i = end;
  }
  flush(text.length);
  return out;
}

// A mark opens after a space or a sign and before a letter, and closes the other way round.
function closing(text, start, mark, links) {
  if (WORD.test(text[start - 1] ?? " ") || /\s/u.test(text[start + 1] ?? " ") || text[start + 1] === mark) return -1;
  for (let i = start + 2; i < text.length; i++) {
    if (links.has(i)) i += links.get(i).length;
    if (text[i] === mark && !/\s/u.test(text[i - 1]) && !WORD.test(text[i + 1] ?? " ")) return i;
  }
  return -1;
}

function link(url) {
  const href = /^www\./iu.test(url) ? `https://${url}` : url;
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", dir: "ltr" }, url);
}

/** Only addresses a person may be sent to. */
export const safeUrl = (url) => (/^https?:\/\//iu.test(url ?? "") ? url : null);

const locale = () => navigator.language;
export const clock = (ms) => new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(ms);
export const dayKey = (ms) => new Intl.DateTimeFormat("en-CA", { dateStyle: "short" }).format(ms);

export function day(ms, now) {
  const days = Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(ms))) / 864e5);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days > 1 && days < 7) return new Intl.DateTimeFormat(locale(), { weekday: "long" }).format(ms);
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", year: "numeric" }).format(ms);
}

/** For a chat list: the time today, else the day. */
export function brief(ms, now) {
  return dayKey(ms) === dayKey(now) ? clock(ms) : new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short" }).format(ms);
}

export const moment = (ms) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format(ms);

/** 95 minutes: "1 h 35 min". */
export function span(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const phone = (text) => (text ? `\u2066+${String(text).replace(/^\+/u, "")}\u2069` : "");

const SYMBOLS = { image: "📷 Photo", video: "🎬 Video", audio: "🎤 Voice message", sticker: "🙂 Sticker", document: "📄 Document", location: "📍 Location", contacts: "👤 Contact", order: "🧺 Order", template: "✉️ Notice" };

/** One line for quotes and chat lists. */
export function summary(message) {
  const m = message ?? {};
  const i = m.interactive;
  const own = {
    text: () => m.text?.body,
    button: () => m.button?.text,
    reaction: () => m.reaction?.emoji,
    interactive: () => i?.button_reply?.title ?? i?.list_reply?.title ?? i?.body?.text ?? i?.nfm_reply?.body,
    image: () => m.image?.caption && `📷 ${m.image.caption}`,
    video: () => m.video?.caption && `🎬 ${m.video.caption}`,
    document: () => m.document?.filename && `📄 ${m.document.filename}`,
    location: () => m.location?.name && `📍 ${m.location.name}`,
    contacts: () => `👤 ${contactName(m.contacts?.[0])}`,
    order: () => `🧺 Order, ${(m.order?.product_items ?? []).reduce((n, p) => n + Number(p.quantity), 0)} items`,
    template: () => `✉️ ${m.template?.name}`,
    system: () => m.system?.body,
    request_welcome: () => "Opened the chat",
    unsupported: () => "Something the business cannot see",
    edit: () => `✏️ ${m.edit?.message?.text?.body ?? ""}`,
    revoke: () => "🗑 Deleted a message",
  }[m.type]?.();
  return own ? unmarked(own) : (SYMBOLS[m.type] ?? `Message (${m.type})`);
}

/** The same words without their marks. */
function unmarked(text) {
  return rich(text).textContent;
}

export const contactName = (c) => c?.name?.formatted_name ?? ([c?.name?.first_name, c?.name?.last_name].filter(Boolean).join(" ") || (c?.phones?.[0]?.phone ?? "Contact"));
