// Talks to the simulator's control side (/sim). Knows nothing of the page.

export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    throw new ApiError("The simulator does not answer.", 0);
  }
  const text = await response.text();
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    // Told below, or not needed.
  }
  if (!response.ok) throw new ApiError(json?.error ?? `The simulator answered ${response.status}.`, response.status);
  return json;
}

/** Lists come bare; a list wrapped in an object is understood too. */
const list = (json, key) => (Array.isArray(json) ? json : (json?.[key] ?? []));
const one = (id) => `/sim/customers/${encodeURIComponent(id)}`;

export const api = {
  state: () => call("GET", "/sim/state"),
  customers: async () => list(await call("GET", "/sim/customers"), "customers"),
  addCustomer: (customer) => call("POST", "/sim/customers", customer),
  changeCustomer: (id, fields) => call("POST", one(id), fields),
  changeNumber: (id, to) => call("POST", `${one(id)}/change_number`, to),
  changeBsuid: (id, how) => call("POST", `${one(id)}/change_bsuid`, how),
  open: (id, to) => call("POST", `${one(id)}/open`, to),
  echo: (message) => call("POST", "/sim/echo", message),
  field: (field) => call("POST", "/sim/fields", field),
  payment: (id, status) => call("POST", "/sim/payments", { message_id: id, status }),
  number: (pnid, fields) => call("POST", `/sim/numbers/${encodeURIComponent(pnid)}`, fields),
  flow: (id) => call("GET", `/sim/flows/${encodeURIComponent(id)}`),
  flows: async (pnid) => list(await call("GET", `/sim/flows?phone_number_id=${encodeURIComponent(pnid ?? "")}`), "flows"),
  link: (code) => call("GET", `/sim/links/${encodeURIComponent(code)}`),
  preferences: (id, value, to) => call("POST", `${one(id)}/preferences`, { value, ...to }),
  chat: (id, after = 0, pnid = null) => call("GET", `${one(id)}/chat?after=${after}${pnid ? `&phone_number_id=${encodeURIComponent(pnid)}` : ""}`),
  say: (id, message) => call("POST", `${one(id)}/messages`, message),
  read: (id) => call("POST", `${one(id)}/read`, {}),
  catalog: async (pnid) => list(await call("GET", `/sim/catalog?phone_number_id=${encodeURIComponent(pnid ?? "")}`), "items"),
  faults: async () => list(await call("GET", "/sim/faults"), "faults"),
  addFault: (fault) => call("POST", "/sim/faults", fault),
  clearFaults: (kind) => call("DELETE", `/sim/faults${kind ? `?kind=${encodeURIComponent(kind)}` : ""}`),
  advance: (seconds) => call("POST", "/sim/clock/advance", { seconds }),
  flush: () => call("POST", "/sim/flush", {}),
  templates: async (pnid) => list(await call("GET", `/sim/templates?phone_number_id=${encodeURIComponent(pnid ?? "")}`), "data"),
  journal: async (after, limit) => list(await call("GET", `/sim/journal?after=${after}&limit=${limit}`), "entries"),
};

const KINDS = ["bubble", "status", "typing", "read_by_business", "catalog", "clock", "customer", "journal", "lagged"];

/** Follows /sim/events for ever. `onOpen(again)` runs at each connection: catch up there. */
export function follow(onEvent, onOpen, onLost) {
  let opened = 0;
  let wait = 500;
  const connect = () => {
    const source = new EventSource("/sim/events");
    const take = (e) => {
      try {
        onEvent(JSON.parse(e.data));
      } catch (error) {
        console.warn("event not understood", e.data, error);
      }
    };
    source.onmessage = take;
    for (const kind of KINDS) source.addEventListener(kind, take);
    source.onopen = () => {
      wait = 500;
      onOpen(opened++ > 0);
    };
    source.onerror = () => {
      // One way to come back for every kind of failure, at a calm pace.
      source.close();
      onLost?.();
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 8000);
    };
  };
  connect();
}
