import { type ComponentChildren, h, type LooseInputHTMLAttributes } from "preact";
import type { Product } from "../../shared/contracts/catalog.ts";
import { useLanguage } from "../language/context.ts";

export const CSRF_FIELD = "csrf";
const FEW = 5;

export function CsrfField({ token }: { token: string }) {
  return <input type="hidden" name={CSRF_FIELD} value={token} />;
}

export function Price({ minor, currency }: { minor: number; currency: string }) {
  return <span class="price">{useLanguage().money(minor, currency)}</span>;
}

export function StockNote({ stock }: { stock: number }) {
  const texts = useLanguage().texts.stock;
  if (stock === 0) return <span class="stock none">{texts.none}</span>;
  if (stock <= FEW) return <span class="stock few">{texts.few(stock)}</span>;
  return <span class="stock">{texts.plenty}</span>;
}

export interface EmptyProps {
  /** Of the heading. @default 1 */
  level?: 1 | 2;
  title: string;
  text: string;
  /** What to do instead. */
  children?: ComponentChildren;
}

export function Empty({ level = 1, title, text, children }: EmptyProps) {
  return (
    <section class="empty">
      {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p>{text}</p>
      {children && <p>{children}</p>}
    </section>
  );
}

export function ProductGrid({ products }: { products: readonly Product[] }) {
  return (
    <ul class="grid products">
      {products.map((product, index) => (
        <li key={product.id}>
          <ProductCard product={product} lazy={index >= 8} />
        </li>
      ))}
    </ul>
  );
}

function ProductCard({ product, lazy }: { product: Product; lazy: boolean }) {
  return (
    <article class={product.stock === 0 ? "card gone" : "card"}>
      <img
        src={product.image}
        alt=""
        width="400"
        height="400"
        loading={lazy ? "lazy" : "eager"}
        decoding="async"
      />
      <h3>
        <a href={`/product/${product.slug}`}>{product.name}</a>
      </h3>
      <p class="facts">
        <Price minor={product.priceMinor} currency={product.currency} />
        <StockNote stock={product.stock} />
      </p>
    </article>
  );
}

export function Problem({ message }: { message: string | undefined }) {
  if (message === undefined) return null;
  return (
    <p class="problem" role="alert">
      {message}
    </p>
  );
}

export interface FieldProps {
  name: string;
  label: string;
  value?: string | undefined;
  type?: "text" | "email" | "password";
  autocomplete?: string;
  hint?: string;
  maxLength?: number;
  minLength?: number;
  inputMode?: "numeric" | "decimal" | "email";
  class?: string;
}

export function Field(props: FieldProps) {
  const { name, label, hint, type = "text", class: className, ...rest } = props;
  // Not JSX: its types tell inputs apart by a constant `type`.
  const attributes: LooseInputHTMLAttributes = {
    id: name,
    name,
    type,
    required: true,
    "aria-describedby": hint ? `${name}-hint` : undefined,
    ...rest,
  };
  return (
    <p class={className ? `field ${className}` : "field"}>
      <label for={name}>{label}</label>
      {h("input", attributes)}
      {hint && (
        <small id={`${name}-hint`} class="quiet">
          {hint}
        </small>
      )}
    </p>
  );
}
