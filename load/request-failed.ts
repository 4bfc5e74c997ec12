/** A request that got no answer, or a server's error; counted already. */
export class RequestFailed extends Error {
  override name = "RequestFailed";
}
