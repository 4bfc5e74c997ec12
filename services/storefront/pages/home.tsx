import type { Category, Product } from "../../shared/contracts/catalog.ts";
import { ProductGrid } from "./parts.tsx";

export function HomePage(props: { categories: readonly Category[]; featured: readonly Product[] }) {
  const { categories, featured } = props;
  return (
    <>
      <section class="hero">
        <div>
          <h1>Well-made things for home and away</h1>
          <p>
            Stoneware for the table, lamps for the evening, tents for the weekend. Made by people
            who care how a handle feels.
          </p>
          <p>
            <a class="button" href="/products">
              Browse everything
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
        <h2 id="categories-title">Categories</h2>
        <ul class="grid tiles">
          {categories.map(({ slug, name, description, image, productCount }) => (
            <li key={slug} class="tile">
              <img src={image} alt="" width="400" height="400" />
              <div>
                <h3>
                  <a href={`/category/${slug}`}>{name}</a>
                </h3>
                <p>{description}</p>
                <p class="quiet">{productCount} products</p>
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="featured-title">
        <div class="heading">
          <h2 id="featured-title">Featured</h2>
          <a href="/products?sort=newest">See what's new</a>
        </div>
        <ProductGrid products={featured} />
      </section>
    </>
  );
}
