/**
 * Whether the user wants no byte that is not needed: Network Information API, of pages and workers;
 * browsers without it say nothing, and pay for nothing.
 */
export const savesData = (): boolean => {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
};
