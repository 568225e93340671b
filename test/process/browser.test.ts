import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportFolder } from "../../harness/index.ts";

// The report in a real browser. It needs one on the machine, and is skipped where there is none.

const browserPath = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => existsSync(path));

describe.skipIf(browserPath === undefined)("report.html in a browser", () => {
  let browser: Browser;
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "aftershock-browser-"));
    await cp(resolve(import.meta.dirname, "../../docs/example-run"), folder, { recursive: true });
    await reportFolder(folder);
    browser = await chromium.launch({
      executablePath: browserPath ?? "",
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** Opens the report from disk; gives the page and what it complained of or asked the network for. */
  async function open(width: number, colorScheme: "light" | "dark" = "light") {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const trouble: string[] = [];
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) trouble.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, "report.html")).href);
    return { page, trouble };
  }

  const sideways = (page: Page) =>
    page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  test.each([390, 1280])("at %i px nothing scrolls sideways, nothing is fetched", async (width) => {
    const { page, trouble } = await open(width);
    expect(await page.locator("main svg.chart").count()).toBeGreaterThan(5);
    expect(await sideways(page)).toBe(0);
    expect(trouble).toEqual([]);
    await page.close();
  });

  test("printed, nothing stays folded and nothing is cut off", async () => {
    const { page } = await open(1280);
    const folded = page.locator("details:not([open])");
    expect(await folded.count()).toBeGreaterThan(0);
    await page.pdf();
    expect(await folded.count()).toBe(0);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 718, height: 1000 }); // A4 less its margins, at 96 dpi
    expect(await sideways(page)).toBe(0);
    await page.close();
  });

  test("dark mode is dark", async () => {
    const { page } = await open(1280, "dark");
    const background = await page.evaluate<string>(
      "getComputedStyle(document.body).backgroundColor",
    );
    const [red = 255] = (/\d+/.exec(background) ?? []).map(Number);
    expect(red).toBeLessThan(60);
    await page.close();
  });

  test("values are read by pointer and by keyboard", async () => {
    const { page } = await open(1280);
    const chart = page.locator("svg[data-box]").first();
    await chart.hover();
    expect(await page.locator("output.reading").textContent()).toMatch(/\d.* s,/);
    await chart.focus();
    await page.keyboard.press("End");
    const end = await page.locator("output.reading").textContent();
    await page.keyboard.press("Home");
    expect(await page.locator("output.reading").textContent()).not.toBe(end);
    await page.keyboard.press("Escape");
    expect(await page.locator("output.reading").isHidden()).toBe(true);
    await page.close();
  });
});
