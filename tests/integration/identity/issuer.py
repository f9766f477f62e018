"""A little OpenID Connect issuer on this machine: discovery, keys, the question, the token."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, CLIENT_SECRET = "crs-monitor", "known to both"


def a_key() -> rsa.RSAPrivateKey:
    """A new key of the kind issuers sign with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """What the issuer says next; tests change it before somebody asks."""

    address: str
    key: rsa.RSAPrivateKey
    person: dict[str, Any] = field(default_factory=dict)
    # What is changed in the next token: claims, its key, its header.
    claims: dict[str, Any] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    signed_by: Any = ""
    algorithm: str = "RS256"
    named_in_discovery: str = ""
    is_down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def discovery(self) -> dict[str, Any]:
        """What stands below .well-known."""
        return {
            "issuer": self.named_in_discovery or self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        """The public half."""
        found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [found | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorize(self, question: dict[str, str]) -> str:
        """Answer at once, as if the person had signed in: where the browser is sent."""
        self.asked.append(question)
        code = secrets.token_urlsafe(12)
        self.codes[code] = question
        back = urlencode({"code": code, "state": question["state"]})
        return f"{question['redirect_uri']}?{back}"

    def token(self, said: dict[str, str]) -> dict[str, Any] | None:
        """The token for a code, to who can prove that the question was theirs; once."""
        question = self.codes.pop(said.get("code", ""), None)
        if question is None or said.get("client_secret") != CLIENT_SECRET:
            return None
        digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if question.get("code_challenge_method") != "S256" or (
            question.get("code_challenge") != challenge
        ):
            return None
        now = int(time.time())
        content = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": question.get("nonce"),
            **self.person,
            **self.claims,
        }
        content = {name: value for name, value in content.items() if name not in self.without}
        key = self.key if self.signed_by == "" else self.signed_by
        encoded = jwt.encode(content, key, self.algorithm, headers={"kid": "one"})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": encoded}


@contextmanager
def running() -> Iterator[Issuer]:
    """Run an issuer on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}", a_key())
    server.issuer = issuer  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Desk(BaseHTTPRequestHandler):
    """The issuer's addresses."""

    def do_GET(self) -> None:
        """Say what the issuer is, show its keys, or send a browser back."""
        issuer, parts = self.server.issuer, urlsplit(self.path)  # type: ignore[attr-defined]
        if issuer.is_down:
            self._say({}, status=503)
        elif parts.path == "/.well-known/openid-configuration":
            self._say(issuer.discovery())
        elif parts.path == "/keys":
            self._say(issuer.keys())
        elif parts.path == "/authorize":
            question = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", issuer.authorize(question))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._say({}, status=404)

    def do_POST(self) -> None:
        """Give a token for a code."""
        issuer = self.server.issuer  # type: ignore[attr-defined]
        length = int(self.headers["Content-Length"])
        said = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        token = None if issuer.is_down else issuer.token(said)
        self._say(token or {"error": "invalid_grant"}, status=200 if token else 400)

    def _say(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Stay silent."""
