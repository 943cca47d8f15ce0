-- Who is to be told what at Attentive: gold customers with many points. A view for each job of meltano.yml, which says
-- what the columns are called there.
CREATE VIEW shop_demo.subscribers AS
SELECT customer_id, mobile, sms_consent
FROM shop_demo.customers
WHERE loyalty_tier = 'gold' AND loyalty_points >= 2500;

-- What Attentive is to know of those who agreed. Of its attribute "Loyalty Tier" it takes Bronze, Silver and Gold only.
CREATE VIEW shop_demo.profiles AS
SELECT customer_id, mobile, first_name, last_name, birthday, postal_code, initcap(loyalty_tier) AS loyalty_tier,
       loyalty_points, last_purchase
FROM shop_demo.customers JOIN shop_demo.subscribers USING (customer_id, mobile, sms_consent)
WHERE sms_consent;

CREATE VIEW shop_demo.gold_members AS
SELECT customer_id, mobile, NULL::date AS left_at  -- who has a day there is taken out of the segment
FROM shop_demo.subscribers
WHERE sms_consent;
