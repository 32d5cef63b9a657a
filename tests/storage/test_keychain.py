"""Where a key is looked for, what may be stored, and how the keychains of other systems are understood."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from keyring.errors import KeyringError, KeyringLocked, NoKeyringError, PasswordDeleteError

from imagegen_desktop.core.errors import (
    ImagegenError,
    KeychainAbsentError,
    KeychainError,
    KeychainLockedError,
    KeychainRefusedError,
)
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, Endpoint
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.storage.keychain import (
    Credentials,
    FoundKey,
    KeychainSecrets,
    KeySource,
    LimitedSecrets,
    MemorySecrets,
    cleaned,
)
from imagegen_desktop.storage.keychain.system import ALLOWED, LONGEST_ON_WINDOWS, WINDOWS

OPENAI = Endpoint(maker=Maker.OPENAI, base_url="https://api.openai.com/v1")
KEY = Secret("sk-canary")


class Chain(MemorySecrets):
    """A keychain that refuses with the given error as long as there is one."""

    def __init__(self, error: KeychainError | None = None) -> None:
        super().__init__()
        self.error = error

    @property
    def place(self) -> str:
        return "the keychain of the test"

    def get(self, name: str) -> Secret | None:
        self._refuse()
        return super().get(name)

    def put(self, name: str, secret: Secret) -> None:
        self._refuse()
        super().put(name, secret)

    def delete(self, name: str) -> None:
        self._refuse()
        super().delete(name)

    def unlock(self) -> None:
        self.error = None

    def _refuse(self) -> None:
        if self.error:
            raise self.error


def _credentials(chain: Chain, **environ: str) -> Credentials:
    return Credentials(chain, MemorySecrets(), environ)


# ---- where a key is looked for ----


def test_a_stored_key_is_found_in_the_keychain_with_its_place() -> None:
    credentials = _credentials(Chain())
    assert credentials.key_for(OPENAI).source is KeySource.NONE
    stored = credentials.store(OPENAI, KEY)
    assert stored == credentials.key_for(OPENAI)
    assert stored == FoundKey(secret=KEY, source=KeySource.KEYCHAIN, place="the keychain of the test")


def test_each_endpoint_has_a_key_of_its_own() -> None:
    credentials = _credentials(Chain())
    other = Endpoint(maker=Maker.OPENAI, base_url="https://other.example/v1")
    credentials.store(OPENAI, KEY)
    assert credentials.key_for(other).secret is None


def test_what_the_person_entered_goes_before_the_environment() -> None:
    credentials = _credentials(Chain(), OPENAI_API_KEY="sk-ambient")
    assert credentials.key_for(OPENAI).source is KeySource.ENVIRONMENT
    credentials.store(OPENAI, KEY)
    assert credentials.key_for(OPENAI).secret == KEY


def test_the_environments_key_is_stripped() -> None:
    found = _credentials(Chain(), OPENAI_API_KEY=" sk-ambient\n").key_for(OPENAI)
    assert found.secret == Secret("sk-ambient")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com.example.org/v1",
        "https://example.org/api.openai.com/v1",
        "http://api.openai.com/v1",
        "https://api.openai.com@example.org/v1",
    ],
)
def test_the_environments_key_goes_to_no_other_address(url: str) -> None:
    endpoint = Endpoint(maker=Maker.OPENAI, base_url=url)
    assert _credentials(Chain(), OPENAI_API_KEY="sk-ambient").key_for(endpoint).secret is None


def test_a_key_in_the_environment_that_can_be_none_is_told_of() -> None:
    found = _credentials(Chain(), OPENAI_API_KEY="sk one two").key_for(OPENAI)
    assert found.secret is None
    assert found.problem is not None


def test_the_sample_engine_has_no_key() -> None:
    credentials = _credentials(Chain(KeychainLockedError()), OPENAI_API_KEY="sk-ambient")
    assert credentials.key_for(SAMPLE_ENDPOINT) == FoundKey(secret=None, source=KeySource.NONE, place="")


def test_a_locked_keychain_is_told_of_beside_the_environments_key() -> None:
    found = _credentials(Chain(KeychainLockedError()), OPENAI_API_KEY="sk-ambient").key_for(OPENAI)
    assert found.source is KeySource.ENVIRONMENT
    assert isinstance(found.problem, KeychainLockedError)


def test_an_absent_keychain_does_not_matter_to_the_environments_key() -> None:
    assert _credentials(Chain(KeychainAbsentError()), OPENAI_API_KEY="sk-ambient").key_for(OPENAI).problem is None


def test_a_key_kept_for_the_session_moves_into_the_keychain_when_it_is_unlocked() -> None:
    chain = Chain(KeychainLockedError())
    credentials = _credentials(chain)
    assert credentials.store(OPENAI, KEY).source is KeySource.SESSION
    assert credentials.unlock(OPENAI).source is KeySource.KEYCHAIN
    assert chain.get(OPENAI.secret_name) == KEY
    assert credentials.key_for(OPENAI).problem is None


def test_a_removed_key_is_gone_from_keychain_and_session() -> None:
    credentials = _credentials(Chain())
    credentials.store(OPENAI, KEY)
    credentials.remove(OPENAI)
    assert credentials.key_for(OPENAI).source is KeySource.NONE


def test_a_key_that_a_locked_keychain_may_still_hold_is_not_called_removed() -> None:
    with pytest.raises(KeychainLockedError):
        _credentials(Chain(KeychainLockedError())).remove(OPENAI)


def test_no_repr_shows_the_key() -> None:
    assert "canary" not in repr(_credentials(Chain()).store(OPENAI, KEY))


# ---- what may be stored ----


def test_the_space_around_a_key_is_dropped() -> None:
    assert cleaned(Secret("\n  sk-abc \r\n")) == Secret("sk-abc")


@pytest.mark.parametrize("text", ["", "  \n", "sk-a\nb", "sk a", "sk-ключ", "sk-\u200bab", "sk-\x07ab", "x" * 9000])
def test_what_can_stand_in_no_header_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ImagegenError) as caught:
        cleaned(Secret(text))
    shown = caught.value.title + caught.value.advice + caught.value.details
    assert not text.strip() or text.strip() not in shown


# ---- the keychains of other systems ----


class Ring:
    """A backend of the keyring library that keeps secrets in a dict, or raises what it is given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error:
            raise self.error
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.error:
            raise self.error
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


def _on(ring: Ring, module: str = "elsewhere") -> KeychainSecrets:
    return KeychainSecrets(lambda: [(5, ring, module, "the ring")])


WATCHED_LOOK = """
import sys
started = []
sys.addaudithook(lambda event, told: started.append(told[1]) if event == "subprocess.Popen" else None)
from imagegen_desktop.core.errors import KeychainError
from imagegen_desktop.storage.keychain import KeychainSecrets
try:
    KeychainSecrets().get("nothing")
except KeychainError:
    pass
print(started)
"""


def test_a_look_for_a_keychain_starts_no_other_program() -> None:
    """On Linux Apple's libraries were looked for with a compiler, at each start."""
    ran = subprocess.run([sys.executable, "-c", WATCHED_LOOK], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_only_keychains_of_operating_systems_are_allowed() -> None:
    assert {module.rpartition(".")[2] for module, _, _ in ALLOWED} == {"macOS", "Windows", "SecretService", "kwallet"}


def test_the_backend_of_highest_priority_is_taken() -> None:
    low, high = Ring(), Ring()
    store = KeychainSecrets(lambda: [(4.9, low, "a", "low"), (5, high, "b", "high")])
    store.put("key", KEY)
    assert store.place == "high"
    assert (len(low.kept), len(high.kept)) == (0, 1)


def test_each_secret_has_a_service_name_of_its_own() -> None:
    """Windows mixes up two users under one service name."""
    ring = Ring()
    store = _on(ring)
    store.put("one", KEY)
    store.put("two", KEY)
    assert len({service for service, _ in ring.kept}) == 2
    assert len({user for _, user in ring.kept}) == 1


def test_windows_keeps_keys_on_this_computer() -> None:
    ring = Ring()
    _on(ring, WINDOWS).put("key", KEY)
    assert vars(ring)["persist"] == "local machine"


def test_what_windows_can_not_hold_is_refused_before_it_is_tried() -> None:
    ring = Ring()
    with pytest.raises(KeychainRefusedError):
        _on(ring, WINDOWS).put("key", Secret("x" * (LONGEST_ON_WINDOWS + 1)))
    assert ring.kept == {}
    _on(ring, WINDOWS).put("key", Secret("x" * LONGEST_ON_WINDOWS))


def test_a_keychain_that_gives_back_something_else_is_not_trusted() -> None:
    class Forgetful(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            del service, username
            return "something else"

    with pytest.raises(KeychainRefusedError):
        _on(Forgetful()).put("key", KEY)


def test_a_key_that_can_not_be_removed_is_told_of() -> None:
    ring = Ring()
    store = _on(ring)
    store.put("key", KEY)
    ring.error = PasswordDeleteError("Can't delete password in keychain")
    with pytest.raises(KeychainRefusedError):
        store.delete("key")


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (KeyringLocked("Can't store password on keychain: (-128, 'Keychain Access Denied')"), KeychainLockedError),
        (KeyringError("(-25293, 'Security Auth Failure: make sure executable is signed')"), KeychainRefusedError),
        (NoKeyringError("no backend"), KeychainAbsentError),
        (KeyringError("Unknown Error"), KeychainError),
        (ConnectionResetError("the bus went away"), KeychainError),
    ],
)
def test_what_a_keychain_raises_is_told_in_our_words(raised: Exception, told: type[KeychainError]) -> None:
    with pytest.raises(KeychainError) as caught:
        _on(Ring(raised)).put("key", KEY)
    assert type(caught.value) is told
    assert str(raised) in caught.value.details


def test_no_error_holds_the_key() -> None:
    with pytest.raises(KeychainError) as caught:
        _on(Ring(KeyringError(f"could not store {KEY.reveal()}"))).put("key", KEY)
    assert KEY.reveal() not in caught.value.details
    assert caught.value.__cause__ is None


# ---- the time limit ----


class Unanswered(MemorySecrets):
    """Blocks on `get` until it is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()
        self.asked = 0

    def get(self, name: str) -> Secret | None:
        self.asked += 1
        self.answered.wait(30)
        return super().get(name)


def test_an_unanswered_question_is_left_alone_and_not_asked_again() -> None:
    inner = Unanswered()
    store = LimitedSecrets(inner, 0.01)
    with pytest.raises(KeychainLockedError, match="locked"):
        store.get("key")
    with pytest.raises(KeychainLockedError) as caught:
        store.put("key", KEY)
    assert "earlier question" in caught.value.details
    assert inner.asked == 1
    inner.answered.set()


def test_once_the_question_is_answered_the_keychain_is_used_again() -> None:
    inner = Unanswered()
    store = LimitedSecrets(inner, 0.01)
    with pytest.raises(KeychainLockedError):
        store.get("key")
    asking = store._left_alone
    assert asking is not None
    inner.answered.set()
    asking.join()
    store.put("key", KEY)


def test_what_the_store_raises_reaches_the_caller() -> None:
    store = LimitedSecrets(Chain(KeychainRefusedError("why")), 30)
    with pytest.raises(KeychainRefusedError) as caught:
        store.get("key")
    assert caught.value.details == "why"
