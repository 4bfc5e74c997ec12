import type { Static } from "typebox";
import Type from "typebox";

/** Starts with one of 1,024 buckets. */
export const AccountId = Type.String({ pattern: "^[0-3][0-9a-f]{2}-[0-9a-f-]{36}$" });
const Name = Type.String({ minLength: 1, maxLength: 80, pattern: "\\S" });
const Email = Type.String({ minLength: 3, maxLength: 254 });
const Password = Type.String({ minLength: 1, maxLength: 200 });

/** A browser in which somebody has signed in to this account before. */
export const Device = Type.Object({
  accountId: AccountId,
  id: Type.String({ pattern: "^[\\w-]{22}$" }),
});
export type Device = Static<typeof Device>;

export const MAX_DEVICES = 4;

/** Who asks, as the caller has verified it: attempts are limited by that. */
export const Client = Type.Object({
  address: Type.String({ minLength: 1, maxLength: 64 }),
  devices: Type.Array(Device, { maxItems: MAX_DEVICES }),
});
export type Client = Static<typeof Client>;

export const Registration = Type.Object({
  name: Name,
  email: Email,
  password: Password,
  client: Type.Optional(Client),
});
export type Registration = Static<typeof Registration>;

export const Credentials = Type.Object({
  email: Email,
  password: Password,
  client: Type.Optional(Client),
});
export type Credentials = Static<typeof Credentials>;

export const NameChange = Type.Object({ name: Name });
export type NameChange = Static<typeof NameChange>;

export const PasswordChange = Type.Object({ currentPassword: Password, newPassword: Password });
export type PasswordChange = Static<typeof PasswordChange>;

export const Deletion = Type.Object({ password: Password });
export type Deletion = Static<typeof Deletion>;

export const Account = Type.Object({
  id: AccountId,
  name: Type.String(),
  email: Type.String(),
  createdAt: Type.String(),
  /**
   * Sessions with another version have ended. Absent in answers of the release that knew no other
   * than 1.
   */
  sessionVersion: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type Account = Static<typeof Account>;

/** What is left to say of an account that was deleted. */
export const DeletedAccount = Type.Object({ id: AccountId });
export type DeletedAccount = Static<typeof DeletedAccount>;
