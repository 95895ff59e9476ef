// Photos in a browser: chosen, taken, pasted or dropped; made small here, so that little travels; sent before the form is, each
// with its progress; looked at. Loaded once somebody is likely to need it: without it a plain file field sends what was chosen.
import { ask } from "../ask-worker.js";
import { element, fill } from "../element.js";

/** Longest side, as it is kept. */
const SIDE = 1600;
const SMALL_SIDE = 160;
/** Aimed at, in bytes; a lower quality is tried until a photo is no larger. */
const BYTES = 400_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];
const MOST = 4;
/** How long sending a photo may take before it waits on the device. */
const PATIENCE_MS = 5 * 60_000;

/** What was chosen for a form, by its idempotency key: it outlives each drawing of the form, and ends with what it was sent with. */
const chosen = new Map();
/** The keys of refused forms, by the photos that came back with them. */
const givenWith = new Map();
/** Those that a page shows: it may have drawn its form anew since a photo was chosen. */
const pickers = new Set();
/** The keys of forms that are sent as soon as their photos are. */
const held = new Set();

class PhotoPicker extends HTMLElement {
  connectedCallback() {
    const [alt, remove, sending, failed, again, many, offline] = this.dataset.says.split("\n");
    this.texts = { alt, remove, sending, failed, again, many, offline };
    this.form = this.closest("form");
    this.list = this.querySelector(".photos-list");
    this.says = this.querySelector(".photos-says");
    this.inputs = [...this.querySelectorAll("input[type=file]")];
    pickers.add(this);
    this.heard = new AbortController();
    const on = (target, name, what, more) => target.addEventListener(name, what, { signal: this.heard.signal, ...more });
    for (const input of this.inputs) {
      // What is sent from now on is sent from here.
      input.removeAttribute("name");
      on(input, "change", (event) => {
        event.stopPropagation();
        this.takeFrom(input);
      });
    }
    // What was chosen before this was here: it may stand in a field, or in one that is drawn over by now.
    const before = globalThis.photosChosen ?? [];
    globalThis.photosChosen = undefined;
    this.take([...new Set([...this.inputs.flatMap(({ files }) => [...files]), ...before])]);
    for (const input of this.inputs) input.value = "";
    on(this.form, "paste", (event) => this.takeAll(event, event.clipboardData));
    on(this.form, "drop", (event) => this.takeAll(event, event.dataTransfer));
    on(this.form, "dragover", (event) => {
      if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
    });
    on(this.form, "submit", (event) => this.holdUntilSent(event), { capture: true });
    this.draw();
  }

  disconnectedCallback() {
    pickers.delete(this);
    this.heard.abort();
  }

  /** That of what is being written: the form has another one once that was sent. */
  get key() {
    return this.form.elements.key?.value ?? "";
  }

  get photos() {
    if (!chosen.has(this.key)) chosen.set(this.key, []);
    return chosen.get(this.key);
  }

  takeFrom(input) {
    const files = [...input.files];
    input.value = "";
    this.take(files);
  }

  takeAll(event, from) {
    const files = [...(from?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.take(files);
  }

  take(files) {
    const room = MOST - this.photos.length - this.given().length;
    if (files.length > room) this.says.textContent = this.texts.many;
    for (const file of files.slice(0, Math.max(room, 0))) {
      const photo = { file, alt: "", percent: 0, removed: new AbortController() };
      this.photos.push(photo);
      photo.done = this.send(photo);
    }
    this.draw();
  }

  /** Photos of a form that came back refused, without script: they are kept already, and go with what is sent next alone. */
  given() {
    return [...this.form.querySelectorAll(".photos-given input[type=hidden]")].filter((field) => {
      if (!givenWith.has(field.value)) givenWith.set(field.value, this.key);
      const isSent = givenWith.get(field.value) !== this.key;
      field.disabled = isSent;
      field.parentElement.hidden = isSent;
      return !isSent;
    });
  }

  async send(photo) {
    Object.assign(photo, { error: undefined, percent: 0 });
    drawAll();
    try {
      photo.ready ??= await shrink(photo.file);
      photo.small ??= photo.ready.small;
      drawAll();
      const progress = (percent) => {
        photo.percent = percent;
        for (const picker of pickers) picker.progress(photo);
      };
      photo.token = await upload(photo.ready.blob, progress, this.texts.offline, photo.removed.signal);
      photo.percent = 100;
    } catch (error) {
      photo.error = error.message;
    }
    drawAll();
  }

  /** A form is not sent without the photos that are on their way. */
  holdUntilSent(event) {
    // It names what is chosen for it now: the page may have drawn it anew, or what it named may be sent.
    this.draw();
    const { key } = this;
    const waits = this.photos.filter(({ token, error }) => token === undefined && error === undefined);
    if (waits.length === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (held.has(key)) return;
    held.add(key);
    const { submitter } = event;
    Promise.allSettled(waits.map(({ done }) => done)).then(() => {
      held.delete(key);
      const form = [...pickers].find((picker) => picker.key === key)?.form;
      // Whoever took one away, or sees that one was not taken, presses again.
      const areSent = waits.every((photo) => photo.token !== undefined && chosen.get(key).includes(photo));
      if (areSent) form?.requestSubmit(sameButton(form, submitter));
    });
  }

  progress(photo) {
    const item = this.list.children[this.photos.indexOf(photo)];
    const bar = item?.querySelector("progress");
    if (bar !== null && bar !== undefined) bar.value = photo.percent;
  }

  draw() {
    if (!this.isConnected) return;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.at : undefined;
    this.list.replaceChildren(...this.photos.map((photo, at) => this.item(photo, at + 1)));
    const full = this.photos.length + this.given().length >= MOST;
    for (const input of this.inputs) input.disabled = full;
    if (focused !== undefined) this.list.querySelector(`[data-at="${focused}"]`)?.focus();
  }

  item(photo, n) {
    const text = (name, more) => fill(this.texts[name], { n, ...more });
    const picture = element("img", { src: photo.small ?? "data:,", alt: "", width: 64, height: 64 });
    const alt = element("input", { type: "text", maxLength: 300, value: photo.alt, placeholder: text("alt") });
    // What a form attaches it with and, behind a blank, what it shows.
    const named = element("input", { type: "hidden", name: "photos[]" });
    const name = () => (named.value = `${photo.token} ${photo.alt}`);
    alt.setAttribute("aria-label", text("alt"));
    alt.dataset.at = `alt${n}`;
    alt.addEventListener("input", () => {
      photo.alt = alt.value;
      name();
    });
    const remove = element("button", { type: "button", className: "photos-remove", textContent: "×" });
    remove.setAttribute("aria-label", text("remove"));
    remove.dataset.at = `remove${n}`;
    remove.addEventListener("click", () => {
      photo.removed.abort();
      this.photos.splice(this.photos.indexOf(photo), 1);
      this.draw();
      this.inputs.at(-1).focus();
    });
    const parts = [picture, alt, remove];
    if (photo.token !== undefined) {
      name();
      parts.push(named);
    } else if (photo.error !== undefined) {
      const again = element("button", { type: "button", className: "button button-small", textContent: text("again") });
      again.addEventListener("click", () => (photo.done = this.send(photo)));
      const why = element("span", { className: "photos-why", textContent: text("failed", { why: photo.error }) });
      why.setAttribute("role", "alert");
      parts.splice(1, 1, why);
      parts.push(again);
    } else {
      const bar = element("progress", { max: 100, value: photo.percent });
      bar.setAttribute("aria-label", text("sending", { percent: "" }).replace(/\s*%.*/, ""));
      parts.push(bar);
    }
    const item = element("li", {});
    item.append(...parts);
    return item;
  }
}

function drawAll() {
  for (const picker of pickers) picker.draw();
}

/** The button that a form was to be sent with, in what it was drawn anew as. */
function sameButton(form, button) {
  if (button?.form === form) return button;
  return [...form.querySelectorAll("button")].find(({ type, name, value }) => type === "submit" && name === button?.name && value === button.value);
}

/** The picture, upright and small, in what this browser writes best; the file itself where the browser cannot read it. */
async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // The server says what is wrong with it.
    return { blob: file };
  }
  const canvas = drawn(picture, SIDE);
  const small = drawn(picture, SMALL_SIDE).toDataURL("image/jpeg", 0.7);
  picture.close();
  for (const quality of QUALITIES) {
    const blob = (await written(canvas, "image/webp", quality)) ?? (await written(canvas, "image/jpeg", quality));
    if (blob !== undefined && (blob.size <= BYTES || quality === QUALITIES.at(-1))) return { blob, small };
  }
  return { blob: file, small };
}

function drawn(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = element("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  const context = canvas.getContext("2d");
  // What is transparent lies on paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** None where the browser writes no such files: it would answer with another kind. */
async function written(canvas, kind, quality) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, kind, quality));
  return blob?.type === kind ? blob : undefined;
}

/** Sends a photo; the answer is what a form attaches it with. Only this way of asking tells of its progress. */
function upload(blob, progress, offline, removed) {
  return new Promise((resolve, reject) => {
    removed.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("POST", "/rpc/photos");
    request.responseType = "json";
    request.timeout = PATIENCE_MS;
    removed.addEventListener("abort", () => request.abort());
    request.addEventListener("abort", () => reject(removed.reason));
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(Math.round((100 * loaded) / total)));
    request.addEventListener("load", () => {
      const { token, error } = request.response ?? {};
      if (token !== undefined) resolve(token);
      else reject(new Error(error ?? `${request.status}`));
    });
    // Without network it waits on the device, with the form.
    const wait = () => keep(blob).then(resolve, () => reject(new Error(offline)));
    request.addEventListener("error", wait);
    request.addEventListener("timeout", wait);
    request.send(blob);
  });
}

/** Has the service worker keep a photo; the answer is what a form names it by. */
async function keep(photo) {
  if (!navigator.serviceWorker?.controller) throw new Error("there is no worker");
  const token = await ask("keepPhoto", { photo });
  if (token === undefined) throw new Error("the device has no room for it");
  return token;
}

/** Looks at the photos of a list, beginning with one. */
function view(link) {
  const strip = link.closest(".photo-strip");
  const links = [...strip.querySelectorAll("a")];
  const { dataset } = strip;
  const picture = element("img", {});
  const says = element("p", { className: "viewer-says" });
  says.setAttribute("aria-live", "polite");
  let at = links.indexOf(link);
  const show = (next) => {
    at = (next + links.length) % links.length;
    const small = links[at].querySelector("img");
    picture.src = links[at].href;
    picture.alt = small.alt;
    says.textContent = [fill(dataset.of, { n: at + 1, count: links.length }), small.dataset.alt].filter(Boolean).join(" · ");
  };
  const button = (name, sign, press) => {
    const made = element("button", { type: "button", textContent: sign, className: `viewer-${name}` });
    made.setAttribute("aria-label", dataset[name]);
    made.addEventListener("click", press);
    return made;
  };
  const dialog = element("dialog", { className: "viewer" });
  dialog.setAttribute("aria-label", fill(dataset.open, { n: at + 1 }));
  dialog.append(picture, says, button("close", "×", () => dialog.close()));
  if (links.length > 1) dialog.append(button("previous", "‹", () => show(at - 1)), button("next", "›", () => show(at + 1)));
  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowRight") show(at + 1);
    if (key === "ArrowLeft") show(at - 1);
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    links[at].focus();
  });
  show(at);
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".photo-strip a");
  if (link === null || link === undefined || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  view(link);
}, { capture: true });

customElements.define("photo-picker", PhotoPicker);
// What was pressed while this was on its way.
const pressed = document.querySelector(".photo-strip a[data-pressed]");
if (pressed !== null) {
  pressed.removeAttribute("data-pressed");
  view(pressed);
}
