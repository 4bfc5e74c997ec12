/** A piece of a container's output. */
export interface LogFrame {
  stream: "stdout" | "stderr";
  content: Buffer;
}

const headerBytes = 8;

/**
 * Takes the complete frames out of a multiplexed log stream; what is left belongs before the bytes
 * that come next.
 * Source: Docker Engine API, "Attach to a container", stream format.
 */
export function takeFrames(raw: Buffer): { frames: LogFrame[]; rest: Buffer } {
  const frames: LogFrame[] = [];
  let at = 0;
  while (at + headerBytes <= raw.length) {
    const end = at + headerBytes + raw.readUInt32BE(at + 4);
    if (end > raw.length) break;
    const stream = raw[at] === 2 ? "stderr" : "stdout";
    frames.push({ stream, content: raw.subarray(at + headerBytes, end) });
    at = end;
  }
  return { frames, rest: raw.subarray(at) };
}
