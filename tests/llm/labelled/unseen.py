"""The part that no rule was tuned on: other texts, more countries, other mixtures. Evaluated once when the rules were done, then looked at."""

from llm.labelled.texts import Labelled, labelled
from llm.labelled.values import MAKERS, OTHERS, REGIONS, phone_of

SEED = 20_261_120
TEMPLATES = (
    "Customer wrote: '{phone}, any time before six'. Priority raised after {no}.", "Can somebody phone this lady? {phone}. Ticket is {no}.", "new contact {email} / {phone} / {no}", "left a voicemail at {phone}",
    "Nummer {phone} nicht erreichbar", "Merci de rappeler Mme Costa au {phone}.", "Ligar para {phone} ({no})", "bel mij op {phone}", "Zadzwoń: {phone}", "puh {phone}", "電話番号 {phone}", "ph:{phone}",
    "export:\nid\tmobile\tcity\n17\t{phone}\tRome\n18\t{phone}\tOslo", "ticket;kontakt;iban\n1;{email};{iban}\n2;{email};{iban}", "contact_phone={phone}&ref={no}", "phoneNumber: '{phone}',\n  email: '{email}',",
    "The charge on {card} is not mine!!", "Card no. {card}; holder Bo; {no}", "pan={card} amount={no}", "they typed {card} into the chat", "{no} {card} {no}", "tarjeta {card}", "Kreditkartennummer lautet {card}",
    "wire it to {iban} (ref {no})", "IBAN:{iban}", "compte {iban}, {no}", "payout account changed from {iban} to {iban}", "My social is {ssn}.", "ssn={ssn}", "W-2 shows {ssn} and {no}", "applicant {ssn}, born {no}",
    "WARN rate limit {ip} after {no}", "src={ip} dst={ip} proto=6 {no}", "nslookup gave {ip}", "Host {ip} is down ({no})", "X-Forwarded-For: {ip}, {ip}", "allow {ip}/32;", "peer {ip} closed the connection",
    "cc {email}, {email} and {email}", "mail={email}", "assignee:{email}", "'{email}' bounced: {no}", 'Reply-To: "Bo" <{email}>', "https://app.example.com/u?mail={email}&x=1", "({email})", "ask {email}, she knows about {no}",
    "{no} was resolved by {no}", "rollback to {no}; see {no} and {no}", "Stock: {no}, {no}", "{no}\n{no}\n{no}", "Between {no} and {no} the error rate rose to {no}", "Patch {no} fixes {no}", "delivery note {no}",
    "Hello,\n\nthe amount of {no} is missing. My details: {phone}, {iban}.\n\nBest\nUma", "I live abroad, so use {phone} please", "please text {phone} instead of {phone}", "Emergency contact: Vera ({phone})", "{phone};{phone}",
)  # fmt: skip


def unseen(count: int) -> list[Labelled]:
    """The texts of the only seed that counts."""
    regions = [*REGIONS, *OTHERS]
    return labelled(SEED, count, TEMPLATES, MAKERS | {"phone": lambda draw: phone_of(draw, regions)})
