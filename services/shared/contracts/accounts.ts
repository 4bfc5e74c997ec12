import type { Static } from "typebox";
import Type from "typebox";

/** Starts with one of 1,024 buckets. */
export const AccountId = Type.String({ pattern: "^[0-3][0-9a-f]{2}-[0-9a-f-]{36}$" });
const Email = Type.String({ minLength: 3, maxLength: 254 });
const Password = Type.String({ minLength: 1, maxLength: 200 });

export const Registration = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80, pattern: "\\S" }),
  email: Email,
  password: Password,
});
export type Registration = Static<typeof Registration>;

export const Credentials = Type.Object({ email: Email, password: Password });
export type Credentials = Static<typeof Credentials>;

export const Account = Type.Object({
  id: AccountId,
  name: Type.String(),
  email: Type.String(),
  createdAt: Type.String(),
});
export type Account = Static<typeof Account>;
