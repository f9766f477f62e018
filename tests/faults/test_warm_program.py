"""The web server that tests share remembers nothing from one test to the next."""

import urllib.request

from tests.plugins.warm_program import WarmProgram


def test_each_test_is_answered_by_a_fresh_process_and_finds_no_file(transactional_db, tmp_path):
    program = WarmProgram(tmp_path)
    try:
        first = program.answering()
        left = program.data / "queue" / "left.msg"
        left.parent.mkdir(parents=True, exist_ok=True)
        left.touch()
        program.forget()
        assert program.answering() != first
        assert not left.exists()
        with urllib.request.urlopen(f"{program.address}/sign-in/", timeout=30) as answer:
            assert answer.status == 200
        assert program.is_running()
    finally:
        program.end()
    assert not program.is_running()
