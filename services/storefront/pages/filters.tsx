import type { Category, Sort } from "../../shared/contracts/catalog.ts";
import { useLanguage } from "../language/context.ts";
import { isFiltered, type ListQuery } from "../list-query.ts";

export interface FiltersProps {
  /** Where the list lives, without parameters. */
  path: string;
  query: ListQuery;
  /** To choose from; none where the list is of one category anyway. */
  categories?: readonly Category[];
}

/** Narrows and sorts a list of products; an ordinary form, so that it needs no script. */
export function Filters({ path, query, categories = [] }: FiltersProps) {
  const { browse, everything } = useLanguage().texts;
  return (
    <form class="filters" action={path} method="get" aria-label={browse.filters}>
      {query.q !== undefined && <input type="hidden" name="q" value={query.q} />}
      {categories.length > 0 && (
        <p>
          <label for="category">{browse.category}</label>
          <select id="category" name="category">
            <option value="">{everything}</option>
            {categories.map(({ slug, name }) => (
              <option key={slug} value={slug} selected={slug === query.category}>
                {name}
              </option>
            ))}
          </select>
        </p>
      )}
      <Amount name="from" label={browse.from("€")} value={query.from} />
      <Amount name="to" label={browse.to("€")} value={query.to} />
      {query.q === undefined && <SortChoice chosen={query.sort} />}
      <p class="tick">
        <input id="stock" name="stock" type="checkbox" value="yes" checked={query.inStock} />
        <label for="stock">{browse.inStock}</label>
      </p>
      <p class="actions">
        <button type="submit">{browse.apply}</button>
        {(isFiltered(query) || (query.q !== undefined && query.category !== undefined)) && (
          <a href={query.q === undefined ? path : `${path}?${new URLSearchParams({ q: query.q })}`}>
            {browse.reset}
          </a>
        )}
      </p>
    </form>
  );
}

function Amount(props: { name: string; label: string; value: number | undefined }) {
  const { name, label, value } = props;
  return (
    <p>
      <label for={name}>{label}</label>
      <input id={name} name={name} type="number" min="0" max="999999" step="1" value={value} />
    </p>
  );
}

function SortChoice({ chosen }: { chosen: Sort }) {
  const { browse } = useLanguage().texts;
  return (
    <p>
      <label for="sort">{browse.sortBy}</label>
      <select id="sort" name="sort">
        {Object.entries(browse.sorts).map(([value, name]) => (
          <option key={value} value={value} selected={value === chosen}>
            {name}
          </option>
        ))}
      </select>
    </p>
  );
}
