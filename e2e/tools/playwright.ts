/**
 * The test runner of the journeys. It lives beside its own `node_modules`, outside the workspace, so that neither a
 * start nor a production image installs it; everything in `e2e/` imports it from here.
 */

export type { Browser, BrowserContext, Locator, Page, TestInfo } from "@playwright/test";
export { chromium, defineConfig, expect, test } from "@playwright/test";
