// Starts the program that people run, on a port and a database of its own, and remembers all that it logs.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The release binary: `make release` leaves it here. */
export const BINARY = fileURLToPath(new URL("../target/release/campusdesk", import.meta.url));

const START_MS = 15_000;
const STOP_MS = 10_000;

/** Only this reaches the program: it must run without any environment. */
const ENVIRONMENT = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };

export interface Starting {
  /** The sub-command. */
  command?: "serve" | "analytics";
  /** Further flags, behind `--listen` and `--database`. */
  flags?: string[];
  /** A database file to use, as after a restart; a new one otherwise. */
  database?: string;
  /** Demo tickets to seed before the start. */
  seed?: number;
  /** A port to listen on; any free one otherwise. */
  port?: number;
}

export class Server {
  private log = "";
  private exit: Promise<number | null>;

  private constructor(
    /** `http://127.0.0.1:PORT`, without a slash at its end. */
    readonly url: string,
    /** The database file; it outlives `stop` and `kill`, not `remove`. */
    readonly database: string,
    private readonly folder: string | undefined,
    private readonly process: ChildProcess,
  ) {
    const keep = (chunk: Buffer) => {
      this.log += chunk.toString();
    };
    process.stdout?.on("data", keep);
    process.stderr?.on("data", keep);
    this.exit = new Promise((resolve) => {
      process.once("exit", (code) => resolve(code));
      process.once("error", (error) => {
        this.log += `${error}\n`;
        resolve(null);
      });
    });
  }

  /** Starts a server and waits until it is ready. */
  static async start({ command = "serve", flags = [], database, seed, port: wanted }: Starting = {}): Promise<Server> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: run make release first.`);
    const folder = database === undefined ? await mkdtemp(join(tmpdir(), "campusdesk-e2e-")) : undefined;
    const file = database ?? join(folder as string, "e2e.db");
    if (seed !== undefined) {
      const { code, output } = await run("seed", "--tickets", String(seed), "--database", `sqlite:${file}`);
      if (code !== 0) throw new Error(`campusdesk seed ended with ${code}:\n${output}`);
    }
    const port = wanted ?? (await findFreePort());
    const listen = ["--listen", `127.0.0.1:${port}`, "--database", `sqlite:${file}`];
    const process = spawn(BINARY, [command, ...listen, ...flags], { env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"] });
    const server = new Server(`http://127.0.0.1:${port}`, file, folder, process);
    await server.ready();
    return server;
  }

  private async ready(): Promise<void> {
    let over = false;
    void this.exit.then(() => {
      over = true;
    });
    for (const end = Date.now() + START_MS; Date.now() < end && !over; ) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.kill();
    await this.remove();
    throw new Error(`The server ${over ? "ended" : "was not ready"} before ${this.url}/readyz answered:\n${this.log}`);
  }

  /** Everything logged so far; `from` skips that many characters, which `mark` counted. */
  logged(from = 0): string {
    return this.log.slice(from);
  }

  mark(): number {
    return this.log.length;
  }

  get pid(): number {
    return this.process.pid as number;
  }

  /** SIGTERM: finishes what runs; the exit code, null when it had to be killed. */
  async stop(): Promise<number | null> {
    this.process.kill("SIGTERM");
    const late = setTimeout(() => this.process.kill("SIGKILL"), STOP_MS);
    const code = await this.exit;
    clearTimeout(late);
    return code;
  }

  /** SIGKILL: as a power cut. */
  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exit;
  }

  /** Removes the database that `start` made. */
  async remove(): Promise<void> {
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

/** Runs the program to its end with the given arguments, as for `campusdesk seed` or a start that must fail. */
export async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const process = spawn(BINARY, args, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  process.stdout.on("data", (chunk) => {
    output += chunk;
  });
  process.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    process.once("error", reject);
    process.once("close", resolve);
  });
  return { code, output };
}

/** A port that nobody listened on a moment ago. */
export async function findFreePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(address)));
    });
  });
}
