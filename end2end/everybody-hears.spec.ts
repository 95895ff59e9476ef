// Fifty people write and two hundred programs listen, for a minute: each hears everything, once, in order.
import { expect, type Server, test } from "./fixtures.ts";

const WRITERS = 50;
const LISTENERS = 200;
const SECONDS = 60;

/** A listener as a browser is one: whatever breaks its stream, it comes back with the last id it heard. */
class Listener {
  readonly ids: number[] = [];
  private over = new AbortController();
  private last: string | undefined;
  private opened: () => void = () => {};
  readonly ready = new Promise<void>((resolve) => {
    this.opened = resolve;
  });

  constructor(private readonly server: Server) {}

  async listen(): Promise<void> {
    while (!this.over.signal.aborted) {
      const headers: Record<string, string> = { "Campusdesk-Role": "staff", ...(this.last && { "Last-Event-ID": this.last }) };
      try {
        const answer = await fetch(`${this.server.url}/api/v1/events`, { headers, signal: this.over.signal });
        const decoder = new TextDecoder();
        let rest = "";
        for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) {
          this.opened();
          rest += decoder.decode(bytes, { stream: true });
          const lines = rest.split("\n");
          rest = lines.pop() as string;
          for (const line of lines) {
            if (!line.startsWith("id: ")) continue;
            this.last = line.slice(4);
            this.ids.push(Number(this.last));
          }
        }
      } catch (error) {
        if (!this.over.signal.aborted) throw error;
      }
    }
  }

  stop(): void {
    this.over.abort();
  }
}

test("@once r06 everybody hears everything once and in order", async ({ startServer }) => {
  test.setTimeout((SECONDS + 60) * 1000);
  const server = await startServer();
  const post = async (path: string, data: unknown) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(data),
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { id: number };
  };
  const listeners = Array.from({ length: LISTENERS }, () => new Listener(server));
  const listening = listeners.map((listener) => listener.listen());
  await Promise.all(listeners.map((listener) => listener.ready));

  let written = 0;
  const end = Date.now() + SECONDS * 1000;
  const write = async (writer: number) => {
    const { id } = await post("/tickets", { description: `The lift is stuck, says ${writer}` });
    written += 1;
    while (Date.now() < end) {
      await post(`/tickets/${id}/messages`, { body: `Still stuck, says ${writer}` });
      written += 1;
      await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1000));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  expect(written).toBeGreaterThan(WRITERS * 10);

  const expected = Array.from({ length: written }, (_, n) => n + 1);
  await expect.poll(() => listeners.every((listener) => listener.ids.length >= written), { timeout: 20_000 }).toBe(true);
  for (const listener of listeners) listener.stop();
  await Promise.all(listening);
  for (const { ids } of listeners) expect(ids).toEqual(expected);
});
