import { Socket } from "node:net";
import type pg from "pg";

export interface DatabaseSettings {
  host: string;
  port: number;
  name: string;
  user: string;
  password: string;
  /** Certificates, in PEM, that the server's must lead to. @default no TLS */
  ca?: string | undefined;
  /** Port of the same host where standbys answer. @default none */
  standbyPort?: number | undefined;
}

/** A server that is away or frozen doesn't answer a new connection at all. */
const ANSWER_TIMEOUT_MS = 2_000;
/**
 * For all of TLS and SCRAM. A server that answered is there, and may be short of processors: to give
 * up what it works on and to begin anew, as all clients would at once, keeps it from ever catching up.
 * Together with a connection's lifetime in the pool it is less than a router that is replaced waits.
 */
const CONNECT_TIMEOUT_MS = 6_000;
const STATEMENT_TIMEOUT_MS = 5_000;
// Longer than the server's: it only fires when the server or the way to it is frozen.
const QUERY_TIMEOUT_MS = 6_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** How a connection to the database is made, and how long it waits for what. */
export function connectionConfig(
  { host, port, name, user, password, ca }: DatabaseSettings,
  application: string,
): pg.ClientConfig {
  return {
    host,
    port,
    database: name,
    user,
    password,
    application_name: application,
    stream: answeredWithin(ANSWER_TIMEOUT_MS),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    ...(ca === undefined ? {} : { ssl: { ca } }),
  };
}

/** Makes sockets that close when nothing has come from the other end so long after they were made. */
export function answeredWithin(milliseconds: number): () => Socket {
  return () => {
    const socket = new Socket();
    const silence = setTimeout(() => {
      socket.destroy(new Error("Connection terminated: the server does not answer"));
    }, milliseconds);
    for (const event of ["data", "close"]) socket.once(event, () => clearTimeout(silence));
    return socket;
  };
}

/**
 * Lends one of a pool's connections. Whoever waits too long leaves; a connection that is being made
 * for them goes to the next.
 *
 * @throws Error "timeout exceeded …", as the pool does
 */
export async function lend(pool: pg.Pool): Promise<pg.PoolClient> {
  const lent = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error("timeout exceeded when trying to connect");
    timer = setTimeout(reject, ANSWER_TIMEOUT_MS, error);
  });
  try {
    return await Promise.race([lent, late]);
  } catch (error) {
    lent.then((client) => client.release()).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
