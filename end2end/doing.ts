// What people do again and again on the pages, in the pages' own words; each works with and without JavaScript.
import { expect, type Locator, type Page, type Route } from "@playwright/test";
import { hydrated } from "./fixtures.ts";

/** A word that no other test writes, to find what this one did among everybody's. */
export function mark(): string {
  return `zq0z0${crypto.randomUUID().replaceAll("-", "").slice(0, 14)}`;
}

/** The report form's fields and button. */
export function reportForm(page: Page): { what: Locator; where: Locator; send: Locator } {
  return {
    what: page.getByLabel("What is wrong?"),
    where: page.getByLabel("Where?"),
    send: page.getByRole("button", { name: "Send report" }),
  };
}

/** Fills the report form, sends it and waits for the confirmation; the new ticket's number. */
export async function report(page: Page, what: string, where = ""): Promise<number> {
  await page.goto("/tickets/new");
  await hydrated(page);
  const form = reportForm(page);
  await form.what.fill(what);
  if (where !== "") await form.where.fill(where);
  await form.send.click();
  return await arriveAtConfirmation(page);
}

/** Waits for a report's confirmation; its number. */
export async function arriveAtConfirmation(page: Page): Promise<number> {
  await expect(page).toHaveURL(/\/tickets\/\d+\/sent$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thank you, your report is in");
  return Number(/(\d+)\/sent$/.exec(page.url())?.[1]);
}

/** The composer under a ticket. */
export function composer(page: Page): { box: Locator; send: Locator; failure: Locator; form: Locator } {
  const form = page.locator("form.composer");
  return { box: form.getByRole("textbox"), send: form.locator(".composer-send"), failure: form.getByRole("alert"), form };
}

/** What the helpdesk says again and again. */
export interface SavedReply {
  title: string;
  body: string;
  then?: "active" | "closed";
}

/** Keeps a saved reply; the page's device has to have entered as staff. Its number. */
export async function saveReply(page: Page, { title, body, then }: SavedReply): Promise<number> {
  const call = async (name: string, form: Record<string, string>) => {
    const answer = await page.request.post(`/rpc/helpdesk/${name}`, { form, headers: { Accept: "application/json" } });
    expect(answer.status(), name).toBe(200);
    return await answer.json();
  };
  await call("add_reply", { title, body, then: then ?? "" });
  const found: { id: number; title: string }[] = await call("list_replies", { search: title });
  return found.find((reply) => reply.title === title)?.id ?? 0;
}

/** The messages and notes of a ticket's conversation, in order; one that is still on its way is none yet. */
export function messages(page: Page): Locator {
  return page.locator("ol.timeline > li.message:not(.message-sending)");
}

/** The lines of a ticket's timeline that are changes. */
export function changes(page: Page): Locator {
  return page.locator("ol.timeline > li.event");
}

/** Writes under the ticket that is shown, and waits until it stands there. */
export async function say(page: Page, body: string): Promise<void> {
  const { box, send } = composer(page);
  await box.fill(body);
  await send.click();
  await expect(messages(page).filter({ hasText: body }).last()).toBeVisible();
  await expect(box).toHaveValue("");
}

/** Chooses in one of a list's filters; without JavaScript the button beside applies it. */
export async function choose(page: Page, withJs: boolean, filter: string, option: string): Promise<void> {
  await page.getByRole("search").getByLabel(filter, { exact: true }).selectOption(option);
  if (!withJs) await page.getByRole("button", { name: "Search", exact: true }).click();
}

/** Searches in a list. */
export async function search(page: Page, words: string): Promise<void> {
  await page.getByRole("searchbox").fill(words);
  await page.getByRole("button", { name: "Search", exact: true }).click();
}

/** The stream that a page follows: held back, the page stays as old as it is. */
export const events = /\/rpc\/(helpdesk\/)?events/;

/** Holds every request for `url` back until `release`; `held` tells how many wait. */
export async function hold(page: Page, url: string | RegExp): Promise<{ release: () => Promise<void>; held: () => number }> {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let waiting = 0;
  const handler = async (route: Route) => {
    waiting += 1;
    await opened;
    await route.continue().catch(() => {}); // The page may have gone on meanwhile.
  };
  await page.route(url, handler);
  return {
    held: () => waiting,
    release: async () => {
      open();
      await page.unroute(url, handler);
    },
  };
}

/** The address of a server function, for `hold` and `page.route`. */
export function rpc(name: string): RegExp {
  return new RegExp(`/rpc/(helpdesk/)?${name}$`);
}

/** The WebAssembly and the scripts that make a page live. */
export const LIVE_PARTS = /\/pkg\/.*\.wasm$/;

/** How long ago something was, as the pages say it of what a test just did. */
export const JUST_NOW = /just now|minutes? ago|UTC/;
