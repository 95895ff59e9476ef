import { enter, test, hydrated } from "./fixtures.ts";
test("dbg", async ({ page, samples, context, campus }) => {
  await enter(context, campus.url, "staff");
  page.on("console", (m) => console.log("console", m.text().slice(0, 300)));
  page.on("pageerror", (m) => console.log("pageerror", m.message.slice(0, 300)));
  await page.goto(`/tickets/${samples.open.id}`);
  await hydrated(page);
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  console.log(await page.evaluate(() => [...document.querySelectorAll(".card-minor span")].map((e) => e.outerHTML + e.getBoundingClientRect().width + getComputedStyle(e).whiteSpace).join("\n")));
  await page.goto(`${campus.url}/helpdesk/analytics?count=30&unit=d`);
  await hydrated(page);
  await page.waitForTimeout(1000);
  console.log((await page.locator(".as-of").allTextContents()).join("|"), await page.evaluate(() => "echarts" in window));
  await page.getByRole("link", { name: "365 days" }).click();
  await page.waitForTimeout(1500);
  console.log(page.url(), (await page.locator(".as-of").allTextContents()).join("|"), await page.evaluate(() => "echarts" in window), await page.locator("canvas").count());
});
