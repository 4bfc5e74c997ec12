import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A name server for tests. */
export interface DnsServer {
  /** `host:port` */
  address: string;
  stop: () => Promise<void>;
}

const headerBytes = 12;
const questionTailBytes = 4;

/** Answers with the IPv4 addresses that a name has when it is asked; a name without any is unknown. */
export async function startDnsServer(addressesOf: (name: string) => string[]): Promise<DnsServer> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { address, port }) => {
    const { name, end } = nameIn(query);
    socket.send(answer(query, end + questionTailBytes, addressesOf(name)), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const stop = async () => {
    socket.close();
    await once(socket, "close");
  };
  return { address: `127.0.0.1:${socket.address().port}`, stop };
}

/** The name that is asked for, and where in the message it ends. Source: RFC 1035, section 4.1. */
function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("ascii", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}

function answer(query: Buffer, questionEnd: number, addresses: string[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(addresses.length > 0 ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) =>
    // The question's name, type A, class IN, to be forgotten at once, four bytes.
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
  );
  return Buffer.concat([header, query.subarray(headerBytes, questionEnd), ...records]);
}
