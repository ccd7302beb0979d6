/** The same for all ways to write one address; a fragment never reaches the server. */
export const trackKey = (url: string, base: string): string => {
  const canonical = new URL(url, base);
  canonical.hash = '';
  return canonical.href;
};
