-- The table of a made-up shop: what you have in your own warehouse already. Customers are people who clicked in the
-- newsletters that `make demo` has just loaded, so that their e-mail addresses meet. Nobody is real, and phone numbers
-- 555-0100 to 555-0199 are nobody's.
DROP SCHEMA IF EXISTS shop_demo CASCADE;
CREATE SCHEMA shop_demo;

CREATE TABLE shop_demo.customers (
    customer_id     integer PRIMARY KEY,
    email           text NOT NULL,
    first_name      text,
    last_name       text,
    mobile          text,
    sms_consent     boolean,  -- null: was never asked
    birthday        date,
    postal_code     text,
    loyalty_tier    text,
    loyalty_points  integer,
    lifetime_value  numeric(10, 2),
    last_purchase   date,
    preferred_store text
);

WITH clicked AS (
    SELECT c."EmailAddress" AS email, max(m."SendDate") AS latest
    FROM listrak_demo.message_clicks c JOIN listrak_demo.messages m USING ("MsgID")
    WHERE c."EmailAddress" !~ '[&+]'
    GROUP BY email
), numbered AS (
    SELECT email,
           row_number() OVER (ORDER BY latest DESC, email)::integer AS n,
           regexp_replace(split_part(email, '.', 1), '[0-9]', '', 'g') AS first_name,
           regexp_replace(split_part(split_part(email, '@', 1), '.', 2), '[0-9]', '', 'g') AS last_name
    FROM clicked
)
INSERT INTO shop_demo.customers
SELECT n,
       email,
       upper(left(first_name, 1)) || substr(first_name, 2),
       upper(left(last_name, 1)) || substr(last_name, 2),
       CASE n
           -- Numbers as people type them: these two will be rejected,
           WHEN 21 THEN '303-555-01'           -- too short
           WHEN 54 THEN '+44 20 7946 0958'     -- a landline
           -- and these four are on the SMS list already.
           WHEN 9 THEN '(212) 555-0101'
           WHEN 10 THEN '(212) 555-0102'
           WHEN 11 THEN '(212) 555-0103'
           WHEN 13 THEN '(212) 555-0105'
           -- This one opted out of it, by the word STOP.
           WHEN 14 THEN '(212) 555-0128'
           -- Attentive texts this one already, and this one opted out there.
           WHEN 25 THEN '(202) 555-0105'
           WHEN 55 THEN '(202) 555-0114'
           ELSE format(
               (ARRAY ['(%s) 555-0%s', '%s.555.0%s', '+1 %s 555 0%s'])[n % 3 + 1],
               (ARRAY [303, 312, 415, 512, 206, 617, 702, 919, 503, 404])[n % 10 + 1],
               100 + n / 10
           )
       END,
       CASE WHEN n % 12 = 5 THEN false WHEN n % 40 <> 7 THEN true END,
       CASE WHEN n % 9 > 0 THEN date '1955-01-15' + n * 97 % 18000 END,
       CASE WHEN n % 7 > 0 THEN lpad((10001 + n * 83)::text, 5, '0') END,
       (ARRAY ['gold', 'silver', 'silver', NULL, NULL])[n % 5 + 1],
       CASE WHEN n % 5 < 3 THEN n * 137 % 5000 END,
       n * 7919 % 100000 / 100.0,
       date '2025-12-20' - n * 11 % 400,
       (ARRAY ['Denver, Union Station', 'Chicago Loop', 'San José', 'Québec'])[n / 2 % 4 + 1]
FROM numbered
WHERE n % 4 > 0;
