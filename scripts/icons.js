// Draws the PNG icons in public/ from assets-src/icon.svg; run by hand (`node scripts/icons.js`) when the mark changes.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const root = fileURLToPath(new URL("..", import.meta.url));
const mark = readFileSync(`${root}assets-src/icon.svg`, "utf8");

/** File, side in pixels, corner radius: a maskable and an Apple icon are cut by the phone, the others bring their own corners. */
const icons = [
  ["icon-192.png", 192, "22%"],
  ["icon-512.png", 512, "22%"],
  ["icon-maskable-512.png", 512, "0"],
  ["apple-touch-icon.png", 180, "0"],
];

const browser = await chromium.launch({
  executablePath: execFileSync(`${root}scripts/find-chromium`, { encoding: "utf8" }).trim(),
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const [file, side, radius] of icons) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${side}px;border-radius:${radius}}</style>${mark}`);
  await page.screenshot({ path: `${root}public/${file}`, omitBackground: true });
  await page.close();
}
await browser.close();
