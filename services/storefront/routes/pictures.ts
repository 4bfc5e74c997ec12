import { FOR_EVER } from "../../shared/assets.ts";
import { ApiError } from "../../shared/errors.ts";
import { parsePictureName } from "../../shared/picture-name.ts";
import type { Server } from "../../shared/server.ts";
import { drawPicture } from "../pictures/draw.ts";

/** Pictures of products, drawn from their names, and what robots may look at. */
export function addPictureRoutes(server: Server): void {
  server.get<{ Params: { name: string } }>("/pictures/:name", async (request, reply) => {
    const picture = parsePictureName(request.params.name);
    if (picture === undefined) throw new ApiError(404, "not_found", "There is no such picture");
    reply.type("image/svg+xml").header("cache-control", FOR_EVER);
    return drawPicture(picture);
  });
  server.get("/robots.txt", async (_request, reply) => {
    reply.type("text/plain");
    return "User-agent: *\nDisallow: /cart\nDisallow: /checkout\nDisallow: /orders\nDisallow: /manage\n";
  });
}
