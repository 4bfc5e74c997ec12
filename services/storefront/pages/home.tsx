import type { Category, Product } from "../../shared/contracts/catalog.ts";
import { useLanguage } from "../language/context.ts";
import { ProductGrid } from "./parts.tsx";

export function HomePage(props: { categories: readonly Category[]; featured: readonly Product[] }) {
  const { categories, featured } = props;
  const language = useLanguage();
  const { browseEverything, home } = language.texts;
  return (
    <>
      <section class="hero">
        <div>
          <h1>{home.title}</h1>
          <p>{home.text}</p>
          <p>
            <a class="button" href="/products">
              {browseEverything}
            </a>
          </p>
        </div>
        <div class="collage" aria-hidden="true">
          {featured.slice(0, 3).map((product) => (
            <img key={product.id} src={product.image} alt="" width="400" height="400" />
          ))}
        </div>
      </section>
      <section aria-labelledby="categories-title">
        <h2 id="categories-title">{home.categories}</h2>
        <ul class="grid tiles">
          {categories.map(({ slug, name, description, image, productCount }) => (
            <li key={slug} class="tile">
              <img src={image} alt="" width="400" height="400" />
              <div>
                <h3>
                  <a href={`/category/${slug}`}>{name}</a>
                </h3>
                <p>{description}</p>
                <p class="quiet">{home.products(language.number(productCount))}</p>
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="featured-title">
        <div class="heading">
          <h2 id="featured-title">{home.featured}</h2>
          <a href="/products?sort=newest">{home.new}</a>
        </div>
        <ProductGrid products={featured} />
      </section>
    </>
  );
}
