// Everything the page knows. Views listen with `on`, and ask here for changes.
import { api, follow } from "./api.js";

export const store = {
  account: null,
  accounts: [],
  customers: [],
  chats: new Map(),
  current: null,
  catalog: [],
  faults: [],
  clockOffset: 0,
  online: false,
};

const listeners = new Map();
/** Kinds: customers, select, bubble, chat, status, typing, catalog, clock, faults, online, unread. */
export function on(kind, fn) {
  listeners.set(kind, [...(listeners.get(kind) ?? []), fn]);
}
export const emit = (kind, detail) => (listeners.get(kind) ?? []).forEach((fn) => fn(detail));

export const now = () => Date.now() + store.clockOffset;
export const customer = (id = store.current) => store.customers.find((c) => c.id === id);

export function chat(id = store.current) {
  if (!store.chats.has(id)) store.chats.set(id, { bubbles: [], byId: new Map(), windowEnds: null, typingUntil: 0, loaded: false, seen: 0 });
  return store.chats.get(id);
}

const NO_WINDOW = ["system", "reaction", "edit", "revoke", "unsupported", "request_welcome"];
/** What changes another bubble and is none of its own. */
export const ABOUT_ANOTHER = ["reaction", "edit", "revoke"];
const target = (m) => m?.edit?.original_message_id ?? m?.revoke?.original_message_id ?? m?.reaction?.message_id;

/** What became of a message: `{ edited: new message or null, deleted }`. */
export function fate(id) {
  const about = chat().bubbles.filter((b) => target(b.message) === id);
  return { edited: about.filter((b) => b.message.type === "edit").at(-1)?.message.edit.message ?? null, deleted: about.some((b) => b.message.type === "revoke") };
}

/** Whether the person answered a bubble with a message of such a kind (`nfm_reply`, `contacts`, `location`). */
export const answered = (id, kind) => chat().bubbles.some((b) => b.from === "customer" && b.message?.context?.id === id && (b.message.type === kind || b.message.interactive?.type === kind));

const lastSeq = (c) => c.bubbles.at(-1)?.seq ?? 0;
const settled = (b) => b.status === "read" || b.status === "failed" || b.by_staff;
const ofAccount = (b) => !b.phone_number_id || !store.account || b.phone_number_id === store.account.phone_number_id;
/** What the open chat shows: one business at a time. */
export const shown = (id = store.current) => chat(id).bubbles.filter(ofAccount);
export const unread = (id) => shown(id).filter((b) => b.from === "business" && b.status !== "read" && b.status !== "failed" && !b.by_staff && b.message?.type !== "reaction" && b.seq > chat(id).seen).length;

function put(id, bubble) {
  const c = chat(id);
  const known = c.byId.get(bubble.id);
  if (known) {
    const moved = known.status !== bubble.status;
    Object.assign(known, bubble);
    if (moved) emit("status", { customer: id, bubble: known });
    return false;
  }
  const late = bubble.seq < lastSeq(c);
  c.byId.set(bubble.id, bubble);
  c.bubbles.push(bubble);
  if (late) c.bubbles.sort((a, b) => a.seq - b.seq);
  if (bubble.from === "business") c.typingUntil = 0;
  else if (ofAccount(bubble) && !NO_WINDOW.includes(bubble.message?.type) && !bubble.message?.group_id) c.windowEnds = Math.max(c.windowEnds ?? 0, bubble.at_ms + 864e5);
  emit(late ? "chat" : "bubble", late ? id : { customer: id, bubble });
  return true;
}

/** Fetches what is new, and again whatever may still change its ticks. */
export async function catchUp(id) {
  const c = chat(id);
  const open = c.bubbles.find((b) => !settled(b));
  const from = c.loaded ? Math.max(0, Math.min(open?.seq ?? Infinity, lastSeq(c)) - 1) : 0;
  const answer = await api.chat(id, from);
  const bubbles = answer.bubbles ?? [];
  if (c.loaded && c.bubbles.length && !bubbles.some((b) => c.byId.has(b.id))) {
    // The simulator started anew under us.
    store.chats.delete(id);
    return catchUp(id);
  }
  if (c.loaded) bubbles.forEach((b) => put(id, b));
  else {
    const early = c.bubbles;
    c.bubbles = bubbles;
    c.byId = new Map(bubbles.map((b) => [b.id, b]));
    c.loaded = true;
    early.forEach((b) => put(id, b));
    emit("chat", id);
  }
  await drawnWindow(id, answer);
}

// With several numbers each has its own window.
async function drawnWindow(id, answer) {
  const own = store.accounts.length > 1 ? await api.chat(id, lastSeq(chat(id)), store.account.phone_number_id) : answer;
  chat(id).windowEnds = own.window_ends_at_ms ?? null;
  emit("window", id);
}

export async function select(id) {
  store.current = id;
  if (id) {
    try {
      localStorage.setItem("phone.customer", id);
    } catch {
      // Private windows may refuse; the address says it too.
    }
    const url = new URL(location.href);
    url.searchParams.set("customer", id);
    history.replaceState(null, "", url);
  }
  emit("select", id);
  if (id) {
    await catchUp(id);
    await opened(id);
  }
  look();
}

// Whoever opens a chat in which nobody said anything may be welcomed.
async function opened(id) {
  if (store.account?.welcome && !shown(id).length) await api.open(id, toAccount()).then(() => catchUp(id)).catch(() => {});
}

export function selectAccount(pnid) {
  store.account = store.accounts.find((a) => a.phone_number_id === pnid) ?? store.account;
  emit("select", store.current);
  loadCatalog();
  if (store.current) catchUp(store.current).catch(() => {});
  look();
}

/** What the person does. The bubble is shown when the simulator has it. */
export async function say(message, id = store.current) {
  const answer = await api.say(id, { ...message, ...toAccount() });
  await catchUp(id).catch(() => {});
  return answer;
}

/** The same, of what no phone would send by a button. */
export const sayOdd = (message) => say(message);

export async function addCustomer(fields) {
  const made = await api.addCustomer(fields);
  putCustomer(made);
  return made;
}

export async function changeCustomer(id, fields) {
  putCustomer(await api.changeCustomer(id, fields));
}

const toAccount = () => (store.accounts.length > 1 ? { to: store.account.phone_number_id } : {});
/** A new number, and with it a new BSUID. */
export async function changeNumber(id) {
  putCustomer(await api.changeNumber(id, toAccount()));
}
/** A new BSUID alone. */
export async function changeBsuid(id, tell) {
  putCustomer(await api.changeBsuid(id, { tell }));
}
export const setMarketing = (id, value) => api.preferences(id, value, toAccount());

export async function loadCustomers() {
  store.customers = await api.customers();
  emit("customers");
  for (const c of store.customers) if (!chat(c.id).loaded && c.id !== store.current) await catchUp(c.id).catch(() => {});
  emit("unread");
}

async function loadCatalog() {
  store.catalog = await api.catalog(store.account?.phone_number_id).catch(() => store.catalog);
  emit("catalog");
}

// A sync changes a catalog many times in a row: it is read once it is calm.
let stale = null;
function catalogChanged() {
  clearTimeout(stale);
  stale = setTimeout(() => loadAccounts().then(loadCatalog).catch(() => {}), 300);
}

/** Accounts with their switches (is the catalog shown, is there a cart), clock and faults. */
export async function loadAccounts() {
  const state = await api.state();
  store.accounts = state.accounts ?? [];
  store.account = store.accounts.find((a) => a.phone_number_id === store.account?.phone_number_id) ?? store.accounts[0] ?? null;
  store.clockOffset = (state.clock?.now_ms ?? Date.now()) - Date.now();
  store.faults = Array.isArray(state.faults) ? state.faults : [];
  emit("clock");
  emit("faults");
}

/** One customer came or changed. */
function putCustomer(one) {
  const known = customer(one.id);
  if (known) Object.assign(known, one);
  else store.customers.push(one);
  emit("customers");
}

export async function loadFaults() {
  store.faults = await api.faults();
  emit("faults");
}

// The person looks at the chat: `read` goes out a moment later, once, and only while the page is in front.
let looking = null;
export function look() {
  const id = store.current;
  if (!id || document.visibilityState !== "visible") return;
  const c = chat(id);
  const pending = c.bubbles.some((b) => b.from === "business" && !settled(b) && b.seq > c.seen);
  clearTimeout(looking);
  if (!pending) return;
  looking = setTimeout(async () => {
    c.seen = lastSeq(c);
    emit("unread");
    await api.read(id).catch(() => {});
  }, 600);
}
document.addEventListener("visibilitychange", look);

function setStatus(id, messageId, status) {
  const bubble = chat(id).byId.get(messageId);
  if (!bubble || bubble.status === status) return;
  bubble.status = status;
  emit("status", { customer: id, bubble });
}

function take(e) {
  if (e.kind === "bubble") {
    if (put(e.customer, e.bubble)) emit("unread");
    if (e.customer === store.current) look();
  } else if (e.kind === "status") setStatus(e.customer, e.message_id, e.status);
  else if (e.kind === "read_by_business") {
    const upTo = chat(e.customer).byId.get(e.message_id)?.seq ?? 0;
    for (const b of chat(e.customer).bubbles) if (b.from === "customer" && b.seq <= upTo && !settled(b)) setStatus(e.customer, b.id, "read");
  } else if (e.kind === "typing") {
    chat(e.customer).typingUntil = Date.now() + Math.max(0, Math.min(e.until_ms - now(), 25000));
    emit("typing", e.customer);
  } else if (e.kind === "clock") {
    store.clockOffset = e.now_ms - Date.now();
    emit("clock");
  } else if (e.kind === "catalog") catalogChanged();
  else if (e.kind === "customer") e.customer?.id ? putCustomer(e.customer) : loadCustomers().catch(() => {});
  else if (e.kind === "lagged" && store.current) catchUp(store.current).catch(() => {});
}

async function refresh() {
  await loadAccounts();
  await Promise.all([api.customers().then((all) => (store.customers = all)), loadCatalog()]);
}

/** Which customer the address, or the last visit, asks for. */
export function wanted() {
  const asked = new URLSearchParams(location.search).get("customer");
  const digits = (text) => String(text ?? "").replace(/\D/gu, "");
  const byAddress = asked && store.customers.find((c) => c.id === asked || (digits(asked) && digits(c.phone) === digits(asked)));
  let last = null;
  try {
    last = localStorage.getItem("phone.customer");
  } catch {
    // As above.
  }
  return { asked, id: (byAddress || (!asked && store.customers.find((c) => c.id === last)) || (!asked && store.customers[0]))?.id ?? null };
}

export function start(ready) {
  let begun = false;
  follow(
    take,
    async () => {
      try {
        await refresh();
        store.online = true;
        emit("online");
        if (!begun) {
          begun = true;
          ready();
        } else if (store.current && !customer()) await select(store.customers[0]?.id ?? null);
        else if (store.current) await catchUp(store.current);
        emit("customers");
        await loadCustomers();
        look();
      } catch (error) {
        console.warn("catching up failed", error);
      }
    },
    () => {
      store.online = false;
      emit("online");
    },
  );
}
