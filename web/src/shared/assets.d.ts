/** The WASM file next to `auralis-engine`, as the address under which the build publishes it. */
declare module 'auralis-engine/wasm?url' {
  const url: string;
  export default url;
}

/** A hash of that file, made by the build: what another engine has rendered is not its own. */
declare module 'auralis-engine/build' {
  const hash: string;
  export default hash;
}

/** The address of src/chunks as one classic script, for the service worker. */
declare module 'auralis-chunk-script' {
  const url: string;
  export default url;
}

declare module '*.css';
