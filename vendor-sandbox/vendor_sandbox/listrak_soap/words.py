"""The made-up account's vocabulary. Where a value goes on the wire as it stands, it is escaped for XML already."""

from __future__ import annotations

MAIL_DOMAINS = ("example.com", "example.org", "example.net")
FIRST_NAMES = (
    *(
        "ana",
        "bo",
        "chloé",
        "dmitri",
        "eun",
        "femi",
        "gustavo",
        "hana",
        "ines",
        "jun",
        "kofi",
        "lena",
        "mo",
        "noor",
        "olu",
    ),
    *("pia", "quinn", "rosa", "sven", "tariq", "uma", "vera", "wen", "ximena", "yusuf", "zoë", "ann+news", "r&amp;d"),
)
LAST_NAMES = (
    *("abe", "berg", "costa", "diaz", "eriksen", "fofana", "garcía", "hughes", "ito", "jansen", "kim", "li", "moreau"),
    *("ng", "o'brien", "popov", "quist", "rossi", "sato", "tan", "umar", "vega", "wu", "xu", "yilmaz", "zola"),
)

LIST_NAMES = (
    "Weekly newsletter",
    "Clearance &amp; offers &lt;VIP&gt;",
    "Café: été à Paris",
    "お知らせ (Japan)",
    "النشرة الإخبارية",
    'Back in stock "alerts"',
    "Birthday club 🎂",
)
FROM_NAMES = ("Example Shop", "Søren &amp; Zoë", "例の店", "חנות לדוגמה", "Example Outlet")

# Gaps are given by number, so that equal subjects stay rare.
SUBJECTS = (
    "Your week at a glance, no. %d",
    "Save 20% &amp; more: offer no. %d",
    "Été indien, les nouveautés nº %d",
    "🎉 It's here! Drop %d 🚀",
    "第%d号 新着のお知らせ",
    "عرض خاص رقم %d",
    "&lt;Last chance&gt; “No. %d” ends tonight",
    "Смотрите: выпуск %d",
    "מבצע מספר %d",
    "Price drop: jackets &lt; $50, no. %d",
    "👩‍👩‍👧 Family day no. %d — naïve façade",
    "%d things we love; you'll too",
)

LINKS = (
    ("Shop now", "https://shop.example.com/new?utm_source=listrak&amp;utm_medium=email&amp;m={0}"),
    ("Hero image", "https://shop.example.com/hero/{0}?ref=mail&amp;pos=1"),
    ("Voir la boutique d'été", "https://shop.example.com/fr/été?m={0}"),
    ("View in browser", "https://mail.example.net/view/{0}"),
    ("", "https://shop.example.com/p/{0}#reviews"),
    (None, "https://shop.example.com/untitled/{0}"),
    ("Terms &lt;PDF&gt; &amp; conditions", None),
    ("特集 🛍️", "https://shop.example.com/jp/%E7%89%B9%E9%9B%86?m={0}"),
    (
        "Deep link",
        "https://shop.example.com/search?m={0}" + "".join(f"&amp;filter{n}=value-{n:04d}" for n in range(60)),
    ),
)

BOUNCES = (
    ("Unknown Recipient", "550 5.1.1 &lt;mailbox&gt; unknown"),
    ("Mailbox Full", "452 4.2.2 quota exceeded; retry &gt; 24h"),
    ("Blocked", "554 5.7.1 message refused &amp; logged"),
    ("Host Unreachable", None),
    (None, "421 délai dépassé"),
)
ADDITION_METHODS = ("Web Form", "Import", "API", None)
REMOVAL_METHODS = ("Unsubscribe Link", "Abuse Complaint", "List-Unsubscribe Header", None)
