// Photos of what is wrong: chosen, made small, sent with a report or a message, and looked at.
import { readdirSync, readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { composer, hold, messages, rpc } from "./doing.ts";
import { enter, expect, expectAccessible, hydrated, type Page, test } from "./fixtures.ts";

/** A picture of stripes, large enough that a browser has to make it smaller. */
function stripes(width: number, height: number): Buffer {
  const row = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x += 1) row.set([(x >> 3) % 2 === 0 ? 220 : 30, 90, x % 256], 1 + x * 3);
  const pixels = deflateSync(Buffer.concat(Array<Buffer>(height).fill(row)));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc(named));
  return Buffer.concat([length, named, check]);
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const photo = (name: string, width = 2400, height = 1200) => ({ name, mimeType: "image/png", buffer: stripes(width, height) });
const field = (page: Page) => page.getByLabel("Choose photos");
const send = (page: Page) => page.getByRole("button", { name: "Send report" });

/** The photos of the ticket whose confirmation is shown. */
async function photosOf(page: Page): Promise<{ url: string; width: number; height: number; alt: string }[]> {
  await expect(page).toHaveURL(/\/tickets\/\d+\/sent$/);
  const id = /tickets\/(\d+)/.exec(page.url())?.[1];
  return (await (await page.request.get(`/api/v1/tickets/${id}`)).json()).photos;
}

test("r02 photos go with a report, and are seen under it", async ({ page, visit, withJs }) => {
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  await field(page).setInputFiles([photo("one.png"), photo("two.png", 300, 200)]);
  if (withJs) {
    await expect(page.locator(".photos-list li")).toHaveCount(2);
    await page.getByLabel("What photo 1 shows").fill("Stripes on the wall");
  }
  await send(page).click();
  const photos = await photosOf(page);
  expect(photos.map(({ width, height }) => [width, height])).toEqual([[1600, 800], [300, 200]]);
  expect(photos[0]?.alt).toBe(withJs ? "Stripes on the wall" : "");
  await page.getByRole("link", { name: "See your report" }).click();
  await expect(page.locator(".photo-strip img")).toHaveCount(2);
  const first = page.locator(".photo-strip img").first();
  await expect.poll(() => first.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
  const answer = await page.request.get(photos[0]?.url ?? "");
  expect(answer.headers()["cache-control"]).toContain("immutable");
  expect(answer.headers()["content-security-policy"]).toContain("sandbox");
  expect(answer.headers()["x-content-type-options"]).toBe("nosniff");
});

test("@js what travels is small, whatever was chosen", async ({ page, visit }) => {
  await page.addInitScript(() => {
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (body) {
      if (body instanceof Blob) document.documentElement.dataset.sent = `${body.type} ${body.size}`;
      send.call(this, body);
    };
  });
  await visit("/tickets/new");
  await field(page).setInputFiles([photo("large.png", 4000, 3000)]);
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(1);
  const [kind, size] = (await page.locator("html").getAttribute("data-sent"))?.split(" ") ?? [];
  expect(kind).toMatch(/^image\/(webp|jpeg)$/);
  expect(Number(size)).toBeGreaterThan(1_000);
  expect(Number(size)).toBeLessThanOrEqual(400_000);
});

test("@js a form waits for the photos that are on their way", async ({ page, visit }) => {
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/rpc/photos", async (route) => {
    await held;
    await route.continue();
  });
  await field(page).setInputFiles([photo("one.png")]);
  await expect(page.getByRole("progressbar")).toBeVisible();
  await send(page).click();
  await page.waitForTimeout(300);
  await expect(page).toHaveURL(/\/tickets\/new$/);
  go();
  expect(await photosOf(page)).toHaveLength(1);
});

test("a file that is no picture is refused with what to do, and nothing else is lost", async ({ page, visit, withJs, faults }) => {
  faults.expect(/status of 422/);
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  await field(page).setInputFiles([{ name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("just words") }]);
  if (withJs) {
    await expect(page.locator(".photos-why")).toContainText("Choose a JPEG, PNG or WebP");
    await page.getByRole("button", { name: "Remove photo 1" }).click();
    await expect(page.locator(".photos-list li")).toHaveCount(0);
  } else {
    await send(page).click();
    await expect(page.getByRole("alert")).toContainText("Choose a JPEG, PNG or WebP");
    await expect(page.getByLabel("What is wrong?")).toHaveValue("The projector shows stripes");
  }
  await send(page).click();
  expect(await photosOf(page)).toEqual([]);
});

test("photos of a form that was refused for something else are still there", async ({ page, visit, withJs, faults }) => {
  faults.expect(/status of 422/);
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("\u0007");
  await field(page).setInputFiles([photo("one.png")]);
  if (withJs) await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(1);
  await send(page).click();
  await expect(page.getByRole("alert").filter({ hasText: "control character" })).toBeVisible();
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  await send(page).click();
  expect(await photosOf(page)).toHaveLength(1);
});

test("@js at most four are taken", async ({ page, visit }) => {
  await visit("/tickets/new");
  await field(page).setInputFiles([1, 2, 3, 4, 5].map((n) => photo(`${n}.png`, 40, 30)));
  await expect(page.locator(".photos-list li")).toHaveCount(4);
  await expect(page.getByText("at most 4 are taken")).toBeVisible();
  await expect(field(page)).toBeDisabled();
});

test("@js a picture is pasted into the box, and dropped on the form", async ({ page, visit }) => {
  await visit("/tickets/new");
  // By then its script is here: it is fetched by itself, soon after the page is live.
  await expect(page.locator("#form-script")).toBeAttached({ timeout: 10_000 });
  await page.waitForFunction(() => customElements.get("photo-picker") !== undefined);
  const bytes = [...stripes(60, 40)];
  for (const [kind, name] of [["paste", "clipboardData"], ["drop", "dataTransfer"]] as const) {
    await page.locator("#description").evaluate(
      (box, { bytes, kind, name }) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "shot.png", { type: "image/png" }));
        const event = kind === "paste" ? new ClipboardEvent(kind, { bubbles: true, cancelable: true, [name]: data }) : new DragEvent(kind, { bubbles: true, cancelable: true, [name]: data });
        box.dispatchEvent(event);
      },
      { bytes, kind, name },
    );
  }
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(2);
});

test("@js what was chosen before the page was live goes with the report", async ({ page }) => {
  await page.route("**/*.wasm", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await route.continue().catch(() => {});
  });
  await page.goto("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  await field(page).setInputFiles([photo("one.png", 500, 400)]);
  await send(page).click();
  expect(await photosOf(page)).toHaveLength(1);
});

test("@js a photo that is taken goes with the report while the form's script is not to be had", async ({ page, visit, faults }) => {
  faults.expect(/ERR_FAILED/);
  await page.route("**/form.js*", (route) => route.abort());
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  await page.locator("photo-picker input[capture]").setInputFiles([photo("one.png", 500, 400)]);
  await send(page).click();
  expect(await photosOf(page)).toHaveLength(1);
});

test("@js the form's script is fetched again after it was not to be had, and takes what every field holds", async ({ page, visit, faults }) => {
  faults.expect(/ERR_FAILED/);
  let failed = 0;
  await page.route("**/form.js*", async (route) => {
    failed += 1;
    await route.abort();
  });
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  await page.locator("photo-picker input[capture]").setInputFiles([photo("one.png", 500, 400)]);
  await field(page).setInputFiles([photo("two.png", 400, 300)]);
  await expect.poll(() => failed).toBeGreaterThan(0);
  await expect(page.locator("#form-script")).toHaveCount(0);
  await page.unroute("**/form.js*");
  await page.getByLabel("Where?").focus();
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(2);
  await send(page).click();
  expect(await photosOf(page)).toHaveLength(2);
});

test("@js r06 a photo that is on its way while the page draws itself anew goes with the message", async ({ page, context, api, server }) => {
  await enter(context, server.url, "requester");
  const { id } = await api.openTicket("The lamp is broken");
  await page.goto(`/tickets/${id}`);
  await hydrated(page);
  const upload = await hold(page, "**/rpc/photos");
  await field(page).setInputFiles([photo("one.png", 500, 400)]);
  await expect(page.getByRole("progressbar")).toBeVisible();
  await api.postMessage(id, "Which lamp is it?", { as: "staff" });
  await expect(messages(page)).toHaveText(/Which lamp is it/);
  await expect(page.getByRole("progressbar")).toBeVisible();
  await page.locator("#body").fill("This one");
  await composer(page).send.click();
  await upload.release();
  await expect(messages(page).filter({ hasText: "This one" }).locator(".photo-strip img")).toHaveCount(1);
});

test("@js r06 photos go with one message, also where the page was not drawn since", async ({ page, context, api, server }) => {
  await enter(context, server.url, "requester");
  const { id } = await api.openTicket("The lamp is broken");
  await page.goto(`/tickets/${id}`);
  await hydrated(page);
  // What a photo shows is written into a text box, too.
  const [box, { send }] = [page.locator("#body"), composer(page)];
  await field(page).setInputFiles([photo("one.png", 500, 400)]);
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(1);
  const read = await hold(page, rpc("get_ticket"));
  await box.fill("Like this");
  await send.click();
  await expect(box).toHaveValue("");
  const posted = page.waitForRequest(rpc("post_message"));
  await box.fill("And now it smells");
  await send.click();
  expect((await posted).postData()).not.toContain("photos");
  await read.release();
  await expect(messages(page)).toHaveText([/Like this/, /And now it smells/]);
  await expect(page.locator(".message .photo-strip img")).toHaveCount(1);
});

for (const as of ["requester", "staff"] as const) {
  test(`r06 photos go with a message of ${as}`, async ({ page, context, api, server, withJs }) => {
    await enter(context, server.url, as);
    const { id } = await api.openTicket("The lamp is broken");
    await page.goto(as === "staff" ? `/helpdesk/tickets/${id}` : `/tickets/${id}`);
    await hydrated(page);
    await page.locator("form.composer").getByRole("textbox").first().fill("Like this");
    await field(page).setInputFiles([photo("one.png", 500, 400)]);
    if (withJs) await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(1);
    await page.locator("form.composer .composer-send").click();
    await expect(page.locator(".message .photo-strip img")).toHaveCount(1);
    // The next message begins without.
    await expect(page.locator(".photos-list li")).toHaveCount(0);
  });
}

test("@js photos are looked at by keyboard alone", async ({ page, visit }) => {
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The projector shows stripes");
  await field(page).setInputFiles([photo("one.png", 500, 400), photo("two.png", 400, 500)]);
  await expect(page.locator(".photos-list input[type=hidden]")).toHaveCount(2);
  await expectAccessible(page);
  await page.getByLabel("What photo 2 shows").fill("The second");
  await send(page).click();
  await page.getByRole("link", { name: "See your report" }).click();
  await hydrated(page);
  const first = page.getByRole("link", { name: "Open photo 1" });
  await first.focus();
  await page.keyboard.press("Enter");
  const viewer = page.getByRole("dialog");
  await expect(viewer).toContainText("Photo 1 of 2");
  await page.keyboard.press("ArrowRight");
  await expect(viewer).toContainText("Photo 2 of 2 · The second");
  await expectAccessible(page);
  await page.keyboard.press("ArrowRight");
  await expect(viewer).toContainText("Photo 1 of 2");
  await page.keyboard.press("Escape");
  await expect(viewer).toHaveCount(0);
  await expect(first).toBeFocused();
});

/** What a server and the processes that it started hold for themselves, in megabytes. */
function memoryOf(pid: number): number {
  let kilobytes = 0;
  for (const one of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${one}/status`, "utf8");
      if (Number(one) === pid || status.includes(`\nPPid:\t${pid}\n`)) kilobytes += Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0);
    } catch {
      // It has ended since.
    }
  }
  return kilobytes / 1024;
}

test("@once files that are made to do harm are refused, and the server stays small", async ({ startServer, playwright }) => {
  test.setTimeout(120_000);
  const server = await startServer();
  const request = await playwright.request.newContext({ baseURL: server.url });
  const { id } = await (await request.post("/api/v1/tickets", { data: { description: "The wall" } })).json();
  const head = (width: number, height: number) => {
    const png = stripes(8, 8);
    png.writeUInt32BE(width, 16);
    png.writeUInt32BE(height, 20);
    return png;
  };
  const whole = stripes(2400, 1200);
  const files: [string, Buffer, number][] = [
    ["a bomb", head(50_000, 50_000), 422],
    ["one that says less than it holds", head(16, 16), 422],
    ["cut in the middle", whole.subarray(0, whole.length / 2), 422],
    ["a picture and a page", Buffer.concat([whole, Buffer.from("<html><script>alert(1)</script></html>")]), 422],
    ["SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 422],
    ["100 MB", Buffer.alloc(100 << 20, 1), 413],
    ["as many pixels as are taken", stripes(6000, 4800), 201],
  ];
  const idle = memoryOf(server.pid);
  let most = idle;
  const watch = setInterval(() => (most = Math.max(most, memoryOf(server.pid))), 5);
  await Promise.all(
    files.flatMap(([name, buffer, status]) =>
      Array.from({ length: status === 413 ? 2 : 4 }, async () => {
        const file = { name: "photo.png", mimeType: "image/png", buffer };
        const answer = await request.post(`/api/v1/tickets/${id}/photos`, { multipart: { file } }).catch(() => undefined);
        // Who sends a hundred megabytes may be cut off before the answer.
        if (answer !== undefined || status !== 413) expect(answer?.status(), name).toBe(status);
      }),
    ),
  );
  clearInterval(watch);
  await request.dispose();
  console.log(`idle ${idle.toFixed(0)} MB, at most ${most.toFixed(0)} MB`);
  expect(most - idle).toBeLessThan(150);
});
