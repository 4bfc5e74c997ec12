import type { ComponentChildren } from "preact";
import type { Category } from "../../shared/contracts/catalog.ts";
import { useLanguage } from "../language/context.ts";
import { LANGUAGES } from "../language/language.ts";
import { CartIcon, LeaveIcon, ManageIcon, OrdersIcon, PersonIcon, SearchIcon } from "./icons.tsx";
import { CsrfField } from "./parts.tsx";

/** What every page shows around its content. */
export interface Frame {
  storeName: string;
  stylesheet: string;
  favicon: string;
  /** Absent where nothing is known about the visitor (error pages). */
  visitor?: { name: string | undefined; staff: boolean; csrf: string } | undefined;
  /** Of the page itself, to come back to. */
  path?: string;
  /** Pieces in the cart; unknown if the cart can't be asked for right now. */
  cartCount?: number | undefined;
  categories: readonly Category[];
  notice?: string | undefined;
  /** The category or search that the visitor is in. */
  current?: string;
  query?: string;
}

export function Layout(props: {
  frame: Frame;
  title: string | undefined;
  children: ComponentChildren;
}) {
  const { frame, title, children } = props;
  const { tag, texts } = useLanguage();
  return (
    <html lang={tag}>
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
          {texts.skip}
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
  const { everything, header } = useLanguage().texts;
  return (
    <header class="site">
      <div class="bar">
        <a class="brand" href="/">
          <span class="mark" aria-hidden="true" />
          <span>{frame.storeName}</span>
        </a>
        <search class="searchbox">
          <form action="/search" method="get">
            <SearchIcon />
            <input
              type="search"
              name="q"
              value={frame.query}
              placeholder={header.searchHint}
              aria-label={header.search}
              maxLength={100}
              required
            />
          </form>
        </search>
        <nav class="account" aria-label={header.account}>
          {frame.visitor && <LanguageSwitch csrf={frame.visitor.csrf} path={frame.path ?? "/"} />}
          {frame.visitor && <AccountLinks visitor={frame.visitor} />}
          <a class="cart" href="/cart">
            <CartIcon />
            <span>{header.cart}</span>
            {frame.cartCount ? <CartBadge count={frame.cartCount} /> : null}
          </a>
        </nav>
      </div>
      {frame.categories.length > 0 && (
        <nav class="categories" aria-label={header.categories}>
          <ul>
            <li>
              <CategoryLink slug="" name={everything} current={frame.current} />
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

/** Offers the other language, in that language. */
function LanguageSwitch({ csrf, path }: { csrf: string; path: string }) {
  const language = useLanguage();
  const other = language.locale === "en" ? LANGUAGES.zh : LANGUAGES.en;
  return (
    <form action="/language" method="post">
      <CsrfField token={csrf} />
      <input type="hidden" name="next" value={path} />
      <button class="link" type="submit" name="language" value={other.locale} lang={other.tag}>
        {other.texts.languageName}
      </button>
    </form>
  );
}

function AccountLinks({ visitor }: { visitor: NonNullable<Frame["visitor"]> }) {
  const texts = useLanguage().texts.header;
  if (visitor.name === undefined) {
    return (
      <a href="/sign-in">
        <PersonIcon />
        <span>{texts.signIn}</span>
      </a>
    );
  }
  return (
    <>
      {visitor.staff && (
        <a href="/manage">
          <ManageIcon />
          <span>{texts.manage}</span>
        </a>
      )}
      <a href="/account" title={texts.signedInAs(visitor.name)}>
        <PersonIcon />
        <span>{texts.ownAccount}</span>
      </a>
      <a href="/orders">
        <OrdersIcon />
        <span>{texts.orders}</span>
      </a>
      <form action="/sign-out" method="post">
        <CsrfField token={visitor.csrf} />
        <button class="link" type="submit">
          <LeaveIcon />
          <span>{texts.signOut}</span>
        </button>
      </form>
    </>
  );
}

function CartBadge({ count }: { count: number }) {
  const texts = useLanguage().texts.header;
  return (
    <span class="badge">
      {count}
      <span class="unseen"> {texts.pieces(count)}</span>
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
  const { demonstration, slogan } = useLanguage().texts;
  return (
    <footer class="site">
      <div>
        <p>
          <strong>{frame.storeName}</strong> — {slogan}
        </p>
        <p class="quiet">{demonstration}</p>
      </div>
    </footer>
  );
}
