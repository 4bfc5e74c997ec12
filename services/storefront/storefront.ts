import type { Assets } from "../shared/assets.ts";
import type { Administrators } from "./administrators.ts";
import type { CategoryMenu } from "./category-menu.ts";
import type { GuestPages } from "./guest-pages.ts";
import type { AccountsClient } from "./peers/accounts.ts";
import type { AdministrationClient } from "./peers/administration.ts";
import type { CatalogClient } from "./peers/catalog.ts";
import type { OrdersClient } from "./peers/orders.ts";
import type { Signer } from "./signer.ts";

/** What pages are made with. */
export interface Storefront {
  storeName: string;
  cookieSecure: boolean;
  signer: Signer;
  assets: Assets;
  menu: CategoryMenu;
  guestPages: GuestPages;
  catalog: CatalogClient;
  accounts: AccountsClient;
  orders: OrdersClient;
  administration: AdministrationClient;
  administrators: Administrators;
}
