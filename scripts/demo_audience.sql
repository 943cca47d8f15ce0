-- Who gets texts: customers who clicked in one of the twelve latest newsletters, with what Listrak's profile is to
-- hold. A column is the profile field of that name, in any case; so a name with a blank stands in quotes.
CREATE VIEW shop_demo.sms_audience AS
WITH latest AS (
    SELECT "MsgID" FROM listrak_demo.messages ORDER BY "SendDate" DESC LIMIT 12
), clicks AS (
    SELECT "EmailAddress" AS email, count(*) AS newsletters
    FROM listrak_demo.message_clicks JOIN latest USING ("MsgID")
    GROUP BY "EmailAddress"
)
SELECT customer_id,
       mobile,       -- as it was typed; meltano.yml calls it `phone`
       sms_consent,  -- who did not agree is not filtered here: the target skips and counts them
       email,
       first_name,
       last_name,
       birthday,
       postal_code,
       loyalty_tier IS NOT NULL AS "Loyalty Member",
       loyalty_points AS "Loyalty Points",
       lifetime_value AS "Lifetime Value",
       last_purchase AS "Last Purchase",
       preferred_store AS "Preferred Store",
       format('%s; clicked in %s of the last 12 newsletters', coalesce(loyalty_tier, 'no tier'), newsletters) AS "Notes"
FROM shop_demo.customers JOIN clicks USING (email);
