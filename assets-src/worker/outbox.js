// What is sent without network: kept on the device, and sent in its order when the network is back. Its idempotency key makes
// one ticket or message of it, however often it is sent and whatever the network does half-way.
/* global SHELL */
import { openDB } from "idb";

export const TAG = "outbox";
/** Sent entries stay so long, so that whoever comes back sees what became of them. */
const SENT_MS = 7 * 86_400_000;
/** How long a form may take before it is kept: its key makes it one, should it have arrived. */
const PATIENCE_MS = 30_000;
/** How long an entry, and a photo ahead of it, may take to be sent; it is tried again later. */
const TEXT_MS = 60_000;
const SENDING_MS = 5 * 60_000;
/** How long the server surely keeps a photo for what is to name it. */
const TOKEN_MS = 12 * 3_600_000;
/** Photos that no entry ever named are let go after so long. */
const PHOTO_MS = 30 * 86_400_000;
/** Marks a photo that is on this device alone. */
const LOCAL = "device-";

// Entries: { id, path, fields: [[name, value]], at, state, ticket, why, status, edits, tokens: { local: { token, at } } }. Photos:
// { token, blob, at }. The shape of both is what every later version has to read: an outbox may be older than the program.
const opened = openDB("campusdesk", 1, {
  upgrade(db) {
    db.createObjectStore("entries", { keyPath: "id" });
    db.createObjectStore("photos", { keyPath: "token" });
    db.createObjectStore("shared", { keyPath: "id" });
  },
});
const channel = new BroadcastChannel("campusdesk");

export const database = () => opened;

export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a form; where there is no network it is kept, and the page goes on to what waits. */
export async function send(event, request) {
  const copy = request.clone();
  let fields;
  try {
    fields = [...(await copy.formData()).entries()];
  } catch {
    // The server says what is wrong with it.
    return fetch(request);
  }
  const isPage = request.mode === "navigate";
  const [tokens, headers] = [{}, { Accept: request.headers.get("Accept") ?? "*/*" }];
  const sent = async () => {
    if (!fields.some(isLocal)) return await soon(fetch(request));
    const form = await body(fields, tokens, (local, token) => (tokens[local] = token));
    return await soon(fetch(request.url, { ...form, headers, redirect: isPage ? "manual" : "follow" }));
  };
  try {
    const answer = await sent();
    // A plain form that was taken is sent on.
    if (answer.ok || answer.type === "opaqueredirect") {
      await forgetPhotos(fields);
      // So can be what waits.
      event.waitUntil(flush({ isOnline: true }));
    }
    return answer;
  } catch (error) {
    const became = error instanceof Refused ? { state: "refused", why: error.message } : { state: "waiting" };
    await keep(new URL(request.url).pathname, fields, { tokens, ...became });
    event.waitUntil(tell());
    return isPage ? Response.redirect("/outbox", 303) : goOn(request.url);
  }
}

function soon(answer) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new TypeError("late")), PATIENCE_MS));
  return Promise.race([answer, late]);
}

/** What the page's own script understands as "done, go on there". */
function goOn(url) {
  const done = url.includes("/open_ticket") ? "0" : "null";
  return new Response(done, { headers: { "Content-Type": "application/json", serverfnredirect: "", Location: "/outbox" } });
}

async function keep(path, fields, became) {
  const db = await opened;
  const field = fields.find(([name]) => name === "key");
  // The same key with other words is another report: the form was shown twice as it was seen last.
  const same = field === undefined ? undefined : await db.get("entries", field[1]);
  if (field === undefined) fields.push(["key", newKey()]);
  else if (same !== undefined && JSON.stringify(same.fields) !== JSON.stringify(fields)) field[1] = newKey();
  const id = fields.find(([name]) => name === "key")[1];
  await db.put("entries", { id, path, fields, at: Date.now(), ...became });
  // Where the browser has no such thing the next page that opens sends it.
  await self.registration.sync?.register(TAG).catch(() => {});
}

/** Has the browser go on trying by itself. What it tries already comes later each time; asked for again, it would come at once. */
async function goOnTrying() {
  const { sync } = self.registration;
  const tags = await sync?.getTags().catch(() => {});
  if (tags?.includes(TAG) === false) await sync.register(TAG).catch(() => {});
}

/** Changes an entry as it is now, if it is still there; what it became. */
async function change(id, how) {
  const tx = (await opened).transaction("entries", "readwrite");
  const entry = await tx.store.get(id);
  const changed = entry && { ...entry, ...how(entry) };
  if (changed !== undefined) await tx.store.put(changed);
  await tx.done;
  return changed;
}

/** Keeps a photo that could not be sent ahead of its form, until the form goes. */
export async function keepPhoto(blob) {
  const token = `${LOCAL}${newKey()}`;
  await (await opened).put("photos", { token, blob, at: Date.now() });
  return token;
}

// As a plain form names them, and as the page's script does.
const isPhoto = (name) => /^photos\[\d*\]$/.test(name);
/** The fields of a form that was sent before its script was there. */
const isFile = (name) => name === "photo" || name === "camera";
const isLocal = ([name, value]) => isPhoto(name) && typeof value === "string" && value.startsWith(LOCAL);

/** The form as a request's body: photos that are on this device alone are sent ahead, unless they were; `sent` hears of each. */
async function body(fields, tokens, sent) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, isLocal([name, value]) ? await sentPhoto(value, tokens, sent) : value);
  const isText = [...form.values()].every((value) => typeof value === "string");
  return { method: "POST", credentials: "same-origin", body: isText ? new URLSearchParams([...form]) : form };
}

/** Never taken as it is. */
class Refused extends Error {}

/** Not taken now, though there is network. */
class Later extends Error {
  constructor(answer) {
    super("later");
    this.after = retryAfter(answer);
  }
}

/** A field's value, `token alt`, with the token that the server gave. */
async function sentPhoto(value, tokens, sent) {
  const [local, ...alt] = value.split(" ");
  const named = (token) => [token, ...alt].join(" ");
  const before = tokens[local];
  if (before !== undefined && Date.now() - before.at < TOKEN_MS) return named(before.token);
  const photo = await (await opened).get("photos", local);
  if (photo === undefined) throw new Refused(SHELL.texts.refused);
  const answer = await fetch("/rpc/photos", { method: "POST", body: photo.blob, credentials: "same-origin", signal: AbortSignal.timeout(SENDING_MS) });
  // What stands between may answer with a page.
  const said = await answer.json().catch(() => ({}));
  if (said.token === undefined) {
    if (isLater(answer) || answer.ok) throw new Later(answer);
    throw new Refused(said.error ?? SHELL.texts.refused);
  }
  await sent(local, { token: said.token, at: Date.now() });
  return named(said.token);
}

const isLater = ({ status }) => status === 408 || status === 429 || status >= 500;

/** When to come again, in milliseconds, where the server says it. */
const retryAfter = ({ headers }) => 1_000 * (Number(headers.get("Retry-After")) || 0);

/** Sends what waits, the oldest first; one at a time, whoever asks. */
export async function flush({ orFail = false, isOnline } = {}) {
  let [after, waits] = [0, false];
  await navigator.locks.request("outbox", async () => {
    const db = await opened;
    const all = (await db.getAll("entries")).sort((one, other) => one.at - other.at);
    for (const { id } of all) {
      // It may have been changed or withdrawn since.
      const entry = await db.get("entries", id);
      if (entry?.state !== "waiting") continue;
      const { isOffline, after: later = 0, ...became } = await deliver(entry);
      isOnline = !isOffline;
      if (isOffline) break;
      after = Math.max(after, later);
      await note(entry, became);
    }
    await tidy();
    waits = (await db.getAll("entries")).some(({ state }) => state === "waiting");
  });
  if (waits && !orFail) await goOnTrying();
  await tell({ isOnline, after });
  // The browser tries again by itself, later each time.
  if (orFail && waits) throw new Error("what waits could not be sent");
}

/** What became of it. One that the server cannot take now holds up none of the others; without network all of them wait. */
async function deliver({ id, path, fields, tokens = {} }) {
  try {
    const form = await body(fields, tokens, (local, token) => change(id, (now) => ({ tokens: { ...now.tokens, [local]: token } })));
    const answer = await fetch(path, { ...form, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TEXT_MS) });
    if (isLater(answer)) throw new Later(answer);
    if (!answer.ok) return { state: "refused", why: problem(answer), status: answer.status };
    const said = await answer.json();
    const ticket = typeof said === "number" ? said : Number(fields.find(([name]) => name === "id")?.[1]);
    return { state: "sent", ticket, sent: Date.now(), why: undefined };
  } catch (error) {
    if (error instanceof Refused) return { state: "refused", why: error.message };
    // One that takes too long does not hold up the others either.
    return { state: "waiting", after: error.after, isOffline: !(error instanceof Later) && error.name !== "TimeoutError" };
  }
}

/** Notes what became of an entry, unless it says something else by now: that is sent next, or was too late. */
async function note(entry, became) {
  const isSent = became.state === "sent";
  let late;
  const noted = await change(entry.id, (now) => {
    const isChanged = now.edits !== entry.edits;
    if (isChanged && isSent) late = now;
    return isChanged && !isSent ? {} : { ...became, fields: entry.fields };
  });
  // It may have been withdrawn meanwhile; that it was sent is said even so.
  if (noted === undefined && isSent) await (await opened).put("entries", { ...entry, ...became });
  if (late !== undefined) await keepLate(late, became.ticket);
  if (isSent) await forgetPhotos(entry.fields);
}

/** A change that came when its entry was sent already is kept as one of its own, which goes when its writer says so. */
async function keepLate({ path, fields }, ticket) {
  const key = newKey();
  const own = fields.map(([name, value]) => [name, name === "key" ? key : value]);
  const why = SHELL.texts.too_late.replace("{id}", ticket);
  await (await opened).put("entries", { id: key, path, fields: own, at: Date.now(), state: "refused", why });
}

/** Why the server did not take it, in its reader's language. */
function problem(answer) {
  const [[, says] = []] = new URLSearchParams(`says=${answer.headers.get("Campusdesk-Problem") ?? ""}`);
  return says || SHELL.texts.refused;
}

const localPhotos = (fields) => fields.filter(isLocal).map(([, value]) => value.split(" ")[0]);

/** The photos that what is not sent yet names. */
async function namedPhotos() {
  const open = (await (await opened).getAll("entries")).filter(({ state }) => state !== "sent");
  return new Set(open.flatMap(({ fields }) => localPhotos(fields)));
}

async function forgetPhotos(fields) {
  const named = await namedPhotos();
  for (const token of localPhotos(fields)) if (!named.has(token)) await (await opened).delete("photos", token);
}

async function tidy() {
  const [db, named] = [await opened, await namedPhotos()];
  for (const { id, sent } of await db.getAll("entries")) if (sent !== undefined && Date.now() - sent > SENT_MS) await db.delete("entries", id);
  for (const { token, at } of await db.getAll("photos")) {
    if (Date.now() - at > PHOTO_MS && !named.has(token)) await db.delete("photos", token);
  }
}

/** Takes an entry back. */
export async function withdraw(id) {
  const db = await opened;
  const entry = await db.get("entries", id);
  await db.delete("entries", id);
  if (entry !== undefined) await forgetPhotos(entry.fields);
  await tell();
}

/** A text as a box shows it: a form ends its lines in another way. */
const lines = (text) => text.replaceAll("\r\n", "\n");

/** Changes what an entry says, and sends it. Its key stays: should it have arrived as it was, the server says so; then it is one of
 * its own. */
export async function edit(id, changed, withoutPhotos) {
  const isLeft = ([name]) => !(withoutPhotos && (isPhoto(name) || isFile(name)));
  const written = (fields) => fields.filter(isLeft).map(([name, value]) => [name, changed[name] ?? value]);
  let late;
  let before = [];
  // At once, not when what is being sent has been: that is too late then.
  await change(id, (entry) => {
    const { fields, state, status, edits = 0 } = entry;
    if (state === "sent") {
      if (fields.some(([name, value]) => changed[name] !== undefined && lines(changed[name]) !== lines(value))) late = { ...entry, fields: written(fields) };
      return {};
    }
    before = fields;
    const key = status === 409 ? newKey() : undefined;
    const own = written(fields).map(([name, value]) => [name, name === "key" ? (key ?? value) : value]);
    return { fields: own, state: "waiting", why: undefined, status: undefined, tokens: {}, edits: edits + 1 };
  });
  if (late !== undefined) await keepLate(late, late.ticket);
  if (withoutPhotos) await forgetPhotos(before);
  await flush();
}

/** Tells every open page what waits, and what became of what waited; and whether there is network, where that is known. */
export async function tell({ isOnline, after } = {}) {
  const entries = await (await opened).getAll("entries");
  const brief = ({ id, path, fields, at, state, ticket, why }) => {
    const field = (name) => fields.find(([one]) => one === name)?.[1] ?? "";
    const isReport = path.endsWith("/open_ticket");
    const count = fields.filter(([name, value]) => isPhoto(name) || (isFile(name) && value.size > 0)).length;
    const name = isReport ? "description" : "body";
    return { id, at, state, ticket, why, isReport, name, text: field(name), place: field("place"), under: field("id"), photos: count };
  };
  const all = entries.sort((one, other) => other.at - one.at).map(brief);
  channel.postMessage({ entries: all, texts: SHELL.texts, language: SHELL.language, isOnline, after });
}
