"""Text that wants to be more than text in Slack."""

from hypothesis import strategies as st

EVIL = "https://evil.example/p?a=1&b=2"
ATTACKS = st.sampled_from([
    "<!channel>", "<!here|x>", "<!subteam^S1>", "<@U1>", "<#C1|x>", f"<{EVIL}|https://good.example>", "<javascript:alert(1)|x>",
    f"[x]({EVIL})", "[x](mailto:a@b.example)", "[x](//evil.example)", f"![x]({EVIL})", f"[x]: {EVIL}", "[x][1]", f"\n[1]: {EVIL}\n", "[1]", "[12](",
    EVIL, "www.evil.example", "HTTPS://EVIL.example", "https://good.example/a_(b)", "https://good.example", "http://[::1", "https://u@good.example",
    "`", "``", "```", "\n```\n", "\n```py\n", "````", "~~~", "\n", "\n\n", "\\", "\\\\", "\\[", "\\]", "](", "]", "(", ")", "!", "&", "&amp;", "&lt;!channel&gt;",
    "<", ">", "|", "| a | b |\n|---|---|\n", "*", "_", "    ", "\t", "- ", "1. ", "> ", "# ", "\u202e", "\u200b", "\x00", "\r", "\r\n", "\ud800", "👩\u200d🚀", "e\u0301", "“", " ",
])  # fmt: skip
HOSTILE = st.lists(st.one_of(ATTACKS, st.text(max_size=12)), min_size=1, max_size=9).map("".join)
LONG = st.builds(lambda text, times: text * times, HOSTILE, st.integers(1, 100))
"""Up to ten thousand of characters."""
