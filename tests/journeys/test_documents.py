"""The knowledge base on the command line, with nobody owning the data directory and with a running bot."""

import json

import pytest

from bot.sandbox.company import HANDBOOK

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
QUESTION = "How many hours before pick-up can a renter cancel for free?"


@pytest.fixture(params=["alone", "beside a running bot"])
def command(request):
    """The command line of an idle data directory, or of one that a running bot owns."""
    return request.getfixturevalue("alone" if request.param == "alone" else "bot").cli


async def test_the_same_answer_as_in_chat_as_text_and_as_data(command, readable_json):
    assert (await command("ingest", str(HANDBOOK), "--source", "handbook"))[0] == 0

    code, output = await command("ask", QUESTION, "--json")
    answer = readable_json(output)
    assert code == 0
    assert set(answer) == {"answer", "confidence", "abstained", "citations", "passages"}
    assert "48 hours" in answer["answer"]
    assert {"document_id", "title", "url", "quote"} == set(answer["citations"][0])
    code, output = await command("ask", QUESTION)
    assert "48 hours" in output
    assert "[1] Refunds and cancellations" in output

    code, output = await command("search", QUESTION, "-k", "3", "--json")
    rows = readable_json(output)
    assert len(rows) == 3
    assert {"document_id", "chunk_id", "title", "text", "score"} <= set(rows[0])
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


async def test_what_is_for_some_is_not_shown_to_others(command, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "salaries.md").write_text("# Salaries\n\nThe salary band of level 4 is 61,000 to 70,000 euros a year.")
    assert (await command("ingest", str(tmp_path / "docs"), "--audience", "support-leads"))[0] == 0

    assert "61,000" not in (await command("search", "salary band of level 4"))[1]
    assert "61,000" in (await command("search", "salary band of level 4", "--as", "bo@harbourlight.example"))[1]
    assert "61,000" not in (await command("search", "salary band of level 4", "--as", "cy@harbourlight.example"))[1]


async def test_a_folder_is_kept_in_step_and_bad_files_cost_a_line_each(alone, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "good.md").write_text("# Parking\n\nVisitors park in bay 7.")
    (folder / "gone.md").write_text("# Old\n\nNobody needs this.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "huge.md").write_bytes(b"word " * 4_300_000)

    code, output = await alone.cli("ingest", str(folder))
    assert code == 0
    assert "2 added" in output
    assert output.count("not ingested: ") == 3

    (folder / "gone.md").unlink()
    (folder / "good.md").write_text("# Parking\n\nVisitors park in bay 9.")
    code, output = await alone.cli("ingest", str(folder))
    assert "0 added, 1 changed, 0 unchanged, 1 forgotten" in output

    code, output = await alone.cli("ingest", str(folder / "nothing-here"))
    assert code == 1
    assert "Traceback" not in output


async def test_figures_on_ones_own_questions(alone, tmp_path, readable_json):
    await alone.cli("ingest", str(HANDBOOK), "--source", "handbook")
    rows = [
        {"question": QUESTION, "document_ids": [], "answers": ["48 hours"], "answerable": True},
        {"question": "What is the capital of France?", "document_ids": [], "answers": [], "answerable": False},
    ]
    code, output = await alone.cli("search", QUESTION, "-k", "1", "--json")
    rows[0]["document_ids"] = [readable_json(output)[0]["document_id"]]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))

    code, output = await alone.cli("eval", str(file))
    assert code == 0
    assert "nDCG@10: 1.000" in output
    code, output = await alone.cli("eval", str(file), "--json", "--fail-under", "0.9")
    assert (code, readable_json(output)["ndcg"]) == (0, 1.0)

    file.write_text('{"question": "ok"}\n{"question": 3}')
    code, output = await alone.cli("eval", str(file))
    assert (code, "Line 2" in output) == (1, True)


async def test_triage_is_measured_on_the_past_issues_of_the_connected_jira(command, readable_json):
    code, output = await command("eval", "--triage", "SUP", "APP", "--sandbox", "--json")

    found = readable_json(output)
    assert (code, found["issues"]) == (0, 52), output
    assert found["accuracy"] > found["baseline"] + 0.2
    by_field = {one["field"]: one for one in found["fields"]}
    assert all(by_field[name]["accuracy"] > by_field[name]["baseline"] for name in ("type", "labels", "component", "assignee"))

    code, output = await command("eval", "--triage", "SUP", "--sandbox")
    assert (code, "issues: 20, each triaged from the others" in output) == (0, True), output
    assert "confidence 0.7 to 0.8: said 0." in output
    code, output = await command("eval", "--triage", "APP", "--sandbox", "--fail-under", "0.99")
    assert (code, "The mean accuracy is 0." in output) == (1, True), output
    code, output = await command("eval", "--triage", "GONE", "--sandbox")
    assert (code, "Traceback" in output) == (1, False), output


async def test_without_a_jira_triage_cannot_be_measured(alone):
    code, output = await alone.cli("eval", "--triage")

    assert (code, "JIRA_URL" in output) == (1, True), output


async def test_an_empty_knowledge_base_says_so(alone):
    assert "don't know" in (await alone.cli("ask", "anything at all?"))[1]
    assert "Ingest something first" in (await alone.cli("search", "anything"))[1]


async def test_without_a_bot_a_draft_is_made_approved_and_written(alone, readable_json):
    code, output = await alone.cli("say", "/triage SUP-21", "--sandbox", "--as", "ada@harbourlight.example")
    assert code == 0, output
    draft = output.split()[-1]

    code, output = await alone.cli(
        "drafts", "edit", draft, "--sandbox", "--as", "bo@harbourlight.example", "--set", "labels=one, two"
    )
    assert (code, "version 2" in output) == (0, True), output
    code, output = await alone.cli("drafts", "approve", draft, "--sandbox", "--as", "bo@harbourlight.example", "--version", "1")
    assert (code, "stale" in output) == (1, True), output
    code, output = await alone.cli("drafts", "approve", draft, "--sandbox", "--as", "bo@harbourlight.example")
    assert (code, "written" in output) == (0, True), output
    code, output = await alone.cli("drafts", "show", draft, "--json")
    assert readable_json(output)["state"] == "written"

    code, output = await alone.cli("say", "/approvals", "--as", "bo@harbourlight.example")
    assert (code, "Nothing waits" in output) == (0, True)
    code, output = await alone.cli("drafts", "edit", draft, "--as", "bo@harbourlight.example", "--set", "labels")
    assert (code, "FIELD=VALUE" in output) == (1, True)
