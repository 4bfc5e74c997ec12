import { readFileSync } from "node:fs";
import vendure from "@vendure/core";

const { DefaultLogger, DefaultSearchPlugin, LogLevel } = vendure;
const env = process.env;

/**
 * Vendure as its documentation wants it in production: no synchronisation of the schema while it
 * serves, no debugging, no SQL log. Jobs stay in memory, by default: none runs while it is measured.
 */
export const config = {
  apiOptions: {
    port: Number(env.PORT),
    hostname: "127.0.0.1",
    adminApiPath: "admin-api",
    shopApiPath: "shop-api",
    cors: false,
    csrfPrevention: true,
  },
  authOptions: {
    tokenMethod: ["bearer", "cookie"],
    superadminCredentials: { identifier: "bench", password: "only-for-the-bench" },
    cookieOptions: { secret: "only-for-the-bench" },
  },
  dbConnectionOptions: {
    type: "postgres",
    host: env.DATABASE_HOST,
    port: Number(env.DATABASE_PORT),
    database: env.DATABASE_NAME,
    username: env.DATABASE_USER,
    password: readFileSync(env.DATABASE_PASSWORD_FILE, "utf8").trim(),
    synchronize: env.DATABASE_SYNCHRONIZE === "true",
    logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [] },
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  plugins: [DefaultSearchPlugin.init({ indexStockStatus: true })],
};
