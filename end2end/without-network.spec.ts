// What is reported and read on a network that fails: kept on the device, sent once, and readable meanwhile.
import { expect, expectAccessible, hydrated, type Page, test as base } from "./fixtures.ts";
import { Line } from "./network.ts";

const test = base.extend<{ line: Line; tickets: () => Promise<{ id: number; description: string; photos: unknown[]; messages: number }[]> }>({
  // A server that nobody else uses, behind a line that can be cut.
  line: async ({ startServer, faults }, use) => {
    faults.expect(/net::|Failed to fetch|Failed to load|NetworkError|Load failed|fetching the script/);
    const server = await startServer();
    const line = await Line.to(server.url);
    behind.set(line, server.url);
    await use(line);
    await line.close();
  },
  tickets: async ({ line, playwright }, use) => {
    const request = await playwright.request.newContext({ baseURL: behind.get(line), extraHTTPHeaders: { "Campusdesk-Role": "staff" } });
    await use(async () => (await (await request.get("/api/v1/tickets?limit=100")).json()).tickets);
    await request.dispose();
  },
});
const behind = new WeakMap<Line, string>();

test.use({ serviceWorkers: "allow" });

/** Opens a page and waits until the worker has it. */
async function withWorker(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 20_000 });
  await page.waitForFunction(async () => (await caches.match("/outbox")) !== undefined);
}

async function report(page: Page, text: string): Promise<void> {
  await page.getByLabel("What is wrong?").fill(text);
  await page.getByRole("button", { name: "Send report" }).click();
}

const photo = () =>
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC",
    "base64",
  );

test("@js r02 a report sent without network goes once when it is back, with its photo", async ({ page, context, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  await context.setOffline(true);
  await page.getByLabel("Choose photos").setInputFiles([{ name: "one.png", mimeType: "image/png", buffer: photo() }]);
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(1);
  await report(page, "The projector in hall 3 shows no picture");
  await expect(page).toHaveURL(/\/outbox$/);
  await expect(page.locator(".outbox > li")).toHaveText(/Waiting for the network.*photos: 1.*The projector in hall 3/s);
  await page.close();
  expect(await tickets()).toEqual([]);

  line.mend();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(`${line.url}/outbox`);
  await expect(again.locator(".outbox > li")).toHaveText(/Sent: #\d+/, { timeout: 15_000 });
  const [ticket, ...others] = await tickets();
  expect([ticket?.description, ticket?.photos.length, others]).toEqual(["The projector in hall 3 shows no picture", 1, []]);
  await again.getByRole("link", { name: "Open" }).click();
  await expect(again).toHaveURL(`${line.url}/tickets/${ticket?.id}/sent`);
  await expect(again.getByRole("heading", { level: 1 })).toBeVisible();
});

test("@js r02 what waits is sent with no page open, when the browser says that there is network", async ({ page, context, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  await report(page, "The projector in hall 3 shows no picture");
  await expect(page).toHaveURL(/\/outbox$/);
  await page.close();
  line.mend();
  const browser = await context.newPage();
  const devtools = await context.newCDPSession(browser);
  const known = new Promise<string>((resolve) =>
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(line.url));
      if (ours !== undefined) resolve(ours.registrationId);
    }),
  );
  await devtools.send("ServiceWorker.enable");
  const registrationId = await known;
  expect(await tickets()).toEqual([]);
  await devtools.send("ServiceWorker.dispatchSyncEvent", { origin: line.url, registrationId, tag: "outbox", lastChance: false });
  await expect.poll(async () => (await tickets()).map(({ description }) => description)).toEqual(["The projector in hall 3 shows no picture"]);
});

test("@js r02 an answer that is lost on its way does not make a second ticket", async ({ page, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.loseAnswersTo("POST /rpc/open_ticket");
  await report(page, "The elevator is stuck");
  await expect(page).toHaveURL(/\/outbox$/);
  expect(await tickets()).toHaveLength(1);
  line.mend();
  await page.getByRole("button", { name: "Send now" }).click();
  await expect(page.locator(".outbox > li")).toHaveText(/Sent: #\d+/);
  expect(await tickets()).toHaveLength(1);
});

test("@js r02 a form that is sent before its script is there waits, too", async ({ page, context, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  // The page as it was seen last, twice: each of its forms is a report of its own.
  for (const text of ["The heating is off", "The window does not close"]) {
    await page.goto(`${line.url}/tickets/new`, { waitUntil: "commit" });
    await expect(page.locator(".network-line")).toHaveText(/No network/);
    await page.getByLabel("What is wrong?").fill(text);
    await page.evaluate(() => document.querySelector<HTMLFormElement>(".report-form")?.submit());
    await expect(page).toHaveURL(/\/outbox$/);
  }
  await expect(page.locator(".outbox > li")).toHaveCount(2);
  line.mend();
  await page.goto(`${line.url}/outbox`);
  await expect(page.locator(".outbox-sent")).toHaveCount(2, { timeout: 15_000 });
  expect((await tickets()).map(({ description }) => description).sort()).toEqual(["The heating is off", "The window does not close"]);
  await context.clearCookies();
});

test("@js what waits can be changed and taken back", async ({ page, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  await report(page, "The lamp blinks");
  await expect(page.locator(".outbox > li")).toHaveCount(1);
  await page.goto(`${line.url}/tickets/new`);
  await expect(page.getByRole("link", { name: "One text is waiting for the network" })).toBeVisible({ timeout: 10_000 });
  await report(page, "The door squeaks");
  await expect(page.locator(".outbox > li")).toHaveCount(2);
  await expectAccessible(page);
  const [door, lamp] = [page.locator(".outbox > li", { hasText: "door" }), page.locator(".outbox > li", { hasText: "lamp" })];
  await door.getByRole("button", { name: "Withdraw" }).click();
  await expect(door).toHaveCount(0);
  await lamp.getByRole("button", { name: "Change" }).click();
  await page.getByRole("textbox", { name: "Change" }).fill("The lamp in room 12 blinks");
  line.mend();
  await page.getByRole("button", { name: "Keep and send" }).click();
  await expect(page.locator(".outbox > li")).toHaveText(/Sent: #\d+/);
  expect((await tickets()).map(({ description }) => description)).toEqual(["The lamp in room 12 blinks"]);
});

test("@js r02 what is refused for a photo can be sent without it", async ({ page, context, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  await context.setOffline(true);
  await page.getByLabel("Choose photos").setInputFiles([{ name: "notes.png", mimeType: "image/png", buffer: Buffer.from("just words") }]);
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(1);
  await report(page, "The tap in room 4 drips");
  await expect(page).toHaveURL(/\/outbox$/);
  line.mend();
  await context.setOffline(false);
  await page.goto(`${line.url}/outbox`);
  const item = page.locator(".outbox > li");
  await expect(item).toHaveText(/Not sent: .*Choose a JPEG, PNG or WebP/s, { timeout: 15_000 });
  await item.getByRole("button", { name: "Send without photos" }).click();
  await expect(item).toHaveText(/Sent: #\d+/);
  await expect(page.locator("outbox-list [role=status]")).toHaveText(/Sent: #\d+/);
  expect((await tickets()).map(({ description, photos }) => [description, photos.length])).toEqual([["The tap in room 4 drips", 0]]);
});

test("@js r02 what the server cannot take now goes when it said to come again, without anybody", async ({ page, context, line, tickets, faults }) => {
  faults.expect(/status of 503|^503 for/);
  await page.clock.install();
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  await context.setOffline(true);
  await report(page, "The projector in hall 3 shows no picture");
  const waiting = page.locator(".outbox > li");
  await expect(waiting).toHaveText(/Waiting for the network/);
  line.mend();
  line.refuse("POST /rpc/open_ticket", 120);
  await context.setOffline(false);
  // The page tries at once, and so may the browser by itself.
  await expect.poll(() => line.refusals).toBeGreaterThan(0);
  await page.waitForTimeout(1_500);
  await expect(waiting).toHaveText(/Waiting for the network/);
  const before = line.refusals;
  await page.clock.runFor(110_000);
  expect(line.refusals).toBe(before);
  line.mend();
  await page.clock.runFor(20_000);
  await expect(waiting).toHaveText(/Sent: #\d+/, { timeout: 15_000 });
  expect(await tickets()).toHaveLength(1);
});

test("@js a change that comes too late is kept, and goes as a text of its own", async ({ page, context, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  await report(page, "The lamp blinks");
  await expect(page.locator(".outbox > li")).toHaveCount(1);
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByRole("textbox", { name: "Change" }).fill("The lamp in room 12 blinks");
  line.mend();
  // Another page sends it meanwhile, as it was.
  const other = await context.newPage();
  await other.goto(`${line.url}/outbox`);
  await expect(other.locator(".outbox > li")).toHaveText(/Sent: #\d+/, { timeout: 15_000 });
  await other.close();
  await page.getByRole("button", { name: "Keep and send" }).click();
  const late = page.locator(".outbox-refused");
  await expect(late).toHaveText(/It had been sent before you changed it, as #\d+.*The lamp in room 12 blinks/s);
  await expect(page.locator(".outbox-sent")).toHaveText(/The lamp blinks/);
  expect((await tickets()).map(({ description }) => description)).toEqual(["The lamp blinks"]);
  await late.getByRole("button", { name: "Send now" }).click();
  await expect(page.locator(".outbox-sent")).toHaveCount(2);
  expect((await tickets()).map(({ description }) => description).sort()).toEqual(["The lamp blinks", "The lamp in room 12 blinks"]);
});

test("@js r02 what was changed after it had arrived is a report of its own", async ({ page, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.loseAnswersTo("POST /rpc/open_ticket");
  await report(page, "The elevator is stuck");
  await expect(page).toHaveURL(/\/outbox$/);
  const item = page.locator(".outbox > li");
  await item.getByRole("button", { name: "Change" }).click();
  await page.getByRole("textbox", { name: "Change" }).fill("The elevator in the library is stuck");
  await page.getByRole("button", { name: "Keep and send" }).click();
  await expect(item).toHaveText(/The elevator in the library is stuck/);
  line.mend();
  await page.goto(`${line.url}/outbox`);
  await expect(item).toHaveText(/Not sent: /, { timeout: 15_000 });
  expect(await tickets()).toHaveLength(1);
  await item.getByRole("button", { name: "Send now" }).click();
  await expect(item).toHaveText(/Sent: #\d+/);
  expect((await tickets()).map(({ description }) => description).sort()).toEqual(["The elevator in the library is stuck", "The elevator is stuck"]);
});

test("@js r06 a message waits, and what is refused says why", async ({ page, line, playwright }) => {
  const request = await playwright.request.newContext({ baseURL: behind.get(line), extraHTTPHeaders: { "Campusdesk-Role": "staff" } });
  const open = async (description: string) => (await (await request.post("/api/v1/tickets", { data: { description } })).json()).id;
  const [one, two] = [await open("The tap drips"), await open("The clock is late")];
  await withWorker(page, `${line.url}/tickets/${one}`);
  await page.goto(`${line.url}/tickets/${two}`);
  await hydrated(page);
  line.cut();
  for (const id of [one, two]) {
    await page.goto(`${line.url}/tickets/${id}`);
    await expect(page.locator(".network-line")).toHaveText(/This is how the page was: /);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await hydrated(page);
    await page.getByLabel("Message to the helpdesk").fill(`It is still so with ${id}`);
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page).toHaveURL(/\/outbox$/);
  }
  for (const status of ["active", "closed"]) await request.put(`/api/v1/tickets/${two}/status`, { data: { status } });
  line.mend();
  await page.goto(`${line.url}/outbox`);
  await expect(page.locator(".outbox-sent")).toHaveText(new RegExp(`Sent: #${one}.*Message under #${one}`, "s"), { timeout: 15_000 });
  await expect(page.locator(".outbox-refused")).toHaveText(/Not sent: .*closed/s);
  const { messages } = await (await request.get(`/api/v1/tickets/${one}/messages`)).json();
  expect(messages).toHaveLength(1);
  await request.dispose();
});

test("@js another build or language takes nothing from what waits", async ({ page, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  line.cut();
  await report(page, "The beamer hums");
  await expect(page.locator(".outbox > li")).toHaveCount(1);
  line.mend();
  // The worker of another language is another script, as that of another build is.
  line.loseAnswersTo("POST /rpc/open_ticket");
  await page.goto(`${line.url}/outbox`);
  await page.getByRole("button", { name: "Italiano" }).click();
  await page.waitForFunction(async () => {
    const page = await caches.match("/outbox");
    return page?.headers.get("Content-Language") === "it";
  }, undefined, { timeout: 20_000 });
  line.mend();
  await page.goto(`${line.url}/outbox`);
  await expect(page.locator(".outbox > li")).toHaveText(/Inviato: #\d+/, { timeout: 15_000 });
  expect(await tickets()).toHaveLength(1);
});

test("@js what another application shares is in the form", async ({ page, line, tickets }) => {
  await withWorker(page, `${line.url}/tickets/new`);
  await page.evaluate((bytes) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/share", enctype: "multipart/form-data" });
    const text = Object.assign(document.createElement("input"), { name: "text", value: "Look at this lamp" });
    const file = Object.assign(document.createElement("input"), { name: "photo", type: "file" });
    const list = new DataTransfer();
    list.items.add(new File([new Uint8Array(bytes)], "lamp.png", { type: "image/png" }));
    file.files = list.files;
    form.append(text, file);
    document.body.append(form);
    form.submit();
  }, [...photo()]);
  await expect(page).toHaveURL(/\/tickets\/new/);
  await expect(page.getByLabel("What is wrong?")).toHaveValue("Look at this lamp", { timeout: 10_000 });
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(1);
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page).toHaveURL(/\/sent$/);
  expect((await tickets())[0]?.photos).toHaveLength(1);
});

test("@once the worker is of this build, in its reader's language, and all that it fetches is there", async ({ line, playwright }) => {
  const request = await playwright.request.newContext({ baseURL: behind.get(line) });
  const shell = async (headers = {}) => {
    const answer = await request.get("/worker.js", { headers });
    expect(answer.headers()["cache-control"]).toBe("no-cache");
    return JSON.parse(/^const SHELL=(\{.*?\}\});/.exec(await answer.text())?.[1] ?? "");
  };
  const english = await shell();
  expect(await (await request.get("/outbox")).text()).toContain(`data-pkg="${english.build}"`);
  expect(english.files.length).toBeGreaterThan(6);
  for (const address of [...english.files, ...english.pages]) expect((await request.get(address)).status(), address).toBe(200);
  const german = await shell({ Cookie: "campusdesk_language=de" });
  expect([german.language, german.texts.withdraw]).toEqual(["de", "Zurückziehen"]);
  await request.dispose();
});

test("@js r02 sent before the page is live, with its script ten seconds away: one ticket", async ({ page, line, tickets, faults }) => {
  // What a page that is left was still waiting for.
  faults.expect(/page error: $/);
  await page.route("**/*.wasm", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await route.continue().catch(() => {});
  });
  await page.goto(`${line.url}/tickets/new`, { waitUntil: "commit" });
  await report(page, "The lift is stuck");
  await expect(page).toHaveURL(/\/sent$/);
  expect((await tickets()).map(({ description }) => description)).toEqual(["The lift is stuck"]);
});

test("@once r02 one form sent five times at once is one ticket", async ({ line, playwright, tickets }) => {
  const request = await playwright.request.newContext({ baseURL: behind.get(line) });
  const form = { description: "The lift is stuck", place: "", again_of: "", key: "five-at-once" };
  const answers = await Promise.all(Array.from({ length: 5 }, () => request.post("/rpc/open_ticket", { form })));
  const ids = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(ids).size).toBe(1);
  expect(await tickets()).toHaveLength(1);
  await request.dispose();
});
