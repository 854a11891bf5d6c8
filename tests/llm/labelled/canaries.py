"""Invented keys and tokens of all kinds, in the places where people leave them."""

import base64
import random
import string

ALNUM, HEX, URLSAFE = string.ascii_letters + string.digits, "0123456789abcdef", string.ascii_letters + string.digits + "-_"


def drawn(draw: random.Random, letters: str, length: int) -> str:
    """Letters by chance, a digit and both cases among them when there are such."""
    while True:
        word = "".join(draw.choice(letters) for _ in range(length))
        if any(map(str.isdecimal, word)) and (letters == HEX or word.lower() != word != word.upper()):
            return word


def token(draw: random.Random) -> str:
    """A token that shows by its form what it is; it may stand anywhere."""
    a, h, u = (lambda size, letters=letters: drawn(draw, letters, size) for letters in (ALNUM, HEX, URLSAFE))
    uuid = f"{h(8)}-{h(4)}-{h(4)}-{h(4)}-{h(12)}"
    jwt = ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"RS256"}', a(40).encode(), a(60).encode())
    )
    body = "\n".join(base64.b64encode(a(48).encode()).decode() for _ in range(6))
    name = draw.choice(("RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "))
    return draw.choice((
        f"xoxb-{draw.randint(10**11, 10**12)}-{draw.randint(10**12, 10**13)}-{a(24)}", f"xoxp-{draw.randint(10**11, 10**12)}-{a(32)}", f"xapp-1-A{a(10).upper()}-{draw.randint(10**12, 10**13)}-{h(64)}",
        f"ATATT3xFfGF0{u(180)}={a(8).upper()}", f"ATCTT3xFfG{u(60)}", f"pat-na1-{uuid}", f"pat-eu1-{uuid}", f"00D{a(12)}!{a(90)}", f"00D{a(15)}!AQ.{a(80)}", f"3MVG9{a(80)}", f"sk-{a(48)}", f"sk-proj-{u(120)}",
        f"sk-ant-api03-{u(90)}", f"sk-svcacct-{u(60)}", f"sk_live_{a(24)}", f"rk_test_{a(24)}", f"AKIA{a(16).upper()}", f"ASIA{a(16).upper()}", f"ghp_{a(36)}", f"ghs_{a(36)}", f"github_pat_{a(22)}_{a(59)}", f"glpat-{u(20)}",
        f"AIza{u(35)}", f"ya29.{u(100)}", f"GOCSPX-{u(28)}", f"SG.{u(22)}.{u(43)}", f"SK{h(32)}", f"npm_{a(36)}", f"hf_{a(34)}", f"pypi-AgEIcHlwaS5vcmc{u(80)}", f"whsec_{a(32)}", f"shpat_{h(32)}", f"dop_v1_{h(64)}",
        f"glsa_{a(32)}_{h(8)}", f"hvs.{a(90)}", jwt, f"-----BEGIN {name}PRIVATE KEY-----\n{body}\n-----END {name}PRIVATE KEY-----", f"{a(3)}8Q~{a(34)}", a(40), a(32), f"{h(32)}-us12", f"{draw.randint(10**8, 10**9)}:AA{u(33)}",
        f"$2b$12${a(53)}",
    ))  # fmt: skip


def told(draw: random.Random) -> tuple[str, str]:
    """A secret that only its surroundings give away, and the text around it."""
    a, h = (lambda size, letters=letters: drawn(draw, letters, size) for letters in (ALNUM, HEX))
    word, user = (
        draw.choice(("hunter2!", "Summer2026!", "correct-horse-9", "S3cr3t.Pa55", "p@55w0rd", f"{a(9)}#")),
        draw.choice(("admin", "bo", "svc_user")),
    )
    secret, text = draw.choice((
        (word, f"my password is {word} and it does not work"), (word, f"password: {word}"), (word, f"PASSWORD={word}"), (word, f'"password": "{word}"'), (word, f"pwd = '{word}'"), (word, f"Passwort: {word}"), (word, f"mot de passe : {word}"),
        (word, f"contraseña: {word}"), (word, f"login {user} / password {word}".replace("password ", "password: ")), (word.replace("@", ""), f"postgresql://{user}:{word.replace('@', '')}@db.example.com:5432/app"),
        (word.replace("@", ""), f"{user}:{word.replace('@', '')}@ftp.example.com"), (word.replace("@", ""), f"https://{user}:{word.replace('@', '')}@git.example.com/x.git"), (word, f"curl -u {user}:{word} https://x.example"),
    ))  # fmt: skip
    long = draw.choice((h(32), h(64), a(40), a(24), f"{h(8)}-{h(4)}-{h(4)}-{h(4)}-{h(12)}"))
    other = draw.choice((
        f"api_key = {long}", f"API key: {long}", f'client_secret="{long}"', f"signing secret is {long}", f"Authorization: Bearer {long}", f"X-Api-Key: {long}", f"ZENDESK_API_TOKEN={long}", f"bo@example.com/token:{long}",
        f"SLACK_SIGNING_SECRET={long}", f"here is the API key for prod: {long}", f"access_token={long}&scope=all", f"secretKey: '{long}',", f"token: {long}", f"<secret>{long}</secret>", f"Cookie: session={long}; path=/",
        f"AWS_SECRET_ACCESS_KEY={long}", f"export TOKEN={long}", f"webhook secret {long}", f"https://hooks.slack.com/services/T{a(8)}/B{a(8)}/{long.replace('-', '')}", f"AccountKey={long}==;",
    ))  # fmt: skip
    return draw.choice(((secret, text), (long.replace("-", "") if "hooks." in other else long, other)))


def canaries(seed: int, count: int) -> list[tuple[str, str]]:
    """Pairs of a secret and a text that holds it."""
    draw = random.Random(seed)  # noqa: S311 - a set that can be made again
    around = (
        "{}",
        "Hi, I used {} yesterday",
        "log: token=[{}]",
        "see\n{}\nthanks",
        "`{}`",
        '{{"x": "{}"}}',
        "<{}>",
        "({}).",
        "a,{},b",
    )
    found = []
    for number in range(count):
        if number % 2:
            found.append(told(draw))
        else:
            secret = token(draw)
            found.append((secret, draw.choice(around).format(secret)))
    return found
