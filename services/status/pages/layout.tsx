import type { ComponentChildren } from "preact";
import type { Assets } from "../../shared/assets.ts";

export function Layout(props: {
  storeName: string;
  title: string;
  assets: Assets;
  children: ComponentChildren;
}) {
  const { storeName, title, assets, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${storeName}`}</title>
        <link rel="icon" href={assets.url("favicon.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.url("status.css")} />
      </head>
      <body>
        <header>
          <p class="brand">{storeName}</p>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
