"""Numbers and words that look like something private and are not."""

import random
import uuid


def digits(draw: random.Random, length: int) -> str:
    return str(draw.randint(1, 9)) + "".join(str(draw.randint(0, 9)) for _ in range(length - 1))


def isbn(draw: random.Random) -> str:
    return f"978-{draw.randint(0, 9)}-{digits(draw, 4)}-{digits(draw, 4)}-{draw.randint(0, 9)}"


def negative(draw: random.Random) -> str:
    """One of some thirty kinds, with the words that stand beside it in real text where it has any."""
    made = uuid.UUID(int=draw.getrandbits(128), version=4)
    date = f"{draw.randint(2015, 2026)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    return draw.choice((
        f"order {digits(draw, 8)}", f"Order #{digits(draw, 10)}", f"invoice INV-{draw.randint(2019, 2026)}-{digits(draw, 5)}", f"{draw.choice(('SUP', 'APP', 'SEC'))}-{digits(draw, 4)}",
        f"version {draw.randint(1, 20)}.{draw.randint(0, 30)}.{draw.randint(0, 99)}", f"v{draw.randint(1, 9)}.{draw.randint(0, 9)}.{draw.randint(0, 9)}.{draw.randint(0, 9)}",
        f"Chrome/{draw.randint(90, 130)}.0.0.0", f"numpy=={draw.randint(1, 2)}.{draw.randint(0, 26)}.{draw.randint(0, 9)}", date, date.replace("-", "/"), date.replace("-", ""),
        f"{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.{draw.randint(2015, 2026)}", f"{date}T{draw.randint(0, 23):02d}:{draw.randint(0, 59):02d}:{draw.randint(0, 59):02d}.{digits(draw, 3)}Z",
        f"{draw.getrandbits(160):040x}", f"commit {draw.getrandbits(28):07x}", str(made), str(made).upper(), f"sha256:{draw.getrandbits(256):064x}",
        f"{draw.uniform(-89, 89):.6f}, {draw.uniform(-179, 179):.6f}", f"${draw.randint(1, 9)},{digits(draw, 3)},{digits(draw, 3)}.{draw.randint(10, 99)}", f"€ {digits(draw, 4)},{draw.randint(10, 99)}",
        f"{draw.randint(1, 99)} {digits(draw, 3)} {digits(draw, 3)} EUR", f"ISBN {isbn(draw)}", f"tracking 1Z{digits(draw, 3)}AA{digits(draw, 10)}", f"tracking number {digits(draw, 12)}",
        f"parcel {digits(draw, 14)}", f"ts={draw.randint(1_500_000_000, 1_800_000_000)}", f"timestamp {draw.randint(1_500_000_000_000, 1_800_000_000_000)}", f"{draw.randint(1, 65535)}/tcp",
        f"{draw.randint(1, 12)}:{draw.randint(10, 59)}:{draw.randint(10, 59)}", f"{draw.randint(1, 99)}%", f"{digits(draw, 5)} rows", f"{digits(draw, 7)} bytes", f"{draw.randint(1990, 2026)}-{draw.randint(1990, 2026)}",
        f"pages {draw.randint(10, 99)}-{draw.randint(100, 999)}", f"aa:bb:cc:{draw.randint(10, 99)}:{draw.randint(10, 99)}:ff", f"1.{digits(draw, 15)}", f"SKU {digits(draw, 4)}-{digits(draw, 4)}",
        f"EAN {digits(draw, 13)}", f"id={digits(draw, 9)}", f"user_id: {digits(draw, 10)}", f"case {digits(draw, 6)}", f"#{digits(draw, 5)}", f"line {digits(draw, 4)}", f"logo@{draw.randint(2, 3)}x.png",
        "@channel", "npm i @types/node@18.2.1", "std::vector<int>", f"port {draw.randint(1024, 65535)}", f"{draw.randint(1, 9)}x{draw.randint(1, 9)}", f"0x{draw.getrandbits(64):016x}",
        f"{digits(draw, 3)}.{digits(draw, 2)} ms", f"HTTP/1.1 {draw.choice((200, 404, 500))} {digits(draw, 5)}", f"zip {digits(draw, 5)}", f"build {digits(draw, 4)}.{digits(draw, 2)}",
    ))  # fmt: skip
