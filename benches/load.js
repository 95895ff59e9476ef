// Bounded load on a running server, and what it costs that process: CPU, memory and disk syncs, read from the operating system.
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";

/** Clock ticks a second in /proc. */
const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Seconds of CPU that a process has used, its own and the kernel's on its behalf. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Private memory of a process in MB: what would be free if it ended. */
export function privateMegabytes(pid) {
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").matchAll(/^Private_\w+:\s+(\d+) kB/gm);
  return [...lines].reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) / 1024;
}

/** A client of a few connections that are kept open, as a reverse proxy's. */
export class Client {
  constructor(url, connections) {
    this.url = new URL(url);
    this.connections = connections;
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends `{ path, method?, headers?, body? }`; answers `{ status, body }`. An object as body is sent as JSON, a text as a form. */
  send({ path, method = "GET", headers = {}, body }) {
    const isForm = typeof body === "string";
    const content = body === undefined || isForm ? body : JSON.stringify(body);
    const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
    const described = content === undefined ? {} : { "Content-Type": type, "Content-Length": Buffer.byteLength(content) };
    return new Promise((resolve, reject) => {
      const call = request(
        { agent: this.agent, host: this.url.hostname, port: this.url.port, path, method, headers: { ...headers, ...described } },
        (answer) => {
          const chunks = [];
          answer.on("data", (chunk) => chunks.push(chunk));
          answer.on("end", () => resolve({ status: answer.statusCode, body: Buffer.concat(chunks) }));
          answer.on("error", reject);
        },
      );
      call.on("error", reject);
      call.end(content);
    });
  }

  /**
   * Sends what `next()` makes, on every connection, for some seconds; answers of another status than `expected` are counted.
   * The answer holds milliseconds of every request, sorted, and how long it all took in seconds.
   */
  async drive(seconds, next, expected = [200]) {
    const times = [];
    const unexpected = new Map();
    const began = performance.now();
    const end = began + seconds * 1000;
    const worker = async () => {
      while (performance.now() < end) {
        const sent = performance.now();
        const { status } = await this.send(next());
        times.push(performance.now() - sent);
        if (!expected.includes(status)) unexpected.set(status, (unexpected.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: this.connections }, worker));
    const took = (performance.now() - began) / 1000;
    return { times: Float64Array.from(times).sort(), took, unexpected };
  }

  close() {
    this.agent.destroy();
  }
}

/** The value that this share of a sorted list stays under. */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Counts the disk syncs of a process while `work` runs; undefined where strace is missing or not allowed. */
export async function countSyncs(pid, work) {
  const trace = spawn("strace", ["-f", "-q", "-e", "trace=fsync,fdatasync,sync_file_range", "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let lines = "";
  trace.stderr.on("data", (chunk) => {
    lines += chunk;
  });
  const ended = new Promise((resolve) => {
    trace.once("error", () => resolve(false));
    trace.once("close", () => resolve(true));
  });
  const threads = readdirSync(`/proc/${pid}/task`).length;
  const isTraced = () => /^TracerPid:\s+[1-9]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  for (let tries = 0; tries < 100 && !isTraced(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  if (!isTraced()) {
    trace.kill();
    return undefined;
  }
  await new Promise((resolve) => setTimeout(resolve, 20 * threads));
  await work();
  trace.kill("SIGINT");
  await ended;
  return [...lines.matchAll(/(?:fsync|fdatasync|sync_file_range)\(/g)].length;
}
