// What waits to be sent, as pages show it: a line on every page, and the list of `/outbox`. The service worker keeps it.
import { ask, tell } from "./ask-worker.js";
import { forgetReport } from "./draft.js";
import { element, fill } from "./element.js";

const channel = new BroadcastChannel("campusdesk");

/** What the worker told last. */
let told;

/** The line under every page, while something waits or was refused. */
function drawLine() {
  const { entries, texts } = told;
  const open = entries.filter(({ state }) => state !== "sent");
  const line = document.querySelector(".outbox-line");
  if (open.length === 0 || location.pathname === "/outbox") return line?.remove();
  const refused = open.some(({ state }) => state === "refused");
  const says = refused ? texts.some_refused : fill(open.length === 1 ? texts.waits_one : texts.waits_other, { n: open.length });
  if (line?.textContent === says) return;
  line?.remove();
  const link = element("a", { href: "/outbox", textContent: says });
  const made = element("p", { className: "outbox-line" }, link);
  made.setAttribute("role", "status");
  document.body.append(made);
}

/** The list of what was sent from this device without network. */
class OutboxList extends HTMLElement {
  connectedCallback() {
    lists.add(this);
    this.draw();
    tell("tell");
  }

  disconnectedCallback() {
    lists.delete(this);
  }

  draw() {
    // Nobody loses what they are changing right now.
    if (told === undefined || this.querySelector("form") !== null) return;
    const { entries, texts } = told;
    const none = element("p", { className: "empty", textContent: texts.nothing });
    this.replaceChildren(entries.length === 0 ? none : element("ul", { className: "outbox" }, ...entries.map((entry) => this.item(entry))));
  }

  item(entry) {
    const { texts, language } = told;
    const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(entry.at);
    const kind = entry.isReport ? texts.report : fill(texts.message, { id: entry.under });
    const parts = [kind, time, entry.place, entry.photos > 0 ? fill(texts.photos, { n: entry.photos }) : ""];
    const item = element("li", { className: `outbox-${entry.state}` });
    const state = { waiting: texts.waiting, refused: fill(texts.was_refused, { why: entry.why }), sent: fill(texts.sent, { id: entry.ticket }) };
    const says = element("p", { className: "outbox-state", textContent: state[entry.state] });
    const text = element("p", { className: "outbox-text", textContent: entry.text });
    const actions = element("p", { className: "outbox-actions" });
    const button = (words, press) => {
      const made = element("button", { type: "button", className: "button button-small", textContent: words });
      made.addEventListener("click", press);
      actions.append(made);
    };
    if (entry.state === "sent") {
      const there = entry.isReport ? `/tickets/${entry.ticket}/sent` : `/tickets/${entry.ticket}`;
      actions.append(element("a", { className: "button button-small", href: there, textContent: texts.see }));
      button(texts.remove, () => tell("withdraw", { id: entry.id }));
    } else {
      button(texts.now, () => (entry.state === "refused" ? tell("edit", { id: entry.id, fields: {} }) : tell("flush")));
      button(texts.edit, () => this.edit(entry, item));
      button(texts.withdraw, () => tell("withdraw", { id: entry.id }));
    }
    item.append(says, element("p", { className: "outbox-about", textContent: parts.filter(Boolean).join(" · ") }), text, actions);
    return item;
  }

  edit({ id, name, text }, item) {
    const { texts } = told;
    const area = element("textarea", { rows: 4, required: true, maxLength: name === "body" ? 5_000 : 10_000, value: text });
    area.setAttribute("aria-label", texts.edit);
    const cancel = element("button", { type: "button", className: "button button-small", textContent: texts.cancel });
    const form = element("form", {}, area, element("p", { className: "outbox-actions" }, element("button", { className: "button button-small button-primary", textContent: texts.save }), cancel));
    const close = () => {
      form.remove();
      this.draw();
      this.querySelector("button")?.focus();
    };
    cancel.addEventListener("click", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tell("edit", { id, fields: { [name]: area.value } });
      close();
    });
    item.replaceChildren(form);
    area.focus();
  }
}

const lists = new Set();

channel.addEventListener("message", ({ data }) => {
  told = data;
  // A plain form leaves its draft behind.
  for (const { isReport, text } of told.entries) if (isReport) forgetReport(text);
  drawLine();
  for (const list of lists) list.draw();
});

/** Puts what another application shared into the form that is open for it. */
async function takeShared() {
  const area = document.querySelector("#description");
  if (area === null || !new URLSearchParams(location.search).has("shared")) return;
  const { text, photos } = (await ask("takeShared")) ?? {};
  history.replaceState(history.state, "", "/tickets/new");
  if (text) {
    area.value = [area.value, text].filter(Boolean).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const input = document.querySelector("photo-picker input[multiple]");
  if (!photos?.length || input === null) return;
  const list = new DataTransfer();
  for (const photo of photos) list.items.add(photo);
  input.files = list.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Without network the page's own script cannot fetch what a link leads to; the worker may have the page.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[href]");
    if (!navigator.onLine && link && link.origin === location.origin && !link.hash) event.stopPropagation();
  },
  { capture: true },
);
addEventListener("online", () => {
  document.querySelector(".network-line")?.remove();
  tell("flush");
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") tell("flush");
});
customElements.define("outbox-list", OutboxList);
tell("flush");
takeShared();
