"""For schemathesis: signs each request as docs/gateway.md says, from what `witness.py` left in the environment."""

import os
import time
from hashlib import sha256
from secrets import token_hex
from urllib.parse import urlsplit

import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from requests.auth import AuthBase

KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(os.environ["WITNESS_KEY"]))
DEVICE, MANAGER, REVIEWER = (os.environ[f"WITNESS_{name}"] for name in ("DEVICE", "MANAGER", "REVIEWER"))


class _Signer(AuthBase):
    def __call__(self, request):
        parts = urlsplit(request.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        body = request.body or b""
        content = sha256(body.encode() if isinstance(body, str) else body).hexdigest()
        moment, nonce = str(int(time.time())), token_hex(12)
        method = request.headers.get("X-HTTP-Method-Override", request.method)
        text = "\n".join(("mianqian-request/1", method.upper(), target, moment, nonce, content))
        request.headers.update({
            "X-Device-Id": DEVICE, "X-Device-Time": moment, "X-Device-Nonce": nonce, "X-Content-SHA256": content,
            "X-Device-Signature": KEY.sign(text.encode()).hex(),
            "Authorization": f"Bearer {REVIEWER if parts.path.startswith('/v1/review') else MANAGER}"})
        return request


schemathesis.auth.set_from_requests(_Signer())


@schemathesis.serializer("application/offset+octet-stream")
def stream(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
