/** The WASM file next to `auralis-engine`, as the address under which the build publishes it. */
declare module 'auralis-engine/wasm?url' {
  const url: string;
  export default url;
}

declare module '*.css';
