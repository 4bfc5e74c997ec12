import type { ManagedProduct } from "../../shared/contracts/administration.ts";
import type { Category } from "../../shared/contracts/catalog.ts";
import { MAX_STOCK } from "../../shared/contracts/limits.ts";
import { MOTIFS, PALETTE_COUNT, PATTERN_COUNT } from "../../shared/picture-name.ts";
import { useLanguage } from "../language/context.ts";
import type { ProductFields } from "../product-form.ts";
import { CsrfField, Field, Problem } from "./parts.tsx";

export interface ProductFormPageProps {
  title: string;
  /** What is edited; nothing for a new one. */
  product: ManagedProduct | undefined;
  fields: ProductFields;
  problem: string | undefined;
  categories: readonly Category[];
  csrf: string;
  idempotencyKey: string;
}

export function ProductFormPage(props: ProductFormPageProps) {
  const { title, product, fields, problem, categories, csrf, idempotencyKey } = props;
  const { manage } = useLanguage().texts;
  const action = product ? `/manage/products/${product.id}` : "/manage/products";
  const numbers = (count: number) =>
    Array.from({ length: count }, (_, index) => [String(index), String(index + 1)] as const);
  return (
    <section class="wide-form" aria-labelledby="title">
      <p>
        <a href="/manage">{manage.back}</a>
      </p>
      <h1 id="title">{title}</h1>
      <Problem message={problem} />
      <form class="stack" action={action} method="post">
        <CsrfField token={csrf} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        {product && <input type="hidden" name="version" value={product.version} />}
        <div class="pair">
          <Field name="name" label={manage.name} value={fields.name} maxLength={120} />
          <Field name="nameZh" label={manage.nameZh} value={fields.nameZh} maxLength={120} />
          <Text name="description" label={manage.description} value={fields.description} />
          <Text name="descriptionZh" label={manage.descriptionZh} value={fields.descriptionZh} />
          <Choice
            name="category"
            label={manage.category}
            value={fields.category}
            options={categories.map(({ slug, name }) => [slug, name])}
          />
          <Field name="price" label={manage.priceEuro} value={fields.price} inputMode="decimal" />
          <Choice
            name="motif"
            label={manage.picture}
            value={fields.motif}
            options={MOTIFS.map((motif) => [motif, motif])}
          />
          <div class="row even">
            <Choice
              name="palette"
              label={manage.colours}
              value={fields.palette}
              options={numbers(PALETTE_COUNT)}
            />
            <Choice
              name="pattern"
              label={manage.pattern}
              value={fields.pattern}
              options={numbers(PATTERN_COUNT)}
            />
          </div>
          {!product && <FirstStock value={fields.stock} />}
        </div>
        <p class="actions">
          <button type="submit">{manage.save}</button>
          {product && <a href={`/product/${product.slug}`}>{manage.see}</a>}
        </p>
      </form>
    </section>
  );
}

function FirstStock({ value }: { value: string }) {
  const { manage } = useLanguage().texts;
  return (
    <p class="field">
      <label for="stock">{manage.firstStock}</label>
      <input id="stock" name="stock" type="number" min="0" max={MAX_STOCK} value={value} required />
    </p>
  );
}

function Text({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <textarea id={name} name={name} rows={4} maxLength={400} required>
        {value}
      </textarea>
    </p>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
}

function Choice({ name, label, value, options }: ChoiceProps) {
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name} required>
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}
