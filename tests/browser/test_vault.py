"""The tablet's vault in a real browser: sealed, one key each, emptied in time, sets kept."""

import pytest

pytestmark = [pytest.mark.browser]

OFFLINE = "/static/crs_monitor/js/offline"
HOUR = 3_600_000
# The clock stands where a test puts it.
BEGIN = f"""
globalThis.vaults = import("{OFFLINE}/vault.js");
globalThis.idb = import("{OFFLINE}/idb.js");
globalThis.time = 1_700_000_000_000;
globalThis.vault_of = async (owner, more = {{}}) =>
  (await vaults).openVault(owner, {{ clock: () => time, ...more }});
globalThis.refused = (work) => work.then(() => "answered", ({{ name, constructor }}) =>
  name === "Error" ? constructor.name : name);
"""


@pytest.fixture
def run(page, static_pages):
    """Run a script in a tablet's browser, with nothing kept from the test before."""
    page.goto(f"{static_pages}/")
    page.evaluate(f"() => {{ {BEGIN} }}")
    return lambda script, *given: page.evaluate(f"async (given) => {{ {script} }}", *given)


def test_what_was_put_in_comes_out(run):
    found = run("""
        const vault = await vault_of(7);
        await vault.put("drafts", "3", { temperature_celsius: "38.6", worried: true });
        const one = await vault.get("drafts", "3");
        return [one, await vault.all("drafts"), await vault.get("x", "3")];
    """)
    kept = {"temperature_celsius": "38.6", "worried": True}
    assert found == [kept, [{"key": "3", "value": kept, "mark": None}], None]


def test_nothing_of_a_patient_can_be_read_on_the_disk(run):
    rows = run("""
        const vault = await vault_of(7);
        await vault.put("pack", "pack", { name: "Wren Canary", mrn: "MRN-CANARY" });
        const { within } = await idb;
        const read = (store, wait) => wait(store("items").getAll());
        const words = new TextDecoder("latin1");
        return (await within(["items"], "readonly", read)).map(
          (row) => JSON.stringify(row) + words.decode(row.sealed) + words.decode(row.iv));
    """)
    assert len(rows) == 1
    assert "Canary" not in rows[0]
    assert "CANARY" not in rows[0]


def test_no_script_can_read_the_key_out(run):
    assert (
        run("""
        const vault = await vault_of(7);
        return refused(crypto.subtle.exportKey("raw", vault.person.key));
    """)
        == "InvalidAccessError"
    )


def test_one_person_cannot_open_what_another_sealed(run):
    assert (
        run("""
        const [one, other] = [await vault_of(1), await vault_of(2)];
        await one.put("drafts", "3", "mine");
        const { within } = await idb;
        await within(["items"], "readwrite", async (store, wait) => {
          const row = await wait(store("items").get(["1", "drafts", "3"]));
          store("items").put({ ...row, owner: "2" });
        });
        return refused(other.get("drafts", "3"));
    """)
        == "OperationError"
    )


def test_an_item_moved_to_another_place_does_not_open(run):
    assert run("""
        const vault = await vault_of(1);
        await vault.put("queue", "a", "sealed for a");
        const { within } = await idb;
        await within(["items"], "readwrite", async (store, wait) => {
          const row = await wait(store("items").get(["1", "queue", "a"]));
          store("items").put({ ...row, key: "b" });
        });
        return (await vault.all("queue")).map(
          ({ key, value, unreadable }) => [key, value ?? null, !!unreadable]);
    """) == [["a", "sealed for a", False], ["b", None, True]]


@pytest.mark.parametrize(
    ("hours", "answer"),
    [(11.99, "answered"), (12, "answered"), (12.01, "VaultGoneError"), (-12.01, "VaultGoneError")],
)
def test_twelve_hours_without_the_server_close_the_vault(run, hours, answer):
    script = """
        const vault = await vault_of(7);
        await vault.put("pack", "pack", "the ward");
        time += given;
        return refused(vault.get("pack", "pack"));
    """
    assert run(script, hours * HOUR) == answer


def test_hearing_the_server_begins_the_twelve_hours_anew(run):
    script = """
        const vault = await vault_of(7);
        await vault.put("pack", "pack", "the ward");
        time += 11 * given; await vault.touch(); time += 11 * given;
        return vault.get("pack", "pack");
    """
    assert run(script, HOUR) == "the ward"


def test_what_is_too_old_is_gone_from_the_disk_when_the_next_page_opens(run):
    script = """
        const { owners, purgeStale } = await vaults;
        await (await vault_of(7)).put("pack", "pack", "the ward");
        time += 12 * given + 1;
        await purgeStale(() => time);
        return owners();
    """
    assert run(script, HOUR) == []


def test_a_sign_out_takes_all_but_the_unsent_sets(run):
    found = run("""
        const { marks, owners } = await vaults;
        const vault = await vault_of(7);
        await vault.put("pack", "pack", "the ward");
        await vault.put("drafts", "3", "half a set");
        await vault.put("queue", "u-1", "a whole set", { measured_at: 5 });
        await vault.purge();
        const left = await vault_of(7, { signedIn: false });
        return [await marks("pack"), await marks("drafts"), await marks("queue"), await owners(),
                await left.get("queue", "u-1"), await refused(left.get("pack", "pack"))];
    """)
    kept = [{"owner": "7", "key": "u-1", "mark": {"measured_at": 5}}]
    assert found == [[], [], kept, ["7"], "a whole set", "VaultGoneError"]


def test_with_the_last_unsent_set_the_key_goes_too(run):
    assert run("""
        const { owners } = await vaults;
        const vault = await vault_of(7);
        await vault.put("queue", "u-1", "one"); await vault.put("queue", "u-2", "two");
        await vault.purge();
        const before = await owners();
        await vault.remove("queue", "u-1");
        const between = await owners();
        await vault.remove("queue", "u-2");
        return [before, between, await owners()];
    """) == [["7"], ["7"], []]


def test_the_sign_out_of_one_leaves_the_other_at_work(run):
    assert run("""
        const { owners, purgeAll } = await vaults;
        const [one, other] = [await vault_of(1), await vault_of(2)];
        await one.put("pack", "pack", 1); await other.put("pack", "pack", 2);
        await one.purge();
        const between = [await owners(), await other.get("pack", "pack")];
        await purgeAll();
        return [...between, await owners()];
    """) == [["2"], 2, []]


def test_a_page_left_open_writes_nothing_after_the_sign_out(run):
    assert run("""
        const vault = await vault_of(7);
        await (await vault_of(7)).purge();
        return [await refused(vault.put("drafts", "3", "late")),
                await refused(vault.put("queue", "u-1", "late")), await (await vaults).owners()];
    """) == ["VaultGoneError", "VaultGoneError", []]


def test_only_a_page_the_server_gave_makes_a_vault(run):
    assert run("return refused(vault_of(7, { signedIn: false }));") == "VaultGoneError"


def test_two_tabs_that_open_at_once_share_one_key(run):
    assert (
        run("""
        const [one, other] = await Promise.all([vault_of(7), vault_of(7)]);
        await one.put("drafts", "3", "from one tab");
        return other.get("drafts", "3");
    """)
        == "from one tab"
    )
