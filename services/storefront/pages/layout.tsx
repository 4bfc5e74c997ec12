import type { ComponentChildren } from "preact";
import type { Category } from "../../shared/contracts/catalog.ts";
import { CartIcon, PersonIcon, SearchIcon } from "./icons.tsx";
import { CsrfField } from "./parts.tsx";

/** What every page shows around its content. */
export interface Frame {
  storeName: string;
  stylesheet: string;
  favicon: string;
  /** Absent where nothing is known about the visitor (error pages). */
  visitor?: { name: string | undefined; csrf: string };
  /** Pieces in the cart; unknown if the cart can't be asked for right now. */
  cartCount?: number | undefined;
  categories: readonly Category[];
  notice?: string | undefined;
  /** The category or search that the visitor is in. */
  current?: string;
  query?: string;
}

export function Layout(props: { frame: Frame; title?: string; children: ComponentChildren }) {
  const { frame, title, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title ? `${title} · ${frame.storeName}` : frame.storeName}</title>
        <link rel="icon" href={frame.favicon} type="image/svg+xml" />
        <link rel="stylesheet" href={frame.stylesheet} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <Header frame={frame} />
        <main id="main">
          {frame.notice && (
            <p class="notice" role="status">
              {frame.notice}
            </p>
          )}
          {children}
        </main>
        <Footer frame={frame} />
      </body>
    </html>
  );
}

function Header({ frame }: { frame: Frame }) {
  return (
    <header class="site">
      <div class="bar">
        <a class="brand" href="/">
          <span class="mark" aria-hidden="true" />
          {frame.storeName}
        </a>
        <search class="searchbox">
          <form action="/search" method="get">
            <SearchIcon />
            <input
              type="search"
              name="q"
              value={frame.query}
              placeholder="Search for mugs, lamps, tents…"
              aria-label="Search products"
              maxLength={100}
              required
            />
          </form>
        </search>
        <nav class="account" aria-label="Your account">
          {frame.visitor && <AccountLinks visitor={frame.visitor} />}
          <a class="cart" href="/cart">
            <CartIcon />
            <span>Cart</span>
            {frame.cartCount ? <CartBadge count={frame.cartCount} /> : null}
          </a>
        </nav>
      </div>
      {frame.categories.length > 0 && (
        <nav class="categories" aria-label="Categories">
          <ul>
            <li>
              <CategoryLink slug="" name="Everything" current={frame.current} />
            </li>
            {frame.categories.map(({ slug, name }) => (
              <li key={slug}>
                <CategoryLink slug={slug} name={name} current={frame.current} />
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  );
}

function AccountLinks({ visitor }: { visitor: NonNullable<Frame["visitor"]> }) {
  if (visitor.name === undefined) {
    return (
      <a href="/sign-in">
        <PersonIcon />
        <span>Sign in</span>
      </a>
    );
  }
  return (
    <>
      <a href="/orders" title={`Signed in as ${visitor.name}`}>
        <PersonIcon />
        <span>Orders</span>
      </a>
      <form action="/sign-out" method="post">
        <CsrfField token={visitor.csrf} />
        <button class="link" type="submit">
          Sign out
        </button>
      </form>
    </>
  );
}

function CartBadge({ count }: { count: number }) {
  return (
    <span class="badge">
      {count}
      <span class="unseen"> {count === 1 ? "piece" : "pieces"}</span>
    </span>
  );
}

function CategoryLink(props: { slug: string; name: string; current: string | undefined }) {
  const { slug, name, current } = props;
  return (
    <a
      href={slug === "" ? "/products" : `/category/${slug}`}
      aria-current={slug === current ? "page" : undefined}
    >
      {name}
    </a>
  );
}

function Footer({ frame }: { frame: Frame }) {
  return (
    <footer class="site">
      <div>
        <p>
          <strong>{frame.storeName}</strong> — well-made things for home and away.
        </p>
        <p class="quiet">A demonstration: payment is simulated and nothing is shipped.</p>
      </div>
    </footer>
  );
}
