// A network that fails: between the browser and a server stands a line that can be cut, at any moment of an exchange.
import { createServer, connect, type Server as Listener, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";

/** In how many pieces a slow line brings what comes at once, and how long each takes, in milliseconds. */
const PIECES = 12;
const PIECE_MS = 80;

export class Line {
  private sockets = new Set<Socket>();
  private isCut = false;
  private withoutAnswers: ((request: string) => boolean) | undefined;
  private refused: { beginning: string; answer: string } | undefined;
  /** How many requests were refused so far. */
  refusals = 0;
  private inPieces: string | undefined;

  private constructor(
    /** What the browser is told: `http://127.0.0.1:PORT`. */
    readonly url: string,
    private readonly listener: Listener,
  ) {}

  /** A line to the server at that address. */
  static async to(server: string): Promise<Line> {
    const port = Number(new URL(server).port);
    let line: Line;
    const listener = createServer((near) => line.join(near, port));
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const address = listener.address();
    if (address === null || typeof address === "string") throw new Error("the line has no port");
    line = new Line(`http://127.0.0.1:${address.port}`, listener);
    return line;
  }

  private join(near: Socket, port: number): void {
    if (this.isCut) return void near.destroy();
    const far = connect(port, "127.0.0.1");
    let asked = "";
    let sent: Promise<unknown> = Promise.resolve();
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    near.on("data", (data) => {
      asked = data.toString("latin1").startsWith("GET") || data.toString("latin1").startsWith("POST") ? data.toString("latin1") : asked;
      if (this.refused !== undefined && asked.startsWith(this.refused.beginning)) {
        this.refusals += 1;
        return void near.end(this.refused.answer);
      }
      far.write(data);
    });
    far.on("data", (data) => {
      // The server has done what it was asked; its answer never arrives.
      if (this.withoutAnswers?.(asked)) return void near.destroy();
      if (this.inPieces === undefined || !asked.startsWith(this.inPieces)) return void near.write(data);
      const size = Math.ceil(data.length / PIECES);
      for (let at = 0; at < data.length; at += size) {
        sent = sent.then(() => near.write(data.subarray(at, at + size))).then(() => setTimeout(PIECE_MS));
      }
    });
  }

  /** No connection stays, none comes. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Answers to requests that begin so are lost on their way. */
  loseAnswersTo(beginning: string): void {
    this.withoutAnswers = (request) => request.startsWith(beginning);
  }

  /** Answers to requests that begin so come piece by piece. */
  slow(beginning: string): void {
    this.inPieces = beginning;
  }

  /** Something between answers requests that begin so: come again in so many seconds. */
  refuse(beginning: string, seconds: number): void {
    const answer = `HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${seconds}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    this.refused = { beginning, answer };
  }

  mend(): void {
    this.isCut = false;
    this.withoutAnswers = undefined;
    this.refused = undefined;
    this.inPieces = undefined;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }
}
