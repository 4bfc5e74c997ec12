import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError } from "./errors.ts";
import type { Server } from "./server.ts";

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};
/** For what has its content in its name. */
export const FOR_EVER = "public, max-age=31536000, immutable";

/** Files that belong to a service's pages; names carry a hash of the content. */
export class Assets {
  readonly #files = new Map<string, Buffer>();

  constructor(folder: string) {
    for (const name of readdirSync(folder)) this.#files.set(name, readFileSync(join(folder, name)));
  }

  /** @param file such as `store.css` */
  url(file: string): string {
    const dot = file.lastIndexOf(".");
    const [stem, extension] = [file.slice(0, dot), file.slice(dot)];
    const name = [...this.#files.keys()].find(
      (key) => key.startsWith(`${stem}.`) && key.endsWith(extension),
    );
    if (name === undefined) throw new Error(`the build left no ${file} among the public files`);
    return `/assets/${name}`;
  }

  addRoutes(server: Server): void {
    server.get<{ Params: { name: string } }>("/assets/:name", async (request, reply) => {
      const { name } = request.params;
      const content = this.#files.get(name);
      if (content === undefined) throw new ApiError(404, "not_found", "There is no such file");
      reply.type(TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream");
      reply.header("cache-control", FOR_EVER);
      return content;
    });
    server.get("/favicon.ico", async (_request, reply) =>
      reply.redirect(this.url("favicon.svg"), 301),
    );
  }
}
