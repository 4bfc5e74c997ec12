-- Texts in Simplified Chinese. Absent ones are shown in English.
ALTER TABLE categories ADD COLUMN name_zh text, ADD COLUMN description_zh text;
ALTER TABLE products ADD COLUMN name_zh text, ADD COLUMN description_zh text;

-- How many generated products have their Chinese texts: those seeded by an earlier release get them
-- once, and never again after somebody has edited them.
ALTER TABLE seeding ADD COLUMN translated integer NOT NULL DEFAULT 0;

-- Chinese is written without spaces, and PostgreSQL's parser takes a whole sentence for one word.
-- Single characters and pairs of neighbours find any word, and depend on no locale or dictionary.
CREATE FUNCTION han_grams(source text, weight text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(string_agg(DISTINCT '''' || gram || ''':1' || weight, ' '), '')::tsvector
  FROM regexp_split_to_table(coalesce(source, ''), '[^\u4e00-\u9fff]+') AS run,
       generate_series(1, length(run)) AS start,
       LATERAL (VALUES (substr(run, start, 1)), (substr(run, start, 2))) AS grams (gram)
$$;

ALTER TABLE products ADD COLUMN grams_zh tsvector GENERATED ALWAYS AS (
  han_grams(name_zh, 'A') || han_grams(description_zh, 'C')
) STORED;
CREATE INDEX products_grams_zh ON products USING gin (grams_zh);
CREATE INDEX products_name_zh ON products ((coalesce(name_zh, name) COLLATE "zh-x-icu"), id);
CREATE INDEX products_category_price ON products (category, price_minor, id);
