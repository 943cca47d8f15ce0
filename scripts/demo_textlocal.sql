-- Who is texted by Textlocal: the made-up shop's customers in Britain. Nobody is real: 07700 900000 to 900999 are numbers
-- that Ofcom keeps for drama, and some of them are in the account's group already. A view for each job of meltano.yml.
CREATE TABLE shop_demo.british_customers AS
SELECT format('C%s', 1100 + n) AS customer_id,
       first_name,
       last_name,
       CASE n  -- numbers as people type them: these two will be rejected
           WHEN 30 THEN '07700 900'
           WHEN 60 THEN '020 7946 0958'  -- a landline
           ELSE format((ARRAY ['07700 900%s', '+44 7700 900%s', '(07700) 900%s'])[n % 3 + 1], 100 + n)
       END AS mobile,
       n % 15 <> 8 AS sms_consent,
       CASE WHEN n % 4 = 1 THEN 'fr' ELSE 'en' END AS language,
       (ARRAY ['gold', 'silver', 'bronze'])[n % 3 + 1] AS loyalty_tier
FROM (SELECT first_name, last_name, row_number() OVER (ORDER BY customer_id)::integer AS n FROM shop_demo.customers) AS shop
WHERE n <= 160;

-- This one is on the account's list of those who opted out.
INSERT INTO shop_demo.british_customers VALUES ('C1019', 'Ada', 'Abe', '07700 900019', true, 'en', 'gold');

CREATE TABLE shop_demo.campaigns AS  -- once: a campaign whose time changes is another one
SELECT 'winter' AS campaign_id,
       (date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day 12 hours') AT TIME ZONE 'UTC' AS send_at;

CREATE VIEW shop_demo.sms_contacts AS
SELECT customer_id, mobile, first_name, last_name, loyalty_tier, sms_consent FROM shop_demo.british_customers;

-- No phone number: the target looks the customer id up in the account's group. One template for each language.
CREATE VIEW shop_demo.sms_campaign_members AS
SELECT campaign_id,
       CASE language WHEN 'fr' THEN 'Nocturne' ELSE 'Late night' END AS template,
       send_at,
       customer_id,
       sms_consent
FROM shop_demo.british_customers CROSS JOIN shop_demo.campaigns;
