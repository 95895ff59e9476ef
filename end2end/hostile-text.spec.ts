// Text is always text: known attacks, stored in every field and shown on every page, neither run nor change what is seen.
import { composer, hold, LIVE_PARTS, messages, reportForm, saveReply, search } from "./doing.ts";
import { Api, expect, hydrated, type Page, type Server, test } from "./fixtures.ts";

/** Each of them calls `pwned()` where it runs; none is longer than a place may be. */
const PAYLOADS = [
  "<script>pwned()</script>",
  "<ScRiPt >pwned()</sCrIpT >",
  "</script><script>pwned()</script>",
  "<script src=data:text/javascript,pwned()></script>",
  "<img src=x onerror=pwned()>",
  '<img src="x" onerror="pwned()">',
  "<img/src=x/onerror=pwned()//",
  "<svg onload=pwned()>",
  "<svg><script>pwned()</script></svg>",
  "<svg><animate onbegin=pwned() attributeName=x dur=1s>",
  "<body onload=pwned()>",
  "<iframe src=javascript:parent.pwned()></iframe>",
  '<iframe srcdoc="<script>parent.pwned()</script>"></iframe>',
  "<object data=javascript:pwned()></object>",
  "<embed src=javascript:pwned()>",
  "<input autofocus onfocus=pwned()>",
  "<details open ontoggle=pwned()>",
  "<video><source onerror=pwned()></video>",
  "<a href=javascript:pwned() autofocus>x</a>",
  "<style>@import 'javascript:pwned()';</style>",
  "</textarea><script>pwned()</script>",
  "</title><img src=x onerror=pwned()>",
  '"><script>pwned()</script>',
  "'><img src=x onerror=pwned()>",
  '" autofocus onfocus="pwned()',
  "' onmouseover='pwned()",
  "--><script>pwned()</script><!--",
  "<!--<img src='--><img src=x onerror=pwned()//'>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=pwned()&gt;'>",
  "{{constructor.constructor('pwned()')()}}${pwned()}javascript:pwned()",
  "<noscript><p title='</noscript><img src=x onerror=pwned()>'>",
  "&lt;script&gt;pwned()&lt;/script&gt;",
];

/** Counts how often something of a payload ran in any frame of the page. */
async function trap(page: Page): Promise<() => Promise<void>> {
  const ran: string[] = [];
  await page.exposeFunction("pwned", () => ran.push(page.url()));
  page.on("dialog", async (dialog) => {
    ran.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  return async () => {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))));
    expect(ran, `what ran on ${page.url()}`).toEqual([]);
  };
}

/** A server with one ticket for each payload, which it carries in every field; their numbers, in the payloads' order. */
async function infested(startServer: () => Promise<Server>): Promise<{ server: Server; ids: number[]; api: Api }> {
  const server = await startServer();
  const { request } = await import("@playwright/test");
  const api = new Api(await request.newContext({ baseURL: server.url }));
  const ids: number[] = [];
  for (const payload of PAYLOADS) {
    const { id } = await api.openTicket(payload, { place: payload });
    await api.postMessage(id, payload);
    await api.postMessage(id, payload, { as: "staff", internal: true });
    ids.push(id);
  }
  return { server, ids, api };
}

test("@js @desktop stored attacks are shown as they are to simple users", async ({ someone, startServer }) => {
  test.slow();
  const { server, ids } = await infested(() => startServer());
  const page = await someone({ as: "requester", to: server });
  const expectNothingRan = await trap(page);
  const shown: string[] = [];
  for (let path: string | null = "/tickets?sort=oldest"; path !== null; ) {
    await page.goto(path);
    await hydrated(page);
    await expectNothingRan();
    shown.push(...(await page.locator(".card-what").allInnerTexts()));
    const next = page.getByRole("link", { name: "Next page" });
    path = (await next.count()) === 0 ? null : await next.getAttribute("href");
  }
  expect(shown).toEqual(PAYLOADS);

  for (const [at, payload] of PAYLOADS.entries()) {
    await page.goto(`/tickets/${ids[at]}`);
    await hydrated(page);
    await expect(page.locator(".ticket-text .description")).toHaveText(payload, { useInnerText: true });
    await expect(page.locator(".ticket-text .place")).toHaveText(payload, { useInnerText: true });
    await expect(messages(page).locator(".message-body")).toHaveText(payload, { useInnerText: true });
    await expectNothingRan();
  }
  // Without a reload, and in the boxes of the edit form.
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByLabel("What is wrong", { exact: true })).toHaveValue(PAYLOADS.at(-1) ?? "");
  await expect(page.getByLabel("Place")).toHaveValue(PAYLOADS.at(-1) ?? "");
  await page.getByRole("link", { name: "Reports", exact: true }).click();
  for (const payload of PAYLOADS) {
    await search(page, payload);
    await expect(page.getByRole("searchbox")).toHaveValue(payload);
    await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe(payload);
    await expectNothingRan();
  }
});

test("@js @desktop stored attacks are shown as they are to staff", async ({ someone, startServer }) => {
  test.slow();
  const { server, ids } = await infested(() => startServer());
  const page = await someone({ as: "staff", to: server });
  const expectNothingRan = await trap(page);
  const shown: string[] = [];
  for (let path: string | null = "/helpdesk?sort=oldest"; path !== null; ) {
    await page.goto(path);
    await hydrated(page);
    await expectNothingRan();
    shown.push(...(await page.locator(".row-link").allInnerTexts()));
    const next = page.getByRole("link", { name: "Next page" });
    path = (await next.count()) === 0 ? null : await next.getAttribute("href");
  }
  expect(shown).toEqual(PAYLOADS);
  for (const [at, payload] of PAYLOADS.entries()) {
    await page.goto(`/helpdesk/tickets/${ids[at]}?edit`);
    await hydrated(page);
    await expect(page.getByLabel("What is wrong", { exact: true })).toHaveValue(payload);
    await expect(page.getByLabel("Place")).toHaveValue(payload);
    await expect(messages(page).locator(".message-body")).toHaveText([payload, payload], { useInnerText: true });
    await expectNothingRan();
  }
  // Sent and shown without a reload.
  await composer(page).box.fill(PAYLOADS[4] ?? "");
  const read = page.waitForResponse(/get_ticket/); // The server must not be gone before the page has read again.
  await composer(page).send.click();
  await expect(messages(page)).toHaveCount(3);
  await read;
  await expectNothingRan();
});

test("@js @desktop attacks in saved replies are shown as they are", async ({ someone, startServer }) => {
  test.slow();
  const server = await startServer();
  const { request } = await import("@playwright/test");
  const { id } = await new Api(await request.newContext({ baseURL: server.url })).openTicket("No light");
  const page = await someone({ as: "staff", to: server });
  const expectNothingRan = await trap(page);
  const payloads = PAYLOADS.filter((payload) => payload.length <= 80);
  const replies: number[] = [];
  for (const payload of payloads) replies.push(await saveReply(page, { title: payload, body: payload }));
  await page.goto("/helpdesk/replies");
  await hydrated(page);
  for (const shown of [".reply-title", ".reply-body"]) {
    expect((await page.locator(shown).allInnerTexts()).sort()).toEqual([...payloads].sort());
  }
  await expectNothingRan();
  await page.goto(`/helpdesk/replies?edit=${replies[0]}`);
  await hydrated(page);
  await expect(page.locator("li .reply-form").getByLabel("Title")).toHaveValue(payloads[0] ?? "");
  await expect(page.locator("li .reply-form").getByLabel("What it says")).toHaveValue(payloads[0] ?? "");
  for (const [at, payload] of payloads.entries()) {
    await page.goto(`/helpdesk/tickets/${id}?reply=${replies[at]}`);
    await hydrated(page);
    await expect(composer(page).box).toHaveValue(payload);
    await expectNothingRan();
  }
  await composer(page).box.fill("/");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveCount(payloads.length);
  await expectNothingRan();
});

test("@js @desktop attacks in addresses are shown as they are", async ({ page, faults, server }) => {
  test.setTimeout(150_000); // Thirty attacks, one after the other.
  faults.expect(/status of 4\d\d/);
  const expectNothingRan = await trap(page);
  for (const payload of PAYLOADS) {
    const word = encodeURIComponent(payload);
    const places = [`/tickets?q=${word}`, `/tickets?category=${word}`, `/${word}`];
    for (const path of places.slice(0, PAYLOADS.indexOf(payload) % 3 === 0 ? 3 : 1)) {
      await page.goto(path);
      await hydrated(page);
      await expectNothingRan();
    }
    // The HTML itself: the payload is nowhere as it stands, not in a script's data either.
    if (!payload.includes("<")) continue;
    for (const path of [...places, `/tickets/1?before=${word}`, `/tickets/new?again=${word}`]) {
      const html = await (await page.request.get(`${server.url}${path}`)).text();
      expect(html, path).not.toContain(payload);
    }
  }
});

test("@js @desktop a refused form hands attacks back as they are", async ({ page, faults }) => {
  test.setTimeout(150_000); // Thirty attacks, one after the other.
  faults.expect(/status of 422/);
  const expectNothingRan = await trap(page);
  await hold(page, LIVE_PARTS); // The plain form's way, in a browser that would run a script.
  for (const payload of PAYLOADS.filter((payload) => /^["']|<\/|--/.test(payload))) {
    await page.goto("/tickets/new", { waitUntil: "commit" });
    const form = reportForm(page);
    await form.what.evaluate((box: HTMLTextAreaElement, text) => {
      box.value = text;
    }, `${payload}\u0007`);
    await form.where.fill(payload);
    await form.send.click({ noWaitAfter: true });
    await expect(page.getByRole("alert").filter({ hasText: "control character (U+0007)" })).toBeVisible();
    await expect(form.what).toHaveValue(`${payload}\u0007`);
    await expect(form.where).toHaveValue(payload);
    await expectNothingRan();
  }
});

test("@js @desktop what was typed on this device is put back as text", async ({ page, visit }) => {
  const expectNothingRan = await trap(page);
  await visit("/tickets/new");
  for (const payload of ["</textarea><script>pwned()</script>", "<img src=x onerror=pwned()> the elevator"]) {
    await reportForm(page).what.fill(payload);
    await expect(page.locator(".suggestion")).toHaveText(/./);
    await page.reload();
    await hydrated(page);
    await expect(reportForm(page).what).toHaveValue(payload);
    await expectNothingRan();
  }
});
