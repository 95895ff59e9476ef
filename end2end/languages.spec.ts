// Every page in the reader's language, from the first byte on: by the browser's wish, or by the device's choice.
import { enter, expect, hydrated, type Page, type Server, test, weigh } from "./fixtures.ts";

const LANGUAGES = [
  { tag: "it", name: "Italiano", locale: "it-IT" },
  { tag: "de", name: "Deutsch", locale: "de-AT" },
  { tag: "fr", name: "Français", locale: "fr-CA" },
  { tag: "es", name: "Español", locale: "es-MX" },
] as const;
/** Words that stand in no sentence of the other four. */
const ENGLISH = /\b(the|of|and|with|you|your|this|that|not|have|from|than|which|when|tickets? (is|was|are|were))\b/i;
/** What people write here is of no language. */
const WORDS = "Zzkwx vrrdm qqpl";

/** What a page says: its texts, and what is read out or shown on hover. */
async function said(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const inside = walker.currentNode.parentElement?.closest("script, style, time, .language-switch");
      if (inside === null) texts.push(walker.currentNode.nodeValue ?? "");
    }
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
      for (const name of ["aria-label", "placeholder", "title", "alt"]) texts.push(element.getAttribute(name) ?? "");
    }
    return texts.map((text) => text.trim()).filter((text) => text !== "");
  });
}

/** Whether one of the texts is, word for word, what another language says where this one says something else. */
async function strangers(page: Page, tag: string): Promise<string[]> {
  const pkg = await page.locator("html").getAttribute("data-pkg");
  const list = async (of: string): Promise<string[]> => await (await page.request.get(`${pkg}/texts/${of}-staff.json`)).json();
  const [english, own] = [await list("en"), await list(tag)];
  const escaped = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, ".+?");
  const foreign = english.filter((text, at) => text !== own[at] && !own.includes(text) && text.replace(/\{\w+\}/g, "").trim().length > 1);
  const patterns = foreign.map((text) => new RegExp(`^${escaped(text)}$`));
  return (await said(page)).filter((text) => ENGLISH.test(text) || patterns.some((pattern) => pattern.test(text)));
}

/** Everything that has a page of its own, on a server where nobody wrote English. */
async function pagesOf(server: Server, page: Page): Promise<{ as: "requester" | "staff"; path: string; status?: number }[]> {
  const open = async () => {
    const answer = await page.request.post(`${server.url}/api/v1/tickets`, { data: { description: WORDS, place: "Qqx 12" } });
    return (await answer.json()).id as number;
  };
  const move = async (id: number, status: string) =>
    await page.request.put(`${server.url}/api/v1/tickets/${id}/status`, { data: { status }, headers: { "Campusdesk-Role": "staff" } });
  const say = async (id: number, role: string, internal: boolean) =>
    await page.request.post(`${server.url}/api/v1/tickets/${id}/messages`, { data: { body: WORDS, internal }, headers: { "Campusdesk-Role": role } });
  const [opened, active, closed] = [await open(), await open(), await open()];
  await move(active, "active");
  await move(closed, "active");
  await move(closed, "closed");
  await say(active, "requester", false);
  await say(active, "staff", false);
  await say(active, "staff", true);
  const { version } = await (await page.request.get(`${server.url}/api/v1/tickets/${active}`)).json();
  await page.request.patch(`${server.url}/api/v1/tickets/${active}`, { data: { description: `${WORDS} zz`, version } });
  return [
    { as: "requester", path: "/?switch" },
    { as: "requester", path: "/tickets/new" },
    { as: "requester", path: `/tickets/new?again=${closed}` },
    { as: "requester", path: `/tickets/${opened}/sent` },
    { as: "requester", path: "/tickets" },
    { as: "requester", path: "/tickets?q=nichts" },
    { as: "requester", path: "/tickets?sort=x", status: 422 },
    { as: "requester", path: `/tickets/${active}` },
    { as: "requester", path: `/tickets/${active}?edit` },
    { as: "requester", path: `/tickets/${closed}` },
    { as: "requester", path: "/tickets/claim" },
    { as: "requester", path: "/outbox" },
    { as: "requester", path: "/r/Qqx%2012" },
    { as: "requester", path: "/tickets/999999", status: 404 },
    { as: "requester", path: "/nichts", status: 404 },
    { as: "requester", path: "/helpdesk", status: 403 },
    { as: "staff", path: "/helpdesk" },
    { as: "staff", path: "/helpdesk?status=closed&place=Qqx+12&opened=2026-01-01T00:00:00Z..2036-01-01T00:00:00Z" },
    { as: "staff", path: `/helpdesk/tickets/${active}` },
    { as: "staff", path: `/helpdesk/tickets/${closed}` },
    { as: "staff", path: "/helpdesk/replies" },
    { as: "staff", path: "/helpdesk/places?new=1&refused=2" },
    { as: "staff", path: "/helpdesk/places/posters?place=Qqx+12" },
    { as: "staff", path: "/helpdesk/analytics?show=backlog,resolution,categories,flow,response,hours,places&count=30&unit=d" },
    { as: "staff", path: "/helpdesk/analytics?count=24&unit=h" },
    { as: "staff", path: "/helpdesk/analytics?count=0&unit=h&show=backlog" },
  ];
}

for (const { tag, name, locale } of LANGUAGES) {
  test.describe(name, () => {
    test.use({ locale });

    test("@js @phone no page says anything in English, before it is live and after", async ({ page, context, startServer, faults }) => {
      faults.expect(/status of (403|404|422)/);
      test.setTimeout(120_000);
      const server = await startServer();
      for (const { as, path, status } of await pagesOf(server, page)) {
        await enter(context, server.url, as);
        const answer = await page.goto(`${server.url}${path}`);
        expect(answer?.status(), path).toBe(status ?? 200);
        expect(answer?.headers()["content-language"], path).toBe(tag);
        await expect(page.locator("html"), path).toHaveAttribute("lang", tag);
        expect.soft(await strangers(page, tag), `${path}, as it comes`).toEqual([]);
        await hydrated(page);
        expect.soft(await strangers(page, tag), `${path}, live`).toEqual([]);
      }
    });

    test("r02 what is refused is explained in the language, and the report is thanked for in it", async ({ page, visit, withJs, faults }) => {
      faults.expect(/status of 422/);
      await visit("/tickets/new");
      await page.locator("#description").fill("\u0007");
      await page.locator(".report-form button.button-primary").click();
      await expect(page.getByRole("alert")).toBeVisible();
      expect(await strangers(page, tag)).toEqual([]);
      await page.locator("#description").fill(WORDS);
      await page.locator(".report-form button.button-primary").click();
      await expect(page).toHaveURL(/\/tickets\/\d+\/sent/);
      expect(await strangers(page, tag)).toEqual([]);
      if (withJs) await expect(page.locator("html")).toHaveAttribute("lang", tag);
    });

    test("@js only its texts travel", async ({ page, server }) => {
      const loads = await weigh(page, "/tickets/new");
      const texts = loads.filter(({ url }) => url.includes("/texts/"));
      // Not those of the helpdesk's pages either.
      expect(texts.map(({ url }) => url.split("/").pop())).toEqual([`${tag}.json`]);
      const wasm = loads.find(({ url }) => url.endsWith("/campusdesk.wasm"));
      const program = await (await page.request.get(wasm?.url ?? "", { headers: { "Accept-Encoding": "identity" } })).body();
      const pkg = await page.locator("html").getAttribute("data-pkg");
      for (const of of ["en", tag]) {
        const list: string[] = await (await page.request.get(`${server.url}${pkg}/texts/${of}-staff.json`)).json();
        const sentences = list.filter((text) => text.length > 40);
        expect(sentences.length).toBeGreaterThan(20);
        expect(sentences.filter((sentence) => program.includes(Buffer.from(sentence)))).toEqual([]);
      }
    });

    test("@once the manifest is in it", async ({ page }) => {
      const manifest = await (await page.request.get("/manifest.webmanifest", { headers: { "Accept-Language": locale } })).json();
      expect(manifest.lang).toBe(tag);
      const english = await (await page.request.get("/manifest.webmanifest", { headers: { "Accept-Language": "en" } })).json();
      expect(manifest.description).not.toBe(english.description);
      expect(manifest.shortcuts[0].name).not.toBe(english.shortcuts[0].name);
    });
  });
}

test("the switch in the footer is remembered on the device, whatever the browser would rather have", async ({ page, visit, withJs }) => {
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("Half a sentence");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page).toHaveURL(/\/tickets\/new$/);
  await hydrated(page);
  // What was being written is kept on the device.
  if (withJs) await expect(page.locator("#description")).toHaveValue("Half a sentence");
  await visit("/tickets");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("button", { name: "Deutsch" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});
