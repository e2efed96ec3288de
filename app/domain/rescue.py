"""Names inside the rescue copy of one case, on which device and bank agree."""

MANIFEST, SIGNATURE, FILES = "manifest.json", "device_signature.txt", "files"
