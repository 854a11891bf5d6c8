"""A second unseen part, written after the first had been looked at: other forms of numbers, other negatives, another hand. Evaluated once."""

import random
import re

from llm.labelled.texts import Labelled
from llm.labelled.values import card, email, iban, ip, ssn

SEED = 77_411
FORMS = (
    "###-###-####", "(###) ###-####", "(###)###-####", "+1-###-###-####", "001-###-###-####", "###.###.####", "###-###-####x###", "+44 #### ######", "+44(0)#### ######", "0### ### ####", "(0####) ######",
    "+49(0)#### ######", "0#### ######", "(0###) #######", "+33 # ## ## ## ##", "0# ## ## ## ##", "+33 (0)# ## ## ## ##", "+34 ### ### ###", "+34 ### ## ## ##", "+39 ### #######", "+31(0)## #######", "(0##) #######",
    "+46 (0)## ### ## ##", "0##-### ## ##", "## ## ## ##", "+45 ## ## ## ##", "+47 ### ## ###", "+48 ### ### ###", "## ### ## ##", "+351 ### ### ###", "+55 (##) #####-####", "(##) ####-####", "0##-####-####", "03-####-####",
    "+91 ##########", "0##########", "+86 1## #### ####", "1##-####-####", "+82 10-####-####", "04## ### ###", "(0#) #### ####", "+7 (###) ###-##-##", "8 (###) ###-##-##", "8 ### ### ## ##", "+90 (###) ### ## ##", "(0##) ###-##-##",
    "+972-##-###-####", "+36 ## ###-###", "(##) ###-###", "+420 ### ### ###", "+41 ## ### ## ##", "+27 ## ### ####", "0## ### ####", "+64 ## ### ####", "+52 ### ### ####", "+62 8## #### ####",
)  # fmt: skip
CALLED = (
    "You can call me on {}.", "phone: {}", "my mobile is {} btw", "Tel {}", "cell # {}", "Fax: {}", "Rufen Sie mich unter {} an", "numéro de téléphone {}", "teléfono {}", "Handynummer {}", '{{"phone_number":"{}"}}', "text {} when it is done",
)  # fmt: skip
ALONE = (
    "{}",
    "hi, it's Ann, {}",
    "Ann Lee, {}, prefers mornings",
    "back in the office tomorrow - {}",
    "> {}",
    "- {}",
    "Sent from my desk\n{}\n",
    "<li>{}</li>",
    "try {} maybe",
)
AROUND = {
    "email": ("write to {} please", "<{}>", "user {} logged in", '"{}";active', "to={} status=sent", "{}: mailbox full", "{}", "ping @bo and {}", "Von: {}"),
    "card": ("card number {}", "{} declined", "he read out {} to me", "cc={}", "{}", "Amex {} exp 01/28", "paid by {} today", "Zahlung mit {} fehlgeschlagen"),
    "iban": ("pay to {}", "{}", "IBAN {}", "Konto {} ist falsch", "beneficiary account: {}", "from {} to us", "virement sur {}."),
    "ssn": ("SSN: {}", "{}", "social {}", "her ss number {}", "employee {} left", "form says {}"),
    "ip": ("from {} port 22", "{}", "IP: {}", "client={} code=403", "traceroute to {}", "banned {} again", "[{}] connected", "host {} unreachable"),
}  # fmt: skip
NOTHING = (
    "order ####-####", "Bestellung ##########", "ticket #######", "tracking 1Z###X############", "v#.#.##", "release ##.#.#.#", "20##-1#-2#", "1#/2#/20##", "at 1#:4#:3#", "$#,###.##", "#.###,## EUR", "### ms", "## %", "HTTP 50#",
    "0x########", "sha 9f#a#c#e#b#d", "ISBN 978-#-##-######-#", "room ###", "PR #####", "CVE-20##-#####", "RFC ####", "port ####", "#x#x# cm", "###/### tests passed", "lat 4#.####, lon 1#.####", "id ########", "uid=####", "SKU-######",
    "invoice no. #######", "batch ## of ##", "row ##,###", "build #####", "Q# 20##", "FY##/##", "### kB", "ETA ## min", "page # of ##", "version 20##.#.#", "flight LH###", "IMEI ###############", "customer no. #######", "PO-#######",
)  # fmt: skip
MAKERS = {"email": email, "card": card, "iban": iban, "ssn": ssn, "ip": ip}


def drawn(draw: random.Random, form: str) -> str:
    """A form with digits, the first of a group seldom small."""
    return re.sub(r"#", lambda _: str(draw.randint(0, 9)), re.sub(r"(?<!\w)#", lambda _: str(draw.randint(2, 9)), form))


def one(draw: random.Random) -> Labelled:
    kind = draw.choice(("phone", "phone", "phone", *MAKERS, "nothing", "nothing", "nothing"))
    if kind == "nothing":
        words = " ".join(
            f"{draw.choice(('see', 'about', 'and', 'with', 'for'))} {drawn(draw, draw.choice(NOTHING))}" for _ in range(4)
        )
        return Labelled(words, ())
    value = drawn(draw, draw.choice(FORMS)) if kind == "phone" else MAKERS[kind](draw)
    around = draw.choice((*CALLED, *ALONE) if kind == "phone" else AROUND[kind]).replace("{{", "{").replace("}}", "}")
    before, after = around.split("{}")
    tail = f" {draw.choice(('re', 'see', 'cf.'))} {drawn(draw, draw.choice(NOTHING))}" if draw.random() < 0.4 else ""
    return Labelled(f"{before}{value}{after}{tail}", ((len(before), len(before) + len(value), kind),))


def unseen_again(count: int) -> list[Labelled]:
    """The texts of the only seed that counts."""
    draw = random.Random(SEED)  # noqa: S311 - a set that can be made again
    return [one(draw) for _ in range(count)]
