/** What the bundler gives to every app besides TypeScript and the browser: files as modules and build constants. */

declare module "*.css" {}

declare module "*.svg" { const url: string; export default url; }
declare module "*.png" { const url: string; export default url; }
declare module "*.jpg" { const url: string; export default url; }
declare module "*.jpeg" { const url: string; export default url; }
declare module "*.gif" { const url: string; export default url; }
declare module "*.webp" { const url: string; export default url; }
declare module "*.avif" { const url: string; export default url; }
declare module "*.ico" { const url: string; export default url; }
declare module "*.woff" { const url: string; export default url; }
declare module "*.woff2" { const url: string; export default url; }
declare module "*.mp3" { const url: string; export default url; }
declare module "*.mp4" { const url: string; export default url; }
declare module "*.wasm" { const url: string; export default url; }

declare module "*.txt" { const text: string; export default text; }
declare module "*.md" { const text: string; export default text; }

interface ImportMetaEnv {
  readonly MODE: "production";
  readonly DEV: false;
  readonly PROD: true;
  readonly SSR: false;
  readonly BASE_URL: "./";
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
  readonly url: string;
}

declare const process: { readonly env: { readonly NODE_ENV: "production" } };
