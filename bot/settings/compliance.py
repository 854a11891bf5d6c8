"""What `/analyze` looks for in a document where `bot.toml` says nothing else: a short list to begin with, no legal advice."""

from collections.abc import Sequence

from handlers.findings import Rule

CARD = r"(?<![\d-])(?:\d[ -]?){13,18}\d(?![\d-])"
IBAN = r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"
RULES: Sequence[Rule] = (
    Rule(
        "automatic renewal",
        ("renews automatically", "automatically renew", "automatically renews", "automatic renewal", "auto-renewal", "verlängert sich automatisch",
         "verlängert sich um", "reconduction tacite", "renovación automática"),
        "", "Put the last day of notice into a calendar.",
    ),
    Rule(
        "unlimited liability",
        ("unlimited liability", "without limitation of liability", "liability shall not be limited", "unbeschränkte Haftung", "haftet unbeschränkt",
         "responsabilité illimitée", "responsabilidad ilimitada"),
        "", "Somebody has to agree to a risk without a ceiling.",
    ),
    Rule("penalty", ("liquidated damages", "contractual penalty", "penalty of", "Vertragsstrafe", "pénalité", "penalización"), "", "Check what it takes to owe it, and its ceiling."),
    Rule("exclusivity", ("exclusivity", "exclusive right", "non-compete", "Exklusivität", "Wettbewerbsverbot", "exclusivité", "exclusividad"), "", "It binds what the company may do elsewhere."),
    Rule(
        "personal data",
        ("personal data", "date of birth", "passport number", "health data", "social security number", "personenbezogene Daten", "personenbezogenen Daten",
         "Geburtsdatum", "données personnelles", "données à caractère personnel", "datos personales"),
        "", "A data processing agreement may be needed.",
    ),
    Rule("account or card number", (), f"{CARD}|{IBAN}", "Such numbers do not belong into a document that is passed around."),
    Rule("confidential", ("confidential", "strictly private", "vertraulich", "streng geheim", "confidentiel", "confidencial"), "", "See who may read it before it is shared."),
    Rule(
        "no governing law",
        ("governing law", "governed by the law", "governed by the laws", "jurisdiction", "anwendbares Recht", "es gilt deutsches Recht", "Gerichtsstand", "droit applicable",
         "ley aplicable"),
        "", "A contract should say whose law applies.", "missing",
    ),
)  # fmt: skip
