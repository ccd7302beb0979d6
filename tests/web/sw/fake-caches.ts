/** The browser's caches, in memory: as far as the service worker uses them. */

const addressOf = (request: RequestInfo | URL): string =>
  request instanceof Request ? request.url : String(request);

export class FakeCache {
  readonly entries = new Map<string, Response>();
  /** Then nothing can be written. */
  isFull = false;

  match(request: RequestInfo | URL): Promise<Response | undefined> {
    return Promise.resolve(this.entries.get(addressOf(request))?.clone());
  }

  put(request: RequestInfo | URL, response: Response): Promise<void> {
    if (this.isFull) return Promise.reject(new DOMException('full', 'QuotaExceededError'));
    const address = addressOf(request);
    // As the standard has it, what is written again goes to the end.
    this.entries.delete(address);
    this.entries.set(address, response);
    return Promise.resolve();
  }

  delete(request: RequestInfo | URL): Promise<boolean> {
    return Promise.resolve(this.entries.delete(addressOf(request)));
  }

  keys(): Promise<Request[]> {
    return Promise.resolve([...this.entries.keys()].map((address) => new Request(address)));
  }

  get names(): string[] {
    return [...this.entries.keys()].map((address) => new URL(address).pathname);
  }
}

export class FakeCaches {
  readonly caches = new Map<string, FakeCache>();

  open(name: string): Promise<Cache> {
    const cache = this.caches.get(name) ?? new FakeCache();
    this.caches.set(name, cache);
    return Promise.resolve(cache as unknown as Cache);
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.caches.keys()]);
  }

  has(name: string): Promise<boolean> {
    return Promise.resolve(this.caches.has(name));
  }

  delete(name: string): Promise<boolean> {
    return Promise.resolve(this.caches.delete(name));
  }
}
