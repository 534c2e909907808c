// Puts the page together.
import { h } from "./dom.js";
import { customer, on, select, start, store, wanted } from "./state.js";
import { startChat } from "./chat.js";
import { focusComposer, startComposer } from "./composer.js";
import { createAyse, openAddCustomer, startPanel } from "./panel.js";
import { startArrive } from "./arrive.js";

const $ = (id) => document.getElementById(id);

function drawWelcome() {
  const nobody = store.online && !customer();
  $("welcome").hidden = !nobody;
  const { asked } = wanted();
  const unknown = nobody && asked && store.customers.length > 0;
  $("welcome-text").textContent = unknown ? `There is no customer “${asked}”.` : "This is a phone with nobody to hold it yet. Create a customer and write to the shop.";
  document.title = customer() ? `${customer().name} · Phone` : "Phone";
}

startChat();
startComposer();
startPanel();
startArrive();
for (const kind of ["online", "customers", "select"]) on(kind, drawWelcome);
on("online", () => ($("offline").hidden = store.online));
$("create-ayse").addEventListener("click", (e) => createAyse(e.currentTarget));
$("create-other").addEventListener("click", () => {
  const asked = new URLSearchParams(location.search).get("customer") ?? "";
  openAddCustomer(/\d{7}/u.test(asked) ? { phone: asked } : {});
});

start(() => {
  const { id } = wanted();
  select(id).then(focusComposer).catch((error) => $("toasts").append(h("div", { class: "toast bad" }, error.message)));
});
