// What is sent without network: kept on the device, and sent in its order when the network is back. Its idempotency key makes
// one ticket or message of it, however often it is sent and whatever the network does half-way.
/* global SHELL */
import { openDB } from "idb";

export const TAG = "outbox";
/** Sent entries stay so long, so that whoever comes back sees what became of them. */
const SENT_MS = 7 * 86_400_000;
/** How long a form may take before it is kept: its key makes it one, should it have arrived. */
const PATIENCE_MS = 30_000;
/** Photos that no entry ever named are let go after so long. */
const PHOTO_MS = 30 * 86_400_000;
/** Marks a photo that is on this device alone. */
const LOCAL = "device-";

// Entries: { id, path, fields: [[name, value]], at, state, ticket, why }. Photos: { token, blob, at }. The shape of both is what
// every later version has to read: an outbox may be older than the program.
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
  try {
    if (!fields.some(isLocal)) return await soon(fetch(request));
    const headers = { Accept: request.headers.get("Accept") ?? "*/*" };
    const answer = await soon(fetch(request.url, { ...(await body(fields)), headers, redirect: isPage ? "manual" : "follow" }));
    // A plain form that was taken is sent on.
    if (answer.ok || answer.type === "opaqueredirect") await forgetPhotos({ fields });
    return answer;
  } catch {
    await keep(new URL(request.url).pathname, fields);
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

async function keep(path, fields) {
  const db = await opened;
  const field = fields.find(([name]) => name === "key");
  // The same key with other words is another report: the form was shown twice as it was seen last.
  const same = field === undefined ? undefined : await db.get("entries", field[1]);
  if (field === undefined) fields.push(["key", newKey()]);
  else if (same !== undefined && JSON.stringify(same.fields) !== JSON.stringify(fields)) field[1] = newKey();
  const id = fields.find(([name]) => name === "key")[1];
  await db.put("entries", { id, path, fields, at: Date.now(), state: "waiting" });
  // Where the browser has no such thing the next page that opens sends it.
  await self.registration.sync?.register(TAG).catch(() => {});
}

/** Keeps a photo that could not be sent ahead of its form, until the form goes. */
export async function keepPhoto(blob) {
  const token = `${LOCAL}${newKey()}`;
  await (await opened).put("photos", { token, blob, at: Date.now() });
  return token;
}

// As a plain form names them, and as the page's script does.
const isPhoto = (name) => /^photos\[\d*\]$/.test(name);
const isLocal = ([name, value]) => isPhoto(name) && typeof value === "string" && value.startsWith(LOCAL);

/** The form as a request's body: photos that are on this device alone are sent ahead. */
async function body(fields) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, isLocal([name, value]) ? await sentPhoto(value) : value);
  const isText = [...form.values()].every((value) => typeof value === "string");
  return { method: "POST", credentials: "same-origin", body: isText ? new URLSearchParams([...form]) : form };
}

class Refused extends Error {}

/** A field's value, `token alt`, with the token that the server gave. */
async function sentPhoto(value) {
  const [token, ...alt] = value.split(" ");
  const photo = await (await opened).get("photos", token);
  if (photo === undefined) throw new Refused(SHELL.texts.refused);
  const answer = await fetch("/rpc/photos", { method: "POST", body: photo.blob, credentials: "same-origin" });
  const said = await answer.json();
  if (said.token !== undefined) return [said.token, ...alt].join(" ");
  throw answer.status === 429 || answer.status >= 500 ? new TypeError("later") : new Refused(said.error);
}

/** Sends what waits, the oldest first; one at a time, whoever asks. */
export async function flush({ orFail = false } = {}) {
  let waits = false;
  await navigator.locks.request("outbox", async () => {
    const db = await opened;
    const all = (await db.getAll("entries")).sort((one, other) => one.at - other.at);
    for (const entry of all.filter(({ state }) => state === "waiting")) {
      const changed = await deliver(entry);
      waits ||= changed.state === "waiting";
      if (changed.isOffline) break;
      // It may have been withdrawn meanwhile; that it was sent is said even so.
      if (changed.state !== "sent" && (await db.get("entries", entry.id)) === undefined) continue;
      await db.put("entries", { ...entry, ...changed });
      if (changed.state === "sent") await forgetPhotos(entry);
    }
    await tidy(all);
  });
  await tell();
  // The browser tries again by itself, later each time.
  if (orFail && waits) throw new Error("what waits could not be sent");
}

/** What became of it. One that the server cannot take now holds up none of the others; without network all of them wait. */
async function deliver({ path, fields }) {
  try {
    const answer = await fetch(path, { ...(await body(fields)), headers: { Accept: "application/json" } });
    if (answer.status === 429 || answer.status >= 500) return { state: "waiting" };
    if (!answer.ok) return { state: "refused", why: problem(answer) };
    const said = await answer.json();
    const ticket = typeof said === "number" ? said : Number(fields.find(([name]) => name === "id")?.[1]);
    return { state: "sent", ticket, sent: Date.now(), why: undefined };
  } catch (error) {
    return error instanceof Refused ? { state: "refused", why: error.message } : { state: "waiting", isOffline: true };
  }
}

/** Why the server did not take it, in its reader's language. */
function problem(answer) {
  const [[, says] = []] = new URLSearchParams(`says=${answer.headers.get("Campusdesk-Problem") ?? ""}`);
  return says || SHELL.texts.refused;
}

async function forgetPhotos({ fields }) {
  const db = await opened;
  for (const [, value] of fields.filter(isLocal)) await db.delete("photos", value.split(" ")[0]);
}

async function tidy(entries) {
  const db = await opened;
  for (const { id, sent } of entries) if (sent !== undefined && Date.now() - sent > SENT_MS) await db.delete("entries", id);
  for (const { token, at } of await db.getAll("photos")) if (Date.now() - at > PHOTO_MS) await db.delete("photos", token);
}

/** Takes an entry back. */
export async function withdraw(id) {
  const db = await opened;
  const entry = await db.get("entries", id);
  await db.delete("entries", id);
  if (entry !== undefined) await forgetPhotos(entry);
  await tell();
}

/** Changes what an entry says, and sends it. Its key stays: should it have arrived as it was, the server says so. */
export async function edit(id, changed) {
  await navigator.locks.request("outbox", async () => {
    const db = await opened;
    const entry = await db.get("entries", id);
    if (entry === undefined || entry.state === "sent") return;
    const fields = entry.fields.map(([name, value]) => [name, changed[name] ?? value]);
    await db.put("entries", { ...entry, fields, state: "waiting", why: undefined });
  });
  await flush();
}

/** Tells every open page what waits, and what became of what waited. */
export async function tell() {
  const entries = await (await opened).getAll("entries");
  const brief = ({ id, path, fields, at, state, ticket, why }) => {
    const field = (name) => fields.find(([one]) => one === name)?.[1] ?? "";
    const isReport = path.endsWith("/open_ticket");
    const count = fields.filter(([name, value]) => isPhoto(name) || (name === "photo" && value.size > 0)).length;
    const name = isReport ? "description" : "body";
    return { id, at, state, ticket, why, isReport, name, text: field(name), place: field("place"), under: field("id"), photos: count };
  };
  channel.postMessage({ entries: entries.sort((one, other) => other.at - one.at).map(brief), texts: SHELL.texts, language: SHELL.language });
}
