"""Reads labelled questions: JSON lines by which an operator measures and calibrates a knowledge base."""

import json
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import BadQuestions

_LISTS = ("document_ids", "answers", "history")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what would be right.

    `document_ids`: the documents that answer it. `answers`: short texts, one of which a good answer contains (may be empty).
    `answerable`: whether the knowledge base holds an answer. `history`: earlier turns, oldest first, person and bot in turn.
    """

    question: str
    document_ids: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    answerable: bool = True
    history: tuple[str, ...] = ()


def read_questions(path: Path) -> list[Question]:
    """The questions in a file of JSON lines (UTF-8; blank lines are skipped). Blocking.

    Raises BadQuestions when the file cannot be read, holds no question, or a line is not as it should be.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestions(f"The questions in {path} cannot be read ({error}): name a file of JSON lines in UTF-8.") from error
    questions = [_question(line, f"Line {number} of {path}") for number, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise BadQuestions(f"There is no question in {path}: write one JSON object per line.")
    return questions


def _question(line: str, place: str) -> Question:
    try:
        row: object = json.loads(line)
    except ValueError as error:
        raise BadQuestions(f"{place} is no JSON ({error}): write one object per line.") from error
    if not isinstance(row, dict):
        raise BadQuestions(f'{place} is no object: write it like {{"question": "...", "document_ids": ["..."]}}.')
    text, answerable = row.get("question"), row.get("answerable", True)
    if not isinstance(text, str) or not text.strip():
        raise BadQuestions(f'{place} has no "question": add one as a text.')
    if not isinstance(answerable, bool):
        raise BadQuestions(f'{place}: "answerable" must be true or false.')
    lists = {name: _texts(row.get(name), f'{place}: "{name}" must be a list of texts.') for name in _LISTS}
    return Question(text, answerable=answerable, **lists)


def _texts(value: object, complaint: str) -> tuple[str, ...]:
    items = [] if value is None else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise BadQuestions(complaint)
    return tuple(items)
