#!/usr/bin/env bash
# The Debian packages that the program, its demo and its tests need. Installs them where it may, else names them.
set -euo pipefail

wanted=(
  python3-venv                                   # the virtual environment
  libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libpulse0   # Qt
  libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
  libxcb-shape0 libxcb-xfixes0 libxcb-xinerama0
  fonts-noto-cjk fonts-lxgw-wenkai               # Chinese on the screen; Chinese in the PDFs (TrueType)
  gpsd gpsd-clients poppler-utils xvfb           # tests: gpsfake, pdfsig and pdftotext, a screen
  age dbus gnome-keyring                         # tests: a foreign reader of case files, a real key store
  postgresql strace                              # tests: the gateway's other database; what a process does to the disk
)

command -v dpkg-query >/dev/null || { echo "Not a Debian system: please install the equivalents of ${wanted[*]}"; exit 0; }

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=(env); elif sudo -n true 2>/dev/null; then as_root=(sudo -n env); else
  echo "These Debian packages are missing and may not be installed from here. Please run:"
  echo "  sudo apt-get install --no-install-recommends ${missing[*]}"
  exit 1
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
