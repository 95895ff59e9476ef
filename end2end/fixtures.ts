// What every spec imports instead of @playwright/test: a real server for each worker, and tests that fail on any fault seen.
import { type BrowserContext, test as base, expect, type Page, type TestInfo } from "@playwright/test";
import { Api, type Role, type Ticket } from "./api.ts";
import { Server, type Starting } from "./server.ts";

export { Api, type HistoryRow, type Message, type Role, type Ticket } from "./api.ts";
export { expectAccessible, expectNoSidewaysScroll, expectValidHtml, type Load, validate, weigh } from "./checks.ts";
export { BINARY, findFreePort, run, Server } from "./server.ts";
export { expect, type Page };

/** Which contexts run scripts: a page cannot be asked. */
const scripted = new WeakMap<BrowserContext, boolean>();

/** Waits until the page is live; at once where JavaScript is off. Anything may be used before: this is for what must not be. */
export async function hydrated(page: Page): Promise<void> {
  if (scripted.get(page.context()) === false) return;
  await page.locator("html[data-hydrated]").waitFor({ state: "attached", timeout: 15_000 });
}

/** What went wrong in the browser or the server during a test, beside what the test itself asserts. */
export class Faults {
  private seen: string[] = [];
  private expected: RegExp[] = [];

  /** Says that a fault matching `pattern` belongs to this test, such as the console's line about a 404 that it asks for. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  add(fault: string): void {
    this.seen.push(fault);
  }

  list(): string[] {
    return this.seen.filter((fault) => !this.expected.some((pattern) => pattern.test(fault)));
  }

  /** Listens to all pages of a context, those to come included. */
  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() === "error") this.add(`console error: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.add(`page error: ${error.error().stack ?? error.error().message}`));
    context.on("response", (response) => {
      if (response.status() >= 500 && isOurs(response.url())) this.add(`${response.status()} for ${response.url()}`);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "no reason";
      // Leaving a page cuts off what it still asked for; a browser without JavaScript refuses to preload scripts.
      const isMeant = reason === "net::ERR_ABORTED" || (reason === "csp" && scripted.get(context) === false);
      if (!isMeant && isOurs(request.url())) this.add(`${reason} for ${request.url()}`);
    });
  }
}

function isOurs(url: string): boolean {
  return new URL(url).hostname === "127.0.0.1";
}

function panicsIn(log: string): string[] {
  return log.split("\n").filter((line) => line.includes("panicked at"));
}

/** How a person comes in. */
interface Coming {
  /** The role that the device remembers; none is a first visit. */
  as?: Role;
  /** Another server than the worker's. */
  to?: Server;
}

interface Fixtures {
  /** As whom the test's device has entered already: `test.use({ role: "staff" })`. None is a first visit. */
  role: Role | undefined;
  faults: Faults;
  /** REST calls to the worker's server. */
  api: Api;
  /** Whether this project runs scripts. */
  withJs: boolean;
  /** Goes to a path, and waits until the page is live where it can be. */
  visit: (path: string) => Promise<void>;
  /** A further person on a device of their own, for what two people do at once. */
  someone: (coming?: Coming) => Promise<Page>;
  /** A server beside the worker's, for an empty database, demo data, a restart or a service of its own; gone after the test. */
  startServer: (starting?: Starting) => Promise<Server>;
  /** Fails the test for what `faults` saw and for a panic in the server's log. */
  watched: undefined;
}

interface WorkerFixtures {
  server: Server;
  /** A second server with a year and a half of demo tickets, which tests read and do not change. */
  campus: Server;
  /** One ticket of each status on the worker's server, with a conversation; tests read them and do not change them. */
  samples: Record<Ticket["status"], Ticket>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      const code = await server.stop();
      const panics = panicsIn(server.logged());
      await server.remove();
      if (panics.length > 0) throw new Error(`The server panicked:\n${panics.join("\n")}`);
      if (code !== 0) throw new Error(`The server ended with ${code} after SIGTERM:\n${server.logged().slice(-2000)}`);
    },
    { scope: "worker", timeout: 60_000 },
  ],

  campus: [
    async ({}, use) => {
      const campus = await Server.start({ seed: 400 });
      await use(campus);
      await campus.stop();
      const panics = panicsIn(campus.logged());
      await campus.remove();
      if (panics.length > 0) throw new Error(`The server panicked:\n${panics.join("\n")}`);
    },
    { scope: "worker", timeout: 60_000 },
  ],

  samples: [
    async ({ playwright, server }, use) => {
      const request = await playwright.request.newContext({ baseURL: server.url });
      const api = new Api(request);
      const talkedAbout = async (description: string, place: string) => {
        const { id } = await api.openTicket(description, { place });
        await api.postMessage(id, "It began this morning.");
        await api.postMessage(id, "Thank you, we are looking into it.", { as: "staff" });
        await api.postMessage(id, "Ask the electrician first.", { as: "staff", internal: true });
        return id;
      };
      const open = await talkedAbout("The projector in lecture hall 3 shows no picture", "Main building, hall 3");
      const active = await talkedAbout("The elevator is stuck between two floors", "Library");
      const closed = await talkedAbout("The canteen's food was cold again", "Canteen");
      await api.activate(active);
      await api.activate(closed);
      await api.close(closed);
      await use({ open: await api.getTicket(open), active: await api.getTicket(active), closed: await api.getTicket(closed) });
      await request.dispose();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  withJs: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  role: [undefined, { option: true }],

  faults: async ({}, use) => use(new Faults()),

  context: async ({ context, faults, withJs, role, server }, use) => {
    scripted.set(context, withJs);
    faults.watch(context);
    if (role !== undefined) await enter(context, server.url, role);
    await use(context);
  },

  api: async ({ playwright, server }, use) => {
    const request = await playwright.request.newContext({ baseURL: server.url });
    await use(new Api(request));
    await request.dispose();
  },

  visit: async ({ page }, use) =>
    use(async (path) => {
      await page.goto(path);
      await hydrated(page);
    }),

  // After it, `startServer` stops its servers: nobody is then left to ask them.
  someone: async ({ browser, server, faults, withJs, startServer: _ }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ as, to = server } = {}) => {
      // The project's own size, zone and scripts are taken over by Playwright.
      const context = await browser.newContext({ baseURL: to.url });
      contexts.push(context);
      scripted.set(context, withJs);
      faults.watch(context);
      if (as !== undefined) await enter(context, to.url, as);
      return await context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  startServer: async ({ context, faults }, use, testInfo) => {
    const servers: Server[] = [];
    await use(async (starting) => {
      const server = await Server.start(starting);
      servers.push(server);
      return server;
    });
    // A page that is still open would try to reach it again.
    for (const page of context.pages()) await page.goto("about:blank");
    for (const server of servers) {
      await server.stop();
      for (const panic of panicsIn(server.logged())) faults.add(`panic: ${panic}`);
      await attachLog(testInfo, server, 0);
    }
    await Promise.all(servers.map((server) => server.remove()));
  },

  watched: [
    async ({ server, faults }, use, testInfo) => {
      const before = server.mark();
      await use(undefined);
      for (const panic of panicsIn(server.logged(before))) faults.add(`panic: ${panic}`);
      const found = faults.list();
      if (found.length > 0 || testInfo.status !== testInfo.expectedStatus) await attachLog(testInfo, server, before);
      expect(found, "faults seen in the browser or the server's log").toEqual([]);
    },
    { auto: true },
  ],
});

async function attachLog(testInfo: TestInfo, server: Server, from: number): Promise<void> {
  await testInfo.attach(`log of ${server.url}`, { body: server.logged(from).slice(-20_000), contentType: "text/plain" });
}

/** Makes a device remember a role, as the entry page's choice does. */
export async function enter(context: BrowserContext, url: string, as: Role): Promise<void> {
  await context.addCookies([{ name: ROLE_COOKIE, value: as, url, sameSite: "Lax" }]);
}

/** The cookie that remembers the role (R1). */
export const ROLE_COOKIE = "campusdesk_role";
