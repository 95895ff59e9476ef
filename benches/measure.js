// `make bench`: starts the release binary on a seeded database, measures it, and writes the tables of docs/performance.md.
//
//   node benches/measure.js [--tickets 10000] [--seconds 4] [--connections 8] [--soak SECONDS] [--no-browser] [--print]
//                           [--database FILE]   one that was seeded with so many before, and is kept
//
// Compare CPU seconds and ratios between two runs on one machine; a throughput alone means little. Each number of tickets has
// a table of its own in the document, between two comments; `--print` leaves the document alone.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measurePage } from "./browser.js";
import { Client, countSyncs, cpuSeconds, privateMegabytes, quantile } from "./load.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const BINARY = `${root}target/release/campusdesk`;
const DOCUMENT = `${root}docs/performance.md`;
const FOLDER = `${root}target/bench`;
const PORT = 3999;
const ADDRESS = `http://127.0.0.1:${PORT}`;
const STAFF = { "Campusdesk-Role": "staff", Cookie: "campusdesk_role=staff" };
const REQUESTER = { Cookie: "campusdesk_role=requester" };

const { values: options } = parseArgs({
  options: {
    tickets: { type: "string", default: "10000" },
    database: { type: "string" },
    seconds: { type: "string", default: "4" },
    connections: { type: "string", default: "8" },
    soak: { type: "string" },
    "no-browser": { type: "boolean", default: false },
    print: { type: "boolean", default: false },
  },
});
const tickets = Number(options.tickets);
const seconds = Number(options.seconds);
const connections = Number(options.connections);

/** Words of no real report, so that a search for one of them finds few. */
const RARE = "zeppelin";

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const say = (line) => process.stderr.write(`▸ ${line}\n`);

async function main() {
  mkdirSync(FOLDER, { recursive: true });
  const database = options.database ?? `${FOLDER}/bench.db`;
  if (options.database === undefined) {
    for (const end of ["", "-shm", "-wal"]) rmSync(database + end, { force: true });
    say(`seeding ${tickets} tickets`);
    execFileSync(BINARY, ["seed", "--tickets", String(tickets), "--database", `sqlite:${database}`], { stdio: ["ignore", "ignore", "inherit"] });
  }

  const log = openSync(`${FOLDER}/server.log`, "w");
  const { server, startMs } = await start(database, log);
  const client = new Client(ADDRESS, connections);
  const idle = privateMegabytes(server.pid);
  const ids = await collectIds(client);
  const rows = [];
  let most = idle;
  for (const operation of operations(client, ids)) {
    say(operation.name);
    rows.push(await measure(client, server.pid, operation));
    most = Math.max(most, privateMegabytes(server.pid));
  }
  const listening = await measureListeners(client, server.pid, ids);
  const syncs = await measureSyncs(client, server.pid, ids);
  const soak = options.soak === undefined ? undefined : await soakFor(Number(options.soak), server.pid, ids);
  const pages = options["no-browser"] ? [] : await measurePages(ids);
  client.close();

  server.kill("SIGTERM");
  await new Promise((resolve) => server.once("exit", resolve));
  closeSync(log);
  const panics = readFileSync(`${FOLDER}/server.log`, "utf8").split("\n").filter((line) => line.includes("panicked at"));
  const table = report({ rows, startMs, idle, most, listening, syncs, soak, pages, panics, size: statSync(database).size });
  if (options.print) process.stdout.write(table);
  else write(table);
  if (options.database === undefined) for (const end of ["", "-shm", "-wal"]) rmSync(database + end, { force: true });
  if (panics.length > 0) throw new Error(`the server panicked ${panics.length} times: ${panics[0]}`);
}

async function start(database, log) {
  const began = performance.now();
  const server = spawn(BINARY, ["serve", "--listen", `127.0.0.1:${PORT}`, "--database", `sqlite:${database}`], { stdio: ["ignore", log, log] });
  process.once("exit", () => server.kill("SIGKILL"));
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended at once: see ${FOLDER}/server.log`);
    const answer = await fetch(`${ADDRESS}/readyz`).catch(() => undefined);
    if (answer?.ok) return { server, startMs: performance.now() - began };
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Ids of tickets that a requester may see. */
async function collectIds(client) {
  const ids = [];
  let after = "";
  while (ids.length < 500) {
    const { status, body } = await client.send({ path: `/api/v1/tickets?limit=100${after}`, headers: STAFF });
    if (status !== 200) throw new Error(`GET /api/v1/tickets answered ${status}`);
    const page = JSON.parse(body.toString());
    ids.push(...page.tickets.filter((ticket) => ticket.status !== "closed").map((ticket) => ticket.id));
    if (page.next === null) break;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
  return ids;
}

/** Rises with each thing made, so that no idempotency key comes twice. */
let made = 0;

function operations(client, ids) {
  const get = (path, headers = REQUESTER) => () => ({ path, headers });
  // An answer that was kept, and the same counted anew.
  const analysis = (name, path) => [
    { name, next: get(`/api/v1/analytics/${path}`, STAFF) },
    { name: `${name}: anew`, next: get(`/api/v1/analytics/${path}`, { ...STAFF, "Cache-Control": "no-cache" }) },
  ];
  const reports = [
    "The WiFi in the library keeps dropping every few minutes",
    "The elevator in the main building is not working",
    "The food in the canteen was cold again today",
    "The projector in the lecture hall shows no picture",
  ];
  return [
    { name: "report form, HTML", next: get("/tickets/new") },
    { name: "reports, HTML, 25 rows", next: get("/tickets") },
    { name: "board, HTML, 25 rows", next: get("/helpdesk", STAFF) },
    { name: "board, HTML, compressed", next: get("/helpdesk", { ...STAFF, "Accept-Encoding": "gzip, deflate, br" }) },
    { name: "ticket with messages, HTML", next: () => ({ path: `/tickets/${pick(ids)}`, headers: REQUESTER }) },
    { name: "analyses, HTML", next: get("/helpdesk/analytics", STAFF) },
    { name: "list, JSON", next: get("/api/v1/tickets", STAFF) },
    { name: "ticket, JSON", next: () => ({ path: `/api/v1/tickets/${pick(ids)}`, headers: STAFF }) },
    { name: "search, common word", next: get("/api/v1/tickets?q=wifi", STAFF) },
    {
      name: "search, rare word",
      before: () => client.send({ path: "/api/v1/tickets", method: "POST", headers: STAFF, body: { description: `A ${RARE} blocks the door` } }),
      next: get(`/api/v1/tickets?q=${RARE}`, STAFF),
    },
    { name: "opened in a period and not closed", next: get("/api/v1/analytics/backlog?last=7d", STAFF) },
    ...analysis("resolution by month", "resolution"),
    ...analysis("active per category", "categories"),
    ...analysis("opened and closed, 30 days", "flow"),
    ...analysis("opened and closed, a year of weeks", "flow?last=365d"),
    ...analysis("first response by week", "response"),
    ...analysis("hours of the week", "hours"),
    ...analysis("places", "places"),
    ...analysis("expectation", "expectation?category=technical-it&ticket=100"),
    {
      name: "suggest a category",
      next: () => ({
        path: "/rpc/suggest_category",
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ text: `${pick(reports)} (${(made += 1)})` }).toString(),
      }),
    },
    {
      name: "create a ticket",
      expected: [201],
      next: () => ({
        path: "/api/v1/tickets",
        method: "POST",
        headers: { "Idempotency-Key": `bench-${process.pid}-${(made += 1)}` },
        body: { description: `${pick(reports)} (${made})`, place: "Main building, 1.01" },
      }),
    },
    {
      name: "post a message",
      expected: [201],
      next: () => ({ path: `/api/v1/tickets/${pick(ids)}/messages`, method: "POST", body: { body: `It is still so, ${(made += 1)}` } }),
    },
  ];
}

async function measure(client, pid, { name, before, next, expected }) {
  await before?.();
  await client.drive(Math.min(1, seconds), next, expected);
  const cpu = cpuSeconds(pid);
  const { times, took, unexpected } = await client.drive(seconds, next, expected);
  const used = cpuSeconds(pid) - cpu;
  const wrong = [...unexpected].map(([status, times]) => `${times} × ${status}`).join(", ");
  return {
    name: wrong === "" ? name : `${name} (**unexpected: ${wrong}**)`,
    cpu: (used / times.length) * 1000,
    rate: times.length / took,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

/** Two thousand pages that stand open, half of them of a ticket, and what a list costs meanwhile. */
async function measureListeners(client, pid, ids) {
  const LISTENERS = 2000;
  const REST_SECONDS = 10;
  say(`${LISTENERS} open streams`);
  const list = { name: "list, JSON", next: () => ({ path: "/api/v1/tickets", headers: STAFF }) };
  // In turns, because the machine's pace changes: without, with, with, without.
  const without = [await measure(client, pid, list)];
  const before = privateMegabytes(pid);
  // Fifty at a time, as people come; all at once, the memory of their asking would count.
  const AT_ONCE = 50;
  const open = (n) =>
    new Promise((resolve, reject) => {
      const path = n % 2 === 0 ? "/rpc/events" : `/rpc/events?ticket=${ids[n % ids.length]}&who=${n.toString(16)}`;
      get({ host: "127.0.0.1", port: PORT, path, agent: false }, (answer) => answer.once("data", () => resolve(answer.resume()))).once("error", reject);
    });
  const streams = [];
  while (streams.length < LISTENERS) {
    streams.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => open(streams.length + n)))));
  }
  const bytes = ((privateMegabytes(pid) - before) * 2 ** 20) / LISTENERS;
  const cpu = cpuSeconds(pid);
  await new Promise((resolve) => setTimeout(resolve, REST_SECONDS * 1000));
  const atRest = cpuSeconds(pid) - cpu;
  const within = [await measure(client, pid, list), await measure(client, pid, list)];
  for (const stream of streams) stream.destroy();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  without.push(await measure(client, pid, list));
  const mean = (measured) => measured.reduce((sum, { cpu }) => sum + cpu, 0) / measured.length;
  return { count: LISTENERS, bytes, seconds: REST_SECONDS, atRest, without: mean(without), within: mean(within) };
}

async function measureSyncs(client, pid, ids) {
  say("disk syncs");
  const times = 200;
  const repeat = (make) => async () => {
    for (let turn = 0; turn < times; turn += 1) await client.send(make(turn));
  };
  const create = await countSyncs(pid, repeat((turn) => ({ path: "/api/v1/tickets", method: "POST", body: { description: `Sync ${turn}` } })));
  const message = await countSyncs(
    pid,
    repeat((turn) => ({ path: `/api/v1/tickets/${ids[0]}/messages`, method: "POST", body: { body: `Sync ${turn}` } })),
  );
  return create === undefined || message === undefined ? undefined : { create: create / times, message: message / times };
}

/** Everything at once, 16 clients, one write in five: what matters is no 5xx and that the memory stays. */
async function soakFor(duration, pid, ids) {
  say(`mixed load for ${duration} s`);
  const client = new Client(ADDRESS, 16);
  const kinds = operations(client, ids);
  const [reads, writes] = [kinds.filter((kind) => kind.expected === undefined), kinds.filter((kind) => kind.expected !== undefined)];
  const memory = [];
  const watch = setInterval(() => memory.push(privateMegabytes(pid)), 5000);
  const result = await client.drive(duration, () => pick(Math.random() < 0.8 ? reads : writes).next(), [200, 201]);
  clearInterval(watch);
  client.close();
  const unexpected = [...result.unexpected].map(([status, times]) => `${times} × ${status}`).join(", ");
  const fifth = Math.max(1, Math.floor(memory.length / 5));
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length);
  return {
    duration,
    requests: result.times.length,
    unexpected: unexpected === "" ? "none" : unexpected,
    p99: quantile(result.times, 0.99),
    first: mean(memory.slice(fifth, 2 * fifth)),
    last: mean(memory.slice(-fifth)),
  };
}

async function measurePages(ids) {
  const pages = [];
  for (const [name, path, role] of [
    ["report form", "/tickets/new", "requester"],
    ["reports", "/tickets", "requester"],
    ["ticket", `/tickets/${ids[0]}`, "requester"],
    ["board", "/helpdesk", "staff"],
    ["analyses", "/helpdesk/analytics", "staff"],
  ]) {
    say(`in the browser: ${name}`);
    pages.push({ name, ...(await measurePage(ADDRESS, path, role)) });
  }
  return pages;
}

function report({ rows, startMs, idle, most, listening, syncs, soak, pages, panics, size }) {
  const out = (command, args) => spawnSync(command, args, { encoding: "utf8", cwd: root }).stdout?.trim() ?? "";
  const changed = out("git", ["status", "--porcelain", "--untracked-files=no"]) === "" ? "" : " and uncommitted changes";
  const date = new Date().toISOString().slice(0, 10);
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
  const whole = (number) => Math.round(number).toLocaleString("en");
  const lines = [
    `### ${tickets.toLocaleString("en")} tickets (${date})`,
    "",
    `\`make bench BENCH="${process.argv.slice(2).map((word) => (word === options.database ? "FILE" : word)).join(" ")}"\` at commit ${out("git", ["rev-parse", "--short", "HEAD"]) || "none"}${changed}, ` +
      `${cpus().length} × ${cpus()[0]?.model.trim()}, ${connections} connections, ${seconds} s each. The database is ${whole(size / 2 ** 20)} MB.`,
    "",
    "| operation | CPU s per 1,000 | requests/s | median ms | p99 ms |",
    "|---|--:|--:|--:|--:|",
    ...rows.map(({ name, cpu, rate, p50, p99 }) => `| ${name} | ${cpu.toFixed(3)} | ${whole(rate)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`),
    "",
    `Start to first answer ${Math.round(startMs)} ms; private memory ${idle.toFixed(0)} MB idle, ${most.toFixed(0)} MB under load; ` +
      `${syncs === undefined ? "disk syncs not counted (strace is missing)" : `disk syncs ${syncs.create.toFixed(2)} a ticket, ${syncs.message.toFixed(2)} a message`}; ` +
      `panics in the log: ${panics.length}; the program is ${(statSync(BINARY).size / 2 ** 20).toFixed(1)} MB.`,
    "",
  ];
  lines.push(
    `${whole(listening.count)} open streams, half of them of one ticket each: ${(listening.bytes / 1024).toFixed(1)} KB of private memory each, ` +
      `${listening.atRest.toFixed(2)} CPU s in ${listening.seconds} s at rest; a list costs ${listening.within.toFixed(3)} with them and ${listening.without.toFixed(3)} without.`,
    "",
  );
  if (soak !== undefined) {
    lines.push(
      `Mixed load, 16 connections, ${soak.duration} s: ${whole(soak.requests)} requests, unexpected answers: ${soak.unexpected}, p99 ${soak.p99.toFixed(1)} ms, ` +
        `private memory ${soak.first.toFixed(0)} MB in its second fifth, ${soak.last.toFixed(0)} MB in its last.`,
      "",
    );
  }
  if (pages.length > 0) {
    lines.push(
      "In Chromium, cold cache, CPU 4 times slower, slow 4G (150 ms, 1.6 Mbit/s); bytes over the wire, brotli, headers included:",
      "",
      "| page | HTML + CSS KB | scripts KB | all KB | requests | first paint s | largest paint s | live s | layout shift |",
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
      ...pages.map(
        (page) =>
          `| ${page.name} | ${kilobytes(page.pageBytes)} | ${kilobytes(page.scriptBytes)} | ${kilobytes(page.bytes)} | ${page.requests} | ` +
          `${(page.firstPaint / 1000).toFixed(2)} | ${(page.largestPaint / 1000).toFixed(2)} | ${(page.live / 1000).toFixed(2)} | ${page.shift.toFixed(3)} |`,
      ),
      "",
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Puts the table into the document, in the place of an earlier one for as many tickets. */
function write(table) {
  const [begin, end] = [`<!-- measured: ${tickets} tickets -->\n`, "<!-- end -->\n"];
  const before = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, "utf8") : "# Performance\n\n## Measured\n\n";
  const at = before.indexOf(begin);
  const stop = at < 0 ? -1 : before.indexOf(end, at);
  const after =
    stop < 0
      ? `${before.trimEnd()}\n\n${begin}${table}${end}`
      : `${before.slice(0, at)}${begin}${table}${before.slice(stop)}`;
  writeFileSync(DOCUMENT, after);
  say(`written to docs/performance.md`);
}

await main();
