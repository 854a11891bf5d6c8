"""What `/analyze` looks for in a document where `bot.toml` says nothing else: a short list to begin with, no legal advice."""

from collections.abc import Sequence

from handlers.findings import Rule

CARD = r"(?<![\d-])(?:\d[ -]?){13,18}\d(?![\d-])"
IBAN = r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"
NO = r"not|never|no|nor|nicht|keine?|nie|pas|jamais|nunca|non|mai|niet|nooit"
VERB = r"is|are|was|were|has|have|may|can|must|does|ist|sind|war|kann|est|sont|es|son|sono"
GAP = rf"(?:\s+(?!(?:{NO}|{VERB})\b)[\w'\u2019-]+,?){{0,8}}?\s+"
"""Up to eight words of one sentence, of which none says no and none begins another statement."""
LIABILITY = rf"(?<!no )\bliabilit(?:y|ies)(?!\s+insurance\b){GAP}"
IS = rf"(?:is|are|be|being|remains?|stays?)\s+(?:(?!(?:{NO})\b)\w+\s+){{0,3}}?"
LIMIT = r"(?:limit|limitation|cap|ceiling)"
UNLIMITED = "|".join((
    rf"{LIABILITY}{IS}(?:unlimited|uncapped|without\s+(?:any\s+)?{LIMIT}|subject\s+to\s+no\s+{LIMIT})\b",
    rf"{LIABILITY}(?:(?:shall|will)\s+not\s+be|(?:is|are|be|remains?)\s+not)\s+(?:limited|capped)\b(?!\s+to\b)",
    rf"\bunlimited\s+(?:is|are|be|remains?|stays?){GAP}liabilit(?:y|ies)\b",
    r"\b(?:unlimited|uncapped)\s+(?:(?:and|joint|several|personal|civil|financial|statutory|contractual)\s+){0,4}?liabilit(?:y|ies)\b",
    rf"\bHaftung{GAP}(?:ist|bleibt|wird)\s+(?:(?!(?:{NO})\b)\w+\s+){{0,4}}?(?:unbeschränkt|unbegrenzt)\b",
    r"\b(?:unbeschränkte|unbegrenzte)[nrsm]?\s+Haftung\b",
    rf"\bhaftet{GAP}(?:unbeschränkt|unbegrenzt)\b",
    rf"\bresponsabilité{GAP}(?:est|sera|reste)\s+(?:illimitée|sans\s+limite)\b",
    rf"\bresponsabilidad{GAP}(?:es|será|queda)\s+(?:ilimitada|sin\s+límite)\b",
    rf"\bresponsabilità(?:{GAP}(?:è|sarà|resta))?\s+(?:illimitata|senza\s+limiti?)\b",
    rf"\b(?:onbeperkte\s+aansprakelijkheid|aansprakelijkheid{GAP}(?:is|blijft)\s+onbeperkt)\b",
))  # fmt: skip
"""Liability without a ceiling, named before or after that it has none."""
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
        UNLIMITED, "Somebody has to agree to a risk without a ceiling.",
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
