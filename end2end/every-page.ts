// Every kind of page, as the checks that hold for all of them need it: who sees it, where it is, and how it came about.
import { hold, rpc, saveReply } from "./doing.ts";
import type { Api, Page, Role, Server, Ticket } from "./fixtures.ts";
import { expect, findFreePort } from "./fixtures.ts";

export interface Campus {
  page: Page;
  api: Api;
  samples: Record<Ticket["status"], Ticket>;
  /** The server with a year and a half of tickets. */
  campus: Server;
  startServer: (starting?: { flags?: string[] }) => Promise<Server>;
}

export interface Kind {
  name: string;
  as?: Role;
  /** Where it is. */
  path: (on: Campus) => string | Promise<string>;
  /** Brings the page into the state that is meant; needs JavaScript unless `plain`. */
  then?: (on: Campus) => Promise<void>;
  /** A further fault to expect in the console. */
  fault?: RegExp;
}

/** Puts a ticket among the device's own, as reporting it does. Cookies know no ports. */
async function own({ page, campus }: Campus, { id }: Ticket): Promise<void> {
  await page.context().addCookies([{ name: "campusdesk_mine", value: `${id}`, url: campus.url, sameSite: "Lax" }]);
}

/** A server that knows places. */
async function withPlaces(page: Page, startServer: Campus["startServer"]): Promise<string> {
  const { url } = await startServer();
  const table = { name: "rooms.csv", mimeType: "text/csv", buffer: Buffer.from("Library,1.02\nLecture hall 3,\n") };
  await page.request.post(`${url}/rpc/helpdesk/import_places`, { multipart: { table }, headers: { Cookie: "campusdesk_role=staff" }, maxRedirects: 0 });
  return url;
}

/** A ticket that was merged a moment ago, and the one that it leads to. */
async function merged(api: Api): Promise<[number, number]> {
  const into = await api.openTicket("The door of the sports hall does not lock");
  const duplicate = await api.openTicket("Sports hall: the lock is broken", { place: "Sports hall" });
  await api.postMessage(duplicate.id, "It has been so since Monday.");
  await api.merge(duplicate.id, into.id);
  return [duplicate.id, into.id];
}

/** All of them; those with `then` are the same HTML as another's before it. */
export const PAGES: Kind[] = [
  { name: "entry", path: () => "/" },
  { name: "report form", as: "requester", path: () => "/tickets/new" },
  { name: "report again", as: "requester", path: ({ samples }) => `/tickets/new?again=${samples.closed.id}` },
  {
    name: "report form with a suggestion and a failure",
    as: "requester",
    path: () => "/tickets/new",
    fault: /ERR_FAILED/,
    then: async ({ page }) => {
      await page.getByLabel("What is wrong?").fill("The elevator is stuck");
      await expect(page.locator(".suggestion")).toContainText("Facility management");
      await expect(page.locator(".similar li")).not.toHaveCount(0);
      await page.route(rpc("open_ticket"), (route) => route.abort("failed"));
      await page.getByRole("button", { name: "Send report" }).click();
      await expect(page.getByRole("alert").filter({ hasText: "could not be reached" })).toBeVisible();
    },
  },
  { name: "ticket about to be merged", as: "staff", path: ({ samples }) => `/helpdesk/tickets/${samples.open.id}?merge` },
  { name: "merged ticket", as: "staff", path: async ({ api }) => `/helpdesk/tickets/${(await merged(api))[0]}` },
  { name: "ticket with a duplicate", as: "requester", path: async ({ api }) => `/tickets/${(await merged(api))[1]}` },
  { name: "outbox", as: "requester", path: () => "/outbox" },
  { name: "place", as: "requester", path: ({ samples }) => `/r/${encodeURIComponent(samples.open.place ?? "")}` },
  { name: "confirmation", as: "requester", path: ({ samples }) => `/tickets/${samples.open.id}/sent` },
  { name: "list", as: "requester", path: ({ campus }) => `${campus.url}/tickets` },
  { name: "search", as: "requester", path: ({ samples }) => `/tickets?q=${samples.open.description.split(" ")[1]}` },
  { name: "list where nothing matches", as: "requester", path: () => "/tickets?q=nothinglikeit&category=technical-it" },
  { name: "empty list", as: "requester", path: async ({ startServer }) => `${(await startServer()).url}/tickets` },
  { name: "list that failed", as: "requester", path: () => "/tickets?sort=random", fault: /status of 422/ },
  { name: "ticket", as: "requester", path: ({ samples }) => `/tickets/${samples.active.id}` },
  { name: "ticket being edited", as: "requester", path: ({ samples }) => `/tickets/${samples.open.id}?edit` },
  {
    name: "ticket with a conflict",
    as: "requester",
    path: async ({ api }) => `/tickets/${(await api.openTicket("The lamp is broken", { place: "Hall" })).id}?edit`,
    fault: /status of 409/,
    then: async ({ page, api }) => {
      const id = Number(/tickets\/(\d+)/.exec(page.url())?.[1]);
      await api.editTicket(await api.getTicket(id), { description: "Both lamps are broken" });
      await page.getByLabel("What is wrong", { exact: true }).fill("The left lamp is broken");
      await page.getByRole("button", { name: "Save changes" }).click();
      await expect(page.locator(".conflict")).toBeVisible();
    },
  },
  {
    name: "ticket with a message on its way",
    as: "requester",
    path: ({ samples }) => `/tickets/${samples.open.id}`,
    then: async ({ page }) => {
      await hold(page, rpc("post_message"));
      await page.locator("form.composer").getByRole("textbox").fill("On its way");
      await page.locator("form.composer").locator(".composer-send").click();
      await expect(page.locator(".message-sending")).toBeVisible();
    },
  },
  { name: "closed ticket", as: "requester", path: ({ samples }) => `/tickets/${samples.closed.id}` },
  { name: "form for a claim code", as: "requester", path: () => "/tickets/claim" },
  { name: "claim code by a link", as: "requester", path: () => "/tickets/claim?code=lemon-river-oak-table" },
  {
    name: "claim code that is none",
    as: "requester",
    path: () => "/tickets/claim",
    fault: /status of 404/,
    then: async ({ page }) => {
      await page.getByLabel("Code").fill("lemon river oak");
      await page.getByRole("button", { name: "Add to this device" }).click();
      await expect(page.getByRole("alert").filter({ hasText: "No report has this code" })).toBeVisible();
    },
  },
  {
    name: "ticket of one's own",
    as: "requester",
    path: async (on) => {
      await own(on, on.samples.open);
      return `/tickets/${on.samples.open.id}`;
    },
  },
  {
    name: "ticket's claim code, to be made",
    as: "requester",
    path: async (on) => {
      await own(on, on.samples.open);
      return `/tickets/${on.samples.open.id}/claim`;
    },
  },
  {
    name: "ticket's claim code",
    as: "requester",
    path: async (on) => {
      const { id } = on.samples.active;
      await own(on, on.samples.active);
      const made = await on.page.request.post("/rpc/make_claim", { form: { id }, headers: { Accept: "application/json" } });
      expect(made.ok()).toBe(true);
      return `/tickets/${id}/claim`;
    },
  },
  { name: "claim code of another's ticket", as: "requester", path: ({ samples }) => `/tickets/${samples.closed.id}/claim`, fault: /status of 403/ },
  { name: "no such ticket", as: "requester", path: () => "/tickets/999999", fault: /status of 404/ },
  { name: "wrong address", path: () => "/nothing", fault: /status of 404/ },
  { name: "page for staff", as: "requester", path: () => "/helpdesk", fault: /status of 403/ },
  { name: "board", as: "staff", path: ({ campus }) => `${campus.url}/helpdesk` },
  { name: "board of one view", as: "staff", path: ({ campus }) => `${campus.url}/helpdesk?status=closed&q=wifi` },
  {
    name: "board with a selection and its keys",
    as: "staff",
    path: ({ campus }) => `${campus.url}/helpdesk`,
    then: async ({ page }) => {
      await page.getByRole("checkbox").first().check();
      await expect(page.getByText("1 selected")).toBeVisible();
      await page.locator("#keys").evaluate((keys) => keys.setAttribute("open", ""));
    },
  },
  { name: "empty board", as: "staff", path: async ({ startServer }) => `${(await startServer()).url}/helpdesk` },
  { name: "staff's open ticket", as: "staff", path: ({ samples }) => `/helpdesk/tickets/${samples.open.id}` },
  { name: "staff's active ticket", as: "staff", path: ({ samples }) => `/helpdesk/tickets/${samples.active.id}` },
  { name: "staff's closed ticket", as: "staff", path: ({ samples }) => `/helpdesk/tickets/${samples.closed.id}` },
  { name: "staff's ticket being edited", as: "staff", path: ({ samples }) => `/helpdesk/tickets/${samples.open.id}?edit` },
  {
    name: "staff's internal note",
    as: "staff",
    path: ({ samples }) => `/helpdesk/tickets/${samples.open.id}`,
    then: async ({ page }) => {
      await page.getByLabel("Internal note, for staff only").check();
      await page.locator("form.composer").getByRole("textbox").fill("For us alone");
    },
  },
  {
    name: "staff's ticket with a saved reply",
    as: "staff",
    path: async ({ page, samples }) =>
      `/helpdesk/tickets/${samples.active.id}?reply=${await saveReply(page, { title: "Solved", body: "Please check.", then: "closed" })}`,
  },
  {
    name: "staff's ticket with the saved replies open",
    as: "staff",
    path: ({ samples }) => `/helpdesk/tickets/${samples.active.id}`,
    then: async ({ page }) => {
      await saveReply(page, { title: "Ask for the room", body: "Could you tell us in which building and room this is, please?" });
      await page.locator("form.composer").getByRole("textbox").fill("Hello, /");
      await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
    },
  },
  { name: "saved replies", as: "staff", path: ({ campus }) => `${campus.url}/helpdesk/replies` },
  { name: "saved replies for a ticket", as: "staff", path: ({ campus }) => `${campus.url}/helpdesk/replies?ticket=1&q=the` },
  { name: "saved reply being edited", as: "staff", path: ({ campus }) => `${campus.url}/helpdesk/replies?edit=1` },
  { name: "saved replies where nothing matches", as: "staff", path: ({ campus }) => `${campus.url}/helpdesk/replies?q=nothinglikeit` },
  { name: "places", as: "staff", path: async ({ page, startServer }) => `${await withPlaces(page, startServer)}/helpdesk/places?new=2&refused=3` },
  { name: "no places", as: "staff", path: async ({ startServer }) => `${(await startServer()).url}/helpdesk/places` },
  { name: "posters", as: "staff", path: async ({ page, startServer }) => `${await withPlaces(page, startServer)}/helpdesk/places/posters` },
  { name: "no saved replies", as: "staff", path: async ({ startServer }) => `${(await startServer()).url}/helpdesk/replies` },
  {
    name: "analytics",
    as: "staff",
    path: ({ campus }) => `${campus.url}/helpdesk/analytics?show=backlog,resolution,categories,flow,response,hours,places&wide=flow&count=30&unit=d`,
    then: async ({ page }) => {
      await expect(page.locator(".chart canvas")).toHaveCount(7);
    },
  },
  {
    name: "analytics on a wall",
    as: "staff",
    path: ({ campus }) => `${campus.url}/helpdesk/analytics/wall?show=backlog,flow&count=30&unit=d`,
    then: async ({ page }) => {
      await expect(page.locator(".chart canvas")).toHaveCount(2);
    },
  },
  {
    name: "board narrowed by a chart",
    as: "staff",
    path: ({ campus }) => `${campus.url}/helpdesk?opened=2025-01-01T00:00:00Z..2036-01-01T00:00:00Z&place=Library&status=open,active`,
  },
  { name: "analytics with nothing picked", as: "staff", path: () => "/helpdesk/analytics?count=24&unit=h" },
  { name: "analytics of a period that is none", as: "staff", path: () => "/helpdesk/analytics?count=0&unit=h&show=backlog", fault: /status of 422/ },
  {
    name: "analytics without its services",
    as: "staff",
    path: async ({ startServer }) =>
      `${(await startServer({ flags: ["--analytics-url", `http://127.0.0.1:${await findFreePort()}`] })).url}/helpdesk/analytics`,
    fault: /503/,
  },
];
