/** One browser in front of Skein, in the terms of the person who sits there: what is on the screen, and what they do. */
import { expect, type Locator, type Page } from "../tools/playwright.ts";

export class Screen {
  readonly page: Page;
  readonly message: Locator;
  readonly conversation: Locator;
  readonly rows: Locator;
  /** Asks for a decision. */
  readonly approval: Locator;
  /** Asks for answers. */
  readonly questions: Locator;
  /** What is said about the connection; empty while all is well. */
  readonly connection: Locator;
  /** Files and plan, beside the conversation. */
  readonly details: Locator;
  readonly stopButton: Locator;

  constructor(page: Page) {
    this.page = page;
    this.message = page.getByRole("textbox", { name: /^Message/ });
    this.conversation = page.getByRole("log", { name: "Conversation" });
    this.rows = this.conversation.getByRole("article");
    this.approval = page.getByRole("region", { name: /^(Run this command|Change .*files?|Allow network access.*)\?$/ });
    this.questions = page.getByRole("region", { name: /^The agent has .*question/ });
    this.connection = page.getByRole("main").getByRole("status", { name: "Connection" });
    this.details = page.getByRole("complementary", { name: "Details" });
    this.stopButton = page.getByRole("button", { name: /^Stop/ });
  }

  /** The dialog behind an entry of the menu in which a thread's place is chosen. */
  async askForPlace(item: string): Promise<Locator> {
    await this.#place.click();
    await this.page.getByRole("menuitem", { name: item }).click();
    return this.page.getByRole("dialog");
  }

  /** Makes a workspace by the dialog and chooses it for the next thread. */
  async makeWorkspace(name: string): Promise<void> {
    const dialog = await this.askForPlace("New workspace…");
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Create workspace" }).click();
    await expect(this.#place).toHaveText(name);
  }

  /** Names a directory of the server's for the next thread. */
  async openDirectory(path: string): Promise<void> {
    const dialog = await this.askForPlace("Open a directory…");
    await dialog.getByLabel("Directory on the server").fill(path);
    await dialog.getByRole("button", { name: "Use directory" }).click();
    await expect(this.#place).toHaveText(path);
  }

  async send(text: string): Promise<void> {
    await this.message.fill(text);
    await this.message.press("Enter");
  }

  /** Sends in a thread; resolves when the message stands in the conversation. */
  async reply(text: string): Promise<void> {
    await this.send(text);
    await expect(this.row(text)).toBeVisible();
  }

  /** Starts a thread on the first screen; resolves when its page shows the message. */
  async startThread(text: string): Promise<void> {
    await this.send(text);
    await this.page.waitForURL(/\/t\/[0-9a-f-]+$/);
    await expect(this.row(text)).toBeVisible();
  }

  /** The last row that shows the text. */
  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text }).last();
  }

  command(text: string): Locator {
    return this.conversation.getByRole("region", { name: `Command: ${text}` });
  }

  /** Presses a button of the approval until it counts: a card that has only just appeared takes no clicks yet. */
  async decide(button: string): Promise<void> {
    const asked = this.approval.getByRole("button", { name: button, exact: true });
    await asked.waitFor();
    await expect(async () => {
      if (await asked.isVisible()) await asked.click({ timeout: 500 });
      await expect(asked).toBeHidden({ timeout: 500 });
    }).toPass();
  }

  approve(): Promise<void> {
    return this.decide("Approve once");
  }

  /** Shows the work of turns that are over. */
  async unfold(): Promise<void> {
    const folded = this.conversation.getByRole("button", { name: /^Worked/, expanded: false });
    while ((await folded.count()) > 0) await folded.first().click();
  }

  /** Shows the work of the last turn; what it shows stands where the reader is, at the end. */
  async unfoldLast(): Promise<void> {
    await this.conversation
      .getByRole("button", { name: /^Worked/, expanded: false })
      .last()
      .click();
  }

  /** Resolves when no turn runs and the last one is closed by its footer. */
  async settled(): Promise<void> {
    await expect(this.stopButton).toHaveCount(0);
    await expect(this.rows.last().getByRole("time")).toBeVisible();
  }

  /** All rows from top to bottom, as a person reads them. */
  async transcript(): Promise<string[]> {
    return this.rows.allInnerTexts();
  }

  /** Opens the thread that the other browser shows. */
  async follow(other: Screen): Promise<void> {
    await this.page.goto(new URL(new URL(other.page.url()).pathname, this.page.url()).href);
    await expect(this.rows.first()).toBeVisible();
  }

  /** So tall that the whole of a short thread is on the screen, and no row waits to be scrolled to. */
  async standTall(): Promise<void> {
    await this.page.setViewportSize({ width: 1280, height: 2400 });
  }

  /** Where the next thread will work, and the menu in which that is chosen. */
  get #place(): Locator {
    return this.page.getByRole("heading", { name: "What should we do in" }).locator("xpath=following-sibling::button");
  }
}
