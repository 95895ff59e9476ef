// What waits to be sent, as pages show it: a line on every page, and the list of `/outbox`. The service worker keeps it.
import { ask, tell } from "./ask-worker.js";
import { forgetReport } from "./draft.js";
import { element, fill, moments } from "./element.js";

const channel = new BroadcastChannel("campusdesk");

/** How long after what waits could not be sent it is tried again: twice as long each time. */
const SOON_MS = 30_000;
const LATE_MS = 600_000;

/** What the worker told last. */
let told;
const lists = new Set();
let timer;
/** When it fires. */
let due;
let pause = SOON_MS;

/** Has what waits tried again while a page is open, and not before the server said to come again. */
function tryLater() {
  const waits = told.entries.some(({ state }) => state === "waiting");
  const after = told.after ?? 0;
  if (waits && timer !== undefined && Date.now() + after <= due) return;
  clearTimeout(timer);
  timer = undefined;
  if (!waits) return void (pause = SOON_MS);
  const again = () => {
    [timer, pause] = [undefined, Math.min(2 * pause, LATE_MS)];
    void tell("flush");
  };
  const ms = Math.max(pause, after);
  [timer, due] = [setTimeout(again, ms), Date.now() + ms];
}

/** The line under every page, while something waits or was refused; the list says it itself. */
function drawLine() {
  const { entries, texts } = told;
  const open = entries.filter(({ state }) => state !== "sent");
  const line = document.querySelector(".outbox-line");
  if (open.length === 0 || lists.size > 0) return line?.remove();
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
    this.items = new Map();
    this.says = element("p", { className: "outbox-says" });
    this.says.setAttribute("role", "status");
    this.list = element("ul", { className: "outbox" });
    this.none = element("p", { className: "empty" });
    // What had the focus may go from it.
    this.tabIndex = -1;
    if (told !== undefined) drawLine();
    this.draw();
    void tell("tell");
  }

  disconnectedCallback() {
    lists.delete(this);
    if (told !== undefined) drawLine();
  }

  draw() {
    if (told === undefined) return;
    const { entries, texts, language } = told;
    const focused = this.list.contains(document.activeElement) ? document.activeElement : undefined;
    const shown = entries.map((entry) => {
      const says = JSON.stringify([entry, language]);
      const before = this.items.get(entry.id);
      // Nobody loses what they are changing right now.
      if (before?.says === says || before?.item.querySelector("form")) return [entry.id, before];
      this.tellOf(entry, before?.entry);
      return [entry.id, { says, entry, item: this.item(entry) }];
    });
    [this.items, this.isDrawn] = [new Map(shown), true];
    const items = shown.map(([, { item }]) => item);
    // What stands where it stood is not moved: it would lose the focus.
    for (const item of [...this.list.children]) if (!items.includes(item)) item.remove();
    for (const [at, item] of items.entries()) if (this.list.children[at] !== item) this.list.insertBefore(item, this.list.children[at] ?? null);
    this.none.textContent = texts.nothing;
    const content = items.length === 0 ? this.none : this.list;
    if (this.children[0] !== this.says || this.children[1] !== content) this.replaceChildren(this.says, content);
    if (focused === undefined || document.activeElement === focused) return;
    const { entry, does } = focused.dataset;
    const item = this.items.get(entry)?.item;
    (item?.querySelector(`[data-does="${does}"]`) ?? item?.querySelector("button") ?? this).focus();
  }

  /** Says what became of an entry, to those who do not see the list change. */
  tellOf(entry, before) {
    const isNews = before === undefined ? this.isDrawn && entry.state === "refused" : entry.state !== before.state;
    if (isNews && entry.state !== "waiting") this.say(this.stateOf(entry));
  }

  say(what) {
    this.says.textContent = what;
  }

  /** Draws what was told. Whoever asked for something to be sent hears that it was not, too. */
  hear() {
    this.draw();
    // Until it was tried, nothing is known of the network.
    if (this.asked === undefined || told.isOnline === undefined) return;
    const entry = told.entries.find(({ id }) => id === this.asked);
    this.asked = undefined;
    if (this.says.textContent !== "") return;
    if (entry?.state === "refused") this.say(this.stateOf(entry));
    else if (told.entries.some(({ state }) => state === "waiting")) this.say(told.texts.not_yet);
  }

  /** Has something sent, and says if it still waits then. */
  async send(what, more) {
    this.asked = more?.id ?? "";
    this.say("");
    await tell(what, more);
  }

  stateOf({ state, why, ticket }) {
    const { texts } = told;
    return { waiting: texts.waiting, refused: fill(texts.was_refused, { why }), sent: fill(texts.sent, { id: ticket }) }[state];
  }

  item(entry) {
    const { texts, language } = told;
    const time = moments(language).format(entry.at);
    const kind = entry.isReport ? texts.report : fill(texts.message, { id: entry.under });
    const parts = [kind, time, entry.place, entry.photos > 0 ? fill(texts.photos, { n: entry.photos }) : ""];
    const item = element("li", { className: `outbox-${entry.state}` });
    const says = element("p", { className: "outbox-state", textContent: this.stateOf(entry) });
    const text = element("p", { className: "outbox-text", textContent: entry.text });
    const actions = element("p", { className: "outbox-actions" });
    const button = (words, press) => {
      const made = element("button", { type: "button", className: "button button-small", textContent: words });
      made.addEventListener("click", press);
      Object.assign(made.dataset, { entry: entry.id, does: words });
      actions.append(made);
    };
    const isRefused = entry.state === "refused";
    if (entry.state === "sent") {
      const there = entry.isReport ? `/tickets/${entry.ticket}/sent` : `/tickets/${entry.ticket}`;
      actions.append(element("a", { className: "button button-small", href: there, textContent: texts.see }));
      button(texts.remove, () => tell("withdraw", { id: entry.id }));
    } else {
      button(texts.now, () => (isRefused ? this.send("edit", { id: entry.id, fields: {} }) : this.send("flush")));
      // It may be a photo that is not taken, or not there any more.
      if (isRefused && entry.photos > 0) button(texts.without_photos, () => this.send("edit", { id: entry.id, fields: {}, withoutPhotos: true }));
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
      Object.assign(this.items.get(id) ?? {}, { says: "" });
      this.draw();
      (this.items.get(id)?.item.querySelector("button") ?? this).focus();
    };
    cancel.addEventListener("click", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send("edit", { id, fields: { [name]: area.value } });
      close();
    });
    item.replaceChildren(form);
    area.focus();
  }
}

channel.addEventListener("message", ({ data }) => {
  told = data;
  // A plain form leaves its draft behind.
  for (const { isReport, text } of told.entries) if (isReport) forgetReport(text);
  if (told.isOnline) isBack();
  drawLine();
  for (const list of lists) list.hear();
  tryLater();
});

/** There is network again. */
function isBack() {
  document.querySelector(".network-line")?.remove();
}

// An answer to what no worker answers shows it, too: a page that was seen before stays open while its script reads on.
const answers = new PerformanceObserver((seen) => {
  const isAnswer = ({ name, responseStatus }) => responseStatus > 0 && responseStatus < 500 && /^\/rpc\/(?!open_ticket|post_message)/.test(new URL(name).pathname);
  if (seen.getEntries().some(isAnswer)) isBack();
});
answers.observe({ type: "resource" });

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
    // The report form needs nothing of it, once the page is live; and as it was seen last it knows of no report again.
    const isDrawn = link?.pathname === "/tickets/new" && document.documentElement.dataset.hydrated !== undefined;
    if (!navigator.onLine && link && link.origin === location.origin && !link.hash && !isDrawn) event.stopPropagation();
  },
  { capture: true },
);
addEventListener("online", () => {
  isBack();
  pause = SOON_MS;
  tell("flush");
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") tell("flush");
});
customElements.define("outbox-list", OutboxList);
tell("flush");
takeShared();
