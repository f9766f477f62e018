"""The queue of unsent sets in a real browser: kept once, in order, and never dropped in silence."""

import pytest

pytestmark = [pytest.mark.browser]

OFFLINE = "/static/crs_monitor/js/offline"
BEGIN = f"""
globalThis.queues = import("{OFFLINE}/queue.js");
globalThis.vaults = import("{OFFLINE}/vault.js");
globalThis.mine = async (owner = 7) => (await queues).ownQueue(owner);
globalThis.a_set = (client_id, more = {{}}) => ({{
  client_id, patient_id: 3, measured_at: 1000, captured_at: 2000,
  fields: [["client_id", client_id], ["heart_rate_bpm", "96"], ["taken_at", "2026-03-10T12:00"]],
  ...more,
}});
globalThis.keys = async () => (await (await vaults).marks("queue")).map(({{ key }}) => key).sort();
"""


@pytest.fixture
def run(page, static_pages):
    """Run a script in a tablet's browser, with nothing kept from the test before."""
    page.goto(f"{static_pages}/")
    page.evaluate(f"() => {{ {BEGIN} }}")
    return lambda script, *given: page.evaluate(f"async (given) => {{ {script} }}", *given)


def test_the_same_set_kept_twice_is_one(run):
    assert run("""
        const queue = await mine();
        await queue.keep(a_set("u-1")); await queue.keep(a_set("u-1"));
        return keys();
    """) == ["u-1"]


@pytest.mark.parametrize(("later_ms", "count"), [(0, 1), (179_999, 1), (180_000, 2)])
def test_the_minute_that_turned_in_a_doubled_tab_makes_no_other_set(run, later_ms, count):
    script = """
        const queue = await mine();
        const twin = { measured_at: 1000 + given, fields: [["client_id", "u-1"],
          ["heart_rate_bpm", "96"], ["taken_at", "2026-03-10T12:01"]] };
        await queue.keep(a_set("u-1")); await queue.keep(a_set("u-1", twin));
        return (await keys()).length;
    """
    assert run(script, later_ms) == count


def test_another_set_under_a_taken_number_gets_its_own_and_both_stay(run):
    found = run("""
        const queue = await mine();
        await queue.keep(a_set("u-1"));
        const other = a_set("u-1", { fields: [["client_id", "u-1"], ["heart_rate_bpm", "97"]] });
        const kept = await queue.keep(other);
        return [await keys(), kept.client_id, kept.fields[0][1]];
    """)
    kept, number, in_the_form = found
    assert len(kept) == 2
    assert "u-1" in kept
    assert number == in_the_form != "u-1"


def test_sets_are_due_in_the_order_in_which_they_were_measured(run):
    assert run("""
        const { due } = await queues;
        await (await mine(1)).keep(a_set("late", { measured_at: 3000 }));
        await (await mine(2)).keep(a_set("early", { measured_at: 1000 }));
        await (await mine(1)).keep(a_set("second", { measured_at: 1000, captured_at: 2001 }));
        return (await due()).map(({ key }) => key);
    """) == ["early", "second", "late"]


@pytest.mark.parametrize(("later_ms", "due"), [(0, []), (11_999, []), (12_000, ["u-1"])])
def test_what_the_page_is_sending_is_left_to_it_for_a_while(run, later_ms, due):
    script = """
        const { due, State } = await queues;
        const now = Date.now();
        await (await mine()).keep(a_set("u-1"), { state: State.SENDING, now });
        return (await due(now + given)).map(({ key }) => key);
    """
    assert run(script, later_ms) == due


def test_a_clock_set_back_by_hours_holds_no_set_back(run):
    assert run("""
        const { due, State } = await queues;
        const now = Date.now();
        await (await mine()).keep(a_set("u-1"), { state: State.SENDING, now });
        return (await due(now - 7_200_000)).map(({ key }) => key);
    """) == ["u-1"]


def test_a_refused_set_waits_for_a_person_and_counts_as_unsent(run):
    assert run("""
        const { due, unsent, State } = await queues;
        const queue = await mine();
        await queue.keep(a_set("u-1"));
        await queue.change("u-1", { state: State.REFUSED });
        return [await due(), await unsent()];
    """) == [[], {"count": 1, "refused": 1, "oldest": 1000}]


def test_a_discarded_set_is_told_to_the_server_and_counts_no_more(run):
    assert run("""
        const { due, unsent, State } = await queues;
        const queue = await mine();
        await queue.keep(a_set("u-1"));
        await queue.change("u-1", { state: State.DISCARDED, reason: "on paper" });
        return [(await due()).map(({ key }) => key), (await unsent()).count];
    """) == [["u-1"], 0]


def test_a_confirmed_set_does_not_come_back(run):
    assert run("""
        const queue = await mine();
        await queue.keep(a_set("u-1"));
        await Promise.all([queue.remove("u-1"), queue.change("u-1", { attempts: 1 })]);
        return [await keys(), (await queue.change("u-1", { attempts: 2 })) ?? "gone"];
    """) == [[], "gone"]


def test_changes_at_once_lose_none_of_them(run):
    assert run("""
        const { State } = await queues;
        const [one, other] = [await mine(), await mine()];
        await one.keep(a_set("u-1"));
        await Promise.all([
          one.change("u-1", { state: State.DISCARDED, reason: "on paper" }),
          other.change("u-1", { attempts: 3 }),
        ]);
        const { state, reason, attempts } = await one.get("u-1");
        return [state, reason, attempts];
    """) == ["discarded", "on paper", 3]


@pytest.mark.parametrize(("attempts", "least", "most"), [(0, 500, 1000), (3, 4000, 8000)])
def test_each_try_waits_about_twice_as_long(run, attempts, least, most):
    script = """
        const { waitAfter } = await queues;
        return [waitAfter(given, () => 0), waitAfter(given, () => 1)];
    """
    assert run(script, attempts) == [least, most]


@pytest.mark.parametrize("attempts", [5, 50, 5000])
def test_no_try_waits_longer_than_half_a_minute(run, attempts):
    script = "return (await queues).waitAfter(given, () => 1);"
    assert run(script, attempts) == 30_000
