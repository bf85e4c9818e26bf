"""No action about a child forgets to ask whether the actor may write about it: read from the source of all of them."""

from __future__ import annotations

import ast
from pathlib import Path

ASK = {"require_write", "refuse_unless_writer"}
"""What an action calls, itself or through functions of the action modules."""

ABOUT = {"child", "child_id", "version_id", "visit", "visit_id", "pin_id", "wish_id"}
"""Arguments that say the action is about one child."""

OTHERWISE = {
    "open_transfer": "the receiver asks for a child that it does not see yet; four parties answer",
    "register_child": "opens the file to the school that registers",
    "record_visit": "a teacher's own visit, also after leaving the team",
    "reveal": "a reading; the child is loaded in sight again",
    "answer_plan": "a guardian's own child, by living guardianship",
    "make_link": "on the floor of accounts, which knows no child; make_invitation has asked",
    "may_approve": "a question, no deed",
    "book_visit": "the end of moving a visit, which has asked",
    "tell_undone": "the end of a party's deed, which has asked whether the actor is that party",
    "write_move": "the same",
    "end_handed_out": "the end of taking a guardian out or an access back, which has asked",
    "end_visit_links": "the end of the same, and of a move",
    "end_links": "the same",
    "hand_over": "the end of a transfer that all parties agreed",
    "leave_behind": "the same, and of any other way to another unit",
    "begin_on": "the same on another day",
    "void_waiting": "the end of leaving a school, which has asked",
    "part": "the end of a transfer or an enrolment",
    "end_outlived": "the end of a transfer or an enrolment",
    "enrolled_at": "the end of an enrolment, which has asked",
    "call_off": "the end of leaving or moving, which has asked",
}


def _functions() -> dict[str, ast.FunctionDef]:
    files = [*Path("app").glob("*/actions.py"), *Path("app").glob("*/actions/*.py")]
    return {
        node.name: node
        for file in files
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }


def _calls(node: ast.AST) -> set[str]:
    return {
        call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }


def _asks(name: str, functions: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    if name in ASK:
        return True
    if name not in functions or name in seen:
        return False
    seen.add(name)
    return any(_asks(called, functions, seen) for called in _calls(functions[name]))


def test_every_action_about_a_child_asks_whether_the_actor_may_write():
    functions = _functions()
    about = [
        name
        for name, node in functions.items()
        if not name.startswith("_")
        and [arg.arg for arg in node.args.args][:1] == ["actor"]
        and {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)} & ABOUT
    ]
    assert len(about) > 35
    forgotten = [name for name in about if name not in OTHERWISE and not _asks(name, functions, set())]
    assert forgotten == []
    assert set(OTHERWISE) <= set(functions), "an exception names an action that is gone"
