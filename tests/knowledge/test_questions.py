from pathlib import Path

import pytest

from knowledge.errors import BadQuestions
from knowledge.questions import Question, read_questions


def test_lines_become_questions_and_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"question": "a?", "document_ids": ["d"], "answers": ["x"], "answerable": false, "history": ["h"], "more": 1}\n'
        '\n{"question": "b?", "history": null}\n',
        encoding="utf-8",
    )
    assert read_questions(file) == [Question("a?", ("d",), ("x",), answerable=False, history=("h",)), Question("b?")]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "Line 2 .* is no JSON"),
        ("[1]", "Line 2 .* is no object"),
        ("{}", 'Line 2 .* has no "question"'),
        ('{"question": " "}', 'Line 2 .* has no "question"'),
        ('{"question": "a", "answerable": "yes"}', 'Line 2 .*"answerable" must be true or false'),
        ('{"question": "a", "answers": "x"}', 'Line 2 .*"answers" must be a list'),
        ('{"question": "a", "document_ids": [1]}', 'Line 2 .*"document_ids" must be a list'),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(f'{{"question": "fine"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadQuestions, match=complaint):
        read_questions(file)


def test_a_file_that_is_missing_empty_or_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    with pytest.raises(BadQuestions, match="cannot be read"):
        read_questions(file)
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(BadQuestions, match="There is no question"):
        read_questions(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadQuestions, match="cannot be read"):
        read_questions(file)
