/** W3C WebDriver (https://www.w3.org/TR/webdriver2/), as much of it as the tests need. */
const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf';

type Answer = { readonly value: unknown };

export class WebDriverSession {
  readonly #sessionUrl: string;

  private constructor(sessionUrl: string) {
    this.#sessionUrl = sessionUrl;
  }

  static async open(driverUrl: string, capabilities: object): Promise<WebDriverSession> {
    const body = { capabilities: { alwaysMatch: capabilities } };
    const { sessionId } = (await send('POST', `${driverUrl}/session`, body)) as {
      readonly sessionId: string;
    };
    const session = new WebDriverSession(`${driverUrl}/session/${sessionId}`);
    await session.#post('timeouts', { script: 180_000, pageLoad: 60_000, implicit: 0 });
    return session;
  }

  async navigate(url: string): Promise<void> {
    await this.#post('url', { url });
  }

  /** Calls the function of that source text in the page, and waits for what it promises. */
  async call(functionText: string, values: readonly unknown[]): Promise<unknown> {
    const script = `
      const done = arguments[arguments.length - 1];
      (async () => (${functionText})(...arguments[0]))().then(
        (value) => done({ value }),
        (error) => done({ error: String(error) + ' ' + String(error?.stack) }));`;
    const result = (await this.#post('execute/async', { script, args: [values] })) as {
      readonly value?: unknown;
      readonly error?: string;
    };
    if (result.error !== undefined) throw new Error(result.error);
    return result.value;
  }

  /** A click of the mouse, in the middle of what the selector finds. */
  async click(selector: string): Promise<void> {
    const found = await this.#post('element', { using: 'css selector', value: selector });
    const id = (found as Readonly<Record<string, string>>)[ELEMENT_KEY];
    await this.#post(`element/${id}/click`, {});
  }

  /** A click of the mouse, in CSS pixels from the upper left corner of what is seen. */
  async clickAt(x: number, y: number): Promise<void> {
    const actions = [
      { type: 'pointerMove', x: Math.round(x), y: Math.round(y), origin: 'viewport' },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ];
    await this.#post('actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  async setWindowSize(width: number, height: number): Promise<void> {
    await this.#post('window/rect', { width, height });
  }

  async close(): Promise<void> {
    await send('DELETE', this.#sessionUrl);
  }

  #post(command: string, body: object): Promise<unknown> {
    return send('POST', `${this.#sessionUrl}/${command}`, body);
  }
}

const send = async (method: string, url: string, body?: object): Promise<unknown> => {
  const response = await fetch(url, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
    headers: { 'Content-Type': 'application/json' },
  });
  const { value } = (await response.json()) as Answer;
  if (!response.ok) throw new Error(`WebDriver: ${method} ${url}: ${JSON.stringify(value)}`);
  return value;
};
